"""Which segments are merged: few are left, none grows too large, and each passage is seldom copied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.backends.local.merging import FAN, LARGEST, MAX_REMOVED, SMALLEST, due

#: The live and all passages of a segment.
Size: TypeAlias = tuple[int, int]

passages = st.integers(0, 2 * LARGEST) | st.integers(0, 2 * SMALLEST) | st.sampled_from([SMALLEST - 1, SMALLEST])
sizes = st.tuples(passages, passages).map(lambda pair: (min(pair), max(pair))) | passages.map(lambda n: (n, n))


def whole(*live: int) -> list[Size]:
    """Segments from which nothing was removed."""
    return [(n, n) for n in live]


def merged(segments: list[Size]) -> Iterator[list[Size]]:
    """Merges what is due until nothing is, as a writer does, and gives what was merged each time."""
    while (positions := due(segments)) is not None:
        chosen = [segments[position] for position in positions]
        assert len(set(positions)) == len(positions) > 0
        segments[:] = [size for position, size in enumerate(segments) if position not in positions]
        if any(live or not every for live, every in chosen):  # a document may have no passages
            live = sum(size[0] for size in chosen)
            segments.append((live, live))
        yield chosen


def tier(live: int) -> int:
    """0 below SMALLEST, 1 below FAN times as much, and so on."""
    return next(t for t in range(99) if live < SMALLEST * FAN**t)


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([], None),
        (whole(1), None),
        (whole(*[10] * (FAN - 1)), None),
        (whole(*[10] * FAN), [0, 1, 2, 3, 4, 5, 6, 7]),
        (whole(*[10] * FAN, 10, 10), [0, 1, 2, 3, 4, 5, 6, 7]),
        (whole(5_000, *[10] * 7, 5_000, 10), [1, 2, 3, 4, 5, 6, 7, 9]),
        (whole(*[SMALLEST - 1] * 7, *[SMALLEST] * 7), None),
        (whole(*[SMALLEST] * 8, *[SMALLEST - 1] * 8), [8, 9, 10, 11, 12, 13, 14, 15]),
        (whole(*[12_288] * 8), [0, 1, 2, 3, 4, 5, 6, 7]),  # 98,304 is one and a half times the largest
        (whole(*[12_289] * 8), [0, 1, 2, 3, 4, 5, 6]),
        (whole(*[49_152] * 8), [0, 1]),
        (whole(*[49_153] * 8), None),
        (whole(*[LARGEST] * 20), None),
    ],
    ids=[
        "no segments",
        "one",
        "seven small ones",
        "eight small ones",
        "ten small ones",
        "of like size only",
        "two tiers",
        "smaller ones first",
        "as much as one may hold",
        "one more than one may hold",
        "two are as much as one may hold",
        "two are more than one may hold",
        "the largest",
    ],
)
def test_segments_of_like_size_become_one(segments, expected):
    assert due(segments) == expected


@pytest.mark.parametrize(
    ("segment", "expected"),
    [((75, 100), None), ((74, 100), [0]), ((0, 100), [0]), ((1, 1), None), ((0, 0), None), ((48_000, 65_000), [0])],
)
def test_a_segment_of_which_more_than_a_quarter_was_removed_is_written_anew(segment, expected):
    assert MAX_REMOVED == 0.25
    assert due([segment]) == expected
    assert due([(500, 500), segment]) == (expected and [1])


@given(st.lists(sizes, max_size=60))
def test_merging_ends_with_few_segments_and_all_passages(segments):
    before = sum(live for live, _ in segments)
    for step, chosen in enumerate(merged(segments), start=1):
        assert len(chosen) == 1 or sum(live for live, _ in chosen) <= 1.5 * LARGEST
        assert len(chosen) > 1 or chosen[0][0] < chosen[0][1]
        assert step <= 120  # each segment once for what was removed from it, and then merges, which leave fewer
    assert sum(live for live, _ in segments) == before
    assert all(live >= 0.75 * every for live, every in segments)
    counts = Counter(tier(live) for live, _ in segments)
    assert max(counts[0], counts[1]) < FAN


@given(st.lists(st.integers(1, 2_000), max_size=300))
def test_updates_of_any_size_one_after_another_leave_few_segments(updates):
    segments: list[Size] = []
    for update in updates:
        segments += whole(update)
        list(merged(segments))
        counts = Counter(tier(live) for live, _ in segments)
        assert max(counts[0], counts[1], 0) < FAN


def stream(updates: Sequence[int]) -> tuple[list[int], int]:
    """What is left of segments that come one after another, and how many passages were copied."""
    segments: list[Size] = []
    copied = 0
    for update in updates:
        segments += whole(update)
        copied += sum(live for chosen in merged(segments) for live, _ in chosen)
    return [live for live, _ in segments], copied


@pytest.mark.parametrize(
    ("count", "left", "copies"),
    [
        (7, [1_100] * 7, 0),
        (8, [8_800], 8),
        (9, [8_800, 1_100], 8),
        (63, [8_800] * 7 + [1_100] * 7, 56),
        (64, [70_400], 128),
        (65, [70_400, 1_100], 128),
        (512, [70_400] * 8, 1_024),
    ],
)
def test_a_passage_is_copied_once_a_tier(count, left, copies):
    found, copied = stream([1_100] * count)
    assert found == left
    assert copied == copies * 1_100


def test_segments_of_which_eight_are_too_many_do_not_pile_up():
    """Eight updates of 1,600 make 12,800, and seven of those 89,600, which is as much as one may hold. Of 125 such,
    seven become one whenever there are eight: 17 times, after which 6 are left."""
    left, _ = stream([1_600] * 1_000)
    assert sorted(left) == [12_800] * 6 + [89_600] * 17


def test_large_segments_do_not_keep_small_ones_of_their_tier_apart():
    left, _ = stream([56_000] * 2 + [1_100] * 8 * 400)
    assert sum(left) == 2 * 56_000 + 8 * 400 * 1_100
    assert sum(size < LARGEST / 2 for size in left) < 2 * FAN

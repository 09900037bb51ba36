"""Rankings that depend on what is held, and not on how it was numbered or in which order it came."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.backends.shared.ranking import Identify, best, ranking
from qa.types import IntArray

#: Few scores, so that many are equal; such as differ in the last place of single precision; and negative ones.
scores = st.sampled_from([0.0, -0.0, 0.25, 0.5, 1.0, float(np.float32(1 + 2**-23)), -0.5])
identities = st.tuples(st.sampled_from(["a.md", "b.md", "B.md", "é.md", "z/a.md"]), st.integers(0, 9))

found = st.dictionaries(identities, scores, max_size=25)


def arrays(pairs: list[tuple[int, float]]) -> tuple[IntArray, np.ndarray]:
    return np.array([n for n, _ in pairs], dtype=np.int64), np.array([s for _, s in pairs], dtype=np.float32)


def known(names: dict[int, tuple[str, int]]) -> Identify:
    return lambda numbers: [names[number] for number in numbers.tolist()]


@given(found=found, depth=st.integers(1, 30), data=st.data())
def test_a_ranking_depends_neither_on_order_nor_on_numbers(found, depth, data):
    numbers = data.draw(st.lists(st.integers(0, 10**9), min_size=len(found), max_size=len(found), unique=True))
    names = dict(zip(numbers, found, strict=True))
    shuffled = data.draw(st.permutations([(number, found[names[number]]) for number in numbers]))
    ranked = ranking(*arrays(shuffled), depth, known(names))
    expected = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:depth]
    assert [names[number] for number in ranked.numbers.tolist()] == [identity for identity, _ in expected]
    assert ranked.scores.tolist() == [score for _, score in expected]
    assert ranked.numbers.dtype == np.int64
    assert ranked.scores.dtype == np.float32


@given(found=found, depth=st.integers(1, 30), data=st.data())
def test_the_best_are_those_and_all_as_good_as_the_last(found, depth, data):
    pairs = data.draw(st.permutations([(number, score) for number, score in enumerate(found.values())]))
    last = sorted((score for _, score in pairs), reverse=True)[:depth][-1:]
    numbers, kept = best(*arrays(pairs), depth)
    assert set(zip(numbers.tolist(), kept.tolist(), strict=True)) == {p for p in pairs if p[1] >= min(last)}


def test_equals_stand_by_document_and_then_by_place():
    names = {7: ("b.md", 0), 3: ("a.md", 90), 5: ("a.md", 100), 9: ("c.md", 0)}
    ranked = ranking(*arrays([(7, 1.0), (5, 1.0), (9, 2.0), (3, 1.0)]), 10, known(names))
    assert ranked.numbers.tolist() == [9, 3, 5, 7]


@pytest.mark.parametrize(("depth", "expected"), [(1, [2]), (2, [2, 1]), (3, [2, 1, 0])])
def test_of_equals_at_the_cut_the_first_by_document_is_kept(depth, expected):
    names = {0: ("z.md", 0), 1: ("a.md", 0), 2: ("m.md", 0)}
    assert ranking(*arrays([(0, 1.0), (1, 1.0), (2, 3.0)]), depth, known(names)).numbers.tolist() == expected


def test_what_has_no_equal_is_not_looked_up():
    asked: list[int] = []

    def identify(numbers: IntArray) -> list[tuple[str, int]]:
        asked.extend(numbers.tolist())
        return [(f"{number}.md", 0) for number in numbers.tolist()]

    ranking(*arrays([(0, 1.0), (1, 2.0), (2, 2.0), (3, 4.0), (4, 0.5), (5, 0.5)]), 4, identify)
    assert sorted(asked) == [1, 2]  # what is beyond the cut is not looked up either


def test_nothing_found_is_an_empty_ranking():
    ranked = ranking(*arrays([]), 5, known({}))
    assert (ranked.numbers.tolist(), ranked.scores.tolist()) == ([], [])
    assert ranked.numbers.dtype == np.int64
    assert ranked.scores.dtype == np.float32


def test_the_arrays_that_were_given_stay_as_they_were():
    numbers, values = arrays([(0, 1.0), (1, 2.0), (2, 2.0)])
    ranking(numbers, values, 3, known({1: ("b.md", 0), 2: ("a.md", 0)}))
    assert (numbers.tolist(), values.tolist()) == ([0, 1, 2], [1, 2, 2])

"""Sentences to passages within a budget. What holds for any text is in ``tests/properties``."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.text.chunking import MAX_CHARACTERS_PER_TOKEN, chunk, pack
from qa.types import Chunk, Span


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def passages(text: str, budget: int, overlap: int = 1, start: int = 0) -> list[str]:
    _, chunks = chunk(text, count_words, budget=budget, overlap=overlap, start=start)
    return [text[c.start : c.end] for c in chunks]


TEXT = "One two three. Four five six. Seven eight nine. Ten eleven twelve."


def test_a_short_text_is_one_passage() -> None:
    assert passages(TEXT, budget=12) == [TEXT]


def test_passages_are_whole_sentences_as_many_as_fit() -> None:
    assert passages(TEXT, budget=8, overlap=0) == [
        "One two three. Four five six.",
        "Seven eight nine. Ten eleven twelve.",
    ]


def test_a_passage_repeats_the_last_sentence_of_the_one_before() -> None:
    assert passages(TEXT, budget=6, overlap=1) == [
        "One two three. Four five six.",
        "Four five six. Seven eight nine.",
        "Seven eight nine. Ten eleven twelve.",
    ]


def test_two_sentences_of_overlap() -> None:
    assert passages(TEXT, budget=9, overlap=2) == [
        "One two three. Four five six. Seven eight nine.",
        "Four five six. Seven eight nine. Ten eleven twelve.",
    ]


def test_nothing_is_repeated_where_it_does_not_fit() -> None:
    text = "One two three four. Five six seven eight. Nine."
    assert passages(text, budget=4) == ["One two three four.", "Five six seven eight.", "Nine."]


def test_no_passage_is_part_of_the_one_before() -> None:
    assert passages(TEXT, budget=6, overlap=9) == passages(TEXT, budget=6, overlap=1)


def test_a_sentence_over_the_budget_is_cut_at_words() -> None:
    text = "Alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu."
    spans, chunks = chunk(text, count_words, budget=5, overlap=0)
    pieces = [text[s.start : s.end] for s in spans]
    assert " ".join(pieces) == text
    assert max(count_words(pieces)) <= 5
    assert max(count_words([text[c.start : c.end] for c in chunks])) <= 5


def test_a_word_over_the_budget_is_cut_between_characters() -> None:
    text = "x" * 50
    spans, chunks = chunk(text, count_characters, budget=8, overlap=0)
    assert "".join(text[s.start : s.end] for s in spans) == text
    assert max(c.end - c.start for c in chunks) <= 8


def test_a_cut_inside_a_word_leaves_the_accents_with_their_letters() -> None:
    text = "e\u0301" * 40
    spans, _ = chunk(text, count_characters, budget=7, overlap=0)
    assert len(spans) > 1
    assert all(text[s.start] == "e" for s in spans)


def test_marks_without_letters_are_cut_all_the_same() -> None:
    text = "\u0301" * 10_000
    spans, _ = chunk(text, count_characters, budget=7, overlap=0)
    # Halved until a piece has at most 7, none can have fewer than half of that.
    assert len(spans) <= 10_000 / 3.5
    assert "".join(text[s.start : s.end] for s in spans) == text


def test_an_endless_word_of_one_token_is_cut_before_it_is_counted() -> None:
    counted: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        counted.extend(len(text) for text in texts)
        return [1] * len(texts)

    text = "A" * 100_000
    spans, _ = chunk(text, count, budget=10)
    assert len(spans) > 1
    assert max(counted) < len(text) / 10


def test_a_passage_that_counts_more_than_its_sentences_still_fits() -> None:
    def count(texts: Sequence[str]) -> list[int]:
        # Every sentence beyond the first costs five more.
        return [len(text.split()) + 5 * max(0, text.count(".") - 1) for text in texts]

    _, chunks = chunk(TEXT, count, budget=12, overlap=0)
    pieces = [TEXT[c.start : c.end] for c in chunks]
    # Two sentences count 3 + 3 + 5 = 11, three would count 3 + 3 + 3 + 10 = 19.
    assert max(count(pieces)) <= 12
    assert " ".join(pieces) == TEXT


def nothing(texts: Sequence[str]) -> list[int]:
    return [0] * len(texts)


@pytest.mark.parametrize("text", ["\u200b" * 10_000, "A b.\n" * 2_000, "A b." + " " * 10_000 + "C d."])
def test_a_passage_that_counts_hardly_a_token_has_a_bounded_length(text: str) -> None:
    _, chunks = chunk(text, nothing, budget=10)
    assert len(chunks) > 1
    assert max(c.end - c.start for c in chunks) <= 10 * MAX_CHARACTERS_PER_TOKEN


def test_offsets_are_those_of_the_whole_text() -> None:
    text = f"Front matter. {TEXT}"
    start = text.index("One")
    spans, chunks = chunk(text, count_words, budget=6, overlap=0, start=start)
    assert spans[0] == Span(start, start + len("One two three."))
    assert (chunks[0].start, chunks[-1].end) == (start, len(text))
    assert passages(text, budget=6, overlap=0, start=start) == passages(TEXT, budget=6, overlap=0)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_blank_text_has_no_passages(text: str) -> None:
    assert chunk(text, count_words, budget=5) == ([], [])


def spans(count: int) -> list[Span]:
    return [Span(10 * i, 10 * i + 9) for i in range(count)]


def test_packing_fills_each_passage() -> None:
    # 2 + 3 = 5 fits, 2 + 3 + 1 does not; 1 + 4 = 5 fits.
    assert pack(spans(4), [2, 3, 1, 4], 5, 0) == [Chunk(0, 19, 0, 2), Chunk(20, 39, 2, 4)]


def test_a_sentence_over_the_budget_stands_alone() -> None:
    assert pack(spans(3), [1, 9, 1], 5, 1) == [Chunk(0, 9, 0, 1), Chunk(10, 19, 1, 2), Chunk(20, 29, 2, 3)]


def test_packing_repeats_only_what_leaves_room_for_the_next_sentence() -> None:
    # Of the two sentences that might be repeated (4 and 1), the next (3) leaves room for the second only.
    assert pack(spans(3), [4, 1, 3], 5, 2) == [Chunk(0, 19, 0, 2), Chunk(10, 29, 1, 3)]


def test_packing_ends_a_passage_before_it_is_too_long() -> None:
    # A budget of 5 tokens allows 40 characters: the spans end at 9, 19, 29 and 39 and 49.
    assert pack(spans(5), [0] * 5, 5, 0) == [Chunk(0, 39, 0, 4), Chunk(40, 49, 4, 5)]


def test_packing_repeats_no_sentence_that_is_too_far_away() -> None:
    far = [Span(0, 9), Span(10, 19), Span(100, 109)]
    assert pack(far, [0] * 3, 5, 1) == [Chunk(0, 19, 0, 2), Chunk(100, 109, 2, 3)]


def test_packing_nothing_gives_nothing() -> None:
    assert pack([], [], 5, 1) == []

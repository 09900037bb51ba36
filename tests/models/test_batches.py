"""Batches: every text once, little padding, and never more tokens than there is room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.models.batches import BATCH_TOKENS, ENOUGH_TOKENS, LIKE, by_length, of_one_length

LENGTHS = st.lists(st.integers(0, 2 * BATCH_TOKENS), max_size=60)


@given(LENGTHS)
def test_batches_by_length_hold_every_text_once_and_the_longest_first(lengths):
    batches = list(by_length(lengths))
    order = [number for batch in batches for number in batch]
    assert sorted(order) == list(range(len(lengths)))
    assert [lengths[number] for number in order] == sorted(lengths, reverse=True)
    assert all(len(b) == 1 or len(b) * max(lengths[i] for i in b) <= BATCH_TOKENS for b in batches)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=200))
def test_much_shorter_texts_are_padded_only_where_a_batch_would_be_small(lengths):
    for batch in by_length(lengths):
        longest = lengths[batch[0]]
        for place, number in enumerate(batch):
            assert lengths[number] >= LIKE * longest or place * longest < ENOUGH_TOKENS


def test_sentences_of_like_length_fill_a_batch():
    assert [len(batch) for batch in by_length([20] * 300 + [18] * 300)] == [204, 204, 192]


@given(LENGTHS)
def test_batches_of_one_length_hold_every_text_and_two_rows_at_least(lengths):
    batches = list(of_one_length(lengths))
    assert {number for batch in batches for number in batch} == set(range(len(lengths)))
    for batch in batches:
        assert len({lengths[number] for number in batch}) == 1
        assert len(batch) >= 2
        assert len(batch) == 2 or len(batch) * lengths[batch[0]] <= BATCH_TOKENS


def test_a_text_that_is_alone_with_its_length_stands_twice():
    assert list(of_one_length([8, 16, 8])) == [[0, 2], [1, 1]]

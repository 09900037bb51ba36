"""Vectors as bytes: what is lost, and that nothing is lost by copying."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from qa.backends.shared.quantising import (
    pack_passages,
    pack_sentences,
    passage_bytes,
    sentence_bytes,
    unpack_passages,
    unpack_sentences,
)
from qa.types import FloatArray

matrices = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.floats(-1, 1, width=32))


def vectors(*rows: list[float]) -> FloatArray:
    return np.array(rows, dtype=np.float32)


def unit(count: int, dimension: int) -> FloatArray:
    values = np.random.default_rng(11).standard_normal((count, dimension)).astype(np.float32)
    found: FloatArray = values / np.linalg.norm(values, axis=1, keepdims=True)
    return found


def test_a_passage_is_its_values_in_half_precision():
    # IEEE 754 binary16: 1 is 0 01111 0000000000, -1/2 is 1 01110 0000000000, 1/3 rounds to 0 01101 0101010101.
    data = pack_passages(vectors([1, -0.5, 1 / 3]))
    assert data == bytes.fromhex("003c 00b8 5535")
    assert unpack_passages(data, 3).tolist() == [[1, -0.5, 0x155 / 2**12 + 0.25]]


def test_a_sentence_is_steps_of_its_largest_value_and_their_size():
    step = 2**-7  # a 127th of the largest value
    data = pack_sentences(vectors([127 * step, -64 * step, 0.4 * step, -1.6 * step, 0]))
    assert data == struct.pack("<5bf", 127, -64, 0, -2, 0, step)
    assert unpack_sentences(data, 5).tolist() == [[127 * step, -64 * step, 0, -2 * step, 0]]


def test_the_largest_value_may_be_negative():
    step = 2**-7
    assert pack_sentences(vectors([3 * step, -127 * step])) == struct.pack("<2bf", 3, -127, step)


@pytest.mark.parametrize("dimension", [1, 5, 384])
def test_a_vector_takes_as_many_bytes_as_are_said(dimension):
    assert passage_bytes(dimension) == 2 * dimension
    assert sentence_bytes(dimension) == dimension + 4
    assert len(pack_passages(unit(3, dimension))) == 3 * passage_bytes(dimension)
    assert len(pack_sentences(unit(3, dimension))) == 3 * sentence_bytes(dimension)


def test_no_vectors_are_no_bytes():
    none = np.empty((0, 32), dtype=np.float32)
    assert pack_passages(none) == pack_sentences(none) == b""
    assert unpack_passages(b"", 32).shape == unpack_sentences(b"", 32).shape == (0, 32)


def test_a_vector_of_nothing_but_zeros_stays_one():
    zeros = vectors([0, 0, 0], [0, 0.5, 0])
    assert unpack_sentences(pack_sentences(zeros), 3).tolist() == [[0, 0, 0], [0, 0.5, 0]]
    assert unpack_passages(pack_passages(zeros), 3).tolist() == zeros.tolist()


@given(matrices)
def test_quantising_what_was_quantised_gives_the_same_bytes(found):
    dimension = found.shape[1]
    passages, sentences = pack_passages(found), pack_sentences(found)
    assert pack_passages(unpack_passages(passages, dimension)) == passages
    assert pack_sentences(unpack_sentences(sentences, dimension)) == sentences


def test_quantising_unit_vectors_twice_gives_the_same_bytes():
    sentences = pack_sentences(unit(20_000, 16))  # as many scales, which have to be found again exactly
    assert pack_sentences(unpack_sentences(sentences, 16)) == sentences


@given(matrices)
def test_no_value_of_a_sentence_moves_by_more_than_half_a_step(found):
    steps = np.abs(found.astype(np.float64)).max(axis=1, keepdims=True) / 127
    moved = np.abs(unpack_sentences(pack_sentences(found), found.shape[1]).astype(np.float64) - found)
    assert (moved <= 0.5001 * steps + np.finfo(np.float32).tiny).all()


@given(matrices)
def test_no_value_of_a_passage_moves_by_more_than_half_precision_does(found):
    moved = np.abs(unpack_passages(pack_passages(found), found.shape[1]).astype(np.float64) - found)
    # Half a unit in the last of 11 places, or half of the smallest number there is.
    assert (moved <= np.maximum(np.abs(found) * 2.0**-11, 2.0**-25)).all()


@given(matrices)
def test_each_vector_is_packed_by_itself(found):
    rows = [found[i : i + 1] for i in range(len(found))]
    assert pack_passages(found) == b"".join(map(pack_passages, rows))
    assert pack_sentences(found) == b"".join(map(pack_sentences, rows))


@pytest.mark.parametrize("unpack", [unpack_passages, unpack_sentences])
def test_vectors_are_unpacked_in_single_precision(unpack):
    packed = {unpack_passages: pack_passages, unpack_sentences: pack_sentences}[unpack](unit(2, 8))
    assert unpack(packed, 8).dtype == np.float32
    np.testing.assert_array_equal(unpack(memoryview(packed), 8), unpack(packed, 8))


def test_the_cosines_of_sentences_hardly_move():
    """Rounding to steps of s moves a value by s / √12 in the standard deviation, and so a cosine."""
    found, query = unit(500, 384), unit(501, 384)[500]
    kept = unpack_sentences(pack_sentences(found), 384)
    deviation = np.abs(found).max() / 127 / np.sqrt(12)
    assert np.abs(kept @ query - found @ query).max() < 5 * deviation < 0.003

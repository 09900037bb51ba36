"""Unit vectors -> bytes: half precision for passages, eight bits for sentences.

Passages are compared with every question, so their 16 bits keep the order of exact search. Sentences only choose among
a few candidates: each value is rounded to one of 255 steps between minus and plus the vector's largest value, which
stands after them as a float32. Quantising what was quantised gives the same bytes again, so that copies lose nothing.
"""

from __future__ import annotations

import numpy as np

from qa.types import FloatArray

#: Steps on each side of 0 in signed eight bits.
_STEPS = 127

_HALF, _SCALE = np.dtype("<f2"), np.dtype("<f4")


def passage_bytes(dimension: int) -> int:
    """Bytes of one passage's vector."""
    return dimension * _HALF.itemsize


def sentence_bytes(dimension: int) -> int:
    """Bytes of one sentence's vector."""
    return dimension + _SCALE.itemsize


def pack_passages(vectors: FloatArray) -> bytes:
    """Vectors ``(n, dimension)`` as half-precision bytes."""
    return vectors.astype(_HALF).tobytes()


def unpack_passages(data: memoryview | bytes, dimension: int) -> FloatArray:
    """The vectors ``(n, dimension)`` in ``data``, which ``pack_passages`` made."""
    return np.frombuffer(data, dtype=_HALF).reshape(-1, dimension).astype(np.float32)


def pack_sentences(vectors: FloatArray) -> bytes:
    """Vectors ``(n, dimension)`` as ``dimension`` bytes and a scale each."""
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0), np.finfo(np.float32).tiny) / np.float32(_STEPS)
    codes = np.rint(vectors / scales[:, np.newaxis]).astype(np.int8)
    return np.hstack([codes.view(np.uint8), scales.astype(_SCALE)[:, np.newaxis].view(np.uint8)]).tobytes()


def unpack_sentences(data: memoryview | bytes, dimension: int) -> FloatArray:
    """The vectors ``(n, dimension)`` in ``data``, which ``pack_sentences`` made."""
    rows = np.frombuffer(data, dtype=np.uint8).reshape(-1, sentence_bytes(dimension))
    scales = np.ascontiguousarray(rows[:, dimension:]).view(_SCALE)
    vectors: FloatArray = rows[:, :dimension].view(np.int8).astype(np.float32)
    vectors *= scales  # in place: of a question's hundreds of passages, another array is megabytes of new memory
    return vectors

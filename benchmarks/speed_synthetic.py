"""An encoder whose passages have made-up vectors, so that an index of a million passages takes minutes, not hours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from qa.models.base import Encoder, EncoderInfo
from qa.types import FloatArray

#: Clusters, as topics would make them; floats of the pool that noise is cut from; and the generator's seed.
CENTRES, POOL, SEED = 1024, 1 << 22, 7


class SyntheticEncoder:
    """An ``Encoder`` in the sense of ``qa.models.base`` around a real one: all is the real one's but the passages.

    ``load`` gives the real one, the default model unless told, when it is first needed, as the model is loaded that an
    index names.

    A passage's vector is a cluster's centre plus Gaussian noise of the same length, made a unit vector: two passages of
    a cluster have a cosine of about 0.5, those of different ones of about 0. Both follow from the text's hash. Where
    ``spend`` is true, the real model encodes as well and its vectors are thrown away: for times as users have them.
    """

    def __init__(
        self, load: Callable[[], Encoder], spend: bool = False, dimension: int = 384, max_tokens: int = 254
    ) -> None:
        fingerprint = hashlib.sha256(f"{CENTRES} {POOL} {SEED}".encode()).hexdigest()
        self.info = EncoderInfo("made-up vectors", fingerprint, "made up", dimension, max_tokens)
        self._load = load
        self._spend = spend

    @cached_property
    def _real(self) -> Encoder:
        return self._load()

    def __getattr__(self, member: str) -> Any:
        return getattr(self._real, member)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        if self._spend:
            self._real.encode_passages(texts)
        if not texts:
            return np.empty((0, self.info.dimension), dtype=np.float32)
        keys = [xxhash.xxh3_64_intdigest(text.encode("utf-8", "replace")) for text in texts]
        return clustered(np.array(keys, dtype=np.uint64), self.info.dimension)


def clustered(keys: NDArray[np.uint64], dimension: int) -> FloatArray:
    """A unit vector ``(dimension,)`` for each key, a hash, always the same: a cluster's centre and noise."""
    centres, pool = _tables(dimension)
    # Two slices of the pool, so that hardly two texts of ten million share their noise.
    at, also = (((keys >> np.uint64(shift)) % np.uint64(POOL)).astype(np.int64) for shift in (16, 40))
    slices = np.lib.stride_tricks.sliding_window_view(pool, dimension)
    vectors = slices[at] + slices[also] + centres[(keys % np.uint64(CENTRES)).astype(np.int64)]
    unit: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


@cache
def _tables(dimension: int) -> tuple[FloatArray, FloatArray]:
    """Centres (CENTRES, dimension) of length 1, and the pool, two slices of which add up to length 1 on average."""
    rng = np.random.default_rng(SEED)
    centres = rng.standard_normal((CENTRES, dimension), dtype=np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    pool = rng.standard_normal(POOL + dimension, dtype=np.float32) / np.float32(2 * dimension) ** 0.5
    return centres, pool.astype(np.float32)

"""Dense search on disk: what the scan of the codes leaves is what a comparison of all vectors finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.backends.base import EncodedDocument
from qa.backends.local.codes import CODES_FILE, Codes
from qa.backends.local.dense import LARGE, DenseSearch
from qa.backends.local.segment import PASSAGES_FILE, Segment, SegmentWriter
from qa.errors import IndexDamagedError
from qa.types import Chunk, FloatArray, Span
from tests.support import article

DIMENSION = 48

#: The segments are scanned, or they are compared at once.
BOTH = pytest.mark.parametrize("large", [1, LARGE])


def unit(vectors: FloatArray) -> FloatArray:
    rows: FloatArray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return rows


def normal(count: int, seed: int = 0, dimension: int = DIMENSION) -> FloatArray:
    return np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)


def stored(vectors: FloatArray) -> FloatArray:
    """The vectors in the precision in which an index keeps them."""
    return vectors.astype(np.float16).astype(np.float32)


def write(folder: Path, vectors: FloatArray) -> Segment:
    """A segment with one document, whose passages have these vectors."""
    text, count = "It sat. " * len(vectors), len(vectors)
    spans = tuple(Span(i * 8, i * 8 + 8) for i in range(count))
    chunks = tuple(Chunk(*span, i, i + 1) for i, span in enumerate(spans))
    folder.mkdir(parents=True)
    dimension = vectors.shape[1]
    writer = SegmentWriter(folder, dimension)
    writer.add(EncodedDocument(article(folder.name, text), spans, chunks, vectors, vectors))
    writer.close()
    return Segment(folder, writer.sizes, dimension, [])


@contextmanager
def segments(*parts: FloatArray) -> Iterator[list[Segment]]:
    with TemporaryDirectory() as folder:
        opened = [write(Path(folder) / str(number), part) for number, part in enumerate(parts)]
        try:
            yield opened
        finally:
            for segment in opened:
                segment.close()


def expected(vectors: FloatArray, query: FloatArray, depth: int, allowed: Sequence[bool]) -> dict[int, float]:
    """The best by comparing every vector, and all that are as good as the last of them."""
    scores = {n: float(np.einsum("i,i", row, query)) for n, row in enumerate(stored(vectors)) if allowed[n]}
    ordered = sorted(scores.values(), reverse=True)
    least = ordered[min(depth, len(ordered)) - 1] if ordered else 0.0
    return {n: score for n, score in scores.items() if score >= least}


@BOTH
@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    depth=st.integers(1, 12),
    spread=st.sampled_from([0.0, 1e-4, 1e-2, 1.0]),
    share=st.sampled_from([0.1, 0.5, 1.0]),
    seed=st.integers(0, 2**16),
)
def test_the_best_are_those_of_a_comparison_of_all_vectors(large, sizes, depth, spread, share, seed):
    """However near they are to each other: with no spread all are equal, with little all codes are."""
    rng = np.random.default_rng(seed)
    every = unit(normal(1, seed) + spread * normal(sum(sizes), seed + 1))
    query = unit(normal(1, seed + 2))[0]
    flags = rng.random(len(every)) < share
    bounds = np.cumsum(sizes)[:-1]
    with segments(*np.split(every, bounds)) as opened:
        numbers, scores = DenseSearch(opened, map, large).search(query, depth, np.split(flags, bounds))
    found = dict(zip(numbers.tolist(), scores.tolist(), strict=True))
    assert found == pytest.approx(expected(every, query, depth, flags.tolist()), abs=1e-6)
    assert len(found) >= min(depth, int(flags.sum()))


@BOTH
def test_a_segment_whose_list_was_too_short_is_scanned_again(large):
    """The first segment holds all of the best, more than a scan lists, and their codes are equal."""
    near = unit(normal(1) + 1e-4 * normal(300, 1))
    far = -near
    query = near[0]
    with segments(near, far) as opened:
        for depth in (1, 10, 70):
            numbers, _ = DenseSearch(opened, map, large).search(query, depth, [None, None])
            assert set(numbers.tolist()) == set(expected(np.vstack([near, far]), query, depth, [True] * 600))


@BOTH
def test_scores_are_the_same_bits_whatever_else_is_found_and_on_threads(large):
    every, query = unit(normal(400)), unit(normal(1, 9))[0]
    with ThreadPoolExecutor(2) as pool, segments(every) as one, segments(*np.split(every, [7, 150, 260])) as four:
        wide = dict(zip(*DenseSearch(one, map, large).search(query, 100, [None]), strict=True))
        for depth in (1, 5, 50):
            narrow = dict(zip(*DenseSearch(four, pool.map, large).search(query, depth, [None] * 4), strict=True))
            assert narrow.items() <= wide.items()


@settings(deadline=None, max_examples=40)
@given(
    count=st.integers(1, 40),
    dimension=st.sampled_from([1, 7, 16, 40, 384, 768]),  # FAISS has code of its own for multiples of 8 and 16
    scale=st.sampled_from([0.0, 1e-3, 1.0]),
    seed=st.integers(0, 2**16),
)
def test_no_score_of_a_code_is_further_from_its_vectors_than_the_error_says(count, dimension, scale, seed):
    vectors, query = scale * unit(normal(count, seed, dimension)), unit(normal(1, seed + 1, dimension))[0]
    with segments(vectors) as (segment,):
        numbers, scores, error = segment.codes().nearest(query, count, None)
        distances = np.abs(stored(vectors)[numbers].astype(np.float64) @ query - scores)
    assert len(numbers) == count
    assert distances.max() <= error
    steps = [max(np.abs(values).max() / 127, 1e-5) for values in (stored(vectors), query)]
    assert error <= 1.1e-5 + 1.3 * sum(steps) * min(np.sqrt(dimension) / 2, 8 / np.sqrt(12))


def test_the_errors_that_are_allowed_for_leave_few_to_compare():
    """They are a hundredth of the scores' spread, for vectors like those of all-MiniLM-L6-v2."""
    vectors, query = unit(normal(500, 1, 384)), unit(normal(1, 2, 384))[0]
    with segments(vectors) as (segment,):
        assert segment.codes().nearest(query, 10, None).error < 0.012


def test_codes_above_a_score_are_all_those_and_no_other():
    vectors, query = unit(normal(200)), unit(normal(1, 1))[0]
    flags = np.arange(200) % 3 > 0
    with segments(vectors) as (segment,):
        every = segment.codes().nearest(query, 200, flags)
        some = segment.codes().above(query, 0.1, flags)
    wanted = {n: s for n, s in zip(every.numbers.tolist(), every.scores.tolist(), strict=True) if s > 0.1}
    assert 0 < len(wanted) < 133
    found = dict(zip(some.numbers.tolist(), some.scores.tolist(), strict=True))
    assert found == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("name", [CODES_FILE, PASSAGES_FILE])
def test_damage_is_found_before_anything_is_found(tmp_path, name):
    with closing(write(tmp_path / "one", unit(normal(20)))) as segment:
        content = bytearray((tmp_path / "one" / name).read_bytes())
        content[len(content) // 2] ^= 1
        (tmp_path / "one" / name).write_bytes(content)
        with pytest.raises(IndexDamagedError, match=f"{name} is not what was written"):
            DenseSearch([segment], map, 1).search(unit(normal(1))[0], 5, [None])


def test_codes_are_read_where_the_segments_are_large_together(tmp_path):
    """As a code that is damaged shows, in a file that is not read otherwise."""
    parts = [write(tmp_path / name, unit(normal(20))) for name in ("one", "two")]
    file = tmp_path / "two" / CODES_FILE
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with closing(parts[0]), closing(parts[1]):
        with pytest.raises(IndexDamagedError, match=CODES_FILE):
            DenseSearch(parts, map, large=40)
        numbers, _ = DenseSearch(parts, map, large=41).search(unit(normal(1))[0], 5, [None, None])
    assert len(numbers) >= 5


def test_damage_is_found_where_nothing_is_scanned(tmp_path):
    with closing(write(tmp_path / "one", unit(normal(20)))) as segment:
        content = bytearray((tmp_path / "one" / PASSAGES_FILE).read_bytes())
        content[len(content) // 2] ^= 1
        (tmp_path / "one" / PASSAGES_FILE).write_bytes(content)
        with pytest.raises(IndexDamagedError, match=f"{PASSAGES_FILE} is not what was written"):
            DenseSearch([segment], map)


def test_codes_take_one_byte_a_value(tmp_path):
    with closing(write(tmp_path / "one", unit(normal(30)))) as segment:
        assert (tmp_path / "one" / CODES_FILE).stat().st_size == 8 + 30 * DIMENSION
        assert isinstance(segment.codes(), Codes)

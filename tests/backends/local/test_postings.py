"""BM25 on disk: which passages hold a term, and scores that do not depend on how an index came about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import ExitStack, closing
from itertools import compress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.backends.base import EncodedDocument
from qa.backends.local.blocks import BLOCK
from qa.backends.local.lexical import LexicalSearch
from qa.backends.local.postings import (
    POSTINGS_FILE,
    Postings,
    PostingsReader,
    PostingsWriter,
    key,
    length_norms,
    saturation,
    scores_of,
)
from qa.backends.local.segment import Segment, SegmentWriter
from qa.backends.shared.okapi import idf
from qa.errors import IndexDamagedError
from tests.contracts import oracle
from tests.contracts.backends import encode
from tests.support import WordEncoder, article

VOCABULARY = ["court", "ferry", "wheat", "glacier", "union", "été", "法院", "a b", ""]

passages = st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=12), max_size=12)


def write(folder: Path, texts: Sequence[Sequence[str]]) -> PostingsReader:
    writer = PostingsWriter(folder)
    for terms in texts:
        writer.add(terms)
    writer.close()
    return PostingsReader(folder)


def pairs(postings: Postings) -> list[tuple[int, int]]:
    return list(zip(postings.passages.tolist(), postings.counts.tolist(), strict=True))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def postings(*found: tuple[int, int]) -> Postings:
    numbers, counts = zip(*found, strict=True)
    return Postings(np.array(numbers, dtype=np.uint32), np.array(counts, dtype=np.uint16))


class TestFiles:
    @settings(deadline=None)
    @given(passages)
    def test_a_term_is_read_with_its_passages_and_how_often_each_holds_it(self, texts):
        with TemporaryDirectory() as folder, closing(write(Path(folder), texts)) as reader:
            assert reader.lengths.tolist() == [len(terms) for terms in texts]
            for term in [*VOCABULARY, "zyzzyva"]:
                expected = [(i, terms.count(term)) for i, terms in enumerate(texts) if term in terms]
                assert pairs(reader.read(term)) == expected
                assert reader.frequencies(np.array([key(term)], dtype=np.uint64)).tolist() == [len(expected)]
            every = np.array([key(term) for term in ["zyzzyva", *VOCABULARY]], dtype=np.uint64)
            counted = [sum(term in terms for terms in texts) for term in ["zyzzyva", *VOCABULARY]]
            assert reader.frequencies(every).tolist() == counted

    def test_what_stands_beside_a_passage_is_found_but_counts_in_no_score_and_no_length(self, tmp_path):
        writer = PostingsWriter(tmp_path)
        writer.add(["court", "court"], ["lund"])
        writer.add(["court"])
        writer.close()
        with closing(PostingsReader(tmp_path)) as reader:
            assert reader.lengths.tolist() == [2, 1]
            assert pairs(reader.read("lund")) == [(0, 0)]
            assert reader.frequencies(np.array([key("lund")], dtype=np.uint64)).tolist() == [1]
            assert reader.keys_of_all() == [[key("court")] * 2, [key("court")]]
            assert len(scores_of([(reader.read("lund"), 5.0)], np.ones(2, dtype=np.float32), None)[0]) == 0

    @settings(deadline=None)
    @given(passages)
    def test_each_passage_s_terms_are_had_as_keys(self, texts):
        with TemporaryDirectory() as folder, closing(write(Path(folder), texts)) as reader:
            found = reader.keys_of_all()
        assert [sorted(keys) for keys in found] == [sorted(map(key, terms)) for terms in texts]

    @settings(deadline=None)
    @given(parts=st.lists(passages, min_size=1, max_size=4), data=st.data())
    def test_taking_passages_gives_the_bytes_of_writing_them(self, parts, data):
        kept = [data.draw(st.lists(st.booleans(), min_size=len(part), max_size=len(part))) for part in parts]
        with TemporaryDirectory() as name:
            folders = [Path(name) / str(i) for i in range(len(parts) + 2)]
            for folder in folders:
                folder.mkdir()
            *sources, taken, anew = folders
            writer = PostingsWriter(taken)
            for source, part, flags in zip(sources, parts, kept, strict=True):
                with closing(write(source, part)) as reader:
                    writer.take(reader, np.array(flags, dtype=np.bool_))
            writer.close()
            wanted = [terms for part, flags in zip(parts, kept, strict=True) for terms in compress(part, flags)]
            write(anew, wanted).close()
            assert contents(taken) == contents(anew)

    def test_a_passage_may_hold_more_terms_than_are_counted(self, tmp_path):
        with closing(write(tmp_path, [["court"], ["court"] * 70_000])) as reader:
            assert pairs(reader.read("court")) == [(0, 1), (1, 2**16 - 1)]
            assert reader.lengths.tolist() == [1, 70_000]

    def test_terms_beyond_those_that_are_counted_shift_no_other_passage_s_keys(self, tmp_path):
        court, ferry, wheat = map(key, ["court", "ferry", "wheat"])
        with closing(write(tmp_path, [["ferry"], ["court"] * 70_000 + ["wheat"], [], ["wheat", "ferry"]])) as reader:
            first, second, third, fourth = reader.keys_of_all()
        assert (first, third, sorted(fourth)) == ([ferry], [], sorted([wheat, ferry]))
        assert (len(second), second.count(court), second.count(wheat)) == (2**16, 2**16 - 1, 1)

    def test_without_passages_there_are_no_keys(self, tmp_path):
        with closing(write(tmp_path, [])) as reader:
            assert reader.keys_of_all() == []

    def test_damage_is_found_only_in_what_is_read(self, tmp_path):
        # So many passages that the two terms' postings share no block.
        write(tmp_path, [["court"]] * BLOCK + [["ferry"]] * BLOCK).close()
        first, second = sorted(["court", "ferry"], key=key)
        content = bytearray((tmp_path / POSTINGS_FILE).read_bytes())
        content[0] ^= 1
        (tmp_path / POSTINGS_FILE).write_bytes(content)
        with closing(PostingsReader(tmp_path)) as reader:
            assert len(reader.read(second).passages) == BLOCK
            with pytest.raises(IndexDamagedError, match=POSTINGS_FILE):
                reader.read(first)


class TestFormula:
    def test_idf(self):
        assert idf(1, 1) == pytest.approx(math.log(4 / 3))
        assert idf(0, 3) == pytest.approx(math.log(8))
        assert idf(3, 10) == pytest.approx(math.log(1 + 7.5 / 3.5))

    def test_idf_is_positive_for_a_term_in_every_passage(self):
        assert all(idf(n, n) > 0 for n in (1, 2, 1000, 10**9))

    def test_a_passage_of_average_length_has_the_norm_k1(self):
        norms = length_norms(np.array([4, 2, 0, 8], dtype=np.uint32), 4)
        np.testing.assert_allclose(norms, [1.2, 0.75, 0.3, 2.1], rtol=1e-6)  # 1.2 (0.25 + 0.75 l / 4)

    def test_passages_that_all_have_no_terms_have_a_norm(self):
        np.testing.assert_allclose(length_norms(np.array([0, 0], dtype=np.uint32), 0), [0.3, 0.3], rtol=1e-6)

    def test_a_term_counts_less_and_less(self):
        counts, norms = np.array([1, 2, 60_000], dtype=np.uint16), np.full(3, 1.2, dtype=np.float32)
        np.testing.assert_allclose(saturation(counts, norms), [1, 1.375, 2.2], rtol=1e-4)

    def test_scores_are_added_up_and_passages_without_a_term_are_not_listed(self):
        norms = np.full(4, 1.2, dtype=np.float32)
        terms = [(postings((0, 1), (2, 2)), 2.0), (postings((2, 1)), 0.5), (postings((2, 1)), 0.5)]
        numbers, scores = scores_of(terms, norms, None)
        assert numbers.tolist() == [0, 2]
        np.testing.assert_allclose(scores, [2, 2 * 1.375 + 0.5 + 0.5], rtol=1e-6)
        assert scores.dtype == np.float32

    def test_passages_that_are_not_allowed_are_not_listed(self):
        allowed = np.array([False, True, True])
        numbers, _ = scores_of([(postings((0, 1), (1, 1)), 1.0)], np.ones(3, dtype=np.float32), allowed)
        assert numbers.tolist() == [1]


TERMS = ["court", "wheat", "ferri", "union", "budget", "zyzzyva"]

ARTICLES = encode(
    [
        article(
            f"{i:02}.md",
            " ".join(f"{word} {word * (i % 2)} item{i % 5}.".capitalize() for word in words[: 1 + i % 4] * (1 + i % 3)),
        )
        for i, words in enumerate([["court", "wheat", "ferry", "union"], ["budget", "court", "court", "ferry"]] * 6)
    ],
    max_tokens=6,
)

#: What a passage is known by, however its index numbers it.
Scores = dict[tuple[str, int], float]


def search(opened: Sequence[Segment], terms: Sequence[str], depth: int) -> Scores:
    """The scores of the passages found, by document and start."""
    numbers, scores = LexicalSearch(opened).search(terms, depth, [s.live_passages for s in opened])
    firsts = np.cumsum([0, *(s.sizes.passages for s in opened)])
    found: Scores = {}
    for number, score in zip(numbers.tolist(), scores.tolist(), strict=True):
        segment = int(np.searchsorted(firsts, number, side="right")) - 1
        place = number - int(firsts[segment])
        where = opened[segment].store.at([place])[place]
        found[where.document_id, where.chunk.start] = score
    return found


def open_segment(folder: Path, documents: Sequence[EncodedDocument], removed: Sequence[int]) -> Segment:
    folder.mkdir()
    writer = SegmentWriter(folder, WordEncoder.dimension)
    for document in documents:
        writer.add(document)
    writer.close()
    return Segment(folder, writer.sizes, WordEncoder.dimension, removed)


class TestAnySegments:
    """An index in several segments, with documents removed, against one of only the others, in one segment."""

    @settings(deadline=None, max_examples=40)
    @given(
        places=st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=12, max_size=12),
        terms=st.lists(st.sampled_from(TERMS), max_size=4),
        depth=st.integers(1, 60),
    )
    def test_scores_are_the_same_to_the_bit(self, places, terms, depth):
        parts: list[list[tuple[EncodedDocument, bool]]] = [[], [], [], []]
        for document, (part, stays) in zip(ARTICLES, places, strict=True):
            parts[part].append((document, stays))
        kept = [document for document, (_, stays) in zip(ARTICLES, places, strict=True) if stays]
        with TemporaryDirectory() as folder, ExitStack() as stack:
            opened = []
            for i, part in enumerate(parts):
                removed = [number for number, (_, stays) in enumerate(part) if not stays]
                segment = open_segment(Path(folder) / str(i), [document for document, _ in part], removed)
                opened.append(stack.enter_context(closing(segment)))
            one = [stack.enter_context(closing(open_segment(Path(folder) / "one", kept, [])))]
            assert search(opened, terms, depth) == search(one, terms, depth)  # float32 values, compared exactly
            frequencies = LexicalSearch(opened).document_frequencies(TERMS)
            assert frequencies == LexicalSearch(one).document_frequencies(TERMS)
            assert frequencies == [oracle.frequency(oracle.passages(kept), term) for term in TERMS]

    def test_scores_are_those_of_the_formula(self, tmp_path):
        written = oracle.passages(ARTICLES)
        with closing(open_segment(tmp_path / "one", ARTICLES, [])) as segment:
            found = search([segment], ["court", "wheat", "court"], len(written))
        weights = {term: oracle.lucene_idf(written, term) for term in TERMS}
        expected = {
            (p.document.id, p.chunk.start): sum(
                weights[term] * oracle.saturation(written, term, number) for term in ("court", "wheat", "court")
            )
            for number, p in enumerate(written)
            if {"court", "wheat"} & set(p.terms)
        }
        assert found == pytest.approx(expected, rel=1e-5)

    def test_all_that_are_as_good_as_the_last_are_listed(self, tmp_path):
        same = encode([article(f"{i}.md", "The court sat.") for i in range(6)])
        opened = [open_segment(tmp_path / str(i), same[i : i + 2], []) for i in (0, 2, 4)]
        assert len(search(opened, ["court"], 1)) == 6
        for segment in opened:
            segment.close()

    def test_without_passages_nothing_is_found(self, tmp_path):
        with closing(open_segment(tmp_path / "gone", ARTICLES[:2], [0, 1])) as segment:
            assert search([segment], ["court"], 5) == {}
            assert LexicalSearch([segment]).document_frequencies(["court"]) == [0]
        assert search([], ["court"], 5) == {}

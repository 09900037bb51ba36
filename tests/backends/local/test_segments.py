"""Segments: what was written is what is read, and taking from one loses nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.backends.base import EncodedDocument
from qa.backends.filters import Filter
from qa.backends.local import generations
from qa.backends.local.blocks import TABLE_SUFFIX
from qa.backends.local.codes import CODES_FILE
from qa.backends.local.dense import DenseSearch
from qa.backends.local.lexical import LexicalSearch
from qa.backends.local.searcher import LocalSearcher
from qa.backends.local.segment import BLOCK_FILES, Segment, SegmentWriter
from qa.backends.local.store import StoreReader, StoreWriter
from qa.backends.manifest import Sizes
from qa.backends.shared.record import record_of
from qa.errors import IndexDamagedError
from qa.types import Chunk, Document, DocumentRef, Span
from tests.contracts.backends import encode, publish
from tests.disk import lists_open_files, opened_in
from tests.support import WordEncoder, article

DIMENSION = WordEncoder.dimension

#: Some of one passage, some of several.
DOCUMENTS = encode(
    [
        article("court.md", "The court sat. It heard a case. The case was long. Nobody spoke.", date="2024-07-31"),
        article("ferry.md", "The ferry left.", title="No boats", source="Island Courier"),
        article("a/wheat.md", "Wheat 🌾 grew. Été came.\r\nThen it rained \0 for days on end.", date="2021-12-01"),
        article("bare.md", "…", url="https://example.org/?q=1", language="en-GB", path="/corpus/bare.md"),
        article("z.md", "The court sat again. " * 9, title="Z", date="2024-08-01", source="Island Courier"),
        article("bells.md", "Bells rang over the harbour. The harbour froze. A ferry lay idle."),
    ],
    max_tokens=16,
)


def write(folder: Path, documents: Iterable[EncodedDocument], removed: Sequence[int] = ()) -> Segment:
    folder.mkdir()
    writer = SegmentWriter(folder, DIMENSION)
    for document in documents:
        writer.add(document)
    writer.close()
    return Segment(folder, writer.sizes, DIMENSION, removed)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def read(segment: Segment, number: int) -> tuple[object, ...]:
    """All that a segment holds of a document."""
    row = segment.store.row_at(number)
    document, sentences = segment.store.stored(row)
    passage_vectors = segment.passage_vectors(row.first_passage, row.passages)
    sentence_codes = bytes(segment.sentence_data(row.first_sentence, row.sentences))
    return document, sentences, tuple(segment.store.chunks(row)), passage_vectors.tolist(), sentence_codes


def test_the_documents_of_this_file_are_fit_for_it():
    counts = {len(d.passages) for d in DOCUMENTS}
    assert 1 in counts
    assert max(counts) > 2


def test_documents_are_read_as_they_were_written(tmp_path):
    with closing(write(tmp_path / "one", DOCUMENTS)) as segment:
        for number, written in enumerate(DOCUMENTS):
            document, sentences, chunks, vectors, _ = read(segment, number)
            assert document == written.document
            assert (sentences, chunks) == (written.sentences, written.passages)
            assert vectors == written.passage_vectors.tolist()  # they fit in half precision


def test_sentences_keep_their_vectors_to_half_a_step(tmp_path):
    with closing(write(tmp_path / "one", DOCUMENTS)) as segment:
        written = np.vstack([d.sentence_vectors for d in DOCUMENTS])
        found = segment.sentence_vectors(0, len(written))
        steps = np.abs(written).max(axis=1, keepdims=True) / 127
        assert (np.abs(found - written) <= 0.5001 * steps).all()


def test_numbers_count_from_0_in_the_order_of_writing(tmp_path):
    with closing(write(tmp_path / "one", DOCUMENTS)) as segment:
        rows = list(segment.store.rows())
        assert [(row.number, row.id) for row in rows] == [(i, d.document.id) for i, d in enumerate(DOCUMENTS)]
        passages = list(accumulate((len(d.passages) for d in DOCUMENTS), initial=0))
        sentences = list(accumulate((len(d.sentences) for d in DOCUMENTS), initial=0))
        assert [(row.first_passage, row.passages) for row in rows] == [(a, b - a) for a, b in pairwise(passages)]
        assert [(row.first_sentence, row.sentences) for row in rows] == [(a, b - a) for a, b in pairwise(sentences)]
        assert segment.sizes == Sizes(len(DOCUMENTS), passages[-1], sentences[-1])
        at = segment.store.at(range(passages[-1]))
        assert list(at) == list(range(passages[-1]))
        for number, place in at.items():
            written = DOCUMENTS[place.document]
            assert passages[place.document] <= number < passages[place.document + 1]
            assert place.chunk == written.passages[number - passages[place.document]]
            assert (place.document_id, place.first_sentence) == (written.document.id, sentences[place.document])


def test_the_store_lists_documents_without_their_texts(tmp_path):
    with closing(write(tmp_path / "one", DOCUMENTS)) as segment:
        references = list(segment.store.references())
        by_id = sorted(enumerate(DOCUMENTS), key=lambda pair: pair[1].document.id)
        assert references == [(number, DocumentRef.of(d.document)) for number, d in by_id]
        assert sorted(segment.store.ids()) == [(i, d.document.id) for i, d in enumerate(DOCUMENTS)]


def test_a_row_has_all_fields_of_its_document_and_is_found_by_id(tmp_path):
    with closing(write(tmp_path / "one", DOCUMENTS)) as segment:
        for number, written in enumerate(DOCUMENTS):
            row = segment.store.row(written.document.id)
            assert row is not None
            assert (row.number, row.record) == (number, record_of(written.document))
        assert segment.store.row("nothing.md") is None
        assert segment.store.row("\ud800") is None


def test_any_number_of_passages_is_found_at_once(tmp_path):
    """Also more than SQLite takes parameters, which is 32,766."""
    sentence, count = "It sat. ", 11_000
    spans = tuple(Span(i * len(sentence), (i + 1) * len(sentence)) for i in range(count))
    chunks = tuple(Chunk(*span, i, i + 1) for i, span in enumerate(spans))
    none = np.empty((0, DIMENSION), dtype=np.float32)
    writer = StoreWriter(tmp_path)
    for i in range(3):
        writer.add(EncodedDocument(article(f"{i}.md", sentence * count), spans, chunks, none, none))
    writer.close()
    with closing(StoreReader(tmp_path)) as store:
        found = store.at(range(3 * count))
    assert {number: (place.document, place.chunk) for number, place in found.items()} == {
        number: (number // count, chunks[number % count]) for number in range(3 * count)
    }


def test_a_text_with_lone_surrogates_comes_back(tmp_path):
    (encoded,) = encode([Document("odd.md", "The court \ud83d sat. It rose.", sha256="0" * 64)])
    with closing(write(tmp_path / "one", [encoded])) as segment:
        assert segment.store.stored(segment.store.row_at(0)).document == encoded.document


class TestRemoved:
    def test_removed_documents_leave_no_live_passage(self, tmp_path):
        expected = [i not in (0, 4) for i, d in enumerate(DOCUMENTS) for _ in d.passages]
        with closing(write(tmp_path / "one", DOCUMENTS, removed=[0, 4])) as segment:
            assert segment.live_passages.tolist() == expected
            assert segment.sizes.documents == len(DOCUMENTS)
            assert segment.allowed(Filter()) is segment.live_passages

    def test_where_nothing_was_removed_all_passages_may_be_found(self, tmp_path):
        with closing(write(tmp_path / "one", DOCUMENTS)) as segment:
            assert segment.live_passages.all()
            assert segment.allowed(Filter()) is None

    @pytest.mark.parametrize(
        ("within", "passing"),
        [
            (Filter(since="2024-08-01"), {"z.md"}),
            (Filter(until="2024-07-31"), {"a/wheat.md"}),
            (Filter(source="COURIER"), {"ferry.md", "z.md"}),
            (Filter(source="nobody"), set()),
        ],
        ids=["since", "until", "source", "none"],
    )
    def test_a_filter_passes_no_removed_document(self, tmp_path, within, passing):
        expected = [d.document.id in passing for d in DOCUMENTS for _ in d.passages]
        with closing(write(tmp_path / "one", DOCUMENTS, removed=[0])) as segment:
            allowed = segment.allowed(within)
            assert allowed is not None
            assert allowed.tolist() == expected

    def test_the_vectors_are_searched_without_removed_ones(self, tmp_path):
        vectors = np.vstack([d.passage_vectors for d in DOCUMENTS])
        query = WordEncoder().encode_query("the court sat again")
        with closing(write(tmp_path / "one", DOCUMENTS, removed=[4])) as segment:
            numbers, scores = DenseSearch([segment], map).search(query, 99, [segment.allowed(Filter())])
            (live,) = np.nonzero(segment.live_passages)
        assert sorted(numbers.tolist()) == live.tolist()
        np.testing.assert_allclose(scores, vectors[numbers] @ query, atol=1e-6)


class TestTaking:
    @settings(deadline=None, max_examples=40)
    @given(
        order=st.permutations(range(len(DOCUMENTS))),
        cut=st.integers(0, len(DOCUMENTS)),
        removed=st.sets(st.integers(0, len(DOCUMENTS) - 1)),
    )
    def test_taking_from_segments_gives_the_bytes_of_writing_what_was_kept(self, order, cut, removed):
        """For every file, the tables of checksums included."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            sources = [
                write(folder / str(i), [DOCUMENTS[n] for n in part], [p for p, n in enumerate(part) if n in removed])
                for i, part in enumerate((order[:cut], order[cut:]))
            ]
            (folder / "taken").mkdir()
            writer = SegmentWriter(folder / "taken", DIMENSION)
            for source in sources:
                with closing(source):
                    writer.take(source)
            writer.close()
            kept = [DOCUMENTS[n] for n in order if n not in removed]
            with closing(write(folder / "anew", kept)) as anew:
                assert writer.sizes == anew.sizes
            assert contents(folder / "taken") == contents(folder / "anew")

    def test_documents_can_be_added_to_what_was_taken(self, tmp_path):
        (tmp_path / "both").mkdir()
        writer = SegmentWriter(tmp_path / "both", DIMENSION)
        with closing(write(tmp_path / "one", DOCUMENTS[:3], removed=[1])) as source:
            writer.take(source)
        for document in DOCUMENTS[3:]:
            writer.add(document)
        writer.close()
        write(tmp_path / "anew", [DOCUMENTS[0], *DOCUMENTS[2:]]).close()
        assert contents(tmp_path / "both") == contents(tmp_path / "anew")

    def test_the_segment_that_is_taken_from_stays_as_it_was(self, tmp_path):
        source = write(tmp_path / "one", DOCUMENTS, removed=[2])
        before = contents(tmp_path / "one")
        (tmp_path / "two").mkdir()
        writer = SegmentWriter(tmp_path / "two", DIMENSION)
        with closing(source):
            writer.take(source)
        writer.close()
        assert contents(tmp_path / "one") == before

    @pytest.mark.parametrize("name", sorted({*BLOCK_FILES} - {CODES_FILE}))  # codes are made anew from the vectors
    def test_damage_is_not_copied(self, tmp_path, name):
        with closing(write(tmp_path / "one", DOCUMENTS)) as segment:
            sizes = segment.sizes
        content = bytearray((tmp_path / "one" / name).read_bytes())
        content[len(content) // 2] ^= 1
        (tmp_path / "one" / name).write_bytes(content)
        (tmp_path / "two").mkdir()
        writer = SegmentWriter(tmp_path / "two", DIMENSION)
        with (
            closing(Segment(tmp_path / "one", sizes, DIMENSION, [])) as source,
            pytest.raises(IndexDamagedError, match=f"{name} is not what was written"),
        ):
            writer.take(source)
        writer.abort()


def test_a_segment_of_nothing_is_searched_without_an_error(tmp_path):
    with closing(write(tmp_path / "none", [])) as segment:
        assert segment.sizes == Sizes(0, 0, 0)
        assert list(segment.store.rows()) == []
        unit = np.full(DIMENSION, DIMENSION**-0.5, dtype=np.float32)
        numbers, scores = DenseSearch([segment], map).search(unit, 5, [None])
        assert (len(numbers), len(scores)) == (0, 0)
        assert LexicalSearch([segment]).document_frequencies(["court"]) == [0]


def test_every_file_in_blocks_has_its_table_and_no_other_has(tmp_path):
    write(tmp_path / "one", DOCUMENTS).close()
    tables = {name.removesuffix(TABLE_SUFFIX) for name in contents(tmp_path / "one") if name.endswith(TABLE_SUFFIX)}
    assert tables == set(BLOCK_FILES)


def test_nothing_can_be_read_of_an_aborted_segment(tmp_path):
    (tmp_path / "one").mkdir()
    writer = SegmentWriter(tmp_path / "one", DIMENSION)
    for document in DOCUMENTS:
        writer.add(document)
    writer.abort()
    with pytest.raises(OSError, match="No such file"):
        StoreReader(tmp_path / "one")


@lists_open_files
class TestOpenFiles:
    @pytest.mark.parametrize("name", BLOCK_FILES)
    def test_none_is_left_open_by_a_segment_that_cannot_be_opened(self, tmp_path, name):
        with closing(write(tmp_path / "one", DOCUMENTS)) as segment:
            sizes = segment.sizes
        (tmp_path / "one" / f"{name}{TABLE_SUFFIX}").unlink()
        with pytest.raises(FileNotFoundError, match=name):
            Segment(tmp_path / "one", sizes, DIMENSION, [])
        assert opened_in(tmp_path) == []

    def test_none_is_left_open_by_a_generation_of_which_one_segment_cannot_be_opened(self, tmp_path):
        folder = publish(tmp_path, DOCUMENTS[:4], segment=2)
        gone = f"segments/000002/postings.bin{TABLE_SUFFIX}"
        (folder / gone).unlink()
        _, manifest = generations.current_manifest(tmp_path)
        files = {name: entry for name, entry in manifest.extra.files.items() if name != gone}
        with pytest.raises(FileNotFoundError, match=r"000002/postings\.bin"):
            LocalSearcher(folder, replace(manifest, extra=replace(manifest.extra, files=files)))
        assert opened_in(tmp_path) == []

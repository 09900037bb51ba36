"""Writing a generation: segments are finished, merged, taken over and removed, and nothing is rewritten in vain."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from qa.backends.base import EncodedDocument
from qa.backends.local import merging
from qa.backends.local.files import FileEntry, verify
from qa.backends.local.manifest import SEGMENTS_FOLDER, SegmentEntry
from qa.backends.local.segment import Segment
from qa.backends.local.writer import LocalWriter
from qa.backends.manifest import Sizes
from qa.errors import IndexDamagedError
from tests.contracts.backends import encode
from tests.disk import full_disk, lists_open_files, opened_in
from tests.support import WordEncoder, article

DIMENSION = WordEncoder.dimension

#: Each is one passage and one sentence.
DOCUMENTS = encode([article(f"{i:03}.md", f"The court of item{i} sat.") for i in range(80)])


def new_writer(folder: Path) -> LocalWriter:
    folder.mkdir()
    return LocalWriter(folder, DIMENSION)


def write(folder: Path, *segments: Sequence[EncodedDocument]) -> LocalWriter:
    """A writer that has finished a segment after each group of documents."""
    writer = new_writer(folder)
    for documents in segments:
        for document in documents:
            writer.add(document)
        writer.finish_segment()
    return writer


def held(folder: Path, segments: Sequence[SegmentEntry]) -> list[list[str]]:
    """The ids of the documents that an index has in each segment, whose files are all read."""
    found = []
    for entry in segments:
        with closing(Segment(folder / SEGMENTS_FOLDER / entry.name, entry.sizes, DIMENSION, entry.removed)) as segment:
            rows = [row for row in segment.store.rows() if row.number not in segment.removed]
            assert len(segment.passage_vectors(0, entry.sizes.passages)) == entry.sizes.passages
            assert len(segment.sentence_vectors(0, entry.sizes.sentences)) == entry.sizes.sentences
            assert len(segment.postings.all()[1].passages) >= entry.sizes.passages
            assert [segment.store.stored(row).document.id for row in rows] == [row.id for row in rows]
            found.append([row.id for row in rows])
    return found


def names(documents: Sequence[EncodedDocument]) -> list[str]:
    return [document.document.id for document in documents]


def folders(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / SEGMENTS_FOLDER).iterdir())


def without(entry: SegmentEntry, *removed: int) -> SegmentEntry:
    """The entry with documents removed, each of which is one passage and one sentence."""
    return SegmentEntry(entry.name, entry.sizes, removed, len(removed), len(removed))


class TestFinishing:
    def test_what_was_added_becomes_a_segment(self, tmp_path):
        writer = write(tmp_path / "new", DOCUMENTS[:3])
        assert writer.segments == [SegmentEntry("000001", Sizes(3, 3, 3))]
        assert held(tmp_path / "new", writer.segments) == [names(DOCUMENTS[:3])]

    def test_every_file_is_described_and_no_other(self, tmp_path):
        writer = write(tmp_path / "new", DOCUMENTS[:3], DOCUMENTS[3:5])
        there = {f.relative_to(tmp_path / "new").as_posix() for f in (tmp_path / "new").rglob("*") if f.is_file()}
        assert set(writer.files) == there
        verify(tmp_path / "new", writer.files)

    def test_files_that_are_read_whole_have_a_checksum_and_the_others_their_tables(self, tmp_path):
        writer = write(tmp_path / "new", DOCUMENTS[:3])
        unsummed = {name.rpartition("/")[2] for name, entry in writer.files.items() if entry.xxh3_128 is None}
        assert unsummed == {"passages.f16", "passages.u8", "sentences.i8", "postings.bin", "texts.bin"}
        assert {f"segments/000001/{name}.sums" for name in unsummed} < set(writer.files)

    def test_what_waits_is_counted_in_passages(self, tmp_path):
        (long,) = encode([article("long.md", "The court sat. " * 30)])
        writer = new_writer(tmp_path / "new")
        assert writer.waiting == 0
        writer.add(DOCUMENTS[0])
        writer.add(long)
        assert writer.waiting == 1 + len(long.passages) > 2
        writer.finish_segment()
        assert writer.waiting == 0

    def test_a_document_without_passages_is_not_written_anew_for_ever(self, tmp_path, monkeypatch):
        asked: list[Sequence[tuple[int, int]]] = []

        def due(sizes: Sequence[tuple[int, int]]) -> list[int] | None:
            asked.append(sizes)
            assert len(asked) < 10, "merging does not end"
            return merging.due(sizes)

        monkeypatch.setattr("qa.backends.local.writer.merging", SimpleNamespace(due=due))
        writer = write(tmp_path / "new", encode([article("empty.md", "")]))
        assert held(tmp_path / "new", writer.segments) == [["empty.md"]]

    def test_documents_without_passages_are_held_in_as_few_segments_as_others(self, tmp_path):
        empty = encode([article(f"{i}.md", "") for i in range(9)])
        writer = write(tmp_path / "new", *([d] for d in empty))
        assert writer.segments == [SegmentEntry("000009", Sizes(8, 0, 0)), SegmentEntry("000010", Sizes(1, 0, 0))]
        assert held(tmp_path / "new", writer.segments) == [names(empty[:8]), names(empty[8:])]

    def test_finishing_nothing_makes_nothing(self, tmp_path):
        writer = new_writer(tmp_path / "new")
        writer.finish_segment()
        assert (writer.segments, writer.files, folders(tmp_path / "new")) == ([], {}, [])


class TestMerging:
    def test_eight_small_segments_become_one(self, tmp_path):
        writer = write(tmp_path / "new", *([d] for d in DOCUMENTS[:8]))
        assert writer.segments == [SegmentEntry("000009", Sizes(8, 8, 8))]
        assert held(tmp_path / "new", writer.segments) == [names(DOCUMENTS[:8])]

    def test_a_merged_segment_has_the_bytes_of_one_that_was_written_at_once(self, tmp_path):
        write(tmp_path / "many", *([d] for d in DOCUMENTS[:8]))
        write(tmp_path / "one", DOCUMENTS[:8])
        many, one = (
            {f.name: f.read_bytes() for f in (tmp_path / path).iterdir()}
            for path in ("many/segments/000009", "one/segments/000001")
        )
        assert many == one

    def test_many_small_segments_leave_few_with_all_documents(self, tmp_path):
        writer = write(tmp_path / "new", *([d] for d in DOCUMENTS))
        assert len(writer.segments) < 8
        found = held(tmp_path / "new", writer.segments)
        assert sorted(name for part in found for name in part) == names(DOCUMENTS)
        assert sum(entry.sizes.documents for entry in writer.segments) == len(DOCUMENTS)

    def test_what_was_merged_stays_until_it_is_said_to_be_obsolete(self, tmp_path):
        """Until then, a manifest may name it."""
        writer = write(tmp_path / "new", *([d] for d in DOCUMENTS[:9]))
        assert len(folders(tmp_path / "new")) == 10
        writer.remove_obsolete()
        assert folders(tmp_path / "new") == [entry.name for entry in writer.segments] == ["000009", "000010"]
        there = {f.relative_to(tmp_path / "new").as_posix() for f in (tmp_path / "new").rglob("*") if f.is_file()}
        assert set(writer.files) == there

    def test_removing_what_is_obsolete_twice_removes_nothing_more(self, tmp_path):
        writer = write(tmp_path / "new", *([d] for d in DOCUMENTS[:9]))
        writer.remove_obsolete()
        writer.remove_obsolete()
        assert held(tmp_path / "new", writer.segments) == [names(DOCUMENTS[:8]), names(DOCUMENTS[8:9])]

    def test_writing_goes_on_after_a_merge(self, tmp_path):
        writer = write(tmp_path / "new", *([d] for d in DOCUMENTS[:8]))
        writer.remove_obsolete()
        writer.add(DOCUMENTS[8])
        writer.finish_segment()
        assert held(tmp_path / "new", writer.segments) == [names(DOCUMENTS[:8]), names(DOCUMENTS[8:9])]


class TestTakingOver:
    @pytest.fixture
    def old(self, tmp_path: Path) -> LocalWriter:
        return write(tmp_path / "old", DOCUMENTS[:10], DOCUMENTS[10:14])

    def test_files_are_linked_and_not_rewritten(self, old, tmp_path):
        writer = new_writer(tmp_path / "new")
        writer.take_over(tmp_path / "old", old.segments, old.files)
        writer.finish_segment()
        assert (writer.segments, writer.files) == (old.segments, old.files)
        assert all((tmp_path / "new" / name).samefile(tmp_path / "old" / name) for name in old.files)

    def test_new_segments_have_names_of_their_own(self, old, tmp_path):
        writer = new_writer(tmp_path / "new")
        writer.take_over(tmp_path / "old", old.segments, old.files)
        writer.add(DOCUMENTS[20])
        writer.finish_segment()
        assert [entry.name for entry in writer.segments] == ["000001", "000002", "000003"]
        assert held(tmp_path / "new", writer.segments)[2] == names(DOCUMENTS[20:21])
        assert folders(tmp_path / "old") == ["000001", "000002"]

    def test_only_the_given_segments_and_their_files_are_taken_over(self, old, tmp_path):
        writer = new_writer(tmp_path / "new")
        writer.take_over(tmp_path / "old", old.segments[1:], {**old.files, "encoder/a.onnx": FileEntry(1, None)})
        assert folders(tmp_path / "new") == ["000002"]
        assert {name.rsplit("/", 1)[0] for name in writer.files} == {"segments/000002"}

    def test_few_removed_documents_leave_the_segment_as_it_is(self, old, tmp_path):
        writer = new_writer(tmp_path / "new")
        writer.take_over(tmp_path / "old", [without(old.segments[0], 1, 4), old.segments[1]], old.files)
        writer.finish_segment()
        assert [entry.name for entry in writer.segments] == ["000001", "000002"]
        assert (tmp_path / "new/segments/000001/texts.bin").samefile(tmp_path / "old/segments/000001/texts.bin")
        kept = [name for i, name in enumerate(names(DOCUMENTS[:10])) if i not in (1, 4)]
        assert held(tmp_path / "new", writer.segments)[0] == kept

    def test_many_removed_documents_have_the_segment_written_anew(self, old, tmp_path):
        before = {name: (tmp_path / "old" / name).read_bytes() for name in old.files}
        writer = new_writer(tmp_path / "new")
        writer.take_over(tmp_path / "old", [without(old.segments[0], 0, 1, 2), old.segments[1]], old.files)
        writer.finish_segment()
        writer.remove_obsolete()
        assert writer.segments == [old.segments[1], SegmentEntry("000003", Sizes(7, 7, 7))]
        assert held(tmp_path / "new", writer.segments) == [names(DOCUMENTS[10:14]), names(DOCUMENTS[3:10])]
        assert {name: (tmp_path / "old" / name).read_bytes() for name in old.files} == before

    def test_a_segment_of_which_nothing_is_left_goes(self, old, tmp_path):
        writer = new_writer(tmp_path / "new")
        writer.take_over(tmp_path / "old", [old.segments[0], without(old.segments[1], 0, 1, 2, 3)], old.files)
        writer.finish_segment()
        writer.remove_obsolete()
        assert writer.segments == [old.segments[0]]
        assert folders(tmp_path / "new") == ["000001"]
        assert not any(name.startswith("segments/000002/") for name in writer.files)

    def test_removed_documents_are_left_behind_by_a_merge(self, old, tmp_path):
        writer = new_writer(tmp_path / "new")
        writer.take_over(tmp_path / "old", [without(old.segments[0], 9), old.segments[1]], old.files)
        for document in DOCUMENTS[20:26]:
            writer.add(document)
            writer.finish_segment()
        expected = names([*DOCUMENTS[:9], *DOCUMENTS[10:14], *DOCUMENTS[20:26]])
        assert held(tmp_path / "new", writer.segments) == [expected]
        assert writer.segments == [SegmentEntry("000009", Sizes(19, 19, 19))]


@lists_open_files
class TestOpenFiles:
    def test_none_is_open_after_finishing_and_merging(self, tmp_path):
        write(tmp_path / "new", *([d] for d in DOCUMENTS[:9]))
        assert opened_in(tmp_path) == []

    def test_none_is_open_after_aborting(self, tmp_path):
        writer = write(tmp_path / "new", DOCUMENTS[:2])
        writer.add(DOCUMENTS[2])
        assert opened_in(tmp_path)
        writer.abort()
        assert opened_in(tmp_path) == []
        writer.abort()
        assert writer.segments == [SegmentEntry("000001", Sizes(2, 2, 2))]

    def test_none_is_open_after_a_merge_that_failed(self, tmp_path):
        writer = write(tmp_path / "new", *([d] for d in DOCUMENTS[:7]))
        damaged = tmp_path / "new/segments/000004/texts.bin"
        damaged.write_bytes(damaged.read_bytes()[::-1])
        writer.add(DOCUMENTS[7])
        with pytest.raises(IndexDamagedError, match=r"texts\.bin is not what was written"):
            writer.finish_segment()
        assert opened_in(tmp_path) == []

    def test_none_is_open_after_aborting_on_a_full_disk(self, tmp_path):
        writer = new_writer(tmp_path / "new")
        writer.add(DOCUMENTS[0])
        with full_disk(0):
            writer.abort()
        assert opened_in(tmp_path) == []

    def test_none_is_open_after_a_merge_that_the_disk_had_no_room_for(self, tmp_path):
        large = encode([article(f"{i}.md", f"Court number {i} sat. " * 200) for i in range(8)])
        writer = write(tmp_path / "new", *([d] for d in large[:7]))
        writer.add(large[7])
        largest = max(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
        with full_disk(largest + 4_000), pytest.raises(OSError, match=r"too large|disk"):
            writer.finish_segment()
        writer.abort()
        assert opened_in(tmp_path) == []

"""A generation while it is written: what is kept of an interrupted one, and what is published."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import qa.backends.local.draft
from qa.backends.base import EncodedDocument
from qa.backends.local import generations
from qa.backends.local.draft import CHECKPOINT, LocalDraft
from qa.backends.local.generation import LocalGeneration
from qa.backends.local.searcher import LocalSearcher
from qa.errors import IndexNotFoundError, QAError
from qa.indexing.pipeline import BackgroundWorker
from tests.contracts.backends import encode, manifest_of
from tests.disk import full_disk, lists_open_files, opened_in
from tests.support import article, open_current

#: Each is one passage and one sentence.
DOCUMENTS = encode([article(f"{i:03}.md", f"The court of item{i} sat.") for i in range(40)])

#: A document that takes more room than all others together.
(LARGE,) = encode([article("large.md", "The court sat over and over again. " * 4_000)])


def new_draft(index: Path, folder: Path) -> LocalDraft:
    draft = LocalDraft(index, folder)
    draft.begin(manifest_of([]), lambda *_: None)
    return draft


def from_pending(index: Path, folder: Path) -> LocalDraft:
    """A draft that goes on from what an interrupted one had done."""
    pending = generations.pending_manifest(index)
    assert pending is not None
    draft = LocalDraft(index, folder, LocalGeneration(*pending, is_unfinished=True))
    draft.begin(pending[1], lambda *_: None)
    return draft


def checkpoints(folder: Path) -> list[str]:
    return [file.name for file in folder.glob("checkpoint*")]


def add_all(draft: LocalDraft, documents: Sequence[EncodedDocument]) -> LocalDraft:
    for document in documents:
        draft.add(document)
    return draft


def interrupted(index: Path, documents: Sequence[EncodedDocument]) -> None:
    """An update that was interrupted after these documents."""
    with generations.writing(index) as folder:
        add_all(new_draft(index, folder), documents).keep()


def names(documents: Sequence[EncodedDocument]) -> list[str]:
    return [document.document.id for document in documents]


def read(searcher: LocalSearcher) -> list[str]:
    """The ids of all documents, of which everything is read."""
    found = [ref.id for ref in searcher.documents.references()]
    for name in found:
        encoded = searcher.documents.encoded(name)
        assert encoded is not None
        written = {d.document.id: d for d in (*DOCUMENTS, LARGE)}[name]
        assert (encoded.document, encoded.sentences, encoded.terms) == (
            written.document, written.sentences, written.terms
        )  # fmt: skip
        assert encoded.passage_vectors.tolist() == written.passage_vectors.tolist()
        assert encoded.sentence_vectors.shape == written.sentence_vectors.shape
    return found


def pending(index: Path) -> list[str]:
    """The ids of the documents that the next update can go on from."""
    found = generations.pending_manifest(index)
    if found is None:
        return []
    with closing(LocalSearcher(*found)) as searcher:
        return read(searcher)


def current(index: Path) -> list[str]:
    with closing(open_current(index)) as searcher:
        return read(searcher)


def expected_generation(documents: Sequence[EncodedDocument]) -> str:
    return manifest_of(documents).generation


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint every three passages."""
    monkeypatch.setattr(qa.backends.local.draft, "CHECKPOINT", 3)


class TestPublishing:
    def test_what_was_added_is_the_current_generation(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            manifest = add_all(new_draft(tmp_path, folder), DOCUMENTS).publish()
        assert current(tmp_path) == names(DOCUMENTS)
        assert generations.current_manifest(tmp_path) == (folder, manifest)
        assert manifest.generation == expected_generation(DOCUMENTS)
        assert manifest.sources == ("/news",)

    @pytest.mark.usefixtures("often")
    def test_a_generation_has_the_same_name_however_it_was_written(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            manifest = add_all(new_draft(tmp_path, folder), DOCUMENTS[::-1]).publish()
        assert manifest.generation == expected_generation(DOCUMENTS)

    @pytest.mark.usefixtures("often")
    def test_nothing_else_is_left(self, tmp_path):
        """Neither what was merged nor what was kept for the next update."""
        with generations.writing(tmp_path) as folder:
            manifest = add_all(new_draft(tmp_path, folder), DOCUMENTS).publish()
        there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
        assert there == {*manifest.extra.files, "manifest.json"}
        assert len(manifest.extra.segments) < 8
        assert sorted(file.name for file in tmp_path.iterdir()) == ["CURRENT", "LOCK", "generations"]
        assert current(tmp_path) == names(DOCUMENTS)

    def test_documents_that_were_removed_before_are_not_in_the_name(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            add_all(new_draft(tmp_path, folder), DOCUMENTS[:10]).publish()
        base = LocalGeneration(*generations.current_manifest(tmp_path))
        with closing(base), generations.writing(tmp_path) as folder:
            draft = LocalDraft(tmp_path, folder, base, ["000.md", "007.md"])
            draft.begin(base.manifest, lambda *_: None)
            manifest = add_all(draft, DOCUMENTS[10:12]).publish()
        kept = [*DOCUMENTS[1:7], *DOCUMENTS[8:10]]
        assert manifest.generation == expected_generation([*kept, *DOCUMENTS[10:12]])
        assert current(tmp_path) == names([*kept, *DOCUMENTS[10:12]])


class TestCheckpoints:
    @pytest.mark.usefixtures("often")
    def test_after_every_so_many_passages_what_is_written_can_be_gone_on_from(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            draft = new_draft(tmp_path, folder)
            for count, document in enumerate(DOCUMENTS[:8], start=1):
                draft.add(document)
                assert pending(tmp_path) == names(DOCUMENTS[: count - count % 3])
            draft.keep()

    def test_before_that_nothing_is_written_twice(self, tmp_path):
        assert len(DOCUMENTS) < CHECKPOINT
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS)
            assert generations.pending_manifest(tmp_path) is None
            draft.keep()

    @pytest.mark.usefixtures("often")
    def test_no_reader_sees_them(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS[:9])
            assert pending(tmp_path)
            with pytest.raises(IndexNotFoundError):
                open_current(tmp_path)
            draft.publish()
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS[20:26])
            assert pending(tmp_path) == names(DOCUMENTS[20:26])
            assert current(tmp_path) == names(DOCUMENTS[:9])
            draft.keep()

    @pytest.mark.usefixtures("often")
    def test_they_are_whole_when_segments_are_merged(self, tmp_path):
        """After eight checkpoints, and after each further seven."""
        with generations.writing(tmp_path) as folder:
            draft = new_draft(tmp_path, folder)
            for count, document in enumerate(DOCUMENTS, start=1):
                draft.add(document)
                if count % 3 == 0:
                    assert pending(tmp_path) == names(DOCUMENTS[:count])
                    assert len(list((folder / "segments").iterdir())) <= 8
            draft.keep()

    @pytest.mark.usefixtures("often")
    def test_they_outlive_a_writer_that_died(self, tmp_path):
        """Nothing is done at the end, as if the power had failed; what was added after the last one is lost."""
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS[:5])
            before = pending(tmp_path)
        assert before == pending(tmp_path) == names(DOCUMENTS[:3])
        draft.keep()  # closes its files; there is nowhere to write to

    def test_each_has_a_manifest_of_its_own_and_the_one_before_is_removed(self, tmp_path, monkeypatch):
        monkeypatch.setattr(qa.backends.local.draft, "CHECKPOINT", 2)
        with generations.writing(tmp_path) as folder:
            draft = new_draft(tmp_path, folder)
            for count, document in enumerate(DOCUMENTS[:7], start=1):
                draft.add(document)
                assert checkpoints(folder) == ([f"checkpoint-{count // 2}.json"] if count > 1 else [])
            assert (tmp_path / "PENDING").read_text().split()[2] == "checkpoint-3.json"
            draft.keep()
        assert checkpoints(folder) == ["checkpoint-4.json"]
        assert not (folder / "manifest.json").exists()

    @pytest.mark.usefixtures("often")
    def test_none_is_left_of_them_in_what_goes_on_from_one(self, tmp_path):
        interrupted(tmp_path, DOCUMENTS[:5])
        with generations.writing(tmp_path) as folder:
            manifest = add_all(from_pending(tmp_path, folder), DOCUMENTS[5:]).publish()
        assert sorted(file.name for file in folder.iterdir()) == ["encoder", "manifest.json", "segments"]
        there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
        assert there == {*manifest.extra.files, "manifest.json"}
        assert [path.name for path in (tmp_path / "generations").iterdir()] == [folder.name]

    @pytest.mark.usefixtures("often")
    def test_one_that_cannot_be_written_leaves_the_one_before(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS[:5])
            (tmp_path / f"PENDING.{os.getpid()}.new").mkdir()  # nothing can be written there
            with pytest.raises(QAError, match=r"PENDING\.\d+\.new"):
                draft.add(DOCUMENTS[5])
            draft.keep()
        assert pending(tmp_path) == names(DOCUMENTS[:3])

    @lists_open_files
    @pytest.mark.parametrize("size", [0, 700, 1_000, 8_000])
    def test_one_that_the_disk_has_no_room_for_is_whole_or_none_and_leaves_no_file_open(
        self, tmp_path, monkeypatch, size
    ):
        monkeypatch.setattr(qa.backends.local.draft, "CHECKPOINT", 10)
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS[:9])
            with full_disk(size), pytest.raises(QAError, match=r"too large|disk"):
                draft.add(DOCUMENTS[9])
            draft.keep()
        assert pending(tmp_path) in ([], names(DOCUMENTS[:10]))
        assert opened_in(tmp_path) == []


class TestKeeping:
    def test_what_was_added_before_an_interruption_is_kept(self, tmp_path):
        interrupted(tmp_path, DOCUMENTS[:5])
        assert pending(tmp_path) == names(DOCUMENTS[:5])
        with pytest.raises(IndexNotFoundError):
            open_current(tmp_path)

    def test_nothing_added_is_nothing_kept(self, tmp_path):
        interrupted(tmp_path, [])
        assert generations.pending_manifest(tmp_path) is None

    @pytest.mark.usefixtures("often")
    def test_what_came_after_the_last_checkpoint_is_kept_too(self, tmp_path):
        interrupted(tmp_path, DOCUMENTS[:5])
        assert pending(tmp_path) == names(DOCUMENTS[:5])

    def test_the_next_update_goes_on_from_it(self, tmp_path):
        interrupted(tmp_path, DOCUMENTS[:5])
        with generations.writing(tmp_path) as folder:
            manifest = add_all(from_pending(tmp_path, folder), DOCUMENTS[5:]).publish()
        assert current(tmp_path) == names(DOCUMENTS)
        assert manifest.generation == expected_generation(DOCUMENTS)
        assert generations.pending_manifest(tmp_path) is None
        assert [path.name for path in (tmp_path / "generations").iterdir()] == [folder.name]

    def test_it_may_be_interrupted_again_and_again(self, tmp_path):
        interrupted(tmp_path, DOCUMENTS[:2])
        for count in range(2, 30, 4):
            with generations.writing(tmp_path) as folder:
                add_all(from_pending(tmp_path, folder), DOCUMENTS[count : count + 4]).keep()
            assert pending(tmp_path) == names(DOCUMENTS[: count + 4])
            assert len(list((tmp_path / "generations").iterdir())) == 1
        with generations.writing(tmp_path) as folder:
            manifest = add_all(from_pending(tmp_path, folder), DOCUMENTS[30:]).publish()
        assert manifest.generation == expected_generation(DOCUMENTS)

    def test_the_current_generation_stays_beside_it(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            add_all(new_draft(tmp_path, folder), DOCUMENTS[:3]).publish()
        interrupted(tmp_path, DOCUMENTS[:5])
        assert current(tmp_path) == names(DOCUMENTS[:3])
        assert pending(tmp_path) == names(DOCUMENTS[:5])


class TestFailing:
    """A document that could not be added whole is not kept, and nothing that is only a part of one."""

    def test_where_the_folder_was_removed_nothing_is_kept(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            draft = new_draft(tmp_path, folder)
            shutil.rmtree(folder)
            with pytest.raises(QAError, match="No such file"):
                draft.add(DOCUMENTS[0])
            draft.keep()
        assert generations.pending_manifest(tmp_path) is None

    @pytest.mark.usefixtures("often")
    def test_where_the_folder_was_removed_after_a_checkpoint_that_is_none_either(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS[:3])
            shutil.rmtree(folder)
            with pytest.raises(QAError, match="No such file"):
                draft.add(DOCUMENTS[3])
            draft.keep()
        assert generations.pending_manifest(tmp_path) is None

    def test_where_the_folder_is_gone_at_the_end_the_interruption_is_what_is_told(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS[:3])
            shutil.rmtree(folder)
            draft.keep()
        assert generations.pending_manifest(tmp_path) is None

    @pytest.mark.parametrize("size", [0, 20_000, 60_000])
    def test_where_the_disk_is_full_in_the_middle_of_a_document_nothing_is_kept(self, tmp_path, size):
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS[:2])
            with full_disk(size), pytest.raises(QAError, match="too large"):
                draft.add(LARGE)
            draft.keep()
        assert generations.pending_manifest(tmp_path) is None

    @pytest.mark.usefixtures("often")
    def test_where_the_disk_is_full_what_was_there_at_the_last_checkpoint_is_kept(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), DOCUMENTS[:5])
            with full_disk(20_000), pytest.raises(QAError, match="too large"):
                draft.add(LARGE)
            draft.keep()
        assert pending(tmp_path) == names(DOCUMENTS[:3])
        with generations.writing(tmp_path) as folder:
            manifest = add_all(from_pending(tmp_path, folder), [*DOCUMENTS[3:5], LARGE]).publish()
        assert manifest.generation == expected_generation([*DOCUMENTS[:5], LARGE])
        assert current(tmp_path) == names([*DOCUMENTS[:5], LARGE])

    def test_a_disk_that_is_full_when_it_is_kept_is_not_told(self, tmp_path):
        """What is told is why the update ended."""
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), [LARGE])
            with full_disk(20_000):
                draft.keep()
        assert generations.pending_manifest(tmp_path) is None

    def test_nor_is_a_manifest_that_cannot_be_written(self, tmp_path):
        with generations.writing(tmp_path) as folder:
            draft = add_all(new_draft(tmp_path, folder), [LARGE])
            (folder / "checkpoint-1.json").mkdir()  # nothing can be written there
            draft.keep()
        assert generations.pending_manifest(tmp_path) is None

    def test_a_document_that_cannot_be_added_is_not_kept_although_more_followed(self, tmp_path):
        broken = replace(DOCUMENTS[1], sentence_vectors=None)  # type: ignore[arg-type]

        def add(draft: LocalDraft) -> None:
            with BackgroundWorker(draft.add, 9) as behind:
                for document in (DOCUMENTS[0], broken, DOCUMENTS[2]):
                    behind.put(document)

        with generations.writing(tmp_path) as folder:
            draft = new_draft(tmp_path, folder)
            with pytest.raises(TypeError):
                add(draft)
            draft.keep()
        assert pending(tmp_path) == []

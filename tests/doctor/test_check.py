"""The deep check of an index: every kind of trouble is found, placed, and has a remedy."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from qa.answering.calibration import FittedCalibration
from qa.answering.confidence import Calibration
from qa.backends.base import CALIBRATION_FILE, STAMPS_FILE
from qa.backends.local import generations
from qa.backends.local.files import describe
from qa.backends.local.manifest import ENCODER_FOLDER, FORMAT, MANIFEST_FILE, LocalManifest, write_manifest
from qa.backends.local.segment import BLOCK_FILES
from qa.backends.manifest import Sizes
from qa.doctor import Severity, examine
from qa.errors import IndexNotFoundError
from qa.indexing.update import UpdateOptions
from tests import tiny_models
from tests.support import update

ARTICLES = {
    "court.md": "# The court\n\nThe court said who. A warrant came.",
    "harbour.md": "# The harbour\n\nThe harbour froze. Boats waited for a week.\n\nThen it thawed.",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles, a model and an index."""
    root = tmp_path_factory.mktemp("checked")
    (root / "corpus").mkdir()
    for name, text in ARTICLES.items():
        (root / "corpus" / name).write_text(text)
    update([root / "corpus"], root / "index", UpdateOptions(model=str(tiny_models.save(root / "tiny"))))
    return root


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    """A copy of the index, for a test to harm."""
    return Path(shutil.copytree(made / "index", tmp_path / "index"))


def findings_in(index: Path) -> list[tuple[str, str, str]]:
    """Severity, place relative to the index, and what was found there."""
    return [(f.severity, f.where.removeprefix(f"{index}/"), f.what) for f in examine(index).findings]


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def republish(index: Path, change: Callable[[Path, LocalManifest], LocalManifest]) -> Path:
    """Lets the current generation be what ``change`` made of it, with checksums that are right: what a defect, and no
    disk, would leave."""
    folder, manifest = generations.current_manifest(index)
    manifest = change(folder, manifest)
    files = describe(folder, BLOCK_FILES)
    written = {name for name in files if name in manifest.extra.files or name.startswith(f"{ENCODER_FOLDER}/")}
    write_manifest(replace(manifest, extra=replace(manifest.extra, files={n: files[n] for n in written})), folder)
    generations.publish(index, folder)
    return folder


def with_table(statement: str) -> Callable[[Path, LocalManifest], LocalManifest]:
    """Changes the table of contents of the only segment."""

    def change(folder: Path, manifest: LocalManifest) -> LocalManifest:
        with closing(sqlite3.connect(folder / "segments" / "000001" / "documents.sqlite")) as database:
            database.executescript(statement)
        return manifest

    return change


def test_a_sound_index_has_no_findings_and_is_not_changed(index):
    before = describe(index)
    examination = examine(index)
    assert examination.findings == ()
    manifest = generations.current_manifest(index)[1]
    assert examination.info == manifest.info
    assert (examination.files, examination.bytes) == (len(manifest.extra.files), manifest.bytes)
    assert describe(index) == before


def test_without_an_index_there_is_nothing_to_check(tmp_path):
    with pytest.raises(IndexNotFoundError, match="there is no index"):
        examine(tmp_path)


class TestFiles:
    def test_every_damaged_file_is_found_at_once(self, index):
        folder = generations.current(index)
        for name in ("passages.f16", "postings.bin.sums", "documents.sqlite"):
            flip(folder / "segments" / "000001" / name)
        (folder / ENCODER_FOLDER / "model.onnx").unlink()
        (folder / "segments" / "000001" / "texts.bin").write_bytes(b"short")
        examination = examine(index)
        assert {(Path(f.where).name, f.what) for f in examination.of(Severity.ERROR)} == {
            ("passages.f16", "is not what was written"),
            ("postings.bin.sums", "is not what was written"),
            ("documents.sqlite", "is not what was written"),
            ("model.onnx", "cannot be read (No such file or directory)"),
            ("texts.bin", "has not the size it was written with"),
        }
        assert {f.remedy for f in examination.findings} == {"qa index --rebuild makes it anew from the sources"}

    def test_a_block_that_no_question_reads_is_found(self, index):
        flip(generations.current(index) / "segments" / "000001" / "sentences.i8")
        place = "generations/000001/segments/000001/sentences.i8"
        assert findings_in(index) == [("error", place, "is not what was written")]

    def test_a_damaged_manifest_and_a_damaged_pointer_are_found(self, index):
        flip(generations.current(index) / MANIFEST_FILE)
        ((severity, _, what),) = findings_in(index)
        assert severity == "error"
        assert f"{MANIFEST_FILE} is not what was written" in what
        (index / "CURRENT").write_bytes(b"\xff")
        ((severity, where, what), *left) = findings_in(index)
        assert (severity, where, what) == ("error", "CURRENT", "cannot be understood")
        assert [place for _, place, _ in left] == ["generations/000001"]

    def test_another_format_is_an_error(self, index):
        folder = generations.current(index)
        file = folder / MANIFEST_FILE
        file.write_text(file.read_text().replace(f'"format": {FORMAT}', f'"format": {FORMAT + 1}'))
        generations.publish(index, folder)
        (finding,) = examine(index).findings
        assert finding.severity is Severity.ERROR
        assert (finding.what, finding.remedy) == (
            f"{folder}/manifest.json was written by a newer version of qa",
            "upgrade qa to read it",
        )

    def test_a_stray_file_is_a_note(self, index):
        (generations.current(index) / "segments" / "000001" / "notes.txt").write_text("mine")
        place = "generations/000001/segments/000001/notes.txt"
        assert findings_in(index) == [("note", place, "is not the index's")]


class TestContents:
    SEGMENT = "generations/000001/segments/000001"

    def test_counts_that_are_not_the_manifest_s(self, index):
        def more(_: Path, manifest: LocalManifest) -> LocalManifest:
            (entry,) = manifest.extra.segments
            sizes = Sizes(entry.sizes.documents, entry.sizes.passages, entry.sizes.sentences + 1)
            return replace(manifest, extra=replace(manifest.extra, segments=(replace(entry, sizes=sizes),)))

        republish(index, more)
        what = {where.removeprefix(f"{self.SEGMENT}/"): what for _, where, what in findings_in(index)}
        assert what.keys() == {"documents.sqlite", "sentences.i8"}
        assert what["documents.sqlite"].startswith("has 2 documents, ")
        # Two titles and five sentences, and one too many; 32 dimensions of one byte, and a scale of four.
        assert what["sentences.i8"] == f"has {7 * 36} bytes, and its contents take {8 * 36}"

    def test_a_passage_outside_of_its_text(self, index):
        republish(index, with_table('UPDATE passages SET "end" = "end" + 9000 WHERE number = 1;'))
        what = "has a passage or a sentence of harbour.md outside of its text"
        assert findings_in(index) == [("error", f"{self.SEGMENT}/texts.bin", what)]

    def test_a_text_that_is_another_than_was_indexed(self, index):
        damage = "UPDATE documents SET record = json_set(record, '$.text_sha256', 'ab12') WHERE number = 1;"
        republish(index, with_table(damage))
        what = "has another text of harbour.md than was indexed"
        assert findings_in(index) == [("error", f"{self.SEGMENT}/texts.bin", what)]

    def test_a_gap_between_documents(self, index):
        republish(index, with_table("UPDATE documents SET first_sentence = first_sentence + 1 WHERE number = 1;"))
        assert ("error", f"{self.SEGMENT}/documents.sqlite", "has a gap before harbour.md") in findings_in(index)

    def test_documents_that_the_name_does_not_stand_for(self, index):
        republish(
            index, with_table("UPDATE documents SET record = json_set(record, '$.title', 'Another') WHERE number = 1;")
        )
        ((severity, where, what),) = findings_in(index)
        assert (severity, where) == ("error", "generations/000001")
        assert what.startswith("holds other documents than its name ")

    def test_a_table_that_sqlite_finds_fault_with(self, index):
        """A value that its column may not have, which only an integrity check sees."""
        loosened = "replace(sql, 'sentences INTEGER NOT NULL', 'sentences INTEGER')"
        tightened = "replace(sql, 'sentences INTEGER,', 'sentences INTEGER NOT NULL,')"
        change = "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = {} WHERE name = 'documents';"
        folder = generations.current(index)
        republish(index, with_table(change.format(loosened)))
        republish(index, with_table("UPDATE documents SET sentences = NULL WHERE number = 0;"))
        republish(index, with_table(change.format(tightened)))
        places = [Path(where).name for _, where, what in findings_in(index) if "SQLite's integrity check" in what]
        assert places == ["documents.sqlite"]
        assert folder == generations.current(index)

    def test_what_cannot_be_read_at_all(self, index):
        republish(index, with_table("DROP TABLE passages;"))
        ((severity, where, what),) = findings_in(index)
        assert (severity, where) == ("error", self.SEGMENT)
        assert what.startswith("does not hold together (OperationalError: no such table")


class TestModel:
    def test_one_that_cannot_be_loaded(self, index):
        def empty(folder: Path, manifest: LocalManifest) -> LocalManifest:
            (folder / ENCODER_FOLDER / "tokenizer.json").write_text("{}")
            return manifest

        republish(index, empty)
        ((severity, where, what),) = findings_in(index)
        assert (severity, where) == ("error", f"generations/000001/{ENCODER_FOLDER}")
        assert what.startswith("cannot be loaded (")

    def test_one_of_another_fingerprint(self, index):
        def other(folder: Path, manifest: LocalManifest) -> LocalManifest:
            file = folder / ENCODER_FOLDER / "encoder.json"
            file.write_text(json.dumps(json.loads(file.read_text()) | {"fingerprint": "f" * 64}))
            return manifest

        republish(index, other)
        what = "is another model than the one that the passages were encoded with"
        assert findings_in(index) == [("error", f"generations/000001/{ENCODER_FOLDER}", what)]

    def test_vectors_of_another_size(self, index, tmp_path):
        """The model of another index, in the place of this one's."""
        wide = tiny_models.save(tmp_path / "wide", dense=48)
        (tmp_path / "a.txt").write_text("The court sat.")
        update([tmp_path / "a.txt"], tmp_path / "other", UpdateOptions(model=str(wide)))

        def swap(folder: Path, manifest: LocalManifest) -> LocalManifest:
            shutil.rmtree(folder / ENCODER_FOLDER)
            shutil.copytree(generations.current(tmp_path / "other") / ENCODER_FOLDER, folder / ENCODER_FOLDER)
            return manifest

        republish(index, swap)
        assert "gives vectors of shape (48,), and the passages have 32" in [what for _, _, what in findings_in(index)]


class TestSurroundings:
    def test_a_source_that_is_gone(self, index, made, tmp_path):
        corpus = shutil.copytree(made / "corpus", tmp_path / "moved")
        update([corpus], index)
        shutil.rmtree(corpus)
        (finding,) = examine(index).findings
        assert (finding.severity, finding.where) == (Severity.WARNING, str(corpus))
        assert "qa index PATH" in finding.remedy

    def test_a_damaged_calibration_is_an_error_and_an_old_one_a_note(self, index):
        info = generations.current_manifest(index)[1].info
        file = index / CALIBRATION_FILE
        fitted = FittedCalibration(
            Calibration(0.0, {"coverage": 1.0}, 0.5), {"embedder": info.embedder, "generation": "before"}
        )
        file.write_text(fitted.to_json())
        assert findings_in(index) == [("note", CALIBRATION_FILE, "was fitted before the articles changed")]
        flip(file)
        ((severity, where, _),) = findings_in(index)
        assert (severity, where) == ("error", CALIBRATION_FILE)
        file.write_text(fitted._replace(provenance={"embedder": "another@000000000000"}).to_json())
        assert findings_in(index) == [("error", CALIBRATION_FILE, "was fitted to another model than the index has")]

    def test_a_damaged_cache_is_a_note(self, index):
        flip(index / STAMPS_FILE)
        assert findings_in(index) == [("note", STAMPS_FILE, "cannot be used")]

    def test_what_a_dead_process_has_left(self, index):
        (index / "generations" / "000009").mkdir()
        (index / "CURRENT.new").write_text("half")
        left = "was left by a process that died"
        assert findings_in(index) == [
            ("warning", "CURRENT.new", left),
            ("warning", "generations/000009", left),
        ]

    def test_what_another_process_is_writing_is_no_trouble(self, index):
        with generations.writing(index):
            ((severity, where, what),) = findings_in(index)
        assert (severity, where) == ("note", str(index))
        assert what.startswith("is being written by process ")

    def test_an_interrupted_update_is_a_note_and_a_damaged_one_a_warning(self, index, made, tmp_path):
        corpus = Path(shutil.copytree(made / "corpus", tmp_path / "more"))
        (corpus / "new.md").write_text("# New\n\nA new court.")

        def interrupt(step: str, *_: object) -> None:
            if step == "embedding":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            update([made / "corpus", corpus], index, on_progress=interrupt)
        assert findings_in(index) == [("note", "PENDING", "has what an interrupted update had done")]
        (index / "PENDING").write_bytes(b"\xff")
        assert ("warning", "PENDING", "cannot be used") in findings_in(index)

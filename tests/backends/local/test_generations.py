"""Publishing and collecting generations, and who may write."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import qa
from qa.backends.filters import Filter
from qa.backends.local import generations
from qa.backends.local.manifest import MANIFEST_FILE, read_manifest, write_manifest
from qa.errors import IndexBusyError, IndexDamagedError, IndexNotFoundError
from tests.contracts.backends import encode, publish, write_generation
from tests.support import ROOT, WordEncoder, article, open_current

ONE = encode([article("one.md", "The court sat.")])
TWO = encode([article("two.md", "The ferry left."), article("three.md", "Wheat grew.")])

#: A user without rights, on every Linux.
NOBODY = 65534

#: A process that holds the lock of the index in its argument until its input ends.
HOLDER = """
import sys
from pathlib import Path
from qa.backends.local import generations
with generations.writing(Path(sys.argv[1])) as folder:
    print(folder.name, flush=True)
    sys.stdin.read()
"""


def names(index: Path) -> list[str]:
    return sorted(folder.name for folder in (index / "generations").iterdir())


def held(index: Path) -> list[str]:
    with closing(open_current(index)) as searcher:
        return [ref.id for ref in searcher.documents.references()]


def holder(index: Path) -> subprocess.Popen[str]:
    """Another process, once it is writing."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip().isdigit()
    return process


def test_there_is_no_index_before_something_is_published(tmp_path):
    index = tmp_path / "index"
    assert not generations.exists(index)
    with pytest.raises(IndexNotFoundError, match="qa index makes one"):
        generations.current(index)
    with generations.writing(index):
        assert not generations.exists(index)
    assert not generations.exists(index)


def test_current_names_the_published_generation(tmp_path):
    folder = publish(tmp_path, ONE)
    assert generations.exists(tmp_path)
    assert generations.current(tmp_path) == folder
    assert (tmp_path / "CURRENT").read_text().split()[0] == folder.name
    assert held(tmp_path) == ["one.md"]


def test_publishing_replaces_the_old_generation_and_collects_it(tmp_path):
    old = publish(tmp_path, ONE)
    new = publish(tmp_path, TWO)
    assert old.name < new.name
    assert names(tmp_path) == [new.name]
    assert held(tmp_path) == ["three.md", "two.md"]


def test_before_publishing_readers_see_the_old_generation(tmp_path):
    publish(tmp_path, ONE)
    with generations.writing(tmp_path) as folder:
        (folder / "half").write_text("written")
        assert held(tmp_path) == ["one.md"]


def test_a_reader_goes_on_answering_after_its_generation_was_collected(tmp_path):
    publish(tmp_path, ONE)
    with closing(open_current(tmp_path)) as reader:
        old = generations.current(tmp_path)
        publish(tmp_path, TWO)
        assert not old.exists()
        assert reader.lexical(["court"], 5, Filter()).numbers.tolist() == [0]
        assert reader.dense(WordEncoder().encode_query("court"), 5, Filter()).numbers.tolist() == [0]
        assert reader.documents.document("one.md") == ONE[0].document
        assert [ref.id for ref in reader.documents.references()] == ["one.md"]
        (candidate,) = reader.candidates([0])
        assert candidate.document == ONE[0].document
        assert reader.documents.encoded("one.md") is not None


def test_a_reader_that_opens_while_others_publish_sees_one_whole_generation(tmp_path):
    publish(tmp_path, ONE)
    seen: list[list[str]] = []
    errors: list[Exception] = []
    published = threading.Event()

    def read() -> None:
        while not published.is_set():
            try:
                seen.append(held(tmp_path))
            except Exception as error:
                errors.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for round_ in range(12):
        publish(tmp_path, (TWO, ONE)[round_ % 2])
    published.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert seen
    assert all(documents in (["one.md"], ["three.md", "two.md"]) for documents in seen)


def test_what_was_not_published_is_removed_after_an_exception(tmp_path):
    published = publish(tmp_path, ONE)

    def fail() -> None:
        with generations.writing(tmp_path) as folder:
            (folder / "half").write_text("written")
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        fail()
    assert names(tmp_path) == [published.name]
    assert held(tmp_path) == ["one.md"]


def test_the_lock_is_free_after_an_exception(tmp_path):
    def fail() -> None:
        with generations.writing(tmp_path):
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        fail()
    publish(tmp_path, TWO)
    assert held(tmp_path) == ["three.md", "two.md"]


def test_what_a_dead_writer_left_is_collected_by_the_next(tmp_path):
    published = publish(tmp_path, ONE)
    left = tmp_path / "generations" / "000009"
    left.mkdir()
    (left / "documents.sqlite").write_text("half")
    (tmp_path / "CURRENT.new").write_text("000009 torn")
    assert held(tmp_path) == ["one.md"]
    with generations.writing(tmp_path) as folder:
        assert not left.exists()
        assert folder.is_dir()
        assert not any(folder.iterdir())
    assert names(tmp_path) == [published.name]


def test_a_checkpoint_is_kept_under_the_manifest_that_it_names(tmp_path):
    published = publish(tmp_path, ONE)
    with generations.writing(tmp_path) as folder:
        manifest = write_generation(folder, TWO)
        assert generations.pending_manifest(tmp_path) is None
        (folder / MANIFEST_FILE).rename(folder / "checkpoint-7.json")
        generations.checkpoint(tmp_path, folder, "checkpoint-7.json")
    assert generations.pending_manifest(tmp_path) == (folder, manifest)
    assert names(tmp_path) == [published.name, folder.name]
    assert held(tmp_path) == ["one.md"]


def test_the_next_checkpoint_takes_the_place_of_the_one_before(tmp_path):
    with generations.writing(tmp_path) as folder:
        manifest = write_generation(folder, TWO)
        write_manifest(manifest, folder, "checkpoint-1.json")
        generations.checkpoint(tmp_path, folder, "checkpoint-1.json")
        later = replace(manifest, sources=("/later",))
        write_manifest(later, folder, "checkpoint-2.json")
        assert generations.pending_manifest(tmp_path) == (folder, manifest)
        generations.checkpoint(tmp_path, folder, "checkpoint-2.json")
    assert generations.pending_manifest(tmp_path) == (folder, later)


def test_a_checkpoint_whose_manifest_is_gone_or_altered_is_none(tmp_path):
    with generations.writing(tmp_path) as folder:
        write_manifest(write_generation(folder, TWO), folder, "checkpoint-1.json")
        generations.checkpoint(tmp_path, folder, "checkpoint-1.json")
    altered = replace(read_manifest(folder, "checkpoint-1.json"), sources=("/other",))
    write_manifest(altered, folder, "checkpoint-1.json")
    assert generations.pending_manifest(tmp_path) is None
    (folder / "checkpoint-1.json").unlink()
    assert generations.pending_manifest(tmp_path) is None


def test_publishing_forgets_the_checkpoint(tmp_path):
    with generations.writing(tmp_path) as folder:
        write_manifest(write_generation(folder, ONE), folder, "checkpoint-1.json")
        generations.checkpoint(tmp_path, folder, "checkpoint-1.json")
    newer = publish(tmp_path, TWO)
    assert generations.pending_manifest(tmp_path) is None
    assert names(tmp_path) == [newer.name]


def test_a_second_writer_is_refused(tmp_path):
    def write_twice() -> None:
        with generations.writing(tmp_path), generations.writing(tmp_path):
            pass

    with pytest.raises(IndexBusyError, match="another process is writing the index") as refused:
        write_twice()
    assert "wait" in str(refused.value)
    publish(tmp_path, ONE)
    assert held(tmp_path) == ["one.md"]


def test_a_writer_in_another_process_is_respected_and_readers_are_not_held_up(tmp_path):
    publish(tmp_path, ONE)
    process = holder(tmp_path)
    try:
        with pytest.raises(IndexBusyError):
            publish(tmp_path, TWO)
        assert held(tmp_path) == ["one.md"]
    finally:
        process.communicate("")
    publish(tmp_path, TWO)
    assert held(tmp_path) == ["three.md", "two.md"]


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    publish(tmp_path, ONE)
    process = holder(tmp_path)
    process.kill()
    process.communicate()
    folder = publish(tmp_path, TWO)
    assert held(tmp_path) == ["three.md", "two.md"]
    assert names(tmp_path) == [folder.name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"000001",
        b"000001 a b",
        b"../elsewhere 0123",
        b"\xff\xfe 0123",
        b"latest 0123",
        b"000001 0123",
        b"000099 0123",
    ],
)
def test_a_current_file_that_cannot_be_right_is_damage(tmp_path, content):
    publish(tmp_path, ONE)
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamagedError, match="qa index --rebuild"):
        open_current(tmp_path)


def test_any_flipped_bit_of_current_is_found(tmp_path):
    publish(tmp_path, ONE)
    content = (tmp_path / "CURRENT").read_bytes()
    said = {}
    for place in range(len(content) - 1):  # the last byte is the line end, which may be any white space
        for bit in range(8):
            flipped = bytearray(content)
            flipped[place] ^= 1 << bit
            (tmp_path / "CURRENT").write_bytes(flipped)
            try:
                open_current(tmp_path).close()
            except IndexDamagedError as error:
                said[place, bit] = str(error)
            else:
                said[place, bit] = "nothing"
    assert {where: message for where, message in said.items() if "qa index --rebuild" not in message} == {}


def test_a_copied_index_answers_at_the_new_place(corpus_index, tmp_path):
    """A generation holds all that it needs, its query encoder too."""
    question = "what did Almagro request from the court?"
    with qa.open(corpus_index) as original:
        expected = original.ask(question)
    shutil.copytree(corpus_index, tmp_path / "elsewhere" / "copy")
    with qa.open(tmp_path / "elsewhere" / "copy") as copy:
        assert copy.ask(question) == expected
    assert expected.citations


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Takes from this process the right to write anything in ``folder``; root becomes nobody for that while."""
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_an_index_that_may_only_be_read_can_be_opened():
    with TemporaryDirectory() as folder:  # everyone may enter it, other than tmp_path
        index = Path(folder) / "index"
        Path(folder).chmod(0o755)
        publish(index, ONE)
        with read_only(index):
            assert held(index) == ["one.md"]

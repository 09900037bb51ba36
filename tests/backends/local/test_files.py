"""Damage is found before it is read, and files are replaced in one step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import qa
from qa.backends.local import generations
from qa.backends.local.blocks import verify_blocks
from qa.backends.local.codes import CODES_FILE
from qa.backends.local.files import describe, link_tree, verify
from qa.backends.shared.atomic import replace_text
from qa.errors import IndexDamagedError


@pytest.fixture(scope="module")
def real_index(corpus_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample index for this module to damage and repair."""
    return Path(shutil.copytree(corpus_index, tmp_path_factory.mktemp("damaged") / "index"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    (folder / "sub" / "deep").mkdir(parents=True)
    (folder / "a.txt").write_bytes(b"first")
    (folder / "empty").write_bytes(b"")
    (folder / "sub" / "deep" / "b.bin").write_bytes(bytes(range(256)) * 5000)
    return folder


def damaged_by(index: Path, harm: Callable[[Path], object]) -> Iterator[tuple[Path, str]]:
    """Every file that belongs to the current generation with what opening says once ``harm`` was done to it."""
    generation = generations.current(index)
    files = sorted(f for f in generation.rglob("*") if f.is_file())
    assert len(files) > 10
    for file in files:
        content = file.read_bytes()
        harm(file)
        try:
            use(index)
        except IndexDamagedError as error:
            yield file, str(error)
        else:
            yield file, "nothing"
        finally:
            file.write_bytes(content)
    use(index)


def use(index: Path) -> None:
    """Reads from every file of the index, which is small enough for one question to do so.

    But for the codes, which questions read of large indexes only.
    """
    with qa.open(index) as opened:
        opened.ask("what did Almagro request in the report of the court?")
        for reference in opened.documents():
            opened.document(reference.id)
    for codes in generations.current(index).rglob(CODES_FILE):
        verify_blocks(codes)


def flip(file: Path) -> None:
    """Flips one bit in the middle of the file; an empty one gets a byte instead."""
    content = bytearray(file.read_bytes()) or bytearray(b"\0")
    content[len(content) // 2] ^= 0b100
    file.write_bytes(content)


def truncate(file: Path) -> None:
    """Cuts off the last byte; an empty file is removed instead."""
    content = file.read_bytes()
    if content:
        file.write_bytes(content[:-1])
    else:
        file.unlink()


@pytest.mark.parametrize("harm", [flip, truncate, Path.unlink], ids=["flipped", "truncated", "missing"])
def test_harm_to_any_file_of_an_index_is_found_and_the_file_is_named(real_index, harm):
    said = dict(damaged_by(real_index, harm))
    assert {file for file, message in said.items() if str(file) not in message} == set()
    assert {file for file, message in said.items() if "qa index --rebuild" not in message} == set()


def test_a_description_has_the_size_of_every_file_by_relative_path(folder):
    assert {name: entry.bytes for name, entry in describe(folder).items()} == {
        "a.txt": 5,
        "empty": 0,
        "sub/deep/b.bin": 1_280_000,
    }


def test_what_was_described_is_verified(folder):
    files = describe(folder)
    verify(folder, files)
    assert describe(folder) == files


@pytest.mark.parametrize("place", [0, 640_000, 1_279_999])
def test_one_flipped_bit_anywhere_is_found(folder, place):
    files = describe(folder)
    file = folder / "sub" / "deep" / "b.bin"
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(IndexDamagedError, match=r"b\.bin is not what was written; qa index --rebuild"):
        verify(folder, files)


@pytest.mark.parametrize("content", [b"", b"firs", b"firsts"])
def test_another_size_is_found(folder, content):
    files = describe(folder)
    (folder / "a.txt").write_bytes(content)
    with pytest.raises(IndexDamagedError, match=r"a\.txt has not the size it was written with; qa index --rebuild"):
        verify(folder, files)


def test_a_missing_file_is_found(folder):
    files = describe(folder)
    (folder / "a.txt").unlink()
    with pytest.raises(IndexDamagedError, match=r"a\.txt cannot be read .*; qa index --rebuild"):
        verify(folder, files)


def test_a_folder_in_place_of_a_file_is_found(folder):
    files = describe(folder)
    (folder / "empty").unlink()
    (folder / "empty").mkdir()
    with pytest.raises(IndexDamagedError, match="empty"):
        verify(folder, files)


def test_linked_files_share_their_bytes_and_outlive_the_original(folder, tmp_path):
    target = tmp_path / "linked"
    link_tree(folder, target)
    assert describe(target) == describe(folder)
    assert (target / "sub" / "deep" / "b.bin").samefile(folder / "sub" / "deep" / "b.bin")
    files = describe(folder)
    shutil.rmtree(folder)
    verify(target, files)


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="there is no second file system to write to")
def test_across_file_systems_files_are_copied(folder):
    target = Path("/dev/shm") / f"qa-test-{os.getpid()}"
    try:
        link_tree(folder, target)
        assert describe(target) == describe(folder)
    finally:
        shutil.rmtree(target, ignore_errors=True)


def test_a_text_is_replaced_and_nothing_else_is_left(tmp_path):
    file = tmp_path / "CURRENT"
    replace_text(file, "one\n")
    replace_text(file, "zwei – 2\n")
    assert file.read_text(encoding="utf-8") == "zwei – 2\n"
    assert [f.name for f in tmp_path.iterdir()] == ["CURRENT"]


def test_a_text_that_cannot_be_written_leaves_nothing(tmp_path):
    file = tmp_path / "CURRENT"
    replace_text(file, "old\n")
    with pytest.raises(UnicodeEncodeError):
        replace_text(file, "begun \ud800")
    assert file.read_text() == "old\n"
    assert [f.name for f in tmp_path.iterdir()] == ["CURRENT"]


def test_a_text_that_cannot_be_put_in_place_leaves_nothing(tmp_path):
    folder = tmp_path / "CURRENT"
    (folder / "kept").mkdir(parents=True)
    with pytest.raises(OSError, match="CURRENT"):
        replace_text(folder, "text\n")
    assert [f.name for f in tmp_path.iterdir()] == ["CURRENT"]
    assert (folder / "kept").is_dir()


def test_a_reader_of_a_replaced_text_keeps_the_old_one_whole(tmp_path):
    file = tmp_path / "CURRENT"
    replace_text(file, "the old text\n")
    with file.open() as reader:
        assert reader.read(3) == "the"
        replace_text(file, "new\n")
        assert reader.read() == " old text\n"
    assert file.read_text() == "new\n"

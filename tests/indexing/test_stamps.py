"""Stamps of files: which are trusted, and a record that is taken whole or not at all."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.backends.base import STAMPS_FILE
from qa.backends.local.folder import FolderStore
from qa.corpus import ReadFile, read_files
from qa.corpus.walk import Source
from qa.indexing.stamps import Stamp, Stamps, load

SECOND = 10**9

SOURCE = Source("news/a.md", "a.md", size=120, modified=1_700_000_000 * SECOND + 123)

SAVED = Stamps(
    files={
        "/news/a.md": Stamp("a.md", 120, SOURCE.modified, ("a.md",), "1"),
        "/news/é\n.jsonl": Stamp("é\n.jsonl", 2**40, None, ("x", "y\u2028", "法院"), "1"),
        "/news/none.jsonl": Stamp("none.jsonl", 0, 1, (), "1"),
    },
    model={"model.safetensors": (90_000_000, 1_600_000_000 * SECOND)},
    fingerprint="f" * 64,
)


class TestTrust:
    @pytest.mark.parametrize(
        ("before", "trusted"),
        [(0, False), (SECOND, False), (2 * SECOND, False), (2 * SECOND + 1, True), (3600 * SECOND, True)],
        ids=["just now", "a second", "two seconds", "more than two seconds", "an hour"],
    )
    def test_a_file_that_was_modified_just_before_it_was_read_is_not_trusted(self, before, trusted):
        stamp = Stamp.of(ReadFile(SOURCE, ("a.md",), opened=True, clean=True), SOURCE.modified + before)
        assert stamp.fits(SOURCE) is trusted

    def test_a_file_from_the_future_is_not_trusted(self):
        stamp = Stamp.of(ReadFile(SOURCE, ("a.md",), opened=True, clean=True), SOURCE.modified - 3600 * SECOND)
        assert not stamp.fits(SOURCE)

    def test_a_file_with_problems_is_not_trusted(self):
        """So that they are told again, and what depends on other files is found out anew."""
        stamp = Stamp.of(ReadFile(SOURCE, ("a.md",), opened=True, clean=False), SOURCE.modified + 3600 * SECOND)
        assert not stamp.fits(SOURCE)

    @pytest.mark.parametrize(
        "change",
        [{"size": 121}, {"size": 119}, {"modified": SOURCE.modified + 1}, {"modified": 0}, {"id": "sub/a.md"}],
        ids=["longer", "shorter", "a nanosecond later", "set back", "another id"],
    )
    def test_a_file_of_another_size_time_or_id_is_not_as_it_was(self, change):
        stamp = Stamp.of(ReadFile(SOURCE, ("a.md",), opened=True, clean=True), SOURCE.modified + 3600 * SECOND)
        assert stamp.fits(SOURCE)
        assert not stamp.fits(SOURCE._replace(**change))

    def test_a_real_file_that_was_left_alone_fits_and_one_that_was_touched_does_not(self, tmp_path):
        file = tmp_path / "a.md"
        file.write_text("The court sat.")
        os.utime(file, ns=(0, time.time_ns() - 60 * SECOND))
        stamp = Stamp.of(self.read(file), time.time_ns())
        assert stamp.ids == ("a.md",)
        assert stamp.fits(self.read(file).source)
        file.touch()
        assert not stamp.fits(self.read(file).source)

    def read(self, file: Path) -> ReadFile:
        (item,) = [item for item in read_files([file], print, lambda _: None) if isinstance(item, ReadFile)]
        return item


class TestRecord:
    def test_what_was_saved_is_loaded(self, tmp_path):
        SAVED.save(FolderStore(tmp_path), "0123456789abcdef")
        assert load(FolderStore(tmp_path), "0123456789abcdef") == SAVED
        assert sorted(file.name for file in tmp_path.iterdir()) == ["LOCK", STAMPS_FILE]

    def test_an_empty_record_is_saved_too(self, tmp_path):
        SAVED.save(FolderStore(tmp_path), "one")
        Stamps().save(FolderStore(tmp_path), "two")
        assert load(FolderStore(tmp_path), "two") == Stamps()
        assert load(FolderStore(tmp_path), "one") == Stamps()

    def test_that_of_another_generation_is_empty(self, tmp_path):
        SAVED.save(FolderStore(tmp_path), "0123456789abcdef")
        assert load(FolderStore(tmp_path), "0123456789abcdee") == Stamps()
        assert load(FolderStore(tmp_path), "") == Stamps()

    def test_a_missing_one_is_empty(self, tmp_path):
        assert load(FolderStore(tmp_path), "0123456789abcdef") == Stamps()
        assert load(FolderStore(tmp_path / "no" / "folder"), "0123456789abcdef") == Stamps()

    def test_one_that_cannot_be_read_is_empty(self, tmp_path):
        (tmp_path / STAMPS_FILE).mkdir()
        assert load(FolderStore(tmp_path), "0123456789abcdef") == Stamps()

    @pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"null", b"\xff\xfe\n\x00", b"[]\n[]", b"0" * 32 + b"\n[]"])
    def test_garbage_is_an_empty_record(self, tmp_path, content):
        (tmp_path / STAMPS_FILE).write_bytes(content)
        assert load(FolderStore(tmp_path), "0123456789abcdef") == Stamps()

    @settings(deadline=None)
    @given(st.data())
    def test_any_flipped_bit_and_any_cut_makes_it_an_empty_record(self, data):
        with TemporaryDirectory() as name:
            SAVED.save(FolderStore(Path(name)), "0123456789abcdef")
            file = Path(name) / STAMPS_FILE
            content = bytearray(file.read_bytes()[:-1])  # but for the line end, which says nothing
            if data.draw(st.booleans(), label="flip"):
                content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
            else:
                content = content[: data.draw(st.integers(0, len(content) - 1))]
            file.write_bytes(content)
            assert load(FolderStore(Path(name)), "0123456789abcdef") == Stamps()

"""What must not grow, counted and not timed: modules loaded, files opened, texts encoded, bytes written, texts held."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.backends.base import EncodedDocument
from qa.backends.local import draft, generations
from qa.indexing import encode as indexing
from qa.indexing import update as updating
from qa.indexing.changes import Changes, SourceComparison
from qa.indexing.update import UpdateOptions
from qa.types import Document
from tests.support import WordEncoder, update

LONG_AGO = 10**18  # nanoseconds since 1970: in 2001


class Words(WordEncoder):
    """A ``WordEncoder`` that can be exported, though not be opened again."""

    def export(self, folder: Path) -> str | None:
        (folder / "encoder.json").write_text("{}")
        return None


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Forty articles of three sentences in one passage each, last modified long ago."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(40):
        write(folder, number)
    return folder


def write(folder: Path, number: int, more: str = "") -> None:
    file = folder / f"{number:04}.md"
    file.write_text(f"Court {number} sat.\nNobody came to see item{number}.\nIt rained on day {number}.{more}\n")
    os.utime(file, ns=(LONG_AGO, LONG_AGO + number))


def brought_up_to_date(corpus: Path, index: Path, **options: bool) -> tuple[Changes, list[str]]:
    """What an update changed, and the texts that it encoded."""
    encoder = Words()
    settings = UpdateOptions(full=options.get("full", False))
    return update([corpus], index, settings, encoder=encoder).changes, encoder.seen


def linked(index: Path) -> dict[str, int]:
    """The inode of every file of the segments, by its path in the generation."""
    root = generations.current(index) / "segments"
    return {file.relative_to(root).as_posix(): file.stat().st_ino for file in root.rglob("*") if file.is_file()}


def test_a_first_build_encodes_each_text_once(corpus: Path, tmp_path: Path) -> None:
    changes, texts = brought_up_to_date(corpus, tmp_path / "index")
    assert (changes.added, changes.encoded) == (40, 160)
    assert len(texts) == 160


def test_an_article_more_encodes_its_own_texts_and_rewrites_nothing(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    brought_up_to_date(corpus, index)
    before = linked(index)
    write(corpus, 77)
    changes, texts = brought_up_to_date(corpus, index)
    assert (changes.added, changes.unchanged, changes.encoded) == (1, 40, 4)
    assert all("77" in text for text in texts)
    after = linked(index)
    assert {name: after[name] for name in before} == before
    written = [generations.current(index) / "segments" / name for name in after.keys() - before.keys()]
    texts_written = next(file for file in written if file.name == "texts.bin").read_bytes()
    assert b"item77" in texts_written
    assert b"item1" not in texts_written


def test_a_changed_article_encodes_what_is_new_in_it_and_rewrites_no_other(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    brought_up_to_date(corpus, index)
    before = linked(index)
    write(corpus, 5, " Then it snowed.")
    changes, texts = brought_up_to_date(corpus, index)
    assert (changes.changed, changes.unchanged) == (1, 39)
    assert sorted(texts)[0].startswith("Court 5 sat.")  # the passage
    assert sorted(texts)[1:] == ["Then it snowed."]
    after = linked(index)
    assert {name: after[name] for name in before} == before


def test_a_removed_article_encodes_and_writes_nothing(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    brought_up_to_date(corpus, index)
    before = linked(index)
    (corpus / "0005.md").unlink()
    changes, texts = brought_up_to_date(corpus, index)
    assert (changes.removed, changes.unchanged, texts) == (1, 39, [])
    assert linked(index) == before


def test_files_of_the_same_size_and_time_are_not_opened_unless_all_are_to_be_read(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    brought_up_to_date(corpus, index)
    file = corpus / "0007.md"
    stat = file.stat()
    file.write_text(file.read_text().replace("rained", "snowed"))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert brought_up_to_date(corpus, index) == (Changes(unchanged=40), [])
    changes, texts = brought_up_to_date(corpus, index, full=True)
    assert (changes.changed, changes.unchanged) == (1, 39)
    assert "It snowed on day 7." in texts


def test_what_was_embedded_before_an_interruption_is_not_embedded_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "CHECKPOINT", 4)
    monkeypatch.setattr(indexing, "GATHER", 8)
    index = tmp_path / "index"
    first = Words()

    def interrupt(step: str, done: int, _: int | None) -> None:
        if step == "embedding" and done == 21:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update([corpus], index, encoder=first, on_progress=interrupt)
    assert not generations.exists(index)
    changes, texts = brought_up_to_date(corpus, index)
    assert (changes.added, changes.unchanged) == (40, 0)  # against what readers could see
    assert set(texts).isdisjoint(first.seen[: 20 * 4])
    assert set(texts) | set(first.seen) == set(brought_up_to_date(corpus, tmp_path / "clean")[1])
    assert generations.pending_manifest(index) is None
    assert len(list((index / "generations").iterdir())) == 1


def test_the_documents_in_memory_do_not_grow_with_the_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three groups of documents may be on their way (read, prepared, encoded), and some wait to be written."""
    monkeypatch.setattr(indexing, "GATHER", 16)
    monkeypatch.setattr(updating, "WAITING", 8)
    add = draft.LocalDraft.add
    counts = {"read": 0, "written": 0, "most": 0}

    read_additions = SourceComparison.read_additions

    def read(comparison: SourceComparison) -> Iterator[Document]:
        for document in read_additions(comparison):
            counts["read"] += 1
            counts["most"] = max(counts["most"], counts["read"] - counts["written"])
            yield document

    def write_one(self: draft.LocalDraft, encoded: EncodedDocument) -> None:
        add(self, encoded)
        counts["written"] += 1

    monkeypatch.setattr(SourceComparison, "read_additions", read)
    monkeypatch.setattr(draft.LocalDraft, "add", write_one)
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(400):
        write(folder, number)
    update([folder], tmp_path / "index", encoder=Words())
    assert counts["read"] == counts["written"] == 400
    # Sixteen texts are those of four documents. One waits to be written while another is.
    assert 4 <= counts["most"] <= 3 * 4 + 8 + 2

"""Citations of files whose text is made by another version now than when they were cited: real formats, registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import qa
from qa.corpus.formats import registry
from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import Extract
from tests.cli.support import qa as command
from tests.support import inspect, update
from tests.test_costs import Words

QUOTE = "The northern quay is closed until May."
TEXT = f"Harbour news.\n\n{QUOTE} Divers found cracks in it."


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch):
    """Has files ``.quay`` read by a version that gives what a function makes of their text."""
    monkeypatch.setattr(registry, "_registered", [])

    def by(version: str, change: Callable[[str], str]) -> None:
        qa.register_format(Converted((".quay",), version, lambda data: Extract(change(data.decode()), {})))

    yield by
    monkeypatch.undo()
    registry.formats.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.quay").write_text(TEXT)
    (tmp_path / "in" / "b.txt").write_text("Barges carry grain to the southern quay every week.")
    return tmp_path / "in"


def cited(folder: Path) -> qa.Answer:
    document = next(one for one in read(folder) if one.id == "a.quay")
    start = document.text.index(QUOTE)
    quote = qa.Excerpt.of(document.text, start, start + len(QUOTE))
    citation = qa.Citation(1, qa.DocumentRef.of(document), quote, quote, 0.9, {})
    return qa.Answer("a1", "Is the quay closed?", True, 0.9, qa.IndexInfo("g", "e", 1, 1), (citation,))


def read(folder: Path) -> list[qa.Document]:
    from qa.corpus import read

    return list(read([folder], lambda problem: pytest.fail(str(problem))))


def checked(answer: qa.Answer, folder: Path) -> qa.CheckedCitation:
    (one,) = qa.verify(answer, folder).citations
    return one


def test_the_version_is_told_of_what_is_converted_alone(reading, folder):
    reading("quay 1", str.strip)
    assert [(one.id, one.extractor) for one in read(folder)] == [("a.quay", "quay 1"), ("b.txt", None)]
    assert cited(folder).to_dict()["citations"][0]["document"]["extractor"] == "quay 1"


def test_a_quote_that_stands_elsewhere_in_the_new_text_is_no_failure(reading, folder):
    reading("quay 1", str.strip)
    answer = cited(folder)
    assert checked(answer, folder).status == "exact"
    reading("quay 2", lambda text: f"Harbour Post. {text}")
    one = checked(answer, folder)
    assert (one.status, one.ok, one.same_file, one.extractor) == ("extracted anew", True, True, "quay 2")
    assert one.quote.found is not None
    assert one.quote.found.start == TEXT.index(QUOTE) + len("Harbour Post. ")


def test_a_quote_that_the_new_text_has_not_is_a_failure_but_not_altered(reading, folder):
    reading("quay 1", str.strip)
    answer = cited(folder)
    reading("quay 2", lambda text: text.replace("until May", "until Easter"))
    one = checked(answer, folder)
    assert (one.status, one.ok) == ("extracted anew", False)
    assert any("Easter" in change.text for change in one.quote.changes)


def test_a_quote_that_stands_where_it_stood_is_exact(reading, folder):
    reading("quay 1", str.strip)
    answer = cited(folder)
    reading("quay 2", lambda text: f"{text} And more.")
    assert checked(answer, folder).status == "exact"


def test_an_answer_that_was_altered_is_told_as_altered(reading, folder):
    """The same version makes the same text of the same file."""
    reading("quay 1", str.strip)
    answer = cited(folder)
    (citation,) = answer.citations
    forged = replace(citation.quote, text=QUOTE.replace("closed", "opened"))
    assert (
        checked(replace(answer, citations=(replace(citation, quote=forged, passage=forged),)), folder).status
        == "altered"
    )


def test_a_changed_file_is_told_as_altered_whatever_reads_it(reading, folder):
    reading("quay 1", str.strip)
    answer = cited(folder)
    reading("quay 2", str.strip)
    (folder / "a.quay").write_text(TEXT.replace("May", "June"))
    one = checked(answer, folder)
    assert (one.status, one.same_file) == ("altered", False)


def test_an_update_reads_that_format_alone_again_and_says_why(reading, folder, tmp_path):
    import os

    for file in folder.iterdir():
        os.utime(file, (1_600_000_000, 1_600_000_000))
    reading("quay 1", str.strip)
    encoder = Words(max_tokens=254)
    update([folder], tmp_path / "ix", encoder=encoder)
    assert inspect(tmp_path / "ix").current
    reading("quay 2", lambda text: text.replace("Divers", "Two divers"))
    status = inspect(tmp_path / "ix")
    assert (status.current, status.upgraded) == (False, ("1 file (quay 1 -> quay 2)",))
    encoder.seen.clear()
    done = update([folder], tmp_path / "ix", encoder=encoder)
    assert done.upgraded == ("1 file (quay 1 -> quay 2)",)
    assert done.changes.removed == done.changes.added == 0
    assert any("Two divers" in text for text in encoder.seen)
    assert not any("Barges" in text for text in encoder.seen)
    assert inspect(tmp_path / "ix").current
    with qa.open(tmp_path / "ix", encoder=encoder) as index:
        assert "Two divers" in index.document("a.quay").text
        assert index.document("a.quay").extractor == "quay 2"
    assert update([folder], tmp_path / "ix", encoder=encoder).upgraded == ()


def test_the_command_tells_both_versions(folder, tmp_path):
    """With a format whose version is another than recorded in the answer."""
    from tests.corpus.formats.samples import html

    (folder / "page.html").write_bytes(html("Port Selden"))
    document = next(one for one in read_all(folder) if one.id == "page.html")
    quote = qa.Excerpt.of(document.text, 0, 30)
    moved = replace(quote, start=5, end=35)
    ref = replace(qa.DocumentRef.of(document), extractor="html 0, trafilatura 0.1")
    citation = qa.Citation(1, ref, moved, moved, 0.9, {})
    answer = qa.Answer("a1", "?", True, 0.9, qa.IndexInfo("g", "e", 1, 1), (citation,))
    (tmp_path / "answer.json").write_text(answer.to_json())
    ran = command("verify", tmp_path / "answer.json", "--corpus", folder)
    assert ran.code == 0
    assert ran.out.startswith("extracted anew  1 page.html:5-35; now at 0-30")
    assert f"(html 0, trafilatura 0.1 -> {document.extractor})" in ran.out


def read_all(folder: Path) -> list[qa.Document]:
    from qa.corpus import read

    return list(read([folder], lambda _: None))

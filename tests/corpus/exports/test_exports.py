"""Exports of many articles in one text become so many documents; what is not surely one stays one, and is told."""

from __future__ import annotations

import io
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.corpus import Problem, read
from qa.corpus.exports import articles_in
from qa.types import Document
from tests.corpus.exports.layouts import BODIES, DAYS, HEADLINES, LAYOUTS, factiva, lexis, nexis


@pytest.fixture(params=LAYOUTS)
def export(request: pytest.FixtureRequest) -> str:
    return LAYOUTS[request.param]


def fail(problem: Problem) -> None:
    """For files that can be read."""
    raise AssertionError(str(problem))


def docx(text: str) -> bytes:
    import docx as word

    file, stream = word.Document(), io.BytesIO()
    for line in text.split("\n"):
        file.add_paragraph(line)
    file.save(stream)
    return stream.getvalue()


def rtf(text: str) -> bytes:
    body = "\\par\n".join(text.replace("\u00a0", "\\'a0").split("\n"))
    return f"{{\\rtf1\\ansi {body}}}".encode("ascii")


def html(text: str) -> bytes:
    """Each run of lines a block, as LexisNexis, Factiva and ProQuest write them."""
    blocks = ("<br>".join(map(escape, block.split("\n"))) for block in text.split("\n\n") if block.strip())
    body = "".join(f"<div class='c0'><p class='c1'><span>{block}</span></p></div>\n" for block in blocks)
    return (
        f"<html><head><title>Download</title><script>var Document;</script></head><body>{body}</body></html>".encode()
    )


def pdf(text: str) -> bytes:
    from reportlab.pdfgen import canvas

    stream = io.BytesIO()
    sheet = canvas.Canvas(stream)
    lines = [line for line in text.replace("\u00a0", " ").split("\n") if line.strip()]
    for start in range(0, len(lines), 40):
        for number, line in enumerate(lines[start : start + 40]):
            sheet.drawString(72, 780 - 14 * number, line.strip())
        sheet.showPage()
    sheet.save()
    return stream.getvalue()


MAKERS: dict[str, Callable[[str], bytes]] = {
    ".txt": str.encode,
    ".md": str.encode,
    ".docx": docx,
    ".rtf": rtf,
    ".html": html,
}


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("extension", MAKERS)
def test_each_article_is_a_document(tmp_path: Path, export: str, extension: str) -> None:
    (tmp_path / f"export{extension}").write_bytes(MAKERS[extension](export))
    documents = list(read([tmp_path], fail))
    assert [document.id for document in documents] == [f"export{extension}:{n}" for n in (1, 2, 3)]
    for number, document in enumerate(documents):
        assert words(document.text) == words(BODIES[number])
        assert document.title.startswith(HEADLINES[number])
        assert document.date == f"2023-03-{DAYS[number]}"
        assert str(document.source).startswith("The Harbour Post")
        assert document.author in ("Ana Lopez", "Lopez, Ana")
        assert document.places == ((0, {"article": number + 1}),)
        assert str(document.extractor).endswith("export 1")
        assert document.path == str(tmp_path / f"export{extension}")


def test_what_else_is_told_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(lexis())
    first = next(read([tmp_path], fail))
    told = {"section": "PORT; Pg. 1", "length": "355 words", "subject": "HARBOURS (90%); DIVING (78%)"}
    assert told.items() <= first.meta.items()
    (tmp_path / "a.txt").write_text(factiva())
    assert next(read([tmp_path], fail)).meta["accession"] == "HARPO00020230314ej3e0001b"


def test_an_article_alone_has_the_id_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(factiva().partition("ej3e0001b")[0] + "ej3e0001b\n")
    (document,) = read([tmp_path], fail)
    assert (document.id, document.title) == ("a.txt", HEADLINES[0])


def test_exports_that_were_put_together_are_taken_apart() -> None:
    assert len(articles_in(lexis() + lexis(of=383).replace("Download", "download"))) == 6


def test_lines_may_end_as_on_windows(export: str) -> None:
    assert [words(one.text) for one in articles_in(export.replace("\n", "\r\n"))] == [*map(words, BODIES)]


@pytest.mark.parametrize(
    "text",
    [
        lexis().replace("LENGTH: 355 words", "", 1),
        nexis().replace("Body\n", "", 1),
        factiva().replace("355 words\n", "", 1),
    ],
)
def test_what_is_not_surely_an_export_is_one_document_and_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "export.txt").write_text(text)
    problems: list[Problem] = []
    (document,) = read([tmp_path], problems.append)
    assert document.text == text
    assert [problem.what for problem in problems] == ["seems to be an export of 3 articles, and is read as one"]


def test_an_export_as_pdf_says_that_it_holds_several_articles_and_what_to_do(tmp_path: Path, export: str) -> None:
    (tmp_path / "export.pdf").write_bytes(pdf(export))
    problems: list[Problem] = []
    (document,) = read([tmp_path], problems.append)
    assert document.places[0][1] == {"page": 1}
    (problem,) = problems
    assert problem.what == "seems to be an export of 3 articles, and is read as one"
    assert problem.advice == "export it as text, RTF or Word, which are taken apart"


def test_an_export_as_html_that_cannot_be_split_is_told(tmp_path: Path) -> None:
    (tmp_path / "export.html").write_bytes(html(lexis().replace("LENGTH: 355 words", "", 1)))
    problems: list[Problem] = []
    (document,) = read([tmp_path], problems.append)
    assert "quay of Skagen was closed" in document.text
    assert [problem.what for problem in problems] == ["seems to be an export of 3 articles, and is read as one"]


@pytest.mark.parametrize(
    "text",
    [
        "He had read 2 of 3 DOCUMENTS.\nShe 3 of 3 DOCUMENTS.\n",
        "Document A\n\nDocument B\n\nDocument 12\n",
        "The end of document one.\nEnd of document\nEnd of document\n",
        "HD  Northern quay closed\nBody\n355 words\n14 March 2023\n",
    ],
)
def test_other_texts_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    (document,) = read([tmp_path], fail)
    assert document.text == text


LINES = sorted({line for layout in LAYOUTS.values() for line in layout.split("\n")})


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=60))
def test_any_lines_give_articles_with_a_text_or_none(lines: list[str]) -> None:
    text = "\n".join(lines)
    for one in articles_in(text):
        assert one.text.strip()
        assert all(isinstance(value, str) and value for value in one.values.values())
        assert set(words(one.text)) <= set(words(text))


def test_every_article_is_found_again_below_a_folder(tmp_path: Path) -> None:
    from qa.verification.sources import find

    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "export.txt").write_text(lexis())
    (tmp_path / "news" / "rows.csv").write_text("text,headline\nThe quay is closed.,Quay\nThe quay is open.,Open\n")
    documents = list(read([tmp_path], fail))
    assert [document.id for document in documents][2:4] == ["news/export.txt:3", "news/rows.csv:1"]
    for roots in (None, [tmp_path]):
        found = find([_reference(document) for document in documents], roots).documents
        assert [document.text for document in found.values()] == [document.text for document in documents]


def _reference(document: Document):
    from qa.types import DocumentRef

    return DocumentRef(document.id, document.title, document.day, document.source, document.path, document.sha256 or "")

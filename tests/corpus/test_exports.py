"""Exports of many articles in one text, laid out as the archives do, with invented words."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.corpus import Problem, read
from qa.corpus.exports import export_problem

LEXIS = """

                              {n} of 3 DOCUMENTS


                              The Harbour Post

                             March 14, 2023 Tuesday

Northern quay closed

LENGTH: 120 words

The northern quay is closed.

LOAD-DATE: March 15, 2023

LANGUAGE: ENGLISH
"""
NEXIS_UNI = """Northern quay closed
The Harbour Post
Body

The quay is closed.

Load-Date: March 15, 2023


End of Document

"""
FACTIVA = """Northern quay closed

120 words
14 March 2023
Harbour Post
HARPO

The quay is closed.

Document HARPO00020230315ej3e0001b

"""
EXPORTS = ["".join(LEXIS.format(n=n) for n in (1, 2, 3)), NEXIS_UNI * 3, FACTIVA * 3]


@pytest.mark.parametrize("text", [*EXPORTS, EXPORTS[1].replace("\n", "\r\n")])
def test_an_export_is_told_and_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "export.txt").write_text(text, newline="")
    problems: list[Problem] = []
    (document,) = read([tmp_path], problems.append)
    assert document.text == text
    assert [problem.what for problem in problems] == ["seems to be an export of 3 articles, and is read as one"]


def test_so_is_a_word_file(tmp_path: Path) -> None:
    import docx

    word = docx.Document()
    for line in (NEXIS_UNI * 2).split("\n"):
        word.add_paragraph(line)
    word.save(str(tmp_path / "export.docx"))
    problems: list[Problem] = []
    assert len(list(read([tmp_path], problems.append))) == 1
    assert [problem.what for problem in problems] == ["seems to be an export of 2 articles, and is read as one"]


@pytest.mark.parametrize(
    "text",
    [
        LEXIS.format(n=1),
        NEXIS_UNI,
        FACTIVA,
        "He had read 2 of 3 DOCUMENTS.\nShe 3 of 3 DOCUMENTS.\n",
        "Document A\n\nDocument B\n\nDocument 12\n",
        "The end of document one.\nEnd of document\nEnd of document\n",
    ],
)
def test_one_article_and_other_texts_are_not(text: str) -> None:
    assert export_problem("a.txt", text) is None

"""Ids and file names are data: they find their document, and reach neither a file nor a table nor the terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.answering.current import OpenGeneration
from qa.answering.index import Index
from qa.cli.locators import span_of
from qa.cli.showing import find
from qa.config import SearchConfig
from qa.corpus import Problem
from qa.errors import DocumentNotFoundError, QAError
from qa.types import Span
from tests.hostile.flow import assert_harmless, check_answer, check_verification
from tests.support import WordEncoder, open_current, update
from tests.test_costs import Words

#: What an id may be to a database, a file system, a shell, a pattern, or the command's own syntax of slices.
IDS = [
    *("../../etc/passwd", "/etc/passwd", "..", ".", "C:\\con", "~/.ssh/id_rsa", "file:///etc/passwd", "a/../b"),
    *("'; DROP TABLE documents; --", '" OR ""="', "%", "_", "*", "?", "[a]", "NULL", "0", "-1", "1e9", "1 OR 1=1"),
    *("$(touch pwned)", "`id`", "; ls", "--help", "-", "@file", "a:0-4", "a:b:0-4", ":0-1", "[bold]a[/]", "\u202ea"),
    *("e\u0301", "\u00e9", "\u200b", "\ufeff", "a\u2028b", "😀", "A", "a", "a ", " a", "x" * 4096),
]


@contextmanager
def on_disk(folder: Path) -> Iterator[tuple[Index, list[Problem]]]:
    """An index on disk over the articles in ``folder``, and the problems there were."""
    problems: list[Problem] = []
    update([folder], folder.parent / "index", encoder=Words(), on_problem=problems.append)
    searcher = open_current(folder.parent / "index")
    opened = OpenGeneration(searcher, searcher.manifest.info, WordEncoder(), close=searcher.close)
    with Index(opened, SearchConfig()) as index:
        yield index, problems


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def test_any_id_is_found_again_and_no_other(articles: Path) -> None:
    text = {name: f"Item number{n} is told of in this record." for n, name in enumerate(IDS)}
    lines = [json.dumps({"id": name, "text": words}) for name, words in text.items()]
    (articles / "a.jsonl").write_text("\n".join(lines))
    (articles.parent / "b").write_text("A file that no id may reach.")
    with on_disk(articles) as (index, problems):
        assert problems == []
        assert {ref.id for ref in index.documents()} == set(IDS)
        for n, name in enumerate(IDS):
            assert index.document(name).text == text[name]
            answer = index.ask(f"What of number{n}?")
            check_answer(answer, text)
            assert (answer.citations or answer.nearest)[0].document.id == name
            check_verification(answer, articles)
        for name in ("../b", "a.jsonl", "a.json", "' OR '1'='1", "%%", "E\u0301", "", "\0", "x" * 4095):
            with pytest.raises(DocumentNotFoundError):
                index.document(name)
    assert sorted(file.name for file in articles.parent.iterdir()) == ["articles", "b", "index"]


def shown(asked: str, index: Path) -> Span:
    """The slice that ``qa show`` prints."""
    document, locator = find(asked, index)
    assert locator is not None
    return span_of(document, locator)


@pytest.mark.parametrize(
    "asked", ["a:0-4", "a:b:0-4", ":0-1", "%:0-4", "../../etc/passwd:0-4", "a:" + "9" * 5000 + "-1"]
)
def test_a_slice_is_of_the_document_that_is_named(articles: Path, asked: str) -> None:
    lines = [json.dumps({"id": name, "text": f"Of {name}."}) for name in ("a", "a:b", "../../etc/passwd", "a:0-4")]
    (articles / "a.jsonl").write_text("\n".join(lines))
    texts = {"a:0-4": "a:0-4", "a:b:0-4": "a:b", "../../etc/passwd:0-4": "../../etc/passwd"}
    with on_disk(articles):
        index = articles.parent / "index"
        if asked in texts:
            assert find(asked, index)[0].text == f"Of {texts[asked]}."
        else:
            with pytest.raises(QAError, match=r"no document|has no characters") as raised:
                shown(asked, index)
            assert_harmless(str(raised.value).replace("\t", " "))


FILE_NAMES = st.binary(min_size=1, max_size=60).map(lambda name: name.replace(b"/", b"_").replace(b"\0", b"_"))


@settings(deadline=None, max_examples=25)
@given(names=st.lists(FILE_NAMES, min_size=1, max_size=4, unique=True))
@example(
    [b"\x1b[2J\x9b31m", b"\xe2\x80\xae", b"a\nb", b"[red]", b"' OR '1'='1", b"..\\..\\b", b"caf\xe9", b"e\xcc\x81"]
)
def test_any_file_name_is_an_id_or_is_told(names: list[bytes]) -> None:
    with TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        (articles / "sub").mkdir(parents=True)
        (articles / "kept.txt").write_text("The harbour froze.")
        for name in names:
            (articles / "sub" / os.fsdecode(name + b".txt")).write_text("The harbour thawed.")
        with on_disk(articles) as (index, problems):
            ids = {ref.id for ref in index.documents()} - {"kept.txt"}
            names_of_problems = {Path(problem.where).name for problem in problems}
            for problem in problems:
                assert_harmless(str(problem))
            read = {os.fsencode(name.removeprefix("sub/")).removesuffix(b".txt") for name in ids}
            left = {os.fsencode(name).removesuffix(b".txt") for name in names_of_problems}
            hidden = {name for name in names if name.startswith(b".") or name.lower() == b"readme"}
            assert read | left | hidden == set(names)
            assert left == {name for name in names if not _is_utf8(name)} - {n for n in hidden if n.startswith(b".")}
            answer = index.ask("Did the harbour thaw?")
            check_answer(answer, {ref.id: index.document(ref.id).text for ref in index.documents()})
            check_verification(answer, articles)


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True

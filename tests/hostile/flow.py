"""The whole flow over one file that may hold anything, and what has to be true of all that comes out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from qa.answering.current import OpenGeneration
from qa.answering.index import Index
from qa.backends.memory import MemoryIndex
from qa.cli.answers import View, render
from qa.config import IndexConfig, SearchConfig
from qa.corpus import Problem, read
from qa.errors import QuestionError, UsageError
from qa.indexing.encode import Indexer
from qa.types import Answer, Document, Excerpt
from qa.verification.comparison import CitationStatus
from qa.verification.verify import verify
from tests.support import WordEncoder

#: What must not reach a terminal: control characters but for line feeds, marks that turn text around, and surrogates.
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

#: The encodings that are read besides UTF-8.
_OTHERS = ("utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "cp850", "cp1250", "cp1254", "cp1251")


def assert_harmless(shown: str) -> None:
    """Nothing in ``shown`` steers a terminal."""
    assert RAW.findall(shown) == []


def in_memory(documents: Sequence[Document], max_tokens: int = 16) -> Index:
    """An index whose encoder needs no model: short passages, so that a short text has several."""
    encoder = WordEncoder(max_tokens)
    index = MemoryIndex(encoder.dimension)
    for encoded in Indexer(encoder, IndexConfig()).encode(documents):
        index.add(encoded)
    return Index(OpenGeneration(index, index.info, encoder), SearchConfig())


def flow(name: str, content: bytes, question: str, folder: Path) -> Answer | None:
    """Writes the file, reads, indexes and asks, and checks everything. None where nothing can be asked."""
    file = folder / name
    file.write_bytes(content)
    problems: list[Problem] = []
    documents = list(read([folder], problems.append))
    for problem in problems:
        assert_harmless(str(problem))
        assert len(str(problem).splitlines()) == 1
    for document in documents:
        assert document.text in texts(file, content, document.id)
    if not documents:
        assert problems
        return None
    try:
        answer = in_memory(documents).ask(question, k=3)
    except QuestionError as error:
        assert not question.strip() or re.search("[\ud800-\udfff]", question)
        assert_harmless(str(error))
        return None
    check_answer(answer, {document.id: document.text for document in documents})
    check_verification(answer, folder)
    return answer


def check_answer(answer: Answer, source: dict[str, str]) -> None:
    """Each citation is a slice of its source, and what is shown steers nothing and reads back."""
    cited = answer.citations or answer.nearest
    assert cited
    assert 0 <= answer.confidence <= 1
    for citation in cited:
        text = source[citation.document.id]
        assert_slice(citation.passage, text)
        assert_slice(citation.quote, text)
        assert citation.quote.text == citation.quote.text.strip() != ""
        assert citation.passage.start <= citation.quote.start < citation.quote.end <= citation.passage.end
    for indent in (None, 2):
        exported = answer.to_json(indent)
        assert_harmless(exported)
        assert json.loads(exported) == answer.to_dict()
    for full in (False, True):
        assert_harmless(render(answer, View(full, explain=True)))


def assert_slice(excerpt: Excerpt, text: str) -> None:
    """The excerpt is the slice of ``text`` that its offsets say."""
    assert text[excerpt.start : excerpt.end] == excerpt.text


def check_verification(answer: Answer, folder: Path) -> None:
    """Every citation is found again in the file, word for word; quotes that any text holds are refused."""
    try:
        statuses = {checked.status for checked in verify(answer, folder).citations}
    except UsageError as error:
        refused = str(error)
        assert_harmless(refused)
        assert "stands in an article by chance" in refused or not answer.citations
    else:
        assert statuses == {CitationStatus.EXACT}


def texts(file: Path, content: bytes, identifier: str) -> list[str]:
    """What the text of a document may be, read from the bytes without the code that is tested."""
    if file.suffix != ".jsonl":
        return [text.removeprefix("\ufeff") for text in _decoded(content)]
    strings: list[str] = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        own = (
            {str(record.get(name)).strip() for name in ("_id", "id", "url")} | {str(record.get("id"))}
            if isinstance(record, dict)
            else set()
        )
        if identifier in {*own, f"{file.name}:{number}"}:
            strings.append(str(record.get("text")))
    return strings


def _decoded(content: bytes) -> list[str]:
    strings = []
    for encoding in ("utf-8", *_OTHERS):
        try:
            strings.append(content.decode(encoding))
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" and "\0" not in strings[0]:
            break  # in UTF-16 there is a NUL for every letter of English, so that nothing else can be meant
    return strings

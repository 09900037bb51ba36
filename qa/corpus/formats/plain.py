"""Plain text and Markdown: one file, one article."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from qa.corpus.encoding import UndecodableError, decode
from qa.corpus.fields import MAX_TITLE, Fields, check
from qa.corpus.frontmatter import FrontMatter, parse
from qa.corpus.metadata import parse_header, skip_blanks
from qa.corpus.problem import OnProblem, Problem, unreadable
from qa.corpus.titles import heading, shorten, title_from_text
from qa.corpus.walk import Source
from qa.types import Document

#: Longest file that is read, in bytes, so that memory stays bounded whatever the file. The Bible has some 4 million.
MAX_FILE = 64 * 1024 * 1024


def read_plain(source: Source, on_problem: OnProblem) -> Iterator[tuple[str, Document]]:
    """The file's document with where it stands; nothing, but a problem, where it cannot be read.

    ``document.text`` is the decoded file as it stands, its byte-order mark removed.
    """
    try:
        data = _bytes_of(source)
        text = decode(data)
    except OSError as error:
        on_problem(unreadable(source.where, error))
        return
    except UndecodableError as error:
        on_problem(Problem(source.where, str(error), error.advice))
        return
    fields, body_start = _head(source, text, on_problem)
    if body_start == len(text):
        on_problem(Problem(source.where, "has no text", "remove it, or write the article"))
        return
    yield source.where, _document(source, text, fields, body_start, hashlib.sha256(data).hexdigest())


def _bytes_of(source: Source) -> bytes:
    """What the file holds. Raises OSError, and UndecodableError where it is too long."""
    # Its size is not asked for: it may have grown since, or not be told, as for files that the system makes up.
    with source.file.open("rb") as stream:
        data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise UndecodableError(f"is longer than {MAX_FILE // 1024**2} MiB", "split it")
    return data


def _head(source: Source, text: str, on_problem: OnProblem) -> tuple[Fields, int]:
    """What stands before the article, and the offset where the article begins."""
    front_matter = parse(text)
    if front_matter is None:
        date, body_start = parse_header(text)
        return Fields(date=date), body_start
    return _checked(source, front_matter, on_problem), skip_blanks(text, front_matter.end)


def _checked(source: Source, front_matter: FrontMatter, on_problem: OnProblem) -> Fields:
    def complain(name: str, what: str, advice: str) -> None:
        on_problem(Problem(f"{source.where}:{front_matter.lines[name]}", what, advice))

    if front_matter.error:
        where, what = f"{source.where}:{front_matter.error_line}", f"the front matter {front_matter.error}"
        advice = "write 'key: value' lines, with quotation marks around a value that contains a colon"
        on_problem(Problem(where, what, advice))
    return check(front_matter.values, complain)


def _document(source: Source, text: str, fields: Fields, body_start: int, sha256: str) -> Document:
    is_markdown = source.extension != ".txt"
    from_body = heading(text, body_start) if is_markdown and not fields.title else ""
    return Document(
        id=source.id,
        text=text,
        title=fields.title or shorten(from_body, MAX_TITLE) or title_from_text(text, body_start),
        date=fields.date,
        source=fields.source,
        path=source.path,
        url=fields.url,
        language=fields.language,
        sha256=sha256,
        body_start=body_start,
    )

"""Plain text and Markdown: one file, one article, exactly as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qa.corpus.encoding import decode
from qa.corpus.exports import export_problem
from qa.corpus.fields import MAX_TITLE, Fields, valid_fields
from qa.corpus.formats.base import article, bytes_of, sha256_of
from qa.corpus.formats.exported import exported_documents
from qa.corpus.frontmatter import FrontMatter, parse
from qa.corpus.metadata import parse_header, skip_blanks
from qa.corpus.problem import READ_ERRORS, OnProblem, Problem, unreadable
from qa.corpus.titles import heading, shorten
from qa.corpus.walk import Source
from qa.types import CUT, Document


@dataclass(frozen=True, slots=True)
class Plain:
    """``document.text`` is the decoded file as it stands, its byte-order mark removed; but an export is taken apart."""

    extensions: tuple[str, ...]
    has_headings: bool
    version: str = "1"
    holds_many: bool = False
    is_slow: bool = False

    def read(self, source: Source, tell: OnProblem) -> Iterator[tuple[str, Document]]:
        """The file's document; nothing, but a problem, where it cannot be read."""
        try:
            data = bytes_of(source)
            text, doubt = decode(data)
        except READ_ERRORS as error:
            tell(unreadable(source.where, error))
            return
        if doubt:
            tell(
                Problem(source.where, f"is read as {doubt}, which is a guess", "save it as UTF-8 if letters look wrong")
            )
        exported = list(exported_documents(source, text, None))
        yield from exported
        if exported:
            return
        if export := export_problem(source.where, text):
            tell(export)
        fields, start = _head(source, text, tell)
        if start == len(text):
            tell(Problem(source.where, "has no text", "remove it, or write the article"))
            return
        title = shorten(heading(text, start), MAX_TITLE, CUT) if self.has_headings and not fields.title else ""
        yield source.where, article(source, source.id, text, fields, sha256_of(data), body_start=start, title=title)


FORMATS = (Plain((".txt",), has_headings=False), Plain((".md", ".markdown"), has_headings=True))


def _head(source: Source, text: str, tell: OnProblem) -> tuple[Fields, int]:
    """What stands before the article, and the offset where the article begins."""
    front_matter = parse(text)
    if front_matter is None:
        header = parse_header(text)
        return Fields(date=header.date, source=header.source), header.body_start
    return _checked(source, front_matter, tell), skip_blanks(text, front_matter.end)


def _checked(source: Source, front_matter: FrontMatter, tell: OnProblem) -> Fields:
    def complain(name: str, what: str, advice: str) -> None:
        tell(Problem(f"{source.where}:{front_matter.lines.get(name, 1)}", what, advice))

    if front_matter.error:
        where, what = f"{source.where}:{front_matter.error_line}", f"the front matter {front_matter.error}"
        advice = "write 'key: value' lines, with quotation marks around a value that contains a colon"
        tell(Problem(where, what, advice))
    return valid_fields(front_matter.values, complain)

"""Formats whose text is not the file as it stands: a library or a few lines of code extract it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple

from qa.corpus.exports import export_problem
from qa.corpus.fields import MAX_TITLE, valid_fields
from qa.corpus.formats.attached import attached_documents
from qa.corpus.formats.base import Complaints, article, bytes_of, id_flaw, sha256_of
from qa.corpus.formats.exported import exported_documents
from qa.corpus.formats.extract import DamagedError, Extract, any_input, extractor
from qa.corpus.problem import READ_ERRORS, OnProblem, Problem, UnreadableError, unreadable
from qa.corpus.titles import shorten
from qa.corpus.walk import Source
from qa.escaping import is_unicode
from qa.types import Document


class Part(NamedTuple):
    """One of the articles of a file: its id ('' where it tells none), its bytes there, and what is extracted of it."""

    identifier: str
    raw: bytes
    extract: Extract


@dataclass(frozen=True, slots=True)
class Converted:
    """A format of files that hold an article each. ``extract`` raises UnreadableError. ``name`` has the format's own
    version, and ``libraries`` are the packages whose version the text depends on."""

    extensions: tuple[str, ...]
    name: str
    extract: Callable[[bytes], Extract]
    libraries: tuple[str, ...] = ()
    holds_many: bool = False
    is_slow: bool = True

    @property
    def version(self) -> str:
        """The extractor, with its versions."""
        return extractor(self.name, self.libraries)

    def read(self, source: Source, tell: OnProblem) -> Iterator[tuple[str, Document]]:
        """The file's document; nothing, but a problem, where it cannot be read."""
        try:
            data = bytes_of(source)
            with any_input():
                extract = self.extract(data)
        except READ_ERRORS as error:
            tell(unreadable(source.where, error))
            return
        if not extract.places:  # an export that has pages is read by them
            exported = list(exported_documents(source, extract.lines or extract.text, self.version))
            yield from exported
            if exported:
                return
        document = _document(source, source.id, data, extract, self.version, source.where, tell)
        if document:
            yield source.where, document
        yield from attached_documents(source, source.id, source.where, extract, tell)


@dataclass(frozen=True, slots=True)
class Collection:
    """A format of files that hold many articles.

    ``parts`` yields them from the open file, or, for one that cannot be read, an UnreadableError; it raises one where
    that is the whole file.
    """

    extensions: tuple[str, ...]
    name: str
    parts: Callable[[IO[bytes]], Iterable[Part | UnreadableError]]
    libraries: tuple[str, ...] = ()
    holds_many: bool = True
    is_slow: bool = False

    @property
    def version(self) -> str:
        """The extractor, with its versions."""
        return extractor(self.name, self.libraries)

    def read(self, source: Source, tell: OnProblem) -> Iterator[tuple[str, Document]]:
        """The file's documents, each with ``path:NUMBER``; one without a usable id has ``FILE:NUMBER``."""
        complaints = Complaints(tell)
        number = 0
        try:
            for number, part in enumerate(self._parts(source), start=1):
                where = f"{source.where}:{number}"
                if isinstance(part, UnreadableError):
                    complaints.add(unreadable(where, part))
                    continue
                has_id = part.identifier.strip() and not id_flaw(part.identifier)
                identifier = part.identifier if has_id else f"{source.id}:{number}"
                document = _document(source, identifier, part.raw, part.extract, self.version, where, complaints.add)
                if document:
                    yield where, document
                yield from attached_documents(source, identifier, where, part.extract, complaints.add)
        except READ_ERRORS as error:
            tell(unreadable(source.where, error))
        else:
            if not number:
                tell(Problem(source.where, "has no text", "remove it, or add an article"))
        complaints.report()

    def _parts(self, source: Source) -> Iterator[Part | UnreadableError]:
        with source.open() as stream:
            try:
                yield from self.parts(stream)
            except READ_ERRORS:
                raise
            except Exception as error:  # of a library, as in ``any_input``
                raise DamagedError from error


def _document(
    source: Source, identifier: str, raw: bytes, extract: Extract, made_by: str, where: str, tell: OnProblem
) -> Document | None:
    def complain(_: str, what: str, advice: str) -> None:
        tell(Problem(where, what, advice))

    if not is_unicode(extract.text) or "\0" in extract.text:
        tell(Problem(where, "its text is not valid Unicode", "save it again"))
        return None
    if not extract.text.strip():
        if not extract.attachments:
            tell(Problem(where, "has no text", "remove it, or write the article"))
        return None
    if export := export_problem(where, extract.lines or extract.text, has_pages=bool(extract.places)):
        tell(export)
    fields = valid_fields(extract.values, complain)
    digest = sha256_of(raw)
    title = shorten(_first_line(extract.text), MAX_TITLE) if not fields.title else ""
    return article(
        source, identifier, extract.text, fields, digest, title=title, places=extract.places, extractor=made_by
    )


def _first_line(text: str) -> str:
    """The heading or list item that the text begins with, without its mark; empty where it begins otherwise."""
    line = text[: text.find("\n")] if "\n" in text else text
    return line.lstrip("#- ") if line.startswith(("#", "- ")) else ""

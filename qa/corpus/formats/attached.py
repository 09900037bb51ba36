"""The files that are attached to a message -> documents, each by its own format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath
from typing import IO, cast

from qa.corpus.formats.extract import Attachment, Extract
from qa.corpus.formats.registry import format_of
from qa.corpus.problem import OnProblem, Problem
from qa.corpus.walk import COMPRESSED, Source
from qa.types import Document

#: How deep messages may be attached to messages.
MAX_DEPTH = 4

#: What belongs to how a message looks, or to its signature, by the extension: nobody misses it.
_TRIMMINGS = (".gif", ".png", ".jpg", ".jpeg", ".svg", ".ics", ".vcf", ".asc", ".p7s", ".p7m", ".sig", ".dat", "")


class _Attached(Source):
    """An attachment as the source that formats read."""

    data = b""
    depth = 0

    def open(self) -> IO[bytes]:
        if not self.where.lower().endswith(COMPRESSED):
            return BytesIO(self.data)
        import gzip

        return cast("IO[bytes]", gzip.open(BytesIO(self.data), "rb"))


def attached_documents(
    source: Source, identifier: str, where: str, extract: Extract, tell: OnProblem
) -> Iterator[tuple[str, Document]]:
    """The documents of a message's attachments, each with ``where`` the message stands; ``identifier`` is its id, and
    theirs are ``ID:NUMBER``. Their place names the message and the attachment."""
    number = 0
    message = extract.places[0][1] if extract.places else {}
    for attachment in extract.attachments:
        place = {**message, "attachment": attachment.name}
        for document in _documents(source, where, attachment, tell):
            number += 1
            places = document.places or ((0, {}),)
            yield (
                where,
                replace(
                    document,
                    id=f"{identifier}:{number}",
                    path=source.path,
                    places=tuple((offset, {**place, **inner}) for offset, inner in places),
                ),
            )


def _documents(source: Source, where: str, attachment: Attachment, tell: OnProblem) -> Iterator[Document]:
    def complain(problem: Problem) -> None:
        tell(Problem(where, f"its attachment {attachment.name} {problem.what}", problem.advice))

    one = format_of(attachment.name)
    depth = source.depth if isinstance(source, _Attached) else 0
    if one is None or depth >= MAX_DEPTH:
        kind = PurePath(attachment.name).suffix.lower()
        if one or kind not in _TRIMMINGS:
            what = f"has an attachment of a kind that is not read ({kind or 'a message in messages'})"
            tell(Problem(where, what, "save it as one that is"))
        return
    attached = _Attached(attachment.name, attachment.name, len(attachment.data), field_names=source.field_names)
    attached.data, attached.depth = attachment.data, depth + 1
    for _, document in one.read(attached, complain):
        yield document

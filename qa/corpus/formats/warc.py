"""Web archives (WARC, ISO 28500): each page that a crawl has fetched is an article, its address its id.

Read record by record, so that an archive may be longer than memory. Pictures, scripts and redirections are passed over;
of the plain text that Common Crawl makes of pages (WET) each record is an article, too.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from http.client import parse_headers
from io import BytesIO
from typing import IO, NamedTuple

from qa.corpus.encoding import decode
from qa.corpus.formats import html
from qa.corpus.formats.base import MAX_FILE
from qa.corpus.formats.converted import Collection, Part
from qa.corpus.formats.extract import DamagedError, Extract, any_input
from qa.corpus.problem import UnreadableError

#: Bytes of a line of a record's head, and how many lines it may have.
MAX_LINE, MAX_LINES = 64 * 1024, 1_000

#: Bytes that are passed over at once.
_PIECE = 1024 * 1024

_PAGES = ("text/html", "application/xhtml+xml")
_TOO_LONG = UnreadableError(f"is longer than {MAX_FILE // 1024**2} MiB", "leave it out")


class _Record(NamedTuple):
    """What a record's head tells, with its names in small letters, and what it holds; None where that is too long."""

    head: Mapping[str, str]
    block: bytes | None


def parts(stream: IO[bytes]) -> Iterator[Part | UnreadableError]:
    """The pages of an archive, each under its address. Raises UnreadableError where it is none, or ends too soon."""
    for number, record in enumerate(_records(stream), start=1):
        kind, url = record.head.get("warc-type"), record.head.get("warc-target-uri", "").strip("<> ")
        if kind not in ("response", "resource", "conversion"):
            continue
        if record.block is None:
            yield _TOO_LONG
            continue
        try:
            with any_input():
                body, media = _content(record.block) if kind == "response" else (record.block, _media(record.head))
                extract = _extract(body, media, url)
        except UnreadableError as error:
            yield error
            continue
        if extract:
            values = {"url": url, **extract.values}
            yield Part(url, body, Extract(extract.text, values, ((0, {"record": number}),)))


def _extract(body: bytes, media: str, url: str) -> Extract | None:
    """The article, if it is of a kind that holds one. Raises UnreadableError."""
    if media in _PAGES:
        return html.extract(body, url or None)
    return Extract(decode(body).text, {}) if media == "text/plain" and body.strip() else None


def _records(stream: IO[bytes]) -> Iterator[_Record]:
    while line := _line(stream):
        if not line.strip():
            continue
        if not line.startswith(b"WARC/"):
            raise DamagedError
        head: dict[str, str] = {}
        for _ in range(MAX_LINES):
            name, _, value = _line(stream).decode("utf-8", "replace").partition(":")
            if not name.strip():
                break
            head[name.strip().lower()] = value.strip()
        length = int(head.get("content-length", ""))
        if length > MAX_FILE:
            _pass_over(stream, length)
            yield _Record(head, None)
            continue
        block = stream.read(max(0, length))
        if len(block) < length:
            raise DamagedError
        yield _Record(head, block)


def _line(stream: IO[bytes]) -> bytes:
    line = stream.readline(MAX_LINE + 1)
    if len(line) > MAX_LINE:
        raise DamagedError
    return line


def _pass_over(stream: IO[bytes], length: int) -> None:
    while length > 0 and (piece := stream.read(min(length, _PIECE))):
        length -= len(piece)


def _media(head: Mapping[str, str]) -> str:
    return head.get("content-type", "").partition(";")[0].strip().lower()


def _content(response: bytes) -> tuple[bytes, str]:
    """The body of an HTTP response (RFC 9112), unpacked, and of which kind it is; of no kind unless it was found."""
    stream = BytesIO(response)
    status = stream.readline(MAX_LINE).split()
    head = {name.lower(): value for name, value in parse_headers(stream).items()}
    media = _media(head) if status[1:2] == [b"200"] else ""
    body = stream.read()
    if media not in (*_PAGES, "text/plain"):
        return b"", ""
    if head.get("transfer-encoding", "").strip().lower() == "chunked":
        body = _joined_chunks(body)
    coding = head.get("content-encoding", "").strip().lower()
    if coding in ("gzip", "x-gzip", "deflate"):
        body = _unpacked(body)
    elif coding not in ("", "identity"):
        raise UnreadableError(f"is compressed by {coding[:20]}, which is not read", "write the archive without it")
    return body, media


def _joined_chunks(body: bytes) -> bytes:
    """The pieces of a chunked body; as it is where a crawler has put them together and left the header."""
    stream, pieces = BytesIO(body), list[bytes]()
    while size := stream.readline(MAX_LINE).partition(b";")[0].strip():
        try:
            length = int(size, 16)
        except ValueError:
            return body
        if length <= 0:
            break
        pieces.append(stream.read(length))
        stream.readline(MAX_LINE)
    return b"".join(pieces)


def _unpacked(body: bytes) -> bytes:
    """A body that gzip or zlib has packed. Raises UnreadableError where it holds more than fits."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    unpacked = unpacker.decompress(body, MAX_FILE)
    if unpacker.unconsumed_tail:
        raise _TOO_LONG
    return unpacked


FORMATS = (Collection((".warc", ".wet"), "warc 1", parts, ("trafilatura",)),)

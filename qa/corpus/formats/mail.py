"""Mail: one message (EML) or many (MBOX). Headers give title, date and source; the text is the writer's own words.

What the writer quotes of others, and the signature, is left out: their words are not the writer's. An attachment is not
read: save it beside the message to have it indexed.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage, Message, MIMEPart
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import IO

from qa.corpus.formats.base import whole
from qa.corpus.formats.converted import Collection, Converted, Part
from qa.corpus.formats.extract import Extract, UnreadableError, any_input, paragraphs

#: Characters that are read of a header. The standard library takes time that grows with the square of its length.
MAX_HEADER = 4_096

#: The line that mail programs put above what they quote, in the languages that qa knows.
_QUOTES_BELOW = re.compile(
    r"^(?:On .{4,120} wrote:|El .{4,120} escribi[oó]:|Am .{4,120} schrieb.{0,80}:|Le .{4,120} a écrit\s?:"
    r"|Em .{4,120} escreveu:|Il .{4,120} ha scritto:"
    r"|-{2,} ?(?:Original Message|Mensaje original|Ursprüngliche Nachricht) ?-{2,})$",
    re.MULTILINE,
)
#: What parts the text from the signature (RFC 3676, section 4.3).
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_MBOX_FROM = re.compile(rb"^From [^\n]*\n", re.MULTILINE)


def extract(data: bytes) -> Extract:
    """A message. Raises UnreadableError where it has no text."""
    message = parsed(data)
    body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    if body is None:
        raise UnreadableError("has no text", "save its attachments as files")
    text = _content(body)
    if body.get_content_type() == "text/html":
        text = _text_of_html(text)
    name, address = _sender(message)
    values = {
        "title": _header(message, "Subject"),
        "date": _header(message, "Date"),
        "source": name or address,
        "author": address,
        "message-id": _header(message, "Message-ID").strip("<> "),
    }
    places = ((0, {"message": values["message-id"]}),) if values["message-id"] else ()
    return Extract(_own_words(text), {key: value for key, value in values.items() if value}, places)


def parsed(data: bytes) -> Message:
    """A message, or a web page that a browser has saved as one, with long headers cut off."""
    return email.message_from_bytes(data, policy=_Bounded())


class _Bounded(EmailPolicy):
    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        name, value = super().header_source_parse([line[:MAX_HEADER] for line in sourcelines])
        return name, value[:MAX_HEADER]


def parts(stream: IO[bytes]) -> Iterator[Part | UnreadableError]:
    """The messages of a mailbox, each under its Message-ID."""
    for raw in split_mbox(whole(stream)):
        try:
            with any_input():
                extracted = extract(raw)
        except UnreadableError as error:
            yield error
        else:
            yield Part(str(extracted.values.get("message-id", "")), raw, extracted)


def split_mbox(data: bytes) -> Iterator[bytes]:
    """The messages of a mailbox (RFC 4155), with lines that were escaped as ``>From`` as they were."""
    lines = [line for line in _MBOX_FROM.finditer(data) if _parts_messages(data, line.start())]
    ends = [*(line.start() for line in lines[1:]), len(data)]
    for line, end in zip(lines, ends, strict=False):
        start = line.end()
        yield re.sub(rb"^>(>*From )", rb"\1", data[start:end], flags=re.MULTILINE)


def _parts_messages(data: bytes, start: int) -> bool:
    """Whether a line that begins with ``From`` stands first, or after a blank line."""
    return start == 0 or data[max(0, start - 4) : start].replace(b"\r", b"").endswith(b"\n\n")


def _header(message: Message, name: str) -> str:
    """A header on one line; empty where there is none, or one that the standard library fails on in whatever way."""
    try:
        return " ".join(str(message[name] or "").split())
    except Exception:
        return ""


def _sender(message: Message) -> tuple[str, str]:
    """The sender's name and address."""
    told = _header(message, "From")
    try:
        return parseaddr(told)
    except RecursionError:  # thousands of brackets
        return told, ""


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an encoding that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _text_of_html(text: str) -> str:
    from lxml import etree, html

    try:
        root = html.document_fromstring(text)
    except (ValueError, etree.ParserError):
        return ""
    for node in root.xpath("//script|//style|//blockquote"):
        node.drop_tree()
    return paragraphs(" ".join(node.text_content().split()) for node in root.xpath("//p|//div[not(.//p|.//div)]|//li"))


def _own_words(text: str) -> str:
    text = text.replace("\r\n", "\n")
    for pattern in (_QUOTES_BELOW, _SIGNATURE):
        if match := pattern.search(text):
            text = text[: match.start()]
    lines = [line for line in text.split("\n") if not line.startswith(">")]
    return "\n".join(lines).strip()


FORMATS = (Converted((".eml",), "mail 1", extract), Collection((".mbox",), "mail 1", parts))

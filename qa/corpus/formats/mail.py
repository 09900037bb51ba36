"""Mail: one message (EML) or many (MBOX). Headers give title, date and source; the text is the writer's own words.

What the writer quotes of others, and the signature, is left out: their words are not the writer's. An attachment is a
document of its own, read by its own format.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage, Message, MIMEPart
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import IO

from qa.corpus.formats.attached import MAX_DEPTH
from qa.corpus.formats.base import whole
from qa.corpus.formats.converted import Collection, Converted, Part
from qa.corpus.formats.extract import Attachment, Extract, any_input
from qa.corpus.formats.hypertext import parse, text_in
from qa.corpus.problem import UnreadableError
from qa.corpus.walk import COMPRESSED

#: Characters that are read of a header. The standard library takes time that grows with the square of its length.
MAX_HEADER = 4_096

#: The lines that mail programs put above what they quote, in the languages that qa knows, on two lines where one is too
#: long.
_SOMEBODY = r"[^\n]{4,160}(?:\n[^\n]{1,120})?"
_WROTE = (
    rf"(?:On {_SOMEBODY}\swrote|El {_SOMEBODY}\sescribi[oó]|Am {_SOMEBODY}\sschrieb[^\n]{{0,80}}"
    rf"|Le {_SOMEBODY}\sa écrit\s?|Em {_SOMEBODY}\sescreveu|Il {_SOMEBODY}\sha scritto):[ \t]*$"
)
#: Where each line of what is quoted has a mark, the writer may go on behind it.
_ATTRIBUTION = re.compile(rf"^{_WROTE}(?=\s*^>)", re.MULTILINE)

#: Where none has, nothing behind it is the writer's: lines that only a mail program writes, with a day and an address
#: or a time, or with the names of headers.
_QUOTES_BELOW = re.compile(
    rf"^(?:(?=[^\n]{{0,160}}[0-9])(?=[^\n]{{0,160}}(?:[<@]|[0-9]:[0-9])){_WROTE}"
    r"|-{2,} ?(?:Original Message|Mensaje original|Ursprüngliche Nachricht|Message d'origine|Mensagem original"
    r"|Messaggio originale) ?-{2,}[ \t]*$"
    r"|(?:From|Von|De|Da): [^\n]+\n(?:[^\n]+\n)?"
    r"(?:Sent|Date|Gesendet|Datum|Enviado(?: el| em)?|Envoyé|Inviato|Data): )",
    re.MULTILINE,
)
#: What parts the text from the signature (RFC 3676, section 4.3).
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)

#: What is another's in a message written as HTML.
_QUOTED_HTML = "//blockquote|//*[contains(@class,'gmail_quote') or contains(@class,'moz-signature') or @id='Signature']"
_BOUNDARY = re.compile(r"(\bboundary=)([^\";\s][^;\s]*)", re.IGNORECASE)
_MBOX_FROM = re.compile(rb"^From [^\n]*\n", re.MULTILINE)


def extract(data: bytes) -> Extract:
    """A message. Raises UnreadableError where it has no text."""
    message = parsed(data)
    body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    attachments = attachments_of(message)
    if body is None and not attachments:
        raise UnreadableError("has no text", "remove it, or save it again")
    text = _content(body) if body is not None else ""
    if body is not None and body.get_content_type() == "text/html":
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
    told = {key: value for key, value in values.items() if value}
    return Extract(_own_words(text), told, places, attachments=attachments)


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """The files that are attached to a message, in its order; of those without a name messages alone."""
    attached: list[Attachment] = []
    for part in message.iter_attachments() if isinstance(message, EmailMessage) else ():
        name = _one_line((part.get_filename() or "").replace("\\", "/").rpartition("/")[2])
        payload = part.get_payload(0) if part.get_content_type() == "message/rfc822" and part.is_multipart() else None
        if isinstance(payload, Message):
            attached.append(Attachment(f"{name.removesuffix('.eml') or 'message'}.eml", payload.as_bytes()))
        elif name and isinstance(content := part.get_payload(decode=True), bytes):
            attached.append(Attachment(name, content))
    return tuple(attached)


def files_attached(name: str, data: bytes, depth: int = MAX_DEPTH) -> Iterator[bytes]:
    """What the attachments in a file of mail hold, those of attached messages, too, as deep as they are read."""
    is_mailbox = name.lower().removesuffix(COMPRESSED).endswith(".mbox")
    for raw in split_mbox(data) if is_mailbox else (data,):
        for attachment in attachments_of(parsed(raw)):
            yield attachment.data
            if attachment.name.lower().endswith(".eml") and depth > 1:
                yield from files_attached(attachment.name, attachment.data, depth - 1)


def parsed(data: bytes) -> Message:
    """A message, or a web page that a browser has saved as one, with long headers cut off."""
    return email.message_from_bytes(data, policy=_Bounded())


class _Bounded(EmailPolicy):
    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        name, value = super().header_source_parse([line[:MAX_HEADER] for line in sourcelines])
        # Outlook Express writes boundaries that have to be quoted without quotation marks.
        value = _BOUNDARY.sub(r'\1"\2"', value) if name.lower() == "content-type" else value
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
        return _one_line(str(message[name] or ""))
    except Exception:
        return ""


def _one_line(text: str) -> str:
    """The text on one line, without bytes that are no letters in the encoding that it tells."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


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
    """The text, with a mark in place of what is quoted."""
    try:
        root = parse(text)
    except UnreadableError:
        return ""
    for node in root.xpath(_QUOTED_HTML):
        tail = node.tail
        node.clear()
        node.tag, node.text, node.tail = "p", ">", tail
    return text_in(root, tables=False)


def _own_words(text: str) -> str:
    text = _ATTRIBUTION.sub("", text.replace("\r\n", "\n"))
    for pattern in (_QUOTES_BELOW, _SIGNATURE):
        if match := pattern.search(text):
            text = text[: match.start()]
    lines = [line for line in text.split("\n") if not line.startswith(">")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


#: What a message's attachments are read by.
_LIBRARIES = ("trafilatura", "pypdfium2", "python-docx", "striprtf")

FORMATS = (
    Converted((".eml",), "mail 2", extract, _LIBRARIES),
    Collection((".mbox",), "mail 2", parts, _LIBRARIES),
)

"""Messages as RFC 5322 and MIME write them: mail, and web pages that a browser has saved."""

from __future__ import annotations

import email
from collections.abc import Sequence
from email.message import Message
from email.policy import EmailPolicy

#: Characters that are read of a header. The standard library takes time that grows with the square of its length.
MAX_HEADER = 4_096


def parsed(data: bytes) -> Message:
    """The message, with longer headers cut off."""
    return email.message_from_bytes(data, policy=_Bounded())


class _Bounded(EmailPolicy):
    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        name, value = super().header_source_parse([line[:MAX_HEADER] for line in sourcelines])
        return name, value[:MAX_HEADER]

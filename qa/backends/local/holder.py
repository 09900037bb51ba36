"""Which process writes an index: a note beside the lock, so that whoever is refused knows whom to wait for.

The lock is the operating system's and decides alone. The note is a courtesy: where it is missing, damaged, or left by a
process that has died, it tells nothing.
"""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from qa.backends.shared.processes import is_running

#: Characters: the longest host name that there can be (RFC 1035), and more than any note has.
_LONGEST_HOST, _LONGEST = 255, 1_000


@dataclass(frozen=True, slots=True)
class Holder:
    """A process by its id and the name of its host; ``since`` is when it began to write, as ISO 8601 has it."""

    process: int
    host: str
    since: str

    def __str__(self) -> str:
        return f"process {self.process} on {self.host}, since {self.since}"


def sign(note: Path) -> None:
    """Writes into the file ``note`` that this process holds the lock. Call it while it does."""
    holder = Holder(os.getpid(), socket.gethostname(), datetime.now(UTC).isoformat(timespec="seconds"))
    with suppress(OSError):  # such as a full disk: what is to be written tells of that
        note.write_text(json.dumps(asdict(holder)) + "\n", encoding="utf-8")


def holder_in(note: Path) -> Holder | None:
    """What the file ``note`` says; None where it is missing, cannot be understood, or names a process that has died."""
    try:
        with note.open(encoding="utf-8") as file:
            holder = Holder(**json.loads(file.read(_LONGEST)))
        datetime.fromisoformat(holder.since)
        sound = type(holder.process) is int and holder.process > 0 and 0 < len(holder.host) <= _LONGEST_HOST
        if not (sound and holder.host.isprintable() and holder.since.isprintable()):
            return None
        return holder if holder.host != socket.gethostname() or is_running(holder.process) else None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None

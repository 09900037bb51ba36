"""The standard streams as a caller may leave them: closed, or read by a program that ends before we do."""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer


class _Outgoing(FileIO):
    """A descriptor that takes what it is given also where nobody reads it any more, as in ``qa ask ... | head -1``.

    A command so ends with the exit code that it would have had, whoever looks on.
    """

    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def outlive_readers() -> None:
    """Replaces stdout and stderr by streams that do not fail when their reader has gone."""
    sys.stdout, sys.stderr = (_outliving(stream) for stream in (sys.stdout, sys.stderr))


def _outliving(stream: object) -> TextIOWrapper | None:
    if not isinstance(stream, TextIOWrapper):  # closed
        return None
    raw = BufferedWriter(_Outgoing(stream.fileno(), "w", closefd=False))
    return TextIOWrapper(raw, stream.encoding, stream.errors, line_buffering=stream.line_buffering)


def open_closed() -> None:
    """Opens the null device in place of each standard stream that is closed: what is opened next would take its number,
    and be written to by whatever library has something to say."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115

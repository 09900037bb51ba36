"""Processes that are said to write an index: where they run, and whether they still do."""

from __future__ import annotations

import os
import re
from pathlib import Path


def is_running(process: int) -> bool:
    """Whether there is a process with this id on this machine; True where that cannot be told."""
    if os.name == "nt":  # where the signal 0 would end it
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):  # the latter: no id that a process could have
        return False
    except OSError:  # another user's
        return True
    return True


def machine() -> str:
    """A name for where process numbers mean the same: the host, and the container if it has numbers of its own."""
    import socket  # a question, which only asks whether a process runs, need not wait for it

    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:  # no Linux
        space = 0
    return f"{re.sub('[^A-Za-z0-9]', '', socket.gethostname())[:20]}_{space}"

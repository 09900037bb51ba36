"""Whether a process that is said to write an index still runs."""

from __future__ import annotations

import os


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

"""Python runs this at the start of every process that has the folder on its path: it refuses, and writes down, whatever
reaches for a network or unpickles a name."""

import os
import sys

REFUSED = {
    *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"),
    *("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"),
    *("pickle.find_class", "urllib.Request"),
}


def note(line: str) -> None:
    """Adds a line to the log. Without buffers of its own, so that a process that is ended keeps it."""
    log = os.open(os.environ["GUARD_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(log, f"{line!a}\n".encode())
    os.close(log)


def guard(event: str, arguments: tuple[object, ...]) -> None:
    if event in REFUSED:
        note(f"refused {event} {arguments}")
        raise PermissionError(f"the guard refuses {event}")


note(f"watching {sys.orig_argv}")
sys.addaudithook(guard)

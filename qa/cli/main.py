"""The ``qa`` command: runs the app and turns every error into one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper

from qa.cli.output import complain
from qa.cli.streams import open_closed, outlive_readers
from qa.errors import QAError
from qa.escaping import printable

USAGE, FAILURE, INTERRUPTED = 2, 3, 130

#: New objects between two collections of garbage. All that is imported to answer a question stays, and to look through
#: it again and again, as Python's 700 would have it, takes a few percent of the time.
MANY_OBJECTS = 100_000


def run() -> None:
    """The command ``qa``: ``main``, after which the process ends at once.

    To take apart all that was loaded would take a tenth of the time of a question. Whatever has to be closed or removed
    is so when ``main`` returns.
    """
    gc.set_threshold(MANY_OBJECTS)
    outlive_readers()
    try:
        main()
    except SystemExit as ended:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            with suppress(OSError):  # main has told of what could not be written
                stream.flush()
        os._exit(ended.code if isinstance(ended.code, int) else FAILURE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs ``qa`` with the given or the process's arguments, and exits."""
    # numpy's own threads would only get in the way: what is large here is computed by FAISS, ONNX Runtime or torch.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words, debug = _take_debug(list(sys.argv[1:] if arguments is None else arguments))
    has_output = sys.stdout is not None  # closed by the caller, as in: qa status >&-
    open_closed()
    if not has_output:
        complain("there is no standard output to write to; redirect it to a file or to /dev/null")
        sys.exit(FAILURE)
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal's encoding lacks is shown as an escape, and is no reason to fail.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # so that what is not text is refused as a question
    try:
        sys.exit(_run(words, debug))
    except KeyboardInterrupt:  # before a command began
        sys.exit(_interrupted())


def _run(words: list[str], debug: bool) -> int:
    import typer
    from typer.main import get_command

    from qa.cli.app import app_for

    try:
        result = get_command(app_for(words)).main(words or ["--help"], prog_name="qa", standalone_mode=False)
        sys.stdout.flush()
        if result == INTERRUPTED:  # typer takes Ctrl-C for an exit
            return _interrupted()
        return result if isinstance(result, int) else 0
    except QAError as error:
        return _failed(str(error), error.exit_code, debug)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)  # of an error in a command's words
        command = context.command_path if context else "qa"
        return _failed(f"{error.format_message().rstrip('.')}; see {command} --help", USAGE, debug)
    except typer.Abort:
        return _interrupted()
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _failed(
            f"{where}{error.strerror or error}; check the path, its permissions and the disk", FAILURE, debug
        )
    except Exception as error:  # a defect: still one line, and a way to report it
        reason = f"{type(error).__name__}: {error}"
        return _failed(f"internal error, {reason}; run it again with --debug and report what it says", FAILURE, debug)


def _interrupted() -> int:
    complain("interrupted; the index is as it was")
    return INTERRUPTED


def _failed(message: str, code: int, debug: bool) -> int:
    if debug:
        import traceback

        print(printable(traceback.format_exc()), end="", file=sys.stderr)
    complain(message)
    return code


def _take_debug(words: list[str]) -> tuple[list[str], bool]:
    """``--debug`` counts wherever it stands, but not after ``--``."""
    end = words.index("--") if "--" in words else len(words)
    return [w for i, w in enumerate(words) if i >= end or w != "--debug"], "--debug" in words[:end]

"""What stops a benchmark is one line on stderr: what is wrong, where, and what to do next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from qa.errors import QAError

P = ParamSpec("P")

#: The exit code of ``qa`` for what is no error of its own, such as a file that cannot be read.
FAILURE = 3


def in_one_line(main: Callable[P, int | None]) -> Callable[P, int]:
    """The ``main`` of a benchmark, which gives its exit code: that of the error where one stops it."""

    @wraps(main)
    def told(*arguments: P.args, **named: P.kwargs) -> int:
        try:
            return main(*arguments, **named) or 0
        except QAError as error:
            print(f"error: {error}", file=sys.stderr)
            return error.exit_code
        except OSError as error:
            print(f"error: {error.filename}: {error.strerror}; check the path", file=sys.stderr)
            return FAILURE

    return told

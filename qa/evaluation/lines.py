"""Text files line by line, so that whatever is wrong with one can name its file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.backends.shared.atomic import replace_text
from qa.errors import QAError, UsageError
from qa.escaping import is_unicode


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """The lines that are not blank, without line end and byte-order mark, each with its ``path:LINE``.

    Raises UsageError where the file cannot be read or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror or error})", "check the path") from None
    for number, line in enumerate(data.split(b"\n"), start=1):
        where = f"{path}:{number}"
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").removesuffix("\r")
        except UnicodeDecodeError:
            raise UsageError(f"{where} is not valid UTF-8", "save the file as UTF-8") from None
        if text.strip():
            yield where, text


def records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON objects of a JSONL file, each with its ``path:LINE``. Raises UsageError for a line that is none."""
    for where, line in lines(path):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise UsageError(f"{where} is not valid JSON", "write one JSON object a line") from None
        if not isinstance(record, dict):
            raise UsageError(f"{where} is not a JSON object", "write one JSON object a line")
        if not is_unicode(json.dumps(record, ensure_ascii=False)):
            raise UsageError(f"{where} is not valid Unicode", "remove the lone surrogate")
        yield where, record


def write_text(file: Path, text: str) -> None:
    """Writes a file in one step. Raises QAError that names it."""
    try:
        replace_text(file, text)
    except OSError as error:
        reason = error.strerror or error
        raise QAError(f"{file} cannot be written ({reason})", "check its folder's permissions and the disk") from None

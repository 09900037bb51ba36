"""A reader of one's own: how files of some kind become documents. See ``qa.Format``.

python examples/own_format.py

A program registers it, as here; a package offers it to every ``qa`` by an entry point of the group ``qa.formats``.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import qa


class Minutes:
    """Minutes of meetings: one file holds several, each under a line ``== DATE TITLE``."""

    extensions = (".minutes",)
    version = "1"  # when it changes, files of this format are read again
    holds_many = True  # ids are the documents' own, not the file's path
    is_slow = False  # other processes need not read them beforehand

    def read(self, source: qa.Source, tell: Callable[[qa.Problem], None]) -> Iterator[tuple[str, qa.Document]]:
        try:
            text = source.file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            tell(qa.Problem(source.where, f"cannot be read ({error})", "save it as UTF-8", unseen=source.path))
            return
        parts = text.split("== ")[1:]
        if not parts:
            tell(qa.Problem(source.where, "holds no minutes", "begin each with a line: == DATE TITLE"))
        for part in parts:
            heading, _, body = part.partition("\n")
            date, _, title = heading.partition(" ")
            if not body.strip():
                tell(qa.Problem(source.where, f"has nothing under {heading!r}", "write what was said"))
                continue
            digest = hashlib.sha256(part.encode()).hexdigest()
            where, name = source.where, f"{source.id}#{date}"
            yield where, qa.Document(id=name, text=body, title=title, date=date, path=source.path, sha256=digest)


EXAMPLE = """== 2024-05-06 Harbour board
The board let the ferry sail on Sundays. Nobody objected.
== 2024-06-03 Harbour board
The board bought a second crane for the quay.
"""


def main() -> None:
    qa.register_format(Minutes())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "board.minutes").write_text(EXAMPLE, encoding="utf-8")
        with qa.build(folder, Path(folder) / "index") as index:
            (hit,) = index.search("who bought a crane?", k=1)
            print(f"{hit.document.id} ({hit.document.date}): {hit.passage.text}")


if __name__ == "__main__":
    main()

"""How many documents and pages a second each format is read at, beside its bare library in the same run.

    python benchmarks/reading.py FILE_OR_FOLDER [...] --rounds 3

Reads the files as ``qa index`` reads them, and with the library alone where a format has one. Seconds are those of one
core's work, so that a busy machine counts for little. Prints a line a format: files, documents, pages, and the ratio
of the two times.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from qa.corpus import read
from qa.corpus.reading import sources_in


def main(argv: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("paths", type=Path, nargs="+", help="files and folders of articles")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each is read (default: %(default)s)")
    arguments = parser.parse_args(argv)
    by_format: defaultdict[str, list[Path]] = defaultdict(list)
    for root in arguments.paths:
        for source in sources_in(root, lambda _: None):
            by_format[source.file.suffix.lower()].append(source.file)
    print(f"{'format':<8}{'files':>7}{'documents':>11}{'a second':>10}{'pages':>8}{'a second':>10}{'library':>9}")
    for extension, files in sorted(by_format.items()):
        print(row(extension, files, arguments.rounds), flush=True)


def row(extension: str, files: Sequence[Path], rounds: int) -> str:
    """A line of the table. The last column is how many times as long as its library alone a format takes."""
    ours = theirs = 0.0
    documents = pages = 0
    for _ in range(rounds):
        began = time.process_time()
        results = list(read(files, lambda _: None))
        ours += time.process_time() - began
        documents += len(results)
        pages += sum("page" in place for document in results for _, place in document.places)
        if extension in BARE:
            began = time.process_time()
            for file in files:
                BARE[extension](file)
            theirs += time.process_time() - began
    ratio = f"{ours / theirs:.2f}x" if theirs else "-"
    each = f"{len(files):>7}{documents // rounds:>11}{documents / ours:>10.1f}"
    return f"{extension:<8}{each}{pages // rounds or '-':>8}{f'{pages / ours:.1f}' if pages else '-':>10}{ratio:>9}"


def _pdf(file: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(file.read_bytes())
    for page in document:
        page.get_textpage().get_text_range()
    document.close()


def _html(file: Path) -> None:
    import trafilatura

    trafilatura.bare_extraction(file.read_bytes(), with_metadata=True)


#: The library of a format, used as its own documentation begins.
BARE: dict[str, Callable[[Path], None]] = {".pdf": _pdf, ".html": _html, ".htm": _html}


if __name__ == "__main__":
    main()

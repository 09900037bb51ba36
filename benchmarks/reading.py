"""How many documents and pages a second each format is read at, beside its bare library in the same run.

    python benchmarks/reading.py FILE_OR_FOLDER [...] --rounds 3
    python benchmarks/reading.py --make 100 --processes 1 2 4

Reads the files as ``qa index`` reads them, and with the library alone where a format has one. Seconds are those of one
core's work, so that a busy machine counts for little. Prints a line a format: files, documents, pages, and the ratio
of the two times. With ``--processes``, it reads everything by so many processes beside this one instead, and prints
the seconds on the clock, those of work, how many of these are the processes', and the ratio to reading in turn; what is
read is checked to be the same.
``--make`` measures with so many PDFs and HTML pages that it makes (``reading_files.py``).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from failures import in_one_line
from reading_files import make

from qa.corpus import read, read_files
from qa.corpus.pool import ReaderPool
from qa.corpus.reading import sources_in


@in_one_line
def main(argv: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("paths", type=Path, nargs="*", help="files and folders of articles")
    parser.add_argument("--make", type=int, default=0, metavar="N", help="so many PDFs and HTML pages, made")
    parser.add_argument("--processes", type=int, nargs="+", default=[], metavar="N", help="read by so many processes")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each is read (default: %(default)s)")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), arguments.make)
        paths = [*arguments.paths, *([Path(folder)] if arguments.make else [])]
        if arguments.processes:
            together(paths, arguments.processes, arguments.rounds)
        else:
            by_format(paths, arguments.rounds)


def by_format(paths: Sequence[Path], rounds: int) -> None:
    """Prints a line a format."""
    files: defaultdict[str, list[Path]] = defaultdict(list)
    for root in paths:
        for source in sources_in(root, lambda _: None):
            files[source.file.suffix.lower()].append(source.file)
    print(f"{'format':<8}{'files':>7}{'documents':>11}{'a second':>10}{'pages':>8}{'a second':>10}{'library':>9}")
    for extension, several in sorted(files.items()):
        print(row(extension, several, rounds), flush=True)


def together(paths: Sequence[Path], numbers: Sequence[int], rounds: int) -> None:
    """Prints a line for each number of processes: the best of so many rounds, which take turns."""
    best: dict[int, tuple[float, float, float]] = {}
    texts = set[tuple[str, ...]]()
    for _ in range(rounds):
        for number in (0, *numbers):
            began, before = time.perf_counter(), os.times()
            with ReaderPool(number) as pool:
                items = list(read_files(paths, lambda _: None, lambda _: None, reader=pool))
            here, _, there, *_ = (after - so_far for after, so_far in zip(os.times(), before, strict=True))
            seconds = time.perf_counter() - began, here, there
            best[number] = min(best.get(number, seconds), seconds)
            texts.add(tuple(map(str, items)))
    assert len(texts) == 1
    print(f"{'processes beside':<18}{'seconds':>9}{'of work':>9}{'of theirs':>11}{'ratio':>8}")
    for number, (seconds_on_clock, here, there) in best.items():
        ratio = best[0][0] / seconds_on_clock
        print(f"{number:<18}{seconds_on_clock:>9.1f}{here + there:>9.1f}{there:>11.1f}{ratio:>7.2f}x")


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
    sys.exit(main())

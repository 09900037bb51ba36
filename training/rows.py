"""The form of a training row, and its file: one JSON object a line, gzipped."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from qa.text.sentences import sentences


@dataclass(frozen=True, slots=True)
class Row:
    """A question and a passage. Spans are half-open, in code points of ``passage``.

    ``sentences`` are the passage's sentences, ``answers`` the spans that answer, none where the passage does
    not. ``exact`` says that the answers are short spans, not whole sentences. ``weight`` multiplies the row's loss.
    """

    question: str
    title: str
    passage: str
    sentences: tuple[tuple[int, int], ...]
    answers: tuple[tuple[int, int], ...]
    source: str
    exact: bool = True
    weight: float = 1.0

    @property
    def gold(self) -> tuple[int, ...]:
        """The numbers of the sentences that hold a part of an answer, in order."""
        return tuple(
            number
            for number, (start, end) in enumerate(self.sentences)
            if any(start < last and first < end for first, last in self.answers)
        )

    def unanswered(self, source: str, question: str) -> Row:
        """The row as one whose passage does not answer, with another question."""
        return replace(self, answers=(), source=source, question=question)


def split(passage: str) -> tuple[tuple[int, int], ...]:
    """The spans of the passage's sentences."""
    return tuple((span.start, span.end) for span in sentences(passage))


def write(rows: Iterable[Row], file: Path) -> int:
    """Writes the rows, and tells how many they were."""
    count = 0
    with gzip.open(file, "wt", encoding="utf-8", compresslevel=1) as out:
        for row in rows:
            out.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
            count += 1
    return count


def read(file: Path) -> Iterator[Row]:
    """The rows of a file that ``write`` made, in order."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            spans = {key: tuple((s, e) for s, e in record[key]) for key in ("sentences", "answers")}
            yield Row(**(record | spans))

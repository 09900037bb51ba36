"""How often the first quote holds the answer, on SQuAD 2.0 paragraphs.

    python benchmarks/quotes.py --data ../shared/data/squad2_dev_cs224n
    python benchmarks/quotes.py --data ../shared/data/squad2_dev_cs224n --ablation

The folder holds corpus.jsonl (id, title, text) and queries.jsonl (text, answerable, spans, context_doc). Even-numbered
paragraphs are the tuning half, on which the weights in qa/quotes.py were chosen; odd-numbered ones are the test half.
Each half is indexed on its own, and each of its answerable questions is asked of the whole half. ``--ablation`` leaves
out one feature of the quote's score at a time, on the tuning half.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import qa
from qa import quotes
from qa.text.sentences import sentences as split

ALONE = 9.0  # a margin that no pair of sentences can beat

ABLATIONS: dict[str, dict[str, float]] = {
    "all features": {"COVERAGE": quotes.COVERAGE},
    "cosine alone": {"COVERAGE": 0.0, "NUMBER": 0.0, "NOVELTY": 0.0},
    "without term coverage": {"COVERAGE": 0.0},
    "without numbers": {"NUMBER": 0.0},
    "without novelty": {"NOVELTY": 0.0},
    "never two sentences": {"PAIR_MARGIN": ALONE},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with corpus.jsonl and queries.jsonl")
    parser.add_argument("--ablation", action="store_true", help="leave out one feature at a time, on the tuning half")
    arguments = parser.parse_args()
    print("| | questions | right paragraph first | answer in first quote | in first three | sentences a quote |")
    print("|---|---|---|---|---|---|")
    if arguments.ablation:
        index, questions = half(arguments.data, 0)
        for name, weights in ABLATIONS.items():
            with patch.multiple(quotes, **weights):
                report(name, index, questions)
        return
    for name, parity in (("even-numbered (tuning)", 0), ("odd-numbered (test)", 1)):
        report(name, *half(arguments.data, parity))


def half(folder: Path, parity: int) -> tuple[qa.Index, list[dict[str, Any]]]:
    """An index of every second paragraph, and the questions that they answer."""
    records = [record for number, record in enumerate(read(folder / "corpus.jsonl")) if number % 2 == parity]
    index = qa.from_documents(qa.Document(id=r["id"], title=r["title"], text=r["text"]) for r in records)
    ids = {r["id"] for r in records}
    return index, [q for q in read(folder / "queries.jsonl") if q["answerable"] and q["context_doc"] in ids]


def report(name: str, index: qa.Index, questions: Sequence[dict[str, Any]]) -> None:
    """Asks every question, and prints a row of the table."""
    found = first = three = sentences = 0
    for question in questions:
        answer = index.ask(question["text"], k=3)
        citations = answer.citations or answer.nearest
        found += citations[0].document.id == question["context_doc"]
        first += holds(citations[0], question)
        three += any(holds(citation, question) for citation in citations)
        sentences += len(split(citations[0].quote.text))
    shares = " | ".join(f"{count / len(questions):.3f}" for count in (found, first, three, sentences))
    print(f"| {name} | {len(questions):,} | {shares} |", flush=True)


def holds(citation: qa.Citation, question: dict[str, Any]) -> bool:
    """Whether the quote contains one of the question's answer spans."""
    quote = citation.quote
    return any(
        span["doc_id"] == citation.document.id and quote.start <= span["start"] and span["end"] <= quote.end
        for span in question["spans"]
    )


def read(file: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file."""
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()

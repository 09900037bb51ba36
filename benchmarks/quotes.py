"""How often the first quote holds the answer, on SQuAD 2.0 paragraphs.

    python benchmarks/quotes.py --data ../shared/data/squad2_dev_cs224n
    python benchmarks/quotes.py --data ../shared/data/squad2_dev_cs224n --ablation

public_sets.py tells what the folder holds. Even-numbered paragraphs are the tuning half, on which the weights in
qa/answering/quote.py were chosen; odd-numbered ones are the test half. Each half is indexed on its own, and each of its
answerable questions is asked of the whole half. ``--ablation`` leaves out one feature of the quote's score at a time,
on the tuning half.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import public_sets
from failures import in_one_line
from public_sets import EVEN, ODD, Question

import qa
from qa.answering import quote as quotes
from qa.config import ReaderChoice
from qa.text.sentences import sentences as split

#: The rules alone are measured: their weights are what is varied.
READER: ReaderChoice = "none"

ALONE = 9.0  # a margin that no pair of sentences can beat

NO_CUES: dict[str, Any] = {"cues": lambda _question: ()}

ABLATIONS: dict[str, dict[str, Any]] = {
    "all features": {"COVERAGE": quotes.COVERAGE},
    "cosine alone": {"COVERAGE": 0.0, "NOVELTY": 0.0, **NO_CUES},
    "without term coverage": {"COVERAGE": 0.0},
    "without cues": NO_CUES,
    "without novelty": {"NOVELTY": 0.0},
    "same margin for back references": {"BACK_MARGIN": quotes.PAIR_MARGIN},
    "never two sentences": {"PAIR_MARGIN": ALONE, "BACK_MARGIN": ALONE},
}


@in_one_line
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with corpus.jsonl and queries.jsonl")
    parser.add_argument("--ablation", action="store_true", help="leave out one feature at a time, on the tuning half")
    arguments = parser.parse_args()
    print("| | questions | right paragraph first | answer in first quote | in first three | sentences a quote |")
    print("|---|---|---|---|---|---|")
    if arguments.ablation:
        index, questions = half(arguments.data, EVEN)
        for name, weights in ABLATIONS.items():
            with patch.multiple(quotes, **weights):
                report(name, index, questions)
        return
    for name, parity in (("even-numbered (tuning)", EVEN), ("odd-numbered (test)", ODD)):
        report(name, *half(arguments.data, parity))


def half(folder: Path, parity: int) -> tuple[qa.Index, list[Question]]:
    """An index of every second paragraph, and the questions that they answer."""
    documents = public_sets.documents(folder)
    questions = public_sets.questions(folder, public_sets.texts_of(documents))
    chosen, asked = public_sets.half(documents, questions, parity)
    return qa.from_documents(chosen, config=qa.SearchConfig(reader=READER)), [
        question for question in asked if question.answerable
    ]


def report(name: str, index: qa.Index, questions: Sequence[Question]) -> None:
    """Asks every question, and prints a row of the table."""
    hits = first = three = sentences = 0
    for question in questions:
        answer = index.ask(question.text, k=3)
        citations = answer.citations or answer.nearest
        hits += citations[0].document.id == question.context
        first += holds(citations[0], question)
        three += any(holds(citation, question) for citation in citations)
        sentences += len(split(citations[0].quote.text))
    shares = " | ".join(f"{count / len(questions):.3f}" for count in (hits, first, three, sentences))
    print(f"| {name} | {len(questions):,} | {shares} |", flush=True)


def holds(citation: qa.Citation, question: Question) -> bool:
    """Whether the quote contains one of the question's answer spans."""
    quote = citation.quote
    return any(
        doc_id == citation.document.id and quote.start <= span.start and span.end <= quote.end
        for doc_id, span in question.spans
    )


if __name__ == "__main__":
    sys.exit(main())

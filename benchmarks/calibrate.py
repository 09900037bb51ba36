"""Fits the confidence that is shipped, qa/answering/calibration.json, on the tuning sets.

   python benchmarks/calibrate.py --data ../shared/data --work FOLDER [--write]

Three kinds of questions, as many as there are of each: questions on even-numbered SQuAD paragraphs over all paragraphs,
half of them written to mislead; SciFact's training claims, of which those without a rationale count as unanswerable;
and off-topic ones, each set's asked of the other's documents. The first citation is right if its quote holds an answer,
or is part of one.

The threshold is the one with the largest Youden index (Youden, Cancer 3(1), 1950): the share of answerable questions
that are answered, averaged over the sets that have any, less the same of unanswerable ones. Without ``--write`` no file
is written.

TimeQA is left out: on its long pages the years in a question decide which of many alike sentences is right, which the
evidence does not see; its first quotes are right so rarely that they would make every other confidence too low.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from public_sets import EVEN, documents, gold_question, half, off_topic, questions, texts_of

import qa
from qa.answering.calibration import Fitted
from qa.answering.confidence import Calibration, Evidence
from qa.backends.base import CALIBRATION_FILE
from qa.evaluation.calibration.fitting import SIGNS, columns, fit
from qa.evaluation.gold import GoldQuestion
from qa.evaluation.quote_measures import quotes_gold

SQUAD, SCIFACT, CLAIMS = "squad2_dev_cs224n", "scifact", "scifact_train"

#: Every how many of SQuAD's questions is asked, there being ten times as many as SciFact has; and every how many of a
#: set's questions is asked off topic.
SQUAD_STEP, SQUAD_OFF_TOPIC, CLAIMS_OFF_TOPIC = 2, 10, 4

#: Thresholds tried.
THRESHOLDS = [n / 100 for n in range(5, 100, 5)]

#: Precision of the prior around zero: hardly any, there being thousands of questions. It only makes the fit unique.
STRENGTH = 0.1

#: Decimals of the weights in the file.
DIGITS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A question: the evidence for its first citation, whether that is right, and whether anything named is unknown."""

    evidence: Evidence
    answerable: bool
    correct: bool
    unknown: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a set, asked."""

    name: str
    rows: tuple[Row, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--write", action="store_true", help=f"write qa/{CALIBRATION_FILE}")
    arguments = parser.parse_args()
    asked = list(ask_all(arguments.data, arguments.work))
    rows = [row for one in asked for row in one.rows]
    evidence = columns([[row.evidence.to_dict()[name] for name in SIGNS] for row in rows])
    bias, weights = fit(evidence, np.array([row.correct for row in rows]), None, STRENGTH)
    unset = Calibration(round(bias, DIGITS), {name: round(weight, DIGITS) for name, weight in weights.items()}, 1.0)
    calibration = replace(unset, threshold=max(THRESHOLDS, key=lambda t: youden(replace(unset, threshold=t), asked)))
    print(table(calibration, asked))
    if arguments.write:
        text = Fitted(calibration, provenance(asked)).to_json()
        (Path(qa.__file__).parent / CALIBRATION_FILE).write_text(text, encoding="utf-8")


def ask_all(data: Path, work: Path) -> Iterator[Asked]:
    """Every tuning set, and the off-topic questions."""
    paragraphs, abstracts = documents(data / SQUAD), documents(data / SCIFACT)
    texts = texts_of(paragraphs)
    _, even = half(paragraphs, questions(data / SQUAD, texts), EVEN)
    claims = questions(data / CLAIMS, texts_of(abstracts))
    judged = [replace(claim, answerable=bool(claim.spans)) for claim in claims]
    with qa.build(data / SQUAD / "corpus.jsonl", work / SQUAD) as index:
        yield ask("squad2_even", index, [gold_question(q, texts) for q in even[::SQUAD_STEP]])
        yield ask("scifact_train, off topic", index, off_topic(claims[::CLAIMS_OFF_TOPIC]))
    with qa.build(data / SCIFACT / "corpus.jsonl", work / SCIFACT) as index:
        yield ask("scifact_train", index, [gold_question(q, texts_of(abstracts)) for q in judged])
        yield ask("squad2_even, off topic", index, off_topic(even[::SQUAD_OFF_TOPIC]))


def ask(name: str, index: qa.Index, gold: Sequence[GoldQuestion]) -> Asked:
    """Every question, asked for one citation."""
    return Asked(name, tuple(row(question, index.ask(question.question, 1)) for question in gold))


def row(question: GoldQuestion, answer: qa.Answer) -> Row:
    """What the index made of the question."""
    first = (*answer.citations, *answer.nearest)[:1]
    correct = any(quotes_gold(citation, question.quotes) for citation in first)
    found = Evidence.of(answer.evidence) if answer.evidence else Evidence()
    return Row(found, question.answerable, correct, bool(answer.unknown))


def answered(calibration: Calibration, row: Row) -> bool:
    """Whether the question would be answered."""
    return not row.unknown and calibration.confidence(row.evidence) >= calibration.threshold


def youden(calibration: Calibration, asked: Sequence[Asked]) -> float:
    """Mean share of answerable questions answered, less the mean share of unanswerable ones answered, over the sets."""
    shares: dict[bool, list[float]] = {True: [], False: []}
    for one in asked:
        for answerable, found in shares.items():
            verdicts = [answered(calibration, row) for row in one.rows if row.answerable == answerable]
            if verdicts:
                found.append(float(np.mean(verdicts)))
    return float(np.mean(shares[True]) - np.mean(shares[False]))


def table(calibration: Calibration, asked: Sequence[Asked]) -> str:
    """The fit, and what it does to the questions that it was fitted to."""
    weights = ", ".join(f"{name} {weight:g}" for name, weight in calibration.weights.items())
    lines = [f"{weights}, bias {calibration.bias:g}, threshold {calibration.threshold:g}", ""]
    lines += [
        "| tuning set | questions | right first | answered, answerable | answered, unanswerable |",
        "|---|---|---|---|---|",
    ]
    for one in asked:
        cells = [f"{np.mean([row.correct for row in one.rows]):.3f}"]
        for answerable in (True, False):
            verdicts = [answered(calibration, row) for row in one.rows if row.answerable == answerable]
            cells.append(f"{np.mean(verdicts):.3f}" if verdicts else "-")
        lines.append(f"| {one.name} | {len(one.rows):,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def provenance(asked: Sequence[Asked]) -> dict[str, Any]:
    """Where the calibration comes from, for its file."""
    return {
        "fitted on": {one.name: len(one.rows) for one in asked},
        "command": "python benchmarks/calibrate.py --data ../shared/data --work FOLDER --write",
        "threshold by": "Youden index on the same questions",
    }


if __name__ == "__main__":
    main()

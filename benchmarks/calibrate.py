"""Fits the confidences that are shipped, qa/answering/calibration.json and calibration-unread.json, on the tuning sets.

   python benchmarks/calibrate.py --data ../shared/data --work FOLDER [--write | --model multilingual]

Kinds of questions, in corpora of 22 articles to 5,000: the invented news of eval/news (the half for tuning); those on
stories of training/written that trained nothing, half of them written to mislead; questions on even-numbered SQuAD
paragraphs over all paragraphs, of the titles alone that trained no reader, half of them written to mislead; Chroma's,
on five long documents; SciFact's training claims, of which those without a rationale count as unanswerable; and
off-topic ones, each set's asked of the other's documents. The first citation is right if its quote holds an answer, or
is part of one. A set weighs as the root of how many questions it has, and an off-topic one half.

The threshold is set by hand from the table that is printed: as high as refuses at most a tenth of the right answers
in each set of questions, for which SciFact's claims do not count. The one file is for answers that the reader has
judged, the other for those that none has. Without ``--write`` no file is written. With ``--model``, another model
finds the passages, and the table of what is shipped is printed, too: it tells whether that does for this model as
well.

TimeQA is left out: on its long pages the years in a question decide which of many alike sentences is right, which the
evidence does not see; its first quotes are right so rarely that they would make every other confidence too low.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from failures import in_one_line
from public_sets import EVEN, documents, every, gold_question, half, off_topic, questions, texts_of
from story_sets import KEPT_STORIES, kept_questions, story_articles

import qa
from qa.answering.calibration import READ_FILE, UNREAD_FILE, FittedCalibration, shipped
from qa.answering.confidence import Calibration, Evidence
from qa.config import DEFAULT_MODEL, ReaderChoice
from qa.evaluation.calibration.fitting import SIGNS, columns, fit
from qa.evaluation.gold import GoldQuestion
from qa.evaluation.quote_measures import quotes_gold
from qa.evaluation.reading import read_gold

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT))
from training.squad import kept_titles  # noqa: E402

SQUAD, SCIFACT, CLAIMS, CHROMA = "squad2_dev_cs224n", "scifact", "scifact_train", "chroma_chunking_eval"

#: Questions of a set at most: every so-manieth is asked.
MOST, MOST_OFF_TOPIC = 450, 150

#: From which confidence on a question is answered, with the reader and without.
THRESHOLDS: dict[ReaderChoice, float] = {"fast": 0.2, "none": 0.2}
FILES: dict[ReaderChoice, str] = {"fast": READ_FILE, "none": UNREAD_FILE}

#: What the files say of how they were made, and of how the threshold was chosen.
COMMAND = "python benchmarks/calibrate.py --data ../shared/data --work FOLDER --write"
RULE = "at most a tenth of the right answers refused in each set of questions, set by hand"

#: Thresholds shown.
SHOWN = (0.15, 0.2, 0.23, 0.27, 0.35, 0.45)

#: Precision of the prior around zero: hardly any, there being over a thousand questions. It makes the fit unique.
STRENGTH = 1.0

#: Decimals of the weights in the file.
DIGITS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A question: the evidence for its first citation, and whether that is right."""

    evidence: Evidence
    answerable: bool
    correct: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a set, asked, and how much each counts."""

    name: str
    rows: tuple[Row, ...]
    weight: float


@in_one_line
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--write", action="store_true", help="write the files")
    chosen.add_argument("--model", default=DEFAULT_MODEL, help="another model, for which no file is written")
    arguments = parser.parse_args()
    for reader, threshold in THRESHOLDS.items():
        asked = list(ask_all(arguments.data, arguments.work, reader, arguments.model))
        calibration = fitted(asked, threshold)
        print(table(reader, calibration, asked), flush=True)
        if arguments.model != DEFAULT_MODEL:
            print("\nas shipped, " + table(reader, shipped(reader != "none").calibration, asked), flush=True)
        if arguments.write:
            write(FILES[reader], calibration, provenance(asked, reader, COMMAND, RULE))


def write(name: str, calibration: Calibration, told: dict[str, Any]) -> None:
    """Writes a calibration, with where it comes from, into the package."""
    file = Path(qa.__file__).parent / "answering" / name
    file.write_text(FittedCalibration(calibration, told).to_json(), encoding="utf-8")


def fitted(asked: Sequence[Asked], threshold: float) -> Calibration:
    """The calibration that fits the questions best."""
    rows = [row for one in asked for row in one.rows]
    evidence = columns([[row.evidence.to_dict()[name] for name in SIGNS] for row in rows])
    counts = np.array([one.weight for one in asked for _ in one.rows])
    right = np.array([row.correct for row in rows])
    bias, weights = fit(evidence, right, None, STRENGTH, counts * len(counts) / counts.sum())
    return Calibration(round(bias, DIGITS), {name: round(w, DIGITS) + 0.0 for name, w in weights.items()}, threshold)


def ask_all(data: Path, work: Path, reader: ReaderChoice, model: str) -> Iterator[Asked]:
    """Every tuning set, and the off-topic questions."""
    config = qa.SearchConfig(reader=reader)
    work = work if model == DEFAULT_MODEL else work / model
    paragraphs, abstracts, long = (documents(data / name) for name in (SQUAD, SCIFACT, CHROMA))
    texts = texts_of(paragraphs)
    _, even = half(paragraphs, questions(data / SQUAD, texts), EVEN)
    titles = {document.id: document.title for document in paragraphs}
    selection = kept_titles(set(titles.values()))
    unseen = [question for question in even if titles[question.context or ""] in selection]
    claims = questions(data / CLAIMS, texts_of(abstracts))
    judged = [replace(claim, answerable=bool(claim.spans)) for claim in claims]
    with built(ROOT / "eval" / "news" / "articles", work / "news", config, model) as index:
        yield ask("news, tuning half", index, read_gold(ROOT / "eval" / "news" / "tuning.jsonl").questions)
    with built(story_articles(), work / "stories", config, model) as index:
        yield ask(KEPT_STORIES, index, kept_questions())
    with built(data / CHROMA / "corpus.jsonl", work / CHROMA, config, model) as index:
        on_long = [gold_question(q, texts_of(long)) for q in questions(data / CHROMA, texts_of(long))]
        yield ask(CHROMA, index, on_long)
    with built(data / SQUAD / "corpus.jsonl", work / SQUAD, config, model) as index:
        yield ask("squad2_even, kept titles", index, [gold_question(q, texts) for q in unseen])
        yield ask("scifact_train, off topic", index, off_topic(claims), MOST_OFF_TOPIC, 0.5)
    with built(data / SCIFACT / "corpus.jsonl", work / SCIFACT, config, model) as index:
        yield ask("scifact_train", index, [gold_question(q, texts_of(abstracts)) for q in judged])
        yield ask("squad2_even, off topic", index, off_topic(unseen), MOST_OFF_TOPIC, 0.5)


def built(source: Path | Sequence[qa.Document], folder: Path, config: qa.SearchConfig, model: str) -> qa.Index:
    """An index of the articles with this model, opened to answer as configured."""
    return qa.build(source, folder, config=config, model=model)


def ask(name: str, index: qa.Index, gold: Sequence[GoldQuestion], most: int = MOST, share: float = 1.0) -> Asked:
    """The questions, asked for one citation."""
    rows = tuple(row(question, index.ask(question.question, 1)) for question in every(gold, most))
    return Asked(name, rows, share / len(rows) ** 0.5)


def row(question: GoldQuestion, answer: qa.Answer) -> Row:
    """What the index made of the question."""
    first = (*answer.citations, *answer.nearest)[:1]
    correct = any(quotes_gold(citation, question.quotes) for citation in first)
    evidence = Evidence.of(answer.evidence) if answer.evidence else Evidence()
    return Row(evidence, question.answerable, correct)


def table(reader: ReaderChoice, calibration: Calibration, asked: Sequence[Asked]) -> str:
    """The fit, and what it does to the questions that it was fitted to, at several thresholds."""
    weights = ", ".join(f"{name} {weight:g}" for name, weight in calibration.weights.items())
    lines = [f"reader {reader}: {weights}, bias {calibration.bias:g}, threshold {calibration.threshold:g}", ""]
    lines += ["| tuning set | questions | right first | threshold | right, refused | unanswerable, answered |"]
    lines += ["|---|---|---|---|---|---|"]
    for one in asked:
        right = [row for row in one.rows if row.correct]
        unanswerable = [row for row in one.rows if not row.answerable]
        for threshold in SHOWN:
            trial = replace(calibration, threshold=threshold)
            refused = np.mean([not trial.answers(row.evidence) for row in right]) if right else np.nan
            answered = np.mean([trial.answers(row.evidence) for row in unanswerable]) if unanswerable else np.nan
            shares = f"{len(right) / len(one.rows):.3f} | {threshold:g} | {refused:.3f} | {answered:.3f}"
            lines.append(f"| {one.name} | {len(one.rows):,} | {shares} |")
    return "\n".join(lines)


def provenance(asked: Sequence[Asked], reader: ReaderChoice, command: str, rule: str) -> dict[str, Any]:
    """Where the calibration comes from, for its file: ``rule`` tells by what the threshold was set."""
    return {
        "fitted on": {one.name: len(one.rows) for one in asked},
        "command": command,
        "reader": reader,
        "threshold by": rule,
    }


if __name__ == "__main__":
    sys.exit(main())

"""Fits the confidence of answers from passages in another language than the question's: calibration-across.json.

   python benchmarks/calibrate_across.py --train ../shared/train --work FOLDER [--write]

Spanish questions over English text, with the multilingual model: the invented news (the half for tuning, in Spanish by
eval/news/spanish.jsonl), alone; and Spanish sentences over passages of six English ones, one of which says the same
(Tatoeba). Each set's questions are asked of the other's text, too, which cannot answer them. Weights and file
are otherwise as benchmarks/calibrate.py has them.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from calibrate import Asked, ask, fitted, provenance, table, write
from languages import NEWS, Translated, news_questions, tatoeba

import qa
from qa.answering.calibration import ACROSS_FILE
from qa.evaluation.gold import GoldEntry, GoldQuestion

#: From which confidence on a question is answered.
THRESHOLD = 0.28

#: Questions of Tatoeba.
MOST = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--train", type=Path, required=True, help="folder with the training sets")
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--write", action="store_true", help="write the file")
    arguments = parser.parse_args()
    asked = ask_all(arguments.train, arguments.work)
    calibration = fitted(asked, THRESHOLD)
    print(table("none", calibration, asked), flush=True)
    if arguments.write:
        told = provenance(asked, "none")
        told["command"] = "python benchmarks/calibrate_across.py --train ../shared/train --work FOLDER --write"
        write(ACROSS_FILE, calibration, told)


def ask_all(train: Path, work: Path) -> list[Asked]:
    """Both sets, and both off topic."""
    documents, pairs = tatoeba(train)
    news = [gold(question) for question in news_questions("tuning")]
    said = [gold(pair) for pair in pairs[:MOST]]
    with qa.build(NEWS, work / "news-multilingual", model="multilingual") as index:
        asked = [ask("news, tuning half, in Spanish", index, news)]
        asked += [ask("Tatoeba, off topic", index, [off_topic(one) for one in said], share=0.5)]
    with qa.build(documents, work / "tatoeba-multilingual", model="multilingual", replace=True) as index:
        asked += [ask("Tatoeba", index, said)]
        asked += [ask("news in Spanish, off topic", index, [off_topic(one) for one in news], share=0.5)]
    return asked


def gold(question: Translated) -> GoldQuestion:
    """The question in Spanish."""
    entries = tuple(GoldEntry(document, quote) for document, quote in question.gold)
    return GoldQuestion(question.name, question.spanish, bool(entries), "spanish", entries)


def off_topic(question: GoldQuestion) -> GoldQuestion:
    return replace(question, answerable=False, gold=())


if __name__ == "__main__":
    main()

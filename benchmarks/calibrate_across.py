"""Fits the confidences of answers from passages in another language than the question's: calibration-across.json and
calibration-across-unread.json.

   python benchmarks/calibrate_across.py --work FOLDER [--write]

Questions over English text, with the multilingual model: on the stories that trained nothing, in five languages (the
half for tuning of eval/stories/translated.txt), and on the invented news (the half for tuning, in Spanish by
eval/news/spanish.jsonl). Each set's questions are asked of the other's text, too, which cannot answer them. Weights and
files are otherwise as benchmarks/calibrate.py has them. The last rows of the table are of the halves for testing, to
which nothing was fitted.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from calibrate import Asked, ask, fitted, provenance, table, write
from failures import in_one_line
from languages import NEWS, Translated, news_questions
from story_sets import kept_articles, translated_questions

import qa
from qa.answering.calibration import READ_ACROSS_FILE, UNREAD_ACROSS_FILE
from qa.config import MULTILINGUAL_MODEL, ReaderChoice
from qa.evaluation.gold import GoldEntry, GoldQuestion

#: From which confidence on a question is answered, with the reader and without.
THRESHOLDS: dict[ReaderChoice, float] = {"fast": 0.15, "none": 0.2}
FILES: dict[ReaderChoice, str] = {"fast": READ_ACROSS_FILE, "none": UNREAD_ACROSS_FILE}

#: How many right answers the thresholds refuse: without the reader, a tenth would answer nearly all that cannot be.
REFUSED: dict[ReaderChoice, str] = {"fast": "a tenth", "none": "a fifth"}

#: What the files say of how they were made.
COMMAND = "python benchmarks/calibrate_across.py --work FOLDER --write"


@in_one_line
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--write", action="store_true", help="write the files")
    arguments = parser.parse_args()
    for reader, threshold in THRESHOLDS.items():
        asked, kept_aside = ask_all(arguments.work, reader)
        calibration = fitted(asked, threshold)
        print(table(reader, calibration, [*asked, *kept_aside]), flush=True)
        if arguments.write:
            rule = f"about {REFUSED[reader]} of the right answers refused, as a mean over the sets, set by hand"
            write(FILES[reader], calibration, provenance(asked, reader, COMMAND, rule))


def ask_all(work: Path, reader: ReaderChoice) -> tuple[list[Asked], list[Asked]]:
    """The sets, and both off topic; and those kept aside."""
    config = qa.SearchConfig(reader=reader)
    tuning, test = ([gold(question) for question in news_questions(part)] for part in ("tuning", "test"))
    stories, other_stories = translated_questions(0), translated_questions(1)
    with qa.build(NEWS, work / "news-multilingual", model=MULTILINGUAL_MODEL, config=config) as index:
        asked = [ask("news, tuning half, in Spanish", index, tuning)]
        asked += [ask("stories, off topic", index, [off_topic(one) for one in stories[::2]], share=0.5)]
        kept_aside = [ask("news, test half, in Spanish", index, test)]
    folder = work / "stories-multilingual"
    with qa.build(kept_articles(), folder, model=MULTILINGUAL_MODEL, config=config, replace=True) as index:
        asked += [ask("stories, tuning half, in five languages", index, stories)]
        asked += [ask("news in Spanish, off topic", index, [off_topic(one) for one in tuning[::2]], share=0.5)]
        kept_aside += [ask("stories, test half, in five languages", index, other_stories)]
    return asked, kept_aside


def gold(question: Translated) -> GoldQuestion:
    """The question in Spanish."""
    entries = tuple(GoldEntry(document, quote) for document, quote in question.gold)
    return GoldQuestion(question.name, question.spanish, bool(entries), "spanish", entries)


def off_topic(question: GoldQuestion) -> GoldQuestion:
    return replace(question, answerable=False, gold=())


if __name__ == "__main__":
    sys.exit(main())

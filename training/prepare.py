"""Question sets -> ``train.jsonl.gz``: answerable and unanswerable rows, in the forms in which people ask.

python -m training.prepare --train ../shared/train --squad ../shared/data/squad2_dev_cs224n --out ../reader
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from training import negatives, news, sources, squad, written
from training.alone import alone
from training.base import model_folder
from training.definitions import definitions
from training.forms import retype
from training.joining import joined
from training.neighbours import Neighbours
from training.rows import Row, write

#: How many of the answerable rows also appear changed, on a passage that looks right, without the answer, elsewhere.
CHANGED, MISTAKEN, EMPTIED, STRANGE = 0.6, 0.25, 0.2, 0.02

#: How many of the answerable rows also appear as a quote alone, and how many of the misleading ones.
ALONE, ALONE_MISLED = 0.3, 0.5

#: How often the half of SQuAD 2.0 appears that people wrote misleading questions for, and how often the stories that
#: were written for training: nothing else has so many of these.
REPEATED, STORIES_REPEATED = 2, 4

#: Share of the rows that show the passage's title.
TITLED = 0.6

#: Questions on lone sentences, on what a title is, and on invented news.
LONE, DEFINED, NEWS = 3_000, 1_500, 12_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--train", type=Path, required=True, help="folder of training sets")
    parser.add_argument("--squad", type=Path, required=True, help="folder of SQuAD 2.0's development set")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument(
        "--others", type=float, default=1.0, help="share to keep of the rows that are not of written stories"
    )
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    random = Random(arguments.seed)
    rows = prepare(arguments.train, arguments.squad, random)
    rows = [row for row in rows if "written" in row.source or random.random() < arguments.others]
    write(rows, arguments.out / "train.jsonl.gz")
    kinds = Counter((row.source, bool(row.answers)) for row in rows)
    for (source, answerable), count in sorted(kinds.items(), key=lambda kind: (not kind[0][1], kind[0][0])):
        print(f"{'answered' if answerable else 'unanswered':10} {source:40} {count:7,}")
    print(f"{len(rows):,} rows, {sum(not row.answers for row in rows) / len(rows):.0%} of them unanswered")


def prepare(train: Path, squad_folder: Path, random: Random) -> list[Row]:
    """All rows to train on, shuffled."""
    own = list(sources.positives(train, random))
    own += random.sample(list(joined(list(sources.lone_sentences(train)), random)), LONE)
    hard = squad.training_rows(squad_folder)
    stories = written.rows()
    misled = [*hard * REPEATED, *stories * STORIES_REPEATED, *sources.misleading(train)]
    answerable = [*own, *(row for row in [*hard, *stories] if row.answers)]
    passages = sorted({(row.title, row.passage) for row in answerable if row.source != "squad1_sentences"})

    def pick(share: float) -> list[Row]:
        return random.sample(answerable, int(share * len(answerable)))

    rows = [
        *own,
        *misled,
        *negatives.changed(pick(CHANGED), Neighbours(model_folder()), random),
        *negatives.mistaken(_asked_alone(pick(MISTAKEN)), passages),
        *negatives.emptied(pick(EMPTIED)),
        *negatives.strange(pick(STRANGE), passages, random),
        *alone([*pick(ALONE), *(row for row in misled if not row.answers and random.random() < ALONE_MISLED)], random),
        *random.sample(list(definitions(passages, random)), DEFINED),
        *news.rows(NEWS, random),
    ]
    random.shuffle(rows)
    return [_shown(row, random) for row in rows]


def _asked_alone(rows: Sequence[Row]) -> list[Row]:
    """The rows whose questions tell what they are about without their passage."""
    return [row for row in rows if len(row.question.split()) > 4]


def _shown(row: Row, random: Random) -> Row:
    title = row.title if random.random() < TITLED else ""
    return replace(row, question=retype(row.question, random), title=title)


if __name__ == "__main__":
    main()

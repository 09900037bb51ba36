"""Questions in one language, text in another: the default model and the multilingual one, in one run.

    python benchmarks/languages.py --data ../shared/data --train ../shared/train --work FOLDER [--output FILE.md]

``--limit`` takes that many of SQuAD's paragraphs, from all of its articles, and of Tatoeba's passages.

- The invented news (eval/news), whose questions are there in English and in Spanish (eval/news/spanish.jsonl), among
  the SQuAD paragraphs of ``--data``, which are about anything: the right article first. The tuning half chose weights.
- Tatoeba (``--train``): a Spanish sentence, and passages of six English ones, one of which says the same; and those
  among as many Spanish passages, whose words can match.
- English: questions on SQuAD's even-numbered paragraphs, every tenth that has an answer: the right paragraph first.
- Stories that trained nothing (story_sets.py), asked about in Spanish, German, French, Portuguese and Italian; two
  fifths of the questions ask what the story does not tell, in words that look as if it did. Confidences were fitted to
  the tuning half.
- The sample articles (corpus/, eval/gold.jsonl): Spanish and English questions, the right quote first, and how many of
  the right ones are answered.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from failures import in_one_line
from public_sets import EVEN, documents, every, half, questions, texts_of
from story_sets import kept_articles, translated_questions

import qa
from qa.evaluation.gold import GoldQuestion
from qa.evaluation.quote_measures import quotes_gold

ROOT = Path(__file__).parent.parent
NEWS = ROOT / "eval" / "news" / "articles"
SQUAD = "squad2_dev_cs224n"
MODELS = ("all-MiniLM-L6-v2", "multilingual")

#: Sentences of a passage, passages, and questions of the Tatoeba set; code points of its sentences.
TOGETHER, PASSAGES, ASKED, LENGTHS = 6, 400, 200, (45, 200)

#: A question, whether its first citation is right, and whether it is answered.
Outcome = tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Translated:
    """A question in both languages; ``gold`` are documents with quotes, none for what cannot be answered."""

    name: str
    english: str
    spanish: str
    gold: tuple[tuple[str, str], ...]


@in_one_line
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--train", type=Path, required=True, help="folder with the training sets")
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--limit", type=int, help="paragraphs of SQuAD, and passages of Tatoeba, at most")
    parser.add_argument("--output", type=Path, help="file for the table")
    arguments = parser.parse_args()
    lines = ["| set | questions | " + " | ".join(MODELS) + " |", "|---|---|---|---|"]
    columns = [dict(measured(model, arguments)) for model in MODELS]
    for name, (count, _) in columns[0].items():
        figures = (column[name] for column in columns)
        cells = (f"{share:.3f}" + ("" if asked == count else f" of {asked:,}") for asked, share in figures)
        lines.append(f"| {name} | {count:,} | {' | '.join(cells)} |")
    print("\n".join(lines))
    if arguments.output:
        arguments.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measured(model: str, arguments: argparse.Namespace) -> Iterator[tuple[str, tuple[int, float]]]:
    """Each figure of a model: its name, how many questions, and the share of them."""
    paragraphs = limited(arguments.data / SQUAD / "corpus.jsonl", arguments.limit, arguments.work)
    passages = min(PASSAGES, arguments.limit or PASSAGES)
    with qa.build([NEWS, paragraphs], arguments.work / f"among-{model}", model=model) as index:
        for part in ("tuning", "test"):
            told = [question for question in news_questions(part) if question.gold]
            yield f"news, {part} half: English question", share(index, told, lambda one: one.english)
            yield f"news, {part} half: Spanish question", share(index, told, lambda one: one.spanish)
        kept = {document.id for document in index.documents()}
        even = [one for one in squad_questions(arguments.data) if one.gold[0][0] in kept][:ASKED]
        yield "SQuAD, even: English question", share(index, even, lambda one: one.english)
    texts, pairs = tatoeba(arguments.train, passages)
    with qa.build(texts, arguments.work / f"tatoeba-{model}", model=model, replace=True) as index:
        yield "Tatoeba: Spanish, English text", share(index, pairs, lambda one: one.spanish)
    mixed = [*texts[: passages // 2], *spanish_texts(arguments.train, passages // 2)]
    pairs = pairs[: passages // 2]
    with qa.build(mixed, arguments.work / f"mixed-{model}", model=model, replace=True) as index:
        yield "Tatoeba: the same among Spanish text", share(index, pairs, lambda one: one.spanish)
    with qa.build(kept_articles(), arguments.work / f"stories-{model}", model=model, replace=True) as index:
        for number, part in enumerate(("tuning", "test")):
            yield from story_figures(index, f"stories, {part} half, five languages", translated_questions(number))
    with qa.build(ROOT / "corpus", arguments.work / f"sample-{model}", model=model) as index:
        for language in ("English", "Spanish"):
            asked = [one for one in sample_questions() if one.gold and bool(one.spanish) == (language == "Spanish")]
            found = [outcome(index.ask(one.english, 1), one) for one in asked]
            right = [answered for is_right, answered in found if is_right]
            yield f"sample articles, {language}: right quote first", (len(found), len(right) / len(found))
            yield f"sample articles, {language}: right ones answered", (len(right), float(np.mean(right or [0])))


def limited(file: Path, limit: int | None, work: Path) -> Path:
    """A file with ``limit`` of the lines, as far apart as they can be; the file itself for None."""
    if limit is None:
        return file
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    chosen = work / f"{limit}-{file.name}"
    work.mkdir(parents=True, exist_ok=True)
    chosen.write_text("".join(every(lines, limit)), encoding="utf-8")
    return chosen


def share(index: qa.Index, asked: Sequence[Translated], text: Callable[[Translated], str]) -> tuple[int, float]:
    """How many questions, and the share whose first passage is of a right document."""
    firsts = [index.search(text(one), 1)[0].document.id for one in asked]
    found = [first in dict(one.gold) for first, one in zip(firsts, asked, strict=True)]
    return len(asked), float(np.mean(found))


def story_figures(index: qa.Index, name: str, asked: Sequence[GoldQuestion]) -> Iterator[tuple[str, tuple[int, float]]]:
    """Whether the right article and the right quote come first, and what of the right and of the others is answered."""
    answers = [index.ask(one.question, 1) for one in asked]
    firsts = [next(iter((*answer.citations, *answer.nearest))) for answer in answers]
    right = [quotes_gold(first, one.quotes) for first, one in zip(firsts, asked, strict=True)]
    article = [first.document.id in one.quotes for first, one in zip(firsts, asked, strict=True) if one.answerable]
    yield f"{name}: right article first", (len(article), float(np.mean(article)))
    yield f"{name}: right quote first", (len(article), sum(right) / len(article))
    for group, chosen in (("right ones", right), ("unanswerable ones", [not one.answerable for one in asked])):
        given = [answer.answered for answer, it_is in zip(answers, chosen, strict=True) if it_is]
        yield f"{name}: {group} answered", (len(given), float(np.mean(given or [0])))


def outcome(answer: qa.Answer, asked: Translated) -> Outcome:
    """Whether the first quote holds a gold quote of its article, or is part of one; and whether it was given."""
    first = next(iter((*answer.citations, *answer.nearest)), None)
    quote = first.quote.text if first else ""
    right = any(first and first.document.id == name and (gold in quote or quote in gold) for name, gold in asked.gold)
    return bool(right), answer.answered


def news_questions(part: str) -> list[Translated]:
    """The questions of a half of the invented news, in both languages."""
    spanish = {row["id"]: row["question"] for row in rows(NEWS.parent / "spanish.jsonl")}
    return [translated(row, spanish[row["id"]]) for row in rows(NEWS.parent / f"{part}.jsonl")]


def sample_questions() -> list[Translated]:
    """The questions about the sample articles, each in its language; ``spanish`` is empty for those in English."""
    told = list(rows(ROOT / "eval" / "gold.jsonl"))
    return [translated(row, row["question"] if "¿" in row["question"] else "") for row in told]


def translated(row: dict[str, Any], spanish: str) -> Translated:
    """A line of gold with its translation."""
    gold = tuple((entry["doc"], entry["quote"]) for entry in row.get("gold", ()))
    return Translated(row["id"], row["question"], spanish, gold)


def squad_questions(data: Path) -> list[Translated]:
    """Every tenth question of the tuning half that has an answer."""
    paragraphs = documents(data / SQUAD)
    _, even = half(paragraphs, questions(data / SQUAD, texts_of(paragraphs)), EVEN)
    told = [one for one in even if one.answerable][::10]
    return [Translated(one.query_id, one.text, "", ((one.context or "", ""),)) for one in told]


def tatoeba(train: Path, passages: int = PASSAGES) -> tuple[list[qa.Document], list[Translated]]:
    """Passages of English sentences, and Spanish sentences of which one says the same."""
    pairs = pairs_of(train)
    texts, asked = [], []
    for number in range(passages):
        group = pairs[number * TOGETHER : (number + 1) * TOGETHER]
        name, chosen = f"en{number:03}", group[number % TOGETHER]
        texts.append(qa.Document(name, " ".join(pair["en"] for pair in group)))
        asked.append(Translated(name, chosen["en"], chosen["es"], ((name, chosen["en"]),)))
    return texts, asked[:ASKED]


def spanish_texts(train: Path, passages: int) -> list[qa.Document]:
    """Passages of Spanish sentences that none of ``tatoeba`` are."""
    pairs = pairs_of(train)[PASSAGES * TOGETHER :]
    groups = [pairs[number * TOGETHER : (number + 1) * TOGETHER] for number in range(passages)]
    return [qa.Document(f"es{n:03}", " ".join(pair["es"] for pair in group)) for n, group in enumerate(groups)]


def pairs_of(train: Path) -> list[dict[str, str]]:
    """Pairs of sentences, no sentence twice, in an arbitrary order that is always the same."""
    seen: set[str] = set()
    chosen = []
    with gzip.open(train / "parallel_en_es_tatoeba.jsonl.gz", "rt", encoding="utf-8") as stream:
        for pair in map(json.loads, stream):
            if LENGTHS[0] <= len(pair["en"]) <= LENGTHS[1] and seen.isdisjoint((pair["en"], pair["es"])):
                seen |= {pair["en"], pair["es"]}
                chosen.append(pair)
    random.Random(5).shuffle(chosen)
    return chosen


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a JSON Lines file."""
    return map(json.loads, file.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    sys.exit(main())

"""Stories -> articles and their questions, as training rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

from training.news.slots import Slots
from training.news.stories import Line, Story, stories
from training.rows import Row, split

#: Share of the facts that may be left out and are; of filler sentences after a fact; of the questions with other names.
OMITTED, FILLED, RENAMED = 0.25, 0.25, 0.1

#: Questions taken from one article, and those of them at most that no article of the kind answers.
ASKED, NEVER = 6, 1

#: Shares of the articles with a line of noise, with a dateline, and shown whole; share of the rows with the headline.
NOISY, DATED, WHOLE, TITLED = 0.4, 0.2, 0.55, 0.8

#: Lines that pages put among the sentences; "?" stands for one of the article's own questions.
NOISE = (
    "READ MORE: {claim9}",
    "Photo: {P8}",
    "?",
    "?",
    "?",
    "?",
    "Advertisement",
    "- {claim8}",
    "By {P8}, {town8} Courier",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of an article; ``key`` and ``line`` are those of the fact that it tells, None for all else."""

    text: str
    key: str | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article, whose questions are filled with the same slots."""

    title: str
    pieces: list[Piece]
    slots: Slots


def rows(most: int, random: Random, kinds: Sequence[Story] | None = None) -> Iterator[Row]:
    """``most`` questions on invented articles, each on its own article."""
    kinds = kinds or stories()
    made = 0
    while made < most:
        story = random.choice(kinds)
        article = _article(story, random)
        for row in list(_questions(story, article, random))[: most - made]:
            made += 1
            yield row


def _article(story: Story, random: Random) -> Article:
    slots = Slots(random)
    told = [n for n, fact in enumerate(story.facts) if fact.must or random.random() > OMITTED]
    tail = told[1:]
    if random.random() < 0.3:
        random.shuffle(tail)
    pieces: list[Piece] = []
    for fact in [story.facts[number] for number in told[:1] + tail]:
        line = random.choice(fact.says)
        pieces.append(Piece(slots.fill(line.text), fact.key, line))
        if random.random() < FILLED:
            pieces.append(Piece(slots.fill(f"{{filler{len(pieces)}}}")))
    if random.random() < NOISY:
        noise = random.choice(NOISE)
        heading = random.choice(random.choice([fact for fact in story.facts if fact.asks]).asks).text.rstrip("?") + "?"
        pieces.insert(random.randint(0, len(pieces)), Piece(slots.fill(heading if noise == "?" else noise)))
    if random.random() < DATED:
        dateline = slots.fill(random.choice(("{town1} — ", "{town1} (Agency) – ", "{date9} - ")))
        first = pieces[0]
        pieces[0] = replace(first, text=f"{dateline.replace(slots['town1'], slots['town1'].upper())} {first.text}")
    return Article(slots.fill(random.choice(story.titles)), _some(pieces, random), slots)


def _some(pieces: list[Piece], random: Random) -> list[Piece]:
    """Mostly all; else a run of the pieces, as a passage is a part of an article."""
    if random.random() < WHOLE or len(pieces) < 6:
        return pieces
    length = random.randint(4, len(pieces) - 1)
    start = random.randint(0, len(pieces) - length)
    return pieces[start : start + length]


def _questions(story: Story, article: Article, random: Random) -> Iterator[Row]:
    gap = random.choice((" ", "\n\n", "\n\n"))
    passage = gap.join(piece.text for piece in article.pieces)
    ends = list(accumulate(len(piece.text) + len(gap) for piece in article.pieces))
    sentences = split(passage)
    for key, ask in _asked(story, random):
        renamed = "{" in ask.text and random.random() < RENAMED
        slots = Slots(random) if renamed else article.slots
        answers = tuple(
            (end - len(gap) - len(piece.text), end - len(gap))
            for piece, end in zip(article.pieces, ends, strict=True)
            if piece.line is not None and piece.key == key and piece.line.answers(ask) and not renamed
        )
        title = article.title if random.random() < TITLED else ""
        yield Row(slots.fill(ask.text), title, passage, sentences, answers, "news", False, 0.8)


def _asked(story: Story, random: Random) -> Iterator[tuple[str | None, Line]]:
    """Questions and the keys of the facts that they ask for, in any order."""
    asked: list[tuple[str | None, Line]] = [(fact.key, random.choice(fact.asks)) for fact in story.facts if fact.asks]
    asked += [(None, Line("", ask)) for ask in random.sample(story.never, min(NEVER, len(story.never)))]
    random.shuffle(asked)
    yield from asked[:ASKED]

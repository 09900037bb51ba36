"""The systems that are compared, and the folder in which each size has its corpus and its indexes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from machine import ROOT
from speed_corpus import PASSAGES_AN_ARTICLE, questions, write_corpus
from speed_measures import run

from qa.config import ReaderChoice

PEER_SCRIPTS = {"afternoon": "afternoon.py", "txtai": "txtai_hybrid.py", "haystack": "haystack_hybrid.py"}
QA = "qa"

#: The commands of the environment that this runs in.
_BIN = Path(sys.executable).parent

Words = list[str | Path]


def session(command: str, *words: str | Path | int) -> Words:
    """A command of speed_session.py."""
    return [sys.executable, ROOT / "benchmarks" / "speed_session.py", command, *(str(word) for word in words)]


def qa_command(*words: str | Path) -> Words:
    """A ``qa`` command line."""
    return [_BIN / "qa", *words]


@dataclass(frozen=True, slots=True)
class Place:
    """One size: ``size`` passages, about, in ``folder``; 0 is the corpus in the repository. Where ``synthetic``, qa's
    index has made-up vectors."""

    folder: Path
    size: int
    synthetic: bool = False

    @property
    def articles(self) -> int:
        """How many articles the generated corpus has."""
        return max(1, round(self.size / PASSAGES_AN_ARTICLE))

    @property
    def corpus(self) -> Path:
        """The folder of the articles."""
        return self.folder / "corpus" if self.size else ROOT / "corpus"

    @property
    def passages(self) -> Path:
        """The passages for the peers, written once from the corpus."""
        return self.folder / "passages.jsonl"

    def index(self, system: str) -> Path:
        """A system's index."""
        return self.folder / system

    def has(self, system: str) -> bool:
        """Whether a system's index is there and complete."""
        return self._mark(system).exists()

    def mark(self, system: str, done: bool) -> None:
        """Notes that a system's index is complete, or that it is not."""
        self._mark(system).touch() if done else self._mark(system).unlink(missing_ok=True)

    def prepare(self) -> None:
        """Writes the corpus, unless it is there."""
        if self.size and not self.has("corpus"):
            write_corpus(self.corpus, self.articles)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.mark("corpus", True)

    def write_passages(self) -> None:
        """Writes the peers' passages, unless they are there."""
        if not self.has("passages"):
            run(session("passages", self.corpus, self.passages))
            self.mark("passages", True)

    def questions(self, count: int) -> list[str]:
        """Questions of the corpus' words."""
        if not self.size:
            return [ASKED[number % len(ASKED)] for number in range(count)]
        return questions(self.articles, count)

    def _mark(self, name: str) -> Path:
        return self.folder / f"{name}.complete"


#: Questions on the repository's corpus.
ASKED = (
    "what did Almagro request?",
    "how many votes did the resolution lack?",
    "who was arrested during the protests?",
)


@dataclass(frozen=True, slots=True)
class Ours:
    """qa by its own command line; a session of the library for many questions. ``reader``: how much it reads."""

    reader: ReaderChoice = "fast"
    name: str = QA
    #: Exit codes for a question that was answered, and for one that the corpus does not answer.
    accepted: tuple[int, ...] = (0, 1)

    def index(self, place: Place) -> Words:
        """What builds the index anew."""
        if place.synthetic:
            return session("update", place.corpus, place.index(QA), "--synthetic")
        return qa_command("index", place.corpus, "--index", place.index(QA))

    def one(self, place: Place, question: str) -> Words:
        """What answers one question."""
        return qa_command("ask", question, "--index", place.index(QA), "--reader", self.reader)

    def many(self, place: Place) -> Words:
        """What answers the questions on stdin."""
        return session("warm", place.index(QA), "--reader", self.reader)


@dataclass(frozen=True, slots=True)
class Peer:
    """A script in peers/, run by the interpreter ``python`` of its environment, with the same model files."""

    name: str
    python: Path
    model: Path
    accepted: tuple[int, ...] = (0,)

    def index(self, place: Place) -> Words:
        """What builds the index anew."""
        return self._words("index", place.passages, place.index(self.name))

    def one(self, place: Place, question: str) -> Words:
        """What answers one question."""
        return [*self.many(place), "--one", question]

    def many(self, place: Place) -> Words:
        """What answers the questions on stdin."""
        return self._words("ask", place.index(self.name))

    def _words(self, command: str, *paths: Path) -> Words:
        return [self.python, ROOT / "benchmarks" / "peers" / PEER_SCRIPTS[self.name], command, *paths, self.model]


Systems = Sequence[Ours | Peer]

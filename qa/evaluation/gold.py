"""Questions whose answers are known, and the check that an index can be measured with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.answering.index import Index
from qa.config import fingerprint
from qa.errors import DocumentNotFoundError, UsageError
from qa.escaping import has_control
from qa.evaluation.quote_measures import has_word
from qa.evaluation.trec import Qrels


@dataclass(frozen=True, slots=True)
class GoldEntry:
    """A document that answers. ``quote`` is where it does, verbatim, or None where only the document is known.
    ``relevance`` is a grade from 1; ``where`` the ``path:LINE`` that it was read from.

    Raises UsageError for a value of another type, and where the id has a control character: trec_eval cuts an id at a
    NUL.
    """

    doc_id: str
    quote: str | None = None
    relevance: int = 1
    where: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        place = self.where or "an entry of gold"
        check_text(self.doc_id, f"{place}: the document id")
        if self.quote is not None:
            check_text(self.quote, f"{place}: the quote")
        if isinstance(self.relevance, bool) or not isinstance(self.relevance, int):
            raise UsageError(f"{place}: the relevance is {self.relevance!r}", "give a whole number from 1")
        if has_control(self.doc_id):
            place = f"{self.where}: " if self.where else ""
            raise UsageError(f"{place}the document id {self.doc_id!r} has a control character", "rename the document")


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and every document known to answer it: each alone does.

    ``kind`` is the author's name for a group of questions that is reported by itself. ``where`` is the ``path:LINE``
    that it was read from. Raises UsageError where ``answerable`` and ``gold`` disagree, a text is blank, an id has a
    control character, or a value is of another type.
    """

    query_id: str
    question: str
    answerable: bool
    kind: str
    gold: tuple[GoldEntry, ...] = ()
    where: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        for name in ("query_id", "question", "kind"):
            check_text(getattr(self, name), f"{self.place}: the {name.removeprefix('query_')}")
            if not getattr(self, name).strip():
                raise UsageError(f"{self.place}: the {name.removeprefix('query_')} is blank", "fill it in")
        if not isinstance(self.answerable, bool):
            raise UsageError(f"{self.place}: answerable is {self.answerable!r}", "give True or False")
        if not isinstance(self.gold, list | tuple) or not all(isinstance(one, GoldEntry) for one in self.gold):
            raise UsageError(f"{self.place}: the gold is {self.gold!r}", "give a list of qa.GoldEntry")
        object.__setattr__(self, "gold", tuple(self.gold))
        if self.answerable and not self.gold:
            raise UsageError(f"{self.place}: answerable, but no gold", "name a document that answers it")
        if self.gold and not self.answerable:
            raise UsageError(f"{self.place}: not answerable, but has gold", "remove the gold, or set answerable")
        if has_control(self.query_id):
            raise UsageError(f"{self.place}: the id has a control character", "give it another one")
        for entry in self.gold:
            if entry.quote is not None and not has_word(entry.quote):
                raise UsageError(f"{self.place}: a quote has no word in it", "quote what answers the question")
            if entry.relevance < 1:
                raise UsageError(f"{self.place}: a relevance of {entry.relevance}", "list only what is relevant")

    @property
    def place(self) -> str:
        """What an error calls the question."""
        return f"{self.where}: question {self.query_id!r}" if self.where else f"question {self.query_id!r}"

    @property
    def quotes(self) -> dict[str, tuple[str, ...]]:
        """The gold quotes by document id. Empty where only documents are judged."""
        ids = dict.fromkeys(entry.doc_id for entry in self.gold if entry.quote)
        return {i: tuple(entry.quote for entry in self.gold if entry.quote and entry.doc_id == i) for i in ids}


@dataclass(frozen=True, slots=True)
class Gold:
    """At least one question, each id once. ``left_out`` counts questions that had no judgement and were not read.

    Raises UsageError for an id that comes twice, or no question at all.
    """

    questions: tuple[GoldQuestion, ...]
    left_out: int = 0

    def __post_init__(self) -> None:
        for one in self.questions:
            if not isinstance(one, GoldQuestion):
                raise UsageError(f"a gold question is {one!r}", "make it a qa.GoldQuestion")
        if not self.questions:
            raise UsageError("the gold holds no judged question", "write one JSON object a line")
        by_id: dict[str, GoldQuestion] = {}
        for question in self.questions:
            if question.query_id in by_id:
                before = by_id[question.query_id].where
                raise UsageError(
                    f"{question.place} has the id of another one{f', {before}' if before else ''}", "give each its own"
                )
            by_id[question.query_id] = question

    @property
    def fingerprint(self) -> str:
        """A short name for the questions and their answers, wherever they were read from (16 hex digits)."""
        return fingerprint(
            [
                [q.query_id, q.question, q.answerable, q.kind, [[e.doc_id, e.quote, e.relevance] for e in q.gold]]
                for q in self.questions
            ]
        )

    @property
    def qrels(self) -> Qrels:
        """The relevance of each judged document, for every answerable question."""
        return {q.query_id: _relevance(q.gold) for q in self.questions if q.answerable}


def check_text(value: object, what: str) -> None:
    """Raises UsageError for a value that is no text."""
    if not isinstance(value, str):
        raise UsageError(f"{what} is {value!r}", "give a text")


def check_gold(gold: Gold, index: Index) -> None:
    """Raises UsageError where gold names a document that the index lacks, or a quote that is not verbatim in it."""
    for question in gold.questions:
        for entry in question.gold:
            place = f"{entry.where}: question {question.query_id!r}" if entry.where else question.place
            try:
                text = index.document(entry.doc_id).text
            except DocumentNotFoundError:
                raise UsageError(
                    f"{place}: the index holds no document {entry.doc_id!r}",
                    "correct the id, or index the corpus that the questions are about",
                ) from None
            if entry.quote is not None and entry.quote not in text:
                raise UsageError(
                    f"{place}: the quote {_shortened(entry.quote)!r} is not verbatim in {entry.doc_id!r}",
                    "copy it as the document has it",
                )


def _relevance(entries: Sequence[GoldEntry]) -> dict[str, int]:
    grades: dict[str, int] = {}
    for entry in entries:
        grades[entry.doc_id] = max(entry.relevance, grades.get(entry.doc_id, 0))
    return grades


def _shortened(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"

"""Reads the public sets: a folder a set, with corpus.jsonl (id, title, text) and queries.jsonl.

A query has id, text, answerable, spans (doc_id, start, end, text) and, where it was written on one document, its id as
context_doc. Documents are numbered from 0 in the order of corpus.jsonl. Where a set has two halves, a question belongs
to the half of its context_doc: even-numbered documents are for tuning, odd-numbered ones for testing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from qa.corpus import Problem, read
from qa.errors import UsageError
from qa.evaluation.gold import GoldEntry, GoldQuestion
from qa.evaluation.lines import records
from qa.evaluation.quote_measures import has_word
from qa.types import Document, Span

EVEN, ODD = 0, 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """A line of queries.jsonl. ``spans`` are the answers by document id; ``context`` is the id of the document that
    the question was written on, or None where it was written on none in particular."""

    query_id: str
    text: str
    answerable: bool
    spans: tuple[tuple[str, Span], ...]
    context: str | None
    where: str


def documents(folder: Path) -> list[Document]:
    """The documents, in the order of corpus.jsonl. Raises CorpusError, or UsageError for a line that is no document."""
    return list(read([folder / "corpus.jsonl"], _refuse))


def questions(folder: Path, texts: Mapping[str, str]) -> list[Question]:
    """The questions, in the order of queries.jsonl; ``texts`` are the documents' by id.

    Raises UsageError for a broken line, or a span that is not what its document has there.
    """
    return [_question(record, where, texts) for where, record in records(folder / "queries.jsonl")]


def every(values: Sequence[T], most: int | None) -> tuple[T, ...]:
    """At most so many of the values, as far apart as they can be; all for None."""
    return tuple(values[:: step_of(values, most)])


def step_of(values: Sequence[object], most: int | None) -> int:
    """The step from one value to the next where there are to be at most so many; 1 for None."""
    return max(1, math.ceil(len(values) / most)) if most else 1


def texts_of(documents: Iterable[Document]) -> dict[str, str]:
    """The texts by document id."""
    return {document.id: document.text for document in documents}


def half(
    documents: Sequence[Document], questions: Iterable[Question], parity: int
) -> tuple[list[Document], list[Question]]:
    """Every second document, and the questions that were written on one of them."""
    chosen = list(documents[parity::2])
    ids = {document.id for document in chosen}
    return chosen, [question for question in questions if question.context in ids]


def gold_question(question: Question, texts: Mapping[str, str]) -> GoldQuestion:
    """The question with the text of each span as a gold quote.

    A span without a word in it (a currency sign) cannot be compared and is left out. An answerable question without any
    other is judged by its context document alone.
    """
    kind = "answerable" if question.answerable else "unanswerable"
    return GoldQuestion(question.query_id, question.text, question.answerable, kind, _gold(question, texts))


def off_topic(questions: Iterable[Question]) -> list[GoldQuestion]:
    """The questions as unanswerable ones, for an index of other documents than they were written on."""
    return [GoldQuestion(f"off-topic {q.query_id}", q.text, False, "off-topic", where=q.where) for q in questions]


def _gold(question: Question, texts: Mapping[str, str]) -> tuple[GoldEntry, ...]:
    if not question.answerable:
        return ()
    quotes = [(doc_id, texts[doc_id][span.start : span.end]) for doc_id, span in question.spans]
    entries = [GoldEntry(doc_id, quote) for doc_id, quote in dict.fromkeys(quotes) if has_word(quote)]
    if not entries and question.context is not None:
        entries = [GoldEntry(question.context)]
    return tuple(entries)


def _question(record: Mapping[str, Any], where: str, texts: Mapping[str, str]) -> Question:
    try:
        return Question(
            query_id=record["id"],
            text=record["text"],
            answerable=record["answerable"],
            spans=tuple(_spans(record["spans"], where, texts)),
            context=record.get("context_doc"),
            where=where,
        )
    except (KeyError, TypeError):
        raise UsageError(f"{where} is no question", "give id, text, answerable and spans") from None


def _spans(spans: Iterable[Mapping[str, Any]], where: str, texts: Mapping[str, str]) -> Iterator[tuple[str, Span]]:
    for span in spans:
        doc_id, start, end = span["doc_id"], span["start"], span["end"]
        if texts.get(doc_id, "")[start:end] != span["text"]:
            raise UsageError(f"{where}: {doc_id!r} has another text at {start}-{end}", "check the set's offsets")
        yield doc_id, Span(start, end)


def _refuse(problem: Problem) -> None:
    raise UsageError(f"{problem.where} {problem.what}", problem.advice)

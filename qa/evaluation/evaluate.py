"""Gold questions and an index -> a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa.answering.index import Index
from qa.config import DEFAULT_K
from qa.errors import QuestionError, UsageError
from qa.evaluation.confidence_measures import confusion, risk_coverage
from qa.evaluation.figures import Verdicts, confidence_figures, mean_figures
from qa.evaluation.gold import Gold, GoldQuestion, check_gold
from qa.evaluation.quote_measures import quote_measures, quotes_gold
from qa.evaluation.ranking_measures import rank_documents, ranking_measures
from qa.evaluation.reading import read_gold
from qa.evaluation.report import VERDICT, FirstCitation, Latency, Report, Row
from qa.types import Answer, Citation, OnProgress


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the index made of a question."""

    question: GoldQuestion
    answer: Answer
    ranking: dict[str, float]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations; where the tool abstained, what it would have cited: abstention is measured by itself."""
        return self.answer.citations or self.answer.nearest


def evaluate(
    index: Index,
    gold: Gold | Path | str | Sequence[GoldQuestion],
    k: int = DEFAULT_K,
    on_progress: OnProgress = lambda *_: None,
) -> Report:
    """Asks every question for ``k`` citations and measures rankings, quotes, confidence and time.

    ``gold`` is a JSONL file, a folder in the BEIR layout, or questions. Raises UsageError where the gold is broken or
    does not fit the index, or the index is none that is open, and ConfigError where ``k`` is below 1.
    """
    if not isinstance(index, Index):
        raise UsageError(f"the index is {index!r}", "open it with qa.open")
    gold = _gold(gold)
    check_gold(gold, index)
    outcomes = []
    for number, question in enumerate(gold.questions):
        on_progress("questions", number, len(gold.questions))
        outcomes.append(_ask(index, question, k))
    on_progress("questions", len(outcomes), len(outcomes))
    run = {outcome.question.query_id: outcome.ranking for outcome in outcomes}
    ranked = ranking_measures(gold.qrels, run)
    rows = tuple(_row(index, outcome, ranked.get(outcome.question.query_id, {})) for outcome in outcomes)
    p50, p95 = np.percentile([outcome.answer.seconds for outcome in outcomes], [50, 95])
    verdicts = Verdicts.of(rows)
    return Report(
        gold=gold.fingerprint,
        left_out=gold.left_out,
        index=index.info,
        k=k,
        figures=mean_figures(rows) | confidence_figures(verdicts),
        kinds={kind: mean_figures([r for r in rows if r.kind == kind]) for kind in sorted({row.kind for row in rows})},
        confusion=confusion(verdicts.answerable, verdicts.answered),
        risk_coverage=tuple(risk_coverage(verdicts.confidences, verdicts.correct)),
        latency=Latency(float(p50), float(p95)),
        rows=rows,
        reranker=index.reranker,
        run=run,
    )


def _gold(gold: Gold | Path | str | Sequence[GoldQuestion]) -> Gold:
    if isinstance(gold, Gold):
        return gold
    if isinstance(gold, Path | str):
        return read_gold(gold)
    if not isinstance(gold, Iterable):
        raise UsageError(f"the gold is {gold!r}", "give a file, a folder, or a list of qa.GoldQuestion")
    return Gold(tuple(gold))


def _ask(index: Index, question: GoldQuestion, k: int) -> _Outcome:
    try:
        # The ranking comes first, for the first question to warm the model up before an answer is timed.
        ranking = rank_documents(index.search(question.question, k=max(index.info.passages, 1)))
        return _Outcome(question, index.ask(question.question, k), ranking)
    except QuestionError as error:
        raise UsageError(f"{question.place}: {error}") from None


def _row(index: Index, outcome: _Outcome, ranked: Mapping[str, float]) -> Row:
    question, answer, citations = outcome.question, outcome.answer, outcome.citations
    first = citations[0] if citations else None
    measures = dict(ranked)
    if question.quotes:
        text = index.document(first.document.id).text if first else ""
        measures |= quote_measures(citations, question.quotes, text)
    measures[VERDICT] = float(answer.answered == question.answerable)
    return Row(
        query_id=question.query_id,
        question=question.question,
        kind=question.kind,
        answerable=question.answerable,
        answered=answer.answered,
        confidence=answer.confidence,
        correct=first is not None and _is_right(first, question),
        first=_first(first) if first else None,
        measures=measures,
        evidence=answer.evidence,
        unknown=answer.unknown,
    )


def _first(citation: Citation) -> FirstCitation:
    quote = citation.quote
    return FirstCitation(citation.document.id, quote.text, quote.start, quote.end)


def _is_right(citation: Citation, question: GoldQuestion) -> bool:
    """Whether the quote hits gold; where only documents are judged, whether the document is one of them."""
    if question.quotes:
        return quotes_gold(citation, question.quotes)
    return any(entry.doc_id == citation.document.id for entry in question.gold)

"""What an evaluation found, as values and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

from qa.errors import UsageError
from qa.escaping import json_text
from qa.evaluation.confidence_measures import Confusion, RiskPoint
from qa.evaluation.quote_measures import QUOTE_MEASURES
from qa.evaluation.ranking_measures import RANKING_MEASURES
from qa.evaluation.trec import Run
from qa.types import IndexInfo
from qa.types.exchange import decoded, plain

REPORT_SCHEMA = "qa/evaluation/1"

#: Whether a question was answered just when it can be.
VERDICT = "verdict"
#: The measures that every question has a value of: those of the ranking and the quotes only if it is answerable.
MEASURES = (*RANKING_MEASURES, *QUOTE_MEASURES, VERDICT)
#: The figures that only all questions together have.
AUROC, AURC, ECE = CONFIDENCE_FIGURES = ("AUROC", "AURC", "ECE")
#: The figures of which less is better.
ERRORS = (AURC, ECE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over ``n`` questions, and its 95 % interval ``[low, high]``."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class FirstCitation:
    """The quote of a question's first citation, or of the nearest passage where the tool abstained."""

    doc_id: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """One question. ``correct``: whether its first citation, or else the nearest passage, is right. ``measures`` lacks
    those that the question's gold does not define. ``evidence`` and ``unknown`` are the answer's; reports that were
    written before there were any have none."""

    query_id: str
    question: str
    kind: str
    answerable: bool
    answered: bool
    confidence: float
    correct: bool
    first: FirstCitation | None
    measures: Mapping[str, float]
    evidence: Mapping[str, float] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles of ``Index.ask``, in seconds, the model being loaded and warm."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An evaluation. The same for the same index, gold and ``k``, but for ``latency``, which does not count in ``==``.

    ``gold`` is the fingerprint of the questions, ``left_out`` how many had no judgement. ``figures`` and, by kind of
    question, ``kinds`` lack those that the gold does not define: quotes where only documents are judged, AUROC where
    all questions are answerable. ``reranker`` is the fingerprint of the one that was used, if any. ``run`` is the
    ranking of documents for every question; JSON leaves it out.
    """

    #: The figures of which more is better.
    HIGHER_IS_BETTER: ClassVar[tuple[str, ...]] = (*MEASURES, AUROC)

    gold: str
    left_out: int
    index: IndexInfo
    reranker: str | None = None
    k: int
    figures: Mapping[str, Figure]
    kinds: Mapping[str, Mapping[str, Figure]]
    confusion: Confusion
    risk_coverage: tuple[RiskPoint, ...]
    latency: Latency = field(compare=False)
    rows: tuple[Row, ...]
    run: Run = field(default_factory=dict, compare=False, repr=False)

    def check_gold(self, fingerprint: str) -> None:
        """Raises UsageError where this was not measured with the gold questions of this fingerprint."""
        if fingerprint != self.gold:
            raise UsageError(
                f"the baseline was measured with other gold questions ({self.gold}, not {fingerprint})",
                "measure it again with these",
            )

    def to_dict(self) -> dict[str, Any]:
        """The report as the JSON interface shows it. Numbers are not rounded, so that it can be compared with."""
        values = {one.name: plain(getattr(self, one.name)) for one in fields(self) if one.name not in ("rows", "run")}
        return {"schema": REPORT_SCHEMA, **values, "questions": plain(self.rows)}

    def to_json(self, indent: int | None = None) -> str:
        """``to_dict`` as JSON text: printable characters as they are, those that could steer a terminal escaped."""
        return json_text(self.to_dict(), indent)


def read_report(path: Path | str) -> Report:
    """A report written by ``to_json``, without its run. Raises UsageError where the file is none."""
    what, advice = f"{path} is no report of this version", "write one with qa eval --json"
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror or error})", "check the path") from None
    except (TypeError, ValueError, RecursionError):
        raise UsageError(what, advice) from None
    if not isinstance(values, dict) or values.get("schema") != REPORT_SCHEMA:
        raise UsageError(what, advice)
    return decoded(Report, values | {"rows": values.get("questions")}, what, advice)

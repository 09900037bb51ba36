"""What an evaluation found, as values and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from qa.errors import UsageError
from qa.escaping import json_text
from qa.evaluation.confidence_measures import Confusion, RiskPoint
from qa.evaluation.quote_measures import QUOTE_MEASURES
from qa.evaluation.ranking_measures import RANKING_MEASURES
from qa.evaluation.trec import Run
from qa.types import IndexInfo

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


@dataclass(frozen=True, slots=True)
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
    k: int
    figures: Mapping[str, Figure]
    kinds: Mapping[str, Mapping[str, Figure]]
    confusion: Confusion
    risk_coverage: tuple[RiskPoint, ...]
    latency: Latency = field(compare=False)
    rows: tuple[Row, ...]
    reranker: str | None = None
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
        return {
            "schema": REPORT_SCHEMA,
            "gold": self.gold,
            "left_out": self.left_out,
            "index": asdict(self.index),
            "reranker": self.reranker,
            "k": self.k,
            "figures": {name: asdict(figure) for name, figure in self.figures.items()},
            "kinds": {k: {n: asdict(figure) for n, figure in figures.items()} for k, figures in self.kinds.items()},
            "confusion": self.confusion._asdict(),
            "risk_coverage": [point._asdict() for point in self.risk_coverage],
            "latency": asdict(self.latency),
            "questions": [asdict(row) | {"unknown": list(row.unknown)} for row in self.rows],
        }

    def to_json(self, indent: int | None = None) -> str:
        """``to_dict`` as JSON text: printable characters as they are, those that could steer a terminal escaped."""
        return json_text(self.to_dict(), indent)


def read_report(path: Path | str) -> Report:
    """A report written by ``to_json``, without its run. Raises UsageError where the file is none."""
    try:
        return _report(json.loads(Path(path).read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror or error})", "check the path") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(f"{path} is no report of this version", "write one with qa eval --json") from None


def _report(values: Mapping[str, Any]) -> Report:
    if values["schema"] != REPORT_SCHEMA:
        raise ValueError(values["schema"])
    return Report(
        gold=values["gold"],
        left_out=values["left_out"],
        index=IndexInfo(**values["index"]),
        k=values["k"],
        figures=_figures(values["figures"]),
        kinds={kind: _figures(figures) for kind, figures in values["kinds"].items()},
        confusion=Confusion(**values["confusion"]),
        risk_coverage=tuple(RiskPoint(**point) for point in values["risk_coverage"]),
        latency=Latency(**values["latency"]),
        rows=tuple(_row(row) for row in values["questions"]),
        reranker=_reranker(values.get("reranker")),  # reports were first written without
    )


def _reranker(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError(value)
    return value


def _figures(values: Mapping[str, Any]) -> dict[str, Figure]:
    return {name: Figure(**figure) for name, figure in values.items()}


def _row(values: Mapping[str, Any]) -> Row:
    first = FirstCitation(**values["first"]) if values["first"] else None
    measures = {name: float(value) for name, value in values["measures"].items()}
    evidence, unknown = dict(values.get("evidence", {})), tuple(values.get("unknown", ()))
    return Row(**{**values, "first": first, "measures": measures, "evidence": evidence, "unknown": unknown})

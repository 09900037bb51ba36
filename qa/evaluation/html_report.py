"""A report and its gold questions -> one HTML page that needs nothing else, and no network.

What comes from articles and questions is escaped by Jinja2, and cannot turn text around or hide in control characters.
The page's Content-Security-Policy allows its own style and script, by their hashes, and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.escaping import harmless
from qa.evaluation import charts
from qa.evaluation.compare import ALPHA, PRIMARY, ReportComparison
from qa.evaluation.confidence_measures import RiskPoint, reliability
from qa.evaluation.figures import Verdicts
from qa.evaluation.gold import Gold, GoldEntry
from qa.evaluation.lines import write_text
from qa.evaluation.ranking_measures import RANKING_MEASURES
from qa.evaluation.report import ERRORS, MEASURES, Figure, Report, Row

TEMPLATE, STYLE, SCRIPT = "report.html.j2", "report.css", "report.js"

#: What can have become of a question; the page lists those with the first of them at the start.
FAILURE, RIGHT, WRONG, ABSTAINED, ANSWERED, BETTER, WORSE = (
    "failure",
    "right",
    "wrong",
    "abstained",
    "answered",
    "better",
    "worse",
)


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as the page lists it: what was shown, what gold expects, and the primary measures in which it got
    better and worse than in the baseline."""

    row: Row
    expected: tuple[GoldEntry, ...]
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What became of it."""
        row = self.row
        holds = {
            RIGHT: row.answerable and row.correct,
            WRONG: row.answerable and not row.correct,
            ABSTAINED: row.answerable and not row.answered,
            ANSWERED: row.answered and not row.answerable,
            BETTER: bool(self.better),
            WORSE: bool(self.worse),
        }
        outcomes = tuple(outcome for outcome, is_so in holds.items() if is_so)
        return (FAILURE, *outcomes) if {WRONG, ABSTAINED, ANSWERED}.intersection(outcomes) else outcomes

    @property
    def shows_expected_document(self) -> bool:
        """Whether what was shown first stands in a document that answers."""
        return self.row.first is not None and any(entry.doc_id == self.row.first.doc_id for entry in self.expected)


def render_html(report: Report, gold: Gold, comparison: ReportComparison | None = None) -> str:
    """The page, to be written as UTF-8; the same for the same report but for its latency.

    Raises UsageError where the report was not measured with ``gold``.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    if report.gold != gold.fingerprint:
        raise UsageError(
            f"the report was measured with other gold questions ({report.gold}, not {gold.fingerprint})",
            "give those that it was measured with",
        )
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=finalized, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"digest": digest, "number": "{:,}".format, "short": short}
    own = {"style": Markup(packaged(STYLE)), "script": Markup(packaged(SCRIPT))}
    return environment.from_string(packaged(TEMPLATE)).render(own | values(report, gold, comparison))


def write_html(file: Path, report: Report, gold: Gold, comparison: ReportComparison | None = None) -> None:
    """Writes the report as a page for a web browser, with what differs from a baseline. Raises QAError where it cannot
    be written, and UsageError where the report was not measured with ``gold``."""
    write_text(file, render_html(report, gold, comparison))


def packaged(name: str) -> str:
    """The text of a file beside this module."""
    return files("qa.evaluation").joinpath(name).read_text(encoding="utf-8")


def values(report: Report, gold: Gold, comparison: ReportComparison | None) -> dict[str, Any]:
    """What the template shows."""
    listed = list(questions(report, gold, comparison))
    verdicts = Verdicts.of(report.rows)
    bins = reliability(verdicts.confidences, verdicts.correct)
    cutoffs, now = recall(report.figures), operating_point(report.rows)
    return {
        "report": report,
        "comparison": comparison,
        "questions": listed,
        "numbers": {question.row.query_id: number for number, question in enumerate(listed, start=1)},
        "counts": Counter(outcome for question in listed for outcome in question.outcomes),
        "unit": "quote" if any(question.quotes for question in gold.questions) else "document",
        "recall": charts.recall_chart(cutoffs) if len(cutoffs) > 1 else None,
        "risk": charts.risk_chart(report.risk_coverage, now),
        "now": now,
        "reliability": charts.reliability_chart(bins),
        "bins": bins,
        "plot": charts.PLOT,
        "strip": charts.STRIP,
        "measures": [name for name in MEASURES if name in report.figures],
        "primary": PRIMARY,
        "errors": ERRORS,
        "alpha": ALPHA,
    }


def questions(report: Report, gold: Gold, comparison: ReportComparison | None) -> Iterator[QuestionView]:
    """Every row of the report with its gold."""
    expected = {question.query_id: question.gold for question in gold.questions}
    primary = (
        [difference for difference in comparison.differences if difference.measure in PRIMARY] if comparison else []
    )
    better = by_question((difference.measure, difference.better) for difference in primary)
    worse = by_question((difference.measure, difference.worse) for difference in primary)
    for row in report.rows:
        yield QuestionView(row, expected[row.query_id], better.get(row.query_id, ()), worse.get(row.query_id, ()))


def by_question(rows: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """Measures with the ids of questions -> the measures of each question."""
    measures: dict[str, tuple[str, ...]] = {}
    for measure, ids in rows:
        for query_id in ids:
            measures[query_id] = (*measures.get(query_id, ()), measure)
    return measures


def recall(figures: Mapping[str, Figure]) -> list[tuple[int, Figure]]:
    """The recall at each cutoff, smallest first; empty where no question is answerable."""
    names = [name for name in RANKING_MEASURES if name.startswith("R@") and name in figures]
    return [(int(name.removeprefix("R@")), figures[name]) for name in names]


def operating_point(rows: Sequence[Row]) -> RiskPoint | None:
    """Where on the risk-coverage curve the tool stood: the least confidence of an answer, the share answered, and the
    share of those that was wrong. None where it answered nothing."""
    answered = [row for row in rows if row.answered]
    if not answered:
        return None
    wrong = sum(not row.correct for row in answered)
    return RiskPoint(min(row.confidence for row in answered), len(answered) / len(rows), wrong / len(answered))


def finalized(value: object) -> object:
    """A text with everything that could steer what shows it as an escape; markup, and any other value, as it is."""
    return harmless(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def short(value: float) -> str:
    """At most four decimals: 0.6309, 0.5, 1."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def digest(text: str) -> str:
    """The source that allows an inline element with this text (https://www.w3.org/TR/CSP3/, hash-source)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

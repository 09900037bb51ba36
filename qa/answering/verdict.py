"""The passages to cite -> whether the first of them answers: what speaks for and against it, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from qa.answering.across import for_reader, is_across
from qa.answering.calibration import FittedCalibration, shipped, shipped_across
from qa.answering.confidence import Calibration
from qa.answering.current import OpenGeneration
from qa.answering.evidence import evidence
from qa.answering.mentions import Mentions, mentions, written_alike
from qa.answering.quote import InformationNeed
from qa.answering.read import Reading, quote_odds
from qa.answering.select import QuotedPassage


class Verdict(NamedTuple):
    """Whether the question is ``answered``, and by which ``calibration`` of which ``evidence``, empty where there is no
    passage; ``names`` is what the question names, and what of it no article mentions."""

    answered: bool
    confidence: float
    calibration: Calibration
    evidence: Mapping[str, float]
    names: Mentions


def judge(
    passages: Sequence[QuotedPassage],
    need: InformationNeed,
    asked: str | None,
    reading: Reading,
    opened: OpenGeneration,
    threshold: float | None,
) -> Verdict:
    """The verdict on the passages, best first.

    ``asked`` is the language of the question, None where it is not known or does not matter; ``threshold`` the
    confidence from which on this question is answered, None for the calibration's own.
    """
    names = mentions(need.question, need.weights, opened.searcher)
    reader = reading.reader
    if not passages:
        return Verdict(False, 0.0, _in_force(opened, shipped(reader is not None), threshold), {}, names)
    first = passages[0]
    across = is_across(asked, first.retrieved.candidate)
    names = written_alike(names) if across else names
    text = for_reader(need.question, asked, first.retrieved.candidate) if reader else None
    odds = quote_odds(first, text, reader, reading.opinions) if reader and text is not None else 0.0
    signs = evidence(first, need, names, odds)
    fitted = shipped_across(text is not None) if across else shipped(reader is not None)
    calibration = _in_force(opened, fitted, threshold)
    return Verdict(calibration.answers(signs), calibration.confidence(signs), calibration, signs.to_dict(), names)


def _in_force(opened: OpenGeneration, fitted: FittedCalibration, threshold: float | None) -> Calibration:
    """The index's own calibration or the caller's, or else the shipped one."""
    return (opened.calibration or fitted.calibration).at(threshold)

"""A passage -> the sentence, or the two adjoining ones, that answer best.

A sentence's score is a sum of plain features: how close it is to the question in meaning, which of the question's terms
it holds, how much it says besides, and whether it has what the question asks for (a number, a reason, a request). Two
sentences are quoted together only where they are clearly better than either alone: what the one lacks, the other has to
bring. Less is asked of a second sentence that refers back to the first.

The weights were chosen on the even-numbered paragraphs of SQuAD 2.0; ``benchmarks/quotes.py`` measures them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qa.answering.cues import Cue, cues
from qa.answering.request import Query
from qa.answering.standing import Sentence, refers_back, standing
from qa.backends.base import Candidate
from qa.text.analysis import own_stems, terms
from qa.text.kinds import Kind, kinds_of
from qa.types import FloatArray, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Weights against the cosine, which counts 1: the share of the question's terms that the sentences hold, and each
#: doubling of what else they say. Cues have weights of their own.
COVERAGE, NOVELTY = 0.6, 0.05

#: Weight of a reader's share for the sentences, where one has read the passage.
READER = 1.6

#: What is left of the reader's part where the question asks for a request and the quote makes none: the reader takes
#: any speech for one. Set by hand.
NOT_GIVEN = 0.5

#: By how much a pair has to beat the best single sentence; and where its second sentence refers back ("he", "their"),
#: so that what it refers to is quoted with it.
PAIR_MARGIN, BACK_MARGIN = 0.13, 0.05

#: What is taken off where a quote holds what says nothing by itself: more than anything adds, so that such is quoted
#: only of a passage that has nothing else; and how far a sentence that follows a question (an interviewer's, a
#: sub-heading's) moves towards that question's own closeness, which it answers.
NOT_SAID, ANSWERS = 10.0, 0.5
_NOT_SAID = frozenset({"heading", "boilerplate", "question"})
_LISTED = frozenset({"item", "row"})

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")


class InformationNeed(NamedTuple):
    """What a question looks for.

    ``vector`` is the unit vector of the ``question``, ``(dimension,)``, ``weights`` how informative each of its terms
    is, ``cues`` what it asks for, each with the terms that say so where the cue knows their synonyms, and ``stems`` the
    query's.
    """

    question: str
    vector: FloatArray
    weights: Mapping[str, float]
    cues: Mapping[Cue, frozenset[str]]
    stems: Mapping[str, Mapping[str, str]] = {}

    @classmethod
    def of(cls, query: Query, weights: Mapping[str, float]) -> InformationNeed:
        """What a query looks for. Waits until its question is encoded."""
        cue_terms = {cue: frozenset(terms(cue.asking_words(query.question))) for cue in cues(query.question)}
        return cls(query.question, query.vector, weights, cue_terms, query.stems)

    @property
    def asks_for_an_act(self) -> bool:
        """Whether any cue is one of an act, which has synonyms."""
        return any(self.cues.values())

    def is_given_by(self, text: str) -> bool:
        """Whether the text has what every cue of an act asks for."""
        return all(cue.gives.search(text) for cue, words in self.cues.items() if words)

    def terms_of(self, text: str) -> frozenset[str]:
        """The terms of a sentence; synonyms of the question's words, and words of the same stem, count as these."""
        same = [words for cue, words in self.cues.items() if words and cue.gives.search(text)]
        for code, stems in self.stems.items():
            present = frozenset(own_stems(text, code))
            same.append(frozenset(term for term, stem in stems.items() if stem in present))
        return frozenset(terms(text)).union(*same)


def best_quote(
    need: InformationNeed, opinions: Mapping[int, FloatArray] | None = None
) -> Callable[[Candidate], tuple[float, Span]]:
    """What gives the score and the offsets of the sentences of a passage that answer best. ``opinions`` are a reader's
    of the passages with these numbers: the log-odds ``(n,)`` that each of their sentences answers."""

    def quote(candidate: Candidate) -> tuple[float, Span]:
        text, spans = candidate.document.text, candidate.sentences
        texts = [text[s.start : s.end] for s in spans]
        gaps = pairwise(spans)
        begins = [True, *(_PARAGRAPH.search(text, one.end, other.start) is not None for one, other in gaps)]
        kinds = kinds_of(texts, begins)
        opinion = opinions.get(candidate.number) if opinions else None
        score, first, last = best_sentences(need, texts, kinds, candidate.vectors, opinion)
        says = [each not in _NOT_SAID for each in kinds]
        is_item = [each in _LISTED for each in kinds]
        first, last = standing([*map(Sentence, texts, begins, says, is_item)], first, last)
        return score, Span(spans[first].start, spans[last - 1].end)

    return quote


def best_sentences(
    need: InformationNeed,
    texts: Sequence[str],
    kinds: Sequence[Kind],
    vectors: FloatArray,
    opinion: FloatArray | None = None,
) -> tuple[float, int, int]:
    """``(score, first, last)``: the sentences ``[first, last)`` of a passage to quote, one or two of them.

    ``texts`` are the passage's sentences, at least one, ``kinds`` what each of them is, ``vectors`` their unit vectors
    ``(n, dimension)``, and ``opinion`` a reader's log-odds of each, ``(n,)``. Of equal ones the earlier is taken, and
    one rather than two; a table is not quoted with the prose beside it.
    """
    term_sets = [need.terms_of(text) for text in texts]
    gives = {cue: [cue.gives.search(text) is not None for text in texts] for cue in need.cues}
    windows = [(i, i + 1) for i in range(len(texts))] + [(i, i + 2) for i in range(len(texts) - 1)]
    shares = None if opinion is None else _shares(opinion)
    closeness = [*_cosines(vectors, need.vector), *_cosines(vectors[:-1] + vectors[1:], need.vector)]

    def score(window: int) -> float:
        first, last = windows[window]
        inside = term_sets[first].union(*term_sets[first + 1 : last])
        follows_question = first > 0 and kinds[first - 1] == "question"
        close, about = closeness[window], inside
        if follows_question:
            close, about = (
                max(close, (1 - ANSWERS) * close + ANSWERS * closeness[first - 1]),
                inside | term_sets[first - 1],
            )
        total = (
            close + COVERAGE * coverage(about, need.weights) - NOT_SAID * (not _NOT_SAID.isdisjoint(kinds[first:last]))
        )
        if shares is not None:
            given = need.is_given_by(" ".join(texts[first:last]))
            total += READER * (1 if given else NOT_GIVEN) * float(shares[first:last].sum())
        total += NOVELTY * math.log2(1 + len(inside.difference(need.weights)))
        return total + sum(cue.weight * any(given[first:last]) for cue, given in gives.items())

    best, most = 0, -math.inf
    for window, (first, last) in enumerate(windows):
        total = score(window)
        if last - first == 2:
            if (kinds[first] == "row") != (kinds[first + 1] == "row"):
                continue
            # Whether a sentence refers back takes as long to tell as all else: that is asked where it decides.
            total -= BACK_MARGIN if total - BACK_MARGIN <= most else _margin(texts, first + 1)
        if total > most:
            best, most = window, total
    return most, *windows[best]


def _cosines(vectors: FloatArray, unit: FloatArray) -> list[float]:
    """The cosine of each row with a unit vector; 0 for a zero row."""
    lengths = np.linalg.norm(vectors, axis=1)
    cosines: list[float] = (vectors @ unit / np.where(lengths > 0, lengths, 1)).tolist()
    return cosines


def _shares(opinion: FloatArray) -> NDArray[np.float64]:
    """How probable it is that each sentence answers, and not another one or none."""
    odds = opinion.astype(np.float64)
    shares: NDArray[np.float64] = np.exp(odds - np.logaddexp(np.logaddexp.reduce(odds), 0.0))
    return shares


def _margin(texts: Sequence[str], second: int) -> float:
    return BACK_MARGIN if refers_back(texts, second) else PAIR_MARGIN


def coverage(present: frozenset[str], weights: Mapping[str, float]) -> float:
    """The share, by weight, of the question's terms that are ``present``: 0 to 1; 0 for a question without terms."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0


def cosine(vector: FloatArray, unit: FloatArray) -> float:
    """The cosine of a vector, of any length, with a unit vector; 0 for the zero vector."""
    length = float(np.linalg.norm(vector))
    return float(vector @ unit) / length if length else 0.0

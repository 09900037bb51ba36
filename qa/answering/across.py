"""How much words tell of a passage that may be in another language than the question.

A model of several languages finds what a question means in any of them; BM25 finds its words, which the articles of
another language do not have, but for names and numbers, while an article of the question's own language that has them
may tell of something else. So in such an index words count as far as they can be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qa.backends.base import Candidate
from qa.config import SearchConfig
from qa.text.asked_in_english import asked_in_english
from qa.text.languages import language_of

#: Share of the words' weight that is left for a passage in another language: what is written alike in both. Chosen
#: among 0 to .5, all within noise, on the tuning sets of ``benchmarks/languages.py``.
ALIKE = 0.4

#: The language of the questions that the reader was trained on.
READ_LANGUAGE = "en"

#: Code points at the beginning of a passage that tell its language, where its article does not.
SAMPLE = 300


def weights_across(
    question: str, held: float, candidates: Sequence[Candidate], config: SearchConfig
) -> Callable[[int], Mapping[str, float]]:
    """The weight of each search for a candidate, by its number in ``candidates``.

    ``held`` is the share of the question's words, by informativeness, that any passage has, 0 to 1: of a passage whose
    language is the question's, or unknown, words count so much less. For a passage in another language meaning counts
    for what words cannot tell.
    """
    asked, meaning = language_of(question), config.dense_weight + config.sentence_weight
    words = {**config.weights, "lexical": config.lexical_weight * held}
    if not (asked and meaning):
        return lambda _: words if meaning else config.weights
    other = {name: weight / meaning for name, weight in config.weights.items()}
    other["lexical"] = config.lexical_weight * ALIKE
    languages = [_language(candidate) for candidate in candidates]
    return lambda number: words if languages[number] in (asked, None) else other


def for_reader(question: str, asked: str | None, passage: Candidate) -> str | None:
    """What the reader, which reads English, is asked about a passage; None where it cannot read it.

    ``asked`` is the question's language; None where that is not known, or the index is of one language.
    """
    if asked is None:
        return question
    told = _language(passage)
    if asked == READ_LANGUAGE:
        return question if told in (READ_LANGUAGE, None) else None
    return asked_in_english(question, asked) if told == READ_LANGUAGE else None


def is_across(asked: str | None, candidate: Candidate) -> bool:
    """Whether a passage is in another language than ``asked``, the question's; no where either is not known."""
    return asked is not None and _language(candidate) not in (asked, None)


def _language(candidate: Candidate) -> str | None:
    told = candidate.document.language
    if told:
        return told[:2].lower()
    start = candidate.chunk.start
    return language_of(candidate.document.text[start : min(candidate.chunk.end, start + SAMPLE)])

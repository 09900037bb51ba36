"""Which sets the quality benchmark asks, what is measured on each, and the figures that others published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from public_sets import EVEN, ODD, documents, gold_question, half, off_topic, questions, texts_of

from qa.evaluation.beir import read_beir
from qa.evaluation.gold import Gold, GoldQuestion
from qa.evaluation.quote_measures import QUOTE_MEASURES
from qa.evaluation.report import AUROC, CONFIDENCE_FIGURES

#: Whether the first quote and a gold quote have a word in common.
OVERLAP = "overlap@1"

RANKING = ("nDCG@10", "R@1", "R@5", "R@100", "RR@10")
QUOTES = (*QUOTE_MEASURES[:2], OVERLAP, *QUOTE_MEASURES[2:])
CONFIDENCE = CONFIDENCE_FIGURES
#: Without unanswerable questions there is no AUROC.
CORRECTNESS = tuple(name for name in CONFIDENCE_FIGURES if name != AUROC)

#: Every how many of the SQuAD questions is asked of the other documents: about as many as those have questions.
OFF_TOPIC_STEP = 10

SCIFACT, CLAPNQ, SQUAD = "scifact", "clapnq_dev", "squad2_dev_cs224n"


@dataclass(frozen=True, slots=True)
class PublicSet:
    """Questions on an index of one folder's documents.

    ``corpus`` is the folder of the documents, ``gold`` reads the questions from the folder that holds all sets,
    ``columns`` are the figures shown, ``published`` the names of others' systems with their figures.
    """

    name: str
    corpus: str
    about: str
    gold: Callable[[Path], Gold]
    columns: tuple[str, ...]
    published: dict[str, dict[str, str]] = field(default_factory=dict)


def judged(folder: str) -> Callable[[Path], Gold]:
    """The questions of a set of which documents are judged only."""
    return lambda data: read_beir(data / folder)


def quoted(folder: str, parity: int | None = None) -> Callable[[Path], Gold]:
    """The questions of a set with gold quotes, all or those of one half."""
    return lambda data: Gold(tuple(_quoted(data / folder, parity)))


def beside_off_topic(data: Path) -> Gold:
    """The answerable questions of CLAPNQ, and as many of SQuAD's test half that are about other documents."""
    answerable = [question for question in _quoted(data / CLAPNQ, None) if question.answerable]
    paragraphs = documents(data / SQUAD)
    _, asked = half(paragraphs, questions(data / SQUAD, texts_of(paragraphs)), ODD)
    return Gold((*answerable, *off_topic(asked[::OFF_TOPIC_STEP])))


def _quoted(folder: Path, parity: int | None) -> list[GoldQuestion]:
    articles = documents(folder)
    texts = texts_of(articles)
    asked = questions(folder, texts)
    if parity is not None:
        _, asked = half(articles, asked, parity)
    return [gold_question(question, texts) for question in asked]


TEST_SETS = (
    PublicSet(
        SCIFACT,
        SCIFACT,
        "SciFact in BEIR, test claims; documents judged only.",
        judged(SCIFACT),
        (*RANKING, *CORRECTNESS),
        published={
            "BM25 (BEIR, Pyserini, bm25s)": {"nDCG@10": ".679–.687"},
            "all-MiniLM-L6-v2": {"nDCG@10": ".645"},
            "bge-small": {"nDCG@10": ".713"},
            "BM25 + bge-base, min–max": {"nDCG@10": ".747"},
        },
    ),
    PublicSet(
        CLAPNQ,
        CLAPNQ,
        "CLAPNQ dev over its own passages; gold sentences; half of the questions not answered by their passage.",
        quoted(CLAPNQ),
        (*RANKING, *QUOTES, *CONFIDENCE),
    ),
    PublicSet(
        "squad2_odd",
        SQUAD,
        "SQuAD 2.0, questions on odd-numbered paragraphs over all paragraphs; unanswerable ones written to mislead.",
        quoted(SQUAD, ODD),
        (*RANKING, *QUOTES, *CONFIDENCE),
    ),
    PublicSet(
        "chroma_chunking_eval",
        "chroma_chunking_eval",
        "Chroma's chunking evaluation, five long documents; the first quote against the excerpt it fits best.",
        quoted("chroma_chunking_eval"),
        ("R@1", *QUOTES, *CORRECTNESS),
    ),
    PublicSet(
        "off_topic",
        CLAPNQ,
        f"CLAPNQ's answerable questions and every {OFF_TOPIC_STEP}th of squad2_odd, over CLAPNQ's passages.",
        beside_off_topic,
        CONFIDENCE,
    ),
)

TUNING_SETS = (
    PublicSet(
        "scifact_train",
        SCIFACT,
        "SciFact in BEIR, training claims; documents judged only.",
        judged("scifact_train"),
        (*RANKING, *CORRECTNESS),
    ),
    PublicSet(
        "squad2_even",
        SQUAD,
        "SQuAD 2.0, questions on even-numbered paragraphs over all paragraphs; unanswerable ones written to mislead.",
        quoted(SQUAD, EVEN),
        (*RANKING, *QUOTES, *CONFIDENCE),
    ),
    PublicSet(
        "timeqa_human_train",
        "timeqa_human_train",
        "TimeQA, human-written training questions that differ by their dates; whole Wikipedia pages.",
        quoted("timeqa_human_train"),
        (*RANKING, *QUOTES, *CONFIDENCE),
    ),
)

"""SciFact's dense search as others published it: one vector an abstract, of as much as the model reads of it.

The index does better than that, because it cuts longer abstracts into passages and ranks an abstract by its best one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from public_sets import documents

from qa.config import DEFAULT_MODEL
from qa.evaluation.gold import Gold
from qa.evaluation.ranking_measures import ranking_measures
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder

#: Documents ranked a question.
DEPTH = 100


def dense(corpus: Path, gold: Gold, measure: str) -> float:
    """The mean of a ranking measure, over the questions, of the cosine with each document's one vector."""
    articles = documents(corpus)
    encoder = SentenceTransformerEncoder(DEFAULT_MODEL)
    # What does not fit is cut off by the library here: that is how the published figure was made.
    vectors = encoder.encode_passages([f"{article.title} {article.text}" for article in articles])
    run: dict[str, Mapping[str, float]] = {}
    for question in gold.questions:
        scores = vectors @ encoder.encode_query(question.question)
        run[question.query_id] = first([article.id for article in articles], scores)
    values = ranking_measures(gold.qrels, run)
    return float(np.mean([values[question.query_id][measure] for question in gold.questions]))


def first(doc_ids: Sequence[str], scores: NDArray[np.floating]) -> dict[str, float]:
    """The best documents with their scores, of equal ones the earlier."""
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    return {doc_ids[n]: float(scores[n]) for n in best}

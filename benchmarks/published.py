"""SciFact's dense search as others published it: one vector an abstract, of as much as the model reads of it.

The index does better than that, because it cuts longer abstracts into passages and ranks an abstract by its best one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from public_sets import documents

from qa.config import DEFAULT_MODEL
from qa.encoders.sentence_transformers import SentenceTransformerEncoder
from qa.evaluation.gold import Gold
from qa.evaluation.ranking_measures import ranking_measures

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
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        run[question.query_id] = {articles[n].id: float(scores[n]) for n in best}
    values = ranking_measures(gold.qrels, run)
    return float(np.mean([values[question.query_id][measure] for question in gold.questions]))

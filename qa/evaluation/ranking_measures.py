"""How well documents are ranked: nDCG, recall and reciprocal rank, computed by ir-measures.

ir-measures (MacAvaney, Macdonald & Ounis, "Streamlining Evaluation with ir-measures", ECIR 2022) calls trec_eval's own
code. nDCG takes the relevance grade itself as gain (Järvelin & Kekäläinen, TOIS 2002), as BEIR does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from qa.errors import UsageError
from qa.evaluation.trec import Qrels, Run
from qa.types import Hit

RANKING_MEASURES = ("nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10")


def rank_documents(hits: Iterable[Hit]) -> dict[str, float]:
    """Ranked passages, best first -> ranked documents with the score of their best passage, best first.

    Scores strictly decrease: tools break ties each in their own way, so that a tie is lowered by the smallest step of
    32 bits, in which trec_eval holds scores.
    """
    ranking: dict[str, float] = {}
    last = np.float32(np.inf)
    for hit in hits:
        if hit.document.id not in ranking:
            last = min(np.float32(hit.score), np.nextafter(last, np.float32(-np.inf)))
            ranking[hit.document.id] = float(last)
    return ranking


def ranking_measures(qrels: Qrels, run: Run) -> dict[str, dict[str, float]]:
    """``RANKING_MEASURES`` of every judged query, by query id; all 0 for one that the run lacks.

    Raises UsageError for an id with a NUL, at which trec_eval would cut it and take it for another one.
    """
    import ir_measures

    _check(qrels)
    _check(run)
    values = {query_id: dict.fromkeys(RANKING_MEASURES, 0.0) for query_id in qrels}
    measures = [ir_measures.parse_measure(name) for name in RANKING_MEASURES]
    for metric in ir_measures.iter_calc(measures, qrels, run):
        values[metric.query_id][str(metric.measure)] = float(metric.value)
    return values


def _check(documents: Mapping[str, Iterable[str]]) -> None:
    for query_id, ids in documents.items():
        for name in (query_id, *ids):
            if "\0" in name:
                raise UsageError(f"the id {name!r} has a NUL character", "give it another one")

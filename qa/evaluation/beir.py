"""Gold from a folder in the BEIR layout (Thakur et al., "BEIR: A Heterogenous Benchmark for Zero-shot Evaluation of
Information Retrieval Models", NeurIPS 2021 Datasets and Benchmarks, arXiv:2104.08663).

Judged are documents, not quotes. ``corpus.jsonl`` is for ``qa index``, which reads it as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.evaluation.gold import Gold, GoldEntry, GoldQuestion
from qa.evaluation.lines import lines, records

QUERIES = "queries.jsonl"
QRELS = ("qrels.tsv", "qrels/test.tsv")
COLUMNS = ("query-id", "corpus-id", "score")

#: The kind of every question, since the layout does not tell any.
KIND = "beir"


def read_beir(folder: Path) -> Gold:
    """The queries that have at least one relevant document, in the order of ``queries.jsonl``; the others are counted.

    A score of 0 or less is not relevant. Raises UsageError that names the file and the line.
    """
    queries = {query_id: (where, text) for where, query_id, text in _queries(folder / QUERIES)}
    qrels = _qrels_file(folder)
    relevant: dict[str, dict[str, GoldEntry]] = {}
    for where, query_id, doc_id, score in _judgements(qrels):
        if query_id not in queries:
            raise UsageError(f"{where}: {QUERIES} has no query {query_id!r}", "add it, or remove the line")
        if score > 0:
            if doc_id in relevant.setdefault(query_id, {}):
                raise UsageError(f"{where} judges a document again", "remove one of the lines")
            relevant[query_id][doc_id] = GoldEntry(doc_id, relevance=score, where=where)
    if not relevant:
        raise UsageError(f"{qrels} judges no document relevant", "check its scores")
    questions = tuple(
        GoldQuestion(query_id, text, True, KIND, tuple(relevant[query_id].values()), where)
        for query_id, (where, text) in queries.items()
        if query_id in relevant
    )
    return Gold(questions, left_out=len(queries) - len(questions))


def _queries(path: Path) -> Iterator[tuple[str, str, str]]:
    ids: set[str] = set()
    for where, record in records(path):
        query_id, text = _identifier(record, where), record.get("text")
        if not isinstance(text, str) or not text.strip():
            raise UsageError(f"{where} has no text", "give the question in the field 'text'")
        if query_id in ids:
            raise UsageError(f"{where} has the id of another query, {query_id!r}", "give each its own")
        ids.add(query_id)
        yield where, query_id, text


def _identifier(record: Mapping[str, Any], where: str) -> str:
    value = record.get("_id", record.get("id"))
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise UsageError(f"{where} has no id", "give a text or a whole number in the field '_id' or 'id'")
    return str(value)


def _qrels_file(folder: Path) -> Path:
    for name in QRELS:
        if (folder / name).is_file():
            return folder / name
    raise UsageError(f"{folder} holds neither {' nor '.join(QRELS)}", "add the judgements, or name a JSONL file")


def _judgements(path: Path) -> Iterator[tuple[str, str, str, int]]:
    """Where each line stands, its query id, document id and score."""
    rows = ((where, [cell.strip() for cell in line.split("\t")]) for where, line in lines(path))
    header = next(rows, (f"{path}:1", []))
    if any(column not in header[1] for column in COLUMNS):
        raise UsageError(f"{header[0]} is no header", f"begin with {', '.join(COLUMNS)}, separated by tabs")
    places = [header[1].index(column) for column in COLUMNS]
    for where, cells in rows:
        if len(cells) != len(header[1]):
            raise UsageError(f"{where} has {len(cells)} columns, not {len(header[1])}", "separate them by tabs")
        query_id, doc_id, score = (cells[place] for place in places)
        try:
            yield where, query_id, doc_id, int(score)
        except ValueError:
            raise UsageError(f"{where}: the score {score!r} is not a whole number", "correct the line") from None

"""Runs and qrels in the formats of trec_eval (https://github.com/usnistgov/trec_eval), one line a document:

    run     query_id Q0 doc_id rank score tag
    qrels   query_id 0 doc_id relevance

Columns are separated by white space, which ids must therefore not hold: there it is written as in a URL (``%20``), and
so is the percent sign (``%25``). Reading turns both back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar
from urllib.parse import quote, unquote

from qa.errors import UsageError
from qa.evaluation.lines import lines, write_text

#: Scores of documents by query: the higher the better.
Run: TypeAlias = Mapping[str, Mapping[str, float]]
#: Relevance of documents by query: 0 is not relevant.
Qrels: TypeAlias = Mapping[str, Mapping[str, int]]

TAG = "qa"

_T = TypeVar("_T")

_UNSAFE = re.compile(r"[\s%]")
_RUN_COLUMNS = ("query_id", "Q0", "doc_id", "rank", "score", "tag")
_QRELS_COLUMNS = ("query_id", "0", "doc_id", "relevance")


def write_run(path: Path, run: Run) -> None:
    """Writes every query's documents, best first, ranks from 1; equal scores stay in their order. Raises QAError."""
    rows = (
        f"{_escaped(query_id)} Q0 {_escaped(doc_id)} {rank} {score!r} {TAG}\n"
        for query_id, scores in run.items()
        for rank, (doc_id, score) in enumerate(sorted(scores.items(), key=lambda row: -row[1]), start=1)
    )
    write_text(path, "".join(rows))


def write_qrels(path: Path, qrels: Qrels) -> None:
    """Writes every judgement. Raises QAError."""
    rows = (
        f"{_escaped(query_id)} 0 {_escaped(doc_id)} {relevance}\n"
        for query_id, grades in qrels.items()
        for doc_id, relevance in grades.items()
    )
    write_text(path, "".join(rows))


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """A run. As in trec_eval the scores decide, whatever the ranks are. Raises UsageError that names the line."""
    run: dict[str, dict[str, float]] = {}
    for where, (query_id, _, doc_id, _, score, _) in _rows(path, _RUN_COLUMNS):
        _add(run.setdefault(query_id, {}), doc_id, _number(score, where), where)
    return run


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """The judgements. Raises UsageError that names the line."""
    qrels: dict[str, dict[str, int]] = {}
    for where, (query_id, _, doc_id, relevance) in _rows(path, _QRELS_COLUMNS):
        try:
            _add(qrels.setdefault(query_id, {}), doc_id, int(relevance), where)
        except ValueError:
            raise UsageError(f"{where}: the relevance {relevance!r} is not a whole number", "correct it") from None
    return qrels


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    for where, line in lines(path):
        cells = [unquote(cell) if "%" in cell else cell for cell in line.split()]
        if len(cells) != len(columns):
            raise UsageError(f"{where} has {len(cells)} columns, not {len(columns)}", f"write {' '.join(columns)}")
        yield where, cells


def _add(row: dict[str, _T], doc_id: str, value: _T, where: str) -> None:
    if doc_id in row:
        raise UsageError(f"{where} lists the document {doc_id!r} again", "remove one of the lines")
    row[doc_id] = value


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"{where}: the score {text!r} is not a number", "correct it")
    return value


def _escaped(name: str) -> str:
    return _UNSAFE.sub(lambda match: quote(match[0], safe=""), name)

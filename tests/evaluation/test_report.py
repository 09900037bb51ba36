"""Reports as JSON, and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from qa.errors import UsageError
from qa.evaluation.evaluate import evaluate
from qa.evaluation.report import MEASURES, read_report
from tests.evaluation.support import QUESTIONS, memory_index


@pytest.fixture(scope="module")
def report():
    return evaluate(memory_index(), QUESTIONS)


def test_json_holds_the_documented_fields(report) -> None:
    values = json.loads(report.to_json())
    assert list(values) == [
        "schema",
        "gold",
        "left_out",
        "index",
        "reranker",
        "k",
        "figures",
        "kinds",
        "confusion",
        "risk_coverage",
        "latency",
        "questions",
    ]
    assert values["schema"] == "qa/evaluation/1"
    assert values["index"] == {"generation": "generation", "embedder": "words", "documents": 4, "passages": 4}
    assert list(values["figures"]) == [*MEASURES, "AUROC", "AURC", "ECE"]
    assert set(values["figures"]["nDCG@10"]) == {"value", "low", "high", "n"}
    assert [question["query_id"] for question in values["questions"]] == ["ferry", "maps", "router"]


def test_a_report_is_read_as_it_was_written(report, tmp_path) -> None:
    file = tmp_path / "report.json"
    file.write_text(report.to_json(indent=2), encoding="utf-8")
    read = read_report(file)
    assert read == report
    assert read.latency == report.latency
    assert read.to_json() == report.to_json()


def test_a_reranker_is_kept_and_reports_of_before_there_were_any_are_read(report, tmp_path) -> None:
    assert report.reranker is None
    values = json.loads(replace(report, reranker="ab" * 32).to_json())
    file = tmp_path / "report.json"
    file.write_text(json.dumps(values))
    assert read_report(file).reranker == "ab" * 32
    file.write_text(json.dumps({name: value for name, value in values.items() if name != "reranker"}))
    assert read_report(file) == report


def test_what_steers_a_terminal_is_escaped_and_comes_back(report) -> None:
    hostile = "ferry\u202e \x9b31m\u061c"
    changed = replace(report, rows=(replace(report.rows[0], query_id=hostile), *report.rows[1:]))
    assert [mark for mark in ("\u202e", "\x9b", "\u061c") if mark in changed.to_json()] == []
    assert json.loads(changed.to_json())["questions"][0]["query_id"] == hostile


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"schema": "qa/answer/1"}', '{"schema": "qa/evaluation/1"}', "[" * 100_000],
)
def test_a_file_that_is_no_report_is_named(tmp_path, text) -> None:
    file = tmp_path / "old.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"old\.json is no report of this version"):
        read_report(file)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema", "qa/evaluation/2"),
        ("index", {"generation": "a"}),
        ("figures", None),
        ("kinds", {"fact": 1}),
        ("confusion", [1, 2, 3, 4]),
        ("questions", [{}]),
        ("questions", None),
    ],
)
def test_a_report_with_a_broken_or_missing_field_is_named(report, tmp_path, field, value) -> None:
    values = report.to_dict()
    file = tmp_path / "old.json"
    for broken in ({k: v for k, v in values.items() if k != field}, values | {field: value}):
        file.write_text(json.dumps(broken))
        with pytest.raises(UsageError, match="is no report"):
            read_report(file)


def test_a_reranker_that_is_no_text_is_no_report(report, tmp_path) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps(report.to_dict() | {"reranker": ["ab"]}))
    with pytest.raises(UsageError, match="is no report"):
        read_report(file)


def test_a_report_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"old\.json cannot be read \(No such file"):
        read_report(tmp_path / "old.json")

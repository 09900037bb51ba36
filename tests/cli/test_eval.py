"""``qa eval`` on the sample corpus."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

import qa
from qa.cli import evaluating
from qa.cli.evaluating import BY_KIND, FAILED, PASSED, failed_gates, gate, listed, render
from qa.cli.wrapping import MAX_WIDTH
from qa.config import DEFAULT_K
from qa.errors import UsageError
from qa.evaluation.compare import compare
from qa.evaluation.evaluate import evaluate
from qa.evaluation.ranking_measures import ranking_measures
from qa.evaluation.report import CONFIDENCE_FIGURES, MEASURES
from qa.evaluation.trec import read_qrels, read_run
from tests.cli.support import ESCAPES

STEERING = (*ESCAPES, "\u202e")

VOTES = "2024/oas-resolution-one-vote-short.md"
GOLD: list[dict[str, Any]] = [
    {
        "id": "votes",
        "question": "How many votes did the OAS resolution get?",
        "answerable": True,
        "kind": "number",
        "gold": [{"doc": VOTES, "quote": "got 17 votes, one fewer than the 18 it needed to pass"}],
    },
    {
        "id": "violence",
        "question": "Did Guaidó rule out violence?",
        "answerable": True,
        "kind": "fact",
        "gold": [{"doc": "2020/guaido-does-not-rule-out-violence.md", "quote": "did not rule out violence"}],
    },
    {
        "id": "foro",
        "question": "¿Cuántas muertes confirmó Foro Penal?",
        "answerable": True,
        "kind": "number",
        "gold": [{"doc": "2024/protestas-muertes-y-detenciones.md", "quote": "había confirmado 11 muertes"}],
    },
    {
        "id": "router\u202e",
        "question": "How do I reset my router password?",
        "answerable": False,
        "kind": "none\x9b31m",
        "gold": [],
    },
]


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    file = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in GOLD))
    return file


@pytest.fixture(scope="module")
def report(gold, corpus_index):
    with qa.open(corpus_index) as index:
        return evaluate(index, gold)


def with_measure(report, name, value):
    """The report with this value of a measure for every question that has it."""
    rows = (replace(r, measures={**r.measures, **({name: value} if name in r.measures else {})}) for r in report.rows)
    return replace(report, rows=tuple(rows))


class TestForPeople:
    def test_every_figure_is_shown_with_its_interval_and_questions(self, report):
        shown = render(report, None)
        assert set(report.figures) == {*MEASURES, *CONFIDENCE_FIGURES}
        for name, figure in report.figures.items():
            row = rf"^{name} +{figure.value:.4f} +\[{figure.low:.3f}, {figure.high:.3f}\] +{figure.n}$"
            assert re.search(row, shown, re.MULTILINE)

    def test_a_reranker_is_named_by_the_beginning_of_its_fingerprint(self, report):
        assert "reranker" not in render(report, None)
        shown = render(replace(report, reranker="0123456789abcdef" * 4), None)
        assert re.search(r"^reranker +0123456789ab$", shown, re.MULTILINE)

    def test_the_four_counts_and_the_kinds_are_shown(self, report):
        shown = render(report, None)
        assert re.search(r"^ +answered +abstained\nanswerable +3 +0\nunanswerable +0 +1$", shown, re.MULTILINE)
        assert re.search(rf"^kind +asked +{' +'.join(BY_KIND)}$", shown, re.MULTILINE)
        assert re.search(r"^number +2 +1\.0000 ", shown, re.MULTILINE)
        assert re.search(r"^none\S+ +1( +-){5} +1\.0000$", shown, re.MULTILINE)

    def test_the_same_report_is_neither_better_nor_worse(self, report):
        shown = render(report, compare(report, report))
        assert re.search(r"^nDCG@10 +1\.0000 +1\.0000 +\+0\.0000 +1\.0000 +0 +0$", shown, re.MULTILINE)
        assert " better:" not in shown
        assert " worse:" not in shown

    def test_questions_that_changed_are_listed(self, report):
        shown = render(report, compare(report, with_measure(report, "nDCG@10", 0.5)))
        assert re.search(r"^nDCG@10 +1\.0000 +0\.5000 +\+0\.5000 +0\.\d+ +3 +0$", shown, re.MULTILINE)
        assert "nDCG@10 better: votes, violence, foro" in shown.splitlines()

    def test_nothing_in_the_gold_steers_the_terminal(self, report):
        shown = render(report, compare(report, with_measure(report, "verdict", 0.5)))
        assert "router" in shown
        assert not any(mark in shown for mark in STEERING)

    def test_lines_fit_a_terminal(self, report):
        shown = render(report, compare(report, with_measure(report, "verdict", 0.5)))
        assert max(len(row) for row in shown.splitlines()) <= MAX_WIDTH


class TestGates:
    def test_a_figure_at_or_above_its_gate_passes(self, report):
        assert list(failed_gates(report, [gate("nDCG@10=1"), gate(" verdict = 0.5 ")])) == []

    def test_a_figure_below_its_gate_fails_and_says_which(self, report):
        value = report.figures["token-IoU"].value
        failed = failed_gates(report, [gate("nDCG@10=0.9"), gate("token-IoU=0.99")])
        assert list(failed) == [f"token-IoU is {value:.4f}, below 0.99"]

    def test_a_figure_that_the_gold_does_not_define_fails(self, report):
        without = replace(report, figures={k: v for k, v in report.figures.items() if k != "AUROC"})
        (failed,) = failed_gates(without, [gate("AUROC=0.5")])
        assert failed.startswith("AUROC is not defined for these gold questions")

    @pytest.mark.parametrize("name", ["ndcg", "ECE", "AURC", ""])
    def test_an_unknown_measure_is_refused_with_those_that_are_known(self, name):
        with pytest.raises(UsageError, match=r"no measure .*; use one of nDCG@10, R@1, .*, verdict, AUROC$"):
            gate(f"{name}=0.5")

    @pytest.mark.parametrize("text", ["nDCG@10", "nDCG@10=", "nDCG@10=high", "nDCG@10=70", "nDCG@10=-1", "R@1=nan"])
    def test_a_value_that_is_none_is_refused(self, text):
        with pytest.raises(UsageError, match=r"does not give a value from 0 to 1; write it as \S+=0\.70"):
            gate(text)


class TestRun:
    def test_json_run_and_qrels_agree(self, gold, corpus_index, report, tmp_path, capsys):
        run_file, qrels_file = tmp_path / "run", tmp_path / "qrels"
        code = evaluating.evaluate(
            gold, corpus_index, DEFAULT_K, as_json=True, run_file=run_file, qrels_file=qrels_file
        )
        printed = capsys.readouterr()
        assert (code, printed.err) == (PASSED, "")
        assert json.loads(printed.out) == report.to_dict() | {"latency": json.loads(printed.out)["latency"]}
        assert not any(mark in printed.out for mark in STEERING)
        assert json.loads(printed.out)["questions"][-1]["query_id"] == GOLD[-1]["id"]
        qrels = read_qrels(qrels_file)
        assert qrels == {g["id"]: {entry["doc"]: 1 for entry in g["gold"]} for g in GOLD if g["answerable"]}
        measured = ranking_measures(qrels, read_run(run_file))
        assert all(measured[r.query_id].items() <= r.measures.items() for r in report.rows if r.answerable)

    def test_a_failed_gate_and_a_regression_exit_with_1_and_say_which(self, corpus_index, tmp_path, capsys):
        many, old = tmp_path / "gold.jsonl", tmp_path / "old.json"
        many.write_text("".join(json.dumps(GOLD[0] | {"id": f"q{n}"}) + "\n" for n in range(12)))
        with qa.open(corpus_index) as index:
            # No real baseline can be better than what this index does.
            old.write_text(with_measure(evaluate(index, many), "verdict", 2.0).to_json())
        code = evaluating.evaluate(
            many, corpus_index, DEFAULT_K, as_json=True, baseline=old, fail_below=["token-IoU=0.99"]
        )
        printed = capsys.readouterr()
        assert code == FAILED
        below, worse = printed.err.splitlines()
        assert re.fullmatch(r"qa: token-IoU is 0\.\d{4}, below 0\.99", below)
        assert re.fullmatch(r"qa: verdict is worse than the baseline's: 1\.0000 after 2\.0000, p = 0\.00\d\d", worse)
        verdict = json.loads(printed.out)["comparison"]["differences"][-1]
        assert (verdict["measure"], verdict["change"]) == ("verdict", -1)
        assert verdict["worse"] == [f"q{n}" for n in range(12)]

    def test_a_folder_in_the_beir_layout(self, corpus_index, tmp_path, capsys):
        (tmp_path / "queries.jsonl").write_text('{"_id": "a", "text": "OAS votes?"}\n{"_id": "b", "text": "Other?"}\n')
        (tmp_path / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\na\t{VOTES}\t1\n")
        assert evaluating.evaluate(tmp_path, corpus_index, DEFAULT_K, as_json=False) == PASSED
        printed = capsys.readouterr()
        assert re.search(r"^gold +1 question, 1 answerable", printed.out)
        assert printed.err.splitlines() == ["1 query without a relevant document was left out"]

    @pytest.mark.parametrize("option", ["run_file", "qrels_file"])
    def test_a_folder_that_does_not_exist_is_told_before_any_work(self, tmp_path, option):
        file = tmp_path / "nowhere" / "file"
        with pytest.raises(UsageError, match=f"the folder of {file} does not exist"):
            evaluating.evaluate(tmp_path / "no gold", tmp_path / "no index", DEFAULT_K, as_json=True, **{option: file})

    def test_a_baseline_on_other_questions_is_refused_before_any_work(self, report, tmp_path):
        fewer, old = tmp_path / "fewer.jsonl", tmp_path / "old.json"
        fewer.write_text(json.dumps(GOLD[0]))
        old.write_text(report.to_json())
        with pytest.raises(UsageError, match="the baseline was measured with other gold questions"):
            evaluating.evaluate(fewer, tmp_path / "no index", DEFAULT_K, as_json=False, baseline=old)


def test_a_long_list_of_questions_is_cut() -> None:
    assert listed([f"q{n}" for n in range(12)]) == "q0, q1, q2, q3, q4, q5, q6, q7, q8, q9 and 2 more"
    assert listed([f"q{n}" for n in range(10)]) == "q0, q1, q2, q3, q4, q5, q6, q7, q8, q9"

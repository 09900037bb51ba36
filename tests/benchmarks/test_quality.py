"""The quality benchmark: what it asks, what it shows, and when it says that nothing is to be believed."""

from __future__ import annotations

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from qa.errors import UsageError
from tests.benchmarks.support import (
    MAPS,
    QUESTIONS,
    TEXTS,
    asked,
    machine,
    public_sets,
    quality,
    quality_sets,
    write_set,
)
from tests.evaluation.support import ARTICLES
from tests.support import ROOT

DATA = Path(ROOT, os.environ.get("QA_DATA", "../shared/data"))
SETS = [*quality_sets.TEST_SETS, *quality_sets.TUNING_SETS]
PUBLISHED = {quality.OKAPI: 0.685, quality.BM25: 0.685, quality.PUBLISHED: 0.645}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every set that the tests ask."""
    folder = tmp_path_factory.mktemp("data")
    for name in (quality_sets.SCIFACT, quality_sets.CLAPNQ, quality_sets.SQUAD):
        write_set(folder / name)
    return folder


def gold_of(name: str, folder: Path) -> Any:
    return next(one for one in SETS if one.name == name).gold(folder)


class TestHalves:
    @pytest.mark.parametrize(
        ("parity", "articles", "expected"),
        [
            (0, ["bakery.txt", "museum.txt"], ["buns", "maps"]),
            (1, ["ferry.txt", "town hall.txt"], ["ferry", "whales", "mayor"]),
        ],
    )
    def test_documents_count_from_0_and_questions_follow_theirs(self, data, parity, articles, expected):
        questions = public_sets.questions(data / quality_sets.SQUAD, TEXTS)
        chosen, belonging = public_sets.half(ARTICLES, questions, parity)
        assert [document.id for document in chosen] == articles
        assert [question.query_id for question in belonging] == expected

    def test_the_odd_half_is_for_testing_and_the_even_one_for_tuning(self, data):
        names = [[q.query_id for q in gold_of(name, data).questions] for name in ("squad2_odd", "squad2_even")]
        assert names == [["ferry", "whales", "mayor"], ["buns", "maps"]]


class TestGold:
    def test_every_span_is_a_gold_quote(self, data):
        maps = next(q for q in gold_of("clapnq_dev", data).questions if q.query_id == "maps")
        assert (maps.answerable, maps.quotes) == (True, {"museum.txt": (MAPS, "twelve maps")})

    def test_an_unanswerable_question_has_none(self, data):
        whales = next(q for q in gold_of("squad2_odd", data).questions if q.query_id == "whales")
        assert (whales.answerable, whales.gold) == (False, ())

    def test_a_span_without_a_word_leaves_the_document(self, tmp_path):
        folder = write_set(tmp_path / "set", [asked("stop", "What ends it?", "ferry.txt", ".")])
        (question,) = public_sets.questions(folder, TEXTS)
        (entry,) = public_sets.gold_question(question, TEXTS).gold
        assert (entry.doc_id, entry.quote) == ("ferry.txt", None)

    def test_a_wrong_offset_is_named_with_its_line(self, tmp_path):
        wrong = {**QUESTIONS[0], "spans": [{"doc_id": "bakery.txt", "start": 1, "end": 4, "text": "The"}]}
        folder = write_set(tmp_path / "set", [QUESTIONS[1], wrong])
        with pytest.raises(UsageError, match=r"queries\.jsonl:2: 'bakery\.txt' has another text at 1-4"):
            public_sets.questions(folder, TEXTS)

    def test_questions_on_other_documents_are_off_topic(self, data):
        gold = gold_of("off_topic", data)
        assert [q.query_id for q in gold.questions if q.answerable] == ["buns", "ferry", "maps", "mayor"]
        assert [q.query_id for q in gold.questions if not q.answerable] == ["off-topic ferry"]


class TestGate:
    def test_figures_near_the_published_ones_pass(self):
        for values in (PUBLISHED, dict.fromkeys(PUBLISHED, 0.671) | {quality.PUBLISHED: 0.636}):
            assert quality.misses(values) == []

    @pytest.mark.parametrize("system", PUBLISHED)
    @pytest.mark.parametrize("change", [-0.03, 0.03])
    def test_one_that_is_far_off_is_named(self, system, change):
        (said,) = quality.misses(PUBLISHED | {system: PUBLISHED[system] + change})
        assert said.startswith(system)

    def test_without_its_set_nothing_was_checked(self, tmp_path):
        said, passed = quality.gate([], tmp_path)
        assert passed
        assert "not checked" in said


class Ran(NamedTuple):
    code: int
    out: str
    err: str
    values: dict[str, Any]


@pytest.mark.slow
class TestRun:
    @pytest.fixture(scope="class")
    @staticmethod
    def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
        return tmp_path_factory.mktemp("run")

    @pytest.fixture(scope="class")
    @staticmethod
    def ran(data: Path, folder: Path) -> Ran:
        """A run on three sets; what it printed is read from its files, so that the class shares it."""
        out, err, file = io.StringIO(), io.StringIO(), folder / "quality.md"
        words = ["--data", data, "--work", folder / "work", "--output", file]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = quality.main([*map(str, words), "--only", "scifact", "squad2_odd", "off_topic"])
        assert file.read_text(encoding="utf-8") == out.getvalue()
        return Ran(code, out.getvalue(), err.getvalue(), json.loads(file.with_suffix(".json").read_text()))

    def test_the_gate_fails_where_everything_is_found_and_the_table_is_printed_all_the_same(self, ran):
        assert ran.code == 1
        (said,) = [line for line in ran.err.splitlines() if "gate" in line]
        assert "FAILED" in said
        assert "| default | 1.000 | 1.000 |" in ran.out

    def test_every_set_has_a_row_for_every_system(self, ran):
        assert list(ran.values["sets"]) == ["scifact", "squad2_odd", "off_topic"]
        for result in ran.values["sets"].values():
            assert list(result["rows"]) == list(quality.SYSTEMS)

    def test_every_figure_has_its_interval(self, ran):
        figures = ran.values["sets"]["squad2_odd"]["rows"]["default"]["figures"]
        assert set(quality_sets.RANKING + quality_sets.QUOTES + quality_sets.CONFIDENCE) <= set(figures)
        for figure in figures.values():
            assert figure["low"] <= figure["value"] <= figure["high"]

    def test_quotes_are_measured_on_the_answerable_questions_of_the_half(self, ran):
        squad = ran.values["sets"]["squad2_odd"]
        assert squad["questions"] == {"answerable": 2, "unanswerable": 1}
        assert squad["index"]["documents"] == 4
        # "nine", a word of the nine of its sentence; and a whole sentence.
        figures = {name: figure["value"] for name, figure in squad["rows"]["default"]["figures"].items()}
        assert figures["token-P"] == pytest.approx((1 / 9 + 1) / 2)
        assert (figures["quote@1"], figures["overlap@1"], figures["token-R"]) == (1, 1, 1)

    def test_published_figures_stand_beside_ours(self, ran):
        assert "| *published: all-MiniLM-L6-v2* | .645 |" in ran.out

    def test_command_commit_and_machine_are_told(self, ran):
        for name in ("command", "commit", "machine", "gate"):
            assert ran.values[name]
            assert f"- {name}: {ran.values[name]}" in ran.out

    def test_a_command_tells_no_place_of_this_machine(self, monkeypatch):
        monkeypatch.setattr("sys.argv", ["benchmarks/quality.py", "--work", "/somewhere/else", "--limit", "3"])
        assert machine.command() == "python benchmarks/quality.py --work …/else --limit 3"

    @pytest.mark.usefixtures("ran")
    def test_a_limit_takes_every_nth_question_and_the_index_that_is_there(self, data, folder, capsys):
        before = (folder / "work" / "scifact" / "CURRENT").read_bytes()
        words = ["--data", str(data), "--work", str(folder / "work"), "--only", "scifact", "--limit", "2"]
        assert quality.main(words) == 0
        shown = capsys.readouterr().out
        assert "questions: 2 beir" in shown
        assert "the reproduction gate was not checked" in shown
        assert (folder / "work" / "scifact" / "CURRENT").read_bytes() == before


class TestWords:
    def test_a_folder_without_the_set_is_one_line(self, tmp_path, capsys):
        assert quality.main(["--data", str(tmp_path), "--only", "scifact"]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1

    @pytest.mark.parametrize("words", [["--only", "squad2_even"], ["--limit", "0"], ["--output", "table.json"]])
    def test_words_that_do_not_fit_are_refused(self, words, tmp_path, capsys):
        with pytest.raises(SystemExit, match="2"):
            quality.main(["--data", str(tmp_path), *words])
        assert words[0] in capsys.readouterr().err


@pytest.mark.skipif(not DATA.is_dir(), reason="the public sets are not here: set QA_DATA to their folder")
@pytest.mark.parametrize(
    ("name", "answerable", "unanswerable"),
    [
        ("scifact", 300, 0),
        ("scifact_train", 809, 0),
        ("clapnq_dev", 300, 300),
        ("squad2_odd", 1460, 1595),
        ("squad2_even", 1450, 1573),
        ("chroma_chunking_eval", 472, 0),
        ("timeqa_human_train", 982, 189),
        ("off_topic", 300, 306),
    ],
)
def test_the_public_sets_are_read_as_they_are(name, answerable, unanswerable):
    questions = gold_of(name, DATA).questions
    assert sum(question.answerable for question in questions) == answerable
    assert len(questions) == answerable + unanswerable

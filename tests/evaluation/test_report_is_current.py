"""eval/REPORT.md is about the questions and measures that there are now; its figures are not compared."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from qa.evaluation.evaluate import evaluate
from qa.evaluation.reading import read_gold
from qa.evaluation.report import CONFIDENCE_FIGURES, MEASURES, VERDICT, Latency, Report
from tests.evaluation.support import QUESTIONS, fact, memory_index
from tests.support import ROOT

GOLD, PAGE = ROOT / "eval" / "gold.jsonl", ROOT / "eval" / "REPORT.md"
RECORDS = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
ANSWERABLE = sum(record["answerable"] for record in RECORDS)


def load(file: Path) -> Any:
    """A script as a module."""
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generator = load(ROOT / "eval" / "report.py")


def tables(text: str) -> dict[str, list[list[str]]]:
    """The cells of the table below each heading, without the line that parts head and body."""
    by_name = {}
    for section in text.split("\n## ")[1:]:
        title, *lines = section.splitlines()
        by_name[title] = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return by_name


@dataclass(frozen=True)
class Structure:
    """What a page is about: all that it says but the figures."""

    gold: str
    questions: tuple[int, int]
    figures: tuple[tuple[str, int], ...]
    by_kind: tuple[str, ...]
    kinds: tuple[tuple[str, int], ...]
    confusion: tuple[int, int]


def structure(text: str) -> Structure:
    """The structure that a page has."""
    match = re.search(r"^- Gold: (\d+) questions, (\d+) answerable; fingerprint `(\w+)`$", text, re.MULTILINE)
    assert match, "the page does not say which gold it was measured with"
    current = tables(text)
    kinds, counts = current["By kind of question"], current["Answered or abstained"]
    return Structure(
        gold=match[3],
        questions=(int(match[1]), int(match[2])),
        figures=tuple((row[0].removesuffix(" (less is better)"), int(row[-1])) for row in current["Figures"][1:]),
        by_kind=tuple(kinds[0][2:]),
        kinds=tuple((row[0], int(row[1])) for row in kinds[1:]),
        confusion=(int(counts[1][1]) + int(counts[1][2]), int(counts[2][1]) + int(counts[2][2])),
    )


def current() -> Structure:
    """The structure that a page of now has, counted in the gold itself."""
    of_all = (VERDICT, *CONFIDENCE_FIGURES)
    return Structure(
        gold=read_gold(GOLD).fingerprint,
        questions=(len(RECORDS), ANSWERABLE),
        figures=tuple((n, len(RECORDS) if n in of_all else ANSWERABLE) for n in (*MEASURES, *CONFIDENCE_FIGURES)),
        by_kind=MEASURES,
        kinds=tuple(sorted(Counter(record["kind"] for record in RECORDS).items())),
        confusion=(ANSWERABLE, len(RECORDS) - ANSWERABLE),
    )


@pytest.fixture(scope="module")
def text() -> str:
    """The page in the repository."""
    assert PAGE.is_file(), "eval/REPORT.md is missing: make report writes it"
    return PAGE.read_text(encoding="utf-8")


class TestCommitted:
    def test_it_is_about_the_questions_and_measures_of_now(self, text):
        assert structure(text) == current(), "eval/REPORT.md is stale: make report writes it anew"

    def test_the_questions_listed_are_those_that_the_figures_count(self, text):
        current = tables(text)
        figures = {row[0]: row[1] for row in current["Figures"]}
        failed = current["First quote not a gold one"][1:]
        assert figures["quote@1"] == f"{1 - len(failed) / ANSWERABLE:.3f}"
        answered = current["Answered, although no article tells"][1:]
        assert current["Answered or abstained"][2][1] == str(len(answered))

    def test_the_questions_listed_are_those_of_the_gold(self, text):
        records = {record["id"]: record for record in RECORDS}
        current = tables(text)
        for title, answerable in (("First quote not a gold one", True), ("Answered, although no article tells", False)):
            for query_id, kind, question in current[title][1:]:
                record = records[query_id]
                assert (kind, question, answerable) == (record["kind"], record["question"], record["answerable"])

    def test_it_says_nothing_that_differs_every_time(self, text):
        assert not re.search(r"latency|\bms\b|seconds", text, re.IGNORECASE)


class TestMade:
    @pytest.fixture(scope="class")
    @staticmethod
    def report() -> Report:
        """A measurement with two answerable questions and another one."""
        return evaluate(memory_index(), QUESTIONS)

    def test_it_is_about_what_was_measured(self, report):
        assert structure(generator.page(report, report, "`abc`")) == Structure(
            gold=report.gold,
            questions=(3, 2),
            figures=(*((name, 2) for name in MEASURES[:-1]), *((n, 3) for n in ("verdict", "AUROC", "AURC", "ECE"))),
            by_kind=MEASURES,
            kinds=(("fact", 1), ("number", 1), ("unanswerable", 1)),
            confusion=(2, 1),
        )

    def test_a_page_of_other_questions_is_stale(self, report):
        assert structure(generator.page(report, report, "`abc`")) != current()

    def test_the_same_measurement_gives_the_same_page(self, report):
        slower = replace(report, latency=Latency(1.0, 2.0))
        assert generator.page(slower, report, "`abc`") == generator.page(report, report, "`abc`")

    def test_it_tells_what_the_reader_changes(self, report):
        rows = tables(generator.page(report, replace(report, rows=report.rows), "`abc`"))["Without the reader"]
        figures = {name: values for name, *values in rows if name in report.figures}
        assert figures.keys() == report.figures.keys()
        assert all(without == read for without, read, _ in figures.values())
        assert {name for name, (_, _, p) in figures.items() if p == "–"} <= set(CONFIDENCE_FIGURES)

    def test_a_bar_in_a_question_does_not_end_its_cell(self):
        asked = fact("bar", "When | how does the ferry depart?", "museum.txt", "twelve maps")
        measured = evaluate(memory_index(), [asked])
        page = generator.page(measured, measured, "`abc`")
        assert tables(page)["First quote not a gold one"][1] == ["bar", "fact", r"When \| how does the ferry depart?"]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
class TestCommit:
    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        """A repository with one commit."""
        (tmp_path / "eval").mkdir()
        (tmp_path / "eval" / "REPORT.md").write_text("old")
        (tmp_path / "code.py").write_text("old")
        for words in ("init -q", "add .", "-c user.name=n -c user.email=e -c commit.gpgsign=false commit -q -m one"):
            subprocess.run(["git", *words.split()], cwd=tmp_path, check=True)
        return tmp_path

    def test_a_clean_tree_is_named_by_its_commit(self, checkout):
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, check=True, text=True)
        assert generator.commit_of(checkout) == f"`{head.stdout[:12]}`"

    def test_the_page_itself_is_no_change(self, checkout):
        (checkout / "eval" / "REPORT.md").write_text("new")
        assert "with changes" not in generator.commit_of(checkout)

    @pytest.mark.parametrize("name", ["code.py", "more.py"])
    def test_any_other_change_is_told(self, checkout, name):
        (checkout / name).write_text("new")
        assert generator.commit_of(checkout).endswith("` with changes")

    def test_a_folder_that_is_no_checkout(self, tmp_path):
        assert generator.commit_of(tmp_path) == "unknown (not a git checkout)"

"""``qa calibrate`` on an index of its own: what it says, what it writes, and what asks with it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import qa
from qa.answering.calibration import FittedCalibration, own_calibration, shipped
from qa.backends.addresses import store_at
from qa.backends.base import CALIBRATION_FILE
from qa.cli import calibrating
from qa.cli.calibrating import DONE, NOT_CERTIFIED
from qa.cli.output import percent
from qa.cli.wrapping import MAX_WIDTH
from qa.errors import ConfigError, IndexDamagedError, IndexNotFoundError, QAError, UsageError
from tests.cli.support import qa as run_qa
from tests.cli.support import words_of
from tests.evaluation.calibration_support import PAIRS, build_index, right, unrelated, write_lines, wrong

#: Of 21 answered certifying questions, all right, the bound is 1 - (0.05 / 20) ** (1 / 21) = 0.248.
ERROR = 0.25

#: An error and a level so lax that a handful of questions is enough: 1 - (0.5 / 20) ** (1 / 2) is 0.84 already.
LAX = (0.95, 0.5)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    return build_index(tmp_path_factory.mktemp("calibrated"))


@pytest.fixture
def index(built, tmp_path) -> Path:
    """An index that the test may calibrate."""
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture(scope="module")
def gold(tmp_path_factory) -> Path:
    rows = [*(right(*pair) for pair in PAIRS), *(unrelated(n) for n in range(10))]
    return write_lines(tmp_path_factory.mktemp("gold") / "gold.jsonl", rows)


@pytest.fixture
def few(tmp_path) -> Path:
    return write_lines(tmp_path / "few.jsonl", [right(*pair) for pair in PAIRS[:8]])


@pytest.fixture
def some(tmp_path) -> Path:
    """Enough questions for what is lax."""
    return write_lines(tmp_path / "some.jsonl", [right(*pair) for pair in PAIRS[:24]])


@pytest.fixture
def misleading(tmp_path) -> Path:
    """Every question looks as if it could be answered, and every second one cannot."""
    rows = [question(*pair) for pair in PAIRS[::2] for question in (right, wrong)]
    return write_lines(tmp_path / "misleading.jsonl", rows)


@pytest.fixture(scope="module")
def calibrated(built, gold, tmp_path_factory):
    """A calibrated copy of the index, and what the process that did it said."""
    index = Path(shutil.copytree(built, tmp_path_factory.mktemp("own") / "index"))
    return index, run_qa("calibrate", gold, "--index", index, "--error", str(ERROR))


def run(gold, index, error=ERROR, level=0.95, *, reset=False, as_json=False):
    return calibrating.calibrate(gold, str(index), error, level, reset=reset, as_json=as_json)


def own(index: Path) -> FittedCalibration:
    with qa.open(index) as opened:
        calibration = own_calibration(store_at(index), opened.info.embedder)
    assert calibration is not None
    return calibration


class TestSuccess:
    def test_it_says_what_changed_and_what_is_guaranteed(self, calibrated):
        index, ran = calibrated
        assert ran.code == DONE
        said = words_of(ran.out)
        assert "gold 45 questions to fit, 45 to certify" in said
        assert "certifying questions before after" in said
        assert (
            "with a probability of at least 95 % over the drawing of the certifying questions, at most 25 % of the "
            "answered questions like these have a wrong first citation (0 of"
        ) in said
        assert "It says nothing of other kinds of questions, nor of articles that have changed since." in said
        assert ran.err == f"{index / CALIBRATION_FILE} was written; qa calibrate --reset removes it\n"
        assert max(map(len, ran.out.splitlines())) <= MAX_WIDTH

    def test_the_file_says_where_it_comes_from(self, calibrated):
        index, _ = calibrated
        calibration = own(index)
        with qa.open(index) as opened:
            info = opened.info
        assert calibration.provenance["embedder"] == info.embedder
        assert calibration.provenance["generation"] == info.generation
        assert (calibration.provenance["fitting"], calibration.provenance["certifying"]) == (45, 45)
        assert calibration.provenance["judged"] == "quote"
        guarantee = calibration.guarantee
        assert guarantee is not None
        assert (guarantee.error, guarantee.level, guarantee.certifying) == (ERROR, 0.95, 45)
        assert guarantee.wrong == 0
        assert guarantee.bound == pytest.approx(1 - 0.0025 ** (1 / guarantee.answered))
        assert sorted(file.name for file in index.iterdir()) == [
            "CURRENT",
            "LOCK",
            CALIBRATION_FILE,
            "generations",
            "stamps.json",
        ]

    def test_answers_use_it(self, calibrated, built):
        index, _ = calibrated
        questions = [right(*pair)["question"] for pair in PAIRS]
        with qa.open(index) as after, qa.open(built) as before:
            answer = next(answer for answer in map(after.ask, questions) if answer.answered)
            assert answer.id != before.ask(answer.question).id
            values = answer.evidence
        calibration = own(index).calibration
        total = calibration.bias + sum(weight * values[name] for name, weight in calibration.weights.items())
        assert answer.confidence == pytest.approx(1 / (1 + 2.718281828459045**-total), abs=1e-4)

    def test_status_shows_it_with_its_guarantee(self, calibrated, built):
        index, _ = calibrated
        calibration = own(index)
        line = f"calibration of this index, answers from confidence {calibration.calibration.threshold:.4f} on"
        guarantee = calibration.guarantee
        assert guarantee is not None
        counts = f"({guarantee.wrong} of {guarantee.answered} were wrong, bound {percent(guarantee.bound)})"
        sentence = f"{line}; at most 25 % of answers wrong, at level 95 % {counts} "
        assert sentence in words_of(run_qa("status", "--index", index).out)
        shown = run_qa("status", "--index", index, "--json").json["calibration"]
        assert shown == {
            "of": "index",
            "threshold": calibration.calibration.threshold,
            "guarantee": calibration.provenance["guarantee"],
            "same_articles": True,
        }
        threshold = shipped().calibration.threshold
        assert f"calibration shipped with qa, answers from confidence {threshold:.4f} on " in words_of(
            run_qa("status", "--index", built).out
        )

    def test_it_survives_an_update_and_status_says_that_the_articles_changed(self, calibrated, tmp_path):
        index = Path(shutil.copytree(calibrated[0], tmp_path / "index"))
        before = (index / CALIBRATION_FILE).read_bytes()
        more = tmp_path / "more.txt"
        more.write_text("The windmill of Ulvik grinds buckwheat in autumn.\n")
        assert run_qa("index", more, "--index", index, "--replace").code == 0
        assert (index / CALIBRATION_FILE).read_bytes() == before
        assert "; the articles have changed since " in words_of(run_qa("status", "--index", index).out)
        assert run_qa("status", "--index", index, "--json").json["calibration"]["same_articles"] is False

    def test_json_is_the_report(self, index, gold, calibrated, capsys):
        assert run(gold, index, as_json=True) == DONE
        values = json.loads(capsys.readouterr().out)
        assert next(iter(values)) == "schema"
        assert values["schema"] == "qa/calibration-report/1"
        assert (values["former"], values["judged"], values["unanswerable"]) == ("shipped", "quote", 10)
        assert values["after"]["wrong"] == 0
        assert values["choice"]["certified"]["answered"] == values["after"]["answered"]
        assert len(values["choice"]["candidates"]) == 10
        # The same questions give the same file.
        assert (index / CALIBRATION_FILE).read_bytes() == (calibrated[0] / CALIBRATION_FILE).read_bytes()

    def test_the_library_gives_the_report_and_what_was_in_force_before(self, index, some):
        report = qa.calibrate(index, some, *LAX)
        assert report.guarantee == own(index).guarantee
        again = qa.calibrate(str(index), str(some), *LAX)
        assert (report.former, again.former) == ("shipped", "index")
        assert again.before == report.after == again.after
        assert again.former_threshold == own(index).calibration.threshold

    def test_a_damaged_calibration_is_replaced(self, index, some):
        file = index / CALIBRATION_FILE
        file.write_text('{"schema": "qa/cal')
        with pytest.raises(IndexDamagedError, match=r"is not what was written, .*; run qa calibrate again"):
            qa.open(index)
        assert qa.status(index).to_dict()["calibration"]["error"].startswith(str(file))
        shown = run_qa("status", "--index", index)
        assert (shown.code, shown.err) == (0, "")
        assert f"calibration unusable: {file} is not what was written" in words_of(shown.out)
        report = qa.calibrate(index, some, *LAX)
        assert report.former == "unusable"
        assert own(index).guarantee == report.guarantee


class TestFailure:
    def test_too_few_questions_change_nothing_and_say_how_many_are_needed(self, built, few):
        ran = run_qa("calibrate", few, "--index", built)
        assert ran.code == NOT_CERTIFIED
        notes, why, what = ran.complaints
        assert notes == "the gold has no unanswerable questions: nothing is guaranteed about answers to such"
        match = re.fullmatch(
            r"qa: too few questions: the lowest threshold answers (\d) of 4 certifying questions, which bound the "
            r"error at (\S+) % even without a single mistake; for 10 % at least 57 answered ones are needed, and so "
            r"114 questions or more in all",
            why,
        )
        assert match is not None
        # 57 is the least n with 0.9 ** n <= 0.05 / 20.
        assert float(match[2]) == pytest.approx(100 * (1 - 0.0025 ** (1 / int(match[1]))), abs=0.01)
        assert what == "qa: nothing was written: the calibration that comes with qa stays in force"
        assert "before" in ran.out
        assert "guarantee" not in ran.out
        assert not (built / CALIBRATION_FILE).exists()

    def test_too_many_wrong_answers_change_nothing_and_say_the_lowest_bound(self, built, misleading, capsys):
        assert run(misleading, built) == NOT_CERTIFIED
        why, what = capsys.readouterr().err.splitlines()
        assert why.startswith(
            "qa: too many answers are wrong for an error of 25 %: the lowest bound of a threshold is "
        )
        assert what == "qa: nothing was written: the calibration that comes with qa stays in force"
        assert not (built / CALIBRATION_FILE).exists()

    def test_json_says_that_there_is_no_guarantee(self, built, few, capsys):
        assert run(few, built, as_json=True) == NOT_CERTIFIED
        values = json.loads(capsys.readouterr().out)
        assert values["guarantee"] is values["after"] is values["choice"]["certified"] is None

    def test_a_former_calibration_stays(self, calibrated, few, capsys):
        index, _ = calibrated
        before = (index / CALIBRATION_FILE).read_bytes()
        assert run(few, index) == NOT_CERTIFIED
        assert "the index's own former calibration stays in force" in capsys.readouterr().err
        assert (index / CALIBRATION_FILE).read_bytes() == before

    def test_a_damaged_one_stays_damaged_and_is_named(self, index, few, capsys):
        (index / CALIBRATION_FILE).write_text("{")
        assert run(few, index) == NOT_CERTIFIED
        assert (
            f"{index / CALIBRATION_FILE} still cannot be used; qa calibrate --reset removes it"
            in capsys.readouterr().err
        )

    def test_a_file_that_cannot_be_written_is_named(self, index, some):
        (index / CALIBRATION_FILE).mkdir()
        with pytest.raises(QAError, match=r"calibration\.json cannot be written \(Is a directory\)"):
            qa.calibrate(index, some, *LAX)
        assert sorted(file.name for file in index.iterdir()) == [
            "CURRENT",
            "LOCK",
            CALIBRATION_FILE,
            "generations",
            "stamps.json",
        ]

    def test_documents_without_quotes_are_said_to_judge(self, built, tmp_path, capsys):
        rows = [{"_id": str(n), "text": right(*pair)["question"]} for n, pair in enumerate(PAIRS[:6])]
        write_lines(tmp_path / "queries.jsonl", [*rows, {"_id": "unjudged", "text": "Why?"}])
        judged = "".join(f"{n}\t{'-'.join(pair)}\t1\n" for n, pair in enumerate(PAIRS[:6]))
        (tmp_path / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}")
        assert run(tmp_path, built) == NOT_CERTIFIED
        said = capsys.readouterr().err.splitlines()
        assert said[:2] == [
            "1 query without a relevant document was left out",
            "the gold has no quotes: a first citation counts as right if its document is",
        ]


class TestReset:
    def test_it_removes_the_calibration_and_says_so(self, calibrated, tmp_path):
        index = Path(shutil.copytree(calibrated[0], tmp_path / "index"))
        ran = run_qa("calibrate", "--reset", "--index", index)
        file = index / CALIBRATION_FILE
        assert (ran.code, ran.out) == (0, "")
        assert ran.err == f"{file} was removed: the calibration that comes with qa is in force\n"
        assert not file.exists()
        qa.open(index).close()
        again = run_qa("calibrate", "--reset", "--json", "--index", index)
        assert again.json == {"schema": "qa/calibration-reset/1", "index": str(index), "removed": False}
        assert again.code == 0
        assert again.err.startswith(f"{file} is not there, and so nothing was removed")

    def test_it_removes_a_damaged_one(self, index):
        (index / CALIBRATION_FILE).write_text("{")
        assert run(None, index, reset=True) == DONE
        qa.open(index).close()

    def test_a_folder_without_an_index_is_told(self, tmp_path):
        with pytest.raises(IndexNotFoundError, match="there is no index in"):
            run(None, tmp_path, reset=True)


class TestCalls:
    def test_neither_or_both_of_gold_and_reset_are_refused(self, gold, tmp_path):
        with pytest.raises(UsageError, match="GOLD is missing"):
            run(None, tmp_path)
        with pytest.raises(UsageError, match="--reset takes no GOLD"):
            run(gold, tmp_path, reset=True)

    @pytest.mark.parametrize(
        ("name", "value"), [("error", 0.0), ("error", 1.0), ("error", float("nan")), ("level", 95)]
    )
    def test_a_share_out_of_range_is_refused_before_any_work(self, gold, tmp_path, name, value):
        with pytest.raises(ConfigError, match=rf"{name} is .*; use a value from 0\.001 to 0\.999"):
            run(gold, tmp_path / "no index", **{name: value})

    def test_a_missing_index_is_told_in_one_line(self, gold, tmp_path):
        ran = run_qa("calibrate", gold, "--index", tmp_path / "nowhere")
        assert ran.code == 3
        assert ran.complaints == [f"qa: there is no index in {tmp_path / 'nowhere'}; qa index makes one"]


def test_a_share_is_shown_to_four_digits() -> None:
    assert (percent(0.07), percent(0.075), percent(0.999)) == ("7 %", "7.5 %", "99.9 %")

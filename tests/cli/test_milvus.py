"""The commands on an index in a cluster, here a file of Milvus Lite, to which the sample index was moved."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import qa as library
from qa.evaluation.reading import read_gold
from tests.cli.conftest import ALMAGRO
from tests.cli.support import Ran, qa
from tests.support import CORPUS, ROOT

pytestmark = pytest.mark.slow

DOCUMENT = "2024/almagro-asks-icc-for-arrest-warrant.md"


@dataclass(frozen=True)
class Moved:
    """The address, the cache that asking uses, and what moving said."""

    address: str
    cache: Path
    ran: Ran

    def qa(self, *words: str | Path) -> Ran:
        return qa(*words, "--index", self.address, XDG_CACHE_HOME=str(self.cache))


@pytest.fixture(scope="module")
def moved(corpus_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Moved:
    """The sample index in a cluster; whoever asks has nothing in the cache."""
    root = tmp_path_factory.mktemp("milvus")
    address = f"milvus+lite:{root}/news.db"
    ran = qa("index", "--from", corpus_index, "--index", address, XDG_CACHE_HOME=str(root / "mover"))
    return Moved(address, root / "asker", ran)


def test_moving_embeds_nothing(moved):
    assert (moved.ran.code, moved.ran.out) == (0, "")
    assert "14 documents" in moved.ran.err
    assert "0 texts embedded" in moved.ran.err


def test_an_answer_is_that_of_the_local_index(moved, ask):
    remote, local = (ran.json for ran in (moved.qa("ask", ALMAGRO, "--json"), ask(ALMAGRO, "--json")))
    for answer in (remote, local):
        del answer["seconds"]
    assert rounded(remote) == rounded(local)
    assert remote["citations"]


def rounded(value: object) -> object:
    """JSON values with numbers to three digits: the last ones are Milvus's own."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


def test_the_encoder_is_fetched_once_and_checked(moved):
    moved.qa("ask", ALMAGRO)
    (folder,) = (moved.cache / "qa" / "encoders").iterdir()
    names = {file.name for file in folder.iterdir()}
    assert {"encoder.json", "tokenizer.json", "model.onnx"} <= names
    (folder / "tokenizer.json").write_text("{}")
    assert moved.qa("ask", ALMAGRO).code == 0
    assert (folder / "tokenizer.json").read_text() != "{}"


def test_show_prints_the_document(moved):
    text = (CORPUS / DOCUMENT).read_bytes().decode()
    assert moved.qa("show", DOCUMENT).out == text


def test_status_tells_what_the_index_holds(moved, corpus_index):
    remote, local = (
        json.loads(ran.out) for ran in (moved.qa("status", "--json"), qa("status", "--json", "--index", corpus_index))
    )
    differing = {"index", "bytes", "created"}
    assert {k: v for k, v in remote.items() if k not in differing} == {
        k: v for k, v in local.items() if k not in differing
    }
    assert (remote["index"], remote["bytes"]) == (moved.address, None)
    assert moved.address in moved.qa("status").out
    assert len(moved.qa("status", "--documents").out.splitlines()) == 14


def test_verify_finds_the_sources_by_the_index(moved, ask, tmp_path):
    (tmp_path / "answer.json").write_text(ask(ALMAGRO, "--json").out)
    ran = moved.qa("verify", tmp_path / "answer.json")
    assert (ran.code, ran.out.splitlines()[-2][:9]) == (0, "verified:")


def test_the_index_is_brought_up_to_date_by_address_alone(moved):
    ran = moved.qa("index")
    assert (ran.code, ran.err.count("14 unchanged; 0 texts embedded")) == (0, 1), ran


def test_qa_index_may_be_an_address(moved):
    ran = qa("show", DOCUMENT, QA_INDEX=moved.address, XDG_CACHE_HOME=str(moved.cache))
    assert ran.code == 0


@pytest.mark.parametrize(
    ("words", "code", "parts"),
    [
        (["doctor"], 2, ["qa doctor does not work on", "Milvus's own tools"]),
        (["ask", ALMAGRO, "--lexical", "rank-bm25"], 2, ["rank-bm25 does not work on", "use bm25"]),
        (["show", "nothing.md"], 3, ["holds no document nothing.md"]),
        (["index", "--from", "index", "corpus"], 2, ["--from takes no articles"]),
        (["index", "--from", "no-such-folder"], 3, ["there is no index in no-such-folder"]),
    ],
)
def test_what_does_not_work_says_so_in_one_line(moved, words, code, parts):
    ran = moved.qa(*words)
    assert (ran.code, ran.out, len(ran.complaints)) == (code, "", 1), ran
    for part in parts:
        assert part in ran.err


@pytest.mark.parametrize(
    ("index", "code", "parts"),
    [
        ("milvus+lite:{}/nothing.db", 3, ["there is no index at", "qa index --index"]),
        ("milvus+lite:{}/no/folder.db", 3, ["there is no index at"]),
        ("milvus://127.0.0.1:1/news", 3, ["cannot be reached", "check host"]),
        ("milvus://u:s3cret@127.0.0.1:1/news", 2, ["leave user and password out", "QA_MILVUS_TOKEN"]),
        ("milvus://127.0.0.1", 2, ["is not the address of an index", "milvus://HOST"]),
    ],
)
def test_an_address_without_an_index_is_told_in_one_line(tmp_path, index, code, parts):
    ran = qa("ask", ALMAGRO, "--index", index.format(tmp_path), QA_MILVUS_TIMEOUT="0.5", QA_MILVUS_TOKEN="t0ken")
    assert (ran.code, ran.out, len(ran.complaints)) == (code, "", 1), ran
    assert "s3cret" not in ran.err
    assert "t0ken" not in ran.err
    for part in parts:
        assert part in ran.err
    assert [*tmp_path.iterdir()] == []


def test_the_way_back_into_a_folder_is_the_same(moved, tmp_path):
    ran = qa("index", "--from", moved.address, "--index", tmp_path / "copy", XDG_CACHE_HOME=str(moved.cache))
    assert (ran.code, "14 added" in ran.err, "0 texts embedded" in ran.err) == (0, True, True), ran
    assert "Almagro" in qa("ask", ALMAGRO, "--index", tmp_path / "copy").out


def test_a_calibration_is_removed_there_too(moved):
    ran = moved.qa("calibrate", "--reset")
    assert (ran.code, ran.out) == (0, "")
    assert "is not there" in ran.err


class TestGold:
    @pytest.fixture(scope="class")
    @staticmethod
    def indexes(moved: Moved, corpus_index: Path) -> Iterator[tuple[library.Index, library.Index]]:
        before = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = str(moved.cache)
        try:
            with library.open(corpus_index) as local, library.open(moved.address) as remote:
                yield local, remote
        finally:
            os.environ.pop("XDG_CACHE_HOME")
            if before is not None:
                os.environ["XDG_CACHE_HOME"] = before

    def test_every_gold_question_has_the_first_five_citations_of_the_local_index(self, indexes):
        local, remote = indexes
        differing = []
        questions = read_gold(ROOT / "eval" / "gold.jsonl").questions
        for gold in questions:
            ours, theirs = (index.ask(gold.question) for index in (local, remote))
            if shown(ours) != shown(theirs):
                differing.append(gold.query_id)
        assert len(questions) == 137
        assert differing == []


def shown(answer: library.Answer) -> tuple[bool, list[tuple[str, int, int, str]]]:
    """The verdict, and the passages and quotes in order."""
    cited = answer.citations or answer.nearest
    return answer.answered, [(c.document.id, c.passage.start, c.passage.end, c.quote.text) for c in cited]

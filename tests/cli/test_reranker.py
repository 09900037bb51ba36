"""``--reranker``: a cross-encoder of the user's own, as people use it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qa.models.torch.cross_encoder import CrossEncoderReranker
from tests import tiny_models
from tests.cli.conftest import ALMAGRO, Ask
from tests.cli.support import ESCAPES, Ran, environment, qa

pytestmark = pytest.mark.slow

FAILURE = 3
PENGUINS = "How do penguins keep their eggs warm?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder that counts "court"."""
    return tiny_models.save_cross_encoder(tmp_path_factory.mktemp("reranker") / "court", "court")


@pytest.fixture(scope="module")
def reranked(ask: Ask, folder: Path) -> Ran:
    return ask(ALMAGRO, "--json", "--reranker", str(folder))


def ordered(citations: list[Any]) -> list[float]:
    return [citation["scores"]["reranker"]["score"] for citation in citations]


def without_seconds(text: str) -> str:
    return re.sub(r'"seconds": [0-9.e-]+', '"seconds": 0', text)


class TestAnswers:
    def test_the_best_passage_is_the_reranker_s_and_nothing_is_said_on_stderr(self, ask, reranked):
        assert (reranked.code, reranked.err) == (0, "")
        best = reranked.shown[0]
        assert best["scores"]["reranker"]["rank"] == 1
        assert ordered(reranked.shown)[0] == max(ordered(reranked.shown)) > 0
        words = best["passage"]["text"].lower().split()
        assert any(word.strip('.,"') == "court" for word in words)
        assert best["passage"] != ask(ALMAGRO, "--json").shown[0]["passage"]

    def test_the_answer_has_an_id_of_its_own(self, ask, reranked):
        assert reranked.json["id"] != ask(ALMAGRO, "--json").json["id"]

    def test_two_runs_print_the_same_bytes(self, corpus_index, folder, reranked):
        again = qa("ask", ALMAGRO, "--json", "--reranker", folder, "--index", corpus_index)
        assert without_seconds(again.out) == without_seconds(reranked.out)

    def test_explain_shows_it_like_a_search(self, ask, folder, reranked):
        ran = ask(ALMAGRO, "--explain", "--reranker", str(folder))
        assert (ran.code, ran.err) == (0, "")
        assert not any(escape in ran.out for escape in ESCAPES)
        rows = re.findall(r"^ +reranker +(\d+) +(-?[\d.]+) +([\d.]+)$", ran.out, re.MULTILINE)
        places = [citation["scores"]["reranker"] for citation in reranked.shown]
        assert [int(rank) for rank, _, _ in rows] == [place["rank"] for place in places]
        assert [float(score) for _, score, _ in rows] == pytest.approx([p["score"] for p in places], abs=6e-4)
        assert all(0 < float(share) < 1 for _, _, share in rows)

    def test_filters_and_k_hold(self, corpus_index, folder):
        options = ["--until", "2020", "-k", "2", "--json", "--index", corpus_index, "--reranker", folder]
        ran = qa("ask", ALMAGRO, *options)
        assert len(ran.shown) == 2
        assert all(citation["document"]["date"] <= "2020-12-31" for citation in ran.shown)
        assert ordered(ran.shown) == sorted(ordered(ran.shown), reverse=True)

    def test_many_questions_are_answered_with_it(self, corpus_index, folder, reranked):
        questions = f"{ALMAGRO}\n{PENGUINS}\n".encode()
        ran = qa("ask", "-", "--json", "--index", corpus_index, "--reranker", folder, stdin=questions)
        first, second = map(json.loads, ran.out.splitlines())
        assert (ran.code, ran.err) == (1, "")
        assert first["citations"] == reranked.json["citations"]
        assert (second["answered"], len(ordered(second["nearest"]))) == (False, 5)

    def test_no_network_is_reached_for(self, corpus_index, folder):
        """The process reports every attempt, whether or not it would succeed."""
        code = """
import sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        print(event, arguments, file=sys.stderr)
sys.addaudithook(hook)
from qa.cli.main import main
main()
"""
        words = ["ask", ALMAGRO, "--index", corpus_index, "--reranker", folder]
        done = subprocess.run(
            [sys.executable, "-c", code, *words], env=environment({}), capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")


class TestEvaluation:
    def test_gold_questions_are_asked_with_it(self, corpus_index, folder, reranked, tmp_path):
        best = reranked.shown[0]
        entry = {"doc": best["document"]["id"], "quote": best["quote"]["text"]}
        question = {"id": "g", "question": ALMAGRO, "answerable": True, "kind": "fact", "gold": [entry]}
        (tmp_path / "gold.jsonl").write_text(json.dumps(question) + "\n")
        options = ["--json", "--index", corpus_index, "--reranker", folder]
        ran = qa("eval", tmp_path / "gold.jsonl", *options)
        assert (ran.code, ran.err) == (0, "")
        assert ran.json["figures"]["RR@10"]["value"] == 1
        assert ran.json["questions"][0]["first"]["quote"] == entry["quote"]
        assert ran.json["reranker"] == CrossEncoderReranker(folder).fingerprint


class TestRefused:
    @staticmethod
    def assert_one_line(ran: Ran, *parts: str) -> None:
        assert (ran.code, ran.out) == (FAILURE, ""), ran
        assert len(ran.complaints) == 1, ran.err
        assert ran.err.startswith("qa: ")
        assert "; " in ran.err
        assert "internal error" not in ran.err
        for part in parts:
            assert part in ran.err

    @pytest.mark.parametrize("name", ["cross-encoder/ms-marco-MiniLM-L6-v2", "nowhere", "gone\x1b[2J"])
    def test_a_name_that_is_no_folder(self, corpus_index, tmp_path, name):
        ran = qa("ask", ALMAGRO, "--reranker", name, "--index", corpus_index, cwd=tmp_path)
        self.assert_one_line(ran, "there is no reranker folder", name.split("\x1b")[0], "none is fetched from a hub")
        assert not any(escape in ran.err for escape in ESCAPES)

    def test_a_model_that_makes_embeddings(self, corpus_index, tmp_path):
        model = tiny_models.save(tmp_path / "embeddings")
        ran = qa("ask", ALMAGRO, "--reranker", model, "--index", corpus_index)
        self.assert_one_line(ran, str(model), "is not a cross-encoder", "CrossEncoder.save()")

    def test_pickled_weights(self, corpus_index, folder, tmp_path):
        import torch
        from safetensors.torch import load_file

        copy = Path(shutil.copytree(folder, tmp_path / "pickled"))
        torch.save(load_file(copy / "model.safetensors"), copy / "pytorch_model.bin")
        (copy / "model.safetensors").unlink()
        ran = qa("ask", ALMAGRO, "--reranker", copy, "--index", corpus_index)
        self.assert_one_line(ran, str(copy), "cannot be loaded", "safetensors")

    def test_two_labels(self, corpus_index, tmp_path):
        model = tiny_models.save_cross_encoder(tmp_path / "two", "court", labels=2)
        ran = qa("ask", ALMAGRO, "--reranker", model, "--index", corpus_index)
        self.assert_one_line(ran, str(model), "2 labels", "single score")

    def test_an_evaluation_with_an_empty_folder(self, corpus_index, tmp_path):
        (tmp_path / "gold.jsonl").write_text(
            '{"id": "g", "question": "who?", "answerable": false, "kind": "none", "gold": []}\n'
        )
        (tmp_path / "empty").mkdir()
        ran = qa("eval", tmp_path / "gold.jsonl", "--reranker", tmp_path / "empty", "--index", corpus_index)
        self.assert_one_line(ran, str(tmp_path / "empty"), "config.json")

    def test_nothing_is_built_for_a_folder_that_is_missing(self, tmp_path):
        (tmp_path / "corpus").mkdir()
        (tmp_path / "corpus" / "a.txt").write_text("The ferry departs at nine.")
        self.assert_one_line(qa("ask", ALMAGRO, "--reranker", "nowhere", cwd=tmp_path), "nowhere")
        assert not (tmp_path / "index").exists()

"""A cross-encoder of the user's own: what it scores, what it is given, and which folders are refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from qa.errors import ModelError
from qa.indexing import encode as indexing
from qa.models.base import TitledText
from qa.models.torch import cross_encoder
from qa.models.torch.cross_encoder import CrossEncoderReranker
from tests import tiny_models
from tests.support import ROOT
from tests.tiny_models import word_score

#: Two tokens, and with [CLS] and two [SEP] five more than a passage has.
QUESTION = "who said"
OVERHEAD = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder that counts "warrant". Tests copy what they change."""
    return tiny_models.save_cross_encoder(tmp_path_factory.mktemp("reranker") / "warrant", "warrant")


@pytest.fixture(scope="module")
def reranker(folder: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(folder)


def untitled(*texts: str) -> list[TitledText]:
    return [TitledText("", text) for text in texts]


class TestScores:
    def test_scores_are_the_model_s_raw_ones_in_the_order_of_the_passages(self, reranker):
        texts = ["court " * 9, "warrant " * 4 + "court " * 6, "warrant", "the warrant of the court"]
        expected = [word_score(n, len(text.split()) + OVERHEAD) for text, n in zip(texts, (0, 4, 1, 1), strict=True)]
        assert reranker.score(QUESTION, untitled(*texts)) == pytest.approx(expected, abs=1e-5)

    def test_the_question_is_read_together_with_the_passage(self, reranker):
        (score,) = reranker.score("warrant", untitled("warrant court"))
        assert score == pytest.approx(word_score(2, 1 + 2 + 3), abs=1e-5)

    def test_many_passages_keep_their_order_whatever_their_length(self, reranker):
        counts = [(7 * n) % 90 + 1 for n in range(90)]
        texts = ["warrant " * 3 + "court " * n for n in counts]
        expected = [word_score(3, 3 + n + OVERHEAD) for n in counts]
        assert reranker.score(QUESTION, untitled(*texts)) == pytest.approx(expected, abs=1e-5)

    def test_equal_passages_have_equal_scores(self, reranker):
        texts = ["warrant " * n + "court" for n in range(1, 80)] * 2
        scores = reranker.score(QUESTION, untitled(*texts))
        assert scores[:79] == scores[79:]

    def test_no_passages_have_no_scores(self, reranker):
        assert reranker.score(QUESTION, []) == []

    def test_two_runs_give_the_same_scores(self, folder, reranker):
        passages = untitled(*("warrant " * (n % 7) + "court " * n for n in range(60)))
        assert reranker.score(QUESTION, passages) == CrossEncoderReranker(folder).score(QUESTION, passages)

    def test_many_threads_get_the_scores_that_one_gets(self, folder):
        fresh = CrossEncoderReranker(folder)
        passages = [untitled(*("warrant " * n + "court " * m for n in range(1, 6))) for m in range(16)]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda texts: fresh.score(QUESTION, texts), passages))
        assert found == [fresh.score(QUESTION, texts) for texts in passages]

    def test_a_model_saved_by_an_earlier_version_is_read_too(self, folder, reranker):
        """Which wrote a transformers checkpoint and no list of modules."""
        old = folder.with_name("warrant-parts")
        assert not (old / "modules.json").exists()
        passages = untitled("warrant court", "court")
        assert CrossEncoderReranker(old).score(QUESTION, passages) == reranker.score(QUESTION, passages)


class TestTitles:
    def test_a_title_stands_before_the_passage_and_a_line_break(self, reranker):
        titled, joined = reranker.score(
            QUESTION, [TitledText(" warrant \n court", "the ballot"), TitledText("", "warrant court\nthe ballot")]
        )
        assert titled == joined == pytest.approx(word_score(1, 4 + OVERHEAD), abs=1e-5)

    def test_a_very_long_title_leaves_room_for_the_passage(self, reranker):
        """256 tokens, of which a title has 64 at most: 300 words of it would leave nothing of the passage."""
        (score,) = reranker.score(QUESTION, [TitledText("court " * 300, "warrant " * 9)])
        assert score == pytest.approx(word_score(9, 64 + 9 + OVERHEAD), abs=1e-5)

    def test_a_title_has_the_share_that_it_has_when_a_passage_is_embedded(self):
        assert cross_encoder.TITLE_SHARE == indexing.TITLE_SHARE


class TestLength:
    def test_what_does_not_fit_is_cut_off_at_the_end_of_the_passage(self, reranker):
        room = tiny_models.LENGTH - OVERHEAD
        (inside,) = reranker.score(QUESTION, untitled("court " * (room - 1) + "warrant"))
        (outside,) = reranker.score(QUESTION, untitled("court " * room + "warrant"))
        assert inside == pytest.approx(word_score(1, tiny_models.LENGTH), abs=1e-5)
        assert outside == pytest.approx(0, abs=1e-5)

    def test_the_length_is_the_model_s_own(self, tmp_path):
        short = CrossEncoderReranker(tiny_models.save_cross_encoder(tmp_path / "short", "warrant", length=16))
        (score,) = short.score(QUESTION, untitled("court " * 10 + "warrant " * 10))
        assert score == pytest.approx(word_score(1, 16), abs=1e-5)


class TestLoading:
    def test_it_is_made_without_loading_anything(self, folder):
        assert "_model" not in vars(CrossEncoderReranker(folder))
        code = "import sys; from qa.models.torch.cross_encoder import *; "
        code += f"CrossEncoderReranker({str(folder)!r}).fingerprint"
        code += "; print(*{'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("\n", "")

    def test_nothing_reaches_for_a_network_or_writes_to_the_terminal(self, folder, tmp_path):
        """Not even where a file is missing, which the library would look for in a hub."""
        copies = [Path(shutil.copytree(folder, tmp_path / name)) for name in ("weights", "tokenizer", "module")]
        for copy, name in zip(
            copies, ("model.safetensors", "tokenizer_config.json", "sentence_bert_config.json"), strict=True
        ):
            (copy / name).unlink()
        code = """
import sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        print(event, arguments)
sys.addaudithook(hook)
from qa.models.torch.cross_encoder import *
for folder in sys.argv[1:]:
    try:
        CrossEncoderReranker(folder).score("who", [TitledText("", "court")])
    except ModelError:
        pass
"""
        arguments = [sys.executable, "-c", code, folder, *copies]
        done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("", "")

    def test_the_fingerprint_is_that_of_the_files(self, folder, tmp_path):
        copy = Path(shutil.copytree(folder, tmp_path / "copy"))
        fingerprint = CrossEncoderReranker(copy).fingerprint
        assert fingerprint == CrossEncoderReranker(folder).fingerprint
        assert len(fingerprint) == 64
        (copy / "chat_template.jinja").write_text("{{ messages }}")
        assert CrossEncoderReranker(copy).fingerprint != fingerprint


def remove(*names: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return change


def write(name: str, content: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_text(content)

    return change


class TestRefusedAtOnce:
    @pytest.mark.parametrize("name", ["cross-encoder/ms-marco-MiniLM-L6-v2", "missing", "./missing", "/no/such/model"])
    def test_a_name_that_is_no_folder_is_not_looked_up_in_a_hub(self, tmp_path, monkeypatch, name):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ModelError, match="there is no reranker folder") as refused:
            CrossEncoderReranker(name)
        assert str(Path(name)) in str(refused.value)
        assert refused.value.advice == "give the path of a local folder: none is fetched from a hub"

    def test_a_file(self, tmp_path):
        (tmp_path / "model.safetensors").write_bytes(b"")
        with pytest.raises(ModelError, match="there is no reranker folder"):
            CrossEncoderReranker(tmp_path / "model.safetensors")

    def test_an_empty_folder(self, tmp_path):
        with pytest.raises(ModelError, match=r"is not a cross-encoder: it has no config\.json; give a folder that"):
            CrossEncoderReranker(tmp_path)

    def test_a_model_that_makes_embeddings(self, tmp_path):
        """The library would make a cross-encoder of it, with a random head."""
        folder = tiny_models.save(tmp_path / "embeddings")
        with pytest.raises(ModelError, match="not a cross-encoder, but a model of the kind SentenceTransformer"):
            CrossEncoderReranker(folder)
        (folder / "config_sentence_transformers.json").unlink()
        with pytest.raises(ModelError, match="SentenceTransformer"):
            CrossEncoderReranker(folder)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (remove("tokenizer.json"), "it has no tokenizer"),
            (write("config_sentence_transformers.json", "{ broken"), "cannot be read as JSON"),
            (write("config_sentence_transformers.json", "[]"), "cannot be read as JSON"),
        ],
        ids=["no tokenizer", "broken JSON", "other JSON"],
    )
    def test_a_folder_that_is_incomplete_or_broken(self, folder, tmp_path, change, message):
        copy = Path(shutil.copytree(folder, tmp_path / "copy"))
        change(copy)
        with pytest.raises(ModelError, match=message) as refused:
            CrossEncoderReranker(copy)
        assert refused.value.advice


def pickled(folder: Path) -> None:
    import torch
    from safetensors.torch import load_file

    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def with_weights(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def rewrite(folder: Path) -> None:
        from safetensors.torch import load_file, save_file

        weights = load_file(folder / "model.safetensors")
        change(weights)
        save_file(weights, folder / "model.safetensors", {"format": "pt"})

    return rewrite


def without_head(weights: dict[str, Any]) -> None:
    for name in ("classifier.weight", "classifier.bias"):
        del weights[name]


def not_a_number(weights: dict[str, Any]) -> None:
    weights["classifier.bias"] += float("nan")


def own_code(folder: Path) -> None:
    (folder / "own.py").write_text(f"open({str(folder / 'ran')!r}, 'w').close()\nclass Own: pass\n")
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "own.Own"
    (folder / "modules.json").write_text(json.dumps(modules))


class TestRefusedWhenLoaded:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (pickled, "cannot be loaded"),
            (remove("model.safetensors"), "cannot be loaded"),
            (write("model.safetensors", "{ broken"), "cannot be loaded"),
            (write("config.json", "{ broken"), "cannot be loaded"),
            (write("tokenizer.json", "{ broken"), "cannot be loaded"),
            (write("modules.json", "{ broken"), "cannot be loaded"),
            (own_code, "cannot be loaded"),
            (with_weights(without_head), r"has no trained weights for classifier\."),
            (with_weights(not_a_number), "gives no finite number"),
        ],
        ids=[
            *("pickled weights", "no weights", "broken weights", "broken config", "broken tokenizer"),
            *("broken modules", "code of its own", "no head", "not a number"),
        ],
    )
    def test_a_folder_that_cannot_be_trusted_to_score(self, folder, tmp_path, capfd, change, message):
        copy = Path(shutil.copytree(folder, tmp_path / "copy"))
        change(copy)
        reranker = CrossEncoderReranker(copy)
        with pytest.raises(ModelError, match=message) as refused:
            reranker.score(QUESTION, untitled("court"))
        assert str(copy) in str(refused.value)
        assert "safetensors" in refused.value.advice
        assert "\n" not in str(refused.value)
        assert not (copy / "ran").exists()
        assert capfd.readouterr() == ("", "")

    def test_a_model_of_two_labels(self, tmp_path):
        folder = tiny_models.save_cross_encoder(tmp_path / "two", "warrant", labels=2)
        with pytest.raises(ModelError, match="has 2 labels; use one that gives a single score"):
            CrossEncoderReranker(folder).score(QUESTION, untitled("court"))

    def test_a_vocabulary_that_is_larger_than_the_model(self, folder, tmp_path):
        copy = Path(shutil.copytree(folder, tmp_path / "copy"))
        tokenizer = json.loads((copy / "tokenizer.json").read_text())
        tokenizer["model"]["vocab"]["zebra"] = 100_000
        (copy / "tokenizer.json").write_text(json.dumps(tokenizer))
        with pytest.raises(ModelError, match="cannot score a passage"):
            CrossEncoderReranker(copy).score(QUESTION, untitled("zebra"))

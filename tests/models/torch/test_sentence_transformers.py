"""Any sentence-transformers model, with its own pooling, normalisation and prompts."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa.errors import ModelError, QuestionError
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from tests import tiny_models
from tests.models.conftest import PROMPTS

TEXT = "The court said who."


@pytest.fixture(params=["mean", "cls", "prompts", "dense", "last token"])
def encoder(request: pytest.FixtureRequest, models: dict[str, Path]) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(str(models[request.param]))


def open_with(models: dict[str, Path], name: str) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(str(models[name]))


def token_vectors(encoder: SentenceTransformerEncoder, text: str) -> Any:
    """What the transformer gives for each token of a text, ``(tokens, width)``, without pooling."""
    return encoder.model.encode([text], output_value="token_embeddings", prompt="")[0].numpy()


def unit(vector: Any) -> Any:
    return vector / np.linalg.norm(vector)


def test_vectors_are_of_unit_length_whether_the_model_normalises_or_not(encoder):
    assert not any("Normalize" in type(module).__name__ for module in encoder.model)
    texts = [TEXT, "a", "", "warrant " * 300]
    passages = encoder.encode_passages(texts)
    assert passages.dtype == np.float32
    assert passages.shape == (len(texts), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-6)
    assert np.linalg.norm(encoder.encode_query(TEXT)) == pytest.approx(1, abs=1e-6)


def test_the_dimension_is_that_of_the_last_module(models):
    assert open_with(models, "mean").dimension == tiny_models.WIDTH
    assert open_with(models, "dense").dimension == 16


def test_mean_pooling_averages_the_tokens(models):
    encoder = open_with(models, "mean")
    expected = unit(token_vectors(encoder, TEXT).mean(axis=0))
    np.testing.assert_allclose(encoder.encode_query(TEXT), expected, atol=1e-5)


def test_cls_pooling_takes_the_first_token(models):
    encoder = open_with(models, "cls")
    expected = unit(token_vectors(encoder, TEXT)[0])
    np.testing.assert_allclose(encoder.encode_query(TEXT), expected, atol=1e-5)
    assert abs(encoder.encode_query(TEXT) @ open_with(models, "mean").encode_query(TEXT)) < 0.9999


def test_questions_and_passages_get_their_own_prompt(models):
    plain, prompting = open_with(models, "mean"), open_with(models, "prompts")
    np.testing.assert_allclose(prompting.encode_query(TEXT), plain.encode_query(PROMPTS["query"] + TEXT), atol=1e-5)
    np.testing.assert_allclose(
        prompting.encode_passages([TEXT]), plain.encode_passages([PROMPTS["document"] + TEXT]), atol=1e-5
    )
    assert prompting.encode_query(TEXT) @ prompting.encode_passages([TEXT])[0] < 0.9999


def test_without_prompts_a_question_is_encoded_like_a_passage(models):
    encoder = open_with(models, "mean")
    np.testing.assert_allclose(encoder.encode_query(TEXT), encoder.encode_passages([TEXT])[0], atol=1e-6)


def test_the_order_of_passages_is_kept_whatever_their_length(models):
    encoder = open_with(models, "mean")
    texts = ["court " * n for n in (90, 1, 40, 7, 120, 2)] * 12
    together = encoder.encode_passages(texts)
    for text, vector in zip(texts[:6], together, strict=False):
        np.testing.assert_allclose(vector, encoder.encode_passages([text])[0], atol=1e-5)
    np.testing.assert_allclose(together[:6], together[-6:], atol=1e-5)


def test_no_passages_make_no_vectors(models):
    assert open_with(models, "dense").encode_passages([]).shape == (0, 16)
    assert open_with(models, "mean").count_tokens([]) == []


def test_tokens_are_counted_without_special_tokens_and_without_a_limit(models):
    encoder = open_with(models, "mean")
    # The words are in the vocabulary; "zq" is z and ##q.
    assert encoder.count_tokens(["the court said", "zq", "", "court " * 1000]) == [3, 2, 0, 1000]


def test_the_room_for_a_passage_leaves_out_special_tokens_and_prompt(models):
    # [CLS] and [SEP]; and of the prompt "passage: " the tokens passage and :
    assert open_with(models, "mean").max_tokens == tiny_models.LENGTH - 2
    assert open_with(models, "prompts").max_tokens == tiny_models.LENGTH - 4


@pytest.mark.parametrize(("name", "room"), [("mean", tiny_models.LENGTH - 2), ("prompts", tiny_models.LENGTH - 4)])
def test_a_question_that_the_model_would_cut_is_refused(models, name, room):
    encoder = open_with(models, name)
    assert encoder.encode_query("court " * room).shape == (tiny_models.WIDTH,)
    with pytest.raises(QuestionError, match=f"has {room + 1} tokens and the model reads {room}; ask a shorter one"):
        encoder.encode_query("court " * (room + 1))


def test_lone_surrogates_in_a_passage_do_not_stop_its_encoding(models):
    vectors = open_with(models, "mean").encode_passages(["the court \ud800 said", "\udfff"])
    assert np.isfinite(vectors).all()


def test_tokens_of_a_text_with_lone_surrogates_are_counted(models):
    (count,) = open_with(models, "mean").count_tokens(["the court \ud800 said"])
    assert count >= 3


def test_the_default_model_is_the_packaged_one(minilm):
    assert minilm.name == "all-MiniLM-L6-v2"
    assert (minilm.dimension, minilm.max_length) == (384, 256)
    questions = minilm.encode_passages(["How old is the king?", "What is the monarch's age?", "The ferry is late."])
    assert questions[0] @ questions[1] > questions[0] @ questions[2]


def test_an_encoder_is_made_without_loading_anything(models):
    encoder = open_with(models, "mean")
    assert encoder.name == str(models["mean"])
    assert len(encoder.fingerprint) == 64
    assert "model" not in vars(encoder)


class TestRefused:
    def copy(self, models: dict[str, Path], tmp_path: Path) -> Path:
        return Path(shutil.copytree(models["mean"], tmp_path / "model"))

    def load(self, folder: Path) -> None:
        SentenceTransformerEncoder(str(folder)).encode_query("who?")

    def test_pickled_weights(self, models, tmp_path):
        import torch
        from safetensors.torch import load_file

        folder = self.copy(models, tmp_path)
        weights = folder / "model.safetensors"
        torch.save(load_file(weights), folder / "pytorch_model.bin")
        weights.unlink()
        with pytest.raises(ModelError, match="cannot be loaded") as refused:
            self.load(folder)
        assert "safetensors" in refused.value.advice

    @pytest.mark.parametrize("file", ["model.safetensors", "config.json", "modules.json", "1_Pooling/config.json"])
    def test_a_broken_file(self, models, tmp_path, file):
        folder = self.copy(models, tmp_path)
        (folder / file).write_bytes(b"{ broken")
        with pytest.raises(ModelError, match="cannot be loaded"):
            self.load(folder)

    @pytest.mark.parametrize("file", ["model.safetensors", "config.json"])
    def test_a_missing_file(self, models, tmp_path, file):
        folder = self.copy(models, tmp_path)
        (folder / file).unlink()
        with pytest.raises(ModelError):
            self.load(folder)

    @pytest.mark.parametrize("files", [["tokenizer.json"], ["tokenizer.json", "tokenizer_config.json"]])
    def test_a_missing_tokenizer(self, models, tmp_path, files):
        folder = self.copy(models, tmp_path)
        for file in files:
            (folder / file).unlink()
        with pytest.raises(ModelError, match=r"has no vocabulary: .* tokenizer\.json, is missing") as refused:
            self.load(folder)
        assert str(folder) in str(refused.value)

    def test_a_model_that_brings_its_own_code(self, models, tmp_path):
        folder = self.copy(models, tmp_path)
        (folder / "modeling_own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\nclass Own: pass\n")
        modules = folder / "modules.json"
        modules.write_text(modules.read_text().replace('"1_Pooling"', '"1_Pooling", "kwargs": []'))
        text = modules.read_text()
        start = text.index("sentence_transformers", text.index("1_Pooling"))
        end = text.index('"', start)
        modules.write_text(text[:start] + "modeling_own.Own" + text[end:])
        with pytest.raises(ModelError, match="cannot be loaded"):
            self.load(folder)
        assert not (tmp_path / "ran").exists()


def test_a_static_embedding_model_encodes(models, tmp_path):
    """Such as model2vec's and sentence-transformers' static-retrieval-mrl-en-v1."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(models["mean"] / "tokenizer.json"))
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=16)], device="cpu")
    model.save(str(tmp_path / "static"))
    encoder = SentenceTransformerEncoder(str(tmp_path / "static"))
    assert encoder.count_tokens(["the court said"]) == [3]
    assert encoder.max_tokens > 100
    assert np.linalg.norm(encoder.encode_query(TEXT)) == pytest.approx(1, abs=1e-6)


def test_many_threads_get_the_vectors_that_one_gets(models):
    questions = ["who?", TEXT, "what did the court of the harbour say to the prosecutor?"] * 10
    expected = [open_with(models, "prompts").encode_query(question) for question in questions[:3]] * 10
    encoder = open_with(models, "prompts")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(encoder.encode_query, questions))
        counts = list(pool.map(encoder.count_tokens, [questions] * 8))
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert all(count == counts[0] for count in counts)


@pytest.mark.parametrize("name", ["document", "passage", "corpus"])
def test_the_prompt_of_passages_has_any_of_its_names(models, tmp_path, name):
    encoder = SentenceTransformerEncoder(str(tiny_models.save(tmp_path / "named", prompts={name: "passage: "})))
    expected = open_with(models, "prompts")
    assert encoder.max_tokens == expected.max_tokens
    np.testing.assert_allclose(encoder.encode_passages([TEXT]), expected.encode_passages([TEXT]), atol=1e-5)


def test_weights_saved_in_half_precision_are_computed_in_single(models, tmp_path):
    from sentence_transformers import SentenceTransformer

    SentenceTransformer(str(models["mean"]), device="cpu", local_files_only=True).half().save(str(tmp_path / "half"))
    encoder = SentenceTransformerEncoder(str(tmp_path / "half"))
    assert {str(weight.dtype) for weight in encoder.model.parameters()} == {"torch.float32"}

"""The question side on ONNX Runtime gives the vectors of the model itself, or the model itself answers."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa.errors import ModelError, QuestionError
from qa.models.base import ENCODER_FILE, MODEL_FILE, QueryEncoder
from qa.models.loading import load_query_encoder
from qa.models.onnx import OnnxEncoder
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from tests import tiny_models

#: As the specification of the export has it.
MIN_COSINE = 0.9999

QUESTIONS = [
    "who?",
    "?",
    "WHO ASKED FOR AN ARREST WARRANT?",
    "who asked for an arrest warrant?",
    "What did Luis Almagro, Secretary General of the OAS, request on July 31, 2024?",
    "¿Qué pidió Almagro a la Corte Penal Internacional?",
    "Wer hat die Wahl gewonnen – und mit 51,20 %?",
    "Почему Мадуро разорвал отношения?",
    "委内瑞拉选举的结果是什么？",
    "من طلب مذكرة التوقيف؟",
    "Did Guaido\u0301 and Guaid\u00f3 say the same? 👩‍👩‍👧 🇻🇪",
    "  white\tspace \n everywhere \u00a0 ",
    "NUL\0 and \ufffd and \u200b",
    "[CLS] special [SEP] tokens [MASK] in a question",
    "http://example.org/a?b=c&d=%20#e",
    "antidisestablishmentarianism" * 5,
    "why " * 60,
    "51.20% of 6,408,844 votes; 43.18%; 1/3; 10^6; -40 °C",
]


def agreement(one: QueryEncoder, other: QueryEncoder) -> dict[str, float]:
    """The cosine of the two encoders' vectors for each question, computed from their angle and not from their word."""
    return {q: cosine(one.encode_query(q), other.encode_query(q)) for q in QUESTIONS}


def cosine(a: Any, b: Any) -> float:
    return float(np.dot(a.astype(np.float64), b) / np.linalg.norm(a) / np.linalg.norm(b))


def exported(model: Path, folder: Path) -> tuple[SentenceTransformerEncoder, QueryEncoder, str | None]:
    """The model, what was exported of it into ``folder``, and the note."""
    encoder = SentenceTransformerEncoder(str(model))
    folder.mkdir()
    note = encoder.export(folder)
    return encoder, load_query_encoder(folder), note


def test_the_default_model_s_export_gives_its_vectors(minilm, corpus_index):
    (folder,) = (corpus_index / "generations").iterdir()
    encoder = load_query_encoder(folder / "encoder")
    assert isinstance(encoder, OnnxEncoder)
    assert {q: c for q, c in agreement(minilm, encoder).items() if not c >= MIN_COSINE} == {}
    assert encoder.info.dimension == 384


@pytest.mark.parametrize("name", ["mean", "cls", "prompts", "dense", "last token"])
def test_an_export_gives_the_model_s_own_vectors(models, tmp_path, name):
    original, encoder, note = exported(models[name], tmp_path / "encoder")
    assert note is None
    assert isinstance(encoder, OnnxEncoder)
    questions = {q: c for q, c in agreement(original, encoder).items() if not c >= MIN_COSINE}
    assert questions == {}
    assert encoder.info.dimension == original.dimension


@pytest.mark.parametrize("name", ["cls", "dense"])
def test_exported_vectors_are_of_unit_length_though_the_model_does_not_normalise(models, tmp_path, name):
    _, encoder, _ = exported(models[name], tmp_path / "encoder")
    for question in QUESTIONS:
        vector = encoder.encode_query(question)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["mean", "prompts"])
def test_the_export_refuses_the_questions_that_the_model_refuses(models, tmp_path, name):
    original, encoder, _ = exported(models[name], tmp_path / "encoder")
    room = tiny_models.LENGTH - (4 if name == "prompts" else 2)
    assert cosine(original.encode_query("court " * room), encoder.encode_query("court " * room)) >= MIN_COSINE
    for one in (original, encoder):
        with pytest.raises(QuestionError, match="ask a shorter one"):
            one.encode_query("court " * (room + 1))


def test_an_export_does_not_need_the_model_any_more(models, tmp_path):
    model = Path(shutil.copytree(models["mean"], tmp_path / "model"))
    original, encoder, _ = exported(model, tmp_path / "encoder")
    expected = original.encode_query("who said what?")
    shutil.rmtree(model)
    moved = (tmp_path / "encoder").rename(tmp_path / "moved")
    np.testing.assert_array_equal(load_query_encoder(moved).encode_query("who said what?"), encoder.encode_query(
        "who said what?"
    ))  # fmt: skip
    assert cosine(expected, encoder.encode_query("who said what?")) >= MIN_COSINE


def test_many_threads_get_the_vectors_that_one_gets(models, tmp_path):
    _, encoder, _ = exported(models["mean"], tmp_path / "encoder")
    expected = [encoder.encode_query(question).tobytes() for question in QUESTIONS * 5]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda question: encoder.encode_query(question).tobytes(), QUESTIONS * 5))
    assert found == expected


class TestNotExported:
    """Models that cannot be exported answer all the same."""

    @pytest.fixture(scope="class")
    def canine(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """CANINE reads characters, and its tokenizer exists in Python only."""
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from transformers import CanineConfig, CanineModel, CanineTokenizer

        folder = tmp_path_factory.mktemp("canine")
        config = CanineConfig(
            hidden_size=tiny_models.WIDTH,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=1024,
            num_hash_buckets=1024,
        )
        CanineModel(config).save_pretrained(folder / "transformer")
        CanineTokenizer(model_max_length=1024).save_pretrained(folder / "transformer")
        modules = [Transformer(str(folder / "transformer")), Pooling(tiny_models.WIDTH)]
        SentenceTransformer(modules=modules, device="cpu").save(str(folder / "model"))
        return folder / "model"

    @pytest.fixture(scope="class")
    def folder(self, canine: Path) -> Path:
        """What was exported of it."""
        _, _, note = exported(canine, canine.with_name("encoder"))
        assert note is not None
        assert str(canine) in note
        assert "slower" in note
        assert "\n" not in note
        return canine.with_name("encoder")

    def test_the_model_itself_answers(self, canine, folder):
        encoder = load_query_encoder(folder)
        assert isinstance(encoder, SentenceTransformerEncoder)
        original = SentenceTransformerEncoder(str(canine))
        np.testing.assert_allclose(encoder.encode_query("who?"), original.encode_query("who?"), atol=1e-6)
        assert [file.name for file in folder.iterdir()] == [ENCODER_FILE]

    def test_a_model_that_changed_since_is_refused(self, canine, folder):
        config = canine / "config.json"
        content = config.read_bytes()
        config.write_text(json.dumps(json.loads(content) | {"layer_norm_eps": 0.5}))
        try:
            with pytest.raises(ModelError, match="is not the one that this index was built with; qa index"):
                load_query_encoder(folder)
        finally:
            config.write_bytes(content)

    def test_a_model_that_has_gone_is_refused(self, canine, folder):
        gone = canine.rename(canine.with_name("gone"))
        try:
            with pytest.raises(ModelError, match="there is no model folder"):
                load_query_encoder(folder)
        finally:
            gone.rename(canine)

    def test_a_graph_that_computes_something_else_is_not_believed(self, models, tmp_path):
        """Tracing takes a number that Python read out of the input for a constant."""
        import torch

        class RolledByLength(torch.nn.Module):
            def forward(self, features: dict[str, Any]) -> dict[str, Any]:
                tokens = int(features["attention_mask"][0].sum())
                return {**features, "sentence_embedding": torch.roll(features["sentence_embedding"], tokens, dims=1)}

        encoder = SentenceTransformerEncoder(str(models["dense"]))
        encoder.model.append(RolledByLength())
        note = encoder.export(tmp_path)
        assert note is not None
        assert "vectors differ" in note
        assert "slower" in note
        assert not (tmp_path / MODEL_FILE).exists()
        assert isinstance(load_query_encoder(tmp_path), SentenceTransformerEncoder)

    def test_a_model_that_reads_little_is_exported_too(self, tmp_path):
        _, encoder, note = exported(tiny_models.save(tmp_path / "short", length=64), tmp_path / "encoder")
        assert note is None
        assert isinstance(encoder, OnnxEncoder)

    def test_a_model_that_ignores_token_types_is_exported_too(self, tmp_path):
        """As DeBERTa does: its tokenizer gives token types, and the model has none (type_vocab_size is 0)."""
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from transformers import BertTokenizer, DebertaV2Config, DebertaV2Model

        config = DebertaV2Config(
            vocab_size=len(tiny_models.VOCABULARY),
            hidden_size=tiny_models.WIDTH,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            relative_attention=True,
        )
        DebertaV2Model(config).save_pretrained(tmp_path / "transformer")
        vocabulary = {token: number for number, token in enumerate(tiny_models.VOCABULARY)}
        BertTokenizer(vocab=vocabulary, model_max_length=256).save_pretrained(tmp_path / "transformer")
        modules = [Transformer(str(tmp_path / "transformer")), Pooling(tiny_models.WIDTH)]
        SentenceTransformer(modules=modules, device="cpu").save(str(tmp_path / "model"))
        original, encoder, note = exported(tmp_path / "model", tmp_path / "encoder")
        assert note is None
        assert min(agreement(original, encoder).values()) >= MIN_COSINE

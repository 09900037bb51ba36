"""An engine is chosen because it is fast on this machine and gives the model's vectors, and for nothing else."""

from __future__ import annotations

import time

import numpy as np
import pytest

from qa.models.base import MODEL_FILE
from qa.models.onnx import OnnxEncoder
from qa.models.torch.engines import (
    ONNXRUNTIME_FLOAT32,
    TORCH_BFLOAT16,
    TORCH_FLOAT32,
    Encode,
    Engine,
    fastest,
    graph_engines,
)
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from qa.types import FloatArray

#: Passages and sentences.
SAMPLES = ["The court said who. " * 20] * 5 + ["Who said what?", "The warrant."] * 10


def at(pace: float, tilt: float = 0.0) -> Encode:
    """An engine that takes ``pace`` seconds a text; ``tilt`` is the tangent of the angle by which it is off."""

    def encode(texts: list[str]) -> FloatArray:
        time.sleep(pace * len(texts))
        vector = np.array([1.0, tilt], dtype=np.float32)
        return np.tile(vector / np.linalg.norm(vector), (len(texts), 1))

    return encode


def chosen(**others: Encode) -> str:
    openers = {name: (lambda encode=encode: encode) for name, encode in others.items()}
    return fastest(Engine(TORCH_FLOAT32, at(0.002)), openers, SAMPLES).name


class TestFastest:
    def test_the_fastest_is_chosen(self):
        assert chosen(half=at(0.001), tenth=at(0.0002), double=at(0.004)) == "tenth"

    def test_one_that_is_hardly_faster_is_not_worth_it(self):
        assert chosen(hardly=at(0.0019)) == TORCH_FLOAT32

    def test_one_that_gives_other_vectors_is_out(self):
        # Cosines of 0.994 and of 0.9999.
        assert chosen(wrong=at(0.0, tilt=0.11)) == TORCH_FLOAT32
        assert chosen(right=at(0.0, tilt=0.014)) == "right"

    def test_one_that_gives_no_numbers_is_out(self):
        assert chosen(broken=lambda texts: np.full((len(texts), 2), np.nan, dtype=np.float32)) == TORCH_FLOAT32

    def test_one_that_fails_is_out(self):
        def fail(texts: list[str]) -> FloatArray:
            raise RuntimeError(f"{len(texts)} texts are too many")

        def cannot_open() -> Encode:
            raise OSError("no such library")

        assert chosen(failing=fail) == TORCH_FLOAT32
        assert fastest(Engine("first", at(0.0)), {"closed": cannot_open}, SAMPLES).name == "first"

    def test_a_hopeless_one_is_tried_on_little(self):
        seen: list[int] = []

        def slow(texts: list[str]) -> FloatArray:
            seen.append(sum(map(len, texts)))
            return at(0.02)(texts)

        assert chosen(slow=slow) == TORCH_FLOAT32
        assert len(seen) <= 3
        assert max(seen) < sum(map(len, SAMPLES))

    def test_one_text_is_enough(self):
        assert fastest(Engine("first", at(0.0)), {}, ["who?"]).name == "first"


class TestEncoder:
    """On real models."""

    @pytest.fixture
    def encoder(self, models):
        return SentenceTransformerEncoder(str(models["prompts"]))

    def test_it_is_torch_in_float32_until_another_is_chosen(self, encoder):
        assert encoder.engine == TORCH_FLOAT32
        assert encoder.use_engine(TORCH_FLOAT32)
        assert "model" not in vars(encoder)

    def test_what_is_chosen_gives_the_model_s_vectors(self, encoder, tmp_path):
        expected = encoder.encode_passages(SAMPLES)
        encoder.export(tmp_path)
        encoder.choose_engine(SAMPLES)
        assert encoder.engine in {TORCH_FLOAT32, TORCH_BFLOAT16, ONNXRUNTIME_FLOAT32}
        cosines = (encoder.encode_passages(SAMPLES) * expected).sum(axis=1)
        assert cosines.mean() >= 0.999
        assert cosines.min() >= 0.995

    def test_no_texts_choose_nothing(self, encoder):
        encoder.choose_engine([])
        assert encoder.engine == TORCH_FLOAT32

    @pytest.mark.parametrize("name", ["torch float8", "", ONNXRUNTIME_FLOAT32])
    def test_an_engine_that_is_not_there_is_not_used(self, encoder, name):
        """ONNX Runtime needs an export, and there is none."""
        assert not encoder.use_engine(name)
        assert encoder.engine == TORCH_FLOAT32

    def test_bfloat16_leaves_questions_and_the_export_alone(self, minilm, tmp_path):
        encoder = SentenceTransformerEncoder("all-MiniLM-L6-v2")
        question = encoder.encode_query("who said what?")
        encoder._chosen = Engine(TORCH_BFLOAT16, encoder._others(None)[TORCH_BFLOAT16]())
        assert encoder.engine == TORCH_BFLOAT16
        vectors, exact = encoder.encode_passages(SAMPLES), minilm.encode_passages(SAMPLES)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
        assert (vectors * exact).sum(axis=1).mean() >= 0.999
        assert not np.array_equal(vectors, exact)
        np.testing.assert_array_equal(encoder.encode_query("who said what?"), question)
        assert encoder.export(tmp_path) is None
        np.testing.assert_allclose(OnnxEncoder(tmp_path).encode_passages(SAMPLES), exact, atol=1e-5)

    def test_a_graph_that_encodes_questions_only_is_no_engine(self, encoder, tmp_path):
        assert graph_engines(tmp_path) == {}
        encoder.export(tmp_path)
        assert ONNXRUNTIME_FLOAT32 in graph_engines(tmp_path)
        description = (tmp_path / "encoder.json").read_text()
        (tmp_path / "encoder.json").write_text(description.replace('"passages": true', '"passages": false'))
        assert graph_engines(tmp_path) == {}
        assert (tmp_path / MODEL_FILE).exists()

    def test_the_exported_graph_encodes_as_an_engine(self, encoder, tmp_path):
        encoder.export(tmp_path)
        engine = graph_engines(tmp_path)[ONNXRUNTIME_FLOAT32]()
        np.testing.assert_allclose(engine(SAMPLES), encoder.encode_passages(SAMPLES), atol=1e-5)

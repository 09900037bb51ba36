"""What every encoder promises. A new one is one more line in ENCODERS."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qa.errors import QuestionError
from qa.models import multilingual, sentence_bert
from qa.models.base import Encoder, EncoderInfo
from qa.models.model_files import locate
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from tests import tiny_e5
from tests.support import ROOT

TEXTS = [
    "The court sat.",
    "Who said so?",
    "The harbour is open again, and the ferry carries cars. " * 3,
    "The court sat.",
]


def own(_: Path) -> Encoder:
    """The example's."""
    encoder: Encoder = runpy.run_path(str(ROOT / "examples" / "own_encoder.py"))["WordDirections"]()
    return encoder


def graph(_: Path) -> Encoder:
    """The default model without torch."""
    encoder = sentence_bert.open_encoder("all-MiniLM-L6-v2", locate("all-MiniLM-L6-v2"))
    assert encoder is not None
    return encoder


def model(_: Path) -> Encoder:
    """The default model with torch."""
    return SentenceTransformerEncoder("all-MiniLM-L6-v2")


def packed(folder: Path) -> Encoder:
    """A tiny model of the multilingual one's format."""
    tiny_e5.save(folder / "model.bin")
    (folder / "kept").mkdir()
    languages = np.zeros((2, tiny_e5.WIDTH), dtype=np.float32)
    multilingual.write_files(folder / "model.bin", folder / "kept", languages)
    return multilingual.encoder_in(folder / "kept", "tiny")


ENCODERS: dict[str, Callable[[Path], Encoder]] = {"own": own, "graph": graph, "model": model, "packed": packed}


@pytest.fixture(scope="module", params=list(ENCODERS))
def encoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return ENCODERS[request.param](tmp_path_factory.mktemp("encoder"))


def test_it_says_what_it_is(encoder: Encoder) -> None:
    name, fingerprint, engine, dimension, max_tokens = info = encoder.info
    assert isinstance(info, EncoderInfo)
    assert name
    assert engine
    assert set(fingerprint) <= set("0123456789abcdef")
    assert len(fingerprint) >= 12
    assert dimension > 0
    assert max_tokens >= 16
    assert encoder.info == info


def test_passages_have_unit_vectors_in_their_order(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.info.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[0], vectors[3], atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages(TEXTS[1:2])[0], vectors[1], atol=1e-5)


def test_a_question_has_a_unit_vector_and_is_never_cut(encoder: Encoder) -> None:
    vector = encoder.encode_query("who sat?")
    assert vector.shape == (encoder.info.dimension,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    with pytest.raises(QuestionError):
        encoder.encode_query("who sat? " * 600)


def test_tokens_are_counted_text_by_text(encoder: Encoder) -> None:
    counts = encoder.count_tokens(TEXTS)
    assert [encoder.count_tokens([text])[0] for text in TEXTS] == counts
    assert counts[2] > counts[0] > 0
    assert list(encoder.count_tokens([])) == []


def test_the_question_side_is_written_or_a_line_says_why_not(encoder: Encoder, tmp_path: Path) -> None:
    note = encoder.export(tmp_path)
    assert note is None or "\n" not in note
    assert bool(note) != any(tmp_path.iterdir())

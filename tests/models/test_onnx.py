"""The exported model by itself: it counts, cuts and encodes as the model that it was exported from."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from qa.errors import ModelError
from qa.models import sentence_bert
from qa.models.base import ENCODER_FILE, MODEL_FILE, WEIGHTS_FILE
from qa.models.loading import load_query_encoder
from qa.models.onnx import ENGINE, OnnxEncoder
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from tests import tiny_models
from tests.models.conftest import PROMPTS

MIN_COSINE = 0.9999

TEXTS = [
    "",
    "who?",
    "  white\tspace \n everywhere \u00a0 ",
    "the court \ud800 said \udfff",
    "NUL\0 and \ufffd and \u200b and \u202e",
    "[CLS] special [SEP] tokens [MASK] in a passage",
    "Guaido\u0301 and Guaid\u00f3 👩‍👩‍👧 🇻🇪",
    "委内瑞拉选举的结果是什么？",
    "antidisestablishmentarianism" * 5,
    "THE COURT said who, and the prosecutor of the harbour. " * 3,
    "court " * 1000,
]

NAMES = ["mean", "cls", "prompts", "dense", "last token"]


@pytest.fixture(scope="module")
def pairs(
    models: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[SentenceTransformerEncoder, Path]]:
    """Each model, and the folder that it was exported into."""
    made = {}
    for name in NAMES:
        encoder, folder = SentenceTransformerEncoder(str(models[name])), tmp_path_factory.mktemp("export")
        assert encoder.export(folder) is None
        made[name] = (encoder, folder)
    return made


@pytest.fixture(scope="module")
def exported_minilm(minilm: SentenceTransformerEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("minilm")
    assert minilm.export(folder) is None
    return folder


def smallest_cosine(found: np.ndarray, expected: np.ndarray) -> float:
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
    return float(((found.astype(np.float64) * expected).sum(axis=1) / lengths).min())


def assert_independent_of_the_batch(encoder: OnnxEncoder, texts: list[str]) -> None:
    together = encoder.encode_passages(texts)
    backwards = encoder.encode_passages(texts[::-1])[::-1]
    np.testing.assert_array_equal(backwards, together)
    for number, text in enumerate(texts):
        np.testing.assert_array_equal(encoder.encode_passages([text])[0], together[number])
    for size in (2, 3, 5):
        parts = [encoder.encode_passages(texts[i : i + size]) for i in range(0, len(texts), size)]
        np.testing.assert_array_equal(np.concatenate(parts), together)


@pytest.mark.parametrize("name", NAMES)
class TestAsTheModel:
    def test_tokens_are_counted_alike(self, pairs, name):
        original, folder = pairs[name]
        encoder = OnnxEncoder(folder)
        assert encoder.count_tokens(TEXTS) == original.count_tokens(TEXTS)
        assert encoder.count_tokens([]) == []

    def test_passages_get_the_same_vectors(self, pairs, name):
        original, folder = pairs[name]
        encoder = OnnxEncoder(folder)
        assert encoder.encodes_passages
        vectors = encoder.encode_passages(TEXTS)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert smallest_cosine(vectors, original.encode_passages(TEXTS)) >= MIN_COSINE

    def test_it_says_the_same_of_itself(self, pairs, name):
        original, folder = pairs[name]
        encoder = OnnxEncoder(folder)
        assert encoder.info == original.info._replace(engine=ENGINE)

    def test_a_vector_does_not_depend_on_the_batch(self, pairs, name):
        texts = [*TEXTS, *("court " * n for n in range(1, 30)), *("who said " * n for n in range(1, 30))]
        assert_independent_of_the_batch(OnnxEncoder(pairs[name][1]), texts)


def test_a_vector_of_the_default_model_does_not_depend_on_the_batch(exported_minilm):
    texts = [*TEXTS, *(f"The prosecutor asked {'once more ' * n}for a warrant." for n in range(20))]
    assert_independent_of_the_batch(OnnxEncoder(exported_minilm), texts)


def test_the_default_model_s_export_counts_and_encodes_as_the_model(minilm, exported_minilm):
    encoder = OnnxEncoder(exported_minilm)
    assert encoder.count_tokens(TEXTS) == minilm.count_tokens(TEXTS)
    assert encoder.info.max_tokens == minilm.max_tokens == 254
    assert smallest_cosine(encoder.encode_passages(TEXTS), minilm.encode_passages(TEXTS)) >= MIN_COSINE


@pytest.mark.parametrize("threads", [None, 1, 2, 0])
def test_it_gives_the_same_vectors_however_it_is_opened(minilm, exported_minilm, threads):
    encoder = load_query_encoder(exported_minilm, threads=threads)
    for question in ("who?", "What did the Secretary General request on July 31, 2024?"):
        found, expected = encoder.encode_query(question), minilm.encode_query(question)
        assert smallest_cosine(found[None], expected[None]) >= MIN_COSINE


def test_the_weights_lie_beside_the_graph(exported_minilm):
    """So that they are mapped into memory. All-MiniLM-L6-v2 has 22,713,216 weights of 4 bytes; its pooler is unused."""
    assert (exported_minilm / sentence_bert.WEIGHTS).stat().st_size > 4 * 22_000_000
    assert (exported_minilm / MODEL_FILE).stat().st_size < 1_000_000


def test_the_graph_has_standard_operators_only(exported_minilm):
    import onnx

    graph = onnx.load(str(exported_minilm / MODEL_FILE), load_external_data=False)
    assert {operators.domain for operators in graph.opset_import} == {""}
    assert {node.domain for node in graph.graph.node} == {""}


def test_an_export_is_exported_again(pairs, tmp_path):
    _, folder = pairs["prompts"]
    encoder = OnnxEncoder(folder)
    encoder.export(tmp_path)
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {f.name: f.read_bytes() for f in folder.iterdir()}
    np.testing.assert_array_equal(OnnxEncoder(tmp_path).encode_passages(TEXTS), encoder.encode_passages(TEXTS))


def test_no_passages_make_no_vectors(pairs):
    assert OnnxEncoder(pairs["dense"][1]).encode_passages([]).shape == (0, 16)


def test_a_question_with_lone_surrogates_is_encoded(pairs):
    original, folder = pairs["mean"]
    question = "who \ud800 said?"
    found = OnnxEncoder(folder).encode_query(question)
    assert smallest_cosine(found[None], original.encode_query(question)[None]) >= MIN_COSINE


def test_many_threads_get_the_passages_that_one_gets(pairs):
    encoder = OnnxEncoder(pairs["mean"][1])
    expected = [encoder.encode_passages([text]).tobytes() for text in TEXTS] * 8
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: encoder.encode_passages([text]).tobytes(), TEXTS * 8)) == expected


def test_a_graph_without_a_weights_file_is_read_and_exported_again(pairs, tmp_path):
    """As a model has whose weights are all smaller than what is put outside the graph."""
    import onnx

    _, folder = pairs["dense"]
    inside = Path(shutil.copytree(folder, tmp_path / "inside"))
    onnx.save(onnx.load(str(folder / MODEL_FILE)), str(inside / MODEL_FILE))
    (inside / WEIGHTS_FILE).unlink()
    (tmp_path / "again").mkdir()
    OnnxEncoder(inside).export(tmp_path / "again")
    assert not (tmp_path / "again" / WEIGHTS_FILE).exists()
    vectors = OnnxEncoder(tmp_path / "again").encode_passages(TEXTS)
    assert smallest_cosine(vectors, OnnxEncoder(folder).encode_passages(TEXTS)) >= MIN_COSINE


def save_with_a_prompt_left_out(folder: Path) -> None:
    """A model whose pooling does not average over the prompt; the prompt of a passage is longer than a question's."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    transformer = tiny_models.transformer(folder.with_name("transformer"))
    modules = [transformer, Pooling(tiny_models.WIDTH, "mean", include_prompt=False)]
    prompts = {"query": "query: ", "document": "the passage of the court: "}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))


def save_with_a_route_for_each(folder: Path) -> None:
    """A model that sends questions and passages through different weights."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Router

    sides = [tiny_models.transformer(folder.with_name(f"side{seed}"), seed=seed) for seed in (0, 1)]
    query, document = ([side, Pooling(tiny_models.WIDTH, "mean")] for side in sides)
    router = Router.for_query_document(query_modules=query, document_modules=document)
    SentenceTransformer(modules=[router], device="cpu").save(str(folder))


@pytest.mark.parametrize("save", [save_with_a_prompt_left_out, save_with_a_route_for_each])
def test_a_model_with_another_side_for_passages_encodes_none_when_exported(tmp_path, save):
    save(tmp_path / "model")
    original = SentenceTransformerEncoder(str(tmp_path / "model"))
    (tmp_path / "encoder").mkdir()
    assert original.export(tmp_path / "encoder") is None
    assert json.loads((tmp_path / "encoder" / ENCODER_FILE).read_text())["passages"] is False
    encoder = OnnxEncoder(tmp_path / "encoder")
    assert not encoder.encodes_passages
    assert smallest_cosine(encoder.encode_query("who?")[None], original.encode_query("who?")[None]) >= MIN_COSINE
    with pytest.raises(ModelError, match="encodes questions only; encode passages with the model"):
        encoder.encode_passages(["the court"])


def test_the_prompt_of_a_passage_is_the_document_s(pairs):
    prompting, plain = OnnxEncoder(pairs["prompts"][1]), OnnxEncoder(pairs["mean"][1])
    found = prompting.encode_passages(["the court said"])
    assert smallest_cosine(found, plain.encode_passages([PROMPTS["document"] + "the court said"])) >= MIN_COSINE

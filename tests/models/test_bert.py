"""A BERT's graph, written without torch: every model of the kind gives the vectors that sentence-transformers gives."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.errors import ModelError
from qa.models import bert, sentence_bert
from qa.models.graph_writer import GraphWriter
from qa.models.model_files import locate
from qa.models.onnx import ENGINE
from qa.models.runtime import Graph
from qa.models.sentence_bert import MIN_COSINE, WEIGHTS, open_encoder, read
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from tests import tiny_models
from tests.models.test_onnx import TEXTS, smallest_cosine

DEFAULT = "all-MiniLM-L6-v2"

#: Models of the kind, by how they are saved: what stands on the BERT, and what stands before a text.
KINDS = {
    "mean": {},
    "cls": {"pooling": "cls"},
    "prompts": {"prompts": {"query": "query: ", "passage": "passage: "}},
    "short": {"length": 16},
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_counts_and_encodes_as_sentence_transformers(tmp_path, kind):
    folder = tiny_models.save(tmp_path / "model", **KINDS[kind])  # type: ignore[arg-type]
    encoder, original = open_encoder("tiny", folder), SentenceTransformerEncoder(str(folder))
    assert encoder is not None
    assert encoder.info == original.info._replace(name="tiny", engine=ENGINE)
    assert encoder.count_tokens(TEXTS) == original.count_tokens(TEXTS)
    assert smallest_cosine(encoder.encode_passages(TEXTS), original.encode_passages(TEXTS)) >= MIN_COSINE
    questions = [text for text in TEXTS if original.count_tokens([text])[0] < 8]
    found, expected = ([one.encode_query(text) for text in questions] for one in (encoder, original))
    assert smallest_cosine(np.array(found), np.array(expected)) >= MIN_COSINE


def test_the_default_model_is_of_the_kind(minilm):
    encoder = open_encoder(DEFAULT, locate(DEFAULT))
    assert encoder is not None
    texts = [*TEXTS, *("The prosecutor asked " * n for n in (1, 20, 60, 200))]
    assert smallest_cosine(encoder.encode_passages(texts), minilm.encode_passages(texts)) >= MIN_COSINE


def test_an_export_needs_nothing_of_the_model_s_folder(tmp_path):
    folder = tiny_models.save(tmp_path / "model")
    encoder = open_encoder("tiny", folder)
    assert encoder is not None
    expected = encoder.encode_passages(TEXTS)
    (tmp_path / "export").mkdir()
    encoder.export(tmp_path / "export")
    shutil.rmtree(folder)
    from qa.models.onnx import OnnxEncoder

    np.testing.assert_array_equal(OnnxEncoder(tmp_path / "export").encode_passages(TEXTS), expected)


def test_other_vectors_than_those_published_are_refused(tmp_path, monkeypatch):
    published = json.loads(sentence_bert._PUBLISHED.read_text())
    published["vector"][0] += 0.1
    (tmp_path / "vector.json").write_text(json.dumps(published))
    monkeypatch.setattr(sentence_bert, "_PUBLISHED", tmp_path / "vector.json")
    with pytest.raises(ModelError, match="other vectors"):
        open_encoder(DEFAULT, locate(DEFAULT))


def change(folder: Path, name: str, **settings: object) -> None:
    content = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps(content | settings))


@pytest.mark.parametrize(
    ("file", "settings"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("config.json", {"is_decoder": True}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
        ("sentence_bert_config.json", {"something_new": 1}),
        ("1_Pooling/config.json", {"pooling_mode": "max"}),
        ("1_Pooling/config.json", {"include_prompt": False}),
        ("tokenizer_config.json", {"do_lower_case": False}),
        ("tokenizer_config.json", {"tokenizer_class": "DebertaV2Tokenizer"}),
        ("tokenizer_config.json", {"truncation_side": "left"}),
    ],
    ids=str,
)
def test_a_setting_that_is_not_understood_leaves_the_model_to_sentence_transformers(models, tmp_path, file, settings):
    folder = Path(shutil.copytree(models["mean"], tmp_path / "model"))
    assert read(folder) is not None
    change(folder, file, **settings)
    assert read(folder) is None


@pytest.mark.parametrize("name", ["dense", "last token"])
def test_a_model_with_other_modules_is_left_to_sentence_transformers(models, name):
    assert open_encoder("tiny", models[name]) is None


@pytest.mark.parametrize("file", [WEIGHTS, "config.json", "tokenizer.json", "modules.json"])
def test_so_is_one_that_lacks_a_file(models, tmp_path, file):
    folder = Path(shutil.copytree(models["mean"], tmp_path / "model"))
    (folder / file).unlink()
    assert read(folder) is None


def test_a_head_of_one_s_own_stands_on_the_body(tmp_path, models):
    """Two scores for each token, as a reader has them, against torch."""
    import torch
    from safetensors.torch import load_file, save_file
    from transformers import BertModel

    weights = {f"bert.{name}": value for name, value in load_file(str(models["mean"] / WEIGHTS)).items()}
    torch.manual_seed(3)
    head = {"qa_outputs.weight": torch.randn(2, tiny_models.WIDTH), "qa_outputs.bias": torch.randn(2)}
    save_file(weights | head, str(tmp_path / WEIGHTS))

    config = bert.BertConfig.of(json.loads((models["mean"] / "config.json").read_text()))
    assert config is not None
    writer = GraphWriter(tmp_path / WEIGHTS)
    encoded = bert.body(writer, config, "bert.")
    (tmp_path / "reader.onnx").write_bytes(writer.graph({"scores": writer.linear(encoded.tokens, "qa_outputs")}))

    generator = np.random.default_rng(5)
    inputs = {
        "input_ids": generator.integers(5, 200, (3, 9)),
        "attention_mask": np.array([[1] * 9, [1] * 5 + [0] * 4, [1] * 2 + [0] * 7]),
        "token_type_ids": np.array([[0] * 4 + [1] * 5] * 3),
    }
    scores = Graph(tmp_path / "reader.onnx", 1).run(inputs)
    model = BertModel.from_pretrained(str(models["mean"])).eval()
    with torch.no_grad():
        tokens = model(**{name: torch.from_numpy(value) for name, value in inputs.items()}).last_hidden_state
        expected = (tokens @ head["qa_outputs.weight"].T + head["qa_outputs.bias"]).numpy()
    present = inputs["attention_mask"].astype(bool)
    np.testing.assert_allclose(scores.reshape(3, 9, 2)[present], expected[present], atol=1e-5)


UNINSTALLED = """
import sys
from importlib.machinery import PathFinder
GONE = {"torch", "transformers", "sentence_transformers"}
find = PathFinder.find_spec
PathFinder.find_spec = classmethod(lambda _, name, *rest: name.split(".")[0] not in GONE and find(name, *rest) or None)
"""

LIGHT = (
    UNINSTALLED
    + """
import qa
document = qa.Document("quay", "The northern quay is closed until May. Ferries call elsewhere.", title="A quay")
with qa.from_documents([document]) as index:
    print(*(one.document.id for one in index.search("Is the northern quay closed?")))
"""
)

OTHER = (
    UNINSTALLED
    + """
import sys, qa
try:
    qa.from_documents([qa.Document("quay", "The northern quay is closed.")], model=sys.argv[1])
except qa.ModelError as error:
    print(error)
"""
)


def run(code: str, *words: str | Path) -> str:
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True).stdout


def test_documents_in_memory_need_no_model_library():
    assert run(LIGHT) == "quay\n"


def test_a_large_index_is_made_and_asked_without_the_model_libraries(tmp_path):
    """Where they are there, and the processor has bfloat16, so much text has the engines measured."""
    line = "The northern quay of harbour {} is closed until May. "
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(line.format(number) * 20)
    code = UNINSTALLED + "import sys, qa\nfrom qa.models import model\nmodel.MEASURED = model.FEW = 1\n"
    code += "qa.build(sys.argv[1:4], sys.argv[4]).close()\nprint(qa.open(sys.argv[4]).info.documents)"
    assert run(code, *sorted(tmp_path.glob("*.txt")), tmp_path / "index") == "3\n"


def test_another_model_without_them_is_an_error_that_names_what_is_missing(models):
    told = run(OTHER, models["dense"])
    assert "needs sentence-transformers (" in told
    assert told.endswith("; pip install sentence-transformers\n")

"""The reader in ONNX Runtime, on graphs small enough to know what they must say."""

from __future__ import annotations

import json
import math
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from qa.config import DEFAULT_MODEL
from qa.errors import ModelError
from qa.models.base import TitledText
from qa.models.model_files import locate
from qa.models.reader import ABOUT_FILE, FOLDER, GRAPH_FILE, UNREAD, OnnxReader, log_odds, word_table
from qa.types import Span

#: What "not here" scores, and the token id of "warrant" in the packaged model.
NOWHERE, WARRANT = 1.5, 10943


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph that scores 2 for a token of the passage that is "warrant", and 0 for any other."""
    table = word_table(locate(DEFAULT_MODEL) / "model.safetensors")
    vector = np.array(table[WARRANT], dtype=np.float32)
    folder = tmp_path_factory.mktemp("reader")
    constants: dict[str, np.ndarray[Any, Any]] = {
        "vector": vector[None, None],
        "near": np.array(1e-6, dtype=np.float32),
        "two": np.array(2, dtype=np.float32),
        "nowhere": np.array([NOWHERE], dtype=np.float32),
        "last": np.array([2], dtype=np.int64),
    }
    nodes = [
        helper.make_node("Sub", ["words", "vector"], ["off"]),
        helper.make_node("Mul", ["off", "off"], ["square"]),
        helper.make_node("ReduceSum", ["square", "last"], ["distance"], keepdims=0),
        helper.make_node("Less", ["distance", "near"], ["same"]),
        helper.make_node("And", ["same", "passage"], ["counted"]),
        helper.make_node("Cast", ["token_type_ids"], ["passage"], to=TensorProto.BOOL),
        helper.make_node("Cast", ["counted"], ["one"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["one", "two"], ["tokens"]),
        helper.make_node("Identity", ["nowhere"], ["null"]),
    ]
    nodes.insert(4, nodes.pop(5))
    float_input = helper.make_tensor_value_info("words", TensorProto.FLOAT, [1, "n", 384])
    ids = [helper.make_tensor_value_info(n, TensorProto.INT64, [1, "n"]) for n in ("attention_mask", "token_type_ids")]
    outputs = [
        helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, "n"]),
        helper.make_tensor_value_info("null", TensorProto.FLOAT, [1]),
    ]
    initializers = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "reader", [float_input, *ids], outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    data = model.SerializeToString()
    (folder / GRAPH_FILE).write_bytes(data)
    (folder / ABOUT_FILE).write_text(json.dumps({"sha256": sha256(data).hexdigest(), "hidden": 384}))
    return folder


TEXT = "Almagro spoke. He wants a warrant. No warrant, no warrant came."
SENTENCES = [Span(0, 14), Span(15, 34), Span(35, len(TEXT))]
#: Tokens by hand: "almagro spoke ." may be any number of pieces, so only the scores of the others are told.
SECOND = math.log(4 * math.exp(0) + math.exp(2)) - NOWHERE
THIRD = math.log(5 * math.exp(0) + 2 * math.exp(2)) - NOWHERE


def test_a_sentence_s_log_odds_are_its_tokens_logsumexp_less_what_not_here_scores(folder: Path) -> None:
    odds = OnnxReader(folder).read("a warrant?", TitledText("Warrant", TEXT), SENTENCES)
    assert odds.dtype == np.float32
    assert odds[1:] == pytest.approx([SECOND, THIRD], abs=1e-5)
    assert odds[0] < odds[1] < odds[2]


def test_what_is_read_depends_on_nothing_else(folder: Path) -> None:
    reader, passage = OnnxReader(folder), TitledText("", TEXT)
    alone = reader.read("who?", passage, SENTENCES).tobytes()
    with ThreadPoolExecutor(4) as pool:
        assert {odds.tobytes() for odds in pool.map(lambda _: reader.read("who?", passage, SENTENCES), range(8))} == {
            alone
        }
    assert OnnxReader(folder).read("who?", passage, SENTENCES).tobytes() == alone


def test_a_process_that_was_forked_while_the_reader_loads_loads_it_itself(folder: Path, monkeypatch: Any) -> None:
    reader = OnnxReader(folder)
    expected = reader.read("who?", TitledText("", TEXT), SENTENCES).tobytes()
    never: Future[Any] = Future()
    monkeypatch.setattr(reader, "_loading", never)  # as a fork leaves it, whose thread is gone
    monkeypatch.setattr(reader, "_process", 0)
    assert reader.read("who?", TitledText("", TEXT), SENTENCES).tobytes() == expected


def test_what_does_not_fit_is_not_read(folder: Path) -> None:
    long = f"{'word ' * 600}. A warrant."
    odds = OnnxReader(folder).read("who?", TitledText("", long), [Span(0, 3001), Span(3002, len(long))])
    assert odds[0] > UNREAD
    assert odds[1] == UNREAD


def test_a_token_belongs_to_the_last_sentence_that_starts_where_it_does_or_before() -> None:
    scores = np.array([1, 2, 3, 4], dtype=np.float32)
    found = log_odds(scores, 0.5, np.array([0, 4, 5, 9]), [Span(0, 4), Span(5, 8), Span(9, 12), Span(12, 13)])
    expected = [math.log(math.exp(1) + math.exp(2)) - 0.5, 3 - 0.5, 4 - 0.5, UNREAD]
    assert found == pytest.approx(expected)


def test_weights_that_are_not_those_released_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / GRAPH_FILE).write_bytes((folder / GRAPH_FILE).read_bytes() + b"\0")
    (tmp_path / ABOUT_FILE).write_text((folder / ABOUT_FILE).read_text())
    with pytest.raises(ModelError, match=r"reader\.onnx is not the file that was released; install qa again"):
        OnnxReader(tmp_path).read("who?", TitledText("", TEXT), SENTENCES)


@pytest.mark.parametrize("about", [None, "{", "\xff"])
def test_a_package_without_the_reader_says_what_to_do(tmp_path: Path, about: str | None) -> None:
    if about is not None:
        (tmp_path / ABOUT_FILE).write_bytes(about.encode("latin-1"))
    with pytest.raises(ModelError, match=r"reader\.json cannot be read; install qa again"):
        _ = OnnxReader(tmp_path).fingerprint


@pytest.mark.parametrize("content", [b"", b"\x02\0\0\0\0\0\0\0{}", b"\xff" * 20])
def test_a_file_without_a_word_table_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.safetensors holds no word table"):
        word_table(tmp_path / "model.safetensors")


class TestPackaged:
    """The weights that come with the package."""

    def test_they_are_those_that_are_told_and_small(self) -> None:
        file = FOLDER / GRAPH_FILE
        assert sha256(file.read_bytes()).hexdigest() == OnnxReader().fingerprint
        assert file.stat().st_size <= 25_000_000

    @pytest.mark.parametrize(
        ("question", "answer"), [("Who closed the bridge?", 1), ("How long will the bridge be closed?", 2)]
    )
    def test_the_sentence_that_answers_has_the_highest_log_odds(self, question: str, answer: int) -> None:
        told = ["The bridge at Ostrow carries 9,000 cars a day.", "Mayor Irma Salo closed it on Monday.",
                "It will stay shut for six weeks.", "Ferries run instead."]  # fmt: skip
        text, spans = " ".join(told), [Span(0, len(told[0]))]
        for sentence in told[1:]:
            spans.append(Span(spans[-1].end + 1, spans[-1].end + 1 + len(sentence)))
        odds = OnnxReader().read(question, TitledText("Bridge closed", text), spans)
        assert int(odds.argmax()) == answer

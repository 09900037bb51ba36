"""The model: it is the base model's BERT, its loss is what its formula says, and its export says the same."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from transformers import BertConfig, BertModel

from training.base import model_folder
from training.export import ABOUT, GRAPH, export
from training.loss import ENDS, ends_loss, loss, sentence_loss
from training.model import Reader, Shape, from_base
from training.reading import by_sentence

SHAPE = Shape(
    vocab_size=50,
    hidden_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=96,
    max_position_embeddings=200,
    type_vocab_size=2,
    layer_norm_eps=1e-12,
)


@pytest.fixture
def reader() -> Reader:
    torch.manual_seed(1)
    reader = Reader(SHAPE)
    reader.words = torch.randn(SHAPE.vocab_size, SHAPE.hidden_size)
    return reader.eval()


def test_the_base_models_states_are_berts():
    bert = BertModel.from_pretrained(model_folder(), add_pooling_layer=False).eval()
    assert isinstance(bert.config, BertConfig)
    ids = torch.randint(1000, 20_000, (2, 20), generator=torch.Generator().manual_seed(1))
    mask, types = torch.ones_like(ids), torch.zeros_like(ids)
    mask[1, 12:], types[:, 8:] = 0, 1
    reader = from_base(model_folder())
    with torch.inference_mode():
        expected = bert(ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        states = reader.body.states(torch.nn.functional.embedding(ids, reader.words), mask, types)
    assert torch.allclose(states[0], expected[0], atol=1e-4)
    assert torch.allclose(states[1, :12], expected[1, :12], atol=1e-4)


def test_the_sentence_loss_is_minus_the_log_of_the_right_mass():
    tokens = torch.tensor([[9.0, 1.0, 2.0, 0.5], [9.0, 1.0, 2.0, 0.5]])
    null = torch.tensor([0.3, 0.3])
    inside = torch.tensor([[False, True, True, True]] * 2)
    gold = torch.tensor([[False, True, False, True], [False] * 4])
    mass = np.exp([0.3, 1.0, 2.0, 0.5])
    expected = [-np.log((mass[1] + mass[3]) / mass.sum()), -np.log(mass[0] / mass.sum())]
    assert sentence_loss(tokens, null, gold, inside).tolist() == pytest.approx(expected, abs=1e-5)


def test_the_ends_of_an_unknown_answer_cost_nothing():
    ends = torch.randn(2, 4, 2)
    inside = torch.tensor([[False, False, True, True]] * 2)
    known, unknown = ends_loss(ends, torch.tensor([2, -1]), torch.tensor([3, -1]), inside)
    begin = -torch.log_softmax(ends[0, [0, 2, 3], 0], 0)[1]
    end = -torch.log_softmax(ends[0, [0, 2, 3], 1], 0)[2]
    assert known.item() == pytest.approx(((begin + end) / 2).item(), abs=1e-5)
    assert unknown.item() == 0


def test_the_loss_is_the_weighted_mean():
    torch.manual_seed(2)
    tokens, null, ends = torch.randn(2, 4), torch.randn(2), torch.randn(2, 4, 2)
    inside = torch.tensor([[False, True, True, True]] * 2)
    gold = torch.tensor([[False, True, False, False], [False] * 4])
    first, last = torch.tensor([1, 0]), torch.tensor([1, 0])
    each = sentence_loss(tokens, null, gold, inside) + ENDS * ends_loss(ends, first, last, inside)
    value = loss(tokens, null, ends, gold, inside, first, last, torch.tensor([3.0, 1.0]))
    assert value.item() == pytest.approx((3 * each[0].item() + each[1].item()) / 4, abs=1e-5)


def test_the_export_says_what_the_model_says(reader: Reader, tmp_path: Path):
    assert export(reader, tmp_path) < 1e-2
    assert {file.name for file in tmp_path.iterdir()} == {GRAPH, ABOUT}
    stored = {
        weight.data_type for weight in onnx.load(tmp_path / GRAPH).graph.initializer if len(weight.raw_data) > 4096
    }
    assert stored == {onnx.TensorProto.FLOAT16}
    session = onnxruntime.InferenceSession(str(tmp_path / GRAPH), providers=["CPUExecutionProvider"])
    words = torch.randn(3, 17, SHAPE.hidden_size)
    mask, types = torch.ones(3, 17, dtype=torch.long), torch.zeros(3, 17, dtype=torch.long)
    feed = {"words": words.numpy(), "attention_mask": mask.numpy(), "token_type_ids": types.numpy()}
    tokens, null = session.run(["tokens", "null"], feed)
    with torch.inference_mode():
        expected, nowhere = reader.body(words, mask, types)
    assert np.allclose(tokens, expected.numpy(), atol=1e-2)
    assert np.allclose(null, nowhere.numpy(), atol=1e-2)


def test_an_export_that_says_something_else_is_refused(reader: Reader, tmp_path: Path):
    with torch.no_grad():
        reader.body.inside.weight *= 1e6
    with pytest.raises(ValueError, match="differ"):
        export(reader, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_sentences_score_is_the_logsumexp_of_its_tokens_less_null():
    scores = by_sentence(np.array([5, 1, 2, 3], np.float32), 0.5, np.array([-1, 0, 0, 2], np.int32))
    assert scores[0] == pytest.approx(np.log(np.exp(1) + np.exp(2)) - 0.5, abs=1e-5)
    assert scores[1] == -np.inf
    assert scores[2] == pytest.approx(2.5)


def test_the_shape_is_read_from_the_model():
    assert replace(Shape.of(model_folder()), vocab_size=50).hidden_size == 384

"""A BERT as an ONNX graph, from its configuration and weights: Devlin et al. 2019, "BERT", arXiv:1810.04805.

``body`` gives a vector for each token; what stands on it, a head, makes of them what a model is for. A head of one's
own is a few operators over ``body``'s result, such as ``writer.linear(tokens, "qa_outputs")`` for two scores a token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from qa.models.graph_writer import GraphWriter

#: Added to the scores of tokens that are padding: the softmax makes an exact zero of it.
MASKED = float(np.finfo(np.float32).min)

#: Shortest vector that is scaled to unit length, as torch has it.
SHORTEST = 1e-12


@dataclass(frozen=True, slots=True)
class BertConfig:
    """What config.json says of a BERT's shape."""

    width: int
    layers: int
    heads: int
    length: int
    epsilon: float

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> BertConfig | None:
        """None where this is no plain BERT encoder."""
        plain = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
        others = {"is_decoder": False, "add_cross_attention": False}
        if any(config.get(name, plain[name] if name != "model_type" else None) != plain[name] for name in plain):
            return None
        if any(config.get(name, value) != value for name, value in others.items()):
            return None
        return cls(
            config["hidden_size"],
            config["num_hidden_layers"],
            config["num_attention_heads"],
            config["max_position_embeddings"],
            config["layer_norm_eps"],
        )


class Body(NamedTuple):
    """What ``body`` gives: a vector for each token, ``(texts * tokens, width)``; the shape ``(texts, tokens)``; and the
    mask of that shape, 1.0 for tokens of the text and 0.0 for padding."""

    tokens: str
    shape: str
    mask: str


def body(writer: GraphWriter, config: BertConfig, prefix: str = "", *, reads_ids: bool = True) -> Body:
    """Writes the inputs ``input_ids``, ``attention_mask`` and ``token_type_ids``, each ``(texts, tokens)``, the
    embeddings and the layers. ``prefix`` stands before the weights' names. Unless the graph ``reads_ids``, it has no
    word table, and the input ``words``, ``(texts, tokens, width)``, the rows of that, in the place of the first.

    Raises KeyError or ValueError where a weight is missing or of another type.
    """
    axes = ("texts", "tokens")
    if reads_ids:
        ids = writer.input("input_ids", axes)
        words = writer.add("Gather", writer.weight(f"{prefix}embeddings.word_embeddings.weight"), ids)
    else:
        words = writer.input("words", (*axes, config.width), whole=False)
    present, types = (writer.input(name, axes) for name in ("attention_mask", "token_type_ids"))
    shape = writer.add("Shape", present)
    mask = writer.add("Cast", present, to=1)  # to 32-bit floats
    rows = _embedded(writer, config, f"{prefix}embeddings", words, types, shape)
    hidden = writer.add("Mul", writer.add("Sub", writer.constant(1.0), mask), writer.constant(MASKED))
    hidden = writer.add("Unsqueeze", hidden, writer.constant([1, 2]))
    split = writer.add("Concat", shape, writer.constant([config.heads, config.width // config.heads]), axis=0)
    for number in range(config.layers):
        rows = _layer(writer, config, f"{prefix}encoder.layer.{number}", rows, hidden, split)
    return Body(rows, shape, mask)


def mean(writer: GraphWriter, config: BertConfig, encoded: Body) -> str:
    """A head: the unit vector ``(texts, width)`` in the direction of the mean of a text's tokens."""
    tokens = writer.add("Reshape", encoded.tokens, _with(writer, encoded.shape, config.width))
    kept = writer.add("Mul", tokens, writer.add("Unsqueeze", encoded.mask, writer.constant([2])))
    return unit(writer, writer.add("ReduceSum", kept, writer.constant([1]), keepdims=0))


def first(writer: GraphWriter, config: BertConfig, encoded: Body) -> str:
    """A head: the unit vector ``(texts, width)`` in the direction of a text's first token, [CLS]."""
    tokens = writer.add("Reshape", encoded.tokens, _with(writer, encoded.shape, config.width))
    return unit(writer, writer.add("Gather", tokens, writer.constant(0), axis=1))


def unit(writer: GraphWriter, vectors: str) -> str:
    """The rows, scaled to unit length."""
    length = writer.add("ReduceL2", vectors, writer.constant([1]), keepdims=1)
    return writer.add("Div", vectors, writer.add("Max", length, writer.constant(SHORTEST)))


def _embedded(writer: GraphWriter, config: BertConfig, name: str, words: str, types: str, shape: str) -> str:
    """The sum of what stands for each token's word, its place and its segment, normalised: a row for each token."""
    places, segments = (writer.weight(f"{name}.{kind}_embeddings.weight") for kind in ("position", "token_type"))
    length = writer.add("Slice", shape, writer.constant([1]), writer.constant([2]))
    summed = writer.add("Add", words, writer.add("Gather", segments, types))
    summed = writer.add("Add", summed, writer.add("Slice", places, writer.constant([0]), length))
    return _rows(writer, config, writer.normalized(summed, f"{name}.LayerNorm", config.epsilon))


def _layer(writer: GraphWriter, config: BertConfig, name: str, rows: str, hidden: str, split: str) -> str:
    attended = writer.linear(
        _attention(writer, config, f"{name}.attention.self", rows, hidden, split), f"{name}.attention.output.dense"
    )
    rows = writer.normalized(writer.add("Add", attended, rows), f"{name}.attention.output.LayerNorm", config.epsilon)
    inner = writer.add("Gelu", writer.linear(rows, f"{name}.intermediate.dense"))
    outer = writer.add("Add", writer.linear(inner, f"{name}.output.dense"), rows)
    return writer.normalized(outer, f"{name}.output.LayerNorm", config.epsilon)


def _attention(writer: GraphWriter, config: BertConfig, name: str, rows: str, hidden: str, split: str) -> str:
    """What each token takes from the others of its text, all heads side by side."""

    def heads(kind: str, order: list[int]) -> str:
        return writer.add("Transpose", writer.add("Reshape", writer.linear(rows, f"{name}.{kind}"), split), perm=order)

    query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
    scale = writer.constant((config.width / config.heads) ** -0.5)
    scores = writer.add("Add", writer.add("MatMul", writer.add("Mul", query, scale), key), hidden)
    taken = writer.add("MatMul", writer.add("Softmax", scores, axis=-1), value)
    return _rows(writer, config, writer.add("Transpose", taken, perm=[0, 2, 1, 3]))


def _rows(writer: GraphWriter, config: BertConfig, values: str) -> str:
    return writer.add("Reshape", values, writer.constant([-1, config.width]))


def _with(writer: GraphWriter, shape: str, width: int) -> str:
    return writer.add("Concat", shape, writer.constant([width]), axis=0)

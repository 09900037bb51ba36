"""The reader: a BERT that scores each token of a passage for belonging to the answer, and ``[CLS]`` for "not here".

The word table is the base model's and stays as it is, so that only the layers have to be shipped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

#: Added to the attention to a padding token.
HIDDEN = -1e4


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT, as its config.json has them."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float

    @classmethod
    def of(cls, model: Path) -> Shape:
        """The sizes in a model folder's config.json."""
        config = json.loads((model / "config.json").read_text("utf-8"))
        return cls(**{name: config[name] for name in cls.__dataclass_fields__})


class Layer(nn.Module):
    """A layer of BERT: self-attention and two dense layers, each added to its input and normalised."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        size = shape.hidden_size
        self.heads = shape.num_attention_heads
        self.attention = nn.Linear(size, 3 * size)
        self.attended = nn.Linear(size, size)
        self.attended_norm = nn.LayerNorm(size, shape.layer_norm_eps)
        self.inner = nn.Linear(size, shape.intermediate_size)
        self.outer = nn.Linear(shape.intermediate_size, size)
        self.norm = nn.LayerNorm(size, shape.layer_norm_eps)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        batch, tokens, size = states.shape
        parts = self.attention(states).view(batch, tokens, 3, self.heads, size // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        # Written out: on a CPU the fused attention's way back takes four times as long in bfloat16.
        scores = query * query.shape[-1] ** -0.5 @ key.transpose(2, 3) + bias.to(query.dtype)
        seen = torch.softmax(scores, dim=-1).to(value.dtype) @ value
        seen = self.attended(seen.transpose(1, 2).reshape(batch, tokens, size))
        states = self.attended_norm(states + seen)
        out: Tensor = self.norm(states + self.outer(functional.gelu(self.inner(states))))
        return out


class Body(nn.Module):
    """From word vectors ``(batch, tokens, hidden)`` to the scores; everything that is shipped."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        size = shape.hidden_size
        self.position = nn.Parameter(torch.empty(shape.max_position_embeddings, size).normal_(std=0.02))
        self.kinds = nn.Parameter(torch.empty(shape.type_vocab_size, size).normal_(std=0.02))
        self.norm = nn.LayerNorm(size, shape.layer_norm_eps)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.num_hidden_layers))
        self.inside = nn.Linear(size, 1)
        self.nowhere = nn.Linear(size, 1)

    def states(self, words: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """The last layer's states, ``(batch, tokens, hidden)``. The masks are ``(batch, tokens)``, 0 or 1."""
        kinds = token_type_ids.to(words.dtype).unsqueeze(-1)
        states: Tensor = (
            words + self.position[: words.shape[1]] + self.kinds[0] + kinds * (self.kinds[1] - self.kinds[0])
        )
        states = self.norm(states)
        bias = ((1 - attention_mask.to(words.dtype)) * HIDDEN)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, bias)
        return states

    def scores(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """The tokens' scores ``(batch, tokens)`` and the null scores ``(batch,)``."""
        return self.inside(states).squeeze(-1), self.nowhere(states[:, 0]).squeeze(-1)

    def forward(self, words: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        return self.scores(self.states(words, attention_mask, token_type_ids))


class Reader(nn.Module):
    """The body, the word table (fixed), and the helper that finds the answer's ends, which is not shipped."""

    words: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.register_buffer("words", torch.zeros(shape.vocab_size, shape.hidden_size), persistent=False)
        self.body = Body(shape)
        self.ends = nn.Linear(shape.hidden_size, 2)

    def forward(self, ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Token scores, null scores, and the scores of the answer's ends ``(batch, tokens, 2)``."""
        states = self.body.states(functional.embedding(ids, self.words), attention_mask, token_type_ids)
        return *self.body.scores(states), self.ends(states)


def from_base(model: Path) -> Reader:
    """A reader with the weights of the BERT in a folder; its own heads are small and random."""
    shape = Shape.of(model)
    reader = Reader(shape)
    weights = load_file(model / "model.safetensors")
    reader.words = weights["embeddings.word_embeddings.weight"].float()
    reader.body.load_state_dict(_body(weights, shape.num_hidden_layers), strict=False)
    for head in (reader.body.inside, reader.body.nowhere, reader.ends):
        nn.init.normal_(head.weight, std=0.02)
        nn.init.zeros_(head.bias)
    return reader


def _body(weights: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    body = {
        "position": weights["embeddings.position_embeddings.weight"],
        "kinds": weights["embeddings.token_type_embeddings.weight"],
    }
    dense = {"attended": "attention.output.dense", "inner": "intermediate.dense", "outer": "output.dense"}
    names = dense | {"attended_norm": "attention.output.LayerNorm", "norm": "output.LayerNorm"}
    for kind in ("weight", "bias"):
        body[f"norm.{kind}"] = weights[f"embeddings.LayerNorm.{kind}"]
        for number in range(layers):
            base = f"encoder.layer.{number}"
            parts = [weights[f"{base}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            body[f"layers.{number}.attention.{kind}"] = torch.cat(parts)
            for own, theirs in names.items():
                body[f"layers.{number}.{own}.{kind}"] = weights[f"{base}.{theirs}.{kind}"]
    return {name: weight.float() for name, weight in body.items()}

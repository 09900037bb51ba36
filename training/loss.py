"""How wrong the scores of a batch are."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

#: How much the answer's ends count beside its sentence.
ENDS = 0.25

#: A score that no softmax notices.
NEVER = -1e4


def sentence_loss(tokens: Tensor, null: Tensor, gold: Tensor, inside: Tensor) -> Tensor:
    """Minus the log of the mass on what is right, ``(batch,)``: on all answering sentences, or on "not here".

    A sentence's score is the logsumexp of its tokens' scores, and the softmax is over the sentences and null; so the
    mass of a sentence is that of its tokens. ``tokens`` are scores ``(batch, tokens)``, ``null`` ``(batch,)``;
    ``inside`` marks the passage's tokens and ``gold`` those of answering sentences, ``(batch, tokens)``.
    """
    total = torch.logsumexp(torch.cat([null[:, None], tokens.masked_fill(~inside, NEVER)], dim=1), dim=1)
    right = torch.logsumexp(tokens.masked_fill(~gold, NEVER), dim=1)
    return total - torch.where(gold.any(dim=1), right, null)


def ends_loss(ends: Tensor, first: Tensor, last: Tensor, inside: Tensor) -> Tensor:
    """The mean loss of the answer's first and last token, ``(batch,)``, over the passage's tokens and ``[CLS]``.

    ``ends`` are scores ``(batch, tokens, 2)``; ``first`` and ``last`` token positions, 0 for no answer, -1 for unknown.
    """
    allowed = inside.clone()
    allowed[:, 0] = True
    scores = ends.masked_fill(~allowed[:, :, None], NEVER)
    begin = functional.cross_entropy(scores[:, :, 0], first, reduction="none", ignore_index=-1)
    end = functional.cross_entropy(scores[:, :, 1], last, reduction="none", ignore_index=-1)
    return (begin + end) / 2


def loss(
    tokens: Tensor,
    null: Tensor,
    ends: Tensor,
    gold: Tensor,
    inside: Tensor,
    first: Tensor,
    last: Tensor,
    weight: Tensor,
) -> Tensor:
    """The batch's loss, a scalar: the weighted mean of both losses."""
    each = sentence_loss(tokens, null, gold, inside) + ENDS * ends_loss(ends, first, last, inside)
    return (each * weight).sum() / weight.sum()

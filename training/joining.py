"""Lone sentences that answer -> passages: each sentence among those that share most words with it.

The passages do not read well, but their sentences are about the same: only what they say tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from training.lookalikes import Lookalikes
from training.rows import Row, split

#: Weight of such a row.
WEIGHT = 0.6


def joined(pairs: Sequence[tuple[str, str]], random: Random) -> Iterator[Row]:
    """A row for each pair of question and answering sentence."""
    texts = list(dict.fromkeys(sentence for _, sentence in pairs))
    similar = Lookalikes(texts, [""] * len(texts))
    own = [Row(sentence, "", sentence, ((0, len(sentence)),), (), "") for _, sentence in pairs]
    for (question, sentence), others in zip(pairs, similar.nearest(own), strict=True):
        chosen = [texts[number] for number in others[: random.randint(2, 4)]]
        place = random.randint(0, len(chosen))
        chosen.insert(place, sentence)
        start = sum(len(text) + 1 for text in chosen[:place])
        passage = " ".join(chosen)
        yield Row(
            question, "", passage, split(passage), ((start, start + len(sentence)),), "squad1_sentences", False, WEIGHT
        )

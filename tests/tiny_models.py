"""Tiny sentence-transformers models: real in every way but their size and their wisdom."""

from __future__ import annotations

import math
from pathlib import Path

#: Tokens of text, special tokens included, that the models read.
LENGTH = 256

WIDTH = 32

_WORDS = "the of a to and court prosecutor said arrest warrant ballot harbour query passage who what".split()
_LETTERS = [chr(code) for code in range(33, 127)]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_LETTERS, *_WORDS, *(f"##{letter}" for letter in _LETTERS)]


def save(
    folder: Path,
    *,
    pooling: str = "mean",
    prompts: dict[str, str] | None = None,
    dense: int | None = None,
    length: int = LENGTH,
    seed: int = 0,
) -> Path:
    """Saves a BERT of one layer with the given pooling, then a dense layer to ``dense`` dimensions if asked for.

    Its vectors are not normalised by itself.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling

    modules = [transformer(folder.with_name(f"{folder.name}-transformer"), length, seed), Pooling(WIDTH, pooling)]
    if dense is not None:
        modules.append(Dense(WIDTH, dense))
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder


def save_cross_encoder(folder: Path, word: str, *, scale: float = 8.0, labels: int = 1, length: int = LENGTH) -> Path:
    """Saves a cross-encoder that counts ``word`` in question and passage: its raw score is that of ``word_score``.

    A BERT of one layer, four wide: ``word`` is (√2, -√2, 0, 0), any other token (0, 0, √2, -√2), and position and
    segment are nothing. Its attention takes the mean of all tokens, the feed-forward layer adds nothing, the pooler
    passes the first value of [CLS] on, and the classifier multiplies by ``scale``.
    """
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=4,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=4,
        max_position_embeddings=length,
    )
    config.num_labels = labels
    model = BertForSequenceClassification(config)
    weights = {name: torch.zeros_like(value) for name, value in model.state_dict().items()}
    weights |= {name: torch.ones_like(value) for name, value in weights.items() if name.endswith("LayerNorm.weight")}
    tokens, attention = weights["bert.embeddings.word_embeddings.weight"], "bert.encoder.layer.0.attention"
    tokens[:] = torch.tensor([0.0, 0.0, 2**0.5, -(2**0.5)])
    tokens[VOCABULARY.index(word)] = torch.tensor([2**0.5, -(2**0.5), 0.0, 0.0])
    for name in (f"{attention}.self.value.weight", f"{attention}.output.dense.weight"):
        weights[name] = torch.eye(4)
    weights["bert.pooler.dense.weight"][0, 0] = 1.0
    weights["classifier.weight"][:, 0] = scale
    model.load_state_dict(weights)
    parts = folder.with_name(f"{folder.name}-parts")
    model.save_pretrained(parts)
    vocabulary = {token: number for number, token in enumerate(VOCABULARY)}
    BertTokenizer(vocab=vocabulary, model_max_length=length).save_pretrained(parts)
    CrossEncoder(str(parts), device="cpu", local_files_only=True).save(str(folder))
    return folder


def word_score(count: int, tokens: int, scale: float = 8.0) -> float:
    """The raw score for ``count`` times the word among ``tokens`` tokens, special ones included, by hand.

    With the share p = count / tokens, [CLS] plus the mean is √2 (p, -p, 2 - p, p - 2), whose mean is 0 and whose
    variance is p² + (2 - p)², so that layer normalisation makes its first value √2 p / √(p² + (2 - p)²).
    """
    p = count / tokens
    return scale * math.tanh(math.sqrt(2) * p / math.hypot(p, 2 - p))


def transformer(folder: Path, length: int = LENGTH, seed: int = 0) -> object:
    """The first module of a model: tokenizer and BERT, saved into ``folder`` on the way."""
    import torch
    from sentence_transformers.sentence_transformer.modules import Transformer
    from transformers import BertConfig, BertModel, BertTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=length,
    )
    BertModel(config).save_pretrained(folder)
    vocabulary = {token: number for number, token in enumerate(VOCABULARY)}
    BertTokenizer(vocab=vocabulary, model_max_length=length).save_pretrained(folder)
    return Transformer(str(folder))

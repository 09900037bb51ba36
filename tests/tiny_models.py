"""Tiny sentence-transformers models with random weights: real in every way but their size and their wisdom."""

from __future__ import annotations

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

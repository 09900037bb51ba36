"""A sentence-transformers folder with a plain BERT in it -> its ONNX graph and what an encoder has to know: no torch.

Only what is understood wholly is taken: a BERT with 32-bit weights and its own tokenizer, the mean of its tokens or its
first one, and no other module. Any other model is left to sentence-transformers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qa.config import DEFAULT_MODEL
from qa.errors import ModelError
from qa.models import bert
from qa.models.base import TOKENIZER_FILE
from qa.models.graph_writer import GraphWriter
from qa.models.model_files import check_published, fingerprint
from qa.models.onnx import OnnxEncoder, Unwritten
from qa.models.tokens import GraphInputs

WEIGHTS = "model.safetensors"

#: Settings of the transformer that may have any value, and those that may have one.
_FREE = {"max_seq_length", "modality_config"}
_FIXED = {"do_lower_case": False, "transformer_task": "feature-extraction", "module_output_name": "token_embeddings"}

_HEADS: dict[str, Callable[[GraphWriter, bert.BertConfig, bert.Body], str]] = {"mean": bert.mean, "cls": bert.first}

#: What BertTokenizer makes of its settings, by their names in tokenizer.json's normalizer.
_NORMALIZER = {
    "lowercase": ("do_lower_case", True),
    "strip_accents": ("strip_accents", None),
    "handle_chinese_chars": ("tokenize_chinese_chars", True),
}


#: What sentence-transformers 6.2 computes with the default model: a text, and its vector in four decimals.
_PUBLISHED = Path(__file__).with_name("published_vector.json")

#: Smallest cosine to it. Measured: 1.0000.
MIN_COSINE = 0.9999


class SentenceBert(NamedTuple):
    """A model with its weights and its tokenizer in ``folder``. ``length`` is in tokens, special ones included; the
    prompts stand before a question and before a passage; ``graph`` is ONNX, from token ids to the unit ``vector``."""

    folder: Path
    width: int
    length: int
    query_prompt: str
    passage_prompt: str
    graph: bytes


def open_encoder(name: str, folder: Path, *, threads: int = 0) -> OnnxEncoder | None:
    """The encoder of the model called ``name`` in ``folder``, whose weights are read where they are; None where it is
    not of this kind. ``threads`` as ``OnnxEncoder`` has it.

    Raises ModelError where the default model's files are not those that were published, or give other vectors.
    """
    if name == DEFAULT_MODEL:
        check_published(folder)
    model = read(folder)
    if model is None:
        return None
    prompt = GraphInputs(model.folder / TOKENIZER_FILE, model.length).whole(model.passage_prompt)
    description = {
        "model": name,
        "fingerprint": fingerprint(folder),
        "dimension": model.width,
        "max_length": model.length,
        "max_tokens": model.length - prompt["input_ids"].shape[1],
        "prompt": model.query_prompt,
        "passage_prompt": model.passage_prompt,
        "runtime": "onnxruntime",
        "passages": True,
    }
    encoder = OnnxEncoder(
        model.folder, threads=threads, unwritten=Unwritten(description, model.graph, (WEIGHTS, TOKENIZER_FILE))
    )
    if name == DEFAULT_MODEL:
        _check(encoder)
    return encoder


def read(folder: Path) -> SentenceBert | None:
    """The model in ``folder``; None where it is not of this kind."""
    try:
        modules = {module["type"].rpartition(".")[2]: folder / module["path"] for module in _json(folder, "modules")}
        kinds = list(modules)
        if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
            return None
        return _read(modules["Transformer"], modules["Pooling"], folder)
    except (OSError, KeyError, TypeError, ValueError):  # sentence-transformers says what is wrong with it
        return None


def _check(encoder: OnnxEncoder) -> None:
    published = json.loads(_PUBLISHED.read_text(encoding="utf-8"))
    cosine = float(np.dot(encoder.encode_query(published["text"]), published["vector"]))
    if not cosine >= MIN_COSINE:
        raise ModelError(
            f"{encoder.info.name} gives other vectors here than were published (cosine {cosine:.4f})",
            "install the versions in constraints.txt",
        )


def _read(transformer: Path, pooling: Path, folder: Path) -> SentenceBert | None:
    settings, tokenizer = _json(transformer, "sentence_bert_config"), _json(transformer, "tokenizer_config")
    config, head = bert.BertConfig.of(_json(transformer, "config")), _pooling(_json(pooling, "config"))
    is_plain = all(key in _FREE or _FIXED[key] == value for key, value in settings.items())
    if not (config and head and is_plain and _is_bert_tokenizer(_json(transformer, "tokenizer"), tokenizer)):
        return None
    stored = folder / "config_sentence_transformers.json"
    prompts = (_json(folder, stored.stem) if stored.exists() else {}).get("prompts") or {}
    return SentenceBert(
        folder=transformer,
        width=config.width,
        length=settings.get("max_seq_length") or min(config.length, int(tokenizer["model_max_length"])),
        query_prompt=prompts.get("query") or "",
        passage_prompt=next(filter(None, (prompts.get(kind) for kind in ("document", "passage", "corpus"))), ""),
        graph=_graph(transformer / WEIGHTS, config, head),
    )


def _graph(weights: Path, config: bert.BertConfig, head: str) -> bytes:
    """Raises KeyError or ValueError where a weight is missing or of another type."""
    writer = GraphWriter(weights)
    prefix = "" if "embeddings.word_embeddings.weight" in writer.names else "bert."
    return writer.graph({"vector": _HEADS[head](writer, config, bert.body(writer, config, prefix))})


def _pooling(settings: dict[str, Any]) -> str | None:
    """The name of the head, as newer versions write it or as older ones do; None for others."""
    modes = (
        [settings["pooling_mode"]]
        if "pooling_mode" in settings
        else [
            {"mean_tokens": "mean", "cls_token": "cls"}.get(key.removeprefix("pooling_mode_"), key)
            for key, value in settings.items()
            if key.startswith("pooling_mode_") and value
        ]
    )
    return modes[0] if len(modes) == 1 and modes[0] in _HEADS and settings.get("include_prompt", True) else None


def _is_bert_tokenizer(tokenizer: dict[str, Any], settings: dict[str, Any]) -> bool:
    """Whether the file alone is the tokenizer that transformers would make of file and settings."""
    if settings.get("tokenizer_class") not in ("BertTokenizer", "BertTokenizerFast"):
        return False
    sides = {settings.get("padding_side", "right"), settings.get("truncation_side", "right")}
    normalizer = tokenizer["normalizer"]
    alike = all(normalizer[key] == settings.get(name, default) for key, (name, default) in _NORMALIZER.items())
    return alike and sides == {"right"} and tokenizer["model"]["type"] == "WordPiece"


def _json(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

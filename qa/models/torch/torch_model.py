"""Loads a sentence-transformers model from a folder, and says what prompts it puts before a text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import ModelError, as_error

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: How to have the libraries of other models where ``qa`` was installed without them (requirements.txt).
INSTALL = "pip install sentence-transformers"


def load(folder: Path) -> SentenceTransformer:
    """The model in ``folder``, on the processor, in 32-bit floats. Raises ModelError."""
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError(f"the model in {folder} needs sentence-transformers ({error})", INSTALL) from error

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    remedy = "check that it is complete and has safetensors weights"
    with as_error(ModelError, f"the model in {folder} cannot be loaded", remedy):
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},  # a pickled checkpoint could run code
        ).float()
    if not all(map(_has_words, _tokenizers(model))):
        raise ModelError(
            f"the model in {folder} has no vocabulary: its tokenizer file, such as tokenizer.json, is missing",
            "put the tokenizer's files back, or save the model there again",
        )
    return model


def query_prompt(model: SentenceTransformer) -> str:
    """What the model puts before a question; empty for most models."""
    return str(model.prompts.get("query") or "")


def passage_prompt(model: SentenceTransformer) -> str:
    """What the model puts before a passage; empty for most models.

    ``encode_document`` by itself never finds a prompt named passage or corpus, because the library adds an empty one
    named document to every model.
    """
    prompts = (model.prompts.get(name) for name in ("document", "passage", "corpus"))
    return str(next(filter(None, prompts), ""))


def _tokenizers(model: SentenceTransformer) -> Iterator[Any]:
    """The tokenizers that transformers loads: it makes one of no file at all. Others' are loaded or refused."""
    from transformers import PreTrainedTokenizerBase

    for module in model.modules():
        tokenizer = getattr(module, "tokenizer", None)
        if isinstance(tokenizer, PreTrainedTokenizerBase):
            yield tokenizer


def _has_words(tokenizer: Any) -> bool:
    """Whether the vocabulary holds anything but special tokens."""
    return len(tokenizer) > len(set(tokenizer.all_special_ids))

"""The encoder for indexing: any sentence-transformers model, with its own pooling, normalisation and prompts.

Importing sentence-transformers takes seconds, so it happens when a text is first encoded and not before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.config import DEFAULT_MODEL
from qa.encoders.base import too_long
from qa.encoders.model_files import check_published, fingerprint, locate
from qa.errors import ModelError
from qa.types import FloatArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: Texts in one forward pass. sentence-transformers sorts by length, so that a batch holds little padding.
BATCH_SIZE = 32

#: Tokens read by a model that sets no limit of its own; longer passages would only blur what a vector stands for.
UNBOUNDED = 512


class SentenceTransformerEncoder:
    """An ``Encoder`` over a model folder. See ``base.Encoder`` for what each member promises.

    Raises ModelError when the model cannot be located or loaded.
    """

    def __init__(self, model: str) -> None:
        self._folder = locate(model)
        # A local folder is named so that it is found again from any working directory.
        self.name = str(self._folder) if Path(model).expanduser().is_dir() else model

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self._folder)

    @cached_property
    def dimension(self) -> int:
        return len(self.encode_passages(["dimension"])[0])

    @cached_property
    def max_tokens(self) -> int:
        prompts = (self.model.prompts.get(name) for name in ("document", "passage", "corpus"))
        return self.max_length - self._overhead(next(filter(None, prompts), ""))

    @cached_property
    def max_length(self) -> int:
        """Tokens that the model reads, special tokens and prompt included."""
        limit = self.model.max_seq_length
        return int(limit) if limit and math.isfinite(limit) else UNBOUNDED

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        return [len(ids) for ids in self._token_ids(texts, special=False)]

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._encode(self.model.encode_document, list(texts))

    def encode_query(self, question: str) -> FloatArray:
        room = self.max_length - self._overhead(self.query_prompt())
        (tokens,) = self.count_tokens([question])
        if tokens > room:
            raise too_long(tokens, room)
        vector: FloatArray = self._encode(self.model.encode_query, [question])[0]
        return vector

    def export(self, folder: Path) -> str | None:
        from qa.encoders.export import export

        about = {
            "model": self.name,
            "fingerprint": self.fingerprint,
            "dimension": self.dimension,
            "max_length": self.max_length,
            "prompt": self.query_prompt(),
        }
        return export(self, self.model, about, folder)

    @cached_property
    def model(self) -> SentenceTransformer:
        """The loaded model, on the processor, in 32-bit floats."""
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        if self.name == DEFAULT_MODEL:
            check_published(self._folder)
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(
                str(self._folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},  # a pickled checkpoint could run code
            )
        except Exception as error:  # whatever the library raises on a broken model folder
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"the model in {self._folder} cannot be loaded ({reason})",
                "check that it is complete and has safetensors weights",
            ) from error

    def query_prompt(self) -> str:
        """What the model puts before a question; empty for most models."""
        return str(self.model.prompts.get("query") or "")

    def _overhead(self, prompt: str) -> int:
        """Tokens that special tokens and a prompt add to a text."""
        return len(self._token_ids([prompt], special=True)[0])

    def _token_ids(self, texts: Sequence[str], special: bool) -> list[list[int]]:
        valid, tokenizer = _valid(texts), self.model.tokenizer
        if hasattr(tokenizer, "encode_batch"):  # a bare tokenizers.Tokenizer, as static models have
            return [encoding.ids for encoding in tokenizer.encode_batch(valid, add_special_tokens=special)]
        if not callable(tokenizer):
            raise ModelError(f"the model {self.name} has no tokenizer that counts tokens", "use another model")
        ids: list[list[int]] = tokenizer(valid, add_special_tokens=special, truncation=False, verbose=False)[
            "input_ids"
        ]
        return ids

    def _encode(self, method: Any, texts: list[str]) -> FloatArray:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = method(
            _valid(texts),
            batch_size=BATCH_SIZE,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def _valid(texts: Sequence[str]) -> list[str]:
    """The texts with a stand-in for each lone surrogate, which no tokenizer takes."""
    return [text.encode("utf-8", "replace").decode() for text in texts]

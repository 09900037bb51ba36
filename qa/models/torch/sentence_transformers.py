"""The encoder for indexing: any sentence-transformers model, with its own pooling, normalisation and prompts.

Importing sentence-transformers takes seconds, so it happens when a text is first encoded and not before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.config import DEFAULT_MODEL
from qa.errors import ModelError
from qa.models import sentence_bert
from qa.models.base import EncoderInfo, too_long
from qa.models.model_files import check_published, fingerprint, locate
from qa.models.tokens import valid
from qa.models.torch import engines
from qa.models.torch.engines import TORCH_BFLOAT16, TORCH_FLOAT32, Encode, Engine
from qa.models.torch.torch_model import load, passage_prompt, query_prompt
from qa.types import FloatArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: Tokens read by a model that sets no limit of its own; longer passages would only blur what a vector stands for.
UNBOUNDED = 512

#: What an engine that is asked for by name is tried on: one short text and one of some length.
TRIAL = ("Who?", "The court said on Monday that it would hear both sides before it decides. " * 6)


class SentenceTransformerEncoder:
    """An ``Encoder`` over a model folder. See ``base.Encoder`` for what each member promises.

    Passages are encoded by an engine, which is torch in float32 until another is chosen; questions and the export are
    in float32 always. ``folder`` is the model's, and ``exported`` the one that holds its export, if there is one. Safe
    to use from several threads, one after another. Raises ModelError when the model cannot be located or loaded.
    """

    def __init__(self, model: str) -> None:
        self.folder = locate(model)
        # A local folder is named so that it is found again from any working directory.
        self.name = str(self.folder) if Path(model).expanduser().is_dir() else model
        self._lock = RLock()  # encoding changes the settings of the one tokenizer
        self.exported: Path | None = None
        self._chosen: Engine | None = None

    @property
    def info(self) -> EncoderInfo:
        return EncoderInfo(self.name, self.fingerprint, self.engine, self.dimension, self.max_tokens)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.folder)

    @cached_property
    def dimension(self) -> int:
        return len(self._float32.encode(["dimension"])[0])

    @cached_property
    def max_tokens(self) -> int:
        return self.max_length - self._overhead(passage_prompt(self.model))

    @cached_property
    def max_length(self) -> int:
        """Tokens that the model reads, special tokens and prompt included."""
        limit = self.model.max_seq_length
        return int(limit) if limit and math.isfinite(limit) else UNBOUNDED

    @property
    def engine(self) -> str:
        """The name of the engine that encodes passages."""
        return self._chosen.name if self._chosen else TORCH_FLOAT32

    def choose_engine(self, samples: Sequence[str], exported: Path | None = None) -> None:
        """Encodes passages from now on with the engine that is fastest on ``samples``, see ``engines.fastest``.

        ``exported`` is a folder that ``export`` wrote for this model, if not the one that it wrote last.
        """
        if samples:
            with self._lock:
                self._chosen = engines.fastest(self._float32, self._others(exported), [*samples])

    def use_engine(self, name: str, exported: Path | None = None) -> bool:
        """Encodes passages from now on with the engine of this name; see ``choose_engine`` for ``exported``.

        False, and nothing is changed, where this machine does not have it or is better off without it: choose anew.
        """
        with self._lock:
            if name == TORCH_FLOAT32:
                self._chosen = None
                return True
            open_engine = self._others(exported).get(name)
            found = engines.opened({name: open_engine}, self._float32, TRIAL) if open_engine else []
            self._chosen = found[0] if found else self._chosen
            return bool(found)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        return [len(ids) for ids in self._token_ids(texts, special=False)]

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        with self._lock:
            return (self._chosen or self._float32).encode(valid(texts))

    def encode_query(self, question: str) -> FloatArray:
        room = self.max_length - self._overhead(query_prompt(self.model))
        (tokens,) = self.count_tokens([question])
        if tokens > room:
            raise too_long(tokens, room)
        with self._lock:
            vectors = self.model.encode_query(
                valid([question]), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        vector: FloatArray = np.ascontiguousarray(vectors[0], dtype=np.float32)
        return vector

    def export(self, folder: Path) -> str | None:
        self.exported = folder
        if light := sentence_bert.open_encoder(self.name, self.folder, threads=1):
            light.export(folder)
            return None
        from qa.models.torch.export import export

        about = {
            "model": self.name,
            "fingerprint": self.fingerprint,
            "dimension": self.dimension,
            "max_length": self.max_length,
            "max_tokens": self.max_tokens,
            "prompt": query_prompt(self.model),
            "passage_prompt": passage_prompt(self.model),
        }
        with self._lock:
            return export(self.encode_query, self._float32.encode, self.model, about, folder)

    @cached_property
    def model(self) -> SentenceTransformer:
        """The loaded model, on the processor, in 32-bit floats."""
        with self._lock:
            if "model" in vars(self):  # another thread was faster
                return self.model
            if self.name == DEFAULT_MODEL:
                check_published(self.folder)
            return load(self.folder)

    @cached_property
    def _float32(self) -> Engine:
        return Engine(TORCH_FLOAT32, engines.torch_engine(self.model, self._lengths))

    def _others(self, exported: Path | None) -> dict[str, Callable[[], Encode]]:
        """How to open the engines besides torch in float32."""
        folder = self.exported = exported or self.exported
        torch = {TORCH_BFLOAT16: lambda: engines.bfloat16_engine(self.model, self._lengths)}
        return torch | (engines.graph_engines(folder) if folder else {})

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text that go through the model, but for a prompt, which is the same for all."""
        return [min(self.max_length, len(ids)) for ids in self._token_ids(texts, special=True)]

    def _overhead(self, prompt: str) -> int:
        """Tokens that special tokens and a prompt add to a text."""
        return len(self._token_ids([prompt], special=True)[0])

    @cached_property
    def _counter(self) -> Any:
        """A ``tokenizers.Tokenizer`` of our own that cuts nothing off, so that counting need not wait for encoding,
        which sets the model's to cut; None where the model's is of another kind."""
        from tokenizers import Tokenizer

        own = getattr(self.model.tokenizer, "backend_tokenizer", self.model.tokenizer)
        if not isinstance(own, Tokenizer):
            return None
        copy = Tokenizer.from_str(own.to_str())
        copy.no_truncation()
        copy.no_padding()
        return copy

    def _token_ids(self, texts: Sequence[str], special: bool) -> list[list[int]]:
        tokenizer = self.model.tokenizer
        if self._counter is not None:
            return [found.ids for found in self._counter.encode_batch_fast(valid(texts), add_special_tokens=special)]
        if not callable(tokenizer):
            raise ModelError(f"the model {self.name} has no tokenizer that counts tokens", "use another model")
        with self._lock:
            tokens = tokenizer(valid(texts), add_special_tokens=special, truncation=False, verbose=False)
        ids: list[list[int]] = tokens["input_ids"]
        return ids

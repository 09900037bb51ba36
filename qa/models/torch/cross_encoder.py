"""A cross-encoder of the user's own: question and passage go through one model together, which gives one score.

Usually more exact than comparing vectors, and slower, since nothing can be computed beforehand (Nogueira & Cho,
"Passage Re-ranking with BERT", 2019, arXiv:1901.04085). It is read from a folder, never from a hub, when first used.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from qa.errors import ModelError, explained, first_line
from qa.models.base import TitledText
from qa.models.model_files import fingerprint
from qa.models.torch.torch_model import INSTALL

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

#: Pairs in one forward pass. sentence-transformers sorts by length, so that a batch holds little padding.
BATCH_SIZE = 32

#: Share of the model's length that a title may take, cut at a word: the same as when a passage is embedded.
TITLE_SHARE = 0.25

#: Tokens that a model without a limit of its own is taken to read, for the share above.
UNBOUNDED = 512

_CROSS_ENCODER = "CrossEncoder"
_VOCABULARIES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model")
_SAVE_ONE = "give a folder that CrossEncoder.save() wrote"


class CrossEncoderReranker:
    """A ``Reranker`` over a folder in sentence-transformers' CrossEncoder format, with one label.

    Raises ModelError where there is no such folder, or it is seen at once to hold something else.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = _checked(Path(folder).expanduser())
        self._lock = Lock()  # a tokenizer must not be used by two threads at once, nor the model be loaded twice

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self._folder)

    def score(self, question: str, passages: Sequence[TitledText]) -> list[float]:
        different = list(dict.fromkeys(passages))
        if not different:
            return []
        with self._lock:
            scores = dict(zip(different, self._predict(question, different), strict=True))
        return [scores[passage] for passage in passages]

    def _predict(self, question: str, passages: Sequence[TitledText]) -> list[float]:
        model = self._model
        # Such as a vocabulary that is larger than the model.
        with explained(lambda error: self._broken(f"cannot score a passage ({first_line(error)})")):
            pairs = [(question, self._context(passage.title) + passage.text) for passage in passages]
            scores = _logits(model, pairs)
        if len(scores) != len(passages) or not all(map(math.isfinite, scores)):
            raise self._broken("gives no finite number for a passage")
        return scores

    @cached_property
    def _model(self) -> CrossEncoder:
        """The loaded model, on the processor, in 32-bit floats."""
        with _quiet(), explained(lambda error: self._broken(f"cannot be loaded ({first_line(error)})")):
            import torch
            from sentence_transformers import CrossEncoder

            model: CrossEncoder = CrossEncoder(
                str(self._folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                # A pickled checkpoint could run code.
                model_kwargs={"use_safetensors": True, "dtype": torch.float32},
            )
            missing = _missing_weights(model, self._folder)
        if missing:
            raise self._broken(f"has no trained weights for {missing[0]}")
        if model.num_labels != 1:
            raise ModelError(
                f"the reranker in {self._folder} has {model.num_labels} labels", "use one that gives a single score"
            )
        return model

    def _context(self, title: str) -> str:
        """What stands before a passage, as when it is embedded: its title, cut at a word if it is very long."""
        words = title.split()
        if not words:
            return ""
        room = min(self._model.max_seq_length or UNBOUNDED, UNBOUNDED) * TITLE_SHARE
        ids = self._model.tokenizer(words, add_special_tokens=False, truncation=False, verbose=False)["input_ids"]
        kept = sum(size <= room for size in accumulate(map(len, ids)))
        return " ".join(words[:kept]) + "\n"

    def _broken(self, what: str) -> ModelError:
        return ModelError(
            f"the reranker in {self._folder} {what}", "check that it is complete and has safetensors weights"
        )


def _checked(folder: Path) -> Path:
    """The folder, if it may be a cross-encoder. Raises ModelError; loads nothing.

    The library would make a cross-encoder of any other model, with a random head, and a tokenizer of no file at all.
    """
    if not folder.is_dir():
        raise ModelError(
            f"there is no reranker folder {folder}", "give the path of a local folder: none is fetched from a hub"
        )
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} is not a cross-encoder: it has no config.json", _SAVE_ONE)
    if (folder / "modules.json").is_file() and (kind := _kind(folder)) != _CROSS_ENCODER:
        raise ModelError(f"{folder} is not a cross-encoder, but a model of the kind {kind}", _SAVE_ONE)
    if not find_spec("sentence_transformers"):
        raise ModelError(f"the reranker in {folder} needs sentence-transformers", INSTALL)
    if not any(next(folder.rglob(name), None) for name in _VOCABULARIES):
        raise ModelError(f"{folder} is not a cross-encoder: it has no tokenizer", _SAVE_ONE)
    return folder.resolve()


def _kind(folder: Path) -> str:
    """What sentence-transformers says it saved; older versions saved nothing else with modules."""
    file = folder / "config_sentence_transformers.json"
    try:
        return str(json.loads(file.read_text(encoding="utf-8")).get("model_type", "SentenceTransformer"))
    except FileNotFoundError:
        return "SentenceTransformer"
    except (ValueError, AttributeError):
        raise ModelError(f"{file} cannot be read as JSON", _SAVE_ONE) from None


def _missing_weights(model: CrossEncoder, folder: Path) -> list[str]:
    """The weights on top of the transformer that no file holds: the library fills them with random numbers."""
    from safetensors import safe_open

    whole: Any = model.transformers_model
    if whole is None or whole.base_model is whole:
        return []
    held: list[str] = []
    for file in folder.rglob("*.safetensors"):
        with safe_open(file, framework="pt") as weights:
            held += weights.keys()
    body = {id(weight) for weight in whole.base_model.parameters()}
    head = [name for name, weight in whole.named_parameters() if id(weight) not in body]
    return [name for name in head if not any(key.endswith(name) for key in held)]


def _logits(model: CrossEncoder, pairs: list[tuple[str, str]]) -> list[float]:
    """The model's raw scores, before any activation that was saved with it."""
    from torch.nn import Identity

    scores = model.predict(pairs, batch_size=BATCH_SIZE, activation_fn=Identity(), show_progress_bar=False)
    return [float(score) for score in scores]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps progress bars and the report of what was loaded off stderr; what matters in it is an error here."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    libraries = [logging.getLogger(name) for name in ("transformers", "sentence_transformers")]
    levels = [library.level for library in libraries]
    for library in libraries:
        library.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for library, level in zip(libraries, levels, strict=True):
            library.setLevel(level)

"""The model that an index is built with, loaded when it is needed, and as little of it as will do."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from qa.config import MULTILINGUAL_FINGERPRINT
from qa.models import multilingual, sentence_bert
from qa.models.base import MODEL_FILE, Encoder, one_by_one
from qa.models.model_files import fingerprint, locate
from qa.models.onnx import OnnxEncoder
from qa.models.torch.engines import ONNXRUNTIME_FLOAT32
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from qa.types import FloatArray

#: Characters of text from which on engines are measured: some ten seconds are then little against the minutes of
#: encoding. Fewer of a new index are encoded by the model's graph, if one can be written without loading the model.
MEASURED = 300_000

#: Characters up to which a graph encodes sooner than torch is loaded (9 s) and has done it in bfloat16: on two cores it
#: reads some 10,000 a second, sentences and passages, and bfloat16 some 24,000. In float32 torch is never faster.
FEW = 80_000

#: Size in bytes and time of modification in nanoseconds since 1970, by relative path.
FileStats = Mapping[str, tuple[int, int]]


def open_encoder(name: str) -> Encoder:
    """The encoder of a model by name: without torch, if the model is of a kind that can do without.

    Raises ModelError where there is no such model, or none that can be loaded.
    """
    if multilingual.is_multilingual(name):
        return multilingual.open_encoder(name)
    model = SentenceTransformerEncoder(name)
    return sentence_bert.open_encoder(model.name, locate(name)) or model


#: Has the vectors of each group of texts computed elsewhere, by the model of an encoder.
Send: TypeAlias = Callable[[Encoder, Iterable[list[str]]], Iterator[FloatArray]]


class Model:
    """A model by name. ``previous`` is the fingerprint of its files when their ``FileStats`` were ``stats``, so that
    they need not be read again. ``send`` has other machines encode with it. Raises ModelError when it cannot be
    located."""

    def __init__(self, name: str, stats: FileStats, previous: str, send: Send | None = None) -> None:
        folder = locate(name)
        self._encoder, self._send = SentenceTransformerEncoder(name), send
        self.name = self._encoder.name
        self.stats = stats_of(folder)
        self.fingerprint = previous if previous and self.stats == dict(stats) else fingerprint(folder)

    def encoder(self, exported: Path | None, characters: int) -> Encoder:
        """What encodes texts of so many characters, for an index that has the export of this model in the folder
        ``exported``, or for a new one: the graph, if it has one and is not slower, or else the model.

        Raises ModelError where the model cannot be loaded.
        """
        most = (FEW if exported else MEASURED) if has_bfloat16() and find_spec("torch") else math.inf
        # Without a graph there is nothing to choose from; and a cluster's workers are to encode whatever there is.
        if characters >= most or (not exported and self._send):
            return self._encoder
        if not exported:
            return sentence_bert.open_encoder(self.name, locate(self.name)) or self._encoder
        light = OnnxEncoder(exported, threads=0) if (exported / MODEL_FILE).is_file() else None
        return light if light and light.encodes_passages else self._encoder

    def encode_groups(self, encoder: Encoder, groups: Iterable[list[str]]) -> Iterator[FloatArray]:
        """The vectors ``(n, dimension)`` of each group by what ``encoder`` gave: where that is on other machines, of
        several groups at a time."""
        if self._send and encoder is self._encoder:
            return self._send(encoder, groups)
        return one_by_one(encoder.encode_passages, groups)

    def choose_engine(
        self, encoder: Encoder, characters: int, samples: Callable[[], Sequence[str]], exported: Path, engine: str = ""
    ) -> None:
        """Has what ``encoder`` gave computed by ``engine``, or where this machine has no such, by what is fastest here
        on the ``samples``, if there is enough to compute.

        Otherwise by its export, whose vectors depend on nothing but the text: however a small index came to hold what
        it holds, its answers are the same to the last digit.
        """
        if encoder is not self._encoder or (engine and self._encoder.use_engine(engine, exported)):
            return
        if characters >= MEASURED:
            self._encoder.choose_engine(samples(), exported)
        else:
            self._encoder.use_engine(ONNXRUNTIME_FLOAT32, exported)


def has_bfloat16() -> bool:
    """Whether the processor may be one that computes in bfloat16: Linux tells, and elsewhere it may be."""
    try:
        return "bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True


def stats_of(folder: Path) -> dict[str, tuple[int, int]]:
    """The stats of every file below ``folder``."""
    stats = {f.relative_to(folder).as_posix(): f.stat() for f in folder.rglob("*") if f.is_file()}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}


class FixedModel:
    """A model with one way to compute it: ``open_model`` gives its encoder, of its export where that is in a folder.
    ``send`` has other machines encode with it."""

    def __init__(
        self, name: str, fingerprint: str, open_model: Callable[[Path | None], Encoder], send: Send | None = None
    ) -> None:
        self.name, self.fingerprint, self._open, self._send = name, fingerprint, open_model, send
        self.stats: FileStats = {}

    @classmethod
    def given(cls, encoder: Encoder) -> FixedModel:
        """An encoder that the caller made, in the place of a model's name."""
        return cls(encoder.info.name, encoder.info.fingerprint, lambda _: encoder)

    @classmethod
    def multilingual(cls, name: str, send: Send | None) -> FixedModel:
        """The multilingual model, by its name or the path to its file, which an index with its export does not need."""

        def opened(exported: Path | None) -> Encoder:
            return OnnxEncoder(exported, threads=0) if exported else multilingual.open_encoder(name)

        return cls(name, MULTILINGUAL_FINGERPRINT, opened, send)

    def encoder(self, exported: Path | None, characters: int) -> Encoder:
        """The encoder, however much it is to encode; ``exported`` as ``Model`` has it. Raises ModelError."""
        if exported and characters < FEW:  # which is sooner than to send the model
            self._send = None
        return self._open(exported)

    def encode_groups(self, encoder: Encoder, groups: Iterable[list[str]]) -> Iterator[FloatArray]:
        """The vectors of each group, one after another; where they are sent, of several groups at a time."""
        return self._send(encoder, groups) if self._send else one_by_one(encoder.encode_passages, groups)

    def choose_engine(self, *_: object) -> None:
        """There is but one."""

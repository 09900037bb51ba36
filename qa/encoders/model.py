"""The model that an index is built with, loaded when it is needed, and as little of it as will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from qa.encoders.base import MODEL_FILE, Encoder
from qa.encoders.model_files import fingerprint, locate
from qa.encoders.onnx import OnnxEncoder
from qa.encoders.sentence_transformers import SentenceTransformerEncoder

#: Characters of text up to which the exported model encodes faster than sentence-transformers is imported (7 s, against
#: some 15 passages of 1,000 characters a second, with their sentences 5).
FEW = 30_000

#: Size in bytes and time of modification in nanoseconds since 1970, by relative path.
FileStats = Mapping[str, tuple[int, int]]


class Model:
    """A model by name. ``known`` is the fingerprint of its files when their ``FileStats`` were ``stats``, so that they
    need not be read again. ``make`` makes the encoder of a name. Raises ModelError when it cannot be located."""

    def __init__(
        self,
        name: str,
        stats: FileStats,
        known: str,
        make: Callable[[str], SentenceTransformerEncoder] = SentenceTransformerEncoder,
    ) -> None:
        folder = locate(name)
        self._encoder = make(name)
        self.name = self._encoder.name
        self.stats = stats_of(folder)
        self.fingerprint = known if known and self.stats == dict(stats) else fingerprint(folder)

    def encoder(self, exported: Path | None, characters: int) -> Encoder:
        """What encodes texts of so many characters: the export of this model in the folder ``exported``, if there is
        one and they are few. Raises ModelError where the model cannot be loaded."""
        if exported and (exported / MODEL_FILE).is_file() and characters <= FEW:
            light = OnnxEncoder(exported)
            if light.encodes_passages:
                return light
        return self._encoder


def stats_of(folder: Path) -> dict[str, tuple[int, int]]:
    """The stats of every file below ``folder``."""
    stats = {f.relative_to(folder).as_posix(): f.stat() for f in folder.rglob("*") if f.is_file()}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}


class FixedModel:
    """An encoder that the caller made, in the place of a model's name."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self.stats: FileStats = {}

    def encoder(self, exported: Path | None, characters: int) -> Encoder:  # noqa: ARG002
        """The encoder, whatever it is to encode."""
        return self._encoder

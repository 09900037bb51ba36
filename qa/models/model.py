"""The model that an index is built with, loaded when it is needed, and as little of it as will do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from qa.models import kept
from qa.models.base import MODEL_FILE, Encoder, GroupEncoder
from qa.models.model_files import fingerprint, locate
from qa.models.onnx import OnnxEncoder
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder

#: Characters of text from which on engines are measured: some ten seconds are then little against the minutes of
#: encoding. Fewer of a new index are encoded by the export.
MEASURED = 300_000

#: Characters up to which the export encodes sooner than torch is loaded (9 s) and has done it in bfloat16: on two cores
#: it reads some 10,000 a second, sentences and passages, and bfloat16 some 24,000. In float32 neither is faster.
FEW = 80_000

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
        """What encodes texts of so many characters, for an index that has the export of this model in the folder
        ``exported``, or for a new one: where they are few, an export, which need not load the model, if there is one.

        Raises ModelError where the model cannot be loaded.
        """
        if exported:
            folder = exported if characters <= FEW else None
        else:  # a cluster's workers are to encode whatever there is
            folder = self._kept if characters < MEASURED and not isinstance(self._encoder, GroupEncoder) else None
        if folder and (folder / MODEL_FILE).is_file():
            light = OnnxEncoder(folder, threads=0)
            if light.encodes_passages:
                return light
        return self._encoder

    def export(self, encoder: Encoder, folder: Path) -> str | None:
        """As ``encoder.export``, for an encoder of this model: the export that was kept, or a new one, to be kept."""
        if self._kept:
            for file in self._kept.iterdir():
                shutil.copyfile(file, folder / file.name)
            return None
        note = encoder.export(folder)
        if note is None:
            kept.keep(self.name, self.fingerprint, folder)
        return note

    @cached_property
    def _kept(self) -> Path | None:
        return kept.find(self.name, self.fingerprint)


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

    def export(self, encoder: Encoder, folder: Path) -> str | None:
        """See ``Model.export``; nothing is kept."""
        return encoder.export(folder)

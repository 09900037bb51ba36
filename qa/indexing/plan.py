"""What the next generation of an index is to be made of, and with which model."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.backends.manifest import Manifest
from qa.config import MULTILINGUAL_MODEL, IndexConfig
from qa.errors import ConfigError
from qa.indexing.changes import SourceComparison
from qa.indexing.stamps import Stamps
from qa.models.base import Encoder
from qa.models.model import FixedModel, Model
from qa.models.multilingual import is_multilingual
from qa.text.chunking import Splitter
from qa.text.sentences import sentences
from qa.types import OnProgress

if TYPE_CHECKING:  # which needs Dask
    from qa.models.dask.cluster import Cluster

#: What is told while a model is loaded.
LOADING = "loading the model"

#: Documents whose first passage, of so many characters, and its sentences the engines are measured with.
SAMPLE, PASSAGE_LENGTH = 32, 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """``sources`` are absolute paths; ``stored`` counts the documents that are in no file; ``excluded`` is sorted."""

    sources: tuple[str, ...]
    config: IndexConfig
    model: Model | FixedModel
    stored: int = 0
    excluded: tuple[tuple[str, str], ...] = ()

    def reasons(self, manifest: Manifest[Any]) -> tuple[str, ...]:
        """Why nothing of a generation can be reused; empty where all can."""
        reasons = manifest.config.differences(self.config)
        if manifest.encoder != self.model.fingerprint:
            ours, theirs = manifest.encoder[:12], self.model.fingerprint[:12]
            reasons.append(f"model: {manifest.config.model}@{ours} -> {self.config.model}@{theirs}")
        return tuple(reasons)

    def is_of(self, manifest: Manifest[Any]) -> bool:
        """Whether a generation was made of the same sources, but for the same articles."""
        return self.sources == manifest.sources and self.excluded == manifest.excluded

    def first(
        self, comparison: SourceComparison, folder: Path, on_progress: OnProgress
    ) -> tuple[Manifest[Any], Encoder]:
        """What a generation that is based on none says of itself, whose query encoder is written into ``folder``; and
        what encodes the texts. Raises ModelError."""
        on_progress(LOADING, 0, None)
        encoder = self.model.encoder(None, comparison.characters)
        on_progress("writing the model, once", 0, None)
        note = encoder.export(folder)
        self.model.choose_engine(encoder, comparison.characters, lambda: self._samples(comparison), folder)
        manifest = Manifest(
            config=self.config,
            encoder=self.model.fingerprint,
            encoder_note=note,
            engine=encoder.info.engine,
            dimension=encoder.info.dimension,
            sources=self.sources,
            created=_now(),
            extra=None,
            stored=self.stored,
            excluded=self.excluded,
        )
        return manifest, encoder

    def next(self, manifest: Manifest[Any]) -> Manifest[Any]:
        """What a generation says of itself that is based on the one of ``manifest``."""
        return replace(
            manifest,
            config=self.config,
            sources=self.sources,
            created=_now(),
            stored=self.stored,
            excluded=self.excluded,
        )

    def encoder(self, engine: str, comparison: SourceComparison, folder: Path) -> Encoder:
        """What encodes further texts of an index whose encoder is in ``folder``: by what encoded the others, or by what
        is fastest where that is not here. Raises ModelError."""
        encoder = self.model.encoder(folder, comparison.characters)
        self.model.choose_engine(encoder, comparison.characters, lambda: self._samples(comparison), folder, engine)
        return encoder

    def _samples(self, comparison: SourceComparison) -> Sequence[str]:
        """Passages and sentences of some of the wanted documents."""
        texts = [d.text[d.body_start :] for d in islice(comparison.read_additions(), SAMPLE)]
        samples: list[str] = []
        for passage in (text[:PASSAGE_LENGTH] for text in texts):
            samples += [passage, *(passage[s.start : s.end] for s in sentences(passage))]
        return samples


def plan_for(
    paths: Sequence[Path | str],
    config: IndexConfig,
    stamps: Stamps,
    encoder: Encoder | None,
    cluster: Cluster | None,
) -> Plan:
    """The plan for an index of ``paths``, whose model is the ``encoder``, or the settings', on a ``cluster`` if any."""
    model = _model(config.model, stamps, encoder, cluster)
    return Plan(tuple(map(os.path.abspath, paths)), replace(config, model=model.name), model)


def with_splitter(splitter: Splitter | None, config: IndexConfig, rebuild: bool) -> IndexConfig:
    """The settings with this splitter's name. Raises ConfigError where an index that is not to be rebuilt needs one."""
    if config.splitter and splitter is None and not rebuild:
        raise ConfigError(
            f"the index was split by {config.splitter!r}", "update it in Python, with splitter=, or rebuild it"
        )
    return replace(config, splitter=splitter.name if splitter is not None else "")


def _model(name: str, stamps: Stamps, encoder: Encoder | None, cluster: Cluster | None) -> Model | FixedModel:
    """What encodes: the caller's own ``encoder``, or the model of this name, here or on the ``cluster``."""
    if encoder:
        return FixedModel.given(encoder)
    send = cluster.encode if cluster else None
    if is_multilingual(name):
        named = name if name == MULTILINGUAL_MODEL else os.path.abspath(Path(name).expanduser())
        return FixedModel.multilingual(named, send)
    return Model(name, stamps.model, stamps.fingerprint, send)


@contextmanager
def connected(dask: str | None, encoder: Encoder | None) -> Iterator[Cluster | None]:
    """The cluster ``dask``, to which it stays connected, if any. Raises ConfigError for an ``encoder`` of one's own."""
    if dask is None:
        yield None
        return
    if encoder is not None:
        raise ConfigError("an encoder of your own cannot be sent to a Dask cluster", "name a model, or leave out dask")
    from qa.models.dask.cluster import connect

    with connect(dask) as cluster:
        yield cluster


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

"""Brings an index on disk up to date with its sources, in one atomic step."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from qa.backends.local import generations
from qa.backends.local.files import describe, link_tree
from qa.backends.local.manifest import Manifest
from qa.backends.local.searcher import LocalSearcher, open_current
from qa.backends.local.writer import ENCODER_FOLDER, LocalWriter
from qa.calibration import CALIBRATION_FILE
from qa.config import IndexConfig
from qa.corpus import Problem, read
from qa.encoders.base import Encoder
from qa.encoders.sentence_transformers import SentenceTransformerEncoder
from qa.errors import ConfigError, CorpusError, IndexDamagedError, IndexFormatError, IndexNotFoundError
from qa.indexing import Changes, Indexer, compare, generation_of
from qa.types import DocumentRef, IndexInfo

#: What an index folder may hold besides what this package writes there.
_GUESTS = frozenset({"README.md", ".gitignore", ".gitkeep", "LOCK", "generations", CALIBRATION_FILE})

#: Called with what is being done, how much of it is done, and of how much (None: not known).
OnProgress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may set; what is left None stays as the index has it, or takes the default in a new index."""

    model: str | None = None
    max_tokens: int | None = None
    overlap: int | None = None
    rebuild: bool = False

    def over(self, config: IndexConfig) -> IndexConfig:
        """``config`` with what is set here."""
        return IndexConfig(
            model=config.model if self.model is None else self.model,
            max_tokens=config.max_tokens if self.max_tokens is None else self.max_tokens,
            overlap=config.overlap if self.overlap is None else self.overlap,
        )


@dataclass(frozen=True, slots=True)
class Update:
    """What an update did. ``rebuilt`` says why everything was encoded anew; ``note`` is the encoder's, if any."""

    changes: Changes
    info: IndexInfo
    rebuilt: tuple[str, ...] = ()
    note: str | None = None


def update(
    paths: Sequence[Path | str],
    index: Path,
    options: Options = Options(),
    *,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    on_progress: OnProgress = lambda *_: None,
) -> Update:
    """Builds the index in ``index``, or brings it up to date with ``paths``.

    Without ``paths`` the sources are those that the index was built from. Only documents that are new or changed are
    encoded, and the result is the same as building anew. Readers see the old index or the new one, never a part.

    Raises CorpusError when there is nothing to index, ConfigError for a folder that is no index, IndexBusyError when
    another process writes, IndexDamagedError or IndexFormatError for an index that only ``rebuild`` can replace, and
    ModelError.
    """
    _check_folder(index)
    known = _known_manifest(index, options.rebuild)
    given = list(paths) or (list(known.sources) if known else [])
    if not given:
        raise CorpusError("there is nothing to index", "name a file or a folder: qa index PATH")
    sources = tuple(os.path.abspath(path) for path in given)
    found = _scan(given, on_problem, on_progress)
    config = options.over(known.config if known else IndexConfig())
    encoder = SentenceTransformerEncoder(config.model)
    config = replace(config, model=encoder.name)
    with generations.writing(index) as folder, ExitStack() as stack:
        previous = None if options.rebuild or known is None else open_current(index)
        old: list[DocumentRef] = []
        reasons: tuple[str, ...] = ()
        if previous is not None:
            stack.callback(previous.close)
            old = list(previous.documents())
            reasons = _reasons(previous.manifest, config, encoder)
            if not reasons and old == found and previous.manifest.sources == sources:
                return Update(compare(old, found), previous.info, note=previous.manifest.encoder_note)
        step = _Step(folder, sources, config, encoder, None if reasons else previous)
        manifest, changes = step.run(old, len(found), on_progress)
        generations.publish(index, folder)
        return Update(changes, manifest.info, reasons, manifest.encoder_note)


@dataclass(frozen=True, slots=True)
class Status:
    """A published index held against its sources: what an update would change, and which sources are gone.

    ``size`` is in bytes.
    """

    manifest: Manifest
    size: int
    changes: Changes
    missing: tuple[str, ...]

    @property
    def current(self) -> bool:
        """Whether the index holds what its sources hold now."""
        changes = self.changes
        return not (self.missing or changes.added or changes.changed or changes.removed)


def inspect(index: Path) -> Status:
    """Reads the sources again and compares. Raises IndexNotFoundError, IndexDamagedError or IndexFormatError."""
    with closing(open_current(index)) as searcher:
        manifest = searcher.manifest
        here = [source for source in manifest.sources if Path(source).exists()]
        missing = tuple(source for source in manifest.sources if source not in here)
        now = [DocumentRef.of(document) for document in read(here, lambda *_: None)]
        changes = compare(searcher.documents(), now)
    return Status(manifest, sum(file["bytes"] for file in manifest.files.values()), changes, missing)


@dataclass(frozen=True, slots=True)
class _Step:
    """One generation to write into ``folder``; ``previous`` may be reused, being of the same settings and model."""

    folder: Path
    sources: tuple[str, ...]
    config: IndexConfig
    encoder: Encoder
    previous: LocalSearcher | None

    def run(self, old: Sequence[DocumentRef], total: int, on_progress: OnProgress) -> tuple[Manifest, Changes]:
        dimension, note = self._encoder(on_progress)
        indexer = Indexer(self.encoder, self.config, self.previous)
        writer = LocalWriter(self.folder, dimension)
        written: list[DocumentRef] = []
        try:
            for encoded in indexer.encode(read(self.sources, lambda *_: None)):
                writer.add(encoded)
                written.append(DocumentRef.of(encoded.document))
                on_progress("embedding", len(written), total)
            if not written:  # they were there a moment ago
                raise CorpusError("the articles are gone", "run qa index again")
        except BaseException:
            writer.abort()
            raise
        writer.close()
        manifest = Manifest(
            generation=generation_of(self.config, self.encoder.fingerprint, written),
            config=self.config,
            encoder=self.encoder.fingerprint,
            encoder_note=note,
            dimension=dimension,
            sources=self.sources,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            documents=len(written),
            passages=writer.store.passages,
            sentences=writer.store.sentences,
            files=describe(self.folder),
        )
        manifest.write(self.folder)
        return manifest, replace(compare(old, written), encoded=indexer.encoded)

    def _encoder(self, on_progress: OnProgress) -> tuple[int, str | None]:
        """Puts the query encoder into the generation; the dimension, and what its export had to say."""
        target = self.folder / ENCODER_FOLDER
        if self.previous is not None:
            link_tree(self.previous.encoder_folder, target)
            return self.previous.manifest.dimension, self.previous.manifest.encoder_note
        on_progress("loading the model", 0, None)
        target.mkdir()
        note = self.encoder.export(target)
        return self.encoder.dimension, note


def _check_folder(index: Path) -> None:
    """Refuses to make an index among files that are not ours."""
    if index.exists() and not index.is_dir():
        raise ConfigError(f"{index} is not a folder", "name a folder for the index")
    if index.is_dir() and not generations.exists(index):
        strangers = sorted(p.name for p in index.iterdir() if p.name not in _GUESTS)
        if strangers:
            raise ConfigError(f"{index} is no index: it holds {strangers[0]}", "name an empty or a new folder")


def _known_manifest(index: Path, rebuild: bool) -> Manifest | None:
    try:
        return generations.current_manifest(index)[1]
    except IndexNotFoundError:
        return None
    except (IndexDamagedError, IndexFormatError):
        if rebuild:
            return None
        raise


def _scan(
    given: Sequence[Path | str], on_problem: Callable[[Problem], None], on_progress: OnProgress
) -> list[DocumentRef]:
    """A reference to every document of the sources. Reading twice keeps memory free of their texts."""
    found: list[DocumentRef] = []
    for document in read(given, on_problem):
        found.append(DocumentRef.of(document))
        on_progress("reading", len(found), None)
    if not found:
        raise CorpusError(f"there is nothing to index in {', '.join(map(str, given))}", "check the path and its files")
    return found


def _reasons(known: Manifest, config: IndexConfig, encoder: Encoder) -> tuple[str, ...]:
    """Why nothing of the known index can be reused; empty where all can."""
    reasons = known.config.differences(config)
    if known.encoder != encoder.fingerprint:
        names = f"{known.config.model}@{known.encoder[:12]} -> {config.model}@{encoder.fingerprint[:12]}"
        reasons.append(f"model: {names}")
    return tuple(reasons)

"""Brings an index on disk up to date with its sources, in one atomic step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from qa.answering.calibration import CALIBRATION_FILE
from qa.backends.addresses import MilvusAddress, place
from qa.backends.local import generations
from qa.backends.local.files import HALF_WRITTEN
from qa.backends.local.manifest import Manifest
from qa.backends.local.searcher import open_current
from qa.config import IndexConfig
from qa.corpus import Problem
from qa.errors import ConfigError, CorpusError, IndexDamagedError, IndexFormatError, IndexNotFoundError
from qa.indexing.changes import Changes, Held, OnProgress, compare
from qa.indexing.plan import Plan
from qa.indexing.stamps import STAMPS_FILE, Stamps, load
from qa.models.base import Encoder
from qa.models.model import FixedModel, Model
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from qa.types import IndexInfo

if TYPE_CHECKING:
    from qa.backends.milvus.manifest import ClusterManifest

#: What a generation says of itself, wherever it is.
Described: TypeAlias = "Manifest | ClusterManifest"

#: What an index folder may hold besides what this package writes there.
_GUESTS = frozenset(
    {
        *("README.md", ".gitignore", ".gitkeep", "LOCK", "CURRENT", "PENDING", "generations"),
        *(generations.HOLDER_FILE, CALIBRATION_FILE, STAMPS_FILE),
    }
)


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may set; what is left None stays as the index has it, or takes the default in a new index.

    ``rebuild`` takes nothing over from the index; ``full`` reads every file again, whatever its size and time. ``dask``
    is the address of a Dask scheduler, or ``local:N``, see ``qa.models.dask.cluster.connect``: texts are embedded
    there, unless they are few.
    """

    model: str | None = None
    max_tokens: int | None = None
    overlap: int | None = None
    rebuild: bool = False
    full: bool = False
    dask: str | None = None

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
    index: Path | str | MilvusAddress,
    options: Options = Options(),
    *,
    encoder: Encoder | None = None,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    on_progress: OnProgress = lambda *_: None,
) -> Update:
    """Builds the index in ``index``, a folder or a cluster's address, or brings it up to date with ``paths``.

    Without ``paths`` the sources are those that the index was built from. Only documents that are new or changed are
    encoded, and the result answers as one built anew. Readers see the old index or the new one, never a part. What an
    interrupted update had encoded is kept, and the next one goes on from there. ``encoder`` stands in for the model
    that the options or the index name.

    Raises CorpusError when there is nothing to index, ConfigError for a folder that is no index, IndexBusyError when
    another process writes, IndexDamagedError or IndexFormatError for an index that only ``rebuild`` can replace,
    ModelError, ClusterError, and ServerError for an index in a cluster.
    """
    where = place(index)
    if isinstance(where, MilvusAddress):
        from qa.indexing import remote

        with _encoders(options.dask, encoder) as make:
            wish = remote.Wish(paths, options.over, make, options.rebuild, options.full)
            changes, published, why = remote.update(where, wish, encoder, on_problem, on_progress)
        return Update(changes, published.info, why, published.encoder_note)
    return _update(paths, where, options, encoder, on_problem, on_progress)


def _update(
    paths: Sequence[Path | str],
    index: Path,
    options: Options,
    encoder: Encoder | None,
    on_problem: Callable[[Problem], None],
    on_progress: OnProgress,
) -> Update:
    _check_folder(index)
    known = _current(index, options.rebuild)
    given = list(paths) or (list(known.sources) if known else [])
    if not given:
        raise CorpusError("there is nothing to index", "name a file or a folder: qa index PATH")
    config = options.over(known.config if known else IndexConfig())
    stamps = load(index, known.generation) if known else Stamps()
    with ExitStack() as stack:
        make = stack.enter_context(_encoders(options.dask, encoder))
        model = FixedModel(encoder) if encoder else Model(config.model, stamps.model, stamps.fingerprint, make)
        plan = Plan(index, tuple(map(os.path.abspath, given)), replace(config, model=model.name), model)
        old = stack.enter_context(closing(Held(None if options.rebuild or not known else lambda: open_current(index))))
        reasons = plan.reasons(known) if known and not options.rebuild else ()
        pending = None if options.rebuild else plan.pending()
        base = stack.enter_context(closing(Held(pending))) if pending else Held(None) if reasons else old
        files = {} if options.full or options.rebuild or base is not old else stamps.files
        found = compare(given, old, base, files, on_problem=on_problem, on_progress=on_progress)
        if not found.changes.documents:
            raise CorpusError(
                f"there is nothing to index in {', '.join(map(str, given))}", "check the path and its files"
            )
        is_current = base is old and not (found.wanted or found.gone)
        if known and is_current and plan.sources == known.sources:
            manifest, encoded = old.opened.manifest, 0  # opening it finds damage
            generations.tidy(index)
        else:
            manifest, encoded = plan.write(known, base, found, on_progress)
    now = Stamps(found.files, model.stats, model.fingerprint)
    if now != stamps or manifest != known:
        now.save(index, manifest.generation)
    return Update(replace(found.changes, encoded=encoded), manifest.info, reasons, manifest.encoder_note)


@dataclass(frozen=True, slots=True)
class Status:
    """A published index held against its sources: what an update would change, and which sources are gone.

    ``size`` is in bytes; None where a cluster does not tell.
    """

    manifest: Described
    size: int | None
    changes: Changes
    missing: tuple[str, ...]

    @property
    def current(self) -> bool:
        """Whether the index holds what its sources hold now."""
        changes = self.changes
        return not (self.missing or changes.added or changes.changed or changes.removed)


def inspect(index: Path | str | MilvusAddress) -> Status:
    """Compares the index with its sources. Raises IndexNotFoundError, IndexDamagedError, IndexFormatError or
    ServerError."""
    where = place(index)
    if isinstance(where, MilvusAddress):
        from qa.indexing import remote

        described, found, gone = remote.inspect(where)
        return Status(described, None, found, gone)
    with closing(Held(lambda: open_current(where))) as held:
        manifest = held.opened.manifest
        here = [source for source in manifest.sources if Path(source).exists()]
        missing = tuple(source for source in manifest.sources if source not in here)
        stamps = load(where, manifest.generation).files
        changes = compare(here, held, held, stamps, on_problem=lambda _: None, on_progress=lambda *_: None).changes
    return Status(manifest, sum(file.bytes for file in manifest.files.values()), changes, missing)


@contextmanager
def _encoders(dask: str | None, encoder: Encoder | None) -> Iterator[Callable[[str], SentenceTransformerEncoder]]:
    """What makes the encoder of a model's name, here or on the cluster ``dask``, to which it stays connected."""
    if dask is None:
        yield SentenceTransformerEncoder
        return
    if encoder is not None:
        raise ConfigError("an encoder of your own cannot be sent to a Dask cluster", "name a model, or leave out dask")
    from qa.models.dask.cluster import connect
    from qa.models.dask.encoder import DaskEncoder

    with connect(dask) as cluster:
        yield lambda model: DaskEncoder(model, cluster)


def _check_folder(index: Path) -> None:
    """Refuses to make an index among files that are not ours."""
    if index.exists() and not index.is_dir():
        raise ConfigError(f"{index} is not a folder", "name a folder for the index")
    if index.is_dir() and not generations.exists(index):
        strangers = sorted(p.name for p in index.iterdir() if p.name.removesuffix(HALF_WRITTEN) not in _GUESTS)
        if strangers:
            raise ConfigError(f"{index} is no index: it holds {strangers[0]}", "name an empty or a new folder")


def _current(index: Path, rebuild: bool) -> Manifest | None:
    """The manifest of the current generation, or None where there is none, or a damaged one that is to be rebuilt."""
    try:
        return generations.current_manifest(index)[1]
    except IndexNotFoundError:
        return None
    except (IndexDamagedError, IndexFormatError):
        if rebuild:
            return None
        raise

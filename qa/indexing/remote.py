"""Brings an index in a cluster up to date: what ``plan`` and ``draft`` do for one on disk.

A generation is written into collections of its own. What has not changed is copied there from the current one, and not
encoded again; what an interrupted update wrote is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from qa.backends.addresses import MilvusAddress
from qa.backends.milvus import encoder_files, generations
from qa.backends.milvus.connection import Cluster, connect
from qa.backends.milvus.draft import Contents, Draft
from qa.backends.milvus.layout import Names, dense_index, key
from qa.backends.milvus.lock import writing
from qa.backends.milvus.manifest import ClusterManifest
from qa.backends.milvus.searcher import MilvusSearcher
from qa.config import IndexConfig
from qa.corpus import Problem
from qa.errors import CorpusError, IndexDamagedError, IndexFormatError, IndexNotFoundError
from qa.indexing.changes import Changes, Comparison, OnProgress, Stock, compare, wanted
from qa.indexing.encode import DIGESTS, Indexer, digest_of, generation_of
from qa.indexing.pipeline import Behind
from qa.indexing.plan import WAITING, Plan
from qa.indexing.stamps import Stamps, load
from qa.models.base import Encoder
from qa.models.cache import cache_folder
from qa.models.model import FixedModel, Model
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from qa.types import Document

#: Passages that are copied at a time: some megabytes.
_COPIED = 512


@dataclass(frozen=True, slots=True)
class Wish:
    """What an update is to do: see ``qa.indexing.update.Options``.

    ``over`` puts the wanted settings over the known ones, and ``make`` makes the encoder of a model's name.
    """

    paths: Sequence[Path | str]
    over: Callable[[IndexConfig], IndexConfig]
    make: Callable[[str], SentenceTransformerEncoder] = SentenceTransformerEncoder
    rebuild: bool = False
    full: bool = False


@dataclass(slots=True)
class Both:
    """What the unfinished generation has together with the current one, as ``Stock``. ``kept`` are the documents that
    the unfinished one was found to have as they are."""

    draft: Stock
    old: Stock
    kept: set[str] = field(default_factory=set)

    @property
    def ids(self) -> Collection[str]:
        return {*self.draft.ids, *self.old.ids}

    def sha256(self, document_id: str) -> str | None:
        return self.draft.sha256(document_id) or self.old.sha256(document_id)

    def holds(self, document: Document) -> bool:
        if self.draft.holds(document):
            self.kept.add(document.id)
            return True
        return self.old.holds(document)


NOTHING = Contents(iter(()))


def update(
    address: MilvusAddress,
    wish: Wish,
    encoder: Encoder | None,
    on_problem: Callable[[Problem], None],
    on_progress: OnProgress,
) -> tuple[Changes, ClusterManifest, tuple[str, ...]]:
    """What has changed, the manifest of the published generation, and why everything was encoded anew, if it was.

    Raises as ``qa.indexing.update.update`` does, and ServerError.
    """
    cache = cache_folder() / "milvus" / f"{key(str(address)):016x}"
    with closing(connect(address)) as cluster, writing(cluster) as lock:
        published = generations.current(cluster)
        old = _open(cluster, wish.rebuild) if published else None
        stamps = load(cache, old.manifest.generation) if old else Stamps()
        plan = _planned(wish, old.manifest if old else None, encoder, stamps)
        reasons = plan.reasons(old.manifest) if old and not wish.rebuild else ()
        base = None if reasons or wish.rebuild else old
        draft = None if wish.rebuild else _unfinished(cluster, published, plan)
        before = Contents(old.heads()) if old else NOTHING
        both = Both(draft.contents() if draft else NOTHING, before if base else NOTHING)
        files = {} if draft or wish.full or base is None else stamps.files
        given = wish.paths or plan.sources
        found = compare(given, before, both, files, on_problem=on_problem, on_progress=on_progress)
        if not found.changes.documents:
            raise CorpusError(
                f"there is nothing to index in {', '.join(map(str, given))}", "check the path and its files"
            )
        if base and not draft and not (found.wanted or found.gone) and plan.sources == base.manifest.sources:
            manifest, encoded = base.manifest, 0
        else:
            if draft:
                draft.keep_only(both.kept)
            else:
                draft = generations.begin(cluster, published, _first_manifest(cluster, plan, base, found, on_progress))
            encoded = _fill(draft, plan, base, both, found, on_progress)
            manifest = finished(draft, plan.config, plan.sources)
            generations.publish(cluster, draft, manifest, published, lock)
        _save(cache, Stamps(found.files, plan.model.stats, plan.model.fingerprint), manifest)
    return replace(found.changes, encoded=encoded), manifest, reasons


def inspect(address: MilvusAddress) -> tuple[ClusterManifest, Changes, tuple[str, ...]]:
    """The manifest of the current generation, what an update would change, and which sources are gone."""
    with closing(generations.open_current(address)) as searcher:
        manifest = searcher.manifest
        here = [source for source in manifest.sources if Path(source).exists()]
        held = Contents(searcher.heads())
        found = compare(here, held, held, {}, on_problem=lambda _: None, on_progress=lambda *_: None)
    return manifest, found.changes, tuple(source for source in manifest.sources if source not in here)


def batches(searcher: MilvusSearcher, ids: Collection[str]) -> Iterator[list[str]]:
    """The ids of documents that are copied together."""
    waiting, passages = list[str](), 0
    for head in searcher.heads():
        if head.id in ids:
            waiting.append(head.id)
            passages += head.passages
            if passages >= _COPIED:
                yield waiting
                waiting, passages = [], 0
    if waiting:
        yield waiting


def _open(cluster: Cluster, rebuild: bool) -> MilvusSearcher | None:
    """The current generation; None where it is damaged and to be rebuilt."""
    try:
        return generations.searcher(cluster)
    except (IndexDamagedError, IndexFormatError, IndexNotFoundError):
        if rebuild:
            return None
        raise


def _planned(wish: Wish, known: ClusterManifest | None, encoder: Encoder | None, stamps: Stamps) -> Plan:
    """What is wanted of the next generation. Raises CorpusError where no source is known, and ModelError."""
    given = list(wish.paths) or (list(known.sources) if known else [])
    if not given:
        raise CorpusError("there is nothing to index", "name a file or a folder: qa index PATH")
    config = wish.over(known.config if known else IndexConfig())
    model = FixedModel(encoder) if encoder else Model(config.model, stamps.model, stamps.fingerprint, wish.make)
    return Plan(Path(), tuple(map(os.path.abspath, given)), replace(config, model=model.name), model)


def _unfinished(cluster: Cluster, published: Names | None, plan: Plan) -> Draft | None:
    """What an interrupted update wrote, if it was to become the same."""
    draft = generations.unfinished(cluster, published)
    return draft if draft and not plan.reasons(draft.manifest) else None


def _first_manifest(
    cluster: Cluster, plan: Plan, base: MilvusSearcher | None, found: Comparison, on_progress: OnProgress
) -> ClusterManifest:
    """The manifest of a generation without documents, whose encoder is in the cluster."""
    if base:
        return replace(base.manifest, config=plan.config, sources=plan.sources, created=now())
    on_progress("loading the model", 0, None)
    encoder = plan.model.encoder(None, found.characters)
    with TemporaryDirectory() as folder:
        note = plan.model.export(encoder, Path(folder))
        files = encoder_files.store(cluster, Path(folder))
    plan.choose_engine(encoder, found, encoder_files.fetch(cluster, files))
    return ClusterManifest(
        generation="",
        digest="0",
        config=plan.config,
        encoder=plan.model.fingerprint,
        encoder_note=note,
        engine=encoder.engine,
        dimension=encoder.dimension,
        sources=plan.sources,
        created=now(),
        encoder_files=files,
        dense=dense_index(cluster.lite),
    )


def _fill(
    draft: Draft, plan: Plan, base: MilvusSearcher | None, both: Both, found: Comparison, on_progress: OnProgress
) -> int:
    """Writes what the generation is to have; how many texts were encoded."""
    copied = set(both.old.ids) - both.kept - found.wanted - found.gone
    done = 0
    if base and copied:
        for batch in batches(base, copied):
            draft.copy(base.names, batch)
            done += len(batch)
            on_progress("copying", done, len(copied))
    if not found.wanted:
        return 0
    exported = encoder_files.fetch(draft.cluster, draft.manifest.encoder_files) if base or both.draft.ids else None
    encoder = plan.model.encoder(exported, found.characters)
    use_engine(plan, encoder, draft.manifest.engine, exported, found)
    indexer = Indexer(encoder, plan.config, base)
    with Behind(draft.add, WAITING) as writing:
        for number, encoded in enumerate(indexer.encode(wanted(found, plan.sources)), start=1):
            writing.put(encoded)
            on_progress("embedding", number, len(found.wanted))
    return indexer.encoded


def use_engine(plan: Plan, encoder: Encoder, engine: str, exported: Path | None, found: Comparison) -> None:
    """Has the texts encoded by what encoded the others, or by what is fastest where that is not here."""
    if exported and isinstance(encoder, SentenceTransformerEncoder) and not encoder.use_engine(engine, exported):
        plan.choose_engine(encoder, found, exported)


def finished(draft: Draft, config: IndexConfig, sources: Sequence[str]) -> ClusterManifest:
    """The manifest of a generation that has all it is to have. Raises CorpusError where that is nothing."""
    live, digest = draft.finish(digest_of)
    if not live.documents:  # they were there a moment ago
        raise CorpusError("the articles are gone", "run qa index again")
    known = draft.manifest
    return replace(
        known,
        generation=generation_of(config, known.encoder, known.engine, digest % DIGESTS),
        digest=f"{digest % DIGESTS:x}",
        config=config,
        sources=tuple(sources),
        created=now(),
        live=live,
    )


def now() -> str:
    """The time of day, as manifests have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _save(cache: Path, stamps: Stamps, manifest: ClusterManifest) -> None:
    """Keeps the files' stamps; without them, the next update reads all files."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        stamps.save(cache, manifest.generation)
    except OSError:
        return

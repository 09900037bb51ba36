"""Moves an index from a folder to a cluster, without encoding anything again."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path

from qa.answering.calibration import own_calibration
from qa.backends.addresses import MilvusAddress
from qa.backends.local.manifest import ENCODER_FOLDER
from qa.backends.local.searcher import LocalSearcher, open_current
from qa.backends.milvus import encoder_files, generations
from qa.backends.milvus.connection import Cluster, connect
from qa.backends.milvus.draft import Contents, Draft
from qa.backends.milvus.layout import dense_index
from qa.backends.milvus.lock import writing
from qa.backends.milvus.manifest import ClusterManifest
from qa.errors import ConfigError
from qa.indexing.changes import Changes, OnProgress
from qa.indexing.plan import Built
from qa.indexing.remote import NOTHING, finished
from qa.indexing.update import Update


def move(
    source: Path, address: MilvusAddress, *, rebuild: bool = False, on_progress: OnProgress = lambda *_: None
) -> Update:
    """Publishes what the index in the folder ``source`` holds as the next generation at an address.

    Vectors, encoder and calibration are taken as they are; the index in the folder stays. A move that was interrupted
    goes on from where it was. Raises ConfigError where the address has an index made with another model or other
    settings, unless ``rebuild``, and what opening an index and ``qa.indexing.update.update`` raise.
    """
    with ExitStack() as opened:
        local = opened.enter_context(closing(open_current(source)))
        cluster = opened.enter_context(closing(connect(address)))
        lock = opened.enter_context(writing(cluster))
        published = generations.current(cluster)
        before = NOTHING
        if published and not rebuild:
            there = generations.searcher(cluster)
            _check_same(there.manifest, local, address)
            before = Contents(there.heads())
        draft = None if rebuild else generations.unfinished(cluster, published)
        if draft is None or not _is_same(draft.manifest, local):
            draft = generations.begin(cluster, published, _manifest(cluster, local, source))
        _fill(draft, local, on_progress)
        manifest = finished(draft, local.manifest.config, local.manifest.sources)
        generations.publish(cluster, draft, manifest, published, lock)
        return Update(_changes(before, local), manifest.info, (), manifest.encoder_note)


def _fill(draft: Draft, local: LocalSearcher, on_progress: OnProgress) -> None:
    """Writes every document that is not there yet."""
    held, ids = draft.contents(), [reference.id for reference in local.documents()]
    whole = {name for name in ids if held.ids and held.holds(local.document(name))}
    draft.keep_only(whole)
    for done, name in enumerate(ids, start=1):
        encoded = None if name in whole else local.encoded(name)
        if encoded:
            draft.add(encoded)
        on_progress("moving", done, len(ids))


def _changes(before: Contents, local: LocalSearcher) -> Changes:
    added = changed = same = 0
    for reference in local.documents():
        sha256 = before.sha256(reference.id)
        added += sha256 is None
        same += sha256 == reference.sha256
        changed += sha256 not in (None, reference.sha256)
    return Changes(added, changed, len(before.ids) - changed - same, same, 0)


def _manifest(cluster: Cluster, local: LocalSearcher, source: Path) -> ClusterManifest:
    known = local.manifest
    known.verify(local.folder, ENCODER_FOLDER)
    own = own_calibration(source, known.info.embedder)
    return ClusterManifest(
        generation="",
        digest="0",
        config=known.config,
        encoder=known.encoder,
        encoder_note=known.encoder_note,
        engine=known.engine,
        dimension=known.dimension,
        sources=known.sources,
        created=known.created,
        encoder_files=encoder_files.store(cluster, local.encoder_folder),
        dense=dense_index(cluster.lite),
        calibration=own.to_json() if own else None,
    )


def _check_same(there: ClusterManifest, local: LocalSearcher, address: MilvusAddress) -> None:
    if not _is_same(there, local):
        raise ConfigError(
            f"{address} has an index made with {there.info.embedder} and other settings than {local.info.embedder} in "
            f"{local.folder.parent.parent}",
            "use --rebuild to replace it, or name another collection",
        )


def _is_same(there: Built, local: LocalSearcher) -> bool:
    same_settings = not there.config.differences(local.manifest.config)
    return same_settings and there.encoder == local.manifest.encoder

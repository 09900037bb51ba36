"""Copies an index from one place to another, without encoding anything again."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing
from typing import Any

from qa.backends.base import CALIBRATION_FILE, Contents, Documents, EncodedDocument, G, Generation, Store
from qa.backends.manifest import REBUILD, Manifest
from qa.errors import ConfigError, IndexDamagedError
from qa.indexing.changes import NOTHING, Changes
from qa.indexing.previous import current_generation, to_go_on_from
from qa.indexing.update import Update
from qa.types import OnProgress


def copy(
    source: Store[Any], target: Store[G], *, rebuild: bool = False, on_progress: OnProgress = lambda *_: None
) -> Update:
    """Publishes what the index in ``source`` holds as the next generation in ``target``.

    Vectors, encoder and calibration are taken as they are; the index in ``source`` stays. A copy that was interrupted
    goes on from where it was. Raises ConfigError where ``target`` has an index made with another model or other
    settings, unless ``rebuild``, and what opening an index and ``qa.indexing.update.update`` raise.
    """
    with ExitStack() as stack:
        original: Generation = stack.enter_context(closing(source.read(lambda generation: generation)))
        unfinished, previous = target.unfinished(), current_generation(target, damaged_is_none=rebuild)
        for generation in filter(None, (unfinished, previous)):
            stack.enter_context(closing(generation))
        if previous and not rebuild and not _is_alike(previous.manifest, original.manifest):
            raise ConfigError(
                f"{target} has an index made with {previous.manifest.info.embedder} and other settings than "
                f"{original.manifest.info.embedder} in {source}",
                "use --rebuild to replace it, or name another place",
            )
        reusable = to_go_on_from(
            unfinished, previous, lambda manifest: not rebuild and _is_alike(manifest, original.manifest)
        )
        base = reusable[0] if reusable else None
        contents, documents = base.contents() if base else NOTHING, original.searcher().documents
        ids = [reference.id for reference in documents.references()]
        additions = [name for name in ids if base is None or not contents.holds(documents.document(name))]
        changes = _changes(previous.contents() if previous and not rebuild else NOTHING, documents)
        outdated = sorted({*contents.ids} - ({*ids} - {*additions}))
        with target.write(previous.manifest if previous else None, base, outdated) as draft:
            if base is None:
                shutil.copytree(original.encoder_folder(), draft.encoder_folder, dirs_exist_ok=True)
            draft.begin(original.manifest, on_progress)
            for number, name in enumerate(additions, start=1):
                draft.add(_encoded(documents, name, source))
                on_progress("copying", number, len(additions))
            target.write_text(CALIBRATION_FILE, source.read_text(CALIBRATION_FILE))
            published = draft.publish()
        return Update(str(target), changes, published.info, (), published.encoder_note)


def _encoded(documents: Documents, name: str, source: Store[Any]) -> EncodedDocument:
    """A document with its vectors. Raises IndexDamagedError where there is none although the index lists it."""
    encoded = documents.encoded(name)
    if encoded is None:
        raise IndexDamagedError(f"{source} lists the document {name!r}, and has nothing else of it", REBUILD)
    return encoded


def _changes(before: Contents, documents: Documents) -> Changes:
    added = changed = same = 0
    for reference in documents.references():
        sha256 = before.sha256(reference.id)
        added += sha256 is None
        same += sha256 == reference.sha256
        changed += sha256 not in (None, reference.sha256)
    return Changes(added, changed, len(before.ids) - changed - same, same)


def _is_alike(one: Manifest[Any], other: Manifest[Any]) -> bool:
    """Whether the vectors of two indexes may stand in the same one."""
    same_settings = not one.config.differences(other.config)
    return same_settings and (one.encoder, one.engine) == (other.encoder, other.engine)

"""One generation while it is written: the segments of the one before, and the documents that are added."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.backends.base import EncodedDocument
from qa.backends.identity import DIGESTS, digest_of, digest_of_all
from qa.backends.local import generations
from qa.backends.local.files import describe, link_tree
from qa.backends.local.generation import LocalGeneration
from qa.backends.local.manifest import CHECKPOINTS, ENCODER_FOLDER, Layout, LocalManifest, write_manifest
from qa.backends.local.writer import LocalWriter
from qa.backends.manifest import Manifest
from qa.backends.shared.atomic import writing_to
from qa.types import DocumentRef, OnProgress

#: Passages after which what is written can survive a crash. About a minute of embedding on two cores.
CHECKPOINT = 1_024


class LocalDraft:
    """Writes into ``folder``, a new generation of ``index``, based on ``base`` but for the documents ``without``. See
    ``base.Draft``."""

    def __init__(
        self, index: Path, folder: Path, base: LocalGeneration | None = None, without: Collection[str] = ()
    ) -> None:
        self._index = index
        self._folder = folder
        self._base = base
        self._without = without
        self._writer: LocalWriter | None = None
        self._is_adding = False
        self._checkpoints = 0
        self._checkpoint_file: Path | None = None
        self.encoder_folder = folder / ENCODER_FOLDER
        with writing_to(index):
            if base:
                link_tree(base.encoder_folder(), self.encoder_folder)
            else:
                self.encoder_folder.mkdir()

    def begin(self, manifest: Manifest[Any], on_progress: OnProgress) -> None:  # noqa: ARG002
        with writing_to(self._index):
            writer = LocalWriter(self._folder, manifest.dimension)
            if self._base:
                previous, contents = self._base.manifest, self._base.contents()
                outdated = digest_of_all(map(contents.reference, self._without))
                self._digest = (int(previous.digest, 16) - outdated) % DIGESTS
                files = previous.extra.within(ENCODER_FOLDER)
                writer.take_over(self._base.folder, contents.without(self._without), previous.extra.files)
            else:
                self._digest = 0
                entries = describe(self.encoder_folder)
                files = {f"{ENCODER_FOLDER}/{name}": entry for name, entry in entries.items()}
        self._manifest: LocalManifest = replace(manifest, extra=Layout((), files))
        self._writer = writer

    def add(self, encoded: EncodedDocument) -> None:
        with writing_to(self._index):
            self._is_adding = True
            self._segments.add(encoded)
            self._digest = (self._digest + digest_of(DocumentRef.of(encoded.document))) % DIGESTS
            self._is_adding = False
            if self._segments.waiting >= CHECKPOINT:
                self._checkpoint()

    def publish(self) -> LocalManifest:
        with writing_to(self._index):
            self._segments.finish_segment()
            manifest = self._finished()
            write_manifest(manifest, self._folder)
            generations.publish(self._index, self._folder)
        with suppress(OSError):  # what is left goes with the generation
            self._segments.remove_obsolete()
            self._forget_checkpoint()
        return manifest

    def keep(self) -> None:
        """After an interruption: keeps what is complete, for the next update to go on from."""
        if self._writer is None:
            return
        if self._writer.waiting and not self._is_adding:
            with suppress(OSError):  # such as a full disk, which may be why the update ends
                self._checkpoint()
        self._writer.abort()

    @property
    def _segments(self) -> LocalWriter:
        if self._writer is None:
            raise ValueError("the draft was not begun")
        return self._writer

    def _finished(self) -> LocalManifest:
        """The manifest of what is finished."""
        files = {**self._manifest.extra.files, **self._segments.files}
        layout = Layout(tuple(self._segments.segments), files)
        return self._manifest.holding(layout.live, self._digest, layout, sum(entry.bytes for entry in files.values()))

    def _checkpoint(self) -> None:
        self._segments.finish_segment()
        # A name of its own, so that the last checkpoint stands until this one does.
        self._checkpoints += 1
        name = CHECKPOINTS.replace("*", str(self._checkpoints))
        write_manifest(self._finished(), self._folder, name)
        generations.checkpoint(self._index, self._folder, name)
        self._segments.remove_obsolete()
        self._forget_checkpoint()
        self._checkpoint_file = self._folder / name

    def _forget_checkpoint(self) -> None:
        if self._checkpoint_file is not None:
            self._checkpoint_file.unlink()
            self._checkpoint_file = None

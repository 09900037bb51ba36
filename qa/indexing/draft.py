"""One generation while it is written: the segments of the one before, and the documents that are added."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from qa.backends.base import EncodedDocument
from qa.backends.local import generations
from qa.backends.local.manifest import CHECKPOINTS, Manifest
from qa.backends.local.writer import LocalWriter
from qa.indexing.encode import DIGESTS, digest_of, generation_of
from qa.types import DocumentRef

#: Passages after which what is written can survive a crash. About a minute of embedding on two cores.
CHECKPOINT = 1_024


class Draft:
    """Writes into ``folder``, a new generation of ``index``. ``manifest`` tells all of it but what is written.

    ``writer`` may hold segments already, whose documents add up to ``manifest.digest``.
    """

    def __init__(self, index: Path, folder: Path, manifest: Manifest, writer: LocalWriter) -> None:
        self._index = index
        self._folder = folder
        self._manifest = manifest
        self._writer = writer
        self._digest = int(manifest.digest, 16)
        self._is_adding = False
        self._checkpoints = 0
        self._checkpoint_file: Path | None = None

    @property
    def manifest(self) -> Manifest:
        """The manifest of what is finished."""
        config, encoder, engine = self._manifest.config, self._manifest.encoder, self._manifest.engine
        return replace(
            self._manifest,
            generation=generation_of(config, encoder, engine, self._digest),
            digest=f"{self._digest:x}",
            segments=tuple(self._writer.segments),
            files={**self._manifest.files, **self._writer.files},
        )

    def add(self, encoded: EncodedDocument) -> None:
        """Adds a document."""
        self._is_adding = True
        self._writer.add(encoded)
        self._digest = (self._digest + digest_of(DocumentRef.of(encoded.document))) % DIGESTS
        self._is_adding = False
        if self._writer.waiting >= CHECKPOINT:
            self._checkpoint()

    def publish(self) -> Manifest:
        """Finishes the generation, and makes it the current one."""
        self._writer.finish_segment()
        manifest = self.manifest
        manifest.write(self._folder)
        generations.publish(self._index, self._folder)
        with suppress(OSError):  # what is left goes with the generation
            self._writer.remove_obsolete()
            self._forget_checkpoint()
        return manifest

    def keep(self) -> None:
        """After an interruption: keeps what is complete, for the next update to go on from."""
        if self._writer.waiting and not self._is_adding:
            with suppress(OSError):  # such as a full disk, which may be why the update ends
                self._checkpoint()
        self._writer.abort()

    def _checkpoint(self) -> None:
        self._writer.finish_segment()
        # A name of its own, so that the last checkpoint stands until this one does.
        self._checkpoints += 1
        name = CHECKPOINTS.replace("*", str(self._checkpoints))
        self.manifest.write(self._folder, name)
        generations.checkpoint(self._index, self._folder, name)
        self._writer.remove_obsolete()
        self._forget_checkpoint()
        self._checkpoint_file = self._folder / name

    def _forget_checkpoint(self) -> None:
        if self._checkpoint_file is not None:
            self._checkpoint_file.unlink()
            self._checkpoint_file = None

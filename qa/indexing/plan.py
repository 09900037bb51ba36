"""Writes the next generation of an index, from what an older one has and from documents that are new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from qa.backends.local import generations
from qa.backends.local.files import describe, link_tree
from qa.backends.local.manifest import ENCODER_FOLDER, SEGMENTS_FOLDER, Manifest
from qa.backends.local.searcher import LocalSearcher
from qa.backends.local.writer import LocalWriter
from qa.config import IndexConfig
from qa.errors import CorpusError, IndexBusyError, IndexDamagedError
from qa.indexing.changes import Comparison, Held, OnProgress, wanted
from qa.indexing.draft import Draft
from qa.indexing.encode import DIGESTS, Indexer, digest_of
from qa.indexing.pipeline import Behind
from qa.models.base import Encoder
from qa.models.model import MEASURED, FixedModel, Model
from qa.models.torch.engines import ONNXRUNTIME_FLOAT32
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from qa.text.sentences import sentences

#: Encoded documents that may wait to be written, so that memory stays bounded.
WAITING = 64

#: Documents whose first passage, of so many characters, and its sentences the engines are measured with.
SAMPLE, PASSAGE_LENGTH = 32, 1_000


class Built(Protocol):
    """What says with which settings and model something was built."""

    @property
    def config(self) -> IndexConfig:
        """The settings."""

    @property
    def encoder(self) -> str:
        """The fingerprint of the model's files."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the next generation of ``index`` is to be made of. ``sources`` are absolute paths."""

    index: Path
    sources: tuple[str, ...]
    config: IndexConfig
    model: Model | FixedModel

    def reasons(self, known: Built) -> tuple[str, ...]:
        """Why nothing of a known generation can be reused; empty where all can."""
        reasons = known.config.differences(self.config)
        if known.encoder != self.model.fingerprint:
            names = f"{known.config.model}@{known.encoder[:12]} -> {self.config.model}@{self.model.fingerprint[:12]}"
            reasons.append(f"model: {names}")
        return tuple(reasons)

    def pending(self) -> Callable[[], LocalSearcher] | None:
        """What opens what an interrupted update had done; None if there is nothing that can be gone on from."""
        found = generations.pending_manifest(self.index)
        if not found or self.reasons(found[1]):
            return None
        try:
            found[1].verify(found[0], SEGMENTS_FOLDER, every_block=True)
        except IndexDamagedError:  # it only has to be done again
            return None
        return lambda: LocalSearcher(*found)

    def write(
        self, known: Manifest | None, base: Held, found: Comparison, on_progress: OnProgress
    ) -> tuple[Manifest, int]:
        """Publishes the next generation, made of what ``base`` has and what was ``found``; its manifest, and how many
        texts were encoded.

        ``known`` is the current generation that the comparison was made with. Raises IndexBusyError where it is no
        longer current, CorpusError where nothing is left to index, and ModelError.
        """
        with generations.writing(self.index) as folder:
            if known != (generations.current_manifest(self.index)[1] if known else None):
                raise IndexBusyError(
                    f"another process has just written the index in {self.index}", "run qa index again"
                )
            if base.searcher:  # its model's files are read now, and linked
                base.searcher.manifest.verify(base.searcher.folder, ENCODER_FOLDER)
            encoder = self.model.encoder(base.searcher.encoder_folder if base.searcher else None, found.characters)
            draft = self._draft(folder, base, found, encoder, on_progress)
            indexer = Indexer(encoder, self.config, base.searcher)
            written = 0
            try:
                with Behind(draft.add, WAITING) as writing:
                    for encoded in indexer.encode(wanted(found, self.sources)):
                        writing.put(encoded)
                        written += 1
                        on_progress("embedding", written, len(found.wanted))
                if not written and not draft.manifest.live.documents:  # they were there a moment ago
                    raise CorpusError("the articles are gone", "run qa index again")
                return draft.publish(), indexer.encoded
            except BaseException:
                draft.keep()
                raise

    def _draft(self, folder: Path, base: Held, found: Comparison, encoder: Encoder, on_progress: OnProgress) -> Draft:
        outdated = [base.places[name] for name in sorted(found.gone | found.wanted) if name in base.places]
        if base.searcher is None:
            manifest = self._first_manifest(folder, encoder, found, on_progress)
            return Draft(self.index, folder, manifest, LocalWriter(folder, manifest.dimension))
        known = base.searcher.manifest
        link_tree(base.searcher.encoder_folder, folder / ENCODER_FOLDER)
        if isinstance(encoder, SentenceTransformerEncoder) and not encoder.use_engine(
            known.engine, folder / ENCODER_FOLDER
        ):
            self.choose_engine(encoder, found, folder / ENCODER_FOLDER)
        files = {name: entry for name, entry in known.files.items() if name.startswith(f"{ENCODER_FOLDER}/")}
        digest = (
            int(known.digest, 16) - sum(digest_of(base.searcher.contents.reference(p)) for p in outdated)
        ) % DIGESTS
        manifest = replace(
            known, config=self.config, sources=self.sources, created=_now(), files=files, digest=f"{digest:x}"
        )
        writer = LocalWriter(folder, known.dimension)
        writer.take_over(base.searcher.folder, base.searcher.contents.without(outdated), known.files)
        return Draft(self.index, folder, manifest, writer)

    def _first_manifest(self, folder: Path, encoder: Encoder, found: Comparison, on_progress: OnProgress) -> Manifest:
        """The manifest of a generation without documents, whose query encoder is written into ``folder``."""
        on_progress("loading the model", 0, None)
        (folder / ENCODER_FOLDER).mkdir()
        note = self.model.export(encoder, folder / ENCODER_FOLDER)
        self.choose_engine(encoder, found, folder / ENCODER_FOLDER)
        described = describe(folder / ENCODER_FOLDER)
        return Manifest(
            generation="",
            digest="0",
            config=self.config,
            encoder=self.model.fingerprint,
            encoder_note=note,
            engine=encoder.engine,
            dimension=encoder.dimension,
            sources=self.sources,
            created=_now(),
            segments=(),
            files={f"{ENCODER_FOLDER}/{name}": entry for name, entry in described.items()},
        )

    def choose_engine(self, encoder: Encoder, found: Comparison, exported: Path) -> None:
        """Has the model computed by what is fastest here, where there is enough to compute.

        Otherwise by its export, whose vectors depend on nothing but the text: however a small index came to hold what
        it holds, its answers are the same to the last digit.
        """
        if not isinstance(encoder, SentenceTransformerEncoder):
            return
        if found.characters >= MEASURED:
            encoder.choose_engine(self._samples(found), exported)
        else:
            encoder.use_engine(ONNXRUNTIME_FLOAT32, exported)

    def _samples(self, found: Comparison) -> list[str]:
        """Passages and sentences of some of the wanted documents."""
        texts = [d.text[d.body_start :] for d in islice(wanted(found, self.sources), SAMPLE)]
        samples: list[str] = []
        for passage in (text[:PASSAGE_LENGTH] for text in texts):
            samples += [passage, *(passage[s.start : s.end] for s in sentences(passage))]
        return samples


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

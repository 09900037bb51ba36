"""Brings an index up to date with its sources, in one atomic step, wherever it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

from qa.backends.base import Contents, Draft, G, Generation, Store
from qa.backends.manifest import Manifest
from qa.config import IndexConfig
from qa.corpus import Problem
from qa.corpus.pool import ReaderPool
from qa.counting import count
from qa.errors import ConfigError, CorpusError
from qa.indexing.articles import Articles, files_of
from qa.indexing.changes import NOTHING, Changes, SourceComparison, compare
from qa.indexing.encode import Indexer
from qa.indexing.excluded import NONE, Excluded, still_there, to_read_again
from qa.indexing.pipeline import BackgroundWorker
from qa.indexing.plan import LOADING, Plan, connected, plan_for, with_splitter
from qa.indexing.previous import current_generation, to_go_on_from
from qa.indexing.sources import check_present, check_removals
from qa.indexing.stamps import Stamps, folders_of, load
from qa.indexing.stored import StoredChanges, stored_after
from qa.models.base import Encoder
from qa.text.chunking import Splitter
from qa.types import IndexInfo, OnProgress

#: Encoded documents that may wait to be written, so that memory stays bounded.
WAITING = 64


@dataclass(frozen=True, slots=True)
class UpdateOptions:
    """What a caller may set; what is left None stays as the index has it, or takes the default in a new index.

    ``rebuild`` takes nothing over from the index; ``full`` reads every file again, whatever its size and time. ``dask``
    is the address of a Dask scheduler, or ``local:N``, see ``qa.models.dask.cluster.connect``: texts are embedded
    there, unless they are few. ``allow_removal`` lets go also of documents whose source could not be read, or is empty
    although it was not. ``excluded`` are articles that are left out although a source has them. ``only``, absolute
    paths in the sources, are all that is looked at, unless it is None: the other articles stay as the index has them.
    ``field_names`` says what records call their fields: ``{"text": "story"}``.

    The sources are no option: they are the ``paths`` of ``update``, and replace those that the index was built from
    (``manifest.sources``). To add one, pass these and the new one; to remove one, pass these without it. Whatever is
    below none of the paths leaves the index.
    """

    model: str | None = None
    max_tokens: int | None = None
    overlap: int | None = None
    rebuild: bool = False
    full: bool = False
    dask: str | None = None
    allow_removal: bool = False
    excluded: Excluded | None = None
    only: tuple[str, ...] | None = None
    field_names: Mapping[str, str] | None = None

    def over(self, config: IndexConfig) -> IndexConfig:
        """``config`` with what is set here."""
        return IndexConfig(
            model=config.model if self.model is None else self.model,
            max_tokens=config.max_tokens if self.max_tokens is None else self.max_tokens,
            overlap=config.overlap if self.overlap is None else self.overlap,
            splitter=config.splitter,
            field_names=config.field_names if self.field_names is None else self.field_names,  # type: ignore[arg-type]
        )


class UpdatePlugs(TypedDict, total=False):
    """What a caller may bring: an ``encoder`` that stands in for the model which the options or the index name, a
    ``splitter`` for the way in which passages are made, and whom to tell of problems and of progress."""

    encoder: Encoder | None
    splitter: Splitter | None
    on_problem: Callable[[Problem], None]
    on_progress: OnProgress


@dataclass(frozen=True, slots=True)
class Update:
    """What an update did to the ``index``, a folder or an address. ``rebuilt`` says why everything was encoded anew;
    ``note`` is the encoder's, if any; ``excluded`` counts the articles, or files, that were left out as somebody has
    asked; ``upgraded`` says which files were read again because what reads them has another version now."""

    index: str
    changes: Changes
    info: IndexInfo
    rebuilt: tuple[str, ...] = ()
    note: str | None = None
    excluded: int = 0
    upgraded: tuple[str, ...] = ()


def update(
    paths: Sequence[Path | str],
    store: Store[G],
    options: UpdateOptions = UpdateOptions(),
    *,
    stored: StoredChanges = StoredChanges(),
    encoder: Encoder | None = None,
    splitter: Splitter | None = None,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    on_progress: OnProgress = lambda *_: None,
) -> Update:
    """Builds the index in ``store``, or brings it up to date with ``paths``, and with what ``stored`` says of documents
    that are in no file.

    Without ``paths`` the sources are those that the index was built from. Only documents that are new or changed are
    encoded, and the result answers as one built anew. Readers see the old index or the new one, never a part. What an
    interrupted update had encoded is kept, and the next one goes on from there. The others are ``UpdatePlugs``.

    Raises CorpusError when there is nothing to index, or less than there was a moment ago, or when documents would
    leave the index because their source cannot be read, ConfigError for a place that is no index, IndexBusyError when
    another process writes, IndexDamagedError or IndexFormatError for an index that only ``rebuild`` can replace,
    ModelError, ClusterError, ServerError, and QAError where it cannot be written.
    """
    with ExitStack() as stack:
        # What there is: the generation before, and what an interrupted update has left.
        unfinished = _until_the_end(stack, store.unfinished())
        previous = _until_the_end(stack, current_generation(store, damaged_is_none=options.rebuild))
        manifest = previous.manifest if previous else None
        ours = manifest.sources if manifest and not stored.only_documents else ()
        roots = list(paths) or list(ours)
        stamps = load(store, manifest.generation) if manifest else Stamps()
        # What there is to be: which articles, and by which plan.
        excluded_before = frozenset(manifest.excluded) if manifest else NONE
        excluded = excluded_before if options.excluded is None else options.excluded
        indexed = stamps.files if options.only is None or previous is None else files_of(stamps, previous)
        settings = options.over(manifest.config if manifest else IndexConfig())
        reader = stack.enter_context(ReaderPool(field_names=settings.field_names))
        articles = Articles(roots, excluded, options.only, indexed, reader)
        documents = stored_after(previous, stored, may_lose=options.rebuild and options.allow_removal)
        if not roots and not documents.ids:
            raise CorpusError("there is nothing to index", "name a file or a folder: qa index PATH")
        if not paths and options.allow_removal:
            articles = replace(articles, paths=list(filter(os.path.lexists, roots)))
        elif not paths:
            check_present(roots)
        cluster = stack.enter_context(connected(options.dask, encoder))
        config = with_splitter(splitter, settings, options.rebuild)
        plan = replace(plan_for(articles.paths, config, stamps, encoder, cluster), stored=len(documents.ids))
        reasons = plan.reasons(manifest) if manifest and not options.rebuild else ()
        if reasons and options.only is not None:
            raise ConfigError(f"the index has to be built anew first ({', '.join(reasons)})", "qa index does that")
        # What is new, changed or gone: against the generation before, and against the one to go on from.
        reusable = to_go_on_from(unfinished, previous, lambda one: not options.rebuild and not plan.reasons(one))
        base = reusable[0] if reusable else None
        old = previous.contents() if previous and not options.rebuild else NOTHING
        contents = NOTHING if base is None else old if base is previous else base.contents()
        files = to_read_again(indexed, excluded_before, excluded) if base is previous and not options.full else {}
        unseen: list[str] = []

        def tell(problem: Problem) -> None:
            unseen.extend(filter(None, [problem.unseen]))
            on_problem(problem)

        documents.check(old)
        comparison = compare(articles, old, contents, files, documents, on_problem=tell, on_progress=on_progress)
        reader.rest()
        if not comparison.changes.documents:
            raise CorpusError(
                f"there is nothing to index in {', '.join(map(str, articles.paths))}", "check the path and its files"
            )
        if not options.allow_removal:
            check_removals(plan.sources, indexed, comparison.files, unseen)
        folders = folders_of(plan.sources, comparison.files)
        folders |= {
            folder: then for folder, then in stamps.folders.items() if folder in folders and articles.keeps(folder)
        }
        plan = replace(plan, excluded=tuple(sorted(still_there(excluded, comparison.files))))
        now = Stamps(comparison.files, plan.model.stats, plan.model.fingerprint, folders)

        def done(changes: Changes, of: Manifest[Any]) -> Update:
            note, left_out = of.encoder_note, len(plan.excluded)
            return Update(str(store), changes, of.info, reasons, note, left_out, comparison.upgraded)

        if previous and manifest and base is previous and not comparison.differs and plan.is_of(manifest):
            previous.searcher()  # opening it finds damage
            if now != stamps:
                now.save(store, manifest.generation)
            return done(comparison.changes, manifest)
        # What is written: the rest of the base, and what is added.
        outdated = sorted((comparison.removals | comparison.additions) & {*contents.ids}) if base else []
        with store.write(manifest, base, outdated) as draft:
            encoder = _begin(draft, plan, base, comparison, on_progress)
            renamed = _ids_by_hash([(contents, comparison.removals), (old, comparison.removals_from_current)])
            before, groups = [one.searcher().documents for one in reusable], partial(plan.model.encode_groups, encoder)
            indexer = Indexer(encoder, plan.config, before, renamed, splitter, groups)
            _add_all(draft, indexer, comparison, on_progress)
            on_progress("writing", 0, None)
            published = draft.publish()
            now.save(store, published.generation)
        return done(replace(comparison.changes, encoded=indexer.encoded), published)


def _until_the_end(stack: ExitStack, generation: G | None) -> G | None:
    return stack.enter_context(closing(generation)) if generation else None


def _begin(
    draft: Draft, plan: Plan, base: Generation | None, comparison: SourceComparison, on_progress: OnProgress
) -> Encoder:
    """Begins the draft; the encoder of its texts."""
    if base:
        manifest = plan.next(base.manifest)
        if comparison.additions:
            on_progress(LOADING, 0, None)
        encoder = plan.encoder(manifest.engine, comparison, draft.encoder_folder)
    else:
        manifest, encoder = plan.first(comparison, draft.encoder_folder, on_progress)
    draft.begin(manifest, on_progress)
    return encoder


def _ids_by_hash(groups: Iterable[tuple[Contents, Iterable[str]]]) -> dict[str | None, str]:
    """The ids of documents that are no longer there, by the hashes of their sources."""
    return {contents.sha256(name): name for contents, names in groups for name in names}


def _add_all(draft: Draft, indexer: Indexer, comparison: SourceComparison, on_progress: OnProgress) -> None:
    """Adds the documents that are to be added. Raises CorpusError where they are no longer all there."""
    number, total = 0, len(comparison.additions)
    with BackgroundWorker(draft.add, WAITING) as writer:
        for encoded in indexer.encode(comparison.read_additions()):
            writer.put(encoded)
            number += 1
            on_progress("embedding", number, total)
    if number < total:
        raise CorpusError(
            f"{total - number:,} of {count(total, 'article')} were gone before they were indexed", "run qa index again"
        )

"""BM25 on disk with Tantivy.

Terms come analysed from ``text.analysis`` and are only split at blanks here; questions are built from term queries and
never parsed, so that no character of a question has a meaning of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import tantivy

from qa.backends.flat import ranking
from qa.types import Filter, Ranking

#: Bytes of buffer before Tantivy writes a segment; 15 MB a thread is its minimum.
_HEAP = 128_000_000

#: Tries to remove the folder of links.
_REMOVALS = 10


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_unsigned_field("number", fast=True)
    return builder.build()


class LexicalWriter:
    """Writes a new Tantivy index into an existing empty folder."""

    def __init__(self, folder: Path) -> None:
        # One thread, so that the same passages always make the same segments.
        self._writer = tantivy.Index(_schema(), str(folder)).writer(_HEAP, num_threads=1)

    def add(self, number: int, terms: Sequence[str], day: str | None, source: str | None) -> None:
        document = tantivy.Document()
        document.add_unsigned("number", number)
        document.add_text("terms", " ".join(terms))
        if day is not None:
            document.add_integer("day", date.fromisoformat(day).toordinal())
        if source is not None:
            document.add_text("source", source)
        self._writer.add_document(document)

    def close(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()

    def abort(self) -> None:
        """Ends writing without a commit; nothing is written afterwards."""
        self._writer.rollback()
        self._writer.wait_merging_threads()


class LexicalSearcher:
    """Searches a Tantivy index that no one writes any more."""

    def __init__(self, folder: Path) -> None:
        with _links(folder) as links:
            index = tantivy.Index.open(str(links))
            index.config_reader(reload_policy="manual")  # nothing changes here, so that nothing needs watching
            self._schema = index.schema
            self._searcher = index.searcher()

    def search(self, terms: Sequence[str], depth: int, within: Filter, sources: Sequence[str]) -> Ranking:
        """As ``Searcher.lexical``; ``sources`` are the exact sources that pass the filter's source."""
        if not terms:
            return ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32), 0)
        should = [(tantivy.Occur.Should, self._term("terms", term)) for term in terms]
        clauses = [(tantivy.Occur.Must, tantivy.Query.boolean_query(should))]
        clauses += [(tantivy.Occur.Must, _unscored(query)) for query in self._filters(within, sources)]
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), limit=depth, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        return ranking(np.array(numbers, dtype=np.int64), scores, depth)

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term occurs."""
        return [self._searcher.doc_freq("terms", term) for term in terms]

    def _filters(self, within: Filter, sources: Sequence[str]) -> list[tantivy.Query]:
        filters = []
        if within.since or within.until:
            first = date.fromisoformat(within.since).toordinal() if within.since else date.min.toordinal()
            last = date.fromisoformat(within.until).toordinal() if within.until else date.max.toordinal()
            filters.append(tantivy.Query.range_query(self._schema, "day", tantivy.FieldType.Integer, first, last))
        if within.source:
            filters.append(tantivy.Query.term_set_query(self._schema, "source", list(sources)))
        return filters

    def _term(self, field: str, value: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value, index_option="freq")


@contextmanager
def _links(folder: Path) -> Iterator[Path]:
    """A folder of our own with links to the files of ``folder``, that is gone again at the end.

    Tantivy writes a lock file beside what it opens. Links leave the published folder as it is, and open it where it
    cannot be written.
    """
    links = Path(mkdtemp(prefix="qa-"))
    try:
        for file in (f for f in folder.iterdir() if f.suffix != ".lock"):
            (links / file.name).symlink_to(file.absolute())
        yield links
    finally:
        # Opening starts a thread that looks at the index once more, and locks it for that, at any time: while the
        # folder is being removed too. It does so once, so that a further try finds nothing in the way.
        for _ in range(_REMOVALS):
            shutil.rmtree(links, ignore_errors=True)
            if not links.exists():
                break


def _unscored(query: tantivy.Query) -> tantivy.Query:
    """A clause that must match and adds nothing to the BM25 score."""
    return tantivy.Query.const_score_query(query, 0.0)

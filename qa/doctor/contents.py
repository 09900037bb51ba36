"""Whether what the files say fits together: counts, sizes, every offset, and the name of the generation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from qa.backends.identity import DIGESTS, digest_of, generation_of
from qa.backends.local.codes import CODES_FILE, code_bytes
from qa.backends.local.manifest import SEGMENTS_FOLDER, LocalManifest, SegmentEntry
from qa.backends.local.postings import LENGTHS_FILE, POSTINGS_FILE
from qa.backends.local.segment import PASSAGES_FILE, SENTENCES_FILE, Segment
from qa.backends.local.store import STORE_FILE, TEXTS_FILE, DocumentRow
from qa.backends.manifest import REBUILD, Sizes
from qa.backends.shared.quantising import passage_bytes, sentence_bytes
from qa.backends.shared.record import is_text_of
from qa.counting import count
from qa.doctor.finding import Finding, error
from qa.errors import QAError
from qa.types import Chunk, Span

#: Bytes of a passage's length, and of a posting: a passage and a count.
_LENGTH, _POSTING = 4, 6


def contents(folder: Path, manifest: LocalManifest) -> Iterator[Finding]:
    """What is wrong within a generation in ``folder`` all of whose segments' files are those that were written."""
    digest, is_whole = 0, True
    for entry in manifest.extra.segments:
        place = folder / SEGMENTS_FOLDER / entry.name
        try:
            yield from _table(place)
            with closing(Segment(place, entry.sizes, manifest.dimension, entry.removed)) as segment:
                yield from _sizes(place, entry, manifest.dimension, segment)
                yield from _offsets(place, segment)
                references = segment.store.references()
                digest += sum(digest_of(ref) for number, ref in references if number not in segment.removed)
        except QAError as raised:
            is_whole = False
            yield Finding.of(raised, place)
        except Exception as raised:  # what is inconsistent can fail anywhere
            is_whole = False
            yield error(place, f"does not hold together ({type(raised).__name__}: {raised})", REBUILD)
    name = generation_of(manifest.config, manifest.encoder, manifest.engine, digest % DIGESTS)
    if is_whole and (manifest.digest, manifest.generation) != (f"{digest % DIGESTS:x}", name):
        yield error(folder, f"holds other documents than its name {manifest.generation} stands for", REBUILD)


def _table(place: Path) -> Iterator[Finding]:
    """What SQLite itself says of the table of contents."""
    file = place / STORE_FILE
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        ((verdict,), *_) = database.execute("PRAGMA integrity_check(1)").fetchall()
    if verdict != "ok":
        yield error(file, f"fails SQLite's integrity check ({verdict})", REBUILD)


def _sizes(place: Path, entry: SegmentEntry, dimension: int, segment: Segment) -> Iterator[Finding]:
    """Whether each file has as much as the manifest says."""
    rows = [*segment.store.rows()]
    sizes = Sizes(len(rows), sum(row.passages for row in rows), sum(row.sentences for row in rows))
    if sizes != entry.sizes:
        yield error(
            place / STORE_FILE, f"has {_counted(sizes)}, and its manifest says {_counted(entry.sizes)}", REBUILD
        )
    removed = [row for row in rows if row.number in segment.removed]
    counted = (len(entry.removed), entry.removed_passages, entry.removed_sentences)
    if (len(removed), sum(row.passages for row in removed), sum(row.sentences for row in removed)) != counted:
        yield error(place / STORE_FILE, "has not the removed documents that its manifest counts", REBUILD)
    expected = {
        PASSAGES_FILE: entry.sizes.passages * passage_bytes(dimension),
        CODES_FILE: code_bytes(entry.sizes.passages, dimension),
        SENTENCES_FILE: entry.sizes.sentences * sentence_bytes(dimension),
        LENGTHS_FILE: entry.sizes.passages * _LENGTH,
        POSTINGS_FILE: len(segment.postings.all()[0]) * _POSTING,
        TEXTS_FILE: sum(row.bytes for row in rows),
    }
    for name, size in expected.items():
        length = (place / name).stat().st_size
        if length != size:
            yield error(place / name, f"has {length:,} bytes, and its contents take {size:,}", REBUILD)


def _offsets(place: Path, segment: Segment) -> Iterator[Finding]:
    """Whether every text is the one indexed, every sentence lies in it, every passage begins and ends with a sentence,
    and the documents follow on each other."""
    passages = sentences = 0
    for row in segment.store.rows():
        stored = segment.store.stored(row)
        chunks = segment.store.chunks(row)
        if not (_in_order(stored.sentences, len(stored.document.text)) and _cover(chunks, stored.sentences)):
            yield error(place / TEXTS_FILE, f"has a passage or a sentence of {row.id} outside of its text", REBUILD)
        if not is_text_of(stored.document.text, row.record):
            yield error(place / TEXTS_FILE, f"has another text of {row.id} than was indexed", REBUILD)
        if not _follows(row, passages, sentences) or len(chunks) != row.passages:
            yield error(place / STORE_FILE, f"has a gap before {row.id}", REBUILD)
        passages, sentences = passages + row.passages, sentences + row.sentences


def _in_order(sentences: Sequence[Span], length: int) -> bool:
    inside = all(0 <= one.start < one.end <= length for one in sentences)
    return inside and all(one.end <= other.start for one, other in pairwise(sentences))


def _cover(chunks: Sequence[Chunk], sentences: Sequence[Span]) -> bool:
    return all(
        0 <= c.first_sentence < c.last_sentence <= len(sentences)
        and (c.start, c.end) == (sentences[c.first_sentence].start, sentences[c.last_sentence - 1].end)
        for c in chunks
    )


def _follows(row: DocumentRow, passages: int, sentences: int) -> bool:
    return (row.first_passage, row.first_sentence) == (passages, sentences)


def _counted(sizes: Sizes) -> str:
    documents, passages, sentences = sizes
    return f"{count(documents, 'document')}, {count(passages, 'passage')}, {count(sentences, 'sentence')}"

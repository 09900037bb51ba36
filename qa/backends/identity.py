"""The name of what an index holds: the same wherever, however and in whatever order it was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from qa.config import IndexConfig
from qa.types import DocumentRef

#: What digests are added up modulo: as many numbers as SHA-256 has values.
DIGESTS = 2**256


def digest_of(ref: DocumentRef) -> int:
    """A number for a document, of which the index's digest is the sum modulo 2²⁵⁶: the same whatever the order in which
    documents are added, and cheap to bring up to date (Bellare & Micciancio, "A New Paradigm for Collision-Free
    Hashing: Incrementality at Reduced Cost", EUROCRYPT 1997)."""
    fields = [ref.id, ref.title, ref.date, ref.source, ref.sha256, ref.url, ref.author, ref.language, ref.meta]
    fields += [ref.extractor] if ref.extractor else []  # what made the text of a file that has to be converted
    text = json.dumps(fields, sort_keys=True)
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


def digest_of_all(refs: Iterable[DocumentRef]) -> int:
    """The digest of an index with these documents."""
    return sum(map(digest_of, refs)) % DIGESTS


def generation_of(config: IndexConfig, encoder: str, engine: str, digest: int) -> str:
    """The name of what an index holds: the same for the same settings, model and documents, wherever it is built.

    ``engine`` is what computed the vectors, ``digest`` the sum of the documents' ``digest_of``.
    """
    own = [value for value in (config.splitter, config.field_names) if value]
    settings = [config.max_tokens, config.overlap, config.pipeline, *own, encoder, engine, digest]
    return hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:16]

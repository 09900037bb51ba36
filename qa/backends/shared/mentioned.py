"""What counts as mentioned beside the passages: the words of a document's other fields.

They are no index terms of the passages, so that what is told of an article does not weigh in how its passages rank.
Backends count the documents that tell them under a name that no index term has.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.backends.base import Searcher
from qa.backends.shared.filtering import texts
from qa.text.analysis import heading_terms, terms
from qa.types import Document, DocumentRef

# A control character, which is in no term.
_BESIDE = "\x1f"


def field_terms(document: Document | DocumentRef) -> frozenset[str]:
    """The index terms of what a document tells beside its text, title and date: its source, author, address and further
    fields."""
    fields = [document.source, document.author, document.url, *texts(dict(document.meta))]
    return frozenset(terms("\n".join(filter(None, fields))))


def document_terms(document: Document) -> frozenset[str]:
    """The index terms of all that a document tells beside its text: its title, its date and ``field_terms``."""
    return field_terms(document).union(heading_terms(document.title, document.day))


def beside(term: str) -> str:
    """The name under which the documents are counted whose fields hold a term."""
    return f"{_BESIDE}{term}"


def mentioned(terms: Sequence[str], searcher: Searcher) -> list[bool]:
    """Whether each term occurs in a passage or beside one."""
    counts = searcher.document_frequencies([*terms, *map(beside, terms)])
    return [bool(inside or outside) for inside, outside in zip(counts[: len(terms)], counts[len(terms) :], strict=True)]

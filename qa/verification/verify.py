"""Checks an exported answer: does every citation still stand in its source, word for word?

It needs no index, no model and no answer engine: the export and the articles are enough. Besides the status of every
quote and passage it tells whether the source file is the same as recorded, and warns where the source, right after a
quote, may take back what the quote says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.errors import CorpusError, UsageError
from qa.escaping import json_text
from qa.forking import unforked
from qa.types import Document, DocumentRef, Excerpt, Span
from qa.verification.comparison import (
    STILL_A_PASSAGE,
    CitationStatus,
    ExcerptComparison,
    compare,
    compare_in_passage,
    reversal,
)
from qa.verification.exported import Claim, Exported, all_claims
from qa.verification.places import Place, place_of
from qa.verification.sources import Successor

VERIFICATION_SCHEMA = "qa/verification/1"


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """One citation of an answer, or nearest passage of an abstention, against its source as it is now.

    ``recorded`` is the quote as the answer has it. ``same_file`` says whether the source has the recorded sha256; None
    where it is missing; ``extractor`` is what makes its text now, where it has to be converted. ``elsewhere`` is what a
    missing document has probably become, and ``problem`` why one that is there could not be read. ``reversed_by`` is
    how the source goes on after the quote where that may turn it round: a warning, which does not count against the
    citation.
    """

    answer: str
    question: str
    nearest: bool
    rank: int
    document: DocumentRef
    recorded: Excerpt
    quote: ExcerptComparison
    passage: ExcerptComparison
    same_file: bool | None
    extractor: str | None = None
    elsewhere: Successor | None = None
    problem: str | None = None
    reversed_by: str | None = None

    @property
    def status(self) -> CitationStatus:
        """The verdict, which is the quote's."""
        return self.quote.status

    @property
    def ok(self) -> bool:
        """Whether the quote stands in its document word for word."""
        return self.quote.stands

    def to_dict(self) -> dict[str, Any]:
        """The citation as the JSON interface shows it."""
        return {
            "answer": self.answer,
            "question": self.question,
            "nearest": self.nearest,
            "rank": self.rank,
            "document": asdict(self.document),
            "same_file": self.same_file,
            "extractor": self.extractor,
            "status": self.status,
            "recorded": asdict(self.recorded),
            "quote": _as_dict(self.quote),
            "passage": _as_dict(self.passage),
            "elsewhere": asdict(self.elsewhere) if self.elsewhere else None,
            "problem": self.problem,
            "reversed_by": self.reversed_by,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """Every citation checked, in the order of the answers; at least one. ``against`` says what they were held against,
    for people."""

    citations: tuple[CheckedCitation, ...]
    against: str

    @property
    def ok(self) -> bool:
        """Whether every quote stands in its document word for word."""
        return all(citation.ok for citation in self.citations)

    @property
    def counts(self) -> dict[str, int]:
        """How many citations have each status, in the order of ``CitationStatus``."""
        return {status.value: sum(c.status is status for c in self.citations) for status in CitationStatus}

    def to_dict(self) -> dict[str, Any]:
        """The verification as the JSON interface shows it."""
        return {
            "schema": VERIFICATION_SCHEMA,
            "ok": self.ok,
            "against": self.against,
            "counts": self.counts,
            "citations": [citation.to_dict() for citation in self.citations],
        }

    def to_json(self, indent: int | None = None) -> str:
        """``to_dict`` as JSON text: printable characters as they are, those that could steer a terminal escaped."""
        return json_text(self.to_dict(), indent)


@unforked()
def verify(
    answer: Exported,
    corpus: Path | str | Iterable[Document] | None = None,
    *,
    index: Path | str | None = None,
) -> Verification:
    """Checks the citations of an answer, or of several, each an Answer or what its ``to_dict`` gives; or of what
    ``qa ask --json`` printed: a file, or its bytes.

    They are held against ``corpus``, a folder, a file, or documents in memory; else against the sources that ``index``,
    a folder or a cluster's address, was built from, and the documents in no file that it has, as it has them; else
    against the files that the answer names. Raises UsageError for an answer that does not hold together or has nothing
    to check, and for a corpus or an index that has no trace of what is cited; CorpusError, IndexNotFoundError,
    IndexDamagedError or IndexFormatError for one that cannot be used; and ServerError.
    """
    claims = all_claims(answer)
    if not claims:
        raise UsageError("there is nothing to check: no answer has a citation", "verify one that has")
    place = place_of(claims, corpus, index)
    verification = _verification(claims, place)
    if place.roots is not None and not any(_is_trace(citation, place.roots) for citation in verification.citations):
        if not place.is_whole:
            raise CorpusError(
                f"nothing that the answer cites is in {place.against}", "say where they are: --corpus DIR"
            )
        raise UsageError(
            f"the answer is not from {place.against}: nothing that it cites is there",
            "name the articles that it is from, or leave out --corpus and --index",
        )
    return verification


def _verification(claims: Sequence[Claim], place: Place) -> Verification:
    sources = place.find(claim.document for claim in claims)
    missing = {_key(claim): None for claim in claims if claim.document not in sources.documents}
    under_id, successors = place.search(missing) if missing else ({}, {})
    documents = {**sources.documents, **under_id}
    # A short text stands in other articles by chance.
    elsewhere = {
        claim: hint
        for claim in claims
        if (hint := successors.get(_key(claim))) and (hint.same_file or not claim.is_short)
    }
    return Verification(
        tuple(
            _compared(documents[claim.document], claim)
            if claim.document in documents
            else _missing(claim, elsewhere.get(claim), sources.problems.get(claim.document))
            for claim in claims
        ),
        place.against,
    )


def _is_trace(citation: CheckedCitation, roots: Sequence[Path]) -> bool:
    """Whether what was looked through has anything of a citation: its file, its text, or most of it."""
    path = Path(citation.document.path or "")
    return (
        any(path.is_relative_to(root.absolute()) for root in roots)
        or citation.same_file is True
        or citation.elsewhere is not None
        or citation.ok
        or max(citation.quote.alike, citation.passage.alike) >= STILL_A_PASSAGE
    )


def _key(claim: Claim) -> tuple[DocumentRef, str]:
    return claim.document, claim.quote.text


def _compared(document: Document, claim: Claim) -> CheckedCitation:
    passage = compare(claim.passage, document.text)
    quote = (
        compare_in_passage(claim.quote, claim.passage, passage, document.text)
        if claim.is_short
        else compare(claim.quote, document.text)
    )
    same_file = document.sha256 == claim.document.sha256
    # Of the same bytes, the same version makes the same text: there, an answer that has another one was altered.
    if same_file and claim.document.extractor and document.extractor not in (None, claim.document.extractor):
        quote, passage = quote.extracted_anew(), passage.extracted_anew()
    verbatim = quote.found if quote.stands else None
    return CheckedCitation(
        *_fields(claim),
        quote,
        passage,
        same_file=same_file,
        extractor=document.extractor,
        reversed_by=reversal(document.text, Span(verbatim.start, verbatim.end)) if verbatim else None,
    )


def _missing(claim: Claim, elsewhere: Successor | None, problem: str | None) -> CheckedCitation:
    nothing = ExcerptComparison(CitationStatus.MISSING)
    return CheckedCitation(*_fields(claim), nothing, nothing, same_file=None, elsewhere=elsewhere, problem=problem)


def _fields(claim: Claim) -> tuple[str, str, bool, int, DocumentRef, Excerpt]:
    return claim.answer, claim.question, claim.nearest, claim.rank, claim.document, claim.quote


def _as_dict(comparison: ExcerptComparison) -> dict[str, Any]:
    return {
        "status": comparison.status,
        "found": asdict(comparison.found) if comparison.found else None,
        "times": comparison.times,
        "alike": round(comparison.alike, 4),
        "white_space_only": comparison.white_space_only,
        "changes": [change._asdict() for change in comparison.changes],
    }

"""An excerpt of a document, which is a citation's quote for one -> the page of its file on which it stands; or HTML."""

from __future__ import annotations

from qa.corpus.formats.base import bytes_of, sha256_of
from qa.corpus.formats.mail import files_attached
from qa.corpus.problem import READ_ERRORS, UnreadableError, unreadable
from qa.corpus.walk import Source
from qa.errors import CorpusError, UsageError
from qa.types import Document, Span, markup
from qa.types.pages import PageImage

#: Pixels a point: 144 dots an inch.
SCALE = 2.0

#: How many pixels a point may have.
SCALES = (0.1, 10.0)

_AGAIN = "qa index brings the index up to date"


def page_image(document: Document, start: int, end: int, *, page: int | None = None, scale: float = SCALE) -> PageImage:
    """The page of a PDF file with the characters ``[start, end)`` of the document's text marked.

    ``document`` is one that an index gives; its file is read again, and has to have the bytes that were indexed.
    Without ``page``, counted from 1, it is the one where the excerpt begins. ``scale`` is pixels a point, less for a
    page that would have more than some millions. Nothing is marked, and the note says so, where the words do not stand
    on the page as they were indexed. Raises UsageError for an excerpt that the document has not, a page on which it
    does not stand, or a document without pages; CorpusError for a file that is gone, cannot be read or has changed.
    """
    _check_part(document, start, end)
    if not (isinstance(scale, int | float) and SCALES[0] <= scale <= SCALES[1]):
        raise UsageError(f"the scale is {scale!r}", f"give a number from {SCALES[0]} to {SCALES[1]:.0f}")
    first, last = (_page_at(document, offset) for offset in (start, end - 1))
    number = first if page is None else page
    if number not in range(first, last + 1):
        raise UsageError(
            f"characters {start}-{end} of {document.id} do not stand on page {number}", f"see page {first}"
        )
    from qa.pages.pdf import Target, draw

    begins, text = _indexed(document, number)
    target = Target(number, text, max(0, start - begins), min(end - begins, len(text)))
    try:
        image = draw(_file(document), target, scale)
    except UnreadableError as error:
        raise CorpusError(f"{document.path} {error}", error.advice) from None
    goes_on = f"the excerpt goes on on page {number + 1}" if number < last else None
    return image._replace(note="; ".join(filter(None, [image.note, goes_on])) or None)


def snippet(document: Document, start: int, end: int, *, context: int = 400) -> str:
    """The characters ``[start, end)`` of the document's text, marked, between at most ``context`` characters before and
    after them that end at words, with the document's title and where they stand.

    Raises UsageError for an excerpt that the document has not.
    """
    _check_part(document, start, end)
    if not (isinstance(context, int) and context >= 0):
        raise UsageError(f"the context is {context!r}", "give a number of characters")
    least = document.body_start if start >= document.body_start else 0
    place = [f"{name} {value}" for name, value in (document.place_at(start) or {}).items()]
    facts = [document.day, document.source, document.author, document.id, *place, f"characters {start}-{end}"]
    excerpt = markup.excerpt(document.text[least:], Span(start - least, end - least), context)
    return markup.page([markup.title(document.title or document.id), markup.facts(facts), excerpt])


def _check_part(document: Document, start: int, end: int) -> None:
    """Raises UsageError for a part that the document has not."""
    if not isinstance(document, Document):
        raise UsageError(f"the document is {document!r}", "give the one that index.document(…) gives")
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(document.text)):
        raise UsageError(f"{document.id} has no characters {start}-{end}", f"its text has {len(document.text):,}")


def _page_at(document: Document, offset: int) -> int:
    """The page on which an offset of the text stands. Raises UsageError where there are no pages."""
    place = document.place_at(offset) or {}
    if document.path is None or not isinstance(place.get("page"), int):
        raise UsageError(f"{document.id} has no pages to show", "only PDF files have: qa show prints the excerpt")
    return int(place["page"])


def _indexed(document: Document, number: int) -> tuple[int, str]:
    """Where a page's text begins, and the text, without the white space that parts it from the next page's."""
    bounds = [*document.places, (len(document.text), {})]
    at = next(at for at, (_, place) in enumerate(bounds) if place.get("page") == number)
    return bounds[at][0], document.text[bounds[at][0] : bounds[at + 1][0]].rstrip()


def _file(document: Document) -> bytes:
    """What the document's file holds. Raises CorpusError where that is not what was indexed."""
    path = str(document.path)
    try:
        data = bytes_of(Source(path, document.id))
    except READ_ERRORS as error:
        raise CorpusError(str(unreadable(path, error)), _AGAIN) from None
    is_attached = "attachment" in (document.place_at(0) or {})
    for one in files_attached(path, data) if is_attached else (data,):
        if sha256_of(one) == document.sha256:
            return one
    raise CorpusError(f"{path} has changed since it was indexed: nothing can be marked on it", _AGAIN)

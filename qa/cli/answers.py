"""An answer for people: numbered citations, each with its quote in context and with what ``qa show`` takes."""

from __future__ import annotations

import math
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import qa
from qa.cli.locators import lines_of, locator
from qa.cli.output import bold, dim, has_colour, marks
from qa.cli.wrapping import first_lines, laid_out, on_one_line, packed, wrapped
from qa.config import DEFAULT_K
from qa.types import Context, Span

if TYPE_CHECKING:
    from qa.types import Answer, Citation, DocumentRef

INDENT = "   "


class Room(NamedTuple):
    """What is shown: sentences around the first quote and around the others, at most so many ``lines`` of each of the
    others, ``most`` citations, and at most so many lines of the ``first`` one. Citations of which fewer than two lines
    are shown stand close to each other."""

    best: int
    others: int
    lines: int | None = None
    most: int | None = None
    first: int | None = None


#: The first of these that fits the terminal is taken.
_ROOMS = (Room(2, 2), Room(1, 1), Room(1, 0), Room(0, 0))
_SMALL = (
    *(Room(0, 0, lines) for lines in (2, 1, 0)),
    *(Room(0, 0, 0, most) for most in range(DEFAULT_K - 1, 0, -1)),
    *(Room(0, 0, 0, 1, first) for first in (8, 6, 4)),
)

#: That of a pipe, which has no height.
_PIPE = Room(1, 1)

#: Lines of a terminal that the command, a blank line and the next prompt take.
_OTHER_LINES = 3


class View(NamedTuple):
    """How an answer is shown: with whole passages (``full``), and with each search's rank and score (``explain``)."""

    full: bool = False
    explain: bool = False


#: What stands around the quotes, and no scores.
SHORT = View()


def render(answer: Answer, view: View = SHORT) -> str:
    """The answer, with as much around the quotes as the terminal has room for."""
    if view.full or not sys.stdout.isatty():
        return _render(answer, view, _PIPE)
    lines = shutil.get_terminal_size().lines - _OTHER_LINES
    # Whoever asks for more than usual, or for figures, reads more than a screen.
    is_usual = not view.explain and len(answer.citations or answer.nearest) <= DEFAULT_K
    rooms = (*_ROOMS, *_SMALL) if is_usual else _ROOMS
    tried = (_render(answer, view, room) for room in rooms)
    return next((text for text in tried if text.count("\n") <= lines), _render(answer, view, rooms[-1]))


def _render(answer: Answer, view: View, room: Room) -> str:
    colour = has_colour(sys.stdout)
    citations = answer.citations or answer.nearest
    best = [render_citation(citation, view, room.best, room.first, colour) for citation in citations[:1]]
    others = [render_citation(one, view, room.others, room.lines, colour) for one in citations[1 : room.most]]
    joint = "\n\n" if room.lines is None or room.lines > 1 else "\n"
    blocks = [*best, joint.join(others)] if others else best
    if not answer.answered:
        heading = f"{abstention(answer)} The nearest passages:" if citations else abstention(answer)
        blocks.insert(0, bold(wrapped(heading, ""), colour))
    elif answer.unknown:
        blocks.insert(0, dim(wrapped(f"Note: {unmentioned(answer)}", ""), colour))
    if room.most is not None and len(citations) > room.most:
        blocks.append(dim(f"{len(citations) - room.most} more: qa ask --full", colour))
    blocks += [dim(wrapped(line, ""), colour) for line in (answer.filtered.notes if answer.filtered else ())]
    if view.explain and answer.evidence:
        blocks.append("\n".join(dim(line, colour) for line in evidence_table(answer)))
    footer = wrapped(f"confidence {answer.confidence:.2f}, {answer.index.counts}, {answer.seconds:.2f} s", "")
    return "\n\n".join([*blocks, dim(footer, colour)]) + "\n"


def abstention(answer: Answer) -> str:
    """That the corpus does not say, and what of the question it, or the nearest passage, does not mention."""
    if answer.unknown:
        return f"The corpus does not say: {unmentioned(answer)}"
    if answer.missing and answer.nearest:
        return f"The corpus does not say: the nearest passage does not mention {alternatives(quoted(answer.missing))}."
    return "The corpus does not say."


def quoted(phrases: Iterable[str]) -> list[str]:
    """The phrases, each in quotation marks."""
    return [f'"{phrase}"' for phrase in phrases]


def unmentioned(answer: Answer) -> str:
    """Which names and numbers of the question no article mentions, and what may be meant by them."""
    suggestions = " or ".join(word for words in answer.suggestions.values() for word in words)
    sentence = f"no article mentions {alternatives(answer.unknown)}"
    return f"{sentence}; did you mean {suggestions}?" if suggestions else f"{sentence}."


def alternatives(words: Sequence[str]) -> str:
    """The words, at least one, as a sentence lists them: "a, b or c"."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def evidence_table(answer: Answer) -> Iterator[str]:
    """What the confidence was computed from, by its names in JSON."""
    yield f"{INDENT}{'evidence':<16}{'value':>8}"
    for name, value in answer.evidence.items():
        yield f"{INDENT}{name:<16}{value:>8}" if isinstance(value, int) else f"{INDENT}{name:<16}{value:>8.3f}"


def render_citation(citation: Citation, view: View, most: int, lines: int | None, colour: bool) -> str:
    """One numbered citation: title, where it stands, the quote in its context, and how it ranked.

    At most ``most`` sentences stand on either side of the quote, unless the whole passage is to be shown. Of the quote
    there are at most so many ``lines``, and then the title is one line too, unless that is None.
    """
    document, passage, quote = citation.document, citation.passage, citation.quote
    whole = Context(passage.start, passage.end, cut_start=False, cut_end=False)
    context = whole if view.full else qa.quote_context(passage, quote, most)
    inside = Context(context.start - passage.start, context.end - passage.start, context.cut_start, context.cut_end)
    marked = Span(quote.start - passage.start, quote.end - passage.start)
    facts = [document.date or "no date", document.source, locator(document.id, lines_of(quote))]
    facts += [file_of(document, citation.place or {}), document.url if document.url != document.id else None]
    title = f"{citation.rank}. {document.title}"
    parts = [
        bold((wrapped if lines is None else on_one_line)(title, INDENT).removeprefix(INDENT), colour),
        dim(packed(filter(None, facts if lines is None or lines > 1 else facts[2:3]), INDENT), colour),
        *([laid_out(passage.text, inside, marked, INDENT, marks(sys.stdout))] if lines is None else []),
        *([first_lines(passage.text, marked, INDENT, marks(sys.stdout), lines)] if lines else []),
    ]
    return "\n".join([*parts, *(dim(line, colour) for line in explanation(citation) if view.explain)])


def file_of(document: DocumentRef, place: Mapping[str, Any]) -> str:
    """The file, where the document's id does not tell it, and the page, chapter, row or line: ``old.jsonl, line 7``."""
    file = document.path.rpartition(os.sep)[2] if document.path else ""
    parts = [] if not file or document.id.split("/")[-1].startswith(file) else [file]
    return ", ".join([*parts, *(f"{name} {value}" for name, value in place.items() if name != "url")])


def explanation(citation: Citation) -> Iterator[str]:
    """How the passage came to its score: each search's and the reranker's rank, raw score, and share."""
    total = sum(place.weight for place in citation.scores.values())
    yield f"{INDENT}{'search':<10}{'rank':>6}{'score':>10}{'adds':>8}"
    for name, place in citation.scores.items():
        yield f"{INDENT}{name:<10}{place.rank:>6}{place.score:>10.3f}{place.weight:>8.3f}"
    yield f"{INDENT}{'total':<10}{'':>6}{'':>10}{total:>8.3f}"
    if citation.score < total and not math.isclose(citation.score, total, abs_tol=1e-5):  # both are rounded
        yield f"{INDENT}{'cited':<10}{'':>6}{'':>10}{citation.score:>8.3f}  (its article is cited above)"

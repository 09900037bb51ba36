"""A splitter of one's own: which sentences and passages a document has. See ``qa.Splitter``.

python examples/own_splitter.py

This one is for verse: a line is what is quoted, and a stanza is a passage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import qa


class Stanzas:
    """Lines are sentences; those between two blank lines are a passage, cut where it would have too many tokens."""

    name = "stanzas/1"  # an index that was split by another one is built anew

    def split(
        self, document: qa.Document, count_tokens: Callable[[Sequence[str]], Sequence[int]], budget: int
    ) -> tuple[list[qa.Span], list[qa.Chunk]]:
        lines: list[qa.Span] = []
        passages: list[qa.Chunk] = []
        for stanza in re.finditer(r"(?:.*\S.*\n?)+", document.text):
            if stanza.start() < document.body_start:
                continue
            first = len(lines)
            for line in re.finditer(r"\S(?:.*\S)?", stanza[0]):
                span = qa.Span(stanza.start() + line.start(), stanza.start() + line.end())
                text = document.text[lines[first].start : span.end] if first < len(lines) else line[0]
                if first < len(lines) and count_tokens([text])[0] > budget:
                    passages.append(qa.Chunk(lines[first].start, lines[-1].end, first, len(lines)))
                    first = len(lines)
                lines.append(span)
            passages.append(qa.Chunk(lines[first].start, lines[-1].end, first, len(lines)))
        return lines, passages


POEM = """The harbour sleeps beneath the snow,
no mast is lit, no lantern swings.

The ferry left an hour ago
with flour, rope and wedding rings.
"""


def main() -> None:
    with qa.from_documents([qa.Document(id="poem", text=POEM, title="Winter")], splitter=Stanzas()) as index:
        (hit,) = index.search("what did the ferry carry?", k=1)
        print(f"{hit.document.id}, lines {hit.passage.line_start}-{hit.passage.line_end}")
        print(hit.passage.text)


if __name__ == "__main__":
    main()

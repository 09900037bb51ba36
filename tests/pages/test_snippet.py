"""An excerpt in its context, as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from qa.errors import UsageError
from qa.pages.show import snippet
from qa.types import Document

TEXT = "The quay <b>was</b> closed & sealed.\nDivers found cracks in it on Tuesday. Repairs begin in May."
DOCUMENT = Document(id="a<i>.md", text=TEXT, title="Quay & <crane>", date="2023-03-14", places=((0, {"row": 3}),))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.marked = self.quoted = ""

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.marked += data if "mark" in self.open else ""
        self.quoted += data if "blockquote" in self.open else ""


def parsed(html: str) -> _Tags:
    tags = _Tags()
    tags.feed(html)
    assert not tags.open
    return tags


def test_the_excerpt_is_marked_in_its_context_and_nothing_else_is_markup():
    start = TEXT.index("Divers")
    shown = parsed(snippet(DOCUMENT, start, start + 39))
    assert shown.marked == "Divers found cracks in it on Tuesday. R"
    assert shown.quoted == TEXT
    assert set(shown.seen) == {"div", "blockquote", "mark"}
    assert "row 3" in snippet(DOCUMENT, 0, 3)


def test_context_ends_at_words():
    start = TEXT.index("Divers")
    assert parsed(snippet(DOCUMENT, start, start + 6, context=12)).quoted == "… & sealed.\nDivers found …"


@pytest.mark.parametrize(("start", "end", "context"), [(3, 3, 9), (-1, 4, 9), (0, 1000, 9), (0, 3, -1)])
def test_what_the_document_has_not_is_refused(start, end, context):
    with pytest.raises(UsageError):
        snippet(DOCUMENT, start, end, context=context)

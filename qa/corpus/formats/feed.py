"""RSS and Atom: each entry of a feed is an article."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

from qa.corpus.formats.base import whole
from qa.corpus.formats.converted import Collection, Part
from qa.corpus.formats.extract import Extract, paragraphs
from qa.corpus.formats.hypertext import parse, text_in
from qa.corpus.problem import UnreadableError


def parts(stream: IO[bytes]) -> Iterator[Part]:
    """The entries. Raises UnreadableError where the file is no feed."""
    import feedparser

    # A stream, as bytes that spell the path of a file would be opened as that file.
    feed: Any = feedparser.parse(BytesIO(whole(stream)), sanitize_html=True, resolve_relative_uris=False)
    if not feed.get("version") and not feed.entries:
        raise UnreadableError("is no feed", "check that it is RSS or Atom")
    source = feed.feed.get("title") or feed.feed.get("link") or ""
    language = feed.feed.get("language") or ""
    for entry in feed.entries:
        values = {
            "title": _plain(entry.get("title", "")),
            "date": entry.get("published") or entry.get("updated"),
            "source": source,
            "author": entry.get("author"),
            "url": entry.get("link"),
            "language": language,
            "tags": [tag["term"] for tag in entry.get("tags", ()) if tag.get("term")],
        }
        contents = [part.get("value", "") for part in entry.get("content", ())] or [entry.get("summary", "")]
        text = paragraphs(_plain(content) for content in contents)
        extract = Extract(text, {name: value for name, value in values.items() if value})
        # The entry's own bytes cannot be had from the parser: what it says stands for them.
        raw = json.dumps([extract.text, extract.values], ensure_ascii=False).encode("utf-8", "surrogatepass")
        yield Part(str(entry.get("id") or entry.get("link") or ""), raw, extract)


def _plain(content: str) -> str:
    """The text of a piece of HTML, or of plain text."""
    if "<" not in content and "&" not in content:
        return content
    try:
        return text_in(parse(content))
    except UnreadableError:
        return ""


FORMATS = (Collection((".rss", ".atom", ".xml"), "feed 2", parts, ("feedparser",)),)

"""EPUB books: the chapters in the order of reading."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from qa.corpus.formats import hypertext
from qa.corpus.formats.archive import member, open_archive
from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import Extract
from qa.corpus.formats.xml import parse, text_of
from qa.corpus.problem import UnreadableError

_DC = "{http://purl.org/dc/elements/1.1/}"


def extract(data: bytes) -> Extract:
    """The book's text, with the chapter as place. Raises UnreadableError."""
    with open_archive(data) as archive:
        container = parse(member(archive, "META-INF/container.xml"))
        roots = container.xpath("//*[local-name()='rootfile']/@full-path")
        if not roots:
            raise UnreadableError("names no contents", "save it again")
        package = parse(member(archive, roots[0]))
        chapters = [_chapter(archive, name) for name in _spine(package, posixpath.dirname(roots[0]))]
    text, places = "", list[tuple[int, dict[str, object]]]()
    for title, body in chapters:
        if body:
            text += "\n\n" * bool(text)
            places.append((len(text), {"chapter": title or f"{len(places) + 1}"}))
            text += body
    tags = {"title": "title", "author": "creator", "date": "date", "language": "language", "source": "publisher"}
    nodes = {name: package.find(f".//{_DC}{tag}") for name, tag in tags.items()}
    return Extract(text, {name: text_of(node) for name, node in nodes.items() if node is not None}, tuple(places))


def _spine(package: Any, folder: str) -> list[str]:
    """The names of the chapters' files, in the order of reading."""
    items = {item.get("id"): item.get("href", "") for item in package.xpath("//*[local-name()='item']")}
    order = package.xpath("//*[local-name()='itemref']/@idref")
    return [posixpath.normpath(posixpath.join(folder, unquote(items[name]))) for name in order if name in items]


def _chapter(archive: ZipFile, name: str) -> tuple[str, str]:
    """The title and the text of a chapter."""
    data = member(archive, name)
    if not data.strip():
        return "", ""
    root = hypertext.parse(data)
    heads = root.xpath("//h1|//h2|//h3|//title")
    return (text_of(heads[0]) if heads else ""), hypertext.text_in(root)


FORMATS = (Converted((".epub",), "epub 2", extract),)

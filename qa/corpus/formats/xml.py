"""XML from strangers: parsed without entities of its own making, without network, and not deeper than can be walked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from qa.corpus.problem import UnreadableError


def parse(data: bytes) -> Any:
    """The root of the document. Raises UnreadableError where it is not well-formed.

    ``huge_tree`` stays off, so that libxml2's limits hold: 256 levels, 10 MB in one piece of text.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("is damaged: its XML is not well-formed", "save it again") from error


#: What stands for a space, in HTML, OpenDocument, and trafilatura's tree. Other empty elements may stand within a word.
_SPACES = frozenset(("br", "s", "tab", "line-break", "lb"))


def text_of(node: Any, without: Collection[str] = ()) -> str:
    """The node's text on one line, but for that of its descendants of the tags ``without``."""
    return one_line("".join(_pieces(node, without)))


def one_line(text: str | None) -> str:
    """The text with its white space collapsed, without soft hyphens, which only say where a line may break."""
    return " ".join((text or "").replace("\u00ad", "").split())


def _pieces(node: Any, without: Collection[str]) -> list[str]:
    pieces = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str) and child.tag not in without:
            is_space = child.tag.rpartition("}")[2] in _SPACES
            pieces += [" "] if is_space else _pieces(child, without)
        pieces.append(child.tail or "")
    return pieces

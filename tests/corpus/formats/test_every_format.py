"""From a folder with every format to exact citations: each file answers what only it can answer, with its place."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.corpus.formats.registry import extensions
from tests.cli.support import qa as run
from tests.corpus.exports import layouts
from tests.corpus.formats import samples


def text(port: str) -> bytes:
    return f"{samples.SENTENCE.format(port=port)} {samples.COSTS}\n".encode()


def jsonl(port: str) -> bytes:
    first = b'{"text": "Grain is loaded at the southern quay."}\n'
    return first + b'{"id": "%s", "text": "%s"}\n' % (port.encode(), samples.SENTENCE.format(port=port).encode())


def tsv(port: str) -> bytes:
    return f"title\ttext\nGrain\t{samples.FILLER}\nQuay\t{samples.SENTENCE.format(port=port)}\n".encode()


def atom(port: str) -> bytes:
    entry = f"<id>urn:{port}</id><title>Quay</title><summary>{samples.SENTENCE.format(port=port)}</summary>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><entry>{entry}</entry></feed>'.encode()


def csv(port: str) -> bytes:
    return samples.csv(port).replace(b"q1,", f"c{port},".encode()).replace(b"q2,", f"d{port},".encode())


def json_array(port: str) -> bytes:
    return samples.json_array(port).replace(b"j1", port.encode())


def rss(port: str) -> bytes:
    return samples.rss(port).replace(b"post.example", f"{port}.example".replace(" ", "").encode())


def mbox(port: str) -> bytes:
    return samples.mbox(port).replace(b"quay-1@", f"{port}@".replace(" ", "").encode())


def warc(port: str) -> bytes:
    return samples.warc(port).replace(b"crawl.example", f"{port}.example".replace(" ", "").encode())


def wet(port: str) -> bytes:
    block = text(port)
    head = f"WARC-Type: conversion\r\nWARC-Target-URI: https://wet.example/{len(port)}\r\nContent-Type: text/plain\r\n"
    return f"WARC/1.0\r\n{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


#: What makes a file of each kind, and where in it the sentence about its port stands.
FILES: dict[str, tuple[Any, dict[str, Any] | None]] = {
    ".txt": (text, None),
    ".md": (text, None),
    ".markdown": (text, None),
    ".jsonl": (jsonl, {"line": 2}),
    ".ndjson": (jsonl, {"line": 2}),
    ".csv": (csv, {"row": 1}),
    ".tsv": (tsv, {"row": 2}),
    ".tab": (tsv, {"row": 2}),
    ".json": (json_array, {"record": 1}),
    ".html": (samples.html, None),
    ".htm": (samples.html, None),
    ".xhtml": (samples.html, None),
    ".mhtml": (samples.mhtml, None),
    ".mht": (samples.mhtml, None),
    ".pdf": (samples.pdf, {"page": 2}),
    ".docx": (samples.docx, None),
    ".odt": (samples.odt, None),
    ".rtf": (samples.rtf, None),
    ".epub": (samples.epub, {"chapter": "The cracks"}),
    ".eml": (samples.eml, {"message": "quay-1@post.example"}),
    ".mbox": (mbox, {"message": "PortMboxhaven@post.example"}),
    ".rss": (rss, None),
    ".atom": (atom, None),
    ".xml": (rss, None),
    ".warc": (warc, {"record": 3}),
    ".wet": (wet, {"record": 1}),
}


def port_of(name: str) -> str:
    """A name that no other file's begins like."""
    return f"Port {''.join(filter(str.isalnum, name)).capitalize()}haven"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of every kind, a packed one of most, and exports, indexed by one command."""
    folder = tmp_path_factory.mktemp("formats") / "in"
    folder.mkdir()
    for extension, (make, _) in FILES.items():
        (folder / f"a{extension}").write_bytes(make(port_of(extension)))
        if extension in (".txt", ".jsonl", ".tsv", ".html", ".pdf", ".warc"):
            packed = gzip.compress(make(port_of(f"{extension}gz")), mtime=0)
            (folder / f"z{extension}.gz").write_bytes(packed)
    for name, export in layouts.LAYOUTS.items():
        (folder / f"{name}.txt").write_text(export.replace("Skagen", port_of(name)), encoding="utf-8")
    ran = run("index", folder, "--index", folder.parent / "ix")
    assert ran.code == 0, ran.err
    return folder


def test_there_is_a_file_of_every_format():
    assert sorted(FILES) == sorted(extensions())


def check(corpus: Path, index: qa.Index, question: str, name: str) -> qa.Citation:
    """The best citation is of the file of this name, and its quote stands there word for word."""
    answer = index.ask(question, k=1)
    (citation,) = answer.citations or answer.nearest
    assert Path(citation.document.path or "").name == name
    assert {one.status for one in qa.verify(answer, corpus=corpus).citations} == {"exact"}
    quote, document = citation.quote, index.document(citation.document.id)
    assert document.text[quote.start : quote.end] == quote.text
    return citation


def place_of(citation: qa.Citation) -> dict[str, Any] | None:
    return {name: value for name, value in (citation.place or {}).items() if name != "url"} or None


def test_each_file_answers_what_only_it_can_with_its_place(corpus):
    with qa.open(corpus.parent / "ix") as index:
        for extension, (_, place) in FILES.items():
            port = port_of(extension)
            citation = check(corpus, index, f"When was the northern quay of {port} closed?", f"a{extension}")
            assert samples.SENTENCE.format(port=port) in citation.quote.text
            assert (extension, place_of(citation)) == (extension, place)


def test_so_does_each_packed_file(corpus):
    with qa.open(corpus.parent / "ix") as index:
        for file in corpus.glob("*.gz"):
            extension = file.name.removeprefix("z").removesuffix(".gz")
            port = port_of(f"{extension}gz")
            citation = check(corpus, index, f"When was the northern quay of {port} closed?", file.name)
            assert (extension, place_of(citation)) == (extension, FILES[extension][1])


def test_so_does_each_article_of_an_export(corpus):
    with qa.open(corpus.parent / "ix") as index:
        for name in layouts.LAYOUTS:
            question = f"Who is the harbour master of {port_of(name)} that resigned?"
            assert place_of(check(corpus, index, question, f"{name}.txt")) == {"article": 3}


def test_on_the_command_line_too(corpus, tmp_path):
    answer = tmp_path / "answer.json"
    ix = corpus.parent / "ix"
    asked = run("ask", f"When was the northern quay of {port_of('.pdf')} closed?", "--index", ix, "--json")
    answer.write_text(asked.out)
    best = asked.shown[0]
    assert best["place"] == {"page": 2}
    quote = best["quote"]
    place = f"{best['document']['id']}:{quote['start']}-{quote['end']}"
    shown = run("show", place, "--index", ix, "--image", tmp_path / "page.png")
    assert (shown.code, (tmp_path / "page.png").read_bytes()[:4]) == (0, b"\x89PNG")
    verified = run("verify", answer, "--corpus", corpus)
    assert verified.code == 0
    assert "exact" in verified.out

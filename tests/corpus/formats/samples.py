"""Files of every format, made here, each with an article about a quay of its own."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from email.message import EmailMessage
from typing import Any

SENTENCE = "The northern quay of {port} was closed on Tuesday after divers found cracks in it."
COSTS = "Repairs will cost 2.4 million, and the harbour master, Orla Venn, expects them to last until May."
FILLER = "Ships of the coastal line use the southern quay, which was built eleven years ago for the grain trade."


def html(port: str) -> bytes:
    """A news page with navigation, cookie notice, heading, list and table."""
    return f"""<!doctype html><html lang="en"><head><title>Quay closed - Harbour Post</title>
<meta property="og:title" content="Quay of {port} closed"><meta property="og:site_name" content="Harbour Post">
<meta property="article:published_time" content="2023-03-14T10:00:00+01:00"><meta name="author" content="Ana Lopez">
<link rel="canonical" href="https://post.example/quay"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a> <a href="/sport">Sport</a></nav>
<article><h1>Quay of {port} closed</h1><p>{SENTENCE.format(port=port)}</p><h2>What it costs</h2>
<p>{COSTS.replace(" ", "&nbsp;", 1)} Caf&eacute; owners worry.</p><p>{FILLER}</p>
<ul><li>Ferries: not affected</li><li>Fishing boats: southern quay</li></ul>
<table><tr><th>Year</th><th>Cargo</th></tr><tr><td>2020</td><td>1,210</td></tr></table></article>
<div class="cookie-banner">We use cookies. Accept all.</div><footer>Follow us on Chirper</footer></body>
</html>""".encode()


def mhtml(port: str) -> bytes:
    """The same page as a browser saves it."""
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://post.example/quay"
    message["Subject"] = "Quay closed"
    message.set_content(html(port).decode(), subtype="html", cte="quoted-printable")
    message.make_related()
    return message.as_bytes()


def docx(port: str) -> bytes:
    """A Word document with a title, a heading, a list and a table."""
    import docx as word

    document = word.Document()
    document.core_properties.title = f"Quay of {port} closed"
    document.core_properties.author = "Ana Lopez"
    document.add_paragraph(SENTENCE.format(port=port))
    document.add_heading("What it costs", 2)
    document.add_paragraph(COSTS)
    document.add_paragraph("Ferries: not affected", style="List Bullet")
    table = document.add_table(2, 2)
    for row, values in enumerate((("Year", "Cargo"), ("2020", "1,210"))):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def odt(port: str) -> bytes:
    """An OpenDocument text with a heading, a list and a note."""
    office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    text = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    note = "<text:note><text:note-body><text:p>A footnote.</text:p></text:note-body></text:note>"
    content = f"""<office:document-content {office} {text}><office:body><office:text>
<text:p>{SENTENCE.format(port=port)}{note}</text:p>
<text:h text:outline-level="2">What it costs</text:h><text:p>{COSTS}</text:p>
<text:list><text:list-item><text:p>Ferries: not affected</text:p></text:list-item></text:list>
</office:text></office:body></office:document-content>"""
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    title = f"<office:meta><dc:title>Quay of {port} closed</dc:title></office:meta>"
    meta = f"<office:document-meta {office} {dc}>{title}</office:document-meta>"
    return _zip({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "meta.xml": meta})


def epub(port: str) -> bytes:
    """A book of two chapters, the second of which has the article."""
    container = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>"""
    package = f"""<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>Quays of {port}</dc:title><dc:creator>Ana Lopez</dc:creator><dc:date>2023-03-14</dc:date></metadata><manifest>
<item id="b" href="two.xhtml"/><item id="a" href="chapter%20one.xhtml"/></manifest>
<spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""

    def chapter(title: str, body: str) -> str:
        return f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{title}</h1><p>{body}</p></body></html>'

    return _zip(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/content.opf": package,
            "OEBPS/chapter one.xhtml": chapter("The grain trade", FILLER),
            "OEBPS/two.xhtml": chapter("The cracks", SENTENCE.format(port=port)),
        }
    )


def rtf(port: str) -> bytes:
    """Rich text with a letter that is no ASCII."""
    body = f"{SENTENCE.format(port=port)}\\par {COSTS} Caf\\'e9 owners worry.\\par"
    return f"{{\\rtf1\\ansi{{\\info{{\\title Quay of {port} closed}}}}{body}}}".encode()


def eml(port: str) -> bytes:
    """A message with an answer above what it quotes, and a signature."""
    message = EmailMessage()
    message["From"] = "Ana Lopez <ana@post.example>"
    message["Subject"] = f"Quay of {port} closed"
    message["Date"] = "Tue, 14 Mar 2023 10:00:00 +0100"
    message["Message-ID"] = "<quay-1@post.example>"
    message.set_content(
        f"{SENTENCE.format(port=port)}\n\n{COSTS}\n-- \nAna Lopez, Harbour Post\n\n"
        "On Mon, 13 Mar 2023 at 09:00, Bo Holm wrote:\n> Is the quay open?\n"
    )
    return message.as_bytes()


def eml_with_files(port: str) -> bytes:
    """The message with a table, a text document and another message attached."""
    message = EmailMessage()
    message["From"], message["Subject"] = "Ana Lopez <ana@post.example>", "Files"
    message.set_content(COSTS)
    message.add_attachment(csv(port), maintype="text", subtype="csv", filename="rows.csv")
    message.add_attachment(odt(port), maintype="application", subtype="octet-stream", filename="quay.odt")
    inner = EmailMessage()
    inner.set_content(f"<p>{FILLER}</p>", subtype="html")
    message.add_attachment(inner)
    return message.as_bytes()


def mbox(port: str) -> bytes:
    """Two messages, the first with a line that begins like a separator."""
    head = b"From: Bo Holm <bo@post.example>\nSubject: Grain\nMessage-ID: <grain@post.example>\n\n"
    first = b"From bo@post.example Mon Mar 13 09:00:00 2023\n" + head + b">From May on, grain goes south.\n"
    second = b"From ana@post.example Tue Mar 14 10:00:00 2023\n" + eml(port).replace(b"\r\n", b"\n")
    return first + b"\n" + second


def rss(port: str) -> bytes:
    """A feed of two entries, one of them with markup that is escaped."""
    escaped = f"&lt;p&gt;{SENTENCE.format(port=port)}&lt;/p&gt;&lt;p&gt;&lt;b&gt;Costs:&lt;/b&gt; {COSTS}&lt;/p&gt;"
    return f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Post</title><link>https://post.example</link>
<item><title>Quay &amp; crane</title><link>https://post.example/quay</link><guid>https://post.example/quay</guid>
<pubDate>Tue, 14 Mar 2023 09:00:00 GMT</pubDate><author>Ana Lopez</author>
<description>{escaped}</description></item>
<item><title>Grain</title><link>https://post.example/grain</link><description>{FILLER}</description></item></channel></rss>""".encode()


def pdf(port: str, columns: int = 2, pages: int = 3) -> bytes:
    """Pages of one or two columns with running heads, page numbers, and words that are broken at a line's end.

    The sentence about ``port`` stands on the second page.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen import canvas

    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, pagesize=A4)
    width = 450 // columns - 15
    for page in range(pages):
        sheet.setFont("Helvetica", 8)
        sheet.drawString(72, 812, "The Harbour Post, Volume 3")
        sheet.drawRightString(520, 28, f"Page {page + 1} of {pages}")
        sheet.setFont("Times-Roman", 11)
        own = f"On page {page + 1}, nothing else is told of dredgers."
        first = [SENTENCE.format(port=port) if page == 1 else FILLER, own, COSTS]
        for column in range(columns):
            y = 770
            for text in first if column == 0 else [f"The other column of page {page + 1} is about barges."]:
                for line in _wrapped(text, width, sheet):
                    sheet.drawString(72 + column * (width + 30), y, line)
                    y -= 13
                y -= 13
        sheet.showPage()
    sheet.save()
    return stream.getvalue()


def _wrapped(text: str, width: float, sheet: Any) -> list[str]:
    """The text in lines of at most ``width`` points; long words are broken with a hyphen."""
    lines, line = [], ""
    for word in text.split():
        if sheet.stringWidth(f"{line} {word}".strip()) <= width:
            line = f"{line} {word}".strip()
        elif len(word) > 7 and sheet.stringWidth(f"{line} {word[:4]}-") <= width:
            lines.append(f"{line} {word[:4]}-")
            line = word[4:]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def warc(port: str) -> bytes:
    """A crawl: what asked for a page, the page, a picture, a redirection, and a page in packed chunks."""
    packed = gzip.compress(html(port).replace(port.encode(), b"Tarnby"))
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (packed[:100], packed[100:])) + b"0\r\n\r\n"
    coded = b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
    return b"".join(
        [
            _record("warcinfo", "", b"software: a crawler\r\n"),
            _record("request", "https://crawl.example/quay", b"GET /quay HTTP/1.1\r\n\r\n"),
            _record(
                "response", "https://crawl.example/quay", _response("200 OK", "text/html; charset=utf-8", html(port))
            ),
            _record("response", "https://crawl.example/a.png", _response("200 OK", "image/png", b"\x89PNG")),
            _record("response", "https://crawl.example/old", _response("301 Moved", "text/html", html("Nowhere"))),
            _record("response", "https://crawl.example/tarnby", _response("200 OK", "text/html", chunks, coded)),
        ]
    )


def _response(status: str, media: str, body: bytes, more: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n".encode() + more + b"\r\n" + body


def _record(kind: str, url: str, block: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def csv(port: str) -> bytes:
    """Two rows, one of them with commas, quotation marks and a line feed in a cell."""
    body = f'"{SENTENCE.format(port=port)}\n\n{COSTS} ""Soon"", she said."'
    rows = ["id,headline,published_at,body,desk", f"q1,Quay of {port} closed,2023-03-14,{body},Port"]
    return "\n".join([*rows, f'q2,Grain,,"{FILLER}",', ""]).encode()


def json_array(port: str) -> bytes:
    """An export: an object around an array of articles."""
    article = {"guid": "j1", "headline": f"Quay of {port} closed", "content": SENTENCE.format(port=port), "year": 2023}
    return json.dumps({"count": 2, "articles": [article, {"content": FILLER}]}).encode()


def _zip(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()

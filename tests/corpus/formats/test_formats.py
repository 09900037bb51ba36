"""What each format gives of a file of its kind: its own text, what it tells of itself, and its places."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.corpus import Problem, read
from qa.types import Document
from tests.corpus.formats import samples
from tests.corpus.formats.samples import COSTS, FILLER, SENTENCE

PORT = "Port Selden"
CLOSED = SENTENCE.format(port=PORT)

ONE_EACH: dict[str, Callable[[str], bytes]] = {
    ".html": samples.html,
    ".mhtml": samples.mhtml,
    ".docx": samples.docx,
    ".odt": samples.odt,
    ".rtf": samples.rtf,
    ".epub": samples.epub,
    ".eml": samples.eml,
    ".pdf": samples.pdf,
}
MANY: dict[str, Callable[[str], bytes]] = {
    ".mbox": samples.mbox,
    ".rss": samples.rss,
    ".warc": samples.warc,
    ".csv": samples.csv,
    ".json": samples.json_array,
}


def fail(problem: Problem) -> None:
    """For files that can be read."""
    raise AssertionError(str(problem))


@pytest.fixture
def documents(tmp_path: Path) -> Callable[[str, bytes], list[Document]]:
    """Reads a file of these bytes, without any problem."""

    def run(extension: str, data: bytes) -> list[Document]:
        (tmp_path / f"a{extension}").write_bytes(data)
        return list(read([tmp_path], fail))

    return run


@pytest.mark.parametrize("extension", [*ONE_EACH, *MANY])
def test_the_article_s_sentence_is_in_one_piece(documents, extension):
    data = (ONE_EACH | MANY)[extension](PORT)
    matches = [document for document in documents(extension, data) if CLOSED in document.text]
    assert len(matches) == 1
    assert "&" not in matches[0].text
    assert "  " not in matches[0].text


@pytest.mark.parametrize("extension", [*ONE_EACH, *MANY])
def test_reading_again_gives_the_same(documents, extension):
    data = (ONE_EACH | MANY)[extension](PORT)
    assert documents(extension, data) == documents(extension, data)


@pytest.mark.parametrize("extension", ONE_EACH)
def test_one_file_is_one_document_with_its_path_as_id(documents, extension):
    (document,) = documents(extension, ONE_EACH[extension](PORT))
    assert document.id == f"a{extension}"


def test_html_leaves_out_what_is_not_the_article(documents):
    (page,) = documents(".html", samples.html(PORT))
    assert (page.title, page.date, page.author) == (f"Quay of {PORT} closed", "2023-03-14", "Ana Lopez")
    assert (page.source, page.url) == ("Harbour Post", "https://post.example/quay")
    assert "## What it costs\n" in page.text
    assert "- Ferries: not affected\n- Fishing boats: southern quay" in page.text
    assert "| Year | Cargo |\n|---|---|\n| 2020 | 1,210 |" in page.text
    assert "Caf\u00e9 owners" in page.text
    for noise in ("cookies", "Home", "Follow us"):
        assert noise not in page.text


def test_text_between_the_tags_of_a_page_is_read_and_no_blank_is_lost(documents):
    closed = f"<p>{CLOSED} {samples.FILLER}</p>"
    page = f"""<html><body><article><h1>Quay closed</h1>{closed}<h2>Costs</h2>
Repairs cost 2.4 million, says <b>Orla</b> <i>Venn</i>, harbour <em>master</em> of Selden.<h2>Ferries</h2>{closed}
<ul><li>Ships of one kind<ul><li>Cutters<ul><li>Old ones</li></ul></li><li>Barges</li></ul> and no more</li>
<li>Ferries</li></ul><blockquote><p>The quay is safe.</p><p>It will open in May.</p></blockquote></article>
</body></html>"""
    (document,) = documents(".html", page.encode())
    assert (
        "## Costs\n\nRepairs cost 2.4 million, says Orla Venn, harbour master of Selden.\n\n## Ferries" in document.text
    )
    assert "- Ships of one kind and no more\n- Cutters\n- Old ones\n- Barges\n- Ferries\n" in document.text
    assert "The quay is safe.\n\nIt will open in May." in document.text


def test_soft_hyphens_of_a_page_are_no_part_of_its_words(documents):
    page = f"<html><body><article><p>{CLOSED} {samples.COSTS}</p><p>{samples.FILLER}</p></article></body></html>"
    (document,) = documents(".html", page.replace("harbour", "har&shy;bour").encode())
    assert samples.COSTS in document.text
    assert "\u00ad" not in document.text


def test_a_table_in_a_table_is_read_once(documents):
    inner = "<table><tr><td>Barges</td><td>14</td></tr></table>"
    rows = f"<tr><th>Kind</th><th>Number</th></tr><tr><td>Ships of the line</td><td>{inner}</td></tr>"
    article = f"<p>{CLOSED} {samples.COSTS}</p><table>{rows}</table><p>{CLOSED}</p>"
    (document,) = documents(".html", f"<html><body><article>{article}</article></body></html>".encode())
    assert document.text.count("Barges") <= 1
    assert "| Kind | Number |" in document.text


def test_a_page_without_tags_of_its_own_is_read(documents):
    (document,) = documents(".html", f"<html><body>{CLOSED} {samples.COSTS}</body></html>".encode())
    assert document.text == f"{CLOSED} {samples.COSTS}"


def test_the_tenth_page_is_read_as_the_first(documents):
    pages = [documents(".html", samples.html(PORT))[0].text for _ in range(10)]
    assert len(set(pages)) == 1


def test_a_saved_page_has_the_address_that_it_was_saved_from(documents):
    (page,) = documents(".mhtml", samples.mhtml(PORT))
    assert page.url == "https://post.example/quay"


def test_a_page_without_an_article_is_a_problem(tmp_path):
    (tmp_path / "a.html").write_text("<html><body><nav><a href=/>Home</a></nav></body></html>")
    problems: list[Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    assert problems[0].what == "has no main text"


def test_word_documents_keep_headings_lists_and_tables(documents):
    (document,) = documents(".docx", samples.docx(PORT))
    assert (document.title, document.author) == (f"Quay of {PORT} closed", "Ana Lopez")
    assert "\n\n## What it costs\n\n" in document.text
    assert "\n\n- Ferries: not affected\n\n| Year | Cargo |\n|---|---|\n| 2020 | 1,210 |" in document.text


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_word_s_controls_insertions_and_text_boxes_are_text_and_deletions_are_not(documents):
    import docx
    from docx.oxml import parse_xml

    def run(text: str, tag: str = "t") -> str:
        return f'<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'

    box = f"<w:r><w:pict><w:txbxContent><w:p>{run('A box.')}</w:p></w:txbxContent></w:pict></w:r>"
    changed = f"<w:ins>{run('wholly ')}</w:ins><w:del>{run('partly ', 'delText')}</w:del>"
    changed += f"<w:smartTag>{run('clo')}</w:smartTag>"
    numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    blocks = [
        f"<w:sdt><w:sdtContent><w:p>{run('A control.')}</w:p></w:sdtContent></w:sdt>",
        f"<w:p>{run('The quay is ')}{changed}{run('sed.')}{box}</w:p>",
        f"<w:p>{numbered}{run('Ferries')}</w:p>",
    ]
    file, stream = docx.Document(), io.BytesIO()
    file.add_heading("Quay closed", 1)
    for block in blocks:
        file.element.body.insert_element_before(parse_xml(block.replace(">", f' xmlns:w="{WORD}">', 1)), "w:sectPr")
    file.core_properties.title = ""
    file.save(stream)
    (document,) = documents(".docx", stream.getvalue())
    assert document.text == "# Quay closed\n\nA control.\n\nThe quay is wholly closed.\n\nA box.\n\n- Ferries"
    assert document.title == "Quay closed"


def test_merged_cells_of_word_are_repeated_and_bounded(documents):
    import docx

    file, stream = docx.Document(), io.BytesIO()
    table = file.add_table(3, 3)
    for row, values in enumerate((("Year", "Cargo", ""), ("2020", "1,210", "Grain"), ("", "900", "Coal"))):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    file.save(stream)
    (document,) = documents(".docx", stream.getvalue())
    rows = ["| Year | Cargo | Cargo |", "|---|---|---|", "| 2020 | 1,210 | Grain |", "| 2020 | 900 | Coal |"]
    assert document.text == "\n".join(rows)
    bomb = rezipped(stream.getvalue(), "word/document.xml", lambda data: data.replace(b'"2"/>', b'"999999999"/>'))
    (document,) = documents(".docx", bomb)
    assert len(document.text) < 2_000


def test_open_documents_leave_out_notes(documents):
    (document,) = documents(".odt", samples.odt(PORT))
    assert document.title == f"Quay of {PORT} closed"
    assert "footnote" not in document.text
    assert "## What it costs" in document.text
    assert "- Ferries: not affected" in document.text


def test_rich_text_has_its_letters(documents):
    (document,) = documents(".rtf", samples.rtf(PORT))
    assert document.title == f"Quay of {PORT} closed"
    assert "Caf\u00e9 owners" in document.text


def test_rich_text_has_letters_beyond_16_bits_tables_and_bullets_and_no_marks_for_lost_letters(documents):
    rows = "Year|Cargo|\\par 2020|1,210|\\par"  # as striprtf writes cells
    cells = "{\\trowd Year\\cell Cargo\\cell\\row\\trowd 2020\\cell 1,210\\cell\\row}"
    body = f"A \\u-10187?\\u-8904? har\\-bour, half \\u-10187?.\\par \\u-3913?\\tab Barges\\par {cells}\\par The end."
    body += f"\\par {rows}"
    (document,) = documents(
        ".rtf", f"{{\\rtf1\\ansi{{\\info{{\\title ????}}{{\\author Axel D?fler}}}}{body}}}".encode()
    )
    table = "| Year | Cargo |\n|---|---|\n| 2020 | 1,210 |"
    assert document.text == f"A \U0001d538 harbour, half \ufffd.\n\n- Barges\n\n{table}\n\nThe end.\n\n{table}"
    assert (document.title, document.author) == ("A \U0001d538 harbour, half \ufffd.", None)


def test_open_documents_have_lists_in_lists_once_and_shapes_behind_their_paragraph(documents):
    def changed(content: bytes) -> bytes:
        shape = (
            "<d:custom-shape xmlns:d='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0'>"
            "<s:title xmlns:s='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0'>A box</s:title>"
            "<text:p>In the box.</text:p></d:custom-shape>"
        )
        inner = "<text:list><text:list-item><text:p>Cutters</text:p></text:list-item></text:list>"
        paragraph = f"<text:p>The har<text:bookmark text:name='b'/>bour<text:s/>is{shape} shut.</text:p>"
        paragraph += "<text:h>The end</text:h>"
        nested = f"<text:p>Ferries: not affected</text:p>{inner}".encode()
        content = content.replace(b"<text:p>Ferries: not affected</text:p>", nested)
        return content.replace(b"</office:text>", f"{paragraph}</office:text>".encode())

    (document,) = documents(".odt", rezipped(samples.odt(PORT), "content.xml", changed))
    assert document.text.endswith(
        "- Ferries: not affected\n- Cutters\n\nThe harbour is shut.\n\nIn the box.\n\n# The end"
    )


def test_a_table_of_one_column_is_paragraphs_and_blocks_in_a_cell_are_parted(documents):
    import docx

    frame = f"<table><tr><td><p>{CLOSED}</p><p>{COSTS}</p></td></tr><tr><td>{FILLER}</td></tr></table>"
    table = "<table><tr><th>Year</th><th>Cargo</th></tr><tr><td><p>2020,</p><p>2021</p></td><td>1,210</td></tr></table>"
    (page,) = documents(".html", f"<html><body><article>{frame}<p>{CLOSED}</p>{table}</article></body></html>".encode())
    assert f"{CLOSED} {COSTS}\n\n{FILLER}" in page.text
    assert "| 2020, 2021 | 1,210 |" in page.text
    file, stream = docx.Document(), io.BytesIO()
    file.add_table(1, 1).cell(0, 0).text = CLOSED
    file.save(stream)
    assert documents(".docx", stream.getvalue())[0].text == CLOSED


def test_a_figure_s_labels_do_not_hide_that_a_page_has_two_columns(documents):
    """Two thirds of the pieces of the right column are words in a drawing."""
    from reportlab.pdfgen import canvas

    stream = io.BytesIO()
    sheet = canvas.Canvas(stream)
    for number in range(30):
        sheet.drawString(60, 760 - 14 * number, f"The left column's line {number:02} is about nothing.")
        if number < 10:
            sheet.drawString(320, 760 - 14 * number, f"The right column's line {number:02} is about less.")
        else:
            for place, word in enumerate(("Quay", "Lock", "Crane")):
                sheet.drawString(330 + 80 * place, 760 - 14 * number, word)
    sheet.save()
    (document,) = documents(".pdf", stream.getvalue())
    assert "line 08 is about nothing. The left column's line 09" in document.text
    assert "line 08 is about less. The right column's line 09" in document.text


def test_books_have_their_chapters_as_places_in_reading_order(documents):
    (book,) = documents(".epub", samples.epub(PORT))
    assert (book.title, book.author, book.date) == (f"Quays of {PORT}", "Ana Lopez", "2023-03-14")
    assert [place for _, place in book.places] == [{"chapter": "The grain trade"}, {"chapter": "The cracks"}]
    assert book.text[book.places[1][0] :].startswith("# The cracks")
    assert book.text.index(FILLER) < book.places[1][0] < book.text.index(CLOSED)


def test_mail_is_the_writer_s_own_words(documents):
    (mail,) = documents(".eml", samples.eml(PORT))
    assert (mail.title, mail.date, mail.source) == (f"Quay of {PORT} closed", "2023-03-14", "Ana Lopez")
    assert mail.text == f"{CLOSED}\n\n{COSTS}"
    assert mail.meta["message-id"] == "quay-1@post.example"


def test_a_mailbox_holds_its_messages(documents):
    first, second = documents(".mbox", samples.mbox(PORT))
    assert (first.id, second.id) == ("grain@post.example", "quay-1@post.example")
    assert first.text == "From May on, grain goes south."
    assert second.text == f"{CLOSED}\n\n{COSTS}"


@pytest.mark.parametrize(("guid", "expected"), [("g" * 4096, "g" * 4096), ("g" * 4097, "a.rss:1"), (" ", "a.rss:1")])
def test_an_id_that_is_too_long_or_blank_gives_way_to_the_place(documents, guid, expected):
    item = f"<item><guid>{guid}</guid><description>{FILLER}</description></item>"
    (document,) = documents(".rss", f"<rss version='2.0'><channel>{item}</channel></rss>".encode())
    assert document.id == expected


def test_each_entry_of_a_feed_is_a_document(documents):
    quay, grain = documents(".rss", samples.rss(PORT))
    assert (quay.id, quay.title, quay.date) == ("https://post.example/quay", "Quay & crane", "2023-03-14")
    assert (quay.source, quay.url) == ("Harbour Post", "https://post.example/quay")
    assert quay.text == f"{CLOSED}\n\nCosts: {COSTS}"
    assert grain.text == FILLER


def test_each_page_of_a_crawl_is_a_document(documents):
    quay, tarnby = documents(".warc", samples.warc(PORT))
    assert (quay.id, quay.url) == ("https://crawl.example/quay", "https://post.example/quay")
    assert (quay.title, quay.date, quay.source) == (f"Quay of {PORT} closed", "2023-03-14", "Harbour Post")
    assert [one.places for one in (quay, tarnby)] == [((0, {"record": 3}),), ((0, {"record": 6}),)]
    assert SENTENCE.format(port="Tarnby") in tarnby.text


def test_a_crawl_is_packed_record_by_record(tmp_path):
    import gzip

    data = samples.warc(PORT)
    records = [b"WARC/1.0" + one for one in data.split(b"WARC/1.0")[1:]]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    assert [one.id for one in read([tmp_path], fail)] == ["https://crawl.example/quay", "https://crawl.example/tarnby"]


def test_a_crawl_that_ends_too_soon_gives_what_it_has(tmp_path):
    (tmp_path / "a.warc").write_bytes(samples.warc(PORT)[:-60])
    problems: list[Problem] = []
    assert [one.id for one in read([tmp_path], problems.append)] == ["https://crawl.example/quay"]
    assert [problem.what for problem in problems] == ["is damaged, or not what its extension says"]


def test_the_text_that_was_made_of_a_page_is_a_document(documents):
    block = CLOSED.encode()
    head = "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://post.example/quay\r\nContent-Type: text/plain"
    data = f"{head}\r\nContent-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
    (quay,) = documents(".wet", data)
    assert (quay.text, quay.url) == (CLOSED, "https://post.example/quay")


def test_a_page_of_a_crawl_that_unpacks_to_more_than_fits_is_named(tmp_path):
    import gzip

    bomb = b"Content-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(65 * 1024 * 1024))
    record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n" % (len(bomb) + 17)
    (tmp_path / "a.warc").write_bytes(record + b"HTTP/1.1 200 OK\r\n" + bomb + b"\r\n\r\n")
    problems: list[Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    assert [problem.what for problem in problems] == ["is longer than 64 MiB"]


def test_each_row_of_a_table_is_a_document(documents):
    quay, grain = documents(".csv", samples.csv(PORT))
    assert (quay.id, quay.title, quay.date) == ("q1", f"Quay of {PORT} closed", "2023-03-14")
    assert quay.text == f'{CLOSED}\n\n{COSTS} "Soon", she said.'
    assert quay.meta == {"desk": "Port"}
    assert (grain.id, grain.date, grain.meta) == ("q2", None, {})


def test_an_array_of_json_is_found_within_an_object(documents):
    quay, grain = documents(".json", samples.json_array(PORT))
    assert (quay.id, quay.text, quay.meta) == ("j1", CLOSED, {"year": 2023})
    assert (grain.id, grain.text) == ("a.json:2", FILLER)


def test_a_pdf_s_pages_are_places(documents):
    (document,) = documents(".pdf", samples.pdf(PORT))
    assert [place for _, place in document.places] == [{"page": 1}, {"page": 2}, {"page": 3}]
    assert document.places[1][0] <= document.text.index(CLOSED) < document.places[2][0]


@pytest.mark.parametrize("columns", [1, 2])
def test_a_pdf_is_in_reading_order_without_heads_feet_and_hyphens(documents, columns):
    (document,) = documents(".pdf", samples.pdf(PORT, columns))
    assert document.text.count(COSTS) == 3
    assert document.text.count(FILLER) == 2
    for page in (1, 2, 3):
        own = document.text.index(f"On page {page}, nothing else is told of dredgers.")
        if columns == 2:
            assert own < document.text.index(f"The other column of page {page} is about barges.")
    for noise in ("Volume 3", "Page 2 of 3", "-\n", "\ufffe", "\x02"):
        assert noise not in document.text


def test_numbers_of_footnotes_are_left_out_and_exponents_are_not(documents):
    from reportlab.pdfgen import canvas

    stream = io.BytesIO()
    sheet = canvas.Canvas(stream)
    text = sheet.beginText(72, 700)
    lines = [
        ["The council praised the reform", "^12", " and left."],
        ["It had passed the law.", "^3", " The quay has 25 km", "^2", " and 10", "^5", " stones."],
        ["Divers", "^1,2", " say so: it was 4.5 m", "^3", " in 2023, and 12 boats sank."],
    ]
    for line in lines:
        for part in line:
            is_raised = part.startswith("^")
            text.setFont("Times-Roman", 7 if is_raised else 11)
            text.setRise(4 if is_raised else 0)
            text.textOut(part.lstrip("^"))
        text.textLine()
    sheet.drawText(text)
    sheet.save()
    (document,) = documents(".pdf", stream.getvalue())
    assert document.text == (
        "The council praised the reform and left. It had passed the law. The quay has 25 km² and 10⁵ stones. "
        "Divers say so: it was 4.5 m³ in 2023, and 12 boats sank."
    )


def test_a_pdf_without_text_names_the_remedy(tmp_path):
    from reportlab.pdfgen import canvas

    sheet = canvas.Canvas(str(tmp_path / "a.pdf"))
    sheet.rect(100, 100, 300, 300, fill=1)
    sheet.save()
    problems: list[Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    assert problems[0].what == "has no text, only pictures of it"
    assert "ocrmypdf" in problems[0].advice


def test_an_encrypted_pdf_says_so(tmp_path):
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    sheet = canvas.Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("secret"))
    sheet.drawString(100, 100, "Hidden.")
    sheet.save()
    problems: list[Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    assert problems[0].what == "is encrypted"


def test_encrypted_documents_say_so(tmp_path):
    manifest = "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    stream = io.BytesIO(samples.odt(PORT))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("META-INF/manifest.xml", manifest)
    (tmp_path / "a.odt").write_bytes(stream.getvalue())
    (tmp_path / "b.docx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    problems: list[Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    assert [problem.what for problem in problems] == ["is encrypted", "is encrypted, or of an older kind"]


def test_an_archive_that_unpacks_to_more_than_fits_is_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"{number}.xml", bytes(60 * 1024 * 1024))
    (tmp_path / "a.docx").write_bytes(stream.getvalue())
    problems: list[Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    assert problems[0].what == "holds more than 256 MiB"


def test_entities_of_xml_are_not_expanded(tmp_path):
    entities = (f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">{"".join(entities)}]>'
    (tmp_path / "a.rss").write_text(
        f"{bomb}<rss version='2.0'><channel><item><title>&j;</title></item></channel></rss>"
    )
    problems: list[Problem] = []
    for document in read([tmp_path], problems.append):
        assert len(document.text) < 1_000
    assert problems


@pytest.mark.parametrize("extension", [*ONE_EACH, *MANY])
def test_damaged_files_never_fail(tmp_path, extension):
    whole = (ONE_EACH | MANY)[extension](PORT)
    chance = random.Random(extension)
    file = tmp_path / f"a{extension}"
    for _ in range(40):
        data = bytearray(whole[: chance.randrange(1, len(whole) + 1)])
        for _ in range(chance.randrange(4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        file.write_bytes(data)
        problems: list[Problem] = []
        for document in read([tmp_path], problems.append):
            assert document.text[document.body_start :].strip()


def rezipped(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An archive with one member changed, whose checksum is right."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w") as after:
        for member in before.namelist():
            after.writestr(member, change(before.read(member)) if member == name else before.read(member))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        (".docx", rezipped(samples.docx(PORT), "word/document.xml", lambda xml: xml.replace(b"</w:body>", b""))),
        (".docx", rezipped(samples.docx(PORT), "word/styles.xml", lambda xml: xml[:200])),
        (".odt", samples.odt(PORT).replace(b"content.xml", b"content.xmL")),
        (".odt", bytes(byte ^ (90 < place < 130) for place, byte in enumerate(samples.odt(PORT)))),
        (".epub", rezipped(samples.epub(PORT), "OEBPS/content.opf", lambda _: b"<package")),
        (".rtf", b"{\\rtf1 \\u99999999999 }"),
    ],
)
def test_whatever_a_library_raises_is_a_problem_with_the_file(tmp_path, extension, data):
    (tmp_path / f"a{extension}").write_bytes(data)
    (tmp_path / "b.txt").write_text("The quay is closed.")
    problems: list[Problem] = []
    assert [document.id for document in read([tmp_path], problems.append)] == ["b.txt"]
    assert [Path(problem.where).name for problem in problems] == [f"a{extension}"]


def test_a_date_that_no_calendar_has_does_not_hide_a_message(documents):
    data = samples.eml(PORT).replace(b"14 Mar 2023", b"14 Mar 99999999999999999999")
    (mail,) = documents(".eml", data)
    assert (mail.date, CLOSED in mail.text) == (None, True)


def test_an_empty_chapter_does_not_hide_a_book(documents):
    (book,) = documents(".epub", rezipped(samples.epub(PORT), "OEBPS/chapter one.xhtml", lambda _: b" "))
    assert [place for _, place in book.places] == [{"chapter": "The cracks"}]


@pytest.mark.parametrize("header", [b"Subject: ", b"From: ", b'Content-Type: text/plain; name="'])
@pytest.mark.parametrize("piece", [b'"', b"=?utf-8?q?", b"(", b"a,", b" \r\n x"])
def test_a_long_header_takes_no_time_that_grows_with_its_square(documents, header, piece):
    """Two hundred thousand quotation marks kept the standard library busy for hours."""
    data = header + piece * 200_000 + b"\r\n\r\nThe quay is closed."
    (mail,) = documents(".eml", data)
    assert mail.text == "The quay is closed."

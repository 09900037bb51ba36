"""A quote marked on its page, against where each character was drawn."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import qa
from qa.pages.pdf import UNPLACED
from tests.pages.marked import LAYOUTS, measured, name_of, read_one, span_of
from tests.pages.sheets import Layout, sheets


def pixels(png: bytes) -> NDArray[np.uint8]:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


@pytest.mark.parametrize(
    "layout",
    LAYOUTS,
    ids=name_of,
)
def test_a_quote_s_characters_are_marked_on_its_page_and_no_others(tmp_path, layout):
    found = measured(layout, tmp_path)
    assert found.right_pages == found.quotes
    assert found.inside / found.characters >= 0.99
    assert found.others / (found.inside + found.others) <= 0.03


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    file = tmp_path / "a.pdf"
    file.write_bytes(sheets(Layout(columns=2, hyphens=True))[0])
    return file


def test_the_picture_is_the_page_and_differs_in_the_marks_alone(pdf):
    document = read_one(pdf)
    one, other = (qa.page_image(document, *span_of(document, number, 2)) for number in (0, 5))
    first, second = pixels(one.png), pixels(other.png)
    assert first.shape == (one.height, one.width, 3) == (1684, 1190, 3)
    outside = np.ones(first.shape[:2], dtype=bool)
    for box in (*one.boxes, *other.boxes):
        outside[box.top : box.bottom, box.left : box.right] = False
    assert np.array_equal(first[outside], second[outside])
    for box in one.boxes:
        assert tuple(first[box.top : box.bottom, box.left : box.right].max(axis=(0, 1))) < (255, 255, 255)
        assert first[box.top : box.bottom, box.left : box.right].min() < 64  # the words can still be read


def test_the_scale_is_pixels_a_point_and_bounded(pdf):
    document = read_one(pdf)
    span = span_of(document, 1, 1)
    assert qa.page_image(document, *span, scale=1).width == 595
    largest = qa.page_image(document, *span, scale=10)
    assert 7_900_000 < largest.width * largest.height < 8_100_000
    with pytest.raises(qa.UsageError, match="the scale is 11"):
        qa.page_image(document, *span, scale=11)


def test_a_page_that_says_to_be_a_thousand_miles_wide_takes_no_more_memory(pdf):
    data = pdf.read_bytes().replace(b"595 842 ]", b"9e9 842 ] ", 1)
    assert data != pdf.read_bytes()
    pdf.write_bytes(data)
    image = qa.page_image(read_one(pdf), 0, 10)
    assert image.width * image.height <= 8_000_000


def test_an_excerpt_of_two_pages_is_marked_on_either(pdf):
    document = read_one(pdf)
    start, end = span_of(document, 0, 1)[0], span_of(document, 7, 2)[1]
    first = qa.page_image(document, start, end)
    second = qa.page_image(document, start, end, page=2)
    assert (first.page, first.note) == (1, "the excerpt goes on on page 2")
    assert (second.page, second.note) == (2, None)
    assert first.boxes
    assert second.boxes
    with pytest.raises(qa.UsageError, match="do not stand on page 3; see page 1"):
        qa.page_image(document, start, end, page=3)


def test_a_changed_file_is_refused(pdf):
    document = read_one(pdf)
    pdf.write_bytes(sheets(Layout(columns=1))[0])
    with pytest.raises(qa.CorpusError, match=r"a\.pdf has changed since it was indexed: nothing can be marked"):
        qa.page_image(document, *span_of(document, 1, 1))
    pdf.unlink()
    with pytest.raises(qa.CorpusError, match="cannot be read"):
        qa.page_image(document, *span_of(document, 1, 1))


def test_text_of_another_extraction_is_marked_where_its_words_stand_once_or_not_at_all(pdf):
    """As an index has it that was made before pdfium was upgraded."""
    document = read_one(pdf)
    start, end = span_of(document, 3, 1)
    other = replace(document, text=document.text.replace("quay", "QUAY"))
    marked = qa.page_image(document, start, end)
    assert qa.page_image(other, start, end).boxes == marked.boxes
    unplaced = qa.page_image(other, *span_of(document, 0, 1))
    assert (unplaced.boxes, unplaced.note) == ((), UNPLACED)
    assert pixels(unplaced.png).shape == pixels(marked.png).shape


def test_what_has_no_pages_says_so(tmp_path):
    (tmp_path / "a.txt").write_text("The quay is closed.")
    with pytest.raises(qa.UsageError, match=r"a\.txt has no pages to show"):
        qa.page_image(read_one(tmp_path / "a.txt"), 0, 5)
    with pytest.raises(qa.UsageError, match=r"a\.txt has no characters 5-5"):
        qa.page_image(read_one(tmp_path / "a.txt"), 5, 5)


def test_an_index_marks_what_it_cites(pdf, tmp_path):
    with qa.build(pdf, tmp_path / "ix") as index:
        answer = index.ask("What will the repairs cost?", k=1)
        (citation,) = answer.citations or answer.nearest
        image = index.page_image(citation)
        assert {"page": image.page} == citation.place
        assert image.note is None
        assert image == qa.page_image(index.document("a.pdf"), citation.quote.start, citation.quote.end)
        assert f"<mark>{citation.quote.text}</mark>" in index.snippet(citation)
        moved = replace(citation, quote=replace(citation.quote, start=citation.quote.start + 1))
        with pytest.raises(qa.UsageError, match=r"the index has another version of a\.pdf than is cited"):
            index.page_image(moved)


def test_the_command_writes_the_picture(pdf, tmp_path):
    from tests.cli.support import qa as command

    assert command("index", pdf, "--index", tmp_path / "ix").code == 0
    document = read_one(pdf)
    start, end = span_of(document, 1, 1)
    shown = command("show", f"a.pdf:{start}-{end}", "--image", tmp_path / "a.png", "--index", tmp_path / "ix")
    assert (shown.code, shown.out) == (0, "")
    assert shown.err.endswith("a.png: page 1, 1190 x 1684 pixels\n")
    assert (tmp_path / "a.png").read_bytes() == qa.page_image(document, start, end).png
    for argument, told in (("a.pdf", "name what to mark: DOC:START-END"), ("a.pdf:L999", "has no lines 999-999")):
        refused = command("show", argument, "--image", tmp_path / "b.png", "--index", tmp_path / "ix")
        assert (refused.code, told in refused.err) == (2, True)
    assert not (tmp_path / "b.png").exists()

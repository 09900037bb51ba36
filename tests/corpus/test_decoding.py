"""Bytes to text, in every encoding that is read, and refusals."""

from __future__ import annotations

import codecs
import hashlib
import random
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.corpus.encoding import decode
from qa.corpus.problem import UnreadableError

if TYPE_CHECKING:
    from tests.corpus.conftest import Collect


SPANISH = "El niño preguntó en español: ¿qué pasó mañana? La señora María respondió que todavía no lo sabía."
CURLY = "The mayor said “we can\u2019t wait” \u2013 and the café owner, Señor Peña, agreed that it was late."
TEXTS = st.text().filter(lambda text: text.strip() and "\0" not in text and not text.startswith("\ufeff"))


@given(TEXTS)
@example("\r\nÀ\r")
def test_utf8_is_decoded_as_it_stands(text: str) -> None:
    assert decode(text.encode("utf-8")).text == text


@given(TEXTS)
def test_marked_text_loses_only_the_mark(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode("utf-8")).text == text
    assert decode(codecs.BOM_UTF16_LE + text.encode("utf-16-le")).text == text
    assert decode(codecs.BOM_UTF16_BE + text.encode("utf-16-be")).text == text


@given(st.binary())
def test_any_bytes_are_decoded_to_clean_text_or_refused(data: bytes) -> None:
    text = ""
    with suppress(UnreadableError):
        text = decode(data).text
    assert "\0" not in text
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [SPANISH, CURLY, "Short.\r\n"])
def test_utf16_without_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SPANISH, "latin-1"),
        (SPANISH, "cp1252"),
        (CURLY, "cp1252"),
        (SPANISH + "\r\n" + CURLY, "cp1252"),
        ("Müller aß in der Straße, später übte sie für das Konzert.", "latin-1"),
        ("L\u2019été, les élèves français étaient déçus par la leçon.", "cp1252"),
        ("café", "latin-1"),
        ("Plain words, many of them, all ASCII. " * 5000 + "One piñata.", "latin-1"),
    ],
)
def test_western_single_byte_text(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    "data",
    [
        "首相は会見で、経済の状況は厳しいと述べた。".encode("shift_jis"),
        "总统表示他不会放弃权力。".encode("gb18030"),
        random.Random(7).randbytes(2000).replace(b"\0", b"\1"),
        SPANISH.encode("utf-8") + b"\xe1",
        codecs.BOM_UTF16_LE + "Text.".encode("utf-16-le") + b"x",
    ],
    ids=["japanese", "chinese", "noise", "damaged utf-8", "cut utf-16"],
)
def test_what_is_not_surely_text_cannot_be_decoded(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"^cannot be decoded$") as raised:
        decode(data)
    assert raised.value.advice == "save it as UTF-8"


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 1, 1, 8, 2, 0, 0, 0)


@pytest.mark.parametrize(
    "data",
    [
        PNG,
        b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n",
        b"PK\x03\x04\x14\x01\x01\x01",
        b"\x1f\x8b\x08" + zlib.compress(b"text"),
        b"some text\0 and more",
        b"evenly\0 split",
        struct.pack("<100h", *range(-50, 50)),
        "\x01\x02\x03\x04".encode("utf-16-le"),
        "lone half of a pair".encode("utf-16-le") + b"\x01\xd8",
        "\uffff\0".encode("utf-16-le") * 3,
        codecs.BOM_UTF32_LE + "Text.".encode("utf-32-le"),
    ],
    ids=[
        "png",
        "pdf",
        "zip",
        "gzip",
        "odd nul",
        "even nul",
        "numbers",
        "controls",
        "surrogate",
        "null",
        "utf-32",
    ],
)
def test_binary_files_are_not_text(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"^is not text \(binary\)$"):
        decode(data)


def test_text_of_a_utf8_file_is_what_open_reads(tmp_path: Path, collect: Collect) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(codecs.BOM_UTF8 + "\r\nOne.\rTwo é 😀.\n\n".encode())
    document = collect(file).only
    with file.open(newline="", encoding="utf-8-sig") as stream:
        assert document.text == stream.read()
    assert document.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_western_file_keeps_its_line_ends_and_hashes_its_bytes(tmp_path: Path, collect: Collect) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(f"{SPANISH}\r\n{CURLY}\r".encode("cp1252"))
    document = collect(file).only
    assert document.text == f"{SPANISH}\r\n{CURLY}\r"
    assert document.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Severní molo v přístavu Žďár bylo uzavřeno. Komisařka Dvořáková řekla, že lodě poplují jinam.", "cp1250"),
        ("Zażółć gęślą jaźń, powiedział premier. Źródło: rząd w Łodzi.", "cp1250"),
        ("Kuzey rıhtımı Aralık ayına kadar kapalı, dedi komisyon. Gemiler doğu havzasına gidecek.", "cp1254"),
        ("Президент заявил, что не уйдёт в отставку до выборов.", "cp1251"),
        ("Der nördliche Kai ist bis Dezember gesperrt, sagte die Behörde der Stadt Köln.", "cp850"),
        ("The northern quay is closed. Commissioner Ilvané said so.", "mac_roman"),
        (SPANISH, "mac_roman"),
        (SPANISH, "cp850"),
    ],
)
def test_text_of_old_programs_is_read_in_its_own_letters(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_a_guess_that_may_be_wrong_is_told_with_the_file(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.txt").write_bytes("Año.".encode("cp1252"))
    reading = collect(tmp_path)
    assert reading.documents[0].text == "Año."
    assert reading.problem.where == str(tmp_path / "a.txt")
    assert reading.problem.what == "is read as Windows-1252, which is a guess"


def test_plain_western_text_is_no_guess() -> None:
    assert decode(SPANISH.encode("cp1252")).doubt == ""
    assert decode(CURLY.encode("cp1252")).text == CURLY


def test_refused_file_is_a_problem_and_reading_goes_on(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.txt").write_bytes(PNG)
    (tmp_path / "b.md").write_bytes("首相は会見で、経済の状況は厳しいと述べた。".encode("shift_jis"))
    (tmp_path / "c.txt").write_text("Text.")
    reading = collect(tmp_path)
    assert reading.ids == ["c.txt"]
    assert [(p.where, p.what) for p in reading.problems] == [
        (str(tmp_path / "a.txt"), "is not text (binary)"),
        (str(tmp_path / "b.md"), "cannot be decoded"),
    ]

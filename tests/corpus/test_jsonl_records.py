"""JSONL: records become documents; every line that does not is told with its number."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.corpus.formats.jsonl import MAX_LINE

if TYPE_CHECKING:
    from tests.corpus.conftest import Collect, Reading

Records: TypeAlias = "Callable[[bytes], Reading]"


@pytest.fixture
def records(tmp_path: Path, collect: Collect) -> Records:
    """Read a JSONL file from its bytes."""

    def run(data: bytes) -> Reading:
        file = tmp_path / "c.jsonl"
        file.write_bytes(data)
        return collect(file)

    return run


def test_record_becomes_a_document(records: Records, tmp_path: Path) -> None:
    text = "\n Uno.\r\nDos é \u2028 tres. "
    fields = {
        "title": " The\n title ",
        "date": "2024-07-31T10:00:00Z",
        "source": "The  Paper",
        "url": "https://example.org",
        "language": "es",
    }
    line = json.dumps({"_id": "a/1", "id": "other", "text": text, **fields}, ensure_ascii=False).encode()
    document = records(line + b"\r\n").only
    assert (document.id, document.text, document.title) == ("a/1", text, "The title")
    assert (document.date, document.source) == ("2024-07-31", "The Paper")
    assert (document.url, document.language) == ("https://example.org", "es")
    assert document.path == str(tmp_path / "c.jsonl")
    assert document.sha256 == hashlib.sha256(line).hexdigest()
    assert document.text[document.body_start :] == text.lstrip()


def test_title_is_the_first_sentence_where_there_is_none(records: Records) -> None:
    assert records(b'{"id": "a", "text": "One. Two.", "title": ""}').only.title == "One."


def test_beir_metadata_fills_what_the_record_lacks(records: Records) -> None:
    record = {
        "_id": "a",
        "text": "Text.",
        "title": "",
        "source": "Outer",
        "metadata": {"title": "Inner", "source": "Hidden", "date": "2024-07-31"},
    }
    document = records(json.dumps(record).encode()).only
    assert (document.title, document.source, document.date) == ("Inner", "Outer", "2024-07-31")


@pytest.mark.parametrize("metadata", [None, [], "x", 3])
def test_metadata_that_is_no_object_is_ignored(records: Records, metadata: object) -> None:
    record = {"_id": "a", "text": "Text.", "metadata": metadata}
    assert records(json.dumps(record).encode()).only.source is None


@pytest.mark.parametrize(
    ("value", "identifier"),
    [(0, "0"), (-12, "-12"), (10**30, "1" + "0" * 30), (" a ", " a ")],
)
def test_id_is_as_it_is(records: Records, value: object, identifier: str) -> None:
    assert records(json.dumps({"id": value, "text": "Text."}).encode()).only.id == identifier


def test_longest_id(records: Records) -> None:
    assert records(b'{"id": "' + b"a" * 4096 + b'", "text": "T."}').only.id == "a" * 4096


@pytest.mark.parametrize(("name", "most"), [("url", 8000), ("language", 35)])
def test_field_that_is_too_long_is_left_out(records: Records, name: str, most: int) -> None:
    lines = [json.dumps({"id": n, "text": "T.", name: "x" * (most + n)}).encode() for n in (0, 1)]
    longest, longer = (reading := records(b"\n".join(lines))).documents
    assert (getattr(longest, name), getattr(longer, name)) == ("x" * most, None)
    assert reading.problem.where.endswith("c.jsonl:2")
    assert reading.problem.what == f"the {name} is longer than {most:,} characters and was left out"


def test_null_id_falls_back_to_the_other_name(records: Records) -> None:
    assert records(b'{"_id": null, "id": "a", "text": "Text."}').only.id == "a"


def test_mark_blank_lines_and_missing_last_line_end(records: Records) -> None:
    line = b'{"id": "a", "text": "Text."}'
    reading = records(codecs.BOM_UTF8 + line + b"\n\n \t\r\n" + line.replace(b"a", b"b"))
    assert reading.ids == ["a", "b"]
    assert reading.documents[0].sha256 == hashlib.sha256(line).hexdigest()
    assert reading.problems == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not valid JSON"),
        (b'{"id": "a", "text": "T."} {}', "not valid JSON"),
        (b'{"id": ' + b"9" * 5000 + b', "text": "T."}', "not valid JSON"),
        (b'["a"]', "not a JSON object"),
        (b'"a"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"id": "a"}', "has no text"),
        (b'{"id": "a", "text": " \\n"}', "has no text"),
        (b'{"id": "a", "text": 3}', "has no text"),
        (b'{"id": "' + b"a" * 4097 + b'", "text": "T."}', "its id is longer than 4,096 characters"),
        (b'{"id": true, "text": "T."}', "its id is neither a text nor a whole number"),
        (b'{"id": 1.5, "text": "T."}', "its id is neither a text nor a whole number"),
        (b'{"id": ["a"], "text": "T."}', "its id is neither a text nor a whole number"),
        (b'{"id": "a", "text": "T \\ud800"}', "text is not valid Unicode"),
        (b'{"id": "\\udc00", "text": "T."}', "id is not valid Unicode"),
        (b'{"id": "a\\u0000b", "text": "T."}', "id has a control character"),
        (b'{"_id": "a\\n", "text": "T."}', "id has a control character"),
        ('{"id": "a\x9b", "text": "T."}'.encode(), "id has a control character"),
        (b'{"id": "a", "text": "T.", "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deep"),
        (b'{"id": "a", "text": "caf\xe9"}', "not valid UTF-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_line_that_is_no_article_is_a_problem_with_its_number(
    records: Records,
    line: bytes,
    reason: str,
) -> None:
    reading = records(b'{"id": "first", "text": "T."}\n' + line + b'\n{"id": "last", "text": "T."}\n')
    assert reading.ids == ["first", "last"]
    assert reading.problem.where.endswith("c.jsonl:2")
    assert reason in reading.problem.what


@pytest.mark.parametrize("identifier", ["null", '""', "NaN"])
def test_a_record_without_an_id_has_its_address_or_its_line_as_id(records: Records, identifier: str) -> None:
    lines = [
        f'{{"_id": {identifier}, "text": "T."}}',
        f'{{"id": {identifier}, "text": "T.", "url": "https://x.example/a"}}',
    ]
    assert records("\n".join(lines).encode()).ids == ["c.jsonl:1", "https://x.example/a"]


def test_nan_of_data_frames_counts_as_absent(records: Records) -> None:
    document = records(b'{"id": "a", "text": "Dockers ended it.", "title": NaN, "source": NaN, "tags": NaN}').only
    assert (document.title, document.source, document.meta) == ("Dockers ended it.", None, {})


def test_records_of_scrapers(records: Records) -> None:
    record = {
        "title": "Quay closed", "hostname": "courier.example.org", "publish_date": "2023-03-15T00:00:00", "id": None,
        "body": "The quay is closed.", "source": "https://courier.example.org/quay", "source-hostname": "Courier",
        "authors": ["A. Lopez", "B. Holm"], "tags": ["port"],
    }  # fmt: skip
    document = records(json.dumps(record).encode()).only
    assert (document.id, document.url) == ("https://courier.example.org/quay",) * 2
    assert (document.date, document.source, document.author) == ("2023-03-15", "Courier", "A. Lopez, B. Holm")
    assert document.meta == {"tags": ["port"]}


def test_the_same_complaint_about_many_records_is_told_once(records: Records) -> None:
    lines = [f'{{"id": "w{n}", "agenda": "Item {n}."}}' for n in range(40)]
    reading = records("\n".join([*lines, '{"id": "a", "text": "T."}']).encode())
    assert reading.ids == ["a"]
    assert reading.problem.where.endswith("c.jsonl:1")
    assert reading.problem.what == "has no text; its fields: id, agenda (and 39 more like it in this file)"


def test_escaped_pair_is_one_character(records: Records) -> None:
    assert records(b'{"id": "a", "text": "\\ud83d\\ude00"}').only.text == "😀"


@pytest.mark.parametrize("date", ["soon", "2024-07", 2024, "2024-02-30"])
def test_date_that_is_none_is_left_out(records: Records, date: object) -> None:
    reading = records(json.dumps({"id": "a", "text": "T.", "date": date}).encode())
    assert reading.documents[0].date is None
    assert reading.problem.where.endswith("c.jsonl:1")
    assert str(date) in reading.problem.what


@pytest.mark.parametrize("value", [["x"], {"x": 1}, True, "\ud800"])
@pytest.mark.parametrize("name", ["title", "source", "url", "language", "date"])
def test_field_that_is_no_text_is_left_out(records: Records, name: str, value: object) -> None:
    reading = records(json.dumps({"id": "a", "text": "T.", name: value}).encode())
    (document,) = reading.documents
    assert (document.title, document.source, document.url, document.language) == ("T.", None, None, None)
    assert name in reading.problem.what


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf16_is_a_problem_of_its_line(records: Records, encoding: str) -> None:
    reading = records('{"id": "a", "text": "T."}'.encode(encoding))
    assert reading.documents == []
    assert reading.problem.where.endswith("c.jsonl:1")


@pytest.mark.parametrize("data", [b"", b"\n \n", codecs.BOM_UTF8])
def test_file_without_records_has_no_text(records: Records, data: bytes) -> None:
    assert records(data).problem.what == "has no text"


def test_id_given_twice_is_dropped_and_the_first_line_is_named(records: Records) -> None:
    line = b'{"id": "a", "text": "T."}\n'
    reading = records(line + b"\n" + line)
    assert reading.ids == ["a"]
    assert reading.problem.where.endswith("c.jsonl:3")
    assert "c.jsonl:1" in reading.problem.what


@pytest.mark.parametrize("length", [MAX_LINE, 2 * MAX_LINE + 2, 2 * MAX_LINE + 100])
def test_line_that_is_too_long_is_skipped_whole(tmp_path: Path, collect: Collect, length: int) -> None:
    file = tmp_path / "c.jsonl"
    with file.open("wb") as stream:
        stream.truncate(length)
        stream.seek(length)
        stream.write(b'\n{"id": "a", "text": "T."}\n')
    reading = collect(file)
    assert reading.ids == ["a"]
    assert reading.problem.where == f"{file}:1"
    assert "longer than" in reading.problem.what


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
NAMES = st.sampled_from(["_id", "id", "text", "title", "date", "source", "url", "language", "metadata"])


@given(lines=st.lists(st.binary() | st.dictionaries(NAMES, JSON).map(lambda r: json.dumps(r).encode())))
def test_any_bytes_are_read_without_an_error(
    tmp_path_factory: pytest.TempPathFactory,
    collect: Collect,
    lines: list[bytes],
) -> None:
    file = tmp_path_factory.mktemp("any") / "c.jsonl"
    file.write_bytes(b"\n".join(lines))
    reading = collect(file)
    assert reading.documents or reading.problems
    for document in reading.documents:
        assert document.text.strip()
        shown = [document.id, document.text, document.title, document.day, document.source]
        assert "".join(part or "" for part in [*shown, document.url, document.language]).encode()

"""Plain text and Markdown without front matter: date lines, titles, and where the body starts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.corpus.dates import to_iso
from qa.corpus.formats.base import MAX_FILE
from qa.corpus.metadata import parse_header
from qa.corpus.titles import heading, shorten, title_from_text

if TYPE_CHECKING:
    from tests.corpus.conftest import Collect


@pytest.mark.parametrize("content", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff\x00 "])
def test_file_without_text_is_a_problem(tmp_path: Path, collect: Collect, content: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    reading = collect(tmp_path)
    assert reading.documents == []
    assert reading.problem.what == "has no text"


def test_file_that_is_too_long_is_a_problem_and_the_longest_is_read(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "long.txt").write_bytes(b"The end." + b"\n" * (MAX_FILE - 8))
    for length in (MAX_FILE + 1, 2**42):
        with (tmp_path / f"longer-{length}.md").open("wb") as stream:
            stream.truncate(length)
    reading = collect(tmp_path)
    assert reading.ids == ["long.txt"]
    assert [problem.what for problem in reading.problems] == ["is longer than 64 MiB"] * 2


@pytest.mark.skipif(not Path("/proc/self/limits").is_file(), reason="only Linux makes up files")
def test_file_that_does_not_tell_its_size_is_read_whole(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "limits.txt").symlink_to("/proc/self/limits")
    assert (tmp_path / "limits.txt").stat().st_size == 0
    assert "Max open files" in collect(tmp_path).only.text


@pytest.mark.parametrize(
    ("text", "expected_date", "body"),
    [
        (' date 2020-12-08 "Now," she said.', "2020-12-08", '"Now," she said.'),
        ("date 2020-12-08\n\nNow.", "2020-12-08", "Now."),
        (" date 2021-11-22 Posted: 21 Nov 2021 23:29 GMT\n\nNow.", "2021-11-22", "Now."),
        ("date 2021-11-22\r\nPublished: November 21, 2021\r\nNow.", "2021-11-22", "Now."),
        ("\n Posted: 22 Nov 2021 23:29 GMT\nNow.", "2021-11-22", "Now."),
        ("Posted: 22 November 2021\rNow.", "2021-11-22", "Now."),
        ("Published: November 22, 2021 at 11:29 PM EST\nNow.", "2021-11-22", "Now."),
        ("published: 2021-11-22T23:29:00+01:00\n\n\tNow.", "2021-11-22", "Now."),
    ],
)
def test_date_lines_give_the_date_and_stay_out_of_the_body(
    tmp_path: Path,
    collect: Collect,
    text: str,
    expected_date: str,
    body: str,
) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode())
    document = collect(tmp_path).only
    assert document.text == text
    assert (document.date, document.text[document.body_start :], document.title) == (
        expected_date,
        body,
        body,
    )


@pytest.mark.parametrize(
    "text",
    [
        "date 2020-13-08 Now.",
        "date 2020-12-08, now.",
        "dated 2020-12-08 now.",
        "Title: A\nWarning: 2020-12-08\n\nNow.",
        "Posted: 31 Feb 2021\nNow.",
        "Posted: yesterday\nNow.",
        "Posted: 22 Nov 2021 The rest of the line.\nNow.",
        "Now.\nPosted: 22 Nov 2021\n",
        "By date 2020-12-08 Now.",
    ],
)
def test_other_lines_are_text(tmp_path: Path, collect: Collect, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    document = collect(tmp_path).only
    assert (document.date, document.body_start) == (None, 0)


@pytest.mark.parametrize(
    "line",
    [
        "Fecha: 3 de junio de 2022",
        "Publicado el: 3 de junio de 2022",
        "Datum: 3. Juni 2022",
        "Publié le: 3 juin 2022",
        "Data: 3 giugno 2022",
        "Publicado em: 3 de junho de 2022",
    ],
)
def test_date_lines_of_other_languages_are_read(tmp_path: Path, collect: Collect, line: str) -> None:
    """``Fecha: 3 de junio de 2022`` was once the title, and the article had no date."""
    (tmp_path / "a.txt").write_text(f"{line}\n\nThe quay.")
    document = collect(tmp_path).only
    assert (document.date, document.title) == ("2022-06-03", "The quay.")


@pytest.mark.parametrize("title", ["# The quay opens", "The quay opens"])
@pytest.mark.parametrize("blank", ["\n", "\n\n"])
def test_a_date_line_below_the_title_is_read(tmp_path: Path, collect: Collect, title: str, blank: str) -> None:
    text = f"{title}{blank}Published: 12 June 2025\n\nIt opened at noon."
    (tmp_path / "a.md").write_text(text)
    document = collect(tmp_path).only
    assert (document.date, document.title, document.body_start) == ("2025-06-12", "The quay opens", 0)


@pytest.mark.parametrize("title", ["# The quay opens", "The quay opens"])
@pytest.mark.parametrize(
    "line",
    [
        "2025-06-12",
        "12 June 2025",
        "**June 12, 2025**",
        "*By Ana Lopez, 2025-06-12*",
        "By Ana Lopez and Bo Holm | 12 June 2025",
        "Von Ana Lopez · 12. Juni 2025",
        "Por Ana López - 12 de junio de 2025",
    ],
)
def test_a_date_alone_or_in_a_byline_below_the_title_is_read(
    tmp_path: Path, collect: Collect, title: str, line: str
) -> None:
    (tmp_path / "a.md").write_text(f"{title}\n\n{line}\n\nIt opened at noon.")
    document = collect(tmp_path).only
    assert (document.date, document.title, document.body_start) == ("2025-06-12", "The quay opens", 0)


@pytest.mark.parametrize(
    "text",
    [
        "Chronicle\n\n2025-06-12\nThe quay opened.\n\n2025-06-13\nIt was closed again.",
        "The quay opens\n\nIt opened at noon.\n\n2025-06-12\n\nMore.",
        "The quay opens\n2025-06-12",
        "The quay opens\n2025-06-12 at noon, it is said\nMore.",
        "The quay opens\nOpened 2025-06-12\nMore.",
        "The quay opens\nBy Ana Lopez, who saw it on 12 June 2025\nMore.",
        "The quay opens\n06/12/2025\nMore.",
        "It was opened on:\n2025-06-12\nMore.",
        "2025-06-11\n2025-06-12\nMore.",
        "The quay opens\n12 June\nMore.",
    ],
)
def test_no_other_date_below_the_title_is_that_of_the_article(tmp_path: Path, collect: Collect, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    assert collect(tmp_path).only.date is None


def test_a_source_behind_the_date_is_no_title(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.txt").write_text("date 2025-09-16 source Lindholm Courier\n\nThe quay opens\n\nAt noon.")
    document = collect(tmp_path).only
    assert (document.date, document.source, document.title) == ("2025-09-16", "Lindholm Courier", "The quay opens")


@pytest.mark.parametrize(
    "rest", ["source Lindholm Courier", "source of the leak\nMore.", "source Orr said so.\nMore.", "Source Orr\nMore."]
)
def test_what_else_follows_a_date_is_text(tmp_path: Path, collect: Collect, rest: str) -> None:
    (tmp_path / "a.txt").write_text(f"date 2025-09-16 {rest}")
    document = collect(tmp_path).only
    assert (document.date, document.source, document.text[document.body_start :]) == ("2025-09-16", None, rest)


def test_lines_of_fields_are_read_without_rules_around_them(tmp_path: Path, collect: Collect) -> None:
    """``Title: ...`` was once the title itself, and was quoted."""
    head = "Title: The quay opens\r\nFecha: 3 de junio de 2022\r\nAutora: Eva Rúa\r\nSection: Port\r\n"
    (tmp_path / "a.md").write_bytes(f"{head}\r\nIt opened at noon.".encode())
    document = collect(tmp_path).only
    assert (document.title, document.date, document.author) == ("The quay opens", "2022-06-03", "Eva Rúa")
    assert document.meta == {"Section": "Port"}
    assert document.text[document.body_start :] == "It opened at noon."


def test_date_line_alone_has_no_text(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.txt").write_text("date 2020-12-08 Posted: 22 Nov 2021\n\n")
    assert collect(tmp_path).problem.what == "has no text"


@given(st.text())
def test_body_starts_at_the_first_character_that_is_not_blank(text: str) -> None:
    header = parse_header(text)
    assert header == (None, None, len(text) - len(text.lstrip()))


@given(st.dates(), st.text(min_size=1).filter(lambda text: text.strip()))
def test_no_text_after_a_date_line_is_lost(day: date, body: str) -> None:
    header = f" date {day.isoformat()} "
    header_fields = parse_header(header + "\n§" + body)
    assert header_fields.date == day.isoformat()
    assert (header + "\n§" + body)[header_fields.body_start :] == "§" + body


MONTHS = ["January", "February", "March", "April", "May", "June"]
MONTHS += ["July", "August", "September", "October", "November", "December"]


@given(st.dates())
def test_every_date_is_read_in_every_notation(day: date) -> None:
    name = MONTHS[day.month - 1]
    year = f"{day.year:04}"
    for month in (name, name[:3], f"{name[:3].upper()}."):
        assert to_iso(f"{day.day} {month} {year}") == day.isoformat()
        assert to_iso(f"{month} {day.day:02}, {year} 23:59 GMT") == day.isoformat()
    assert to_iso(f"{year}-{day.month}-{day.day}") == day.isoformat()


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"))
def test_what_is_read_as_a_date_is_one(text: str) -> None:
    result = to_iso(text)
    assert result is None or date.fromisoformat(result).isoformat() == result


@pytest.mark.parametrize(
    "text", ["", "2024", "2024-07", "July 2024", "2024-07-31 to 2024-08-01", "\u0662\u0660\u0662\u0664-07-31"]
)
def test_incomplete_and_doubtful_dates_are_none(text: str) -> None:
    assert to_iso(text) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n  One line\nAnother.", "One line"),
        ("One   line\twith gaps\r\nAnother.", "One line with gaps"),
        ("First one. Second one.", "First one."),
        ("Is it? Yes.", "Is it?"),
        ("“So it is.” The rest.", "“So it is.”"),
        ("It is so. “And so on.”", "It is so."),
        ("Es así. ¿Y ahora?", "Es así."),
        ("No. 5 is alive. Then.", "No. 5 is alive."),
        ("Mr. Smith met Dr. Jones. Then.", "Mr. Smith met Dr. Jones."),
        ("J. Smith of the U.S. Senate left. Then.", "J. Smith of the U.S. Senate left."),
        ("Version 2.0 is out. Then.", "Version 2.0 is out."),
        ("Der Rat hat am 14. März 2023 entschieden. Dann.", "Der Rat hat am 14. März 2023 entschieden."),
        ("La Sra. Pell llegó a EE. UU. el lunes. Y ya.", "La Sra. Pell llegó a EE. UU. el lunes."),
        ("A dot. lower case follows. Then.", "A dot. lower case follows."),
        ("no sentence end", "no sentence end"),
        ("word " * 30, " ".join(["word"] * 16) + "…"),
        ("x" * 100, "x" * 80 + "…"),
        ("x " + "y" * 200, "x…"),
        ("x" * 79 + ". Then it goes on.", "x" * 79 + "."),
        ("", ""),
    ],
)
def test_title_is_the_first_sentence_or_line(text: str, title: str) -> None:
    assert title_from_text(text, 0) == title


@given(st.text(), st.integers(0, 20))
def test_title_from_text_is_short_one_line_and_made_of_the_text(text: str, start: int) -> None:
    title = title_from_text(text, start)
    whole, words = "".join(text[start:].split()), "".join(title.split())
    assert title == " ".join(title.split())
    assert (len(title) <= 80 and whole.startswith(words)) or (words[-1] == "…" and whole.startswith(words[:-1]))
    assert len(title) <= 80 + 1
    assert bool(title) == bool(text[start:].strip())


@given(st.text(), st.integers(1, 50))
def test_shortening_cuts_between_words_where_it_can(text: str, limit: int) -> None:
    words = text.split()
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short.split() == words[: len(short.split())] or short == words[0][:limit]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Intro first.\n\n# The *title* ##\n\nBody.", "The *title*"),
        ("   # Indented\n", "Indented"),
        ("# About C#\n", "About C#"),
        ("#\n# ##\n#hashtag\n## Lower\n# Title\n", "Title"),
        ("```sh\n# a comment\n~~~\n```\n# Title\n", "Title"),
        ("~~~\n# a comment\n", ""),
        ("    # code\n", ""),
        ("No heading.", ""),
    ],
)
def test_markdown_heading(text: str, title: str) -> None:
    assert heading(text, 0) == title


def test_markdown_heading_is_the_title_and_part_of_the_body(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.md").write_text("\n# The title\n\nBody.")
    document = collect(tmp_path).only
    assert (document.title, document.body_start, document.source) == ("The title", 1, None)


def test_front_matter_title_goes_before_the_heading(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: First\n---\n# Second\n\nBody.")
    assert collect(tmp_path).only.title == "First"


def test_heading_before_the_body_is_not_looked_at(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.md").write_text("---\n# comment\n---\nBody.")
    assert collect(tmp_path).only.title == "Body."


def test_long_heading_is_cut(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.md").write_text(f"# {'word ' * 100}\n\nBody.")
    assert collect(tmp_path).only.title == " ".join(["word"] * 60) + "…"


def test_plain_text_has_no_headings(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.txt").write_text("First line.\n# Not a heading\n")
    assert collect(tmp_path).only.title == "First line."


@given(body=st.text())
def test_the_body_is_never_lost(
    tmp_path_factory: pytest.TempPathFactory,
    collect: Collect,
    body: str,
) -> None:
    file = tmp_path_factory.mktemp("body") / "a.txt"
    file.write_bytes(f"---\ntitle: T\n---\n§{body}".encode().replace(b"\0", b""))
    document = collect(file).only
    assert document.text[document.body_start :] == "§" + body.replace("\0", "")


@pytest.mark.parametrize(
    "line",
    ["Publié le 3 mars 2024", "Publié le : 3 mars 2024", "Published 3 March 2024", "Publicado el 3 de marzo de 2024"],
)
@pytest.mark.parametrize("title", ["", "The quay opens\n", "# The quay opens\n\n"], ids=["first", "below", "markdown"])
def test_a_date_line_needs_no_colon(line: str, title: str, tmp_path: Path, collect: Collect) -> None:
    """Articles were left out of ``--since`` for it."""
    (tmp_path / "a.md").write_text(f"{title}{line}\n\nThe southern quay is open.\n")
    assert collect(tmp_path).only.date == "2024-03-03"


@pytest.mark.parametrize("line", ["Published 3 March 2024 by the port", "Data 2024 are better", "Date 12"])
def test_a_sentence_that_begins_like_a_date_line_is_none(line: str, tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.txt").write_text(f"{line}\n\nThe southern quay is open.\n")
    article = collect(tmp_path).only
    assert (article.date, article.text[article.body_start :].startswith(line)) == (None, True)

"""Mail: the writer's own words, above and below what is quoted, and attachments by their own format."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

import qa
from qa.corpus import Problem, read
from tests.cli.support import qa as command
from tests.corpus.formats import samples
from tests.pages.sheets import Layout, sheets

OWN = "The quay is closed."


def message(text: str, html: str = "") -> EmailMessage:
    one = EmailMessage()
    one["From"], one["Subject"] = "Ana Lopez <ana@post.example>", "Quay"
    one["Date"], one["Message-ID"] = "Tue, 14 Mar 2023 10:00:00 +0100", "<quay@post.example>"
    one.set_content(html or text, subtype="html" if html else "plain")
    return one


def read_all(folder: Path) -> tuple[list[qa.Document], list[Problem]]:
    problems: list[Problem] = []
    return list(read([folder], problems.append)), problems


def text_of(folder: Path, one: EmailMessage) -> str:
    (folder / "a.eml").write_bytes(one.as_bytes())
    (document,), problems = read_all(folder)
    assert problems == []
    return document.text


@pytest.mark.parametrize(
    "text",
    [
        f"On Mon, 13 Mar 2023 at 09:00, Bo Holm wrote:\n> Is the quay open?\n\n{OWN}\n",
        f"On Mon, 13 Mar 2023 at 09:00, Bo Holm\n<bo@post.example> wrote:\n\n> Is it open?\n> Really?\n{OWN}\n",
        f"{OWN}\n\nOn Mon, 13 Mar 2023 at 09:00, Bo Holm <bo@post.example>\nwrote:\n\nIs the quay open?\n",
        f"{OWN}\n\nAm 13.03.2023 um 09:00 schrieb Bo Holm <bo@post.example>:\nIst er offen?\n",
        f"{OWN}\n\n-----Original Message-----\nFrom: Bo\nIs the quay open?\n",
        f"{OWN}\n\nFrom: Bo Holm <bo@post.example>\nSent: Monday, March 13, 2023\nTo: Ana\n\nIs it open?\n",
        f"{OWN}\n\nVon: Bo Holm\nGesendet: Montag, 13. März 2023\nAn: Ana\n\nIst er offen?\n",
        f"{OWN}\n-- \nAna Lopez\n",
    ],
)
def test_what_is_another_s_is_left_out_and_nothing_of_the_writer_s(text: str, tmp_path: Path) -> None:
    assert text_of(tmp_path, message(text)) == OWN


@pytest.mark.parametrize("line", ["On Monday the harbour master wrote:", "On 14 March the council wrote:"])
def test_a_line_of_the_writer_s_own_ends_nothing(line: str, tmp_path: Path) -> None:
    text = f"{line}\nThe quay is closed. It was said on Friday."
    assert text_of(tmp_path, message(text)) == text


def test_a_boundary_without_quotation_marks_parts_all_the_same(tmp_path: Path) -> None:
    one = message(OWN)
    one.add_alternative("<p>The quay is closed.</p>", subtype="html")
    one.set_boundary("----=_NextPart_000_0023_08")
    data = one.as_bytes().replace(b'"----=_NextPart_000_0023_08"', b"----=_NextPart_000_0023_08")
    assert b'boundary="' not in data
    (tmp_path / "a.eml").write_bytes(data)
    (document,), problems = read_all(tmp_path)
    assert (document.text, problems) == (OWN, [])


def test_html_has_its_lines_and_not_what_is_quoted(tmp_path: Path) -> None:
    html = f"""<html><body>Dear all,<br>the quay<br>is closed.<table><tr><td>It costs 2 million.</td></tr></table>
<div class="gmail_quote">On Mon, 13 Mar 2023 at 09:00 Bo Holm wrote:<blockquote>Is it open?</blockquote></div>
<blockquote>Is it?</blockquote><div>{samples.FILLER}</div></body></html>"""
    assert text_of(tmp_path, message("", html)) == (
        f"Dear all,\nthe quay\nis closed.\n\nIt costs 2 million.\n\n{samples.FILLER}"
    )


def with_attachments() -> EmailMessage:
    """A message with a PDF, a table of two articles, a picture, a spreadsheet, and a message with a text attached."""
    one = message(OWN)
    pdf, _ = sheets(Layout(columns=2))
    one.add_attachment(pdf, maintype="application", subtype="pdf", filename="Board 2023-03-02.pdf")
    one.add_attachment(samples.csv("Tarnby"), maintype="text", subtype="csv", filename="rows.csv")
    one.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    one.add_attachment(b"PK", maintype="application", subtype="octet-stream", filename="budget.xlsx")
    inner = message("The lock is open.")
    inner.replace_header("Message-ID", "<lock@post.example>")
    inner.add_attachment("The crane was sold.", filename="../crane.txt")
    one.add_attachment(inner)
    return one


def test_attachments_are_documents_by_their_own_format(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(with_attachments().as_bytes())
    documents, problems = read_all(tmp_path)
    assert [document.id for document in documents] == ["a.eml", *(f"a.eml:{n}" for n in range(1, 6))]
    mail, board, quay, _, lock, crane = documents
    assert (mail.text, lock.text, crane.text.strip()) == (OWN, "The lock is open.", "The crane was sold.")
    assert (board.date, quay.title, lock.source) == ("2023-03-02", "Quay of Tarnby closed", "Ana Lopez")
    message_id = {"message": "quay@post.example"}
    assert board.place_at(0) == {**message_id, "attachment": "Board 2023-03-02.pdf", "page": 1}
    assert quay.place_at(0) == {**message_id, "attachment": "rows.csv", "row": 1}
    assert lock.place_at(0) == {"message": "lock@post.example", "attachment": "message.eml"}
    assert crane.place_at(0) == {"message": "lock@post.example", "attachment": "crane.txt"}
    assert {document.path for document in documents} == {str(tmp_path / "a.eml")}
    assert [problem.what for problem in problems] == ["has an attachment of a kind that is not read (.xlsx)"]


def test_bytes_in_names_that_are_no_letters_are_none_in_places(tmp_path: Path) -> None:
    one = message(OWN)
    one.add_attachment("The crane was sold.", filename="crane.txt")
    data = one.as_bytes().replace(b"crane.txt", b"cr\xffane\x07.txt").replace(b"<quay@", b"<qu\xffay@")
    (tmp_path / "a.eml").write_bytes(data)
    documents, _ = read_all(tmp_path)
    assert documents
    for document in documents:
        json.dumps([document.id, *(dict(place) for _, place in document.places)], ensure_ascii=False).encode()


def test_a_message_that_only_carries_a_file_is_no_problem_and_a_damaged_file_names_both(tmp_path: Path) -> None:
    one = message("")
    one.add_attachment(b"%PDF no", maintype="application", subtype="pdf", filename="board.pdf")
    (tmp_path / "a.eml").write_bytes(one.as_bytes())
    documents, problems = read_all(tmp_path)
    assert documents == []
    assert [problem.what for problem in problems] == ["its attachment board.pdf is no PDF file, or damaged"]


def test_messages_in_messages_end_somewhere(tmp_path: Path) -> None:
    one = message("The innermost.")
    for _ in range(12):
        outer = message(OWN)
        outer.add_attachment(one)
        one = outer
    (tmp_path / "a.eml").write_bytes(one.as_bytes())
    documents, problems = read_all(tmp_path)
    assert len(documents) == 5
    assert len(problems) == 1


def test_an_attachment_is_cited_shown_and_verified(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    mailbox = b"From ana@post.example Tue Mar 14 10:00:00 2023\n" + with_attachments().as_bytes()
    (tmp_path / "in" / "box.mbox").write_bytes(mailbox)
    other = with_attachments()
    other.replace_header("Message-ID", "<other@post.example>")
    (tmp_path / "in" / "b.eml").write_bytes(other.as_bytes())
    ran = command("index", tmp_path / "in", "--index", tmp_path / "ix")
    assert ran.code == 0, ran.err
    with qa.open(tmp_path / "ix") as index:
        answer = index.ask("What will the repairs cost, in crowns?", k=2)
        citations = answer.citations or answer.nearest
        assert {one.document.id for one in citations} <= {"b.eml:1", "quay@post.example:1"}
        for citation in citations:
            image = index.page_image(citation)
            assert citation.place is not None
            assert image.page == citation.place["page"]
            assert image.boxes
        assert {one.status for one in qa.verify(answer, corpus=tmp_path / "in").citations} == {"exact"}
    (tmp_path / "in" / "b.eml").write_bytes(message("Nothing.").as_bytes())
    with pytest.raises(qa.CorpusError, match="has changed since it was indexed"):
        qa.page_image(next(iter(documents_of(tmp_path / "in" / "box.mbox", path=tmp_path / "in" / "b.eml"))), 0, 9)


def documents_of(file: Path, path: Path) -> list[qa.Document]:
    from dataclasses import replace

    documents = read([file], lambda _: None)
    return [replace(one, path=str(path)) for one in documents if "page" in (one.place_at(0) or {})]

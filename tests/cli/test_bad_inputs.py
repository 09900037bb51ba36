"""What cannot be read is named, each on its own line, and the good articles are indexed all the same."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Indexed
from tests.cli.support import ESCAPES, qa

#: A question, the article that answers it, and words of the answer.
GOOD = [
    ("What does the bakery in Holmby sell?", "a-plain.txt", "saffron buns"),
    ("Wann öffnet die Brücke über die Ostrach?", "bom.txt", "Die Brücke über die Ostrach öffnet im März."),
    ("What does the café serve?", "cp1252.txt", "The café “Chez Zöe” – closed on Mondays – serves crêpes."),
    ("¿Qué expone el museo de Coruña?", "utf16.txt", "El museo de Coruña expone azulejos antiguos."),
    ("When did the harbour of Ulvik freeze?", "r1", "froze in January"),
    ("What does the windmill of Dorpe grind?", "r9", "buckwheat"),
]


@pytest.fixture(scope="module")
def documents(bad_inputs: Indexed) -> list[str]:
    return qa("status", "--documents", "--index", bad_inputs.index).out.splitlines()


def test_bad_files_do_not_fail_the_run(bad_inputs):
    assert (bad_inputs.ran.code, bad_inputs.ran.out) == (0, "")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("empty.txt", "has no text"),
        ("blank.md", "has no text"),
        ("binary.txt", "is not text (binary)"),
        ("undecodable.txt", "cannot be decoded"),
        ("dangling.txt", "is a link to nothing"),
        ("loop", "leads back to a folder that it is in"),
    ],
)
def test_a_bad_file_is_named_once_with_what_is_wrong_and_what_to_do(bad_inputs, name, what):
    (line,) = bad_inputs.lines_about(name)
    problem, advice = line.split("; ", 1)
    assert problem.endswith(f"{name}: {what}")
    assert advice


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (2, "is not valid JSON"),
        (3, "has no text"),
        (4, "its id 'r1' is that of"),
        (5, "its id 'a-plain.txt' is that of"),
    ],
)
def test_a_bad_line_of_jsonl_is_named_once_with_its_number(bad_inputs, number, what):
    (line,) = bad_inputs.lines_about(f"records.jsonl:{number}")
    assert what in line
    assert "; " in line


def test_a_second_article_of_the_same_id_names_the_first(bad_inputs):
    articles = bad_inputs.articles
    assert f"that of {articles / 'records.jsonl'}:1;" in bad_inputs.lines_about("records.jsonl:4")[0]
    assert f"that of {articles / 'a-plain.txt'};" in bad_inputs.lines_about("records.jsonl:5")[0]


def test_a_file_name_that_is_not_utf8_is_named_with_escapes(bad_inputs):
    (line,) = [line for line in bad_inputs.ran.complaints if "latin" in line]
    assert "its name is not valid UTF-8; rename it" in line
    assert "\\udce9" in line


def test_files_of_other_kinds_are_counted_in_one_line(bad_inputs):
    (line,) = [line for line in bad_inputs.ran.complaints if "not read" in line]
    assert "3 files not read: .xcf (2), .wpd (1)" in line


def test_readmes_and_hidden_files_are_passed_over_in_silence(bad_inputs, documents):
    assert not any("readme" in line.casefold() or ".hidden" in line for line in bad_inputs.ran.complaints)
    assert not any("readme" in document.casefold() or "hidden" in document for document in documents)


def test_there_are_no_other_lines_than_problems_and_the_summary(bad_inputs):
    *problems, summary = bad_inputs.ran.complaints
    assert all(line.startswith("qa: ") for line in problems)
    assert len(problems) == 12
    assert summary.startswith(f"{bad_inputs.index}: 10 documents, ")


def test_nothing_of_a_progress_bar_stays_where_stderr_is_no_terminal(bad_inputs):
    assert not any(sign in bad_inputs.ran.err for sign in (*ESCAPES, "\r", "embedding"))


def test_exactly_the_good_articles_are_indexed(documents):
    named = [document for document in documents if not document.startswith(("hostile", "record"))]
    assert named == ["a-plain.txt", "bom.txt", "cp1252.txt", "map", "map:4-11", "r1", "r9", "utf16.txt"]
    assert len(documents) == 10


@pytest.mark.parametrize(("question", "document", "words"), GOOD, ids=[document for _, document, _ in GOOD])
def test_good_articles_answer_with_the_right_characters(bad_inputs, question, document, words):
    best = bad_inputs.ask(question, "--json", "-k", "1").json["citations"][0]
    assert best["document"]["id"] == document
    assert words in best["quote"]["text"]


def test_a_byte_order_mark_is_not_part_of_the_text(bad_inputs):
    assert qa("show", "bom.txt", "--index", bad_inputs.index).out.startswith("Die Brücke")


def test_what_was_left_out_cannot_be_found(bad_inputs):
    for question in ("What does the second r1 tell of turnips?", "Which one tells of parsnips?"):
        shown = [place["passage"]["text"] for place in bad_inputs.ask(question, "--json").shown]
        assert shown
        assert not any("turnips" in text or "parsnips" in text for text in shown)

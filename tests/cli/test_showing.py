"""``qa show`` and ``qa status``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ALMAGRO, Ask, Indexed
from tests.cli.support import Ran, qa, qa_with_terminal, text_of, words_of
from tests.support import CORPUS

ICC = "2024/almagro-asks-icc-for-arrest-warrant.md"
ARTICLES = sorted(file.relative_to(CORPUS).as_posix() for file in CORPUS.glob("*/*.md"))


class TestShow:
    def test_a_document_goes_into_a_pipe_as_the_file_stands(self, corpus_index):
        ran = qa("show", ICC, "--index", corpus_index)
        assert ran == Ran(text_of(CORPUS / ICC), "", 0)

    def test_line_ends_and_encodings_are_kept(self, bad_inputs: Indexed):
        assert (
            qa("show", "utf16.txt", "--index", bad_inputs.index).out == "El museo de Coruña expone azulejos antiguos.\n"
        )

    def test_the_text_of_a_record_is_shown(self, bad_inputs: Indexed):
        assert qa("show", "r1", "--index", bad_inputs.index).out == "The harbour of Ulvik froze in January."

    def test_on_a_terminal_a_document_ends_its_last_line(self, bad_inputs: Indexed):
        assert qa_with_terminal("show", "r1", "--index", bad_inputs.index).out.endswith("in January.\n")

    def test_a_cited_slice_is_marked_in_its_context_with_its_lines(self, ask: Ask, corpus_index):
        best = ask(ALMAGRO, "--json").json["citations"][0]
        document, quote = best["document"]["id"], best["quote"]
        ran = qa("show", f"{document}:{quote['start']}-{quote['end']}", "--index", corpus_index)
        heading, body = ran.out.split("\n", 1)
        assert (ran.code, ran.err) == (0, "")
        assert heading.startswith(f"{document}:L{quote['line_start']}-L{quote['line_end']} | ")
        assert f"characters {quote['start']}-{quote['end']}" in heading
        assert f">>{words_of(quote['text'])}<<" in words_of(body)

    def test_a_slice_is_shown_between_what_stands_before_and_after_it(self, corpus_index):
        text = text_of(CORPUS / ICC)
        start = text.index("He made the request")
        end = text.index(".", start) + 1
        body = words_of(qa("show", f"{ICC}:{start}-{end}", "--index", corpus_index).out)
        assert words_of(f"{text[start - 40 : start]}>>{text[start:end]}<<{text[end : end + 40]}") in body

    def test_a_slice_that_spans_lines_tells_the_first_and_the_last(self, corpus_index):
        text = text_of(CORPUS / ICC)
        heading = qa("show", f"{ICC}:0-{len(text)}", "--index", corpus_index).out.split("\n", 1)[0]
        assert f":L1-L{text.count(chr(10), 0, len(text) - 1) + 1}" in heading

    def test_a_document_whose_id_looks_like_a_slice_is_shown(self, bad_inputs: Indexed):
        ran = qa("show", "map:4-11", "--index", bad_inputs.index)
        assert ran.out == "The observatory of Kelling lends telescopes."

    def test_a_slice_of_a_document_whose_id_looks_like_a_slice_is_shown(self, bad_inputs: Indexed):
        assert ">>observatory<<" in qa("show", "map:4-11:4-15", "--index", bad_inputs.index).out

    def test_a_slice_of_the_document_beside_it_is_shown(self, bad_inputs: Indexed):
        assert ">>archive of Tarnby<<" in qa("show", "map:4-21", "--index", bad_inputs.index).out


QUAY = """---
title: Northern quay closed
date: 2023-03-14
---

The northern quay of Port Selden is closed until December, the commission said after a vote.

The repairs will cost nine million crowns.
"""


class TestALocator:
    """``qa show quay.md:7-8`` once showed characters 7 and 8 for the lines 7-8 that an answer had named."""

    @pytest.fixture(scope="class")
    @staticmethod
    def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("locators")
        (folder / "in").mkdir()
        (folder / "in" / "quay.md").write_text(QUAY)
        records = [{"id": f"r{n}", "title": "Ferries", "text": f"Ferry {n} to Dorpe leaves at {n}."} for n in (7, 8)]
        (folder / "in" / "old news.jsonl").write_text("\n".join(map(json.dumps, records)))
        assert qa("index", "in", cwd=folder).code == 0
        return folder

    def test_what_an_answer_prints_shows_the_quote(self, folder):
        asked = qa("ask", "What will the repairs cost?", "-k", "1", cwd=folder)
        assert "2023-03-14 | quay.md:L8\n" in asked.out
        shown = qa("show", "quay.md:L8", cwd=folder)
        assert ">>The repairs will cost nine million crowns.<<" in shown.out
        assert (shown.code, shown.err) == (0, "")

    def test_several_lines_and_characters_work_too(self, folder):
        assert ">>The northern quay" in qa("show", "quay.md:L6-L8", cwd=folder).out
        start = QUAY.index("nine million")
        shown = qa("show", f"quay.md:{start}-{start + 12}", cwd=folder)
        assert (shown.code, shown.err) == (0, "")
        assert shown.out.startswith(f"quay.md:L8 | characters {start}-{start + 12}\n")
        assert ">>nine million<<" in shown.out

    def test_characters_before_the_article_or_inside_a_word_are_told(self, folder):
        shown = qa("show", "quay.md:7-8", cwd=folder)
        assert shown.complaints == ["note: characters 7-8 stand before the article begins; for lines write :L7-L8"]
        start = QUAY.index("northern quay of") + 2
        assert "inside a word" in qa("show", f"quay.md:{start}-{start + 20}", cwd=folder).err

    def test_lines_that_are_not_there_are_told(self, folder):
        shown = qa("show", "quay.md:L8-L9", cwd=folder)
        assert (shown.code, shown.out) == (2, "")
        assert shown.err == "qa: quay.md has no lines 8-9; it has 8\n"

    def test_a_record_tells_its_file_and_line(self, folder):
        asked = qa("ask", "When does ferry 8 to Dorpe leave?", "-k", "1", cwd=folder)
        assert "no date | r8:L1 | old news.jsonl, line 2\n" in asked.out
        cited = qa("ask", "When does ferry 8 to Dorpe leave?", "-k", "1", "--json", cwd=folder).shown[0]
        assert cited["place"] == {"line": 2}
        assert qa("show", "r8:L1", cwd=folder).out.startswith("r8:L1 | characters 0-29 | line 2\n")


class TestStatus:
    def test_status_tells_what_the_index_holds(self, corpus_index):
        ran = qa("status", "--index", corpus_index)
        assert (ran.code, ran.err) == (0, "")
        assert f"{len(ARTICLES)} documents" in ran.out
        assert "all-MiniLM-L6-v2" in ran.out
        assert str(CORPUS) in ran.out
        assert "current     yes" in ran.out

    def test_status_as_json_tells_the_same(self, ask: Ask, corpus_index):
        status = qa("status", "--json", "--index", corpus_index).json
        indexed = ask(ALMAGRO, "--json").json["index"]
        assert {name: status[name] for name in indexed} == indexed
        assert status["sources"] == [str(CORPUS)]
        assert status["current"] is True
        assert status["changes"] == {"added": 0, "changed": 0, "removed": 0, "unchanged": len(ARTICLES)}

    def test_documents_are_listed_one_a_line(self, corpus_index):
        assert qa("status", "--documents", "--index", corpus_index).out.splitlines() == ARTICLES

    def test_documents_as_json_are_listed_one_object_a_line(self, corpus_index):
        lines = qa("status", "--documents", "--json", "--index", corpus_index).out.splitlines()
        assert [json.loads(line)["id"] for line in lines] == ARTICLES
        assert list(json.loads(lines[0])) == [
            *("id", "title", "date", "source", "path", "sha256"),
            *("url", "author", "language", "meta", "extractor"),
        ]

    @pytest.mark.parametrize("name", ["2020/what-is-at-stake-on-dec-6.md", ICC])
    def test_every_listed_document_can_be_shown(self, corpus_index, name):
        assert qa("show", name, "--index", corpus_index).code == 0

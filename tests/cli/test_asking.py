"""``qa ask``: what people read, and what programs read."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.answering.calibration import shipped
from qa.cli.answers import View, render
from qa.types import Answer, IndexInfo
from tests.cli.conftest import ALMAGRO, ROUTER, Ask
from tests.cli.support import COLUMNS, ESCAPES, Ran, qa, text_of, words_of
from tests.support import CORPUS

NICARAGUA = "What did Almagro request from Nicaragua?"
OAS = "How many votes did the OAS resolution get?"


@pytest.fixture(scope="module")
def shown(ask: Ask) -> str:
    """The answer for people."""
    return ask(ALMAGRO).out


@pytest.fixture(scope="module")
def answer(ask: Ask) -> Any:
    """The same answer for programs."""
    return ask(ALMAGRO, "--json").json


@pytest.fixture(scope="module")
def abstention(ask: Ask) -> Any:
    return ask(ROUTER, "--json").json


def without_seconds(text: str) -> str:
    return re.sub(r'"seconds": [0-9.e-]+', '"seconds": 0', text)


def shown_of(ran: Ran) -> list[Any]:
    """The citations, or the nearest passages where it abstained: filters hold for both."""
    answer = ran.json
    return [*answer.get("citations", ()), *answer.get("nearest", ())]


def ids(ran: Ran) -> list[str]:
    return [citation["document"]["id"] for citation in shown_of(ran)]


class TestForPeople:
    def test_an_answer_exits_with_0_and_says_nothing_on_stderr(self, ask):
        assert (ask(ALMAGRO).code, ask(ALMAGRO).err) == (0, "")

    def test_citations_are_numbered_from_1(self, shown, answer):
        numbers = re.findall(r"^(\d+)\. ", shown, re.MULTILINE)
        assert numbers == [str(citation["rank"]) for citation in answer["citations"]]
        assert 1 < len(numbers) <= 5

    def test_each_citation_tells_title_date_source_document_and_line(self, shown, answer):
        blocks = re.split(r"^(?=\d\. )", shown, flags=re.MULTILINE)[1:]
        for block, citation in zip(blocks, answer["citations"], strict=True):
            document, quote = citation["document"], citation["quote"]
            assert words_of(block).startswith(
                f"{citation['rank']}. {document['title']} {document['date'] or 'no date'}"
            )
            assert document["source"] in words_of(block)
            assert re.search(rf"{re.escape(document['id'])}:L{quote['line_start']}\b", block)

    def test_full_shows_each_passage_word_for_word_with_its_quote_marked(self, ask, answer):
        words = words_of(ask(ALMAGRO, "--full").out)
        for citation in answer["citations"]:
            passage, quote = citation["passage"], citation["quote"]
            start, end = quote["start"] - passage["start"], quote["end"] - passage["start"]
            marked = f"{passage['text'][:start]}>>{quote['text']}<<{passage['text'][end:]}"
            assert words_of(marked) in words

    def test_lines_are_no_wider_than_the_terminal(self, shown, corpus_index):
        narrow = qa("ask", ALMAGRO, "--index", corpus_index, COLUMNS="72").out
        widest = [max(len(line) for line in text.splitlines()) for text in (shown, narrow)]
        assert COLUMNS * 3 / 4 < widest[0] <= COLUMNS
        assert 72 * 3 / 4 < widest[1] <= 72

    def test_output_into_a_pipe_has_no_escape_codes(self, ask):
        for ran in (ask(ALMAGRO), ask(ROUTER), ask(ALMAGRO, "--explain")):
            assert not any(escape in ran.out + ran.err for escape in ESCAPES)

    def test_k_sets_how_many_citations_are_shown(self, ask):
        assert re.findall(r"^(\d+)\. ", ask(ALMAGRO, "-k", "2").out, re.MULTILINE) == ["1", "2"]

    def test_explain_shows_the_rank_score_and_weight_of_each_search(self, ask, answer):
        explained = ask(ALMAGRO, "--explain").out
        lexical = re.findall(r"^ +lexical +(\d+) +([\d.]+) +([\d.]+)$", explained, re.MULTILINE)
        dense = re.findall(r"^ +dense +(\d+) +(-?[\d.]+) +([\d.]+)$", explained, re.MULTILINE)
        for name, rows in (("lexical", lexical), ("dense", dense)):
            expected = [c["scores"][name] for c in answer["citations"] if name in c["scores"]]
            assert [int(rank) for rank, _, _ in rows] == [place["rank"] for place in expected]
            assert [float(score) for _, score, _ in rows] == pytest.approx([p["score"] for p in expected], abs=6e-4)
            assert all(0 <= float(weight) <= 1 for _, _, weight in rows)

    def test_explain_shows_the_total_of_the_shares(self, ask, answer):
        explained = ask(ALMAGRO, "--explain").out
        blocks = re.split(r"^(?=\d\. )", explained, flags=re.MULTILINE)[1:]
        for block, citation in zip(blocks, answer["citations"], strict=True):
            shares = re.findall(r"^ +(?:lexical|dense|sentence|reader) +\d+ +-?[\d.]+ +([\d.]+)$", block, re.MULTILINE)
            (total,) = re.findall(r"^ +total +([\d.]+)$", block, re.MULTILINE)
            assert float(total) == pytest.approx(sum(map(float, shares)), abs=2e-3)
            cited = re.findall(r"^ +cited +([\d.]+)  \(", block, re.MULTILINE)
            assert float((cited or [total])[0]) == pytest.approx(citation["score"], abs=6e-4)

    @pytest.mark.parametrize("question", [ALMAGRO, ROUTER])
    def test_explain_shows_the_evidence_aligned_above_the_footer(self, ask, question):
        evidence = ask(question, "--json").json["evidence"]
        *_, table, footer = ask(question, "--explain").out.rstrip("\n").split("\n\n")
        assert footer.startswith("confidence ")
        heading, *rows = table.split("\n")
        assert heading.split() == ["evidence", "value"]
        assert [row.split()[0] for row in rows] == list(evidence)
        assert [float(row.split()[1]) for row in rows] == pytest.approx(list(evidence.values()), abs=6e-4)
        assert len({len(row) for row in (heading, *rows)}) == 1

    def test_where_nothing_is_found_explain_shows_no_evidence(self, ask):
        assert "evidence" not in ask(ALMAGRO, "--explain", "--source", "No Such Desk").out

    def test_without_explain_no_scores_are_shown(self, shown):
        assert not re.search(r"^ +(lexical|dense|evidence|coverage) ", shown, re.MULTILINE)

    def test_an_abstention_says_so_shows_the_nearest_passages_and_exits_with_1(self, ask):
        ran = ask(ROUTER)
        assert (ran.code, ran.err) == (1, "")
        lacking = 'the nearest passage does not mention "reset my router password"'
        said = " ".join(ran.out.split())
        assert said.startswith(f"The corpus does not say: {lacking}. The nearest passages: ")
        assert re.search(r"^1\. ", ran.out, re.MULTILINE)

    @pytest.mark.parametrize("written", [str, str.lower, str.upper, str.title])
    def test_an_abstention_tells_the_name_that_no_article_mentions(self, ask, written):
        ran = ask(written(NICARAGUA))
        assert (ran.code, ran.err) == (1, "")
        said = "The corpus does not say: no article mentions Nicaragua. The nearest passages:\n"
        assert ran.out.startswith(said)
        assert re.search(r"^1\. ", ran.out, re.MULTILINE)

    def test_an_abstention_with_nothing_near_says_so_without_passages(self, ask):
        ran = ask(ALMAGRO, "--source", "No Such Desk")
        assert (ran.code, ran.err) == (1, "")
        assert ran.out.startswith("The corpus does not say")
        assert not re.search(r"^\d+\. ", ran.out, re.MULTILINE)


class TestUnknownNames:
    """An answer without passages, which only says what the corpus does not hold."""

    @staticmethod
    def said(*unknown: str) -> str:
        answer = Answer("f" * 16, "?", False, 0.0, IndexInfo("0" * 16, "model", 5, 31), unknown=unknown)
        return render(answer, View(explain=True)).split("\n\n")[0]

    @pytest.mark.parametrize(
        ("unknown", "named"),
        [
            (("Nicaragua",), "Nicaragua"),
            (("Nicaragua", "2018"), "Nicaragua or 2018"),
            (("Nicaragua", "Ghana", "2018"), "Nicaragua, Ghana or 2018"),
        ],
    )
    def test_they_are_told_in_one_sentence(self, unknown, named):
        assert words_of(self.said(*unknown)) == f"The corpus does not say: no article mentions {named}."

    def test_what_may_be_meant_is_asked(self):
        answer = Answer("f" * 16, "?", False, 0.0, IndexInfo("0" * 16, "model", 5, 31), unknown=("Blinkin", "2018"))
        said = render(replace(answer, suggestions={"Blinkin": ("Blinken",)})).split("\n\n")[0]
        assert words_of(said) == "The corpus does not say: no article mentions Blinkin or 2018; did you mean Blinken?"
        note = render(replace(answer, answered=True)).split("\n\n")[0]
        assert words_of(note) == "Note: no article mentions Blinkin or 2018."

    def test_a_name_cannot_steer_the_terminal(self):
        said = self.said("Nica\x1b[2Jragua", "Gha\u202ena", "a\nb")
        assert words_of(said) == "The corpus does not say: no article mentions Nica\\x1b[2Jragua, Gha\\u202ena or a b."

    def test_many_names_are_wrapped(self, monkeypatch):
        monkeypatch.setenv("COLUMNS", "60")
        lines = self.said(*(f"Name{n}" for n in range(40))).split("\n")
        assert len(lines) > 3
        assert max(map(len, lines)) <= 60


class TestForPrograms:
    def test_an_answer_has_the_keys_of_the_contract_in_their_order(self, answer):
        assert list(answer) == [
            *("schema", "id", "question", "answered", "confidence", "threshold", "evidence", "unknown"),
            *("suggestions", "missing", "filtered", "citations", "index", "seconds"),
        ]
        assert list(answer["index"]) == ["generation", "embedder", "documents", "passages"]

    def test_each_citation_has_the_keys_of_the_contract_in_their_order(self, answer):
        place = ["text", "start", "end", "line_start", "line_end"]
        for citation in answer["citations"]:
            assert list(citation) == ["rank", "document", "passage", "quote", "score", "scores", "place"]
            assert list(citation["document"]) == [
                *("id", "title", "date", "source", "path", "sha256"),
                *("url", "author", "language", "meta", "extractor"),
            ]
            assert list(citation["passage"]) == list(citation["quote"]) == place
            # A search that did not find the passage is left out.
            named = [name for name in citation["scores"] if name in ("lexical", "dense")]
            assert named in (["lexical", "dense"], ["lexical"], ["dense"])
            assert all(list(score) == ["rank", "score", "weight"] for score in citation["scores"].values())

    def test_an_answer_says_what_was_asked_and_of_what(self, answer):
        assert answer["schema"] == "qa/answer/1"
        assert answer["question"] == ALMAGRO
        assert answer["answered"] is True
        assert shipped().calibration.threshold <= answer["confidence"] <= 1
        assert answer["index"]["documents"] == len(list(CORPUS.glob("*/*.md")))

    def test_the_best_citation_was_found_by_both_searches(self, answer):
        assert {"lexical", "dense"} <= set(answer["citations"][0]["scores"])

    def test_citations_are_ranked_from_1_by_falling_score(self, answer):
        scores = [citation["score"] for citation in answer["citations"]]
        assert [citation["rank"] for citation in answer["citations"]] == list(range(1, len(scores) + 1))
        assert scores == sorted(scores, reverse=True)

    def test_the_date_of_an_article_that_tells_none_is_null(self, answer):
        undated = "2020/almagro-asks-world-to-reject-parliamentary-election.md"
        dates = {c["document"]["id"]: c["document"]["date"] for c in answer["citations"]}
        assert dates[undated] is None
        assert dates["2024/almagro-asks-icc-for-arrest-warrant.md"] == "2024-07-31"

    def test_passages_and_quotes_are_slices_of_their_source_files(self, answer):
        for citation in answer["citations"]:
            text = text_of(CORPUS / citation["document"]["id"])
            for place in (citation["passage"], citation["quote"]):
                assert text[place["start"] : place["end"]] == place["text"]
                assert text.count("\n", 0, place["start"]) + 1 == place["line_start"]
                assert text.count("\n", 0, place["end"] - 1) + 1 == place["line_end"]

    def test_quotes_lie_inside_their_passages(self, answer):
        for citation in answer["citations"]:
            passage, quote = citation["passage"], citation["quote"]
            assert passage["start"] <= quote["start"] < quote["end"] <= passage["end"]

    def test_documents_name_their_file_and_its_hash(self, answer):
        for citation in answer["citations"]:
            file = Path(citation["document"]["path"])
            assert file == CORPUS / citation["document"]["id"]
            assert citation["document"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()

    def test_the_same_question_gives_the_same_bytes_but_for_the_seconds(self, ask, corpus_index):
        again = qa("ask", ALMAGRO, "--json", "--index", corpus_index)
        assert without_seconds(again.out) == without_seconds(ask(ALMAGRO, "--json").out)

    def test_another_question_number_or_setting_gives_another_id(self, ask, answer):
        others = [ask(OAS, "--json"), ask(ALMAGRO, "--json", "-k", "2"), ask(ALMAGRO, "--json", "--fusion", "rrf")]
        assert len({answer["id"], *(other.json["id"] for other in others)}) == 4

    def test_an_abstention_keeps_the_nearest_passages_instead_of_citations(self, ask, answer, abstention):
        assert ask(ROUTER, "--json").code == 1
        assert abstention["answered"] is False
        assert list(abstention) == ["nearest" if key == "citations" else key for key in answer]
        assert [near["rank"] for near in abstention["nearest"]] == list(range(1, len(abstention["nearest"]) + 1))
        assert 0 <= abstention["confidence"] < shipped().calibration.threshold

    def test_names_that_no_article_mentions_are_told(self, ask, answer):
        assert answer["unknown"] == []
        assert ask(NICARAGUA, "--json").json["unknown"] == ["Nicaragua"]

    def test_the_evidence_is_told_by_name(self, answer):
        names = ["coverage", "similarity", "agreement", "missing_names", "missing_number", "denial", "absent"]
        names += ["reading", "bare"]
        assert list(answer["evidence"]) == names

    def test_characters_beyond_ascii_are_written_as_they_are(self, ask):
        assert "Guaidó" in ask("Did Guaidó rule out violence?", "--json").out


class TestOptions:
    def test_a_question_needs_no_quotation_marks(self, ask, corpus_index):
        ran = qa("ask", "what", "did", "Almagro", "-k", "2", "request?", "--json", "--index", corpus_index)
        assert without_seconds(ran.out) == without_seconds(ask(ALMAGRO, "--json", "-k", "2").out)

    def test_a_threshold_decides_what_is_answered(self, ask):
        assert ask(ALMAGRO, "--threshold", "1").code == 1
        lenient = ask(ROUTER, "--threshold", "0", "--json")
        assert (lenient.code, lenient.json["threshold"]) == (0, 0)
        assert ask(ALMAGRO, "--threshold", "1.5").err == "qa: threshold is 1.5; give a confidence from 0 to 1\n"

    def test_k_citations_are_the_first_of_more(self, ask, answer):
        assert ids(ask(ALMAGRO, "--json", "-k", "2")) == [c["document"]["id"] for c in answer["citations"]][:2]

    def test_since_and_until_are_inclusive_and_pass_over_undated_articles(self, ask):
        options = ("--json", "-k", "9", "--since", "2024-07-30", "--until", "2024-07-30")
        assert set(ids(ask(ALMAGRO, *options))) == {"2024/almagro-calls-for-recognition-of-opposition-records.md"}

    def test_since_takes_the_first_day_of_a_year(self, ask):
        dates = [c["document"]["date"] for c in shown_of(ask(ALMAGRO, "--json", "--since", "2024"))]
        assert dates
        assert all(date >= "2024-01-01" for date in dates)

    def test_until_takes_the_last_day_of_a_month(self, ask):
        ran = ask("Did Guaidó rule out violence?", "--json", "--until", "2020-12")
        dates = [c["document"]["date"] for c in shown_of(ran)]
        assert "2020-12-08" in dates
        assert all(date <= "2020-12-31" for date in dates)

    def test_source_matches_a_part_whatever_the_letter_case(self, ask):
        sources = {c["document"]["source"] for c in shown_of(ask(ALMAGRO, "--json", "--source", "DIPLOMACY"))}
        assert sources == {"Sample Desk – Diplomacy"}

    @pytest.mark.parametrize("options", [("--lexical", "rank-bm25"), ("--fusion", "rrf")])
    def test_other_searches_and_fusions_find_the_same_articles(self, ask, options):
        expected = "2024/oas-resolution-one-vote-short.md"
        assert ids(ask(OAS, "--json", *options))[0] == expected

    def test_several_questions_from_stdin_give_one_json_object_a_line(self, corpus_index):
        asked = [ALMAGRO, "Did Guaidó rule out violence?"]
        ran = qa("ask", "-", "--json", "--index", corpus_index, stdin="\n\n".join(asked).encode())
        assert [json.loads(line)["question"] for line in ran.out.splitlines()] == asked
        assert (ran.code, ran.err) == (0, "")

    def test_one_abstention_among_several_questions_exits_with_1(self, corpus_index):
        ran = qa("ask", "-", "--json", "--index", corpus_index, stdin=f"{ROUTER}\n{ALMAGRO}\n".encode())
        assert [json.loads(line)["answered"] for line in ran.out.splitlines()] == [False, True]
        assert ran.code == 1

    def test_a_question_from_stdin_is_answered_as_one_from_the_command_line(self, ask, corpus_index):
        ran = qa("ask", "-", "--json", "--index", corpus_index, stdin=ALMAGRO.encode())
        assert ran.json | {"seconds": 0} == ask(ALMAGRO, "--json").json | {"seconds": 0}


class TestWhereTheIndexIs:
    def test_qa_index_in_the_environment_names_the_index(self, ask, corpus_index, tmp_path):
        ran = qa("ask", ALMAGRO, "--json", cwd=tmp_path, QA_INDEX=str(corpus_index))
        assert without_seconds(ran.out) == without_seconds(ask(ALMAGRO, "--json").out)

    def test_the_option_wins_over_the_environment(self, corpus_index, tmp_path):
        ran = qa("status", "--index", corpus_index, QA_INDEX=str(tmp_path / "elsewhere"))
        assert (ran.code, ran.err) == (0, "")

    def test_the_folder_index_is_the_default(self, corpus_index):
        assert qa("status", cwd=corpus_index.parent).code == 0

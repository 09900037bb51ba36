"""The questions the tool was made for, on the sample corpus and on the five real articles."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa as library
from tests.cli.conftest import ALMAGRO, ROUTER
from tests.cli.support import text_of
from tests.support import CORPUS

VOTES = "How many votes did the OAS resolution get?"
VIOLENCE = "Did Guaidó rule out violence?"
STATEMENT = "Who voiced the US statement on the regional elections?"
PERCENTAGE = "What percentage did the CNE give Maduro?"


class TestTheSampleCorpus:
    REQUESTS = frozenset(
        {
            "2020/almagro-asks-world-to-reject-parliamentary-election.md",
            "2024/almagro-calls-for-recognition-of-opposition-records.md",
            "2024/almagro-asks-icc-for-arrest-warrant.md",
        }
    )

    def test_all_three_requests_are_among_the_first_five_citations(self, ask):
        cited = {citation["document"]["id"] for citation in ask(ALMAGRO, "--json").json["citations"]}
        assert cited >= self.REQUESTS

    @pytest.mark.parametrize(
        ("question", "document", "fact"),
        [
            (VOTES, "2024/oas-resolution-one-vote-short.md", "17"),
            (VIOLENCE, "2020/guaido-does-not-rule-out-violence.md", "violence"),
            (STATEMENT, "2021/blinken-voices-us-statement-on-regional-elections.md", "Blinken"),
            (PERCENTAGE, "2024/cne-figures-and-opposition-tally.md", "51.20%"),
        ],
    )
    def test_a_fact_is_quoted_by_the_first_citation(self, ask, question, document, fact):
        ran = ask(question, "--json")
        best = ran.json["citations"][0]
        assert ran.code == 0
        assert best["document"]["id"] == document
        assert fact in best["quote"]["text"]
        assert text_of(CORPUS / document)[best["quote"]["start"] : best["quote"]["end"]] == best["quote"]["text"]

    def test_what_the_corpus_does_not_tell_is_not_answered(self, ask):
        ran = ask(ROUTER, "--json")
        assert ran.code == 1
        assert ran.json["answered"] is False


class TestTheFiveRealArticles:
    def test_all_three_requests_are_the_first_three_citations(self, real_articles: library.Index):
        cited = [citation.document.id[:3] for citation in real_articles.ask(ALMAGRO).citations]
        assert set(cited[:3]) == {"000", "001", "002"}

    @pytest.mark.parametrize(
        ("question", "prefix", "fact"),
        [
            (VOTES, "002", "17 of the 18"),
            (VIOLENCE, "003", "violence"),
            (STATEMENT, "004", "Blinken"),
            (PERCENTAGE, "001", "51.20%"),
        ],
    )
    def test_a_fact_is_quoted_by_the_first_citation(self, real_articles: library.Index, question, prefix, fact):
        best = real_articles.ask(question).citations[0]
        assert best.document.id.startswith(prefix)
        assert fact in best.quote.text

    @pytest.mark.parametrize("question", [ALMAGRO, VOTES, VIOLENCE, STATEMENT, PERCENTAGE])
    def test_passages_and_quotes_are_slices_of_their_source_files(self, real_articles: library.Index, question):
        citations = real_articles.ask(question).citations
        assert citations
        for citation in citations:
            assert citation.document.path
            text = text_of(Path(citation.document.path))
            for place in (citation.passage, citation.quote):
                assert text[place.start : place.end] == place.text
                assert text.count("\n", 0, place.start) + 1 == place.line_start

    def test_what_the_articles_do_not_tell_is_not_answered(self, real_articles: library.Index):
        answer = real_articles.ask(ROUTER)
        assert not answer.answered
        assert answer.citations == ()
        assert answer.nearest

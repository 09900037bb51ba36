"""Quotes against gold quotes."""

from __future__ import annotations

import pytest

from qa.evaluation.quote_measures import best_overlap, occurrences, quote_measures, quotes_gold
from qa.types import Citation, DocumentRef, Excerpt, Span

TEXT = "The vote failed. It got 17 votes, one fewer than needed. Brazil abstained. It got 17 letters."
SENTENCE = "It got 17 votes, one fewer than needed."


def citing(quote: str, doc_id: str = "oas", text: str = TEXT) -> Citation:
    """A citation of a quote that stands in ``text``."""
    start = text.index(quote)
    shown = Excerpt(quote, start, start + len(quote), 1, 1)
    return Citation(1, DocumentRef(doc_id, "", None, None, None, ""), shown, shown, 1.0, {})


def span(quote: str) -> Span:
    return Span(TEXT.index(quote), TEXT.index(quote) + len(quote))


@pytest.mark.parametrize(
    ("gold", "expected"),
    [
        ({"oas": ("got 17 votes",)}, True),  # the quote contains it
        ({"oas": (f"The vote failed. {SENTENCE}",)}, True),  # it contains the quote
        ({"oas": (SENTENCE,)}, True),
        ({"oas": ("Brazil abstained.", "17 votes")}, True),
        ({"oas": ("needed. Brazil abstained.",)}, False),  # they only overlap
        ({"oas": ("got 17 VOTES",)}, False),
        ({"cne": ("got 17 votes",)}, False),  # another document's
        ({}, False),
    ],
)
def test_a_quote_is_right_if_it_contains_or_is_contained(gold, expected) -> None:
    assert quotes_gold(citing(SENTENCE), gold) is expected


def test_a_gold_quote_is_found_wherever_it_stands() -> None:
    starts = [TEXT.index("It got 17"), TEXT.rindex("It got 17")]
    spans = list(occurrences(TEXT, ["It got 17", "nowhere", "Brazil"]))
    assert spans == [Span(start, start + len("It got 17")) for start in starts] + [span("Brazil")]


def test_occurrences_may_overlap_each_other() -> None:
    assert list(occurrences("aaa", ["aa"])) == [Span(0, 2), Span(1, 3)]


def test_overlap_by_hand() -> None:
    # The quote has 8 words: It got 17 votes one fewer than needed. The gold has 6, 4 of them the quote's.
    overlap = best_overlap(TEXT, span(SENTENCE), [span("one fewer than needed. Brazil abstained")])
    assert overlap == (4 / 8, 4 / 6, 4 / (8 + 6 - 4))


def test_words_count_by_where_they_stand() -> None:
    later = Span(TEXT.rindex("It got 17"), len(TEXT))
    assert best_overlap(TEXT, later, [span(SENTENCE)]) == (0, 0, 0)


def test_the_gold_span_with_the_largest_iou_counts() -> None:
    # Of the 8 words, "17" alone would give precision 1/8; "17 votes, one fewer" gives 4/8.
    overlap = best_overlap(TEXT, span(SENTENCE), [span("17"), span("17 votes, one fewer"), span("Brazil")])
    assert overlap == (4 / 8, 1, 4 / 8)


def test_without_a_gold_span_nothing_is_in_common() -> None:
    assert best_overlap(TEXT, span(SENTENCE), []) == (0, 0, 0)


class TestQuoteMeasures:
    def test_a_right_first_quote(self):
        values = quote_measures([citing(SENTENCE)], {"oas": ("got 17 votes",)}, TEXT)
        assert values == {"quote@1": 1, "quote@3": 1, "token-P": 3 / 8, "token-R": 1, "token-IoU": 3 / 8}

    def test_the_third_is_in_time_and_the_fourth_is_not(self):
        wrong, right = citing("The vote failed."), citing(SENTENCE)
        for before, in_time in ((2, 1.0), (3, 0.0)):
            values = quote_measures([*[wrong] * before, right], {"oas": (SENTENCE,)}, TEXT)
            assert (values["quote@1"], values["quote@3"]) == (0, in_time)
            assert values["token-IoU"] == 0

    def test_the_same_words_in_another_document_have_nothing_in_common(self):
        values = quote_measures([citing(SENTENCE, "cne")], {"oas": (SENTENCE,)}, TEXT)
        assert set(values.values()) == {0}

    def test_no_citation_scores_0(self):
        assert set(quote_measures([], {"oas": (SENTENCE,)}, "").values()) == {0}

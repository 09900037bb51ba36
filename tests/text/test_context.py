"""The part of a passage that is read with its quote."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.text.context import REACH, quote_context
from qa.types import Context, Excerpt

TEXT = (
    "The ferry was delayed. Mr. Olsen of the harbour office apologised on Thursday. The quay will stay closed. "
    "Divers found cracks. Nobody was hurt, said Prof. Lind afterwards. A report follows."
)


def around(text: str, quote: str, most: int = 2) -> str:
    start = text.index(quote)
    context = quote_context(Excerpt.of(text, 0, len(text)), Excerpt.of(text, start, start + len(quote)), most)
    return text[context.start : context.end].strip()


def test_a_sentence_or_two_stand_on_either_side() -> None:
    quote = "The quay will stay closed."
    assert around(TEXT, quote, 1) == TEXT[TEXT.index("Mr. Olsen") : TEXT.index(" Nobody")]
    assert around(TEXT, quote) == TEXT[: TEXT.index(" A report")]
    assert around(TEXT, quote, 0) == quote


def test_no_sentence_is_cut_after_an_abbreviation() -> None:
    assert around(TEXT, "Divers found cracks.", 1).endswith("said Prof. Lind afterwards.")


def test_a_heading_and_an_item_of_a_list_count_as_sentences() -> None:
    text = "Some words before it.\n\n## Decisions\n\n1. The fee rises.\n2. The mill is sold.\n3. The library opens.\n"
    assert around(text, "2. The mill is sold.", 1) == "1. The fee rises.\n2. The mill is sold.\n3. The library opens."
    assert around(text, "1. The fee rises.", 1).startswith("## Decisions")


def test_between_signs_without_blanks_sentences_end_at_their_full_stops() -> None:
    text = "市長は計画を発表した。費用は三百億円である。工事は四月に始まる。完成は未定である。"
    assert around(text, "工事は四月に始まる。", 1) == text[text.index("費用") :]


def test_a_sentence_that_is_too_long_is_cut_between_words_and_that_is_told() -> None:
    text = f"{'the tide and ' * 40}all. It ended. {'a wave and ' * 40}all."
    start = text.index("It ended.")
    context = quote_context(Excerpt.of(text, 0, len(text)), Excerpt.of(text, start, start + 9))
    assert (context.cut_start, context.cut_end) == (True, True)
    shown = text[context.start : context.end]
    assert REACH < len(shown) <= 2 * REACH + 9
    assert shown.split() == text.split()[-len(text[context.start :].split()) :][: len(shown.split())]


@given(st.text(max_size=600), st.data())
def test_the_context_holds_the_quote_and_lies_in_the_passage(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    offset = data.draw(st.integers(0, 50))
    passage = Excerpt(text, offset, offset + len(text), 1, 1)
    quote = Excerpt(text[start:end], offset + start, offset + end, 1, 1)
    context = quote_context(passage, quote)
    assert isinstance(context, Context)
    assert passage.start <= context.start <= quote.start
    assert quote.end <= context.end <= passage.end
    assert quote.start - context.start <= REACH
    assert context.end - quote.end <= REACH

"""Quotes that stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.standing import MOST_CHARACTERS, MOST_SENTENCES, Sentence, refers_back, standing


def passage(*paragraphs: str | tuple[str, ...], silent: tuple[str, ...] = ()) -> list[Sentence]:
    """The sentences of paragraphs, each one sentence or a tuple of them; what is ``silent`` says nothing."""
    sentences = [(each,) if isinstance(each, str) else each for each in paragraphs]
    return [Sentence(text, number == 0, text not in silent) for each in sentences for number, text in enumerate(each)]


def grown(sentences: list[Sentence], quote: str) -> list[str]:
    """The sentences of the quote that ``quote`` alone becomes."""
    at = [sentence.text for sentence in sentences].index(quote)
    first, last = standing(sentences, at, at + 1)
    return [sentence.text for sentence in sentences[first:last]]


@pytest.mark.parametrize("quote", ["“We won.", "We did it all,” said Ada Brook."])
def test_half_a_quotation_becomes_the_whole_one(quote):
    sentences = passage(("“We won.", "We did it all,” said Ada Brook.", "She left."))
    assert grown(sentences, quote) == ["“We won.", "We did it all,” said Ada Brook."]


@pytest.mark.parametrize("marks", ['""', "“”", "«»", "„“"])
def test_the_speaker_stays_with_the_speech(marks):
    opens, closes = marks
    said, quote = f"{opens}I paid for it,{closes} said Ada Brook.", f"{opens}Now it is gone.{closes}"
    assert grown(passage((said, quote)), quote) == [said, quote]


def test_a_speaker_named_before_or_after_the_paragraph_of_the_speech():
    assert grown(passage("Ada Brook was furious.", '"It is gone."'), '"It is gone."')[0] == "Ada Brook was furious."
    assert grown(passage("It rained.", ('"It is gone."', "So says Brook.")), '"It is gone."')[-1] == "So says Brook."


def test_a_pronoun_comes_with_the_name_before_it():
    assert grown(passage("Ada Brook was furious.", "She wants it back."), "She wants it back.")[0].startswith("Ada")


@pytest.mark.parametrize(
    ("before", "quote"),
    [
        ("Ada Brook was furious.", "Its chairwoman, Odile Marchand, resigned."),  # a name of its own
        ("The committee was furious.", "They want it back."),  # nobody is named before either
        ("She saw Ada Brook.", "She wants it back."),  # needs a name itself
        ("Ada Brook was furious.", "The hall had flooded."),
        ("Ada Brook was furious.", 'The hall, "a ruin", had flooded.'),
    ],
)
def test_what_stands_alone_does_not_grow(before, quote):
    assert grown(passage(before, quote), quote) == [quote]


def test_a_heading_is_never_grown_by():
    sentences = passage("Ada Brook in court", '"It is gone."', silent=("Ada Brook in court",))
    assert grown(sentences, '"It is gone."') == ['"It is gone."']


def test_a_quotation_that_no_mark_closes_ends_with_its_paragraph():
    sentences = passage(("Brook was furious.", '"It is gone.'), "The hall had flooded.")
    assert grown(sentences, "The hall had flooded.") == ["The hall had flooded."]


def test_a_long_quotation_stays_as_it_was_chosen():
    long = "word " * (MOST_CHARACTERS // 5)
    assert grown(passage((f"“{long}.", "So it was,” said Ada Brook.")), "So it was,” said Ada Brook.") == [
        "So it was,” said Ada Brook."
    ]


def test_the_list_that_a_colon_announces_comes_with_it():
    announced = Sentence("The divers demand:", begins=True, says=True)
    items = [Sentence(f"- {one}", begins=False, says=True, is_item=True) for one in ("rest", "pay", "gloves", "masks")]
    sentences = [Sentence("Ada Brook left.", begins=True, says=True), announced, *items]
    assert standing([*sentences, Sentence("It rained.", begins=True, says=True)], 1, 2) == (1, 6)
    assert standing(sentences, 3, 4) == (3, 4)  # an item alone stays alone


def test_what_a_colon_announces_is_quoted_with_it():
    assert grown(passage("Brook asked one thing:", "The pier has to close."), "Brook asked one thing:")[1:]


@pytest.mark.parametrize(
    "said",
    [
        '"It has cost us a year," she told reporters.',
        '"It has cost us a year," she said, "and a boat."',
        "A fifth of the nets are torn, she said.",
        "„Das kostet uns ein Jahr“, sagte er.",
    ],
)
def test_a_speaker_who_is_a_pronoun_comes_with_the_name(said):
    before = "Der Fischer Orlin Wrede war zornig." if "sagte" in said else "The fisher Orla Wrede was angry."
    assert grown(passage(before, said), said) == [before, said]


def test_the_name_may_stand_two_sentences_before():
    named, between, said = "The fisher Orla Wrede came.", "She was angry.", '"It is over," she said.'
    assert grown(passage(named, between, said), said) == [named, between, said]
    assert grown(passage("A fisher came.", between, said), said) == [said]


def test_names_that_are_only_spoken_of_are_no_speakers():
    said = '"Tolvane has to pay," she said.'
    assert grown(passage("The fisher Orla Wrede was angry.", said), said)[0].startswith("The fisher")


def test_the_end_of_a_speech_comes_with_its_beginning_whatever_else_is_quoted():
    sentences = passage(('"It is over," said Ada Brook.', '"We lost all."'), "The pier is shut.")
    assert standing(sentences, 1, 3) == (0, 3)


TEXTS = st.text(alphabet='“”«»„"Aa. ', max_size=12)


@given(
    st.lists(st.builds(Sentence, TEXTS, st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=6), st.data()
)
def test_a_quote_only_grows_and_not_beyond_its_bounds(sentences, data):
    first = data.draw(st.integers(0, len(sentences) - 1))
    last = data.draw(st.integers(first + 1, min(len(sentences), first + 2)))
    start, end = standing(sentences, first, last)
    assert 0 <= start <= first < last <= end <= len(sentences)
    assert end - start == last - first or sum(not one.is_item for one in sentences[start:end]) <= MOST_SENTENCES
    assert all(sentences[at].says for at in {*range(start, first), *range(last, end)})


@pytest.mark.parametrize(
    ("passage", "refers"),
    [
        (["The pier shut.", "Its owner paid for the repairs."], True),
        (["The pier shut.", "The owner of the pier paid."], False),
        (["Le port a fermé pour deux jours.", "Il rouvre lundi."], True),
        (["Il porto ha chiuso per due giorni.", "Il servizio riprende lunedì."], False),
        (["Il porto ha chiuso per due giorni.", "Loro partono con il treno."], True),
        (["El puerto cerró por la tormenta.", "Es la primera vez en el año."], False),
        (["Der Hafen ist seit Montag zu.", "Es fehlt an Geld."], True),
    ],
)
def test_a_sentence_refers_back_by_the_words_of_its_passages_language(passage: list[str], refers: bool) -> None:
    assert refers_back(passage, 1) is refers


def test_a_sentence_of_very_long_words_is_read_at_once():
    sentences = passage(("Ada Brook spoke.", "Rain fell, " + "a" * 20_000 + "!", "She left."))
    assert standing(sentences, 1, 2) == (1, 2)

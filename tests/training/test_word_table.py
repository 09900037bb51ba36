"""What pairs of sentences tell of words."""

from __future__ import annotations

from itertools import product

from training.word_table import best, table_lines

NOUNS = {"perro": "dog", "gato": "cat", "caballo": "horse"}
VERBS = {"come": "eats", "duerme": "sleeps", "corre": "runs"}
PLACES = {"Suiza": "Switzerland", "casa": "home"}
PAIRS = [(f"El {es} {act}.", f"The {en} {does}.") for (es, en), (act, does) in product(NOUNS.items(), VERBS.items())]


def test_words_are_told_from_what_their_sentences_have_in_common() -> None:
    told = dict(line.split(" ") for line in table_lines(PAIRS))
    assert told.items() >= (NOUNS | VERBS | {"el": "the"}).items()


def test_the_order_of_the_pairs_changes_nothing() -> None:
    words = [(es.lower().strip(".").split(), en.lower().strip(".").split()) for es, en in PAIRS]
    assert list(best(words)) == list(best(words[::-1]))


def test_words_that_are_alike_in_both_need_no_line() -> None:
    assert table_lines([("hotel", "hotel")]) == []


def test_a_name_is_written_as_its_sentences_write_it() -> None:
    verbs = {"ama": "loves", "ve": "sees", "deja": "leaves"}
    pairs = [(f"ella {es} {place}", f"she {en} {name}") for es, en in verbs.items() for place, name in PLACES.items()]
    assert (
        dict(line.split(" ") for line in table_lines(pairs)).items() >= {"suiza": "Switzerland", "casa": "home"}.items()
    )


def test_a_word_of_one_sentence_tells_nothing() -> None:
    assert not [line for line in table_lines([*PAIRS, ("El pez nada", "The fish swims")]) if line.startswith("pez")]


def test_of_equally_likely_words_the_one_that_begins_alike_is_taken() -> None:
    told = dict(line.split(" ") for line in table_lines([("minuto largo", "long minute")] * 2))
    assert told["minuto"] == "minute"

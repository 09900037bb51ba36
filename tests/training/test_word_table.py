"""What pairs of sentences tell of words."""

from __future__ import annotations

from itertools import product

from training.word_table import best, table_lines

NOUNS = {"perro": "dog", "gato": "cat", "caballo": "horse"}
VERBS = {"come": "eats", "duerme": "sleeps", "corre": "runs"}
PAIRS = [(f"El {es} {act}.", f"The {en} {does}.") for (es, en), (act, does) in product(NOUNS.items(), VERBS.items())]


def test_words_are_told_from_what_their_sentences_have_in_common() -> None:
    told = dict(line.split(" ") for line in table_lines(PAIRS))
    assert told.items() >= (NOUNS | VERBS | {"el": "the"}).items()


def test_the_order_of_the_pairs_changes_nothing() -> None:
    words = [(es.lower().strip(".").split(), en.lower().strip(".").split()) for es, en in PAIRS]
    assert list(best(words)) == list(best(words[::-1]))


def test_words_that_are_alike_in_both_need_no_line() -> None:
    assert table_lines([("hotel", "hotel")]) == []

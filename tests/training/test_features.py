"""Inputs: token types, sentences, answers' ends, and windows of long passages."""

from random import Random

import numpy as np
import pytest

from training.base import model_folder
from training.batches import collate, plan
from training.features import CLS, OUTSIDE, SEP, features, tokenizer, window
from training.rows import Row, split

PASSAGE = "Ana Vell opened the bridge in 1911. Tom Ruud closed it in 1954."


def row(answer: str | None) -> Row:
    answers = () if answer is None else ((PASSAGE.index(answer), PASSAGE.index(answer) + len(answer)),)
    return Row("When did it close?", "The bridge", PASSAGE, split(PASSAGE), answers, "test")


def test_an_input_is_question_title_and_passage():
    tokens = tokenizer(model_folder())
    (item,) = features([row("1954")], tokens, Random(1))
    assert item.ids[0] == CLS
    assert item.ids[-1] == SEP
    assert item.ids[item.question - 1] == SEP
    text = tokens.decode(item.ids[item.question :].tolist())
    assert text.startswith("the bridge. ana ve")
    inside = item.ids[item.sentence == 1].tolist()
    assert tokens.decode(inside) == "tom ruud closed it in 1954."
    assert item.gold == (1,)
    assert tokens.decode(item.ids[item.first : item.last + 1].tolist()) == "1954"


def test_a_row_without_answer_points_at_cls():
    (item,) = features([row(None)], tokenizer(model_folder()), Random(1))
    assert (item.gold, item.first, item.last) == ((), 0, 0)


def test_a_long_passage_is_cut_to_whole_sentences_around_the_answer():
    places = np.repeat(np.arange(6), 10).astype(np.int32)
    for seed in range(20):
        kept = window(places, {4}, 35, Random(seed))
        assert kept.stop - kept.start == 30
        assert kept.start % 10 == 0
        assert 4 in places[kept]
    assert window(places, set(), 60, Random(1)) == slice(0, 60)
    assert window(places, {0}, 7, Random(1)) == slice(0, 7)


def test_a_window_keeps_the_answer_in_place():
    long = PASSAGE + " Nothing else happened for many years." * 30
    asked = Row("When did it close?", "", long, split(long), ((long.index("1954"), long.index("1954") + 4),), "test")
    tokens = tokenizer(model_folder())
    (item,) = features([asked], tokens, Random(3), length=64)
    assert len(item.ids) <= 64
    assert tokens.decode(item.ids[item.first : item.last + 1].tolist()) == "1954"
    assert item.sentence[item.first] in item.gold


def test_batches_hold_each_input_once_and_no_more_tokens_than_allowed():
    lengths = [Random(n).randint(10, 90) for n in range(500)]
    batches = plan(lengths, 400, Random(1))
    assert sorted(number for batch in batches for number in batch) == list(range(500))
    assert all(len(batch) * max(lengths[n] for n in batch) <= 400 for batch in batches)
    assert plan(lengths, 400, Random(1)) == batches


def test_a_batch_marks_passage_and_answer():
    first, second = features([row("1954"), row(None)], tokenizer(model_folder()), Random(1))
    batch = collate([first, second])
    assert batch.gold[0].sum() == (first.sentence == 1).sum()
    assert not batch.gold[1].any()
    assert (batch.inside[0].numpy() == (first.sentence != OUTSIDE)).all()
    assert batch.types[0].sum() == len(first.ids) - first.question
    assert batch.weight.tolist() == pytest.approx([1.0, 1.0])

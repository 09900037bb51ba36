"""Texts are cut into the pieces that SentencePiece, and the library tokenizers, cut them into."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.models.e5_file import E5File
from qa.models.unigram import AT_ONCE, LONGEST, Unigram, write_table
from tests import tiny_e5

IDS = {piece: number for number, piece in enumerate(tiny_e5.PIECES)}


@cache
def tiny() -> Unigram:
    folder = Path(mkdtemp())
    tiny_e5.save(folder / "model.bin")
    model = E5File(folder / "model.bin")
    write_table(model, folder / "table")
    return Unigram(model, folder / "table")


@cache
def library() -> Any:
    """The same vocabulary in tokenizers, without the special tokens, which are no text."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    hidden = [
        (piece if score else f"\0{number}", score) for number, (piece, score) in enumerate(tiny_e5.PIECES.items())
    ]
    tokenizer = Tokenizer(models.Unigram(hidden, unk_id=IDS["<unk>"], byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return tokenizer


def pieces(text: str) -> list[str]:
    return [[*IDS][number] for number in tiny().ids(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\n ", []),
        ("the court", ["▁the", "▁court"]),
        ("the  court ", ["▁the", "▁court"]),
        ("the\tcourt\n", ["▁the", "▁court"]),
        ("co\x07urt", ["▁court"]),
        ("thecourts", ["▁the", "court", "s"]),
        ("▁court", ["▁court"]),
        ("e\u0301", ["▁", "é"]),
        ("\uff23ourt", ["▁", "<unk>", "our", "t"]),  # a full-width C is a C, which has no piece
        ("½", ["▁", "1", "<unk>"]),
        ("ΩΩΩ t", ["▁", "<unk>", "▁", "t"]),
        ("</s>", ["▁", "<unk>", "s", "<unk>"]),
    ],
)
def test_a_text_has_its_pieces(text, expected):
    assert pieces(text) == expected


@given(st.text(st.sampled_from("the courts passage:é1Ω?.<>"), max_size=60))
def test_they_are_those_of_tokenizers(text):
    told = " ".join(text.split())
    expected = library().encode(told, add_special_tokens=False).ids if told else []
    assert tiny().ids(text) == expected


@given(st.text())
def test_any_text_has_pieces(text):
    assert all(0 <= number < len(IDS) for number in tiny().ids(text.encode("utf-8", "replace").decode()))


@pytest.mark.parametrize("size", [LONGEST, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 5])
def test_a_word_of_any_length_is_cut_as_tokenizers_cut_it(size):
    word = ("courtsé" * size)[:size]
    assert tiny().ids(word) == library().encode(word, add_special_tokens=False).ids

"""Documents to encoded documents: nothing unchanged is encoded again, and the result is as if built anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.backends.base import EncodedDocument
from qa.backends.identity import digest_of_all, generation_of
from qa.backends.memory import MemoryIndex
from qa.config import IndexConfig
from qa.errors import ConfigError
from qa.indexing.encode import GATHER, Indexer
from qa.text.analysis import terms
from qa.types import Document, DocumentRef, FloatArray
from tests.support import WordEncoder, article

CONFIG = IndexConfig()


def read(name: str, text: str, title: str = "", body_start: int = 0) -> Document:
    """A document as if read from a file that holds the title too: another title, another hash."""
    digest = hashlib.sha256(f"{title}\n{text}".encode("utf-8", "replace")).hexdigest()
    return Document(id=name, text=text, title=title, sha256=digest, body_start=body_start)


def encode(
    documents: Sequence[Document],
    encoder: WordEncoder,
    previous: MemoryIndex | None = None,
    config: IndexConfig = CONFIG,
) -> list[EncodedDocument]:
    return list(Indexer(encoder, config, [previous] if previous else []).encode(documents))


def build(documents: Sequence[Document]) -> MemoryIndex:
    index = MemoryIndex(WordEncoder.dimension)
    for encoded in encode(documents, WordEncoder()):
        index.add(encoded)
    return index


def assert_same(one: Sequence[EncodedDocument], other: Sequence[EncodedDocument]) -> None:
    for a, b in zip(one, other, strict=True):
        assert (a.document, a.sentences, a.passages, a.terms) == (b.document, b.sentences, b.passages, b.terms)
        np.testing.assert_array_equal(a.passage_vectors, b.passage_vectors)
        np.testing.assert_array_equal(a.sentence_vectors, b.sentence_vectors)


FIRST = "Luis Almagro requested an arrest warrant. The court did not comment."
SECOND = "Lula won the election. Bolsonaro did not concede."


def test_every_passage_and_every_sentence_has_its_vector() -> None:
    encoder = WordEncoder()
    (encoded,) = encode([read("a", FIRST, "OAS chief")], encoder)
    assert encoder.seen == [f"OAS chief\n{FIRST}", *FIRST.replace(". ", ".|").split("|")]
    assert encoded.passage_vectors.shape == (1, encoder.dimension)
    assert encoded.sentence_vectors.shape == (2, encoder.dimension)
    np.testing.assert_array_equal(encoded.passage_vectors[0], encoder.encode_query(f"OAS chief {FIRST}"))
    np.testing.assert_array_equal(encoded.sentence_vectors[1], encoder.encode_query("The court did not comment."))


@pytest.mark.parametrize("title", ["The northern quay is closed until May.", "The northern quay"])
def test_an_article_of_one_line_whose_title_is_its_beginning_is_embedded_once(title: str) -> None:
    text, encoder = "The northern quay is closed until May.", WordEncoder()
    (encoded,) = encode([read("a", text, title)], encoder)
    assert encoder.seen == [text]
    np.testing.assert_array_equal(encoded.passage_vectors, encoded.sentence_vectors)


def test_no_text_is_counted_twice() -> None:
    counted: list[str] = []

    class Counting(WordEncoder):
        def count_tokens(self, texts: Sequence[str]) -> list[int]:
            counted.extend(texts)
            return super().count_tokens(texts)

    encode([read("a", FIRST, "OAS chief"), read("b", "The northern quay is closed.", "A quay")], Counting())
    assert len(counted) == len(set(counted))


def test_a_passage_is_found_by_the_terms_of_its_title() -> None:
    (encoded,) = encode([read("a", FIRST, "OAS chief")], WordEncoder())
    assert encoded.terms == ((*terms("OAS chief"), *terms(FIRST)),)


def test_every_passage_is_found_by_the_date_of_its_article_s_date() -> None:
    document = replace(read("a", f"{FIRST} {SECOND}", "OAS chief"), date="2024-07-31")
    encoded, undated = encode([document, replace(document, date=None)], WordEncoder(max_tokens=16))
    assert len(encoded.passages) > 1
    for dated, plain in zip(encoded.terms, undated.terms, strict=True):
        assert dated == (*terms("OAS chief 31 July 2024"), *plain[2:])
        assert plain[:2] == tuple(terms("OAS chief"))


def test_the_date_is_no_part_of_what_is_encoded_and_an_undated_article_has_none() -> None:
    encoder = WordEncoder()
    document = read("a", FIRST)
    dated, undated = encode([replace(document, date="2024-07-31"), document], encoder)
    assert encoder.seen == [FIRST, *FIRST.replace(". ", ".|").split("|")]
    assert dated.terms == ((*terms("31 July 2024"), *terms(FIRST)),)
    assert undated.terms == (tuple(terms(FIRST)),)


def test_another_date_changes_the_terms_and_encodes_nothing() -> None:
    old = replace(read("a", FIRST, "OAS"), date="2024-07-31")
    encoder = WordEncoder()
    (encoded,) = encode([replace(old, date="2021-11-22")], encoder, build([old]))
    assert encoder.seen == []
    assert encoded.terms == ((*terms("OAS 22 November 2021"), *terms(FIRST)),)


def test_what_stands_before_the_body_is_not_indexed() -> None:
    header = "---\ntitle: Secret\n---\n"
    (encoded,) = encode([read("a", header + FIRST, body_start=len(header))], WordEncoder())
    assert encoded.passages[0].start == encoded.sentences[0].start == len(header)
    assert "secret" not in encoded.terms[0]


def test_documents_keep_their_order() -> None:
    documents = [read(name, f"Text of {name}.") for name in "cab"]
    assert [e.document.id for e in encode(documents, WordEncoder())] == ["c", "a", "b"]


def test_order_holds_beyond_what_is_encoded_together() -> None:
    documents = [read(str(n), "The same text.") for n in range(GATHER + 10)]
    encoded = encode(documents, WordEncoder())
    assert [e.document.id for e in encoded] == [str(n) for n in range(GATHER + 10)]
    assert all(len(e.passage_vectors) == len(e.sentence_vectors) == 1 for e in encoded)


def test_documents_are_not_gathered_without_end() -> None:
    taken = 0

    def documents() -> Iterator[Document]:
        nonlocal taken
        for n in range(3 * GATHER):
            taken += 1
            yield read(str(n), "The same text.")

    first = next(Indexer(WordEncoder(), CONFIG).encode(documents()))
    assert first.document.id == "0"
    assert taken <= GATHER


class GroupingEncoder(WordEncoder):
    """Takes two groups before it gives the first back, as an encoder does that has several at work."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[list[str]] = []

    def encode_groups(self, groups: Iterable[list[str]]) -> Iterator[FloatArray]:
        waiting: list[list[str]] = []
        for texts in groups:
            self.groups.append(texts)
            waiting.append(texts)
            if len(waiting) == 2:
                yield self.encode_passages(waiting.pop(0))
        yield from map(self.encode_passages, waiting)


@pytest.mark.parametrize("count", [0, 1, GATHER, 2 * GATHER + 10])
def test_an_encoder_of_groups_is_given_those_that_are_encoded_one_by_one_otherwise(count: int) -> None:
    documents = [read(f"{number:05}", f"Text number {number}.") for number in range(count)]
    one_by_one, grouping = WordEncoder(), GroupingEncoder()
    expected = list(Indexer(one_by_one, IndexConfig()).encode(documents))
    indexer = Indexer(grouping, IndexConfig(), encode_groups=grouping.encode_groups)
    assert_same(list(indexer.encode(documents)), expected)
    assert [text for texts in grouping.groups for text in texts] == one_by_one.seen == grouping.seen
    assert all(len(texts) <= 2 * GATHER for texts in grouping.groups)
    assert indexer.encoded == len(one_by_one.seen)


def test_no_documents_give_nothing() -> None:
    encoder = WordEncoder()
    assert encode([], encoder) == []
    assert encoder.seen == []


def test_a_text_that_comes_twice_is_encoded_once() -> None:
    encoder = WordEncoder()
    indexer = Indexer(encoder, CONFIG)
    one, other = indexer.encode([read("a", "One sentence."), read("b", "One sentence.")])
    assert encoder.seen == ["One sentence."]
    assert indexer.encoded == 1
    np.testing.assert_array_equal(one.passage_vectors, other.passage_vectors)


# Updating


def test_unchanged_documents_are_not_encoded_again() -> None:
    documents = [read("a", FIRST, "One"), read("b", SECOND, "Two")]
    encoder = WordEncoder()
    indexer = Indexer(encoder, CONFIG, [build(documents)])
    again = list(indexer.encode(documents))
    assert encoder.seen == []
    assert indexer.encoded == 0
    assert_same(again, encode(documents, WordEncoder()))


def test_an_unchanged_document_takes_its_new_path() -> None:
    document = replace(read("a", FIRST), path="/old/a")
    moved = replace(document, path="/new/a")
    (encoded,) = encode([moved], WordEncoder(), build([document]))
    assert encoded.document == moved


def test_a_new_document_is_encoded_and_the_others_are_not() -> None:
    old = read("a", FIRST)
    encoder = WordEncoder()
    encode([read("b", "Lula won."), old], encoder, build([old]))
    assert encoder.seen == ["Lula won."]


def test_of_a_changed_document_only_the_changed_texts_are_encoded() -> None:
    encoder = WordEncoder()
    changed = FIRST.replace("did not comment", "rejected it")
    indexer = Indexer(encoder, CONFIG, [build([read("a", FIRST, "OAS")])])
    list(indexer.encode([read("a", changed, "OAS")]))
    assert encoder.seen == [f"OAS\n{changed}", "The court rejected it."]
    assert indexer.encoded == 2


def test_another_title_encodes_the_passages_but_not_the_sentences() -> None:
    encoder = WordEncoder()
    new = read("a", FIRST, "New title")
    (encoded,) = encode([new], encoder, build([read("a", FIRST, "Old title")]))
    assert encoder.seen == [f"New title\n{FIRST}"]
    assert_same([encoded], encode([new], WordEncoder()))


def test_text_that_moved_is_not_encoded_again() -> None:
    encoder = WordEncoder()
    moved = read("a", f"\n\n  {FIRST}\n")
    (encoded,) = encode([moved], encoder, build([read("a", FIRST)]))
    assert encoder.seen == []
    assert_same([encoded], encode([moved], WordEncoder()))


SENTENCES = st.lists(
    st.sampled_from(["Lula won.", "Maduro lost it.", "Who requested a warrant?", "No.", "It was 51.20% in all."]),
    min_size=1,
    max_size=30,
)
CORPORA = st.dictionaries(
    st.sampled_from("abc"), st.tuples(SENTENCES.map(" ".join), st.sampled_from(["", "Title", "Other title"]))
).map(lambda rows: [read(name, text, title) for name, (text, title) in rows.items()])


@settings(deadline=None)
@given(CORPORA, CORPORA)
def test_an_update_equals_building_anew(old: list[Document], new: list[Document]) -> None:
    assert_same(encode(new, WordEncoder(), build(old)), encode(new, WordEncoder()))


# The budget


def test_a_very_long_title_leaves_room_for_the_passage() -> None:
    encoder = WordEncoder(max_tokens=40)
    title = " ".join(f"title{n}" for n in range(200))
    text = " ".join(f"word{n}" for n in range(20)) + "."
    (encoded,) = encode([read("a", text, title)], encoder)
    assert len(encoded.passages) == len(encoded.sentences) == 1
    assert max(encoder.count_tokens(encoder.seen)) <= 40
    context = encoder.seen[0].removesuffix(text).split()
    assert context == title.split()[: len(context)] != []
    assert set(terms(title)) <= set(encoded.terms[0])


@pytest.mark.parametrize(("limit", "wanted", "budget"), [(40, None, 40), (40, 16, 16), (40, 40, 40)])
def test_the_setting_and_else_the_model_limits_a_passage(limit: int, wanted: int | None, budget: int) -> None:
    encoder = WordEncoder(limit)
    text = "One two three four. " * 30
    (encoded,) = encode([read("a", text)], encoder, config=IndexConfig(max_tokens=wanted, overlap=0))
    # Sentences of four words fill each budget to the last word.
    sizes = encoder.count_tokens([text[p.start : p.end] for p in encoded.passages])
    assert set(sizes[:-1]) == {budget}
    assert sizes[-1] <= budget


def test_passages_longer_than_the_model_reads_are_refused() -> None:
    with pytest.raises(ConfigError, match="max_tokens is 64, and the model reads 40"):
        encode([read("a", "The court sat.")], WordEncoder(40), config=IndexConfig(max_tokens=64))


@pytest.mark.parametrize("overlap", [0, 1, 2])
def test_passages_repeat_as_many_sentences_as_set(overlap: int) -> None:
    text = " ".join(f"Sentence number {n}." for n in range(20))
    (encoded,) = encode([read("a", text)], WordEncoder(16), config=IndexConfig(overlap=overlap))
    seams = zip(encoded.passages, encoded.passages[1:], strict=False)
    assert {a.last_sentence - b.first_sentence for a, b in seams} == {overlap}


@settings(deadline=None)
@given(st.text(max_size=300), st.text(st.sampled_from("ab .\n\r?é“”"), min_size=1, max_size=300))
def test_no_text_counts_more_than_the_encoder_reads(title: str, text: str) -> None:
    encoder = WordEncoder(max_tokens=16)
    if text.strip():
        encode([read("a", text, title)], encoder)
        assert encoder.seen
    assert max(encoder.count_tokens(encoder.seen), default=0) <= 16


# The generation

DOCUMENT = article("a", FIRST, title="OAS", date="2024-07-31", source="BBC", path="/x/a")
OTHER = article("b", SECOND)


def generation(
    *documents: Document, config: IndexConfig = CONFIG, encoder: str = "e" * 64, engine: str = "words"
) -> str:
    digest = digest_of_all(map(DocumentRef.of, documents))
    return generation_of(config, encoder, engine, digest)


def test_equal_content_has_the_same_generation() -> None:
    assert generation(DOCUMENT, OTHER) == generation(replace(DOCUMENT), replace(OTHER))
    assert len(generation(DOCUMENT)) == 16


def test_the_order_in_which_documents_came_does_not_matter() -> None:
    assert generation(DOCUMENT, OTHER) == generation(OTHER, DOCUMENT)


def test_where_it_was_built_and_what_the_model_is_called_do_not_matter() -> None:
    assert generation(replace(DOCUMENT, path="/elsewhere/a")) == generation(DOCUMENT)
    assert generation(DOCUMENT, config=IndexConfig(model="/models/copy")) == generation(DOCUMENT)


def test_every_change_of_content_is_another_generation() -> None:
    names = [
        generation(),
        generation(DOCUMENT),
        generation(DOCUMENT, OTHER),
        generation(DOCUMENT, DOCUMENT),
        generation(replace(DOCUMENT, id="c")),
        generation(replace(DOCUMENT, title="Other")),
        generation(replace(DOCUMENT, date="2024-07-30")),
        generation(replace(DOCUMENT, date=None)),
        generation(replace(DOCUMENT, source="CNN")),
        generation(article("a", SECOND, title="OAS", date="2024-07-31", source="BBC", path="/x/a")),
        generation(DOCUMENT, config=IndexConfig(max_tokens=64)),
        generation(DOCUMENT, config=IndexConfig(overlap=2)),
        generation(DOCUMENT, config=IndexConfig(pipeline=CONFIG.pipeline + 1)),
        generation(DOCUMENT, encoder="f" * 64),
        generation(DOCUMENT, engine="more words"),
    ]
    assert len(set(names)) == len(names)

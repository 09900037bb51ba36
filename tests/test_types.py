"""The values: excerpts with their lines, filters, and answers as JSON."""

from __future__ import annotations

import datetime
import json
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.backends.filters import Filter
from qa.errors import UsageError
from qa.types import Answer, ChannelScore, Citation, Document, DocumentRef, Excerpt, Filtered, IndexInfo

THREE_LINES = "first line{e}second line{e}third line{e}"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("piece", "lines"),
    [
        ("first", (1, 1)),
        ("first line{e}", (1, 1)),
        ("second line", (2, 2)),
        ("line{e}second", (1, 2)),
        ("{e}second line{e}", (1, 2)),
        ("first line{e}second line{e}third line", (1, 3)),
        ("second line{e}third line{e}", (2, 3)),
        ("third", (3, 3)),
    ],
)
def test_lines_count_from_one_as_in_an_editor(end: str, piece: str, lines: tuple[int, int]) -> None:
    text, piece = THREE_LINES.format(e=end), piece.format(e=end)
    start = text.index(piece)
    excerpt = Excerpt.of(text, start, start + len(piece))
    assert (excerpt.line_start, excerpt.line_end) == lines
    assert excerpt.text == piece


def test_an_excerpt_of_blank_lines() -> None:
    assert Excerpt.of("\n\n\nfourth", 3, 9) == Excerpt("fourth", 3, 9, 4, 4)


@given(st.text(st.sampled_from("ab\r\n é😀")), st.data())
def test_the_lines_of_an_excerpt_hold_its_first_and_last_character(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    excerpt = Excerpt.of(text, start, end)
    assert excerpt.text == text[start:end]
    # A brute force: the line of each character.
    line_of = []
    line = 1
    for character in text:
        line_of.append(line)
        line += character == "\n"
    if start < end:
        assert (excerpt.line_start, excerpt.line_end) == (line_of[start], line_of[end - 1])
    else:
        assert excerpt.line_start == excerpt.line_end == ([*line_of, line])[start]


def test_a_reference_is_the_document_without_its_text() -> None:
    document = Document("a.txt", "Text.", "Title", "2024-07-31", "BBC", "/x/a.txt", "https://x", "en", "ab" * 32, 0)
    reference = DocumentRef.of(document)
    assert reference == DocumentRef(
        "a.txt", "Title", "2024-07-31", "BBC", "/x/a.txt", "ab" * 32, "https://x", None, "en"
    )


REFERENCE = DocumentRef("a.txt", "Título", None, None, "/x/a.txt", "ab" * 32)
CITATION = Citation(
    rank=1,
    document=REFERENCE,
    passage=Excerpt("It is.\nGuaidó.", 0, 14, 1, 2),
    quote=Excerpt("Guaidó.", 7, 14, 2, 2),
    score=0.83,
    scores={"lexical": ChannelScore(1, 12.3, 0.5), "dense": ChannelScore(2, 0.61, 0.33)},
)
INFO = IndexInfo("0123456789abcdef", "all-MiniLM-L6-v2@0123456789ab", 5, 31)
EVIDENCE = {"coverage": 0.75, "missing_names": 2}
ANSWER = Answer(
    "f" * 16, "¿qué pidió?", True, 0.93, INFO, (CITATION,), evidence=EVIDENCE, threshold=0.5, seconds=0.012346
)
ABSTENTION = replace(
    ANSWER, answered=False, confidence=0.1, citations=(), nearest=(CITATION,), unknown=("Nicaragua", "2018")
)


def test_an_answer_has_the_documented_keys_in_order() -> None:
    answer = ANSWER.to_dict()
    assert list(answer) == [
        "schema",
        "id",
        "question",
        "answered",
        "confidence",
        "threshold",
        "evidence",
        "unknown",
        "suggestions",
        "missing",
        "filtered",
        "citations",
        "index",
        "seconds",
    ]
    assert answer["schema"] == "qa/answer/1"
    (citation,) = answer["citations"]
    assert list(citation) == ["rank", "document", "passage", "quote", "score", "scores", "place"]
    assert list(citation["document"]) == [
        *("id", "title", "date", "source", "path", "sha256"),
        *("url", "author", "language", "meta", "extractor"),
    ]
    assert list(citation["passage"]) == ["text", "start", "end", "line_start", "line_end"]
    assert list(citation["quote"]) == ["text", "start", "end", "line_start", "line_end"]
    assert [list(channel) for channel in citation["scores"].values()] == [["rank", "score", "weight"]] * 2
    assert list(answer["index"]) == ["generation", "embedder", "documents", "passages"]


def test_an_answer_holds_its_values() -> None:
    assert ANSWER.to_dict() == {
        "schema": "qa/answer/1",
        "id": "ffffffffffffffff",
        "question": "¿qué pidió?",
        "answered": True,
        "confidence": 0.93,
        "threshold": 0.5,
        "evidence": {"coverage": 0.75, "missing_names": 2},
        "unknown": [],
        "suggestions": {},
        "missing": [],
        "filtered": None,
        "citations": [
            {
                "rank": 1,
                "document": {
                    "id": "a.txt",
                    "title": "Título",
                    "date": None,
                    "source": None,
                    "path": "/x/a.txt",
                    "sha256": "ab" * 32,
                    "url": None,
                    "author": None,
                    "language": None,
                    "meta": {},
                    "extractor": None,
                },
                "passage": {"text": "It is.\nGuaidó.", "start": 0, "end": 14, "line_start": 1, "line_end": 2},
                "quote": {"text": "Guaidó.", "start": 7, "end": 14, "line_start": 2, "line_end": 2},
                "score": 0.83,
                "scores": {
                    "lexical": {"rank": 1, "score": 12.3, "weight": 0.5},
                    "dense": {"rank": 2, "score": 0.61, "weight": 0.33},
                },
                "place": None,
            }
        ],
        "index": {
            "generation": "0123456789abcdef",
            "embedder": "all-MiniLM-L6-v2@0123456789ab",
            "documents": 5,
            "passages": 31,
        },
        "seconds": 0.012346,
    }


def test_an_abstention_shows_the_nearest_passages_and_cites_none() -> None:
    abstention = ABSTENTION.to_dict()
    assert abstention["answered"] is False
    assert abstention["nearest"] == ANSWER.to_dict()["citations"]
    assert not abstention.get("citations")


def test_an_abstention_tells_the_names_that_the_corpus_does_not_know() -> None:
    assert ABSTENTION.to_dict()["unknown"] == ["Nicaragua", "2018"]
    meant = replace(ABSTENTION, suggestions={"Blinkin": ("Blinken",)})
    assert meant.to_dict()["suggestions"] == {"Blinkin": ["Blinken"]}


def test_where_nothing_was_found_there_is_no_evidence() -> None:
    bare = Answer("f" * 16, "¿qué pidió?", False, 0.0, INFO).to_dict()
    assert (bare["evidence"], bare["unknown"], bare["nearest"]) == ({}, [], [])


def test_json_is_the_dictionary_with_letters_as_they_are() -> None:
    text = ANSWER.to_json()
    assert json.loads(text) == ANSWER.to_dict()
    assert "\n" not in text
    assert "Guaidó" in text
    assert list(json.loads(text)) == list(ANSWER.to_dict())


def test_json_may_be_indented() -> None:
    assert json.loads(ANSWER.to_json(indent=2)) == ANSWER.to_dict()
    assert ANSWER.to_json(indent=2).startswith('{\n  "schema": "qa/answer/1",\n')


def test_the_time_taken_does_not_make_another_answer() -> None:
    assert replace(ANSWER, seconds=99.0) == ANSWER
    assert replace(ANSWER, confidence=0.5) != ANSWER


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
WORDS = st.text(min_size=1)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
EXCERPTS = st.builds(Excerpt, WORDS, *[st.integers(0, 10**6)] * 4)
DOCUMENTS = st.builds(
    DocumentRef, WORDS, WORDS, *[st.none() | WORDS] * 3, WORDS, st.none() | WORDS, meta=st.dictionaries(WORDS, JSON)
)
SCORES = st.dictionaries(WORDS, st.builds(ChannelScore, st.integers(1, 99), NUMBERS, NUMBERS), max_size=3)
PLACES = st.none() | st.dictionaries(WORDS, JSON, max_size=2)
CITATIONS = st.builds(Citation, st.integers(1, 9), DOCUMENTS, EXCERPTS, EXCERPTS, NUMBERS, SCORES, PLACES)
SOME = st.lists(CITATIONS, min_size=1, max_size=2).map(tuple)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Any answer or abstention that holds together."""
    cited = draw(SOME)
    answered = draw(st.booleans())
    return Answer(
        id=draw(WORDS),
        question=draw(WORDS),
        answered=answered,
        confidence=draw(NUMBERS),
        index=INFO,
        citations=cited if answered else (),
        nearest=() if answered else cited,
        evidence=draw(st.dictionaries(WORDS, NUMBERS | st.integers(0, 9))),
        unknown=tuple(draw(st.lists(WORDS, max_size=2))),
        suggestions=draw(st.dictionaries(WORDS, st.lists(WORDS, max_size=2).map(tuple), max_size=2)),
        filtered=draw(st.none() | st.builds(Filtered, st.integers(0, 9), st.integers(0, 9))),
        threshold=draw(st.none() | NUMBERS),
        seconds=draw(NUMBERS),
    )


@given(answers())
def test_an_answer_comes_back_from_json_as_it_was(answer: Answer) -> None:
    for again in (Answer.from_json(answer.to_json()), Answer.from_dict(answer.to_dict())):
        assert (again, hash(again), again.seconds) == (answer, hash(answer), answer.seconds)
        assert again.to_json() == answer.to_json()
    copied = pickle.loads(pickle.dumps(answer))
    assert (copied, hash(copied), copied.to_json()) == (answer, hash(answer), answer.to_json())


@given(answers(), st.data())
def test_an_export_with_anything_in_the_place_of_a_value_is_read_or_refused(
    answer: Answer, data: st.DataObject
) -> None:
    values = answer.to_dict()
    target: Any = values
    while True:
        name = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
        if not (isinstance(target[name], dict | list) and target[name]) or data.draw(st.booleans()):
            break
        target = target[name]
    target[name] = data.draw(JSON)
    try:
        again = Answer.from_dict(values)
    except UsageError:
        return
    assert Answer.from_dict(again.to_dict()) == again


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', b"\xff", None, 7, '{"schema": 1}', "[" * 100_000])
def test_what_is_no_answer_is_refused_in_one_line(text: Any) -> None:
    with pytest.raises(UsageError, match=r"^the answer.*; give it what qa ask --json printed, unchanged$"):
        Answer.from_json(text)


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    values = ANSWER.to_dict()
    values["citations"][0]["document"]["meta"] = {"deep": deep}
    with pytest.raises(UsageError, match="nested too deep"):
        Answer.from_dict(values)


def test_what_answers_and_documents_hold_cannot_be_changed() -> None:
    tags = ["port"]
    document = Document("a", "Text.", meta={"tags": tags, "of": {"desk": "World"}}, places=[(0, {"page": 1})])  # type: ignore[arg-type]
    tags.append("sea")
    assert document.meta == {"tags": ["port"], "of": {"desk": "World"}}
    assert document.meta != {"tags": ["sea"], "of": {"desk": "World"}}
    assert hash(document) == hash(replace(document))
    mappings: list[Any] = [document.meta, document.meta["of"], document.places[0][1]]
    mappings += [ANSWER.evidence, ANSWER.suggestions, CITATION.scores, DocumentRef.of(document).meta]
    for mapping in mappings:
        for change in (lambda m: m.update(a=1), lambda m: m.clear(), lambda m: m.pop("a", 0), lambda m: m.popitem()):
            with pytest.raises(TypeError, match="cannot be changed"):
                change(mapping)
        with pytest.raises(TypeError, match="cannot be changed"):
            mapping["a"] = 1
        with pytest.raises(TypeError, match="cannot be changed"):
            del mapping["a"]
        with pytest.raises(TypeError, match="cannot be changed"):
            mapping |= {"a": 1}
    assert {ANSWER, replace(ANSWER), ABSTENTION} == {ANSWER, ABSTENTION}


def test_a_repr_is_one_short_line() -> None:
    assert repr(ANSWER) == "<qa.Answer '¿qué pidió?': answered, confidence 0.93, 1 citation>"
    assert repr(ABSTENTION) == "<qa.Answer '¿qué pidió?': not answered, confidence 0.10, 1 nearest passage>"
    assert repr(CITATION) == "<qa.Citation 1: 'Guaidó.', a.txt:7-14>"
    long = replace(
        CITATION, quote=Excerpt("It \x1b[2J is.\n" * 50, 0, 9, 1, 50), document=replace(REFERENCE, id="a\n\u202eb")
    )
    assert "\n" not in repr(long)
    assert repr(long).isprintable()
    assert len(repr(long)) < 120


@pytest.mark.parametrize(
    "value", [ANSWER, CITATION, REFERENCE, INFO, CITATION.quote, Filter(), Document("a", "Text.")], ids=repr
)
def test_values_cannot_be_changed(value: Any) -> None:
    for name in type(value).__dataclass_fields__:
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)


def test_a_document_s_date_may_be_a_date_and_is_text_from_then_on() -> None:
    for day in (datetime.date(2024, 7, 31), datetime.datetime(2024, 7, 31, 23, tzinfo=datetime.UTC), "2024-07-31"):
        document = Document("a", "A text.", date=day)
        assert (document.date, document.day) == ("2024-07-31", "2024-07-31")
    assert Document("a", "A text.").day is None
    assert get_type_hints(Document)["date"] == str | datetime.date | None

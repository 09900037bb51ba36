"""The contract of qa.backends.base, on every backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.backends.base import EncodedDocument, Searcher
from qa.backends.filters import Filter
from qa.backends.shared.mentioned import mentioned
from qa.errors import DocumentNotFoundError
from qa.text.analysis import terms
from qa.types import Document, DocumentRef, Filtered, Ranking
from tests.contracts import oracle
from tests.contracts.backends import BACKENDS, encode
from tests.support import WordEncoder, article

ANYTHING = Filter()


def in_order(since: str | None, until: str | None, **others: Any) -> Filter:
    """A filter whose earlier day comes first."""
    if since and until and since > until:
        since, until = until, since
    return Filter(since=since, until=until, **others)


VOCABULARY = [
    *"court warrant arrest prosecutor ballot turnout assembly mayor bridge harbour tariff wheat drought ferry".split(),
    *"museum orchestra glacier vaccine clinic census treaty border embassy strike union pension budget audit".split(),
    *(f"item{i}" for i in range(50)),
]

NEWS = [
    article(
        "icc.md",
        "Luis Almagro asked the court for an arrest warrant. The prosecutor did not answer.\n\nThe envoy travelled on.",
        title="Warrant requested",
        date="2024-07-31",
        source="Sample Desk – Diplomacy",
        author="Zoë Lund",
        meta={"tags": ["courts", "Hague"], "section": "World", "edition": 3},
    ),
    article(
        "ferry.md",
        "The ferry to the northern island stopped. A storm had damaged the harbour, and the ferry lay idle for days.",
        title="No boats to the north",
        date="2021-11-22",
        source="Island Courier",
    ),
    article(
        "wheat.md",
        "Wheat prices rose after the drought. Bakers warned that bread would cost more. The ministry promised aid.",
        title="Bread grows dearer",
        date="2021-12-01",
        source="ÉCONOMIE du jour",
    ),
    article("undated.md", "The court adjourned. Nobody knew the day, and the ferry was late.", source="Sample Desk"),
    article("sourceless.md", "The court sat again over the wheat. It rained.", date="2024-08-01"),
    article("bare.md", "An orchestra played by the glacier. The audience stayed until the last note had faded."),
]


def generated(count: int, seed: int = 5) -> list[Document]:
    """Articles of random words from a small vocabulary, so that terms are shared and no two articles are the same."""
    rng = np.random.default_rng(seed)
    documents = []
    for i in range(count):
        sentences = [
            " ".join(rng.choice(VOCABULARY, size=int(rng.integers(3, 12)))).capitalize() + "."
            for _ in range(int(rng.integers(1, 12)))
        ]
        fields = {"date": f"20{20 + i % 5}-0{1 + i % 9}-15"} if i % 7 else {}
        fields |= {"source": ("Northern Star", "The Southern Cross", "Eastern Wind")[i % 3]} if i % 4 else {}
        fields |= {"author": ("Zoe Lundgren", "B. Holm")[i % 2]} if i % 5 else {}
        meta = {"section": ("World", "Sport", "Port")[i % 3], "tags": [f"t{i % 4}", f"u{i % 6}"]} if i % 6 else {}
        documents.append(article(f"generated/{i:03}.md", " ".join(sentences), meta=meta, **fields))
    return documents


# By id, so that the numbers of the oracle are in the order in which equals are ranked.
CORPUS = encode(sorted([*NEWS, *generated(60)], key=lambda document: document.id), max_tokens=38)
WRITTEN = oracle.passages(CORPUS)

FILTERS = {
    "everything": ANYTHING,
    "since": Filter(since="2023-04-15"),
    "until": Filter(until="2021-11-22"),
    "between": Filter(since="2021-11-22", until="2021-12-01"),
    "one day": Filter(since="2024-07-31", until="2024-07-31"),
    "source": Filter(source="Southern"),
    "source in another case": Filter(source="sOUTH"),
    "source beyond ASCII": Filter(source="économie"),
    "source and dates": Filter(since="2021-01-01", until="2023-12-31", source="star"),
    "source without its accent": Filter(source="economie"),
    "author": Filter(where=(("author", "zoe"),)),
    "two fields": Filter(where=(("author", "lund"), ("section", "WORLD"))),
    "one of a list": Filter(where=(("tags", "u3"),)),
    "a field and a date": Filter(since="2022-01-01", where=(("section", "port"),)),
    "no such field": Filter(where=(("colour", "red"),)),
    "no such source": Filter(source="Nobody's Gazette"),
    "no such day": Filter(since="2099-01-01"),
}

#: Questions that one passage answers better than any other, whatever the idf.
TELLING = {
    "Almagro arrest warrant": "icc.md",
    "damaged harbour storm": "ferry.md",
    "bakers bread ministry": "wheat.md",
    "orchestra audience last note faded": "bare.md",
}

QUERIES = ["court warrant", "ferry", "wheat drought prices", "ballot turnout in the assembly", "glacier", "pension"]

Open: TypeAlias = Callable[[Sequence[EncodedDocument]], Searcher]


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_with(backend: str, tmp_path: Path) -> Iterator[Open]:
    """Writes documents into the backend and opens them."""
    with ExitStack() as stack:

        def write(documents: Sequence[EncodedDocument]) -> Searcher:
            searcher = stack.enter_context(BACKENDS[backend](tmp_path / "index", documents))
            return oracle.Numbered(searcher, documents)

        yield write


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Searcher]]:
    """The corpus in every backend. Searchers only read, so that the tests share them."""
    with ExitStack() as stack:
        yield {
            name: oracle.Numbered(stack.enter_context(build(tmp_path_factory.mktemp(name), CORPUS)), CORPUS)
            for name, build in BACKENDS.items()
        }


@pytest.fixture
def searcher(backend: str, opened: dict[str, Searcher]) -> Searcher:
    return opened[backend]


def pairs(ranking: Ranking) -> list[tuple[int, float]]:
    return list(zip(ranking.numbers.tolist(), ranking.scores.tolist(), strict=True))


def assert_well_formed(ranking: Ranking) -> None:
    """The types, and the order that a Ranking promises."""
    assert ranking.numbers.dtype == np.int64
    assert ranking.scores.dtype == np.float32
    assert ranking.numbers.shape == ranking.scores.shape == (len(ranking),)
    assert pairs(ranking) == sorted(pairs(ranking), key=lambda row: (-row[1], row[0]))


def test_the_corpus_of_this_suite_is_fit_for_it():
    assert len(WRITTEN) > 100
    assert any(len(d.passages) > 1 for d in CORPUS)
    counts = {name: sum(oracle.passes(p.document, f) for p in WRITTEN) for name, f in FILTERS.items()}
    assert {name for name, count in counts.items() if not count} == {
        "no such source",
        "no such field",
        "no such day",
    }
    assert [name for name, count in counts.items() if count == len(WRITTEN)] == ["everything"]


class TestDense:
    @pytest.mark.parametrize("within", FILTERS.values(), ids=FILTERS)
    @pytest.mark.parametrize("depth", [1, 2, 7, 50, 1000])
    def test_a_ranking_is_that_of_brute_force(self, searcher, depth, within):
        for question in QUERIES:
            vector = WordEncoder().encode_query(question)
            expected = oracle.dense(WRITTEN, vector, within)[:depth]
            ranking = searcher.dense(vector, depth, within)
            assert ranking.numbers.tolist() == [number for number, _ in expected]
            np.testing.assert_allclose(ranking.scores, [score for _, score in expected], atol=1e-6)
            assert_well_formed(ranking)

    def test_equal_passages_are_ranked_by_document(self, open_with):
        texts = ["The court sat.", "The ferry left.", "The court sat.", "Wheat grew.", "The court sat."] * 4
        searcher = open_with(encode([article(f"{i:02}.md", text) for i, text in enumerate(texts)]))
        ranking = searcher.dense(WordEncoder().encode_query("the court sat"), len(texts), ANYTHING)
        assert ranking.numbers[:12].tolist() == [i for i, text in enumerate(texts) if text == "The court sat."]
        assert len(set(ranking.scores[:12].tolist())) == 1
        assert_well_formed(ranking)

    def test_of_equal_passages_at_the_cut_off_the_first_are_listed(self, open_with):
        documents = encode([article(f"{i:02}.md", ("The court sat.", "The ferry left.")[i % 2]) for i in range(60)])
        searcher, vector = open_with(documents), WordEncoder().encode_query("the court sat")
        listed = {depth: searcher.dense(vector, depth, ANYTHING).numbers.tolist() for depth in range(1, 61)}
        expected = [number for number, _ in oracle.dense(oracle.passages(documents), vector, ANYTHING)]
        assert listed == {depth: expected[:depth] for depth in range(1, 61)}

    def test_a_filter_works_inside_the_search(self, searcher):
        vector = WordEncoder().encode_query("Luis Almagro asked the court for an arrest warrant")
        best = WRITTEN[int(searcher.dense(vector, 1, ANYTHING).numbers[0])].document
        assert best.id == "icc.md"
        allowed = Filter(until="2024-07-30")
        (number,) = searcher.dense(vector, 1, allowed).numbers.tolist()
        assert number == oracle.dense(WRITTEN, vector, allowed)[0][0]


class TestLexical:
    @pytest.mark.parametrize("within", FILTERS.values(), ids=FILTERS)
    def test_exactly_the_passages_with_a_term_are_listed(self, searcher, within):
        for question in QUERIES:
            ranking = searcher.lexical(terms(question), len(WRITTEN), within)
            assert set(ranking.numbers.tolist()) == oracle.matching(WRITTEN, terms(question), within)
            assert len(set(ranking.numbers.tolist())) == len(ranking)
            assert_well_formed(ranking)

    @pytest.mark.parametrize("depth", [1, 2, 5, 30])
    def test_a_smaller_depth_gives_the_beginning_of_the_ranking(self, searcher, depth):
        for question in QUERIES:
            whole = searcher.lexical(terms(question), len(WRITTEN), ANYTHING)
            assert pairs(searcher.lexical(terms(question), depth, ANYTHING)) == pairs(whole)[:depth]

    def test_a_filter_does_not_change_the_scores(self, searcher):
        whole = dict(pairs(searcher.lexical(terms("court wheat"), len(WRITTEN), ANYTHING)))
        for within in FILTERS.values():
            for number, score in pairs(searcher.lexical(terms("court wheat"), len(WRITTEN), within)):
                assert score == pytest.approx(whole[number], rel=1e-6)

    @pytest.mark.parametrize(("question", "document"), TELLING.items())
    def test_a_telling_question_finds_its_article(self, searcher, question, document):
        (best,) = searcher.lexical(terms(question), 1, ANYTHING).numbers.tolist()
        assert WRITTEN[best].document.id == document

    def test_rankings_by_one_term_agree_with_the_reference(self, searcher, opened):
        """With one term the idf is a common factor, so that the formulas order alike (as long as it is positive)."""
        rare = [t for t in terms(" ".join(VOCABULARY)) if 0 < oracle.frequency(WRITTEN, t) < len(WRITTEN) / 2]
        assert len(rare) > 20
        for term in rare:
            reference = opened["memory"].lexical([term], len(WRITTEN), ANYTHING)
            assert searcher.lexical([term], len(WRITTEN), ANYTHING).numbers.tolist() == reference.numbers.tolist()

    def test_the_best_passages_for_several_terms_agree_with_the_reference(self, searcher, opened):
        for question in TELLING:
            ours = searcher.lexical(terms(question), 1, ANYTHING).numbers.tolist()
            assert ours == opened["memory"].lexical(terms(question), 1, ANYTHING).numbers.tolist()

    def test_a_filter_works_inside_the_search(self, searcher):
        wanted = terms("Almagro arrest warrant")
        best = WRITTEN[int(searcher.lexical(wanted, 1, ANYTHING).numbers[0])].document
        assert best.id == "icc.md"
        allowed = Filter(until="2024-07-30")
        ranking = searcher.lexical(wanted, 1, allowed)
        everything = searcher.lexical(wanted, len(WRITTEN), ANYTHING).numbers.tolist()
        first = next(n for n in everything if (WRITTEN[n].document.date or "9999") <= "2024-07-30")
        assert ranking.numbers.tolist() == [first]

    def test_equal_passages_are_ranked_by_document_at_every_depth(self, open_with):
        texts = ["The court sat.", "The ferry left.", "The court sat.", "Wheat grew.", "Bells rang."] * 8
        searcher = open_with(encode([article(f"{i:02}.md", text) for i, text in enumerate(texts)]))
        expected = [i for i, text in enumerate(texts) if text == "The court sat."]
        for depth in range(1, len(expected) + 1):
            assert searcher.lexical(["court"], depth, ANYTHING).numbers.tolist() == expected[:depth]

    def test_a_term_that_no_passage_holds_changes_nothing(self, searcher):
        assert len(searcher.lexical(["zyzzyva"], 10, ANYTHING)) == 0
        assert pairs(searcher.lexical(["zyzzyva", "ferri"], 10, ANYTHING)) == pairs(
            searcher.lexical(["ferri"], 10, ANYTHING)
        )
        assert len(searcher.lexical(["ferri"], 10, ANYTHING)) > 0

    def test_no_terms_list_nothing(self, searcher):
        assert len(searcher.lexical([], 10, ANYTHING)) == 0
        assert len(searcher.lexical([], 10, Filter(since="2021-01-01", source="star"))) == 0

    def test_a_term_counts_as_often_as_it_is_asked_for(self, searcher):
        once = searcher.lexical(["ferri"], 10, ANYTHING)
        twice = searcher.lexical(["ferri", "ferri"], 10, ANYTHING)
        assert twice.numbers.tolist() == once.numbers.tolist()
        np.testing.assert_allclose(twice.scores, 2 * once.scores, rtol=1e-6)

    @pytest.mark.parametrize(
        "term",
        ["AND", "OR", "NOT", '"court"', "terms:court", "source:star", "*", "cour*", "\\", "(", "court~1", "+", "^2"],
    )
    def test_what_looks_like_query_syntax_is_a_plain_term(self, open_with, term):
        plain = encode(
            [article("a.md", "The court sat."), article("b.md", "The ferry left."), article("c.md", "Wheat.")]
        )
        vars(plain[0])["terms"] = ((*plain[0].terms[0], term),)
        searcher = open_with(plain)
        assert searcher.lexical([term], 10, ANYTHING).numbers.tolist() == [0]
        assert searcher.document_frequencies([term]) == [1]

    def test_what_looks_like_query_syntax_matches_no_other_term(self, searcher):
        for term in ["*", "cour*", "terms:court", '"court"', "AND", "court OR wheat", "-court", "[a TO z]", "\\", ""]:
            assert len(searcher.lexical([term], 10, ANYTHING)) == 0

    def test_document_frequencies_count_passages(self, searcher):
        asked = [*terms(" ".join(VOCABULARY)), "zyzzyva", "almagro", "ferri", "ferri"]
        assert searcher.document_frequencies(asked) == [oracle.frequency(WRITTEN, t) for t in asked]
        assert searcher.document_frequencies([]) == []

    def test_a_passage_is_found_by_its_own_language_s_stems(self, open_with):
        texts = {"de.md": "Die Häfen sind nicht offen.", "es.md": "Las manifestaciones no se hicieron en los puertos."}
        searcher = open_with(encode([article(name, text) for name, text in texts.items()]))
        assert searcher.document_frequencies(["es:manifest", "de:haf", "es:haf"]) == [1, 1, 0]
        for stem, name in (("es:manifest", "es.md"), ("de:haf", "de.md")):
            (number,) = searcher.lexical([stem], 10, ANYTHING).numbers.tolist()
            assert searcher.candidates([number])[0].document.id == name
        assert searcher.documents.encoded("es.md").stems == encode([article("es.md", texts["es.md"])])[0].stems

    def test_stems_change_no_score_of_a_term(self, backend, open_with):
        if backend.startswith("milvus"):
            pytest.skip("Milvus counts stems in a passage's length")
        plain, stemmed = (
            encode([*NEWS, article("es.md", "La corte no se reunió.", language=code)]) for code in ("xx", "es")
        )
        assert any(stemmed[-1].stems)
        assert not any(plain[-1].stems)
        one = open_with(plain).lexical(["court", "cort"], 20, ANYTHING)
        other = open_with(stemmed).lexical(["court", "cort"], 20, ANYTHING)
        assert pairs(one) == pairs(other)

    def test_what_occurs_anywhere_in_a_document_is_mentioned(self, open_with):
        document = article(
            "a.md",
            "The court sat. The ferry left.",
            title="Wheat grew",
            date="2021-11-22",
            source="El País",
            author="Zoë Lund",
            url="https://daily.example/orchestra",
            meta={"section": "Glaciers", "tags": ["budget", {"of": "Ulvik"}], "pages": 77},
        )
        searcher = open_with(encode([document, article("b.md", "A union met.")]))
        words = terms("court ferry wheat 22 November 2021 País Lund glacier budget Ulvik 77 union orchestra")
        others = ["zyzzyva", "stranger0", "section", "tags", "", "court ferri"]
        assert mentioned(words, searcher) == [True] * len(words)
        assert mentioned(others, searcher) == [False] * len(others)
        assert mentioned(["zyzzyva", "lund", "court"] * 300, searcher) == [False, True, True] * 300
        assert mentioned([], searcher) == []

    def test_what_is_told_beside_the_text_counts_in_no_search(self, open_with):
        searcher = open_with(encode([article("a.md", "The court sat.", author="Lund"), article("b.md", "Wheat grew.")]))
        assert searcher.document_frequencies(["lund"]) == [0]
        assert len(searcher.lexical(["lund"], 10, ANYTHING)) == 0
        assert [len(one) for one in searcher.documents.encoded("a.md").terms] == [len(terms("court sat"))]


class TestScores:
    """Each backend's BM25 is the one that it says it is."""

    ASKED = ("court", "ferri", "wheat", "glacier", "glacier")

    def test_scores_are_bm25_with_lucenes_idf(self, searcher):
        ranking = searcher.lexical(self.ASKED, len(WRITTEN), ANYTHING)
        idf = {term: oracle.lucene_idf(WRITTEN, term) for term in self.ASKED}
        for number, score in pairs(ranking):
            expected = sum(idf[term] * oracle.saturation(WRITTEN, term, number) for term in self.ASKED)
            assert score == pytest.approx(expected, rel=1e-5)

    @pytest.mark.parametrize("texts", [["Court."], ["Court wheat.", "Court court."], ["Court wheat.", "A ferry."]])
    def test_a_term_in_most_passages_of_a_tiny_corpus_still_counts_for_them(self, open_with, texts):
        """The idf of the package rank-bm25 is zero or negative here."""
        searcher = open_with(encode([article(f"{i}.md", text) for i, text in enumerate(texts)]))
        ranking = searcher.lexical(["court"], 10, ANYTHING)
        most = max(range(len(texts)), key=lambda i: texts[i].lower().count("court"))
        assert ranking.numbers[0] == most
        assert (ranking.scores > 0).all()


class TestFilters:
    @pytest.mark.parametrize("name", ["no such source", "no such day"])
    def test_a_filter_that_excludes_everything_gives_empty_rankings(self, searcher, name):
        dense = searcher.dense(WordEncoder().encode_query("court"), 10, FILTERS[name])
        lexical = searcher.lexical(["court"], 10, FILTERS[name])
        assert (pairs(dense), pairs(lexical)) == ([], [])

    def test_dates_are_inclusive(self, searcher):
        day = Filter(since="2024-07-31", until="2024-07-31")
        numbers = searcher.dense(WordEncoder().encode_query("court"), 1000, day).numbers.tolist()
        assert {WRITTEN[n].document.id for n in numbers} == {"icc.md"}
        assert {WRITTEN[n].document.id for n in searcher.lexical(["court"], 1000, day).numbers.tolist()} == {"icc.md"}

    @pytest.mark.parametrize("within", [Filter(since="0001-01-01"), Filter(until="9999-12-31")])
    def test_a_document_without_a_date_passes_no_date(self, searcher, within):
        numbers = searcher.dense(WordEncoder().encode_query("court"), 1000, within).numbers.tolist()
        dated = [n for n, p in enumerate(WRITTEN) if p.document.date]
        assert sorted(numbers) == dated
        assert len(dated) < len(WRITTEN)
        lexical = searcher.lexical(["court"], 1000, within).numbers.tolist()
        assert sorted(lexical) == [n for n in dated if "court" in WRITTEN[n].terms]

    def test_a_document_without_a_source_passes_no_source(self, searcher):
        wheat = terms("wheat")
        everywhere = {WRITTEN[n].document.id for n in searcher.lexical(wheat, 1000, ANYTHING).numbers.tolist()}
        assert "sourceless.md" in everywhere
        for part in ("sample desk", "e"):
            numbers = searcher.lexical(wheat, 1000, Filter(source=part)).numbers.tolist()
            assert "sourceless.md" not in {WRITTEN[n].document.id for n in numbers}

    def test_a_part_of_a_source_may_hold_any_character(self, open_with):
        sources = ['The "Daily" *', "a:b \\ c", "100% of [x]", "under_score"]
        documents = [article(f"{i:02}.md", "The court sat.", source=source) for i, source in enumerate(sources)]
        searcher = open_with(encode(documents))
        for part, expected in {'"daily" *': [0], ":": [1], "\\": [1], "%": [2], "_": [3], "[X]": [2], "*": [0]}.items():
            assert searcher.lexical(["court"], 10, Filter(source=part)).numbers.tolist() == expected
            assert searcher.dense(WordEncoder().encode_query("court"), 10, Filter(source=part)).numbers.tolist() == (
                expected
            )


class TestDocuments:
    def test_candidates_come_in_the_order_asked_for(self, searcher):
        numbers = [len(WRITTEN) - 1, 0, 17, 3, 4]
        candidates = searcher.candidates(numbers)
        assert [c.number for c in candidates] == numbers
        assert searcher.candidates([]) == []

    def test_a_candidate_has_its_document_chunk_and_sentences(self, searcher):
        numbers = range(len(WRITTEN))
        for candidate, written in zip(searcher.candidates(numbers), WRITTEN, strict=True):
            first, last = written.chunk.first_sentence, written.chunk.last_sentence
            assert candidate.document == written.document
            assert candidate.chunk == written.chunk
            assert candidate.sentences == written.encoded.sentences[first:last]
            assert candidate.vectors.dtype == np.float32
            np.testing.assert_allclose(candidate.vectors, written.encoded.sentence_vectors[first:last], atol=2**-8)

    def test_a_ranking_s_numbers_can_be_asked_for(self, searcher):
        ranking = searcher.dense(WordEncoder().encode_query("court"), 5, ANYTHING)
        assert [c.number for c in searcher.candidates(ranking.numbers)] == ranking.numbers.tolist()

    def test_a_document_comes_back_as_it_was_written(self, searcher):
        for encoded in CORPUS:
            assert searcher.documents.document(encoded.document.id) == encoded.document

    def test_an_unknown_document_is_an_error(self, searcher):
        for name in ("nothing.md", "", "ICC.md", "icc.md\0", "icc%"):
            with pytest.raises(DocumentNotFoundError, match="holds no document"):
                searcher.documents.document(name)

    def test_documents_are_listed_by_id(self, searcher):
        assert list(searcher.documents.references()) == [DocumentRef.of(d.document) for d in CORPUS]

    def test_what_was_encoded_can_be_taken_over(self, searcher):
        for written in CORPUS:
            encoded = searcher.documents.encoded(written.document.id)
            assert encoded is not None
            assert encoded.document == written.document
            assert encoded.sentences == written.sentences
            assert encoded.passages == written.passages
            assert encoded.terms == written.terms
            assert encoded.passage_vectors.dtype == encoded.sentence_vectors.dtype == np.float32
            np.testing.assert_array_equal(encoded.passage_vectors, written.passage_vectors)
            np.testing.assert_allclose(encoded.sentence_vectors, written.sentence_vectors, atol=2**-8)

    def test_nothing_was_encoded_of_an_unknown_document(self, searcher):
        assert searcher.documents.encoded("nothing.md") is None

    @pytest.mark.parametrize(
        "text",
        [
            "The court\0sat. A NUL\0\0 is \0in it.\0",
            "Emoji 👩‍👩‍👧 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 court. Flags 🇻🇪 too.",
            "e\u0301 and \u00e9, Guaido\u0301 and a\u0328\u0301. Struck c\u0336\u0335o\u0337u\u0336r\u0337t\u0338.",
            "Line\r\nends\rof\u2028all\u2029kinds\x85.\r\n\r\nThe court\tsat.\v\f",
            "\ufeffA mark\u200b at the start, \u202eright to left\u202c, and \ufffd\uffff. المحكمة 法院",
        ],
        ids=["NUL", "four bytes", "combining marks", "line ends", "invisible"],
    )
    def test_texts_of_any_characters_come_back_exactly(self, open_with, text):
        before, after = article("before.md", "Wheat grew."), article("after.md", "The ferry left.")
        document = article(
            "odd \U0001f600 é.md", text, title="A \0 title 👩‍👩‍👧", source="e\u0301 𝔘", url="https://x/?q=\0"
        )
        written = encode([before, document, after])
        searcher = open_with(written)
        assert searcher.documents.document(document.id) == document
        assert [ref.title for ref in searcher.documents.references()] == ["", "", document.title]
        for candidate in searcher.candidates(range(sum(len(one.passages) for one in written))):
            span = slice(candidate.chunk.start, candidate.chunk.end)
            assert (
                candidate.document.text[span]
                == {d.id: d for d in (before, document, after)}[candidate.document.id].text[span]
            )
        encoded = searcher.documents.encoded(document.id)
        assert encoded is not None
        assert (encoded.terms, encoded.sentences) == (written[1].terms, written[1].sentences)


class TestSmallIndexes:
    def test_one_document_can_be_searched(self, open_with):
        searcher = open_with(encode([article("one.md", "The court sat.")]))
        vector = WordEncoder().encode_query("court")
        assert searcher.dense(vector, 5, ANYTHING).numbers.tolist() == [0]
        assert searcher.lexical(["court"], 5, ANYTHING).numbers.tolist() == [0]
        assert searcher.lexical(["ferri"], 5, ANYTHING).numbers.tolist() == []
        assert searcher.dense(vector, 5, Filter(since="2024-01-01")).numbers.tolist() == []
        assert searcher.lexical(["court"], 5, Filter(source="x")).numbers.tolist() == []

    def test_a_passage_without_terms_is_found_by_meaning_only(self, open_with):
        searcher = open_with(encode([article("a.md", "It was she."), article("b.md", "The court sat.")]))
        assert searcher.dense(WordEncoder().encode_query("it was she"), 1, ANYTHING).numbers.tolist() == [0]
        assert searcher.lexical(["court"], 5, ANYTHING).numbers.tolist() == [1]
        assert searcher.document_frequencies(["court", "it", ""]) == [1, 0, 0]
        encoded = searcher.documents.encoded("a.md")
        assert encoded is not None
        assert encoded.terms == ((),)

    def test_passages_that_all_have_no_terms_are_searched_without_an_error(self, open_with):
        searcher = open_with(encode([article("a.md", "It was she."), article("b.md", "…")]))
        assert len(searcher.lexical(["court"], 5, ANYTHING)) == 0
        assert searcher.document_frequencies(["court"]) == [0]
        assert sorted(searcher.dense(WordEncoder().encode_query("she"), 5, ANYTHING).numbers.tolist()) == [0, 1]


def test_many_threads_get_the_answers_that_one_gets(searcher, backend):
    def ask(question: str) -> tuple[object, ...]:
        lexical = searcher.lexical(terms(question), 20, Filter(source="s"))
        dense = searcher.dense(WordEncoder().encode_query(question), 20, Filter(since="2021-01-01"))
        candidates = searcher.candidates(dense.numbers)
        rows = [(c.document.id, c.chunk, c.vectors.tobytes()) for c in candidates]
        texts = [searcher.documents.document(name).text for name, _, _ in rows]
        return pairs(lexical), pairs(dense), rows, texts, searcher.document_frequencies(terms(question))

    questions = [*QUERIES, *TELLING] * (2 if backend == "milvus-lite" else 8)  # whose every read is a call
    expected = [ask(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, questions)) == expected


words = st.sampled_from(["court", "wheat", "ferry", "glacier", "union", "budget"])
texts = st.lists(words, min_size=1, max_size=60).map(lambda chosen: " ".join(chosen) + ".")
days = st.none() | st.sampled_from(["2020-02-29", "2021-01-01", "2021-06-30", "2024-12-31"])
sources = st.none() | st.sampled_from(["Star", "northern star", "Cross", ""])
documents = st.lists(st.tuples(texts, days, sources), min_size=1, max_size=8)
filters = st.builds(in_order, since=days, until=days, source=st.none() | st.sampled_from(["star", "o", "zzz"]))


filters_of_news = st.builds(
    in_order,
    since=st.sampled_from([None, "2021-01-01", "2022-05-15"]),
    until=st.sampled_from([None, "2021-12-01", "2024-07-31"]),
    source=st.sampled_from([None, "star", "SOUTH", "economie", "nobody"]),
    where=st.lists(
        st.sampled_from([("author", "zoe"), ("author", "holm"), ("section", "sport"), ("tags", "t1"), ("id", "1")]),
        max_size=2,
    ).map(tuple),
)


@given(within=filters_of_news)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_filter_gives_what_brute_force_over_the_filtered_documents_gives(searcher, within):
    vector = WordEncoder().encode_query("court ferry wheat")
    expected = oracle.dense(WRITTEN, vector, within)[:20]
    hits = searcher.dense(vector, 20, within)
    assert set(hits.numbers.tolist()) <= {
        number for number, p in enumerate(WRITTEN) if oracle.passes(p.document, within)
    }
    assert len(hits) == len(expected)
    np.testing.assert_allclose(hits.scores, [score for _, score in expected], atol=1e-3)
    lexical = searcher.lexical(terms("court ferry wheat"), len(WRITTEN), within).numbers.tolist()
    assert set(lexical) == oracle.matching(WRITTEN, terms("court ferry wheat"), within)


def test_what_a_filter_left_is_told(searcher):
    passing = [d.document for d in CORPUS if oracle.passes(d.document, Filter(since="2022-01-01"))]
    undated = [d.document for d in CORPUS if d.document.date is None]
    assert searcher.documents.filtered(Filter(since="2022-01-01")) == Filtered(len(passing), len(undated))
    nothing = searcher.documents.filtered(Filter(source="Nobody"))
    assert (nothing.documents, nothing.undated) == (0, 0)
    assert nothing.sources == tuple(sorted({d.document.source for d in CORPUS if d.document.source}))[:8]
    assert searcher.documents.filtered(Filter(source="nobody", since="2022-01-01")).documents == 0
    assert searcher.documents.filtered(Filter(where=(("author", "zoe"),))).sources == ()
    assert searcher.documents.filtered(Filter(where=(("author", "nobody"),))).fields == ()
    told = {name for d in CORPUS for name, value in d.document.meta.items() if value}
    assert {"id", "title", "source", *told} <= {*searcher.documents.filtered(Filter(where=(("autor", "zoe"),))).fields}


@settings(max_examples=25, deadline=None)
@given(documents=documents, asked=st.lists(words, max_size=3), within=filters, depth=st.integers(1, 12))
def test_memory_and_local_agree_on_any_corpus(documents, asked, within, depth):
    articles = [
        Document(f"{i}.md", text, date=day, source=source, sha256="0" * 64)
        for i, (text, day, source) in enumerate(documents)
    ]
    encoded = encode(articles)
    vector = WordEncoder().encode_query(" ".join(asked))
    with TemporaryDirectory() as folder, ExitStack() as stack:
        memory, local = (
            oracle.Numbered(stack.enter_context(BACKENDS[name](Path(folder), encoded)), encoded)
            for name in ("memory", "local-updated")
        )
        wanted = terms(" ".join(asked))
        for one, other in (
            (memory.dense(vector, depth, within), local.dense(vector, depth, within)),
            (memory.lexical(wanted, 1000, within), local.lexical(wanted, 1000, within)),
        ):
            assert one.numbers.tolist() == other.numbers.tolist()
            np.testing.assert_allclose(one.scores, other.scores, rtol=1e-5, atol=1e-6)
        numbers = set(local.lexical(wanted, 1000, within).numbers.tolist())
        assert numbers == oracle.matching(oracle.passages(encoded), wanted, within)

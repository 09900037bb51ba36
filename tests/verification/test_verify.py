"""An exported answer against its sources as they are now: real files, edited as people edit them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qa.corpus import Problem, read
from qa.errors import CorpusError, IndexNotFoundError, UsageError
from qa.text.languages import union
from qa.types import Answer, Citation, Document, DocumentRef, Excerpt, IndexInfo, Span
from qa.verification.comparison import CitationStatus, compare, reversal
from qa.verification.exported import claims
from qa.verification.nearest import SEARCHED, changes, nearest
from qa.verification.verify import CheckedCitation, Verification, verify

ARTICLE = (
    "The bakery in Holmby sells saffron buns on Fridays.\n\n"
    "The ferry to Vestmark departs at nine every morning. It carries forty cars.\n\n"
    "The library of Tarnby lends old maps to sailors.\n"
)
FERRY = "The ferry to Vestmark departs at nine every morning."
INFO = IndexInfo("generation", "embedder", 1, 1)


def cite(document: Document, quote: str, rank: int = 1, at: int | None = None) -> Citation:
    """A citation whose passage is the paragraph of the quote."""
    start = document.text.index(quote) if at is None else at
    end = start + len(quote)
    stop = document.text.find("\n\n", end)
    passage = Excerpt.of(document.text, document.text.rfind("\n", 0, start) + 1, stop if stop >= 0 else end)
    return Citation(rank, DocumentRef.of(document), passage, Excerpt.of(document.text, start, end), 0.9, {})


def answer(*citations: Citation, answered: bool = True) -> Answer:
    cited, near = (citations, ()) if answered else ((), citations)
    return Answer("a1", "When does the ferry leave?", answered, 0.9, INFO, cited, near)


def no_problem(problem: Problem) -> None:
    pytest.fail(str(problem))


class Corpus:
    """A folder of articles that can be cited, and edited afterwards."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.root / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def document(self, name: str) -> Document:
        return next(document for document in read([self.root], no_problem) if document.id == name)

    def cite(self, name: str, quote: str, at: int | None = None) -> Citation:
        return cite(self.document(name), quote, at=at)

    def check(self, citation: Citation) -> CheckedCitation:
        (checked,) = verify(answer(citation), self.root).citations
        return checked


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    corpus = Corpus(tmp_path / "corpus")
    corpus.write("2024/ferry.txt", ARTICLE)
    corpus.write("windmill.txt", "The windmill of Dorpe grinds buckwheat in autumn.\n")
    return corpus


def stays(checked: CheckedCitation) -> str:
    return "".join(change.text for change in checked.quote.changes if change.kind == "same")


def kinds(checked: CheckedCitation) -> dict[str, list[str]]:
    """What was deleted and what was inserted."""
    changed: dict[str, list[str]] = {"deleted": [], "inserted": []}
    for change in checked.quote.changes:
        if change.kind != "same":
            changed[change.kind].append(change.text)
    return changed


class TestExact:
    def test_an_unchanged_source_verifies(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        checked = corpus.check(citation)
        assert (checked.quote.status, checked.passage.status, checked.same_file) == ("exact", "exact", True)
        assert checked.quote.found == citation.quote
        assert checked.passage.found == citation.passage

    def test_an_edit_behind_the_passage_leaves_it_exact_and_is_told(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE + "\nA correction was added.\n")
        checked = corpus.check(citation)
        assert (checked.status, checked.passage.status, checked.same_file) == (
            CitationStatus.EXACT,
            CitationStatus.EXACT,
            False,
        )

    def test_the_recorded_place_counts_where_the_quote_stands_twice(self, corpus: Corpus):
        corpus.write("twice.txt", f"{FERRY}\n\nAgain: {FERRY}\n")
        second = len(f"{FERRY}\n\nAgain: ")
        checked = corpus.check(corpus.cite("twice.txt", FERRY, at=second))
        assert checked.status is CitationStatus.EXACT
        assert checked.quote.found is not None
        assert (checked.quote.found.start, checked.quote.times) == (second, 2)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_offsets_count_characters_whatever_the_encoding(self, corpus: Corpus, encoding: str):
        text = "Über Coruña: el museo expone azulejos “antiguos” – déjà vu.\nLa señora abrió el café a las nueve.\n"
        corpus.write("museum.txt", text.encode(encoding))
        quote = "La señora abrió el café a las nueve."
        checked = corpus.check(corpus.cite("museum.txt", quote))
        assert checked.quote.found == Excerpt(quote, text.index(quote), len(text) - 1, 2, 2)

    def test_a_quote_behind_emoji_and_combining_accents(self, corpus: Corpus):
        text = "😀😀 e\u0301te\u0301 👩‍👩‍👧 — the summer fair opened its gates today.\n"
        corpus.write("fair.txt", text)
        checked = corpus.check(corpus.cite("fair.txt", "the summer fair opened its gates today."))
        assert checked.quote.found is not None
        assert (checked.status, checked.quote.found.start) == (CitationStatus.EXACT, text.index("the summer"))

    def test_front_matter_counts_as_text(self, corpus: Corpus):
        corpus.write("dated.md", f"---\ntitle: Ferries\ndate: 2024-07-31\n---\n\n{ARTICLE}")
        citation = corpus.cite("dated.md", FERRY)
        corpus.write("dated.md", f"---\ntitle: The ferries\ndate: 2024-07-31\n---\n\n{ARTICLE}")
        checked = corpus.check(citation)
        assert checked.quote.found is not None
        assert (checked.status, checked.quote.found.start) == (CitationStatus.MOVED, citation.quote.start + len("The "))


class TestMoved:
    def test_text_inserted_before_moves_quote_and_passage(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", f"Updated at noon.\n{ARTICLE}")
        checked = corpus.check(citation)
        shift = len("Updated at noon.\n")
        assert checked.quote.found == Excerpt(FERRY, citation.quote.start + shift, citation.quote.end + shift, 4, 4)
        assert (checked.status, checked.passage.status, checked.ok) == (
            CitationStatus.MOVED,
            CitationStatus.MOVED,
            True,
        )
        assert checked.quote.changes == ()

    @pytest.mark.parametrize("gone", ["The ", "The bakery in Holmby sells saffron buns on Fridays.\n\n"])
    def test_text_deleted_before_moves_it_back(self, corpus: Corpus, gone: str):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE.removeprefix(gone))
        checked = corpus.check(citation)
        assert checked.quote.found is not None
        assert (checked.status, checked.quote.found.start) == (CitationStatus.MOVED, citation.quote.start - len(gone))

    def test_the_nearest_of_several_places_is_told_and_how_many_there_are(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        far = "Far away stands a hill. " * 30
        text = f"{FERRY} {far}{'x' * 20} {FERRY} {far}{FERRY}\n"
        places = [0, text.index(FERRY, 1), text.rindex(FERRY)]
        corpus.write("2024/ferry.txt", text)
        checked = corpus.check(citation)
        assert checked.quote.found is not None
        assert checked.quote.found.start == min(places, key=lambda place: abs(place - citation.quote.start))
        assert checked.quote.times == 3

    def test_a_quote_may_move_out_of_an_altered_passage(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE.replace("forty cars", "fifty cars").replace("sells", "often sells"))
        checked = corpus.check(citation)
        assert (checked.status, checked.passage.status) == (CitationStatus.MOVED, CitationStatus.ALTERED)

    def test_moving_to_the_front_of_the_document(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", FERRY)
        checked = corpus.check(citation)
        assert checked.quote.found == Excerpt(FERRY, 0, len(FERRY), 1, 1)


class TestAltered:
    def test_a_changed_word_is_shown_with_the_nearest_text(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE.replace("nine", "seven"))
        checked = corpus.check(citation)
        now = FERRY.replace("nine", "seven")
        assert checked.quote.found == Excerpt(now, citation.quote.start, citation.quote.start + len(now), 3, 3)
        assert kinds(checked) == {"deleted": ["nine"], "inserted": ["seven"]}
        assert (checked.status, checked.ok, checked.same_file) == (CitationStatus.ALTERED, False, False)

    def test_a_difference_is_cut_down_to_its_characters(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE.replace("departs", "departed"))
        assert kinds(corpus.check(citation)) == {"deleted": ["s"], "inserted": ["ed"]}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("every morning.", "at five and again every single morning."),
            (" every morning", ""),
            ("morning.", "evening!"),
            ("The ferry to", "A ferry to"),
        ],
    )
    def test_the_nearest_text_has_its_own_length(self, corpus: Corpus, old: str, new: str):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE.replace(old, new, 1))
        checked = corpus.check(citation)
        assert checked.status is CitationStatus.ALTERED
        assert checked.quote.found is not None
        assert checked.quote.found.text == FERRY.replace(old, new, 1)

    @pytest.mark.parametrize("line_end", ["\r\n", "\r"])
    def test_other_line_ends_are_a_change_in_white_space_only(self, corpus: Corpus, line_end: str):
        text = "Before.\n\nThe ferry to Vestmark\ndeparts at nine.\n"
        corpus.write("wrapped.txt", text)
        citation = corpus.cite("wrapped.txt", "The ferry to Vestmark\ndeparts at nine.")
        converted = text.replace("\n", line_end)
        corpus.write("wrapped.txt", converted)
        checked = corpus.check(citation)
        assert (checked.status, checked.quote.white_space_only, checked.ok) == (CitationStatus.ALTERED, True, False)
        assert checked.quote.found is not None
        start, end = converted.index("The"), converted.index("nine.") + len("nine.")
        assert (checked.quote.found.start, checked.quote.found.end) == (start, end)
        assert kinds(checked)["inserted"] == ["\r"]

    def test_a_quote_on_one_line_of_a_converted_file_has_only_moved(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE.replace("\n", "\r\n"))
        checked = corpus.check(citation)
        assert checked.quote.found is not None
        assert (checked.status, checked.quote.found.start) == (CitationStatus.MOVED, citation.quote.start + 2)

    def test_a_changed_letter_besides_white_space_is_more_than_white_space(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE.replace(" departs at nine", "\ndeparts at Nine"))
        assert corpus.check(citation).quote.white_space_only is False

    def test_another_letter_case_is_no_match(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE.upper())
        assert corpus.check(citation).status is CitationStatus.ALTERED

    def test_a_quote_that_was_deleted_is_altered_and_nothing_in_it_stays(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", "###")
        checked = corpus.check(citation)
        assert (checked.status, stays(checked), checked.quote.alike) == (CitationStatus.ALTERED, "", 0)

    def test_an_altered_quote_in_a_long_document_is_found_where_it_stands(self, corpus: Corpus):
        far = "".join(f"Line {n} tells of the {n % 97}th lighthouse and of its keeper.\n" for n in range(80_000))
        half = len(far) // 2
        text = f"{far[:half]}\n{FERRY}\n{far[half:]}"
        assert len(text) > 4_000_000 > SEARCHED
        corpus.write("long.txt", text)
        citation = corpus.cite("long.txt", FERRY)
        start = citation.quote.start + 3_000
        corpus.write("long.txt", "x\n" * 1_500 + text.replace("Vestmark", "Westmark"))
        checked = corpus.check(citation)
        assert checked.quote.found is not None
        assert (checked.quote.found.start, checked.quote.found.text) == (start, FERRY.replace("Vestmark", "Westmark"))

    def test_both_ends_of_a_long_passage_are_found(self):
        sentences = [f"Sentence number {n} speaks of harbour {n * 7919 % 1000} in the north." for n in range(2_000)]
        text = " ".join(sentences)
        start, end = text.index(sentences[900]), text.index(sentences[960])
        wanted = text[start : end - 1].replace("speaks of", "tells about")
        assert nearest(wanted, text, 0) == Span(start, end - 1)


class TestShortQuotes:
    """A quote as short as a name is checked in its passage: elsewhere in the article it may stand by chance."""

    TEXT = "The vote was close.\n\nWho carried the day? He won. Nobody had expected that in Holmby.\n\nA dog barked.\n"

    @pytest.fixture
    def short(self, corpus: Corpus) -> Citation:
        corpus.write("vote.txt", self.TEXT)
        return corpus.cite("vote.txt", "He won.")

    def status_after(self, corpus: Corpus, short: Citation, text: str) -> CitationStatus:
        corpus.write("vote.txt", text)
        return corpus.check(short).status

    def test_it_is_exact_where_it_stood(self, corpus: Corpus, short: Citation):
        assert corpus.check(short).status is CitationStatus.EXACT

    def test_it_moves_with_its_passage(self, corpus: Corpus, short: Citation):
        corpus.write("vote.txt", "Corrected. " + self.TEXT)
        checked = corpus.check(short)
        assert checked.status is CitationStatus.MOVED
        assert checked.quote.found is not None
        assert checked.quote.found.start == short.quote.start + len("Corrected. ")
        assert checked.quote.found.text == "He won."

    def test_it_stays_where_its_passage_was_edited_beside_it(self, corpus: Corpus, short: Citation):
        assert self.status_after(corpus, short, self.TEXT.replace("Nobody had", "Few had")) is CitationStatus.EXACT

    def test_another_place_does_not_vouch_for_it(self, corpus: Corpus, short: Citation):
        text = self.TEXT.replace("He won.", "He lost.").replace("A dog", "He won. A dog")
        assert self.status_after(corpus, short, text) is CitationStatus.ALTERED

    def test_it_is_gone_with_its_passage(self, corpus: Corpus, short: Citation):
        assert self.status_after(corpus, short, "He won.\n") is CitationStatus.ALTERED

    def test_another_article_does_not_vouch_for_it(self, corpus: Corpus, short: Citation):
        (corpus.root / "vote.txt").unlink()
        corpus.write("chess.txt", "He won. The board was put away.")
        assert corpus.check(short).elsewhere is None


class TestMissing:
    def test_a_deleted_file_is_missing(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        (corpus.root / "2024/ferry.txt").unlink()
        checked = corpus.check(citation)
        assert (checked.status, checked.passage.status, checked.ok) == (
            CitationStatus.MISSING,
            CitationStatus.MISSING,
            False,
        )
        assert (checked.same_file, checked.elsewhere, checked.quote.found) == (None, None, None)

    def test_a_renamed_file_is_missing_and_its_new_name_is_told(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        (corpus.root / "2024/ferry.txt").rename(corpus.root / "boat.txt")
        elsewhere = corpus.check(citation).elsewhere
        assert elsewhere is not None
        assert (elsewhere.document, elsewhere.same_file, elsewhere.quote) == ("boat.txt", True, citation.quote)

    def test_another_document_that_holds_the_quote_is_told(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        (corpus.root / "2024/ferry.txt").unlink()
        corpus.write("copy.txt", f"Copied: {FERRY}\n")
        elsewhere = corpus.check(citation).elsewhere
        assert elsewhere is not None
        assert (elsewhere.document, elsewhere.same_file) == ("copy.txt", False)
        assert elsewhere.quote == Excerpt(FERRY, 8, 8 + len(FERRY), 1, 1)

    def test_the_same_bytes_count_more_than_the_same_quote(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("a-copy.txt", f"Copied: {FERRY}\n")
        (corpus.root / "2024/ferry.txt").rename(corpus.root / "b-renamed.txt")
        elsewhere = corpus.check(citation).elsewhere
        assert elsewhere is not None
        assert (elsewhere.document, elsewhere.same_file) == ("b-renamed.txt", True)

    def test_a_renamed_file_does_not_vouch_for_a_quote_that_is_not_in_it(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        forged = FERRY.replace("nine", "five")
        (corpus.root / "2024/ferry.txt").rename(corpus.root / "boat.txt")
        exported = edited(answer(citation), "quote.text", forged)
        exported["citations"][0]["passage"]["text"] = citation.passage.text.replace(FERRY, forged)
        (checked,) = verify(exported, corpus.root).citations
        assert checked.elsewhere is not None
        assert (checked.elsewhere.same_file, checked.elsewhere.quote) == (True, None)

    def test_a_file_that_cannot_be_read_any_more_says_why(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", b"\x89PNG\0\0\0")
        checked = corpus.check(citation)
        assert checked.status is CitationStatus.MISSING
        assert checked.problem is not None
        assert "is not text (binary)" in checked.problem


class TestRecords:
    def record(self, name: str, text: str) -> str:
        return json.dumps({"_id": name, "text": text}, ensure_ascii=False) + "\n"

    def test_a_record_is_found_by_its_id_among_others(self, corpus: Corpus):
        file = corpus.write("all.jsonl", self.record("r1", "Nothing of note.") + self.record("r2", ARTICLE))
        citation = corpus.cite("r2", FERRY)
        assert corpus.check(citation).same_file is True
        assert verify(answer(citation)).ok
        file.write_text(self.record("r0", "A new record.") + self.record("r2", "So: " + ARTICLE), encoding="utf-8")
        checked = corpus.check(citation)
        assert checked.quote.found is not None
        assert (checked.quote.found.start, checked.same_file) == (citation.quote.start + 4, False)

    def test_a_record_that_went_to_another_file_is_no_other_document(self, corpus: Corpus):
        file = corpus.write("all.jsonl", self.record("r1", "Nothing of note.") + self.record("r2", ARTICLE))
        citation = corpus.cite("r2", FERRY)
        file.write_text(self.record("r1", "Nothing of note."), encoding="utf-8")
        corpus.write("more.jsonl", self.record("r2", ARTICLE))
        checked = corpus.check(citation)
        assert (checked.status, checked.same_file) == (CitationStatus.EXACT, True)

    def test_a_record_that_was_taken_out_is_missing(self, corpus: Corpus):
        file = corpus.write("all.jsonl", self.record("r1", "Nothing of note.") + self.record("r2", ARTICLE))
        citation = corpus.cite("r2", FERRY)
        file.write_text(self.record("r1", "Nothing of note."), encoding="utf-8")
        assert corpus.check(citation).status is CitationStatus.MISSING
        assert verify(answer(citation)).citations[0].status is CitationStatus.MISSING

    def test_the_id_of_a_record_may_look_like_a_path(self, corpus: Corpus):
        corpus.write("all.jsonl", self.record("../../etc/hosts", ARTICLE))
        assert corpus.check(corpus.cite("../../etc/hosts", FERRY)).status is CitationStatus.EXACT


class TestSources:
    def test_without_corpus_and_index_the_recorded_paths_are_read(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        assert verify(answer(citation)).citations[0].status is CitationStatus.EXACT
        corpus.write("2024/ferry.txt", ARTICLE.replace("nine", "ten"))
        assert verify(answer(citation)).citations[0].status is CitationStatus.ALTERED
        (corpus.root / "2024/ferry.txt").unlink()
        assert verify(answer(citation)).citations[0].status is CitationStatus.MISSING

    def test_a_corpus_that_was_copied_is_read_where_it_is_now(self, corpus: Corpus, tmp_path: Path):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        copied = Corpus(tmp_path / "copied")
        copied.write("2024/ferry.txt", f"Moved. {ARTICLE}")
        assert copied.check(citation).status is CitationStatus.MOVED
        assert corpus.check(citation).status is CitationStatus.EXACT

    def test_a_folder_above_the_one_that_was_indexed_will_do(self, corpus: Corpus):
        document = next(read([corpus.root / "2024"], no_problem))
        assert document.id == "ferry.txt"
        assert corpus.check(cite(document, FERRY)).status is CitationStatus.EXACT

    def test_the_corpus_may_be_one_file(self, corpus: Corpus):
        file = corpus.root / "windmill.txt"
        document = next(read([file], no_problem))
        assert verify(answer(cite(document, document.text.strip())), file).ok

    def test_a_corpus_that_does_not_exist_is_an_error(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        with pytest.raises(CorpusError, match="no such file or folder"):
            verify(answer(citation), corpus.root / "nowhere")

    def test_a_corpus_without_articles_is_an_error(self, corpus: Corpus, tmp_path: Path):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        (tmp_path / "empty").mkdir()
        with pytest.raises(CorpusError, match="no article"):
            verify(answer(citation), tmp_path / "empty")

    def test_an_index_that_does_not_exist_is_an_error(self, corpus: Corpus, tmp_path: Path):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        with pytest.raises(IndexNotFoundError):
            verify(answer(citation), index=tmp_path / "index")

    def test_a_citation_without_a_path_needs_a_corpus(self, corpus: Corpus):
        exported = edited(answer(corpus.cite("2024/ferry.txt", FERRY)), "document.path", None)
        assert verify(exported, corpus.root).ok
        with pytest.raises(UsageError, match=r"citation 1 names no absolute path; .*--corpus"):
            verify(exported)
        with pytest.raises(UsageError, match="no absolute path"):
            verify(edited(exported, "document.path", "corpus/2024/ferry.txt"))

    def test_documents_in_memory_will_do(self, corpus: Corpus):
        export = answer(corpus.cite("2024/ferry.txt", FERRY))
        memory = [Document(id="2024/ferry.txt", text=ARTICLE)]
        checked = verify(export, memory)
        assert (checked.ok, checked.against, checked.citations[0].same_file) == (True, "the documents given", True)
        assert verify(export, [Document(id="other", text=ARTICLE)]).citations[0].status is CitationStatus.MISSING

    def test_verifying_loads_neither_models_nor_search_engines(self):
        code = (
            "import sys, qa.verification.verify;"
            "print({m.split('.')[0] for m in sys.modules} & {'faiss', 'onnxruntime', 'torch', 'rapidfuzz'})"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "set()"


class TestReversal:
    @pytest.mark.parametrize(
        "after",
        [
            " However, the court dismissed the claim.",
            "\n\nBut nobody believed him.",
            " “But nobody believed him,” she said.",
            " Sin embargo, nadie le creyó.",
            " Pero nadie le creyó.",
            " No\nobstante, nadie le creyó.",
        ],
    )
    def test_a_next_sentence_that_takes_it_back_is_a_warning_and_no_failure(self, corpus: Corpus, after: str):
        corpus.write("claim.txt", f"The minister announced a new bridge.{after}\n")
        checked = corpus.check(corpus.cite("claim.txt", "The minister announced a new bridge."))
        assert checked.reversed_by is not None
        assert after.split()[-1] in checked.reversed_by
        assert checked.ok

    def test_the_rest_of_a_sentence_that_takes_it_back_is_a_warning(self, corpus: Corpus):
        corpus.write("claim.txt", "The tribunal grants the request in full, unless the state objects. Then it waits.\n")
        checked = corpus.check(corpus.cite("claim.txt", "The tribunal grants the request"))
        assert checked.reversed_by == "in full, unless the state objects."

    @pytest.mark.parametrize(
        "after",
        [
            " It will open in May. However, that may change.",
            " Button makers rejoiced.",
            " She praised it, but briefly.",
            " Notable guests came.",
            "",
        ],
    )
    def test_anything_else_is_not(self, corpus: Corpus, after: str):
        corpus.write("claim.txt", f"The minister announced a new bridge.{after}\n")
        assert corpus.check(corpus.cite("claim.txt", "The minister announced a new bridge.")).reversed_by is None

    def test_a_quote_that_holds_the_reversal_itself_is_not_cut(self):
        text = "The tribunal grants it, unless the state objects. Then it waits."
        assert reversal(text, Span(0, text.index(" Then"))) is None

    @pytest.mark.parametrize("word", sorted(union(lambda language: language.contrast)))
    def test_every_listed_word_counts_in_any_letter_case(self, word: str):
        said = "The minister announced a new bridge."
        assert reversal(f"{said} {word.capitalize()} more.", Span(0, len(said))) == f"{word.capitalize()} more."


class TestVerification:
    def test_it_is_ok_where_all_are_exact_or_moved(self, corpus: Corpus):
        ferry, windmill = corpus.cite("2024/ferry.txt", FERRY), corpus.cite("windmill.txt", "The windmill of Dorpe")
        corpus.write("2024/ferry.txt", f"New. {ARTICLE}")
        verification = verify(answer(ferry, windmill), corpus.root)
        assert verification.ok
        assert verification.counts == {"exact": 1, "moved": 1, "extracted anew": 0, "altered": 0, "missing": 0}
        corpus.write("windmill.txt", "The watermill of Dorpe grinds buckwheat in autumn.\n")
        verification = verify(answer(ferry, windmill), corpus.root)
        assert not verification.ok
        assert verification.counts == {"exact": 0, "moved": 1, "extracted anew": 0, "altered": 1, "missing": 0}

    def test_an_answer_its_json_and_a_list_of_them_give_the_same(self, corpus: Corpus):
        export = answer(corpus.cite("2024/ferry.txt", FERRY))
        one = verify(export, corpus.root)
        assert verify(json.loads(export.to_json()), corpus.root) == one
        assert verify([export, export.to_dict()], corpus.root).citations == one.citations * 2

    def test_the_nearest_passages_of_an_abstention_are_checked(self, corpus: Corpus):
        abstention = answer(corpus.cite("2024/ferry.txt", FERRY), answered=False)
        (checked,) = verify(abstention, corpus.root).citations
        assert (checked.nearest, checked.status) == (True, CitationStatus.EXACT)

    def test_json_tells_everything_and_is_the_same_every_time(self, corpus: Corpus):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        corpus.write("2024/ferry.txt", ARTICLE.replace("nine", "seven"))
        first, again = (verify(answer(citation), corpus.root) for _ in range(2))
        assert first.to_json() == again.to_json()
        values = json.loads(first.to_json(2))
        assert (values["schema"], values["ok"], values["counts"]["altered"]) == ("qa/verification/1", False, 1)
        (one,) = values["citations"]
        assert (one["status"], one["rank"], one["document"]["id"]) == ("altered", 1, "2024/ferry.txt")
        assert {"kind": "deleted", "text": "nine"} in one["quote"]["changes"]
        assert one["quote"]["found"]["text"] == FERRY.replace("nine", "seven")

    @pytest.mark.parametrize("given", [answer(answered=False), [], [answer(answered=False)] * 2])
    def test_nothing_to_check_is_not_ok(self, given: Any, tmp_path: Path):
        with pytest.raises(UsageError, match="nothing to check"):
            verify(given, tmp_path)

    def test_values_cannot_be_changed(self):
        with pytest.raises(AttributeError):
            Verification((), "").citations = ()  # type: ignore[misc]


def edited(exported: Answer | Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """The answer as JSON, one field of its first citation (or of itself: ``.field``) set to ``value``."""
    copy: dict[str, Any] = json.loads(json.dumps(exported.to_dict() if isinstance(exported, Answer) else exported))
    *way, name = path.split(".")
    target = copy if way == [""] else copy["citations"][0]
    for step in way if way != [""] else []:
        target = target[step]
    if value is ...:
        del target[name]
    else:
        target[name] = value
    return copy


HUGE = 10**400


class TestBrokenInput:
    @pytest.mark.parametrize(
        ("path", "value", "message"),
        [
            (".schema", ..., "no schema is given"),
            (".schema", "qa/answer/2", "the schema is 'qa/answer/2'"),
            (".schema", {"a": 1}, "the schema is"),
            (".answered", "yes", "answered is not true or false"),
            (".answered", False, "nearest is missing"),
            (".nearest", [{}], "nearest[0].rank is missing"),
            (".citations", [], "is answered without a citation"),
            (".citations", ..., "citations is missing"),
            (".citations", {"0": 1}, "citations is not a list"),
            (".citations", [[]], "citations[0] is not an object"),
            (".id", 7, "id is not text"),
            (".question", None, "question is not text"),
            ("rank", True, "citations[0].rank is not a whole number"),
            ("rank", "1", "citations[0].rank is not a whole number"),
            ("document", ..., "citations[0].document is missing"),
            ("document.id", ..., "citations[0].document.id is missing"),
            ("document.id", "a\ud800", "citations[0].document.id is not valid Unicode"),
            ("document.sha256", None, "citations[0].document.sha256 is not text"),
            ("document.path", ["x"], "citations[0].document.path is not text"),
            ("passage", None, "citations[0].passage is not an object"),
            ("passage.text", "", "an empty text stands everywhere"),
            ("quote.text", "", "an empty text stands everywhere"),
            ("quote.text", " \n\t" * 18, "an empty text stands everywhere"),
            ("quote.text", ..., "citations[0].quote.text is missing"),
            ("quote.start", 1.5, "citations[0].quote.start is not a whole number"),
            ("quote.start", -1, "negative, or end before they start"),
            ("quote.start", HUGE, "negative, or end before they start"),
            ("quote.end", 0, "negative, or end before they start"),
            ("quote.end", HUGE, "is not what its offsets say"),
            ("quote.end", 106, "is not what its offsets say"),
            ("quote.line_end", 0, "negative, or end before they start"),
            ("passage.end", HUGE, "is not what its offsets say"),
        ],
    )
    def test_is_an_error_that_names_the_place(self, corpus: Corpus, path: str, value: object, message: str):
        exported = edited(answer(corpus.cite("2024/ferry.txt", FERRY)), path, value)
        with pytest.raises(UsageError) as raised:
            verify(exported, corpus.root)
        assert message in str(raised.value)
        assert str(raised.value).startswith("the answer")
        with pytest.raises(UsageError, match=r"^answer 2"):
            verify([answer(corpus.cite("2024/ferry.txt", FERRY)), exported], corpus.root)

    def test_citations_beside_nearest_passages_are_an_error(self, corpus: Corpus):
        exported = answer(corpus.cite("2024/ferry.txt", FERRY)).to_dict()
        with pytest.raises(UsageError, match="has citations, and yet nearest"):
            verify(exported | {"nearest": exported["citations"]}, corpus.root)

    def test_later_additions_may_be_absent_and_unknown_ones_present(self, corpus: Corpus):
        exported = answer(corpus.cite("2024/ferry.txt", FERRY)).to_dict()
        for name in ("threshold", "evidence", "unknown", "suggestions", "filtered", "seconds"):
            del exported[name]
        exported["citations"][0]["speaker"] = {"name": "A. Writer"}
        del exported["citations"][0]["document"]["meta"]
        assert verify(exported, corpus.root).ok

    @pytest.mark.parametrize("given", [None, 7, "text", [None], [[]], {}, {"schema": None}])
    def test_what_is_no_answer_is_an_error(self, given: Any, corpus: Corpus):
        with pytest.raises(UsageError):
            verify(given, corpus.root)

    @pytest.mark.parametrize("shift", [1, -1, -100, 500, HUGE])
    def test_a_quote_outside_its_passage_is_an_error(self, corpus: Corpus, shift: int):
        citation = corpus.cite("2024/ferry.txt", FERRY)
        start = max(0, citation.quote.start + shift)
        exported = edited(edited(answer(citation), "quote.start", start), "quote.end", start + len(FERRY))
        with pytest.raises(UsageError, match="does not stand in its passage"):
            verify(exported, corpus.root)

    def test_a_script_without_blanks_has_words_too(self, corpus: Corpus):
        corpus.write("museum.txt", "博物館は土曜日の朝九時に開きます。\n")
        assert (
            corpus.check(corpus.cite("museum.txt", "博物館は土曜日の朝九時に開きます。")).status is CitationStatus.EXACT
        )


class TestHostileInput:
    @pytest.mark.parametrize("name", ["../secret.txt", "2024/../../secret.txt", "secret.txt", "", "/", "\0"])
    def test_with_a_corpus_nothing_outside_of_it_is_read(self, corpus: Corpus, tmp_path: Path, name: str):
        secret = tmp_path / "secret.txt"
        secret.write_text(ARTICLE)
        digest = sha256(ARTICLE.encode()).hexdigest()
        (corpus.root / "2024/ferry.txt").unlink()
        for path in (str(secret), f"{corpus.root}/../secret.txt", name, None):
            document = Document(name, ARTICLE, path=path, sha256=digest)
            try:
                checked = corpus.check(cite(document, FERRY))
            except UsageError:  # nothing of the answer is in the corpus
                continue
            assert (checked.status, checked.elsewhere) == (CitationStatus.MISSING, None)

    @pytest.mark.parametrize("name", [".hidden.txt", "README.md"])
    def test_what_is_no_article_of_the_corpus_is_not_read(self, corpus: Corpus, name: str):
        file = corpus.write(name, ARTICLE)
        document = Document(name, ARTICLE, path=str(file), sha256="0" * 64)
        (corpus.root / "2024/ferry.txt").unlink()
        assert corpus.check(cite(document, FERRY)).status is CitationStatus.MISSING

    @pytest.mark.parametrize("path", ["/", "/\0.txt", "/" + "x" * 5000 + ".txt", "/etc/passwd", "/dev/zero", "/tmp"])
    def test_a_recorded_path_that_is_no_article_is_missing(self, path: str):
        document = Document(path.rpartition("/")[2], ARTICLE, path=path, sha256="0" * 64)
        assert verify(answer(cite(document, FERRY))).citations[0].status is CitationStatus.MISSING

    def test_a_folder_that_is_named_like_an_article_is_missing(self, tmp_path: Path):
        (tmp_path / "folder.txt").mkdir()
        (tmp_path / "folder.txt" / "folder.txt").write_text(ARTICLE)
        document = Document("folder.txt", ARTICLE, path=str(tmp_path / "folder.txt"), sha256="0" * 64)
        assert verify(answer(cite(document, FERRY))).citations[0].status is CitationStatus.MISSING

    def test_a_recorded_path_of_another_document_does_not_count(self, corpus: Corpus):
        file = corpus.root / "2024/ferry.txt"
        document = Document("another.txt", ARTICLE, path=str(file), sha256="0" * 64)
        assert verify(answer(cite(document, FERRY))).citations[0].status is CitationStatus.MISSING
        checked = corpus.check(cite(document, FERRY))
        assert checked.elsewhere is not None
        assert (checked.status, checked.elsewhere.document) == (CitationStatus.MISSING, "2024/ferry.txt")

    def test_a_nested_value_where_text_belongs_is_an_error(self, corpus: Corpus):
        deep: list[Any] = []
        for _ in range(50_000):
            deep = [deep]
        values = answer(corpus.cite("2024/ferry.txt", FERRY)).to_dict()
        values["citations"][0]["quote"]["text"] = deep
        with pytest.raises(UsageError, match=r"citations\[0\]\.quote\.text is not text"):
            verify(values, corpus.root)

    @pytest.mark.parametrize(
        ("wanted", "text"),
        [
            ("ab " * 400, "ba c" * 500_000),
            ("a b" + "a" * 50_000, "a" * 2_000_000),
            ("hello there world", " " * 2_000_000 + "x"),
            (" ".join(f"x{n} a" for n in range(400)), " ".join(f"y{n} a" for n in range(400))),
        ],
    )
    def test_repetitive_text_is_compared_in_bounded_time(self, wanted: str, text: str):
        # The whole suite has a time limit; a quadratic search would need hours here.
        comparison = compare(Excerpt(wanted, 0, len(wanted), 1, 1), text)
        assert comparison.status is CitationStatus.ALTERED
        assert "".join(c.text for c in comparison.changes if c.kind != "inserted") == wanted


WORDS = st.sampled_from(
    "The ferry of Vestmark departs. \n \r\n not however, 9:30 é e\u0301 😀 漢字。 ñ \u00a0 “so” a b".split(" ")
)
TEXTS = st.one_of(st.text(min_size=1), st.lists(WORDS, min_size=8, max_size=60).map(" ".join))


def slices(text: str) -> st.SearchStrategy[tuple[int, int]]:
    """Slices that a citation may quote."""
    return st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(lambda ends: (min(ends), max(ends)))


def quotable(text: str) -> bool:
    return len(text.split()) > 1 and sum(map(str.isalnum, text)) > 7


@settings(deadline=None)
@given(TEXTS, st.text(), st.data())
def test_whatever_the_text_a_slice_is_exact_and_behind_a_prefix_moved_by_its_length(
    text: str, prefix: str, data: st.DataObject
):
    start, end = data.draw(slices(text))
    assume(text[start:end].strip())
    excerpt = Excerpt.of(text, start, end)
    same = compare(excerpt, text)
    assert (same.status, same.found) == (CitationStatus.EXACT, excerpt)
    longer = prefix + text
    moved = compare(excerpt, longer)
    assert moved.status in (CitationStatus.EXACT, CitationStatus.MOVED)
    assert moved.found is not None
    assert longer[moved.found.start : moved.found.end] == excerpt.text
    if longer.find(excerpt.text) == longer.rfind(excerpt.text):
        assert moved.found.start - start == len(prefix)
    cut = data.draw(st.integers(0, start))
    back = compare(excerpt, text[cut:])
    assert back.status in (CitationStatus.EXACT, CitationStatus.MOVED)


@settings(deadline=None)
@given(TEXTS, st.data())
def test_whatever_is_changed_a_slice_is_exact_or_moved_only_where_it_still_stands(text: str, data: st.DataObject):
    start, end = data.draw(slices(text))
    assume(text[start:end].strip())
    at = data.draw(st.integers(start, end - 1))
    now = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 3)) :]
    assume(now.strip())
    excerpt = Excerpt.of(text, start, end)
    comparison = compare(excerpt, now)
    assert (comparison.status is not CitationStatus.ALTERED) == (excerpt.text in now)
    if comparison.found is not None:
        assert comparison.found == Excerpt.of(now, comparison.found.start, comparison.found.end)
    if comparison.status is CitationStatus.ALTERED:
        assert "".join(c.text for c in comparison.changes if c.kind != "inserted") == excerpt.text
        squeezed = "".join(excerpt.text.split())
        assert comparison.white_space_only == (squeezed in "".join(now.split()))


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_changes_turn_the_one_text_into_the_other(old: str, new: str):
    turned = changes(old, new)
    assert "".join(c.text for c in turned if c.kind != "inserted") == old
    assert "".join(c.text for c in turned if c.kind != "deleted") == new
    assert all(c.text for c in turned)
    assert all(one.kind != other.kind for one, other in pairwise(turned))


@settings(deadline=None)
@given(TEXTS, TEXTS, st.integers(0, 10**30))
def test_the_nearest_text_is_a_slice_without_white_space_around_it(wanted: str, text: str, near: int):
    assume(wanted.strip() and text.strip())
    start, end = nearest(wanted, text, near)
    assert 0 <= start <= end <= len(text)
    assert text[start:end] == text[start:end].strip()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS: Sequence[str] = [
    *(".schema", ".id", ".question", ".answered", ".citations", "rank", "document", "passage", "quote"),
    *("document.id", "document.path", "document.title", "document.sha256", "passage.text", "passage.start"),
    *("quote.text", "quote.start", "quote.end", "quote.line_start"),
]


@settings(deadline=None)
@given(st.sampled_from(FIELDS), JSON_VALUES)
def test_whatever_stands_in_a_field_reading_gives_claims_or_a_usage_error(field: str, value: object):
    document = Document("ferry.txt", ARTICLE, path="/ferry.txt", sha256="0" * 64)
    good = answer(cite(document, FERRY)).to_dict()
    exported = edited(good, field, value)
    try:
        read_back = claims(exported, "line 3")
    except UsageError as error:
        message = str(error)
    else:
        message = "line 3"
        assert all(claim.quote.text in claim.passage.text and quotable(claim.quote.text) for claim in read_back)
    assert message.startswith("line 3")

"""Indexes that are changed while they are open, on disk and in memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.backends.addresses import store_at
from qa.config import IndexConfig
from qa.indexing import membership
from qa.indexing.update import UpdateOptions
from qa.types import Chunk, Span
from tests.disk import lists_open_files, opened_in
from tests.support import WordEncoder, inspect, update
from tests.test_costs import Words

FERRY = qa.Document("ferry", "The ferry departs at nine. It carries cars.", title="Timetable", meta={"desk": "Port"})
BAKERY = qa.Document("bakery", "The bakery sells saffron buns. It opens on Fridays.", date="2024-05-01")
HARBOUR = "The harbour froze. Boats waited for a week."


def build(sources: Any, index: Path, **named: Any) -> qa.Index:
    return qa.build(sources, index, encoder=Words(), config=qa.SearchConfig(reader="none"), **named)


def reopened(index: Path) -> qa.Index:
    return qa.open(index, qa.SearchConfig(reader="none"), encoder=Words())


def ids(index: qa.Index) -> list[str]:
    return [reference.id for reference in index.documents()]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR)
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


class TestOnDisk:
    def test_what_is_added_is_answered_from_and_what_is_removed_no_longer(self, corpus, place):
        with build(corpus, place) as index:
            index.add([FERRY, BAKERY])
            assert ids(index) == ["bakery", "ferry", "harbour.txt"]
            assert index.search("when does the ferry depart")[0].document.id == "ferry"
            index.remove("ferry")
            assert ids(index) == ["bakery", "harbour.txt"]
            assert index.info.documents == 2
            with reopened(place) as other:
                assert (ids(other), other.info) == (ids(index), index.info)

    def test_a_document_comes_back_as_it_was_given(self, place):
        described = qa.Document(
            "a", "\ufeffA text.\r\n\u00a0Über all.", "T", "2024-05-01", "Post", None, "https://x.example", "en",
            author="A. Writer", meta={"tags": ["a", {"b": 1}], "n": 1.5}, places=((0, {"page": 1}),),
        )  # fmt: skip
        with build([described], place):
            pass
        with reopened(place) as index:
            stored = index.document("a")
            assert stored.sha256 is not None
            assert (stored.text, stored.meta, stored.places) == (described.text, described.meta, described.places)
            assert index.search("text", where={"tags": "a", "author": "writer"})[0].document.meta == described.meta
            assert index.search("text", where={"n": "2"}) == []

    def test_an_index_that_was_added_to_answers_as_one_that_was_built_so(self, corpus, place, tmp_path):
        with build(corpus, place) as index, build([corpus, BAKERY, FERRY], tmp_path / "other") as other:
            index.add(FERRY)
            index.add(BAKERY)
            assert index.info == other.info
            for question in ("when does the ferry depart", "who waited", "saffron"):
                ours, theirs = index.ask(question), other.ask(question)
                assert (ours, ours.id) == (theirs, theirs.id)

    def test_a_document_takes_the_place_of_the_one_with_its_id(self, corpus, place):
        with build([corpus, FERRY], place) as index:
            index.add(qa.Document("ferry", "The ferry departs at ten."))
            assert index.document("ferry").text == "The ferry departs at ten."
            assert ids(index) == ["ferry", "harbour.txt"]

    def test_paths_are_sources_from_then_on(self, corpus, place, tmp_path):
        more = tmp_path / "more.txt"
        more.write_text("A bridge was opened.")
        with build(corpus, place) as index:
            index.add([more, FERRY])
            assert ids(index) == ["ferry", "harbour.txt", "more.txt"]
            index.remove(str(more))
            assert ids(index) == ["ferry", "harbour.txt"]

    def test_what_is_added_alone_is_read(self, corpus, place, tmp_path):
        more = tmp_path / "more.txt"
        more.write_text("A bridge was opened.")
        with build(corpus, place) as index:
            (corpus / "harbour.txt").write_text("The harbour is open again.")
            index.add([more, FERRY])
            assert ids(index) == ["ferry", "harbour.txt", "more.txt"]
            assert index.document("harbour.txt").text == HARBOUR
            index.remove("ferry")
            assert index.document("harbour.txt").text == HARBOUR
            index.add(corpus)
            assert index.document("harbour.txt").text == "The harbour is open again."

    def test_nothing_is_added_to_an_index_that_has_to_be_built_anew(self, corpus, place):
        build(corpus, place).close()
        other = Words()
        other.fingerprint = "1" * 64
        with pytest.raises(qa.ConfigError, match=r"built anew first \(model: .*qa index"):
            membership.add([], [FERRY], store_at(place), encoder=other)

    def test_adding_goes_on_where_it_was_interrupted_and_keeps_the_rest(self, corpus, place, tmp_path):
        more = tmp_path / "more"
        more.mkdir()
        for number in range(6):
            (more / f"{number}.txt").write_text(f"Bridge {number} was opened.")
        build([corpus, FERRY], place).close()
        (corpus / "harbour.txt").write_text("The harbour is open again.")
        encoder = Words()

        def interrupt(what: str, done: int, total: int | None) -> None:  # noqa: ARG001
            if (what, done) == ("embedding", 4):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            membership.add([more], [], store_at(place), encoder=encoder, on_progress=interrupt)
        membership.add([more], [BAKERY], store_at(place), encoder=encoder)
        with reopened(place) as index:
            assert ids(index) == [*(f"{n}.txt" for n in range(6)), "bakery", "ferry", "harbour.txt"]
            assert index.document("harbour.txt").text == HARBOUR

    def test_adding_encodes_nothing_twice(self, corpus, place):
        encoder = Words()
        with qa.build([corpus, FERRY], place, encoder=encoder, config=qa.SearchConfig(reader="none")) as index:
            encoder.seen.clear()
            index.add(BAKERY)
            assert encoder.seen
            assert all("ferry" not in text and "harbour" not in text for text in encoder.seen)
            encoder.seen.clear()
            index.add(BAKERY)
            index.remove("ferry")
            assert encoder.seen == []

    def test_another_one_s_change_is_seen_after_refresh(self, corpus, place):
        with build(corpus, place) as index, reopened(place) as writer:
            assert index.is_current()
            writer.add(FERRY)
            assert writer.is_current()
            assert not index.is_current()
            assert ids(index) == ["harbour.txt"]
            index.refresh()
            assert index.is_current()
            assert ids(index) == ["ferry", "harbour.txt"]

    def test_what_cannot_be_added_leaves_everything_as_it_was(self, corpus, place):
        with build([corpus, FERRY], place) as index:
            before = index.info
            wrong: list[Any] = [
                7, None, [None], [FERRY, FERRY], qa.Document("a", " "), qa.Document("", "b"), b"ferry", {"id": "a"},
                qa.Document("harbour.txt", "Another harbour."), qa.Document("a", "b", path="/x/a.txt"), [], "nowhere",
            ]  # fmt: skip
            for value in wrong:
                with pytest.raises(qa.CorpusError):
                    index.add(value)
            for names in ("nobody", ["ferry", "nobody"], 7, [7]):
                with pytest.raises(qa.CorpusError):
                    index.remove(names)  # type: ignore[arg-type]
            assert index.info == before
            assert ids(index) == ["ferry", "harbour.txt"]

    def test_an_article_is_left_out_although_its_file_stays_until_it_is_added(self, corpus, place):
        with build([corpus, FERRY], place) as index:
            index.remove("harbour.txt")
            assert ids(index) == ["ferry"]
            index.add(BAKERY)
            assert ids(index) == ["bakery", "ferry"]
            index.add(corpus / "harbour.txt")
            assert ids(index) == ["bakery", "ferry", "harbour.txt"]

    def test_nothing_cannot_be_left(self, place):
        with build([FERRY, BAKERY], place) as index:
            with pytest.raises(qa.CorpusError, match="nothing would be left"):
                index.remove(["ferry", "bakery"])
            assert ids(index) == ["bakery", "ferry"]

    def test_a_closed_index_is_not_changed(self, corpus, place):
        index = build(corpus, place)
        index.close()
        calls: list[Callable[[], object]] = [lambda: index.add(FERRY), lambda: index.remove("ferry")]
        for call in [*calls, index.refresh, index.is_current]:
            with pytest.raises(qa.UsageError, match="the index is closed"):
                call()

    def test_it_is_asked_while_it_is_changed(self, corpus, place):
        """Each question is answered from one generation, whole: never from a closed one."""
        failures: list[BaseException] = []
        done = threading.Event()

        def ask() -> None:
            while not done.is_set():
                try:
                    answer = index.ask("when does the ferry depart")
                    assert all(hit.document.id for hit in answer.citations + answer.nearest)
                    assert {reference.id for reference in index.documents()} >= {"harbour.txt"}
                except BaseException as error:
                    failures.append(error)
                    return

        with build(corpus, place) as index:
            threads = [threading.Thread(target=ask) for _ in range(3)]
            for thread in threads:
                thread.start()
            for _ in range(5):
                index.add(FERRY)
                index.remove("ferry")
            done.set()
            for thread in threads:
                thread.join()
        assert failures == []

    @lists_open_files
    def test_former_generations_are_closed(self, corpus, place):
        with build(corpus, place) as index:
            index.add(FERRY)
            first = len(opened_in(place))
            for _ in range(4):
                index.add(BAKERY)
                index.remove("bakery")
            assert len(opened_in(place)) <= first


class TestStored:
    """Documents in no file stay, whatever becomes of the sources."""

    def test_they_stay_when_the_sources_are_indexed_again(self, corpus, place):
        build([corpus, FERRY], place).close()
        (corpus / "bridge.txt").write_text("A bridge was opened.")
        for paths in ([], [corpus]):
            update(paths, place, encoder=Words())
            with reopened(place) as index:
                assert ids(index) == ["bridge.txt", "ferry", "harbour.txt"]
        (corpus / "bridge.txt").unlink()
        update([], place, UpdateOptions(full=True), encoder=Words())
        with reopened(place) as index:
            assert ids(index) == ["ferry", "harbour.txt"]

    def test_they_are_encoded_anew_when_the_index_is_rebuilt(self, corpus, place):
        build([corpus, FERRY], place).close()
        for options in (UpdateOptions(overlap=0), UpdateOptions(rebuild=True)):
            encoder = Words()
            update([], place, options, encoder=encoder)
            assert any("ferry" in text for text in encoder.seen)
            with reopened(place) as index:
                assert ids(index) == ["ferry", "harbour.txt"]
                assert index.document("ferry").meta == FERRY.meta

    def test_an_interruption_loses_none(self, corpus, place):
        build([corpus, FERRY], place).close()

        def interrupt(step: str, *_: object) -> None:
            if step == "embedding":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            update([], place, UpdateOptions(overlap=0), encoder=Words(), on_progress=interrupt)
        update([], place, UpdateOptions(overlap=0), encoder=Words())
        with reopened(place) as index:
            assert ids(index) == ["ferry", "harbour.txt"]

    def test_status_tells_of_them(self, corpus, place):
        build([corpus, FERRY], place).close()
        status = inspect(place)
        assert status.current
        assert status.manifest.stored == 1
        assert status.changes.unchanged == 2

    def test_an_article_with_the_id_of_one_is_left_out_and_told(self, corpus, place):
        build([corpus, FERRY], place).close()
        problems: list[qa.Problem] = []
        (corpus / "records.jsonl").write_text(json.dumps({"id": "ferry", "text": "Another ferry."}) + "\n")
        update([], place, encoder=Words(), on_problem=problems.append)
        assert "its id 'ferry' is that of a document that only the index has" in str(problems[0])
        with reopened(place) as index:
            assert index.document("ferry").text == FERRY.text

    def test_building_again_keeps_them_and_replacing_gives_them_up(self, corpus, place):
        build([corpus, FERRY], place).close()
        with build(corpus, place) as index:
            assert ids(index) == ["ferry", "harbour.txt"]
        with build([BAKERY], place) as index:
            assert ids(index) == ["bakery", "ferry", "harbour.txt"]
        with build([BAKERY], place, replace=True) as index:
            assert ids(index) == ["bakery"]
        with build(corpus, place, replace=True) as index:
            assert ids(index) == ["harbour.txt"]

    def test_the_last_source_may_go(self, corpus, place):
        with build([corpus, FERRY], place) as index:
            index.remove(str(corpus))
            assert ids(index) == ["ferry"]
        update([], place, encoder=Words())
        with reopened(place) as index:
            assert ids(index) == ["ferry"]

    def test_when_they_are_damaged_only_a_word_gives_them_up(self, corpus, place):
        from qa.backends.local import generations

        build([corpus, FERRY], place).close()
        (file,) = generations.current(place).rglob("documents.sqlite")
        file.write_bytes(b"x" * file.stat().st_size)
        with pytest.raises(qa.IndexDamagedError, match="1 document that only the index has cannot be read"):
            update([], place, UpdateOptions(rebuild=True), encoder=Words())
        update([], place, UpdateOptions(rebuild=True, allow_removal=True), encoder=Words())
        with reopened(place) as index:
            assert ids(index) == ["harbour.txt"]


class TestVerifying:
    """Of documents in no file, the text that the index has is checked."""

    def answer(self, index: qa.Index) -> qa.Answer:
        answer = index.ask("when does the ferry depart", threshold=0)
        assert "ferry" in {citation.document.id for citation in answer.citations}
        return answer

    def test_the_index_s_own_text_is_checked(self, corpus, place):
        with build([corpus, FERRY], place) as index:
            answer = self.answer(index)
            verification = qa.verify(answer, index=place)
            assert verification.ok
            assert verification.against.endswith(f"the sources of {place} and the documents that only {place} has")
            index.add(qa.Document("ferry", "The ferry departs at ten. It carries cars."))
        changed = {c.document.id: c.status for c in qa.verify(answer, index=place).citations}
        assert changed["ferry"] == "altered"

    def test_an_index_without_sources_is_enough(self, place):
        with build([FERRY, BAKERY], place) as index:
            answer = self.answer(index)
        assert qa.verify(qa.Answer.from_json(answer.to_json()), index=place).ok
        with pytest.raises(qa.UsageError, match=r"names no absolute path; .*--index DIR where only an index has them"):
            qa.verify(answer)

    def test_documents_in_memory_will_do(self, place):
        with build([FERRY, BAKERY], place) as index:
            answer = self.answer(index)
        assert qa.verify(answer, [FERRY, BAKERY]).ok
        wrong: list[Any] = [[7], 7, [{"id": "ferry"}]]
        for documents in wrong:
            with pytest.raises(qa.CorpusError):
                qa.verify(answer, documents)


class TestInMemory:
    @pytest.fixture
    def index(self) -> qa.Index:
        return qa.from_documents([FERRY], encoder=WordEncoder(), config=qa.SearchConfig(reader="none"))

    def test_it_is_changed_as_one_on_disk(self, index):
        index.add([BAKERY])
        assert ids(index) == ["bakery", "ferry"]
        assert index.search("saffron")[0].document.id == "bakery"
        index.remove(["ferry"])
        assert ids(index) == ["bakery"]
        assert index.is_current()
        index.refresh()
        other = qa.from_documents([BAKERY], encoder=WordEncoder(), config=qa.SearchConfig(reader="none"))
        assert index.ask("saffron") == other.ask("saffron")

    def test_what_cannot_be_done_is_refused(self, index, tmp_path):
        for value in ("corpus", tmp_path, [tmp_path], [], None, qa.Document("a", " ")):
            with pytest.raises(qa.CorpusError):
                index.add(value)
        for names in ("nobody", "ferry", [7]):
            with pytest.raises(qa.CorpusError):
                index.remove(names)
        assert ids(index) == ["ferry"]


class Lines:
    """A ``Splitter``: each line is a sentence and a passage."""

    name = "lines/1"

    def split(self, document: qa.Document, count_tokens: Any, budget: int) -> tuple[list[Span], list[Chunk]]:  # noqa: ARG002
        spans, start = [], 0
        for line in document.text.splitlines(keepends=True):
            if line.strip() and start >= document.body_start:
                spans.append(Span(start, start + len(line.rstrip())))
            start += len(line)
        return spans, [Chunk(s.start, s.end, i, i + 1) for i, s in enumerate(spans)]


class TestSplitter:
    POEM = qa.Document("poem", "One fish. Two fish\nred fish. Blue\n\nfish\n")

    def test_passages_are_as_it_makes_them(self, place):
        with build([self.POEM], place, splitter=Lines()) as index:
            index.add(qa.Document("other", "A line\nand another\n"))
            passages = sorted((hit.document.id, hit.passage.text) for hit in index.search("fish line", k=9))
            assert passages == [
                ("other", "A line"), ("other", "and another"),
                ("poem", "One fish. Two fish"), ("poem", "fish"), ("poem", "red fish. Blue"),
            ]  # fmt: skip
            assert index.ask("fish").citations + index.ask("fish").nearest

    def test_an_index_is_not_brought_up_to_date_without_it(self, place):
        build([self.POEM], place, splitter=Lines()).close()
        with pytest.raises(qa.ConfigError, match="the index was split by 'lines/1'"):
            update([], place, encoder=Words())
        assert update([], place, encoder=Words(), splitter=Lines()).changes.encoded == 0
        assert update([], place, UpdateOptions(rebuild=True), encoder=Words()).changes.encoded > 0

    def test_what_is_no_split_is_refused_and_nothing_published(self, place):
        text = self.POEM.text
        wrong: list[tuple[list[Span], list[Chunk]]] = [
            ([], []),
            ([Span(0, 4)], []),
            ([Span(0, 4)], [Chunk(0, 5, 0, 1)]),
            ([Span(0, 4)], [Chunk(0, 4, 0, 2)]),
            ([Span(3, 4)], [Chunk(3, 4, 0, 1)]),
            ([Span(0, 4), Span(2, 6)], [Chunk(0, 6, 0, 2)]),
            ([Span(0, len(text) + 1)], [Chunk(0, len(text) + 1, 0, 1)]),
        ]

        class Broken(Lines):
            def __init__(self, made: Any) -> None:
                self.made = made

            def split(self, *_: Any) -> Any:
                return self.made

        for made in wrong:
            with pytest.raises(qa.ConfigError, match="the splitter lines/1 made"):
                build([self.POEM], place, splitter=Broken(made))
        with pytest.raises(qa.IndexNotFoundError):
            qa.open(place)

    def test_an_index_with_an_encoder_of_one_s_own_is_opened_with_it_alone(self, place):
        build([self.POEM], place).close()

        class Other(Words):
            fingerprint = "1" * 64

        with pytest.raises(qa.ModelError, match="not with words"):
            qa.open(place, encoder=Other())

    def test_its_name_is_among_the_settings(self):
        assert IndexConfig().differences(IndexConfig(splitter="lines/1")) == ["splitter:  -> lines/1"]

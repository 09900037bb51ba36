"""What every store does, and what bringing up to date and copying do in every store: the contract of ``base.Store``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.backends.addresses import current_manifest, is_there, store_at
from qa.backends.base import (
    CALIBRATION_FILE,
    STAMPS_FILE,
    EncodedDocument,
    Generation,
    Store,
)
from qa.errors import ConfigError, CorpusError, IndexBusyError, IndexNotFoundError, QAError
from qa.indexing.copy import copy
from qa.indexing.inspection import inspect
from qa.indexing.membership import remove
from qa.indexing.stored import StoredChanges
from qa.indexing.update import Update, UpdateOptions, update
from tests.contracts.backends import encode, fill, manifest_of
from tests.contracts.stores import STORES
from tests.support import article
from tests.test_costs import Words, write

DOCUMENTS = encode([article(f"{i}.md", f"The court of item{i} sat. It rained on day {i}.") for i in range(6)])
NAMES = [document.document.id for document in DOCUMENTS]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store[Any]:
    return STORES[request.param](tmp_path / "index")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Six articles of three sentences, of which each is one passage: four texts to encode."""
    folder = tmp_path / "corpus" / "2024"
    folder.mkdir(parents=True)
    for number in range(6):
        write(folder, number)
    return folder.parent


def generation(store: Store[Any]) -> Generation:
    opened: Generation = store.read(lambda current: current)
    return opened


def documents_of(store: Store[Any]) -> dict[str, EncodedDocument | None]:
    """All documents of the current generation."""
    with closing(generation(store)) as current:
        searcher = current.searcher()
        return {ref.id: searcher.documents.encoded(ref.id) for ref in searcher.documents.references()}


def same(copies: dict[str, EncodedDocument | None], documents: list[EncodedDocument]) -> bool:
    return {name: d and (d.document, d.sentences, d.passages, d.terms) for name, d in copies.items()} == {
        d.document.id: (d.document, d.sentences, d.passages, d.terms) for d in documents
    }


def bring(store: Store[Any], *paths: Path, **options: bool) -> tuple[Update, list[str]]:
    """What an update did, and the texts that it encoded."""
    encoder = Words()
    return update(paths, store, UpdateOptions(**options), encoder=encoder), encoder.seen  # type: ignore[arg-type]


class TestGenerations:
    def test_an_empty_store_has_none(self, store):
        with pytest.raises(IndexNotFoundError):
            generation(store)
        assert store.unfinished() is None
        assert not is_there(store)

    def test_what_is_published_is_read(self, store):
        manifest = fill(store, DOCUMENTS)
        assert current_manifest(store) == manifest
        assert is_there(store)
        assert same(documents_of(store), DOCUMENTS)
        expected = manifest_of(DOCUMENTS)
        assert (manifest.generation, manifest.digest, manifest.live) == (
            expected.generation, expected.digest, expected.live,
        )  # fmt: skip

    def test_its_name_does_not_depend_on_its_history(self, store):
        fill(store, DOCUMENTS[3:])
        with closing(generation(store)) as base:
            fill(store, DOCUMENTS[:2], base, [NAMES[4]])
        with closing(generation(store)) as base:
            fill(store, [DOCUMENTS[4], DOCUMENTS[2]], base)
        assert current_manifest(store).generation == manifest_of(DOCUMENTS).generation
        assert same(documents_of(store), DOCUMENTS)

    def test_its_contents_tell_what_it_has(self, store):
        fill(store, DOCUMENTS[:3])
        with closing(generation(store)) as current:
            contents = current.contents()
            assert sorted(contents.ids) == NAMES[:3]
            assert contents.sha256(NAMES[0]) == DOCUMENTS[0].document.sha256
            assert contents.sha256(NAMES[5]) is None
            assert contents.holds(DOCUMENTS[0].document)
            assert not contents.holds(DOCUMENTS[5].document)
            assert not contents.holds(article(NAMES[0], DOCUMENTS[0].document.text, title="Another"))

    def test_what_an_article_tells_of_itself_comes_back_and_its_change_is_noticed(self, store):
        meta = {"section": "courts", "tags": ["año", "b"], "n": 1.5}
        described = article("a.md", "The court sat. It rained.", author="A. Writer", url="https://example.org/a")
        described = replace(described, meta=meta, places=((0, {"page": 1}), (15, {"page": 2})))
        fill(store, encode([described]))
        with closing(generation(store)) as current:
            assert current.searcher().documents.document("a.md") == described
            contents = current.contents()
            assert contents.holds(described)
            assert not contents.holds(replace(described, meta=meta | {"n": 2}))
            assert not contents.holds(replace(described, places=()))

    def test_a_reader_keeps_what_it_opened(self, store):
        fill(store, DOCUMENTS[:3])
        with closing(generation(store)) as before:
            searcher = before.searcher()
            fill(store, DOCUMENTS)
            assert [ref.id for ref in searcher.documents.references()] == NAMES[:3]

    def test_reading_gives_what_is_made_of_it_or_raises_what_that_raises(self, store):
        fill(store, DOCUMENTS)
        assert store.read(lambda current: current.manifest.live.documents) == 6

        def fail(_: Generation) -> None:
            raise ConfigError("not this")

        with pytest.raises(ConfigError, match="not this"):
            store.read(fail)

    def test_the_encoder_goes_from_one_to_the_next(self, store):
        with store.write(None, None, ()) as draft:
            assert list(draft.encoder_folder.iterdir()) == []
            (draft.encoder_folder / "encoder.json").write_text("{}")
            draft.begin(manifest_of([]), lambda *_: None)
            draft.add(DOCUMENTS[0])
            draft.publish()
        with closing(generation(store)) as base:
            fill(store, DOCUMENTS[1:2], base)
        with closing(generation(store)) as current:
            assert {file.name: file.read_text() for file in current.encoder_folder().iterdir()} == {
                "encoder.json": "{}"
            }


class TestWriting:
    def test_what_is_not_published_is_not_read_but_kept(self, store):
        fill(store, DOCUMENTS[:1])
        interrupted(store)
        assert sorted(documents_of(store)) == NAMES[:1]
        left = store.unfinished()
        assert left is not None
        with closing(left):
            assert {*left.contents().ids} >= {*NAMES[2:4]}

    def test_the_next_one_goes_on_from_it_and_then_it_is_forgotten(self, store):
        interrupted(store)
        left = store.unfinished()
        assert left is not None
        with closing(left):
            rest = [document for document in DOCUMENTS if document.document.id not in left.contents().ids]
            with store.write(None, left, ()) as draft:
                draft.begin(manifest_of([]), lambda *_: None)
                for document in rest:
                    draft.add(document)
                assert draft.publish().generation == manifest_of(DOCUMENTS).generation
        assert len(rest) == 4
        assert same(documents_of(store), DOCUMENTS)
        assert store.unfinished() is None

    def test_a_second_writer_is_refused(self, store):
        with store.write(None, None, ()), pytest.raises(IndexBusyError), store.write(None, None, ()):
            pass
        fill(store, DOCUMENTS)

    def test_one_that_compared_with_an_older_generation_is_refused(self, store):
        before = fill(store, DOCUMENTS[:1])
        fill(store, DOCUMENTS[:2])
        with pytest.raises(IndexBusyError), store.write(before, None, ()):
            pass
        assert sorted(documents_of(store)) == NAMES[:2]


def interrupted(store: Store[Any]) -> None:
    """A writer that is interrupted after two documents."""

    def write_some() -> None:
        with store.write(None, None, ()) as draft:
            draft.begin(manifest_of([]), lambda *_: None)
            for document in DOCUMENTS[2:4]:
                draft.add(document)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_some()


class TestTexts:
    def test_there_is_none_before_one_is_written(self, store):
        assert [store.read_text(name) for name in (CALIBRATION_FILE, STAMPS_FILE)] == [None, None]

    @pytest.mark.parametrize("name", [CALIBRATION_FILE, STAMPS_FILE])
    def test_they_are_read_replaced_and_removed(self, store, name):
        fill(store, DOCUMENTS[:1])
        for text in ("first, año\n", "then\n"):
            store.write_text(name, text)
            assert store.read_text(name) == text
        store.write_text(name, None)
        assert store.read_text(name) is None

    def test_a_calibration_outlives_its_generation(self, store):
        fill(store, DOCUMENTS[:1])
        store.write_text(CALIBRATION_FILE, "kept")
        fill(store, DOCUMENTS[:2])
        with closing(generation(store)) as base:
            fill(store, DOCUMENTS[2:], base)
        assert store.read_text(CALIBRATION_FILE) == "kept"

    def test_a_calibration_of_no_index_is_refused_or_kept_but_never_lost(self, store):
        try:
            store.write_text(CALIBRATION_FILE, "early")
        except QAError:
            assert store.read_text(CALIBRATION_FILE) is None
        else:
            assert store.read_text(CALIBRATION_FILE) == "early"


class TestUpdating:
    def test_it_encodes_what_is_new_and_nothing_else(self, store, corpus):
        done, texts = bring(store, corpus)
        assert (done.changes.added, done.changes.encoded, len(texts)) == (6, 24, 24)
        assert bring(store)[1] == []
        write(corpus / "2024", 9)
        (corpus / "2024" / "0001.md").unlink()
        done, texts = bring(store)
        assert (done.changes.added, done.changes.removed, done.changes.unchanged, len(texts)) == (1, 1, 5, 4)
        assert inspect(store).current

    def test_it_gives_the_same_name_in_every_store(self, corpus, tmp_path):
        infos = {bring(make(tmp_path / name), corpus)[0].info for name, make in STORES.items()}
        assert len(infos) == 1

    def test_a_renamed_folder_is_not_encoded_again(self, store, corpus):
        bring(store, corpus)
        (corpus / "2024").rename(corpus / "archive")
        done, texts = bring(store)
        assert (done.changes.added, done.changes.removed, done.changes.encoded, texts) == (6, 6, 0, [])
        done, texts = bring(store, corpus / "archive")
        assert (done.changes.added, done.changes.removed, done.changes.encoded, texts) == (6, 6, 0, [])
        assert sorted(documents_of(store)) == [f"{number:04}.md" for number in range(6)]

    def test_a_renamed_folder_is_not_encoded_again_after_an_interruption_either(self, store, corpus):
        bring(store, corpus)
        (corpus / "2024").rename(corpus / "archive")

        def interrupt(step: str, done: int, _: int | None) -> None:
            if (step, done) == ("embedding", 3):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            update([], store, encoder=Words(), on_progress=interrupt)
        done, texts = bring(store)
        assert (done.changes.added, done.changes.removed, texts) == (6, 6, [])

    def test_vectors_of_what_was_renamed_are_those_that_it_had(self, store, corpus):
        bring(store, corpus)
        before = documents_of(store)["2024/0003.md"]
        (corpus / "2024" / "0003.md").rename(corpus / "elsewhere.md")
        bring(store)
        after = documents_of(store)["elsewhere.md"]
        assert before is not None
        assert after is not None
        assert after.passage_vectors.tolist() == before.passage_vectors.tolist()
        assert after.sentence_vectors.tolist() == before.sentence_vectors.tolist()

    def test_an_article_that_goes_while_it_is_indexed_is_an_error_and_nothing_is_published(self, store, corpus):
        bring(store, corpus)
        for number in (7, 8):
            write(corpus / "2024", number)

        def remove(step: str, *_: object) -> None:
            if step == "reading":
                (corpus / "2024" / "0007.md").unlink(missing_ok=True)

        with pytest.raises(CorpusError, match="1 of 2 articles were gone before they were indexed; run qa index again"):
            update([], store, encoder=Words(), on_progress=after_reading(8, remove))
        assert len(documents_of(store)) == 6
        assert bring(store)[0].changes.added == 1

    def test_a_file_that_is_named_twice_is_read_once(self, store, corpus):
        done, _ = bring(store, corpus, corpus / "2024" / "0003.md")
        assert done.changes.added == 6
        assert len(documents_of(store)) == 6
        assert bring(store)[0].changes.unchanged == 6


def after_reading(count: int, act: Any) -> Any:
    """Progress that acts when so many documents have been read."""

    def progress(step: str, done: int, total: int | None) -> None:
        if step == "reading" and done == count:
            act(step, done, total)

    return progress


@pytest.mark.parametrize("source", STORES)
@pytest.mark.parametrize("target", STORES)
class TestCopying:
    def test_everything_arrives_and_nothing_is_encoded(self, source, target, corpus, tmp_path):
        here, there = STORES[source](tmp_path / "here"), STORES[target](tmp_path / "there")
        bring(here, corpus)
        here.write_text(CALIBRATION_FILE, "its own")
        done = copy(here, there)
        assert (done.changes.added, done.changes.encoded) == (6, 0)
        assert (done.info, there.read_text(CALIBRATION_FILE)) == (current_manifest(here).info, "its own")
        copies, expected = documents_of(there), documents_of(here)
        assert copies.keys() == expected.keys()
        for name, document in expected.items():
            other = copies[name]
            assert document is not None
            assert other is not None
            assert (other.document, other.terms) == (document.document, document.terms)
            assert other.passage_vectors.tolist() == document.passage_vectors.tolist()
        write(corpus / "2024", 9)
        bring(here)
        again = copy(here, there)
        assert (again.changes.added, again.changes.unchanged) == (1, 6)
        assert bring(there)[1] == []

    def test_a_copy_that_is_published_has_its_calibration_although_the_machine_goes_down_at_once(
        self, source, target, corpus, tmp_path, monkeypatch
    ):
        here, there = STORES[source](tmp_path / "here"), STORES[target](tmp_path / "there")
        bring(here, corpus)
        here.write_text(CALIBRATION_FILE, "its own")
        real = there.write

        @contextmanager
        def write_and_go_down(*arguments: Any) -> Iterator[Any]:
            with real(*arguments) as draft:
                publish = draft.publish

                def publish_and_go_down() -> None:
                    publish()
                    raise KeyboardInterrupt

                monkeypatch.setattr(draft, "publish", publish_and_go_down)
                yield draft

        monkeypatch.setattr(there, "write", write_and_go_down)
        with pytest.raises(KeyboardInterrupt):
            copy(here, there)
        assert (documents_of(there).keys(), there.read_text(CALIBRATION_FILE)) == (documents_of(here).keys(), "its own")


class TestDocumentsInNoFile:
    """What only the index has stays, whatever becomes of its sources, until it is removed by id."""

    def test_they_stay_until_they_are_removed(self, store, corpus):
        notes = tuple(article(f"note{i}", f"A note on item{i} came. It was short.") for i in range(2))
        update([corpus], store, encoder=Words(), stored=StoredChanges(notes))
        done, texts = bring(store)
        assert (done.changes.unchanged, texts) == (8, [])
        assert inspect(store).current
        assert current_manifest(store).stored == 2
        (corpus / "2024" / "0000.md").unlink()
        assert bring(store)[0].changes.removed == 1
        assert {"note0", "note1"} < documents_of(store).keys()
        rebuilt, _ = bring(store, rebuild=True)
        assert rebuilt.info.documents == 7
        with closing(generation(store)) as current:
            assert current.searcher().documents.document("note1") == notes[1]
        remove(["note0"], store, encoder=Words())
        assert {"note0", "note1"} & documents_of(store).keys() == {"note1"}
        assert current_manifest(store).stored == 1

    def test_they_are_copied(self, store, tmp_path):
        update([], store, encoder=Words(), stored=StoredChanges((article("note", "A note came. It was short."),)))
        target = store_at(tmp_path / "copy")
        copy(store, target)
        assert current_manifest(target).stored == 1
        assert bring(target)[0].changes.unchanged == 1

"""An index in a cluster, here a file of Milvus Lite: built, brought up to date, interrupted, and moved there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.answering.calibration import FittedCalibration, shipped
from qa.backends.addresses import current_manifest, store_at
from qa.backends.base import CALIBRATION_FILE, EncodedDocument
from qa.backends.filters import Filter
from qa.backends.milvus import encoder_files
from qa.backends.milvus.connection import MilvusCluster, connect
from qa.backends.milvus.draft import MilvusDraft
from qa.backends.milvus.generations import MilvusGeneration
from qa.backends.milvus.lock import Lock, writing
from qa.backends.milvus.manifest import MilvusManifest
from qa.backends.milvus.pieces import Kind, Pieces
from qa.backends.milvus.searcher import MilvusSearcher
from qa.backends.milvus.store import MilvusStore
from qa.errors import ConfigError, CorpusError, IndexBusyError, IndexDamagedError, IndexNotFoundError
from qa.indexing import copy as copying
from qa.indexing.update import Update, UpdateOptions
from qa.text.analysis import terms
from tests.support import inspect, update
from tests.test_costs import Words, write


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Twelve articles of three sentences, of which each is one passage: four texts to encode."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(12):
        write(folder, number)
    return folder


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"milvus+lite:{tmp_path}/index.db"


@pytest.fixture
def cluster(address: str) -> Iterator[MilvusCluster]:
    """The same file, looked at from outside."""
    store = store_at(address)
    assert isinstance(store, MilvusStore)
    with closing(connect(store.address, creates=True)) as looked_at:
        yield looked_at


def bring(address: str, *paths: Path, **options: bool) -> tuple[Update, list[str]]:
    """What an update did, and the texts that it encoded."""
    encoder = Words()
    done = update(paths, address, UpdateOptions(**options), encoder=encoder)  # type: ignore[arg-type]
    return done, encoder.seen


def opened(address: str) -> AbstractContextManager[MilvusSearcher]:
    """Opens the current generation, which is closed with the context."""
    return until_closed(*store_at(address).read(lambda generation: (generation, generation.searcher())))


@contextmanager
def until_closed(generation: MilvusGeneration, searcher: MilvusSearcher) -> Iterator[MilvusSearcher]:
    with closing(generation):
        yield searcher


def manifest(address: str) -> MilvusManifest:
    found: MilvusManifest = current_manifest(store_at(address))
    return found


def copy(source: Path | str, target: Path | str, *, rebuild: bool = False) -> Update:
    return copying.copy(store_at(source), store_at(target), rebuild=rebuild)


def hits(searcher: MilvusSearcher, question: str) -> list[str]:
    """The documents with a term of the question, best first."""
    numbers = searcher.lexical(terms(question), 100, Filter()).numbers.tolist()
    return [candidate.document.id for candidate in searcher.candidates(numbers)]


def ids_in(address: str) -> list[str]:
    with opened(address) as searcher:
        return [reference.id for reference in searcher.documents.references()]


def test_an_index_is_built_and_its_name_is_that_of_a_local_one(address, corpus, tmp_path):
    done, texts = bring(address, corpus)
    assert (done.changes.added, done.changes.encoded, len(texts)) == (12, 48, 48)
    local = update([corpus], tmp_path / "local", encoder=Words())
    assert done.info == local.info


@pytest.mark.parametrize("dense", ["HNSW", "IVF_FLAT"])
def test_an_approximate_index_is_kept_by_updates_and_finds_the_nearest(address, corpus, monkeypatch, dense):
    monkeypatch.setenv("QA_MILVUS_INDEX", dense)
    bring(address, corpus)
    monkeypatch.delenv("QA_MILVUS_INDEX")
    write(corpus, 20)
    bring(address)
    with opened(address) as searcher:
        assert manifest(address).extra.dense == dense
        (vector,) = Words().encode_passages([(corpus / "0020.md").read_text()])
        ranking = searcher.dense(vector, 1, Filter())
        assert [candidate.document.id for candidate in searcher.candidates(ranking.numbers.tolist())] == ["0020.md"]
        assert ranking.scores[0] > 0.9


def test_nothing_is_written_where_nothing_has_changed(address, corpus, cluster):
    bring(address, corpus)
    before = cluster.call("list_collections")
    done, texts = bring(address)
    assert (done.changes.unchanged, done.changes.encoded, texts) == (12, 0, [])
    assert cluster.call("list_collections") == before


def test_an_update_encodes_only_what_is_new(address, corpus, tmp_path):
    bring(address, corpus)
    write(corpus, 77)
    (corpus / "0003.md").unlink()
    write(corpus, 5, " Then it snowed.")
    done, texts = bring(address)
    changes = done.changes
    assert (changes.added, changes.changed, changes.removed, changes.unchanged) == (1, 1, 1, 10)
    assert all("77" in text or "snowed" in text for text in texts)
    with opened(address) as searcher:
        assert hits(searcher, "snowed") == ["0005.md"]
        assert hits(searcher, "item3") == []
        assert hits(searcher, "77") == ["0077.md"]
        # Of 12 passages each has "court" and "rained"; the others' counts are those of their articles.
        assert searcher.document_frequencies(["court", "item3", "77", terms("snowed")[0]]) == [12, 0, 1, 1]
    assert done.info == update([corpus], tmp_path / "new", encoder=Words()).info


def test_status_tells_what_an_update_would_change(address, corpus):
    bring(address, corpus)
    assert inspect(address).current
    (corpus / "0003.md").unlink()
    status = inspect(address)
    assert (status.changes.removed, status.current, status.manifest.bytes) == (1, False, None)
    assert tuple(status.manifest.live) == (12, 12, 36)


def test_other_settings_and_rebuild_encode_everything_again(address, corpus):
    bring(address, corpus)
    encoder = Words()
    done = update([], address, UpdateOptions(overlap=2), encoder=encoder)
    assert done.rebuilt == ("overlap: 1 -> 2",)
    assert len(encoder.seen) == 48
    assert len(bring(address, rebuild=True)[1]) == 48


def test_a_reader_keeps_the_generation_that_it_opened_until_two_more_are_published(address, corpus):
    bring(address, corpus)
    with opened(address) as reader:
        write(corpus, 20)
        bring(address)
        assert hits(reader, "20") == []
        assert hits(reader, "item4") == ["0004.md"]
        write(corpus, 21)
        bring(address)
        with pytest.raises(IndexNotFoundError, match="open the index again"):
            hits(reader, "item4")
    assert {"0020.md", "0021.md"} <= {*ids_in(address)}


def test_what_an_interrupted_update_wrote_is_not_encoded_again(address, corpus, monkeypatch):
    monkeypatch.setattr("qa.backends.milvus.draft.GATHERED", 2)
    monkeypatch.setattr("qa.indexing.encode.GATHER", 8)

    def interrupt(step: str, done: int, _: int | None) -> None:
        if (step, done) == ("embedding", 9):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update([corpus], address, encoder=Words(), on_progress=interrupt)
    with pytest.raises(IndexNotFoundError, match=r"qa index --index milvus\+lite:"):
        opened(address)
    written = store_at(address).unfinished()
    assert written is not None
    with closing(written):
        whole = {*written.contents().ids}
    assert 2 <= len(whole) < 12
    # One of them changes before the next update, and one goes.
    changed, gone = sorted(whole)[:2]
    write(corpus, int(changed[:4]), " Then it snowed.")
    (corpus / gone).unlink()
    done, texts = bring(address, corpus)
    assert done.changes.added == 11
    again = {name for name in whole - {changed, gone} for text in texts if f"item{int(name[:4])}." in text}
    assert again == set()
    with opened(address) as searcher:
        assert (done.info.documents, done.info.passages) == (11, 11)
        assert hits(searcher, "snowed") == [changed]
        assert searcher.document_frequencies(["court", f"item{int(gone[:4])}"]) == [11, 0]


def test_an_update_that_failed_between_text_and_head_writes_the_document_again(address, corpus, monkeypatch):
    real = Pieces.write
    heads: list[Any] = []

    def cut_short(self: Pieces, pieces: Iterable[Any]) -> None:
        rows = [*pieces]
        real(self, [row for row in rows if row["kind"] != Kind.HEAD])
        heads.extend(row for row in rows if row["kind"] == Kind.HEAD)
        if heads:
            raise OSError("the machine went down")

    with monkeypatch.context() as patched:
        patched.setattr(Pieces, "write", cut_short)
        with pytest.raises(OSError, match="went down"):
            bring(address, corpus)
    assert len(heads) == 12
    done, texts = bring(address, corpus)
    assert (len(texts), done.info.passages) == (48, 12)
    with opened(address) as searcher:
        assert sorted(hits(searcher, "court")) == [f"{number:04}.md" for number in range(12)]


def test_a_second_writer_is_refused_as_long_as_the_first_one_lives(address, corpus, cluster):
    with writing(cluster.address), pytest.raises(IndexBusyError, match=r"is writing milvus\+lite.*qa_lock"):
        bring(address, corpus)
    assert bring(address, corpus)[0].changes.added == 12
    assert cluster.alias("qa_lock") is None


def test_the_lock_of_a_writer_that_died_here_is_free(address, corpus, cluster, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("os.getpid", lambda: 2**22 + 1)  # above the largest number that Linux gives a process
        Lock(cluster).take()
    assert bring(address, corpus)[0].changes.added == 12
    assert [name for name in cluster.call("list_collections") if "lock" in name] == []


def test_a_writer_whose_lock_was_taken_does_not_publish(address, corpus, cluster):
    def steal(step: str, *_: object) -> None:
        if step == "embedding" and cluster.alias("qa_lock"):
            cluster.call("drop_alias", "qa_lock")

    with pytest.raises(IndexBusyError):
        update([corpus], address, encoder=Words(), on_progress=steal)
    assert cluster.alias("qa") is None


def test_a_file_that_another_process_has_open_is_told_in_one_line(address, corpus):
    bring(address, corpus)
    code = "import sys; from qa.cli.main import main; main(sys.argv[1:])"
    with opened(address):
        command = [sys.executable, "-c", code, "status", "--index", str(address)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1
    assert "is open in another process" in done.stderr


def test_an_index_of_someone_else_is_left_alone(address, corpus, cluster):
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema()
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=2)
    cluster.call("create_collection", "qa", schema=schema)
    for call in (lambda: bring(address, corpus), lambda: opened(address)):
        with pytest.raises(ConfigError, match="qa did not make"):
            call()
    assert cluster.call("list_collections") == ["qa"]


def test_nothing_to_index_makes_no_index(address, tmp_path, cluster):
    (tmp_path / "empty").mkdir()
    for paths in ([], [tmp_path / "empty"]):
        with pytest.raises(CorpusError, match="nothing to index"):
            bring(address, *paths)
    assert cluster.call("list_collections") == []


class TestEncoderFiles:
    def test_they_come_from_the_cluster_where_the_cache_lacks_or_damaged_them(self, tmp_path, cluster):
        folder = tmp_path / "encoder"
        folder.mkdir()
        contents = {"encoder.json": b"{}", "model.data": bytes(range(256)) * 20_000, "empty": b""}
        for name, data in contents.items():
            (folder / name).write_bytes(data)
        files = encoder_files.store(cluster, folder)
        cached = encoder_files.fetch(cluster, files)
        for name in ("model.data", "encoder.json"):
            (cached / name).write_bytes(b"damaged")
            assert encoder_files.fetch(cluster, files) == cached
            assert {f.name: f.read_bytes() for f in cached.iterdir()} == contents
        assert [path.name for path in cached.parent.iterdir()] == [cached.name]

    def test_what_the_cluster_lost_is_told(self, cluster, tmp_path):
        folder = tmp_path / "encoder"
        folder.mkdir()
        (folder / "model.data").write_bytes(b"weights")
        files = encoder_files.store(cluster, folder)
        (encoder_files.fetch(cluster, files) / "model.data").unlink()
        cluster.call("delete", encoder_files.collection_of("qa", files), filter="kind == 5")
        with pytest.raises(IndexDamagedError, match="--rebuild"):
            encoder_files.fetch(cluster, files)


class TestMoving:
    @pytest.fixture
    def local(self, corpus: Path, tmp_path: Path) -> Path:
        update([corpus], tmp_path / "local", encoder=Words())
        return tmp_path / "local"

    def test_nothing_is_encoded_and_everything_arrives(self, address, local, monkeypatch):
        def refuse(*_: object) -> None:
            raise AssertionError("a text was encoded")

        monkeypatch.setattr(Words, "encode_passages", refuse)
        done = copy(local, address)
        assert (done.changes.added, done.changes.encoded) == (12, 0)
        assert done.info == update([], local, encoder=Words()).info
        with opened(address) as searcher:
            assert hits(searcher, "item4") == ["0004.md"]
        again = copy(local, address)
        assert (again.changes.added, again.changes.unchanged) == (0, 12)

    def test_what_was_moved_is_brought_up_to_date_from_its_articles(self, address, local, corpus):
        copy(local, address)
        write(corpus, 30)
        done, texts = bring(address)
        assert (done.changes.added, done.changes.unchanged, len(texts)) == (1, 12, 4)

    def test_an_interrupted_move_goes_on(self, address, local, monkeypatch):
        monkeypatch.setattr("qa.backends.milvus.draft.GATHERED", 2)
        added: list[str] = []
        real = MilvusDraft.add

        def add(self: MilvusDraft, encoded: EncodedDocument) -> None:
            added.append(encoded.document.id)
            if len(added) == 8:
                raise KeyboardInterrupt
            real(self, encoded)

        monkeypatch.setattr(MilvusDraft, "add", add)
        with pytest.raises(KeyboardInterrupt):
            copy(local, address)
        assert copy(local, address).info.documents == 12
        # What had been added was written before the interruption was told.
        names = [f"{number:04}.md" for number in range(12)]
        assert (added[:8], added[8:]) == (names[:8], names[7:])

    def test_an_index_made_with_other_settings_is_replaced_only_when_told(self, address, corpus, tmp_path):
        bring(address, corpus)
        update([corpus], tmp_path / "other", UpdateOptions(overlap=3), encoder=Words())
        with pytest.raises(ConfigError, match="--rebuild"):
            copy(tmp_path / "other", address)
        assert copy(tmp_path / "other", address, rebuild=True).changes.added == 12
        assert manifest(address).config.overlap == 3

    def test_an_own_calibration_goes_with_the_index_and_stays_after_updates(self, address, local, corpus):
        own = FittedCalibration(replace(shipped().calibration, threshold=0.125), {"embedder": "words@000000000000"})
        (local / CALIBRATION_FILE).write_text(own.to_json())
        copy(local, address)
        write(corpus, 30)
        bring(address)
        assert store_at(address).read_text(CALIBRATION_FILE) == own.to_json()

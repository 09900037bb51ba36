"""Embedding on a Dask cluster: real schedulers and workers, on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask.config
import numpy as np
import pytest
from distributed import Client, LocalCluster

from qa.backends.local.generations import current_manifest
from qa.errors import ClusterError, ConfigError
from qa.indexing import encode as indexing
from qa.indexing.update import UpdateOptions
from qa.models import model as model_module
from qa.models import multilingual
from qa.models.base import Encoder
from qa.models.dask import cluster as dask_cluster
from qa.models.dask import worker as dask_worker
from qa.models.dask.cluster import UNDER_WAY, Cluster, connect
from qa.models.dask.worker import ModelCopy, embed
from qa.models.model import FixedModel
from qa.models.torch.engines import ONNXRUNTIME_FLOAT32
from qa.models.torch.sentence_transformers import TRIAL, SentenceTransformerEncoder
from tests import tiny_e5
from tests.support import ROOT, WordEncoder, update

#: Seconds after which something that was waited for is taken to hang. No test depends on how long anything takes.
HANGS = 60

#: Articles and their sentences: some 2,000 texts, which are four groups of ``GROUP``.
ARTICLES, SENTENCES, GROUP = 40, 48, 512


def start(workers: int) -> LocalCluster:
    return LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", memory_limit=None)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes, which tests use as somebody else's cluster."""
    with start(2) as started:
        yield started


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "articles"
    folder.mkdir()
    for number in range(ARTICLES):
        sentences = [f"The court said {number} times that ballot {place} is valid." for place in range(SENTENCES)]
        (folder / f"{number:02}.txt").write_text(" ".join(sentences) + "\n")
    return folder


@pytest.fixture(scope="module")
def exported(models: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A model, and its export, whose engine a worker opens without torch."""
    folder = tmp_path_factory.mktemp("exported")
    assert SentenceTransformerEncoder(str(models["mean"])).export(folder) is None
    return models["mean"], folder


def written(index: Path) -> dict[str, bytes]:
    """What a generation holds, but for its manifest, which tells the time."""
    (generation,) = (index / "generations").iterdir()
    files = (file for file in generation.rglob("*") if file.is_file() and file.name != "manifest.json")
    return {file.relative_to(generation).as_posix(): file.read_bytes() for file in files}


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def light_encoder(exported: tuple[Path, Path]) -> SentenceTransformerEncoder:
    encoder = SentenceTransformerEncoder(str(exported[0]))
    assert encoder.use_engine(ONNXRUNTIME_FLOAT32, exported[1])
    return encoder


def encoded(there: Cluster, encoder: Encoder, *texts: str) -> Any:
    """The vectors of the texts, as one group."""
    (vectors,) = there.encode(encoder, [list(texts)])
    return vectors


class TestTheIndex:
    def test_is_that_of_a_local_run_although_a_worker_is_killed(self, cluster, articles, models, tmp_path, monkeypatch):
        # The choice must not depend on the machine here, and this engine is opened without torch.
        monkeypatch.setattr(model_module, "MEASURED", 0)
        monkeypatch.setattr(indexing, "GATHER", GROUP)
        monkeypatch.setattr(
            SentenceTransformerEncoder, "choose_engine", lambda self, _, e: self.use_engine(ONNXRUNTIME_FLOAT32, e)
        )
        model = str(models["mean"])
        here = update([articles], tmp_path / "here", UpdateOptions(model))
        victim = next(iter(cluster.workers.values())).pid

        def kill(what: str, done: int, _total: int | None) -> None:
            if (what, done) == ("embedding", 1):
                os.kill(victim, signal.SIGKILL)

        there = update(
            [articles], tmp_path / "there", UpdateOptions(model, dask=cluster.scheduler_address), on_progress=kill
        )
        assert there.changes.encoded == here.changes.encoded > 3 * GROUP
        assert there.info == here.info
        assert current_manifest(tmp_path / "there")[1].engine == ONNXRUNTIME_FLOAT32
        assert written(tmp_path / "there") == written(tmp_path / "here")

    def test_of_a_few_new_articles_is_made_without_the_workers(self, cluster, models, tmp_path):
        (tmp_path / "articles").mkdir()
        (tmp_path / "articles" / "a.txt").write_text("The court said no.\n")
        update([tmp_path / "articles"], tmp_path / "index", UpdateOptions(str(models["mean"])))
        (tmp_path / "articles" / "b.txt").write_text("The prosecutor said yes.\n")
        before = cluster.scheduler.transition_counter
        update([], tmp_path / "index", UpdateOptions(dask=cluster.scheduler_address))
        assert cluster.scheduler.transition_counter == before

    def test_is_not_made_with_an_encoder_of_the_callers(self, cluster, articles, tmp_path):
        options = UpdateOptions(dask=cluster.scheduler_address)
        with pytest.raises(ConfigError, match="cannot be sent to a Dask cluster; name a model"):
            update([articles], tmp_path / "index", options, encoder=WordEncoder())


class TestVectors:
    def test_are_the_same_bit_for_bit(self, cluster, exported):
        groups = [[f"The court said {word * count}." for count in range(1, 40)] for word in ("no ", "yes ", "who ")]
        with connect(cluster.scheduler_address) as connected:
            here = light_encoder(exported)
            there = list(connected.encode(here, [groups[0], [], *groups[1:]]))
            alone = encoded(connected, here, *groups[2])
        for vectors, group in zip([there[0], *there[2:]], groups, strict=True):
            np.testing.assert_array_equal(vectors, here.encode_passages(group))
        np.testing.assert_array_equal(alone, there[3])
        assert len(there[1]) == 0

    def test_of_the_multilingual_model_are_the_same_without_its_package_on_the_workers(self, cluster, tmp_path):
        tiny_e5.save(tmp_path / "file.bin")
        (tmp_path / "model").mkdir()
        multilingual.write_files(tmp_path / "file.bin", tmp_path / "model", np.eye(tiny_e5.WIDTH, dtype="<f4")[:2])
        encoder = multilingual.encoder_in(tmp_path / "model", "tiny")
        groups = [["the court", "courts"], [], ["t é", "the the court"]]
        with connect(cluster.scheduler_address) as connected:
            model = FixedModel("tiny", "tiny", lambda _: encoder, connected.encode)
            there = list(model.encode_groups(model.encoder(None, 0), groups))
            assert cluster.scheduler.tasks
        for vectors, group in zip(there, groups, strict=True):
            np.testing.assert_array_equal(vectors, encoder.encode_passages(group).reshape(vectors.shape))

    def test_of_a_few_new_texts_are_made_here(self, tmp_path):
        def send(*_: object) -> Iterator[Any]:
            raise AssertionError("the model is sent")

        words = WordEncoder()
        model = FixedModel("words", "words", lambda _: words, send)
        assert [len(one) for one in model.encode_groups(model.encoder(tmp_path, 10), [["court"]])] == [1]

    def test_few_groups_are_under_way(self, cluster, exported):
        taken: list[int] = []

        def groups() -> Iterator[list[str]]:
            for number in range(100):
                taken.append(number)
                yield [f"text {number}"]

        with connect(cluster.scheduler_address) as connected:
            results = connected.encode(light_encoder(exported), groups())
            for done in range(1, 6):
                assert next(results).shape == (1, 32)
                assert len(taken) <= done + UNDER_WAY * 2


class TestWorkers:
    def test_lose_the_model_when_the_run_ends(self, cluster, exported):
        with connect(cluster.scheduler_address) as connected:
            encoded(connected, light_encoder(exported), "text")
            assert cluster.scheduler.tasks
        deadline = time.monotonic() + HANGS
        while cluster.scheduler.tasks and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not cluster.scheduler.tasks

    def test_that_die_while_they_take_the_model_over_are_not_needed(self, cluster, exported):
        victim = next(iter(cluster.workers.values())).pid
        os.kill(victim, signal.SIGSTOP)  # so that it surely does not finish before
        threading.Timer(2, os.kill, (victim, signal.SIGKILL)).start()
        with connect(cluster.scheduler_address) as connected:
            assert encoded(connected, light_encoder(exported), "text").shape == (1, 32)

    def test_with_other_versions_refuse(self, cluster, exported, monkeypatch):
        ours = dask_worker.versions(ONNXRUNTIME_FLOAT32)
        monkeypatch.setattr("qa.models.dask.cluster.versions", lambda _: ours | {"onnxruntime": "0.1"})
        with connect(cluster.scheduler_address) as connected:
            wanted = rf"worker tcp://\S+ cannot encode: it has onnxruntime {ours['onnxruntime']} and not 0\.1; make it"
            with pytest.raises(ClusterError, match=wanted):
                encoded(connected, light_encoder(exported), "text")

    @pytest.mark.parametrize(
        ("engine", "sign", "reason"),
        [
            (ONNXRUNTIME_FLOAT32, -1, "its vectors differ, with onnxruntime float32"),
            ("abacus float8", 1, "it has no abacus float8, with which this index is encoded"),
        ],
    )
    def test_that_cannot_do_the_same_refuse(self, cluster, exported, engine, sign, reason):
        here = SentenceTransformerEncoder(str(exported[0]))
        folder = exported[1] if engine == ONNXRUNTIME_FLOAT32 else exported[0]
        files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
        model = (engine, files, sign * here.encode_passages(TRIAL), dask_worker.versions(engine))
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            shared = client.submit(ModelCopy, *model, pure=False)
            for _ in range(2):
                with pytest.raises(ClusterError, match=f"cannot encode: {reason}"):
                    client.submit(embed, ["text"], shared, pure=False).result(HANGS)

    def test_are_waited_for_so_long(self, monkeypatch):
        monkeypatch.setattr(dask_cluster, "WORKERS", 0.3)
        with start(0) as empty:
            wanted = rf"{empty.scheduler_address} has had no worker for \d+ seconds; start some, such as: dask worker"
            with pytest.raises(ClusterError, match=wanted), connect(empty.scheduler_address):
                pass

    def test_that_are_all_gone_are_waited_for_so_long_then_the_scheduler(self, exported, monkeypatch):
        monkeypatch.setattr(dask_cluster, "LOOK", 0.1)
        monkeypatch.setattr(dask_cluster, "LEAVING", 0.3)
        with start(1) as leaving, connect(leaving.scheduler_address) as connected:
            encoder = light_encoder(exported)
            assert encoded(connected, encoder, "text").shape == (1, 32)
            leaving.scale(0)
            deadline = time.monotonic() + HANGS
            while leaving.scheduler.workers and time.monotonic() < deadline:
                time.sleep(0.05)
            monkeypatch.setattr(dask_cluster, "WORKERS", 0.3)
            with pytest.raises(ClusterError, match=r"has had no worker for .* qa index then goes on from what is emb"):
                encoded(connected, encoder, "text")
            leaving.close()
            with pytest.raises(ClusterError, match="has gone away; start its scheduler again"):
                encoded(connected, encoder, "text")

    def test_that_die_over_the_same_texts_are_given_up(self, exported):
        with dask.config.set({"distributed.scheduler.allowed-failures": 0}), start(1) as fragile:
            (nanny,) = fragile.workers.values()

            def kill_at_work() -> None:
                deadline = time.monotonic() + HANGS
                while not any(worker.processing for worker in fragile.scheduler.workers.values()):
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
                os.kill(nanny.pid, signal.SIGKILL)

            def groups() -> Iterator[list[str]]:
                yield ["the first text, with which the model is sent"]
                os.kill(nanny.pid, signal.SIGSTOP)  # so that the second is not finished before the worker dies
                threading.Thread(target=kill_at_work).start()
                yield ["the second text"]

            wanted = "lost its workers again and again over the same texts; give each more memory"
            with connect(fragile.scheduler_address) as connected, pytest.raises(ClusterError, match=wanted):
                list(connected.encode(light_encoder(exported), groups()))


class TestAddresses:
    @pytest.mark.parametrize("where", ["", "8786", "host:8786", "local", "local:0", "local:-1", "local:two"])
    def test_that_are_none_are_refused(self, where):
        with pytest.raises(
            ConfigError, match=r"is no Dask cluster; name a scheduler, such as tcp://host:8786, or local"
        ):
            dask_cluster.local_workers(where)

    def test_are_a_number_of_local_workers_or_a_scheduler(self):
        assert dask_cluster.local_workers("local:12") == 12
        assert dask_cluster.local_workers("tcp://host:8786") is None
        assert dask_cluster.local_workers("tls://[::1]:8786") is None

    def test_where_nobody_listens_are_an_error_after_so_long(self, monkeypatch):
        monkeypatch.setattr(dask_cluster, "SCHEDULER", 0.5)
        where = f"tcp://127.0.0.1:{free_port()}"
        wanted = rf"no Dask scheduler answers at {where} \(.*\); check the address"
        with pytest.raises(ClusterError, match=wanted), connect(where):
            pass


def qa_index(*words: str, before: str = "") -> subprocess.CompletedProcess[str]:
    code = f"{before}\nif __name__ == '__main__':\n    from qa.cli.main import main\n    main()"
    return subprocess.run(
        [sys.executable, "-c", code, "index", *words], capture_output=True, text=True, timeout=HANGS, check=False
    )


def test_without_dask_the_command_says_what_to_install(articles, tmp_path):
    ran = qa_index(
        str(articles),
        "--index",
        str(tmp_path / "index"),
        "--dask",
        "local:2",
        before="import sys; sys.modules['distributed'] = None",
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("qa: Dask is not installed (")
    assert ran.stderr.endswith("; pip install 'qa-cited[dask]'\n")
    assert ran.stderr.count("\n") == 1


INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from qa.indexing import encode as indexing
from qa.indexing.update import UpdateOptions
from tests.support import update

indexing.GATHER = 512

def interrupt(what, done, total):
    if (what, done) == ("embedding", 15):
        os.killpg(0, signal.SIGINT)  # as a terminal does it: the workers get it too

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    articles, index, model = sys.argv[1:]
    try:
        update([articles], Path(index), UpdateOptions(model, dask="local:1"), on_progress=interrupt)
    except KeyboardInterrupt:
        sys.exit(130)
"""

KILLED = """
import os, signal
from qa.models.dask.cluster import connect

if __name__ == "__main__":
    with connect("local:1"):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def run_alone(script: Path, code: str, *words: str | Path) -> tuple[int, str]:
    """Runs the code in a session of its own, waits until no process of it is left, and gives exit code and stderr."""
    script.write_text(code)
    with subprocess.Popen(
        [sys.executable, script, *words],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"TMPDIR": str(script.parent), "PYTHONPATH": str(ROOT)},
    ) as process:
        _, told = process.communicate(timeout=HANGS)
    deadline = time.monotonic() + HANGS
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return process.returncode, told
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    raise AssertionError("processes are left")


@pytest.mark.slow
def test_an_interruption_keeps_what_is_embedded_and_leaves_no_process(articles, models, tmp_path):
    index = tmp_path / "index"
    code, told = run_alone(tmp_path / "run.py", INTERRUPTED, articles, index, models["mean"])
    assert (code, told) == (130, "")
    assert not list(tmp_path.glob("qa-dask-*"))
    done = update([articles], index, UpdateOptions(str(models["mean"])))
    assert done.changes.documents == ARTICLES
    assert 0 < done.changes.encoded < ARTICLES * SENTENCES * 0.9


def test_a_killed_run_leaves_no_process(tmp_path):
    code, _ = run_alone(tmp_path / "run.py", KILLED)
    assert code == -signal.SIGKILL

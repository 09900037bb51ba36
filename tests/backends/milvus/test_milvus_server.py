"""Failures of a real server: too old, a refused login, no answer, and death in the middle of a write."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa.backends.milvus import connection
from qa.backends.milvus.address import MilvusAddress
from qa.backends.milvus.connection import MilvusCluster, connect
from qa.backends.milvus.failures import PASSWORD as PASSWORD_VARIABLE
from qa.backends.milvus.failures import TIMEOUT
from qa.backends.milvus.failures import USER as USER_VARIABLE
from qa.backends.milvus.layout import pieces_schema
from qa.backends.milvus.lock import Lock
from qa.backends.milvus.pieces import Kind, Pieces, rows
from qa.errors import IndexBusyError, ServerError
from tests.milvus_server import PASSWORD, USER, OldServer, server_python

pytestmark = pytest.mark.skipif("QA_MILVUS_SERVER" not in os.environ, reason="make milvus runs it: it takes minutes")


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldServer]:
    """The server, running."""
    python = server_python(Path(request.config.cache.mkdir("milvus-server")))
    running = OldServer(python, tmp_path_factory.mktemp("milvus"))
    try:
        running.start()
        yield running
    finally:
        running.kill()


@pytest.fixture
def address(server: OldServer, monkeypatch: pytest.MonkeyPatch) -> MilvusAddress:
    """Its address; who asks may log in."""
    monkeypatch.setenv(USER_VARIABLE, USER)
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    return MilvusAddress("news", "127.0.0.1", server.port)


@pytest.fixture
def cluster(address: MilvusAddress, monkeypatch: pytest.MonkeyPatch) -> Iterator[MilvusCluster]:
    """A connection that does not mind the version."""
    monkeypatch.setattr(connection, "NEEDED", (2, 0))
    with closing(connect(address)) as opened:
        yield opened


def test_a_server_without_bm25_is_refused(address):
    with pytest.raises(ServerError, match=r"is Milvus v2\.3\.5.*no BM25; use Milvus 2\.5 or newer"):
        connect(address)


@pytest.mark.parametrize(
    "login", [{}, {"QA_MILVUS_USER": USER, "QA_MILVUS_PASSWORD": "s3cret"}, {"QA_MILVUS_TOKEN": "x:s3cret"}]
)
def test_a_wrong_login_is_told_at_once_and_without_the_secret(address, monkeypatch, login, caplog, capfd):
    for name in (USER_VARIABLE, PASSWORD_VARIABLE):
        monkeypatch.delenv(name)
    for name, value in login.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ServerError, match="refused the login; set QA_MILVUS_USER and QA_MILVUS_PASSWORD") as raised:
        connect(address)
    said = str(raised.value) + caplog.text + "".join(capfd.readouterr())
    assert "s3cret" not in said
    assert said.count("\n") == 0


def test_one_writer_holds_the_lock(cluster):
    first, second = Lock(cluster), Lock(cluster)
    first.take()
    with pytest.raises(IndexBusyError, match="is writing milvus://"):
        second.take()
    first.check()
    first.free()
    with pytest.raises(IndexBusyError):
        first.check()
    second.take()
    second.free()
    assert cluster.call("list_collections") == []


def test_a_server_that_does_not_answer_is_given_up_after_the_timeout(server, address, monkeypatch):
    monkeypatch.setattr(connection, "NEEDED", (2, 0))
    monkeypatch.setenv(TIMEOUT, "1")
    with closing(connect(address)) as cluster:
        server.stop_answering()
        try:
            with pytest.raises(ServerError, match=r"did not answer within 1 s; .*QA_MILVUS_TIMEOUT"):
                cluster.call("list_collections")
        finally:
            server.answer_again()


def test_a_write_goes_on_where_the_server_died_and_came_back(server, cluster):
    cluster.create("pieces", pieces_schema(cluster.lite))
    pieces = Pieces(cluster, "pieces")
    data = bytes(range(256)) * 100
    cluster.timeout = 120.0

    def restart() -> None:
        server.kill()
        server.start()

    restarting = threading.Thread(target=restart)
    for number in range(40):
        if number == 20:
            restarting.start()
        pieces.write(rows(Kind.FILE, number, data))
    restarting.join()
    cluster.call("load_collection", "pieces", timeout=120.0)
    assert pieces.read(Kind.FILE, range(40)) == dict.fromkeys(range(40), data)


def test_a_server_that_is_gone_is_told(server, address, cluster, monkeypatch):
    server.kill()
    cluster.timeout = 1.0
    with pytest.raises(ServerError, match="cannot be reached; check host, port"):
        cluster.call("list_collections")
    monkeypatch.setattr(connection, "_CONNECTING", 0.5)
    with pytest.raises(ServerError, match="cannot be reached"):
        connect(address)

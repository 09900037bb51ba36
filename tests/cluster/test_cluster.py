"""A real cluster at QA_MILVUS_URI: everything that a file of Milvus Lite cannot show.

::

    QA_MILVUS_URI=milvus://host:19530/qa_test make milvus

Collections whose names begin with that of the address are made and dropped. QA_MILVUS_FAILOVER is a command that takes
a query node away, such as ``kubectl delete pod ...``: it is run while questions are asked, with as many replicas loaded
as QA_MILVUS_REPLICAS says.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qa.api.opening import open_searcher
from qa.backends.addresses import store_at
from qa.backends.filters import Filter
from qa.backends.milvus import generations
from qa.backends.milvus.connection import PATIENCE, MilvusCluster, connect
from qa.backends.milvus.store import MilvusStore
from qa.text.analysis import terms
from tests.contracts import oracle
from tests.contracts.backends import fill
from tests.contracts.test_backends import CORPUS, QUERIES, TELLING, WRITTEN
from tests.support import WordEncoder, update
from tests.test_costs import Words, write

URI, REPLICAS, FAILOVER = "QA_MILVUS_URI", "QA_MILVUS_REPLICAS", "QA_MILVUS_FAILOVER"

pytestmark = pytest.mark.skipif(URI not in os.environ, reason=f"{URI} names no cluster")


@pytest.fixture
def address() -> str:
    return os.environ[URI]


@pytest.fixture
def cluster(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MilvusCluster]:
    """The cluster, in which nothing of the address is left when it is over."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    store = store_at(address)
    assert isinstance(store, MilvusStore)
    with closing(connect(store.address)) as opened:
        clear(opened)
        yield opened
        clear(opened)


def clear(cluster: MilvusCluster) -> None:
    index = cluster.address.collection
    for alias in (index, f"{index}_lock"):
        if cluster.alias(alias):
            cluster.call("drop_alias", alias)
    for name in cluster.call("list_collections"):
        if name.startswith(f"{index}_"):
            cluster.call("drop_collection", name)


@pytest.fixture
def published(cluster: MilvusCluster, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], oracle.Numbered]:
    """Publishes the corpus of the contract suite, with the index over vectors that is named."""

    def publish(dense: str) -> oracle.Numbered:
        monkeypatch.setenv("QA_MILVUS_INDEX", dense)
        store = store_at(str(cluster.address))
        fill(store, CORPUS)
        return oracle.Numbered(store.read(lambda generation: generation.searcher()), CORPUS)

    return publish


@pytest.mark.parametrize("dense", ["FLAT", "HNSW", "IVF_FLAT"])
def test_dense_search_finds_nearly_all_that_brute_force_finds(published, dense):
    searcher = published(dense)
    hits = total = 0
    for question in QUERIES:
        vector = WordEncoder().encode_query(question)
        expected = oracle.dense(WRITTEN, vector, Filter())[:20]
        ranking = searcher.dense(vector, 20, Filter())
        scores = dict(oracle.dense(WRITTEN, vector, Filter()))
        np.testing.assert_allclose(ranking.scores, [scores[n] for n in ranking.numbers.tolist()], atol=1e-3)
        hits += len({number for number, _ in expected} & {*ranking.numbers.tolist()})
        total += len(expected)
    assert hits >= 0.95 * total
    assert hits == total or dense != "FLAT"


def test_bm25_lists_what_holds_a_term_and_ranks_the_telling_article_first(published):
    searcher = published("FLAT")
    for question in QUERIES:
        ranking = searcher.lexical(terms(question), len(WRITTEN), Filter())
        assert {*ranking.numbers.tolist()} == oracle.matching(WRITTEN, terms(question), Filter())
        assert (ranking.scores > 0).all()
    for question, document in TELLING.items():
        (best,) = searcher.lexical(terms(question), 1, Filter()).numbers.tolist()
        assert WRITTEN[best].document.id == document


@pytest.mark.usefixtures("cluster")
def test_an_index_is_built_updated_and_read_while_it_is_published(address, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(40):
        write(corpus, number)
    assert update([corpus], address, encoder=Words()).changes.added == 40
    with open_searcher(address) as reader:
        write(corpus, 50)
        assert update([], address, encoder=Words()).changes.added == 1
        assert len([*reader.documents.references()]) == 40
        assert len(reader.lexical(["court"], 100, Filter())) == 40
    with open_searcher(address) as reader:
        assert len(reader.lexical(["court"], 100, Filter())) == 41
        assert reader.document_frequencies(["court", "item50"]) == [41, 1]


@pytest.mark.skipif(FAILOVER not in os.environ, reason=f"{FAILOVER} names no command")
def test_questions_are_answered_while_a_node_goes_away(cluster, published):
    searcher = published("FLAT")
    current = generations.current(cluster)
    assert current is not None
    replicas = int(os.environ.get(REPLICAS, "1"))
    for collection in (current.passages, current.texts.collection):
        cluster.call("release_collection", collection)
        cluster.call("load_collection", collection, replica_number=replicas, timeout=PATIENCE)
    expected = [searcher.lexical(terms(question), 20, Filter()).numbers.tolist() for question in QUERIES]
    away = threading.Thread(target=subprocess.run, args=(os.environ[FAILOVER],), kwargs={"shell": True, "check": True})
    away.start()
    for _ in range(50):
        for question, numbers in zip(QUERIES, expected, strict=True):
            assert searcher.lexical(terms(question), 20, Filter()).numbers.tolist() == numbers
    away.join()

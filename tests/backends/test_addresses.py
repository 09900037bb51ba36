"""Where an index is: what is taken for an address, and what is refused, without repeating a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.backends.addresses import is_address, store_at
from qa.backends.local.folder import FolderStore
from qa.backends.milvus.address import MilvusAddress
from qa.backends.milvus.store import MilvusStore
from qa.errors import ConfigError


def parsed(text: str) -> MilvusAddress:
    store = store_at(text)
    assert isinstance(store, MilvusStore)
    return store.address


@pytest.mark.parametrize("name", ["index", "a/b", "/tmp/milvus", "milvus", "milvus.db", "C:x", "news:2024"])
def test_a_path_is_a_folder(name):
    store = store_at(name)
    assert isinstance(store, FolderStore)
    assert (store.folder, str(store_at(Path(name))), is_address(name)) == (Path(name), str(store), False)


@pytest.mark.parametrize("index", [None, 7, ["index"]])
def test_what_is_neither_is_refused(index):
    with pytest.raises(ConfigError, match=r"^the index is .*; give its folder, or its address as text"):
        store_at(index)


@pytest.mark.parametrize(
    ("text", "uri", "collection"),
    [
        ("milvus://localhost:19530/news", "http://localhost:19530", "news"),
        ("milvus://db.example.org/news_2024", "http://db.example.org:19530", "news_2024"),
        ("milvus+tls://db.example.org:443/News", "https://db.example.org:443", "News"),
        ("milvus://[::1]:9000/_x", "http://[::1]:9000", "_x"),
    ],
)
def test_an_address_names_a_server_and_a_collection(text, uri, collection):
    address = parsed(text)
    assert (address.uri, address.collection, address.file) == (uri, collection, None)
    assert parsed(str(address)) == address
    assert is_address(text)


def test_a_file_of_milvus_lite_has_one_collection():
    address = parsed("milvus+lite:some/where.db")
    assert (address.file, address.collection, str(address)) == (
        Path("some/where.db"), "qa", "milvus+lite:some/where.db",
    )  # fmt: skip
    assert address.uri == str(Path("some/where.db").absolute())


@pytest.mark.parametrize(
    "text",
    [
        "milvus://localhost:19530",
        "milvus://localhost:19530/",
        "milvus://localhost:19530/two/parts",
        "milvus://localhost:99999/news",
        "milvus://localhost:port/news",
        "milvus:///news",
        "milvus://localhost/2024",
        "milvus://localhost/with-hyphen",
        "milvus://localhost/" + "a" * 201,
        "milvus+lite:",
        "milvus+lite:index",
        "milvus+lite://index.db",
        "milvus+ssl://localhost/news",
        "http://localhost:19530/news",
        "postgres://localhost/news",
    ],
)
def test_a_malformed_address_is_told_with_the_forms_that_there_are(text):
    with pytest.raises(ConfigError) as raised:
        store_at(text)
    assert text in str(raised.value)
    assert raised.value.advice


@pytest.mark.parametrize(
    "text", ["milvus://root:s3cret@localhost/news", "milvus://s3cret@localhost/news", "milvus://host/news?token=s3cret"]
)
def test_a_secret_in_an_address_is_refused_and_not_repeated(text):
    with pytest.raises(ConfigError, match="QA_MILVUS_TOKEN") as raised:
        store_at(text)
    assert "s3cret" not in str(raised.value)
    assert "root" not in str(raised.value)

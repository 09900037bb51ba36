"""An index in a folder, copied to another folder."""

from __future__ import annotations

import pytest

import qa
from qa.backends.addresses import store_at
from qa.backends.local.documents import LocalDocuments
from qa.errors import IndexDamagedError
from qa.indexing.copy import copy
from tests.support import update
from tests.test_costs import Words, write


@pytest.fixture
def original(tmp_path):
    """An index of two articles."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(2):
        write(corpus, number)
    update([corpus], tmp_path / "original", encoder=Words())
    return tmp_path / "original"


def test_a_copy_holds_what_the_original_holds(original, tmp_path):
    done = copy(store_at(original), store_at(tmp_path / "copy"))
    assert done.changes.added == 2
    assert list(qa.documents(tmp_path / "copy")) == list(qa.documents(original))


def test_a_document_that_is_listed_and_is_not_there_is_named(original, tmp_path, monkeypatch):
    monkeypatch.setattr(LocalDocuments, "encoded", lambda *_: None)
    with pytest.raises(IndexDamagedError, match=r"original lists the document '.*', and has nothing else of it"):
        copy(store_at(original), store_at(tmp_path / "copy"))
    assert not qa.exists(tmp_path / "copy")

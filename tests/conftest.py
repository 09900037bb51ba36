"""Fixtures that cost seconds and are shared by the whole run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import qa
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from tests.support import CORPUS

# A busy machine may take a second for what takes a millisecond: no test fails by the clock.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache that no other run has filled, one for all processes of this run: a model is exported once."""
    folder = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        run = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
        patch.setenv("XDG_CACHE_HOME", str(run / "cache"))
        yield


@pytest.fixture(scope="session")
def minilm() -> SentenceTransformerEncoder:
    """The packaged default model, loaded once."""
    return SentenceTransformerEncoder("all-MiniLM-L6-v2")


@pytest.fixture(scope="session")
def corpus_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample corpus. Tests read it; none may write it."""
    folder = tmp_path_factory.mktemp("sample") / "index"
    qa.build(CORPUS, folder).close()
    return folder

"""Fixtures that cost seconds and are shared by the whole run."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.encoders.sentence_transformers import SentenceTransformerEncoder
from tests.support import CORPUS


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

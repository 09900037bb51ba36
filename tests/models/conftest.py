"""Tiny models, each made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import tiny_models

PROMPTS = {"query": "query: ", "document": "passage: "}


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Models that differ in what an encoder has to respect. Tests copy what they change."""
    folder = tmp_path_factory.mktemp("models")
    return {
        "mean": tiny_models.save(folder / "mean"),
        "cls": tiny_models.save(folder / "cls", pooling="cls"),
        "prompts": tiny_models.save(folder / "prompts", prompts=PROMPTS),
        "dense": tiny_models.save(folder / "dense", dense=16),
        "last token": tiny_models.save(folder / "last", pooling="lasttoken"),
        "other weights": tiny_models.save(folder / "other", seed=1),
    }

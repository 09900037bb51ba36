"""txtai with its own hybrid search (BM25 and vectors) and stored content; all else as txtai has it."""

from __future__ import annotations

from pathlib import Path

from protocol import Ask, K, run
from txtai import Embeddings


def index(passages: list[dict[str, str]], folder: Path, model: str) -> None:
    """Writes the index in txtai's own format."""
    embeddings = Embeddings(path=model, hybrid=True, content=True, gpu=False)
    embeddings.index((passage["id"], passage["text"], None) for passage in passages)
    embeddings.save(str(folder))


def open_index(folder: Path, model: str) -> Ask:
    """Loads the index, which names its model itself."""
    embeddings = Embeddings()
    embeddings.load(str(folder))
    assert embeddings.config["path"] == model
    return lambda question: [hit["id"] for hit in embeddings.search(question, K)]


if __name__ == "__main__":
    run(index, open_index)

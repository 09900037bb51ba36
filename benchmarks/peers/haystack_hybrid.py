"""Haystack: the in-memory document store saved to disk, BM25 and embedding retrievers, reciprocal rank fusion."""

from __future__ import annotations

from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from protocol import DEPTH, Ask, K, run

STORE = "store.json"


def index(passages: list[dict[str, str]], folder: Path, model: str) -> None:
    """Writes the store with its embeddings as one JSON file."""
    embedder = SentenceTransformersDocumentEmbedder(
        model=model, device=ComponentDevice.from_str("cpu"), progress_bar=False
    )
    embedder.warm_up()
    documents = [Document(id=passage["id"], content=passage["text"]) for passage in passages]
    store = InMemoryDocumentStore()
    store.write_documents(embedder.run(documents)["documents"])
    store.save_to_disk(str(folder / STORE))


def open_index(folder: Path, model: str) -> Ask:
    """Loads the store and connects the parts of hybrid retrieval."""
    store = InMemoryDocumentStore.load_from_disk(str(folder / STORE))
    embedder = SentenceTransformersTextEmbedder(model=model, device=ComponentDevice.from_str("cpu"), progress_bar=False)
    pipeline = Pipeline()
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("dense", InMemoryEmbeddingRetriever(store, top_k=DEPTH))
    pipeline.add_component("lexical", InMemoryBM25Retriever(store, top_k=DEPTH))
    pipeline.add_component("fusion", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=K))
    pipeline.connect("embedder.embedding", "dense.query_embedding")
    pipeline.connect("dense", "fusion")
    pipeline.connect("lexical", "fusion")

    def ask(question: str) -> list[str]:
        result = pipeline.run({"embedder": {"text": question}, "lexical": {"query": question}})
        return [document.id for document in result["fusion"]["documents"]]

    return ask


if __name__ == "__main__":
    run(index, open_index)

"""What one writes in an afternoon: sentence-transformers, a flat FAISS index, rank_bm25, reciprocal rank fusion."""

from __future__ import annotations

import json
import pickle
import re
from collections import Counter
from pathlib import Path

import faiss
import numpy as np
from protocol import DEPTH, Ask, K, run
from rank_bm25 import BM25Okapi
from sentence_transformers import SentenceTransformer

#: RRF's rank constant (Cormack, Clarke & Büttcher, SIGIR 2009).
RRF_K = 60


def index(passages: list[dict[str, str]], folder: Path, model: str) -> None:
    """Writes the vectors, the BM25 object and the passages."""
    texts = [passage["text"] for passage in passages]
    vectors = SentenceTransformer(model, device="cpu").encode(texts, normalize_embeddings=True)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    faiss.write_index(flat, str(folder / "vectors.faiss"))
    with (folder / "bm25.pickle").open("wb") as file:
        pickle.dump(BM25Okapi([words(text) for text in texts]), file)
    (folder / "passages.json").write_text(json.dumps(passages), encoding="utf-8")


def open_index(folder: Path, model: str) -> Ask:
    """Loads everything."""
    encoder = SentenceTransformer(model, device="cpu")
    flat = faiss.read_index(str(folder / "vectors.faiss"))
    with (folder / "bm25.pickle").open("rb") as file:
        bm25 = pickle.load(file)
    passages = json.loads((folder / "passages.json").read_text(encoding="utf-8"))

    def ask(question: str) -> list[str]:
        vector = encoder.encode([question], normalize_embeddings=True)
        dense = flat.search(vector, min(DEPTH, len(passages)))[1][0]
        lexical = np.argsort(-bm25.get_scores(words(question)))[:DEPTH]
        fused: Counter[int] = Counter()
        for ranking in (dense, lexical):
            for rank, number in enumerate(ranking, start=1):
                fused[int(number)] += 1 / (RRF_K + rank)
        return [passages[number]["id"] for number, _ in fused.most_common(K)]

    return ask


def words(text: str) -> list[str]:
    """The words in lower case."""
    return re.findall(r"\w+", text.lower())


if __name__ == "__main__":
    run(index, open_index)

"""What passage size, overlap, the title's weight and the candidates' depth do to ranking, on SciFact's training claims.

   python benchmarks/chunking.py --data ../shared/data --work FOLDER

Nothing is encoded: an abstract is ranked by BM25 over its best passage, cut anew for each row, and by the cosine of its
best sentence, whose vectors are those of the index in ``--work`` (quality.py builds it there). The two are fused half
and half by min-max. Only differences between rows count: the passage's own cosine, which the default has, is missing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from failures import in_one_line
from numpy.typing import NDArray
from published import first
from scipy.sparse import csc_matrix

import qa
from qa.answering.retrieve import minmax
from qa.api.opening import open_searcher
from qa.backends.base import EncodedDocument
from qa.backends.shared.ranking import ranking
from qa.config import BM25_B, BM25_K1, DEFAULT_MODEL
from qa.evaluation.beir import read_beir
from qa.evaluation.gold import Gold
from qa.evaluation.ranking_measures import ranking_measures
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from qa.text.analysis import terms

SCIFACT, CLAIMS, MEASURE = "scifact", "scifact_train", "nDCG@10"

#: Words are counted here, and tokens in the index: about 1.5 tokens make a word of an abstract.
TOKENS_PER_WORD = 1.5

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Setting:
    """Tokens and repeated sentences of a passage, how often the title counts, and abstracts fused from each ranking."""

    size: int = 230
    overlap: int = 1
    title: int = 1
    depth: int = 100


SETTINGS = (
    Setting(),
    *(Setting(overlap=overlap) for overlap in (0, 2)),
    *(Setting(size=size) for size in (64, 128, 400, 2000)),
    *(Setting(title=title) for title in (2, 3)),
    *(Setting(depth=depth) for depth in (50, 200)),
)


@in_one_line
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder with the indexes")
    arguments = parser.parse_args()
    qa.build(arguments.data / SCIFACT / "corpus.jsonl", arguments.work / SCIFACT).close()
    with open_searcher(arguments.work / SCIFACT) as searcher:
        documents = searcher.documents
        encoded = [document for ref in documents.references() if (document := documents.encoded(ref.id))]
    gold = read_beir(arguments.data / CLAIMS)
    abstracts = [Abstract.of(document) for document in encoded]
    nearest = nearest_sentences(encoded, gold)
    print("| tokens | overlap | title counts | depth | passages | BM25 | BM25 and best sentence |")
    print("|---|---|---|---|---|---|---|")
    for setting in SETTINGS:
        passages, alone, fused = ranked(abstracts, nearest, gold, setting)
        cells = (
            setting.size,
            setting.overlap,
            setting.title,
            setting.depth,
            f"{passages:,}",
            f"{alone:.4f}",
            f"{fused:.4f}",
        )
        print(f"| {' | '.join(map(str, cells))} |", flush=True)


@dataclass(frozen=True, slots=True)
class Abstract:
    """A document as terms: its title's, and each sentence's with the sentence's length in tokens."""

    name: str
    title: tuple[str, ...]
    sentences: tuple[tuple[tuple[str, ...], float], ...]

    @classmethod
    def of(cls, encoded: EncodedDocument) -> Abstract:
        """The terms of an encoded document."""
        texts = [encoded.document.text[s.start : s.end] for s in encoded.sentences]
        sentences = tuple((tuple(terms(text)), len(text.split()) * TOKENS_PER_WORD) for text in texts)
        return cls(encoded.document.id, tuple(terms(encoded.document.title)), sentences)

    def passages(self, setting: Setting) -> Iterator[list[str]]:
        """The terms of each passage: as many sentences as fit, at least one."""
        first = 0
        while True:
            last, tokens = first, 0.0
            while last < len(self.sentences) and (last == first or tokens + self.sentences[last][1] <= setting.size):
                tokens += self.sentences[last][1]
                last += 1
            body = [term for sentence, _ in self.sentences[first:last] for term in sentence]
            yield [*self.title * setting.title, *body]
            if last >= len(self.sentences):
                return
            first = max(last - setting.overlap, first + 1)


def nearest_sentences(encoded: Sequence[EncodedDocument], gold: Gold) -> list[Scores]:
    """For each question the cosine of each document's nearest sentence."""
    encoder = SentenceTransformerEncoder(DEFAULT_MODEL)
    vectors = [encoder.encode_query(question.question) for question in gold.questions]
    return [np.array([(d.sentence_vectors @ vector).max() for d in encoded], dtype=np.float64) for vector in vectors]


def ranked(
    abstracts: Sequence[Abstract], nearest: Sequence[Scores], gold: Gold, setting: Setting
) -> tuple[int, float, float]:
    """The number of passages, and the measure of BM25 alone and fused with the nearest sentences."""
    cut = [(owner, passage) for owner, abstract in enumerate(abstracts) for passage in abstract.passages(setting)]
    owners = np.array([owner for owner, _ in cut])
    vocabulary, weights = bm25([passage for _, passage in cut])
    names = [abstract.name for abstract in abstracts]
    alone, fused = {}, {}
    for question, sentences in zip(gold.questions, nearest, strict=True):
        asked = [vocabulary[term] for term in dict.fromkeys(terms(question.question)) if term in vocabulary]
        lexical = np.zeros(len(abstracts))
        np.maximum.at(lexical, owners, np.asarray(weights[:, asked].sum(axis=1)).ravel())
        mixture = (scaled(lexical, setting.depth) + scaled(sentences, setting.depth)) / 2
        alone[question.query_id] = first(names, lexical)
        fused[question.query_id] = first(names, mixture)
    means = [np.mean([v[MEASURE] for v in ranking_measures(gold.qrels, run).values()]) for run in (alone, fused)]
    return len(cut), float(means[0]), float(means[1])


def bm25(passages: Sequence[Sequence[str]]) -> tuple[dict[str, int], csc_matrix]:
    """Each term's column, and BM25's weight of each term in each passage, with Lucene's inverse document frequency."""
    vocabulary: dict[str, int] = {}
    columns = [vocabulary.setdefault(term, len(vocabulary)) for passage in passages for term in passage]
    lengths = np.array([len(passage) for passage in passages])
    rows = np.repeat(np.arange(len(passages)), lengths)
    counts = csc_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(passages), len(vocabulary)))
    counts.sum_duplicates()
    entries, sizes = counts.tocoo(), np.diff(counts.indptr)
    rarity = np.log(1 + (len(passages) - sizes + 0.5) / (sizes + 0.5))
    saturation = BM25_K1 * (1 - BM25_B + BM25_B * lengths / lengths.mean())
    values = entries.data * (BM25_K1 + 1) / (entries.data + saturation[entries.row]) * rarity[entries.col]
    return vocabulary, csc_matrix((values, (entries.row, entries.col)), shape=counts.shape)


def scaled(scores: Scores, depth: int) -> Scores:
    """The best ``depth`` scores as fusion scales them, and 0 for the others."""
    best = ranking(np.arange(len(scores)), scores.astype(np.float32), depth, lambda equals: [("", n) for n in equals])
    shares = np.zeros(len(scores))
    shares[best.numbers] = minmax(best, depth)
    return shares


if __name__ == "__main__":
    sys.exit(main())

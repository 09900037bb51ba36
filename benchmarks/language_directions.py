"""Makes qa/models/languages.f32: what the vectors of all texts have in common, and what those of a language have.

    python benchmarks/language_directions.py --train ../shared/train [--write]

The cosine of two arbitrary texts is .75 in multilingual-e5-small, and texts of one language are closer than those of
two, whatever they say. Both are taken off: the mean vector (Mu & Viswanath 2018, "All-but-the-Top", arXiv:1702.01417),
and the directions in which the means of the languages differ (Yang et al. 2021, "A Simple and Effective Method To
Eliminate the Self Language Bias in Multilingual Representations", EMNLP). What is left has cosines like the default
model's, for which all weights were chosen.

The mean is over passages of news-like English, and sentences and questions in English and Spanish (Tatoeba, SQuAD's
training part, SQuADShifts); the languages' means are over benchmarks/parallel.jsonl, 24 sentences of our own, which say
the same in ten languages. Without ``--write`` nothing is written.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
from failures import in_one_line

from qa.models import multilingual
from qa.models.onnx import OnnxEncoder
from qa.types import FloatArray

ROOT = Path(__file__).parent.parent

#: Texts of each kind for the mean, and the code points of a passage and the fewest of a question.
EACH, PASSAGE, QUESTION = 250, 800, 35


@in_one_line
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--train", type=Path, required=True, help="folder with the training sets")
    parser.add_argument("--write", action="store_true", help="write the file")
    arguments = parser.parse_args()
    raw = multilingual.raw_encoder()
    common = np.mean([vectors(raw, prompt, texts).mean(axis=0) for prompt, texts in kinds(arguments.train)], axis=0)
    found = directions(raw)
    print(f"length of the mean {np.linalg.norm(common):.3f}, {len(found)} directions of languages")
    if arguments.write:
        np.vstack([common, found]).astype("<f4").tofile(multilingual.LANGUAGES_FILE)


def kinds(folder: Path) -> list[tuple[str, list[str]]]:
    """Six kinds of texts, three of passages and three of questions, each with its prompt."""
    choose = random.Random(1).sample
    pairs = read(folder / "parallel_en_es_tatoeba.jsonl.gz")
    long = [pair for pair in pairs if 45 <= len(pair["en"]) <= 200]
    asking = [pair for pair in pairs if pair["es"].startswith("¿") and len(pair["es"]) >= QUESTION]
    passages = [row["context"][:PASSAGE] for row in read(folder / "squadshifts_new_wiki.jsonl.gz")]
    questions = [row["q"] for row in read(folder / "squad1_train_44_articles.jsonl.gz")]
    told = [passages, [pair["en"] for pair in long], [pair["es"] for pair in long]]
    asked = [questions, [pair["en"] for pair in asking], [pair["es"] for pair in asking]]
    return [(multilingual.PASSAGE_PROMPT, choose(texts, EACH)) for texts in told] + [
        (multilingual.QUERY_PROMPT, choose(texts, EACH)) for texts in asked
    ]


def directions(raw: OnnxEncoder) -> FloatArray:
    """``(languages - 1, width)``: an orthonormal basis of what the means of the languages differ in, most first."""
    rows = [json.loads(line) for line in (ROOT / "benchmarks" / "parallel.jsonl").read_text("utf-8").splitlines()]
    offsets = []
    for prompt in (multilingual.QUERY_PROMPT, multilingual.PASSAGE_PROMPT):
        means = np.stack([vectors(raw, prompt, [row[code] for row in rows]).mean(axis=0) for code in rows[0]])
        offsets.append(means - means.mean(axis=0))
    basis: FloatArray = np.linalg.svd(np.concatenate(offsets), full_matrices=False)[2][: len(rows[0]) - 1]
    return basis


def vectors(raw: OnnxEncoder, prompt: str, texts: list[str]) -> FloatArray:
    """The unit vectors of the texts behind a prompt."""
    return raw.encode_passages([prompt + text for text in texts])


def read(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


if __name__ == "__main__":
    sys.exit(main())

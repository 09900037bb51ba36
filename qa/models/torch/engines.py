"""Ways to compute a model's passage vectors, and which of them is the fastest on this machine.

A processor with bfloat16 instructions computes twice as fast with them, and one without may take ten times as long;
so nothing is concluded from its name: the ways are timed on some of the texts that are to be encoded.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from qa.models import onnx
from qa.models.base import MODEL_FILE
from qa.models.batches import by_length
from qa.models.torch.torch_model import passage_prompt
from qa.types import FloatArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: Texts, at least one, -> unit vectors ``(n, dimension)``, float32.
Encode: TypeAlias = Callable[[list[str]], FloatArray]

TORCH_FLOAT32, TORCH_BFLOAT16 = "torch float32", "torch bfloat16"
ONNXRUNTIME_FLOAT32 = onnx.ENGINE

#: Cosine of an engine's vectors with those of torch in float32, on average and of any one text.
MEAN_COSINE, MIN_COSINE = 0.999, 0.995

#: How many times as fast as torch in float32 an engine has to be to be preferred: more than the noise of a measurement.
WORTHWHILE = 1.2

#: Characters that an engine encodes first, some 250 tokens. One that takes this many times as long as torch in float32
#: is measured no further.
PROBE_CHARACTERS, HOPELESS = 1000, 5.0

#: Seconds of work for torch in float32 on which engines are measured at most, and how often; the best time of each
#: counts. Less work makes batches that are smaller and more mixed than those of a build, which favours other engines.
SECONDS, ROUNDS = 4.0, 3


class Engine(NamedTuple):
    """A named way to encode texts."""

    name: str
    encode: Encode


def torch_engine(model: SentenceTransformer, lengths: Callable[[Sequence[str]], list[int]]) -> Encode:
    """The model itself, in the precision of its weights; ``lengths`` counts tokens."""

    def encode(texts: list[str]) -> FloatArray:
        batches = list(by_length(lengths(texts)))
        parts = [_float32(model, [texts[number] for number in batch]) for batch in batches]
        rows = np.concatenate(parts)
        vectors = np.empty_like(rows)
        vectors[np.concatenate(batches)] = rows
        return vectors

    return encode


def bfloat16_engine(model: SentenceTransformer, lengths: Callable[[Sequence[str]], list[int]]) -> Encode:
    """A second copy of the model, with half the memory: questions and the export stay in float32."""
    import torch

    return torch_engine(copy.deepcopy(model).to(torch.bfloat16), lengths)


def graph_engines(folder: Path, threads: int = 0) -> dict[str, Callable[[], Encode]]:
    """How to open the engines that run what was exported into ``folder``; none if it encodes no passages.

    Each computes with so many ``threads``; 0 are as many as there are cores.
    """
    if not (folder / MODEL_FILE).exists() or not onnx.OnnxEncoder(folder).encodes_passages:
        return {}
    return {ONNXRUNTIME_FLOAT32: lambda: onnx.OnnxEncoder(folder, threads=threads).encode_passages}


def opened(others: Mapping[str, Callable[[], Encode]], reference: Engine, samples: Sequence[str]) -> list[Engine]:
    """Those of the engines that agree with ``reference`` on a few of the texts and are not much slower.

    Takes a fraction of a second for most models.
    """
    probe = _spread(samples, PROBE_CHARACTERS)
    expected, limit = _timed(reference.encode, probe)
    engines: list[Engine] = []
    for name, open_engine in others.items():
        try:
            engine = Engine(name, open_engine())
            vectors, seconds = _timed(engine.encode, probe)
        except Exception:  # an engine may raise anything on a model that it cannot compute
            continue
        if seconds <= limit * HOPELESS and _agree(vectors, expected):
            engines.append(engine)
    return engines


def fastest(reference: Engine, others: Mapping[str, Callable[[], Encode]], samples: Sequence[str]) -> Engine:
    """The fastest engine that agrees with ``reference`` on ``samples``, or ``reference`` if none is worthwhile.

    ``samples`` are texts as they are to be encoded, short and long in turn; where they are too many for a short
    measurement, the first of them count. ``others`` are opened one by one; one that cannot be opened is out. Takes some
    ten seconds, and longer only where a single long text does.
    """
    probe = _spread(samples, PROBE_CHARACTERS)
    _, seconds = _timed(reference.encode, probe)
    texts = _first(samples, max(PROBE_CHARACTERS, sum(map(len, probe)) * SECONDS / seconds))
    engines = opened(others, reference, samples)
    times: dict[str, float] = {}
    for _ in range(ROUNDS):
        expected, seconds = _once(reference.encode, texts)
        times[reference.name] = min(seconds, times.get(reference.name, np.inf))
        for engine in engines:
            vectors, seconds = _once(engine.encode, texts)
            if _agree(vectors, expected):
                times[engine.name] = min(seconds, times.get(engine.name, np.inf))
    best = min([reference, *engines], key=lambda engine: times.get(engine.name, np.inf))
    return best if times[reference.name] >= WORTHWHILE * times[best.name] else reference


def _timed(encode: Encode, texts: list[str]) -> tuple[FloatArray, float]:
    """What is encoded, and the seconds it takes once the engine is warm: the better of two times."""
    vectors = encode(texts)
    return vectors, min(_once(encode, texts)[1] for _ in range(2))


def _once(encode: Encode, texts: list[str]) -> tuple[FloatArray, float]:
    start = perf_counter()
    vectors = encode(texts)
    return vectors, perf_counter() - start


def _first(samples: Sequence[str], characters: float) -> list[str]:
    """The first of the texts, with about so many characters; at least one."""
    ends = accumulate(map(len, samples))
    return [text for text, end in zip(samples, ends, strict=True) if end - len(text) < characters]


def _spread(samples: Sequence[str], characters: float) -> list[str]:
    """Some of the texts, of all lengths, with about so many characters; at least the longest and the shortest."""
    ordered = sorted(samples, key=len)
    share = min(1.0, characters / max(1, sum(map(len, ordered))))
    count = max(2, round(len(ordered) * share))
    return [ordered[round(place)] for place in np.linspace(0, len(ordered) - 1, count)]


def _agree(vectors: FloatArray, expected: FloatArray) -> bool:
    cosines = np.sum(vectors * expected, axis=1)
    return bool(cosines.mean() >= MEAN_COSINE and cosines.min() >= MIN_COSINE)


def _float32(model: SentenceTransformer, texts: list[str]) -> FloatArray:
    """One batch of unit vectors; they are scaled here because bfloat16 is not precise enough for it."""
    vectors = model.encode_document(
        texts,
        prompt=passage_prompt(model),
        batch_size=len(texts),
        convert_to_numpy=True,
        show_progress_bar=False,
    )
    lengths = np.linalg.norm(np.asarray(vectors, dtype=np.float32), axis=1, keepdims=True)
    unit: FloatArray = np.asarray(vectors, dtype=np.float32) / np.maximum(lengths, 1e-12)
    return unit

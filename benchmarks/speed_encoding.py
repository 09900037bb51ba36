"""The encoder of ``qa index`` against sentence-transformers: tokens a second, and whether the vectors are the same."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import numpy as np
from machine import ROOT
from speed_measures import run
from speed_parts import Bench, record_ratios
from speed_systems import QA, Peer, Place, session

#: Articles whose texts are encoded: some 2,000 texts, which indexing too encodes together. Rounds of both encoders in
#: turn.
ARTICLES, ROUNDS = 48, 3


def encoding(bench: Bench, place: Place, peer: Peer, corpus: Path | None) -> None:
    """The encoder of ``qa index`` against SentenceTransformer.encode with its defaults: the same texts, in turn."""
    texts, ours, theirs = (place.folder / name for name in ("texts.json", "ours.npy", "theirs.npy"))
    place.folder.mkdir(parents=True, exist_ok=True)
    if corpus is None:
        place.prepare()
    run(session("texts", corpus or place.corpus, texts, ARTICLES))
    script = ROOT / "benchmarks" / "peers" / "encode.py"
    seconds: dict[str, list[float]] = {QA: [], peer.name: []}
    for _ in range(ROUNDS):
        mine = run(session("encode", texts, ours)).measures
        seconds[QA].append(mine["seconds"])
        seconds[peer.name].append(run([peer.python, script, texts, peer.model, theirs]).measures["seconds"])
    for name, values in seconds.items():
        bench.record(0, name, encoding_rate=mine["tokens"] / median(values))
    record_ratios(bench, 0, "encoding_times", seconds)
    bench.record(0, QA, encoding_cosine=_mean_cosine(ours, theirs))


def _mean_cosine(one: Path, other: Path) -> float:
    return float((np.load(one) * np.load(other)).sum(axis=1).mean())

"""Every setting and constant, with its unit and where its value comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from qa.errors import ConfigError

Lexical = Literal["bm25", "rank-bm25"]
FusionMethod = Literal["minmax", "rrf"]
ReaderChoice = Literal["none", "fast", "careful"]

#: Passages that the reader reads: four of some 200 tokens take a tenth of a second of two cores.
READ = {"none": 0, "fast": 4, "careful": 12}

#: The name under which the packaged all-MiniLM-L6-v2 is chosen.
DEFAULT_MODEL = "all-MiniLM-L6-v2"

#: The name under which multilingual-e5-small is chosen, which comes with the extra of this name.
MULTILINGUAL_MODEL = "multilingual"

#: SHA-256 over the hashes of the files that are made of it, which decide its vectors.
MULTILINGUAL_FINGERPRINT = "36e520f0c30c60fcfe3130e64ec60259f46faed800656e524fdedfc6b04826d2"

#: Citations shown unless the caller asks for another number.
DEFAULT_K = 5

#: Raised whenever reading, sentence splitting, chunking or analysis gives other results than before for the same
#: article, so that indexes built by the older rules are rebuilt rather than mixed.
PIPELINE_VERSION = 4

#: Raised whenever another passage or quote is chosen than before, or another confidence given, for the same index and
#: question: it is among what an answer's id stands for.
ANSWERING_VERSION = 4

#: BM25 saturation and length normalisation: Lucene's defaults, for both ways to compute it.
BM25_K1, BM25_B = 1.2, 0.75

#: RRF's rank constant (Cormack, Clarke & Büttcher, SIGIR 2009, section 2).
RRF_K = 60


#: The fields of records whose names can be told.
FIELD_TARGETS = ("text", "id", "title", "date", "source", "url", "author", "language")


def is_multilingual(embedder: str) -> bool:
    """Whether an index's embedder (``IndexInfo.embedder``) finds passages in other languages than the question's."""
    return embedder.rpartition("@")[2] == MULTILINGUAL_FINGERPRINT[:12]


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """What an index is built with. Changing any of it means building the index anew.

    ``model``: the packaged default, ``multilingual``, a folder in sentence-transformers format, or a hub name.
    ``max_tokens``: passage budget in the encoder's tokens, title included, special tokens not; None takes the
    encoder's own limit. ``overlap``: sentences that a passage repeats from the one before it. ``splitter``: the name of
    a splitter of the caller's, empty for none. ``field_names``: what records of JSON and tables call the fields in
    ``FIELD_TARGETS``, as a mapping or pairs.
    """

    model: str = DEFAULT_MODEL
    max_tokens: int | None = None
    overlap: int = 1
    pipeline: int = PIPELINE_VERSION
    splitter: str = ""
    field_names: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "field_names", _pairs(self.field_names))
        if not isinstance(self.model, str):
            raise ConfigError(f"model is {self.model!r}", "give a model's name or its folder, as text")
        _check_whole("max_tokens", 16 if self.max_tokens is None else self.max_tokens)
        _check_whole("overlap", self.overlap)
        if self.max_tokens is not None and self.max_tokens < 16:
            raise ConfigError(f"max_tokens is {self.max_tokens}", "use at least 16")
        if self.overlap < 0:
            raise ConfigError(f"overlap is {self.overlap}", "use 0 or more sentences")

    def differences(self, other: IndexConfig) -> list[str]:
        """What changes from ``self`` to ``other``, one readable line a setting. The model's name is not compared: what
        counts is the fingerprint of its files."""
        names = [f.name for f in fields(self) if f.name != "model"]
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in names)
        return [f"{name}: {ours} -> {theirs}" for name, ours, theirs in pairs if ours != theirs]


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """How questions are answered. None of it touches the index.

    ``depth``: passages taken from each search before fusion; 100 is what the fusion weights were measured with.
    ``lexical``: what computes BM25. ``fusion``: how the rankings become one.
    ``lexical_weight``, ``dense_weight``, ``sentence_weight``: shares of BM25, of the passage's cosine, and of its best
    sentence's cosine in the fused score.
    ``repeat_discount``: factor on the score of each further passage of an article already cited.
    ``least_share``: share of the first citation's score below which nothing more is cited, for what follows is noise:
    .45, set by hand, keeps nearly all right citations after the first, and on small news corpora most wrong ones go. 0
    fills up to the number asked for.
    ``reader``: whether the reader chooses among the best passages' sentences, and how many it reads (``READ``).
    ``rerank_depth``: best fused passages that a reranker reads, where there is one. Ten for each of the usual five
    citations, since time grows with it: 50 passages of 200 tokens take a small one (6 layers, 384 wide) 6 core seconds.
    """

    depth: int = 100
    lexical: Lexical = "bm25"
    fusion: FusionMethod = "minmax"
    lexical_weight: float = 0.4
    dense_weight: float = 0.2
    sentence_weight: float = 0.4
    repeat_discount: float = 0.9
    least_share: float = 0.45
    reader: ReaderChoice = "fast"
    rerank_depth: int = 50

    def __post_init__(self) -> None:
        _check_whole("depth", self.depth)
        _check_whole("rerank_depth", self.rerank_depth)
        if self.depth < 1:
            raise ConfigError(f"depth is {self.depth}", "use 1 or more")
        if self.rerank_depth < 1:
            raise ConfigError(f"rerank_depth is {self.rerank_depth}", "use 1 or more")
        if self.lexical not in get_args(Lexical):
            raise ConfigError(f"there is no lexical search {self.lexical!r}", "use bm25 or rank-bm25")
        if self.fusion not in get_args(FusionMethod):
            raise ConfigError(f"there is no fusion {self.fusion!r}", "use minmax or rrf")
        if self.reader not in READ:
            raise ConfigError(f"there is no reader {self.reader!r}", "use none, fast or careful")
        for name in ("lexical_weight", "dense_weight", "sentence_weight", "repeat_discount", "least_share"):
            value = getattr(self, name)
            if not isinstance(value, int | float) or not 0 <= value <= 1:
                raise ConfigError(f"{name} is {value!r}", "use a value from 0 to 1")

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each channel."""
        return {
            "lexical": self.lexical_weight,
            "dense": self.dense_weight,
            "sentence": self.sentence_weight,
        }


def _pairs(names: object) -> tuple[tuple[str, str], ...]:
    """Names of fields as pairs in order. Raises ConfigError for what is none, or of no field that there is."""
    try:
        pairs = dict(names)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        raise ConfigError(f"field_names is {names!r}", 'give a mapping, as in {"text": "story"}') from None
    for target, name in pairs.items():
        if target not in FIELD_TARGETS or not isinstance(name, str) or not name:
            raise ConfigError(f"{target!r} cannot be called {name!r}", f"give names to {', '.join(FIELD_TARGETS)}")
    return tuple(sorted(pairs.items()))


def _check_whole(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError(f"{name} is {value!r}", "give a whole number")


def fingerprint(*parts: Any) -> str:
    """A short, stable name (16 hex digits) for JSON-like values and the dataclasses above."""
    plain = [asdict(p) if isinstance(p, IndexConfig | SearchConfig) else p for p in parts]
    text = json.dumps(plain, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]

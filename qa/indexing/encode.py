"""The first straight line: documents -> sentences and passages -> terms and vectors -> a writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, tee
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from qa.backends.base import Documents, EncodedDocument
from qa.config import IndexConfig
from qa.errors import ConfigError
from qa.indexing.pipeline import ahead
from qa.models.base import NO_VECTORS, EncodeGroups, Encoder, one_by_one
from qa.text.chunking import Splitter, check_split, chunk
from qa.types import Chunk, Document, FloatArray, Span

#: Texts gathered before they are encoded together. Large enough for batches of like length and like shape, for each of
#: which bfloat16 kernels are compiled: in groups of 512, all-MiniLM-L6-v2 takes 1.13 times as long on two cores, in
#: those of 1,024 1.05 times (benchmarks/grouping.py, 400 abstracts of SciFact). Small enough that memory does not grow
#: with the corpus, some megabytes for 256 tokens each, and that an interruption loses seconds.
GATHER = 2_048

# A text that is encoded, and as what: a stored sentence's vector is less precise than a passage's, and stands in for
# another sentence's only.
PASSAGE, SENTENCE = "passage", "sentence"
_Input: TypeAlias = tuple[str, str]

#: Share of the passage budget that a title may take as context, so that a very long one leaves room for the passage.
TITLE_SHARE = 0.25


class Indexer:
    """Turns documents into encoded documents, encoding only what ``previous`` do not already hold.

    These must have been built with the same configuration and encoder. ``renamed`` has, by the hash of its source, the
    id that a document had there whose id may be another one now: its texts are not encoded again either. ``splitter``
    takes the place of ``chunk``, and ``encode_groups`` of encoding one group of texts after another. ``encoded`` counts
    the texts that went through the encoder. Encoding raises ConfigError when passages are to be longer than the encoder
    reads, or the splitter breaks its promise.
    """

    def __init__(
        self,
        encoder: Encoder,
        config: IndexConfig,
        previous: Sequence[Documents] = (),
        renamed: Mapping[str | None, str] = MappingProxyType({}),
        splitter: Splitter | None = None,
        encode_groups: EncodeGroups | None = None,
    ) -> None:
        self._encoder = encoder
        self._encode_groups = encode_groups or partial(one_by_one, encoder.encode_passages)
        self._config = config
        self._previous = previous
        self._renamed = renamed
        self._splitter = splitter
        self.encoded = 0

    def encode(self, documents: Iterable[Document]) -> Iterator[EncodedDocument]:
        """Yields every document encoded, in order. While some are encoded, the next are read and cut into passages."""
        with closing(ahead(self._gathered(documents))) as gathered:
            groups, same = tee(_TextGroup(waiting) for waiting in gathered)
            every = self._encode_groups(group.missing for group in same)
            for group, vectors in zip(groups, every, strict=True):
                self.encoded += len(group.missing)
                yield from group.complete(vectors)

    def _gathered(self, documents: Iterable[Document]) -> Iterator[list[_Prepared]]:
        waiting: list[_Prepared] = []
        texts = 0
        for document in documents:
            waiting.append(self._prepare(document))
            texts += len(waiting[-1].missing)
            if texts >= GATHER or len(waiting) >= GATHER:
                yield waiting
                waiting, texts = [], 0
        yield waiting

    def _prepare(self, document: Document) -> _Prepared:
        stored = self._stored(document)
        for old in stored:
            if old.document == replace(document, path=old.document.path):
                return _Prepared(replace(old, document=document), [], {})
        context, tokens = self._context(document.title_words)
        sentences, passages = self._split(document, max(1, self._budget - tokens))
        inputs = [(PASSAGE, _titled(context, document.text[p.start : p.end])) for p in passages]
        inputs += [(SENTENCE, document.text[s.start : s.end]) for s in sentences]
        previous = {key: vector for old in stored for key, vector in self._vectors(old).items()}
        encoded = EncodedDocument(document, tuple(sentences), tuple(passages), NO_VECTORS, NO_VECTORS)
        return _Prepared(encoded, inputs, previous)

    def _split(self, document: Document, budget: int) -> tuple[Sequence[Span], Sequence[Chunk]]:
        if self._splitter is not None:
            sentences, passages = self._splitter.split(document, self._encoder.count_tokens, budget)
            check_split(document, sentences, passages, self._splitter.name)
            return sentences, passages
        return chunk(
            document.text,
            self._encoder.count_tokens,
            budget=budget,
            overlap=self._config.overlap,
            start=document.body_start,
            language=document.language.split("-")[0].lower() if document.language else None,
        )

    @property
    def _budget(self) -> int:
        limit, setting = self._encoder.info.max_tokens, self._config.max_tokens
        if setting is not None and setting > limit:
            raise ConfigError(f"max_tokens is {setting:,}, and the model reads {limit:,}", f"use {limit:,} or less")
        return setting or limit

    def _context(self, title: str) -> tuple[str, int]:
        """What stands before a passage when it is encoded, its title, cut at a word if it is very long; its tokens."""
        words, most = title.split(), self._budget * TITLE_SHARE
        if not words:
            return "", 0
        context = " ".join(words) + "\n"
        (tokens,) = self._encoder.count_tokens([context])
        if tokens > most:
            count = sum(size <= most for size in accumulate(self._encoder.count_tokens(words)))
            context = " ".join(words[:count]) + "\n"
            (tokens,) = self._encoder.count_tokens([context])
        return context, tokens

    def _stored(self, document: Document) -> list[EncodedDocument]:
        """What was encoded before of the document, or of one with the same text."""
        names = dict.fromkeys([document.id, self._renamed.get(document.sha256, document.id)])
        encoded = (documents.encoded(name) for documents in self._previous for name in names)
        return [old for old in encoded if old is not None]

    def _vectors(self, old: EncodedDocument) -> dict[_Input, FloatArray]:
        """The vectors of the document's former texts, by what was encoded."""
        (context, _), text = self._context(old.document.title_words), old.document.text
        passages = zip(old.passages, old.passage_vectors, strict=True)
        sentences = zip(old.sentences, old.sentence_vectors, strict=True)
        vectors: dict[_Input, FloatArray] = {(SENTENCE, text[s.start : s.end]): vector for s, vector in sentences}
        return vectors | {(PASSAGE, _titled(context, text[p.start : p.end])): vector for p, vector in passages}


def _titled(context: str, passage: str) -> str:
    """A passage as it is encoded: after its title, unless it begins with it, such as an article of one line."""
    return passage if context and passage.startswith(context[:-1]) else context + passage


class _TextGroup:
    """Documents whose texts are encoded together. ``missing`` are these texts, each once."""

    def __init__(self, waiting: Sequence[_Prepared]) -> None:
        self._waiting = waiting
        self.missing = list(dict.fromkeys(text for prepared in waiting for text in prepared.missing))

    def complete(self, rows: FloatArray) -> Iterator[EncodedDocument]:
        """The documents, encoded; ``rows`` are the vectors of ``missing``."""
        vectors = dict(zip(self.missing, rows, strict=True))
        for prepared in self._waiting:
            yield prepared.complete(vectors)


@dataclass(slots=True)
class _Prepared:
    """A document on its way: ``inputs`` are its passages' and then its sentences' texts, unless it is complete."""

    encoded: EncodedDocument
    inputs: list[_Input]
    previous: dict[_Input, FloatArray]

    @property
    def missing(self) -> list[str]:
        return [text for kind, text in self.inputs if (kind, text) not in self.previous]

    def complete(self, vectors: dict[str, FloatArray]) -> EncodedDocument:
        if not self.inputs:
            return self.encoded
        rows = (self.previous[key] if key in self.previous else vectors[key[1]] for key in self.inputs)
        matrix = np.stack(list(rows))
        passages = len(self.encoded.passages)
        return replace(self.encoded, passage_vectors=matrix[:passages], sentence_vectors=matrix[passages:])

"""What the speed benchmark does with qa as a library, in a process of its own; prints its measures as a JSON line.

python benchmarks/speed_session.py COMMAND ...        (the commands are the functions below, in the same order)
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from speed_synthetic import SyntheticEncoder

import qa
from qa.backends.base import Documents
from qa.config import DEFAULT_MODEL, READ, IndexConfig, ReaderChoice, SearchConfig
from qa.types import Chunk, Document, FloatArray

#: Texts encoded before the clock starts, so that nothing is done for the first time while it runs.
WARM_UP = 32

#: Passages compared with the questions at a time in the exact search.
BLOCK = 4096


def update(corpus: Path, index: Path, synthetic: bool, spend: bool = False) -> dict[str, Any]:
    """Builds the index or brings it up to date, with made-up vectors or the model's own."""
    from qa.backends.addresses import store_at
    from qa.indexing.update import update as bring_up_to_date

    encoder = SyntheticEncoder(partial(_light, index), spend) if synthetic else None
    done = bring_up_to_date([corpus], store_at(index), encoder=encoder)
    return asdict(done.changes) | {"passages": done.info.passages}


def info(index: Path) -> dict[str, Any]:
    """How many documents and passages the index holds."""
    with qa.open(index) as opened:
        return asdict(opened.info)


def warm(index: Path, reader: ReaderChoice) -> dict[str, Any]:
    """Asks the questions on stdin in one session: the seconds of each."""
    seconds = []
    began = time.perf_counter()
    with qa.open(index, SearchConfig(reader=reader)) as opened:
        ready = time.perf_counter() - began
        for question in map(str.strip, sys.stdin):
            began = time.perf_counter()
            opened.ask(question)
            seconds.append(time.perf_counter() - began)
    return {"open": ready, "seconds": seconds}


def documents(count: int) -> dict[str, Any]:
    """Holds so many short documents in memory and asks once: the processor's seconds of this process."""
    text = "Pier {0} opened in the spring of {1}. It is {0} metres long, and the ferry calls there twice a day."
    made = [Document(f"{n}", text.format(n, 1900 + n), title=f"Pier {n}") for n in range(count)]
    with qa.from_documents(made) as index:
        index.ask("When was pier 7 opened?")
    return {"processor": time.process_time()}


def passages(corpus: Path, target: Path) -> dict[str, Any]:
    """Writes the passages that an index of the corpus has, each with its title as it is encoded."""
    count = 0
    with target.open("w", encoding="utf-8") as file:
        for encoded in _encoded(corpus, SyntheticEncoder(_model)):
            for passage in encoded.passages:
                record = {"id": f"{encoded.document.id}:{passage.start}", "text": _titled(encoded.document, passage)}
                file.write(json.dumps(record) + "\n")
                count += 1
    return {"passages": count}


def texts(corpus: Path, target: Path, limit: int) -> dict[str, Any]:
    """Writes the different texts, passages and sentences, that indexing the first ``limit`` articles encodes."""
    texts: dict[str, None] = {}
    for encoded in islice(_encoded(corpus, SyntheticEncoder(_model)), limit):
        text = encoded.document.text
        texts |= dict.fromkeys(_titled(encoded.document, p) for p in encoded.passages)
        texts |= dict.fromkeys(text[s.start : s.end] for s in encoded.sentences)
    target.write_text(json.dumps(list(texts)), encoding="utf-8")
    return {"texts": len(texts)}


def encode(source: Path, target: Path) -> dict[str, Any]:
    """Encodes a list of texts as indexing does; seconds without loading the model and choosing how, and tokens."""
    settings, model = json.loads(source.read_text(encoding="utf-8")), _model()
    with TemporaryDirectory() as exported:
        model.export(Path(exported))
        model.choose_engine(settings[:: len(settings) // WARM_UP or 1])
    model.encode_passages(settings[:WARM_UP])
    began = time.perf_counter()
    vectors = model.encode_passages(settings)
    seconds = time.perf_counter() - began
    np.save(target, vectors)
    return {"seconds": seconds, "tokens": sum(model.count_tokens(settings)), "engine": model.engine}


def recall(index: Path, questions: int, depth: int) -> dict[str, Any]:
    """The share of the exactly nearest passages that the index's dense search finds.

    The questions are made-up vectors of the passages' own clusters, near some passages as real questions are.
    """
    from qa.api.opening import open_searcher
    from qa.backends.filters import ANYTHING

    encoder = SyntheticEncoder(partial(_light, index))
    vectors = encoder.encode_passages([f"question {number}" for number in range(questions)])
    hits = 0
    with open_searcher(index) as searcher:
        nearest = _nearest(vectors, encoder, _encoded_texts(searcher.documents), depth)
        for vector, expected in zip(vectors, nearest, strict=True):
            numbers = [int(number) for number in searcher.dense(vector, depth, ANYTHING).numbers]
            places = {(one.document.id, one.chunk.start) for one in searcher.candidates(numbers)}
            hits += len(places & expected)
    return {"recall": hits / sum(map(len, nearest))}


def _nearest(
    vectors: FloatArray, encoder: SyntheticEncoder, texts: Iterator[tuple[tuple[str, int], str]], depth: int
) -> list[set[tuple[str, int]]]:
    """The ``depth`` passages with the highest cosine to each vector, as (document, offset), by comparing all."""
    best: list[list[tuple[float, tuple[str, int]]]] = [[] for _ in vectors]
    while block := list(islice(texts, BLOCK)):
        scores = vectors @ encoder.encode_passages([text for _, text in block]).T
        for number, row in enumerate(scores):
            top = ((float(row[i]), block[i][0]) for i in np.argsort(-row)[:depth])
            best[number] = sorted([*best[number], *top], reverse=True)[:depth]
    return [{place for _, place in rows} for rows in best]


def _titled(document: Document, passage: Chunk) -> str:
    """What is encoded of a passage of a made-up article, whose titles are short."""
    return f"{document.title}\n{document.text[passage.start : passage.end]}"


def _encoded_texts(documents: Documents) -> Iterator[tuple[tuple[str, int], str]]:
    """Where each passage of the index is, and what was encoded of it: read from the index, as to cut a corpus of a
    million passages again takes half an hour."""
    for reference in documents.references():
        if encoded := documents.encoded(reference.id):
            yield from (((reference.id, p.start), _titled(encoded.document, p)) for p in encoded.passages)


def _encoded(corpus: Path, encoder: SyntheticEncoder) -> Iterator[Any]:
    """The corpus as indexing cuts it, with made-up vectors."""
    from qa.corpus import read
    from qa.indexing.encode import Indexer

    return Indexer(encoder, IndexConfig()).encode(read([corpus], lambda *_: None))


def _light(index: Path) -> Any:
    """What an update of a few articles encodes with: the export that the index holds, if there is one."""
    from qa.backends.local.generations import current_manifest
    from qa.backends.local.manifest import ENCODER_FOLDER
    from qa.errors import IndexNotFoundError
    from qa.models.onnx import OnnxEncoder

    try:
        return OnnxEncoder(current_manifest(index)[0] / ENCODER_FOLDER)
    except IndexNotFoundError:
        return _model()


def _model() -> Any:
    from qa.models.torch.sentence_transformers import SentenceTransformerEncoder

    return SentenceTransformerEncoder(DEFAULT_MODEL)


def main(argv: Sequence[str] | None = None) -> None:
    """Runs one command and prints what it measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for function, names in _COMMANDS.items():
        command = commands.add_parser(function.__name__)
        command.set_defaults(function=function)
        for name in names:
            command.add_argument(name, type=int if name in ("limit", "questions", "depth", "count") else Path)
        if function is update:
            command.add_argument("--synthetic", action="store_true")
            command.add_argument("--spend", action="store_true")
        if function is warm:
            command.add_argument("--reader", choices=READ, default="fast")
    arguments = vars(parser.parse_args(argv))
    del arguments["command"]
    print(json.dumps(arguments.pop("function")(**arguments)))


_COMMANDS = {
    update: ("corpus", "index"),
    info: ("index",),
    warm: ("index",),
    documents: ("count",),
    passages: ("corpus", "target"),
    texts: ("corpus", "target", "limit"),
    encode: ("source", "target"),
    recall: ("index", "questions", "depth"),
}

if __name__ == "__main__":
    main()

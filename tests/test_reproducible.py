"""The same index, settings and question give the same answer, byte for byte: in any process, with any number of
threads, and however the index came to hold what it holds."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import qa
from qa.backends.local import generations, searcher
from qa.backends.local.manifest import ENCODER_FOLDER
from qa.indexing.update import UpdateOptions
from qa.models.onnx import OnnxEncoder
from qa.models.torch.engines import ONNXRUNTIME_FLOAT32
from tests.cli.support import qa as run_qa
from tests.support import CORPUS, ROOT, update

#: Every sixth of the gold questions on the sample corpus.
QUESTIONS = [json.loads(line)["question"] for line in (ROOT / "eval" / "gold.jsonl").read_text().splitlines()][::6]

#: Texts of every length that the model reads, in its tokens.
LENGTHS = [1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 200, 253]

THREADS = [None, 1, 2, 0, 3]

_SECONDS = re.compile(r'("seconds": )[0-9.e-]+')


def untimed(text: str) -> str:
    """JSON without how long it took, all else as it stands."""
    without, times = _SECONDS.subn(r"\g<1>0", text)
    assert times
    return without


def answers(index: Path, threads: int | None = None) -> list[str]:
    with qa.open(index, threads=threads) as opened:
        return [untimed(opened.ask(question).to_json()) for question in QUESTIONS]


def encoder_of(index: Path, threads: int) -> OnnxEncoder:
    return OnnxEncoder(generations.current(index) / ENCODER_FOLDER, threads=threads)


class TestTheSameIndex:
    @pytest.fixture(scope="class")
    @staticmethod
    def expected(corpus_index: Path) -> list[str]:
        return answers(corpus_index)

    @pytest.mark.parametrize(
        ("threads", "seed"), [("1", "0"), ("2", "1"), ("0", "2")], ids=["1 thread", "2 threads", "all cores"]
    )
    def test_the_command_prints_the_same_bytes_in_every_process(self, corpus_index, expected, threads, seed):
        lines = "".join(f"{question}\n" for question in QUESTIONS).encode()
        words = ["ask", "-", "--json", "--index", corpus_index, "--threads", threads]
        ran = run_qa(*words, stdin=lines, PYTHONHASHSEED=seed)
        assert untimed(ran.out).splitlines() == expected

    @pytest.mark.parametrize("threads", THREADS)
    def test_the_library_gives_the_same_bytes_with_any_number_of_threads(self, corpus_index, expected, threads):
        assert answers(corpus_index, threads) == expected

    @pytest.mark.parametrize("threads", [1, 2, 0])
    def test_a_scan_that_is_shared_among_threads_gives_the_same_bytes(
        self, corpus_index, expected, threads, monkeypatch
    ):
        monkeypatch.setattr(searcher, "SHARED", 0)
        assert answers(corpus_index, threads) == expected

    def test_questions_asked_at_once_get_the_same_bytes_while_several_threads_encode_each(self, corpus_index, expected):
        with qa.open(corpus_index, threads=2) as opened, ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda question: untimed(opened.ask(question).to_json()), QUESTIONS * 3))
        assert answers == expected * 3

    def test_a_question_has_the_same_vector_bit_for_bit_with_any_number_of_threads(self, corpus_index):
        texts = [*QUESTIONS, *("court " * length for length in LENGTHS)]
        alone = encoder_of(corpus_index, 1)
        expected = [alone.encode_query(text) for text in texts]
        for threads in (2, 0, 3):
            encoder = encoder_of(corpus_index, threads)
            for text, vector in zip(texts, expected, strict=True):
                np.testing.assert_array_equal(encoder.encode_query(text), vector)

    def test_passages_have_the_same_vectors_bit_for_bit_with_any_number_of_threads(self, corpus_index):
        texts = ["court " * length for length in LENGTHS]
        expected = encoder_of(corpus_index, 1).encode_passages(texts)
        for threads in (2, 0):
            np.testing.assert_array_equal(encoder_of(corpus_index, threads).encode_passages(texts), expected)


class TestTheSameArticles:
    """Whatever the order, the moment and the history, with an index so small that its engine is not measured."""

    def assert_same(self, index: Path, clean: Path) -> None:
        (_, one), (_, other) = generations.current_manifest(index), generations.current_manifest(clean)
        assert one.generation == other.generation
        assert one.engine == other.engine == ONNXRUNTIME_FLOAT32
        assert answers(index) == answers(clean)

    def test_after_a_history_of_updates(self, corpus_index, tmp_path):
        articles, index = tmp_path / "corpus", tmp_path / "index"
        (articles / "2024").mkdir(parents=True)
        (articles / "2024" / "gone.md").write_text("# Gone\n\nAlmagro requested nothing of Guaidó.\n")
        update([articles], index)
        for year in ("2021", "2020", "2024"):
            for file in sorted((CORPUS / year).iterdir(), reverse=True):
                (articles / year).mkdir(exist_ok=True)
                (articles / year / file.name).write_text(f"{file.read_text()}\nThis will be changed.\n")
            update([articles], index)
        (articles / "2024" / "gone.md").unlink()
        shutil.copytree(CORPUS, articles, dirs_exist_ok=True)
        update([articles], index, UpdateOptions(full=True))
        update([CORPUS], index)  # answers tell the paths
        self.assert_same(index, corpus_index)

    def test_in_another_order(self, corpus_index, tmp_path):
        """The files are made in that order, which is that of many file systems' folders."""
        articles, index, encoder = tmp_path / "corpus", tmp_path / "index", encoder_of(corpus_index, 1)
        for file in sorted(CORPUS.rglob("*.md"), reverse=True):
            target = articles / file.relative_to(CORPUS)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        update([articles / "2024", articles / "2020"], index, encoder=encoder)
        update([CORPUS], index, encoder=encoder)
        self.assert_same(index, corpus_index)

    def test_at_another_moment_and_with_rebuild(self, corpus_index, tmp_path):
        index = Path(shutil.copytree(corpus_index, tmp_path / "index"))
        before = generations.current(index)
        update([CORPUS], index, UpdateOptions(rebuild=True), encoder=encoder_of(corpus_index, 0))
        assert generations.current(index) != before
        self.assert_same(index, corpus_index)


def test_equal_passages_are_ordered_by_document_id_whatever_came_first(corpus_index, tmp_path):
    """The same text in five articles, one added after the other."""
    articles, index = tmp_path / "corpus", tmp_path / "index"
    articles.mkdir()
    text = "The ferry to Vestmark departs at nine every morning."
    encoder = encoder_of(corpus_index, 1)
    for name in ("m", "z", "a", "k", "b"):
        (articles / f"{name}.txt").write_text(text)
        update([articles], index, encoder=encoder)
    for threads in THREADS:
        with qa.open(index, threads=threads) as opened:
            hits = opened.search("When does the ferry to Vestmark depart?")
        assert len({hit.score for hit in hits}) == 1
        assert [hit.document.id for hit in hits] == ["a.txt", "b.txt", "k.txt", "m.txt", "z.txt"]

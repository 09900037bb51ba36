"""The speed benchmark: the corpus it makes up, what it keeps of other runs, and what its table and plot say."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from importlib import import_module
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from qa.config import IndexConfig
from qa.corpus import Problem, read
from qa.errors import QAError
from qa.indexing.encode import Indexer
from tests.support import ROOT, WordEncoder

# As where ``python benchmarks/speed.py`` runs.
sys.path.insert(0, str(ROOT / "benchmarks"))
corpus: Any = import_module("speed_corpus")
measures: Any = import_module("speed_measures")
parts: Any = import_module("speed_parts")
speed: Any = import_module("speed")
speed_plot: Any = import_module("speed_plot")
speed_table: Any = import_module("speed_table")
synthetic: Any = import_module("speed_synthetic")
systems: Any = import_module("speed_systems")

OLD = measures.Origin("python speed.py", "aaaaaaa", "2024-07-31", "2 × processor")
NEW = measures.Origin("python speed.py --only cold", "bbbbbbb", "2024-08-01", "2 × processor")

SVG = "{http://www.w3.org/2000/svg}"


def figure(measure: str, system: str, size: int, value: float, origin: Any = OLD) -> Any:
    return measures.Figure(measure, system, size, value, origin)


FIGURES = [
    figure("cold", "qa", 0, 0.3),
    figure("cold", "qa", 1000, 0.5),
    figure("cold", "qa", 1_000_000, 2.0, NEW),
    figure("cold", "afternoon", 1000, 10.0),
    figure("cold_times", "afternoon", 0, 30.0),
    figure("disk", "qa", 1000, 2.5e9),
    figure("recall", "qa", 100_000, 0.97),
    figure("estimate", "afternoon", 1_000_000, 7200.0),
]


def refuse(problem: Problem) -> None:
    """No article of ours is unreadable."""
    raise AssertionError(problem)


class TestCorpus:
    def test_an_article_follows_from_its_number(self):
        assert corpus.article(3) == corpus.article(3)
        assert corpus.article(3)["text"] != corpus.article(4)["text"]

    def test_words_are_different_and_the_commonest_are_short(self):
        words = corpus.vocabulary()
        assert len(set(words)) == len(words) == corpus.VOCABULARY
        assert np.mean([len(word) for word in words[:300]]) < np.mean([len(word) for word in words[-300:]])

    def test_frequencies_are_those_of_zipf_and_mandelbrot(self):
        text = " ".join(corpus.article(number)["text"] for number in range(100))
        counts = Counter(text.lower().replace(".", "").split())
        words, total = corpus.vocabulary(), sum(counts.values())
        normal = sum((rank + corpus.SHIFT) ** -corpus.EXPONENT for rank in range(1, corpus.VOCABULARY + 1))
        for rank in (1, 2, 5, 10, 30):
            expected = (rank + corpus.SHIFT) ** -corpus.EXPONENT / normal
            # Four standard deviations of a count.
            assert abs(counts[words[rank - 1]] - total * expected) < 4 * (total * expected) ** 0.5

    def test_a_corpus_is_read_whole_and_in_order(self, tmp_path, monkeypatch):
        monkeypatch.setattr(corpus, "SHARD", 2)
        corpus.write_corpus(tmp_path, 5)
        documents = list(read([tmp_path], refuse))
        assert [document.id for document in documents] == [f"a{number:06}" for number in range(5)]
        assert all(document.title and document.date for document in documents)
        assert len(list(tmp_path.iterdir())) == 3

    def test_a_change_is_one_article_and_one_sentence(self, tmp_path):
        corpus.write_corpus(tmp_path, 3)
        before = {document.id: document for document in read([tmp_path], refuse)}
        corpus.change_article(tmp_path, 1, salt=7)
        after = {document.id: document for document in read([tmp_path], refuse)}
        assert [name for name in before if before[name] != after[name]] == ["a000001"]
        one, other = (documents["a000001"].text.split(". ") for documents in (before, after))
        assert [number for number in range(len(one)) if one[number] != other[number]] == [2]

    def test_an_added_article_comes_last(self, tmp_path):
        corpus.write_corpus(tmp_path, 3)
        corpus.add_article(tmp_path, 9)
        assert [document.id for document in read([tmp_path], refuse)][-1] == "a000009"

    def test_questions_ask_for_words_of_one_article(self):
        asked = corpus.questions(20, 30)
        texts = [set(corpus.article(number)["text"].lower().replace(".", "").split()) for number in range(20)]
        assert asked == corpus.questions(20, 30)
        for question in asked:
            words = question.removesuffix("?").split()
            assert 3 <= len(words) <= 8
            assert any(text.issuperset(words) for text in texts)


class TestSyntheticEncoder:
    encoder = synthetic.SyntheticEncoder(WordEncoder, dimension=WordEncoder.dimension)

    def test_vectors_are_unit_vectors_that_follow_from_the_text(self):
        vectors = self.encoder.encode_passages([f"text {number}" for number in range(50)])
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(50), abs=1e-5)
        assert np.array_equal(self.encoder.encode_passages(["text 7"])[0], vectors[7])
        assert self.encoder.encode_passages([]).shape == (0, WordEncoder.dimension)

    def test_passages_of_a_cluster_are_alike_and_others_are_not(self):
        texts = [f"text {number}" for number in range(4000)]
        clusters = np.array([synthetic.xxhash.xxh3_64_intdigest(text.encode()) % synthetic.CENTRES for text in texts])
        cosines = (vectors := self.encoder.encode_passages(texts)) @ vectors.T
        same = (clusters[:, None] == clusters) & ~np.eye(len(texts), dtype=bool)
        # Centre and noise are of the same length and independent: 1 / (1 + 1) on average.
        assert cosines[same].mean() == pytest.approx(0.5, abs=0.05)
        assert cosines[clusters[:, None] != clusters].mean() == pytest.approx(0, abs=0.05)

    def test_all_but_the_passages_is_the_real_encoders(self):
        real = WordEncoder()
        assert np.array_equal(self.encoder.encode_query("a question"), real.encode_query("a question"))
        assert self.encoder.count_tokens(["one two"]) == [2]
        assert self.encoder.info.fingerprint != real.fingerprint

    def test_it_encodes_for_an_index_and_can_spend_the_models_time(self, tmp_path):
        real = WordEncoder()
        corpus.write_corpus(tmp_path, 2)
        spending = Indexer(
            synthetic.SyntheticEncoder(lambda: real, True, WordEncoder.dimension, real.max_tokens), IndexConfig()
        )
        documents = list(spending.encode(read([tmp_path], refuse)))
        assert len(documents) == 2
        assert len(real.seen) == spending.encoded


class TestMeasures:
    def test_a_process_has_its_output_and_its_own_peak_memory(self):
        code = "import sys; held = b'x' * 200_000_000; print(sys.stdin.read(), end='')"
        done = measures.run([sys.executable, "-c", code], stdin='{"n": 3}\n')
        assert done.measures == {"n": 3}
        assert 200e6 < done.memory < 400e6

    def test_a_failed_process_is_an_error_with_its_last_line(self):
        with pytest.raises(QAError, match=r"exited with 3 \(no luck\)"):
            measures.run([sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"])

    def test_an_abstention_is_no_failure_but_a_traceback_is(self):
        assert measures.run([sys.executable, "-c", "print(1); exit(1)"], accepted=(0, 1)).output == "1\n"
        with pytest.raises(QAError, match="ZeroDivisionError"):
            measures.run([sys.executable, "-c", "1 / 0"], accepted=(0, 1))

    def test_a_file_with_two_names_counts_once(self, tmp_path):
        (tmp_path / "one").write_bytes(b"12345")
        (tmp_path / "also").hardlink_to(tmp_path / "one")
        assert measures.size_of(tmp_path) == 5

    def test_a_partial_run_leaves_the_other_figures_and_their_origin(self, tmp_path):
        file = tmp_path / "speed.json"
        measures.Figures(file).record([figure("cold", "qa", 1000, 1.0), figure("help", "qa", 0, 0.2)])
        measures.Figures(file).record([figure("cold", "qa", 1000, 0.5, NEW)])
        values = {one.measure: (one.value, one.origin) for one in measures.Figures(file)}
        assert values == {"cold": (0.5, NEW), "help": (0.2, OLD)}


class TestTable:
    lines = speed_table.markdown(FIGURES).splitlines()

    def row(self, begin: str) -> list[str]:
        return next([cell.strip() for cell in line.split("|")[1:-1]] for line in self.lines if begin in line)

    def test_a_target_is_met_or_missed_in_either_direction(self):
        assert self.row("cold question on `corpus/` |")[1:] == ["≤ 0.40 s", "0.30 s", "0.75", "met", "1"]
        assert self.row("cold question, 1,000,000")[1:] == ["≤ 1.50 s", "2.00 s", "1.33", "**missed**", "2"]
        assert self.row("afternoon script's")[1:] == ["≥ 15.0×", "30.0×", "2.00", "met", "1"]
        assert self.row("recall@10 against exact search, 100,000")[4] == "**missed**"

    def test_every_target_has_a_row_measured_or_not(self):
        assert self.row("`qa --help`")[1:] == ["≤ 0.20 s", "–", "–", "not measured", "–"]
        assert sum("not measured" in line for line in self.lines) == len(speed_table.TARGETS) - 4

    def test_costs_have_a_column_a_size_and_say_who_was_left_out(self):
        assert self.row("| measure | system |")[2:] == ["`corpus/`", "1,000", "100,000", "1,000,000"]
        assert self.row("cold question, median | qa")[2:] == ["0.30 s", "0.50 s", "–", "2.00 s"]
        assert self.row("cold question, median | afternoon")[2:] == ["–", "10.00 s", "–", "left out (120 min)"]
        assert self.row("index on disk")[3] == "2.50 GB"

    def test_every_run_is_named(self):
        assert [line for line in self.lines if line[:2] in ("1.", "2.")] == [
            "1. `python speed.py`, commit aaaaaaa, 2024-07-31, 2 × processor",
            "2. `python speed.py --only cold`, commit bbbbbbb, 2024-08-01, 2 × processor",
        ]

    def test_without_figures_nothing_is_claimed(self):
        assert speed_table.markdown([]).count("not measured") == len(speed_table.TARGETS)


class TestPlot:
    def test_axes_begin_and_end_at_powers_of_ten(self):
        assert list(speed_plot.decades([0.3, 20])) == [-1, 0, 1, 2]
        assert list(speed_plot.decades([10])) == [1, 2]
        assert speed_plot.position(1, range(-1, 2)) == 0.5

    def test_a_system_has_a_mark_a_size_and_one_line(self):
        root = ElementTree.fromstring(speed_plot.plot(FIGURES))
        cold, _, _, disk = root.findall(f"{SVG}g")
        kinds = [[path.get("class") for path in panel.findall(f"{SVG}path")] for panel in (cold, disk)]
        # The repository's corpus has no size to stand at; one point alone makes no line.
        assert [kind for kind in kinds[0] if kind not in ("grid", "axis")] == [
            "curve qa", "mark qa", "mark qa", "mark afternoon",
        ]  # fmt: skip
        assert [kind for kind in kinds[1] if kind not in ("grid", "axis")] == ["mark qa"]

    def test_points_stand_where_both_logarithms_are(self):
        root = ElementTree.fromstring(speed_plot.plot(FIGURES))
        path = next(p.get("d") for p in root.iter(f"{SVG}path") if p.get("class") == "curve qa")
        frame = speed_plot.PLOT
        # Sizes from 10^3 to 10^6; seconds from 10^-1 to 10^1, so that 0.5 s is (log10(5)) / 2 = 0.3495 up.
        assert path == f"M{frame.left},{frame.y(0.349485):g}L{frame.right},{frame.y(0.650515):g}"

    def test_a_cost_that_was_not_measured_says_so(self):
        texts = [text.text for text in ElementTree.fromstring(speed_plot.plot([])).iter(f"{SVG}text")]
        assert texts.count("not measured") == 4


@pytest.mark.slow
class TestRun:
    def test_our_side_at_ten_passages(self, tmp_path):
        words = ["--only", "cold", "warm", "recall", "--sizes", "10", "--real", "5", "--systems", "qa", "--runs", "1"]
        places = ["--work", str(tmp_path / "work"), "--output", str(tmp_path / "out")]
        assert speed.main([*words, *places]) == 0
        values = {row["measure"]: row["value"] for row in json.loads((tmp_path / "out" / "speed.json").read_text())}
        assert values.keys() >= {"cold", "cold_memory", "warm_p50", "warm_p95", "index_rate", "disk"}
        assert min(values.values()) > 0
        assert values["recall"] >= 0.98
        assert "| cold question, median | qa |" in (tmp_path / "out" / "speed.md").read_text(encoding="utf-8")

    def test_without_the_others_it_says_how_to_install_them(self, tmp_path, capsys):
        words = ["--only", "start", "--peers", str(tmp_path / "python"), "--output", str(tmp_path)]
        assert speed.main([*words, "--work", str(tmp_path)]) == 2
        assert "make peers" in capsys.readouterr().err

    @pytest.mark.parametrize(("known", "seconds"), [({1000: 4.0, 5000: 2.0, 20_000: 9.0}, 5000), ({}, 500)])
    def test_a_peer_that_would_take_too_long_is_left_out(self, tmp_path, known, seconds):
        figures = measures.Figures(tmp_path / "speed.json")
        figures.record(figure("index_rate", "txtai", size, rate) for size, rate in known.items())
        bench = parts.Bench(figures, NEW, runs=1, deadline=time.monotonic() + 60)
        place = systems.Place(tmp_path, 10_000)
        parts.index(bench, place, [systems.Peer("txtai", tmp_path, tmp_path)], again=True)
        assert figures.value("estimate", "txtai", 10_000) == seconds
        assert not place.has("txtai")

    def test_large_sizes_have_made_up_vectors(self):
        place = systems.Place(ROOT, 1000, synthetic=True)
        assert "--synthetic" in systems.Ours().index(place)

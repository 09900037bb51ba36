"""A few seconds of the soak, which ``make soak`` runs for minutes; and that its checks can fail."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from importlib import import_module
from typing import Any

from qa.backends.local import generations
from qa.backends.local.manifest import ENCODER_FOLDER
from tests.support import ROOT

# As where ``python benchmarks/soak.py`` runs.
sys.path.insert(0, str(ROOT / "benchmarks"))
soak: Any = import_module("soak")
sources: Any = import_module("soak_sources")


def test_readers_get_whole_generations_while_a_writer_updates_and_is_killed(corpus_index, tmp_path):
    encoder = generations.current(corpus_index) / ENCODER_FOLDER
    words = ["--seconds", "4", "--encoder", encoder, "--write", tmp_path / "soak.md"]
    ran = subprocess.run(
        [sys.executable, "benchmarks/soak.py", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    page = (tmp_path / "soak.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S.*?) \| ([\d,]+) \|$", page, re.MULTILINE)
    figures = {name: int(value.replace(",", "")) for name, value in rows}
    assert figures["errors"] == 0
    assert figures["generations published"] >= 3
    assert figures["updates killed"] >= 1
    assert min(value for name, value in figures.items() if name != "errors") > 0


def test_each_state_of_the_articles_is_another_one(tmp_path):
    states = [sources.state(number) for number in range(50)]
    assert len({str(state) for state in states}) == 50
    assert all(len(state) == sources.ARTICLES for state in states)  # one is missing, and there is the log
    for number in (3, 4, 20):
        sources.write(tmp_path, number)
        assert {file.name: file.read_text() for file in tmp_path.iterdir()} == states[number]


def test_a_slice_that_is_not_in_its_generation_is_an_error():
    published = {"one": 1, "two": 2}
    text = sources.state(1)["log.md"]
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert soak._stands(["one", "log.md", digest, 2, 9, text[2:9]], published)
    assert not soak._stands(["one", "log.md", digest, 3, 10, text[2:9]], published)
    assert not soak._stands(["two", "log.md", digest, 2, 9, text[2:9]], published)  # entry 2 has another hash
    assert not soak._stands(["three", "log.md", digest, 2, 9, text[2:9]], published)
    assert not soak._stands(["one", "06.md", digest, 2, 9, text[2:9]], published)  # the article that is missing


def test_the_page_has_every_figure():
    figures = soak.Figures(questions=3, errors=["one", "two"])
    assert dict(figures.rows())["errors"] == "2"
    assert dict(figures.rows())["questions asked"] == "3"
    assert "| errors | 2 |" in soak.page(figures, "python benchmarks/soak.py")

"""The example runs, and prints what it promises."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest

from tests.support import CORPUS, ROOT


@pytest.fixture(scope="module")
def index(corpus_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that the example may bring up to date."""
    folder = tmp_path_factory.mktemp("example") / "index"
    return Path(shutil.copytree(corpus_index, folder))


@pytest.fixture
def printed(index: Path, capsys: pytest.CaptureFixture[str]) -> str:
    runpy.run_path(str(ROOT / "examples" / "library.py"))["main"]([str(index)])
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_the_library_example_prints_citations_a_ranking_and_documents_in_memory(printed):
    head, almagro, router, ranked, ferry = printed.strip().split("\n\n")
    assert head.startswith(f"{len(list(CORPUS.glob('*/*.md')))} documents, ")
    assert_citations(almagro)
    assert re.fullmatch(r"How do I .*\n  The corpus does not say \(confidence 0\.\d\d\)\.", router)
    assert "1. " in ranked
    assert "2024/almagro-asks-icc-for-arrest-warrant.md" in ranked
    assert "2020/" not in ranked
    assert '"The ferry to Vestmark departs at nine."' in ferry


def assert_citations(text: str) -> None:
    """Three citations, each with the place and the words of its quote."""
    places = re.findall(r'^ +(\S+\.md):(\d+)-(\d+)\n +"(.*)"$', text, re.MULTILINE)
    assert len(places) == 3
    for document, start, end, quote in places:
        slice_ = (CORPUS / document).read_text(encoding="utf-8")[int(start) : int(end)]
        assert " ".join(slice_.split()) == quote

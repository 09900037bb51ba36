"""The examples run, and print what they promise."""

from __future__ import annotations

import re
import runpy
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.corpus import read
from qa.corpus.formats import registry
from qa.text.chunking import check_split
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


def run_example(name: str) -> dict[str, Any]:
    """What the example defines, after its ``main`` has run."""
    defined = runpy.run_path(str(ROOT / "examples" / name))
    defined["main"]()
    return defined


def test_an_encoder_of_one_s_own_is_searched_with(capsys):
    encoder = run_example("own_encoder.py")["WordDirections"]()
    assert capsys.readouterr().out == "bakery: The bakery in Holmby sells saffron buns on Fridays.\n"
    vectors = encoder.encode_passages(["The quay is closed.", "The quay is closed.", "A crane"])
    assert (vectors.shape, vectors.dtype) == ((3, encoder.info.dimension), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)
    assert (vectors[0] == vectors[1]).all()
    with pytest.raises(qa.QuestionError):
        encoder.encode_query("why " * 201)


def test_a_splitter_of_one_s_own_makes_the_passages(capsys):
    splitter = run_example("own_splitter.py")["Stanzas"]()
    assert capsys.readouterr().out == (
        "poem, lines 4-5\nThe ferry left an hour ago\nwith flour, rope and wedding rings.\n"
    )
    assert_splits(splitter, "a b c\nd e f g\n\n  h i \nj k\nl m n\n")


@given(st.text(st.sampled_from("ab \n\t")).filter(str.strip))
def test_the_splitter_keeps_its_promise_whatever_the_text(text):
    assert_splits(runpy.run_path(str(ROOT / "examples" / "own_splitter.py"))["Stanzas"](), text)


def assert_splits(splitter: Any, text: str) -> None:
    """The splitter does with a text what ``qa.Splitter`` promises, and leaves nothing out."""

    def count_tokens(texts: Sequence[str]) -> list[int]:
        return [len(one.split()) for one in texts]

    document = qa.Document("a", text)
    sentences, passages = splitter.split(document, count_tokens, 5)
    check_split(document, sentences, passages, splitter.name)
    inside = {offset for span in sentences for offset in range(*span)}
    assert all(text[offset].isspace() for offset in set(range(len(text))) - inside)
    for passage in passages:
        is_one = passage.last_sentence - passage.first_sentence == 1
        assert is_one or count_tokens([text[passage.start : passage.end]])[0] <= 5


@pytest.mark.usefixtures("registered")
def test_a_format_of_one_s_own_is_read(capsys, tmp_path):
    run_example("own_format.py")
    said = "board.minutes#2024-06-03 (2024-06-03): The board bought a second crane for the quay.\n"
    assert capsys.readouterr().out == said
    (tmp_path / "a.minutes").write_bytes(b"\xff")
    (tmp_path / "b.minutes").write_text("nothing")
    problems: list[qa.Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    assert [Path(problem.where).name for problem in problems] == ["a.minutes", "b.minutes"]


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forgets the formats that a test registers."""
    monkeypatch.setattr(registry, "_registered", [])
    yield
    monkeypatch.undo()
    registry.formats.cache_clear()

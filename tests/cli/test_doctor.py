"""``qa doctor``: a line a finding, JSON, and exit codes for scripts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qa.backends.local import generations
from tests.cli.conftest import flip_a_byte
from tests.cli.support import qa


@pytest.fixture
def copy(corpus_index: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(corpus_index, tmp_path / "index"))


def test_nothing_is_wrong(corpus_index):
    ran = qa("doctor", "--index", corpus_index)
    assert (ran.code, ran.err) == (0, "")
    (line,) = ran.out.splitlines()
    assert line.startswith(f"checked  {corpus_index}: ")
    assert line.endswith("14 documents, 28 passages: nothing is wrong")


def test_each_finding_is_one_line_that_says_where_what_and_what_to_do(copy):
    file = generations.current(copy) / "segments" / "000001" / "texts.bin"
    flip_a_byte(file)
    (copy / "generations" / "000009").mkdir()
    ran = qa("doctor", "--index", copy)
    assert (ran.code, ran.err) == (3, "")
    error, warning, checked = ran.out.splitlines()
    assert error == f"error    {file} is not what was written; qa index --rebuild makes it anew from the sources"
    assert warning == (
        f"warning  {copy / 'generations' / '000009'} was left by a process that died; the next qa index removes it"
    )
    assert checked.endswith(": 1 error, 1 warning")


def test_warnings_alone_exit_with_1_and_json_says_the_same(copy):
    (copy / "generations" / "000009").mkdir()
    ran = qa("doctor", "--json", "--index", copy)
    assert (ran.code, ran.err) == (1, "")
    assert ran.json["schema"] == "qa/doctor/1"
    assert ran.json["ok"] is False
    assert ran.json["files"] == len(generations.current_manifest(copy)[1].extra.files)
    assert ran.json["findings"] == [
        {
            "severity": "warning",
            "where": str(copy / "generations" / "000009"),
            "what": "was left by a process that died",
            "remedy": "the next qa index removes it",
        }
    ]


def test_without_an_index_it_is_one_line_of_advice(tmp_path):
    ran = qa("doctor", "--index", tmp_path)
    assert (ran.code, ran.out, ran.complaints) == (3, "", [f"qa: there is no index in {tmp_path}; qa index makes one"])

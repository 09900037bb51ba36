"""The code in docs/library.md runs as it stands, one block after the other."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import qa
from tests.support import CORPUS, ROOT

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")


def test_the_code_of_the_page_runs(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CORPUS, "corpus")
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 7
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/library.md", "exec"), names)
    asked, crane, verified, changed, status, findings, ids, measured = capsys.readouterr().out.strip().rsplit("\n", 7)
    assert "warrant" in asked
    assert crane == "{'desk': 'Port'}"
    assert verified == "True"
    assert re.fullmatch(r"\{'exact': 0, 'moved': 0, 'extracted anew': 0, 'altered': [1-9], 'missing': 0\}", changed)
    assert re.fullmatch(r"\d+ True 0 \(\) 0\.\d+", status)
    assert (findings, len(eval(ids))) == ("[]", int(status.split()[0]))
    assert 0 < float(measured) <= 1


@pytest.mark.parametrize("name", ["build", "open", "from_documents", "verify", "evaluate", "register_format"])
def test_the_page_names_what_there_is(name):
    assert re.search(rf"\b{name}\b", PAGE)
    assert name in qa.__all__

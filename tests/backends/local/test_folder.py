"""An index folder as a store, beyond the contract: what may not be written, and two processes at once."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from qa.backends.base import CALIBRATION_FILE
from qa.backends.local import generations
from qa.backends.local.folder import FolderStore
from qa.errors import IndexBusyError, IndexDamagedError, QAError
from tests.contracts.backends import encode, fill
from tests.support import ROOT, article, update
from tests.test_costs import Words, write

DOCUMENTS = encode([article(f"{i}.md", f"The court of item{i} sat.") for i in range(3)])

#: Brings an index up to date again and again, with articles of its own that come meanwhile.
WRITING = """
import sys
from pathlib import Path
from qa.errors import IndexBusyError
from tests.support import update
from tests.test_costs import Words
corpus, index, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
for number in range(5):
    (corpus / f"{name}-{number}.md").write_text(f"Court {name} sat on day {number}.")
    while True:
        try:
            update([corpus], index, encoder=Words())
            break
        except IndexBusyError:
            pass
"""


def test_two_processes_that_update_at_once_succeed_or_are_told_that_it_is_busy(tmp_path):
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    write(corpus, 0)
    command = [sys.executable, "-c", WRITING, str(corpus), str(index)]
    processes = [
        subprocess.Popen([*command, name], stderr=subprocess.PIPE, text=True, cwd=ROOT) for name in ("one", "two")
    ]
    told = [process.communicate() for process in processes]
    assert [err for _, err in told] == ["", ""]
    done = update([corpus], index, encoder=Words())
    assert done.info.documents == 11
    assert sorted(file.name for file in index.iterdir()) == ["CURRENT", "LOCK", "generations", "stamps.json"]


@pytest.mark.parametrize("name", ["file/index", "x" * 300])
def test_a_place_that_cannot_be_written_is_told_as_one_of_our_errors(tmp_path, name):
    (tmp_path / "file").write_text("no folder")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write(corpus, 0)
    with pytest.raises(QAError, match=r"cannot be written \(.*\); check the path"):
        update([corpus], tmp_path / name, encoder=Words())


def test_a_text_that_cannot_be_written_is_told_as_one_of_our_errors(tmp_path):
    fill(FolderStore(tmp_path / "index"), DOCUMENTS)
    (tmp_path / "index" / CALIBRATION_FILE).mkdir()
    for text in ("{}", None):
        with pytest.raises(QAError, match=r"calibration\.json.* cannot be written"):
            FolderStore(tmp_path / "index").write_text(CALIBRATION_FILE, text)


def test_what_a_newer_generation_has_replaced_is_busy_and_not_damaged(tmp_path):
    store = FolderStore(tmp_path)
    fill(store, DOCUMENTS[:1])
    with closing(store.read(lambda generation: generation)) as stale:
        fill(store, DOCUMENTS)
        with pytest.raises(IndexBusyError, match="has just written the index"):
            stale.searcher()


def test_what_is_missing_of_the_current_one_is_damage(tmp_path):
    store = FolderStore(tmp_path)
    fill(store, DOCUMENTS)
    (generations.current(tmp_path) / "segments" / "000001" / "documents.sqlite").unlink()
    with pytest.raises(IndexDamagedError, match=r"documents\.sqlite cannot be read"):
        store.read(lambda generation: generation.searcher())


def test_looking_for_what_was_left_removes_what_cannot_be_gone_on_from(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    fill(store, DOCUMENTS)
    (tmp_path / "generations" / "000009").mkdir()
    (tmp_path / "CURRENT.7.new").write_text("half")
    assert store.unfinished() is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["CURRENT", "LOCK", "generations"]
    assert [path.name for path in (tmp_path / "generations").iterdir()] == ["000001"]

"""Ends updates of an index at their changes to its folder, and tells what is left: one line of JSON for each.

::

    python -m tests.crash.runner SCENARIO FOLDER MODE...
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import cast

from qa.backends.base import STAMPS_FILE
from qa.backends.filters import Filter
from qa.backends.local import generations
from qa.backends.local.files import verify
from qa.backends.local.lock import locked
from qa.backends.local.manifest import MANIFEST_FILE
from qa.backends.local.searcher import LocalSearcher
from qa.errors import IndexBusyError, IndexNotFoundError
from qa.text.analysis import terms
from qa.types import Ranking
from tests.crash.faults import Mode, struck
from tests.crash.scenarios import SCENARIOS, Remembered, bring_up_to_date, make_small
from tests.support import open_current

#: How many points of an update are looked at, spread over all of them.
POINTS: Mapping[Mode, int] = {"kill": 25, "full disk": 8, "second writer": 3}

QUESTIONS = ["which court sat on day 7", "who came to see item12 and item31", "then it snowed"]


def points(case: Path, modes: Sequence[Mode]) -> Iterator[dict[str, object]]:
    """What became of each update of the index in ``case / "prepared"``, in the order of the points."""
    corpus, prepared, index = case / "corpus", case / "prepared", case / "index"
    bring_up_to_date(corpus, case / "clean")
    states = {"new": _contents_in(case / "clean")}
    if generations.exists(prepared):
        states["old"] = _contents_in(prepared)
    update = partial(bring_up_to_date, corpus, index)
    for mode in modes:
        with _copied(prepared, index), struck(update, index, mode, sys.maxsize) as undisturbed:
            pass
        changes = undisturbed["changes"]
        for k in chosen(changes, mode):
            with _copied(prepared, index):
                yield {"mode": mode, "k": k, "of": len(changes)} | _point(update, index, mode, k, states)


def chosen(changes: Sequence[str], mode: Mode) -> list[int]:
    """Changes, counted from 1: some at even distances from the first to the last, the first of each kind, and all
    renamings, as it is they that publish.

    A second writer is tried between the first and the publishing of the new generation only: it is then that it would
    write too.
    """
    if mode == "second writer":
        return spread(changes.index("os.rename /CURRENT"), POINTS[mode] + 2)[1:-1]
    kinds = [change.partition(" ")[0] for change in changes]
    first = [kinds.index(kind) + 1 for kind in {*kinds}]
    renamed = [k for k, kind in enumerate(kinds, start=1) if kind == "os.rename"]
    return sorted({*spread(len(changes), POINTS[mode]), *first, *renamed})


def spread(count: int, wanted: int) -> list[int]:
    """``wanted`` of the numbers from 1 to ``count``, at even distances from the first to the last."""
    return sorted({1 + round(i * (count - 1) / (wanted - 1)) for i in range(wanted)})


def _point(
    update: Callable[[], None], index: Path, mode: Mode, k: int, states: Mapping[str, object]
) -> dict[str, object]:
    with closing(open_current(index)) if "old" in states else nullcontext() as reader:
        with struck(update, index, mode, k) as told:
            second = _raised(update) if mode == "second writer" else None
        opened = _opened(index, states)
        left = sorted(path.name for path in index.iterdir()) if index.exists() else []
        again = _raised(update)
        as_before = None if reader is None else contents_of(reader) == states["old"]
    del told["changes"]
    return told | {
        "second": second,
        "opened": opened,
        "left": left,
        "again": again,
        "reopened": _opened(index, states),
        "reader is as before": as_before,
        "strays": [] if again else _strays(index),
        "lock is free": _is_free(index),
    }


def contents_of(searcher: LocalSearcher) -> dict[str, object]:
    """All that a reader can see of a generation."""
    contents: dict[str, object] = {"info": searcher.manifest.info}
    for ref in searcher.documents.references():
        encoded = searcher.documents.encoded(ref.id)
        assert encoded is not None
        vectors = encoded.passage_vectors.tobytes(), encoded.sentence_vectors.tobytes()
        contents[ref.id] = (encoded.document, encoded.sentences, encoded.passages, encoded.terms, vectors)

    rankings: list[Ranking] = []
    for question in QUESTIONS:
        rankings.append(searcher.lexical(terms(question), 100, Filter()))
        rankings.append(searcher.dense(Remembered().encode_query(question), 100, Filter()))
    numbers = sorted({number for ranking in rankings for number in ranking.numbers.tolist()})
    places = dict(zip(numbers, (c.identity for c in searcher.candidates(numbers)), strict=True))
    contents["rankings"] = [
        [*zip(map(places.get, r.numbers.tolist()), r.scores.tolist(), strict=True)] for r in rankings
    ]
    return contents


def _contents_in(index: Path) -> dict[str, object]:
    with closing(open_current(index)) as searcher:
        return contents_of(searcher)


def _opened(index: Path, states: Mapping[str, object]) -> str:
    """Which of the ``states`` the index holds, "none" where there is no index, or what else is the matter."""
    try:
        contents = _contents_in(index)
    except IndexNotFoundError:
        return "none"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return next((name for name, state in states.items() if state == contents), "something else")


def _strays(index: Path) -> list[str]:
    """What is in the folder of the index besides its one generation, of a folder only its name.

    Raises IndexDamagedError for what is missing.
    """
    folder, manifest = generations.current_manifest(index)
    verify(folder, manifest.extra.files)
    files = [*(index / name for name in (generations.CURRENT_FILE, "LOCK", STAMPS_FILE)), folder / MANIFEST_FILE]
    files += [folder / name for name in manifest.extra.files]
    paths = {*files, *(parent for file in files for parent in file.parents)}
    strays = (path for path in index.rglob("*") if path not in paths and path.parent in paths)
    return sorted(path.relative_to(index).as_posix() for path in strays)


def _is_free(index: Path) -> bool:
    try:
        with locked(index):
            return True
    except IndexBusyError:
        return False


def _raised(work: Callable[[], None]) -> str | None:
    try:
        work()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


@contextmanager
def _copied(prepared: Path, index: Path) -> Iterator[None]:
    """Lets ``index`` be as it was prepared, and removes it in the end."""
    if prepared.exists():
        shutil.copytree(prepared, index)
    yield
    shutil.rmtree(index, ignore_errors=True)


def main(scenario: str, folder: str, *modes: str) -> None:
    """Prints each point of a scenario, for which ``folder`` has to be empty."""
    case = Path(folder)
    make_small()
    SCENARIOS[scenario](case / "corpus", case / "prepared")
    for point in points(case, cast("Sequence[Mode]", modes)):
        print(json.dumps(point), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

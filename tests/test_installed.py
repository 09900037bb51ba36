"""What an installation brings along: all of it pinned, and little of it without the libraries of other models."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support import ROOT

#: The libraries of models that are not packaged, which README's first command leaves out.
OTHER_MODELS = {"sentence-transformers", "torch", "transformers"}

#: What the systems say of themselves to packages that need more on one than on another.
SYSTEMS = [
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
]

#: Only what is named can be imported, as if nothing else were installed.
ONLY = """
import sys
from importlib.machinery import PathFinder
find, gone = PathFinder.find_spec, set(sys.argv.pop(1).split())
PathFinder.find_spec = classmethod(lambda _, name, *rest: None if name.split(".")[0] in gone else find(name, *rest))
from qa.cli.main import run
run()
"""


def needs(
    package: str,
    extras: tuple[str, ...] = (),
    but: frozenset[str] = frozenset(),
    system: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, str]]:
    """The names of what a package needs, directly or not, on a system, and the versions that are installed here, empty
    for what is not. What only packages ``but`` these need is left out with them."""
    seen, waiting = set[tuple[str, str]](), [(package, extra) for extra in ("", *extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen or name in but:
            continue
        seen.add((name, extra))
        try:
            one = distribution(name)
        except PackageNotFoundError:  # of another system, or of an extra that is not wanted here
            yield name, ""
            continue
        yield name, one.version.partition("+")[0]
        for requirement in map(Requirement, one.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra, **(system or {})}):
                needed = canonicalize_name(requirement.name)
                waiting += [(needed, wanted) for wanted in ("", *requirement.extras)]


#: The line that gives each name in requirements.txt its version.
VERSIONS = "--constraint constraints.txt"


def lines_of(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def requirements() -> list[Requirement]:
    return [Requirement(line) for line in lines_of("requirements.txt") if line != VERSIONS]


def pins() -> dict[str, str]:
    pairs = (line.split("==") for line in lines_of("constraints.txt"))
    return {canonicalize_name(name): version for name, version in pairs}


def test_everything_that_is_installed_is_pinned_at_its_version() -> None:
    pinned = pins()
    ours = {"qa-cited", "pip", "setuptools", "wheel"}  # pip's own, which torch names
    here = {name: version for name, version in needs("qa-cited", ("dev",)) if version and name not in ours}
    assert len(here) > 60
    assert {name: version for name, version in here.items() if pinned.get(name) != version} == {}


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system["platform_system"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_requirements_are_what_the_packaged_models_need_on_every_system(system: dict[str, str], python: str) -> None:
    """5.4 GB once, 2.7 of them for graphics processors, which pip's torch brings along on Linux."""
    here = {**system, "python_version": python, "python_full_version": f"{python}.4"}
    listed = [one for one in requirements() if not one.marker or one.marker.evaluate(here)]
    needed = dict(needs("qa-cited", but=frozenset(OTHER_MODELS), system=here))
    del needed["qa-cited"]
    assert {canonicalize_name(one.name) for one in listed} == needed.keys()
    pinned = pins()
    assert VERSIONS in lines_of("requirements.txt")
    assert {name: version for name, version in needed.items() if pinned[name] != (version or pinned[name])} == {}
    assert {name for name in needed if re.match(r"nvidia-|cuda-|triton", name)} == set()


def test_the_requirements_are_enough_to_index_and_ask(tmp_path: Path) -> None:
    enough = {canonicalize_name(one.name) for one in requirements()} | {"qa-cited"}
    owners = packages_distributions().items()
    gone = [name for name, owned in owners if enough.isdisjoint(map(canonicalize_name, owned))]
    assert {"torch", "transformers", "sentence_transformers", "safetensors"} <= {*gone}
    for name, text in (
        ("a.md", "# Ferry\nThe ferry to Vestmark departs at nine."),
        ("b.html", "<p>A quay burned.</p>"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for words in (["index", "."], ["ask", "when does the ferry to Vestmark depart?"]):
        command = [sys.executable, "-c", ONLY, " ".join(gone), *words]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
    assert "departs at nine" in ran.stdout


def test_another_model_or_a_reranker_without_its_library_is_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The ferry to Vestmark departs at nine.", encoding="utf-8")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}", encoding="utf-8")
    gone = "torch transformers sentence_transformers"
    for words in (["index", "a.md"], ["ask", "ferry", "--reranker", "model"]):
        command = [sys.executable, "-c", ONLY, gone, *words]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 3
    assert (
        ran.stderr.replace("\n", " ")
        .strip()
        .endswith("model needs sentence-transformers; pip install sentence-transformers")
    )

"""What an installation brings along: all of it pinned, and nothing for graphics processors that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support import ROOT

#: What only a graphics processor needs.
_CUDA = re.compile(r"nvidia-|cuda-|triton")


def installed(package: str, extras: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The names and versions of what a package needs, directly or not, as far as it is installed here."""
    seen, waiting = set[tuple[str, str]](), [(package, extra) for extra in ("", *extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            one = distribution(name)
        except PackageNotFoundError:  # of an extra that is not wanted here
            continue
        yield name, one.version
        for requirement in map(Requirement, one.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                needed = canonicalize_name(requirement.name)
                waiting += [(needed, wanted) for wanted in ("", *requirement.extras)]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def test_everything_that_is_installed_is_pinned_at_its_version() -> None:
    pinned = pins()
    ours = {"qa-cited", "pip", "setuptools", "wheel"}  # pip's own, which torch names
    here = {name: version.partition("+")[0] for name, version in installed("qa-cited", ("dev",)) if name not in ours}
    assert len(here) > 60
    assert {name: version for name, version in here.items() if pinned.get(name) != version} == {}


def test_an_installation_without_extras_brings_nothing_for_graphics_processors() -> None:
    """2.7 of 5.4 GB once. Where pip has no other build of torch, README says how to have one."""
    brought = {name for name, _ in installed("qa-cited")}
    assert "torch" in brought
    if any(_CUDA.match(need) for need in distribution("torch").requires or ()):
        pytest.skip("pip had no build of torch without CUDA here")
    assert {name for name in brought if _CUDA.match(name)} == set()

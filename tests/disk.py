"""What the tests of files share: which are open, and a disk that is full."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

lists_open_files = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are listed by Linux only")


def opened_in(folder: Path) -> list[str]:
    """The files below ``folder`` that this process has open."""
    links = [str(link.readlink()) for link in [*Path("/proc/self/fd").iterdir()] if link.is_symlink()]
    return [name for name in links if name.startswith(f"{folder}/")]


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Lets no file grow beyond ``size`` bytes, which fails as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

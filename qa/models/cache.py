"""The user's cache: folders of files that can be made or fetched again, each whole or not there.

Several processes may read and write the same folder. None of them trusts what it finds: the files are compared with
their SHA-256 whenever they are taken.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from qa.models.model_files import file_sha256

#: Size in bytes and hex SHA-256, by the file's name.
Files = Mapping[str, tuple[int, str]]


def cache_folder() -> Path:
    """Where this user's machine keeps what can be had again: ``qa`` in $XDG_CACHE_HOME, or in ``~/.cache``.

    Raises RuntimeError for a user without a home.
    """
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qa"


def described(folder: Path) -> dict[str, tuple[int, str]]:
    """The size and the SHA-256 of every file in ``folder``."""
    return {file.name: (file.stat().st_size, file_sha256(file)) for file in sorted(folder.iterdir()) if file.is_file()}


def is_whole(folder: Path, files: Files) -> bool:
    """Whether ``folder`` has all of the files as they are described."""
    return all((folder / name).is_file() and file_sha256(folder / name) == sha for name, (_, sha) in files.items())


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """A new empty folder, which is ``folder`` after the block unless that raises; another process may be making it too.

    Raises OSError.
    """
    made = _beside(folder)
    made.mkdir(parents=True)
    try:
        yield made
        while not _renamed(made, folder):
            with suppress(FileNotFoundError):  # another process was faster
                shutil.rmtree(folder.rename(_beside(folder)), ignore_errors=True)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _beside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.{uuid4().hex[:8]}.new")


def _renamed(made: Path, folder: Path) -> bool:
    """Whether ``made`` could be renamed; not where there is another folder."""
    try:
        made.rename(folder)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return False
        raise
    return True

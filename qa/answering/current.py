"""A generation that questions are answered from, while it is replaced by a newer one, and what looks after an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from qa.answering.confidence import Calibration
from qa.backends.base import Searcher
from qa.errors import UsageError
from qa.models.base import QueryEncoder
from qa.types import IndexInfo

if TYPE_CHECKING:
    from qa.corpus import Problem


class OpenGeneration(NamedTuple):
    """A generation open to be asked, and what it holds; the model that reads questions; and the calibration of its
    confidence: the index's own or the caller's, and None where the shipped ones are in force. ``close`` frees what the
    searcher holds."""

    searcher: Searcher
    info: IndexInfo
    encoder: QueryEncoder
    calibration: Calibration | None = None
    close: Callable[[], None] = lambda: None


class Upkeep(Protocol):
    """Looks after the index that others have open: changes it, and opens what it has become."""

    def add(self, sources: object, on_problem: Callable[[Problem], None]) -> None:
        """Adds documents, or paths to read them from. Raises CorpusError for what is neither."""

    def remove(self, names: Iterable[str]) -> None:
        """Takes documents and sources away. Raises CorpusError where there is no such thing."""

    def is_current(self, info: IndexInfo) -> bool:
        """Whether ``info`` is that of what ``open`` would open."""

    def open(self) -> OpenGeneration:
        """Opens the current generation."""


class Current:
    """The generation that is asked. One that was replaced is closed when the last question to it is answered. Safe to
    use from several threads."""

    def __init__(self, opened: OpenGeneration) -> None:
        self._opened: OpenGeneration | None = opened
        self._users: dict[int, int] = {}
        self._lock = Lock()

    @contextmanager
    def using(self) -> Iterator[OpenGeneration]:
        """The generation, which stays open inside the block. Raises UsageError once there is none."""
        with self._lock:
            opened = self._opened
            if opened is None:
                raise UsageError("the index is closed", "open it again")
            self._users[id(opened)] = self._users.get(id(opened), 0) + 1
        try:
            yield opened
        finally:
            with self._lock:
                self._users[id(opened)] -= 1
                is_idle = not self._users[id(opened)]
                if is_idle:
                    del self._users[id(opened)]
                is_over = is_idle and opened is not self._opened
            if is_over:
                opened.close()

    def replace(self, opened: OpenGeneration | None) -> None:
        """Puts another in its place; None closes it."""
        with self._lock:
            before, self._opened = self._opened, opened
            is_used = id(before) in self._users
        if before is not None and not is_used:
            before.close()

"""Steps of a pipeline that work at the same time, each on its own thread, in order and with bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

_END = object()


def ahead(items: Iterable[T]) -> Generator[T]:
    """The items, of which one is made on another thread while the one before is used."""
    iterator = iter(items)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, iterator, _END)
        while (item := coming.result()) is not _END:
            coming = pool.submit(next, iterator, _END)
            yield item  # type: ignore[misc]


class BackgroundWorker(Generic[T]):
    """Calls ``work`` with each item on one other thread, in order, at most ``most`` calls behind.

    As a context manager it waits for all calls at the end, also when an exception, such as the user's interruption,
    ends the block: what was put is worked on, never half of it. After a call that raised there are no others.
    """

    def __init__(self, work: Callable[[T], None], most: int) -> None:
        self._work = work
        self._most = most
        self._pool = ThreadPoolExecutor(1)
        self._calls: deque[Future[None]] = deque()
        self._has_failed = False

    def put(self, item: T) -> None:
        """Hands over an item. Raises what an earlier call has raised."""
        while len(self._calls) >= self._most:
            self._calls.popleft().result()
        self._calls.append(self._pool.submit(self._call, item))

    def __enter__(self) -> BackgroundWorker[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True)
        if error is None:
            for call in self._calls:
                call.result()

    def _call(self, item: T) -> None:
        if not self._has_failed:
            self._has_failed = True
            self._work(item)
            self._has_failed = False

"""A Dask cluster, which others run or which is started here, as a place where groups of texts are encoded.

Nothing waits without end: see the constants. A worker that is lost is Dask's business: its groups go to another one.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qa.errors import ClusterError, ConfigError, QAError
from qa.models.base import NO_VECTORS
from qa.models.dask.worker import ModelCopy, embed
from qa.types import FloatArray

if TYPE_CHECKING:
    from distributed import Client, Future

#: Seconds to wait for the scheduler; for a worker where there is none, at the start or later; between two looks whether
#: there is one; and to take leave of a cluster.
SCHEDULER, WORKERS, LOOK, LEAVING = 10.0, 60.0, 5.0, 5.0

#: Groups of texts under way, by worker: one in work, and one waiting so that none is idle. Memory is bounded by it.
UNDER_WAY = 2

#: What an error ends with once something may be embedded.
GOES_ON = "qa index then goes on from what is embedded"

_LOCAL, _ADDRESS = re.compile(r"local:([1-9]\d{0,3})"), re.compile(r"\w+://\S+")


def local_workers(where: str) -> int | None:
    """How many local workers ``where`` asks for; None for the address of a scheduler. Raises ConfigError."""
    if found := _LOCAL.fullmatch(where):
        return int(found[1])
    if not _ADDRESS.fullmatch(where):
        raise ConfigError(
            f"{where!r} is no Dask cluster",
            "name a scheduler, such as tcp://host:8786, or local:2 for two workers here",
        )
    return None


@contextmanager
def connect(where: str) -> Iterator[Cluster]:
    """The cluster at ``where``: the address of a scheduler, or ``local:N`` for N worker processes of one thread each on
    this machine, which end with the context.

    Raises ConfigError where this is neither, or Dask is not installed, and ClusterError where nobody answers within
    ``SCHEDULER`` seconds or no worker is there within ``WORKERS``.
    """
    count = local_workers(where)
    try:
        import distributed
    except ImportError as error:
        raise ConfigError(f"Dask is not installed ({_line(error)})", "pip install 'qa-cited[dask]'") from error
    import dask.config
    from distributed.utils import silence_logging_cmgr

    with ExitStack() as stack:
        for name in ("distributed", "distributed.client", "tornado.application"):
            # What goes wrong is told in one line, by us.
            stack.enter_context(silence_logging_cmgr(logging.CRITICAL, name))
        # A model, or a group of long passages, is what is to be sent, and no mistake.
        stack.enter_context(dask.config.set({"distributed.admin.large-graph-warning-threshold": "4GB"}))
        address: object = where if count is None else stack.enter_context(_local_cluster(count))
        try:
            client = distributed.Client(address, timeout=SCHEDULER, set_as_default=False)
        except Exception as error:  # a name that does not resolve, a port where nobody listens, certificates
            raise ClusterError(
                f"no Dask scheduler answers at {where} ({_line(error)})", "check the address, and that it runs"
            ) from error
        cluster = Cluster(client, where)
        stack.callback(cluster.leave)
        cluster.wait_for_workers()
        yield cluster


class Cluster:
    """What ``connect`` gives. Its methods raise ClusterError where the scheduler goes away, a worker refuses, or the
    last worker stays away for ``WORKERS`` seconds."""

    def __init__(self, client: Client, where: str) -> None:
        self._client = client
        self._where = where

    def wait_for_workers(self) -> None:
        """Returns once there is a worker."""
        with self._explained():
            try:
                self._client.sync(self._client.wait_for_workers, 1, callback_timeout=WORKERS)
            except TimeoutError as error:
                raise ClusterError(
                    f"{self._where} has had no worker for {WORKERS:.0f} seconds",
                    f"start some, such as: dask worker {self._where} --nthreads 1; {GOES_ON}",
                ) from error

    def share(self, *model: object) -> Future:
        """Has a ``ModelCopy`` made on a worker, from which the others get it; if it is lost, Dask has it made again."""
        return self._submit(ModelCopy, *model)

    def encode(self, groups: Iterable[list[str]], model: Callable[[], Future]) -> Iterator[FloatArray]:
        """The vectors ``(n, dimension)`` of each group, in order, by the shared ``model``, which is made when
        there is a text. Some groups are taken ahead, see ``UNDER_WAY``."""
        started: deque[Future | None] = deque()
        for texts in groups:
            started.append(self._submit(embed, texts, model()) if texts else None)
            while len(started) >= UNDER_WAY * max(1, self._count()):
                yield self._result(started.popleft())
        yield from map(self._result, started)

    def leave(self) -> None:
        """Lets go of the model, and of what is still under way."""
        with suppress(Exception):  # the cluster may be gone, and then there is nothing to be done about it
            self._client.close(timeout=LEAVING)

    def _submit(self, task: Callable[..., Any], *arguments: object) -> Future:
        with self._explained():
            return self._client.submit(task, *arguments, pure=False)

    def _count(self) -> int:
        """How many workers there are."""
        with self._explained():
            return len(self._client.sync(self._client.nthreads, callback_timeout=SCHEDULER))

    def _result(self, future: Future | None) -> FloatArray:
        if future is None:
            return NO_VECTORS
        with self._explained():  # the task's own error, or that it was given up
            while True:
                try:
                    vectors: FloatArray = future.result(timeout=LOOK)
                    return vectors
                except TimeoutError:
                    if not self._count():
                        self.wait_for_workers()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What goes wrong in the block is raised as an error of this package."""
        try:
            yield
        except QAError:
            raise
        except Exception as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> ClusterError:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError
        from distributed.comm import CommClosedError

        gone = FutureCancelledError | CommClosedError | TimeoutError
        if "ModuleNotFoundError" in f"{error!r}":  # the scheduler tells of it within another error
            what = f"lacks what is installed here ({_line(error)})"
            advice = (
                "install the same version of qa-cited, with its dask extra, for its scheduler and all of its workers"
            )
        elif isinstance(error, KilledWorker):
            what, advice = "lost its workers again and again over the same texts", f"give each more memory; {GOES_ON}"
        elif self._client.status != "running" or isinstance(error, gone):
            what, advice = "has gone away", f"start its scheduler again; {GOES_ON}"
        else:
            what, advice = f"failed ({_line(error)})", f"see the logs of its workers; {GOES_ON}"
        return ClusterError(f"the Dask cluster {self._where} {what}", advice)


@contextmanager
def _local_cluster(count: int) -> Iterator[Any]:
    """Worker processes on this machine. They end with this process, however that ends."""
    from distributed import LocalCluster

    with TemporaryDirectory(prefix="qa-dask-", ignore_cleanup_errors=True) as scratch:
        try:
            cluster = LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",  # any port: the usual one may be taken
                silence_logs=logging.CRITICAL,
                local_directory=scratch,
                memory_limit=None,  # as without Dask: nothing is stopped for the memory that it takes
                preload=["qa.models.dask.worker"],
            )
        except Exception as error:
            raise ClusterError(f"{count} local workers could not be started ({_line(error)})", "use fewer") from error
        with cluster:
            yield cluster


def _line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__

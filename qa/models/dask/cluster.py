"""A Dask cluster, which others run or which is started here, as a place where groups of texts are encoded.

Nothing waits without end: see the constants. A worker that is lost is Dask's business: its groups go to another one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import numpy as np

from qa.errors import ClusterError, ConfigError, QAError
from qa.indexing.pipeline import in_flight
from qa.types import FloatArray

if TYPE_CHECKING:
    from distributed import Client, Future

    from qa.models.dask.worker import Embedder

R = TypeVar("R")

#: Seconds to wait for the scheduler; for a worker where there is none, at the start or later; and for the workers to
#: take the model over and to load it.
SCHEDULER, WORKERS, LOADING = 10.0, 60.0, 600.0

#: Seconds between two looks whether there is still a worker.
LOOK = 5.0

#: Seconds that taking leave of a cluster may take.
LEAVING = 5.0

#: Groups of texts under way, by worker: one in work, and one waiting so that none is idle. Memory is bounded by it.
UNDER_WAY = 2

#: How often the model is offered where workers are lost while they take it over.
REGISTERING = 3

#: Bytes of a model that can be sent: the scheduler holds them in one piece, whose length has 32 bits.
LARGEST = 2**32 - 2**20

#: What an error ends with once something may be embedded.
GOES_ON = "qa index then goes on from what is embedded"

_LOCAL = re.compile(r"local:([1-9]\d{0,3})")
_ADDRESS = re.compile(r"\w+://\S+")


def check(where: str) -> int | None:
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
    count = check(where)
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
        # A group of long passages is what is to be sent, and no mistake.
        stack.enter_context(dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}))
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
    """What ``connect`` gives."""

    def __init__(self, client: Client, where: str) -> None:
        self._client = client
        self._where = where
        self._plugin = ""

    def wait_for_workers(self) -> None:
        """Returns once there is a worker; raises ClusterError after ``WORKERS`` seconds without one."""
        try:
            self._bounded(self._client.wait_for_workers, 1, seconds=WORKERS)
        except TimeoutError as error:
            raise self._lonely() from error
        except Exception as error:
            raise self._told(error) from error

    def equip(self, make: Callable[[str], Embedder], size: int) -> None:
        """Gives every worker, also those that come later, what ``make`` returns for a name: a model of ``size`` bytes.

        Raises ClusterError where a worker refuses it or does not answer within ``LOADING`` seconds.
        """
        if size > LARGEST:
            raise ClusterError(
                f"the model has {size / 2**30:.1f} GiB, too much to be sent", "use --dask with a smaller one"
            )
        self._plugin = f"qa-{uuid4().hex}"  # others may be using the cluster
        try:
            self._register(make(self._plugin))
        except TimeoutError as error:
            raise ClusterError(
                f"the workers of {self._where} have not loaded the model within {LOADING:.0f} seconds",
                "look at their logs, or start others",
            ) from error
        except Exception as error:
            raise self._told(error) from error

    def encode(self, groups: Iterable[list[str]]) -> Iterator[FloatArray]:
        """The vectors ``(n, dimension)`` of each group, in order; some are taken ahead, see ``UNDER_WAY``.

        Raises ClusterError where a worker refuses, the scheduler goes away, or the last worker stays away for
        ``WORKERS`` seconds.
        """
        for future in in_flight(self._submit, groups, self._room):
            yield self._result(future)

    def leave(self) -> None:
        """Takes the model from the workers, and lets go of what is still under way."""
        with suppress(Exception):  # the cluster may be gone, and then there is nothing to be done about it
            if self._plugin:
                self._bounded(self._client.unregister_worker_plugin, self._plugin, seconds=LEAVING)
        with suppress(Exception):
            self._client.close(timeout=LEAVING)

    def _register(self, plugin: Embedder) -> None:
        from distributed.comm import CommClosedError

        for left in reversed(range(REGISTERING)):
            try:
                self._bounded(self._client.register_plugin, plugin, self._plugin, seconds=LOADING)
                return
            except CommClosedError:  # a worker was lost on the way, and the others may not be done
                if not left:
                    raise

    def _submit(self, texts: list[str]) -> Future | None:
        from qa.models.dask.worker import embed

        if not texts:
            return None
        try:
            return self._client.submit(embed, texts, self._plugin, pure=False)
        except Exception as error:
            raise self._told(error) from error

    def _room(self) -> int:
        return UNDER_WAY * max(1, self._count())

    def _count(self) -> int:
        if self._client.status != "running":
            raise self._gone()
        try:
            return len(self._bounded(self._client.nthreads, seconds=SCHEDULER))
        except Exception as error:
            raise self._told(error) from error

    def _result(self, future: Future | None) -> FloatArray:
        if future is None:
            return np.empty((0, 0), dtype=np.float32)
        while not self._is_done(future):
            if not self._count():
                self.wait_for_workers()
        try:
            vectors: FloatArray = future.result(timeout=WORKERS)
        except Exception as error:  # a task's own, or that it was given up
            raise self._told(error) from error
        return vectors

    def _is_done(self, future: Future) -> bool:
        try:
            future.exception(timeout=LOOK)
        except TimeoutError:
            return False
        except Exception as error:
            raise self._told(error) from error
        return True

    def _bounded(self, call: Callable[..., R], *arguments: object, seconds: float) -> R:
        """Calls a method of the client, and raises TimeoutError where that takes longer."""
        result: R = self._client.sync(call, *arguments, callback_timeout=seconds)
        return result

    def _lonely(self) -> ClusterError:
        return ClusterError(
            f"{self._where} has had no worker for {WORKERS:.0f} seconds",
            f"start some, such as: dask worker {self._where} --nthreads 1; {GOES_ON}",
        )

    def _told(self, error: Exception) -> QAError:
        """What went wrong, as an error of this package."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError
        from distributed.comm import CommClosedError

        if isinstance(error, QAError):
            return error
        if "ModuleNotFoundError" in f"{error!r}":  # the scheduler tells of it within another error
            return ClusterError(
                f"{self._where} lacks what is installed here ({_line(error)})",
                "install the same version of qa-cited, with its dask extra, for its scheduler and all of its workers",
            )
        if isinstance(error, KilledWorker):
            return ClusterError(
                f"workers of {self._where} died again and again over the same texts",
                f"give each more memory, and see their logs; {GOES_ON}",
            )
        if self._client.status != "running" or isinstance(error, FutureCancelledError | CommClosedError | TimeoutError):
            return self._gone()
        return ClusterError(f"{self._where} failed ({_line(error)})", f"see the logs of its workers; {GOES_ON}")

    def _gone(self) -> ClusterError:
        return ClusterError(f"the Dask scheduler at {self._where} has gone away", f"start it again; {GOES_ON}")


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

"""A Dask cluster, which others run or which is started here, as a place where groups of texts are encoded.

Nothing waits without end: see the constants. A worker that is lost is Dask's business: its groups go to another one.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qa.errors import ClusterError, ConfigError, as_error, explained, first_line
from qa.models.base import NO_VECTORS, Encoder, EncoderInfo
from qa.models.dask.worker import ModelCopy, embed, versions
from qa.models.model_files import deciding, locate
from qa.models.torch.engines import ONNXRUNTIME_FLOAT32
from qa.models.torch.sentence_transformers import TRIAL
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


class Cluster:
    """What ``connect`` gives: workers that do with a group of texts what this process would have done.

    Methods raise ClusterError where the scheduler goes away, a worker refuses, or the last worker stays away for
    ``WORKERS`` seconds."""

    def __init__(self, client: Client, where: str) -> None:
        self._client = client
        self._where = where
        self._shared: dict[EncoderInfo, Future] = {}

    def wait_for_workers(self) -> None:
        """Returns once there is a worker."""
        with explained(self._error):
            try:
                self._client.sync(self._client.wait_for_workers, 1, callback_timeout=WORKERS)
            except TimeoutError as error:
                raise ClusterError(
                    f"{self._where} has had no worker for {WORKERS:.0f} seconds",
                    f"start some, such as: dask worker {self._where} --nthreads 1; {GOES_ON}",
                ) from error

    def encode(self, encoder: Encoder, groups: Iterable[list[str]]) -> Iterator[FloatArray]:
        """The vectors of each group of texts, by the model of ``encoder``, which workers get once there are texts."""
        started: deque[Future | None] = deque()
        for texts in groups:
            started.append(self.submit(embed, texts, self._model(encoder)) if texts else None)
            while len(started) >= UNDER_WAY * max(1, self.workers()):
                yield self.result(started.popleft())
        yield from map(self.result, started)

    def _model(self, encoder: Encoder) -> Future:
        """The model on a worker, from which the others get it; if it is lost, Dask has it made again."""
        if (info := encoder.info) not in self._shared:
            self._shared[info] = self._share(encoder, info.name, info.engine)
        return self._shared[info]

    def _share(self, encoder: Encoder, name: str, engine: str) -> Future:
        with TemporaryDirectory(prefix="qa-dask-") as scratch:
            if engine == ONNXRUNTIME_FLOAT32:  # the graph, which needs nothing else
                folder = Path(scratch)
                encoder.export(folder)
                names = [file.name for file in folder.iterdir()]
            else:
                folder = locate(name)
                names = deciding(folder)
            files = {name: (folder / name).read_bytes() for name in names}
        return self.submit(ModelCopy, engine, files, encoder.encode_passages(TRIAL), versions(engine))

    def workers(self) -> int:
        """How many workers there are."""
        with explained(self._error):
            return len(self._client.sync(self._client.nthreads, callback_timeout=SCHEDULER))

    def submit(self, task: Callable[..., Any], *arguments: object) -> Future:
        """Has a worker do a task."""
        with explained(self._error):
            return self._client.submit(task, *arguments, pure=False)

    def result(self, future: Future | None) -> FloatArray:
        """The vectors that a task gives, once it has; none for no task."""
        with explained(self._error):  # the task's own error, or that it was given up
            while future is not None:
                try:
                    vectors: FloatArray = future.result(timeout=LOOK)
                    return vectors
                except TimeoutError:
                    if not self.workers():
                        self.wait_for_workers()
        return NO_VECTORS

    def leave(self) -> None:
        """Lets go of the model, and of what is still under way."""
        with suppress(Exception):  # the cluster may be gone, and then there is nothing to be done about it
            self._client.close(timeout=LEAVING)

    def _error(self, error: Exception) -> ClusterError:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError
        from distributed.comm import CommClosedError

        gone = FutureCancelledError | CommClosedError | TimeoutError
        if "ModuleNotFoundError" in f"{error!r}":  # the scheduler tells of it within another error
            what = f"lacks what is installed here ({first_line(error)})"
            advice = "install the same version of qa-cited[dask] for its scheduler and all of its workers"
        elif isinstance(error, KilledWorker):
            what, advice = "lost its workers again and again over the same texts", f"give each more memory; {GOES_ON}"
        elif self._client.status != "running" or isinstance(error, gone):
            what, advice = "has gone away", f"start its scheduler again; {GOES_ON}"
        else:
            what, advice = f"failed ({first_line(error)})", f"see the logs of its workers; {GOES_ON}"
        return ClusterError(f"the Dask cluster {self._where} {what}", advice)


def local_workers(where: str) -> int | None:
    """How many local workers ``where`` asks for; None for the address of a scheduler. Raises ConfigError."""
    if match := re.fullmatch(r"local:([1-9]\d{0,3})", where):
        return int(match[1])
    if not re.fullmatch(r"\w+://\S+", where):
        raise ConfigError(
            f"{where!r} is no Dask cluster",
            "name a scheduler, such as tcp://host:8786, or local:2 for two workers here",
        )
    return None


@contextmanager
def connect(where: str) -> Iterator[Cluster]:
    """The cluster at ``where``: the address of a scheduler, or ``local:N`` for N worker processes of one thread each on
    this machine, which end with the context, or with this process, however that ends.

    Raises ConfigError where this is neither, or Dask is not installed, and ClusterError where nobody answers within
    ``SCHEDULER`` seconds or no worker is there within ``WORKERS``.
    """
    count = local_workers(where)
    try:
        import dask.config
        from distributed import Client
        from distributed.utils import silence_logging_cmgr
    except ImportError as error:
        raise ConfigError(f"Dask is not installed ({first_line(error)})", "pip install 'qa-cited[dask]'") from error
    with ExitStack() as stack:
        for name in ("distributed", "distributed.client", "tornado.application"):
            # What goes wrong is told in one line, by us.
            stack.enter_context(silence_logging_cmgr(logging.CRITICAL, name))
        # A model, or a group of long passages, is what is to be sent, and no mistake.
        stack.enter_context(dask.config.set({"distributed.admin.large-graph-warning-threshold": "4GB"}))
        address = stack.enter_context(_local_cluster(count)) if count else where

        # Such as a name that does not resolve, a port where nobody listens, certificates.
        with as_error(ClusterError, f"no Dask scheduler answers at {where}", "check the address, and that it runs"):
            cluster = Cluster(Client(address, timeout=SCHEDULER, set_as_default=False), where)
        stack.callback(cluster.leave)
        cluster.wait_for_workers()
        yield cluster


@contextmanager
def _local_cluster(count: int) -> Iterator[Any]:
    """Worker processes on this machine."""
    from distributed import LocalCluster

    with TemporaryDirectory(prefix="qa-dask-", ignore_cleanup_errors=True) as scratch:
        with as_error(ClusterError, f"local:{count}: the workers could not be started", "use fewer"):
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
        with cluster:
            yield cluster

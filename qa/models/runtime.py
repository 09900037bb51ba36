"""ONNX Runtime, which nothing else here imports. Import this where a graph is run, for it takes a tenth of a second."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from weakref import WeakSet

from qa.errors import ModelError
from qa.forking import before_fork

# Otherwise it writes a device id and a record of its use below the user's home, and looks up a host to send them to.
# Read when it is imported: its own function to disable that comes too late for the device id.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

__all__ = ["Graph", "onnxruntime"]


#: The graphs that threads of their own compute. A forked process would have none of these, and wait for them.
_POOLED: WeakSet[Graph] = WeakSet()


class Graph:
    """A graph in ``file``. Safe to use from several threads.

    ``content`` is what that file would hold, where it is not written; the weights are beside it either way.
    ``optimised`` tells that the graph was when it was written; otherwise constants are folded when it is opened.
    So many ``threads`` compute it, 0 are as many as cores. Unless that is 1, it is opened again where the process has
    been forked since. Raises ModelError where the file is then gone.
    """

    def __init__(self, file: Path, threads: int, content: bytes | None = None, *, optimised: bool = True) -> None:
        self._file, self._threads, self._content, self._optimised = file, threads, content, optimised
        self._session: onnxruntime.InferenceSession | None = self._open()
        self._names = [graph_input.name for graph_input in self._session.get_inputs()]
        if threads != 1:
            _POOLED.add(self)

    def run(self, inputs: Mapping[str, Any]) -> Any:
        """The graph's first output for those of the ``inputs`` that it has."""
        return self.outputs(inputs)[0]

    def outputs(self, inputs: Mapping[str, Any]) -> Any:
        """All outputs of the graph, in its order."""
        session = self._session or self._open()
        self._session = session
        return session.run(None, {name: inputs[name] for name in self._names})

    def close(self) -> None:
        """Ends the threads, until the graph is run again."""
        self._session = None

    def _open(self) -> onnxruntime.InferenceSession:
        if self._content is None and not self._file.exists():
            raise ModelError(f"{self._file} is gone", "open the index again")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors only
        levels = onnxruntime.GraphOptimizationLevel
        options.graph_optimization_level = levels.ORT_DISABLE_ALL if self._optimised else levels.ORT_ENABLE_BASIC
        options.intra_op_num_threads = self._threads
        # To plan which values share memory takes a time that grows with the square of the graph, and is 40 % of the
        # opening of all-MiniLM-L6-v2; the allocator shares it just as well while the graph runs.
        options.enable_mem_reuse = options.enable_mem_pattern = False
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        beside = "session.model_external_initializers_file_folder_path"
        options.add_session_config_entry(beside, str(self._file.parent))
        return onnxruntime.InferenceSession(
            self._content or str(self._file), options, providers=["CPUExecutionProvider"]
        )


def _close_all() -> None:
    for graph in list(_POOLED):
        graph.close()


before_fork(_close_all)

"""ONNX Runtime, which nothing else here imports. Import this where a graph is run, for it takes a tenth of a second."""

from __future__ import annotations

import os
from pathlib import Path

# Otherwise it writes a device id and a record of its use below the user's home, and looks up a host to send them to.
# Read when it is imported: its own function to disable that comes too late for the device id.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

__all__ = ["onnxruntime", "open_graph"]


def open_graph(file: Path, threads: int) -> onnxruntime.InferenceSession:
    """A session with the graph in ``file``, which was optimised when it was written; 0 ``threads`` are one a core."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = threads
    # To plan which values share memory takes a time that grows with the square of the graph, and is 40 % of the
    # opening of all-MiniLM-L6-v2; the allocator shares it just as well while the graph runs.
    options.enable_mem_reuse = options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

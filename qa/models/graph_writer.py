"""Writes an ONNX graph, operator by operator, over the weights in a safetensors file, which stay where they are.

A value is called by its name; each method gives the name of what it computes. The operators are of standard ONNX, which
any version of a runtime on any processor reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

#: The newest set of operators that ONNX Runtime 1.20 reads wholly, the oldest that has Gelu; and the format it reads.
OPERATORS, FORMAT = 20, 10


class GraphWriter:
    """A graph over ``weights``. Raises KeyError for a weight that is not there, ValueError for one of another type."""

    def __init__(self, weights: Path) -> None:
        self._file = weights.name
        self._first, self._entries = _header(weights)
        self._nodes: list[Any] = []
        self._values: dict[str, Any] = {}
        self._inputs: list[Any] = []

    @property
    def names(self) -> set[str]:
        """The names of the weights in the file."""
        return set(self._entries)

    def input(self, name: str, axes: Sequence[str | int], *, whole: bool = True) -> str:
        """An input of whole numbers, or of 32-bit floats, with these axes, of any length where that is a name."""
        from onnx import TensorProto, helper

        kind = TensorProto.INT64 if whole else TensorProto.FLOAT
        self._inputs.append(helper.make_tensor_value_info(name, kind, axes))
        return name

    def weight(self, name: str) -> str:
        """A tensor of the file, in 32-bit floats."""
        from onnx import TensorProto

        if name not in self._values:
            entry = self._entries[name]
            if entry["dtype"] != "F32":
                raise ValueError(f"{name} is {entry['dtype']}")
            start, end = entry["data_offsets"]
            tensor = TensorProto(
                name=name,
                data_type=TensorProto.FLOAT,
                dims=entry["shape"],
                data_location=TensorProto.EXTERNAL,
            )
            place = {"location": self._file, "offset": str(self._first + start), "length": str(end - start)}
            for key, value in place.items():
                tensor.external_data.add(key=key, value=value)
            self._values[name] = tensor
        return name

    def constant(self, value: ArrayLike) -> str:
        """A small array that is part of the graph: of whole numbers, or else of 32-bit floats."""
        from onnx import numpy_helper

        array = np.asarray(value)
        array = array.astype(np.int64 if array.dtype.kind == "i" else np.float32)
        name = f"constant {array.dtype} {array.tolist()}"
        self._values.setdefault(name, numpy_helper.from_array(array, name))
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """One operator."""
        from onnx import helper

        output = f"{operator} {len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def linear(self, rows: str, name: str) -> str:
        """The layer of this name, as torch saves it, of ``rows`` of two axes."""
        return self.add("Gemm", rows, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), transB=1)

    def normalized(self, values: str, name: str, epsilon: float) -> str:
        """The layer normalisation of this name."""
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("LayerNormalization", values, scale, bias, axis=-1, epsilon=epsilon)

    def graph(self, outputs: Mapping[str, str]) -> bytes:
        """The graph that gives these values, each under its name, in order."""
        from onnx import TensorProto, helper

        results = [helper.make_node("Identity", [value], [name]) for name, value in outputs.items()]
        described = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        values = list(self._values.values())
        graph = helper.make_graph([*self._nodes, *results], "qa", self._inputs, described, initializer=values)
        operators = [helper.make_opsetid("", OPERATORS)]
        written: bytes = helper.make_model(graph, opset_imports=operators, ir_version=FORMAT).SerializeToString()
        return written


def _header(file: Path) -> tuple[int, dict[str, Any]]:
    """Where the tensors of a safetensors file begin, in bytes, and what its header says of each."""
    with file.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        entries = json.loads(stream.read(size))
    entries.pop("__metadata__", None)
    return 8 + size, entries

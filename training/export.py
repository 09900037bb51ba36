"""A checkpoint -> the reader's graph as the package ships it: ``reader.onnx`` with float16 weights, and what it is.

    python -m training.export --checkpoint ../reader/run/last.pt --out ../reader/export

The graph reads word vectors, which the caller takes from the base model's word table: that table is not shipped twice.
Inputs, for up to 512 tokens: ``words`` ``(batch, tokens, 384)`` float32, rows of the table; ``attention_mask`` and
``token_type_ids``, ``(batch, tokens)`` int64. Outputs, float32: ``tokens`` ``(batch, tokens)``, ``null`` ``(batch,)``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional

from training.model import Reader
from training.reading import load

#: The operators' version: from 17 on, layer normalisation is one of them.
OPSET = 17

#: Values from which a weight is kept in float16, and the most that a score may differ from the checkpoint's.
LARGE, MOST = 1024, 1e-2

GRAPH, ABOUT = "reader.onnx", "reader.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for reader.onnx and reader.json")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(f"largest difference of a score: {export(load(arguments.checkpoint), arguments.out):.5f}")
    print((arguments.out / ABOUT).read_text("utf-8"), end="")


def export(reader: Reader, out: Path) -> float:
    """Writes the reader into ``out``; returns by how much its scores differ from the checkpoint's at most.

    Raises ValueError, and writes nothing, where they differ by more than MOST.
    """
    with TemporaryDirectory(dir=out) as scratch:
        made = Path(scratch) / GRAPH
        _trace(reader, made)
        onnx.save(halved(onnx.load(made)), made)
        difference = _difference(reader, made)
        if not difference <= MOST:
            raise ValueError(f"the exported scores differ by {difference:.4f}")
        content = made.read_bytes()
        made.replace(out / GRAPH)
    about = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "hidden": reader.words.shape[1]}
    (out / ABOUT).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return difference


def _inputs(reader: Reader, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Word vectors, attention mask and token types of two inputs of unlike length."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(0, reader.words.shape[0], (2, 40 + seed), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 25:] = 0
    types = torch.zeros_like(ids)
    types[:, 12:] = 1
    return functional.embedding(ids, reader.words), mask, types


def _trace(reader: Reader, file: Path) -> None:
    names = ["words", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "tokens"]} | {"null": {0: "batch"}}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter(
            "ignore"
        )  # tracing warns of shapes that it might fix; the comparison shows that it did not
        torch.onnx.export(
            reader.body.eval(),
            _inputs(reader, 0),
            str(file),
            input_names=names,
            output_names=["tokens", "null"],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its large weights in float16, each cast back by a node that a runtime folds when it opens it."""
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype == np.float32 and values.size >= LARGE:
            name = weight.name
            weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ".half"))
            casts.append(helper.make_node("Cast", [name + ".half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def _difference(reader: Reader, file: Path) -> float:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    largest = 0.0
    for seed in (0, 30, 111):
        words, mask, types = _inputs(reader, seed)
        feed = {"words": words.numpy(), "attention_mask": mask.numpy(), "token_type_ids": types.numpy()}
        tokens, null = session.run(["tokens", "null"], feed)
        with torch.inference_mode():
            expected, nowhere = reader.body(words, mask, types)
        seen = mask.numpy() > 0
        largest = max(largest, float(np.abs(tokens - expected.numpy())[seen].max()))
        largest = max(largest, float(np.abs(null - nowhere.numpy()).max()))
    return largest


if __name__ == "__main__":
    main()

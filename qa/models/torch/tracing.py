"""A sentence-transformers model -> an ONNX graph that opens in a few hundredths of a second.

The graph holds pooling and normalisation, from token ids to the unit vector. Its weights are in a file beside it, which
a runtime maps into memory instead of parsing it, and it is optimised once, here, instead of at every opening.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qa.models.base import MODEL_FILE, WEIGHTS_FILE

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: Weights of fewer bytes stay in the graph.
MIN_WEIGHT_BYTES = 1024


def write_graph(model: SentenceTransformer, prompt: str, examples: list[str], folder: Path) -> None:
    """Writes the question side of ``model`` into ``folder``, traced with ``examples``, which differ in length."""
    with TemporaryDirectory(dir=folder) as scratch:
        traced = Path(scratch) / MODEL_FILE
        _trace(model, prompt, examples, traced)
        _optimise(traced, folder / MODEL_FILE)
    _drop_unused_operator_sets(folder / MODEL_FILE)


def _trace(model: SentenceTransformer, prompt: str, examples: list[str], file: Path) -> None:
    import torch

    features = model.preprocess(examples, prompt=prompt or None)
    names: list[str] = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in features]

    class QuestionSide(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: Any) -> Any:
            inputs = dict(zip(names, tensors, strict=True))
            extra = {k: v for k, v in features.items() if k not in inputs and not isinstance(v, torch.Tensor)}
            vectors = self.model(inputs | extra, task="query")["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, p=2, dim=1)

    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # tracing warns of each shape it fixes; the probes check what it fixed
        torch.onnx.export(
            QuestionSide().eval(),
            tuple(features[name] for name in names),
            str(file),
            input_names=names,
            output_names=["vector"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names} | {"vector": {0: "batch"}},
            dynamo=False,
        )


def _optimise(traced: Path, file: Path) -> None:
    """Writes the traced graph again, simplified, its weights beside it.

    The basic level keeps to standard ONNX operators, which any version on any processor reads. For all-MiniLM-L6-v2 the
    extended level, whose operators are ONNX Runtime's own, opened 5 ms sooner.
    """
    from qa.models.runtime import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(file)
    external = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{external}_file_name", WEIGHTS_FILE)
    options.add_session_config_entry(f"{external}_min_size_in_bytes", str(MIN_WEIGHT_BYTES))
    onnxruntime.InferenceSession(str(traced), options, providers=["CPUExecutionProvider"])


def _drop_unused_operator_sets(file: Path) -> None:
    """ONNX Runtime lists all that it knows in what it writes; another version may not know them."""
    import onnx

    graph = onnx.load(str(file), load_external_data=False)
    used = {node.domain for node in graph.graph.node}
    kept = [operators for operators in graph.opset_import if operators.domain in used]
    del graph.opset_import[:]
    graph.opset_import.extend(kept)
    onnx.save(graph, str(file))

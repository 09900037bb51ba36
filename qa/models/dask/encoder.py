"""The encoder whose passages are encoded by the workers of a Dask cluster, with the vectors of a local run.

The engine is chosen here, as without a cluster, and groups of texts are formed here and sent as they are: a worker does
with a group what this process would have done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from qa.models.dask.cluster import Cluster
from qa.models.dask.worker import versions
from qa.models.model_files import deciding
from qa.models.torch.engines import ONNXRUNTIME_FLOAT32
from qa.models.torch.sentence_transformers import TRIAL, SentenceTransformerEncoder
from qa.types import FloatArray


class DaskEncoder(SentenceTransformerEncoder):
    """A ``SentenceTransformerEncoder`` that encodes passages on ``cluster``.

    Everything else, such as counting tokens, happens in this process. The workers get the model when the first texts
    are encoded; from then on the engine must not change. Raises ClusterError, see ``Cluster``, and ModelError.
    """

    is_remote = True

    def __init__(self, model: str, cluster: Cluster) -> None:
        super().__init__(model)
        self._cluster = cluster

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        if not texts:
            return super().encode_passages(texts)
        (vectors,) = self.encode_groups([list(texts)])
        return vectors

    def encode_groups(self, groups: Iterable[list[str]]) -> Iterator[FloatArray]:
        return self._cluster.encode(groups, lambda: self._shared)

    @cached_property
    def _shared(self) -> Any:
        """The model, on the cluster."""
        folder, names = self.folder, deciding(self.folder)
        if self.engine == ONNXRUNTIME_FLOAT32 and self.exported:  # the graph, which needs nothing else
            folder, names = self.exported, [file.name for file in self.exported.iterdir()]
        expected = super().encode_passages(TRIAL)
        files = {name: (folder / name).read_bytes() for name in names}
        return self._cluster.share(self.engine, files, expected, versions(self.engine))

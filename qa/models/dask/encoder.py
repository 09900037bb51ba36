"""The encoder whose passages are encoded by the workers of a Dask cluster, with the vectors of a local run.

The engine is chosen here, as without a cluster, and groups of texts are formed here and sent as they are: a worker does
with a group what this process would have done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa.models.dask.cluster import Cluster
from qa.models.model_files import deciding
from qa.models.torch.sentence_transformers import TRIAL, SentenceTransformerEncoder
from qa.types import FloatArray


class DaskEncoder(SentenceTransformerEncoder):
    """A ``SentenceTransformerEncoder`` and ``base.GroupEncoder`` that encodes passages on ``cluster``.

    Everything else, such as counting tokens, happens in this process. The workers get the model when the first texts
    are encoded; from then on the engine must not change. Raises ClusterError, see ``Cluster``, and ModelError.
    """

    def __init__(self, model: str, cluster: Cluster) -> None:
        super().__init__(model)
        self._cluster = cluster
        self._is_equipped = False

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        if not texts:
            return super().encode_passages(texts)
        (vectors,) = self.encode_groups([list(texts)])
        return vectors

    def encode_groups(self, groups: Iterable[list[str]]) -> Iterator[FloatArray]:
        """See ``base.GroupEncoder``."""
        return self._cluster.encode(self._equipping(groups))

    def _equipping(self, groups: Iterable[list[str]]) -> Iterator[list[str]]:
        """The groups, before the first of which the workers are given the model."""
        for texts in groups:
            if texts and not self._is_equipped:
                self._equip()
            yield texts

    def _equip(self) -> None:
        from qa.models.dask.worker import GRAPH_ENGINES, Embedder, read_files

        # The graph's engines are chosen only where there is a graph, and need nothing else.
        if self.engine in GRAPH_ENGINES and self._exported:
            files = read_files(self._exported)
        else:
            files = read_files(self._folder, deciding(self._folder))
        expected = super().encode_passages(TRIAL)
        size = sum(map(len, files.values()))
        self._cluster.equip(lambda name: Embedder(name, self.engine, files, expected), size)
        self._is_equipped = True

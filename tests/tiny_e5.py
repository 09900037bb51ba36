"""A tiny model in the format of ``qa.models.e5_file``: real in every way but its size and its wisdom."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

WIDTH, LAYERS, HEADS, INNER, LENGTH = 32, 2, 2, 64, 48

#: The pieces of the vocabulary with their log-probabilities; the special tokens are the first four and the last.
PIECES = {
    **dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>"], 0.0),
    "▁": -3.0,
    "▁the": -3.5,
    "▁court": -6.0,
    "▁query": -6.0,
    "▁passage": -6.0,
    "▁c": -5.0,
    "court": -7.0,
    "our": -5.5,
    "ou": -5.0,
    **{piece: -4.0 - place / 4 for place, piece in enumerate(["t", "s", "r", "e", ":", "1", "é", "½"])},
    **{letter: -8.0 - place / 10 for place, letter in enumerate("abcdfghijklmnopquvwxyz?.,")},
    "<mask>": 0.0,
}

#: What is written otherwise: a tabulator and a line feed are spaces, a bell is nothing, ½ is 1⁄2, É stays.
WRITTEN_AS = {0x07: "", 0x09: " ", 0x0A: " ", 0xBD: "1\u20442", 0x2581: " ", 0xFF23: "C"}


def save(file: Path, seed: int = 0) -> dict[str, np.ndarray]:
    """Writes a model with arbitrary weights; these, by the names that the file has for them."""
    generator = np.random.default_rng(seed)
    pieces = [piece.encode() for piece in PIECES]
    starts = np.cumsum([0, *map(len, pieces)], dtype="<u4")
    characters = b"".join(
        struct.pack(f"<IB{len(written)}I", code, len(written), *map(ord, written))
        for code, written in WRITTEN_AS.items()
    )
    content = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, LAYERS, HEADS, INNER, len(pieces) + 3, LENGTH, 2, 1e-12, 32)
    content += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(starts[-1]))
    content += starts.tobytes() + np.array([*PIECES.values()], dtype="<f4").tobytes() + b"".join(pieces)
    content += struct.pack("<iI", len(WRITTEN_AS), len(characters)) + characters

    packed: dict[str, tuple[bool, int, bytes]] = {}
    weights: dict[str, np.ndarray] = {}
    for name, shape in _shapes(len(pieces) + 3).items():
        in_blocks = len(shape) == 2 and not name.startswith(("emb.pos", "emb.type"))
        if in_blocks:
            data, values = _blocks(generator, shape)
        else:
            values = generator.normal(name.endswith("ln.w"), 0.1, shape).astype("<f4")
            data = values.tobytes()
        packed[name], weights[name] = (in_blocks, values.size, data), values
    place = len(content) + 4 + sum(2 + len(name) + 21 for name in packed)
    content += struct.pack("<i", len(packed))
    for name, (in_blocks, size, data) in packed.items():
        content += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", in_blocks, size, place, len(data))
        )
        place += len(data)
    file.write_bytes(content + b"".join(data for _, _, data in packed.values()))
    return weights


def _shapes(words: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (words, WIDTH),
        "emb.pos": (LENGTH, WIDTH),
        "emb.type": (2, WIDTH),
    }
    shapes |= {"emb.ln.w": (WIDTH,), "emb.ln.b": (WIDTH,)}
    for layer in range(LAYERS):
        of_layer = {
            "q": (WIDTH, WIDTH),
            "k": (WIDTH, WIDTH),
            "v": (WIDTH, WIDTH),
            "ao": (WIDTH, WIDTH),
            "aln": (WIDTH,),
        }
        of_layer |= {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER), "oln": (WIDTH,)}
        for part, shape in of_layer.items():
            shapes |= {f"l{layer}.{part}.w": shape, f"l{layer}.{part}.b": shape[:1]}
    return shapes


def _blocks(generator: np.random.Generator, shape: tuple[int, ...]) -> tuple[bytes, np.ndarray]:
    """Blocks of 32 weights, and what they are worth, weight by weight."""
    halves = generator.integers(0, 16, (shape[0] * shape[1] // 32, 32))
    scales = generator.uniform(0.01, 0.05, len(halves)).astype("<f2")
    data, values = b"", np.empty(halves.shape, dtype=np.float32)
    for number, (row, scale) in enumerate(zip(halves.tolist(), scales, strict=True)):
        data += scale.tobytes() + bytes(row[i] + 16 * row[i + 16] for i in range(16))
        values[number] = [(half - 8) * float(scale) for half in row]
    return data, values.reshape(shape)

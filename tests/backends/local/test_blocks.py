"""Files in blocks: what was written is what is read, and damage is found where it is read."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xxhash import xxh3_64_intdigest

from qa.backends.local.blocks import BLOCK, TABLE_SUFFIX, BlockReader, BlockWriter
from qa.errors import IndexDamagedError

MOST = 3 * BLOCK + 100
EDGES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK - 1, 3 * BLOCK]

CONTENT = np.random.default_rng(7).bytes(MOST)

places = st.sampled_from(EDGES) | st.integers(0, MOST)


def write(file: Path, content: bytes, cuts: Sequence[int] = ()) -> Path:
    """Writes ``content`` cut at ``cuts``."""
    writer = BlockWriter(file)
    bounds = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    for start, end in pairwise(bounds):
        writer.write(content[start:end])
    writer.close()
    assert writer.size == len(content)
    return file


def flip(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 0b1000
    file.write_bytes(content)


def read(file: Path, start: int, size: int) -> bytes:
    with closing(BlockReader(file)) as reader:
        return bytes(reader.read(start, size))


def test_the_table_has_the_checksum_of_each_block(tmp_path):
    content = CONTENT[: 2 * BLOCK + 5]
    file = write(tmp_path / "texts.bin", content)
    assert file.read_bytes() == content
    blocks = [content[:BLOCK], content[BLOCK : 2 * BLOCK], content[2 * BLOCK :]]
    expected = struct.pack("<3Q", *map(xxh3_64_intdigest, blocks))
    assert (tmp_path / f"texts.bin{TABLE_SUFFIX}").read_bytes() == expected


@pytest.mark.parametrize(("size", "blocks"), [(0, 0), (1, 1), (BLOCK - 1, 1), (BLOCK, 1), (BLOCK + 1, 2)])
def test_the_last_block_may_be_short(tmp_path, size, blocks):
    file = write(tmp_path / "file", CONTENT[:size])
    assert (tmp_path / f"file{TABLE_SUFFIX}").stat().st_size == 8 * blocks
    assert read(file, 0, size) == CONTENT[:size]


@settings(deadline=None)
@given(size=places, cuts=st.lists(places, max_size=6), slices=st.lists(st.tuples(places, places), max_size=6))
def test_any_slice_is_read_as_it_was_written_in_pieces_of_any_size(size, cuts, slices):
    content = CONTENT[:size]
    with TemporaryDirectory() as folder:
        file = write(Path(folder) / "file", content, cuts)
        whole = write(Path(folder) / "whole", content)
        tables = [one.with_name(one.name + TABLE_SUFFIX).read_bytes() for one in (file, whole)]
        assert tables[0] == tables[1]
        with closing(BlockReader(file)) as reader:
            for one, other in slices:
                start, end = sorted((min(one, size), min(other, size)))
                assert reader.read(start, end - start) == content[start:end]


@given(slices=st.lists(st.tuples(places, st.integers(0, 2 * BLOCK)), max_size=6))
@settings(max_examples=50, deadline=None)
def test_several_slices_read_at_once_are_what_each_is_alone(slices):
    asked = sorted((start, min(size, MOST - start)) for start, size in slices)
    with TemporaryDirectory() as folder, closing(BlockReader(write(Path(folder) / "file", CONTENT))) as reader:
        read = reader.read_all([start for start, _ in asked], [size for _, size in asked])
    assert [bytes(part) for part in read] == [CONTENT[start : start + size] for start, size in asked]


def test_damage_is_found_when_several_slices_are_read_at_once(tmp_path):
    file = write(tmp_path / "file", CONTENT)
    flip(file, 2 * BLOCK + 1)
    with closing(BlockReader(file)) as reader:
        assert [len(part) for part in reader.read_all([0, 3 * BLOCK], [BLOCK, 1])] == [BLOCK, 1]
        for starts, sizes in (([0, BLOCK], [1, BLOCK + 1]), ([0, 2 * BLOCK], [1, 1]), ([MOST - 1], [2])):
            with pytest.raises(IndexDamagedError, match="is not what was written"):
                reader.read_all(starts, sizes)


@settings(deadline=None)
@given(place=st.integers(0, MOST - 1), one=places, other=places)
def test_a_flipped_byte_is_found_in_the_blocks_that_are_read_and_nowhere_else(place, one, other):
    start, end = sorted((one, other))
    with TemporaryDirectory() as folder:
        file = write(Path(folder) / "file", CONTENT)
        flip(file, place)
        with closing(BlockReader(file)) as reader:
            block_start = place - place % BLOCK
            if start < end and block_start < end and start < block_start + BLOCK:
                with pytest.raises(IndexDamagedError, match=r"file is not what was written; qa index --rebuild"):
                    reader.read(start, end - start)
            elif start < end:
                assert reader.read(start, end - start) == CONTENT[start:end]


@pytest.mark.parametrize("start", [0, 8, BLOCK, 70 * BLOCK - 1])
def test_what_is_read_into_an_array_is_what_was_written(tmp_path, start):
    content = np.random.default_rng(8).bytes(130 * BLOCK + 100)
    file = write(tmp_path / "file", content)
    with closing(BlockReader(file)) as reader:
        target = np.zeros(len(content) - start, dtype=np.uint8)
        reader.read_into(target, start)
        assert target.tobytes() == content[start:]
        flip(file, 129 * BLOCK)
        with pytest.raises(IndexDamagedError):
            reader.read_into(target, start)
        with pytest.raises(IndexDamagedError):
            reader.read_into(np.zeros(len(content), dtype=np.uint8), 1)


def test_a_flipped_byte_beside_the_slice_but_in_its_block_is_found(tmp_path):
    file = write(tmp_path / "file", CONTENT)
    flip(file, BLOCK + 5)
    with pytest.raises(IndexDamagedError):
        read(file, BLOCK + 100, 1)


def test_a_wrong_checksum_is_found_although_the_bytes_are_right(tmp_path):
    file = write(tmp_path / "file", CONTENT)
    flip(tmp_path / f"file{TABLE_SUFFIX}", 8)
    assert read(file, 0, BLOCK) == CONTENT[:BLOCK]
    with pytest.raises(IndexDamagedError):
        read(file, BLOCK, 1)


@pytest.mark.parametrize("left", [0, BLOCK, 2 * BLOCK, MOST - 1])
def test_a_file_that_was_cut_off_is_found(tmp_path, left):
    file = write(tmp_path / "file", CONTENT)
    file.write_bytes(CONTENT[:left])
    with pytest.raises(IndexDamagedError):
        read(file, MOST - 1, 1)
    with pytest.raises(IndexDamagedError):
        read(file, 0, MOST)


@pytest.mark.parametrize(("start", "size"), [(MOST, 1), (MOST - 1, 2), (0, MOST + 1), (100 * BLOCK, 3)])
def test_more_than_was_written_cannot_be_read(tmp_path, start, size):
    file = write(tmp_path / "file", CONTENT)
    with pytest.raises(IndexDamagedError):
        read(file, start, size)


@pytest.mark.parametrize("start", [0, 5, BLOCK, MOST])
def test_nothing_can_be_read_anywhere(tmp_path, start):
    assert read(write(tmp_path / "file", CONTENT), start, 0) == b""


def test_what_the_system_cannot_read_is_damage(tmp_path):
    file = write(tmp_path / "file", CONTENT)
    file.unlink()
    file.mkdir()  # can be opened, but not read
    with pytest.raises(IndexDamagedError, match=r"file cannot be read \(.+\); qa index --rebuild"):
        read(file, 0, 1)


def test_many_threads_read_what_one_does(tmp_path):
    slices = [(int(start), int(size)) for start, size in np.random.default_rng(3).integers(0, BLOCK, (200, 2))]
    with closing(BlockReader(write(tmp_path / "file", CONTENT))) as reader, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda pair: bytes(reader.read(*pair)), slices))
    assert found == [CONTENT[start : start + size] for start, size in slices]


def test_an_aborted_file_has_no_table(tmp_path):
    writer = BlockWriter(tmp_path / "file")
    writer.write(CONTENT)
    writer.abort()
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_reader_may_be_closed_twice(tmp_path):
    reader = BlockReader(write(tmp_path / "file", CONTENT))
    reader.close()
    reader.close()

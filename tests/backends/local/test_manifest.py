"""What a generation says of itself, and which say-so is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.backends.local import generations
from qa.backends.local.files import FileEntry
from qa.backends.local.manifest import FORMAT, MANIFEST_FILE, Layout, SegmentEntry, read_manifest, write_manifest
from qa.backends.manifest import Manifest, Sizes
from qa.config import IndexConfig
from qa.errors import IndexDamagedError, IndexFormatError
from tests.contracts.backends import encode, publish
from tests.support import article, open_current

MANIFEST = Manifest(
    generation="0123456789abcdef",
    digest="1f",
    config=IndexConfig(model="models/é", max_tokens=128, overlap=2),
    encoder="f" * 64,
    encoder_note="slow – it could not be exported",
    engine="onnxruntime float32",
    dimension=384,
    sources=("/news", "/old/news.jsonl"),
    created="2026-01-01T00:00:00+00:00",
    live=Sizes(3, 9, 27),
    bytes=3,
    extra=Layout(
        segments=(
            SegmentEntry("000001", Sizes(4, 10, 30), removed=(2, 3), removed_passages=3, removed_sentences=9),
            SegmentEntry("000007", Sizes(1, 2, 6)),
        ),
        files={"a": FileEntry(1, "0" * 32), "b": FileEntry(2, None)},
    ),
)


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    write_manifest(MANIFEST, folder)
    values = json.loads((folder / MANIFEST_FILE).read_bytes())
    change(values)
    (folder / MANIFEST_FILE).write_text(json.dumps(values))


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    write_manifest(MANIFEST, tmp_path)
    assert read_manifest(tmp_path) == MANIFEST


def test_what_the_index_has_of_its_segments_is_added_up():
    assert MANIFEST.extra.live == MANIFEST.live


def test_an_answer_names_the_embedder_with_its_fingerprint(tmp_path):
    write_manifest(MANIFEST, tmp_path)
    info = read_manifest(tmp_path).info
    assert (info.generation, info.documents, info.passages) == ("0123456789abcdef", 3, 9)
    assert info.embedder == "models/é@ffffffffffff"


@pytest.mark.parametrize("number", [FORMAT + 1, 99])
def test_a_newer_format_is_refused_with_the_advice_to_upgrade(tmp_path, number):
    edit(tmp_path, lambda values: values.update(format=number))
    with pytest.raises(IndexFormatError, match="newer version of qa; upgrade qa"):
        read_manifest(tmp_path)


def test_a_newer_format_may_look_quite_different(tmp_path):
    (tmp_path / MANIFEST_FILE).write_text(json.dumps({"format": FORMAT + 1, "anything": ["else"]}))
    with pytest.raises(IndexFormatError, match="newer version"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("number", [0, -1, "1", None])
def test_an_older_format_is_refused_with_the_advice_to_rebuild(tmp_path, number):
    edit(tmp_path, lambda values: values.update(format=number))
    with pytest.raises(IndexFormatError, match="older version of qa; qa index --rebuild"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"format"',
        b"{}",
        b"\xff\xfe\x00",
        b'{"format": %d}' % FORMAT,
        b'{"format": %d, "config": 7}' % FORMAT,
    ],
)
def test_garbage_is_damage(tmp_path, content):
    (tmp_path / MANIFEST_FILE).write_bytes(content)
    with pytest.raises(IndexDamagedError, match=r"manifest\.json cannot be understood; qa index --rebuild"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values["extra"].pop("files"),
        lambda values: values.update(surprise=1),
        lambda values: values["config"].update(surprise=1),
        lambda values: values["config"].update(max_tokens=3),
        lambda values: values["config"].update(overlap="two"),
        lambda values: values.update(sources=None),
        lambda values: values["extra"]["segments"][0].update(sizes=[1, 2]),
        lambda values: values["extra"]["files"]["a"].update(surprise=1),
    ],
    ids=[
        "a field missing",
        "a field more",
        "a setting more",
        "impossible value",
        "wrong type",
        "no sources",
        "a size missing",
        "a fact of a file more",
    ],
)
def test_other_fields_than_those_of_the_format_are_damage(tmp_path, change):
    edit(tmp_path, change)
    with pytest.raises(IndexDamagedError, match=r"manifest\.json cannot be understood; qa index --rebuild"):
        read_manifest(tmp_path)


def test_a_missing_manifest_is_damage(tmp_path):
    with pytest.raises(IndexDamagedError, match=r"manifest\.json cannot be read .*; qa index --rebuild"):
        read_manifest(tmp_path)


def test_a_manifest_that_was_altered_after_publishing_is_damage(tmp_path):
    publish(tmp_path, encode([article("a.md", "The court sat.")]))
    file = generations.current(tmp_path) / MANIFEST_FILE
    file.write_text(file.read_text().replace('"dimension": 32', '"dimension": 33'))
    with pytest.raises(
        IndexDamagedError, match=r"manifest\.json is not what was written, or .*CURRENT is not; qa index"
    ):
        open_current(tmp_path)


def test_a_flipped_bit_in_the_format_number_is_damage_and_no_newer_version(tmp_path):
    publish(tmp_path, encode([article("a.md", "The court sat.")]))
    file = generations.current(tmp_path) / MANIFEST_FILE
    file.write_text(file.read_text().replace(f'"format": {FORMAT}', f'"format": {FORMAT ^ 8}'))
    with pytest.raises(IndexDamagedError, match="qa index --rebuild"):
        open_current(tmp_path)

"""Ten thousand damaged files of each format. They take minutes a format, so that only ``make hostile`` reads them."""

from __future__ import annotations

import pytest

from qa.corpus.formats import registry
from tests.hostile.mutations import MEMORY, SAMPLES, run

COUNT = 10_000


@pytest.mark.parametrize("extension", SAMPLES)
def test_damaged_files_take_bounded_memory_and_time(extension, tmp_path):
    report = run(extension, COUNT, tmp_path)
    assert report.files == COUNT
    assert report.read > 0
    assert report.memory < MEMORY


def test_every_format_is_among_them():
    assert {id(registry.formats()[extension]) for extension in SAMPLES} == {
        id(one) for one in registry.formats().values()
    }

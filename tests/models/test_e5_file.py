"""The file of the multilingual model: every weight, piece and character is what was written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.models.e5_file import E5File
from tests import tiny_e5


@pytest.fixture
def written(tmp_path: Path) -> tuple[E5File, dict[str, np.ndarray]]:
    weights = tiny_e5.save(tmp_path / "model.bin")
    return E5File(tmp_path / "model.bin"), weights


def test_every_weight_is_read(written):
    model, weights = written
    for name, values in weights.items():
        np.testing.assert_array_equal(model.matrix(name), values.reshape(-1), err_msg=name)


def test_the_vectors_of_some_words_are_their_rows_of_the_table(written):
    model, weights = written
    ids = np.array([5, 0, 5, len(weights["emb.word"]) - 1])
    np.testing.assert_array_equal(model.word_vectors(ids), weights["emb.word"][ids])
    assert model.word_vectors(np.array([], dtype=np.int64)).shape == (0, tiny_e5.WIDTH)


def test_it_tells_the_model_s_measures_its_pieces_and_its_characters(written):
    model, _ = written
    measures = model.width, model.layers, model.heads, model.inner, model.length
    assert measures == (tiny_e5.WIDTH, tiny_e5.LAYERS, tiny_e5.HEADS, tiny_e5.INNER, tiny_e5.LENGTH)
    assert model.epsilon == pytest.approx(1e-12)
    assert [model.piece(number).decode() for number in range(model.pieces)] == [*tiny_e5.PIECES]
    np.testing.assert_allclose(model.scores, [*tiny_e5.PIECES.values()])
    assert model.written_as == tiny_e5.WRITTEN_AS


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="is of another kind"):
        E5File(tmp_path / "model.bin")

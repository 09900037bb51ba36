"""Where models are found, what is refused, and what their fingerprint depends on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from qa.errors import ModelError
from qa.models.model_files import DEFAULT_MODEL_SHA256, check_published, fingerprint, locate
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packaged model's checked files."""
    folder = tmp_path_factory.mktemp("published")
    for name in DEFAULT_MODEL_SHA256:
        shutil.copyfile(locate("all-MiniLM-L6-v2") / name, folder / name)
    return folder


def test_the_packaged_model_is_found_by_its_name():
    folder = locate("all-MiniLM-L6-v2")
    assert (folder / "modules.json").is_file()
    check_published(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("place", [0.0, 0.5, 0.999999])
def test_one_flipped_bit_in_the_packaged_model_is_found(published, name, place):
    file = published / name
    check_published(published)
    at = int(file.stat().st_size * place)
    with file.open("r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)
        stream.seek(at)
        stream.write(bytes([byte[0] ^ 1]))
    try:
        with pytest.raises(ModelError, match=f"{name} is not the file that was published; pip install"):
            check_published(published)
    finally:
        with file.open("r+b") as stream:
            stream.seek(at)
            stream.write(byte)
    check_published(published)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_missing_file_of_the_packaged_model_is_found(published, tmp_path, name):
    for other in DEFAULT_MODEL_SHA256:
        if other != name:
            os.link(published / other, tmp_path / other)
    with pytest.raises(ModelError, match=name):
        check_published(tmp_path)


def test_a_local_model_is_found_by_its_folder(models, monkeypatch):
    folder = models["mean"]
    assert locate(str(folder)) == folder.resolve()
    monkeypatch.chdir(folder.parent)
    assert locate("mean") == locate("./mean") == folder.resolve()
    monkeypatch.setenv("HOME", str(folder.parent))
    assert locate("~/mean") == folder.resolve()


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"is not a sentence-transformers model: it has no modules\.json; save one"):
        SentenceTransformerEncoder(str(tmp_path))


@pytest.mark.parametrize("name", ["/no/such/model", "./missing", "~/missing", "missing", "a/b/c"])
def test_a_folder_that_is_missing_is_refused_without_asking_a_hub(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"there is no model folder .*; check the path, or use all-MiniLM-L6-v2"):
        SentenceTransformerEncoder(name)


def test_a_file_is_no_model(tmp_path):
    (tmp_path / "model").write_text("")
    with pytest.raises(ModelError, match="there is no model folder"):
        locate(str(tmp_path / "model"))


class TestFingerprint:
    @pytest.fixture
    def model(self, models: dict[str, Path], tmp_path: Path) -> Path:
        return Path(shutil.copytree(models["mean"], tmp_path / "copy"))

    def test_it_does_not_depend_on_the_place(self, models, model):
        assert fingerprint(model) == fingerprint(models["mean"])
        assert len(fingerprint(model)) == 64
        int(fingerprint(model), 16)

    def test_it_depends_on_the_weights(self, models, model):
        assert fingerprint(models["other weights"]) != fingerprint(models["mean"])
        before = fingerprint(model)
        weights = bytearray((model / "model.safetensors").read_bytes())
        weights[-1] ^= 1
        (model / "model.safetensors").write_bytes(weights)
        assert fingerprint(model) != before

    @pytest.mark.parametrize(
        "file",
        ["tokenizer.json", "config.json", "modules.json", "1_Pooling/config.json", "config_sentence_transformers.json"],
    )
    def test_it_depends_on_every_file_that_decides_what_is_computed(self, model, file):
        before = fingerprint(model)
        (model / file).write_bytes((model / file).read_bytes() + b" ")
        assert fingerprint(model) != before

    def test_it_depends_on_the_files_names(self, model):
        before = fingerprint(model)
        (model / "1_Pooling").rename(model / "2_Pooling")
        assert fingerprint(model) != before

    def test_it_does_not_depend_on_what_only_people_read(self, model):
        before = fingerprint(model)
        (model / "README.md").write_text("Trained with love.")
        assert fingerprint(model) == before

    def test_pooling_and_prompts_tell_models_apart(self, models):
        assert len({fingerprint(folder) for folder in models.values()}) == len(models)

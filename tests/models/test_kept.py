"""Exports that are kept for the next index."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.models import kept
from qa.models.model import FEW, MEASURED, Model
from qa.models.onnx import OnnxEncoder
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder

FINGERPRINT = "f" * 64


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path) -> Path:
    """A cache of the test's own, still empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Path(tmp_path, "cache", "qa")


@pytest.fixture
def exported(tmp_path) -> Path:
    """What is like an export to those that do not open it."""
    folder: Path = tmp_path / "exported"
    folder.mkdir()
    for name in ("encoder.json", "model.onnx", "model.data"):
        (folder / name).write_text(f"{name} " * 100)
    return folder


def files(folder: Path | None) -> dict[str, bytes]:
    assert folder is not None
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_an_export_is_found_again_as_it_was(exported):
    assert kept.find("model", FINGERPRINT) is None
    kept.keep("model", FINGERPRINT, exported)
    assert files(kept.find("model", FINGERPRINT)) == files(exported)


def test_it_is_a_copy(exported):
    kept.keep("model", FINGERPRINT, exported)
    found = kept.find("model", FINGERPRINT)
    assert all(not file.samefile(found / file.name) for file in exported.iterdir())


def test_another_model_has_another(exported):
    kept.keep("model", FINGERPRINT, exported)
    assert kept.find("other", FINGERPRINT) is None
    assert kept.find("model", "0" * 64) is None


def test_of_another_version_of_what_makes_it_none_is_found(exported, monkeypatch):
    kept.keep("model", FINGERPRINT, exported)
    monkeypatch.setattr(kept, "version", lambda package: "0.1" if package == "torch" else "1")
    assert kept.find("model", FINGERPRINT) is None


@pytest.mark.parametrize("name", ["model.data", "encoder.json", "../sums.json"])
@pytest.mark.parametrize("content", [None, b"", b"\xff{}", b"{}", b"[]", b"7", b'{"encoder.json": 7}'])
def test_a_harmed_one_is_not_found_and_replaced_by_the_next(exported, name, content):
    kept.keep("model", FINGERPRINT, exported)
    victim = kept.find("model", FINGERPRINT) / name
    if content is None:
        victim.unlink()
    else:
        victim.write_bytes(content)
    assert kept.find("model", FINGERPRINT) is None
    kept.keep("model", FINGERPRINT, exported)
    assert files(kept.find("model", FINGERPRINT)) == files(exported)


def test_those_that_were_used_last_stay(exported, cache, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2.5 * sum(file.stat().st_size for file in exported.iterdir()))
    for age, name in enumerate(["used", "forgotten"]):
        kept.keep(name, FINGERPRINT, exported)
        for folder in (cache / "exports").iterdir():
            os.utime(folder, (age, age))
    assert kept.find("used", FINGERPRINT)
    kept.keep("new", FINGERPRINT, exported)
    assert kept.find("used", FINGERPRINT)
    assert kept.find("new", FINGERPRINT)
    assert kept.find("forgotten", FINGERPRINT) is None


def test_one_of_any_size_stays(exported, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 1)
    kept.keep("model", FINGERPRINT, exported)
    assert kept.find("model", FINGERPRINT)


def test_where_nothing_can_be_written_nothing_is_kept(exported, cache):
    cache.parent.mkdir()
    cache.write_text("a file where the cache should be")
    kept.keep("model", FINGERPRINT, exported)
    assert kept.find("model", FINGERPRINT) is None


def test_a_user_without_a_home_keeps_nothing(exported, monkeypatch):
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", no_home)
    kept.keep("model", FINGERPRINT, exported)
    assert kept.find("model", FINGERPRINT) is None


class TestModel:
    """Which encoder a model gives, and what it exports."""

    @pytest.fixture
    def folders(self, tmp_path) -> list[Path]:
        made = [tmp_path / name for name in ("first", "second")]
        for folder in made:
            folder.mkdir()
        return made

    def test_the_first_export_is_made_and_the_next_copied(self, models, folders):
        name = str(models["mean"])
        first = Model(name, {}, "")
        encoder = first.encoder(None, 10)
        assert isinstance(encoder, SentenceTransformerEncoder)
        assert first.export(encoder, folders[0]) is None
        second = Model(name, {}, "")
        light = second.encoder(None, MEASURED - 1)
        assert isinstance(light, OnnxEncoder)
        assert second.export(light, folders[1]) is None
        assert files(folders[1]) == files(folders[0])
        assert light.encode_passages(["who said what"]).tobytes() == (
            OnnxEncoder(folders[0]).encode_passages(["who said what"]).tobytes()
        )

    def test_many_texts_are_for_the_model_itself(self, models, folders):
        model = Model(str(models["mean"]), {}, "")
        model.export(model.encoder(None, 10), folders[0])
        again = Model(str(models["mean"]), {}, "")
        assert isinstance(again.encoder(None, MEASURED), SentenceTransformerEncoder)
        assert isinstance(again.encoder(folders[0], FEW), OnnxEncoder)
        assert isinstance(again.encoder(folders[0], FEW + 1), SentenceTransformerEncoder)

    def test_an_export_of_the_question_side_alone_is_copied_and_encodes_no_passages(self, models, folders, monkeypatch):
        monkeypatch.setattr("qa.models.torch.export._encodes_passages", lambda *_: False)
        first = Model(str(models["mean"]), {}, "")
        assert first.export(first.encoder(None, 10), folders[0]) is None
        second = Model(str(models["mean"]), {}, "")
        encoder = second.encoder(None, 10)
        assert isinstance(encoder, SentenceTransformerEncoder)
        assert second.export(encoder, folders[1]) is None
        assert files(folders[1]) == files(folders[0])

    def test_what_cannot_be_exported_is_not_kept(self, models, folders, cache, monkeypatch):
        def fail(*_: object) -> None:
            raise ValueError("no such operator")

        monkeypatch.setattr("qa.models.torch.export.write_graph", fail)
        model = Model(str(models["mean"]), {}, "")
        note = model.export(model.encoder(None, 10), folders[0])
        assert note is not None
        assert "no such operator" in note
        assert isinstance(Model(str(models["mean"]), {}, "").encoder(None, 10), SentenceTransformerEncoder)
        assert not (cache / "exports").exists()

"""How an index is, told without opening it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import qa
from qa.answering.calibration import FittedCalibration, shipped
from qa.backends.addresses import store_at
from qa.backends.base import CALIBRATION_FILE
from qa.cli.status import facts
from tests.support import update
from tests.test_costs import Words

NOTE = qa.Document("note", "The crane is back in service. It lifts forty tons.")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "harbour.txt").write_text("The harbour froze. Boats waited for a week.")
    (folder / "ferry.txt").write_text("The ferry departs at nine. It carries cars.")
    return folder


@pytest.fixture
def index(corpus: Path, tmp_path: Path) -> Path:
    place = tmp_path / "index"
    qa.update([corpus, NOTE], place, encoder=Words())
    return place


def calibrate(index: Path, **provenance: str) -> None:
    store_at(index).write_text(CALIBRATION_FILE, FittedCalibration(shipped().calibration, provenance).to_json())


def test_an_index_tells_what_it_holds_and_is_current(index: Path, corpus: Path) -> None:
    status = qa.status(index)
    assert (status.index, status.sources, status.stored) == (str(index), (str(corpus),), 1)
    assert (status.info.documents, status.sentences, status.current) == (3, 6, True)
    assert (status.bytes or 0) > 0
    values = json.loads(json.dumps(status.to_dict()))
    assert (values["documents"], values["current"], values["changes"]["unchanged"]) == (3, True, 3)


def test_the_languages_of_the_articles_are_told_and_the_model_that_reads_them(tmp_path: Path) -> None:
    english = [
        qa.Document(f"en{n}", "The quay is closed, and the ferries call at the other harbour.") for n in range(2)
    ]
    spanish = [qa.Document("es", "El muelle está cerrado y los transbordadores paran en el otro puerto.")]
    told = [qa.Document("fr", "Quai 12, 14.", language="fr-FR"), qa.Document("unknown", "12, 13, 14.")]
    qa.update([*english, *spanish, *told], tmp_path / "index", encoder=Words())
    status = qa.status(tmp_path / "index")
    assert status.languages == {"en": 0.4, "es": 0.2, "fr": 0.2}
    assert status.to_dict()["languages"] == {"en": 0.4, "es": 0.2, "fr": 0.2}
    assert not status.needs_multilingual  # the encoder is the caller's own
    by_default = replace(status, settings=replace(status.settings, model="all-MiniLM-L6-v2"))
    assert by_default.needs_multilingual
    assert not replace(by_default, languages={"en": 0.7, "es": 0.3}).needs_multilingual
    advice = "en 40 %, es 20 %, fr 20 %; qa index --model multilingual reads them all (docs/models.md)"
    assert dict(facts(by_default))["languages"] == advice


def test_what_changes_in_the_sources_is_counted(index: Path, corpus: Path) -> None:
    assert not qa.is_stale(index)
    (corpus / "ferry.txt").write_text("The ferry departs at ten. It carries cars and lorries.")
    (corpus / "bakery.txt").write_text("The bakery sells saffron buns. It opens on Fridays.")
    status = qa.status(index)
    assert (status.changes.added, status.changes.changed, status.changes.removed) == (1, 1, 0)
    assert not status.current
    assert qa.is_stale(index)


def test_a_source_that_is_gone_is_missing(index: Path, corpus: Path) -> None:
    corpus.rename(corpus.with_name("elsewhere"))
    status = qa.status(index)
    assert (status.missing, status.current) == ((str(corpus),), False)


def test_the_calibration_in_force_is_told(index: Path) -> None:
    info = qa.status(index).info
    threshold = shipped().calibration.threshold
    assert qa.status(index).calibration == qa.CalibrationStatus("qa", threshold)
    calibrate(index, embedder=info.embedder, generation=info.generation)
    assert qa.status(index).calibration == qa.CalibrationStatus("index", threshold)
    calibrate(index, embedder=info.embedder, generation="another")
    assert qa.status(index).calibration == qa.CalibrationStatus("index", threshold, same_articles=False)
    calibrate(index, embedder="another")
    unusable = qa.status(index).calibration
    assert (unusable.of, unusable.threshold) == ("index", None)
    assert "another model" in (unusable.error or "")


def test_a_calibration_of_its_own_is_taken_away(index: Path) -> None:
    calibrate(index, embedder=qa.status(index).info.embedder)
    assert qa.reset_calibration(index).removed
    assert qa.status(index).calibration.of == "qa"
    again = qa.reset_calibration(index)
    assert (again.removed, again.index, again.file) == (False, str(index), f"{index}/{CALIBRATION_FILE}")


def test_a_folder_without_an_index_is_none(tmp_path: Path) -> None:
    assert not qa.exists(tmp_path)
    assert not qa.is_unfinished(tmp_path)
    for ask in (qa.status, qa.is_stale, qa.reset_calibration, qa.examine, lambda place: next(qa.documents(place))):
        with pytest.raises(qa.QAError, match="there is no index"):
            ask(tmp_path)


def test_documents_are_read_without_a_model(index: Path) -> None:
    assert [reference.id for reference in qa.documents(index)] == ["ferry.txt", "harbour.txt", "note"]
    assert qa.document("note", index).text == NOTE.text
    with pytest.raises(qa.QAError, match="no document"):
        qa.document("letter", index)


def test_an_interrupted_update_leaves_something_to_go_on_from(index: Path, corpus: Path, monkeypatch) -> None:
    monkeypatch.setattr("qa.backends.local.draft.CHECKPOINT", 1)
    for name in "abc":
        (corpus / f"{name}.txt").write_text(f"The lock {name} opens at noon. Nobody passes before.")

    def interrupt(what: str, done: int, _: int | None) -> None:
        if (what, done) == ("embedding", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update([], index, encoder=Words(), on_progress=interrupt)
    assert qa.exists(index)
    assert qa.is_unfinished(index)
    done = qa.update(index=index, encoder=Words())
    assert (done.index, done.changes.added, qa.is_unfinished(index)) == (str(index), 3, False)

"""What a new user does on the first days, on the real command: nothing is lost, and nothing untrue is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.support import QA, environment, qa, shell, words_of

FERRY = "The ferry to Vestmark departs at nine every morning.\n"
LEGACY = {
    "mac_roman": "Le maire de Besançon a inauguré mercredi la bibliothèque, après trois années de travaux.\n",
    "cp850": "Der Bürgermeister öffnete am Mittwoch die neue Brücke über die Mühle, für die er lange geworben hatte.\n",
    "cp1250": "Primátorka Prahy Věra Šťastná otevřela v úterý nový most. Stavba trvala čtyři roky a stála moc.\n",
    "cp1254": "Belediye çarşamba günü yeni bir köprü açtı. Köprünün yapımı üç yıl sürdü ve çok pahalıya mal oldu.\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "a.txt").write_text(FERRY)
    (tmp_path / "art" / "b.txt").write_text("The bakery in Holmby sells saffron buns on Fridays.\n")
    return tmp_path


@pytest.mark.parametrize("paths", [("art", "art/b.txt"), ("art/b.txt", "art"), ("art", "art/../art")], ids=" ".join)
def test_a_file_to_which_two_paths_lead_is_there_once_and_stays(folder, paths):
    """``qa index art art/b.txt`` once lost b.txt for ever."""
    for _ in range(2):
        assert qa("index", *paths, cwd=folder).code == 0
        assert qa("status", "--documents", cwd=folder).out.split() == ["a.txt", "b.txt"]


def test_a_folder_of_another_name_embeds_nothing_again(folder):
    qa("index", "art", cwd=folder)
    (folder / "art").rename(folder / "news")
    moved = qa("index", "news", "--replace", cwd=folder)
    assert (moved.code, "0 texts embedded" in moved.err) == (0, True), moved.err
    assert qa("status", "--json", cwd=folder).json["sources"] == [str(folder / "news")]


def test_old_encodings_are_read_in_the_right_letters_or_the_file_is_named(folder):
    for encoding, text in LEGACY.items():
        (folder / "art" / f"{encoding}.txt").write_bytes(text.encode(encoding))
    told = qa("index", "art", cwd=folder).err
    for encoding, text in LEGACY.items():
        assert qa("show", f"{encoding}.txt", cwd=folder).out == text or f"{encoding}.txt: is read as" in told


def test_a_name_that_stands_only_in_a_field_is_mentioned(folder):
    (folder / "art" / "c.md").write_text("---\nauthor: Maria Fonseca\nsource: El País\n---\nThe quay is closed.\n")
    qa("index", "art", cwd=folder)
    for name in ("Fonseca", "País"):
        assert "no article mentions" not in qa("ask", f"What did {name} write?", cwd=folder).out
    assert "no article mentions Quiroga" in qa("ask", "What did Quiroga write?", cwd=folder).out


def test_an_answer_is_not_verified_against_another_index(folder):
    (folder / "other").mkdir()
    (folder / "other" / "c.txt").write_text("The quay is closed.\n")
    qa("index", "art", cwd=folder)
    qa("index", "other", "--index", "ix2", cwd=folder)
    (folder / "answer.json").write_text(qa("ask", "When does the ferry depart?", "--json", cwd=folder).out)
    assert qa("verify", "answer.json", cwd=folder).code == 0
    refused = qa("verify", "answer.json", "--index", "ix2", cwd=folder)
    assert (refused.code, refused.out) == (2, "")


def test_help_of_a_command_is_its_help():
    assert qa("help", "ask") == qa("ask", "--help")


def test_a_title_that_is_cut_ends_in_a_mark(folder):
    (folder / "art" / "c.txt").write_text(
        f"The council met for the longest {'and longest ' * 6}session of all\n\nTaxes stay.\n"
    )
    qa("index", "art", cwd=folder)
    shown = words_of(qa("ask", "longest session of the council", "-k", "1", cwd=folder).out)
    assert "1. The council met for the longest and longest and longest and longest and longest… no date" in shown


def test_a_closed_stdout_is_told_in_one_line(folder):
    qa("index", "art", cwd=folder)
    ran = shell('cd "$1" && "$0" ask "When does the ferry depart?" >&-', QA, folder)
    told = "qa: there is no standard output to write to; redirect it to a file or to /dev/null"
    assert (ran.code, ran.complaints) == (3, [told])


@pytest.mark.parametrize("words", [("index", "art"), ("ask", "When does the ferry to Vestmark depart?")], ids=" ".join)
def test_a_first_small_index_and_a_question_load_no_model_library(folder, words):
    """They take seconds to import, and most of what an installation weighs."""
    if words[0] == "ask":
        qa("index", "art", cwd=folder)
    command = [sys.executable, "-X", "importtime", "-m", "qa", *words]
    done = subprocess.run(command, cwd=folder, env=environment({}), capture_output=True, text=True, check=False)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert done.returncode == 0
    assert "onnxruntime" in imported
    assert not imported & {"torch", "transformers", "sentence_transformers"}

"""``qa index`` on an index that exists: what changed is done, and said; what did not is not done again."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Updated
from tests.cli.support import Ran

pytestmark = pytest.mark.slow

COUNTS = re.compile(
    r"(\d+) documents, (\d+) passages "
    r"\((\d+) added, (\d+) changed, (\d+) removed, (\d+) unchanged; (\d+) texts embedded\)"
)


def counts(ran: Ran) -> dict[str, int]:
    """What the summary, the last line on stderr, says."""
    match = COUNTS.search(ran.complaints[-1])
    assert match, ran.err
    names = ["documents", "passages", "added", "changed", "removed", "unchanged", "embedded"]
    return dict(zip(names, map(int, match.groups()), strict=True))


def test_every_run_succeeds_and_leaves_stdout_empty(updated: Updated):
    for ran in (updated.first, updated.again, updated.after_changes, updated.after_setting, updated.repaired):
        assert (ran.code, ran.out) == (0, "")


def test_the_first_run_adds_every_article(updated: Updated):
    said = counts(updated.first)
    assert (said["documents"], said["added"], said["changed"], said["removed"], said["unchanged"]) == (3, 3, 0, 0, 0)
    assert said["embedded"] >= 3


def test_the_summary_is_the_only_line_and_names_the_index(updated: Updated):
    for ran in (updated.first, updated.again, updated.after_changes):
        assert len(ran.complaints) == 1
        assert ran.err.startswith(f"{updated.index}: ")


def test_a_second_run_finds_nothing_to_do_and_embeds_nothing(updated: Updated):
    said = counts(updated.again)
    assert (said["added"], said["changed"], said["removed"], said["unchanged"]) == (0, 0, 0, 3)
    assert said["embedded"] == 0


def test_a_run_without_paths_takes_those_of_the_index(updated: Updated):
    assert counts(updated.again)["documents"] == 3


def test_added_changed_removed_and_unchanged_articles_are_counted(updated: Updated):
    said = counts(updated.after_changes)
    assert (said["added"], said["changed"], said["removed"], said["unchanged"]) == (1, 1, 1, 1)
    assert said["documents"] == 3


def test_only_new_and_changed_articles_are_embedded(updated: Updated):
    assert 0 < counts(updated.after_changes)["embedded"] < counts(updated.first)["embedded"]


def test_a_changed_article_answers_with_its_new_text(updated: Updated):
    best = updated.asked_changed.json["citations"][0]
    assert best["document"]["id"] == "bakery.txt"
    assert best["quote"]["text"] == "The bakery in Holmby burned down on Sunday night."


def test_a_removed_article_is_never_shown(updated: Updated):
    shown = [place["document"]["id"] for place in updated.asked_removed.shown]
    assert shown
    assert "ferry.txt" not in shown


def test_a_changed_setting_is_told_and_everything_is_embedded_anew(updated: Updated):
    why, _ = updated.after_setting.complaints
    assert "rebuilt" in why
    assert "max_tokens" in why
    assert "40" in why
    assert counts(updated.after_setting)["embedded"] >= counts(updated.after_setting)["documents"]


def test_status_says_what_changed_since(updated: Updated):
    assert (updated.stale.code, updated.stale_for_people.code) == (0, 0)
    assert updated.stale.json["current"] is False
    assert updated.stale.json["changes"] == {"added": 1, "changed": 1, "removed": 1, "unchanged": 1}
    assert re.search(r"^current +no: 1 added, 1 changed, 1 removed", updated.stale_for_people.out, re.MULTILINE)


def test_status_says_that_an_updated_index_is_current(updated: Updated):
    assert updated.fresh.json["current"] is True
    assert updated.fresh.json["changes"] == {"added": 0, "changed": 0, "removed": 0, "unchanged": 3}
    assert re.search(r"^current +yes$", updated.fresh_for_people.out, re.MULTILINE)


def test_an_update_gives_the_index_another_generation(updated: Updated):
    assert updated.stale.json["generation"] != updated.fresh.json["generation"]


def test_a_damaged_index_is_made_anew_by_the_command_that_the_error_names(updated: Updated):
    assert updated.damaged.code == 3
    assert "qa index --rebuild" in updated.damaged.err
    assert counts(updated.repaired)["documents"] == 3
    assert updated.asked_repaired.json["citations"][0]["document"]["id"] == "bakery.txt"


def test_only_the_current_generation_is_kept(updated: Updated):
    assert len(list((updated.index / "generations").iterdir())) == 1

"""Settings: what is refused, what differs, and the fingerprint."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from qa.config import IndexConfig, SearchConfig, fingerprint
from qa.errors import ConfigError


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"depth": 0}, "depth is 0; use 1 or more"),
        ({"depth": -3}, "depth is -3"),
        ({"lexical": "bm25s"}, "there is no lexical search 'bm25s'; use bm25 or rank-bm25"),
        ({"fusion": "mean"}, "there is no fusion 'mean'; use minmax or rrf"),
        ({"lexical_weight": -0.1}, "lexical_weight is -0.1; use a value from 0 to 1"),
        ({"dense_weight": 1.5}, "dense_weight is 1.5"),
        ({"sentence_weight": float("nan")}, "sentence_weight is nan"),
        ({"repeat_discount": 2}, "repeat_discount is 2"),
        ({"least_share": 2}, "least_share is 2"),
        ({"reader": "slow"}, "there is no reader 'slow'"),
        ({"rerank_depth": 0}, "rerank_depth is 0; use 1 or more"),
    ],
)
def test_a_search_setting_that_cannot_be_honoured_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        SearchConfig(**settings)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"depth": 1},
        {"lexical": "bm25"},
        {"lexical": "rank-bm25"},
        {"fusion": "minmax"},
        {"fusion": "rrf"},
        {"lexical_weight": 0, "dense_weight": 1, "sentence_weight": 0},
        {"repeat_discount": 0},
        {"repeat_discount": 1},
        {"least_share": 0},
        {"least_share": 1},
        {"rerank_depth": 1},
    ],
)
def test_search_settings_at_their_bounds_are_honoured(settings: dict[str, Any]) -> None:
    config = SearchConfig(**settings)
    assert {name: getattr(config, name) for name in settings} == settings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_tokens": 15}, "max_tokens is 15; use at least 16"),
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"overlap": -1}, "overlap is -1; use 0 or more sentences"),
    ],
)
def test_an_index_setting_that_cannot_be_honoured_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        IndexConfig(**settings)
    assert message in str(raised.value)


def test_index_settings_at_their_bounds_are_honoured() -> None:
    config = IndexConfig(max_tokens=16, overlap=0)
    assert (config.max_tokens, config.overlap) == (16, 0)


@pytest.mark.parametrize("config", [IndexConfig(), SearchConfig()], ids=["index", "search"])
def test_settings_cannot_be_changed_afterwards(config: IndexConfig | SearchConfig) -> None:
    for field in fields(config):
        with pytest.raises(FrozenInstanceError):
            setattr(config, field.name, 1)


def test_a_changed_setting_is_checked_too() -> None:
    with pytest.raises(ConfigError):
        replace(SearchConfig(), depth=0)


def test_each_channel_has_its_weight() -> None:
    config = SearchConfig(lexical_weight=0.6, dense_weight=0.3, sentence_weight=0.1)
    assert config.weights == {"lexical": 0.6, "dense": 0.3, "sentence": 0.1}


def test_the_default_weights_are_shares_of_one() -> None:
    assert sum(SearchConfig().weights.values()) == pytest.approx(1)


def test_equal_settings_do_not_differ() -> None:
    assert IndexConfig(max_tokens=64).differences(IndexConfig(max_tokens=64)) == []


def test_differences_say_what_changes_one_line_a_setting() -> None:
    old = IndexConfig(max_tokens=None, overlap=1, pipeline=1)
    new = IndexConfig(max_tokens=64, overlap=0, pipeline=2)
    assert old.differences(new) == ["max_tokens: None -> 64", "overlap: 1 -> 0", "pipeline: 1 -> 2"]
    assert new.differences(old) == ["max_tokens: 64 -> None", "overlap: 0 -> 1", "pipeline: 2 -> 1"]


def test_the_name_of_the_model_is_no_difference() -> None:
    assert IndexConfig(model="here").differences(IndexConfig(model="there")) == []


def test_a_fingerprint_is_16_hex_digits() -> None:
    name = fingerprint("generation", SearchConfig(), "¿qué pidió Almagro?", 5, None)
    assert len(name) == 16
    assert int(name, 16) >= 0


def test_equal_parts_have_equal_fingerprints() -> None:
    assert fingerprint("a", SearchConfig()) == fingerprint("a", SearchConfig())
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    script = "from qa.config import *; print(fingerprint('é', {'b': 1, 'a': None}, SearchConfig(), IndexConfig()))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == fingerprint("é", {"b": 1, "a": None}, SearchConfig(), IndexConfig())


OTHERS: list[dict[str, Any]] = [
    {"depth": 99},
    {"lexical": "rank-bm25"},
    {"fusion": "rrf"},
    {"lexical_weight": 0.4321},
    {"dense_weight": 0.4321},
    {"sentence_weight": 0.4321},
    {"repeat_discount": 0.4321},
    {"least_share": 0.4321},
    {"reader": "careful"},
    {"rerank_depth": 49},
]


def test_every_search_setting_changes_the_fingerprint() -> None:
    assert {name for other in OTHERS for name in other} == {field.name for field in fields(SearchConfig)}
    names = [fingerprint(SearchConfig()), *(fingerprint(SearchConfig(**other)) for other in OTHERS)]
    assert len(set(names)) == len(names)


def test_every_part_and_its_place_change_the_fingerprint() -> None:
    parts: list[tuple[Any, ...]] = [
        ("a", "b"),
        ("b", "a"),
        ("ab",),
        ("a", "b", None),
        ("a", "b", ""),
        (["a", "b"],),
        ("1",),
        (1,),
        (),
    ]
    assert len({fingerprint(*p) for p in parts}) == len(parts)


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        *((IndexConfig, wrong) for wrong in ({"model": None}, {"max_tokens": "30"}, {"overlap": 1.5})),
        *((SearchConfig, wrong) for wrong in ({"depth": "100"}, {"rerank_depth": None}, {"least_share": None})),
    ],
)
def test_a_setting_of_another_type_is_refused_by_name(make, wrong):
    with pytest.raises(ConfigError, match=rf"^{next(iter(wrong))} is "):
        make(**wrong)

"""Symbolic links are followed, out of the folder too, as docs/articles.md says; what they can do is bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.corpus import Problem, read
from qa.errors import CorpusError


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of articles, beside one that is not part of it."""
    for name in ("articles/kept.txt", "private/letter", "private/letters/one.txt", "private/letters/key.pem"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"This is {name}.")
    return tmp_path / "articles"


def reading(folder: Path) -> tuple[dict[str, str], list[str]]:
    """The texts by id, and what was told of the rest."""
    problems: list[Problem] = []
    return {document.id: document.text for document in read([folder], problems.append)}, [p.what for p in problems]


def test_a_link_out_of_the_folder_makes_an_article_under_the_name_of_the_link(articles: Path) -> None:
    (articles / "notes.txt").symlink_to("../private/letter")
    texts, problems = reading(articles)
    assert texts == {"kept.txt": "This is articles/kept.txt.", "notes.txt": "This is private/letter."}
    assert problems == []


def test_of_a_linked_folder_only_articles_are_read(articles: Path) -> None:
    (articles / "more").symlink_to("../private/letters")
    texts, problems = reading(articles)
    assert texts.keys() == {"kept.txt", "more/one.txt"}
    assert problems == ["1 file not read: .pem (1)"]


def test_a_link_without_an_extension_that_is_read_is_not_opened(articles: Path) -> None:
    (articles / "notes").symlink_to("../private/letters/one.txt")
    texts, problems = reading(articles)
    assert texts.keys() == {"kept.txt"}
    assert problems == ["1 file not read: no extension (1)"]


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/tty", "/dev/stdin", "/dev/fd/0"])
def test_a_link_to_a_device_is_not_opened(articles: Path, target: str) -> None:
    if not Path(target).exists() or Path(target).is_file():
        pytest.skip(f"{target} is no device here")
    (articles / "notes.txt").symlink_to(target)
    texts, problems = reading(articles)
    assert texts.keys() == {"kept.txt"}
    assert problems == ["is not a regular file"]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has such a file")
def test_a_link_to_a_file_that_the_system_makes_up_is_told_or_read_within_bounds(articles: Path) -> None:
    (articles / "notes.txt").symlink_to("/proc/self/mem")
    texts, problems = reading(articles)
    assert texts.keys() == {"kept.txt"}
    (problem,) = problems
    assert "cannot be read" in problem


def test_a_chain_of_links_that_never_ends_is_told(articles: Path) -> None:
    (articles / "a.txt").symlink_to("b.txt")
    (articles / "b.txt").symlink_to("a.txt")
    texts, problems = reading(articles)
    assert texts.keys() == {"kept.txt"}
    assert len(problems) == 2
    with pytest.raises(CorpusError):
        list(read([articles / "a.txt"], print))

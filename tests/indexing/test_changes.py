"""Sources held against an index: what is counted, what is wanted, and what is not even opened."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qa.backends.base import Contents
from qa.backends.local.contents import LocalContents
from qa.backends.local.folder import FolderStore
from qa.backends.local.generation import LocalGeneration
from qa.corpus import Problem, read
from qa.errors import CorpusError
from qa.indexing.articles import Articles
from qa.indexing.changes import NOTHING, Changes, SourceComparison, compare
from qa.indexing.stamps import Stamp
from qa.indexing.stored import StoredDocuments
from tests.contracts.backends import encode, publish

#: When all files of a corpus were last modified: long ago, so that they are trusted.
THEN = 1_600_000_000 * 10**9

ARTICLES = {
    "court.md": "# The court\n\nThe court sat.",
    "ferry.md": "# The ferry\n\nThe ferry left.",
    "wheat.txt": "Wheat grew. It rained.",
}


@dataclass
class Project:
    """A corpus and an index of it. ``problems`` are those that the last comparison told."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    opened: list[LocalGeneration] = field(default_factory=list)

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    def write(self, name: str, text: str, modified: int = THEN) -> Path:
        file = self.corpus / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        os.utime(file, ns=(modified, modified))
        return file

    def records(self, name: str, texts: Mapping[str, str]) -> Path:
        """Writes a JSONL file."""
        return self.write(name, "".join(json.dumps({"id": key, "text": text}) + "\n" for key, text in texts.items()))

    def index(self, name: str = "index") -> Callable[[], Contents]:
        """Indexes the corpus as it is now; gives what opens it."""
        publish(self.folder / name, encode(list(read([self.corpus], lambda _: None))))
        store = FolderStore(self.folder / name)

        def contents() -> Contents:
            self.opened.append(store.read(lambda generation: generation))
            return self.opened[-1].contents()

        return contents

    def compare(
        self,
        old: Contents,
        base: Contents | None = None,
        stamps: Mapping[str, Stamp] | None = None,
        paths: Sequence[Path] = (),
    ) -> SourceComparison:
        self.problems.clear()
        return compare(
            Articles(paths or [self.corpus]), old, base or old, stamps or {}, StoredDocuments(),
            on_problem=self.problems.append, on_progress=lambda *_: None,
        )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    for name, text in ARTICLES.items():
        project.write(name, text)
    yield project
    for generation in project.opened:
        generation.close()


@pytest.fixture
def stored_contents(project: Project) -> Callable[[], Contents]:
    """Opens the index of the three articles."""
    return project.index()


def never() -> Contents:
    """An index that must not be opened."""
    return LocalContents(lambda: pytest.fail("the index was opened"), ())


def same_size(file: Path) -> None:
    """Puts something else into a file, so that neither its size nor its time of modification tells."""
    before = file.stat()
    file.write_bytes(b"\0" * before.st_size)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


class TestCounting:
    def test_a_corpus_that_is_as_it_was(self, project, stored_contents):
        comparison = project.compare(stored_contents())
        assert comparison.changes == Changes(unchanged=3)
        assert (comparison.additions, comparison.removals, comparison.characters) == (set(), set(), 0)

    def test_added_changed_removed_and_unchanged_articles(self, project, stored_contents):
        project.write("new.md", "# New\n\nBells rang.")
        project.write("court.md", "# The court\n\nThe court rose.")
        (project.corpus / "ferry.md").unlink()
        comparison = project.compare(stored_contents())
        assert comparison.changes == Changes(added=1, changed=1, removed=1, unchanged=1)
        assert comparison.changes.documents == 3
        assert (comparison.additions, comparison.removals) == ({"new.md", "court.md"}, {"ferry.md"})
        assert comparison.characters == len("# New\n\nBells rang.") + len("# The court\n\nThe court rose.")

    def test_without_an_index_everything_is_new(self, project):
        comparison = project.compare(NOTHING)
        assert comparison.changes == Changes(added=3)
        assert (comparison.additions, comparison.removals) == (set(ARTICLES), set())

    def test_records_are_counted_one_by_one(self, project):
        project.records("news.jsonl", {"a": "One came.", "b": "Two came.", "c": "Three came."})
        stored_contents = project.index()
        project.records("news.jsonl", {"a": "One came.", "b": "Two went.", "d": "Four came."})
        comparison = project.compare(stored_contents())
        assert comparison.changes == Changes(added=1, changed=1, removed=1, unchanged=4)
        assert (comparison.additions, comparison.removals) == ({"b", "d"}, {"c"})

    def test_a_moved_corpus_is_stored_anew_but_unchanged(self, project, stored_contents):
        moved = project.corpus.rename(project.folder / "moved")
        comparison = project.compare(stored_contents(), paths=[moved])
        assert comparison.changes == Changes(unchanged=3)
        assert (comparison.additions, comparison.removals) == (set(ARTICLES), set())

    def test_an_article_that_cannot_be_read_any_more_is_gone_and_told(self, project, stored_contents):
        project.write("ferry.md", " \n")
        comparison = project.compare(stored_contents())
        assert (comparison.changes, comparison.removals) == (Changes(removed=1, unchanged=2), {"ferry.md"})
        assert [Path(problem.where).name for problem in project.problems] == ["ferry.md"]

    def test_a_source_that_does_not_exist_is_an_error(self, project, stored_contents):
        with pytest.raises(CorpusError, match="no such file or folder"):
            project.compare(stored_contents(), paths=[project.folder / "elsewhere"])

    def test_documents_are_counted_while_they_are_read(self, project, stored_contents):
        steps: list[tuple[str, int, int | None]] = []
        opened = stored_contents()
        compare(
            Articles([project.corpus]), opened, opened, {}, StoredDocuments(),
            on_problem=lambda _: None, on_progress=lambda *step: steps.append(step),
        )  # fmt: skip
        assert steps == [("reading", number, None) for number in range(4)]


class TestTwoReferences:
    """What an interrupted update had done is the base, and changes are told against the index that it was to change."""

    @pytest.fixture
    def references(self, project: Project) -> tuple[Callable[[], Contents], Callable[[], Contents]]:
        """The index of the three articles, and one in which ``court.md`` is newer and ``new.md`` has come."""
        old = project.index("old")
        project.write("court.md", "# The court\n\nThe court rose.")
        project.write("new.md", "# New\n\nBells rang.")
        return old, project.index("base")

    def test_changes_are_counted_against_the_old_and_wanted_for_the_base(self, project, references):
        old, base = references
        comparison = project.compare(old(), base())
        assert comparison.changes == Changes(added=1, changed=1, unchanged=2)
        assert (comparison.additions, comparison.removals) == (set(), set())

    def test_what_only_the_base_has_is_gone_but_was_not_removed(self, project, references):
        old, base = references
        (project.corpus / "new.md").unlink()
        comparison = project.compare(old(), base())
        assert comparison.changes == Changes(changed=1, unchanged=2)
        assert (comparison.additions, comparison.removals) == (set(), {"new.md"})

    def test_what_both_have_is_gone_and_was_removed(self, project, references):
        old, base = references
        (project.corpus / "ferry.md").unlink()
        comparison = project.compare(old(), base())
        assert comparison.changes == Changes(added=1, changed=1, removed=1, unchanged=1)
        assert (comparison.additions, comparison.removals) == (set(), {"ferry.md"})

    def test_a_change_that_was_taken_back_is_none_but_is_wanted(self, project, references):
        old, base = references
        project.write("court.md", ARTICLES["court.md"])
        comparison = project.compare(old(), base())
        assert comparison.changes == Changes(added=1, unchanged=3)
        assert (comparison.additions, comparison.removals) == ({"court.md"}, set())

    def test_for_an_empty_base_everything_is_wanted(self, project, references):
        old, _ = references
        comparison = project.compare(old(), NOTHING)
        assert comparison.changes == Changes(added=1, changed=1, unchanged=2)
        assert (comparison.additions, comparison.removals) == ({*ARTICLES, "new.md"}, set())


class TestStamps:
    @pytest.fixture
    def stamps(self, project: Project, stored_contents: Callable[[], Contents]) -> dict[str, Stamp]:
        return project.compare(stored_contents()).files

    def test_every_file_is_stamped_by_its_path(self, project, stamps):
        assert stamps == {
            f"{project.corpus}/{name}": Stamp(name, len(text.encode()), THEN, (name,), "1")
            for name, text in ARTICLES.items()
        }

    def test_files_whose_stamps_fit_are_not_opened_and_neither_is_the_index(self, project, stamps):
        for name in ARTICLES:
            same_size(project.corpus / name)
        comparison = project.compare(never(), stamps=stamps)
        assert comparison.changes == Changes(unchanged=3)
        assert (comparison.additions, comparison.removals, comparison.files) == (set(), set(), stamps)
        assert project.problems == []

    def test_without_its_stamp_a_file_is_opened(self, project, stamps):
        same_size(project.corpus / "ferry.md")
        del stamps[f"{project.corpus}/ferry.md"]
        project.compare(NOTHING, stamps=stamps)
        assert [Path(problem.where).name for problem in project.problems] == ["ferry.md"]

    @pytest.mark.parametrize(
        ("text", "modified"),
        [("# The court\n\nIt all rose up.", THEN + 1), ("# The court\n\nIt rose.", THEN), (ARTICLES["court.md"], 1)],
        ids=["same size", "same time", "same text"],
    )
    def test_a_file_of_another_size_or_time_is_read_and_no_other(
        self, project, stored_contents, stamps, text, modified
    ):
        before = project.compare(stored_contents()).files
        same_size(project.corpus / "ferry.md")
        project.write("court.md", text, modified)
        comparison = project.compare(stored_contents(), stamps=stamps)
        changed = text != ARTICLES["court.md"]
        assert comparison.changes == Changes(changed=int(changed), unchanged=3 - changed)
        assert comparison.additions == ({"court.md"} if changed else set())
        path = f"{project.corpus}/court.md"
        assert comparison.files == {**before, path: Stamp("court.md", len(text), modified, ("court.md",), "1")}

    def test_a_new_file_is_added_to_those_that_fit(self, project, stored_contents, stamps):
        same_size(project.corpus / "ferry.md")
        project.write("new.md", "# New\n\nBells rang.")
        comparison = project.compare(stored_contents(), stamps=stamps)
        assert (comparison.changes, comparison.additions) == (Changes(added=1, unchanged=3), {"new.md"})

    def test_a_removed_file_is_gone_without_opening_the_index(self, project, stamps):
        (project.corpus / "ferry.md").unlink()
        comparison = project.compare(never(), stamps=stamps)
        assert (comparison.changes, comparison.removals) == (Changes(removed=1, unchanged=2), {"ferry.md"})
        assert f"{project.corpus}/ferry.md" not in comparison.files

    def test_a_file_that_was_just_modified_is_read_again_the_next_time(self, project, stored_contents):
        file = project.write("ferry.md", ARTICLES["ferry.md"])
        file.touch()
        stamps = project.compare(stored_contents()).files
        assert stamps[str(file)].modified is None
        same_size(file)
        project.compare(stored_contents(), stamps=stamps)
        assert [Path(problem.where).name for problem in project.problems] == ["ferry.md"]

    def test_a_file_with_a_problem_is_read_again_and_it_is_told_again(self, project, stored_contents):
        project.write("blank.md", " \n")
        stamps = project.compare(stored_contents()).files
        for _ in range(2):
            project.compare(stored_contents(), stamps=stamps)
            assert [Path(problem.where).name for problem in project.problems] == ["blank.md"]


class TestSameIds:
    """Of records with the same id, in whichever files, the first counts; where it goes, the next takes its place."""

    @pytest.fixture
    def stamped(self, project: Project) -> tuple[Callable[[], Contents], dict[str, Stamp]]:
        """Two files with a record ``x``, and one more each."""
        project.records("a.jsonl", {"x": "The first text.", "a": "Another one."})
        project.records("b.jsonl", {"x": "The second text.", "b": "Yet another."})
        opened = project.index()
        return opened, project.compare(opened()).files

    def test_the_first_is_held_and_the_second_told_with_and_without_stamps(self, project, stamped):
        opened, stamps = stamped
        for stamps_or_none in (None, stamps):
            comparison = project.compare(opened(), stamps=stamps_or_none)
            assert comparison.changes == Changes(unchanged=6)
            assert len(project.problems) == 1
            assert Path(project.problems[0].where).name == "b.jsonl:1"
            assert "its id 'x' is that of" in str(project.problems[0])

    def test_without_the_first_file_the_second_one_s_record_is_wanted(self, project, stamped):
        opened, stamps = stamped
        (project.corpus / "a.jsonl").unlink()
        comparison = project.compare(opened(), stamps=stamps)
        assert comparison.changes == Changes(changed=1, removed=1, unchanged=4)
        assert (comparison.additions, comparison.removals) == ({"x"}, {"a"})
        (document,) = comparison.read_additions()
        assert document.text == "The second text."

    def test_where_the_first_file_no_longer_has_the_record_the_second_one_s_is_wanted(self, project, stamped):
        opened, stamps = stamped
        project.records("a.jsonl", {"a": "Another one."})
        comparison = project.compare(opened(), stamps=stamps)
        assert (comparison.changes, comparison.additions) == (Changes(changed=1, unchanged=5), {"a", "x"})
        # The other record is now on the first line, as its place tells.
        moved, second = comparison.read_additions()
        assert (moved.places, second.text) == (((0, {"line": 1}),), "The second text.")

    def test_without_the_second_file_the_first_one_s_record_stays(self, project, stamped):
        opened, stamps = stamped
        (project.corpus / "b.jsonl").unlink()
        comparison = project.compare(opened(), stamps=stamps)
        assert (comparison.changes, comparison.additions, comparison.removals) == (
            Changes(removed=1, unchanged=5),
            set(),
            {"b"},
        )
        assert project.problems == []

    def test_a_file_that_comes_before_has_its_record_wanted(self, project, stamped):
        opened, stamps = stamped
        project.records("0.jsonl", {"x": "A text before all others."})
        comparison = project.compare(opened(), stamps=stamps)
        assert (comparison.changes, comparison.additions) == (Changes(changed=1, unchanged=5), {"x"})
        assert [document.text for document in comparison.read_additions()] == ["A text before all others."]

    def test_after_a_first_file_that_came_and_went_the_second_one_s_record_is_wanted(self, project):
        project.records("b.jsonl", {"x": "The second text."})
        stamps = project.compare(project.index()()).files
        project.records("a.jsonl", {"x": "The first text."})
        opened = project.index()
        stamps = project.compare(opened(), stamps=stamps).files
        (project.corpus / "a.jsonl").unlink()
        comparison = project.compare(opened(), stamps=stamps)
        assert (comparison.changes, comparison.additions) == (Changes(changed=1, unchanged=3), {"x"})
        assert [document.text for document in comparison.read_additions()] == ["The second text."]


class TestWanted:
    def test_wanted_documents_are_read_in_order_and_no_others(self, project, stored_contents):
        project.write("a/new.md", "# New\n\nBells rang.")
        project.write("wheat.txt", "Wheat froze.")
        comparison = project.compare(stored_contents())
        documents = list(comparison.read_additions())
        assert [document.id for document in documents] == ["a/new.md", "wheat.txt"]
        assert documents == [d for d in read([project.corpus], print) if d.id in comparison.additions]

    def test_files_without_a_wanted_document_are_not_opened_again(self, project, stored_contents):
        project.write("new.md", "# New\n\nBells rang.")
        comparison = project.compare(stored_contents())
        for name in ARTICLES:
            (project.corpus / name).write_text("Nobody reads this.")
        assert [document.id for document in comparison.read_additions()] == ["new.md"]

    def test_of_a_file_of_records_only_the_wanted_ones_come(self, project):
        project.records("news.jsonl", {"a": "One came.", "b": "Two came."})
        stored_contents = project.index()
        project.records("news.jsonl", {"a": "One came.", "b": "Two went.", "c": "Three came."})
        comparison = project.compare(stored_contents())
        assert [document.id for document in comparison.read_additions()] == ["b", "c"]


class TestContents:
    def test_nothing_is_in_no_generation(self):
        assert (list(NOTHING.ids), NOTHING.sha256("court.md")) == ([], None)

    def test_a_generation_tells_what_it_has_without_being_opened_before(self, stored_contents):
        contents = stored_contents()
        assert set(contents.ids) == set(ARTICLES)
        assert contents.sha256("court.md") is not None
        assert contents.sha256("nothing.md") is None

"""Building an index on disk and bringing it up to date."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import qa
import qa.backends.local.draft
from qa.backends.filters import Filter
from qa.backends.local import generations
from qa.backends.local.files import verify
from qa.backends.local.manifest import FORMAT, MANIFEST_FILE
from qa.errors import (
    ConfigError,
    CorpusError,
    IndexBusyError,
    IndexDamagedError,
    IndexFormatError,
    IndexNotFoundError,
    ModelError,
)
from qa.indexing.changes import Changes
from qa.indexing.update import Update, UpdateOptions
from qa.models.loading import load_query_encoder
from qa.text.analysis import terms
from tests import tiny_models
from tests.disk import lists_open_files, opened_in
from tests.support import inspect, open_current, update

ARTICLES = {
    "2020/court.md": "---\ntitle: The court\ndate: 2020-12-06\nsource: Star\n---\nThe court said who. A warrant came.",
    "2020/harbour.md": "# The harbour\n\nThe harbour froze. Boats waited for a week.\n\nThen it thawed.",
    "2021/ballot.txt": "date 2021-11-22\nThe ballot was long. The prosecutor arrested nobody.",
}

QUESTIONS = ["who said what of the warrant", "the harbour", "a ballot and a prosecutor", "nothing of the kind"]


@dataclass(frozen=True)
class Project:
    """A corpus, and where its index goes."""

    corpus: Path
    index: Path
    options: UpdateOptions

    def write(self, name: str, text: str) -> None:
        file = self.corpus / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def update(self, **changes: object) -> Update:
        return update([self.corpus], self.index, replace(self.options, **changes))  # type: ignore[arg-type]

    def held(self) -> list[str]:
        with closing(open_current(self.index)) as searcher:
            return [ref.id for ref in searcher.documents.references()]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.save(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def built(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with an index. Tests work on copies."""
    folder = tmp_path_factory.mktemp("built")
    project = Project(folder / "corpus", folder / "index", UpdateOptions(model=str(model)))
    for name, text in ARTICLES.items():
        project.write(name, text)
    assert project.update().changes.added == 3
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A project whose index is up to date, at a place of its own."""
    shutil.copytree(built.corpus, tmp_path / "corpus")
    shutil.copytree(built.index, tmp_path / "index")
    project = Project(tmp_path / "corpus", tmp_path / "index", built.options)
    project.update()
    return project


@pytest.fixture
def empty(tmp_path: Path, model: Path) -> Project:
    """A project without a corpus and without an index."""
    return Project(tmp_path / "corpus", tmp_path / "index", UpdateOptions(model=str(model)))


def interrupt(step: str, *_: object) -> None:
    """Progress that ends with the first document embedded, as if by the user."""
    if step == "embedding":
        raise KeyboardInterrupt


def all_that_is_held(index: Path) -> dict[str, object]:
    """Everything that a search can see of an index."""
    files: dict[str, object] = {}
    with closing(open_current(index)) as searcher:
        files["info"] = searcher.manifest.info
        encoder = load_query_encoder(generations.current(index) / "encoder")
        for ref in searcher.documents.references():
            encoded = searcher.documents.encoded(ref.id)
            assert encoded is not None
            files[ref.id] = (encoded.document, encoded.sentences, encoded.passages, encoded.terms)
        for question in QUESTIONS:
            lexical = searcher.lexical(terms(question), 100, Filter())
            dense = searcher.dense(encoder.encode_query(question), 100, Filter())
            ranked = [[c.identity for c in searcher.candidates(r.numbers.tolist())] for r in (lexical, dense)]
            files[question] = (*ranked, lexical.scores.tolist())
    return files


def vectors(index: Path) -> dict[str, np.ndarray]:
    with closing(open_current(index)) as searcher:
        encoded = {ref.id: searcher.documents.encoded(ref.id) for ref in searcher.documents.references()}
    return {name: np.vstack([e.passage_vectors, e.sentence_vectors]) for name, e in encoded.items() if e}


def damage(index: Path, name: str) -> None:
    """Flips a bit in the middle of the file with this name."""
    (file,) = generations.current(index).rglob(name)
    flip(file)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


class TestUpdating:
    def test_a_new_index_holds_the_corpus(self, built):
        assert built.held() == sorted(ARTICLES)
        with qa.open(built.index) as index:
            for name, text in ARTICLES.items():
                assert index.document(name).text == text

    def test_a_second_time_nothing_is_encoded_or_written(self, project):
        before = generations.current(project.index)
        again = project.update()
        assert again.changes == Changes(unchanged=3)
        assert again.rebuilt == ()
        assert generations.current(project.index) == before

    def test_without_paths_the_sources_are_remembered(self, project):
        project.write("2022/new.md", "# New\n\nA new court.")
        assert update([], project.index).changes.added == 1
        assert project.held() == sorted([*ARTICLES, "2022/new.md"])

    def test_relative_sources_are_remembered_from_anywhere(self, project, monkeypatch):
        monkeypatch.chdir(project.corpus.parent)
        update(["corpus"], project.index)
        monkeypatch.chdir("/")
        assert update([], project.index).changes == Changes(unchanged=3)

    def test_added_changed_and_removed_articles_are_counted(self, project):
        project.write("2022/new.md", "# New\n\nA new court.")
        project.write("2020/harbour.md", ARTICLES["2020/harbour.md"] + " Boats left.")
        (project.corpus / "2021/ballot.txt").unlink()
        changes = project.update().changes
        assert (changes.added, changes.changed, changes.removed, changes.unchanged) == (1, 1, 1, 1)
        assert project.held() == ["2020/court.md", "2020/harbour.md", "2022/new.md"]

    def test_only_what_is_new_in_an_article_is_encoded(self, project):
        project.write("2020/harbour.md", ARTICLES["2020/harbour.md"] + " Boats left.")
        # The new sentence and the one passage that all sentences are in.
        assert project.update().changes.encoded == 2

    def test_a_renamed_article_is_one_removed_and_one_added(self, project):
        (project.corpus / "2020/court.md").rename(project.corpus / "2020/tribunal.md")
        changes = project.update().changes
        assert (changes.added, changes.removed, changes.unchanged) == (1, 1, 2)

    def test_removing_articles_encodes_nothing(self, project):
        (project.corpus / "2021/ballot.txt").unlink()
        assert project.update().changes == Changes(removed=1, unchanged=2)

    def test_other_sources_replace_the_old_ones(self, project, tmp_path):
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "one.txt").write_text("Another court.")
        changes = update([tmp_path / "other"], project.index).changes
        assert (changes.added, changes.removed) == (1, 3)
        assert inspect(project.index).manifest.sources == (str(tmp_path / "other"),)

    def test_several_sources_are_held_together(self, project, tmp_path):
        (tmp_path / "one.txt").write_text("Another court.")
        update([tmp_path / "one.txt", project.corpus], project.index)
        assert project.held() == sorted(["one.txt", *ARTICLES])

    def test_an_index_of_a_moved_corpus_keeps_its_vectors(self, project, tmp_path):
        before = vectors(project.index)
        moved = shutil.move(project.corpus, tmp_path / "moved")
        again = update([moved], project.index)
        assert again.changes == Changes(unchanged=3)
        with qa.open(project.index) as index:
            assert [ref.path for ref in index.documents()] == [f"{moved}/{name}" for name in sorted(ARTICLES)]
        after = vectors(project.index)
        assert before.keys() == after.keys()
        for name in before:
            np.testing.assert_array_equal(before[name], after[name])

    def test_progress_and_problems_are_told(self, empty):
        empty.write("a.txt", "The court sat.")
        empty.write("b.txt", " \n")
        problems: list[qa.Problem] = []
        progress: list[tuple[str, int, int | None]] = []
        update(
            [empty.corpus], empty.index, empty.options,
            on_problem=problems.append, on_progress=lambda *step: progress.append(step),
        )  # fmt: skip
        assert [Path(problem.where).name for problem in problems] == ["b.txt"]
        begun = [(step, 0, None) for step in ("reading", "loading the model", "writing the model, once", "writing")]
        assert progress == [begun[0], ("reading", 1, None), *begun[1:3], ("embedding", 1, 1), begun[3]]


class TestIncrementalEqualsClean:
    @pytest.mark.parametrize(
        "edit",
        [
            lambda p: p.write("2022/new.md", "# New\n\nA new court. The harbour froze."),
            lambda p: p.write("2019/old.md", "# Old\n\nAn old court, before all others."),
            lambda p: p.write("2020/harbour.md", "# The harbour\n\nBoats waited for a week. The harbour froze again."),
            lambda p: p.write("2020/court.md", ARTICLES["2020/court.md"].replace("The court\n", "A tribunal\n")),
            lambda p: p.write("2020/court.md", ARTICLES["2020/court.md"].replace("2020-12-06", "2020-12-07")),
            lambda p: (p.corpus / "2020/harbour.md").unlink(),
        ],
        ids=["added last", "added first", "changed", "another title", "another date", "removed"],
    )
    def test_after(self, project: Project, edit: Callable[[Project], object]) -> None:
        edit(project)
        project.update()
        clean = replace(project, index=project.index.with_name("clean"))
        clean.update()
        assert all_that_is_held(project.index) == all_that_is_held(clean.index)
        incremental, anew = vectors(project.index), vectors(clean.index)
        for name in anew:
            np.testing.assert_allclose(incremental[name], anew[name], atol=1e-5)

    def test_undoing_a_change_gives_the_first_generation_again(self, project):
        first = all_that_is_held(project.index)
        project.write("2020/harbour.md", "# Gone\n\nNothing of it is left.")
        project.update()
        assert all_that_is_held(project.index) != first
        project.write("2020/harbour.md", ARTICLES["2020/harbour.md"])
        project.update()
        assert all_that_is_held(project.index) == first

    def test_two_builds_of_the_same_corpus_are_the_same_generation(self, built, project):
        again = replace(project, index=project.index.with_name("again"))
        assert again.update().info == inspect(built.index).manifest.info

    def test_a_passage_that_was_a_sentence_has_its_vector_in_full_precision(self, empty):
        """The title stands before a passage when it is encoded, so that both texts can be the same."""
        line = '{"id": "a", "title": "The court", "text": %s}\n'
        empty.write("news.jsonl", line % '"The court\\nsaid who."')
        empty.update()
        empty.write("news.jsonl", line % '"said who."')
        empty.update()
        clean = replace(empty, index=empty.index.with_name("clean"))
        clean.update()
        np.testing.assert_allclose(vectors(empty.index)["a"][0], vectors(clean.index)["a"][0], atol=1e-6)


class TestSettings:
    def test_a_changed_setting_rebuilds_and_says_what_differs(self, project):
        again = project.update(max_tokens=32)
        assert again.rebuilt == ("max_tokens: None -> 32",)
        assert again.changes.unchanged == 3
        assert again.changes.encoded > 0
        assert project.update(max_tokens=32, overlap=0).rebuilt == ("overlap: 1 -> 0",)

    def test_what_is_not_given_stays(self, project):
        project.update(max_tokens=32, overlap=2)
        again = update([], project.index)
        assert (again.rebuilt, again.changes) == ((), Changes(unchanged=3))
        config = inspect(project.index).manifest.config
        assert (config.max_tokens, config.overlap, config.model) == (32, 2, project.options.model)

    def test_another_model_rebuilds_and_is_named(self, project, tmp_path):
        other = tiny_models.save(tmp_path / "other", seed=1)
        (reason,) = project.update(model=str(other)).rebuilt
        assert reason.startswith(f"model: {project.options.model}@")
        assert f"-> {other}@" in reason
        assert inspect(project.index).manifest.config.model == str(other)

    def test_the_same_model_at_another_place_rebuilds_nothing(self, project, tmp_path):
        shutil.copytree(str(project.options.model), tmp_path / "same")
        again = project.update(model=str(tmp_path / "same"))
        assert (again.rebuilt, again.changes) == ((), Changes(unchanged=3))

    def test_a_model_whose_files_changed_rebuilds(self, project, tmp_path):
        folder = Path(shutil.copytree(str(project.options.model), tmp_path / "mine"))
        project.update(model=str(folder), rebuild=True)
        shutil.rmtree(folder)
        tiny_models.save(folder, seed=2)
        assert len(project.update(model=str(folder)).rebuilt) == 1

    def test_a_relative_model_folder_is_remembered_from_anywhere(self, project, monkeypatch):
        monkeypatch.chdir(Path(str(project.options.model)).parent)
        project.update(model="tiny", rebuild=True)
        monkeypatch.chdir("/")
        assert update([], project.index).changes == Changes(unchanged=3)

    def test_rebuilding_encodes_everything(self, project):
        again = project.update(rebuild=True)
        assert (again.changes.added, again.changes.unchanged) == (3, 0)
        assert again.changes.encoded > 0
        assert again.info == inspect(project.index).manifest.info

    @pytest.mark.parametrize(("changes", "message"), [({"max_tokens": 3}, "max_tokens is 3"), ({"overlap": -1}, "-1")])
    def test_an_impossible_setting_is_refused_and_the_index_stays(self, project, changes, message):
        before = generations.current(project.index)
        with pytest.raises(ConfigError, match=message):
            project.update(**changes)
        assert generations.current(project.index) == before

    def test_a_model_that_is_missing_is_refused_and_the_index_stays(self, project):
        before = generations.current(project.index)
        with pytest.raises(ModelError):
            project.update(model="/no/such/model")
        assert generations.current(project.index) == before
        assert project.held() == sorted(ARTICLES)


class TestRefused:
    def test_nothing_to_index_leaves_no_folder_behind(self, empty):
        empty.corpus.mkdir()
        empty.write("blank.txt", " \n")
        with pytest.raises(CorpusError, match="nothing to index in"):
            empty.update()
        assert not empty.index.exists()

    def test_no_sources_at_all(self, empty):
        with pytest.raises(CorpusError, match="there is nothing to index; name a file or a folder"):
            update([], empty.index, empty.options)
        assert not empty.index.exists()

    def test_a_missing_source_leaves_no_folder_behind(self, empty):
        with pytest.raises(CorpusError, match="no such file or folder"):
            empty.update()
        assert not empty.index.exists()

    def test_a_missing_source_leaves_the_index_as_it_was(self, project):
        shutil.rmtree(project.corpus)
        with pytest.raises(CorpusError, match="no such file or folder"):
            update([], project.index)
        assert project.held() == sorted(ARTICLES)

    def test_a_folder_with_strangers(self, empty):
        empty.write("a.txt", "The court sat.")
        empty.index.mkdir()
        (empty.index / "thesis.doc").write_text("ten years of work")
        with pytest.raises(ConfigError, match=r"is no index: it holds thesis\.doc"):
            empty.update()
        assert [file.name for file in empty.index.iterdir()] == ["thesis.doc"]

    def test_a_file_in_the_index_s_place(self, empty):
        empty.write("a.txt", "The court sat.")
        empty.index.write_text("something")
        with pytest.raises(ConfigError, match="is not a folder"):
            empty.update()
        assert empty.index.read_text() == "something"

    def test_but_not_a_folder_with_a_readme(self, empty):
        empty.write("a.txt", "The court sat.")
        empty.index.mkdir()
        (empty.index / "README.md").write_text("Here an index will be.")
        (empty.index / ".gitignore").write_text("*")
        assert empty.update().changes.added == 1
        assert (empty.index / "README.md").read_text() == "Here an index will be."

    def test_while_another_writes(self, project):
        project.write("2022/new.md", "# New\n\nA new court.")
        with generations.writing(project.index), pytest.raises(IndexBusyError, match="another process"):
            project.update()
        assert project.update().changes.added == 1

    def test_an_interrupted_first_build_leaves_no_index_and_can_be_tried_again(self, empty):
        empty.write("a.txt", "The court sat.")
        with pytest.raises(KeyboardInterrupt):
            update([empty.corpus], empty.index, empty.options, on_progress=interrupt)
        assert not generations.exists(empty.index)
        with pytest.raises(IndexNotFoundError):
            qa.open(empty.index)
        assert empty.update().changes.added == 1
        assert empty.held() == ["a.txt"]

    def test_an_interrupted_update_leaves_the_index_as_it_was(self, project):
        project.write("2022/new.md", "# New\n\nA new court.")
        with pytest.raises(KeyboardInterrupt):
            update([], project.index, on_progress=interrupt)
        assert project.held() == sorted(ARTICLES)
        again = project.update()
        assert again.changes == Changes(added=1, unchanged=3, encoded=0)  # its texts had been encoded before
        clean = replace(project, index=project.index.with_name("clean"))
        clean.update()
        assert all_that_is_held(project.index) == all_that_is_held(clean.index)

    @lists_open_files
    def test_an_interrupted_update_leaves_no_file_open(self, empty):
        empty.write("a.txt", "The court sat.")
        with pytest.raises(KeyboardInterrupt) as stopped:
            update([empty.corpus], empty.index, empty.options, on_progress=interrupt)
        assert opened_in(empty.index) == []
        del stopped  # until here it kept what the update held, so that nothing was closed by the way
        gc.collect()


class TestCheckpoints:
    @pytest.fixture(autouse=True)
    def often(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A checkpoint after every document."""
        monkeypatch.setattr(qa.backends.local.draft, "CHECKPOINT", 1)

    def test_a_published_generation_holds_its_manifest_and_what_that_describes(self, empty):
        for name, text in ARTICLES.items():
            empty.write(name, text)
        empty.update()
        empty.write("2022/new.md", "# New\n\nA new court.")
        with pytest.raises(KeyboardInterrupt):
            update([], empty.index, on_progress=interrupt)
        pending = generations.pending_manifest(empty.index)
        assert pending is not None
        assert sorted(file.name for file in pending[0].iterdir()) == ["checkpoint-1.json", "encoder", "segments"]
        empty.update()
        folder, manifest = generations.current_manifest(empty.index)
        assert sorted(file.name for file in folder.iterdir()) == ["encoder", "manifest.json", "segments"]
        there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
        assert there == {*manifest.extra.files, "manifest.json"}
        verify(folder, manifest.extra.files)
        assert [path.name for path in (empty.index / "generations").iterdir()] == [folder.name]
        assert not (empty.index / "PENDING").exists()

    @pytest.mark.parametrize(
        "name", ["documents.sqlite", "texts.bin.sums", "texts.bin", "passages.f16", "sentences.i8"]
    )
    def test_a_damaged_one_is_ignored_and_the_published_index_updated(self, project, name):
        project.write("2022/new.md", "# New\n\nA new court.")
        with pytest.raises(KeyboardInterrupt):
            update([], project.index, on_progress=interrupt)
        flip(self.new_segment(project.index) / name)
        again = project.update()
        assert again.changes == Changes(added=1, unchanged=3, encoded=3)  # two sentences and their passage
        clean = replace(project, index=project.index.with_name("clean"))
        clean.update()
        assert all_that_is_held(project.index) == all_that_is_held(clean.index)

    @pytest.mark.parametrize("name", ["texts.bin", "passages.f16", "sentences.i8", "postings.bin"])
    def test_one_of_which_a_file_was_cut_off_is_ignored(self, project, name):
        project.write("2022/new.md", "# New\n\nA new court.")
        with pytest.raises(KeyboardInterrupt):
            update([], project.index, on_progress=interrupt)
        file = self.new_segment(project.index) / name
        file.write_bytes(file.read_bytes()[:-1])
        assert project.update().changes == Changes(added=1, unchanged=3, encoded=3)
        assert project.held() == sorted([*ARTICLES, "2022/new.md"])

    def test_without_a_published_index_a_damaged_one_is_ignored_too(self, empty):
        empty.write("a.txt", "The court sat.")
        with pytest.raises(KeyboardInterrupt):
            update([empty.corpus], empty.index, empty.options, on_progress=interrupt)
        flip(self.new_segment(empty.index) / "documents.sqlite")
        assert empty.update().changes == Changes(added=1, encoded=1)  # its title, its only sentence, are the passage
        assert empty.held() == ["a.txt"]

    def new_segment(self, index: Path) -> Path:
        """The last segment of what an interrupted update had done; it shares no file with the published index."""
        pending = generations.pending_manifest(index)
        assert pending is not None
        folder, manifest = pending
        return folder / "segments" / manifest.extra.segments[-1].name


class TestDamage:
    @pytest.mark.parametrize("name", ["documents.sqlite", "terms.u64", "lengths.u32", "texts.bin.sums"])
    def test_a_damaged_index_is_refused_with_advice_and_repaired_by_rebuilding(self, project, name):
        before = all_that_is_held(project.index)
        damage(project.index, name)
        for attempt in (project.update, lambda: inspect(project.index), lambda: qa.open(project.index)):
            with pytest.raises(IndexDamagedError, match=r"is not what was written; qa index --rebuild"):
                attempt()
        update([], project.index, UpdateOptions(rebuild=True))
        assert all_that_is_held(project.index) == before

    @pytest.mark.parametrize("name", ["texts.bin", "passages.f16", "sentences.i8", "postings.bin", "model.onnx"])
    def test_damage_is_found_before_a_question_is_answered_from_it(self, project, name):
        damage(project.index, name)
        with (
            pytest.raises(IndexDamagedError, match=rf"{name} is not what was written; qa index --rebuild"),
            qa.open(project.index) as index,
        ):
            index.ask("who said what of the warrant in the harbour")

    def test_a_damaged_manifest_is_repaired_by_rebuilding_from_named_sources(self, project):
        (generations.current(project.index) / MANIFEST_FILE).write_text("{")
        with pytest.raises(IndexDamagedError, match="qa index --rebuild"):
            project.update()
        assert project.update(rebuild=True).changes.added == 3
        assert project.held() == sorted(ARTICLES)

    def test_an_index_of_another_format_is_refused_and_replaced_by_rebuilding(self, project):
        folder = generations.current(project.index)
        file = folder / MANIFEST_FILE
        file.write_text(file.read_text().replace(f'"format": {FORMAT}', f'"format": {FORMAT - 1}'))
        generations.publish(project.index, folder)  # as the older version did, with the checksum of its manifest
        with pytest.raises(IndexFormatError, match="older version of qa; qa index --rebuild"):
            project.update()
        assert project.update(rebuild=True).changes.added == 3


class TestInspecting:
    def test_an_index_that_is_up_to_date_is_current(self, project):
        status = inspect(project.index)
        assert status.current
        assert status.changes == Changes(unchanged=3)
        assert status.missing == ()
        folder = generations.current(project.index)
        sizes = [f.stat().st_size for f in folder.rglob("*") if f.is_file() and f.name != MANIFEST_FILE]
        assert status.manifest.bytes == sum(sizes)

    def test_what_an_update_would_change_is_counted_and_not_done(self, project):
        project.write("2022/new.md", "# New\n\nA new court.")
        project.write("2020/harbour.md", "# The harbour\n\nGone.")
        (project.corpus / "2021/ballot.txt").unlink()
        status = inspect(project.index)
        assert not status.current
        assert status.changes == Changes(added=1, changed=1, removed=1, unchanged=1)
        assert project.held() == sorted(ARTICLES)

    def test_a_source_that_has_gone_is_named(self, project):
        shutil.rmtree(project.corpus)
        status = inspect(project.index)
        assert status.missing == (str(project.corpus),)
        assert not status.current
        assert status.changes.removed == 3

    def test_there_is_nothing_to_inspect_without_an_index(self, tmp_path):
        with pytest.raises(IndexNotFoundError, match="there is no index in"):
            inspect(tmp_path)

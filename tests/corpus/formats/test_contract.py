"""What every format does, whatever its files."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.corpus import Problem, read
from qa.corpus.formats import registry
from qa.corpus.walk import Source
from qa.errors import ConfigError
from qa.escaping import is_unicode
from qa.types import Document
from tests.corpus.formats.shouted import Shouted

FORMATS = sorted(registry.formats().items())


def fail(problem: Problem) -> None:
    """For files that can be read."""
    raise AssertionError(str(problem))


@pytest.fixture(params=FORMATS, ids=[extension for extension, _ in FORMATS])
def extension(request: pytest.FixtureRequest) -> str:
    return str(request.param[0])


def test_it_says_what_it_reads(extension):
    one = registry.format_of(f"a{extension.upper()}")
    assert one is registry.formats()[extension]
    assert extension in one.extensions
    assert one.version


def test_a_file_that_is_gone_is_a_problem(extension, tmp_path):
    problems: list[Problem] = []
    one = registry.formats()[extension]
    assert list(one.read(Source(str(tmp_path / f"gone{extension}"), "gone"), problems.append)) == []
    assert len(problems) == 1
    assert problems[0].unseen == str(tmp_path / f"gone{extension}")


def test_an_empty_file_is_a_problem_and_no_document(extension, tmp_path):
    (tmp_path / f"a{extension}").touch()
    problems: list[Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    assert [Path(problem.where).name for problem in problems] == [f"a{extension}"]


@given(data=st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_any_bytes_give_clean_documents_or_problems(extension, tmp_path, data):
    file = tmp_path / f"a{extension}"
    file.write_bytes(data)
    problems: list[Problem] = []
    for document in read([file], problems.append):
        assert document.text[document.body_start :].strip()
        assert is_unicode(document.text)
        assert "\0" not in document.text
        assert document.sha256
        assert list(document.places) == sorted(document.places, key=lambda place: place[0])


@pytest.fixture
def offered(monkeypatch):
    """Lets another package offer a format, and forgets it afterwards."""

    def offer(value: str) -> None:
        entry_points = [EntryPoint("shouted", value, registry.ENTRY_POINTS)]
        monkeypatch.setattr(
            registry, "entry_points", lambda group: entry_points if group == registry.ENTRY_POINTS else []
        )
        registry.formats.cache_clear()

    yield offer
    registry.formats.cache_clear()


def test_another_package_offers_a_format(offered, tmp_path):
    offered("tests.corpus.formats.shouted:SHOUTED")
    (tmp_path / "a.shout").write_text("The quay is closed.")
    (document,) = read([tmp_path], fail)
    assert document.text == "THE QUAY IS CLOSED."


def test_a_format_that_cannot_be_loaded_is_named(offered):
    offered("no_such_package:FORMAT")
    with pytest.raises(ConfigError, match=r"the format shouted \(no_such_package:FORMAT\) cannot be loaded"):
        registry.format_of("a.txt")


def test_compressed_files_are_read_as_what_they_hold(tmp_path):
    import gzip

    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"id": "a", "text": "The quay is closed."}\n'))
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"The quay is open."))
    documents = {document.id: document.text for document in read([tmp_path], fail)}
    assert documents == {"a": "The quay is closed.", "b.txt.gz": "The quay is open."}


def test_a_damaged_compressed_file_is_a_problem(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(b"\x1f\x8b no")
    problems: list[Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    assert "cannot be read" in problems[0].what


@pytest.fixture
def registering(monkeypatch):
    """Forgets the formats that a test registers."""
    monkeypatch.setattr(registry, "_registered", [])
    yield
    monkeypatch.undo()
    registry.formats.cache_clear()


@pytest.mark.usefixtures("registering")
def test_a_program_registers_a_format_which_comes_first(tmp_path):
    (tmp_path / "a.shout").write_text("The quay is closed.")
    registry.register_format(Shouted())
    registry.register_format(Shouted(extensions=(".txt",)))
    (tmp_path / "b.txt").write_text("The quay is open.")
    texts = [document.text for document in read([tmp_path], fail)]
    assert texts == ["THE QUAY IS CLOSED.", "THE QUAY IS OPEN."]


class Bare:
    """A format that tells only what an article is."""

    extensions = (".bare",)
    version = "1"
    holds_many = False
    is_slow = False

    def read(self, source, _):
        yield source.where, Document(source.id, source.file.read_text())


@pytest.mark.usefixtures("registering")
def test_path_and_hash_are_filled_in_where_a_format_tells_none(tmp_path):
    (tmp_path / "a.bare").write_text("The quay is closed.")
    registry.register_format(Bare())
    (document,) = read([tmp_path], fail)
    assert document.path == str(tmp_path / "a.bare")
    assert document.sha256 == sha256(b"The quay is closed.").hexdigest()


@pytest.mark.usefixtures("registering")
def test_only_formats_that_other_processes_have_are_read_by_them():
    assert registry.is_slow("a.pdf")
    assert not registry.is_slow("a.txt")
    registry.register_format(Shouted(is_slow=True))
    assert not registry.is_slow("a.shout")


@pytest.mark.usefixtures("registering")
@pytest.mark.parametrize(
    "changes",
    [{"extensions": ()}, {"extensions": ".shout"}, {"extensions": ("shout",)}, {"extensions": (7,)}, {"version": 1}],
)
def test_what_is_no_format_is_not_registered(changes):
    with pytest.raises(ConfigError):
        registry.register_format(Shouted(**changes))
    for wrong in (None, 7, "shout"):
        with pytest.raises(ConfigError):
            registry.register_format(wrong)  # type: ignore[arg-type]

"""``qa verify``: what it prints, where it reads, and how it ends."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.cli import verifying
from qa.cli.verifying import difference
from qa.corpus import Problem, read
from qa.errors import CorpusError, IndexNotFoundError, UsageError
from qa.types import Answer, Citation, Document, DocumentRef, Excerpt, IndexInfo
from qa.verification.nearest import changes
from tests.cli.support import ESCAPES, Ran, qa

BAKERY = "The bakery in Holmby sells saffron buns on Fridays."
FERRY = "The ferry to Vestmark departs at nine every morning."
WINDMILL = "The windmill of Dorpe grinds buckwheat in autumn."


def documents(folder: Path) -> dict[str, Document]:
    def no_problem(problem: Problem) -> None:
        pytest.fail(str(problem))

    return {document.id: document for document in read([folder], no_problem)}


def exported(*cited: tuple[Document, str], question: str = "What happens?", answered: bool = True) -> Answer:
    """An answer that quotes each document; a passage is the whole document."""
    citations = []
    for rank, (document, quote) in enumerate(cited, start=1):
        start = document.text.index(quote)
        whole = Excerpt.of(document.text, 0, len(document.text))
        part = Excerpt.of(document.text, start, start + len(quote))
        citations.append(Citation(rank, DocumentRef.of(document), whole, part, 0.9, {}))
    shown, near = (tuple(citations), ()) if answered else ((), tuple(citations))
    return Answer("id of " + question, question, answered, 0.9, IndexInfo("g", "e", 1, 1), shown, near)


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three articles in ``corpus/`` of the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in (("bakery", BAKERY), ("ferry", FERRY), ("windmill", WINDMILL)):
        (folder / f"{name}.txt").write_text(f"{text}\n")
    return folder


@pytest.fixture
def answer(articles: Path) -> Path:
    """The file with an answer that cites all three, as ``qa ask --json`` prints it."""
    originals = documents(articles)
    cited = [(originals["bakery.txt"], BAKERY), (originals["ferry.txt"], FERRY), (originals["windmill.txt"], WINDMILL)]
    return written(exported(*cited).to_json(2))


def written(text: str) -> Path:
    file = Path("answer.json")
    file.write_text(text + "\n", encoding="utf-8")
    return file


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(file: Path | None, corpus: Path | None = None, index: Path | None = None, as_json: bool = False) -> Ran:
        code = verifying.verify(file, None if index is None else str(index), corpus, as_json=as_json)
        printed = capsys.readouterr()
        return Ran(printed.out, printed.err, code)

    return call


class TestText:
    def test_a_line_for_every_citation_and_the_counts(self, articles: Path, answer: Path, verify):
        ran = verify(answer, articles)
        assert (ran.code, ran.err) == (0, "")
        bakery, ferry, windmill, counts, against = ran.out.splitlines()
        assert bakery.split() == ["exact", "1", f"bakery.txt:0-{len(BAKERY)};", "line", "1"]
        assert ferry.split() == ["exact", "2", f"ferry.txt:0-{len(FERRY)};", "line", "1"]
        assert windmill.split() == ["exact", "3", f"windmill.txt:0-{len(WINDMILL)};", "line", "1"]
        assert counts == "verified: 3 citations, 3 exact, 0 moved, 0 extracted anew, 0 altered, 0 missing"
        assert against == f"against {articles}"

    def test_every_status_says_where_and_what(self, articles: Path, answer: Path, verify):
        (articles / "bakery.txt").write_text(f"Corrected.\n\n{BAKERY} However, it burned down.\n")
        (articles / "ferry.txt").write_text(FERRY.replace("nine", "seven"))
        (articles / "windmill.txt").rename(articles / "mill.txt")
        ran = verify(answer, articles)
        assert ran.code == 1
        moved, warning, altered, diff, missing, counts, _ = ran.out.splitlines()
        shift = len("Corrected.\n\n")
        assert moved.startswith(f"moved     1 bakery.txt:0-{len(BAKERY)}; now at {shift}-{shift + len(BAKERY)}, line 3")
        assert "the file has changed" in moved
        assert warning.strip() == "warning: the source goes on: However, it burned down."
        assert altered.startswith(f"altered   2 ferry.txt:0-{len(FERRY)}; the nearest text is at 0-{len(FERRY) + 1}")
        assert diff.strip() == FERRY.replace("nine", "[-nine-]{+seven+}")
        assert missing.startswith("missing   3 windmill.txt:0-")
        assert missing.endswith("no such document; the same file is now mill.txt")
        assert (
            counts == "not verified: 3 citations, 0 exact, 1 moved, 0 extracted anew, 1 altered, 1 missing; 1 warning"
        )

    def test_several_places_a_copied_text_and_white_space_are_told(self, articles: Path, answer: Path, verify):
        (articles / "bakery.txt").write_text(f"Twice. {BAKERY} {BAKERY}")
        (articles / "ferry.txt").write_text(FERRY.replace(" departs", "\n\ndeparts"))
        (articles / "windmill.txt").unlink()
        (articles / "copy.txt").write_text(f"Seen: {WINDMILL}")
        moved, altered, diff, missing, *_ = verify(answer, articles).out.splitlines()
        assert "(the nearest of 2 places)" in moved
        assert "lines 1-3 (in white space only)" in altered
        assert r"\n\n" in diff
        assert missing.endswith(f"the same text stands in copy.txt:6-{6 + len(WINDMILL)}")

    def test_a_text_without_a_trace_and_a_file_that_cannot_be_read_are_told(self, articles: Path, answer: Path, verify):
        (articles / "bakery.txt").write_text(" " * 50_000 + "x")
        (articles / "ferry.txt").write_bytes(b"\x89PNG\0\0")
        gone, diff, unreadable, *_ = verify(answer, articles).out.splitlines()
        assert "; nothing like it is left; " in gone
        assert diff.strip() == f"[-{BAKERY}-]"
        assert "cannot be read: is not text (binary); remove it, or convert it to text" in unreadable

    def test_a_passage_that_fares_otherwise_than_its_quote_is_told(self, articles: Path, verify):
        (articles / "both.txt").write_text(f"{FERRY} {BAKERY}\n")
        file = written(exported((documents(articles)["both.txt"], FERRY)).to_json(2))
        (articles / "both.txt").write_text(f"{FERRY} It is late.\n")
        line = verify(file, articles).out.splitlines()[0]
        assert line.startswith("exact ")
        assert "passage altered" in line

    def test_questions_head_the_citations_of_several_answers(self, articles: Path, verify):
        originals = documents(articles)
        first = exported((originals["bakery.txt"], BAKERY), question="What is sold?")
        second = exported((originals["ferry.txt"], FERRY), question="Which ship?", answered=False)
        lines = verify(written(f"{first.to_json()}\n\n{second.to_json()}"), articles).out.splitlines()
        assert (lines[0], lines[2]) == ("What is sold?", "Which ship?")
        assert lines[4] == "verified: 2 citations, 2 exact, 0 moved, 0 extracted anew, 0 altered, 0 missing"

    def test_what_comes_from_files_cannot_steer_the_terminal(self, articles: Path, verify):
        name = "evil\x1b[2J\nname.txt"
        (articles / name).write_text(f"{FERRY}\n")
        file = written(exported((documents(articles)[name], FERRY)).to_json(2))
        (articles / name).write_text(FERRY.replace("nine", "\x1b[31mten\u202e\x9b") + " But \x1b]0;owned\x07.\n")
        ran = verify(file, articles)
        assert ran.code == 1
        assert "name.txt" in ran.out
        assert not [mark for mark in (*ESCAPES, "\u202e", "\x07") if mark in ran.out]

    def test_json_escapes_what_steers_the_terminal_and_gives_it_back(self, articles: Path, verify):
        name = "evil\u202e\x9b31m.txt"
        (articles / name).write_text(f"{FERRY}\n")
        cited = exported((documents(articles)[name], FERRY), question="Which \u202e\x9bship?")
        ran = verify(written(cited.to_json(2)), articles, as_json=True)
        assert not [mark for mark in (*ESCAPES, "\u202e") if mark in ran.out]
        (citation,) = ran.json["citations"]
        assert citation["document"]["id"] == name
        assert citation["question"] == "Which \u202e\x9bship?"

    @pytest.mark.parametrize(
        ("old", "new", "shown"),
        [
            ("at nine every", "at ten every", "at [-nine-]{+ten+} every"),
            ("to day", "today", r"to[-\x20-]day"),
            ("one two", "one\r\ntwo", r"one[-\x20-]{+\r\n+}two"),
            ("the end", "the very end", "the {+very +}end"),
        ],
    )
    def test_changes_can_be_seen(self, old: str, new: str, shown: str):
        assert difference(changes(old, new)) == shown

    def test_long_text_that_stayed_is_cut(self):
        stayed = " ".join(f"word{n}" for n in range(200))
        shown = difference(changes(f"{stayed} nine", f"{stayed} ten"))
        assert len(shown) < 200
        assert shown.startswith("word0 word1")
        assert " ... " in shown


class TestJson:
    def test_it_has_the_schema_and_the_counts(self, articles: Path, answer: Path, verify):
        (articles / "ferry.txt").write_text(FERRY.replace("nine", "seven"))
        ran = verify(answer, articles, as_json=True)
        assert ran.code == 1
        assert (ran.json["schema"], ran.json["ok"]) == ("qa/verification/1", False)
        assert ran.json["counts"] == {"exact": 2, "moved": 0, "extracted anew": 0, "altered": 1, "missing": 0}
        assert [c["status"] for c in ran.json["citations"]] == ["exact", "altered", "exact"]

    def test_it_is_the_same_every_time(self, articles: Path, answer: Path, verify):
        first, again = (verify(answer, articles, as_json=True) for _ in range(2))
        assert first == again


class TestInput:
    @pytest.mark.parametrize("file", [None, Path("-")])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_stdin_is_read_in_any_encoding_of_unicode(
        self, answer: Path, verify, monkeypatch: pytest.MonkeyPatch, file: Path | None, encoding: str
    ):
        # Redirecting into a file on Windows writes UTF-16.
        data = answer.read_text(encoding="utf-8").encode(encoding)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert verify(file).code == 0

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "there is no answer to verify"),
            (" \n\n", "there is no answer to verify"),
            ("no json", "the input is not valid JSON"),
            ('{\n  "schema": "qa/answer/1",\n  "id": \n}', "the input:4:1 is not valid JSON"),
            ("[]", "the answer is not a JSON object"),
            ("{}", "the answer: no schema is given"),
            ("[" * 100_000, "nested too deep"),
            ('{"a": ' + "1" * 5_000 + "}", "too many digits"),
            ("\0\1\2", "is not text (binary)"),
        ],
    )
    def test_what_is_no_answer_is_an_error(self, articles: Path, verify, text: str, message: str):
        with pytest.raises(UsageError) as raised:
            verify(written(text), articles)
        assert message in str(raised.value)
        assert raised.value.exit_code == 2

    def test_an_error_names_the_line_and_the_citation(self, articles: Path, verify):
        good = exported((documents(articles)["ferry.txt"], FERRY))
        bad = good.to_dict()
        bad["citations"][0]["quote"]["end"] = 0
        with pytest.raises(UsageError, match=r"^line 3, citation 1, quote: the offsets"):
            verify(written(f"{good.to_json()}\n\n{json.dumps(bad)}"), articles)
        with pytest.raises(UsageError, match=r"^line 2 is not valid JSON"):
            verify(written(f"{good.to_json()}\n{good.to_json()[:-1]}"), articles)

    def test_an_answer_without_citations_is_an_error(self, articles: Path, verify):
        with pytest.raises(UsageError, match="nothing to check"):
            verify(written(exported(answered=False).to_json()), articles)

    @pytest.mark.parametrize("name", ["nowhere.json", "corpus", "answer.json/x"])
    @pytest.mark.usefixtures("answer")
    def test_a_file_that_cannot_be_read_is_an_error(self, verify, name: str):
        with pytest.raises(UsageError, match="cannot be read"):
            verify(Path(name))


class TestSources:
    def test_without_index_and_corpus_the_files_of_the_answer_are_read(self, articles: Path, answer: Path, verify):
        assert verify(answer).code == 0
        (articles / "ferry.txt").unlink()
        ran = verify(answer)
        assert ran.code == 1
        assert ran.out.splitlines()[1].endswith("ferry.txt:0-52; no such document")

    def test_an_index_that_is_not_there_is_an_error_where_it_is_named(self, answer: Path, verify):
        with pytest.raises(IndexNotFoundError):
            verify(answer, index=Path("index"))

    def test_an_index_that_is_not_named_is_not_looked_at(self, answer: Path, verify):
        """The index in the working folder once took the place of the answer's own files."""
        Path("index").mkdir()
        Path("index/CURRENT").write_text("not an index")
        ran = verify(answer)
        assert (ran.code, ran.out.splitlines()[-1]) == (0, "against the files that the answer names")

    def test_articles_that_the_answer_is_not_from_are_refused(self, tmp_path: Path, answer: Path, verify, indexed):
        (tmp_path / "others").mkdir()
        (tmp_path / "others" / "ferry.txt").write_text("Nobody knows. Turnips cost more, and buttons less.\n")
        with pytest.raises(UsageError, match="the answer is not from others: nothing that it cites is there"):
            verify(answer, corpus=Path("others"))
        with pytest.raises(UsageError, match=r"the answer is not from .*/others, the sources of "):
            verify(answer, index=indexed(tmp_path / "others"))

    def test_an_index_that_has_changed_since_is_told(self, articles: Path, answer: Path, verify, indexed):
        said = verify(answer, index=indexed(articles)).out.splitlines()[-1]
        assert said.startswith(f"against {articles}, the sources of ")
        assert said.endswith(", which is another index or has changed since the answer")

    def test_the_sources_of_an_index_are_read_as_they_are_now(self, articles: Path, answer: Path, verify, indexed):
        assert verify(answer, index=indexed(articles)).code == 0
        (articles / "windmill.txt").rename(articles / "mill.txt")
        assert "the same file is now mill.txt" in verify(answer, index=indexed(articles)).out

    def test_sources_of_an_index_that_are_gone_are_an_error(self, articles: Path, answer: Path, verify, indexed):
        index = indexed(articles)
        articles.rename("elsewhere")
        with pytest.raises(UsageError, match=r"the sources of .* are gone: .*/corpus; .*--corpus"):
            verify(answer, index=index)
        assert verify(answer, index=index, corpus=Path("elsewhere")).code == 0

    def test_a_source_that_is_gone_beside_others_is_told_and_not_that_the_answer_is_from_elsewhere(
        self, tmp_path: Path, articles: Path, answer: Path, verify, indexed
    ):
        (tmp_path / "others").mkdir()
        (tmp_path / "others" / "turnips.txt").write_text("Turnips cost more, and buttons less.\n")
        index = indexed(articles, tmp_path / "others")
        assert verify(answer, index=index).code == 0
        articles.rename("elsewhere")
        with pytest.raises(CorpusError, match=r"nothing that the answer cites is in .*without those gone: .*/corpus"):
            verify(answer, index=index)


@pytest.fixture
def indexed(tmp_path: Path) -> Any:
    """Publishes a generation that has a manifest and nothing else: verifying opens nothing else."""
    from qa.backends.local import generations
    from qa.backends.local.manifest import write_manifest
    from tests.contracts.backends import write_generation

    def publish(*sources: Path) -> Path:
        index = tmp_path / "the index"
        with generations.writing(index) as folder:
            manifest = replace(write_generation(folder, []), sources=tuple(map(str, sources)))
            write_manifest(manifest, folder)
            generations.publish(index, folder)
        return index

    return publish


class TestCommand:
    def test_it_verifies_and_ends_with_the_exit_codes_of_the_contract(self, articles: Path, answer: Path):
        good = qa("verify", answer, "--corpus", articles)
        assert (good.code, good.err) == (0, "")
        assert good.out.endswith(
            f"3 citations, 3 exact, 0 moved, 0 extracted anew, 0 altered, 0 missing\nagainst {articles}\n"
        )
        (articles / "ferry.txt").unlink()
        bad = qa("verify", "--json", stdin=answer.read_bytes())
        assert (bad.code, bad.err, bad.json["counts"]["missing"]) == (1, "", 1)
        broken = qa("verify", "-", stdin=b"{}")
        assert (broken.code, broken.out, len(broken.complaints)) == (2, "", 1)
        assert "Traceback" not in broken.err

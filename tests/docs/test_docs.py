"""What the documentation says is so: links lead somewhere, commands run and print what they are said to print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.support import QA, environment, qa
from tests.support import CORPUS, ROOT

README = ROOT / "README.md"
PAGES = [
    README,
    *(ROOT / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")),
    CORPUS / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
NOT_RUN = "<!-- not run -->"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)")
_ELSEWHERE = re.compile(r"[a-z]+:")


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """A page without what stands in code."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+?) *#*$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


class TestPages:
    def test_the_command_line_page_is_current(self):
        done = subprocess.run(
            [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, check=False, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.parametrize("page", PAGES, ids=name)
    def test_every_relative_link_leads_to_a_file_and_heading(self, page):
        links = [link for link in _LINK.findall(prose(page)) if not _ELSEWHERE.match(link)]
        dead = []
        for link in links:
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                dead.append(link)
        assert dead == []

    @pytest.mark.parametrize("page", PAGES, ids=name)
    def test_every_option_of_qa_in_the_text_exists(self, page):
        commands = re.findall(r"`(qa [^`\n]*)`", page.read_text(encoding="utf-8"))
        used = {option for command in commands for option in re.findall(r"(?<!\S)-{1,2}[a-z][a-z-]*", command)}
        options = set(re.findall(r"(?<!\S)-{1,2}[a-z][a-z-]*", (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")))
        assert used - options == set()


class TestGenerate:
    @pytest.fixture
    def tool(self, tmp_path: Path) -> Path:
        """A copy of the tool, which writes beside itself."""
        return Path(shutil.copy(ROOT / "docs" / "generate.py", tmp_path))

    def run(self, tool: Path, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, tool, *words], cwd=ROOT, capture_output=True, check=False, env=environment({}), text=True
        )
        assert done.stdout == ""
        return done.returncode, done.stderr

    def test_a_stale_page_is_told_in_one_line_and_kept(self, tool):
        page = tool.with_name("cli.md")
        page.write_text("of yesterday")
        code, said = self.run(tool, "--check")
        assert code == 1
        assert len(said.splitlines()) == 1
        assert "docs/cli.md" in said
        assert page.read_text() == "of yesterday"

    def test_a_missing_page_is_stale(self, tool):
        assert self.run(tool, "--check")[0] == 1

    def test_the_page_written_is_the_page_in_the_repository(self, tool):
        assert self.run(tool) == (0, "")
        assert tool.with_name("cli.md").read_bytes() == (ROOT / "docs" / "cli.md").read_bytes()

    def test_other_words_are_refused(self, tool):
        assert self.run(tool, "--force")[0] == 2


@dataclass(frozen=True)
class Command:
    """A command line in README, and the first line that README shows below it, if any."""

    line: str
    shown: str | None


def commands(text: str) -> Iterator[Command]:
    """The lines ``$ qa …`` in the console and sh blocks that are not marked as not run."""
    for block in _FENCE.finditer(text):
        marked = text[: block.start()].rstrip().endswith(NOT_RUN)
        if block[1] not in ("console", "sh") or marked:
            continue
        lines = block[2].splitlines()
        for line, below in zip(lines, [*lines[1:], ""], strict=True):
            if line.startswith("$ qa "):
                is_output = below.strip() and not below.startswith("$ ")
                yield Command(line.removeprefix("$ "), below.rstrip() if is_output else None)


README_COMMANDS = list(commands(README.read_text(encoding="utf-8")))
GUIDE_COMMANDS = list(commands((ROOT / "docs" / "guide.md").read_text(encoding="utf-8")))


class TestReadme:
    @pytest.fixture(scope="class")
    @staticmethod
    def folder(corpus_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """A folder as after ``make ask``: the sample corpus and its index."""
        folder = tmp_path_factory.mktemp("as in README")
        shutil.copytree(CORPUS, folder / "corpus")
        shutil.copytree(corpus_index, folder / "index")
        assert qa("index", "corpus", "--replace", cwd=folder).code == 0  # it was built from the corpus that was copied
        return folder

    def test_commands_are_found_with_the_first_line_of_their_output(self):
        text = (
            "```console\n$ qa status\nindex  here\n$ qa ask x\n```\n"
            f"{NOT_RUN}\n```sh\n$ qa index elsewhere\n```\n```python\n$ qa no\n```\n```sh\nqa no\n```\n"
        )
        assert list(commands(text)) == [Command("qa status", "index  here"), Command("qa ask x", None)]

    def test_readme_shows_a_question(self):
        assert any(command.line.startswith("qa ask ") for command in README_COMMANDS)

    def test_the_guide_has_commands(self):
        assert len(GUIDE_COMMANDS) > 8

    @pytest.mark.parametrize("command", [*README_COMMANDS, *GUIDE_COMMANDS], ids=lambda command: command.line)
    def test_a_command_runs_and_prints_what_is_shown(self, folder, command):
        path = os.pathsep.join([str(QA.parent), os.environ.get("PATH", "")])
        done = subprocess.run(
            ["sh", "-c", command.line],
            cwd=folder,
            env=environment({"PATH": path}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        lines = done.stdout.decode().splitlines()
        assert done.returncode in (0, 1), lines
        assert command.shown is None or lines[0].rstrip() == command.shown

    def test_what_readme_shows_of_a_question_is_what_the_command_prints(self, folder):
        """The first line stayed true while places and passages below it had changed. Seconds differ, and lines wrap."""
        shown = re.findall(
            r'^\$ qa ask "(.+?)" -k (\d)\n(.+?)\nconfidence ', README.read_text(encoding="utf-8"), re.M | re.S
        )
        assert len(shown) == 2
        for question, k, text in shown:
            printed = qa("ask", question, "-k", k, cwd=folder).out.partition("\nconfidence ")[0]
            assert [word for word in printed.split() if word != "|"] == [word for word in text.split() if word != "|"]


def _texts() -> list[Path]:
    """The files that people read or run, and that must be true on any machine."""
    named = [
        *PAGES,
        *(ROOT / name for name in ("Makefile", "pyproject.toml", "constraints.txt", "requirements.txt", "NOTICE")),
    ]
    folders = ((ROOT / name).rglob("*.py") for name in ("tests", "docs", "examples", "benchmarks"))
    return [*named, *(file for folder in folders for file in sorted(folder))]


def test_readme_says_how_the_command_is_called_that_make_has_installed():
    """``make`` installs into ``.venv``, where a new user's shell does not look."""
    after = README.read_text(encoding="utf-8").partition("make ask")[2]
    assert "`.venv/bin/qa`" in after.partition("\n## ")[0]


class TestNothingOfOneMachine:
    #: Put together here, so that this file holds none of them.
    REGISTRIES = tuple(
        ".".join(parts)
        for parts in (
            *(("pypi", "org"), ("pythonhosted", "org"), ("crates", "io"), ("npmjs", "com"), ("npmjs", "org")),
            *(("anaconda", "org"), ("jfrog", "io"), ("rubygems", "org")),
        )
    )
    ABSOLUTE = re.compile(r"(?<![\w.~}-])/(?:home|root|Users|work|mnt|opt|private|workspace)/\w")

    @pytest.mark.parametrize("file", _texts(), ids=name)
    def test_a_file_names_no_package_registry_and_no_absolute_path(self, file):
        text = file.read_text(encoding="utf-8")
        assert [host for host in self.REGISTRIES if host in text.casefold()] == []
        assert self.ABSOLUTE.findall(text) == []

"""``qa eval --report``: the page that it writes, and how that works in a real browser."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import threading
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import qa

VOTES, PROTESTS = "2024/oas-resolution-one-vote-short.md", "2024/protestas-muertes-y-detenciones.md"
GOT = {"doc": VOTES, "quote": "got 17 votes, one fewer than the 18 it needed to pass"}
HOSTILE = (
    """</option></select><script>document.title = "owned"</script><img src=x onerror="document.title='owned'">\u202e"""
)

#: What the tool answers well, and gold that makes each other outcome of it.
GOLD: list[dict[str, Any]] = [
    {"id": "votes", "question": "How many votes did the OAS resolution get?", "kind": "number", "gold": [GOT]},
    {"id": "violence", "question": "Did Guaidó rule out violence?", "kind": "fact", "gold": [GOT]},
    {"id": "router", "question": "How do I reset my router password?", "kind": "fact", "gold": [GOT]},
    {"id": "foro", "question": "¿Cuántas muertes confirmó Foro Penal?", "kind": HOSTILE, "gold": []},
    {"id": "again", "question": f"How do I reset my {HOSTILE} router password?", "kind": HOSTILE, "gold": []},
]
ALL = [line["id"] for line in GOLD]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Gold, and a baseline with other measures."""
    folder = tmp_path_factory.mktemp("report")
    lines = (json.dumps(line | {"answerable": bool(line["gold"])}) for line in GOLD)
    (folder / "gold.jsonl").write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def report(folder, corpus_index):
    """The report as JSON; the page is beside the gold."""
    ran = qa("eval", folder / "gold.jsonl", "--index", corpus_index, "--json", "--report", folder / "report.html")
    assert (ran.code, ran.err) == (0, "")
    return ran.json


@pytest.fixture(scope="module")
def html(folder, report):
    assert len(report["questions"]) == len(GOLD)
    return (folder / "report.html").read_text(encoding="utf-8")


class TestWritten:
    def test_it_holds_the_figures_and_the_quotes_of_the_report(self, report, html):
        text = unescape(html)
        for name, figure in report["figures"].items():
            cells = f"<b>{figure['value']:.4f}</b></td>\\s*<td>\\[{figure['low']:.3f}, {figure['high']:.3f}\\]"
            assert re.search(rf'<th scope="row">{name}.*?</th>\s*<td>{cells}', text)
        assert all(question["first"]["quote"] in text for question in report["questions"])
        assert text.count(GOT["quote"]) >= 3

    def test_a_baseline_is_compared_with(self, folder, report, corpus_index):
        # The verdicts on votes, violence and again are right; in the baseline those on the other two were.
        before = copy.deepcopy(report)
        for question in before["questions"]:
            question["measures"]["verdict"] = 1 - question["measures"]["verdict"]
        (folder / "before.json").write_text(json.dumps(before))
        page = folder / "compared.html"
        words = ("--baseline", folder / "before.json", "--report", page)
        ran = qa("eval", folder / "gold.jsonl", "--index", corpus_index, *words)
        assert ran.code == 0
        assert re.search(r"verdict +0\.6000 +0\.4000 +\+0\.2000 +\S+ +3 +2$", ran.out, re.MULTILINE)
        cells = r"<td>0\.6000</td><td>0\.4000</td>\s*<td><b>\+0\.2000</b></td><td>[\d.]+</td>\s*<td>3</td><td>2</td>"
        assert re.search(rf'<th scope="row">verdict</th>\s*{cells}', page.read_text())

    def test_a_folder_that_does_not_exist_is_told_before_any_work(self, tmp_path):
        page = tmp_path / "nowhere" / "report.html"
        ran = qa("eval", tmp_path / "no gold", "--index", tmp_path / "no index", "--report", page)
        assert (ran.code, ran.complaints) == (2, [f"qa: the folder of {page} does not exist; make it first"])

    def test_a_folder_in_its_place_is_told_before_any_work(self, tmp_path):
        ran = qa("eval", tmp_path / "no gold", "--index", tmp_path / "no index", "--report", tmp_path)
        assert (ran.code, ran.complaints) == (2, [f"qa: {tmp_path} is a folder; name a file in it"])

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody can write")
    def test_a_page_that_cannot_be_written_is_one_line(self, folder, corpus_index):
        ran = qa("eval", folder / "gold.jsonl", "--index", corpus_index, "--report", "/proc/report.html")
        assert (ran.code, ran.out) == (3, "")
        (complaint,) = ran.complaints
        assert complaint.startswith("qa: /proc/report.html cannot be written (")


BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=5000 --dump-dom""".split()

#: Chooses as a person would, and notes each time what can be seen.
DRIVER = """<script>
const seen = CHOICES.map((choices) => {
  for (const [id, value] of Object.entries(choices)) {
    const control = document.getElementById(id);
    const label = (option) => option.textContent.replace(/ [(][0-9]+[)]$/, "");
    const option = Array.from(control.options || []).find((each) => label(each) === value);
    control.value = option ? option.value : value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const visible = Array.from(document.querySelectorAll("article")).filter((node) => node.getClientRects().length);
  return [document.getElementById("shown").textContent, visible.map((node) => node.querySelector("code").textContent)];
});
RESULT(seen);
</script>"""
RESULT = """<script>
const RESULT = (value) => {
  const result = document.createElement("pre");
  result.id = "result";
  result.textContent = JSON.stringify(value);
  document.body.append(result);
};
</script>"""


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium, which is not installed here")
class TestInABrowser:
    @pytest.fixture
    def load(self, tmp_path):
        """What the browser makes of a page, as HTML."""

        def load(html: str, fragment: str = "") -> str:
            file = tmp_path / "page.html"
            file.write_text(html, encoding="utf-8")
            words = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", file.as_uri() + fragment]
            return subprocess.run(words, capture_output=True, check=True, timeout=120).stdout.decode()

        return load

    @pytest.fixture
    def choose(self, load, html):
        """The line above the questions and the questions that can be seen, after each of several choices."""

        def choose(**choices: list[str]) -> list[tuple[str, list[str]]]:
            steps = [dict(zip(choices, values, strict=True)) for values in zip(*choices.values(), strict=True)]
            scripts = RESULT + DRIVER.replace("CHOICES", json.dumps(steps).replace("<", "\\u003c"))
            return [(line, ids) for line, ids in result(load(appended(without_policy(html), scripts)))]

        return choose

    def test_the_policy_lets_its_own_script_run_and_it_opens_with_the_failures(self, load, html):
        assert 'role="search" aria-label="Questions" hidden' in html
        page = load(html)
        assert 'role="search" aria-label="Questions">' in page
        assert ">3 of 5 questions shown</p>" in page
        assert len(re.findall(r"<article[^>]* hidden", page)) == 2

    def test_by_outcome(self, choose, report):
        rows = {row["query_id"]: row for row in report["questions"]}
        right = [i for i in ALL if rows[i]["answerable"] and rows[i]["correct"]]
        expected = {
            "All": ALL,
            "First quote right": right,
            "First quote wrong": [i for i in ALL if rows[i]["answerable"] and i not in right],
            "Abstained wrongly": [i for i in ALL if rows[i]["answerable"] and not rows[i]["answered"]],
            "Answered wrongly": [i for i in ALL if rows[i]["answered"] and not rows[i]["answerable"]],
            "Failures": ["violence", "router", "foro"],
        }
        assert [len(ids) for ids in expected.values()] == [5, 1, 2, 1, 1, 3]
        seen = choose(outcome=list(expected))
        assert seen == [(f"{len(ids)} of 5 questions shown", ids) for ids in expected.values()]

    def test_by_kind_and_outcome(self, choose):
        escaped = HOSTILE.replace("\u202e", r"\u202e")
        seen = choose(
            kind=["number", "fact", escaped, escaped, "All kinds"],
            outcome=["All", "All", "All", "First quote right", "Failures"],
        )
        assert [ids for _, ids in seen] == [["votes"], ["violence", "router"], ["foro", "again"], [], ALL[1:4]]
        assert seen[3][0] == "None of 5 questions shown"

    def test_by_text(self, choose):
        expected = {
            "GUAIDO RULE": ["violence"],  # neither case nor accents count
            " penal   muertes ": ["foro"],  # words in any order
            PROTESTS: ["foro"],  # a document that was shown
            "one fewer than": ["votes", "violence", "router"],  # a quote that is expected
            "again": ["again"],  # an id
            "owned": ["foro", "again"],  # a kind
            "confidence": [],  # the page's own words are not looked through
            "": ALL,
        }
        seen = choose(outcome=["All"] * len(expected), text=list(expected))
        assert [ids for _, ids in seen] == list(expected.values())

    def test_a_link_to_a_question_shows_it_whatever_the_filter(self, load, html):
        page = load(html, "#q1")
        assert ">5 of 5 questions shown</p>" in page
        assert not re.search(r"<article[^>]* hidden", page)

    def test_hostile_text_does_nothing(self, load, html):
        page = load(without_policy(html))
        assert "<title>Evaluation on 5 questions</title>" in page
        assert page.count("<script>") == 1
        assert "<img" not in page

    def test_it_fits_a_phone(self, load, html, tmp_path):
        tell = "<script>parent.postMessage([innerWidth, document.documentElement.scrollWidth], '*')</script>"
        (tmp_path / "inner.html").write_text(appended(without_policy(html), tell), encoding="utf-8")
        frame = '<iframe src="inner.html" width="390" height="800" style="border: 0"></iframe>'
        page = load(f"<body>{RESULT}<script>onmessage = (event) => RESULT(event.data)</script>{frame}</body>")
        assert result(page) == [390, 390]

    def test_the_policy_forbids_every_request(self, load, html):
        requests: list[str] = []

        class Listener(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                requests.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            there = f"http://127.0.0.1:{server.server_port}"
            tampered = appended(
                html,
                f'<img src="{there}/image"><link rel="stylesheet" href="{there}/style">'
                f'<script src="{there}/script"></script><iframe src="{there}/frame"></iframe>',
            )
            load(tampered)
            assert requests == []
            load(without_policy(tampered))
            assert {"/image", "/style", "/script", "/frame"} <= set(requests)
            server.shutdown()


def without_policy(html: str) -> str:
    """A copy of the page in which a test's own script may run."""
    copy, n = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    assert n == 1
    return copy


def appended(html: str, more: str) -> str:
    """A copy of the page with more at its end."""
    assert html.count("</body>") == 1
    return html.replace("</body>", f"{more}</body>")


def result(page: str) -> Any:
    """What a test's script told."""
    match = re.search(r'<pre id="result">(.*?)</pre>', page, re.DOTALL)
    assert match is not None
    return json.loads(unescape(match[1]))

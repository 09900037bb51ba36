"""The page that shows a report: what is on it, and that it is harmless and accessible."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from qa.errors import UsageError
from qa.evaluation.compare import compare
from qa.evaluation.confidence_measures import confusion, risk_coverage
from qa.evaluation.evaluate import evaluate
from qa.evaluation.figures import Verdicts, confidence_figures, mean_figures
from qa.evaluation.gold import Gold, GoldEntry, GoldQuestion
from qa.evaluation.html_report import QuestionView, operating_point, render_html
from qa.evaluation.report import MEASURES, FirstCitation, Latency, Report, Row
from qa.types import IndexInfo
from tests.evaluation.support import ARTICLES, QUESTIONS, fact, memory_index
from tests.support import article

#: Ends what it stands in, loads, runs, turns text around, and steers a terminal.
HOSTILE = (
    """</h3></script><script>document.title = "owned"</script><img src="http://evil.example/" onerror="alert(1)">"""
    """ ' " &lt; \u202e\u2066\u061c \x1b[31m\x9b {{ 7 * 7 }}"""
)
SHOWN_AS_ESCAPES = ("\u202e", "\u2066", "\u061c", "\x1b", "\x9b")
VOID = ("meta", "br", "input")


@dataclass
class Element:
    """An element as it was parsed."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """The elements below, in order, with this tag and these attributes (``class_`` is one of the classes)."""
        wanted = attributes.pop("class_", None)
        nodes = []
        for child in (child for child in self.children if isinstance(child, Element)):
            classes = (child.attributes.get("class") or "").split()
            fits = attributes.items() <= child.attributes.items() and (wanted is None or wanted in classes)
            nodes += [child] if fits and tag in ("", child.tag) else []
            nodes += child.all(tag, **attributes, **({"class_": wanted} if wanted else {}))
        return nodes

    def one(self, tag: str = "", **attributes: str) -> Element:
        (node,) = self.all(tag, **attributes)
        return node

    def rows(self) -> list[list[str]]:
        """A table's cells."""
        return [[cell.words for cell in (*row.all("th"), *row.all("td"))] for row in self.all("tr")]


class Parser(HTMLParser):
    """Builds the tree, and refuses elements that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.path = [Element("", {})]

    def handle_starttag(self, tag, attrs):
        assert len(attrs) == len(dict(attrs)), f"an attribute of {tag} twice"
        element = Element(tag, dict(attrs))
        self.path[-1].children.append(element)
        if tag not in VOID:
            self.path.append(element)

    def handle_startendtag(self, tag, attrs):
        self.path[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.path.pop().tag == tag

    def handle_data(self, data):
        self.path[-1].children.append(data)


def parse(html: str) -> Element:
    parser = Parser()
    parser.feed(html)
    parser.close()
    (root,) = parser.path
    return root


def question(page: Element, query_id: str) -> Element:
    (article,) = (node for node in page.all("article") if node.one("p", class_="tags").one("code").text == query_id)
    return article


RIGHT = dict.fromkeys(MEASURES, 1.0)
WRONG = dict.fromkeys(MEASURES, 0.0) | {"nDCG@10": 0.63093, "R@100": 1.0}

GOLD = Gold(
    (
        fact("ferry", "When does the ferry depart?", "ferry.txt", "departs at nine"),
        GoldQuestion(
            "maps",
            "Who keeps the maps?",
            True,
            "number",
            (GoldEntry("museum.txt", "twelve maps"), GoldEntry("archive.txt", "a map of Tarnby", relevance=2)),
        ),
        fact("cafe", "Where is the café of Zoë?", "bakery.txt", "in Holmby"),
        GoldQuestion("router", "How do I reset my router?", False, "none"),
        GoldQuestion("moon", "Who walked on the moon?", False, "none"),
    )
)


def row(query_id, answered, confidence, correct, first, measures):
    asked = next(q for q in GOLD.questions if q.query_id == query_id)
    verdict = {"verdict": float(answered == asked.answerable)}
    return Row(
        query_id, asked.question, asked.kind, asked.answerable, answered, confidence, correct, first, measures | verdict
    )


ROWS = (
    row("ferry", True, 0.95, True, FirstCitation("ferry.txt", "It departs at nine.", 4, 23), RIGHT),
    row("maps", True, 0.75, False, FirstCitation("museum.txt", "It opened in 1912.", 0, 18), WRONG),
    row("cafe", False, 0.25, True, FirstCitation("bakery.txt", "The bakery in Holmby", 0, 20), RIGHT),
    row("router", True, 0.55, False, FirstCitation("ferry.txt", "In winter", 24, 33), {}),
    row("moon", False, 0.0, False, None, {}),
)


def report_of(rows: tuple[Row, ...], gold: Gold = GOLD) -> Report:
    """What ``evaluate`` makes of rows like these."""
    v = Verdicts.of(rows)
    return Report(
        gold=gold.fingerprint,
        left_out=3,
        index=IndexInfo("generation", "words", 1234, 56789),
        k=7,
        figures=mean_figures(rows) | confidence_figures(v),
        kinds={kind: mean_figures([r for r in rows if r.kind == kind]) for kind in sorted({r.kind for r in rows})},
        confusion=confusion(v.answerable, v.answered),
        risk_coverage=tuple(risk_coverage(v.confidences, v.correct)),
        latency=Latency(0.0123, 1.5),
        rows=rows,
    )


REPORT = report_of(ROWS)


@pytest.fixture(scope="module")
def html():
    return render_html(REPORT, GOLD)


@pytest.fixture(scope="module")
def page(html):
    return parse(html)


@pytest.fixture(scope="module")
def baseline():
    """``maps`` was answered right, and ``ferry`` not at all."""
    before = {"maps": RIGHT, "ferry": WRONG | {"verdict": 0.0}}
    return replace(REPORT, rows=tuple(replace(r, measures=before.get(r.query_id, r.measures)) for r in ROWS))


@pytest.fixture(scope="module")
def hostile():
    """An evaluation in which articles, ids, questions and kinds are all hostile."""
    query_id = "".join(character for character in HOSTILE if character not in ("\x1b", "\x9b"))  # gold has no others
    name = f"{query_id}.txt"
    text = f"The harbour of {HOSTILE} was dredged twice."
    gold = Gold(
        (
            fact(query_id, f"Was the harbour dredged {HOSTILE}?", name, f"{HOSTILE} was dredged", HOSTILE),
            GoldQuestion(f"no {query_id}", f"Who {HOSTILE}?", False, f"no {HOSTILE}"),
        )
    )
    report = evaluate(memory_index([*ARTICLES, article(name, text)]), gold)
    assert report.rows[0].first is not None
    assert HOSTILE in report.rows[0].first.quote
    return render_html(report, gold, compare(report, report))


class TestContent:
    def test_what_was_measured(self, page):
        about = page.one("dl", class_="about")
        assert {term.text: said.words for term, said in zip(about.all("dt"), about.all("dd"), strict=True)} == {
            "Gold": f"5 questions 3 answerable{REPORT.gold} 3 without a judgement were left out",
            "Index": "1,234 documents56,789 passages generation",
            "Embedder": "words",
            "Citations a question": "k = 7",
            "Latency of an answer": "median 12.3 ms 95th percentile 1,500.0 ms",
        }

    def test_a_reranker_is_named_by_the_beginning_of_its_fingerprint(self):
        page = parse(render_html(replace(REPORT, reranker="0123456789abcdef" * 4), GOLD))
        about = page.one("dl", class_="about")
        said = dict(zip((t.text for t in about.all("dt")), (d.words for d in about.all("dd")), strict=True))
        assert said["Reranker"] == "0123456789ab"

    def test_every_figure_with_its_interval(self, page):
        _, *rows = page.all("table")[0].rows()
        assert rows == [
            [
                name + (" less is better" if name in ("AURC", "ECE") else ""),
                f"{f.value:.4f}",
                f"[{f.low:.3f}, {f.high:.3f}]",
                "",
                f"{f.n}",
            ]
            for name, f in REPORT.figures.items()
        ]

    def test_every_measure_is_explained(self, page):
        explained = page.one("main").all("dl", class_="pairs")[0]
        assert [term.text for term in explained.all("dt")] == list(REPORT.figures)

    def test_each_kind(self, page):
        table = page.one(**{"aria-labelledby": "kinds", "role": "region"}).rows()
        assert table[0] == ["Kind", "Questions", *MEASURES]
        assert [r[:2] for r in table[1:]] == [["fact", "2"], ["none", "2"], ["number", "1"]]
        ndcg = REPORT.kinds["number"]["nDCG@10"]
        assert table[3][2] == f"{ndcg.value:.4f}{ndcg.low:.2f}–{ndcg.high:.2f}" == "0.63090.63–0.63"
        assert table[2][2:] == ["–"] * (len(MEASURES) - 1) + ["0.50000.00–1.00"]

    def test_answered_and_abstained(self, page):
        table = page.one(**{"aria-labelledby": "confusion", "role": "region"}).rows()
        assert table[1:] == [
            ["answer", "2 rightly67 %", "1 wrongly33 %"],
            ["do not answer", "1 wrongly50 %", "1 rightly50 %"],
        ]

    def test_three_figures_with_titles(self, page):
        titles = [figure.one("h3").text for figure in page.all("figure")]
        assert titles == ["Recall by cutoff", "Risk and coverage", "Reliability"]
        assert all(figure.one("svg").one("title").text for figure in page.all("figure"))
        assert "Now 60.0 % are answered, 66.7 % of these wrongly." in page.all("figure")[1].words

    def test_the_reliability_bins_as_a_table(self, page):
        filled = [r for r in page.all("figure")[2].rows() if r[1] not in ("0", "Questions")]
        assert filled == [
            ["[0, 0.1]", "1", "0.0000", "0.0000"],
            ["(0.2, 0.3]", "1", "0.2500", "1.0000"],
            ["(0.5, 0.6]", "1", "0.5500", "0.0000"],
            ["(0.7, 0.8]", "1", "0.7500", "0.0000"],
            ["(0.9, 1]", "1", "0.9500", "1.0000"],
        ]

    def test_a_question_with_what_was_expected_and_what_was_shown(self, page):
        maps = question(page, "maps")
        expected, shown = maps.all("div", class_="side")
        assert maps.one("h3").text == "Who keeps the maps?"
        assert [quote.text for quote in expected.all("blockquote")] == ["twelve maps", "a map of Tarnby"]
        assert [place.words for place in expected.all("p")] == ["museum.txt", "archive.txt relevance 2"]
        assert shown.one("h4").text == "Answered, confidence 0.75"
        assert shown.one("blockquote").text == "It opened in 1912."
        assert shown.one("p").words == "museum.txt:0-18an expected document"
        measures = {div.one("dt").text: div.one("dd").text for div in maps.one("dl").all("div")}
        assert measures == dict.fromkeys(MEASURES, "0") | {"nDCG@10": "0.6309", "R@100": "1", "verdict": "1"}

    def test_an_abstention_and_nothing_found(self, page):
        assert question(page, "cafe").all("h4")[1].text == "Abstained; the nearest was, confidence 0.25"
        assert "Nothing was found." in question(page, "moon").words
        assert "An abstention: the articles do not answer it." in question(page, "moon").words

    def test_outcomes(self, page):
        tags = {
            name: [tag.words for tag in question(page, name).all(class_="tag")]
            for name in ("ferry", "maps", "cafe", "router", "moon")
        }
        assert tags == {
            "ferry": ["First quote right"],
            "maps": ["First quote wrong"],
            "cafe": ["First quote right", "Abstained wrongly"],
            "router": ["Answered wrongly"],
            "moon": [],
        }

    def test_documents_where_only_documents_are_judged(self):
        gold = Gold((fact("a", "When does the ferry to Vestmark depart?", "ferry.txt", None, kind="beir"),))
        page = parse(render_html(evaluate(memory_index(), gold), gold))
        assert question(page, "a").all("div", class_="side")[0].one("p").words == "ferry.txt"
        assert [tag.words for tag in question(page, "a").all(class_="tag")] == ["First document right"]
        assert "quote@1" not in page.one("main").words

    def test_gold_that_nothing_answers_has_no_recall(self):
        gold = Gold((GoldQuestion("a", "Who?", False, "none"), GoldQuestion("b", "Where?", False, "none")))
        page = parse(render_html(evaluate(memory_index(), gold), gold))
        assert [figure.one("h3").text for figure in page.all("figure")] == ["Risk and coverage", "Reliability"]

    def test_a_comparison(self, baseline):
        comparison = compare(REPORT, baseline)
        page = parse(render_html(REPORT, GOLD, comparison))
        table = page.one(**{"aria-labelledby": "differences", "role": "region"}).rows()
        assert table[1:] == [
            [
                d.measure,
                f"{d.value:.4f}",
                f"{d.baseline:.4f}",
                f"{d.change:+.4f}",
                f"{d.p_value:.4f}",
                f"{len(d.better)}",
                f"{len(d.worse)}",
                f"{d.n}",
            ]
            for d in comparison.differences
        ]
        assert [link.words for link in page.all("a") if link.text == "maps"] == ["maps"] * 2
        assert "Worse than the baseline: nDCG@10, quote@1" in question(page, "maps").words
        assert "Better than the baseline: nDCG@10, quote@1, verdict" in question(page, "ferry").words

    def test_a_significant_difference_is_marked(self):
        questions = tuple(replace(QUESTIONS[0], query_id=f"q{n}") for n in range(12))
        report = evaluate(memory_index(), questions)
        before = replace(report, rows=tuple(replace(r, measures={**r.measures, "verdict": 2.0}) for r in report.rows))
        page = parse(render_html(report, Gold(questions), compare(report, before)))
        table = page.one(**{"aria-labelledby": "differences", "role": "region"}).rows()
        assert [r[0] for r in table if r[0] not in (*MEASURES, "Measure")] == ["verdict worse"]

    def test_the_same_report_gives_the_same_page(self, html):
        assert render_html(REPORT, GOLD) == html

    def test_a_report_on_other_gold_is_refused(self):
        with pytest.raises(UsageError, match="measured with other gold questions"):
            render_html(REPORT, Gold(tuple(QUESTIONS)))


class TestOutcomes:
    @pytest.mark.parametrize(
        ("answerable", "answered", "correct", "outcomes"),
        [
            (True, True, True, ("right",)),
            (True, True, False, ("failure", "wrong")),
            (True, False, True, ("failure", "right", "abstained")),
            (True, False, False, ("failure", "wrong", "abstained")),
            (False, True, False, ("failure", "answered")),
            (False, False, False, ()),
        ],
    )
    def test_each_way_a_question_can_go(self, answerable, answered, correct, outcomes):
        changed = replace(ROWS[0], answerable=answerable, answered=answered, correct=correct)
        assert QuestionView(changed, ()).outcomes == outcomes

    def test_where_the_tool_stands(self):
        assert operating_point(ROWS) == (0.55, 3 / 5, 2 / 3)
        assert operating_point(ROWS[2:3]) is None


class TestHarmless:
    def test_hostile_text_is_text(self, hostile):
        page = parse(hostile)
        assert len(page.all("script")) == 1
        assert page.all("img") == []
        shown = page.all("article")[0].words
        assert shown.count('</script><script>document.title = "owned"</script><img src="http://evil.example/"') == 7
        assert "{{ 7 * 7 }}" in shown

    def test_what_steers_is_shown_as_an_escape(self, hostile):
        assert [character for character in SHOWN_AS_ESCAPES if character in hostile] == []
        assert r"\u202e\u2066\u061c \u001b[31m\u009b" in parse(hostile).all("article")[0].one("h3").text

    def test_lone_surrogates_can_be_written(self):
        rows = (replace(ROWS[0], kind="\ud800"),)
        gold = Gold((replace(GOLD.questions[0], kind="\ud800"),))
        assert rb"\ud800" in render_html(report_of(rows, gold), gold).encode()

    def test_nothing_is_loaded_and_no_attribute_is_code_or_style(self, hostile):
        nodes = parse(hostile).all()
        attributes = [(name, value or "") for node in nodes for name, value in node.attributes.items()]
        places = ("src", "href", "xlink:href", "srcset", "action", "formaction", "data", "poster", "background")
        assert {value[0] for name, value in attributes if name in places} <= {"#"}
        assert [name for name, _ in attributes if name.startswith("on") or name == "style"] == []
        assert not re.search(
            r"url\(|@import|https?:", parse(hostile).one("style").text + parse(hostile).one("script").text
        )
        assert {node.tag for node in nodes}.isdisjoint({"link", "img", "iframe", "object", "embed", "base", "form"})

    def test_the_policy_allows_the_page_s_own_style_and_script_alone(self, page):
        policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
        hashes = {
            name: b64encode(sha256(page.one(name).text.encode()).digest()).decode() for name in ("style", "script")
        }
        assert (policy or "").split("; ") == [
            "default-src 'none'",
            f"style-src 'sha256-{hashes['style']}'",
            f"script-src 'sha256-{hashes['script']}'",
            "base-uri 'none'",
            "form-action 'none'",
        ]


class TestAccessible:
    def test_headings_do_not_skip_a_level(self, page):
        levels = [int(node.tag[1]) for node in page.all() if re.fullmatch(r"h\d", node.tag)]
        assert levels[0] == 1
        assert all(below - above <= 1 for above, below in pairwise(levels))

    def test_every_header_of_a_table_has_a_scope(self, page):
        assert {cell.attributes.get("scope") for cell in page.all("th")} == {"col", "row"}

    def test_every_control_has_a_label(self, page):
        labelled = [node for label in page.all("label") for node in (*label.all("input"), *label.all("select"))]
        assert len(labelled) == len([*page.all("input"), *page.all("select")]) == 3

    def test_every_reference_leads_to_one_element(self, html):
        page = parse(html)
        ids = [node.attributes["id"] for node in page.all() if "id" in node.attributes]
        named = [node.attributes.get(name) for node in page.all() for name in ("aria-labelledby", "aria-describedby")]
        links = [(link.attributes["href"] or "").removeprefix("#") for link in page.all("a")]
        assert len(ids) == len(set(ids))
        assert {*filter(None, named), *links} <= set(ids)

    def test_without_javascript_everything_is_shown_but_the_filter(self, page):
        hidden = [node.attributes.get("id") for node in page.all() if "hidden" in node.attributes]
        assert hidden == ["filter"]
        assert page.one(id="shown").text == "5 questions"

    @pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
    def test_text_stands_out(self, page, theme):
        colours = dict(
            re.findall(
                r"--([\w-]+): (#[0-9a-f]{6})", re.findall(r":root \{(.*?)\}", page.one("style").text, re.DOTALL)[theme]
            )
        )
        backgrounds = ("page", "card", "good-tint", "bad-tint")
        pairs = [(text, behind) for text in ("ink", "muted") for behind in backgrounds]
        pairs += [("accent", "page"), ("accent", "card")]
        pairs += [(name, f"{name}-tint") for name in ("good", "bad", "warn")]
        assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []
        assert contrast(colours["edge"], colours["card"]) >= 3


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

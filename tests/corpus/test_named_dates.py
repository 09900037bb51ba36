"""Dates in file names and web addresses.

The addresses have the shapes that the sites or programs named beside them use or document, with invented names. What is
counted wrong is any date where there is none, or another one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.corpus import read
from qa.corpus.named_dates import date_in_name, date_in_url

DAY = "2023-03-14"

URLS: dict[str, list[tuple[str, str | None]]] = {
    "WordPress, day and name": [("/2023/03/14/quay-closed/", DAY), ("/blog/2023/03/14/", DAY)],
    "WordPress, month and name; numeric": [("/2023/03/quay-closed/", None), ("/archives/123", None)],
    "The New York Times": [("/2023/03/14/world/europe/quay-closed.html", DAY)],
    "The Guardian": [("/world/2023/mar/14/quay-closed-port-selden", DAY)],
    "CNN": [("/2023/03/14/europe/quay-closed-intl/index.html", DAY)],
    "Reuters": [("/world/europe/quay-closed-2023-03-14/", DAY), ("/article/us-quay/quay-idUSKBN2VG1AB", None)],
    "The Washington Post": [("/world/2023/03/14/quay-closed/", DAY)],
    "El País": [("/internacional/2023-03-14/el-muelle-cerrado.html", DAY)],
    "La Vanguardia": [("/internacional/20230314/8823456/muelle-cerrado.html", DAY)],
    "Le Monde": [("/international/article/2023/03/14/le-quai-ferme_6165432_3210.html", DAY)],
    "Corriere della Sera": [("/esteri/23_marzo_14/molo-chiuso-a1b2c3d4.shtml", None)],
    "Folha de S.Paulo": [("/mundo/2023/03/cais-fechado.shtml", None)],
    "BBC": [("/news/world-europe-64951234", None), ("/news/articles/c4gd5e6f7g8o", None)],
    "AP": [("/article/quay-closed-a1b2c3d4e5f60718293a4b5c6d7e8f90", None)],
    "Der Spiegel": [("/ausland/hafen-gesperrt-a-3f2504e0-4f89-11d3-9a0c-0305e82c3301", None)],
    "Deutsche Welle": [("/en/quay-closed/a-64969696", None)],
    "NPR": [("/2023/03/14/1163377123/quay-closed", DAY)],
    "Federal Register": [("/documents/2023/03/14/2023-05123/notice-of-closure", DAY)],
    "The Wayback Machine": [
        ("/web/20230320101500/https://post.example/2023/03/14/quay", DAY),
        ("/web/20230320101500/https://post.example/quay", None),
    ],
    "Blogger": [("/2023/03/quay-closed.html", None)],
    "arXiv": [("/abs/2303.12345", None)],
    "YouTube": [("/watch?v=20230314abc", None)],
    "A day that a title tells of": [
        ("/history/on-this-day-1944-06-06", None),
        ("/news/attacks-of-september-11-2001", None),
        ("/events/deadline-2023-03-14", None),
        ("/statement-from-2023-03-01-to-2023-03-14", None),
    ],
    "Numbers": [
        ("/id/20231314", None),
        ("/id/120230314", None),
        ("/id/a20230314", None),
        ("/10.1000/2023.0314", None),
        ("/ISSN/2049-3630", None),
        ("/isbn/9781400031702", None),
        ("/phone/2023-555-0142", None),
    ],
    "Others": [
        ("/2023/02/30/no-such-day", None),
        ("/03/04/2023/which", None),
        ("/14-03-2023/quay", DAY),
        ("/03-04-2023/quay", None),
        ("/2023/03/14/follows/2023/03/12/", None),
    ],
}

NAMES: dict[str, list[tuple[str, str | None]]] = {
    "Jekyll and Hugo posts": [("_posts/2023-03-14-quay-closed.md", DAY), ("posts/2023-03-14.md", DAY)],
    "Obsidian and Logseq journals": [("journal/2023-03-14.md", DAY), ("journals/2023_03_14.md", DAY)],
    "Notes and minutes": [
        ("2023-03-14 Harbour board.docx", DAY),
        ("Minutes 2023-03-14.pdf", DAY),
        ("minutes_20230314.pdf", DAY),
        ("20230314_harbour-board_v2.docx", DAY),
        ("20230314T0930 board.txt", DAY),
        ("14 March 2023 board.odt", DAY),
        ("14-marzo-2023-junta.pdf", DAY),
        ("Protokoll 14.03.2023.pdf", DAY),
        ("2023.03.14.txt.gz", DAY),
        ("Board 2023-03-14 (final).docx", DAY),
    ],
    "wget --mirror": [("post.example/2023/03/14/index.html", DAY), ("post.example/2023/03/index.html", None)],
    "MediaWiki and Common Crawl dumps": [
        ("enwiki-20230320-pages.jsonl", "2023-03-20"),
        ("dump-20230320.jsonl", None),
        ("crawl_2023-03-14.warc.txt", None),
    ],
    "Scanners, cameras, browsers, backups": [
        ("scan_20230314_0001.pdf", None),
        ("Scan 2023-03-14.pdf", None),
        ("IMG_20230314_101500.txt", None),
        ("Screenshot 2023-03-14 at 10.15.00.txt", None),
        ("backup-2023-03-14.txt", None),
        ("article (retrieved 2023-03-14).html", None),
        ("notes.bak.20230314.txt", None),
        ("contacts-export-2023-03-14.csv", None),
    ],
    "Spans and other days": [
        ("report 2023-03-01 to 2023-03-14.pdf", None),
        ("2023-03-01_2023-03-14.csv", None),
        ("valid until 2023-03-14.txt", None),
        ("Bericht bis 14.03.2023.pdf", None),
        ("The attacks of September 11, 2001.pdf", None),
        ("born 1950-03-14.txt", None),
    ],
    "Versions and numbers": [
        ("pip-2023.3.1.txt", None),
        ("ISO 8601-1-2019.pdf", None),
        ("RFC 2822.txt", None),
        ("case 2023-1234-12.pdf", None),
        ("20231345.txt", None),
        ("0001_20770123456789.txt", None),
        ("000_c7dc520152345ae6.txt", None),
        ("03.04.2023.txt", None),
        ("2023.txt", None),
        ("2023-03.md", None),
        ("report-2023-Q1.pdf", None),
    ],
}


def cases(given: dict[str, list[tuple[str, str | None]]]) -> list[tuple[str, str | None]]:
    return [case for several in given.values() for case in several]


@pytest.mark.parametrize(("path", "expected"), cases(URLS))
def test_in_addresses(path: str, expected: str | None) -> None:
    assert date_in_url(f"https://post.example{path}") == expected


# Of what a dump or a crawl is of, its name tells nothing; one without such a word is taken for the article's own day.
@pytest.mark.parametrize(("name", "expected"), cases(NAMES))
def test_in_names(name: str, expected: str | None) -> None:
    assert date_in_name(name) == expected


@pytest.mark.parametrize("text", ["", "/", "https://[", "https://post.example", "2023-03-14/", "\x00", "a" * 9000])
def test_anything_may_be_asked(text: str) -> None:
    assert date_in_url(text) is None or text.startswith("2023")
    date_in_name(text)


def test_what_the_article_tells_comes_first_then_its_address_then_its_name(tmp_path: Path) -> None:
    told = "---\ndate: 2021-01-02\nurl: https://post.example/2022/03/04/a\n---\nText."
    articles = {
        "2023-03-14-a.md": told,
        "2023-03-14-b.md": told.replace("date: 2021-01-02\n", ""),
        "2023-03-14-c.md": "Text.",
        "14.03.2023.jsonl": '{"id": "d", "text": "T", "url": "https://a.example/2020/05/06"}\n{"id": "e", "text": "T"}',
    }
    for name, text in articles.items():
        (tmp_path / name).write_text(text)
    dates = {document.id: document.date for document in read([tmp_path], lambda problem: pytest.fail(str(problem)))}
    assert dates == {
        "2023-03-14-a.md": "2021-01-02",
        "2023-03-14-b.md": "2022-03-04",
        "2023-03-14-c.md": "2023-03-14",
        "d": "2020-05-06",
        "e": None,
    }

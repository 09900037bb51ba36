"""Where sentences end, and where they do not."""

from __future__ import annotations

import pytest

from qa.text.sentences import WINDOW, sentences, strip
from qa.types import Span


def split(text: str, start: int = 0) -> list[str]:
    return [text[s.start : s.end] for s in sentences(text, start)]


#: Longer than any line that an editor or a mail program wraps.
PARAGRAPH = "It was a day like many others in Caracas, " * 6 + "and nobody wondered."


@pytest.mark.parametrize(
    "sentence",
    [
        "Luiz Inácio Lula da Silva won the election.",
        "Lula won with 51.20% of the vote, 1.8 points ahead.",
        "The vote of Dec. 6 was boycotted.",
        "It began on Jan. 5 and ended on Sept. 3, at 5 p.m. on a Sunday.",
        "The U.S. Secretary of State spoke.",
        "Sanctions by the U.S. and the E.U. followed.",
        "J. R. R. Tolkien wrote it.",
        "Antony J. Blinken and George W. Bush met.",
        "Mr. Smith met Mrs. Jones and Dr. Ruiz.",
        "Sen. Marco Rubio, Gov. Ron DeSantis and Gen. Vladimir Padrino met.",
        "St. Petersburg vs. Moscow was the final.",
        "Acme Inc. sold Foo Ltd. to Bar Co. in May.",
        "See No. 5 and p. 12.",
        "Version 2.0 cost $3.50.",
        "Well… he left.",
        "It cost 5 tal. or so, and the est. value was 7 tal. in all.",
    ],
)
def test_a_dot_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert split(f"It is so. {sentence} They talked.") == ["It is so.", sentence, "They talked."]


@pytest.mark.parametrize(
    "sentence",
    [
        '"We will go on," she said.',
        '"Will we go on?" she asked.',
        '"No. He left!" he said.',
        "“We will go on,” she said.",
        "“Will we go on?” she asked.",
        "“We can’t wait. We will not stop,” said the mayor.",
        "“Never!” cried Mr. Smith.",
        "‘Yes. No,’ he said.",
        "«Vamos. No paramos», dijo ella.",
        "“He said ‘stop. now.’ and left,” she recalled.",
    ],
)
def test_a_quotation_keeps_its_attribution(sentence: str) -> None:
    assert split(f"It was late. {sentence} Then it ended.") == ["It was late.", sentence, "Then it ended."]


@pytest.mark.parametrize(("opening", "closing"), ['""', "“”"])
def test_a_quotation_that_ends_its_sentence(opening: str, closing: str) -> None:
    quotation = f"She said: {opening}We will go on.{closing}"
    assert split(f"{quotation} Then it ended.") == [quotation, "Then it ended."]


def test_a_quotation_mark_that_never_closes_does_not_swallow_the_article() -> None:
    assert len(split('He said "go. Then he left. She stayed. It was late.')) > 1
    paragraphs = "“First paragraph. It goes on.\n\n“Second paragraph,” he said. After that. Then."
    assert split(paragraphs)[-2:] == ["After that.", "Then."]


@pytest.mark.parametrize("end", [" ", "\n"], ids=["one line", "hard-wrapped"])
def test_sentences_are_whole_whatever_their_place_in_a_long_text(end: str) -> None:
    texts = [f"In the year {year} Mr. Almagro said: “Nothing. Not a word.” It rained." for year in range(1500, 3500)]
    text = end.join(texts)
    assert len(text) > 6 * WINDOW
    whole = [sentence for part in texts for sentence in split(part)]
    assert split(text) == whole
    assert len(whole) == 2 * len(texts)


def test_a_sentence_longer_than_what_the_segmenter_sees_is_one() -> None:
    long = f"It says {'blah ' * WINDOW}and ends."
    assert split(f"One. {long} Two.") == ["One.", long, "Two."]


def test_spanish_questions_and_exclamations() -> None:
    text = "Habló ayer. ¿Qué pidió Almagro? Pidió una orden. ¡No! ¿Y ahora?"
    assert split(text) == ["Habló ayer.", "¿Qué pidió Almagro?", "Pidió una orden.", "¡No!", "¿Y ahora?"]


def test_a_sentence_may_end_in_an_acronym() -> None:
    assert split("He lives in the U.S. They live elsewhere.") == ["He lives in the U.S.", "They live elsewhere."]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_feed_ends_a_sentence_where_lines_are_long(end: str) -> None:
    lines = ["A headline without a full stop", PARAGRAPH, "A caption", "The last line."]
    assert split(end.join(lines)) == lines


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_feed_does_not_end_a_sentence_in_hard_wrapped_text(end: str) -> None:
    text = end.join(["Almagro requested an arrest", "warrant for Maduro. It was", "not the first one."])
    assert split(text) == [f"Almagro requested an arrest{end}warrant for Maduro.", f"It was{end}not the first one."]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_blank_line_ends_a_sentence_in_hard_wrapped_text_too(end: str) -> None:
    text = f"A headline{end}{end}Almagro requested{end}a warrant.{end}"
    assert split(text) == ["A headline", f"Almagro requested{end}a warrant."]


def test_long_lines_before_the_start_do_not_count() -> None:
    header = f"{PARAGRAPH}\n"
    wrapped = "Almagro requested an arrest\nwarrant for Maduro."
    assert split(header + wrapped, len(header)) == [wrapped]


def test_what_stands_before_the_start_is_no_sentence() -> None:
    text = "---\ntitle: Nothing. At all.\n---\nOne. Two."
    start = text.index("One")
    assert sentences(text, start) == [Span(start, start + 4), Span(start + 5, start + 9)]


def test_a_start_inside_a_sentence_cuts_it() -> None:
    assert split("One two three. Four.", 4) == ["two three.", "Four."]
    assert split(f"{PARAGRAPH}\nFour.", 3) == [PARAGRAPH[3:], "Four."]


@pytest.mark.parametrize("text", ["", " ", "\n", " \r\n\t\n"])
def test_blank_text_has_no_sentences(text: str) -> None:
    assert sentences(text) == []


def test_a_start_at_the_end_leaves_nothing() -> None:
    assert sentences("One.", 4) == []


def test_offsets_count_code_points() -> None:
    text = "😀😀 uno é. 漢字 dos."
    assert split(text) == ["😀😀 uno é.", "漢字 dos."]


def test_a_lone_surrogate_is_kept_where_it_stands() -> None:
    assert split("One \ud800 two. Three.") == ["One \ud800 two.", "Three."]


@pytest.mark.parametrize(
    ("text", "span"),
    [("  ab ", (2, 4)), ("ab", (0, 2)), ("\r\n\u00a0a\u2028", (3, 4)), ("   ", (3, 3)), ("", (0, 0))],
)
def test_stripping_leaves_the_span_without_white_space(text: str, span: tuple[int, int]) -> None:
    assert strip(text, 0, len(text)) == span


def test_stripping_looks_only_at_the_span() -> None:
    assert strip("ab  cd  ef", 2, 8) == (4, 6)


def test_a_headline_a_byline_and_a_caption_are_not_glued_to_the_sentence_after_them() -> None:
    lines = [
        *("Quay closed", "By the harbour desk", "Selden Courier", "March 14"),
        *("The northern quay of Port Selden is closed.", "Nine piers have cracks.", "What happens next"),
        "The council votes in April.",
    ]
    assert split("\n".join(lines) + "\n") == lines


LINK = (
    "https://harbour.example.org/statements/2023/03/14/the-future-of-the-basin.html?source=weekly&campaign=" + "x" * 90
)


@pytest.mark.parametrize("last", ["", f"\n{LINK}\n", f"\n\n{PARAGRAPH}\n", f"\n| {'cell | ' * 30}\n"])
def test_a_long_line_elsewhere_does_not_cut_wrapped_sentences(last: str) -> None:
    wrapped = (
        "Nobody on the commission who was asked by this newspaper on\n"
        "Monday believes that the eastern basin of\n"
        "Port Selden will be sold before the end of the year."
    )
    assert split(wrapped + last)[0] == wrapped


def test_a_link_on_a_line_of_its_own_is_apart() -> None:
    assert split(f"The commission meets in April.\n{LINK}\nNobody came.") == [
        *("The commission meets in April.", LINK, "Nobody came."),
    ]


def test_a_headline_in_the_middle_of_wrapped_text_is_apart() -> None:
    text = (
        "The commission said on Monday that the basin would be sold before\n"
        "the end of the year, and nobody had asked.\n"
        "What happens next\n"
        "The council votes in April, and after that the quays will be closed\n"
        "for two months. Nobody knows why."
    )
    assert [" ".join(sentence.split()) for sentence in split(text)] == [
        "The commission said on Monday that the basin would be sold before the end of the year, and nobody had asked.",
        "What happens next",
        "The council votes in April, and after that the quays will be closed for two months.",
        "Nobody knows why.",
    ]


def test_each_row_of_a_table_is_apart_and_the_first_has_its_rule() -> None:
    head, rows = "| Year | Cargo |\n|------|-----|", [f"| {year} | 2.7 million tonnes |" for year in range(1990, 2020)]
    text = "\n".join(["# Port Selden, traffic", "", head, *rows, "", "Published on Tuesday."])
    assert split(text) == ["# Port Selden, traffic", head, *rows, "Published on Tuesday."]


@pytest.mark.parametrize(
    "table", ["| Year | Cargo |\n|----|---|\n| 2020 | 2.7 |", "Year\tCargo\tRest\n2020\tOf Dr. Orr. And others.\t8.1"]
)
def test_a_small_table_is_whole_so_that_its_figures_have_their_headings(table: str) -> None:
    assert split(f"Traffic\n{table}\nPublished on Tuesday.") == ["Traffic", table, "Published on Tuesday."]


def test_a_byline_in_small_letters_does_not_go_on_the_headline() -> None:
    text = "Captain cleared, fined for drinking\nby Helmi Vester, court correspondent\n\nA court fined him."
    assert split(text) == [*text.split("\n")[:2], "A court fined him."]
    wrapped = "The quay, which was shut in May after a vote that took\nby Jane Orr's account nine hours, is open again."
    assert split(wrapped) == [wrapped]


def test_a_picture_in_markdown_is_one_piece() -> None:
    assert split("![The quay. It is old.](quay.jpg)\n\nIt rained!") == [
        "![The quay. It is old.](quay.jpg)",
        "It rained!",
    ]


def test_items_of_a_list_are_apart_and_may_be_wrapped() -> None:
    items = ["- bread and\n  water", "- Wine from Selden", "1. Cheese"]
    assert split("They want:\n" + "\n".join(items)) == ["They want:", *items]


@pytest.mark.parametrize(
    "dateline",
    [
        "CARACAS, July 30 (Agency) –",
        "PORT SELDEN, March 14 —",
        "PORT SELDEN (Agency) -",
        "SELDEN —",
        "Caracas, 30 jul (Agencia).-",
        "Port Selden (PSA) –",
        "Selden (dpa/psl) -",
    ],
)
def test_a_dateline_is_apart(dateline: str) -> None:
    assert split(f"{dateline} The council closed the quay. It is old.") == [
        *(dateline, "The council closed the quay.", "It is old."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "NATO – an alliance – met.",
        "The union (TWU) – an old one – met.",
        "The council, in 2023 – the year of the strike – met.",
    ],
)
def test_a_dash_in_a_sentence_makes_no_dateline(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    "told",
    [
        [
            "Der Stadtrat von Selden hat am 14. März 2023 beschlossen, den Nordkai bis zum 31. Dezember zu sperren.",
            "Nach § 5 Abs. 2 der Hafenordnung gilt die Sperre ab dem 1. April.",
            "Die Reparatur kostet rund neun Mio. Kronen, sagte Hafenmeister Dr. Wendel am Dienstag.",
        ],
        [
            "El Gral. Orr y la Sra. Pell llegaron a EE. UU. el 14 de marzo para firmar el acuerdo sobre el puerto.",
            "La comisión pagará nueve millones de coronas, según el art. 5 de la ley.",
        ],
        [
            "Selon l'art. 5 de la loi, Mme. Pell et le Dr. Orr sont arrivés à Selden avec les ministres.",
            "Ils ont fermé le quai.",
        ],
        ["L'art. 5 della legge è stato citato dal sig. Orr e dall'on. Pell, che non sono venuti.", "Il molo è chiuso."],
        ["O Sr. Orr e a Dra. Pell não chegaram ao porto.", "Segundo o art. 5 da lei, o cais está fechado."],
        ["The council of Port Selden met on the 14.", "Nobody said no.", "Two came."],
    ],
    ids=["de", "es", "fr", "it", "pt", "en"],
)
def test_the_language_is_told_from_the_words(told: list[str]) -> None:
    assert split(" ".join(told)) == told


def test_a_language_that_is_told_is_not_guessed() -> None:
    text = "Dr. Orr kam am 14. März. Er ging."
    assert [text[s.start : s.end] for s in sentences(text, language="de")] == ["Dr. Orr kam am 14. März.", "Er ging."]

"""A citation's web address, opened in a real browser: it goes to the quote and marks it, and nothing else.

The page draws a green frame around where the sentence stands, as the browser's own script interface tells, and has
what a text fragment marks in magenta.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.corpus import read
from qa.types.fragments import text_fragment
from tests.browser import Browser, program, served

pytestmark = pytest.mark.skipif(program() is None, reason="there is no Chromium or Chrome here")

FILLER = "<p>Ships of the coastal line use the southern quay, which was built for the grain trade.</p>" * 60

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Quay</title><style>
::target-text {{ background: #f0f; color: #000 }} body {{ font: 20px/34px serif; width: 700px }}
.frame {{ position: absolute; border: 2px solid #0f0 }}</style></head><body><article><h1>Harbour</h1>
{before}{block}{after}</article><script>
for (const box of document.getElementById("quote").getClientRects()) {{
  const frame = document.createElement("div"); frame.className = "frame";
  frame.style.left = box.left + scrollX - 6 + "px"; frame.style.top = box.top + scrollY - 6 + "px";
  frame.style.width = box.width + 8 + "px"; frame.style.height = box.height + 8 + "px";
  document.body.append(frame); }}</script></body></html>"""

LONG = (
    "The commission, which had met behind closed doors, is to find out – at the latest by the autumn – why nobody "
    "had seen the cracks two years ago, as Orla Venn said on Tuesday."
)

#: The sentence as an article has it, and the block of the page in which it stands.
QUOTES = {
    "commas": ("The quay, the crane, and the lock are closed, it is said.", "<p>Before it. {} After it.</p>"),
    "dashes": ("The well-known ferry – a cutter – sails on—or does it?", "<p>Before it. {} After it.</p>"),
    "accents": ("El señor Peña pidió más que eso, según Ángel Núñez: ¿cuándo?", "<p>Antes. {} Después.</p>"),
    "quotation marks": ("“Nobody was hurt,” said O’Neill; ‘all is well’ & “good”.", "<p>Before it. {} After it.</p>"),
    "percent": ("It costs 100% more + 5 # than in 2020 = a lot?", "<p>Before it. {} After it.</p>"),
    "long": (LONG, "<p>Before it. {} After it.</p>"),
    "emphasis": ("The northern quay is closed until the end of May.", "<p>Before it. {} After it.</p>"),
    "item": ("Ferries are not affected by the closure, it was said.", "<ul><li>Barges</li><li>{}</li></ul>"),
}


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


def pixels(picture: NDArray[np.uint8], colour: tuple[int, int, int]) -> NDArray[np.intp]:
    """The rows and columns of what has the colour."""
    return np.argwhere((picture == np.array(colour, dtype=np.uint8)).all(axis=2))


@pytest.mark.parametrize("name", QUOTES)
def test_the_browser_goes_to_the_quote_and_marks_it_alone(name: str, window: Browser, tmp_path: Path) -> None:
    sentence, block = QUOTES[name]
    inside = sentence.replace("&", "&amp;").replace("northern quay", "<b>northern</b> <a href='#x'>quay</a>")
    page = PAGE.format(before=FILLER, after=FILLER, block=block.format(f'<span id="quote">{inside}</span>')).encode()
    (tmp_path / "a.html").write_bytes(page)
    (document,) = read([tmp_path / "a.html"], lambda problem: pytest.fail(str(problem)))
    assert sentence in document.text
    with served(page) as url:
        address = text_fragment(url, sentence)
        assert address
        picture = window.open(address, scrolls=True)
    frame, marked = pixels(picture, (0, 255, 0)), pixels(picture, (255, 0, 255))
    assert frame.size, "the browser has not gone to the quote"
    assert marked.size, "the browser has not marked the quote"
    assert (marked.min(axis=0) >= frame.min(axis=0)).all()
    assert (marked.max(axis=0) <= frame.max(axis=0)).all()
    # All of it: from its first letter to its last, and on each of its lines.
    assert (marked.min(axis=0) - frame.min(axis=0) <= 12).all()
    assert (frame.max(axis=0) - marked.max(axis=0) <= 12).all()


def test_a_page_that_has_no_such_text_is_shown_from_its_top_with_nothing_marked(window: Browser) -> None:
    page = PAGE.format(before=FILLER, after=FILLER, block='<p><span id="quote">The quay is open.</span></p>').encode()
    with served(page) as url:
        address = text_fragment(url, "The lock was sold to nobody at all.")
        assert address
        picture = window.open(address, scrolls=False)
    assert not pixels(picture, (0, 255, 0)).size
    assert not pixels(picture, (255, 0, 255)).size

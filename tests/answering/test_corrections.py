"""What corrects comes before what it corrects."""

import pytest

import qa

FIRST = qa.Document(
    "first",
    "At least nine people died when a barge sank at Tolvane lock, police said.",
    "Nine die at Tolvane",
    "2025-05-03",
)
QUESTION = "How many people died when the barge sank at Tolvane lock?"


def asked(text: str, date: str | None = "2025-05-06") -> str:
    later = qa.Document("later", text, "The barge at Tolvane lock", date)
    with qa.from_documents([FIRST, later]) as index:
        answer = index.ask(QUESTION, threshold=0.0)
        scores = [citation.score for citation in answer.citations]
        assert scores == sorted(scores, reverse=True)
        return answer.citations[0].document.id


RISEN = "The death toll rose to eleven after two more people who were on the barge that sank at Tolvane lock died."
CORRECTED = "Police corrected how many people had been on the barge at Tolvane lock and died: seven, and two are well."
RISEN = "The death toll rose to eleven after two more people who were on the barge that sank at Tolvane lock died."
CORRECTED = (
    "Seven people died when a barge sank at Tolvane lock, not nine as was first reported, after two were rescued."
)


@pytest.mark.parametrize(
    "text",
    [
        CORRECTED,
        RISEN,
    ],
)
def test_what_corrects_comes_first(text: str) -> None:
    assert asked(text) == "later"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (RISEN, "2025-05-01"),  # older
        ("The lock at Tolvane was built in 1890, and not in 1880 as was first reported.", "2025-05-06"),
        ("Two people who were on the barge that sank at Tolvane lock are well.", "2025-05-06"),
    ],
)
def test_what_corrects_nothing_that_is_asked_does_not(text: str, date: str) -> None:
    assert asked(text, date) == "first"

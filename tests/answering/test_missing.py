"""What the nearest passages lack of a question."""

import pytest

import qa

ARTICLES = [
    qa.Document("a", "Halvorsen was lost in the storm. Rescuers searched for three days.", "A storm on Mount Ellary"),
    qa.Document("b", "Ada Brook reopened the harbour in Brazil.", "The harbour"),
]


@pytest.fixture(scope="module")
def index():
    with qa.from_documents(ARTICLES) as index:
        yield index


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What did Halvorsen say about the price of coffee?", ("price of coffee",)),
        ("Which harbour did the Brazilian dog paint?", ("dog paint",)),
        ("When was Halvorsen's cat a rescuer?", ("cat",)),
        ("What happened in the storm?", ()),
        ("How many dogs does Halvorsen own?", ("dogs",)),
        ("Who lose Halvorsen?", ()),
        ("Did Ada Brook search for Halvorsen?", ("Ada Brook",)),  # which another nearest passage mentions
    ],
)
def test_phrases_are_the_questions_own(index, question, missing):
    assert index.ask(question, threshold=1.0).missing == missing


def test_an_answer_lacks_nothing(index):
    answer = index.ask("Who reopened the harbour painted blue?", threshold=0.0)
    assert answer.answered
    assert answer.missing == ()


def test_it_survives_json(index):
    answer = index.ask("What does the harbour cost?", threshold=1.0)
    assert answer.missing == ("cost",)
    assert qa.Answer.from_json(answer.to_json()) == answer


GERMAN = [
    qa.Document("ost", "Die Brücke über die Ostrach ist seit Montag wieder offen, und die Busse fahren wie vorher."),
    qa.Document("bad", "Das Freibad in Kempten bleibt im Sommer geschlossen, weil in der Halle Rohre fehlen."),
]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("When did the bridge over the Ostrach open again?", ()),
        ("What did the bridge over the Ostrach cost in 2011?", ("2011",)),
        ("Wann wurde die Brücke über die Ostrach gesprengt?", ("gesprengt",)),
    ],
)
def test_an_article_in_another_language_may_say_it_in_its_own_words(question, missing):
    with qa.from_documents(GERMAN) as index:
        assert index.ask(question, threshold=1.0).missing == missing

"""qa as a library: build an index, ask it, look at ranked passages, and index documents held in memory.

python examples/library.py              builds into a folder that is removed afterwards
python examples/library.py INDEX        builds into the folder INDEX, or brings it up to date
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import qa

CORPUS = Path(__file__).parent.parent / "corpus"


def show_answer(index: qa.Index, question: str) -> None:
    """Prints the quotes that answer, and where they stand; or that the corpus does not say."""
    answer = index.ask(question, k=3)
    print(f"\n{question}")
    if not answer.answered:
        print(f"  The corpus does not say (confidence {answer.confidence:.2f}).")
    for citation in answer.citations:
        quote = citation.quote
        print(f"  {citation.rank}. {citation.document.title} ({citation.document.date or 'no date'})")
        print(f"     {citation.document.id}:{quote.start}-{quote.end}")
        print(f'     "{" ".join(quote.text.split())}"')


def show_ranking(index: qa.Index, question: str) -> None:
    """Prints passages as they rank, with each search's place for them."""
    print(f"\nRanked for {question!r}, since July 2024")
    for hit in index.search(question, k=3, since="2024-07"):
        places = ", ".join(f"{name} {place.rank}" for name, place in hit.scores.items())
        print(f"  {hit.rank}. {hit.score:.2f} {hit.document.id}:{hit.passage.start}-{hit.passage.end} ({places})")


def show_documents_in_memory() -> None:
    """Indexes two documents that are in no file; nothing is written to disk."""
    documents = [
        qa.Document(id="ferry", title="Timetable", date="2024-05-01", text="The ferry to Vestmark departs at nine."),
        qa.Document(id="bakery", title="Bakeries", text="The bakery in Holmby sells saffron buns on Fridays."),
    ]
    with qa.from_documents(documents) as index:
        show_answer(index, "When does the ferry depart?")


def main(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(words[0]) if words else Path(temporary) / "index"
        with qa.build(CORPUS, folder, on_problem=lambda problem: print(problem, file=sys.stderr)) as index:
            print(f"{index.info.documents} documents, {index.info.passages} passages")
            show_answer(index, "what did Almagro request?")
            show_answer(index, "How do I reset my router password?")
            show_ranking(index, "arrest warrant")
    show_documents_in_memory()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except qa.QAError as error:
        sys.exit(str(error))

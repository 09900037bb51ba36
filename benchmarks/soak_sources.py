"""The articles of the soak: one state after another, each told by its number alone."""

from __future__ import annotations

from pathlib import Path

ARTICLES = 12

QUESTIONS = [
    "When did ferry 3 leave the harbour?",
    "What did the keeper of lighthouse 7 write down?",
    "How many boats waited at harbour 10?",
    "Who met the mayor of Ulvik?",
]


def state(number: int) -> dict[str, str]:
    """The texts of the articles by id. No two numbers have the same; one article is missing from each."""
    last = dict.fromkeys(range(ARTICLES), 0)
    for step in range(1, number + 1):
        last[step % ARTICLES] = last[(step * 7 + 3) % ARTICLES] = step
    del last[(number * 5 + 1) % ARTICLES]
    return {f"{article:02}.md": _text(article, version) for article, version in last.items()} | {
        "log.md": f"# The log\n\nThis is entry {number} of the log. Nobody met the mayor of Ulvik.\n"
    }


def write(folder: Path, number: int) -> None:
    """Makes the files in ``folder`` those of a state."""
    texts = state(number)
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        if file.name not in texts:
            file.unlink()
    for name, text in texts.items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def _text(article: int, version: int) -> str:
    return (
        f"# Harbour {article}\n\n"
        f"Ferry {article} left the harbour on day {version}. "
        f"The keeper of lighthouse {article} wrote down {version}.\n\n"
        f"On that day {version % 97} boats waited at harbour {article}. " + "Then it snowed. " * (version % 5) + "\n"
    )

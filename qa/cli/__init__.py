"""The command line: parse, call the library, print. Nothing is ranked, tokenised or decided here."""

from pathlib import Path

#: Where articles and index are looked for where nothing is named.
DEFAULT_CORPUS, DEFAULT_INDEX = Path("corpus"), Path("index")

"""Writes ``qa/text/english.words``: the index terms of the words in small letters of some word lists, one a line.

    python benchmarks/common_words.py LIST...

Those in the package are SCOWL's of 2020.12.07 (http://wordlist.aspell.net), American and British, as Debian's packages
wamerican and wbritish have them. A list has to write names with capitals, so that they stay out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qa.text.analysis import terms
from qa.text.common_words import FILE


def common_terms(lines: list[str]) -> list[str]:
    """The index terms of the words in small letters, in alphabetical order."""
    small = (word for word in lines if word == word.lower())
    return sorted({term for word in small for term in terms(word) if len(term) > 1 and term.isalpha()})


if __name__ == "__main__":
    words = [word for name in sys.argv[1:] for word in Path(name).read_text(encoding="utf-8").splitlines()]
    FILE.write_text("\n".join(common_terms(words)) + "\n", encoding="ascii")

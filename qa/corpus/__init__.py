"""Reads articles: paths go in, documents come out, and what could not be read is told.

Nothing is written, and a document's text is its file's text as it stands. Do not use it to split or analyse
text: that is ``qa.text``.
"""

from qa.corpus.formats.base import Format
from qa.corpus.formats.registry import register_format, version_of
from qa.corpus.problem import Problem
from qa.corpus.reading import ReadFile, files_in, read, read_files, read_listed
from qa.corpus.walk import Source

__all__ = [
    "Format",
    "Problem",
    "ReadFile",
    "Source",
    "files_in",
    "read",
    "read_files",
    "read_listed",
    "register_format",
    "version_of",
]

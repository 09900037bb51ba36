"""Reads articles: paths go in, documents come out, and what could not be read is told.

Nothing is written, and a document's text is its file's text as it stands. Do not use it to split or analyse
text: that is ``qa.text``.
"""

from qa.corpus.formats.registry import version_of
from qa.corpus.problem import Problem
from qa.corpus.reading import ReadFile, read, read_files

__all__ = ["Problem", "ReadFile", "read", "read_files", "version_of"]

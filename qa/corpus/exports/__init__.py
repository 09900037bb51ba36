"""Exports of news archives that hold many articles in one text: LexisNexis, Nexis Uni, Factiva, ProQuest.

Each article becomes a document with its own title, date, source and author. Do not add a layout whose articles cannot
be told apart beyond doubt: what only looks like one stays one document, and a line says so.
"""

from qa.corpus.exports.layout import ExportedArticle
from qa.corpus.exports.split import articles_in, export_problem

__all__ = ["ExportedArticle", "articles_in", "export_problem"]

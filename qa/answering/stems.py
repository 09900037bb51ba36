"""What a question asks for of passages in its own language: its words, stemmed as that language.

All text is indexed by the terms that every language shares, and a question asks for these whatever its language is; so
nothing is lost where the language is uncertain, or is another one than an article's.
"""

from __future__ import annotations

from qa.answering.request import Query
from qa.backends.base import Searcher
from qa.text.analysis import own_stem_of_terms, own_stemmers
from qa.text.common_words import is_read
from qa.text.languages import language_of


def with_stems(query: Query, searcher: Searcher) -> Query:
    """The query with the stems of its terms that any passage has.

    In a question whose words tell no language, such as a few keywords, none of them a common word of English, the terms
    that no passage has are stemmed as every language: the others find what they find.
    """
    asked = language_of(query.question)
    codes = sorted(own_stemmers() if asked is None else own_stemmers() & {asked})
    if not codes or is_read(query.question):
        return query
    terms = set(query.terms)
    if asked is None:
        terms = {t for t, n in zip(query.terms, searcher.document_frequencies(query.terms), strict=True) if not n}
    if not terms:
        return query
    stems = {}
    for code in codes:
        of_terms = {t: stem for t, stem in own_stem_of_terms(query.question, code).items() if t in terms}
        counts = searcher.document_frequencies([*of_terms.values()])
        if own := {t: stem for (t, stem), count in zip(of_terms.items(), counts, strict=True) if count}:
            stems[code] = own
    return query._replace(stems=stems)


def stem_terms(query: Query) -> list[str]:
    """The stems of a query, each once."""
    return list(dict.fromkeys(stem for stems in query.stems.values() for stem in stems.values()))

"""The values that flow through the system. All are immutable; none knows how it was made.

Offsets are half-open ``[start, end)`` in Unicode code points of the document's text; lines count from 1.
"""

from qa.types.answers import ANSWER_SCHEMA, Answer, Citation
from qa.types.documents import CUT, Chunk, Context, Document, DocumentRef, Excerpt, Span, field_name
from qa.types.search import (
    BoolArray,
    ChannelScore,
    Filtered,
    FloatArray,
    Hit,
    IndexInfo,
    IntArray,
    OnProgress,
    Ranking,
)

__all__ = [
    "ANSWER_SCHEMA",
    "CUT",
    "Answer",
    "BoolArray",
    "ChannelScore",
    "Chunk",
    "Citation",
    "Context",
    "Document",
    "DocumentRef",
    "Excerpt",
    "Filtered",
    "FloatArray",
    "Hit",
    "IndexInfo",
    "IntArray",
    "OnProgress",
    "Ranking",
    "Span",
    "field_name",
]

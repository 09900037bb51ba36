"""Retrieval-only question answering: cited passages, word for word from the sources. Nothing is ever generated.

>>> import qa                                                             # doctest: +SKIP
>>> index = qa.build("corpus/", "index/")                                 # doctest: +SKIP
>>> for citation in index.ask("what did Almagro request?").citations:     # doctest: +SKIP
...     print(citation.document.title, citation.quote.text)

Importing this package loads no model library; what is used is imported when it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.answering.calibration import Guarantee
    from qa.answering.index import Index
    from qa.answering.request import Request
    from qa.api.making import add, build, copy, from_documents, remove, update
    from qa.api.opening import document, documents
    from qa.api.opening import open_index as open
    from qa.api.presence import exists, is_stale, is_unfinished
    from qa.api.status import CalibrationStatus, IndexStatus, status
    from qa.backends.addresses import is_address
    from qa.backends.filters import Filter, Filters
    from qa.config import SearchConfig
    from qa.corpus import Format, Problem, Source, register_format
    from qa.doctor import Examination, Finding, Severity, examine
    from qa.errors import (
        ClusterError,
        ConfigError,
        CorpusError,
        DocumentNotFoundError,
        IndexBusyError,
        IndexDamagedError,
        IndexFormatError,
        IndexNotFoundError,
        ModelError,
        QAError,
        QuestionError,
        ReadingError,
        ServerError,
        UsageError,
    )
    from qa.evaluation.calibration.calibrate import CalibrationReport, calibrate
    from qa.evaluation.calibration.choosing import CalibrationMeasures
    from qa.evaluation.calibration.reset import CalibrationReset, reset_calibration
    from qa.evaluation.compare import Difference, ReportComparison, compare
    from qa.evaluation.evaluate import evaluate
    from qa.evaluation.gold import Gold, GoldEntry, GoldQuestion
    from qa.evaluation.html_report import write_html
    from qa.evaluation.reading import read_gold
    from qa.evaluation.report import Figure, Report, read_report
    from qa.evaluation.trec import write_qrels, write_run
    from qa.indexing.changes import Changes
    from qa.indexing.update import Update, UpdateOptions
    from qa.models.base import Encoder, EncoderInfo
    from qa.pages.show import page_image
    from qa.text.chunking import Splitter
    from qa.text.context import quote_context
    from qa.text.layout import paragraphs
    from qa.types import (
        Answer,
        ChannelScore,
        Chunk,
        Citation,
        Context,
        Document,
        DocumentRef,
        Excerpt,
        Filtered,
        Hit,
        IndexInfo,
        Span,
    )
    from qa.types.pages import Mark, PageImage
    from qa.verification.comparison import CitationStatus, ExcerptComparison
    from qa.verification.nearest import TextChange
    from qa.verification.sources import Successor
    from qa.verification.verify import CheckedCitation, Verification, verify

__version__ = "0.1.0"

_HOMES = {
    "qa.answering.calibration": ["Guarantee"],
    "qa.answering.index": ["Index"],
    "qa.answering.request": ["Request"],
    "qa.api.making": ["add", "build", "copy", "from_documents", "remove", "update"],
    "qa.api.opening": ["document", "documents", "open"],
    "qa.api.presence": ["exists", "is_stale", "is_unfinished"],
    "qa.api.status": ["CalibrationStatus", "IndexStatus", "status"],
    "qa.backends.addresses": ["is_address"],
    "qa.backends.filters": ["Filter", "Filters"],
    "qa.config": ["SearchConfig"],
    "qa.corpus": ["Format", "Problem", "Source", "register_format"],
    "qa.doctor": ["Examination", "Finding", "Severity", "examine"],
    "qa.errors": [
        "ClusterError",
        "ConfigError",
        "CorpusError",
        "DocumentNotFoundError",
        "IndexBusyError",
        "IndexDamagedError",
        "IndexFormatError",
        "IndexNotFoundError",
        "ModelError",
        "QAError",
        "QuestionError",
        "ReadingError",
        "ServerError",
        "UsageError",
    ],
    "qa.evaluation.calibration.calibrate": ["CalibrationReport", "calibrate"],
    "qa.evaluation.calibration.choosing": ["CalibrationMeasures"],
    "qa.evaluation.calibration.reset": ["CalibrationReset", "reset_calibration"],
    "qa.evaluation.compare": ["Difference", "ReportComparison", "compare"],
    "qa.evaluation.evaluate": ["evaluate"],
    "qa.evaluation.gold": ["Gold", "GoldEntry", "GoldQuestion"],
    "qa.evaluation.html_report": ["write_html"],
    "qa.evaluation.reading": ["read_gold"],
    "qa.evaluation.report": ["Figure", "Report", "read_report"],
    "qa.evaluation.trec": ["write_qrels", "write_run"],
    "qa.indexing.changes": ["Changes"],
    "qa.indexing.update": ["Update", "UpdateOptions"],
    "qa.models.base": ["Encoder", "EncoderInfo"],
    "qa.pages.show": ["page_image"],
    "qa.text.chunking": ["Splitter"],
    "qa.text.context": ["quote_context"],
    "qa.text.layout": ["paragraphs"],
    "qa.types": [
        "Answer",
        "ChannelScore",
        "Chunk",
        "Citation",
        "Context",
        "Document",
        "DocumentRef",
        "Excerpt",
        "Filtered",
        "Hit",
        "IndexInfo",
        "Span",
    ],
    "qa.types.pages": ["Mark", "PageImage"],
    "qa.verification.comparison": ["CitationStatus", "ExcerptComparison"],
    "qa.verification.nearest": ["TextChange"],
    "qa.verification.sources": ["Successor"],
    "qa.verification.verify": ["CheckedCitation", "Verification", "verify"],
}
_RENAMED = {"open": "open_index"}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Answer",
    "CalibrationMeasures",
    "CalibrationReport",
    "CalibrationReset",
    "CalibrationStatus",
    "Changes",
    "ChannelScore",
    "CheckedCitation",
    "Chunk",
    "Citation",
    "CitationStatus",
    "ClusterError",
    "ConfigError",
    "Context",
    "CorpusError",
    "Difference",
    "Document",
    "DocumentNotFoundError",
    "DocumentRef",
    "Encoder",
    "EncoderInfo",
    "Examination",
    "Excerpt",
    "ExcerptComparison",
    "Figure",
    "Filter",
    "Filtered",
    "Filters",
    "Finding",
    "Format",
    "Gold",
    "GoldEntry",
    "GoldQuestion",
    "Guarantee",
    "Hit",
    "Index",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexFormatError",
    "IndexInfo",
    "IndexNotFoundError",
    "IndexStatus",
    "Mark",
    "ModelError",
    "PageImage",
    "Problem",
    "QAError",
    "QuestionError",
    "ReadingError",
    "Report",
    "ReportComparison",
    "Request",
    "SearchConfig",
    "ServerError",
    "Severity",
    "Source",
    "Span",
    "Splitter",
    "Successor",
    "TextChange",
    "Update",
    "UpdateOptions",
    "UsageError",
    "Verification",
    "add",
    "build",
    "calibrate",
    "compare",
    "copy",
    "document",
    "documents",
    "evaluate",
    "examine",
    "exists",
    "from_documents",
    "is_address",
    "is_stale",
    "is_unfinished",
    "open",
    "page_image",
    "paragraphs",
    "quote_context",
    "read_gold",
    "read_report",
    "register_format",
    "remove",
    "reset_calibration",
    "status",
    "update",
    "verify",
    "write_html",
    "write_qrels",
    "write_run",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), _RENAMED.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

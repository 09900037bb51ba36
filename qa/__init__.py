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
    from qa.answering.index import Index
    from qa.answering.request import Request
    from qa.api import build, from_documents
    from qa.api import open_index as open
    from qa.config import SearchConfig
    from qa.corpus import Format, Problem, Source, register_format
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
        ServerError,
        UsageError,
    )
    from qa.evaluation.calibration.calibrate import CalibrationReport, calibrate
    from qa.evaluation.compare import compare
    from qa.evaluation.evaluate import evaluate
    from qa.evaluation.gold import GoldEntry, GoldQuestion
    from qa.evaluation.report import Report, read_report
    from qa.models.base import Encoder
    from qa.pages.show import page_image
    from qa.text.chunking import Splitter
    from qa.types import (
        Answer,
        ChannelScore,
        Chunk,
        Citation,
        Document,
        DocumentRef,
        Excerpt,
        Filtered,
        Hit,
        IndexInfo,
        Mark,
        PageImage,
        Span,
    )
    from qa.verification.verify import CheckedCitation, Verification, verify

__version__ = "0.1.0"

_HOMES = {
    "qa.config": ["SearchConfig"],
    "qa.corpus": ["Format", "Problem", "Source", "register_format"],
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
        "ServerError",
        "UsageError",
    ],
    "qa.evaluation.calibration.calibrate": ["CalibrationReport", "calibrate"],
    "qa.evaluation.compare": ["compare"],
    "qa.evaluation.evaluate": ["evaluate"],
    "qa.evaluation.gold": ["GoldEntry", "GoldQuestion"],
    "qa.evaluation.report": ["Report", "read_report"],
    "qa.models.base": ["Encoder"],
    "qa.pages.show": ["page_image"],
    "qa.text.chunking": ["Splitter"],
    "qa.api": ["build", "from_documents", "open"],
    "qa.answering.index": ["Index"],
    "qa.answering.request": ["Request"],
    "qa.types": [
        "Answer",
        "ChannelScore",
        "Chunk",
        "Citation",
        "Document",
        "DocumentRef",
        "Excerpt",
        "Filtered",
        "Hit",
        "IndexInfo",
        "Mark",
        "PageImage",
        "Span",
    ],
    "qa.verification.verify": ["CheckedCitation", "Verification", "verify"],
}
_RENAMED = {"open": "open_index"}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Answer",
    "CalibrationReport",
    "ChannelScore",
    "CheckedCitation",
    "Chunk",
    "Citation",
    "ClusterError",
    "ConfigError",
    "CorpusError",
    "Document",
    "DocumentNotFoundError",
    "DocumentRef",
    "Encoder",
    "Excerpt",
    "Filtered",
    "Format",
    "GoldEntry",
    "GoldQuestion",
    "Hit",
    "Index",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexFormatError",
    "IndexInfo",
    "IndexNotFoundError",
    "Mark",
    "ModelError",
    "PageImage",
    "Problem",
    "QAError",
    "QuestionError",
    "Report",
    "Request",
    "SearchConfig",
    "ServerError",
    "Source",
    "Span",
    "Splitter",
    "UsageError",
    "Verification",
    "build",
    "calibrate",
    "compare",
    "evaluate",
    "from_documents",
    "open",
    "page_image",
    "read_report",
    "register_format",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), _RENAMED.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

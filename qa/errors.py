"""Every error the package raises on purpose.

::

    QAError
    ├── UsageError              exit 2   the call itself is wrong
    │   ├── QuestionError                an empty, unreadable or too long question
    │   ├── ConfigError                  an option that does not exist or cannot be honoured
    │   └── CorpusError                  a source path that does not exist, or nothing to index in it
    ├── IndexNotFoundError      exit 3   no index where one was expected
    ├── IndexDamagedError       exit 3   a file of the index is missing or is not what was written
    ├── IndexFormatError        exit 3   the index was written by another version of the format
    ├── IndexBusyError          exit 3   another process is writing the index
    ├── ServerError             exit 3   the server of an index cannot be reached, refuses, or fails
    ├── ModelError              exit 3   the embedding model cannot be found, read or trusted
    ├── ClusterError            exit 3   a Dask cluster cannot be reached, or cannot encode
    ├── ReadingError            exit 3   a process that reads articles has ended over one of them
    └── DocumentNotFoundError   exit 3   the index holds no such document

A message says what is wrong and where; ``advice`` says what to do next. Both are shown on one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


class QAError(Exception):
    """Base of all errors of this package. ``exit_code`` is what the command line ends with."""

    exit_code = 3

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}; {self.advice}" if self.advice else message


class UsageError(QAError):
    """The call is wrong: nothing was tried."""

    exit_code = 2


class QuestionError(UsageError):
    """The question is empty, is not valid Unicode, or is longer than the encoder reads."""


class ConfigError(UsageError):
    """An option has a value that cannot be honoured."""


class CorpusError(UsageError):
    """A source path does not exist, or there is nothing to index."""


class IndexNotFoundError(QAError):
    """There is no index at this place."""


class IndexDamagedError(QAError):
    """A file of the index is missing, truncated or altered."""


class IndexFormatError(QAError):
    """The index was written in a format that this version does not read."""


class IndexBusyError(QAError):
    """Another process is writing this index."""


class ServerError(QAError):
    """The server that holds an index cannot be reached, is too old, refuses the login, or fails."""


class ModelError(QAError):
    """The embedding model cannot be found, read, exported or trusted."""


class ClusterError(QAError):
    """A Dask cluster cannot be reached, has no workers, or cannot encode."""


class ReadingError(QAError):
    """A process that reads articles has ended over one of them, or was killed."""


class DocumentNotFoundError(QAError):
    """The index holds no document with this id."""

    @classmethod
    def of(cls, document_id: str) -> DocumentNotFoundError:
        """The error for a document that was asked for."""
        return cls(f"the index holds no document {document_id}", "qa status --documents lists them")


@contextmanager
def explained(meaning: Callable[[Exception], QAError]) -> Iterator[None]:
    """What goes wrong in the block is raised as the error of this package that ``meaning`` makes of it."""
    try:
        yield
    except QAError:
        raise
    except Exception as error:  # a library raises what it likes, and what the network does
        raise meaning(error) from error


def as_error(kind: type[QAError], what: str, advice: str) -> AbstractContextManager[None]:
    """What goes wrong in the block is raised as an error of this ``kind``: ``what``, with the first line of the reason,
    and ``advice``."""
    return explained(lambda error: kind(f"{what} ({first_line(error)})", advice))


def first_line(error: BaseException) -> str:
    """The first line of what a library's error says, without its full stop; its kind where it says nothing."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__

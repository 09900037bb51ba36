"""What a failure of Milvus or of the network means to the user."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from qa.backends.milvus.address import MilvusAddress
from qa.errors import IndexBusyError, IndexNotFoundError, QAError, ServerError
from qa.escaping import one_line

#: The environment variables of the login, of the certificate authority's file, and of the seconds that a call may take.
TOKEN, USER, PASSWORD = "QA_MILVUS_TOKEN", "QA_MILVUS_USER", "QA_MILVUS_PASSWORD"
CA, TIMEOUT = "QA_MILVUS_CA", "QA_MILVUS_TIMEOUT"

# What Milvus and its client say while a server is away, starts, or moves a collection to another node.
_NOT_READY = re.compile("Fail connecting|not ready|NotReady|not? available|service unavailable|StateCode")

# Milvus's codes: collection not found, alias not found (Lite uses the first for both).
_GONE = {100, 1600}


def meaning(error: BaseException, address: MilvusAddress, timeout: float) -> QAError:
    """What an error of pymilvus or gRPC means to the user. No secret is in it."""
    codes, text = _codes(error), _text(error)
    if _is_refused(error):
        return ServerError(
            f"{address} refused the login", f"set {USER} and {PASSWORD}, or {TOKEN}, to those of a user who may use it"
        )
    if "DEADLINE_EXCEEDED" in codes or isinstance(error, TimeoutError):
        return ServerError(
            f"{address} did not answer within {timeout:g} s", f"look after the server, or set {TIMEOUT} higher"
        )
    if "Open local milvus failed" in text:
        return IndexBusyError(
            f"{address} is open in another process, or is no file of Milvus Lite",
            "wait until that has ended: one process at a time reads or writes it",
        )
    if is_transient(error) or "closed channel" in text:
        return ServerError(f"{address} cannot be reached", "check host, port, TLS and network, and that Milvus runs")
    if _GONE & codes:
        return IndexNotFoundError(f"{address} no longer has what was opened", "open the index again")
    message = one_line(str(error))
    for secret in filter(None, map(os.environ.get, (TOKEN, PASSWORD))):
        message = message.replace(secret, "***")
    return ServerError(f"{address} failed: {message}", "see the log of the server")


def not_found(address: MilvusAddress) -> IndexNotFoundError:
    """The error for an address without an index."""
    return IndexNotFoundError(f"there is no index at {address}", f"qa index --index {address} makes one")


def is_transient(error: BaseException) -> bool:
    """Whether the server was away, or has just come back and is not ready."""
    away = "UNAVAILABLE" in _codes(error) or _NOT_READY.search(_text(error))
    return bool(away) and not _is_refused(error)


def _is_refused(error: BaseException) -> bool:
    said = any(words in _text(error) for words in ("auth check failure", "permission deny"))
    return said or bool({"UNAUTHENTICATED", "PERMISSION_DENIED"} & _codes(error))


def _codes(error: BaseException) -> set[object]:
    """Milvus's numbers and the names of gRPC's statuses in an error and what it was raised from."""
    codes = (getattr(cause, "code", None) for cause in _causes(error))
    values = (code() if callable(code) else code for code in codes)
    return {getattr(value, "name", value) for value in values}


def _text(error: BaseException) -> str:
    return " ".join(map(str, _causes(error)))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it was raised from; pymilvus raises some from themselves."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__

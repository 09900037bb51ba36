"""The address of a Milvus cluster.

::

    milvus://host:19530/collection        a cluster
    milvus+tls://host:19530/collection    a cluster, over TLS
    milvus+lite:file.db                   a file, read and written by Milvus Lite in this process
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from qa.errors import ConfigError

#: The port on which Milvus listens unless told otherwise.
DEFAULT_PORT = 19530

_FORMS = "write milvus://HOST:PORT/COLLECTION, milvus+tls://HOST:PORT/COLLECTION or milvus+lite:FILE.db"
_SERVER = re.compile(r"milvus(\+tls)?://([\w.-]+|\[[0-9a-fA-F:.]+\])(?::(\d{1,5}))?/(\w*)")
# Milvus's own rule for the names of collections, short enough for what is appended to them.
_COLLECTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,179}")


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """A collection of a Milvus server at ``host`` and ``port``, or in the ``file`` of Milvus Lite."""

    collection: str
    host: str = ""
    port: int = DEFAULT_PORT
    tls: bool = False
    file: Path | None = None

    def __str__(self) -> str:
        if self.file is not None:
            return f"milvus+lite:{self.file}"
        return f"milvus{'+tls' * self.tls}://{self.host}:{self.port}/{self.collection}"

    @property
    def uri(self) -> str:
        """What Milvus's own client calls the server."""
        if self.file is not None:
            return str(self.file.absolute())
        return f"http{'s' * self.tls}://{self.host}:{self.port}"


def parse(text: str, scheme: str) -> MilvusAddress:
    """The address in ``text``, which begins with ``scheme`` in whatever case. Raises ConfigError."""
    if "@" in text or "?" in text:  # it may hold a secret, and so is not repeated
        raise ConfigError(
            "the address of the index holds more than host, port and collection",
            "leave user and password out, and set QA_MILVUS_USER and QA_MILVUS_PASSWORD, or QA_MILVUS_TOKEN",
        )
    if scheme == "milvus+lite:":
        file = text[len(scheme) :]
        if not file.endswith(".db") or file.startswith("//"):
            raise ConfigError(f"{text} names no file that ends with .db", _FORMS)
        return MilvusAddress("qa", file=Path(file))  # a file has one index, whose name nobody has to know
    match = _SERVER.fullmatch(text)
    if match is None or int(match[3] or DEFAULT_PORT) > 65535:
        raise ConfigError(f"{text} is not the address of an index", _FORMS)
    if not _COLLECTION.fullmatch(match[4]):
        raise ConfigError(
            f"{text} names no collection", "end it with a name of letters, digits and underscores, such as /news"
        )
    return MilvusAddress(match[4], match[2], int(match[3] or DEFAULT_PORT), bool(match[1]))

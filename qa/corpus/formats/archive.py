"""Zip archives, as Word, OpenDocument and EPUB files are: opened only where their contents fit into memory."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from qa.corpus.problem import UnreadableError

#: Bytes that all members of an archive may have together, and how many members.
MAX_CONTENTS, MAX_MEMBERS = 256 * 1024 * 1024, 10_000


#: How files of Word begin that are encrypted, or older than 2007 (MS-CFB, section 2.2).
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def open_archive(data: bytes) -> ZipFile:
    """The archive. Raises UnreadableError where it is encrypted, or holds more than fits."""
    if data.startswith(_OLE):
        raise UnreadableError("is encrypted, or of an older kind", "save it anew, without a password")
    archive = ZipFile(BytesIO(data))
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableError("is encrypted", "save it without a password")
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_CONTENTS:
        raise UnreadableError(f"holds more than {MAX_CONTENTS // 1024**2} MiB", "split it")
    return archive


def member(archive: ZipFile, name: str) -> bytes:
    """A member's contents, of no more bytes than it says to have."""
    with archive.open(name) as stream:
        return stream.read(archive.getinfo(name).file_size)

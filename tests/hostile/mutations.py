"""Files of each format, damaged at random, read in a process of its own with bounded memory and time.

python -m tests.hostile.mutations EXTENSION COUNT FOLDER

A run is the same each time. The file that is being read is in FOLDER, so that one on which the process dies is at hand.
"""

from __future__ import annotations

import faulthandler
import io
import json
import random
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.corpus.formats import samples
from tests.support import ROOT

MEGABYTE = 1024 * 1024

#: Address space of the process, its peak of memory, in bytes, and seconds of work for each file: far more than any file
#: needs. A file that takes so many seconds on the clock hangs.
ADDRESSES, MEMORY, PATIENCE, HANGS = 8 * 1024 * MEGABYTE, 1536 * MEGABYTE, 20, 600

PORT = "Port Selden"

SAMPLES: dict[str, Callable[[str], bytes]] = {
    ".csv": samples.csv,
    ".docx": samples.docx,
    ".eml": samples.eml_with_files,
    ".epub": samples.epub,
    ".html": samples.html,
    ".json": samples.json_array,
    ".jsonl": lambda port: b"".join(b'{"id": "%d", "text": "%s"}\n' % (n, port.encode()) for n in range(20)),
    ".mbox": samples.mbox,
    ".md": lambda port: (
        f"---\ntitle: {port}\ndate: 2023-03-14\n---\n# Quay\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode()
    ),
    ".mhtml": samples.mhtml,
    ".odt": samples.odt,
    ".pdf": samples.pdf,
    ".rss": samples.rss,
    ".rtf": samples.rtf,
    ".tsv": lambda port: f"id\ttext\n1\t{port}\n".encode(),
    ".warc": samples.warc,
    ".txt": lambda port: f"date 2023-03-14 {samples.SENTENCE.format(port=port)}".encode(),
}
ZIPPED = (".docx", ".epub", ".odt")

#: What is put in many times: what nests, what grows, and what numbers overflow.
_PIECES = [
    *(
        b"<a>",
        b"<div><p>",
        b"[",
        b'{"a":',
        b"(",
        b"{\\b ",
        b"<<",
        b"&a;",
        b"=?utf-8?q?",
        b"> ",
        b"- ",
        b"| ",
        b'"',
        b"\x00",
    ),
    *(
        b"\xff",
        b"\r",
        b"\n",
        b"9" * 20,
        b"-1 ",
        b"\\u9999999 ",
        b"<table><tr><td>",
        b"<!--",
        b"<![CDATA[",
        b"q ",
        b"BT ",
    ),
]


class Report(NamedTuple):
    """How many files gave documents, and the most memory in bytes."""

    files: int
    read: int
    memory: int


def run(extension: str, count: int, folder: Path) -> Report:
    """Reads so many files in a process of its own. A crash, a hang, or any error there fails with what it has said."""
    command = [sys.executable, "-m", "tests.hostile.mutations", extension, str(count), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{extension}: {done.returncode}\n{done.stderr[-3000:]}"
    return Report(**json.loads(done.stdout))


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with one to four pieces of damage."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        chance.choice(_DAMAGES)(changed, chance)
    return bytes(changed)


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 8) if data else 0):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randint(0, len(data)) :]


def _remove(data: bytearray, chance: random.Random) -> None:
    start = chance.randint(0, len(data))
    del data[start : start + chance.randint(1, 200)]


def _repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randint(0, len(data))
    data[start:start] = data[start : start + chance.randint(1, 400)] * chance.randint(1, 50)


def _insert(data: bytearray, chance: random.Random) -> None:
    start = chance.randint(0, len(data))
    data[start:start] = chance.choice(_PIECES) * chance.choice([1, 1, 2, 10, 100, 300, 5_000])


def _number(data: bytearray, chance: random.Random) -> None:
    digits = [place for place, byte in enumerate(data) if 48 <= byte < 58]
    if digits:
        place = chance.choice(digits)
        data[place : place + 1] = str(chance.choice([-1, 0, 65_536, 2**31, 2**63, 10**30])).encode()


_DAMAGES = [_flip, _flip, _cut, _remove, _repeat, _insert, _number]


def _members_mutated(data: bytes, chance: random.Random) -> bytes:
    """An archive of which a member was damaged before it was compressed, so that its checksum is right."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        victim = chance.choice(before.namelist())
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, mutated(content, chance) if name == victim else content)
    return stream.getvalue()


def main(extension: str, count: int, folder: Path) -> None:
    from reportlab import rl_config

    import qa
    from qa.corpus import read

    rl_config.pageCompression = 0  # so that damage reaches what is drawn
    whole = SAMPLES[extension](PORT)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    chance = random.Random(extension)
    file = folder / f"a{extension}"
    files = 0
    faulthandler.register(signal.SIGPROF, chain=True)  # tells where it was, and ends
    for _ in range(count):
        inside = extension in ZIPPED and chance.random() < 0.7
        file.write_bytes(_members_mutated(whole, chance) if inside else mutated(whole, chance))
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        faulthandler.dump_traceback_later(HANGS, exit=True)
        documents = list(read([file], lambda _: None))
        for document in documents:
            assert document.text[document.body_start :].strip()
            if document.places and "page" in document.places[0][1]:
                qa.page_image(document, 0, min(40, len(document.text)), scale=0.5)
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_PROF, 0)
        files += bool(documents)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(Report(count, files, most)._asdict()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))

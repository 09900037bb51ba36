"""What a fresh installation takes, and what a first question then loads: python benchmarks/install.py

The files of this repository are copied into a new folder, in which README's first command makes an environment, with
nothing from pip's cache, and answers. Prints seconds and megabytes (10^6 bytes, sizes of files); removes the folder.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]

#: What torch brings along for graphics processors.
CUDA = re.compile(r"nvidia|cuda|triton")

#: A first small index and a question, as the command makes and answers them; which model libraries that has loaded.
FIRST = """
import sys
from qa.cli.main import main

for words in (["index", "articles"], ["ask", "when does the ferry depart?"]):
    try:
        main(words)
    except SystemExit as ended:
        assert ended.code == 0, ended.code
print("loaded:", sorted({"torch", "transformers", "sentence_transformers"} & {*sys.modules}))
"""


def megabytes(paths: Iterable[Path]) -> float:
    """The sizes of the files in some folders, or of files, in 10^6 bytes."""
    every = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*")))
    return sum(file.lstat().st_size for file in every if not file.is_dir() or file.is_symlink()) / 1e6


def copy_into(folder: Path) -> None:
    """The files that git tracks, as they are now."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)


def seconds(*command: str, cwd: Path) -> float:
    """How long a command takes, whose output is shown."""
    began = time.perf_counter()
    subprocess.run(command, cwd=cwd, env=os.environ | {"PIP_NO_CACHE_DIR": "1"}, check=True)
    return time.perf_counter() - began


def main() -> None:
    """Measures, and prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default=sys.executable, help="the Python that make is to use")
    make = "make", f"PYTHON={parser.parse_args().python}"
    with tempfile.TemporaryDirectory(prefix="qa-install-") as name:
        folder = Path(name)
        copy_into(folder)
        installing = seconds(*make, ".venv/.installed", cwd=folder)
        asking = seconds(*make, "ask", cwd=folder)
        packages = next((folder / ".venv").glob("lib/python*/site-packages"))
        brought = [path for path in packages.iterdir() if path.name.endswith(".dist-info")]
        cuda = [path for path in packages.iterdir() if CUDA.match(path.name.lower())]
        (folder / "articles").mkdir()
        (folder / "articles" / "ferry.txt").write_text("The ferry to Vestmark departs at nine every morning.\n")
        shutil.rmtree(folder / "index", ignore_errors=True)
        print(f"installing: {installing:.0f} s; then indexing corpus/ and answering: {asking:.1f} s")
        print(f"environment: {len(brought)} packages, {megabytes([folder / '.venv']):,.0f} MB")
        print(f"of which torch: {megabytes([packages / 'torch']):,.0f} MB, CUDA: {megabytes(cuda):,.0f} MB", flush=True)
        seconds(str(folder / ".venv" / "bin" / "python"), "-c", FIRST, cwd=folder)


if __name__ == "__main__":
    main()

"""What ARCHITECTURE.md says of the files and names in the tree is so."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.support import ROOT

SHORTEST, LONGEST = 30, 250
FILES = sorted((ROOT / "qa").rglob("*.py"))


def types_in(file: Path) -> Iterator[str]:
    """The names of the classes and type aliases of a module, without the underscore that makes one private."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            yield node.name.strip("_")
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias":
            yield ast.unparse(node.target).strip("_")


def test_a_file_of_another_length_has_a_reason():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = page.partition("These files are shorter or longer:")[2].partition("\n#")[0]
    explained = re.findall(r"`(qa/[^`]*\.py)`", table)
    lengths = {file.relative_to(ROOT).as_posix(): len(file.read_bytes().splitlines()) for file in FILES}
    unusual = [name for name, lines in lengths.items() if not SHORTEST <= lines <= LONGEST]
    assert sorted(explained) == [name for name in unusual if not name.endswith("__init__.py")]


def test_a_type_has_a_name_of_its_own():
    homes = defaultdict(set)
    for file in FILES:
        for name in types_in(file):
            homes[name].add(file.relative_to(ROOT).as_posix())
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}

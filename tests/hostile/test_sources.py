"""No module of ours could unpickle, or run, what it reads."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

#: Modules whose ``load`` turns bytes into objects or code; names and functions that do; and options that switch it on.
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "jsonpickle"}
BUILTINS = {"eval", "exec", "compile", "__import__"}
LOADERS = {("torch", "load"), ("np", "load"), ("numpy", "load"), ("yaml", "load"), ("yaml", "unsafe_load")}
OPTIONS = {"allow_pickle", "trust_remote_code", "shell"}


@pytest.mark.parametrize("file", sorted((ROOT / "qa").rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_module_could_unpickle_or_run_what_it_reads(file: Path) -> None:
    assert suspicious(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        *("import pickle", "import joblib.numpy_pickle", "from marshal import loads", "eval(text)", "exec(text)"),
        *(
            "torch.load(file)",
            "np.load(file)",
            "np.load(file, allow_pickle=True)",
            "yaml.load(text)",
            "f(shell=True)",
            "f(trust_remote_code=yes)",
        ),
    ],
)
def test_what_could_is_seen(source: str) -> None:
    assert suspicious(source)


def suspicious(source: str) -> list[str]:
    """What in a module's source turns data into code or objects."""
    uses = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            uses += [alias.name for alias in node.names if alias.name.split(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom):
            uses += [node.module] if node.module and node.module.split(".")[0] in MODULES else []
        elif isinstance(node, ast.Name):
            uses += [node.id] if node.id in BUILTINS else []
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            uses += [node.attr] if (node.value.id, node.attr) in LOADERS else []
        elif isinstance(node, ast.keyword) and node.arg in OPTIONS:
            uses += [] if isinstance(node.value, ast.Constant) and node.value.value is False else [node.arg]
    return uses

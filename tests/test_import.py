"""Importing is cheap, and so is asking: no model library is loaded for either."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.backends.local.generations import current_manifest
from qa.backends.local.manifest import LocalManifest
from tests.support import CORPUS, ROOT

HEAVY = ("torch", "sentence_transformers", "transformers")
NATIVE = ("onnxruntime", "faiss", "numpy", "tokenizers", "sklearn", "scipy")

#: What only other commands than asking need, or nobody: each would make every question wait.
UNNEEDED = (
    "faiss",  # which scans large indexes only
    "onnx",
    "pydantic",
    "rich",
    "yaml",
    "sentencex",
    "rank_bm25",
    "huggingface_hub",
    "jinja2",
    "rapidfuzz",
    "filelock",
)

#: What lays answers out for people, reads them with the reader, knows other models or makes pictures of pages, and the
#: types of arrays, which are read by type checkers.
UNNEEDED_FOR_JSON = (
    *("qa.cli.answers", "qa.cli.wrapping", "qa.cli.locators", "qa.cli.prompt"),
    *("qa.models.reader", "qa.models.bert", "qa.models.multilingual", "qa.models.unigram_inputs", "qa.models.cache"),
    *("qa.api.making", "qa.api.status", "qa.backends.memory", "qa.backends.milvus", "qa.backends.local.draft"),
    *("qa.pages.show", "qa.types.pages", "qa.types.markup", "qa.text.sentences", "qa.text.chunking", "qa.text.dates"),
    "numpy.typing",
)

#: Runs its argument, and then says on the last line which modules were loaded.
RUNNER = """
import sys
try:
    exec(sys.argv.pop(1))
except SystemExit as end:
    print("exit code", end.code or 0)
print(*sorted(sys.modules))
"""


def run(code: str, *arguments: str) -> tuple[str, set[str]]:
    """What the code prints in a process of its own, and the modules that it loads."""
    process = subprocess.run(
        [sys.executable, "-c", RUNNER, code, *arguments], capture_output=True, text=True, cwd=ROOT, check=True
    )
    *output, modules = process.stdout.splitlines()
    return "\n".join(output), set(modules.split())


@pytest.mark.parametrize(
    "code", ["import qa", "import qa; dir(qa)", "from qa import QAError, Document; Document('a', 'b')"]
)
def test_importing_loads_no_model_library(code):
    _, modules = run(code)
    assert "qa" in modules
    assert modules.isdisjoint(HEAVY)
    if "Document" not in code:
        assert modules.isdisjoint(NATIVE)


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["index", "--help"]])
def test_help_loads_no_model_library(arguments):
    output, modules = run("from qa.cli.main import main; main()", *arguments)
    assert output.endswith("exit code 0")
    assert "qa" in output
    assert modules.isdisjoint((*HEAVY, *NATIVE))


def test_asking_loads_onnxruntime_and_no_model_library(corpus_index):
    question = "what did Almagro request from the court?"
    output, modules = run("from qa.cli.main import main; main()", "ask", question, "--index", str(corpus_index))
    assert output.endswith("exit code 0")
    assert "Almagro" in output
    assert "onnxruntime" in modules
    assert modules.isdisjoint((*HEAVY, *UNNEEDED, "sklearn", "scipy"))
    rooms = {module.split(".")[1] for module in modules if module.startswith("qa.")}
    assert rooms.isdisjoint({"corpus", "evaluation", "verification"})
    # Whether the articles have changed since is told from their sizes and times.
    indexing = {module for module in modules if module.startswith("qa.indexing.")}
    assert indexing == {"qa.indexing.stamps", "qa.indexing.staleness"}
    assert {"qa.backends.memory", "qa.backends.shared.okapi", "qa.models.torch.sentence_transformers"} & modules <= {
        "qa.backends.shared.okapi"
    }


def test_a_question_of_a_program_loads_nothing_that_only_other_questions_need(corpus_index):
    words = ("what did Almagro request from the court?", "--index", str(corpus_index), "--json", "--reader", "none")
    output, modules = run("from qa.cli.main import main; main()", "ask", *words)
    assert output.endswith("exit code 0")
    assert modules.isdisjoint(UNNEEDED_FOR_JSON)


def test_a_few_new_articles_are_indexed_without_a_model_library(corpus_index, tmp_path):
    index = shutil.copytree(corpus_index, tmp_path / "index")
    articles = shutil.copytree(CORPUS, tmp_path / "corpus")
    run("from qa.cli.main import main; main()", "index", str(articles), "--index", str(index), "--replace")
    (articles / "new.md").write_text("# A bridge\n\nThe bridge at Ulvik was opened. Nobody fell off it.\n")
    output, modules = run("from qa.cli.main import main; main()", "index", "--index", str(index))
    assert output.endswith("exit code 0")
    assert modules.isdisjoint(HEAVY)
    asked, _ = run("from qa.cli.main import main; main()", "ask", "Where was a bridge opened?", "--index", str(index))
    assert "The bridge at Ulvik was opened." in asked


def test_a_new_index_is_made_without_a_model_library(corpus_index, tmp_path):
    command = "from qa.cli.main import main; main()"
    output, modules = run(command, "index", str(CORPUS), "--index", str(tmp_path / "index"))
    assert output.endswith("exit code 0")
    assert modules.isdisjoint(HEAVY)
    assert described(current_manifest(tmp_path / "index")[1]) == described(current_manifest(corpus_index)[1])


def test_an_index_in_memory_is_made_without_a_model_library_once_its_model_was_exported(corpus_index):
    code = """
import qa
with qa.from_documents([qa.Document("a", "The bridge at Ulvik was opened. Nobody fell off it.")]) as index:
    print(index.ask("Where was a bridge opened?").citations[0].quote.text)
"""
    assert corpus_index.is_dir()  # when it was made, the export was kept
    output, modules = run(code)
    assert output == "The bridge at Ulvik was opened."
    assert modules.isdisjoint(HEAVY)


def described(manifest: LocalManifest) -> tuple[Any, ...]:
    """What two indexes with the same contents have in common: sizes and checksums of files too."""
    return manifest.info, manifest.engine, manifest.encoder_note, manifest.extra.files


def test_the_console_script_is_installed():
    script = Path(sys.executable).with_name("qa")
    shown = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert "Nothing is ever generated" in shown.stdout
    assert shown.stderr == ""


@pytest.mark.parametrize("name", qa.__all__)
def test_every_public_name_is_there(name):
    assert getattr(qa, name) is not None
    assert name in dir(qa)


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'answer_everything'"):
        _ = qa.answer_everything
    assert not hasattr(qa, "__wrapped__")


def test_public_names_are_sorted_and_come_once():
    assert qa.__all__ == sorted(set(qa.__all__))


def test_the_lazy_table_has_every_public_name_where_it_is_defined():
    lazy = {name: home for home, names in qa._HOMES.items() for name in names}
    assert sorted(lazy) == qa.__all__
    for name, home in lazy.items():
        value = getattr(qa, name)
        # qa.Problem is offered by the package qa.corpus and defined within it.
        assert value.__module__ == home or value.__module__.startswith(f"{home}.")


def test_type_checkers_see_the_names_that_there_are():
    """The imports under TYPE_CHECKING are those of the lazy table, each from the same module."""
    tree = ast.parse((ROOT / "qa" / "__init__.py").read_text(encoding="utf-8"))
    (block,) = (n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING")
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    typed = {alias.asname or alias.name: (node.module, alias.name) for node in imports for alias in node.names}
    lazy = {name: (home, qa._RENAMED.get(name, name)) for home, names in qa._HOMES.items() for name in names}
    assert typed == lazy


def test_types_are_delivered():
    assert (Path(qa.__file__).parent / "py.typed").is_file()


def test_every_public_error_is_a_qa_error():
    errors = [getattr(qa, name) for name in qa.__all__ if name.endswith("Error")]
    assert len(errors) == 14
    assert all(issubclass(error, qa.QAError) for error in errors)

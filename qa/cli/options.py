"""Options that several commands have."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

import qa
from qa.config import ReaderChoice

IndexPlace = Annotated[
    str,
    typer.Option(
        "--index",
        envvar="QA_INDEX",
        help="The index: a folder, or a cluster's address such as milvus://host:19530/news.",
        metavar="DIR",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
ReaderOption = Annotated[
    ReaderChoice,
    typer.Option("--reader", help="Whether the reader chooses the quotes: in the best four passages, or in twelve."),
]
RerankerFolder = Annotated[
    Path | None,
    typer.Option(
        "--reranker", help="Order the best passages with the cross-encoder in this folder; slower.", metavar="DIR"
    ),
]


def with_filters(command: Callable[..., int]) -> Callable[..., int]:
    """The command with an option for each of the filters, which it takes by name: typer makes options of a function's
    signature."""
    signature = inspect.signature(command, eval_str=True)
    own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                list[str] | None if rule.repeats else str | None, typer.Option(help=rule.help, metavar=rule.metavar)
            ],
        )
        for name, rule in qa.Filter.rules().items()
    ]
    signature = signature.replace(parameters=[*own, *options])
    command.__signature__ = signature  # type: ignore[attr-defined]
    # As they are now, so that typer does not evaluate them once more.
    command.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    return command

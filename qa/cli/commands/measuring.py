"""``qa eval`` and ``qa calibrate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.defaults import DEFAULT_INDEX
from qa.cli.options import AsJson, IndexPlace, ReaderName, ReaderOption, RerankerFolder


def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="Gold questions: a JSONL file, or a folder in the BEIR layout.", metavar="GOLD")
    ],
    index: IndexPlace = str(DEFAULT_INDEX),
    k: Annotated[int, typer.Option("-k", help="Citations to ask for.", metavar="N")] = 5,
    as_json: AsJson = False,
    run_file: Annotated[
        Path | None, typer.Option("--run", help="Write the ranking of documents as a TREC run.", metavar="FILE")
    ] = None,
    qrels_file: Annotated[
        Path | None, typer.Option("--qrels", help="Write the gold documents as TREC qrels.", metavar="FILE")
    ] = None,
    report_file: Annotated[
        Path | None,
        typer.Option("--report", help="Write the report as a page for a web browser.", metavar="FILE.html"),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="Compare with this earlier report (--json); exit with 1 if worse.", metavar="FILE"),
    ] = None,
    fail_below: Annotated[
        list[str] | None,
        typer.Option(help="Exit with 1 if a measure is below a value; repeatable.", metavar="MEASURE=VALUE"),
    ] = None,
    reader: ReaderOption = ReaderName.FAST,
    reranker: RerankerFolder = None,
) -> int:
    """Ask questions with known answers, and measure rankings, quotes, abstention and time."""
    from qa.cli.evaluating import run
    from qa.config import SearchConfig

    return run(
        gold,
        index,
        k,
        as_json=as_json,
        run_file=run_file,
        qrels_file=qrels_file,
        report_file=report_file,
        baseline=baseline,
        fail_below=fail_below or (),
        config=SearchConfig(reader=reader.value),
        reranker=reranker,
    )


def calibrate(
    gold: Annotated[
        Path | None,
        typer.Argument(help="Gold questions: a JSONL file, or a folder in the BEIR layout.", metavar="GOLD"),
    ] = None,
    index: IndexPlace = str(DEFAULT_INDEX),
    error: Annotated[
        float, typer.Option(help="The share of answers that may be wrong, such as 0.1.", metavar="SHARE")
    ] = 0.1,
    level: Annotated[float, typer.Option(help="How sure that has to be, such as 0.95.", metavar="SHARE")] = 0.95,
    reset: Annotated[
        bool, typer.Option("--reset", help="Remove the index's own calibration; GOLD is not needed.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Fit the confidence to the index, and choose from which on to answer for a wanted error rate.

    One half of the questions fits, the other certifies. Where they are too few, or too many answers are wrong, nothing
    is changed and the exit code is 1.
    """
    from qa.cli.calibrating import run

    return run(gold, index, error, level, reset=reset, as_json=as_json)

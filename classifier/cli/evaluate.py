"""``winnow evaluate``: the scores of a model on labelled pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifier.cli.console import (
    PROBLEMS,
    command,
    complain,
    require_files,
    results,
    say,
    track,
    trained_parts,
    write_json,
)

if TYPE_CHECKING:
    from classifier.evaluation.scoring import Evaluation

_HELP = """Score a model on labelled pages.

Shows word F1 and 4-gram F1 of the body by set and page type, word F1 of the comments, and precision, recall and F1 of
each label over blocks whose label is known. Says when a page was among those that the model learnt from: such scores
flatter.

Examples:

  winnow evaluate labels.jsonl

  winnow evaluate my-gold/ --model models/mine/blocks.npz --json > scores.json
"""


@command
def run(
    pages: Annotated[list[Path], typer.Argument(metavar="PAGES", show_default=False)],
    model: Annotated[Path | None, typer.Option(help="Model file to score instead of the one that ships.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as one JSON object.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Score at most so many pages, evenly spread.")] = None,
) -> None:
    """See `_HELP`."""
    require_files(pages)
    trained_parts()
    from classifier.evaluation.scoring import evaluate_pages, seen_in_training
    from classifier.extraction import Extractor
    from classifier.gold import read_gold

    extractor = Extractor(model)
    gold = read_gold(pages)
    if limit is not None and len(gold) > limit:
        gold = [gold[at * len(gold) // limit] for at in range(limit)]
    scores = evaluate_pages(extractor, gold, lambda items: track(items, "scoring", len(items)))
    seen = seen_in_training(extractor.model.metadata, gold)
    if as_json:
        write_json({"model": str(extractor.path), "seen_in_training": seen, **scores.to_dict()}, indent=2)
    else:
        _show(scores)
    _warn(seen, len(gold))
    for reason in scores.failed:
        complain(f"not scored: {reason}")
    if scores.failed or not scores.pages:
        raise typer.Exit(PROBLEMS)


run.__doc__ = _HELP


def _warn(seen: list[str] | None, total: int) -> None:
    if seen is None:
        say("The model does not say which pages it was trained on; if these were among them, the scores flatter it.")
    elif not seen:
        say("None of these pages was among the model's training pages.")
    else:
        say(f"{len(seen)} of {total} pages were among the model's training pages: these scores flatter it.")


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "–" if value is None else str(value)


def _show(scores: Evaluation) -> None:
    from rich.table import Table

    from classifier.evaluation.scoring import label_rows

    table = Table("", "pages", "body F1", "body 4-gram F1", "comments F1", title="Pages", title_justify="left")
    for name, row in scores.groups().items():
        cells = (row["pages"], row["body_f1"], row["body_4gram_f1"], row["comments_f1"])
        table.add_row(name, *map(_number, cells))
    labels = Table("label", "precision", "recall", "F1", "blocks", title="Blocks", title_justify="left")
    for label, *values in label_rows(scores.labels):
        labels.add_row(label, *map(_number, values))
    for each in (table, labels):
        for column in each.columns[1:]:
            column.justify = "right"
        results().print(each)

"""``winnow train``: a model from labelled pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifier.cli.console import (
    PROBLEMS,
    command,
    complain,
    progress_bar,
    require_files,
    require_folder,
    results,
    say,
    trained_parts,
    write_json,
)

if TYPE_CHECKING:
    from rich.progress import Progress

    from classifier.evaluation import Scores
    from classifier.gold import GoldPage
    from classifier.training import TrainingReport

_HELP = """Train a model from labelled pages, and report how good it is.

Writes blocks.npz, text.npz and MODEL_CARD.md to --out. Every figure is of pages whose site the model had not seen. A
model that is better than the new one is not replaced unless --force is given; the exit code is then 1. Use the result
with --model, or with the setting WINNOW_MODEL in Scrapy.

Examples:

  winnow train labels.jsonl ../data --out models/mine

  winnow train labels.jsonl --out /tmp/try --quick
"""


@command
def run(
    pages: Annotated[list[Path], typer.Argument(metavar="PAGES", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for the model files and their card.", show_default=False)],
    seed: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help="Equal pages, seed and versions give equal models.")
    ] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="A third of the work, to try things out.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a model that scores better.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
) -> None:
    """See `_HELP`."""
    require_files(pages)
    trained_parts()
    require_folder(out, "--out")
    from classifier.training import train_model

    with progress_bar() as bar:
        report = train_model(pages, out, seed=seed, quick=quick, force=force, progress=_Bars(bar))
    if as_json:
        write_json(_record(report), indent=2)
    else:
        _show(report)
    if not report.saved:
        complain(f"not saved to {out}: {report.reason}")
        raise typer.Exit(PROBLEMS)
    sizes = ", ".join(f"{name} ({size / 1e6:.1f} MB)" for name, size in report.sizes.items())
    say(f"saved to {out}: {sizes}; {report.reason}")


run.__doc__ = _HELP


class _Bars:
    """Progress bars for `classifier.training`."""

    def __init__(self, bar: Progress) -> None:
        self.bar = bar

    def pages(self, items: Iterable[GoldPage]) -> Iterable[GoldPage]:
        """Show a bar for the pages."""
        items = list(items)
        return self.bar.track(items, description="reading pages", total=len(items))

    def start(self, title: str, total: int) -> Callable[[], None]:
        """Show a bar of so many steps."""
        task = self.bar.add_task(title, total=total)
        return lambda: self.bar.advance(task)


def _record(report: TrainingReport) -> dict[str, Any]:
    return {
        "saved": report.saved,
        "reason": report.reason,
        "data_digest": report.digest,
        "pages": report.n_pages,
        "sites": report.n_sites,
        "blocks": report.n_blocks,
        "sizes": report.sizes,
        "scores": report.pages.scores.to_dict(),
        "nameless_scores": report.pages.nameless.to_dict(),
        "confidence_correlation": round(report.pages.whole.confidence, 4),
        "page_types": round(report.pages.whole.types, 4),
        "article_or_not": round(report.pages.whole.article_or_not, 4),
        "text_scores": report.texts.scores.to_dict(),
    }


def _show(report: TrainingReport) -> None:
    results().print(f"{report.n_pages:,} pages of {report.n_sites:,} sites, {report.n_blocks:,} blocks")
    _show_scores(report.pages.scores, "Pages")
    _show_scores(report.texts.scores, "Plain text")


def _show_scores(scores: Scores, title: str) -> None:
    from rich.table import Table

    table = Table(f"{title}: set", "pages", "body F1", "body 4-gram F1")
    for name, row in scores.groups.items():
        table.add_row(name, f"{row['pages']:.0f}", f"{row['word_f1']:.4f}", f"{row['shingle_f1']:.4f}")
    labels = Table(f"{title}: label", "precision", "recall", "F1", "blocks")
    for name, row in scores.labels.items():
        labels.add_row(name, *(f"{row[key]:.3f}" for key in ("precision", "recall", "f1")), f"{row['support']:.0f}")
    for each in (table, labels):
        for column in each.columns[1:]:
            column.justify = "right"
        if each.row_count:
            results().print(each)

"""All commands, put together."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from classifier.cli.check import run as run_check
from classifier.cli.console import PROBLEMS, discard_results, say, why_broken
from classifier.cli.evaluate import run as run_evaluate
from classifier.cli.explain import run as run_explain
from classifier.cli.extract import run as run_extract
from classifier.cli.label import run as run_label
from classifier.cli.train import run as run_train

app = typer.Typer(
    name="winnow",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Tell the article of a page from comments, comment forms, challenges, source links, promos and page furniture."
        "\n\nResults go to stdout, messages to stderr. Exit codes: 0 all well, 1 problems were found or some pages "
        "failed, 2 wrong usage or a missing file, 130 stopped with Ctrl-C."
    ),
)
app.command("extract")(run_extract)
app.command("explain")(run_explain)
app.command("label")(run_label)
app.command("check")(run_check)
app.command("train")(run_train)
app.command("evaluate")(run_evaluate)


def _show_version(wanted: bool) -> None:
    if wanted:
        from classifier import __version__

        typer.echo(f"winnow {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Declare what stands before the name of a command."""


def run() -> None:
    """Run the command that the arguments of the process name."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Characters that the encoding of the output lacks are escaped; an error would end all pages for one quote.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except OSError as error:  # of --help and --version, which are no commands
        discard_results()
        say(f"winnow: {why_broken(error)}")
        sys.exit(PROBLEMS)

"""``winnow explain``: why each block was kept or set aside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.cli.console import USAGE, command, fail, messages, results, say, write_json
from classifier.cli.inputs import InputError, is_url, missing, read_inputs
from classifier.files import WARC_SUFFIXES

if TYPE_CHECKING:
    from classifier.explaining import BlockExplanation

_HELP = """Say why each block of a page has its label.

Prints the blocks in page order, each with its label, the probability of the label, and what moved it most: + speaks for
the label, - against it. PAGE is an HTML file, an http(s) address, or - for standard input.

Examples:

  winnow explain page.html

  winnow explain page.html --html why.html

  winnow explain page.html --json | jq '.blocks[] | select(.label == "promo")'
"""


@command
def run(
    page: Annotated[str, typer.Argument(metavar="PAGE", show_default=False)],
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page to read in a browser.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole explanation as one JSON object.")] = False,
    url: Annotated[str | None, typer.Option(help="Where the page comes from.")] = None,
    model: Annotated[Path | None, typer.Option(help="Model file to use instead of the one that ships.")] = None,
) -> None:
    """See `_HELP`."""
    if missing([page]):
        fail(f"expected a file or http(s) address, found nothing at {page}: check the path", USAGE)
    if page != "-" and Path(page).is_dir():
        fail(f"expected a single page, {page} is a folder: name one of its files", USAGE)
    if not is_url(page) and page.lower().endswith(WARC_SUFFIXES):
        fail(f"expected a single page, {page} is a WARC file: explain a page saved from it, or its address", USAGE)
    from classifier.explaining import explain
    from classifier.extraction import Extractor

    source = next(iter(read_inputs([page])))
    if source.error is not None:
        raise InputError(f"{source.name}: {source.error}")
    extractor = Extractor(model)
    with messages().status("explaining", spinner="line"):
        found = explain(extractor, source.body, source.url or url, name=source.url or Path(source.name).name)
    if html is not None:
        _write(html, found.to_html())
        say(f"wrote {html}")
    if as_json:
        write_json(found.to_dict(), indent=2)
    elif html is None:
        for block in found.blocks:
            _show(block)
    if not found.blocks:
        say(f"winnow: {source.name}: there is no text on this page")


run.__doc__ = _HELP


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", errors="replace")  # file names can hold what UTF-8 cannot
    except OSError as error:
        fail(f"expected to write {path}, which failed: {error.strerror or error}", USAGE)


def _show(block: BlockExplanation) -> None:
    from rich.text import Text

    console = results()
    short = block.text if len(block.text) <= 100 else f"{block.text[:97]}..."
    console.print(
        Text.assemble((f"{block.label} {block.probability:.2f}", "bold"), "  ", short), soft_wrap=True, highlight=False
    )
    if block.rule:
        console.print(Text(f"    {block.rule}", "dim"), soft_wrap=True)
    for reason in block.reasons:
        sign = "+" if reason.weight > 0 else "-"
        console.print(Text(f"    {sign} {reason.text}", "dim"), soft_wrap=True)

"""``winnow label``: label pages in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.cli.console import INTERRUPTED, OK, USAGE, command, fail, require_files, require_folder, say

if TYPE_CHECKING:
    from classifier.labelling import Session
    from classifier.labelling.server import LabelServer

_HELP = """Label the blocks of pages in a browser.

Starts a small web app on this machine only, with each page's blocks prefilled with the model's labels: correct them by
mouse or keyboard, and save page by page. Finished pages are written to --out as JSON Lines that winnow check, train and
evaluate read. Stop with Ctrl-C at any time; the next start goes on where you were.

Examples:

  winnow label saved-pages/ --out labels.jsonl

  winnow label page1.html page2.html --out labels.jsonl --no-browser
"""


@command
def run(
    pages: Annotated[list[Path], typer.Argument(metavar="PAGES", show_default=False)],
    out: Annotated[Path, typer.Option(help="JSON Lines file of labels; continued when it exists.", show_default=False)],
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the browser, or only say where.")
    ] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 0,
    model: Annotated[Path | None, typer.Option(help="Model file that prefills the labels.")] = None,
) -> None:
    """See `_HELP`."""
    require_files(pages)
    if out.is_dir():
        fail(f"expected a file for the labels, {out} is a folder: give {out / 'labels.jsonl'} or the like", USAGE)
    require_folder(out.resolve().parent, "--out")
    from classifier.extraction import Extractor
    from classifier.labelling import Session, find_pages

    session = Session(find_pages(pages), out, Extractor(model))
    with _serve(session, port) as server:
        say(f"{len(session.pages)} pages. Label them at {server.url}\nStop with Ctrl-C.")
        if browser:
            import webbrowser

            webbrowser.open(server.url)
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            done = sum(session.is_done(number) for number in range(len(session.pages)))
            say(f"\nStopped: {done} of {len(session.pages)} pages are labelled in {out}")
            # Ctrl-C is how this command ends; with pages left it has not done all that was asked.
            raise typer.Exit(OK if done == len(session.pages) else INTERRUPTED) from None


run.__doc__ = _HELP


def _serve(session: Session, port: int) -> LabelServer:
    from classifier.labelling.server import LabelServer

    try:
        return LabelServer(session, port)
    except OSError as error:
        fail(f"expected a free port, {port} cannot be used: {error.strerror or error}; give another --port", USAGE)

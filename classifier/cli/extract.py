"""``winnow extract``: the article of a page, and what was set aside."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from classifier.cli.console import PROBLEMS, USAGE, command, complain, fail, messages, results, say, write_json
from classifier.cli.inputs import Input, InputError, missing, read_inputs
from classifier.exceptions import ClassifierError
from classifier.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.extraction import Extraction, Extractor

    Show = Callable[[Input, Extraction], None]

_KEPT: Final = ("title", "byline", "body")

_HELP: Final = """Print the article of each page, and what was set aside.

PAGES are HTML files, folders of them, WARC files, http(s) addresses, or - for standard input.

Examples:

  winnow extract page.html

  winnow extract https://example.org/2024/story.html --markdown

  winnow extract crawl.warc.gz saved/ --json --no-blocks > pages.jsonl

  winnow extract page.html --label comment

  pbpaste | winnow extract - --text
"""


@command
def run(
    pages: Annotated[list[str], typer.Argument(metavar="PAGES", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per page, one page per line.")] = False,
    blocks: Annotated[bool, typer.Option("--blocks/--no-blocks", help="With --json: list every block.")] = True,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print title and body as Markdown.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Print the body as clean HTML.")] = False,
    text: Annotated[bool, typer.Option("--text", help="The input is plain text that someone already scraped.")] = False,
    label: Annotated[
        list[str] | None, typer.Option(metavar="LABEL", help=f"Print only blocks of this label: {', '.join(LABELS)}.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where a single page comes from; makes its links absolute.")] = None,
    model: Annotated[Path | None, typer.Option(help="Model file to use instead of the one that ships.")] = None,
) -> None:
    """See `_HELP`."""
    if sum((as_json, markdown, html, bool(label))) > 1:
        fail("expected at most one of --json, --markdown, --html and --label: each is a form of output", USAGE)
    if text and (markdown or html):
        fail("--markdown and --html need a page with HTML elements; --text has none", USAGE)
    for name in label or ():
        if name not in LABELS:
            fail(f"unknown label {name!r}; expected one of {', '.join(LABELS)}", USAGE)
    if absent := missing(pages):
        fail(f"expected a file, folder or http(s) address, found nothing at {absent[0]}: check the path", USAGE)
    if as_json:
        show: Show = lambda page, found: write_json(  # noqa: E731
            {"page": page.name, **found.to_dict(blocks=blocks)}
        )
    elif label:
        show = lambda page, found: _show_labels(found, set(label))  # noqa: E731
    elif markdown or html:
        show = _show_markdown if markdown else _show_html
    else:
        show = _Pretty(several=len(pages) > 1 or Path(pages[0]).is_dir())
    failed = extract_all(pages, show, text=text, url=url, model=model)
    if failed:
        raise typer.Exit(PROBLEMS)


run.__doc__ = _HELP


def extract_all(names: list[str], show: Show, *, text: bool, url: str | None, model: Path | None) -> int:
    """Extract every page and show it; a broken page costs a line on stderr.

    Parameters
    ----------
    names : list of str
        See `read_inputs`.
    show : callable
        Prints one page.
    text : bool
        Whether the input is plain text.
    url : str or None
        Where a single page comes from.
    model : Path or None
        Model file.

    Returns
    -------
    int
        Number of pages that failed.
    """
    from rich.text import Text

    from classifier.extraction import Extractor

    extractor = _text_extractor(model) if text and model is not None else Extractor(model)
    done = failed = 0
    console = messages()
    with console.status("reading", spinner="line") as status:
        for page in read_inputs(names, text=text):
            status.update(Text(f"{done + failed} pages, now {page.name}"))
            try:
                found = _extract(extractor, page, url, text=text)
            except ClassifierError as error:
                complain(f"{page.name}: {error}")
                failed += 1
                continue
            show(page, found)
            done += 1
    if done + failed > 1:
        say(f"{done} of {done + failed} pages extracted" + (f", {failed} failed" if failed else ""))
    return failed


def _text_extractor(model: Path) -> Extractor:
    """Load the model of plain text that a path names, or that is beside the model of pages there."""
    from classifier.exceptions import ModelNotFound
    from classifier.extraction import TEXT_MODEL, Extractor
    from classifier.model import BlockModel

    named = BlockModel.load(model)
    if named.kind == "text":
        extractor = Extractor()
        extractor._text_model = named
        return extractor
    beside = model.with_name(TEXT_MODEL)
    if not beside.is_file():
        msg = f"{model}: expected a model for plain text, got one for pages, and there is no {beside}"
        raise ModelNotFound(msg)
    return Extractor(model)


def _extract(extractor: Extractor, page: Input, url: str | None, *, text: bool) -> Extraction:
    if page.error is not None:
        raise InputError(page.error)
    if not text:
        return extractor.extract(page.body, page.url or url)
    from classifier.blocks.decoding import decode

    return extractor.extract_text(decode(page.body), page.url or url)


def _show_labels(found: Extraction, wanted: set[str]) -> None:
    for block in found.blocks:
        if block.label in wanted:
            typer.echo(block.text)


def _show_markdown(page: Input, found: Extraction) -> None:
    if found.title:
        typer.echo(f"# {found.title}\n")
    typer.echo(found.to_markdown() + "\n")


def _show_html(page: Input, found: Extraction) -> None:
    typer.echo(found.body_html)


class _Pretty:
    """Prints pages for the eye: title, byline, body, then what was set aside."""

    def __init__(self, *, several: bool) -> None:
        self.several = several

    def __call__(self, page: Input, found: Extraction) -> None:
        from rich.rule import Rule

        console = results()

        def line(text: str, style: str = "") -> None:
            console.print(text, style=style, soft_wrap=True)

        if self.several:
            console.print(Rule(page.name, align="left", style="dim"))
        if found.title:
            line(found.title, "bold")
        if found.byline:
            line(found.byline, "italic")
        if found.title or found.byline:
            line("")
        line(found.body or "(no article text was found)")
        line("")
        line(_set_aside(found), "dim")


def _set_aside(found: Extraction) -> str:
    """Count what was set aside, with the parts that matter most spelt out."""
    counts = Counter(block.label for block in found.blocks if block.label not in _KEPT)
    listed = ", ".join(f"{counts[name]} {name}" for name in LABELS if counts[name])
    lines = [f"Set aside, in blocks: {listed or 'nothing'}"]
    details: list[tuple[str, Any]] = [
        ("comments", len(found.comments)),
        ("comment forms", len(found.comment_forms)),
        ("challenges", "; ".join(challenge.text for challenge in found.challenges)),
        ("source", f"{found.source.text} {found.source.url or ''}".strip() if found.source else ""),
    ]
    lines += [f"  {name}: {value}" for name, value in details if value]
    lines.append(f"Page type: {found.page_type}, confidence {found.confidence:.2f}")
    return "\n".join(lines)

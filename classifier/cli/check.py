"""``winnow check``: broken gold, with file and line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from classifier.cli.console import PROBLEMS, command, require_files, say, track, trained_parts, write_json

_HELP = """Look for mistakes in labelled pages before training on them.

Finds unknown labels, XPaths that match nothing, pages with no body, gold text that is not on the page, pages that are
missing or unreadable, and pages labelled twice; each with file and line. Exit code 1 when there are problems.

Examples:

  winnow check labels.jsonl

  winnow check gold/hand-labels.jsonl ../data --json | jq .kind
"""


@command
def run(
    pages: Annotated[list[Path], typer.Argument(metavar="PAGES", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per problem, one per line.")] = False,
) -> None:
    """See `_HELP`."""
    require_files(pages)
    trained_parts()
    from classifier.gold.checking import check

    found = check(pages, lambda entries: track(entries, "checking", len(entries)))
    for problem in found.problems:
        if as_json:
            write_json(problem.to_dict())
        else:
            typer.echo(str(problem))
    if not found.problems:
        say(f"{found.pages} labelled pages, no problems")
        return
    kinds = Counter(problem.kind for problem in found.problems)
    listed = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    say(f"{found.pages} labelled pages, {len(found.problems)} problems: {listed}")
    raise typer.Exit(PROBLEMS)


run.__doc__ = _HELP

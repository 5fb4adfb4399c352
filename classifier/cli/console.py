"""What all commands share: streams, exit codes, errors and Ctrl-C.

Results go to stdout, everything for the eye (messages, progress) to stderr, so that ``winnow extract ... | jq`` works.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import typer

from classifier.exceptions import ClassifierError, ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.progress import Progress

OK: Final = 0
PROBLEMS: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells report it

T = TypeVar("T")


def messages() -> Console:
    """Console on stderr; made on each call, because tests and pipes swap the stream."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def results() -> Console:
    """Console on stdout, for tables."""
    from rich.console import Console

    return Console(highlight=False)


def say(text: str) -> None:
    """Write a message to stderr, as it is."""
    typer.echo(text, err=True)


def fail(text: str, code: int = PROBLEMS) -> NoReturn:
    """Write an error to stderr and leave.

    Parameters
    ----------
    text : str
        What was expected, what came, where, what to do.
    code : int
        Exit code.
    """
    say(f"winnow: {text}")
    raise typer.Exit(code)


def write_json(record: Any, *, indent: int | None = None) -> None:
    """Write one record to stdout as a line of JSON (or indented, for a single report)."""
    typer.echo(json.dumps(record, ensure_ascii=False, indent=indent))


def require_files(paths: Iterable[Path]) -> None:
    """Leave with code 2 when a path that was given does not exist."""
    for path in paths:
        if not path.exists():
            fail(f"expected a file or folder, found nothing at {path}: check the path", USAGE)


def progress_bar() -> Progress:
    """Progress bar on stderr; silent where stderr is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = messages()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def track(items: Iterable[T], description: str, total: int | None) -> Iterable[T]:
    """Iterate with a progress bar.

    Parameters
    ----------
    items : iterable
        What to go through.
    description : str
        Words beside the bar.
    total : int or None
        How many there are; None when unknown.

    Yields
    ------
    object
        The items.
    """
    with progress_bar() as bar:
        task = bar.add_task(description, total=total)
        for item in items:
            yield item
            bar.advance(task)


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Make a command end well: errors as one line, Ctrl-C as 130, a closed pipe in silence.

    Parameters
    ----------
    function : callable
        The command.

    Returns
    -------
    callable
        The same, guarded. A missing or unusable model is wrong usage (2), any other error of Winnow a problem (1).
    """

    @functools.wraps(function)
    def guarded(*arguments: Any, **options: Any) -> None:
        try:
            function(*arguments, **options)
        except ModelError as error:
            fail(str(error), USAGE)
        except ClassifierError as error:
            fail(str(error))
        except KeyboardInterrupt:
            fail("stopped; what was finished until now is kept", INTERRUPTED)
        except BrokenPipeError:  # `winnow ... | head`: the reader has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(OK) from None

    return guarded


def trained_parts() -> None:
    """Leave with code 2 when the libraries for labelled pages are not installed."""
    import importlib.util

    missing = [name for name in ("sklearn", "scipy", "rapidfuzz") if importlib.util.find_spec(name) is None]
    if missing:
        absent = ", ".join(missing)
        fail(f"this command needs {absent}, which are not installed: pip install 'scrapy-winnow[train]'", USAGE)

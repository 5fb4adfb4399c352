"""What all commands share: streams, exit codes, errors and Ctrl-C.

Results go to stdout, everything for the eye (messages, progress) to stderr, so that ``winnow extract ... | jq`` works.
"""

from __future__ import annotations

import codecs
import contextlib
import functools
import json
import os
import re
import sys
import tempfile
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
    return _console(stderr=True, soft_wrap=True)


def results() -> Console:
    """Console on stdout, for tables."""
    return _console()


def _console(**options: Any) -> Console:
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            """Leave the closed pipe to `command`; Rich would exit with 1."""
            raise BrokenPipeError

    # Names and texts are not ours: "[b]" and ":smile:" stand for themselves in them.
    return Plain(highlight=False, markup=False, emoji=False, **options)


def say(text: str) -> None:
    """Write a message to stderr, as it is."""
    typer.echo(text, err=True)


def complain(text: str) -> None:
    """Write what went wrong to stderr, in one line."""
    say("winnow: " + re.sub(r"\s*\n\s*", " ", text.strip()))


def fail(text: str, code: int = PROBLEMS) -> NoReturn:
    """Write an error to stderr and leave.

    Parameters
    ----------
    text : str
        What was expected, what came, where, what to do.
    code : int
        Exit code.
    """
    complain(text)
    raise typer.Exit(code)


def write_json(record: Any, *, indent: int | None = None) -> None:
    """Write one record to stdout as a line of JSON (or indented, for a single report).

    JSON is UTF-8; where the output has another encoding, what is not ASCII is escaped, which any reader understands.
    """
    encoding = codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name
    typer.echo(json.dumps(record, ensure_ascii=encoding != "utf-8", indent=indent))


def exists(path: Path) -> bool:
    """Tell whether there is something at a path that can be looked at."""
    with contextlib.suppress(OSError):  # a forbidden folder, a name that is too long
        return path.exists()
    return False


def require_files(paths: Iterable[Path]) -> None:
    """Leave with code 2 when a path that was given does not exist."""
    for path in paths:
        if not exists(path):
            fail(f"expected a file or folder, found nothing at {path}: check the path", USAGE)


def require_folder(folder: Path, option: str) -> None:
    """Leave with code 2 unless files can be written to a folder, before hours of work are lost to it.

    Parameters
    ----------
    folder : Path
        Need not exist yet; what is made to try it is removed again.
    option : str
        What to change, such as ``--out``.
    """
    missing: list[Path] = []
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        why = "it is a file" if folder.is_file() else error.strerror or error
        fail(f"expected a folder to write to, got {folder}: {why}; give another {option}", USAGE)
    finally:
        for path in missing:
            with contextlib.suppress(OSError):
                path.rmdir()


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
            discard_results()
            raise typer.Exit(OK) from None
        except RecursionError:
            fail("expected labelled pages, got a line that is nested too deeply: `winnow check` names it")
        except OSError as error:
            discard_results()
            fail(why_broken(error))

    return guarded


def discard_results() -> None:
    """Send what is left of the results nowhere: Python would fail again when it ends and flushes stdout."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # a stdout that is no file, or closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def why_broken(error: OSError) -> str:
    """Say what the system refused: a file by its name, or else the output."""
    reason = error.strerror or str(error)
    if error.filename is not None:
        return f"expected to read or write {error.filename}, which failed: {reason}; check the path and its permissions"
    return f"expected to write the results, which failed: {reason}; check where the output goes"


def trained_parts() -> None:
    """Leave with code 2 when the libraries for labelled pages are not installed."""
    import importlib.util

    missing = [name for name in ("sklearn", "scipy", "rapidfuzz") if importlib.util.find_spec(name) is None]
    if missing:
        absent = ", ".join(missing)
        fail(f"this command needs {absent}, which are not installed: pip install 'scrapy-winnow[train]'", USAGE)

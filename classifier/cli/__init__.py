"""The ``winnow`` command.

Each command is a module of its own and imports what it needs when it runs, so that ``winnow --help`` answers at once.
This module imports next to nothing, so that Ctrl-C is heard from the first moment on.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classifier.cli.commands import app

__all__ = ["app", "main"]


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from classifier.cli.commands import app

    return app


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    try:
        from classifier.cli import commands

        commands.run()
    except KeyboardInterrupt:  # before a command began, or while Python was leaving it
        sys.stderr.write("winnow: stopped\n")
        sys.exit(130)

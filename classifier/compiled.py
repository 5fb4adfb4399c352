"""Compiled forms of the hottest functions, where a C compiler built them when the package was installed.

The Python function is the reference, and all there is where no compiler was at hand; tests compare both on every page.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])

PURE_PYTHON: Final = bool(os.environ.get("WINNOW_PURE_PYTHON"))
"""Whether the environment asks for the references, to compare or to debug."""
MISSING: Final[set[str]] = set()
"""Compiled modules that are not there."""


def compiled(module: str) -> Callable[[_Function], _Function]:
    """Replace a function by its compiled form, where there is one.

    Parameters
    ----------
    module : str
        Compiled module, which has a function of the same name. The reference is kept as its attribute ``__wrapped__``.

    Returns
    -------
    callable
        A decorator.
    """

    def choose(reference: _Function) -> _Function:
        if PURE_PYTHON:
            return reference
        try:
            found = getattr(import_module(module), reference.__name__)
        except (ImportError, ValueError):  # not built, or built for an lxml that looks otherwise
            MISSING.add(module)
            return reference
        found.__wrapped__ = reference
        found.__doc__ = reference.__doc__
        chosen: _Function = found
        return chosen

    return choose

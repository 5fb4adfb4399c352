"""Numbers in attributes, which anybody may have written there."""

from __future__ import annotations

from typing import Final

_MAX_DIGITS: Final = 9  # more is no width and no depth, and Python refuses to read thousands


def small_number(text: str | None) -> int | None:
    """Read a small decimal number.

    Parameters
    ----------
    text : str or None
        Value of an attribute, or a part of it.

    Returns
    -------
    int or None
        None for everything but one to nine decimal digits; "\u00b2" is a digit and no decimal.
    """
    return int(text) if text and text.isdecimal() and len(text) <= _MAX_DIGITS else None

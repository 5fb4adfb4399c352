"""Single values of settings and options: each function returns the value in its type or says what it expected."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from lxml import etree
from parsel import Selector
from parsel.csstranslator import HTMLTranslator

from classifier.plugin.items import FIELDS, RECORD_FIELD

ON: Final = frozenset({"on", "true", "1", "yes"})
OFF: Final = frozenset({"off", "false", "0", "no"})
_LITERAL: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_PREDICATE: Final = re.compile(r"\[[^\[\]]*\]")
# How an XPath ends that selects no elements, once its literals and predicates are gone.
_NO_ELEMENT: Final = re.compile(
    r"(@[\w.:*-]+|attribute::[\w.:*-]+|(text|comment|processing-instruction)\(\s*\))[\s)]*(\||$)"
)
_ANY_PAGE: Final = "<html><head></head><body><p>text</p></body></html>"


def hint(name: object, known: Iterable[str]) -> str:
    """Return the end of an error message that helps with a misspelt name."""
    choices = list(known)
    close = difflib.get_close_matches(str(name), choices, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(choices)}"


def flag(value: Any) -> bool:
    """Read on or off."""
    word = str(value).lower()
    if word not in ON | OFF:
        raise ValueError("expected on or off")
    return word in ON


def whole(least: int) -> Callable[[Any], int]:
    """Make a reader of whole numbers."""

    def read(value: Any) -> int:
        try:
            number = int(value)
            if number >= least and number == float(value):
                return number
        except (TypeError, ValueError, OverflowError):
            pass
        raise ValueError(f"expected a whole number of at least {least}")

    return read


def between(least: float, most: float, what: str) -> Callable[[Any], float]:
    """Make a reader of numbers in a range."""

    def read(value: Any) -> float:
        try:
            number = float(value)
            if least <= number <= most:
                return number
        except (TypeError, ValueError):
            pass
        raise ValueError(f"expected {what}")

    return read


def one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    """Make a reader of words out of a list."""

    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return str(value)

    return read


def names(value: Any) -> tuple[str, ...]:
    """Read a list of names; in one string, commas part them."""
    value = _decoded(value)
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if not isinstance(value, Iterable):
        raise TypeError("expected a list of names")
    return tuple(str(part) for part in value)


def selectors(value: Any) -> tuple[str, ...]:
    """Read a list of CSS selectors and XPaths. A comma is CSS of its own, so one string is one selector."""
    value = _decoded(value)
    found = tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,) if value else ()
    for selector in found:
        if not isinstance(selector, str):
            raise TypeError(f"expected CSS selectors or XPaths, got {selector!r}")
        fault = _fault(selector)
        if fault:
            raise ValueError(f"{fault}: {selector!r}")
    return found


@lru_cache(maxsize=256)  # the options of a request are read for each item
def _fault(selector: str) -> str | None:
    """Return what is wrong with a selector."""
    try:
        xpath = selector if selector.startswith(("/", "(")) else HTMLTranslator().css_to_xpath(selector)
        matches = [match.root for match in Selector(_ANY_PAGE, type="html").xpath(xpath)]
    except (etree.XPathError, SyntaxError, ValueError) as error:
        return f"expected CSS, or XPath after / or ( ({error})"
    steps = _LITERAL.sub("", xpath)
    while (shorter := _PREDICATE.sub("", steps)) != steps:
        steps = shorter
    if _NO_ELEMENT.search(steps) or not all(isinstance(match, etree._Element) for match in matches):
        return "expected a selector of elements, not of texts, attributes or numbers"
    if any(match.tag == "html" for match in matches):
        return "expected a selector of elements inside the page, not one that matches <html>, the whole of it"
    return None


def _decoded(value: Any) -> Any:
    """Return what a JSON list says, which is how a command line writes one; anything else as it is."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with suppress(ValueError):  # an attribute selector
            return json.loads(value)
    return value


def path(value: Any) -> Path | None:
    """Read a path; nothing is None."""
    if value is None or value == "":
        return None
    if not isinstance(value, str | Path):
        raise TypeError("expected a path")
    return Path(value)


def field_names(value: Any) -> dict[str, str]:
    """Return the mapping of our field names to the project's.

    Parameters
    ----------
    value : None, mapping, iterable of str or str
        None = all fields under our names; a mapping; names to write as they are; or either as JSON. A name mapped to
        None or "" is not written.

    Raises
    ------
    TypeError, ValueError
        A name is not one of ours, two have the same target, or the JSON is broken.
    """
    if isinstance(value, str):
        value = json.loads(value) if value.strip()[:1] in ("{", "[") else names(value)
    if value is None:
        return {name: name for name in FIELDS}
    if not isinstance(value, Iterable):
        raise TypeError("expected a mapping of field names, or a list of them")
    pairs = dict(value) if isinstance(value, Mapping) else {name: name for name in value}
    known = [*FIELDS, RECORD_FIELD]
    for name in pairs:
        if name not in known:
            raise ValueError(f"unknown field {name!r}{hint(name, known)}")
    written: dict[str, str] = {}
    for name, target in pairs.items():
        if not target:
            continue
        if not isinstance(target, str):
            raise TypeError(f"expected the name of a field for {name!r}, got {target!r}")
        if target in written.values():
            raise ValueError(f"expected a field of its own for {name!r}, {target!r} has a value already")
        written[name] = target
    return written

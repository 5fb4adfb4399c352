"""What the plugin may be told: one immutable `Options`, merged from every level that can set it.

The levels, weakest first: settings, the domain of the page, the spider, the request. No Scrapy in here.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlsplit

from classifier.exceptions import ClassifierError
from classifier.plugin.items import FIELDS, RECORD_FIELD

MODES: Final = ("fill", "overwrite", "clean", "annotate")
ACTIONS: Final = ("keep", "flag", "drop")
EXECUTORS: Final = ("thread", "process", "inline")

# Every setting with its default, in the order of the documentation.
SETTINGS: Final[dict[str, Any]] = {
    "WINNOW_ENABLED": True,
    "WINNOW_MODE": "fill",
    "WINNOW_FIELDS": None,
    "WINNOW_MODEL": None,
    "WINNOW_MIN_CONFIDENCE": 0.0,
    "WINNOW_PAGE_TYPES": (),
    "WINNOW_MIN_WORDS": 0,
    "WINNOW_LOW_CONFIDENCE": "keep",
    "WINNOW_DOMAINS": {},
    "WINNOW_DROP": (),
    "WINNOW_KEEP": (),
    "WINNOW_TRACE": False,
    "WINNOW_COMMENT_ITEMS": False,
    # The largest article page among 3,000 saved ones has 4.9 million characters, nearly all of it script.
    "WINNOW_MAX_SIZE": 10_000_000,
    "WINNOW_TIMEOUT": 30.0,
    "WINNOW_EXECUTOR": "thread",
    "WINNOW_WORKERS": 2,
    "WINNOW_SUMMARY": True,
}

_ON: Final = {"on", "true", "1", "yes"}
_OFF: Final = {"off", "false", "0", "no"}


class OptionsError(ClassifierError):
    """A setting, spider argument or request meta value that the plugin cannot use."""


def _default_fields() -> dict[str, str]:
    return {name: name for name in FIELDS}


@dataclass(frozen=True)
class Options:
    """How the items of one page are treated.

    Parameters
    ----------
    enabled : bool
        False leaves the items of the page alone.
    mode : str
        One of `MODES`.
    fields : mapping of str to str
        Our field name -> the project's field name; only these are written.
    min_confidence : float
        0 to 1; a page below it is doubtful.
    page_types : tuple of str
        Page types that are not doubtful; empty admits all.
    min_words : int
        A body of fewer words makes the page doubtful.
    low_confidence : str
        What happens to items of a doubtful page: one of `ACTIONS`.
    drop, keep : tuple of str
        CSS selectors (XPath when they begin with ``/`` or ``(``) of elements that are never, or always, article.
    trace : bool
        Add the record of what was done to the item, in its field ``winnow``.
    comment_items : bool
        Yield each comment of the page as a `CommentItem` too, after the first item.
    max_size : int
        Characters; a longer page is not read. 0 = no limit.
    """

    enabled: bool = True
    mode: str = "fill"
    fields: Mapping[str, str] = field(default_factory=_default_fields)
    min_confidence: float = 0.0
    page_types: tuple[str, ...] = ()
    min_words: int = 0
    low_confidence: str = "keep"
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    trace: bool = False
    comment_items: bool = False
    max_size: int = SETTINGS["WINNOW_MAX_SIZE"]

    def merged(self, value: Any, where: str) -> Options:
        """Return these options overridden by one level.

        Parameters
        ----------
        value : None, bool, str or mapping
            Nothing, on/off, the name of a mode, or option names with values (also as a JSON object in a string,
            which is what ``-a`` can carry).
        where : str
            The level, for error messages.

        Raises
        ------
        OptionsError
            Unknown option or unusable value.
        """
        if value is None:
            return self
        if isinstance(value, bool):
            return replace(self, enabled=value)
        if isinstance(value, str):
            return self._merged_text(value.strip(), where)
        if not isinstance(value, Mapping):
            raise OptionsError(f"{where}: expected on/off, a mode or a mapping of options, got {value!r}")
        known = {name: _check(name, option, where) for name, option in value.items()}
        return replace(self, **known)

    def _merged_text(self, value: str, where: str) -> Options:
        if value.startswith("{"):
            return self.merged(_from_json(value, where), where)
        word = value.lower()
        if word in _ON | _OFF:
            return replace(self, enabled=word in _ON)
        return replace(self, enabled=True, mode=_check("mode", word, where))


def _from_json(value: str, where: str) -> Any:
    try:
        return json.loads(value)
    except ValueError as error:
        raise OptionsError(f"{where}: not valid JSON ({error}): {value!r}") from error


def parse_fields(value: Any) -> dict[str, str]:
    """Return the mapping of our field names to the project's.

    Parameters
    ----------
    value : None, mapping, iterable of str or str
        None = all fields under our names; a mapping; names to write as they are; or either as JSON. A name mapped to
        None or "" is not written.

    Raises
    ------
    ValueError
        A name is not one of ours, or the JSON is broken.
    """
    if isinstance(value, str):
        value = json.loads(value) if value.strip()[:1] in ("{", "[") else _names(value)
    if value is None:
        return _default_fields()
    pairs = dict(value) if isinstance(value, Mapping) else {name: name for name in value}
    known = [*FIELDS, RECORD_FIELD]
    for name in pairs:
        if name not in known:
            raise ValueError(f"unknown field {name!r}{_hint(name, known)}")
    return {str(name): str(target) for name, target in pairs.items() if target}


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, Iterable):
        return tuple(str(part) for part in value)
    raise TypeError(f"not a list of names: {value!r}")


def _selectors(value: Any) -> tuple[str, ...]:
    # A comma is CSS of its own, so one string is one selector.
    return (value,) if isinstance(value, str) and value else tuple(value or ())


def _flag(value: Any) -> bool:
    if isinstance(value, str):
        if value.lower() not in _ON | _OFF:
            raise ValueError("expected on or off")
        return value.lower() in _ON
    return bool(value)


def _share(value: Any) -> float:
    number = float(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError("expected a number from 0 to 1")
    return number


def _count(value: Any) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("expected a number of at least 0")
    return number


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return str(value)

    return check


_CHECKS: Final[dict[str, Callable[[Any], Any]]] = {
    "enabled": _flag,
    "mode": _one_of(MODES),
    "fields": parse_fields,
    "min_confidence": _share,
    "page_types": _names,
    "min_words": _count,
    "low_confidence": _one_of(ACTIONS),
    "drop": _selectors,
    "keep": _selectors,
    "trace": _flag,
    "comment_items": _flag,
    "max_size": _count,
}


def _check(name: str, value: Any, where: str) -> Any:
    if name not in _CHECKS:
        raise OptionsError(f"{where}: unknown option {name!r}{_hint(name, list(_CHECKS))}")
    try:
        return _CHECKS[name](value)
    except (TypeError, ValueError) as error:
        raise OptionsError(f"{where}: cannot use {value!r} for {name}: {error}") from error


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(str(name), known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"


def from_settings(get: Callable[[str], Any]) -> Options:
    """Build the options of the settings level; `get` returns a setting's value, or None when it is not set."""
    options = Options()
    for name in _CHECKS:
        setting = f"WINNOW_{name.upper()}"
        value = get(setting)
        if value is not None:
            options = replace(options, **{name: _check(name, value, setting)})
    return options


def parse_domains(value: Any) -> dict[str, Any]:
    """Return WINNOW_DOMAINS as a mapping of lower-case domain to its options, each checked."""
    domains = _from_json(value, "WINNOW_DOMAINS") if isinstance(value, str) else dict(value or {})
    for domain, options in domains.items():
        Options().merged(options, f"WINNOW_DOMAINS[{domain!r}]")
    return {str(domain).lower().lstrip("."): options for domain, options in domains.items()}


def domain_options(domains: Mapping[str, Any], url: str) -> Any:
    """Return the options of the most specific domain of `domains` that `url` belongs to, or None."""
    host = (urlsplit(url).hostname or "").lower()
    while host and domains:
        if host in domains:
            return domains[host]
        host = host.partition(".")[2]
    return None

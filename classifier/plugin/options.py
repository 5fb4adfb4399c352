"""What the plugin may be told: one immutable `Options`, merged from every level that can set it.

The levels, weakest first: settings, the domain of the page, the spider, the request. No Scrapy in here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlsplit

from classifier.exceptions import ClassifierError
from classifier.plugin.items import FIELDS
from classifier.plugin.values import OFF, ON, between, field_names, flag, hint, names, one_of, path, selectors, whole

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
    "WINNOW_WORKERS": 1,
    "WINNOW_SUMMARY": True,
    "WINNOW_STRICT": False,
}
# Those of `classifier.monitors`, here because that module needs Spidermon. Shares are of all items from a response.
MONITOR_SETTINGS: Final[dict[str, float]] = {
    "WINNOW_MONITOR_MIN_PAGES": 1,
    "WINNOW_MONITOR_MAX_FAILED": 0.01,
    "WINNOW_MONITOR_MAX_DOUBTFUL": 0.5,
    "WINNOW_MONITOR_MIN_BODY_BLOCKS": 1.0,
    "WINNOW_MONITOR_MAX_MS": 500.0,
}

_DOMAIN: Final = re.compile(r"[^\s/:@]+|\[?[0-9a-fA-F:]+\]?")  # or an IPv6 address


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
        if word in ON | OFF:
            return replace(self, enabled=word in ON)
        return replace(self, enabled=True, mode=_check("mode", word, where))


def _from_json(value: str, where: str) -> Any:
    try:
        return json.loads(value)
    except ValueError as error:
        raise OptionsError(f"{where}: not valid JSON ({error}): {value!r}") from error


_CHECKS: Final[dict[str, Callable[[Any], Any]]] = {
    "enabled": flag,
    "mode": one_of(MODES),
    "fields": field_names,
    "min_confidence": between(0, 1, "a number from 0 to 1"),
    "page_types": names,
    "min_words": whole(0),
    "low_confidence": one_of(ACTIONS),
    "drop": selectors,
    "keep": selectors,
    "trace": flag,
    "comment_items": flag,
    "max_size": whole(0),
}
# What cannot differ between the pages of a crawl.
_CRAWL: Final[dict[str, Callable[[Any], Any]]] = {
    "enabled": flag,
    "model": path,
    "executor": one_of(EXECUTORS),
    "workers": whole(1),
    "timeout": between(0, float("inf"), "seconds, 0 or more"),
    "summary": flag,
    "strict": flag,
}


def _check(name: str, value: Any, where: str) -> Any:
    if name not in _CHECKS:
        raise OptionsError(f"{where}: unknown option {name!r}{hint(name, _CHECKS)}")
    return _read(_CHECKS[name], value, where, f" for {name}")


def _read(check: Callable[[Any], Any], value: Any, where: str, what: str = "") -> Any:
    try:
        return check(value)
    except (TypeError, ValueError) as error:
        raise OptionsError(f"{where}: cannot use {value!r}{what}: {error}") from error


def crawl_setting(get: Callable[[str], Any], name: str) -> Any:
    """Return a setting that holds for the whole crawl; `get` is as in `from_settings`.

    Raises
    ------
    OptionsError
        It cannot be used.
    """
    setting = f"WINNOW_{name.upper()}"
    value = get(setting)
    return _read(_CRAWL[name], SETTINGS[setting] if value is None else value, setting)


def misspelt(given: Iterable[str]) -> list[str]:
    """Return a message for each setting that looks like one of ours and is not.

    Parameters
    ----------
    given : iterable of str
        Names of settings.
    """
    known = [*SETTINGS, *MONITOR_SETTINGS]
    wrong = sorted(name for name in given if name.startswith("WINNOW_") and name not in known)
    return [f"There is no setting {name}{hint(name, known)}" for name in wrong]


def from_settings(get: Callable[[str], Any]) -> Options:
    """Build the options of the settings level; `get` returns a setting's value, or None when it is not set."""
    options = Options()
    for name, check in _CHECKS.items():
        setting = f"WINNOW_{name.upper()}"
        value = get(setting)
        if value is not None:
            options = replace(options, **{name: _read(check, value, setting)})
    return options


def parse_domains(value: Any) -> dict[str, Any]:
    """Return WINNOW_DOMAINS as a mapping of lower-case domain to its options, each checked."""
    domains = _from_json(value, "WINNOW_DOMAINS") if isinstance(value, str) else value or {}
    if not isinstance(domains, Mapping):
        raise OptionsError(f"WINNOW_DOMAINS: expected a mapping of domains to their options, got {domains!r}")
    for domain, options in domains.items():
        if not isinstance(domain, str) or not _DOMAIN.fullmatch(domain):
            raise OptionsError(f"WINNOW_DOMAINS: expected domains such as 'example.com', got {domain!r}")
        Options().merged(options, f"WINNOW_DOMAINS[{domain!r}]")
    return {domain.lower().lstrip("."): options for domain, options in domains.items()}


def domain_options(domains: Mapping[str, Any], url: str) -> Any:
    """Return the options of the most specific domain of `domains` that `url` belongs to, or None."""
    host = (urlsplit(url).hostname or "").lower()
    while host and domains:
        if host in domains:
            return domains[host]
        host = host.partition(".")[2]
    return None

"""What the snippets say: one `wordings/<language>.ini` per language, loaded once."""

import configparser
import re
from functools import cache
from importlib import resources
from random import Random
from typing import Final

from lxml import etree

_FOLDER = resources.files("classifier.augment") / "wordings"

LANGUAGES: Final[tuple[str, ...]] = tuple(
    sorted(entry.name[:-4] for entry in _FOLDER.iterdir() if entry.name.endswith(".ini"))
)
"""Codes of the languages there are wordings for, e.g. ``"de"``, ``"zh-hant"``."""

# Codes that pages use for a language of ours. Taiwan, Hong Kong and Macau write traditional characters.
_ALIASES: Final = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "cn": "zh", "jp": "ja", "gr": "el", "ua": "uk"}
_TRADITIONAL: Final = re.compile(r"^zh\b.*\b(tw|hk|mo|hant)\b")

# Half of the snippets without a known language are English, as about half of the web is.
_ENGLISH_SHARE: Final = 0.5


class Wordings:
    """The wordings of one language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
        parser.read_string((_FOLDER / f"{language}.ini").read_text(encoding="utf-8"))
        self.language = language
        self._alternatives = {
            key: tuple(part.strip() for part in parser[section][key].split(" | "))
            for section in parser.sections()
            for key in parser[section]
        }

    def names(self) -> frozenset[str]:
        """Names of all wordings, e.g. ``"heading"``."""
        return frozenset(self._alternatives)

    def all(self, key: str) -> tuple[str, ...]:
        """All alternatives of one wording, in file order."""
        return self._alternatives[key]

    def pick(self, key: str, rng: Random) -> str:
        """One alternative at random, slots such as ``{site}`` unfilled."""
        return rng.choice(self._alternatives[key])


@cache
def wordings(language: str) -> Wordings:
    """Wordings of a language of `LANGUAGES`, read from disk once."""
    return Wordings(language)


def known_language(code: str | None) -> str | None:
    """Map a ``lang`` attribute such as ``"de-AT"`` to one of `LANGUAGES`, or None."""
    if not code:
        return None
    code = code.strip().lower().replace("_", "-")
    if _TRADITIONAL.match(code):
        return "zh-hant"
    primary = code.split("-")[0]
    primary = _ALIASES.get(primary, primary)
    return primary if primary in LANGUAGES else None


def page_language(tree: etree._Element) -> str | None:
    """Language that a page declares on ``<html>`` or ``<body>``, as one of `LANGUAGES`, or None."""
    root = tree.getroottree().getroot()
    for element in (root, root.find("body")):
        if element is not None:
            found = known_language(element.get("lang") or element.get("{http://www.w3.org/XML/1998/namespace}lang"))
            if found:
                return found
    return None


def random_language(rng: Random) -> str:
    """Draw a language, English half of the time."""
    return "en" if rng.random() < _ENGLISH_SHARE else rng.choice(LANGUAGES)

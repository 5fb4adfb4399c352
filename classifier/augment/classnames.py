"""Class names and ids as sites have them: telling, meaningless or none."""

import re
from random import Random
from typing import Final, Literal

from lxml.html import HtmlElement

Naming = Literal["keep", "scramble", "strip"]

NAMINGS: Final[tuple[Naming, ...]] = ("keep", "scramble", "strip")
_WEIGHTS: Final = (45, 32, 23)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_WORD: Final = _LETTERS + "0123456789"
_TELLING_HREF: Final = re.compile(r"comment|reply|respond|addcomm|login|user", re.IGNORECASE)


def rename(root: HtmlElement, rng: Random, naming: Naming | None = None) -> None:
    """Keep, scramble or strip the class names, ids, field names and form addresses below an element, in place.

    Parameters
    ----------
    root : lxml.html.HtmlElement
        Snippet; labels (``data-winnow-label``) are never touched.
    rng : Random
        Draws `naming` when it is None, and the meaningless names.
    naming : {"keep", "scramble", "strip"}, optional
        What to do. Scrambling gives equal tokens equal names, as a minifier does.
    """
    naming = naming or rng.choices(NAMINGS, _WEIGHTS)[0]
    if naming == "keep":
        return
    make = rng.choice(_MAKERS)
    names: dict[str, str] = {}

    def scrambled(token: str) -> str:
        return names.setdefault(token, make(rng))

    for element in root.iter():
        attributes = element.attrib
        for attribute in ("class", "id", "for", "name"):
            value = attributes.get(attribute)
            if value is None:
                continue
            if naming == "strip":
                del attributes[attribute]
            else:
                attributes[attribute] = " ".join(scrambled(token) for token in value.split())
        if "action" in attributes:
            attributes["action"] = "" if naming == "strip" else f"/{make(rng)}"
        if _TELLING_HREF.search(attributes.get("href", "")):
            attributes["href"] = "#" if naming == "strip" else f"/{make(rng)}"
        for attribute in [key for key in attributes if key.startswith("data-") and key != "data-winnow-label"]:
            del attributes[attribute]


def _random(rng: Random, letters: str, least: int, most: int) -> str:
    return "".join(rng.choice(letters) for _ in range(rng.randint(least, most)))


def _styled_component(rng: Random) -> str:
    return f"sc-{_random(rng, _WORD, 6, 8)}"


def _styled_jsx(rng: Random) -> str:
    return f"jsx-{rng.randrange(1000, 10**9)}"


def _emotion(rng: Random) -> str:
    return f"css-{_random(rng, _WORD, 5, 7)}"


def _css_module(rng: Random) -> str:
    return f"_{_random(rng, _LETTERS + _LETTERS.upper() + '0123456789', 5, 6)}_{rng.randrange(1, 300)}"


def _minified(rng: Random) -> str:
    return _random(rng, _LETTERS, 1, 1) + _random(rng, _WORD, 0, 2)


def _numbered(rng: Random) -> str:
    return f"{rng.choice(('box', 'u', 'el', 'd', 'x', 'c', 'w-node'))}{rng.choice('-_')}{rng.randrange(1, 9999)}"


_MAKERS: Final = (_styled_component, _styled_jsx, _emotion, _css_module, _minified, _numbered)

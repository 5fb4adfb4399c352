"""Names of those who comment: which attributes and lines hold them, and what is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from classifier.comments.markup import having
from classifier.comments.words import (
    AUTHOR_TOKEN,
    BY_HEAD,
    GLUE,
    GUEST,
    NOT_AUTHOR_TOKEN,
    SAYS_TAIL,
    heads_thread,
    is_action,
)
from classifier.sieve import Sieve, fold

MAX_NAME: Final = 60
TRIM: Final = ' \t\u00a0,:;|·•–—-~«»"“”()[]>/#@*'
_CLOCK_HEAD: Final = re.compile(r"^(?:at\s+)?\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\b\.?)?[\s,]+", re.IGNORECASE)
_NUMBERED_HEAD: Final = re.compile(
    r"^\W*(?:#|no\.?|nr\.?)?\s*\d{1,5}(?:[.):#]|\s*(?:\||$)|\s[-–—]\s|\s+(?=[^\W\d]))\s*", re.IGNORECASE
)
_NUMBERED_TAIL: Final = re.compile(r"\s*(?:\(#?\d{2,}\)|#[-\w./]*\[.*)$")  # "Ana (88231)", "Ana #-[ edit]"
_NUMBER: Final = re.compile(r"[-+]?\d+")
_DIGIT: Final = re.compile(r"\d")
_LINKED: Final = re.compile(r"\s\|\s*(?:home ?page|website|web|url|e-?mail|profile?|www|http\S*)\b.*$", re.IGNORECASE)

_LINK_TAIL: Final = re.compile(r"(?:\s*[(\[•·|]\s*|\s+|^)(?:reply|permalink|link|@|#\d*)[)\]]?\s*$", re.IGNORECASE)
_DATE_TAIL: Final = re.compile(
    r"[\s,(|]*\b(?:on|at|am|um|le|el|il|em|op|den|kl\.?|dne|в|at:|posted|commented|wrote on|said on|date)\s*[:,]?\s*$",
    re.IGNORECASE,
)
_ENDS_OF_TAILS: Final = tuple("on at at: am um le el il em op den kl kl. dne в posted commented date".split())

_may_end_in_link: Final = Sieve(_LINK_TAIL)
_may_say: Final = Sieve(SAYS_TAIL)


def marked_names(element: Any) -> Iterator[str]:
    """Yield what elements inside another hold that their markup calls author."""
    for child in having(element, ("class", "itemprop", "rel"), "cite"):
        if child is element:
            continue
        tokens = f"{child.get('class') or ''} {child.get('itemprop') or ''} {child.get('rel') or ''}"
        if child.tag == "cite" or names_author(tokens) or child.get("rel") == "author":
            name = clean_name(" ".join("".join(child.itertext()).split()))
            if name:
                yield name


def shape(text: str) -> str:
    """Write a line with a zero for each number, so that equal lines of several comments compare equal."""
    text = text.casefold()
    return _NUMBER.sub("0", text) if _DIGIT.search(text) else text


@lru_cache(maxsize=4096)  # the comments of a thread, and of a site, have the same class names
def names_author(tokens: str) -> bool:
    """Tell whether class names say that an element holds the name of an author."""
    return any(AUTHOR_TOKEN.search(token) and not NOT_AUTHOR_TOKEN.search(token) for token in tokens.split())


@lru_cache(maxsize=4096)  # a line may hold the date, stand beside it, and be one of a column of names
def clean_name(text: str, *, guests: bool = False) -> str | None:
    """Strip "Posted by", "says:", numbers and signs around a name; None where what is left cannot be one.

    Parameters
    ----------
    text : str
        Line, or part of one.
    guests : bool, optional
        Whether "Guest" is a name here: below one it is a rank.

    Returns
    -------
    str or None
    """
    numbered = _DIGIT.search(text) is not None
    if numbered:
        text = _without_head(_NUMBERED_HEAD, text)
    if "|" in text:
        text = _LINKED.sub("", text)
    if numbered:
        text = _without_head(_CLOCK_HEAD, text)
    if _may_end_in_link(text):
        text = _LINK_TAIL.sub("", text)
    for _ in range(2):
        before = text
        if _may_say(text):
            text = SAYS_TAIL.sub("", text)
        if fold(text.rstrip().rstrip(":,").rstrip()).endswith(_ENDS_OF_TAILS):
            text = _DATE_TAIL.sub("", text)
        text = _without_head(BY_HEAD, text)
        if numbered or "#" in text:
            text = _NUMBERED_TAIL.sub("", text.rstrip(" ,"))
        text = text.strip(TRIM)
        if text == before:
            break
    text += ")" * (text.count("(") - text.count(")"))
    if not text or len(text) > MAX_NAME or len(text.split()) > 8 or not any(map(str.isalnum, text)):
        return None
    if guests and GUEST.fullmatch(text):
        return text
    glue = GLUE.match(text)
    return None if is_action(text) or heads_thread(text) or (glue and glue.end() == len(text)) else text


def _without_head(head: re.Pattern[str], text: str) -> str:
    found = head.match(text)  # a substitution would look for the beginning everywhere
    return text[found.end() :] if found else text

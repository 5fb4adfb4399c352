"""The lines of a thread with the gaps that a reader sees between their parts.

A header such as ``<span>Ana</span><span>3 days ago</span>`` is one block, "Ana3 days ago", because only a style sheet
sets its parts apart. For short lines the parts are looked up again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from classifier.blocks import Page
from classifier.comments.dates import FoundDate, find_date
from classifier.comments.markup import parts_of

MAX_HEADER: Final = 160  # characters of a line that holds author, date, "in reply to ..."
_MAX_LEAD: Final = 40  # characters of a name in bold
# What stands between that name and the text: ", Upper Town - ", ": ", " (Leeds): ".
_AFTER_LEAD: Final = re.compile(r"(?:[\s,(][^.!?:]{0,40}?)?(?:\s[–—-]|:)\s+(?=\S)")
_SIGNED: Final = re.compile(
    r"^(?P<text>.{15,}?[\w.!?…)\"”'’])\s+[–—-]+\s*(?P<author>[^\s–—.!?][^–—.!?]{0,39})$", re.DOTALL
)
_TAIL: Final = re.compile(r"\s[–—-]+\s[^–—]{1,60}$")


class Lines:
    """Texts of the comment blocks of a page.

    Parameters
    ----------
    page : Page
        The page.
    blocks : sequence of int
        Its comment blocks.

    Attributes
    ----------
    parts : dict of int to list of str
        What the inline elements of each block hold, in order; one entry for a long block.
    spaced : dict of int to str
        Parts joined by blanks, for reading headers. The reader's words are taken from `Page.texts`.
    """

    def __init__(self, page: Page, blocks: Sequence[int]) -> None:
        self.parts = {b: _parts(page, b) for b in blocks}
        self.spaced = {b: " ".join(parts) for b, parts in self.parts.items()}


def find_part(parts: Sequence[str], *, now: datetime | None = None) -> FoundDate | None:
    """Find the part of a header that is a date only by itself: "Ana", "19h"."""
    start = 0
    for part in parts if len(parts) > 1 else ():
        if found := find_date(part, now=now):
            return FoundDate(start + found.start, start + found.end, found.iso)
        start += len(part) + 1
    return None


def named_in_bold(page: Page, block: int) -> tuple[str, str] | None:
    """Read a comment that begins with its author in bold: "Moira, Upper Town - Leave it be!".

    Parameters
    ----------
    page : Page
        The page.
    block : int
        One of its blocks.

    Returns
    -------
    tuple of str or None
        The name and the text; None where nothing parts them, for then the bold words are the reader's own.
    """
    start, is_tail = page.start[block]
    if is_tail or start is None or start.tag not in {"b", "strong"}:
        return None
    name = " ".join("".join(start.itertext()).split())
    text = page.texts[block]
    if not 0 < len(name) <= _MAX_LEAD or not text.startswith(name):
        return None
    rest = text[len(name) :]
    if name.endswith(":") and rest.strip():
        return name[:-1], rest.strip()
    between = _AFTER_LEAD.match(rest)
    return (name, rest[between.end() :]) if between else None


def find_signature(text: str, *, day_first: bool = True, now: datetime | None = None) -> FoundDate | None:
    """Find the date that ends a long line, after a dash and a name."""
    if not ("- " in text or "– " in text or "— " in text):
        return None
    tail = _TAIL.search(text)
    found = find_date(tail[0], day_first=day_first, now=now) if tail else None
    if tail is None or found is None or found.end < len(tail[0].rstrip(" .)")):
        return None
    return FoundDate(tail.start() + found.start, tail.start() + found.end, found.iso)


def read_signature(text: str, found: FoundDate) -> tuple[str, str] | None:
    """Part a comment of one line from its signature: "Which flour? – crumb Jul 8 '11".

    Parameters
    ----------
    text : str
        The line.
    found : FoundDate
        The date in it.

    Returns
    -------
    tuple of str or None
        What was written, and the name; None where the line does not end with a dash, a name and the date.
    """
    signed = _SIGNED.match(text[: found.start]) if not text[found.end :].strip(" .)") else None
    return (signed["text"], signed["author"]) if signed else None


def _parts(page: Page, b: int) -> list[str]:
    text = page.texts[b]
    if page.start[b][0] is None or len(text) > MAX_HEADER:
        return [text]
    # Where the element holds no other, all of it is one text.
    return parts_of(page, b) if len(page.elements[page.owner[b]]) else [text]

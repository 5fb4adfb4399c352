"""The lines of a thread with the gaps that a reader sees between their parts.

A header such as ``<span>Ana</span><span>3 days ago</span>`` is one block, "Ana3 days ago", because only a style sheet
sets its parts apart. For short lines the parts are looked up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from classifier.blocks import Page

MAX_HEADER: Final = 160  # characters of a line that holds author, date, "in reply to ..."
_MAX_EVENTS: Final = 400  # of the walk inside one element; a header is small


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


def _parts(page: Page, b: int) -> list[str]:
    text = page.texts[b]
    start, start_is_tail = page.start[b]
    if start is None or len(text) > MAX_HEADER:
        return [text]
    owner = page.elements[page.owner[b]]
    missing = len(text.replace(" ", ""))
    parts: list[str] = []
    started = False
    for count, (event, element) in enumerate(etree.iterwalk(owner, events=("start", "end", "comment"))):
        is_tail = event != "start"
        started = started or (element is start and is_tail == start_is_tail)
        if count > _MAX_EVENTS or missing <= 0:
            break
        piece = element.tail if is_tail else element.text
        if (
            not started
            or not piece
            or (element is owner and is_tail)
            or (element.tag in {"script", "style"} and not is_tail)
        ):
            continue
        words = " ".join(piece.split())
        if words:
            parts.append(words)
            missing -= len(words.replace(" ", ""))
    return parts if missing == 0 and parts else [text]

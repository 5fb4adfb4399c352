"""Questions about the elements of a thread, of which there may be thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from classifier.compiled import compiled

if TYPE_CHECKING:
    from classifier.blocks import Page

MAX_EVENTS: Final = 400  # of the walk inside one element; a header is small


@compiled("classifier.comments._markup")
def having(element: Any, attributes: tuple[str, ...], tag: str) -> list[Any]:
    """Find elements by what they have.

    Parameters
    ----------
    element : lxml element
        Where to look: it and all inside it.
    attributes : tuple of str
        Names of attributes, one of which an element has.
    tag : str
        Or its tag; empty for none.

    Returns
    -------
    list of lxml elements
        In document order.
    """
    found = element.iter(etree.Element)
    return [one for one in found if one.tag == tag or any(one.get(name) is not None for name in attributes)]


@compiled("classifier.comments._markup")
def parts_of(page: Page, block: int) -> list[str]:
    """Look up what the inline elements of a block hold.

    Parameters
    ----------
    page : Page
        A page with a DOM.
    block : int
        One of its blocks.

    Returns
    -------
    list of str
        Texts between two tags, in order; the text of the block where they are not found.
    """
    text, (start, start_is_tail) = page.texts[block], page.start[block]
    owner = page.elements[page.owner[block]]
    missing = len(text) - text.count(" ")
    parts: list[str] = []
    started = False
    for count, (event, element) in enumerate(etree.iterwalk(owner, events=("start", "end", "comment"))):
        is_tail = event != "start"
        started = started or (element is start and is_tail == start_is_tail)
        if count > MAX_EVENTS or missing <= 0:
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
            missing -= len(words) - words.count(" ")
    return parts if missing == 0 and parts else [text]

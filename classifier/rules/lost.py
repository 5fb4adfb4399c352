"""Articles of which nothing is left.

On a page that looks like none it knows, hundreds of menu items before the text for one, the model may take the whole
article for furniture. A page of paragraphs has an article, so that most of them, where they stand together, are it.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from classifier.labels import labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.blocks import Page

_NOTHING: Final = 5  # words of body; a dateline, a heading
_FURNITURE: Final = frozenset({"boilerplate", "promo", "byline"})
_PARAGRAPH: Final = 80  # characters, links left out
_ENOUGH: Final = 1_000  # characters of paragraphs: hardly any page without an article has as many
_LINKED: Final = 0.3  # share of a paragraph
_SENTENCE: Final = re.compile(r"[.!?…]['\"”’»)]*(?:\s|$)|[。！？।]")
_LONG: Final = 500  # characters; in so many an article may come to speak of anything
_LEGAL: Final = re.compile(
    r"cookie|consent|privacy|copyright|©|all rights reserved|terms (?:of|and)|datenschutz|javascript|browser|"
    r"newsletter|subscri|log ?in|sign (?:in|up)|e-?mail",
    re.IGNORECASE,
)


def free_article(page: Page, labels: Sequence[str]) -> list[str]:
    """Give back the paragraphs of a page that has no article.

    Parameters
    ----------
    page : Page
        Segmented page; plain text is all body.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    list of str
        New labels: what stands between the paragraphs of the smallest container with more than half of them became
        ``body``, lists of links apart.
    """
    refined = list(labels)
    words = accumulate(_words(page, b) for b in labelled(labels, "body"))
    if page.root is None or any(count >= _NOTHING for count in words):
        return refined
    paragraphs = [b for b, label in enumerate(labels) if label in _FURNITURE and _is_paragraph(page, b)]
    total = sum(len(page.texts[b]) for b in paragraphs)
    if total < _ENOUGH:
        return refined
    spans = ((page.last[c] - page.first[c], page.first[c], page.last[c]) for c in range(len(page.first)))
    for _, first, last in sorted(spans):
        inside = [b for b in paragraphs if first <= b < last]
        if 2 * sum(len(page.texts[b]) for b in inside) > total:
            break
    for b in range(inside[0], inside[-1] + 1):
        if refined[b] in _FURNITURE and 2 * page.link_chars[b] <= len(page.texts[b]):
            refined[b] = "body"
    return refined


def _is_paragraph(page: Page, b: int) -> bool:
    text, linked = page.texts[b], page.link_chars[b]
    if page.tags[b] == "select" or len(text) - linked < _PARAGRAPH or linked > _LINKED * len(text):
        return False
    if not _SENTENCE.search(text):
        return False
    return len(text) > _LONG or not _LEGAL.search(text)


def _words(page: Page, b: int) -> int:
    return page.texts[b].count(" ") + 1

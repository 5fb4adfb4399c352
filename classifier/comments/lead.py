"""The article before a long thread, where the model saw none.

A few sentences above hundreds of comments are easily lost: to the model they look like the first comment, or like a
teaser. A page with a headline and a thread has an article, so that what is written between the two is it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.comments.threads import dated_lines
from classifier.comments.words import heads_thread
from classifier.labels import labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.blocks import Page

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BORDERS: Final = frozenset({"title", "comment_form", "challenge"})
_LOST: Final = frozenset({"comment", "boilerplate", "promo"})
_MAX_BYLINE: Final = 200  # characters; what is longer is no byline, whatever the model thinks
_NO_ARTICLE: Final = 25  # words of body
_MIN_THREAD: Final = 5  # blocks
_MIN_CHARS: Final = 80  # of a paragraph, links left out
_MOST: Final = 5  # comments below a heading for each above it
_SIGNED: Final = 3  # blocks from the article's signature to the heading of the thread
_NEAR: Final = 40  # blocks from the headline to the thread


def free_lead(page: Page, labels: Sequence[str]) -> list[str]:
    """Give back the paragraphs between the headline and the thread of a page without an article.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    list of str
        New labels: the paragraphs, and what stands between them, became ``body``.
    """
    refined = list(labels)
    if refined.count("comment") < _MIN_THREAD or "title" not in refined:
        return refined
    if sum(_words(page, b) for b in labelled(refined, "body")) >= _NO_ARTICLE:
        return refined
    title = refined.index("title")
    end = _thread_begins(page, refined, title)
    lost = [
        refined[b] in _LOST or (refined[b] == "byline" and len(page.texts[b]) > _MAX_BYLINE)
        for b in range(len(refined))
    ]
    lead = [b for b in range(title + 1, end) if lost[b] and _is_paragraph(page, b)]
    for b in range(lead[0], lead[-1] + 1) if lead else ():
        if lost[b]:
            refined[b] = "body"
    return refined


def _thread_begins(page: Page, labels: Sequence[str], title: int) -> int:
    """First block after the headline that is surely no article."""
    dated = {b for b in dated_lines(page) if labels[b] == "comment"}
    last = min(len(labels), title + _NEAR)
    for b in range(title + 1, last):
        # Above the heading of a thread, or another with most of the comments below it, the model may be wrong about
        # comments; above the first date it may not, for a comment may be signed below.
        if heads_thread(page.texts[b]):
            return b
        if labels[b] in _BORDERS or page.tags[b] in _HEADINGS:
            last = b
            if _MOST * labels[title:b].count("comment") <= labels[b:].count("comment"):
                return b
            break
        if b in dated:
            # The article is signed and dated too, right above the heading of the thread.
            heading = next((at for at in range(b, min(last, b + _SIGNED)) if heads_thread(page.texts[at])), None)
            if heading is not None:
                return b
            last = b
            break
    return next((b for b in range(title + 1, last) if labels[b] == "comment"), last)


def _is_paragraph(page: Page, block: int) -> bool:
    # A post may be half links, a teaser is nothing else.
    return len(page.texts[block]) - page.link_chars[block] >= _MIN_CHARS


def _words(page: Page, block: int) -> int:
    return page.texts[block].count(" ") + 1

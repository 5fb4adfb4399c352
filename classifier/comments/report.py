"""Running reports: dated entries like comments, which nobody signed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from classifier.comments.words import heads_opinions, heads_thread
from classifier.labels import labelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classifier.blocks import Page
    from classifier.comments import Comment

_PARAGRAPH: Final = 80  # characters
_ENTRIES: Final = 3
_ABOVE: Final = 5  # blocks in which a thread has its heading
_SENTENCE_END: Final = re.compile(r"[.!?…。！？।]['\"”’»)]*$")


def free_report(
    page: Page, labels: Sequence[str], find: Callable[[Page, Sequence[str]], Sequence[Comment]]
) -> list[str]:
    """Make the article of a live blog of what the model takes for a thread below its first paragraph.

    Parameters
    ----------
    page : Page
        Segmented page; plain text has too few signs to go by.
    labels : sequence of str
        Label of each block.
    find : callable
        Reads the comments of the page with these labels.

    Returns
    -------
    list of str
        New labels: sentences of the thread became ``body``, its times and buttons ``boilerplate``, if there is hardly
        a paragraph besides, hardly any comment has an author, and nothing speaks of comments.
    """
    refined = list(labels)
    if page.root is None or "comment" not in refined or "comment_form" in refined or "challenge" in refined:
        return refined
    long = [label for label, text in zip(labels, page.texts, strict=True) if len(text) >= _PARAGRAPH]
    if long.count("comment") < _ENTRIES or long.count("body") > 1:
        return refined
    thread = labelled(labels, "comment")
    above = page.texts[max(0, thread[0] - _ABOVE) : thread[-1]]
    if any(heads_thread(text) or heads_opinions(text) for text in above):
        return refined
    found = find(page, labels)
    if len(found) < _ENTRIES or 3 * sum(comment.author is not None for comment in found) > len(found):
        return refined
    for block in thread:
        text = page.texts[block]
        told = len(text) >= _PARAGRAPH or _SENTENCE_END.search(text)
        refined[block] = "body" if told else "boilerplate"
    return refined

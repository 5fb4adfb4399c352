"""Whether anything on a page hints at comments; where nothing does, there are none.

Wide on purpose: names, a heading of a thread above, lines that offer to reply, or records with dates. Every comment in
dragnet's gold has at least one of them, 996 of 1,000 without the names; three fifths of what is not body on pages of
WCXB have none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.comments.threads import find_threads
from classifier.comments.words import heads_opinions, heads_thread, may_head, replies_to
from classifier.labels import LABEL_INDEX, LABELS, label_page, labelled, second_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.blocks import Page

_NAMES: Final = re.compile(
    r"comm(?:ent|unity)|koment|kommentar|coment|repl[yi]|respon[sd]|reacti|review|rating|disqus|livefyre|coral|echo|"
    r"discuss|conversation|feedback|opinion|testimon|forum|thread|message|post|talkback|guestbook|ugc|answer|chat|"
    r"reader|visitor|user|pingback|trackback|mention",
    re.IGNORECASE,
)
_MAX_REPLY: Final = 30  # characters of a line that offers to reply: "24 Reply"
_MANY_REPLIES: Final = 2
_LINE: Final = 60  # characters; a line of the article that short does not stand alone
_RECORD: Final = 4  # blocks of the comment above its "Reply"
_MIN_SCORE: Final = 0.1  # of records with dates; large parts of a layout, and teasers led by a link, have less
_SURE: Final = 0.9  # where names say nothing about any part of a page, that they say nothing about comments is no sign
_MANY_SENTENCES: Final = 2
_OUTER: Final = frozenset({"html", "body"})  # their classes speak of the whole page
_COMMENT: Final = LABEL_INDEX["comment"]
_BOILERPLATE: Final = LABEL_INDEX["boilerplate"]


def may_be_comment(page: Page) -> NDArray[np.bool_]:
    """Tell which blocks may be comments.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.

    Returns
    -------
    ndarray of bool, shape (n_blocks,)
        False where nothing hints at comments.
    """
    hinted = np.ones(len(page), bool)
    hinted[_unhinted(page, range(len(page)))] = False
    return hinted


def _unhinted(page: Page, blocks: Sequence[int]) -> list[int]:
    """Which of some blocks, in page order, nothing hints at; the cheapest hint is looked for first."""
    named: dict[int, bool] = {}

    def is_named(container: int) -> bool:
        path = []
        while container not in named:
            path.append(container)
            own = page.container_tags[container] not in _OUTER and _NAMES.search(page.classes[container]) is not None
            if own or not container:
                named[container] = own
            else:
                container = page.parent[container]
        named.update(dict.fromkeys(path, named[container]))
        return named[container]

    blocks = [block for block in blocks if not is_named(page.owner[block])]
    if not blocks:
        return blocks
    texts = page.texts[: blocks[-1] + 1]
    heading = next((b for b in may_head(texts) if heads_thread(texts[b]) or heads_opinions(texts[b])), len(page))
    replies = [b for b, text in enumerate(page.texts) if len(text) <= _MAX_REPLY and replies_to(text)]
    if len(replies) >= _MANY_REPLIES:
        heading = min(heading, replies[0] - _RECORD)
    blocks = blocks[: bisect_left(blocks, heading)]
    if not blocks:
        return blocks
    records = [thread for thread in find_threads(page) if thread.score >= _MIN_SCORE]
    return [block for block in blocks if not any(thread.first <= block < thread.last for thread in records)]


def drop_unhinted(page: Page, labels: Sequence[str], probabilities: NDArray[np.float32]) -> list[str]:
    """Give "comments" that nothing hints at, such as products of a list or footnotes, their next best label.

    Parameters
    ----------
    page : Page
        Segmented page; plain text has too few signs to go by and stays as it is.
    labels : sequence of str
        Label of each block.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the model.

    Returns
    -------
    list of str
        New labels.
    """
    refined = list(labels)
    if page.root is None or "comment" not in refined:
        return refined
    wrong = _unhinted(page, labelled(refined, "comment"))
    if wrong and not any(map(_NAMES.search, page.classes)):
        sure = [block for block in wrong if probabilities[block, _COMMENT] >= _SURE]
        if sum(len(page.texts[block]) >= _LINE for block in sure) >= _MANY_SENTENCES:  # and no list of prices
            wrong = [block for block in wrong if block not in sure]
    if wrong:
        rest = probabilities.copy()
        rest[wrong, _COMMENT] = 0
        rest[wrong, _BOILERPLATE] += 1e-6  # where the model knows nothing but comment
        rest[wrong] /= rest[wrong].sum(1, keepdims=True)
        chosen = label_page(rest, np.array([text.count(" ") + 1 for text in page.texts]))
        for block in wrong:
            refined[block] = LABELS[chosen[block]]
        article = any(label == "body" and len(text) >= _LINE for label, text in zip(refined, page.texts, strict=True))
        for block in wrong if article else ():
            alone = refined[max(0, block - 1) : block + 2].count("body") == 1 and len(page.texts[block]) < _LINE
            if refined[block] == "body" and alone:  # an item of a ticker
                refined[block] = second_choice(refined, rest, block)
    return refined

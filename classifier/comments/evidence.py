"""Whether anything on a page hints at comments; where nothing does, there are none.

Wide on purpose: names, a heading of a thread above, or records with dates. Every comment in dragnet's gold has at least
one of them, 996 of 1,000 without the names; three fifths of what is not body on pages of WCXB have none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.comments.threads import find_threads
from classifier.comments.words import OPINIONS, THREAD_HEADING
from classifier.labels import LABEL_INDEX, LABELS, label_page

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
_OUTER: Final = frozenset({"html", "body"})  # their classes speak of the whole page
_MAX_HEADING: Final = 160  # characters
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
    inside: list[bool] = []
    for container, names in enumerate(page.classes):
        named = page.container_tags[container] not in _OUTER and _NAMES.search(names) is not None
        inside.append(named or (container > 0 and inside[page.parent[container]]))
    hinted = np.array([inside[owner] for owner in page.owner], bool)
    for block, text in enumerate(page.texts):
        if len(text) <= _MAX_HEADING and (THREAD_HEADING.match(text) or OPINIONS.match(text)):
            hinted[block:] = True
            break
    for thread in find_threads(page):
        hinted[thread.first : thread.last] = True
    return hinted


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
    wrong = [block for block in np.flatnonzero(~may_be_comment(page)).tolist() if refined[block] == "comment"]
    if wrong:
        rest = probabilities.copy()
        rest[wrong, _COMMENT] = 0
        rest[wrong, _BOILERPLATE] += 1e-6  # where the model knows nothing but comment
        rest[wrong] /= rest[wrong].sum(1, keepdims=True)
        chosen = label_page(rest, np.array([text.count(" ") + 1 for text in page.texts]))
        for block in wrong:
            refined[block] = LABELS[chosen[block]]
    return refined

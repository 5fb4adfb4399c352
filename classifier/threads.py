"""Candidate comment threads by repeated structure alone: a second opinion for the classifier, and a feature.

A thread is a container whose children look alike, and in each of them a short line with a date, or one that ends in
"says:", stands beside longer text that is not a link. Class names are not looked at. Lists of teasers look alike too;
they differ in that the longest line of each is a link.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from classifier.blocks import Page
from classifier.comment_words import SAYS_TAIL
from classifier.dates import find_date

_MAX_HEADER: Final = 110
# Cheap test before the grammar of dates: a year or a clock, or a number and a word of time.
_MAYBE_DATE: Final = re.compile(
    r"(?:19|20)\d\d|\d[:.h]\d\d|\d[-/.]\d+[-/.]\d|\bago\b|\d+\s?(?:[smhdwy]|mo)$|vor \d|il y a|hace |há |geleden|siden|"
    r"sedan|назад|temu|önce|前|전|yesterday|today",
    re.IGNORECASE,
)
_ACTION_HINT: Final = re.compile(
    r"\b(?:reply|antworten|répondre|responder|rispondi|antwoord|odpowiedz|svara?|ответить|yanıtla|balas|permalink)\b|回复|返信|답글",
    re.IGNORECASE,
)
_MAX_CLIMB: Final = 7  # levels between a date and the element of its comment
_FULL_TEXT: Final = 60  # characters of unlinked text that make a record a likely comment


@dataclass(frozen=True)
class Thread:
    """A candidate thread.

    Attributes
    ----------
    container : int
        Container whose children are the records.
    first, last : int
        It covers the blocks ``first <= b < last``.
    records : tuple of int
        Containers of the single comments.
    score : float
        0 to 1: how much this looks like a thread of comments.
    """

    container: int
    first: int
    last: int
    records: tuple[int, ...]
    score: float


def find_threads(page: Page) -> list[Thread]:
    """Find what is laid out like a thread of comments.

    Parameters
    ----------
    page : Page
        A page with a DOM; plain text has no structure to find.

    Returns
    -------
    list of Thread
        The best first. They may lie inside one another.
    """
    if page.root is None:
        return []
    records = _dated_records(page)
    threads = []
    for parent, children in records.items():
        if len(children) < 2:
            continue
        thread = _judge(page, parent, sorted(children))
        if thread is not None:
            threads.append(thread)
    return sorted(threads, key=lambda thread: -thread.score)


def thread_scores(page: Page) -> list[float]:
    """Score of each block: that of the best candidate thread around it, 0 where there is none.

    Parameters
    ----------
    page : Page
        Blocks and containers of a page.

    Returns
    -------
    list of float
        One per block, 0 to 1.
    """
    scores = [0.0] * len(page)
    for thread in reversed(find_threads(page)):
        for record in thread.records:
            first, last = page.first[record], page.last[record]
            scores[first:last] = [max(score, thread.score) for score in scores[first:last]]
    return scores


def _dated_records(page: Page) -> dict[int, dict[int, int]]:
    """Containers around dates: parent -> child -> the number of dated lines inside."""
    records: dict[int, dict[int, int]] = defaultdict(dict)
    parent, owner = page.parent, page.owner
    for b, text in enumerate(page.texts):
        if len(text) > _MAX_HEADER:
            continue
        if not (_MAYBE_DATE.search(text) and find_date(text) is not None):
            if text[-1] not in ":…." or SAYS_TAIL.search(text) is None:
                continue
        c = owner[b]
        for _ in range(_MAX_CLIMB):
            if not c:
                break
            up = parent[c]
            children = records[up]
            children[c] = children.get(c, 0) + 1
            c = up
    return records


def _judge(page: Page, parent: int, children: list[int]) -> Thread | None:
    elements = page.elements
    tags = [elements[c].tag for c in children]
    tag = max(set(tags), key=tags.count)
    alike = [c for c, own in zip(children, tags, strict=True) if own == tag]
    if len(alike) < 2:
        return None
    texty = linked = 0
    replies = 0
    for c in alike:
        plain = longest = longest_link = 0
        for b in range(page.first[c], page.last[c]):
            text = page.texts[b]
            size = len(text)
            plain += size - page.link_chars[b] if size > _MAX_HEADER or not text[-1:].isdigit() else 0
            if size > longest:
                longest, longest_link = size, page.link_chars[b]
            replies += size < 40 and _ACTION_HINT.search(text) is not None
        texty += plain >= _FULL_TEXT
        linked += longest_link > 0.6 * longest
    size = len(alike)
    score = (texty / size) * (1 - linked / size)
    score *= 0.55 + 0.15 * min(size, 6) / 6 + 0.3 * min(1.0, replies / size)
    return Thread(parent, page.first[alike[0]], page.last[alike[-1]], tuple(alike), round(score, 4)) if score else None

"""Threads of a forum, whose posts are the content of the page.

A post of a forum and a comment below an article are written in the same words. What differs is the beginning of the
page: in a forum it is a post like all others, headed by the same lines ("Joined: 2004", "Posts: 12", "#1"), where an
article has a head of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Final

from classifier.comments.names import shape
from classifier.comments.records import alone
from classifier.comments.words import is_action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.blocks import Page

_MIN_POSTS: Final = 3
_MAX_POST: Final = 80  # blocks
_HEAD: Final = 8  # blocks above the line that dates a post, and below it
_MAX_LINE: Final = 60  # characters of a line of a head
_MIN_COMMENTS: Final = 2  # posts in which the model sees comments
_MIN_SHARED: Final = 2  # lines that the head of the first post shares with others, besides its date
_RULE: Final = re.compile(r"[_–—-]{2,}")  # above a signature
_LABEL: Final = re.compile(r"[^\d:：]{2,25}[:：](?=\s*\S)")  # "Joined: 02 Mar 2004"
_ARTICLE: Final = frozenset({"body", "comment"})
_PARAGRAPH: Final = 80  # characters, links left out
_LOST: Final = 200  # those of a paragraph that the model takes for furniture

Key = tuple[str, str, str]


def free_posts(page: Page, labels: list[str], dated: Sequence[int]) -> bool:
    """Give the posts of a forum back to the body.

    Parameters
    ----------
    page : Page
        Segmented page.
    labels : list of str
        Label of each block; changed in place: comments among the posts became ``body``, the lines of their heads
        ``boilerplate``.
    dated : sequence of int
        Lines that hold a date, in page order.

    Returns
    -------
    bool
        Whether the page is a thread of a forum.
    """
    if page.root is None:
        return False
    groups: dict[Key, list[int]] = {}
    article = _first_paragraph(page, labels)
    for b in dated:
        if b > article and not groups:
            break
        marks = groups.get(kind := _kind(page, b))
        if marks is not None:
            marks.append(b)
        elif b <= article:  # posts that begin below an article are comments
            groups[kind] = [b]
    for marks in sorted(groups.values(), key=len, reverse=True):
        if len(marks) >= _MIN_POSTS and max(after - before for before, after in pairwise(marks)) <= _MAX_POST:
            heads = [_head(page, marks, at) for at in range(len(marks))]
            if _are_alike(page, marks, heads):
                return _free(page, labels, marks, heads)
    return False


def _kind(page: Page, b: int) -> Key:
    """Element and label of a line with a date: the day on which an author joined is not that of the post."""
    label = _LABEL.match(page.texts[b])
    return page.tags[b], page.container_tags[page.parent[page.owner[b]]], label.group() if label else ""


def _first_paragraph(page: Page, labels: Sequence[str]) -> int:
    """First block of an article, or of the first post; forums print rules and announcements above the headline."""
    title = labels.index("title") if "title" in labels else len(labels)
    for b, label in enumerate(labels):
        if label in _ARTICLE or title < b:
            least = _PARAGRAPH if label in _ARTICLE else _LOST
            if len(page.texts[b]) - page.link_chars[b] >= least:
                return b
    return len(labels)


def _head(page: Page, marks: Sequence[int], at: int) -> list[int]:
    """Short lines around the one that dates a post, as far as its text and that of the post before."""
    mark = marks[at]
    start = max(mark - _HEAD, marks[at - 1] + 1 if at else 0)
    stop = min(mark + _HEAD + 1, marks[at + 1] if at + 1 < len(marks) else len(page))
    above = next((b + 1 for b in range(mark - 1, start - 1, -1) if len(page.texts[b]) > _MAX_LINE), start)
    below = next((b for b in range(mark + 1, stop) if len(page.texts[b]) > _MAX_LINE), stop)
    return list(range(above, below))


def _key(text: str) -> str:
    """Name what a line has in common with those of other posts: its label, or its words without numbers."""
    label = _LABEL.match(text)
    return label.group().casefold() if label else shape(text)


def _are_alike(page: Page, marks: Sequence[int], heads: Sequence[Sequence[int]]) -> bool:
    """Whether the first head has lines that half of the others have too, besides dates and buttons."""
    keys = [{_key(page.texts[b]) for b in head if b != mark} for mark, head in zip(marks, heads, strict=True)]
    spread = Counter(key for own in keys[1:] for key in own)
    shared = [key for key in keys[0] if 2 * spread[key] >= len(heads) - 1 and not is_action(key)]
    return len(shared) >= _MIN_SHARED


def _free(page: Page, labels: list[str], marks: Sequence[int], heads: Sequence[Sequence[int]]) -> bool:
    """Tell the texts of the posts from what is printed around each of them."""
    last = alone(page, marks[-1], marks[-2])
    posts = [range(first, stop) for first, stop in pairwise([*marks, max(page.last[last], marks[-1] + 1)])]
    if sum("comment" in labels[post.start : post.stop] for post in posts) < _MIN_COMMENTS:
        return False
    keys = {b: _key(page.texts[b]) for b in range(heads[0][0], posts[-1].stop) if len(page.texts[b]) <= _MAX_LINE}
    spread = Counter(key for post in posts for key in {keys[b] for b in post if b in keys})
    printed = {b for b, key in keys.items() if 2 * spread[key] >= len(posts)}.union(marks)
    for head in heads:  # between two of such lines stands a name or a rank
        known = [b for b in head if b in printed]
        printed.update(range(known[0], known[-1]))
    for post in posts:
        rule = next((b for b in post if _RULE.fullmatch(page.texts[b])), post.stop)
        signature = takewhile(lambda b: b not in printed, range(rule, post.stop))
        printed.update(list(signature))
    for b in range(heads[0][0], posts[-1].stop):
        if labels[b] in _ARTICLE:
            labels[b] = "boilerplate" if b in printed else "body"
    return True

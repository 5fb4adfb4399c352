"""Threads whose comments say themselves what they are: "Re: Wells (Score:3)", "Reply to this", by the dozen.

Where the story is a few lines above hundreds of comments, they are most of the page, and the model takes many of them
for the article. They may have no dates at all; what repeats is the line that heads or closes each.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from classifier.comments.names import shape
from classifier.comments.records import alone, holds_text, runs
from classifier.sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.blocks import Page

_MIN_REPLIES: Final = 5
_MIN_SUBJECTS: Final = 3  # in a forum all answer one
_MAX_LINE: Final = 120  # characters
_REPEATED: Final = 3  # the same words in so many lines are a button
_PARAGRAPH: Final = 80  # characters, links left out
_STORY: Final = 200  # characters of paragraphs above the first comment, without which it is a post of a forum
_STRAY: Final = frozenset({"body", "byline", "source_link", "promo"})
_RE: Final = re.compile(r"\W*(?:re:|aw:|antw:|sv:|vs:|odp:|rif:|ynt:|отв:|ответ:) ?(?=\S)", re.IGNORECASE)
_SCORE: Final = re.compile(r".*\(score: ?-?\d", re.IGNORECASE)
_CLOSES: Final = re.compile(r"\W*reply to (?:this|comment)\b.{0,30}$", re.IGNORECASE)
_may_reply: Final = Sieve(_RE, _SCORE, _CLOSES)


def fill_replies(page: Page, labels: list[str]) -> None:
    """Label a thread of such comments ``comment``, below a story.

    Parameters
    ----------
    page : Page
        Segmented page.
    labels : list of str
        Label of each block; changed in place.
    """
    lines = _may_reply.among(page.texts, _MAX_LINE)
    if len(lines) < _MIN_REPLIES:
        return
    for pattern in (_SCORE, _RE, _CLOSES):
        groups: dict[str, list[int]] = defaultdict(list)
        for b in lines:
            if pattern.match(page.texts[b]):
                groups[page.tags[b]].append(b)
        for marks in groups.values():
            subjects = {_RE.sub("", page.texts[b]) for b in marks}
            if pattern is not _RE or len(subjects) >= _MIN_SUBJECTS:
                for run in runs(marks):
                    if len(run) >= _MIN_REPLIES:
                        _fill(page, labels, run, closing=pattern is _CLOSES)


def _fill(page: Page, labels: list[str], marks: Sequence[int], *, closing: bool) -> None:
    start = page.first[alone(page, marks[0], marks[1])] if closing else marks[0]
    stop = marks[-1] if closing else page.last[alone(page, marks[-1], marks[-2])]
    written = (len(page.texts[b]) - page.link_chars[b] for b in range(start))
    if sum(chars for chars in written if chars >= _PARAGRAPH) < _STORY:
        return
    size = Counter[str]()
    for b in range(start, stop):
        size[labels[b]] += len(page.texts[b])
    # Beside the article stand the latest comments on others.
    if size["promo"] >= size["comment"] + size["body"] or not holds_text(page, range(start, stop), len(marks)):
        return
    shapes = {b: shape(page.texts[b]) for b in range(start, stop) if len(page.texts[b]) < _PARAGRAPH}
    repeated = Counter(shapes.values())
    for b in range(start, stop):
        if labels[b] in _STRAY and (b not in shapes or repeated[shapes[b]] < _REPEATED):
            labels[b] = "comment"

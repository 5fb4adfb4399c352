"""Records of a thread that the model calls something else, although they are laid out like those that it knows.

A comment that is short, or links somewhere, is easily taken for a promo or for part of a form. Where the lines that
date comments are of one make, what repeats between them belongs to the thread.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from classifier.comments.names import shape

if TYPE_CHECKING:
    from classifier.blocks import Page

_DATABLE: Final = frozenset({"comment", "body", "byline", "source_link", "promo", "boilerplate", "comment_form"})
_ARTICLE: Final = frozenset({"body", "byline", "source_link"})
_MIN_RECORDS: Final = 3
_MIN_SURE: Final = 0.3  # of the records hold something that the model calls comment
_MAX_BODY: Final = 0.5  # records with something that it calls body, for each of these: posts of a forum are body
_MIN_KNOWN: Final = 0.5  # of the lines of one make are comment to the model; buttons are not
_REPEATED: Final = 3
_MAX_RECORD: Final = 30  # blocks from one comment to the next
_MIN_WRITTEN: Final = 60  # characters for each comment, its header included
_TIME: Final = re.compile(r"\d:\d\d")
_DIGITS: Final = re.compile(r"\d+")

Key = tuple[str, ...]


def fill_records(page: Page, labels: list[str], dated: Sequence[int]) -> None:
    """Label what repeats in the records of a thread ``comment``, from the first record on that has some.

    Parameters
    ----------
    page : Page
        Segmented page.
    labels : list of str
        Label of each block; changed in place.
    dated : sequence of int
        Lines that hold a date, in page order.
    """
    for key, stray in ((_by_element, _DATABLE), (_by_inline, _DATABLE), (_by_tags, _ARTICLE)):
        groups: dict[Key, list[int]] = defaultdict(list)
        for b in dated:
            if labels[b] in _DATABLE and (kind := key(page, b)):
                groups[kind].append(b)
        for marks in groups.values():
            for run in runs(marks):
                _fill(page, labels, run, stray)


def _by_element(page: Page, b: int) -> Key | None:
    classes = _DIGITS.sub("", page.classes[page.owner[b]])
    return (page.tags[b], classes) if classes else None


def _by_inline(page: Page, b: int) -> Key | None:
    inline = _DIGITS.sub("", page.inline[b])
    return (page.tags[b], inline) if inline else None


def _by_tags(page: Page, b: int) -> Key | None:
    """Without a class only lines that tell the time of day are alike enough, and only to keep them off the article."""
    owner = page.owner[b]
    if page.classes[owner] or not _TIME.search(page.texts[b]):
        return None
    return page.tags[b], page.container_tags[page.parent[owner]]


def _kind(page: Page, b: int) -> Key:
    """Make of a line: its element and the one around it, class names left out, for they alternate from row to row."""
    owner = page.owner[b]
    return page.tags[b], page.container_tags[page.parent[owner]], _DIGITS.sub("", page.inline[b])


def runs(marks: Sequence[int]) -> Iterator[list[int]]:
    """Part lines where more than a comment lies between two of them."""
    run = list(marks[:1])
    for before, after in pairwise(marks):
        if after - before > _MAX_RECORD:
            yield run
            run = []
        run.append(after)
    yield run


def _fill(page: Page, labels: list[str], marks: list[int], stray: frozenset[str]) -> None:
    gaps = [after - before for before, after in pairwise(marks)]
    if len(marks) < _MIN_RECORDS or max(gaps) < 2:
        return
    end = _end(page, marks)
    if all(label == "comment" for label in labels[marks[0] : end]):
        return
    records = [range(first, last) for first, last in pairwise([*marks, end])]
    sure = [record for record in records if _is_sure(page, labels, record)]
    bodies = sum(any(labels[b] == "body" for b in record) for record in records)
    if len(sure) < max(2, _MIN_SURE * len(records)) or bodies > _MAX_BODY * len(sure):
        return
    inside = [record for record in records if record.start >= sure[0].start]
    blocks = [b for record in inside for b in record]
    kinds = {b: _kind(page, b) for b in blocks}
    shapes = {b: shape(page.texts[b]) for b in blocks}
    spread = Counter(kind for record in inside for kind in {kinds[b] for b in record})
    known = Counter(kinds[b] for b in blocks if labels[b] == "comment")
    total, repeated = Counter(kinds.values()), Counter(shapes.values())
    of_marks = {kinds[record.start] for record in inside}
    parts = of_marks.union(
        kind for kind in total if 2 * spread[kind] >= len(inside) and known[kind] >= _MIN_KNOWN * total[kind]
    )
    for b in blocks:
        own = repeated[shapes[b]] < _REPEATED  # the same words in many records are a button
        if own and kinds[b] in parts and labels[b] in stray and not _holds_control(page, b):
            labels[b] = "comment"


def alone(page: Page, mark: int, other: int) -> int:
    """Climb to the largest container that holds one mark and not the other."""
    c = page.owner[mark]
    while page.parent[c] and not page.first[page.parent[c]] <= other < page.last[page.parent[c]]:
        c = page.parent[c]
    return c


def holds_text(page: Page, blocks: range, records: int) -> bool:
    """Tell whether there is something written between the lines, and no list of links."""
    written = sum(len(page.texts[b]) for b in blocks)
    linked = sum(page.link_chars[b] for b in blocks)
    return written - linked >= _MIN_WRITTEN * records and 3 * linked < written


def _end(page: Page, marks: Sequence[int]) -> int:
    """End of the largest container that holds the last mark and no other."""
    c = alone(page, marks[-1], marks[-2])
    return page.last[c] if page.first[c] > marks[-2] else marks[-1] + 1


def _is_sure(page: Page, labels: Sequence[str], record: range) -> bool:
    """Whether the model calls more of a record comment than article; the first may be the article with its date."""
    size = Counter[str]()
    for b in record:
        size[labels[b]] += len(page.texts[b])
    return labels[record.start] not in _ARTICLE and size["comment"] > size["body"] and not size["title"]


def _holds_control(page: Page, b: int) -> bool:
    owner = page.owner[b]
    return page.inputs[owner] + page.areas[owner] > 0

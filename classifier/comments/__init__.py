"""Readers' comments: from blocks labelled ``comment`` to threads.

The labels come from the classifier; here the structure of the page decides where one comment ends and the next begins,
which one it answers, and which of its lines are the reader's own words. Class names and ids help where they exist, and
nothing depends on what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from classifier.blocks import Page
from classifier.comments.borders import refine
from classifier.comments.dates import FoundDate, day_first_of, find_date, read_machine_date
from classifier.comments.evidence import drop_unhinted
from classifier.comments.fields import Fields, Reader
from classifier.comments.lead import free_lead
from classifier.comments.lines import Lines, find_part, find_signature
from classifier.comments.marks import Unit
from classifier.comments.numbering import answers_by_number, without_numbers
from classifier.comments.quotes import without_quotes
from classifier.comments.report import free_report
from classifier.comments.threads import Thread, find_threads, page_language
from classifier.comments.units import find_units
from classifier.labels import labelled

__all__ = [
    "Comment",
    "Thread",
    "drop_unhinted",
    "find_comments",
    "find_threads",
    "free_lead",
    "free_report",
    "refine",
]

_MAX_DATE_LINE: Final = 400  # "Ana says: ..." lines hold the comment too, but its date stands in front
_MENTION: Final = re.compile(r"^\W{0,2}@\s?(?P<name>[^\s:,.]{2,30}(?: [^\s:,.]{1,20})?)")


@dataclass(frozen=True)
class Comment:
    """What one reader wrote.

    Attributes
    ----------
    text : str
        Only the reader's words, without a headline of the comment and without quotations of other comments; paragraphs
        joined by blank lines.
    author : str or None
        Name as shown.
    published : str or None
        ISO 8601: a date, or a date and time, with an offset where the page gives one.
    permalink : str or None
        Absolute URL.
    parent : int or None
        Index, within the same sequence, of the comment that this one answers.
    spam : float
        Probability that it is spam, 0 to 1.
    """

    text: str
    author: str | None = None
    published: str | None = None
    permalink: str | None = None
    parent: int | None = None
    spam: float = 0.0


def find_comments(page: Page, labels: Sequence[str], *, fetched: datetime | None = None) -> tuple[Comment, ...]:
    """Build the comment threads of a page.

    Parameters
    ----------
    page : Page
        Blocks of a page or of plain text.
    labels : sequence of str
        Label of each block.
    fetched : datetime, optional
        When the page was fetched: what "3 days ago" counts from.

    Returns
    -------
    tuple of Comment
        In page order; empty where no block is a comment.
    """
    blocks = labelled(labels, "comment")
    if not blocks:
        return ()
    from classifier.spam import spam_probabilities

    lines = Lines(page, blocks)
    texts = [lines.spaced[b] for b in blocks]
    language = page_language(page)
    day_first = day_first_of(texts, language)
    dates: dict[int, FoundDate | None] = {}
    for b, text in zip(blocks, texts, strict=True):
        found = None
        if len(text) <= _MAX_DATE_LINE:
            found = find_date(text, day_first=day_first, now=fetched, language=language)
        dates[b] = (
            found or find_signature(text, day_first=day_first, now=fetched) or find_part(lines.parts[b], now=fetched)
        )
    units = find_units(page, blocks, dates)
    if not units:
        return ()
    machine_date = partial(read_machine_date, day_first=day_first, now=fetched, language=language)
    reader = Reader(page, units, lines, dates, machine_date)
    read = [(unit, fields) for unit in units if (fields := reader.read(unit)).lines]
    if not read:
        return ()
    own = without_quotes(
        without_numbers([fields.lines for _, fields in read]),
        [fields.author for _, fields in read],
        [fields.published for _, fields in read],
    )
    for (_, fields), words in zip(read, own, strict=True):
        fields.lines = words
    parents = _parents([unit for unit, _ in read], [fields for _, fields in read], lines)
    body = "\n".join(text for text, label in zip(page.texts, labels, strict=True) if label in {"title", "body"})
    written = ["\n\n".join(fields.lines) for _, fields in read]
    links = [_links(page, unit, fields) for unit, fields in read]
    return tuple(
        Comment(text, fields.author, fields.published, fields.permalink, parent, spam)
        for text, (_, fields), parent, spam in zip(
            written, read, parents, spam_probabilities(written, body, links), strict=True
        )
    )


def _links(page: Page, unit: Unit, fields: Fields) -> int:
    """Count the links in what a reader wrote."""
    shown = set(fields.lines)
    return sum(len(page.links[b]) for b in unit.blocks if page.texts[b] in shown)


def _parents(units: Sequence[Unit], fields: Sequence[Fields], lines: Lines) -> list[int | None]:
    """Which comment each one answers: by its links, nesting, the number or the name that it gives."""
    by_key = {key: i for i, unit in enumerate(units) for key in unit.keys}
    parents: list[int | None] = []
    open_comments: list[int] = []
    authors = _Authors()
    by_number = answers_by_number(units, lines, ["\n\n".join(own.lines) for own in fields])
    nested = len({unit.depth for unit in units}) > 1
    for i, (unit, own) in enumerate(zip(units, fields, strict=True)):
        while open_comments and units[open_comments[-1]].depth >= unit.depth:
            open_comments.pop()
        parent = by_key.get(own.answers_key or "")
        if parent is None or parent == i:
            parent = open_comments[-1] if open_comments else None
        if parent is None:
            parent = by_number[i]
        if parent is None and own.answers:
            parent = authors.latest(own.answers)
        if parent is None and not nested:
            mention = _MENTION.match(own.lines[0])
            parent = authors.latest(mention["name"]) if mention else None
        parents.append(parent)
        open_comments.append(i)
        authors.add(own.author, i)
    return parents


class _Authors:
    """Latest comment by each name and by each first name."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._first_names: dict[str, int] = {}

    def add(self, author: str | None, comment: int) -> None:
        name = (author or "").casefold()
        if name:
            self._names[name] = comment
            self._first_names[name.split()[0]] = comment

    def latest(self, name: str) -> int | None:
        wanted = name.casefold().strip()
        found = self._names.get(wanted)
        return self._first_names.get(wanted.split()[0]) if found is None and wanted else found

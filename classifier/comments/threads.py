"""Candidate comment threads by repeated structure alone: a second opinion for the classifier, and a feature.

A thread is a container whose children look alike, and in each of them a short line with a date, or one that ends in
"says:", stands beside longer text that is not a link. Class names are not looked at. Lists of teasers look alike too;
they differ in that the longest line of each is a link.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from classifier.blocks import Page
from classifier.comments.calendar_words import MONTHS, months_in
from classifier.comments.words import SAYS_TAIL

_MAX_HEADER: Final = 110
_DIGIT: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_NUMERIC_DATE: Final = re.compile(
    r"\d:\d\d|\d[-/.]\d\d?[-/.]\d\d|^\d+\s?(?:[smhdwy]|mo)$|\d\s?[年月日天]|\d.{0,3}[前전]$"
)
_TIME_WORDS: Final = frozenset(
    {
        "ago",
        "vor",
        "hace",
        "há",
        "geleden",
        "siden",
        "sedan",
        "temu",
        "назад",
        "тому",
        "önce",
        "sitten",
        "yesterday",
        "gestern",
        "ayer",
        "ontem",
        "ieri",
        "wczoraj",
    }
)
_ACTION_HINT: Final = re.compile(
    r"\b(?:reply|antworten|répondre|responder|rispondi|antwoord|odpowiedz|svara?|ответить|yanıtla|balas|permalink)\b|"
    r"回复|返信|답글",
    re.IGNORECASE,
)
_MAX_CLIMB: Final = 7  # levels between a date and the element of its comment
_MAX_NAME: Final = 35  # characters; a longer line that is a link is the headline of a teaser
_MAX_ACTION: Final = 40
_MAX_RECORD: Final = 40  # blocks; parts of a layout hold more than comments do
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
    dated = dated_lines(page)
    headers = set(dated)
    records = _dated_records(page, dated)
    judged = (
        _judge(page, parent, sorted(children), headers) for parent, children in records.items() if len(children) > 1
    )
    return sorted((thread for thread in judged if thread is not None), key=lambda thread: -thread.score)


def _dated_records(page: Page, dated: Sequence[int]) -> dict[int, list[int]]:
    """Parents of records: each dated line counts for the innermost level where siblings of its tag are dated too."""
    parent, owner, elements = page.parent, page.owner, page.elements
    children: dict[int, dict[int, str]] = defaultdict(dict)
    alike: dict[int, Counter[str]] = defaultdict(Counter)
    for b in dated:
        c = owner[b]
        for _ in range(_MAX_CLIMB):
            if not c:
                break
            up = parent[c]
            if c in children[up]:
                break
            children[up][c] = elements[c].tag
            alike[up][elements[c].tag] += 1
            c = up
    records: dict[int, list[int]] = {}
    for b in dated:
        c = owner[b]
        for _ in range(_MAX_CLIMB):
            if not c:
                break
            up = parent[c]
            tag = elements[c].tag
            # A record that is nothing but its date is a column of dates, or the header of a record.
            if page.last[c] - page.first[c] > 1 and alike[up][tag] > 1:
                if up not in records:
                    records[up] = [
                        r for r, own in children[up].items() if own == tag and page.last[r] - page.first[r] > 1
                    ]
                break
            c = up
    return records


def page_language(page: Page) -> str | None:
    """Language tag that a page declares, None for plain text and pages without one."""
    if page.root is None:
        return None
    language: str | None = page.root.get("lang") or page.root.get("{http://www.w3.org/XML/1998/namespace}lang")
    return language or page.meta.get("og:locale")


def dated_lines(page: Page) -> list[int]:
    """Short lines that hold a date or end in "says:"; words looked up, because one grammar of all dates costs more."""
    found = []
    said, digit, numeric = SAYS_TAIL.search, _DIGIT.search, _NUMERIC_DATE.search
    without_year = months_in(page_language(page))
    for b, text in enumerate(page.texts):
        if len(text) > _MAX_HEADER:
            continue
        if digit(text):
            if numeric(text):
                found.append(b)
                continue
            months = MONTHS if _YEAR.search(text) else without_year
            words = {word.strip(".,|") for word in text.lower().split()}
            if not (months.keys().isdisjoint(words) and _TIME_WORDS.isdisjoint(words)):
                found.append(b)
                continue
        if text[-1] in ":…" and said(text):
            found.append(b)
    return found


def _judge(page: Page, parent: int, records: list[int], headers: set[int]) -> Thread | None:
    """Score one candidate: most records hold unlinked text, few are led by a linked headline, some can be answered."""
    texty = linked = replies = 0
    for c in records:
        plain = headline = 0
        for b in range(page.first[c], page.last[c]):
            text = page.texts[b]
            size = len(text)
            if size > _MAX_NAME:
                plain += size - page.link_chars[b]
                headline += page.link_chars[b] > 0.6 * size and b not in headers
            elif size < _MAX_ACTION and _ACTION_HINT.search(text):
                replies += 1
            else:
                plain += size - page.link_chars[b]
        texty += plain >= _FULL_TEXT
        linked += headline > 0
    size = len(records)
    score = (texty / size) * max(0.0, 1 - 1.5 * linked / size)
    # Two dated halves of a layout are common; five records alike without being comments are rare.
    score *= 0.3 + 0.4 * min(size, 5) / 5 + 0.3 * min(1.0, replies / size)
    if sum(page.last[c] - page.first[c] for c in records) > _MAX_RECORD * size:
        score *= 0.5
    if not score:
        return None
    return Thread(parent, page.first[records[0]], page.last[records[-1]], tuple(records), round(score, 4))

"""Marks of comments, which occur once in each, and the units that they become."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from classifier.blocks import Page
from classifier.comments.dates import FoundDate
from classifier.comments.lines import named_in_bold, read_signature
from classifier.comments.names import shape
from classifier.comments.words import SAYS_PREFIX, SAYS_TAIL, is_action

_NUMBERED: Final = re.compile(
    r"^(?P<prefix>.*?[^\d]|)(?P<number>\d+|[0-9a-f]{8}-[0-9a-f-]{20,}|\d[\da-f]{9,})\Z", re.IGNORECASE
)
_LAST_DIGITS: Final = frozenset("0123456789abcdefABCDEF")
_FRAGMENT: Final = re.compile(r"#(?P<prefix>[^#=/]*?[^\d#=/]|)(?P<number>\d+)$")
_COMMENT_PREFIX: Final = re.compile(
    r"comment|^(?:li-|div-)?c(?:mt|om)?[-_]?$|respon|reply|repl|komment|coment|post|msg", re.IGNORECASE
)
_NOT_UNIT_PREFIX: Final = re.compile(
    r"respond|avatar|form|like|vote|rating|button|link|text|content|body|author|img", re.IGNORECASE
)
_DIGITS: Final = re.compile(r"\d+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MAX_HEADER: Final = 160  # characters of a line that holds the date of a comment: author, date, "in reply to ..."
_MAX_REST: Final = 70  # characters of that line beside the date
_MANY: Final = 4  # comments
_MIN_GAP: Final = 3  # characters of text
_MIN_REPEATED: Final = 3  # dates with the same words behind them


@dataclass
class Unit:
    """The blocks of one comment.

    Attributes
    ----------
    mark : int
        Block that told this comment from its neighbours.
    container : int
        Largest container that holds this comment and no other.
    blocks : list of int
        Its comment blocks, in page order.
    depth : int
        Nesting depth; comparable within one thread only.
    keys : set of str
        Numbers that ids and links of the page use for this comment.
    dated : int or None
        The line that dates it.
    """

    mark: int
    container: int
    blocks: list[int] = field(default_factory=list)
    depth: int = 0
    keys: set[str] = field(default_factory=set)
    dated: int | None = None


@dataclass(frozen=True)
class Mark:
    """What tells one comment from its neighbours: a line, or the container that is numbered."""

    block: int
    container: int
    key: str = ""
    spans: bool = False  # the container is the comment itself, not a line of it


def signature(page: Page, block: int, *, classes: bool) -> tuple[str, ...]:
    """Say what lines of one kind have in common: tags, and class names without their numbers."""
    owner = page.owner[block]
    parent = page.parent[owner]
    if not classes:
        return (page.tags[block], getattr(page.elements[parent], "tag", ""))
    return tuple(_DIGITS.sub("", part) for part in (page.tags[block], page.classes[owner], page.inline[block]))


def date_marks(page: Page, blocks: Sequence[int], dates: Mapping[int, FoundDate | None]) -> list[Mark]:
    """Return the lines that date each comment: the most frequent kind of short line with a date."""
    candidates: list[int] = []
    # Buttons behind a date repeat.
    tails = {b: shape(page.texts[b][found.end :]) for b in blocks if (found := dates.get(b)) is not None}
    repeated = Counter(tails.values())
    for b in blocks:
        text = page.texts[b]
        found = dates.get(b)
        if found is not None and read_signature(text, found):
            candidates.append(b)
            continue
        if len(text) > _MAX_HEADER and not SAYS_PREFIX.match(text):
            continue
        if found is None:
            continue
        rest = len(text) - found.end if repeated[tails[b]] < _MIN_REPEATED else 0
        if found.start + max(rest, 0) <= _MAX_REST:
            candidates.append(b)
    # Beside the time of a comment, a day of some year is when its author joined.
    days = {
        b
        for b in candidates
        if (found := dates[b]) is not None
        and "T" not in (found.iso or "T")
        and _YEAR.search(page.texts[b], found.start, found.end)
    }
    timed = [b for b in candidates if b not in days]
    if 2 * len(timed) >= len(candidates) and _separated(page, blocks, timed):
        candidates = timed
    marks = _best_group(page, blocks, candidates)
    # "Best story today." above "Ana, 22/3/2010 10:49" dates nothing.
    vague = {b for b in marks if (found := dates[b]) is not None and "T" not in (found.iso or "")}
    loose = {
        weak
        for one, other in pairwise(marks)
        if one + 1 == other and len({one, other} & vague) == 1
        for weak in {one, other} & vague
    }
    return [Mark(b, page.owner[b]) for b in marks if b not in loose]


def _best_group(page: Page, blocks: Sequence[int], candidates: Sequence[int]) -> list[int]:
    """Choose the kind of line that stands once in each comment.

    By class names where they repeat; by tags alone where that finds more lines and text stands between each two.
    """
    if not candidates:
        return []
    best: list[int] = []
    for classes in (True, False):
        groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for b in candidates:
            groups[signature(page, b, classes=classes)].append(b)
        group = max(groups.values(), key=len)
        if not best or (len(group) > len(best) and _separated(page, blocks, group)):
            best = group
    everything = list(candidates)
    return everything if len(everything) > len(best) and _separated(page, blocks, everything) else best


def _separated(page: Page, blocks: Sequence[int], marks: Sequence[int]) -> bool:
    """Whether text stands between nearly every two marks."""
    chosen = set(marks)
    gaps: list[int] = []
    for b in blocks:
        if b in chosen:
            gaps.append(0)
        elif gaps and gaps[-1] < _MIN_GAP and not is_action(page.texts[b][:80]):
            gaps[-1] += len(page.texts[b])
    empty = sum(gap < _MIN_GAP for gap in gaps[:-1])
    return empty <= max(0.1 * len(gaps), len(gaps) >= _MANY)  # one may have been deleted


def numbered_marks(page: Page, blocks: Sequence[int]) -> list[Mark]:
    """Return the elements whose ids, or the lines whose links, count the comments of the thread."""
    if page.root is None:
        return []
    wanted = set(blocks)
    by_prefix: dict[str, dict[str, Mark]] = defaultdict(dict)
    low, high = blocks[0], blocks[-1]
    elements = page.elements
    for c, (names, start, end) in enumerate(zip(page.classes, page.first, page.last, strict=True)):
        if not names or end <= low or start > high or start == end:
            continue
        own = elements[c].get("id")
        match = _NUMBERED.match(own) if own and own[-1] in _LAST_DIGITS else None
        first = match and next((b for b in range(start, end) if b in wanted), None)
        if match and first is not None and not _NOT_UNIT_PREFIX.search(match["prefix"]):
            by_prefix[match["prefix"].lower()].setdefault(match["number"], Mark(first, c, match["number"], spans=True))
    for b in blocks:
        for href in page.links[b]:
            match = _FRAGMENT.search(href) if "#" in href and not href[-1].isalpha() else None
            if match and "respond" not in match["prefix"] and "replyto" not in href:
                by_prefix["#" + match["prefix"].lower()].setdefault(
                    match["number"], Mark(b, page.owner[b], match["number"])
                )
    best: list[Mark] = []
    for prefix, marks in by_prefix.items():
        distinct = {mark.block: mark for mark in reversed(list(marks.values()))}
        telling = bool(_COMMENT_PREFIX.search(prefix))
        if (len(distinct) > len(best) or (len(distinct) == len(best) and telling and prefix[:1] != "#")) and (
            telling or len(distinct) > 2
        ):
            group = sorted(distinct.values(), key=lambda mark: (mark.block, mark.container))
            if len(group) < len(best) or (best and best[0].spans and best[0].container < group[0].container):
                continue
            best = group
    return best


def said_marks(page: Page, blocks: Sequence[int]) -> list[Mark]:
    """Lines such as "Ana said..."; nothing else marks a comment on some old blogs."""
    found = [
        b
        for b in blocks
        if len(page.texts[b]) <= 80 and SAYS_TAIL.search(page.texts[b]) and page.texts[b][-1:] in ":.…,"
    ]
    return [Mark(b, page.owner[b]) for b in _best_group(page, blocks, found)]


def named_marks(page: Page, blocks: Sequence[int]) -> list[Mark]:
    """Paragraphs that begin with a name in bold, where the thread begins with one and has no other sign."""
    named = [b for b in blocks if named_in_bold(page, b)]
    return [Mark(b, page.owner[b]) for b in named] if len(named) > 1 and named[0] == blocks[0] else []


def repeated_marks(page: Page, blocks: Sequence[int]) -> list[Mark]:
    """Return the children of the thread that look alike, or the short lines that repeat between longer ones."""
    children = _children_of_root(page, blocks)
    if len(children) >= 2:
        return [Mark(inside[0], c, spans=True) for c, inside in children.items()]
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for b in blocks:
        if len(page.texts[b]) <= 60:
            groups[signature(page, b, classes=True)].append(b)
    for group in sorted(groups.values(), key=len, reverse=True):
        if len(group) >= 2 and group[0] == blocks[0] and _separated(page, blocks, group):
            return [Mark(b, page.owner[b]) for b in group]
    return [Mark(run[0], common_container(page, run)) for run in runs(blocks)]


def _children_of_root(page: Page, blocks: Sequence[int]) -> dict[int, list[int]]:
    """Same-tag children of the innermost container around the thread, each with the comment blocks it holds."""
    root = common_container(page, blocks)
    inside: dict[int, list[int]] = defaultdict(list)
    for b in blocks:
        c = page.owner[b]
        while c != root and page.parent[c] != root:
            c = page.parent[c]
        if c != root:
            inside[c].append(b)
    if not inside:
        return {}
    tag = Counter(page.elements[c].tag for c in inside).most_common(1)[0][0]
    alike = {c: own for c, own in inside.items() if page.elements[c].tag == tag}
    # Single paragraphs are the paragraphs of one comment; a comment has at least a name and a text, or is a list item.
    rich = sum(len(own) >= 2 for own in alike.values())
    return alike if tag in {"li", "tr", "article", "section"} or rich >= 0.8 * len(alike) else {}


def runs(blocks: Sequence[int]) -> list[list[int]]:
    """Cut block numbers where some are missing."""
    found: list[list[int]] = []
    for b in blocks:
        if found and b == found[-1][-1] + 1:
            found[-1].append(b)
        else:
            found.append([b])
    return found


def common_container(page: Page, blocks: Sequence[int]) -> int:
    """Innermost container of some blocks in page order."""
    c = page.owner[blocks[0]]
    while not (page.first[c] <= blocks[0] and blocks[-1] < page.last[c]) and c:
        c = page.parent[c]
    return c

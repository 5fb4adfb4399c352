"""Cut the comment blocks of a page into single comments, from structure alone.

A *mark* is something that occurs once per comment: a numbered id (``c123``, whatever its prefix), a numbered fragment
in a link (``#comment-123``), a date, or, where a page has none of these, a repeated element. A mark is widened to the
largest container that holds no other mark; what is left between two such containers goes to the comment before it, or
to the one after it on pages that sign at the foot of a comment.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from classifier.blocks import Page
from classifier.blocks.attributes import small_number
from classifier.comments.dates import FoundDate
from classifier.comments.lines import named_in_bold, read_signature
from classifier.comments.words import ACTION, SAYS_PREFIX, SAYS_TAIL, heads_opinions, heads_thread

_NUMBERED: Final = re.compile(
    r"^(?P<prefix>.*?[^\d]|)(?P<number>\d+|[0-9a-f]{8}-[0-9a-f-]{20,}|\d[\da-f]{9,})$", re.IGNORECASE
)
_FRAGMENT: Final = re.compile(r"#(?P<prefix>[^#=/]*?[^\d#=/]|)(?P<number>\d+)$")
_COMMENT_PREFIX: Final = re.compile(
    r"comment|^(?:li-|div-)?c(?:mt|om)?[-_]?$|respon|reply|repl|komment|coment|post|msg", re.IGNORECASE
)
_NOT_UNIT_PREFIX: Final = re.compile(
    r"respond|avatar|form|like|vote|rating|button|link|text|content|body|author|img", re.IGNORECASE
)
_DIGITS: Final = re.compile(r"\d+")
_DEPTH_TOKEN: Final = re.compile(
    r"(?:^|[\s_-])(?:depth|level|indent|lvl|nest(?:ed|ing)?|generation)[-_]?(\d+)(?!\w)", re.IGNORECASE
)
_INDENT_STYLE: Final = re.compile(r"(?:margin|padding)-left\s*:\s*(\d+)(px|em|%)?", re.IGNORECASE)
_MAX_HEADER: Final = 160  # characters of a line that holds the date of a comment: author, date, "in reply to ..."
_FULL_TEXT: Final = 60  # characters of a line that somebody must have written
_MAX_REST: Final = 70  # characters of that line beside the date


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
class _Mark:
    block: int
    container: int
    key: str = ""
    spans: bool = False  # the container is the comment itself, not a line of it


def find_units(page: Page, blocks: Sequence[int], dates: Mapping[int, FoundDate | None]) -> list[Unit]:
    """Cut the comment blocks of a page into comments.

    Parameters
    ----------
    page : Page
        A page with or without a DOM.
    blocks : sequence of int
        Its comment blocks, ascending.
    dates : mapping of int to FoundDate or None
        The date that each block holds, if any.

    Returns
    -------
    list of Unit
        In page order. Blocks that belong to no single comment (headings, paging) are in none of them.
    """
    blocks = _without_headings(page, blocks)
    if not blocks:
        return []
    dated = _date_marks(page, blocks, dates)
    numbered = _numbered_marks(page, blocks)
    # Links lead to parents and neighbours too, so that they must number nearly all comments; ids may miss some.
    least = (0.6 if numbered and numbered[0].spans else 0.9) * len(dated)
    if numbered and len(numbered) >= least and len(numbered) <= max(3 * len(dated), 1 if dated else 999):
        marks = numbered
    else:
        marks = dated or _said_marks(page, blocks) or _named_marks(page, blocks) or _repeated_marks(page, blocks)
    units = _widen(page, blocks, marks)
    _fill(page, blocks, units, marks)
    units = sorted(
        [*(unit for unit in units if unit.blocks), *_unmarked(page, blocks, units)], key=lambda unit: unit.blocks[0]
    )
    lines_with_date = {mark.block for mark in dated}
    for unit in units:
        unit.dated = next((b for b in unit.blocks if b in lines_with_date), None)
    _set_depths(page, units, marks)
    return units


def _without_headings(page: Page, blocks: Sequence[int]) -> list[int]:
    """Drop headings of the thread; a reader may well write "Comments", but not as the first line of a thread."""
    kept = list(blocks)
    while kept and (heads_thread(text := page.texts[kept[0]]) or heads_opinions(text)):
        kept.pop(0)
    return [b for b in kept if not (page.tags[b] in {"h1", "h2", "h3", "h4", "legend"} and heads_thread(page.texts[b]))]


def _signature(page: Page, block: int, *, classes: bool) -> tuple[str, ...]:
    owner = page.owner[block]
    parent = page.parent[owner]
    if not classes:
        return (page.tags[block], getattr(page.elements[parent], "tag", ""))
    return tuple(_DIGITS.sub("", part) for part in (page.tags[block], page.classes[owner], page.inline[block]))


def _date_marks(page: Page, blocks: Sequence[int], dates: Mapping[int, FoundDate | None]) -> list[_Mark]:
    """Return the lines that date each comment: the most frequent kind of short line with a date."""
    candidates: list[int] = []
    for b in blocks:
        text = page.texts[b]
        found = dates.get(b)
        if found is not None and read_signature(text, found):
            candidates.append(b)
            continue
        if len(text) > _MAX_HEADER and not SAYS_PREFIX.match(text):
            continue
        if found is not None and len(text) - (found.end - found.start) <= _MAX_REST:
            candidates.append(b)
    return [_Mark(b, page.owner[b]) for b in _best_group(page, blocks, candidates)]


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
            groups[_signature(page, b, classes=classes)].append(b)
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
        elif gaps and not ACTION.match(page.texts[b][:80]):
            gaps[-1] += len(page.texts[b])
    empty = sum(gap < 3 for gap in gaps[:-1])
    return empty <= 0.1 * len(gaps)


def _numbered_marks(page: Page, blocks: Sequence[int]) -> list[_Mark]:
    """Return the elements whose ids, or the lines whose links, count the comments of the thread."""
    if page.root is None:
        return []
    wanted = set(blocks)
    by_prefix: dict[str, dict[str, _Mark]] = defaultdict(dict)
    low, high = blocks[0], blocks[-1]
    for c, (names, start, end) in enumerate(zip(page.classes, page.first, page.last, strict=True)):
        if not names or end <= low or start > high or start == end:
            continue
        match = _NUMBERED.match(page.elements[c].get("id") or "")
        first = match and next((b for b in range(page.first[c], page.last[c]) if b in wanted), None)
        if match and first is not None and not _NOT_UNIT_PREFIX.search(match["prefix"]):
            by_prefix[match["prefix"].lower()].setdefault(match["number"], _Mark(first, c, match["number"], spans=True))
    for b in blocks:
        for href in page.links[b]:
            match = _FRAGMENT.search(href)
            if match and "respond" not in match["prefix"] and "replyto" not in href:
                by_prefix["#" + match["prefix"].lower()].setdefault(
                    match["number"], _Mark(b, page.owner[b], match["number"])
                )
    best: list[_Mark] = []
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


def _said_marks(page: Page, blocks: Sequence[int]) -> list[_Mark]:
    """Lines such as "Ana said..."; nothing else marks a comment on some old blogs."""
    found = [
        b
        for b in blocks
        if len(page.texts[b]) <= 80 and SAYS_TAIL.search(page.texts[b]) and page.texts[b][-1:] in ":.…,"
    ]
    return [_Mark(b, page.owner[b]) for b in _best_group(page, blocks, found)]


def _named_marks(page: Page, blocks: Sequence[int]) -> list[_Mark]:
    """Paragraphs that begin with a name in bold, where the thread begins with one and has no other sign."""
    named = [b for b in blocks if named_in_bold(page, b)]
    return [_Mark(b, page.owner[b]) for b in named] if len(named) > 1 and named[0] == blocks[0] else []


def _repeated_marks(page: Page, blocks: Sequence[int]) -> list[_Mark]:
    """Return the children of the thread that look alike, or the short lines that repeat between longer ones."""
    children = _children_of_root(page, blocks)
    if len(children) >= 2:
        return [_Mark(inside[0], c, spans=True) for c, inside in children.items()]
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for b in blocks:
        if len(page.texts[b]) <= 60:
            groups[_signature(page, b, classes=True)].append(b)
    for group in sorted(groups.values(), key=len, reverse=True):
        if len(group) >= 2 and group[0] == blocks[0] and _separated(page, blocks, group):
            return [_Mark(b, page.owner[b]) for b in group]
    return [_Mark(run[0], _common_container(page, run)) for run in _runs(blocks)]


def _children_of_root(page: Page, blocks: Sequence[int]) -> dict[int, list[int]]:
    """Same-tag children of the innermost container around the thread, each with the comment blocks it holds."""
    root = _common_container(page, blocks)
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


def _runs(blocks: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for b in blocks:
        if runs and b == runs[-1][-1] + 1:
            runs[-1].append(b)
        else:
            runs.append([b])
    return runs


def _common_container(page: Page, blocks: Sequence[int]) -> int:
    c = page.owner[blocks[0]]
    while not (page.first[c] <= blocks[0] and blocks[-1] < page.last[c]) and c:
        c = page.parent[c]
    return c


def _widen(page: Page, blocks: Sequence[int], marks: Sequence[_Mark]) -> list[Unit]:
    """Climb from each mark to the largest container without another mark and without foreign text."""
    is_mark = _prefix_counts(len(page), (mark.block for mark in marks))
    is_wanted = _prefix_counts(len(page), blocks)
    units: list[Unit] = []
    for mark in marks:
        c = mark.container
        while c and page.elements[c] is not None:
            up = page.parent[c]
            first, last = page.first[up], page.last[up]
            foreign = last - first - (is_wanted[last] - is_wanted[first])
            if is_mark[last] - is_mark[first] != 1 or foreign > 0.5 * (last - first) or foreign > 12 or up == 0:
                break
            c = up
        units.append(Unit(mark.block, c, keys={mark.key} if mark.key else set()))
    return units


def _prefix_counts(size: int, blocks: Iterable[int]) -> list[int]:
    counts = [0] * (size + 1)
    for b in blocks:
        counts[b + 1] = 1
    for b in range(size):
        counts[b + 1] += counts[b]
    return counts


def _fill(page: Page, blocks: Sequence[int], units: list[Unit], marks: Sequence[_Mark]) -> None:
    """Give every block to a comment, or to none."""
    taken = _held_blocks(page, units, marks)
    for i, lead in enumerate(_lead(page, blocks, units, taken)):
        taken.update(dict.fromkeys(lead, i))
    foot = _signs_at_foot(page, blocks, units, taken)
    free = [b for b in blocks if b not in taken]
    _assign_free(page, free, units, taken, foot=foot)
    for b in blocks:
        if b in taken:
            units[taken[b]].blocks.append(b)


def _held_blocks(page: Page, units: Sequence[Unit], marks: Sequence[_Mark]) -> dict[int, int]:
    """Comment of each block that a container of comments holds.

    The last comment that begins at or above the block, of those whose containers hold it; else the first of these.
    """
    taken: dict[int, int] = {}
    above: list[tuple[int, int, int]] = []  # from the beginning of a container to the mark in it, and the comment
    below: list[tuple[int, int, int]] = []
    for i, (unit, mark) in enumerate(zip(units, marks, strict=True)):
        if unit.container == 0 and not mark.spans:
            below.append((unit.mark, unit.mark + 1, i))
            continue
        first, end = page.first[unit.container], page.last[unit.container]
        if i + 1 < len(units):  # nested answers stand inside the container of the comment that they answer
            end = min(
                end, max(units[i + 1].mark, unit.mark + 1) if not _contains(page, units[i + 1], unit.mark) else end
            )
        above.append((first, min(unit.mark, end), i))
        below.append((max(unit.mark, first), end, i))
    free = list(range(len(page) + 1))  # leads from each block to the next that is free
    for first, end, i in (*reversed(below), *above):
        b = _next_free(free, first)
        while b < end:
            taken[b] = i
            free[b] = b + 1
            b = _next_free(free, b)
    return taken


def _next_free(free: list[int], block: int) -> int:
    last = block
    while free[last] != last:
        last = free[last]
    while free[block] != last:  # the next one who asks goes straight there
        free[block], block = last, free[block]
    return last


def _unmarked(page: Page, blocks: Sequence[int], units: Sequence[Unit]) -> list[Unit]:
    """Comments whose mark is not among the comment blocks, found by text that no other comment took.

    One line labelled wrongly must not cost what a reader wrote.
    """
    taken = {b for unit in units for b in unit.blocks}
    return [
        Unit(run[0], page.owner[run[0]], run)
        for run in _runs([b for b in blocks if b not in taken])
        if any(len(page.texts[b]) >= _FULL_TEXT and page.link_chars[b] < 0.5 * len(page.texts[b]) for b in run)
    ]


def _contains(page: Page, unit: Unit, block: int) -> bool:
    return page.first[unit.container] <= block < page.last[unit.container]


def _lead(page: Page, blocks: Sequence[int], units: list[Unit], taken: dict[int, int]) -> list[list[int]]:
    """Blocks before each mark that belong to it: a line with the name above the line with the date."""
    position = {b: i for i, b in enumerate(blocks)}
    leads: list[list[int]] = [[] for _ in units]
    first = _first_blocks(taken)
    for step in (1, 2):
        rows: list[int] = []
        for i, unit in enumerate(units):
            start = first.get(i, unit.mark)
            at = position.get(start, 0) - step
            if at < 0 or blocks[at] in taken or len(page.texts[blocks[at]]) > 60:
                break
            rows.append(blocks[at])
        if len(rows) != len(units) or len({_signature(page, b, classes=True) for b in rows}) > 1 + len(rows) // 5:
            break
        if ACTION.match(page.texts[rows[0]][:80]):
            break
        for lead, b in zip(leads, rows, strict=True):
            lead.append(b)
    return leads


def _first_blocks(taken: Mapping[int, int]) -> dict[int, int]:
    """First block of each comment that has any."""
    first: dict[int, int] = {}
    for b, i in taken.items():
        first[i] = min(b, first.get(i, b))
    return first


def _signs_at_foot(page: Page, blocks: Sequence[int], units: list[Unit], taken: dict[int, int]) -> bool:
    """Whether the text of a comment stands before its mark: "Posted by Ana, 3 May" as the last line."""
    before = after = 0
    first = _first_blocks(taken)
    begin, last = min(first.values(), default=0), max(taken, default=-1)
    leading = sum(len(page.texts[b]) for b in blocks if b < begin)
    trailing = sum(len(page.texts[b]) for b in blocks if b > last and not ACTION.match(page.texts[b][:80]))
    marks = {unit.mark: i for i, unit in enumerate(units)}
    for b, i in taken.items():
        if b in marks:
            continue
        before += len(page.texts[b]) * (b < units[i].mark)
        after += len(page.texts[b]) * (b > units[i].mark)
    if leading and not trailing and not after:
        return True
    return before > 3 * after and leading >= trailing and before > 80


def _assign_free(page: Page, free: Sequence[int], units: list[Unit], taken: dict[int, int], *, foot: bool) -> None:
    """Hand out the blocks between the containers of comments."""
    ends = sorted(taken)
    lengths: Counter[int] = Counter()
    where: list[tuple[int, int]] = []
    for b in free:
        at = bisect_left(ends, b)  # a free block is none of them
        beside = ends[at : at + 1] if foot else ends[max(at - 1, 0) : at]
        unit = taken[beside[0]] if beside else None
        if unit is not None:
            lengths[unit] += 1
            where.append((b, unit))
    outermost = (0 if foot else len(units) - 1) if units else 0
    inner = max((count for unit, count in lengths.items() if unit != outermost), default=0)
    flat = len(units) == 1 or inner
    # After the last comment stand paging and notices; they are its text only where all comments are laid out so.
    taken.update((b, unit) for b, unit in where if unit != outermost or flat)


def _set_depths(page: Page, units: list[Unit], marks: Sequence[_Mark]) -> None:
    if page.root is None:
        return
    by_block = {mark.block: mark.container for mark in marks}
    everyone, units = units, [unit for unit in units if unit.mark in by_block]
    for depth_of in (_stated_depth, _structural_depth):
        depths = [depth_of(page, unit, by_block[unit.mark]) for unit in units]
        known = [depth for depth in depths if depth is not None]
        if len(known) == len(units) and (depth_of is _structural_depth or len(set(known)) > 1):
            for unit, depth in zip(units, known, strict=True):
                unit.depth = depth
            for unit in everyone:
                if unit.mark not in by_block:
                    unit.depth = min(known, default=0)
            return


def _stated_depth(page: Page, unit: Unit, mark: int) -> int | None:
    """Depth that a class (``depth-2``), a margin or a spacer image states for a comment."""
    c = mark
    chain = [unit.container] if unit.container else []
    while c and c not in chain:
        chain.append(c)
        c = page.parent[c]
    for c in chain:
        if page.last[c] - page.first[c] > 3 * len(unit.blocks) + 30:
            break
        token = _DEPTH_TOKEN.search(page.classes[c])
        if token and (depth := small_number(token[1])) is not None:
            return depth
        style = _INDENT_STYLE.search(page.elements[c].get("style") or "")
        if style and (depth := small_number(style[1])) is not None:
            return depth
        for name in ("data-depth", "data-level", "aria-level", "indent"):
            if (depth := small_number(page.elements[c].get(name))) is not None:
                return depth
    return _spacer_width(page, unit.container)


def _spacer_width(page: Page, container: int) -> int | None:
    """Width of the image or cell that indents a comment in table layouts (Hacker News: ``td.ind > img``)."""
    element: Any = page.elements[container]
    for _, cell in zip(range(4), element.iter("td"), strict=False):
        if (indent := small_number(cell.get("indent"))) is not None:
            return indent
        image = next(iter(cell), None)
        if image is not None and image.tag == "img" and not (cell.text or "").strip() and len(cell) == 1:
            return small_number(image.get("width"))
    return None


def _structural_depth(page: Page, unit: Unit, mark: int) -> int | None:
    depth, c = 0, mark
    while c:
        c = page.parent[c]
        depth += 1
    return depth

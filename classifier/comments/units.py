"""Cut the comment blocks of a page into single comments, from structure alone.

A *mark* is something that occurs once per comment: a numbered id (``c123``, whatever its prefix), a numbered fragment
in a link (``#comment-123``), a date, or, where a page has none of these, a repeated element. A mark is widened to the
largest container that holds no other mark; what is left between two such containers goes to the comment before it, or
to the one after it on pages that sign at the foot of a comment.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from classifier.blocks import Page
from classifier.comments.dates import FoundDate
from classifier.comments.depths import set_depths
from classifier.comments.marks import (
    Mark,
    Unit,
    date_marks,
    named_marks,
    numbered_marks,
    repeated_marks,
    runs,
    said_marks,
    signature,
)
from classifier.comments.names import shape
from classifier.comments.words import heads_opinions, heads_thread, heads_trackbacks, is_action

_FULL_TEXT: Final = 60  # characters of a line that somebody must have written
_REPEATED: Final = 3  # lines alike are buttons
_MIN_THREAD: Final = 2  # comments that show what others look like


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
    dated = date_marks(page, blocks, dates)
    numbered = numbered_marks(page, blocks)
    # Links lead to parents and neighbours too, so that they must number nearly all comments; ids may miss some.
    least = (0.6 if numbered and numbered[0].spans else 0.9) * len(dated)
    if numbered and len(numbered) >= least and len(numbered) <= max(3 * len(dated), 1 if dated else 999):
        marks = numbered
    else:
        marks = dated or said_marks(page, blocks) or named_marks(page, blocks) or repeated_marks(page, blocks)
    units = _widen(page, blocks, marks)
    _fill(page, blocks, units, marks)
    units = sorted(
        [*(unit for unit in units if unit.blocks), *_unmarked(page, blocks, units, dates)],
        key=lambda unit: unit.blocks[0],
    )
    lines_with_date = {mark.block for mark in dated}
    for unit in units:
        unit.dated = next((b for b in unit.blocks if b in lines_with_date), None)
    set_depths(page, units, marks)
    return units


def _without_headings(page: Page, blocks: Sequence[int]) -> list[int]:
    """Drop headings of the thread; a reader may well write "Comments", but not as the first line of a thread."""
    kept = list(blocks)
    for c in {_section(page, b) for b in kept if heads_trackbacks(page.texts[b])}:
        kept = [b for b in kept if not c or not page.first[c] <= b < page.last[c]]
    while kept and (heads_thread(text := page.texts[kept[0]]) or heads_opinions(text)):
        kept.pop(0)
    return [b for b in kept if not (page.tags[b] in {"h1", "h2", "h3", "h4", "legend"} and heads_thread(page.texts[b]))]


def _section(page: Page, heading: int) -> int:
    """Largest container that a heading begins, and no heading of a thread stands in; 0 for none."""
    c = 0
    up = page.owner[heading]
    while up and page.first[up] == heading and not any(map(heads_thread, page.texts[heading : page.last[up]])):
        c, up = up, page.parent[up]
    return c


def _widen(page: Page, blocks: Sequence[int], marks: Sequence[Mark]) -> list[Unit]:
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


def _fill(page: Page, blocks: Sequence[int], units: list[Unit], marks: Sequence[Mark]) -> None:
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


def _held_blocks(page: Page, units: Sequence[Unit], marks: Sequence[Mark]) -> dict[int, int]:
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


def _unmarked(
    page: Page, blocks: Sequence[int], units: Sequence[Unit], dates: Mapping[int, FoundDate | None]
) -> list[Unit]:
    """Comments whose mark is not among the comment blocks, found by text that no other comment took.

    One line labelled wrongly must not cost what a reader wrote. Above and below the thread stand notices and lists,
    too, so that there it must be dated, or look like what others wrote.
    """
    taken = {b for unit in units for b in unit.blocks}
    written = {
        signature(page, b, classes=True) for unit in units for b in unit.blocks if b != unit.mark and _is_text(page, b)
    }

    def alike(b: int) -> bool:
        kind = signature(page, b, classes=True)
        return kind in written and any(kind[1:])

    return [
        Unit(run[0], page.owner[run[0]], run)
        for run in runs([b for b in blocks if b not in taken])
        if any(_is_text(page, b) for b in run)
        and (
            len(units) < _MIN_THREAD
            or min(taken, default=0) < run[0] < max(taken, default=0)
            or any(dates.get(b) is not None or (_is_text(page, b) and alike(b)) for b in run)
        )
    ]


def _is_text(page: Page, block: int) -> bool:
    size = len(page.texts[block])
    return size >= _FULL_TEXT and page.link_chars[block] < 0.5 * size


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
        if len(rows) != len(units) or len({signature(page, b, classes=True) for b in rows}) > 1 + len(rows) // 5:
            break
        if is_action(page.texts[rows[0]][:80]):
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
    if any(begin < b < last and b not in taken for b in blocks):
        by_kind = _begins_with_text(page, blocks, units, taken)
        if by_kind is not None:
            return by_kind
    leading = sum(len(page.texts[b]) for b in blocks if b < begin)
    trailing = sum(len(page.texts[b]) for b in blocks if b > last and not is_action(page.texts[b][:80]))
    marks = {unit.mark: i for i, unit in enumerate(units)}
    for b, i in taken.items():
        if b in marks:
            continue
        before += len(page.texts[b]) * (b < units[i].mark)
        after += len(page.texts[b]) * (b > units[i].mark)
    if leading and not trailing and not after:
        return True
    return before > 3 * after and leading >= trailing and before > 80


def _begins_with_text(
    page: Page, blocks: Sequence[int], units: Sequence[Unit], taken: Mapping[int, int]
) -> bool | None:
    """Whether what stands between comments begins the thread too, or ends it (false); None where neither or both."""
    shapes = {b: shape(page.texts[b]) for b in blocks}
    repeated = Counter(shapes.values())
    own = [b for b in blocks if repeated[shapes[b]] < _REPEATED and not is_action(page.texts[b][:80])]
    begin, end = units[0].mark, units[-1].mark
    free: Counter[tuple[str, ...]] = Counter()
    for b in own:
        if begin < b < end and b not in taken:
            free[signature(page, b, classes=True)] += len(page.texts[b])
    for kind, _ in free.most_common(1):
        begins = any(signature(page, b, classes=True) == kind for b in own if b < begin)
        ends = any(signature(page, b, classes=True) == kind for b in own if b > end)
        return begins if begins != ends else None
    return None


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
    kinds = {signature(page, b, classes=True) for b, unit in where if unit != outermost}
    last = max((b for b, unit in where if unit == outermost and signature(page, b, classes=True) in kinds), default=-1)
    taken.update((b, unit) for b, unit in where if unit != outermost or (flat and (foot or not kinds or b <= last)))

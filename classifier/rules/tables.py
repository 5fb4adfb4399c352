"""Tables of the article: a cell says little, a table is read whole.

Of "37 %" alone nobody can tell whether it belongs to the article. The model labels some cells of a ranking body and
others furniture, as it sees them one by one; what stands in one table of figures is one thing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.blocks import Page

_FURNITURE: Final = frozenset({"boilerplate", "promo", "byline"})
_MIN_ROWS: Final = 3
_MIN_CELLS: Final = 6
_CELLS_OF_A_ROW: Final = 1.6  # on average
_BLOCKS_OF_A_CELL: Final = 1.5
_CELL: Final = 60  # characters on average; tables with more lay out a page
_LINKED: Final = 0.5  # share of the letters; lists of links are laid out in tables too
_NEAR: Final = 2  # blocks from the article


def keep_tables(page: Page, labels: Sequence[str]) -> list[str]:
    """Make body of all cells of a table that belongs to the article.

    Parameters
    ----------
    page : Page
        Segmented page; plain text has no tables.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    list of str
        New labels: in tables of short cells in which most words are body, or that the article surrounds, furniture
        became ``body``.
    """
    refined = list(labels)
    if "table" not in page.container_tags or "body" not in labels:
        return refined
    for cells in _data_tables(page):
        if _is_of_article(page, labels, cells):
            for b in cells:
                if refined[b] in _FURNITURE:
                    refined[b] = "body"
    return refined


def _data_tables(page: Page) -> list[list[int]]:
    """Blocks of each table that holds data; a table inside another one is a table of its own."""
    innermost = [-1] * len(page.parent)
    parts = {tag: Counter[int]() for tag in ("tr", "td", "th")}
    for c, tag in enumerate(page.container_tags):
        innermost[c] = c if tag == "table" else innermost[page.parent[c]] if c else -1
        if tag in parts:
            parts[tag][innermost[c]] += 1
    rows, cells = parts["tr"], parts["td"] + parts["th"]
    blocks: dict[int, list[int]] = {}
    for b, owner in enumerate(page.owner):
        table = innermost[owner]
        if table >= 0 and rows[table] >= _MIN_ROWS and cells[table] >= _CELLS_OF_A_ROW * rows[table]:
            blocks.setdefault(table, []).append(b)
    return [found for table, found in blocks.items() if _is_data(page, found, cells[table])]


def _is_data(page: Page, blocks: Sequence[int], cells: int) -> bool:
    characters = sum(len(page.texts[b]) for b in blocks)
    linked = sum(page.link_chars[b] for b in blocks)
    one_each = _MIN_CELLS <= len(blocks) <= _BLOCKS_OF_A_CELL * cells
    return one_each and characters <= _CELL * len(blocks) and linked <= _LINKED * characters


def _is_of_article(page: Page, labels: Sequence[str], cells: Sequence[int]) -> bool:
    words = [page.texts[b].count(" ") + 1 for b in cells]
    body = sum(count for b, count in zip(cells, words, strict=True) if labels[b] == "body")
    if 2 * body >= sum(words):
        return True
    first, last = cells[0], cells[-1]
    before, after = labels[max(0, first - _NEAR) : first], labels[last + 1 : last + 1 + _NEAR]
    return "body" in before and "body" in after

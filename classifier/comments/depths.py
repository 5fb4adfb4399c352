"""How deep comments are nested: what classes, margins and spacers state, or else the structure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from classifier.blocks import Page
from classifier.blocks.attributes import small_number
from classifier.comments.marks import Mark, Unit

_DEPTH_TOKEN: Final = re.compile(
    r"(?:^|[\s_-])(?:depth|level|indent|lvl|nest(?:ed|ing)?|generation)[-_]?(\d+)(?!\w)", re.IGNORECASE
)
_INDENT_STYLE: Final = re.compile(r"(?:margin|padding)-left\s*:\s*(\d+)(px|em|%)?", re.IGNORECASE)


def set_depths(page: Page, units: list[Unit], marks: Sequence[Mark]) -> None:
    """Set the depths of the comments, as far as anything tells them."""
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

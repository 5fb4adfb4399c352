"""Pages nested deeper than the parser reads: the same text in a tree of limited depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

# Depth at which the parser stops reading the page, and depth that browsers keep (Chromium: 512).
_PARSER_DEPTH: Final = 2_000
_MAX_DEPTH: Final = 512


def ends_deep(root: _Element) -> bool:
    """Whether the last element of a tree is so deep that the parser gave up there, and what follows is missing."""
    depth = 0
    while len(root):
        root = root[-1]
        depth += 1
    return depth > _PARSER_DEPTH


def parse_flat(data: bytes) -> _Element | None:
    """Parse a page whose elements are nested deeper than the parser allows; deeper ones become siblings, in order."""
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, target=_FlatBuilder())
    root: _Element | None = etree.fromstring(data, parser=parser)
    return root


class _FlatBuilder:
    """Builds a tree of limited depth from the parser's events, which come at any depth."""

    def __init__(self) -> None:
        self._builder = etree.TreeBuilder()
        self._open: list[str] = []
        self._deepest = ""  # the element at the greatest depth, which stands for all that would be below
        self._ended = False  # whether an element at or below it has ended since

    def start(self, tag: Any, attributes: dict[Any, Any]) -> None:
        self._open.append(tag)
        if len(self._open) >= _MAX_DEPTH:
            self._replace_deepest(tag, attributes)
        else:
            self._builder.start(tag, attributes)

    def end(self, tag: Any) -> None:
        depth = len(self._open)
        self._open.pop()
        if depth > _MAX_DEPTH:
            self._ended = True
        elif depth == _MAX_DEPTH:
            self._close_deepest()
        else:
            self._builder.end(tag)

    def data(self, data: Any) -> None:
        if self._ended and len(self._open) >= _MAX_DEPTH and data.strip():
            self._replace_deepest(self._open[-1], {})  # what follows an element's end is not part of it
        self._builder.data(data)

    def comment(self, text: Any) -> None:
        """Drop comments."""

    def close(self) -> _Element:
        return self._builder.close()

    def _replace_deepest(self, tag: str, attributes: dict[Any, Any]) -> None:
        self._close_deepest()
        self._builder.start(tag, attributes)
        self._deepest = tag
        self._ended = False

    def _close_deepest(self) -> None:
        if self._deepest:
            self._builder.end(self._deepest)
            self._deepest = ""

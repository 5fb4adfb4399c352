"""Writes pieces of text into nested HTML elements, opening and closing what their paths ask for."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final, NamedTuple

INLINE: Final = frozenset({"a", "code", "em", "strong", "sub", "sup"})


class Step(NamedTuple):
    """One element of a path.

    Attributes
    ----------
    key : object
        Equal keys mean the same element: pieces of equal steps share it.
    tag : str
        Name of the element to write.
    attributes : tuple of (str, str)
        Its attributes, unescaped.
    """

    key: Any
    tag: str
    attributes: tuple[tuple[str, str], ...] = ()


class HtmlWriter:
    """Collects HTML piece by piece."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[Step] = []

    def ends_in(self, path: Sequence[Step]) -> bool:
        """Whether the last text was written right inside a path, or in inline elements there."""
        inner = self._open[len(path) :]
        return (
            len(path) <= len(self._open)
            and all(map(_same, path, self._open))
            and all(step.tag in INLINE for step in inner)
        )

    def text(self, path: Sequence[Step], text: str, joint: str = "") -> None:
        """Write text.

        Parameters
        ----------
        path : sequence of Step
            Elements it stands in, outermost first.
        text : str
            Unescaped.
        joint : str
            HTML to write before it, after the elements that end here and before those that begin.
        """
        self._go_to(path, joint)
        self._parts.append(escape(text, quote=False))

    def element(self, path: Sequence[Step], tag: str, attributes: Sequence[tuple[str, str]], joint: str = "") -> None:
        """Write an element that has no content."""
        self._go_to(path, joint)
        self._parts.append(_start(tag, attributes))

    def close(self) -> str:
        """End what is open.

        Returns
        -------
        str
            The HTML written so far; one outermost element per line.
        """
        self._go_to((), "")
        return "".join(self._parts)

    def _go_to(self, path: Sequence[Step], joint: str) -> None:
        common = 0
        for old, new in zip(self._open, path, strict=False):
            if not _same(old, new):
                break
            common += 1
        while len(self._open) > common:
            self._parts.append(f"</{self._open.pop().tag}>")
        if joint:
            self._parts.append(joint)
        for step in path[common:]:
            if not self._open and self._parts:
                self._parts.append("\n")
            self._parts.append(_start(step.tag, step.attributes))
            self._open.append(step)


def _same(one: Step, other: Step) -> bool:
    return bool(one.key == other.key) and one.tag == other.tag


def _start(tag: str, attributes: Sequence[tuple[str, str]]) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes)
    return f"<{tag}{written}>"

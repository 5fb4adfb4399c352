"""Inline Markdown: pieces of text and the marks around them, set only where CommonMark reads them as marks.

Between letters and punctuation CommonMark takes ``**`` for two asterisks ("flanking"): ``Hello**(bold)**x`` shows them.
So marks are moved inwards over white space and punctuation, neighbours of the same mark are joined, and a mark that
cannot be told from one beside it is left out.

References
----------
.. [1] CommonMark 0.31.2, section 6.2, "Emphasis and strong emphasis".
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Final

STARS: Final = {"strong": "**", "em": "*"}
TEXT: Final = "text"  # escaped; may be divided
CODE: Final = "code"  # as it is, without backticks
WHOLE: Final = "whole"  # Markdown that is not divided: a link, an image
BREAK: Final = "break"  # the end of a line

_SPACE: Final = "space"
_SYMBOL: Final = "symbol"  # punctuation to CommonMark 0.31, like a letter to older versions
_PUNCTUATION: Final = "punctuation"
_LETTER: Final = "letter"


@dataclass
class Piece:
    """What stands under the same marks.

    Attributes
    ----------
    text : str
        See the kinds above.
    marks : set of str
        Keys of `STARS`.
    kind : str
        One of the kinds above.
    """

    text: str
    marks: set[str] = field(default_factory=set)
    kind: str = TEXT


def write(pieces: Iterable[Piece]) -> str:
    """Join pieces, with the marks that they stand under.

    Parameters
    ----------
    pieces : iterable of Piece
        In order; not changed.

    Returns
    -------
    str
        Markdown.
    """
    divided = _divide(pieces)
    ends = {mark: _place(divided, mark) for mark in STARS}
    written: list[str] = []
    spans: dict[int, list[str]] = {}  # of code: side by side they would be one, of other backticks
    opened: list[str] = []
    for at, piece in enumerate(divided):
        closed = False
        while any(mark not in piece.marks for mark in opened):
            written.append(STARS[opened.pop()])
            closed = True
        begun = [mark for mark in STARS if at in ends[mark]]
        # `*a***b**` and the like are read differently, as is what can also close the mark around it.
        if begun and not closed and not (opened and _may_close(divided, at)):
            begun.sort(key=lambda mark: -ends[mark][at])
            opened += begun
            written += [STARS[mark] for mark in begun]
        if piece.kind == CODE:
            if len(written) - 1 not in spans:
                spans[len(written)] = []
                written.append("")
            spans[len(written) - 1].append(piece.text)
            continue
        if written and written[-1].endswith("!") and piece.text.startswith("["):  # a link, no image
            written[-1] = f"{written[-1][:-1]}\\!"
        written.append("\\\n" if piece.kind == BREAK else piece.text)
    for at, texts in spans.items():
        written[at] = _code_span("".join(texts))
    written += [STARS[mark] for mark in reversed(opened)]
    return "".join(written)


def _divide(pieces: Iterable[Piece]) -> list[Piece]:
    """Divide marked text where marks can begin and end: between letters, white space and punctuation."""
    divided = []
    for piece in pieces:
        if piece.kind == TEXT and piece.marks:
            # A backslash and what it escapes are both punctuation, and stay together.
            runs = groupby(piece.text, lambda char: _SYMBOL if _kind(char) == _PUNCTUATION else _kind(char))
            divided += [Piece("".join(run), set(piece.marks)) for _, run in runs]
        elif piece.text:
            divided.append(Piece(piece.text, set(piece.marks), piece.kind))
    return divided


def _place(pieces: Sequence[Piece], mark: str) -> dict[int, int]:
    """Take a mark off pieces at whose edge it would not be read as one.

    Returns
    -------
    dict of int to int
        Where it begins, and where it ends (exclusive).
    """
    placed = {}
    start = 0
    while start < len(pieces):
        end = start
        while end < len(pieces) and mark in pieces[end].marks:
            end += 1
        after = end + 1
        while start < end and not _opens(pieces, start):
            pieces[start].marks.discard(mark)
            start += 1
        while start < end and not _closes(pieces, end):
            end -= 1
            pieces[end].marks.discard(mark)
        if start < end:
            placed[start] = end
        start = after
    return placed


def _around(pieces: Sequence[Piece], at: int) -> tuple[str, str]:
    """Kinds of the characters before and after the start of a piece."""
    before = _edge(pieces[at - 1], -1) if at else _SPACE
    after = _edge(pieces[at], 0) if at < len(pieces) else _SPACE
    return before, after


def _edge(piece: Piece, index: int) -> str:
    if piece.kind == CODE:
        return _PUNCTUATION
    return _SPACE if piece.kind == BREAK else _kind(piece.text[index])


def _opens(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a mark before this piece surely opens, to any version of CommonMark."""
    before, after = _around(pieces, at)
    return after == _LETTER or (after != _SPACE and before in (_SPACE, _PUNCTUATION))


def _closes(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a mark before this piece, that is after the one before, surely closes."""
    before, after = _around(pieces, at)
    return before == _LETTER or (before != _SPACE and after in (_SPACE, _PUNCTUATION))


def _may_close(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a mark before this piece could be read as the end of another."""
    before, after = _around(pieces, at)
    return before in (_LETTER, _SYMBOL) or (before == _PUNCTUATION and after != _LETTER)


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    if char.isspace():
        return _SPACE
    category = unicodedata.category(char)
    if char in string.punctuation or category[0] == "P":
        return _PUNCTUATION
    return _SYMBOL if category[0] == "S" else _LETTER


def _code_span(text: str) -> str:
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"

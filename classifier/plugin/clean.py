"""Take the passages that are not article out of text that a project extracted itself.

The project's words stay as they are; only whole blocks of the page go. Text and page are compared without whitespace,
so it does not matter where the project broke its lines: a block is looked for in the text, and among all places where
blocks could stand, the chain that follows the order of the page and explains the most characters wins.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

# What mode "clean" removes. Title and byline stay: the project asked for its own text, and both are part of a story.
REMOVED: Final = frozenset({"comment", "comment_form", "challenge", "source_link", "promo", "boilerplate"})
# Text of a page often passes through a "smart quotes" filter on its way into an item.
_FOLD: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "\u00ad": " "})
# "Reply" may stand 500 times in a text: so many places from its begin, and as many from where the best chain has got
# to, are weighed; the rest is ignored.
_MAX_PLACES: Final = 25
# A passage this long that equals a block word for word is that block, whatever stands around it.
_LONG: Final = 40


@dataclass(frozen=True)
class _Match:
    label: str
    start: int  # in the squeezed text
    end: int


class _Chain:
    """Best chain of matches so far by the end of its last match; both ends and scores only ever rise."""

    def __init__(self) -> None:
        self.ends: list[int] = [0]
        self.scores: list[int] = [0]
        self.links: list[tuple[_Match, object] | None] = [None]

    def best(self, start: int) -> tuple[int, tuple[_Match, object] | None]:
        """Return score and matches of the best chain that ends at or before `start`."""
        at = bisect.bisect_right(self.ends, start) - 1
        return self.scores[at], self.links[at]

    def add(self, end: int, score: int, link: tuple[_Match, object]) -> None:
        at = bisect.bisect_right(self.ends, end)
        if self.scores[at - 1] >= score:
            return
        after = at
        while after < len(self.ends) and self.scores[after] <= score:
            after += 1
        if self.ends[at - 1] == end:
            at -= 1
        self.ends[at:after] = [end]
        self.scores[at:after] = [score]
        self.links[at:after] = [link]


def clean_text(text: str, blocks: Sequence[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    """Remove the blocks that are not article from `text`.

    Parameters
    ----------
    text : str
        What the project extracted.
    blocks : sequence of tuple of str
        (label, text) of every block of the page, in page order.

    Returns
    -------
    tuple of str and list
        The text without these passages, and (label, passage) of each one removed, in order. Text that the page does
        not hold stays.
    """
    squeezed, places = _squeeze(text)
    removed: list[tuple[str, str]] = []
    spans: list[tuple[int, int]] = []
    for match in _removable(_align(squeezed, blocks), text, places):
        start, end = places[match.start], places[match.end - 1] + 1
        spans.append((start, end))
        removed.append((match.label, text[start:end]))
    return _without(text, spans), removed


def _squeeze(text: str) -> tuple[str, list[int]]:
    """Return `text` folded and without whitespace, and where each of its characters stands in `text`."""
    folded = text.translate(_FOLD)
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(folded):
        if not character.isspace():
            lower = character.lower()
            characters.append(lower if len(lower) == 1 else character)
            places.append(place)
    return "".join(characters), places


def _align(squeezed: str, blocks: Iterable[tuple[str, str]]) -> list[_Match]:
    """Return the best chain of block matches, in the order of page and text."""
    chain = _Chain()
    for label, block in blocks:
        needle = _squeeze(block)[0]
        if not needle:
            continue
        found = []
        for at in _find(squeezed, needle, chain.ends[-1]):
            score, link = chain.best(at)
            found.append((at + len(needle), score + len(needle), (_Match(label, at, at + len(needle)), link)))
        # Only now: one block stands once, so its places must not chain with each other.
        for end, score, link in found:
            chain.add(end, score, link)
    matches: list[_Match] = []
    link = chain.links[-1]
    while link is not None:
        match, link = link  # type: ignore[assignment]
        matches.append(match)
    return matches[::-1]


def _find(squeezed: str, needle: str, reached: int) -> set[int]:
    places: set[int] = set()
    for begin in (0, reached):
        at = squeezed.find(needle, begin)
        left = _MAX_PLACES
        while at >= 0 and left:
            places.add(at)
            left -= 1
            at = squeezed.find(needle, at + 1)
    return places


def _removable(matches: list[_Match], text: str, places: list[int]) -> list[_Match]:
    """Return the matches to remove: a short one only where line ends or other blocks enclose it.

    "Reply" inside a sentence that the page words otherwise is a word of that sentence.
    """
    result = []
    for index, match in enumerate(matches):
        if match.label not in REMOVED or not _whole_words(match, text, places):
            continue
        before = index and matches[index - 1].end == match.start
        after = index + 1 < len(matches) and matches[index + 1].start == match.end
        opened = before or match.start == 0 or "\n" in text[places[match.start - 1] : places[match.start]]
        closed = after or match.end == len(places) or "\n" in text[places[match.end - 1] : places[match.end]]
        if (opened and closed) or match.end - match.start >= _LONG:
            result.append(match)
    return result


def _whole_words(match: _Match, text: str, places: list[int]) -> bool:
    opened = match.start == 0 or places[match.start] - places[match.start - 1] > 1
    closed = match.end == len(places) or places[match.end] - places[match.end - 1] > 1
    return opened and closed


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """Cut the spans; what was around a cut keeps one separator, the one that parts the text more."""
    if not spans:
        return text
    parts: list[str] = []
    position = 0
    for start, end in spans:
        parts.append(text[position:start])
        position = end
    parts.append(text[position:])
    result = parts[0]
    for part in parts[1:]:
        left, right = result.rstrip(), part.lstrip()
        gaps = (result[len(left) :], part[: len(part) - len(right)])
        result = left + max(gaps, key=lambda gap: (gap.count("\n"), len(gap))) + right
    return result.strip()

"""Take the passages that are not article out of text that a project extracted itself.

The project's words stay as they are; only whole blocks of the page go, with the signs and line ends around them.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from classifier.plugin.matching import (
    Match,
    align,
    letter_places,
    letters,
    line_starts,
    mask,
    occurrences,
)

# What mode "clean" removes. Title and byline stay: the project asked for its own text, and both are part of a story.
REMOVED: Final = frozenset({"comment", "comment_form", "challenge", "source_link", "promo", "boilerplate"})
# Letters from which a block need not be enclosed by line ends or other blocks: about four words.
_LONG: Final = 20
# The text of all "li" and "p" holds a passage once for each list around it, each time in the order of the page.
_ROUNDS: Final = 6
_TAKEN: Final = "\0"  # instead of the letters of a block that was found,
_REFUSED: Final = "\1"  # and of one that stays because it may be words of a sentence

_NUMBER: Final = re.compile(r"(\d{1,3})[.)][^\w\n]+")  # of a list item, as Markdown writes it
# Text of a page often passes through a "smart quotes" filter on its way into an item.
_QUOTES: Final = str.maketrans("’‘“”„–—", '\'\'"""--')
_MOST_SIGNS: Final = 20  # around a block, that are compared


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
        not hold stays, and so does what is article elsewhere on the page, unless the text holds all copies.
    """
    cleaning = _Cleaning(text, blocks)
    for number in range(_ROUNDS):
        if not cleaning.find(first=not number):
            break
    return cleaning.result()


class _Cleaning:
    """A text while it is compared with the blocks of its page."""

    def __init__(self, text: str, blocks: Sequence[tuple[str, str]]) -> None:
        needles = [letters(mask(block)) for _, block in blocks]
        self.blocks = [block for block, needle in zip(blocks, needles, strict=True) if needle]
        self.needles = [needle for needle in needles if needle]
        self.kept = [label not in REMOVED for label, _ in self.blocks]
        article = {needle for needle, kept in zip(self.needles, self.kept, strict=True) if kept}
        self.copied = article & {needle for needle, kept in zip(self.needles, self.kept, strict=True) if not kept}
        self.text = text
        self.masked = mask(text)
        self.letters = letters(self.masked)
        self.places = letter_places(self.masked)
        self.starts: list[int] = []  # of lines, and after the numbers of list items
        self.numbers: dict[int, int] = {}  # where an item begins: where its number does
        for start in line_starts(self.masked):
            self.starts.append(start)
            number = _NUMBER.match(self.text, self.places[start])
            if number is not None:
                self.starts.append(start + len(number[1]))
                self.numbers[self.starts[-1]] = start
        self.found: list[Match] = []
        self.removed: set[Match] = set()

    def find(self, *, first: bool) -> bool:
        """Find blocks in the letters that are left; tell whether some of them go."""
        matches = self._numbered(align(self.letters, self.needles, self.kept, self.starts))
        doubtful = self.copied
        if first:
            # A headline is that of a teaser only where the text holds that of the article too.
            copies, seen = Counter(self.needles), Counter(self.needles[match.block] for match in matches)
            doubtful = {needle for needle in doubtful if seen[needle] < copies[needle]}
        doubtful = doubtful | self._quoted(matches)
        stays = [self.kept[match.block] or self.needles[match.block] in doubtful for match in matches]
        goes = {matches[index] for index in self._enclosed(matches, stays)}
        parts: list[str] = []
        position = 0
        for match, stay in zip(matches, stays, strict=True):
            taken = stay or match in goes
            if taken:
                self.found.append(match)
            parts += (self.letters[position : match.start], (_TAKEN if taken else _REFUSED) * (match.end - match.start))
            position = match.end
        self.letters = "".join(parts) + self.letters[position:]
        self.removed |= goes
        return bool(goes)

    def _numbered(self, matches: list[Match]) -> list[Match]:
        """Count the number of a list item to the block that follows it."""
        result: list[Match] = []
        for match in matches:
            start = self.numbers.get(match.start, match.start)
            free = self.letters[start] > _REFUSED and not (result and result[-1].end > start)
            result.append(match._replace(start=start) if free else match)
        return result

    def _quoted(self, matches: list[Match]) -> set[str]:
        """Return what also is part of blocks that stay, where the text does not hold those as they are."""
        needles = {self.needles[match.block] for match in matches if not self.kept[match.block]}
        present = {match.block for match in (*matches, *self.found)}
        kept = [block for block, stays in enumerate(self.kept) if stays]
        ends = list(accumulate(len(self.needles[block]) for block in kept))
        article = "".join(self.needles[block] for block in kept)
        quoted = set()
        for needle, places in occurrences(article, {needle for needle in needles if len(needle) >= _LONG}).items():
            for place in places:
                last = bisect.bisect_left(ends, place + len(needle))
                if not present.issuperset(kept[bisect.bisect_right(ends, place) : last + 1]):
                    quoted.add(needle)
        return quoted

    def _enclosed(self, matches: list[Match], stays: list[bool]) -> Iterator[int]:
        """Give those to remove: of each run of blocks, what line ends or blocks that stay enclose, and what is long.

        "Reply" inside a sentence that the page words otherwise is a word of that sentence.
        """
        for first, last in _runs(matches, stays):
            run = matches[first : last + 1]
            start, end = first, last
            if not (first and matches[first - 1].end == run[0].start):
                start += self._loose(run, run[0].start)
            if not (last + 1 < len(matches) and matches[last + 1].start == run[-1].end):
                end -= self._loose(run[::-1], run[-1].end)
            yield from range(start, end + 1)

    def _loose(self, run: list[Match], border: int) -> int:
        """Return how many matches of a run, from that at `border` on, may belong to the words beyond."""
        if border in (0, len(self.letters)) or _TAKEN in self.letters[border - 1 : border + 1]:
            return 0
        before, after = self.places[border - 1], self.places[border]
        if "\n" in self.masked[before:after]:
            return 0
        # Never from inside a word on; "fieldSign up" holds the ends of two.
        inside = after == before + 1 and not (self.text[after].isupper() and not self.text[before].isupper())
        long = (number for number, match in enumerate(run) if match.end - match.start >= _LONG and number >= inside)
        number = next(long, len(run))
        # What precedes a long one on the page too is no accident.
        while inside < number < len(run) and abs(run[number - 1].block - run[number].block) == 1:
            number -= 1
        return number

    def result(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the text without what goes, and that."""
        found = sorted(self.found, key=lambda match: match.start)
        spans = [self._span(match) for match in found]
        removed = [
            (self.blocks[match.block][0], self.text[start:end])
            for match, (start, end) in zip(found, spans, strict=True)
            if match in self.removed
        ]
        if not removed:
            return self.text, []
        parts: list[str] = []
        position = 0
        for first, last in _runs(found, [match not in self.removed for match in found]):
            before, after = self._before(found, spans, first), self._after(found, spans, last)
            parts += (self.text[position:before], self._joint((before, spans[first][0]), (spans[last][1], after)))
            position = after
        return ("".join(parts) + self.text[position:]).strip(), removed

    def _span(self, match: Match) -> tuple[int, int]:
        """Return where a block stands in the text, with its own signs before the first letter and after the last."""
        block = self.blocks[match.block][1]
        masked = mask(block)
        start, end = self.places[match.start], self.places[match.end - 1] + 1
        least = self.places[match.start - 1] + 1 if match.start else 0
        most = self.places[match.end] if match.end < len(self.places) else len(self.text)
        start -= _signs(self.text[least:start][::-1], block[: len(masked) - len(masked.lstrip())][::-1])
        end += _signs(self.text[end:most], block[len(masked.rstrip()) :])
        return start, end

    def _before(self, found: list[Match], spans: list[tuple[int, int]], first: int) -> int:
        """Return where that ends which stays before a run that goes."""
        start = found[first].start
        if not start:
            return 0
        if first and found[first - 1].end == start:
            return min(spans[first - 1][1], spans[first][0])
        # A sign right after a word belongs to it.
        at = self.places[start - 1] + 1
        while at < spans[first][0] and not self.text[at].isspace():
            at += 1
        return at

    def _after(self, found: list[Match], spans: list[tuple[int, int]], last: int) -> int:
        """Return where that begins which stays after a run that goes."""
        end = found[last].end
        if end == len(self.places):
            return len(self.text)
        if last + 1 < len(found) and found[last + 1].start == end:
            return max(spans[last + 1][0], spans[last][1])
        at = self.places[end]
        while at > spans[last][1] and not self.text[at - 1].isspace():
            at -= 1
        return at

    def _joint(self, left: tuple[int, int], right: tuple[int, int]) -> str:
        """Return what is to part the words around a run that goes, from the gaps on both sides of it.

        A bullet or the like stays where what follows it stays.
        """
        (line, breaks, bullet), (_, more_breaks, next_bullet) = self._line_ends(*left), self._line_ends(*right)
        if right[1] == len(self.text):
            return line
        if not left[0]:
            return next_bullet
        if more_breaks:
            return line + max(breaks, more_breaks, key=len) + next_bullet
        if breaks:
            return line + breaks + bullet
        before, after = self.text[slice(*left)], self.text[slice(*right)]
        if before == after != "":
            return before
        # Two words must not become one.
        glued = self.text[left[0] - 1].isalnum() and self.text[right[1]].isalnum()
        return " " if glued or any(map(str.isspace, before + after)) else ""

    def _line_ends(self, start: int, end: int) -> tuple[str, str, str]:
        """Return what stands before, at and after the line ends of a gap, if it has some."""
        gap, masked = self.text[start:end], self.masked[start:end]
        first, last = masked.find("\n"), masked.rfind("\n") + 1
        if not last:
            return "", "", ""
        breaks = (
            char
            for char, form in zip(gap[first:last], masked[first:last], strict=True)
            if form == "\n" or char.isspace()
        )
        return gap[:first], "".join(breaks), gap[last:]


def _runs(matches: Sequence[Match], stays: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Give the first and last index of each run of matches that do not stay and follow each other directly."""
    last = -1
    while last + 1 < len(matches):
        first = last = last + 1
        if stays[first]:
            continue
        while last + 1 < len(matches) and not stays[last + 1] and matches[last + 1].start == matches[last].end:
            last += 1
        yield first, last


def _signs(gap: str, signs: str) -> int:
    """Return how many characters of a gap, from its begin, are these signs; white space does not count."""
    length = 0
    for sign in "".join(signs.split())[:_MOST_SIGNS].translate(_QUOTES):
        at = length
        while gap[at : at + 1] in (" ", "\t", "\xa0"):
            at += 1
        if gap[at : at + 1].translate(_QUOTES) != sign:
            break
        length = at + 1
    return length

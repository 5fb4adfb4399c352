"""Where the blocks of a page stand in a text that someone took from it.

Text and blocks are compared by their letters and digits alone, so that it does not matter where the text breaks its
lines, what it puts between blocks, or whether it puts anything there at all. Among all places where blocks could stand,
the chain that follows the order of the page and explains the most letters wins.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from array import array
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# "Reply" may stand 500 times in a text: so many places from its begin, and as many from where the best chain has got
# to, are weighed; the rest is ignored.
_MAX_PLACES: Final = 25
# Letters from which a block is looked for everywhere. Shorter ones are found at the begin of a line and right after
# another block; elsewhere they could be words of a sentence.
_SEED: Final = 8
_BITS: Final = 20
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 by the golden ratio: products spread over the upper bits

_LINE_ENDS: Final = "\n\r\v\f\x85\u2028\u2029"
# Line breaks as HTML writes them, and what the links of Markdown lead to.
_MARKUP: Final = re.compile(r'<br ?/?>|\]\([^()\s]*(?:\s"[^"\n]*")?\)', re.IGNORECASE)


class Match(NamedTuple):
    """A block in a text: `block` is its index, `start` and `end` are counted in letters of the text."""

    block: int
    start: int
    end: int


class _Forms(dict[int, str]):
    """One form for each letter or digit, one for all line ends, a blank for the rest."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        # Not str.isalnum, for which the vowel signs of Hindi are punctuation.
        if unicodedata.category(char)[0] in "LMN":
            plain = unicodedata.normalize("NFKC", char).lower()
            made = plain if len(plain) == 1 else char
        else:
            made = "\n" if char in _LINE_ENDS else " "
        self[code] = made
        return made


_FORMS: Final = _Forms()


def mask(text: str) -> str:
    """Return a string of the same length that has only letters and digits, line ends and blanks."""
    if "](" in text or "<" in text:
        text = _MARKUP.sub(lambda found: ("\n" if found[0][0] == "<" else " ") * len(found[0]), text)
    return text.translate(_FORMS)


def letters(masked: str) -> str:
    """Return only the letters and digits of a masked text."""
    return masked.replace(" ", "").replace("\n", "")


def letter_places(masked: str) -> array[int]:
    """Return where each of its letters stands in a masked text."""
    codes = np.frombuffer(masked.encode("utf-32-le"), np.uint32)
    # An array: as a list, the places of a megabyte of text take forty.
    places = array("q")
    places.frombytes(np.flatnonzero((codes != ord(" ")) & (codes != ord("\n"))).astype(np.int64).tobytes())
    return places


def line_starts(masked: str) -> list[int]:
    """Return which letters of a masked text are the first of a line."""
    starts = []
    before = 0
    for line in masked.split("\n"):
        length = len(line) - line.count(" ")
        if length:
            starts.append(before)
        before += length
    return starts


class _Chain:
    """Best chain of matches so far by the end of its last match; both ends and scores only ever rise."""

    def __init__(self) -> None:
        self.ends: list[int] = [0]
        self.scores: list[int] = [0]
        self.links: list[tuple[Match, object] | None] = [None]

    def best(self, start: int) -> tuple[int, tuple[Match, object] | None]:
        """Return score and matches of the best chain that ends at or before `start`."""
        at = bisect.bisect_right(self.ends, start) - 1
        return self.scores[at], self.links[at]

    def add(self, end: int, score: int, link: tuple[Match, object]) -> None:
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

    def matches(self) -> list[Match]:
        """Return the best chain of all."""
        matches: list[Match] = []
        link = self.links[-1]
        while link is not None:
            match, link = link  # type: ignore[assignment]
            matches.append(match)
        return matches[::-1]


def align(text: str, blocks: Sequence[str], preferred: Sequence[bool], starts: Sequence[int]) -> list[Match]:
    """Find blocks in a text, in the order of both.

    Parameters
    ----------
    text : str
        Letters of the text.
    blocks : sequence of str
        Letters of each block, at least one, in page order.
    preferred : sequence of bool
        Of two chains that explain as many letters, the one with more letters of these blocks wins.
    starts : sequence of int
        Letters of the text that begin a line.

    Returns
    -------
    list of Match
        In order, without overlaps; each block once at most.
    """
    chain = _Chain()
    places = occurrences(text, blocks, starts)
    recent = deque([0], _MAX_PLACES)
    for block, needle in enumerate(blocks):
        known = places.get(needle, [])
        reached = bisect.bisect_left(known, chain.ends[-1])
        candidates = {*known[:_MAX_PLACES], *known[reached : reached + _MAX_PLACES]}
        candidates.update(at for at in (*recent, chain.ends[-1]) if text.startswith(needle, at))
        found = []
        for at in candidates:
            score, link = chain.best(at)
            # All letters count first, then those of preferred blocks, then whether one block directly follows another.
            score += len(needle) << 60 | len(needle) * preferred[block] << 30
            score += link is not None and link[0].end == at
            found.append((Match(block, at, at + len(needle)), score, link))
        # Only now: one block stands once, so its places must not chain with each other.
        for match, score, link in found:
            chain.add(match.end, score, (match, link))
            recent.append(match.end)
    return chain.matches()


def occurrences(text: str, needles: Iterable[str], starts: Iterable[int] = ()) -> dict[str, list[int]]:
    """Find needles in a text, in one walk over it however many they are.

    Parameters
    ----------
    text : str
        Letters.
    needles : iterable of str
        Letters, at least one.
    starts : iterable of int
        Where needles of fewer than eight letters may stand.

    Returns
    -------
    dict of str to list of int
        Where each needle stands, in order. Where a text repeats itself ("hahaha"), not all of the places that overlap.
    """
    seeds: dict[str, list[str]] = {}
    for needle in set(needles):
        seeds.setdefault(needle[:_SEED], []).append(needle)
    hits: dict[str, list[int]] = {seed: [] for seed in seeds if len(seed) == _SEED}
    seen = np.zeros(1 << _BITS, bool)
    seen[_hashes("".join(hits))[::_SEED]] = True
    for at in np.flatnonzero(seen[_hashes(text)]).tolist():
        hit = hits.get(text[at : at + _SEED])
        if hit is not None:
            hit.append(at)
    found = _share(text, starts, [seed for seed in seeds if len(seed) < _SEED])
    for seed, places in hits.items():
        _tell_apart(text, seeds[seed], places, 2 * _SEED, found)
    return found


def _hashes(text: str) -> NDArray[np.uint64]:
    """Return a number below ``1 << _BITS`` for each `_SEED` letters in a row."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    hashes = np.zeros(max(len(codes) - _SEED + 1, 0), np.uint64)
    for shift in range(_SEED):
        hashes *= _FACTOR
        hashes += codes[shift : shift + len(hashes)]
    hashes >>= np.uint64(64 - _BITS)
    return hashes


def _tell_apart(text: str, needles: list[str], places: list[int], length: int, found: dict[str, list[int]]) -> None:
    """Add to `found` where each of the needles stands that begin alike, by ever longer beginnings."""
    if len(needles) == 1:
        here = found[needles[0]] = []
        for at in places:
            if (not here or here[-1] + len(needles[0]) <= at) and text.startswith(needles[0], at):
                here.append(at)
        return
    groups: dict[str, list[str]] = {}
    for needle in needles:
        groups.setdefault(needle[:length], []).append(needle)
    for key, here in _share(text, places, groups).items():
        _tell_apart(text, groups[key], here, 2 * length, found)


def _share(text: str, places: Iterable[int], keys: Iterable[str]) -> dict[str, list[int]]:
    """Return at which of the places each key stands, without overlaps."""
    shares: dict[str, list[int]] = {key: [] for key in keys}
    lengths = sorted({len(key) for key in shares})
    for at in places:
        for length in lengths:
            share = shares.get(text[at : at + length])
            # Those that overlap would be as many for the longest key as for the shortest.
            if share is not None and (not share or share[-1] + length <= at):
                share.append(at)
    return shares

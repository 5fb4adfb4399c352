"""Quick tests that tell most texts from those that a slow pattern may match.

Patterns of wordings in thirty languages have hundreds of alternatives, and the regular expression engine tries each at
each position. What every match must contain, or begin with, can be read from the pattern itself, and is looked for at a
fraction of the cost.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

try:
    from re import _constants as ops  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # before Python 3.11
    import sre_constants as ops
    import sre_parse as parser

# Besides capitals these count as the same letter where case is ignored.
_SAME: Final = (("ı", "i"), ("\u0307", ""), ("ſ", "s"), ("ς", "σ"), ("µ", "μ"))
_GRAM: Final = 4  # bytes
_SEARCH, _MANY = 80, 40_000  # characters that a search for a word costs; and that so many cost more than the table
_HASH_BITS: Final = 13  # the table stays in the processor's first cache
_MULTIPLIER: Final = np.uint32(2654435761)  # Knuth's, for hashing
_LONG_ENOUGH: Final = 5  # letters; longer words hardly sort out more texts
_HEAD: Final = 5  # letters of the first word
_LEAD: Final = 8  # characters in which the first word begins
_ZERO_WIDTH: Final = (ops.AT, ops.ASSERT, ops.ASSERT_NOT)
_SIGNS: Final = frozenset({*parser.parse(r"\W")[0][1], *parser.parse(r"[\W_]")[0][1]})  # `Opening` skips them
_DIGIT: Final = (ops.CATEGORY, ops.CATEGORY_DIGIT)
_DECIMAL: Final = re.compile(r"\d")
WIDE: Final = "\u2e80"  # from here on a character says as much as three letters


def fold(text: str) -> str:
    """Lower case, and one letter for those that count as the same where case is ignored."""
    text = text.lower()
    return text if text.isascii() else _unite(text)


def _unite(text: str) -> str:
    for variant, letter in _SAME:
        if variant in text:
            text = text.replace(variant, letter)
    return text


def folded(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in lower case for `fold`-ed texts: there it matches what it matches where case is ignored.

    The engine sorts out alternatives by their first letter, which it does not do when it ignores case.
    """
    return re.compile(_unite(pattern))


class Stems:
    """Words of which those are found that stand in a text, at a cost that hardly depends on how many they are.

    Parameters
    ----------
    words : iterable of str
        Of four bytes or more, as they are in UTF-8, most of them: shorter ones are looked for one by one.

    Notes
    -----
    All runs of four bytes of the text are looked up at once in a table of hashes of the words' last four bytes.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = list(words)
        self._short: list[str] = []
        self._by_end: dict[int, list[str]] = {}
        for word in self._words:
            end = word.encode()[-_GRAM:]
            if len(end) < _GRAM:
                self._short.append(word)
            else:
                self._by_end.setdefault(int.from_bytes(end, "little"), []).append(word)
        self._table = np.zeros(1 << _HASH_BITS, np.bool_)
        self._table[_hashed(np.array(list(self._by_end), np.uint32))] = True

    def within(self, text: str) -> list[str]:
        """Find the words that a text holds."""
        if len(self._words) * (len(text) + _SEARCH) < _MANY:
            return [word for word in self._words if word in text]
        found = [word for word in self._short if word in text]
        data = text.encode("utf-8", "replace")
        grams = np.ndarray((max(len(data) - _GRAM + 1, 0),), "<u4", data, 0, (1,)).astype(np.uint32)
        hits = self._table[_hashed(grams)]
        if hits.any():
            ends = self._by_end.keys() & grams[hits].tolist()
            found += [word for end in ends for word in self._by_end[end] if word in text]
        return found


def _hashed(grams: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return (grams * _MULTIPLIER) >> np.uint32(32 - _HASH_BITS)


class Words:
    """Whether texts hold one of some words, whatever their case.

    Parameters
    ----------
    words : iterable of str
        Folded.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)

    @cached_property
    def _stems(self) -> Stems:
        return Stems(self._words)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return _any_of(self._words)

    def __call__(self, text: str) -> bool:
        """Tell whether a text holds one of the words."""
        text = fold(text)
        if len(text) > len(self._words):  # a search for each word costs less than a pattern that stops at each letter
            return any(word in text for word in self._words)
        return self._any.search(text) is not None

    def among(self, texts: Sequence[str], longest: int = sys.maxsize) -> list[int]:
        """Find the texts that hold one of the words; what stands in none is sorted out by one search through all."""
        joined = fold("\0".join(texts))  # which is no text
        stems = self._stems.within(joined)
        if not (stems and texts):
            return []
        lines = enumerate(joined.split("\0"))
        return [at for at, line in lines if len(texts[at]) <= longest and any(stem in line for stem in stems)]


class Heads:
    """Whether texts begin with one of some heads, whatever their case and the signs before.

    Parameters
    ----------
    heads : frozenset of str
        Folded, at most five letters, zeros for digits.
    """

    def __init__(self, heads: frozenset[str]) -> None:
        self._heads = heads
        self._sizes = sorted(set(map(len, heads)))

    def __call__(self, text: str) -> bool:
        """Tell whether a text begins with one of the heads."""
        head = text[:_HEAD]
        if head.isascii() and head.isalpha():  # most lines
            return self._begin(head.lower())
        start = _even(text[: _LEAD + _HEAD])
        for at, char in enumerate(start[:_LEAD]):
            if self._begin(start[at:]):
                return True
            if char.isalnum():
                return False
        return True

    def _begin(self, start: str) -> bool:
        return any(start[:size] in self._heads for size in self._sizes)

    def among(self, texts: Sequence[str], longest: int = sys.maxsize) -> list[int]:
        """Find the texts that begin with one of the heads."""
        return [at for at, text in enumerate(texts) if len(text) <= longest and self(text)]


@compiled("classifier._sieve")
def word_finder(words: Iterable[str]) -> Words:
    """Make a test for words."""
    return Words(words)


@compiled("classifier._sieve")
def head_finder(heads: frozenset[str]) -> Heads:
    """Make a test for heads."""
    return Heads(heads)


class Sieve:
    """Test for what every match of some patterns contains.

    Parameters
    ----------
    *patterns : re.Pattern
        Searched with, whether or not they ignore case.
    """

    def __init__(self, *patterns: re.Pattern[str]) -> None:
        self._patterns = patterns

    @cached_property
    def _words(self) -> Words:
        stems: set[str] = set()
        for pattern in self._patterns:
            stems |= _needed(parser.parse(pattern.pattern, pattern.flags)) or {""}
        return word_finder(sorted(a for a in stems if not any(b != a and b in a for b in stems)))

    def __call__(self, text: str) -> bool:
        """Tell whether one of the patterns may match somewhere in a text; false where none does."""
        return self._words(text)

    def among(self, texts: Sequence[str], longest: int = sys.maxsize) -> list[int]:
        """Find the texts, up to a length in characters, in which one of the patterns may match."""
        return self._words.among(texts, longest)


class Opening:
    """Test for what every match of some patterns begins with.

    Parameters
    ----------
    *patterns : re.Pattern
        Matched at the beginning of a text; signs may stand before.
    """

    def __init__(self, *patterns: re.Pattern[str]) -> None:
        self._patterns = patterns

    @cached_property
    def _heads(self) -> Heads:
        parsed = (parser.parse(pattern.pattern, pattern.flags) for pattern in self._patterns)
        return head_finder(frozenset(_even(head) for items in parsed for heads in _heads(items) for head in heads))

    def __call__(self, text: str) -> bool:
        """Tell whether one of the patterns may match at the beginning of a text; false where none does."""
        return self._heads(text)

    def among(self, texts: Sequence[str], longest: int = sys.maxsize) -> list[int]:
        """Find the texts, up to a length in characters, at whose beginning one of the patterns may match."""
        return self._heads.among(texts, longest)


def _even(text: str) -> str:
    """Fold, with a zero for each digit."""
    return _DECIMAL.sub("0", fold(text))


def _heads(items: Iterable[Any]) -> tuple[set[str], set[str]]:
    """List the beginnings of the matches of a parsed pattern: those that are a whole match, and those that are cut."""
    whole, cut = {""}, set[str]()
    for operator, value in items:
        if operator in _ZERO_WIDTH:
            continue
        signs = _signs(value[2]) if operator is ops.MAX_REPEAT and whole == {""} else frozenset()
        if signs:  # which `Opening` skips in the text, unless they are digits
            cut |= {"0"} if _DIGIT in signs else set()
            continue
        options, beginnings = _options(operator, value)
        cut |= {(head + more)[:_HEAD] for head in whole for more in beginnings}
        whole = {head + more for head in whole for more in options}
        cut |= {head[:_HEAD] for head in whole if len(head) >= _HEAD}
        whole = {head for head in whole if len(head) < _HEAD}
    return whole, cut


def _signs(items: Sequence[Any]) -> frozenset[Any]:
    """List what a repeated set of signs, or of signs and digits, holds; nothing where it is not one."""
    operator, value = items[0]
    members = frozenset(value) if operator is ops.IN and len(items) == 1 else frozenset()
    return members if members - {_DIGIT} <= _SIGNS and members != {_DIGIT} else frozenset()


def _options(operator: Any, value: Any) -> tuple[set[str], set[str]]:
    """List what one part of a pattern may match, as `_heads` does."""
    if operator is ops.LITERAL:
        return {chr(value)}, set()
    if operator is ops.IN:
        members = {_member(*one) for one in value}
        return (set(), {""}) if "" in members else (members, set())
    if operator is ops.SUBPATTERN:
        return _heads(value[3])
    if operator is ops.BRANCH:
        wholes, cuts = zip(*map(_heads, value[1]), strict=True)
        return set().union(*wholes), set().union(*cuts)
    if operator is ops.MAX_REPEAT or operator is ops.MIN_REPEAT:
        least, most, items = value
        whole, cut = _heads(items)
        none = set() if least else {""}
        return (whole | none, cut) if most == 1 else (none, whole | cut)
    return set(), {""}


def _member(kind: Any, value: Any) -> str:
    """Letter that a member of a set stands for, zero for digits; nothing for all else."""
    if kind is ops.LITERAL:
        return chr(value)
    is_digits = (kind, value) == _DIGIT or (kind is ops.RANGE and all(chr(end).isdecimal() for end in value))
    return "0" if is_digits else ""


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Pattern of literal words, by their first letters: the engine skips all words of another first letter at once."""
    by_letter: dict[str, list[str]] = {}
    for word in words:
        by_letter.setdefault(word[:1], []).append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items()))


def _rank(stems: set[str]) -> tuple[int, int]:
    lengths = [sum(3 if char >= WIDE else char != " " for char in stem) for stem in stems]
    return min(*lengths, _LONG_ENOUGH), -len(stems)


def _needed(items: Iterable[Any]) -> set[str] | None:
    """Find words one of which stands in every match of a parsed pattern, the rarest such set; None for none."""
    found = [stems for stems in _parts(items) if stems and all(stem.strip() for stem in stems)]
    return max(found, key=_rank, default=None)


def _parts(items: Iterable[Any]) -> Iterator[set[str] | None]:
    """Yield what each part of a sequence needs."""
    run = ""
    for operator, value in items:
        if operator is ops.LITERAL:
            run += chr(value)
            continue
        yield {fold(run)}
        run = ""
        if operator is ops.BRANCH:
            options = [_needed(option) for option in value[1]]
            yield set().union(*(stems for stems in options if stems)) if all(options) else None
        elif operator is ops.SUBPATTERN:
            yield _needed(value[3])
        elif (operator is ops.MAX_REPEAT or operator is ops.MIN_REPEAT) and value[0]:
            yield _needed(value[2])
        elif operator is ops.ASSERT:
            yield _needed(value[1])
        elif operator is ops.IN and all(kind is ops.LITERAL for kind, _ in value):
            yield {fold(chr(char)) for _, char in value}
    yield {fold(run)}

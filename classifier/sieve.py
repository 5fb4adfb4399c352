"""Quick tests that tell most texts from those that a slow pattern may match.

Patterns of wordings in thirty languages have hundreds of alternatives, and the regular expression engine tries each at
each position. What every match must contain, or begin with, can be read from the pattern itself, and is looked for at a
fraction of the cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final

try:
    from re import _constants as ops  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # before Python 3.11
    import sre_constants as ops
    import sre_parse as parser

# Besides capitals these count as the same letter where case is ignored.
_SAME: Final = str.maketrans({"ı": "i", "\u0307": None, "ſ": "s", "ς": "σ", "\u212a": "k", "µ": "μ"})
_LONG_ENOUGH: Final = 5  # letters; longer words hardly sort out more texts
_HEAD: Final = 3  # letters of the first word
_WIDE: Final = "\u2e80"  # from here on a character says as much as three letters


def fold(text: str) -> str:
    """Lower case, and one letter for those that count as the same where case is ignored."""
    text = text.lower()
    return text if text.isascii() else text.translate(_SAME)


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
    def _stems(self) -> re.Pattern[str]:
        stems: set[str] = set()
        for pattern in self._patterns:
            stems |= _needed(parser.parse(pattern.pattern, pattern.flags)) or {""}
        shortest = {stem for stem in stems if not any(other != stem and other in stem for other in stems)}
        return _any_of(shortest)

    def __call__(self, text: str) -> bool:
        """Tell whether one of the patterns may match somewhere in a text; false where none does."""
        return self._stems.search(fold(text)) is not None


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Pattern of literal words, by their first letters: the engine skips all words of another first letter at once."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words):
        by_letter.setdefault(word[:1], []).append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items()))


def _rank(stems: set[str]) -> tuple[int, int]:
    lengths = [sum(3 if char >= _WIDE else char != " " for char in stem) for stem in stems]
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

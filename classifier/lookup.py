"""Token rows of whole pages at once: one regular expression over all blocks, dictionaries, and array arithmetic.

Token by token, in strings, this took three times as long as the parse of the page; a third of that was spent on pairs
of words that no vocabulary knows.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.tokens import _CJK, _HEAD_CHARS, _MAX_WORDS, _TAIL_CHARS, _WORDS, class_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Rows = tuple["NDArray[np.intp]", "NDArray[np.intp]"]  # rows of a table, and the block or container of each

_UNKNOWN: Final = -1
_BREAK: Final = -2
_CHARACTERS: Final = -3  # a word of a language without spaces: becomes pairs of characters
_WORDS_AND_BREAKS: Final = re.compile(f"{_WORDS.pattern}|\n")
_NUMBERS: Final = re.compile(r"\d+")
_MAX_KNOWN: Final = 50_000  # words kept; pages of all sites together would fill the memory


class _Memo(dict[str, Any]):
    """A dictionary that computes what it does not hold, and starts over when it is full."""

    def __init__(self, compute: Any) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, key: str) -> Any:
        if len(self) >= _MAX_KNOWN:
            self.clear()
        value = self[key] = self._compute(key)
        return value


class TextLookup:
    """Rows of the words and word pairs of blocks, as `classifier.tokens.text_tokens` defines them.

    Parameters
    ----------
    vocabulary : list of str
        Words, and pairs of words joined by a blank; the position is the row.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        parts: dict[str, int] = {"^": 0, "$": 1}
        for token in vocabulary:
            for part in token.split(" "):
                parts.setdefault(part, len(parts))
        self._parts = parts
        self._n = len(parts)
        self._single = np.full(len(parts), _UNKNOWN, np.intp)
        pairs: list[tuple[int, int]] = []
        for row, token in enumerate(vocabulary):
            first, blank, second = token.partition(" ")
            if blank:
                pairs.append((parts[first] * self._n + parts[second], row))
            else:
                self._single[parts[token]] = row
        pairs.sort()
        self._pair_keys = np.array([key for key, _ in pairs] or [-1], np.int64)
        self._pair_rows = np.array([row for _, row in pairs] or [-1], np.intp)
        self._memo = _Memo(self._number)

    def _number(self, word: str) -> int:
        if word == "\n":
            return _BREAK
        if word[0] >= "\u3040" and _CJK.match(word):
            return _CHARACTERS
        return self._parts.get("0" * min(len(word), 5) if word.isdigit() else word, _UNKNOWN)

    def _numbers(self, runs: list[str]) -> NDArray[np.int64]:
        words = _WORDS_AND_BREAKS.findall("\n".join(runs).lower())
        numbers = np.fromiter(map(self._memo.__getitem__, words), np.int64, len(words))
        if (numbers == _CHARACTERS).any():
            spread: list[int] = []
            for word, number in zip(words, numbers.tolist(), strict=True):
                if number == _CHARACTERS:
                    spread.extend(self._parts.get(word[i : i + 2], _UNKNOWN) for i in range(len(word)))
                else:
                    spread.append(number)
            numbers = np.array(spread, np.int64)
        return numbers

    def rows(self, texts: Sequence[str]) -> Rows:
        """Find the rows of all tokens of some blocks, in the order of the blocks."""
        whole = _HEAD_CHARS + _TAIL_CHARS
        n = len(texts)
        long = [block for block, text in enumerate(texts) if len(text) > whole]
        runs = [text if len(text) <= whole else text[:_HEAD_CHARS] for text in texts]
        runs += [texts[block][-_TAIL_CHARS:] for block in long]
        limit = np.full(len(runs), 2 * _MAX_WORDS)
        limit[long] = _MAX_WORDS
        numbers = self._numbers(runs)
        run = np.cumsum(numbers == _BREAK)
        kept = numbers != _BREAK
        numbers, run = numbers[kept], run[kept]
        rank = np.arange(len(run)) - np.searchsorted(run, np.arange(len(runs)))[run]
        is_tail = run >= n
        kept = (rank < limit[run]) & (~is_tail | (rank > 0))  # the first word of the tail may be cut
        numbers, run, is_tail = numbers[kept], run[kept], is_tail[kept]

        # Each run with its ends: "^ w1 w2 ... $". Tails have no beginning.
        place = np.arange(len(run)) + 2 * run + 1
        ends = np.searchsorted(run, np.arange(len(runs)), side="right") + 2 * np.arange(len(runs)) + 1
        sequence = np.zeros(len(run) + 2 * len(runs), np.int64)
        sequence[place] = numbers
        sequence[ends] = 1
        starts = np.append(0, ends[:-1] + 1)
        sequence[starts[n:]] = _UNKNOWN
        owner = np.arange(len(runs))
        owner[n:] = long
        first, second = sequence[:-1], sequence[1:]
        paired = np.flatnonzero((first >= 0) & (second >= 0) & (first != 1))
        keys = first[paired] * self._n + second[paired]
        at = np.minimum(np.searchsorted(self._pair_keys, keys), len(self._pair_keys) - 1)
        hit = self._pair_keys[at] == keys
        pair_block = owner[np.searchsorted(ends, paired[hit] + 1)]

        single = np.where((numbers >= 0) & ~is_tail, self._single[numbers], _UNKNOWN)
        named = single >= 0
        rows = np.concatenate([single[named], self._pair_rows[at[hit]]])
        blocks = np.concatenate([run[named], pair_block])
        order = np.argsort(blocks, kind="stable")
        return rows[order], blocks[order]


class NameLookup:
    """Rows of class names in the two channels that use them.

    Parameters
    ----------
    near, far : list of str
        Vocabularies.
    """

    def __init__(self, near: Sequence[str], far: Sequence[str]) -> None:
        self._tokens = {token: number for number, token in enumerate(dict.fromkeys([*near, *far]))}
        size = len(self._tokens)
        self.near, self.far = np.full(size, _UNKNOWN, np.intp), np.full(size, _UNKNOWN, np.intp)
        for table, vocabulary in ((self.near, near), (self.far, far)):
            for row, token in enumerate(vocabulary):
                table[self._tokens[token]] = row
        self._of_name = _Memo(self._name)
        self._of_names = _Memo(self._names)

    def _name(self, name: str) -> tuple[int, ...]:
        known = self._tokens
        tokens: tuple[str, ...] = class_tokens.__wrapped__(name)
        return tuple(known[token] for token in tokens if token in known)

    def _names(self, names: str) -> tuple[int, ...]:
        found = []
        for name in names.split()[:12]:
            # Numbers in names ("post-123") would make every name new; tokens leave them out anyway.
            if not name.isalpha() and len(name) <= 60 and name[0] != "<" and "=" not in name:
                name = _NUMBERS.sub("0", name)
            numbers = self._of_name[name]
            if numbers:
                found.append(numbers)
        if len(found) == 1:
            only: tuple[int, ...] = found[0]
            return only
        return tuple(dict.fromkeys(chain.from_iterable(found)))

    def numbers(self, names: Sequence[str]) -> Rows:
        """Find the numbers of all tokens of some elements; `near` and `far` give their rows."""
        found = list(map(self._of_names.__getitem__, names))
        lengths = np.fromiter(map(len, found), np.intp, len(found))
        flat = np.fromiter(chain.from_iterable(found), np.intp, int(lengths.sum()))
        return flat, np.repeat(np.arange(len(found)), lengths)

    @staticmethod
    def rows(table: NDArray[np.intp], numbers: Rows) -> Rows:
        """Rows of one channel."""
        rows = table[numbers[0]]
        known = rows >= 0
        return rows[known], numbers[1][known]


def sum_distinct(table: NDArray[np.float32], numbers: Rows, n: int) -> NDArray[np.float32]:
    """Sum the rows of a table per group as a product with the counts: few groups, few distinct rows."""
    flat, groups = numbers
    used, at = np.unique(flat, return_inverse=True)
    counts = np.bincount(groups * len(used) + at, minlength=n * len(used)).astype(np.float32)
    result: NDArray[np.float32] = counts.reshape(n, len(used)) @ table[used]
    return result


def sum_rows(table: NDArray[np.float32], rows: Rows, n: int) -> NDArray[np.float32]:
    """Sum the rows of a table per block, shape (n, width); zeros where a block has none."""
    chosen, blocks = rows
    result = np.zeros((n, table.shape[1]), np.float32)
    if len(blocks):
        starts = np.flatnonzero(np.append(True, blocks[1:] != blocks[:-1]))
        result[blocks[starts]] = np.add.reduceat(table[chosen], starts, axis=0)
    return result

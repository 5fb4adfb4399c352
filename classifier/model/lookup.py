"""From the words and names of a page to rows of a model's tables, and their sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.features.tokens import BREAK, END, START, number, pair_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Rows = tuple["NDArray[np.intp]", "NDArray[np.intp]"]  # rows of a table, and the block or element of each


class Lookup:
    """Rows of words and of pairs of words.

    Parameters
    ----------
    vocabulary : list of str
        Words, and pairs joined by a blank; ``^`` stands for the start of a block and ``$`` for its end. The position
        is the row.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        pairs = [token.encode().partition(b" ") for token in vocabulary]
        paired = np.array([bool(blank) for _, blank, _ in pairs], bool)
        first = number([first for first, _, _ in pairs])
        second = number([second for _, _, second in pairs])
        first[paired & (first == hash(START.encode()))] = BREAK
        second[paired & (second == hash(END.encode()))] = BREAK
        keys = np.where(paired, pair_numbers(first, second), first)
        self._order = np.argsort(keys)
        self._keys = keys[self._order]

    def rows(self, numbers: NDArray[np.int64]) -> Rows:
        """Find the rows of all words and pairs of some blocks or elements.

        Parameters
        ----------
        numbers : ndarray of int64
            From `numbers_of_texts` or `numbers_of_names`.

        Returns
        -------
        tuple of ndarray of int
            Rows in the order of the blocks, and the block of each.
        """
        if not len(self._keys):
            return np.zeros(0, np.intp), np.zeros(0, np.intp)
        wanted = np.empty((len(numbers), 2), np.int64)
        wanted[:, 0] = numbers
        wanted[:-1, 1] = pair_numbers(numbers[:-1], numbers[1:])
        wanted[-1, 1] = BREAK
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        known = self._keys.take(at) == wanted
        blocks = np.cumsum(numbers == BREAK) - 1
        return self._order.take(at[known]), np.repeat(blocks, known.sum(1))


def sum_rows(table: NDArray[np.float32], rows: Rows, n: int) -> NDArray[np.float32]:
    """Sum the rows of a table per block, shape (n, width); zeros where a block has none."""
    chosen, blocks = rows
    result = np.zeros((n, table.shape[1]), np.float32)
    if len(blocks):
        starts = np.flatnonzero(np.append(True, blocks[1:] != blocks[:-1]))
        result[blocks[starts]] = np.add.reduceat(table.take(chosen, axis=0), starts, axis=0)
    return result

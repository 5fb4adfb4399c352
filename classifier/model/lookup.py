"""From the words and names of a page to rows of a model's tables, and their sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.compiled import compiled
from classifier.features.tokens import BREAK, END, START, container_names, number, pair_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.features.layout import Layout

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
        start, end = number([START.encode(), END.encode()])
        first[paired & (first == start)] = BREAK
        second[paired & (second == end)] = BREAK
        self._index = make_index(np.where(paired, pair_numbers(first, second), first))

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
        return find_rows(self._index, numbers)


@compiled("classifier.model._lookup")
def make_index(keys: NDArray[np.int64]) -> Any:
    """Prepare the numbers of words and pairs, by row, for `find_rows`."""
    order = np.argsort(keys)
    return keys[order], order


@compiled("classifier.model._lookup")
def find_rows(index: Any, numbers: NDArray[np.int64]) -> Rows:
    """See `Lookup.rows`."""
    keys, order = index
    if not len(keys):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    wanted = np.empty((len(numbers), 2), np.int64)
    wanted[:, 0] = numbers
    wanted[:-1, 1] = pair_numbers(numbers[:-1], numbers[1:])
    wanted[-1, 1] = BREAK
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    known = keys.take(at) == wanted
    blocks = np.cumsum(numbers == BREAK) - 1
    return order.take(at[known]), np.repeat(blocks, known.sum(1))


@compiled("classifier.model._lookup")
def sum_rows(table: NDArray[np.float32], rows: Rows, n: int) -> NDArray[np.float32]:
    """Sum the rows of a table per block, shape (n, width); zeros where a block has none."""
    chosen, blocks = rows
    result = np.zeros((n, table.shape[1]), np.float32)
    if len(blocks):
        starts = np.flatnonzero(np.append(True, blocks[1:] != blocks[:-1]))
        result[blocks[starts]] = np.add.reduceat(table.take(chosen, axis=0), starts, axis=0)
    return result


@compiled("classifier.model._lookup")
def distinct_names(
    tags: Sequence[str], classes: Sequence[str], inline: Sequence[str]
) -> tuple[list[str], NDArray[np.intp]]:
    """Tell the names of a page apart: most elements look like others of it.

    Parameters
    ----------
    tags, classes : list of str
        Of the containers.
    inline : list of str
        Names of the elements inside each block.

    Returns
    -------
    names : list of str
        Each once.
    which : ndarray of int
        Position among them of each container and then of each block.
    """
    distinct: dict[str, int] = {}
    which = [distinct.setdefault(name, len(distinct)) for name in (*container_names(tags, classes), *inline)]
    return list(distinct), np.array(which, np.intp)


@compiled("classifier.model._lookup")
def near_and_far(
    layout: Layout, near: NDArray[np.float32], far: NDArray[np.float32], which: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Sum what the names of containers give to their blocks.

    Parameters
    ----------
    layout : Layout
        Of the page.
    near, far : ndarray, shape (n_names, width)
        What each name gives to the blocks of an element, and to those deeper inside.
    which : ndarray of int
        From `distinct_names`.

    Returns
    -------
    near, far : ndarray, shape (n_blocks, width)
        Of the innermost container and the inline elements of each block; of the containers around that one.
    """
    containers, inline = np.split(which, [len(layout.parent)])
    own = far[containers]
    above = layout.climb(own, np.add) - own
    return near[containers[layout.owner]] + near[inline], above[layout.owner]

"""Words and names of many pages counted, and the vocabularies that their sites share: training only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse

from classifier.features.tokens import (
    BREAK,
    END,
    START,
    is_word,
    name_words,
    number,
    numbers_of_names,
    pair_numbers,
    text_words,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.blocks import Page
    from classifier.features.layout import Layout


# What minifiers and CSS-in-JS make of names: "css-1x2y3z", "u-417", "a b7". The snippets that are inserted for training
# have such names too, so that without this they would stand for comments and forms.
_MEANINGLESS: Final = re.compile(r"[^\W_]{1,2}|css|jsx|box|node")


class _Counts:
    """A sparse matrix that grows downwards, page by page."""

    def __init__(self) -> None:
        self._rows: list[NDArray[np.int64]] = []
        self._columns: list[NDArray[np.int64]] = []
        self.height = 0

    def add(self, rows: NDArray[np.intp], columns: NDArray[np.intp], height: int) -> None:
        """Count one at each pair of a row and a column, and go down by the height of the page."""
        self._rows.append(rows + self.height)
        self._columns.append(columns)
        self.height += height

    def matrix(self, width: int) -> Any:
        """Everything counted, as ``csr_matrix``."""
        rows, columns = np.concatenate(self._rows), np.concatenate(self._columns)
        ones = np.ones(len(rows), np.float32)
        return sparse.coo_matrix((ones, (rows, columns)), shape=(self.height, width)).tocsr()


class _Vocabulary:
    """Words and pairs of words, counted by block or element, and the sites that use them."""

    def __init__(self) -> None:
        self._spellings: dict[int, bytes] = {}
        self._numbers: list[NDArray[np.int64]] = []
        self._rows: list[NDArray[np.int64]] = []
        self._sites: list[NDArray[np.int64]] = []
        self.height = 0

    def add(self, words: list[bytes], numbers: NDArray[np.int64], site: int, height: int) -> None:
        """Count the numbered words of a page; `words` are all that may be among them."""
        self._spellings.update(zip(number(words).tolist(), words, strict=True))
        self._numbers.append(numbers)
        self._rows.append(np.minimum(np.cumsum(numbers == BREAK) - 1, max(height - 1, 0)) + self.height)
        self._sites.append(np.full(len(numbers), site))
        self.height += height

    def build(self, min_sites: int) -> tuple[Any, list[str]]:
        """Make a ``csr_matrix`` of the words and pairs that enough sites use, and a list of what its columns are."""
        numbers, rows, sites = (np.concatenate(parts) for parts in (self._numbers, self._rows, self._sites))
        word = is_word(numbers)
        known = word | (numbers == BREAK)
        single = np.flatnonzero(word)
        paired = np.flatnonzero(known[:-1] & known[1:] & (word[:-1] | word[1:]))
        keys = np.concatenate([numbers[single], pair_numbers(numbers[:-1][paired], numbers[1:][paired])])
        places = np.concatenate([single, paired])
        n_single = len(single)
        unique, example, column = np.unique(keys, return_index=True, return_inverse=True)
        kept = np.flatnonzero(_on_sites(column, sites[places], len(unique)) >= min_sites)
        spelled = {key: word.decode("utf-8", "replace") for key, word in self._spellings.items()}
        names = []
        for at in example[kept].tolist():
            first, second = numbers[places[at]], numbers[min(places[at] + 1, len(numbers) - 1)]
            name = spelled.get(int(first), START)
            names.append(name if at < n_single else f"{name} {spelled.get(int(second), END)}")
        # In the order of their spellings: numbers are others in the next process, and training must not be.
        order = np.array(sorted(range(len(names)), key=names.__getitem__), np.intp)
        columns = np.full(len(unique), -1)
        columns[kept[order]] = np.arange(len(names))
        found = columns[column]
        chosen = np.flatnonzero(found >= 0)
        ones = np.ones(len(chosen), np.float32)
        matrix = sparse.coo_matrix((ones, (rows[places[chosen]], found[chosen])), shape=(self.height, len(names)))
        return matrix.tocsr(), [names[at] for at in order]


class TokenCounter:
    """Counts the words and names of pages, added one by one."""

    def __init__(self) -> None:
        self._sites: dict[str, int] = {}
        self._texts, self._names = _Vocabulary(), _Vocabulary()
        # Rows of names are the containers and then the blocks (their inline elements) of each page.
        self._near, self._far = _Counts(), _Counts()

    def add(self, page: Page, layout: Layout, site: str) -> None:
        """Count a page of a site."""
        of = self._sites.setdefault(site, len(self._sites))
        self._texts.add(text_words(page.texts), layout.word_numbers, of, layout.n)
        first = self._names.height
        names = [*layout.names, *page.inline]
        self._names.add(name_words(names), numbers_of_names(names), of, len(names))
        blocks, at = np.arange(layout.n), layout.owner
        inline = first + len(layout.parent) + blocks
        self._near.add(np.tile(blocks, 2), np.concatenate([at + first, inline]), layout.n)
        above = [np.zeros((2, 0), np.intp)]
        while len(blocks):
            below = at > 0
            blocks, at = blocks[below], layout.parent[at[below]]
            above.append(np.stack([blocks, at]))
        rows, containers = np.concatenate(above, axis=1)
        self._far.add(rows, containers + first, layout.n)

    def build(self, min_sites: int) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """Make the matrices of a data set.

        Parameters
        ----------
        min_sites : int
            Tokens on fewer sites are left out: they would teach the site and not the language.

        Returns
        -------
        tokens : dict of str to sparse matrix
            Per channel, as `Dataset.tokens`.
        vocabularies : dict of str to list of str
            ``text`` and ``names``.
        """
        text, words = self._texts.build(min_sites)
        elements, names = self._names.build(min_sites)
        kept = [column for column, name in enumerate(names) if says_something(name)]
        elements, names = elements[:, kept], [names[column] for column in kept]
        height = self._names.height
        near, far = (counts.matrix(height) @ elements for counts in (self._near, self._far))
        return {"text": text, "near": near, "far": far}, {"text": words, "names": names}


def says_something(name: str) -> bool:
    """Whether a part of a class name, or a pair of parts, can mean anything; tags always do."""
    parts = [part for part in name.split(" ") if part not in (START, END) and part[0] != "<"]
    return not parts or not all(map(_MEANINGLESS.fullmatch, parts))


def _on_sites(tokens: NDArray[Any], sites: NDArray[np.int64], n_tokens: int) -> NDArray[np.int64]:
    """Count the sites that use each token."""
    n_sites = int(sites.max(initial=0)) + 1
    pairs = np.unique(tokens.astype(np.int64) * n_sites + sites)
    return np.bincount(pairs // n_sites, minlength=n_tokens)

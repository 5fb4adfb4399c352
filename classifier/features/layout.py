"""What several groups of features share about a page: characters, words and containers, as arrays."""

from __future__ import annotations

import unicodedata
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from classifier.features.tokens import BREAK, container_names, numbers_of_texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.blocks import Page

Matrix: TypeAlias = "NDArray[np.float32]"
Indices: TypeAlias = "NDArray[np.intp]"

# Classes of characters, by what they say about a text in any language.
N_CHARACTER_CLASSES: Final = 14
LOWER, UPPER, OTHER_LETTER, IDEOGRAPH, DIGIT, SPACE, COMMA = range(7)
STOP, QUOTE, ASK, COLON, BRACKET, SIGN, MARK = range(7, N_CHARACTER_CLASSES)
_SPECIAL: Final = {
    **dict.fromkeys(",،、，;；", COMMA),
    **dict.fromkeys(".。．…।", STOP),
    **dict.fromkeys("!?！？؟", ASK),
    **dict.fromkeys("\"'“”‘’«»„‚「」『』", QUOTE),
    **dict.fromkeys(":：", COLON),
    **dict.fromkeys("()[]（）【】", BRACKET),
    **dict.fromkeys("|›•·©→▸►/\\*#@", SIGN),
}
TAG_GROUPS: Final = {
    "p": ("p",),
    "heading1": ("h1",),
    "heading2": ("h2",),
    "heading": ("h3", "h4", "h5", "h6", "legend", "caption"),
    "item": ("li",),
    "cell": ("td", "th"),
    "box": ("div", "section", "article", "main", "center", "body", "form", "fieldset"),
    "term": ("dt", "dd"),
    "quote": ("blockquote",),
    "pre": ("pre", "code", "listing"),
    "caption": ("figcaption",),
    "control": ("button", "select", "textarea"),
    "furniture": ("header", "footer", "nav", "aside", "address"),
}
GROUP_NAMES: Final = (*TAG_GROUPS, "other")
GROUP_OF: Final = {tag: i for i, tags in enumerate(TAG_GROUPS.values()) for tag in tags}
N_GROUPS: Final = len(GROUP_NAMES)
LEVELS: Final = 5  # a block's own container and four above it
GOOD_WORDS: Final = 10  # shorter blocks are rarely paragraphs in any language


@lru_cache(maxsize=1)
def _character_table() -> NDArray[np.uint8]:
    """Character class by code point of the basic plane."""
    classes = {"Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Lo": OTHER_LETTER, "Lm": OTHER_LETTER, "Nd": DIGIT}
    table = np.full(65_536, MARK, np.uint8)
    for code in range(65_536):
        category = unicodedata.category(chr(code))
        table[code] = classes.get(category, SIGN if category.startswith("S") else MARK)
    for first, last in ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)):
        table[first : last + 1] = IDEOGRAPH
    table[[0x20, 0xA0, 0x3000, 0x200B]] = SPACE
    for character, kind in _SPECIAL.items():
        table[ord(character)] = kind
    return table


class Layout:
    """Arrays about blocks and containers that several feature groups share."""

    def __init__(self, page: Page) -> None:
        texts = page.texts
        self.n = len(texts)
        self.texts = texts
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32)
        kinds = _character_table()[np.minimum(codes, 0xFFFF)]
        lengths = np.fromiter(map(len, texts), np.intp, self.n)
        ends = np.cumsum(lengths)
        rows = np.repeat(np.arange(0, self.n * N_CHARACTER_CLASSES, N_CHARACTER_CLASSES), lengths)
        counts = np.bincount(rows + kinds, minlength=self.n * N_CHARACTER_CLASSES)
        self.counts = counts.reshape(self.n, N_CHARACTER_CLASSES).astype(np.float32)
        self.first_kind, self.last_kind = kinds[ends - lengths], kinds[ends - 1]
        self.ends_sentence = np.isin(self.last_kind, (STOP, ASK, QUOTE))
        self.chars = lengths.astype(np.float32)
        # Two ideographs make about one word.
        self.words = self.counts[:, SPACE] + 1 + self.counts[:, IDEOGRAPH] / 2
        self.link_density = np.array(page.link_chars, np.float32) / self.chars
        self.owner = np.array(page.owner, np.intp)
        self.parent = np.array(page.parent, np.intp)
        self.first = np.array(page.first, np.intp)
        self.last = np.array(page.last, np.intp)
        self.group = np.array([GROUP_OF.get(tag, N_GROUPS - 1) for tag in page.tags], np.intp)
        self.log_words = np.log1p(self.words)
        self.good = np.where((self.words >= GOOD_WORDS) & (self.link_density < 0.5), self.words, 0)
        self.names = container_names(page)
        self.levels = np.empty((LEVELS, self.n), np.intp)
        self.levels[0] = self.owner
        for level in range(1, LEVELS):
            self.levels[level] = self.parent[self.levels[level - 1]]

    @cached_property
    def word_numbers(self) -> NDArray[np.int64]:
        """Words at the beginnings and ends of all blocks; see `numbers_of_texts`."""
        return numbers_of_texts(self.texts)

    @cached_property
    def word_blocks(self) -> Indices:
        """Block of each of them."""
        return np.cumsum(self.word_numbers == BREAK) - 1

    @cached_property
    def depth(self) -> Indices:
        """Containers around each block."""
        return self.climb(np.ones(len(self.parent), np.intp), np.add)[self.owner]

    def path(self, container: int) -> list[int]:
        """List a container and those around it, up to the root."""
        path = [container]
        while container:
            container = int(self.parent[container])
            path.append(container)
        return path

    def spans(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Sum block values, shape (n_blocks, k), over the blocks of each container, shape (n_containers, k)."""
        sums = np.zeros((self.n + 1, values.shape[1]), np.float64)
        np.cumsum(values, axis=0, out=sums[1:])
        return (sums[self.last] - sums[self.first]).astype(np.float32)

    @cached_property
    def _jumps(self) -> list[Indices]:
        """Ancestors at distances 1, 2, 4, ... of each container, as far as any is not the root."""
        jumps, parent = [], self.parent
        while parent.any():
            jumps.append(parent)
            parent = parent[parent]
        return jumps

    def climb(self, values: NDArray[Any], combine: Any) -> NDArray[Any]:
        """Combine each container's value with those of all its ancestors, by pointer jumping."""
        combined = values.copy()
        combined[0], root_value = (0, values[0].copy())
        for ancestors in self._jumps:
            combined = combine(combined, combined[ancestors])
        result: NDArray[Any] = combine(combined, root_value)
        return result

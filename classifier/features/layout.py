"""What several groups of features share about a page: characters, words and containers, as arrays."""

from __future__ import annotations

import unicodedata
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from classifier.compiled import compiled
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

    n: int
    counts: Matrix  # characters of each class in each block
    first_kind: NDArray[np.uint8]
    last_kind: NDArray[np.uint8]
    ends_sentence: NDArray[np.bool_]
    chars: NDArray[np.float32]
    words: NDArray[np.float32]
    link_density: NDArray[np.float32]
    log_words: NDArray[np.float32]
    good: NDArray[np.float32]  # words of blocks like paragraphs, 0 of others
    owner: Indices
    parent: Indices
    first: Indices
    last: Indices
    group: Indices
    levels: Indices  # containers of each block, shape (LEVELS, n_blocks)

    def __init__(self, page: Page) -> None:
        self.n = len(page.texts)
        self.texts = page.texts
        self._containers = page.container_tags, page.classes  # and not the page, with its tree
        measure(self, page)

    @cached_property
    def names(self) -> list[str]:
        """Tag and class names of every container."""
        return container_names(*self._containers)

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


@compiled("classifier.features._layout")
def measure(layout: Layout, page: Page) -> None:
    """Fill in the arrays of a layout.

    Parameters
    ----------
    layout : Layout
        Without arrays.
    page : Page
        Its page.
    """
    texts, n = page.texts, layout.n
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32)
    kinds = _character_table()[np.minimum(codes, 0xFFFF)]
    lengths = np.fromiter(map(len, texts), np.intp, n)
    ends = np.cumsum(lengths)
    rows = np.repeat(np.arange(0, n * N_CHARACTER_CLASSES, N_CHARACTER_CLASSES), lengths)
    counts = np.bincount(rows + kinds, minlength=n * N_CHARACTER_CLASSES)
    layout.counts = counts.reshape(n, N_CHARACTER_CLASSES).astype(np.float32)
    layout.first_kind, layout.last_kind = kinds[ends - lengths], kinds[ends - 1]
    layout.ends_sentence = np.isin(layout.last_kind, (STOP, ASK, QUOTE))
    layout.chars = lengths.astype(np.float32)
    # Two ideographs make about one word.
    layout.words = layout.counts[:, SPACE] + 1 + layout.counts[:, IDEOGRAPH] * np.float32(0.5)
    layout.link_density = np.array(page.link_chars, np.float32) / layout.chars
    layout.owner = np.array(page.owner, np.intp)
    layout.parent = np.array(page.parent, np.intp)
    layout.first = np.array(page.first, np.intp)
    layout.last = np.array(page.last, np.intp)
    layout.group = np.array([GROUP_OF.get(tag, N_GROUPS - 1) for tag in page.tags], np.intp)
    layout.log_words = np.log1p(layout.words)
    good = (layout.words >= GOOD_WORDS) & (layout.link_density < 0.5)
    layout.good = np.where(good, layout.words, 0).astype(np.float32)
    layout.levels = np.empty((LEVELS, n), np.intp)
    layout.levels[0] = layout.owner
    for level in range(1, LEVELS):
        layout.levels[level] = layout.parent[layout.levels[level - 1]]

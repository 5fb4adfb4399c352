"""From gold texts to gold labels: which blocks of a page carry the words of a text that a person marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WORDS: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\\W_]+")
# Above this product of lengths the exact alignment would need more than 500 MB.
_MAX_CELLS: Final = 4_000_000_000


def words(text: str) -> list[str]:
    """Words of a text, lower case; every ideograph, kana and hangul syllable is one.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of str
    """
    return _WORDS.findall(text.lower())


def matched_share(texts: Sequence[str], gold: str) -> tuple[NDArray[np.float32], float]:
    """Align the blocks of a page with a gold text and say how much of each block is in it.

    Parameters
    ----------
    texts : sequence of str
        Block texts in page order.
    gold : str
        The text that a person marked, in page order.

    Returns
    -------
    shares : ndarray of float32, shape (n_blocks,)
        Share of each block's words that belong to the gold text, 0 to 1; NaN for a block without words.
    recall : float
        Share of the gold words that were found on the page, 0 to 1.

    Notes
    -----
    A longest common subsequence of words; a match counts only with a matching neighbour on the same diagonal, because
    "the" alone matches everywhere. Blocks of one to three words also need to stand beside the place in the page where
    the words around them in the gold text were found.
    """
    from rapidfuzz.distance import LCSseq  # only training aligns texts

    block_words = [words(text) for text in texts]
    lengths = np.fromiter(map(len, block_words), np.intp, len(block_words))
    owner = np.repeat(np.arange(len(texts)), lengths)
    page_words = [word for block in block_words for word in block]
    gold_words = words(gold)
    shares = np.full(len(texts), np.nan, np.float32)
    shares[lengths > 0] = 0
    if not gold_words or not page_words or len(gold_words) * len(page_words) > _MAX_CELLS:
        return shares, 0.0
    place = np.full(len(page_words), -1, np.intp)  # where each page word stands in the gold text
    for block in LCSseq.opcodes(page_words, gold_words):
        if block.tag == "equal":
            place[block.src_start : block.src_end] = np.arange(block.dest_start, block.dest_end)
    place = _drop_strays(place, owner, lengths, len(gold_words))
    counts = np.bincount(owner[place >= 0], minlength=len(texts))
    filled = lengths > 0
    shares[filled] = counts[filled] / lengths[filled]
    return shares, float((place >= 0).sum() / len(gold_words))


def _drop_strays(
    place: NDArray[np.intp], owner: NDArray[np.intp], lengths: NDArray[np.intp], n_gold: int
) -> NDArray[np.intp]:
    together = (place >= 0) & np.append(place[1:] == place[:-1] + 1, False)
    in_run = together | np.append(False, together[:-1])
    kept = np.where(in_run, place, -1)
    # Runs of two or three words in a short block are kept only beside a solid stretch of the text.
    solid = np.full(n_gold + 2, -1, np.intp)
    long_enough = (kept >= 0) & (lengths[owner] >= 4)
    solid[kept[long_enough] + 1] = owner[long_enough]
    starts = np.append(0, np.cumsum(lengths))
    for block in np.flatnonzero((lengths > 0) & (lengths < 4)):
        span = slice(starts[block], starts[block + 1])
        found = place[span]
        if (found >= 0).all() and (np.diff(found) == 1).all():
            before, after = _nearest(solid, found[0], -1), _nearest(solid, found[-1] + 2, 1)
            if (before >= 0 and 0 <= block - before <= 4) or (after >= 0 and 0 <= after - block <= 4):
                kept[span] = found
                continue
        kept[span] = -1
    return kept


def _nearest(solid: NDArray[np.intp], position: int, step: int) -> int:
    """Block of the next gold word that a long block carries, looking at most eight words ahead or back."""
    for _ in range(8):
        if not 0 <= position < len(solid):
            return -1
        if solid[position] >= 0:
            return int(solid[position])
        position += step
    return -1


def similarity(first: Any, second: Any) -> float:
    """Jaccard similarity of two texts' words, 0 to 1; 0 when either has none."""
    a, b = set(words(first)), set(words(second))
    return len(a & b) / len(a | b) if a and b else 0.0

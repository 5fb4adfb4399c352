"""How good predictions are: words of the body and of the comments per page, and precision and recall per label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.align import words
from classifier.labels import LABELS
from classifier.targets import BIT

if TYPE_CHECKING:
    from numpy.typing import NDArray


def word_f1(found: str, gold: str) -> float:
    """F1 of the two texts' words as bags; 1 when both are empty.

    Parameters
    ----------
    found, gold : str
        Any texts.

    Returns
    -------
    float
        0 to 1.
    """
    return _bag_f1(Counter(words(found)), Counter(words(gold)))


def shingle_f1(found: str, gold: str, size: int = 4) -> float:
    """F1 of the two texts' runs of ``size`` words as bags; shorter texts count as one run."""
    return _bag_f1(_shingles(words(found), size), _shingles(words(gold), size))


def _shingles(tokens: Sequence[str], size: int) -> Counter[Any]:
    if len(tokens) < size:
        return Counter([tuple(tokens)]) if tokens else Counter()
    return Counter(zip(*(tokens[at:] for at in range(size)), strict=False))


def _bag_f1(found: Counter[Any], gold: Counter[Any]) -> float:
    total = found.total() + gold.total()
    return 2 * (found & gold).total() / total if total else 1.0


def label_report(allowed: NDArray[np.uint16], predicted: NDArray[np.intp], rows: Iterable[int]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 per label, over blocks whose gold is a single label.

    Parameters
    ----------
    allowed : ndarray of uint16, shape (n_blocks,)
        See `classifier.targets`.
    predicted : ndarray of int, shape (n_blocks,)
        Index of the predicted label.
    rows : iterable of int
        Blocks to count.

    Returns
    -------
    dict of str to dict
        Per label ``precision``, ``recall``, ``f1`` (0 to 1) and ``support`` (blocks).
    """
    rows = np.fromiter(rows, np.intp)
    report = {}
    decided = rows[(allowed[rows] > 0) & ((allowed[rows] & (allowed[rows] - 1)) == 0)]
    for index, label in enumerate(LABELS):
        gold = allowed[decided] == BIT[label]
        found = predicted[decided] == index
        hits = int((gold & found).sum())
        precision, recall = hits / max(int(found.sum()), 1), hits / max(int(gold.sum()), 1)
        report[label] = {
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / max(precision + recall, 1e-9),
            "support": int(gold.sum()),
        }
    return report

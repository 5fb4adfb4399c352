"""How good predictions are: words of the body and of the comments per page, and precision and recall per label."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.align import words
from classifier.gold.targets import BIT
from classifier.labels import BODY, LABEL_INDEX, LABELS, label_page

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.training.dataset import Dataset, DatasetPage

_COMMENT: Final = LABEL_INDEX["comment"]
_MIN_OF_A_LANGUAGE: Final = 10
_MIN_COMMENT_WORDS: Final = 20


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


def label_report(
    allowed: NDArray[np.uint16], predicted: NDArray[np.intp], rows: Iterable[int]
) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 per label, over blocks whose gold is a single label.

    Parameters
    ----------
    allowed : ndarray of uint16, shape (n_blocks,)
        See `classifier.gold.targets`.
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
    report: dict[str, dict[str, float]] = {}
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


@dataclass
class Scores:
    """Figures of one set of predictions.

    Attributes
    ----------
    body_f1 : float
        Mean word F1 of the body over all pages whose body text is known, 0 to 1.
    groups : dict of str to dict
        Per set of pages, and per page type within a set: ``pages``, ``word_f1``, ``shingle_f1`` (4 words).
    languages : dict of str to dict
        As `groups`, per language that the page or its gold declares, where there are at least ten pages.
    comments : dict of str to dict
        Per set: ``pages`` with comments, ``word_f1``.
    labels : dict of str to dict
        See `label_report`, over the pages whose every block was labelled by hand.
    page_f1 : dict of int to tuple of float
        Word F1 and 4-gram F1 of the body, by page.
    chosen : ndarray of int, shape (n_blocks,)
        Index of the chosen label of every block.
    """

    body_f1: float
    groups: dict[str, dict[str, float]]
    languages: dict[str, dict[str, float]]
    comments: dict[str, dict[str, float]]
    labels: dict[str, dict[str, float]] = field(default_factory=dict)
    page_f1: dict[int, tuple[float, float]] = field(default_factory=dict)
    chosen: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, rounded; without the single pages."""
        tables = {
            "groups": self.groups,
            "languages": self.languages,
            "comments": self.comments,
            "labels": self.labels,
        }
        rounded = {
            name: {key: {k: round(v, 4) for k, v in row.items()} for key, row in table.items()}
            for name, table in tables.items()
        }
        return {"body_f1": round(self.body_f1, 4), **rounded}


def score(
    dataset: Dataset,
    probabilities: NDArray[np.float32],
    *,
    labels: bool = True,
) -> Scores:
    """Compare predictions with the gold of a data set; augmented copies of pages do not count.

    Parameters
    ----------
    dataset : Dataset
        Pages and gold.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Predicted.
    labels : bool, default True
        Whether to report comments and labels too.

    Returns
    -------
    Scores
    """
    chosen = np.concatenate([label_page(probabilities[page.span], page.layout.words) for page in dataset.pages])
    bodies: dict[str, list[tuple[float, float]]] = defaultdict(list)
    languages: dict[str, list[tuple[float, float]]] = defaultdict(list)
    comments: dict[str, list[float]] = defaultdict(list)
    page_f1: dict[int, tuple[float, float]] = {}
    for number, page in enumerate(dataset.pages):
        if page.augmented:
            continue
        ours = chosen[page.span]
        if page.body is not None:
            found = _text(page, ours == BODY)
            row = page_f1[number] = (word_f1(found, page.body), shingle_f1(found, page.body) if labels else 0.0)
            bodies[page.source].append(row)
            languages[page.language or "unknown"].append(row)
            if page.page_type:
                bodies[f"{page.source}: {page.page_type}"].append(row)
        if labels and page.comments is not None and len(words(page.comments)) >= _MIN_COMMENT_WORDS:
            comments[page.source].append(word_f1(_text(page, ours == _COMMENT), page.comments))
    by_hand = [page for page in dataset.pages if labels and page.by_hand and not page.augmented]
    rows = [row for page in by_hand for row in range(page.span.start, page.span.stop)]
    return Scores(
        float(np.mean([row[0] for row in page_f1.values()])) if page_f1 else 0.0,
        _means(bodies),
        _means({name: found for name, found in languages.items() if len(found) >= _MIN_OF_A_LANGUAGE}),
        {name: {"pages": len(found), "word_f1": float(np.mean(found))} for name, found in sorted(comments.items())},
        label_report(dataset.allowed, chosen, rows) if rows else {},
        page_f1,
        chosen,
    )


def _means(groups: dict[str, list[tuple[float, float]]]) -> dict[str, dict[str, float]]:
    return {
        name: {"pages": len(rows), "word_f1": float(np.mean(rows, 0)[0]), "shingle_f1": float(np.mean(rows, 0)[1])}
        for name, rows in sorted(groups.items())
    }


def _text(page: DatasetPage, chosen: NDArray[np.bool_]) -> str:
    return "\n\n".join(text for text, take in zip(page.texts, chosen, strict=True) if take)

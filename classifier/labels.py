"""The nine labels of a block, in the order that models and reports use, and how a block gets one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from classifier.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Label = Literal[
    "title",
    "byline",
    "body",
    "promo",
    "source_link",
    "comment",
    "comment_form",
    "challenge",
    "boilerplate",
]

LABELS: Final[tuple[Label, ...]] = get_args(Label)
LABEL_INDEX: Final[dict[str, int]] = {label: index for index, label in enumerate(LABELS)}
BODY: Final = LABEL_INDEX["body"]
_LOWEST, _HIGHEST = 0.2, 0.45  # thresholds
_BETWEEN: Final = 0.25
_FORGIVEN: Final = [BODY, LABEL_INDEX["promo"], LABEL_INDEX["boilerplate"]]


@compiled("classifier._labels")
def body_threshold(body: NDArray[np.float32], words: NDArray[Any]) -> tuple[float, float]:
    """Find the body probability from which on blocks should count as body, so that a page's word F1 is best.

    Parameters
    ----------
    body : ndarray of float32, shape (n_blocks,)
        Probability of each block to be body.
    words : ndarray of float, shape (n_blocks,)
        Words of each block.

    Returns
    -------
    threshold : float
        0.2 to 0.45: what the model says of a page that puzzles it is no firm ground for an extreme choice.
    expected : float
        Word F1 that the probabilities promise, 0 to 1.

    Notes
    -----
    The expected F1 is highest when every block above half of that F1 is taken [1]_: on a page that is hard to tell, a
    block with one chance in three is worth taking, on a clear one it is not.

    .. [1] Z. Lipton, C. Elkan, B. Naryanaswamy, "Optimal Thresholding of Classifiers to Maximize F1 Measure", 2014.
    """
    order = np.argsort(-body)
    hits, taken = np.cumsum((body * words)[order], dtype=np.float64), np.cumsum(words[order], dtype=np.float64)
    expected = float((2 * hits / (taken + hits[-1])).max())
    return min(max(expected / 2, _LOWEST), _HIGHEST), expected


def label_page(probabilities: NDArray[np.float32], words: NDArray[Any]) -> NDArray[np.intp]:
    """Choose the label of each block of a page, with the threshold that suits it.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the labels.
    words : ndarray of float, shape (n_blocks,)
        Words of each block.

    Returns
    -------
    ndarray of int, shape (n_blocks,)
        Index into `LABELS`.
    """
    threshold, _ = body_threshold(probabilities[:, BODY], words)
    return choose_labels(probabilities, threshold)


@compiled("classifier._labels")
def choose_labels(probabilities: NDArray[np.float32], threshold: float) -> NDArray[np.intp]:
    """Choose the label of each block of a page.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the labels.
    threshold : float
        A block is body from this probability on, against promos and boilerplate; see `body_threshold`. Against all
        other labels body must be the most probable. Between two blocks of body, a quarter is enough: what stands in
        the middle of an article belongs to it unless the model knows better.

    Returns
    -------
    ndarray of int, shape (n_blocks,)
        Index into `LABELS`.
    """
    body = probabilities[:, BODY]
    rest = probabilities.copy()
    rest[:, BODY] = -1
    possible = body >= np.delete(probabilities, _FORGIVEN, axis=1).max(1)
    chosen = possible & (body >= threshold)
    doubtful = possible & ~chosen & (body >= _BETWEEN)
    for start in np.flatnonzero(doubtful[1:] & chosen[:-1]) + 1:
        stop = start + int(np.argmin(np.append(doubtful[start:], False)))
        if stop < len(chosen) and chosen[stop]:
            chosen[start:stop] = True
    return np.where(chosen, BODY, rest.argmax(1))


@compiled("classifier._labels")
def labelled(labels: Sequence[str], label: str) -> list[int]:
    """Find the blocks with a label.

    Parameters
    ----------
    labels : sequence of str
        Label of each block.
    label : str
        The label.

    Returns
    -------
    list of int
        In page order.
    """
    return [block for block, own in enumerate(labels) if own == label]


def second_choice(labels: Sequence[str], probabilities: Any, block: int, but: frozenset[str] = frozenset()) -> str:
    """Find the best label of a block except the one that it has, for a rule that takes that one away.

    Parameters
    ----------
    labels : sequence of str
        Label of each block.
    probabilities : array of shape (n_blocks, 9), or None
        Of the labels. Without them it is the label of the nearest block before, or body.
    block : int
        Index of the block.
    but : frozenset of str, optional
        Further labels that it cannot have.

    Returns
    -------
    str
    """
    excluded = but | {labels[block]}
    if probabilities is not None:
        order = sorted(range(len(LABELS)), key=lambda index: -float(probabilities[block][index]))
        return LABELS[next(index for index in order if LABELS[index] not in excluded)]
    return next((label for label in reversed(labels[:block]) if label not in excluded), "body")


def amid_body(labels: Sequence[str], block: int) -> bool:
    """Whether the nearest blocks with other labels, before and after a block, are both body."""
    own = labels[block]
    before = next((labels[at] for at in range(block - 1, -1, -1) if labels[at] != own), "")
    return before == "body" == next((labels[at] for at in range(block + 1, len(labels)) if labels[at] != own), "")

"""The nine labels of a block, in the order that models and reports use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

if TYPE_CHECKING:
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
_FORGIVEN: Final = [BODY, LABEL_INDEX["promo"], LABEL_INDEX["boilerplate"]]


def choose_labels(probabilities: NDArray[np.float32], threshold: float | NDArray[np.float64]) -> NDArray[np.intp]:
    """Choose the label of each block.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the labels.
    threshold : float or ndarray of shape (n_blocks,)
        A block is body from this probability on, against promos and boilerplate: losing a paragraph costs more than
        keeping a menu line. Against all other labels body must be the most probable.

    Returns
    -------
    ndarray of int, shape (n_blocks,)
        Index into `LABELS`.
    """
    body = probabilities[:, BODY]
    rest = probabilities.copy()
    rest[:, BODY] = -1
    set_apart = np.delete(probabilities, _FORGIVEN, axis=1).max(1)
    return np.where((body >= threshold) & (body >= set_apart), BODY, rest.argmax(1))

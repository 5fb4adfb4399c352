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


def choose_labels(probabilities: NDArray[np.float32], threshold: float | NDArray[np.float64]) -> NDArray[np.intp]:
    """Index of the label of each block: body from the threshold on, otherwise the most probable of the rest."""
    rest = probabilities.copy()
    rest[:, BODY] = -1
    return np.where(probabilities[:, BODY] >= threshold, BODY, rest.argmax(1))

"""How likely a comment is spam: a logistic regression over hashed n-grams and measures, in NumPy.

The features are shared with `classifier.spam.training`, which needs scikit-learn; this module does not.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifier.exceptions import ModelMismatch
from classifier.resources import model_path, open_arrays
from classifier.spam.features import MEASURES, N_BUCKETS, SPEC, Features, spam_features

FORMAT_VERSION: Final = 2
__all__ = [
    "FORMAT_VERSION",
    "MEASURES",
    "N_BUCKETS",
    "SPEC",
    "SpamModel",
    "load",
    "spam_probabilities",
]


@dataclass(frozen=True)
class SpamModel:
    """Weights as loaded from a file.

    Attributes
    ----------
    weights : ndarray of float32, shape (N_BUCKETS,)
        One per hash bucket.
    measures : ndarray of float32, shape (len(MEASURES),)
        One per measure.
    bias, slope, offset : float
        Intercept, and the calibration ``sigmoid(slope * score + offset)``.
    metadata : dict
        Feature specification, data digest and metrics.
    """

    weights: npt.NDArray[np.float32]
    measures: npt.NDArray[np.float32]
    bias: float
    slope: float
    offset: float
    metadata: dict[str, Any]

    def probabilities(self, features: Features) -> npt.NDArray[np.float64]:
        """Probability of each comment that it is spam.

        Parameters
        ----------
        features : Features
            Of the comments.

        Returns
        -------
        ndarray of float64, shape (n_comments,)
            0.0 to 1.0.
        """
        n_comments = len(features.measures)
        grams = np.bincount(features.owner, self.weights[features.buckets], n_comments)
        n_grams = np.bincount(features.owner, minlength=n_comments)
        scores = grams / np.sqrt(np.maximum(1, n_grams)) + features.measures @ self.measures + self.bias
        return 1 / (1 + np.exp(-np.clip(self.slope * scores + self.offset, -50, 50)))


def spam_probabilities(texts: Sequence[str], article_text: str, links: Sequence[int]) -> list[float]:
    """Probability of each comment of a page that it is spam.

    Parameters
    ----------
    texts : sequence of str
        The readers' words.
    article_text : str
        The article that they stand under: spam shares no words with it.
    links : sequence of int
        Links in the markup of each; addresses in the text are counted anyway.

    Returns
    -------
    list of float
        0.0 to 1.0; 0.0 for an empty text.

    Raises
    ------
    ModelError
        The model file is missing or was made for other features.
    """
    if not texts:
        return []
    probabilities = _default_model().probabilities(spam_features(texts, article_text, links))
    return [
        probability if text.strip() else 0.0 for text, probability in zip(texts, probabilities.tolist(), strict=True)
    ]


def load(path: str | None = None) -> SpamModel:
    """Load a model.

    Parameters
    ----------
    path : str, optional
        By default the one that ships with the package.

    Returns
    -------
    SpamModel
        Arrays and plain metadata; nothing in the file is executed.

    Raises
    ------
    ModelError
        The file is missing, damaged, or made for other features.
    """
    source = Path(path or model_path("spam.npz"))
    with open_arrays(source, "a spam model (arrays weights, small, metadata)") as arrays:
        metadata = json.loads(str(arrays["metadata"]))
        weights = arrays["weights"].astype(np.float32)
        small = arrays["small"].astype(np.float32)
    version, spec = metadata.get("format"), metadata.get("features")
    if version != FORMAT_VERSION or spec != SPEC or len(weights) != N_BUCKETS or len(small) != len(MEASURES) + 3:
        msg = (
            f"expected spam model format {FORMAT_VERSION} with features {SPEC}, found format {version!r} with {spec!r} "
            f"in {source}: train it again with python -m classifier.spam.training"
        )
        raise ModelMismatch(msg)
    return SpamModel(weights, small[:-3], float(small[-3]), float(small[-2]), float(small[-1]), metadata)


@functools.cache
def _default_model() -> SpamModel:
    return load()

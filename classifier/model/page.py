"""Page type and confidence: two linear models over what the block model made of the page."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.compiled import compiled
from classifier.labels import BODY, LABELS, body_threshold, labelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.features.layout import Layout

ARTICLE: Final = "article"
LISTING: Final = "listing"
# Where an article with little around it ties with another page of one text, it is an article, as most such pages are;
# the tie is in log-odds.
_ONE_TEXT: Final = frozenset({"documentation", "forum"})
_TIE: Final = 0.5
_LINKED: Final = 0.8  # of a block's characters
_FEW: Final = 3


@compiled("classifier.model._page")
def page_vector(layout: Layout, dense: NDArray[np.float32], probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Describe a page by its blocks.

    Parameters
    ----------
    layout : Layout
        Of the page.
    dense : ndarray of float32, shape (n_blocks, n_features)
        Of its blocks.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the second stage.

    Returns
    -------
    ndarray of float32, shape (2 * n_features + 30,)
        The first 30 say how sure the labels are and how much there is of each; the rest are the mean features of the
        page and of its body.
    """
    words, body = layout.words, probabilities[:, BODY]
    weight = np.sqrt(words) / np.sqrt(words).sum()
    in_body = words * body / max(float(words @ body), 1e-6)
    chosen = body >= 0.5
    total, found = float(words.sum()), float(words @ chosen)
    doubt = words * 4 * body * (1 - body)
    _, expected = body_threshold(body, words)
    promised = min(max(expected, 0.01), 0.99)
    own = [
        np.log(promised / (1 - promised)),
        np.log1p(total),
        np.log1p(found),
        found / total,
        np.log1p(layout.n),
        np.log1p(chosen.sum()),
        doubt.sum() / max(found, 20),
        doubt @ chosen / max(found, 20),
        doubt @ ~chosen / max(found, 20),
        in_body @ body,
        in_body @ layout.link_density,
        np.log1p(in_body @ words),
        np.abs(np.diff(chosen.astype(np.float32))).sum() / max(chosen.sum(), 1),
        probabilities.max(1) @ weight,
    ]
    per_label = [weight @ probabilities, np.log1p(words @ probabilities)[:7]]
    # einsum, because BLAS would start threads for these too; see `classifier.model.network.multiply`.
    return np.concatenate(
        [own, *per_label, np.einsum("i,ij->j", weight, dense), np.einsum("i,ij->j", in_body, dense)]
    ).astype(np.float32)


def is_list(layout: Layout, labels: Sequence[str]) -> bool:
    """Whether most blocks of the body are links: headlines of stories, which stand on pages of their own.

    Parameters
    ----------
    layout : Layout
        Of the page.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    bool
        True where at least three blocks, and half of the body's, are links.
    """
    body = labelled(labels, "body")
    linked = int((layout.link_density[body] >= _LINKED).sum())
    return linked >= _FEW and 2 * linked >= len(body)


N_SURENESS: Final = 14 + len(LABELS) + 7


@compiled("classifier.model._page")
def page_scores(
    vector: NDArray[np.float32],
    type_weights: NDArray[np.float32],
    type_bias: NDArray[np.float32],
    confidence_weights: NDArray[np.float32],
    confidence_bias: NDArray[np.float32],
    mean: NDArray[np.float32],
    scale: NDArray[np.float32],
) -> tuple[list[float], float]:
    """Score a page by its `page_vector`: log-odds of each type, and of its body's quality; see `PageModel`."""
    vector = np.clip((vector - mean) * scale, -4, 4)
    scores: list[float] = (vector @ type_weights + type_bias).tolist()
    return scores, float(vector[:N_SURENESS] @ confidence_weights + confidence_bias[0])


class PageModel:
    """Linear models of page type (multinomial) and of the body's expected word F1.

    Parameters
    ----------
    types : list of str
        Page types, in the order of the columns.
    type_weights, type_bias : ndarray
        Shapes (k, n_types) and (n_types,), over standardised page vectors.
    confidence_weights, confidence_bias : ndarray
        Shapes (30,) and (1,); only the first columns, which say how sure the labels are.
    mean, scale : ndarray of float32, shape (k,)
        Of the standardisation.
    """

    _NAMES: Final = ("type_weights", "type_bias", "confidence_weights", "confidence_bias", "mean", "scale")

    def __init__(self, types: list[str], **arrays: NDArray[np.float32]) -> None:
        self.types = types
        self._arrays = {name: np.ascontiguousarray(arrays[name], np.float32) for name in self._NAMES}

    def __reduce__(self) -> Any:
        return _rebuild, (self.types, self._arrays)

    def predict(self, vector: NDArray[np.float32]) -> tuple[str, float]:
        """Page type and confidence (0 to 1) of one page, from its `page_vector`."""
        scores, logit = page_scores(vector, **self._arrays)
        highest = max(scores)
        best = self.types[scores.index(highest)]
        if best in _ONE_TEXT and ARTICLE in self.types and scores[self.types.index(ARTICLE)] > highest - _TIE:
            best = ARTICLE
        return best, 1 / (1 + exp(-min(max(logit, -30), 30)))

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Everything to save, by name."""
        return {f"page/{name}": array for name, array in self._arrays.items()}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]], types: list[str]) -> PageModel:
        """Rebuild from what `arrays` gave."""
        return cls(list(types), **{name: arrays[f"page/{name}"] for name in cls._NAMES})


def _rebuild(types: list[str], arrays: dict[str, NDArray[np.float32]]) -> PageModel:
    return PageModel(types, **arrays)

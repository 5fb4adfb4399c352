"""Fit what the model says of a whole page: its type and its confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression, Ridge

from classifier.model.page import ARTICLE, N_SURENESS, PageModel, page_vector

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.evaluation import Scores
    from classifier.training.dataset import Dataset
    from classifier.training.stages import Folds

_CLIP: Final = 4.0
_MIN_PAGES: Final = 20
_RIDGE: Final = 300.0


def page_vectors(dataset: Dataset, folds: Folds) -> NDArray[np.float32]:
    """`page_vector` of every page, from out-of-fold probabilities; shape (n_pages, k)."""
    pages = dataset.pages
    return np.stack([page_vector(page.layout, dataset.dense[page.span], folds.second[page.span]) for page in pages])


def fit_page_model(dataset: Dataset, vectors: NDArray[np.float32], scores: Scores) -> PageModel:
    """Fit page type and confidence on out-of-fold page vectors and their scores."""
    return _fit(dataset, vectors, scores, np.arange(len(dataset.pages)))


def _fit(dataset: Dataset, vectors: NDArray[np.float32], scores: Scores, pages: NDArray[np.intp]) -> PageModel:
    typed = np.intersect1d(_typed(dataset), pages)
    names = sorted({str(dataset.pages[at].page_type) for at in typed}) or [ARTICLE]
    mean, scale = vectors.mean(0), 1 / np.maximum(vectors.std(0), 1e-2)
    scaled = np.clip((vectors - mean) * scale, -_CLIP, _CLIP)
    type_weights, type_bias = np.zeros((vectors.shape[1], len(names))), np.zeros(len(names))
    if len(names) > 1:
        gold = _names(dataset, typed)
        line = _line(gold).fit(scaled[typed], gold)
        type_weights, type_bias = _per_class(line)
    known = np.intersect1d(list(scores.page_f1), pages).astype(np.intp)
    confidence_weights, confidence_bias = np.zeros(N_SURENESS), np.zeros(1)
    if len(known) >= _MIN_PAGES:
        targets = np.clip([scores.page_f1[page][0] for page in known], 0.02, 0.98)
        fitted = Ridge(alpha=_RIDGE).fit(scaled[known, :N_SURENESS], np.log(targets / (1 - targets)))
        confidence_weights, confidence_bias = fitted.coef_, np.array([fitted.intercept_])
    arrays: dict[str, Any] = {
        "type_weights": type_weights,
        "type_bias": type_bias,
        "confidence_weights": confidence_weights,
        "confidence_bias": confidence_bias,
        "mean": mean,
        "scale": scale,
    }
    return PageModel(names, **arrays)


@dataclass(frozen=True)
class PageFigures:
    """How well pages are judged as a whole, each by a fit on other folds.

    Attributes
    ----------
    confidence : float
        Rank correlation (Spearman) of the confidence with the word F1 that it predicts, -1 to 1, over pages with known
        body.
    types : float
        Share of the pages of known type whose type is found, 0 to 1.
    article_or_not : float
        Share of them that are rightly taken for an article, or for none.
    """

    confidence: float
    types: float
    article_or_not: float


def page_figures(dataset: Dataset, folds: Folds, vectors: NDArray[np.float32], scores: Scores) -> PageFigures:
    """Judge every page by a model of pages that was fitted without its site.

    Parameters
    ----------
    dataset : Dataset
        Pages.
    folds : Folds
        Of the sites.
    vectors : ndarray
        From `page_vectors`.
    scores : Scores
        Of the out-of-fold predictions.

    Returns
    -------
    PageFigures
        Zeros where there are too few pages.
    """
    found: dict[int, tuple[str, float]] = {}
    for number in range(int(folds.fold.max()) + 1):
        model = _fit(dataset, vectors, scores, np.flatnonzero(folds.fold != number))
        found.update({int(page): model.predict(vectors[page]) for page in np.flatnonzero(folds.fold == number)})
    known = sorted(scores.page_f1)
    confidence = 0.0
    if len(known) >= 2 * _MIN_PAGES:
        confidence = float(spearmanr([found[p][1] for p in known], [scores.page_f1[p][0] for p in known]).statistic)
    types = [(found[page][0], dataset.pages[page].page_type) for page in _typed(dataset)]
    return PageFigures(
        confidence,
        float(np.mean([ours == gold for ours, gold in types] or [0])),
        float(np.mean([(ours == ARTICLE) == (gold == ARTICLE) for ours, gold in types] or [0])),
    )


def _typed(dataset: Dataset) -> NDArray[np.intp]:
    return np.flatnonzero([page.page_type is not None and not page.augmented for page in dataset.pages])


def _names(dataset: Dataset, pages: NDArray[np.intp]) -> list[str]:
    return [str(dataset.pages[page].page_type) for page in pages]


def _line(names: Sequence[str]) -> LogisticRegression:
    """Classifier of page types, in which a type counts as the square root of its pages.

    There are ten times as many articles as pages of any other type: all alike, a fourth of the articles of WCXB are
    taken for something else, and each for itself, a fifth of the rest for articles; so both are a tenth.
    """
    weights = {name: count**-0.5 for name, count in Counter(names).items()}
    scale = len(names) / sum(weights[name] for name in names)
    return LogisticRegression(
        C=0.05, max_iter=500, class_weight={name: weight * scale for name, weight in weights.items()}
    )


def _per_class(line: LogisticRegression) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One column of weights per class; scikit-learn gives a single one for two classes."""
    if len(line.classes_) == 2:
        return np.vstack([-line.coef_, line.coef_]).T, np.concatenate([-line.intercept_, line.intercept_])
    return line.coef_.T, line.intercept_

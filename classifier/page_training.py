"""Fit what the model says of a whole page: its type, the body threshold that suits the type, and its confidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from classifier.evaluation import score
from classifier.page_model import ARTICLE, N_SURENESS, PageModel, page_vector

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.dataset import Dataset
    from classifier.evaluation import Scores
    from classifier.stages import Folds

_THRESHOLDS: Final = np.round(np.arange(0.2, 0.61, 0.05), 2)
_CLIP: Final = 4.0
_MIN_PAGES: Final = 20


def page_vectors(dataset: Dataset, folds: Folds) -> NDArray[np.float32]:
    """`page_vector` of every page, from out-of-fold probabilities; shape (n_pages, k)."""
    pages = dataset.pages
    return np.stack([page_vector(page.layout, dataset.dense[page.span], folds.second[page.span]) for page in pages])


def out_of_fold_types(dataset: Dataset, folds: Folds, vectors: NDArray[np.float32]) -> list[str]:
    """Type of every page, predicted by a model that saw no page of its site."""
    typed = _typed(dataset)
    names = {dataset.pages[at].page_type for at in typed}
    if len(names) < 2:
        return [ARTICLE] * len(dataset.pages)
    result = np.full(len(dataset.pages), ARTICLE, dtype=object)
    for number in range(int(folds.fold.max()) + 1):
        train, test = typed[folds.fold[typed] != number], np.flatnonzero(folds.fold == number)
        result[test] = _type_classifier(dataset, vectors, train).predict(vectors[test])
    return [str(name) for name in result]


def best_thresholds(dataset: Dataset, folds: Folds, types: list[str]) -> dict[str, float]:
    """Body thresholds with the best mean word F1, for articles and for all other pages.

    Parameters
    ----------
    dataset : Dataset
        Pages and gold.
    folds : Folds
        Out-of-fold probabilities.
    types : list of str
        Predicted type of every page.

    Returns
    -------
    dict of str to float
        Keys ``article`` and ``other``.
    """
    article = np.array([name == ARTICLE for name in types])
    results = {float(t): score(dataset, folds.second, float(t), labels=False).page_f1 for t in _THRESHOLDS}
    chosen = {}
    for name, group in (("article", article), ("other", ~article)):
        means = {
            t: np.mean([f1 for page, (f1, _) in found.items() if group[page]] or [0.0]) for t, found in results.items()
        }
        known = sum(group[page] for page in next(iter(results.values())))
        chosen[name] = max(means, key=lambda t: float(means[t])) if known >= _MIN_PAGES else 0.4
    return chosen


def page_thresholds(types: list[str], thresholds: dict[str, float]) -> NDArray[np.float64]:
    """Body threshold of every page."""
    return np.array([thresholds["article" if name == ARTICLE else "other"] for name in types])


def fit_page_model(dataset: Dataset, vectors: NDArray[np.float32], scores: Scores) -> PageModel:
    """Fit page type and confidence on out-of-fold page vectors and their scores."""
    typed = _typed(dataset)
    names = sorted({str(dataset.pages[at].page_type) for at in typed}) or [ARTICLE]
    mean, scale = vectors.mean(0), 1 / np.maximum(vectors.std(0), 1e-2)
    scaled = np.clip((vectors - mean) * scale, -_CLIP, _CLIP)
    type_weights, type_bias = np.zeros((vectors.shape[1], len(names))), np.zeros(len(names))
    if len(names) > 1:
        line = _line().fit(scaled[typed], _names(dataset, typed))
        type_weights, type_bias = _per_class(line)
    known = np.array(sorted(scores.page_f1), np.intp)
    confidence_weights, confidence_bias = np.zeros(N_SURENESS), np.zeros(1)
    if len(known) >= _MIN_PAGES:
        targets = np.clip([scores.page_f1[page][0] for page in known], 0.02, 0.98)
        fitted = LinearRegression().fit(scaled[known, :N_SURENESS], np.log(targets / (1 - targets)))
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


def confidence_correlation(dataset: Dataset, folds: Folds, vectors: NDArray[np.float32], scores: Scores) -> float:
    """Rank correlation (Spearman) of the confidence with the word F1 that it predicts, over pages with known body.

    Parameters
    ----------
    dataset : Dataset
        Pages.
    folds : Folds
        Each fold's confidence comes from a fit on the others.
    vectors : ndarray
        From `page_vectors`.
    scores : Scores
        Of the out-of-fold predictions.

    Returns
    -------
    float
        -1 to 1; 0 where there are too few pages to fit.
    """
    known = np.array(sorted(scores.page_f1), np.intp)
    found = np.zeros(len(known))
    for number in range(int(folds.fold.max()) + 1):
        test = folds.fold[known] == number
        seen = {int(page): scores.page_f1[page] for page in known[~test]}
        if len(seen) < _MIN_PAGES:
            return 0.0
        model = fit_page_model(dataset, vectors, replace(scores, page_f1=seen))
        found[test] = [model.predict(vectors[page])[1] for page in known[test]]
    return float(spearmanr(found, [scores.page_f1[page][0] for page in known]).statistic)


def _typed(dataset: Dataset) -> NDArray[np.intp]:
    return np.flatnonzero([page.page_type is not None and not page.augmented for page in dataset.pages])


def _names(dataset: Dataset, pages: NDArray[np.intp]) -> list[str]:
    return [str(dataset.pages[page].page_type) for page in pages]


def _type_classifier(dataset: Dataset, vectors: NDArray[np.float32], pages: NDArray[np.intp]) -> Any:
    clip = FunctionTransformer(np.clip, kw_args={"a_min": -_CLIP, "a_max": _CLIP})
    model = make_pipeline(StandardScaler(), clip, _line())
    return model.fit(vectors[pages], _names(dataset, pages))


def _line() -> LogisticRegression:
    # Balanced, because there are ten times as many articles as pages of any other type.
    return LogisticRegression(C=0.02, max_iter=500, class_weight="balanced")


def _per_class(line: LogisticRegression) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One column of weights per class; scikit-learn gives a single one for two classes."""
    if len(line.classes_) == 2:
        return np.vstack([-line.coef_, line.coef_]).T, np.concatenate([-line.intercept_, line.intercept_])
    return line.coef_.T, line.intercept_

"""Two stages of networks from labelled pages, evaluated by site-grouped cross-validation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from classifier.context import context
from classifier.network import N_LABELS, Network, Settings, train
from classifier.targets import BIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.dataset import Dataset

N_FOLDS: Final = 5
# Sets differ in how well their convention fits DESIGN.md's labels and today's pages.
SOURCE_WEIGHTS: Final = {"wcxb-dev": 1.0, "readability": 0.7, "dragnet": 0.5, "forms": 0.2, "widgets": 0.6}
_HAND_WEIGHT: Final = 1.5
_AUGMENTED_WEIGHT: Final = 0.4


@dataclass
class Folds:
    """Out-of-fold probabilities of both stages, and the fold of every page."""

    fold: NDArray[np.intp]
    first: NDArray[np.float32]
    second: NDArray[np.float32]


def block_weights(dataset: Dataset) -> NDArray[np.float32]:
    """Weight of each block in training: by its words, evened out between pages; 0 where nothing is known.

    Parameters
    ----------
    dataset : Dataset
        Pages and targets.

    Returns
    -------
    ndarray of float32, shape (n_blocks,)
    """
    weights = np.zeros(len(dataset.allowed), np.float32)
    single = (dataset.allowed & (dataset.allowed - 1)) == 0
    rare = single & ((dataset.allowed & (BIT["body"] | BIT["boilerplate"])) == 0)
    for page in dataset.pages:
        span = page.span
        known = (dataset.allowed[span] > 0) & (dataset.allowed[span] < (1 << N_LABELS) - 1)
        if not known.any():
            continue
        weight = 0.5 + np.sqrt(np.minimum(page.layout.words, 100)) / 2
        weight = np.where(known, weight, 0) * np.where(rare[span], 1.5, 1)
        weight *= SOURCE_WEIGHTS.get(page.source, 0.7) if not page.by_hand else _HAND_WEIGHT
        if page.augmented:
            weight *= _AUGMENTED_WEIGHT
        weights[span] = weight / np.sqrt(weight.sum())
    return weights


def site_folds(dataset: Dataset, n_folds: int = N_FOLDS) -> NDArray[np.intp]:
    """Fold of every page; all pages of a site, and all copies of a page, are in one."""
    folds = np.zeros(len(dataset.pages), np.intp)
    splitter = GroupKFold(n_folds, shuffle=True, random_state=0)
    for number, (_, test) in enumerate(splitter.split(folds, groups=dataset.sites)):
        folds[test] = number
    return folds


def fit_bag(
    dataset: Dataset,
    dense: NDArray[np.float32],
    pages: NDArray[np.intp],
    weights: NDArray[np.float32],
    settings: Settings,
    seeds: range,
    on_epoch: Callable[[int, float], None],
) -> list[Network]:
    """Networks of one stage that differ in their seed only."""
    return in_parallel(lambda seed: train(dataset, dense, pages, weights, settings, seed, on_epoch), seeds)


def predict_bag(
    networks: list[Network], dense: NDArray[np.float32], dataset: Dataset, rows: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Mean probabilities of a bag for some rows of a data set."""
    tokens = {name: matrix[rows] for name, matrix in dataset.tokens.items()}
    probabilities = [network.predict_sparse(dense[rows], tokens) for network in networks]
    mean: NDArray[np.float32] = np.mean(probabilities, axis=0, dtype=np.float32)
    return mean


def add_context(dataset: Dataset, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Dense columns of the second stage: those of the first and the context of its probabilities."""
    parts = [context(page.layout, probabilities[page.span]) for page in dataset.pages]
    return np.concatenate([dataset.dense, np.concatenate(parts)], axis=1)


def rows_of(dataset: Dataset, pages: NDArray[np.intp]) -> NDArray[np.intp]:
    """Row numbers of some pages, in order."""
    chosen = np.zeros(len(dataset.pages), bool)
    chosen[pages] = True
    return np.flatnonzero(chosen[dataset.page_of])


def cross_validate(
    dataset: Dataset,
    first: Settings,
    second: Settings,
    *,
    n_folds: int = N_FOLDS,
    seed: int = 0,
    on_epoch: Callable[[int, float], None] = lambda epoch, loss: None,
) -> Folds:
    """Predict every page by models that saw no page of its site.

    Parameters
    ----------
    dataset : Dataset
        Pages and targets.
    first, second : Settings
        Of the two stages.
    n_folds : int
        Number of folds over sites.
    seed : int
        Of the networks.
    on_epoch : callable
        Told each epoch's number and loss.

    Returns
    -------
    Folds
    """
    fold = site_folds(dataset, n_folds)
    weights = block_weights(dataset)
    stage1 = _out_of_fold(dataset, dataset.dense, fold, weights, first, seed, on_epoch)
    stage2 = _out_of_fold(dataset, add_context(dataset, stage1), fold, weights, second, seed, on_epoch)
    return Folds(fold, stage1, stage2)


def _out_of_fold(
    dataset: Dataset,
    dense: NDArray[np.float32],
    fold: NDArray[np.intp],
    weights: NDArray[np.float32],
    settings: Settings,
    seed: int,
    on_epoch: Callable[[int, float], None],
) -> NDArray[np.float32]:
    result = np.zeros((len(dense), N_LABELS), np.float32)

    def run(split: tuple[NDArray[np.intp], NDArray[np.intp]]) -> None:
        train_pages, test_pages = split
        network = train(dataset, dense, train_pages, weights, settings, seed, on_epoch)
        rows = rows_of(dataset, test_pages)
        result[rows] = predict_bag([network], dense, dataset, rows)

    in_parallel(run, _splits(fold))
    return result


def in_parallel(run: Callable[[Any], Any], jobs: Iterable[Any]) -> list[Any]:
    """Run jobs in threads, one per core, each with one thread of its own for its matrices.

    The matrices are small: two threads on one of them take twice as long as one. NumPy and SciPy release the
    interpreter lock, so that whole folds run side by side.
    """
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(run, jobs))


def _splits(fold: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    for number in range(int(fold.max()) + 1):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)

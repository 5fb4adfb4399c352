"""Two stages of networks from labelled pages, evaluated by site-grouped cross-validation."""

from __future__ import annotations

import multiprocessing
import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from classifier.gold.targets import BIT
from classifier.labels import LABEL_INDEX
from classifier.model.context import context
from classifier.model.network import N_LABELS, Settings, Tokens, train

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.training.dataset import Dataset

N_FOLDS: Final = 5
# Sets differ in how well their convention fits DESIGN.md's labels and today's pages.
SOURCE_WEIGHTS: Final = {"wcxb-dev": 1.0, "readability": 0.7, "dragnet": 0.5, "forms": 0.2, "widgets": 0.6}
_HAND_WEIGHT: Final = 1.5
_SURE: Final = 0.92
_DOUBT_WORDS: Final = 8
_TAGS_ONLY: Final = re.compile(r"(?:\^ )?<\S+(?: \$)?")
# In a copy with inserted snippets these are what is new; the rest was learned from the original.
_INSERTED_WEIGHT: Final = 1.2
_COPIED_WEIGHT: Final = 0.2


@dataclass
class Folds:
    """What cross-validation gives.

    Attributes
    ----------
    fold : ndarray of int, shape (n_pages,)
        Fold of every page.
    first : list of ndarray of float32, shape (n_blocks, 9)
        Out-of-fold probabilities of the first stage of each member.
    second : ndarray of float32, shape (n_blocks, 9)
        Those of the second stages, averaged.
    nameless : ndarray of float32, shape (n_blocks, 9)
        The same when all class names are meaningless.
    weights : ndarray of float32, shape (n_blocks,)
        Of the blocks in training; 0 where the gold is not trusted.
    """

    fold: NDArray[np.intp]
    first: list[NDArray[np.float32]]
    second: NDArray[np.float32]
    nameless: NDArray[np.float32]
    weights: NDArray[np.float32]


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
        weight = np.where(known, weight, 0) * np.where(rare[span], 2, 1)
        weight *= SOURCE_WEIGHTS.get(page.source, 0.7) if not page.by_hand else _HAND_WEIGHT
        if page.inserted is not None:
            weight *= np.where(page.inserted, _INSERTED_WEIGHT, _COPIED_WEIGHT)
        weights[span] = weight / np.sqrt(weight.sum())
    return weights


def site_folds(dataset: Dataset, n_folds: int = N_FOLDS) -> NDArray[np.intp]:
    """Fold of every page; all pages of a site, and all copies of a page, are in one."""
    folds = np.zeros(len(dataset.pages), np.intp)
    splitter = GroupKFold(n_folds, shuffle=True, random_state=0)
    for number, (_, test) in enumerate(splitter.split(folds, groups=dataset.sites)):
        folds[test] = number
    return folds


def surroundings(dataset: Dataset, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Make what the second stage sees: the context of the first stage's probabilities, for all rows."""
    return np.concatenate(
        [context(page.layout, probabilities[page.span], dataset.dense[page.span]) for page in dataset.pages]
    )


def rows_of(dataset: Dataset, pages: NDArray[np.intp]) -> NDArray[np.intp]:
    """Row numbers of some pages, in order."""
    chosen = np.zeros(len(dataset.pages), bool)
    chosen[pages] = True
    return np.flatnonzero(chosen[dataset.page_of])


def cross_validate(
    dataset: Dataset,
    members: Sequence[tuple[Settings, Settings]],
    *,
    n_folds: int = N_FOLDS,
    seed: int = 0,
    on_done: Callable[[], None] = lambda: None,
) -> Folds:
    """Predict every page by models that saw no page of its site.

    Parameters
    ----------
    dataset : Dataset
        Pages and targets.
    members : sequence of (Settings, Settings)
        Of both stages of each member. The first stage of the first one also tells which gold is in doubt: it alone is
        judged after training on all of it.
    n_folds : int
        Number of folds over sites.
    seed : int
        Of the networks.
    on_done : callable
        Called after each trained network.

    Returns
    -------
    Folds
    """
    fold = site_folds(dataset, n_folds)
    weights = block_weights(dataset)
    firsts: list[NDArray[np.float32]] = []
    seconds: list[NDArray[np.float32]] = []
    nameless_ones: list[NDArray[np.float32]] = []
    for first, _ in members:
        found, nameless = _out_of_fold(dataset, dataset.dense, dataset.tokens, fold, weights, first, seed, on_done)
        if not firsts:
            weights = np.where(doubtful_gold(dataset, found), 0, weights).astype(np.float32)
        firsts.append(found)
        nameless_ones.append(nameless)
    for number, (_, second) in enumerate(members):
        around, bare = surroundings(dataset, firsts[number]), surroundings(dataset, nameless_ones[number])
        found, nameless_ones[number] = _out_of_fold(
            dataset, around, {}, fold, weights, second, seed, on_done, nameless=(bare, {})
        )
        seconds.append(found)
    return Folds(fold, firsts, np.mean(seconds, axis=0), np.mean(nameless_ones, axis=0), weights)


def without_names(dataset: Dataset) -> Tokens:
    """Token counts as if all class names were meaningless: words, and the tags among the names, stay."""
    tags = np.array([_TAGS_ONLY.fullmatch(name) is not None for name in dataset.vocabularies["names"]], np.float32)
    mask = sparse.diags(tags)
    return {name: matrix if name == "text" else (matrix @ mask).tocsr() for name, matrix in dataset.tokens.items()}


def doubtful_gold(dataset: Dataset, probabilities: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Find blocks of text whose gold contradicts a very sure prediction by a model that did not see their site.

    Some gold texts stop in the middle of the article, and some hold a summary instead. Training on these blocks cost
    0.003 of word F1 over all types of pages. They stay in every score. What people labelled and what was inserted is
    never in doubt.

    Parameters
    ----------
    dataset : Dataset
        Pages and targets.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Out of fold.

    Returns
    -------
    ndarray of bool, shape (n_blocks,)
    """
    body = probabilities[:, LABEL_INDEX["body"]]
    long = np.concatenate([page.layout.words for page in dataset.pages]) >= _DOUBT_WORDS
    certain = np.array([page.by_hand for page in dataset.pages])[dataset.page_of]
    for page in dataset.pages:
        if page.inserted is not None:
            certain[page.span] |= page.inserted
    is_body = dataset.allowed == BIT["body"]
    not_body = (dataset.allowed & BIT["body"]) == 0
    doubtful: NDArray[np.bool_] = long & ~certain & ((not_body & (body > _SURE)) | (is_body & (body < 1 - _SURE)))
    return doubtful


def _out_of_fold(
    dataset: Dataset,
    dense: NDArray[np.float32],
    tokens: Tokens,
    fold: NDArray[np.intp],
    weights: NDArray[np.float32],
    settings: Settings,
    seed: int,
    on_done: Callable[[], None],
    nameless: tuple[NDArray[np.float32], Tokens] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Probabilities by networks that saw no page of the site: of the pages, and of the pages without class names."""
    bare = nameless or (dense, without_names(dataset))
    results = np.zeros((2, len(dense), N_LABELS), np.float32)

    def run(split: tuple[NDArray[np.intp], NDArray[np.intp]]) -> tuple[NDArray[np.intp], list[NDArray[np.float32]]]:
        train_pages, test_pages = split
        network = train(dataset, dense, tokens, train_pages, weights, settings, seed)
        return rows_of(dataset, test_pages), [
            network.predict_pages(dataset, test_pages, columns, found) for columns, found in ((dense, tokens), bare)
        ]

    for rows, probabilities in in_parallel(run, _splits(fold), on_done):
        results[:, rows] = probabilities
    return results[0], results[1]


def in_parallel(run: Callable[[Any], Any], jobs: Iterable[Any], on_done: Callable[[], None]) -> list[Any]:
    """Run jobs side by side, one per core, each with one thread for its matrices.

    The matrices are small: two threads on one of them take twice as long as one, and threads of one interpreter wait
    for its lock. So each job is a process, forked where the system can, because the data set is shared that way and
    never copied; elsewhere the jobs run one after the other.

    Parameters
    ----------
    run : callable
        Takes one job; its result must be picklable.
    jobs : iterable
        Arguments of `run`.
    on_done : callable
        Called after each job.

    Returns
    -------
    list
        Results in the order of the jobs.
    """
    global _forked
    jobs = list(jobs)
    results = []
    cores = min(len(jobs), os.cpu_count() or 1)
    with threadpool_limits(1):
        if cores < 2 or "fork" not in multiprocessing.get_all_start_methods():
            for job in jobs:
                results.append(run(job))
                on_done()
            return results
        _forked = run
        try:
            with warnings.catch_warnings():
                # A progress bar has a thread; it holds no lock that a child needs.
                warnings.simplefilter("ignore", DeprecationWarning)
                with multiprocessing.get_context("fork").Pool(cores) as pool:
                    for result in pool.imap(_run_forked, jobs):
                        results.append(result)
                        on_done()
        finally:
            _forked = None
    return results


_forked: Callable[[Any], Any] | None = None


def _run_forked(job: Any) -> Any:
    assert _forked is not None  # set before the fork
    return _forked(job)


def _splits(fold: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    for number in range(int(fold.max()) + 1):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)

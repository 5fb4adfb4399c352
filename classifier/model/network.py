"""The block network: a small perceptron over dense features and bags of tokens, trained in NumPy.

scikit-learn's perceptron cannot be used here: targets are *sets* of labels (see `classifier.gold.targets`), token
channels are dropped for whole pages at a time, and embeddings are learned with the rest.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.compiled import compiled
from classifier.labels import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.training.dataset import Dataset

Arrays = dict[str, "NDArray[np.float32]"]
Tokens = dict[str, Any]  # channel to sparse matrix
Weights = tuple["NDArray[np.float32]", ...]

N_LABELS: Final = len(LABELS)
_BITS: Final = 1 << np.arange(N_LABELS)
# Sums of embeddings grow with the number of tokens; these keep each channel near unit size.
CHANNEL_SCALE: Final = {"text": 0.25, "near": 0.35, "far": 0.15}
CHANNELS: Final = tuple(CHANNEL_SCALE)
_SINGLE_THREAD: Final = 500_000  # multiplications; OpenBLAS starts threads at a million
_CLIP: Final = 5.0  # standard deviations


@dataclass(frozen=True)
class Settings:
    """How a network is built and trained; the defaults were measured (docs/experiments.md)."""

    hidden: tuple[int, int] = (64, 32)
    embedding: int = 16
    epochs: int = 10
    batch_pages: int = 12
    max_blocks: int = 400
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    dropout: float = 0.2
    token_dropout: float = 0.2
    channel_dropout: float = 0.3
    text_dropout: float = 0.1


def standardise(
    dense: NDArray[np.float32], mean: NDArray[np.float32], scale: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Give features a mean of 0 and a deviation of 1, and clip them."""
    result: NDArray[np.float32] = np.clip((dense - mean) * scale, -_CLIP, _CLIP)
    return result


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities along the last axis."""
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: NDArray[np.float32] = exponents / exponents.sum(axis=-1, keepdims=True)
    return result


def multiply(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply two matrices in one thread.

    BLAS libraries split a product over all cores from about a million multiplications on, and wait for the slowest.
    On a busy machine that made a page's 14 million take 12 ms instead of 0.7 ms. Setting the number of threads would
    change it for the whole process, which belongs to the caller; slices of rows below the limit do not.

    Parameters
    ----------
    left : ndarray of float32, shape (n, k)
    right : ndarray of float32, shape (k, m)

    Returns
    -------
    ndarray of float32, shape (n, m)
    """
    rows = max(_SINGLE_THREAD // max(right.size, 1), 1)
    product = np.empty((len(left), right.shape[1]), np.float32)
    for start in range(0, len(left), rows):
        np.matmul(left[start : start + rows], right, out=product[start : start + rows])
    return product


@compiled("classifier.model._network")
def probabilities(
    weights: Weights, dense: NDArray[np.float32], bags: Sequence[NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Label blocks by a network.

    Parameters
    ----------
    weights : tuple of ndarray of float32
        Bounds of the features, lowest and highest; then weights and bias of each layer, for features as they are:
        `standardise` without its work.
    dense : ndarray of float32, shape (n_blocks, k)
        Features.
    bags : sequence of ndarray of float32, shape (n_blocks, width)
        Summed embeddings of each channel.

    Returns
    -------
    ndarray of float32, shape (n_blocks, 9)
        Rows sum to 1.
    """
    lowest, highest, w1, b1, w2, b2, w3, b3 = weights
    joined = np.concatenate([np.clip(dense, lowest, highest), *bags], axis=1)
    first = np.maximum(multiply(joined, w1) + b1, 0)
    second = np.maximum(multiply(first, w2) + b2, 0)
    return softmax(multiply(second, w3) + b3)


class Network:
    """One network; `arrays` holds everything that it is, and does not change any more once it predicts."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays

    @cached_property
    def _weights(self) -> Weights:
        a = {name: np.ascontiguousarray(array, np.float32) for name, array in self.arrays.items()}
        reach = _CLIP / a["scale"]
        n_dense = len(a["mean"])
        first = a["w1"].copy()
        first[:n_dense] *= a["scale"][:, None]
        bias = a["b1"] - a["mean"] @ first[:n_dense]
        return a["mean"] - reach, a["mean"] + reach, first, bias, a["w2"], a["b2"], a["w3"], a["b3"]

    def predict(self, dense: NDArray[np.float32], bags: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Probabilities, shape (n_blocks, 9), from raw dense features and the summed embeddings of each channel."""
        return probabilities(self._weights, dense, bags)

    def predict_sparse(self, dense: NDArray[np.float32], tokens: Tokens) -> NDArray[np.float32]:
        """Probabilities for rows of a data set; shapes as for `train`."""
        bags = [matrix @ self.arrays[f"e_{name}"] * CHANNEL_SCALE[name] for name, matrix in tokens.items()]
        return self.predict(dense, [np.ascontiguousarray(bag, np.float32) for bag in bags])


def train(
    dataset: Dataset,
    dense: NDArray[np.float32],
    tokens: Tokens,
    pages: NDArray[np.intp],
    weights: NDArray[np.float32],
    settings: Settings,
    seed: int,
) -> Network:
    """Train a network on some pages of a data set.

    Parameters
    ----------
    dataset : Dataset
        Pages and targets.
    dense : ndarray of float32, shape (n_blocks, k)
        Dense columns, for all rows of the data set.
    tokens : dict of str to sparse matrix, shape (n_blocks, n_tokens)
        Token counts per channel, for networks that see words and names; in the order of `CHANNELS`, or none.
    pages : ndarray of int
        Pages to train on.
    weights : ndarray of float32, shape (n_blocks,)
        Weight of each block; 0 leaves it out.
    settings : Settings
        Sizes and rates.
    seed : int
        Of the initial weights, the order and every dropout.

    Returns
    -------
    Network
    """
    rng = np.random.default_rng(seed)
    rows = np.concatenate([np.arange(*dataset.pages[page].span.indices(len(dense))[:2]) for page in pages])
    sample = rows if len(rows) < 200_000 else rng.choice(rows, 200_000, replace=False)
    mean = dense[sample].mean(0)
    scale = 1 / np.maximum(dense[sample].std(0), 1e-2)
    network = Network(_initial(dense.shape[1], {k: v.shape[1] for k, v in tokens.items()}, settings, rng))
    network.arrays.update(mean=mean.astype(np.float32), scale=scale.astype(np.float32))
    optimiser = _Adam(network.arrays, settings)
    total = settings.epochs * int(np.ceil(len(pages) / settings.batch_pages))
    step = 0
    for _ in range(settings.epochs):
        for batch in _batches(dataset, pages, weights, settings, rng):
            rate = settings.learning_rate * _schedule(step / total)
            _step(network, optimiser, dataset.allowed, dense, tokens, batch, weights, settings, rng, rate)
            step += 1
    return network


def _schedule(progress: float) -> float:
    """Warm up over the first twentieth, then follow a cosine down to a hundredth."""
    if progress < 0.05:
        return progress / 0.05 + 0.01
    return float(0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * (progress - 0.05) / 0.95)))


def _initial(n_dense: int, n_tokens: dict[str, int], settings: Settings, rng: np.random.Generator) -> Arrays:
    sizes = [n_dense + settings.embedding * len(n_tokens), *settings.hidden, N_LABELS]
    arrays: Arrays = {}
    for layer, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes), 1):
        arrays[f"w{layer}"] = rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)).astype(np.float32)
        arrays[f"b{layer}"] = np.zeros(fan_out, np.float32)
    for name, count in n_tokens.items():
        arrays[f"e_{name}"] = rng.normal(0, 0.1, (count, settings.embedding)).astype(np.float32)
    return arrays


def _batches(
    dataset: Dataset, pages: NDArray[np.intp], weights: NDArray[np.float32], settings: Settings, rng: Any
) -> Iterable[list[NDArray[np.intp]]]:
    """Rows of the pages of each batch; a long page gives a different sample each time."""
    order = rng.permutation(pages)
    for start in range(0, len(order), settings.batch_pages):
        batch = []
        for page in order[start : start + settings.batch_pages]:
            span = dataset.pages[page].span
            rows = np.arange(span.start, span.stop)
            rows = rows[weights[rows] > 0]
            if len(rows) > settings.max_blocks:
                rows = np.sort(rng.choice(rows, settings.max_blocks, replace=False))
            if len(rows):
                batch.append(rows)
        if batch:
            yield batch


def _masked_tokens(matrix: Any, page_keep: NDArray[np.bool_], drop: float, scale: float, rng: Any) -> Any:
    """Token counts with some tokens, and for some pages all of them, dropped."""
    masked = matrix  # rows were just selected: a copy already
    kept = np.repeat((page_keep * (scale / (1 - drop))).astype(np.float32), np.diff(masked.indptr))
    masked.data = masked.data.astype(np.float32) * ((rng.random(masked.nnz, np.float32) >= drop) * kept)
    return masked


def _step(
    network: Network,
    optimiser: _Adam,
    allowed: NDArray[np.uint16],
    dense: NDArray[np.float32],
    tokens: Tokens,
    batch: list[NDArray[np.intp]],
    weights: NDArray[np.float32],
    settings: Settings,
    rng: np.random.Generator,
    rate: float,
) -> float:
    """One gradient step on one batch of pages; returns its loss."""
    a = network.arrays
    rows = np.concatenate(batch)
    lengths = [len(part) for part in batch]
    names_kept = np.repeat(rng.random(len(batch)) >= settings.channel_dropout, lengths)
    text_kept = np.repeat(rng.random(len(batch)) >= settings.text_dropout, lengths)
    keep = {"text": text_kept, "near": names_kept, "far": names_kept}
    bags = {
        name: _masked_tokens(matrix[rows], keep[name], settings.token_dropout, CHANNEL_SCALE[name], rng)
        for name, matrix in tokens.items()
    }
    inputs = [standardise(dense[rows], a["mean"], a["scale"])] + [bag @ a[f"e_{name}"] for name, bag in bags.items()]
    joined = np.concatenate(inputs, axis=1)
    mask1, mask2 = (
        ((rng.random((len(rows), size), np.float32) >= settings.dropout) / (1 - settings.dropout)).astype(np.float32)
        for size in settings.hidden
    )
    first = np.maximum(joined @ a["w1"] + a["b1"], 0) * mask1
    second = np.maximum(first @ a["w2"] + a["b2"], 0) * mask2
    probabilities = softmax(second @ a["w3"] + a["b3"])

    # Loss of a set of allowed labels: minus the log of their summed probability.
    permitted = (allowed[rows, None] & _BITS) > 0
    inside = np.where(permitted, probabilities, 0)
    mass = np.maximum(inside.sum(1, keepdims=True), 1e-6)
    weight = weights[rows]
    total = weight.sum()
    gradient = (probabilities - inside / mass) * (weight / total)[:, None]

    gradients: Arrays = {}
    for layer, (below, mask) in ((3, (second, mask2)), (2, (first, mask1)), (1, (joined, None))):
        gradients[f"w{layer}"] = below.T @ gradient
        gradients[f"b{layer}"] = gradient.sum(0)
        if mask is not None:
            gradient = (gradient @ a[f"w{layer}"].T) * (below > 0) * mask
    gradient = gradient @ a["w1"][dense.shape[1] :].T
    for part, (name, bag) in zip(np.hsplit(gradient, max(len(bags), 1)), bags.items(), strict=False):
        used = np.flatnonzero(np.bincount(bag.indices, minlength=bag.shape[1]))  # faster than unique, which sorts
        optimiser.update_rows(f"e_{name}", used, (bag.T @ part)[used], rate)
    optimiser.update(gradients, rate)
    return float(-(np.log(mass[:, 0]) * weight).sum() / total)


class _Adam:
    """Adam with decoupled weight decay; embedding rows are updated only when a batch uses them."""

    def __init__(self, arrays: Arrays, settings: Settings) -> None:
        self.arrays = arrays
        self.decay = settings.weight_decay
        self.first = {name: np.zeros_like(array) for name, array in arrays.items()}
        self.second = {name: np.zeros_like(array) for name, array in arrays.items()}
        self.steps = 0

    def update(self, gradients: Arrays, rate: float) -> None:
        self.steps += 1
        for name, gradient in gradients.items():
            self._apply(name, slice(None), gradient, rate)

    def update_rows(self, name: str, rows: NDArray[np.intp], gradient: NDArray[np.float32], rate: float) -> None:
        self._apply(name, rows, gradient, rate)

    def _apply(self, name: str, at: Any, gradient: NDArray[np.float32], rate: float) -> None:
        first = self.first[name][at] * 0.9 + 0.1 * gradient
        second = self.second[name][at] * 0.99 + 0.01 * gradient**2
        self.first[name][at], self.second[name][at] = first, second
        t = min(self.steps + 1, 2_000)
        step = (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.99**t)) + 1e-8)
        decay = self.decay if name[0] == "w" else 0
        self.arrays[name][at] -= rate * (step + decay * self.arrays[name][at])

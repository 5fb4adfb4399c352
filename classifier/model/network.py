"""The block network: dense features and bags of tokens of every block, convolved with its neighbours; in NumPy.

A page is a sequence of blocks. One layer describes each block by itself; dilated convolutions with residual connections
(van den Oord et al., WaveNet, 2016) then let it see seven blocks before and after; two layers decide. Without
convolutions this is a perceptron. scikit-learn's cannot be used: targets are *sets* of labels (see
`classifier.gold.targets`), token channels are dropped for whole pages at a time, and embeddings are learned with the
rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from classifier.compiled import compiled
from classifier.labels import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.training.dataset import Dataset

Arrays = dict[str, "NDArray[np.float32]"]
Tokens = dict[str, Any]  # channel to sparse matrix
Layer = tuple["NDArray[np.float32]", "NDArray[np.float32]"]  # weights and bias

N_LABELS: Final = len(LABELS)
_BITS: Final = 1 << np.arange(N_LABELS)
# Sums of embeddings grow with the number of tokens; these keep each channel near unit size.
CHANNEL_SCALE: Final = {"text": 0.25, "near": 0.35, "far": 0.15}
CHANNELS: Final = tuple(CHANNEL_SCALE)
_SINGLE_THREAD: Final = 500_000  # multiplications; OpenBLAS starts threads at a million
_CLIP: Final = 5.0  # standard deviations
_TAPS: Final = 3  # blocks that a convolution joins: one before, the block, one after


@dataclass(frozen=True)
class Settings:
    """How a network is built and trained; the defaults were measured (docs/experiments.md)."""

    hidden: tuple[int, int] = (64, 32)
    channels: int = 32
    dilations: tuple[int, ...] = (1, 2, 4)
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


class Weights(NamedTuple):
    """What a network computes with, for features as they are: `standardise` without its work.

    Attributes
    ----------
    lowest, highest : ndarray of float32, shape (k,)
        Bounds of the features.
    first : Layer
        From features and bags to what a block is by itself.
    narrow : Layer or None
        From there to the channels of the convolutions; None without any.
    convolutions : tuple of (int, Layer)
        Each with its dilation; weights of the block before, the block and the block after stand one below the other.
    second, third : Layer
        From both to the logits of the labels.
    """

    lowest: NDArray[np.float32]
    highest: NDArray[np.float32]
    first: Layer
    narrow: Layer | None
    convolutions: tuple[tuple[int, Layer], ...]
    second: Layer
    third: Layer


@compiled("classifier.model._network")
def probabilities(
    weights: Weights, dense: NDArray[np.float32], bags: Sequence[NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Label the blocks of a page by a network.

    Parameters
    ----------
    weights : Weights
        Of the network.
    dense : ndarray of float32, shape (n_blocks, k)
        Features of all blocks of a page, in its order.
    bags : sequence of ndarray of float32, shape (n_blocks, width)
        Summed embeddings of each channel.

    Returns
    -------
    ndarray of float32, shape (n_blocks, 9)
        Rows sum to 1.
    """
    own = alone(weights, dense, bags)
    return decide(weights, own, sights(weights, own)[-1:])


def alone(weights: Weights, dense: NDArray[np.float32], bags: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Describe each block by itself, shape (n_blocks, hidden); arguments as for `probabilities`."""
    return _rectified(np.concatenate([np.clip(dense, weights.lowest, weights.highest), *bags], axis=1), weights.first)


def sights(weights: Weights, own: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Compute what blocks know of their neighbours, before and after each convolution; empty without any."""
    if weights.narrow is None:
        return []
    found = [_affine(own, weights.narrow)]
    for dilation, layer in weights.convolutions:
        found.append(found[-1] + _rectified(with_neighbours(found[-1], dilation), layer))
    return found


def with_neighbours(values: NDArray[np.float32], dilation: int) -> NDArray[np.float32]:
    """Put the values of the block so far before, the block itself, and that so far after side by side; 0 beyond."""
    n, width = values.shape
    joined = np.zeros((n, _TAPS * width), values.dtype)
    joined[dilation:, :width] = values[: max(n - dilation, 0)]
    joined[:, width : 2 * width] = values
    joined[: max(n - dilation, 0), 2 * width :] = values[dilation:]
    return joined


def decide(weights: Weights, own: NDArray[np.float32], sight: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Probabilities from what blocks are and, with convolutions, what the last of them saw."""
    second = _rectified(np.concatenate([own, *sight], axis=1), weights.second)
    return softmax(_affine(second, weights.third))


def _affine(values: NDArray[np.float32], layer: Layer) -> NDArray[np.float32]:
    product = multiply(values, layer[0])
    product += layer[1]
    return product


def _rectified(values: NDArray[np.float32], layer: Layer) -> NDArray[np.float32]:
    product = _affine(values, layer)
    return np.maximum(product, 0, out=product)


class Network:
    """One network; `arrays` holds everything that it is, and does not change any more once it predicts."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays

    @cached_property
    def weights(self) -> Weights:
        """The arrays as `probabilities` takes them."""
        a = {name: np.ascontiguousarray(array, np.float32) for name, array in self.arrays.items()}
        reach = _CLIP / a["scale"]
        n_dense = len(a["mean"])
        first = a["w1"].copy()
        first[:n_dense] *= a["scale"][:, None]
        bias = a["b1"] - a["mean"] @ first[:n_dense]
        convolutions = tuple((dilation, (a[f"w_conv{dilation}"], a[f"b_conv{dilation}"])) for dilation in _dilations(a))
        narrow = (a["w_narrow"], a["b_narrow"]) if convolutions else None
        layers = (a["w2"], a["b2"]), (a["w3"], a["b3"])
        return Weights(a["mean"] - reach, a["mean"] + reach, (first, bias), narrow, convolutions, *layers)

    def predict(self, dense: NDArray[np.float32], bags: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Probabilities of a page's blocks, shape (n_blocks, 9), from raw features and the sums of each channel."""
        return probabilities(self.weights, dense, bags)

    def neighbourhoods(
        self, dense: NDArray[np.float32], bags: Sequence[NDArray[np.float32]]
    ) -> list[NDArray[np.float32]]:
        """List what each convolution sees around the blocks of a page: itself and two others, side by side.

        Returns
        -------
        list of ndarray of float32, shape (n_blocks, 3 * channels)
        """
        seen = sights(self.weights, alone(self.weights, dense, bags))
        return [
            with_neighbours(values, dilation)
            for (dilation, _), values in zip(self.weights.convolutions, seen, strict=False)
        ]

    def predict_changed(
        self,
        dense: NDArray[np.float32],
        bags: Sequence[NDArray[np.float32]],
        neighbourhoods: Sequence[NDArray[np.float32]],
    ) -> NDArray[np.float32]:
        """Label blocks each of which was changed alone, among others that stay what they were.

        Parameters
        ----------
        dense : ndarray of float32, shape (n, k)
            Changed features.
        bags : sequence of ndarray of float32, shape (n, width)
            Changed sums of embeddings.
        neighbourhoods : sequence of ndarray of float32, shape (n, 3 * channels)
            Of the same blocks as they were.

        Returns
        -------
        ndarray of float32, shape (n, 9)
        """
        own = alone(self.weights, dense, bags)
        if self.weights.narrow is None:
            return decide(self.weights, own, ())
        sight = _affine(own, self.weights.narrow)
        width = sight.shape[1]
        for (_, layer), around in zip(self.weights.convolutions, neighbourhoods, strict=True):
            joined = np.concatenate([around[:, :width], sight, around[:, 2 * width :]], axis=1)
            sight = sight + _rectified(joined, layer)
        return decide(self.weights, own, (sight,))

    def predict_pages(
        self, dataset: Dataset, pages: NDArray[np.intp], dense: NDArray[np.float32], tokens: Tokens
    ) -> NDArray[np.float32]:
        """Probabilities of the blocks of some pages of a data set, one page after the other; arguments as for `train`.

        Returns
        -------
        ndarray of float32, shape (n_blocks_of_the_pages, 9)
        """
        found = []
        for page in pages:
            span = dataset.pages[page].span
            bags = [matrix[span] @ self.arrays[f"e_{name}"] * CHANNEL_SCALE[name] for name, matrix in tokens.items()]
            found.append(self.predict(dense[span], [np.ascontiguousarray(bag, np.float32) for bag in bags]))
        return np.concatenate(found) if found else np.zeros((0, N_LABELS), np.float32)


def _dilations(arrays: Arrays) -> list[int]:
    return sorted(int(name.removeprefix("w_conv")) for name in arrays if name.startswith("w_conv"))


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
    first, second = settings.hidden
    channels = settings.channels if settings.dilations else 0
    shapes = {"1": (n_dense + settings.embedding * len(n_tokens), first)}
    if channels:
        shapes["_narrow"] = (first, channels)
        shapes |= {f"_conv{dilation}": (_TAPS * channels, channels) for dilation in settings.dilations}
    shapes |= {"2": (first + channels, second), "3": (second, N_LABELS)}
    arrays: Arrays = {}
    for layer, (fan_in, fan_out) in shapes.items():
        arrays[f"w{layer}"] = rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)).astype(np.float32)
        arrays[f"b{layer}"] = np.zeros(fan_out, np.float32)
    for name, count in n_tokens.items():
        arrays[f"e_{name}"] = rng.normal(0, 0.1, (count, settings.embedding)).astype(np.float32)
    return arrays


def _batches(
    dataset: Dataset, pages: NDArray[np.intp], weights: NDArray[np.float32], settings: Settings, rng: Any
) -> Iterable[list[NDArray[np.intp]]]:
    """Rows of the pages of each batch; a long page gives another part of it each time, a stretch for convolutions."""
    order = rng.permutation(pages)
    for start in range(0, len(order), settings.batch_pages):
        batch = []
        for page in order[start : start + settings.batch_pages]:
            span = dataset.pages[page].span
            rows = np.arange(span.start, span.stop)
            if not settings.dilations:
                rows = rows[weights[rows] > 0]
            if len(rows) > settings.max_blocks:
                first = int(rng.integers(0, len(rows) - settings.max_blocks + 1))
                stretch = rows[first : first + settings.max_blocks]
                rows = stretch if settings.dilations else np.sort(rng.choice(rows, settings.max_blocks, replace=False))
            if weights[rows].any():
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
    mask1, mask2, mask3 = (
        ((rng.random((len(rows), size), np.float32) >= settings.dropout) / (1 - settings.dropout)).astype(np.float32)
        for size in (settings.hidden[0], settings.channels if settings.dilations else 0, settings.hidden[1])
    )
    first = np.maximum(joined @ a["w1"] + a["b1"], 0) * mask1
    sight = _Sight(a, first, lengths) if settings.dilations else None
    both = first if sight is None else np.concatenate([first, sight.result * mask2], axis=1)
    second = np.maximum(both @ a["w2"] + a["b2"], 0) * mask3
    probabilities = softmax(second @ a["w3"] + a["b3"])

    # Loss of a set of allowed labels: minus the log of their summed probability.
    permitted = (allowed[rows, None] & _BITS) > 0
    inside = np.where(permitted, probabilities, 0)
    mass = np.maximum(inside.sum(1, keepdims=True), 1e-6)
    weight = weights[rows]
    total = weight.sum()
    gradient = (probabilities - inside / mass) * (weight / total)[:, None]

    gradients: Arrays = {"w3": second.T @ gradient, "b3": gradient.sum(0)}
    gradient = (gradient @ a["w3"].T) * (second > 0) * mask3
    gradients |= {"w2": both.T @ gradient, "b2": gradient.sum(0)}
    gradient = gradient @ a["w2"].T
    if sight is not None:
        width = settings.hidden[0]
        gradient = gradient[:, :width] + sight.backward(gradient[:, width:] * mask2, gradients)
    gradient = gradient * (first > 0) * mask1
    gradients |= {"w1": joined.T @ gradient, "b1": gradient.sum(0)}
    gradient = gradient @ a["w1"][dense.shape[1] :].T
    for part, (name, bag) in zip(np.hsplit(gradient, max(len(bags), 1)), bags.items(), strict=False):
        used = np.flatnonzero(np.bincount(bag.indices, minlength=bag.shape[1]))  # faster than unique, which sorts
        optimiser.update_rows(f"e_{name}", used, (bag.T @ part)[used], rate)
    optimiser.update(gradients, rate)
    return float(-(np.log(mass[:, 0]) * weight).sum() / total)


class _Sight:
    """The convolutions over the pages of a batch, forth and back."""

    def __init__(self, arrays: Arrays, own: NDArray[np.float32], lengths: Sequence[int]) -> None:
        self.arrays, self.own = arrays, own
        n = len(own)
        start = np.repeat(np.cumsum([0, *lengths[:-1]]), lengths)
        stop = start + np.repeat(lengths, lengths)
        index = np.arange(n)
        self.steps: list[tuple[int, Any, Any, Any, Any]] = []
        values = own @ arrays["w_narrow"] + arrays["b_narrow"]
        for dilation in _dilations(arrays):
            before, after = index - dilation, index + dilation
            before, after = np.where(before >= start, before, n), np.where(after < stop, after, n)  # row n is zero
            padded = np.concatenate([values, np.zeros_like(values[:1])])
            joined = np.concatenate([padded[before], values, padded[after]], axis=1)
            seen = np.maximum(joined @ arrays[f"w_conv{dilation}"] + arrays[f"b_conv{dilation}"], 0)
            self.steps.append((dilation, before, after, joined, seen))
            values = values + seen
        self.result = values

    def backward(self, gradient: NDArray[np.float32], gradients: Arrays) -> NDArray[np.float32]:
        """Add the gradients of the weights to `gradients`; return that of what blocks are by themselves."""
        n = len(self.own)
        for dilation, before, after, joined, seen in reversed(self.steps):
            inner = gradient * (seen > 0)
            gradients[f"w_conv{dilation}"] = joined.T @ inner
            gradients[f"b_conv{dilation}"] = inner.sum(0)
            parts = np.hsplit(inner @ self.arrays[f"w_conv{dilation}"].T, _TAPS)
            gradient = gradient + parts[1]
            for at, part in ((before, parts[0]), (after, parts[2])):
                back = np.zeros((n + 1, part.shape[1]), part.dtype)
                back[at] = part  # each block is the neighbour of one other; row n takes the rest
                gradient += back[:n]
        gradients["w_narrow"] = self.own.T @ gradient
        gradients["b_narrow"] = gradient.sum(0)
        result: NDArray[np.float32] = gradient @ self.arrays["w_narrow"].T
        return result


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

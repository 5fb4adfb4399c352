"""The network: gradients against finite differences, equal seeds give equal networks, and it learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from classifier.blocks import segment_text
from classifier.features.layout import Layout
from classifier.gold.targets import BIT
from classifier.labels import LABEL_INDEX
from classifier.model.network import CHANNEL_SCALE, N_LABELS, Network, Settings, _Adam, _initial, _step, softmax, train
from classifier.training.dataset import Dataset, DatasetPage
from classifier.training.stages import rows_of

PLAIN = Settings(
    hidden=(6, 5),
    channels=4,
    dilations=(1, 2),
    embedding=3,
    dropout=0,
    token_dropout=0,
    channel_dropout=0,
    text_dropout=0,
)
BODY, COMMENT = LABEL_INDEX["body"], LABEL_INDEX["comment"]


def toy(n_pages: int = 6, n_blocks: int = 5, seed: int = 0) -> Dataset:
    """Pages whose blocks hold one token each: even ones are of the body, odd ones of a comment."""
    rng = np.random.default_rng(seed)
    pages, kinds = [], []
    for number in range(n_pages):
        page = segment_text("\n".join(f"line {n}" for n in range(n_blocks)))
        common = {"doc_title": "", "body": None, "comments": None, "page_type": None, "language": "", "by_hand": True}
        pages.append(
            DatasetPage(f"toy/{number}", f"s{number}", "toy", tuple(page.texts), Layout(page), inserted=None, **common)  # type: ignore[arg-type]
        )
        kinds.append(rng.integers(0, 6, n_blocks))
    token = np.concatenate(kinds)
    rows = len(token)
    one = sparse.csr_matrix((np.ones(rows, np.float32), token, np.arange(rows + 1)), shape=(rows, 6))
    allowed = np.where(token % 2, BIT["comment"], BIT["body"]).astype(np.uint16)
    allowed[::7] |= BIT["promo"] | BIT["title"]  # sets of labels
    dense = rng.normal(0, 1, (rows, 4)).astype(np.float32)
    words = [str(n) for n in range(6)]
    return Dataset(pages, dense, dict.fromkeys(CHANNEL_SCALE, one), dict.fromkeys(CHANNEL_SCALE, words), allowed)


class Recorder(_Adam):
    """Keeps the gradients that a step computes, and changes nothing."""

    def __init__(self) -> None:
        self.gradients: dict[str, np.ndarray] = {}
        self.rows: dict[str, np.ndarray] = {}

    def update(self, gradients: dict[str, np.ndarray], rate: float) -> None:
        self.gradients.update(gradients)

    def update_rows(self, name: str, rows: np.ndarray, gradient: np.ndarray, rate: float) -> None:
        self.rows[name] = rows
        self.gradients[name] = gradient


def seen(a: dict[str, np.ndarray], own: np.ndarray) -> np.ndarray:
    """What the convolutions see on one page, block by block."""
    values = own @ a["w_narrow"] + a["b_narrow"]
    nothing = np.zeros(values.shape[1])
    for dilation in (1, 2):
        rows = []
        for at, value in enumerate(values):
            before = values[at - dilation] if at >= dilation else nothing
            after = values[at + dilation] if at + dilation < len(values) else nothing
            around = np.concatenate([before, value, after]) @ a[f"w_conv{dilation}"] + a[f"b_conv{dilation}"]
            rows.append(value + np.maximum(around, 0))
        values = np.array(rows)
    return values


def loss(network: Network, dataset: Dataset, pages: Sequence[int], weights: np.ndarray) -> float:
    """Minus the logarithm of the probability of all allowed labels together, a weighted mean, in double precision."""
    a = network.arrays
    found = []
    for page in pages:
        rows = np.arange(len(dataset.allowed))[dataset.pages[page].span]
        bags = [dataset.tokens[name][rows] @ a[f"e_{name}"] * scale for name, scale in CHANNEL_SCALE.items()]
        values = np.concatenate([np.clip((dataset.dense[rows] - a["mean"]) * a["scale"], -5, 5), *bags], axis=1)
        own = np.maximum(values @ a["w1"] + a["b1"], 0)
        both = np.concatenate([own, seen(a, own)], axis=1)
        found.append(softmax(np.maximum(both @ a["w2"] + a["b2"], 0) @ a["w3"] + a["b3"]))
    probabilities = np.concatenate(found)
    predicted = network.predict_pages(dataset, np.array(pages), dataset.dense, dataset.tokens)
    np.testing.assert_allclose(predicted, probabilities, atol=1e-4)
    rows = rows_of(dataset, np.array(pages))
    total = 0.0
    for row, chances in zip(rows, probabilities, strict=True):
        mass = sum(chances[label] for label in range(N_LABELS) if dataset.allowed[row] & (1 << label))
        total -= float(weights[row]) * np.log(mass)
    return float(total / weights[rows].sum())


def test_gradients_agree_with_finite_differences() -> None:
    dataset = toy(3)
    rng = np.random.default_rng(1)
    arrays = _initial(4, dict.fromkeys(CHANNEL_SCALE, 6), PLAIN, rng)
    arrays |= {"mean": np.zeros(4, np.float32), "scale": np.ones(4, np.float32)}
    network = Network({name: array.astype(np.float64) for name, array in arrays.items()})  # type: ignore[misc]
    for layer in ("1", "2", "3", "_narrow", "_conv1", "_conv2"):
        network.arrays[f"b{layer}"] += rng.normal(0, 0.3, network.arrays[f"b{layer}"].shape)
    weights = rng.random(15).astype(np.float32) + 0.1
    rows = np.arange(10)
    recorder = Recorder()
    value = _step(
        network,
        recorder,
        dataset.allowed,
        dataset.dense,
        dataset.tokens,
        [rows[:5], rows[5:]],
        weights,
        PLAIN,
        rng,
        1.0,
    )
    assert value == pytest.approx(loss(network, dataset, (0, 1), weights), rel=1e-5)
    checked = 0
    for name, gradient in recorder.gradients.items():
        array = network.arrays[name]
        for _ in range(8):
            at = tuple(int(rng.integers(0, size)) for size in gradient.shape)
            place = (int(recorder.rows[name][at[0]]), *at[1:]) if name in recorder.rows else at
            kept = array[place]
            ends = []
            for step in (1e-4, -1e-4):
                array[place] = kept + step
                ends.append(loss(network, dataset, (0, 1), weights))
            array[place] = kept
            expected = (ends[0] - ends[1]) / 2e-4
            assert gradient[at] == pytest.approx(expected, rel=2e-2, abs=2e-5), (name, place)
            checked += abs(expected) > 1e-4
    assert checked > 20


def test_equal_seeds_give_equal_networks() -> None:
    dataset = toy()
    settings = replace(PLAIN, epochs=2, dropout=0.2, token_dropout=0.2, channel_dropout=0.3)
    weights = np.ones(len(dataset.allowed), np.float32)
    first, again, other = (
        train(dataset, dataset.dense, dataset.tokens, np.arange(6), weights, settings, seed).arrays
        for seed in (3, 3, 4)
    )
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
    assert any((first[name] != other[name]).any() for name in first)


def test_it_learns_through_tokens_and_generalises_to_other_pages() -> None:
    dataset = toy(60)
    settings = replace(PLAIN, epochs=30, learning_rate=1e-2, channel_dropout=0.1)
    weights = np.ones(len(dataset.allowed), np.float32)
    network = train(dataset, dataset.dense, dataset.tokens, np.arange(40), weights, settings, 0)
    rows = np.arange(200, 300)
    found = network.predict_pages(dataset, np.arange(40, 60), dataset.dense, dataset.tokens)
    is_comment = (dataset.allowed[rows] & BIT["comment"]) > 0
    assert ((found[:, COMMENT] > 0.5) == is_comment).mean() > 0.95
    assert ((found[:, BODY] > 0.5) == ~is_comment).mean() > 0.95


def test_blocks_of_weight_zero_teach_nothing() -> None:
    dataset = toy(60)
    wrong = np.arange(len(dataset.allowed)) % 2 == 0
    dataset.allowed[wrong] = BIT["challenge"]
    weights = np.where(wrong, 0, 1).astype(np.float32)
    network = train(
        dataset, dataset.dense, dataset.tokens, np.arange(60), weights, replace(PLAIN, epochs=10, learning_rate=1e-2), 0
    )
    found = network.predict_pages(dataset, np.arange(60), dataset.dense, dataset.tokens)
    assert found[:, LABEL_INDEX["challenge"]].max() < 0.3


def test_it_learns_without_tokens() -> None:
    dataset = toy(60)
    dense = np.where(dataset.allowed[:, None] & BIT["comment"], 1, -1).astype(np.float32)
    settings = replace(PLAIN, hidden=(16, 8), epochs=20, learning_rate=1e-2)
    weights = np.ones(len(dataset.allowed), np.float32)
    network = train(dataset, dense, {}, np.arange(60), weights, settings, 0)
    assert not [name for name in network.arrays if name.startswith("e_")]
    found = network.predict_pages(dataset, np.arange(60), dense, {})
    single = (dataset.allowed & (dataset.allowed - 1)) == 0
    assert ((found[:, COMMENT] > 0.5) == (dense[:, 0] > 0))[single].mean() > 0.95


def test_softmax_of_huge_logits() -> None:
    found = softmax(np.array([[1e4, 0, -1e4], [0, 0, 0]], np.float32))
    np.testing.assert_allclose(found, [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)

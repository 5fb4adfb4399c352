"""Scores, computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from classifier.blocks import segment_text
from classifier.evaluation import label_report, score, shingle_f1, word_f1
from classifier.features import features
from classifier.features.layout import Layout
from classifier.gold.targets import BIT
from classifier.labels import BODY, LABEL_INDEX, LABELS, body_threshold, choose_labels
from classifier.model.network import CHANNELS
from classifier.training.dataset import Dataset, DatasetPage


@pytest.mark.parametrize(
    ("found", "gold", "expected"),
    [
        ("", "", 1),
        ("a", "", 0),
        ("", "a", 0),
        ("one two three", "Three, TWO one!", 1),
        ("a a b", "a b b", 2 * 2 / 6),
        ("a b c d", "a b", 2 * 2 / 6),
        ("中国", "中 国", 1),
    ],
)
def test_word_f1(found: str, gold: str, expected: float) -> None:
    assert word_f1(found, gold) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("found", "gold", "expected"),
    [
        ("", "", 1),
        ("a b c d e", "a b c d e", 1),
        ("a b c d e", "a b c d x", 2 * 1 / 4),  # one of two runs
        ("e d c b a", "a b c d e", 0),
        ("a b", "a b", 1),
        ("a b", "a c", 0),
    ],
)
def test_shingle_f1(found: str, gold: str, expected: float) -> None:
    assert shingle_f1(found, gold) == pytest.approx(expected)


def test_label_report_counts_only_blocks_with_a_single_label() -> None:
    body, promo, title = (BIT[name] for name in ("body", "promo", "title"))
    allowed = np.array([body, body, promo, body | promo, 0, title, promo], np.uint16)
    predicted = np.array([LABEL_INDEX[name] for name in ("body", "promo", "body", "title", "body", "title", "promo")])
    report = label_report(allowed, predicted, range(7))
    assert report["body"] == pytest.approx({"precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2, "support": 2})
    assert report["promo"] == pytest.approx({"precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2, "support": 2})
    assert report["title"] == pytest.approx({"precision": 1, "recall": 1, "f1": 1, "support": 1})
    assert report["challenge"] == {"precision": 0, "recall": 0, "f1": 0, "support": 0}
    assert label_report(allowed, predicted, [5])["body"]["support"] == 0


def test_choose_labels() -> None:
    p = np.zeros((3, len(LABELS)), np.float32)
    p[:, BODY] = [0.3, 0.24, 0.9]
    p[:, LABEL_INDEX["promo"]] = [0.7, 0.5, 0.1]
    promo = LABEL_INDEX["promo"]
    assert choose_labels(p, 0.3).tolist() == [BODY, promo, BODY]
    assert choose_labels(p, 0.95).tolist() == [promo, promo, promo]


def test_doubtful_blocks_between_blocks_of_body_are_body() -> None:
    body = [0.9, 0.26, 0.26, 0.8, 0.26, 0.1, 0.9, 0.24, 0.9, 0.26]
    p = np.zeros((len(body), len(LABELS)), np.float32)
    p[:, BODY] = body
    p[:, LABEL_INDEX["promo"]] = 1 - p[:, BODY]
    assert (choose_labels(p, 0.45) == BODY).tolist() == [True, True, True, True, False, False, True, False, True, False]
    p[1, LABEL_INDEX["comment"]] = 0.3  # what others say is no part of it
    assert (choose_labels(p, 0.45) == BODY).tolist()[:4] == [True, False, False, True]


def test_body_threshold_gives_the_best_expected_f1() -> None:
    rng = np.random.default_rng(0)
    within = 0
    for _ in range(300):
        body, words = rng.beta(0.4, 0.6, 12).astype(np.float32), rng.integers(1, 80, 12).astype(np.float32)
        threshold, expected = body_threshold(body, words)
        whole = (body * words).sum()
        f1 = {cut: 2 * (body * words)[body >= cut].sum() / (words[body >= cut].sum() + whole) for cut in body}
        assert expected == pytest.approx(max(f1.values()), rel=1e-5)
        assert 0.2 <= threshold <= 0.45
        if 0.2 < threshold < 0.45:
            within += 1
            taken = body >= threshold
            assert 2 * (body * words)[taken].sum() / (words[taken].sum() + whole) == pytest.approx(expected, rel=1e-5)
    assert within > 50
    assert body_threshold(np.zeros(3, np.float32), np.ones(3, np.float32)) == (0.2, 0)


def record(name: str, lines: str, *, copy: bool = False, **gold: object) -> DatasetPage:
    page = segment_text(lines)
    fields = {"doc_title": "", "body": None, "comments": None, "page_type": None, "language": "", "by_hand": False}
    inserted = np.zeros(len(page), bool) if copy else None
    return DatasetPage(name, name, "set", tuple(page.texts), Layout(page), inserted=inserted, **{**fields, **gold})  # type: ignore[arg-type]


@pytest.fixture
def dataset() -> Dataset:
    said = " ".join(f"word{n}" for n in range(20))
    pages = [
        record("a", f"one two\nthree four\n{said}", body="one two three four", comments=said, page_type="article"),
        record("b", "five six\nseven eight", body="five six", by_hand=True, page_type="forum"),
        record("c", "nine ten", body="nine ten", copy=True, by_hand=True),
        record("d", "no gold"),
        record("e", "short", comments="too short to count"),
    ]
    dense = np.concatenate([features(segment_text("\n".join(page.texts))) for page in pages])
    allowed = np.array([0, 0, 0, BIT["body"], BIT["promo"], BIT["title"], 0, 0], np.uint16)
    return Dataset(pages, dense, {}, {channel: [] for channel in CHANNELS}, allowed)


def probabilities(*labels: str) -> np.ndarray:
    return np.eye(len(LABELS), dtype=np.float32)[[LABEL_INDEX[label] for label in labels]]


def test_scores_by_hand(dataset: Dataset) -> None:
    p = probabilities("body", "promo", "comment", "body", "body", "promo", "body", "comment")
    scores = score(dataset, p)
    assert scores.page_f1.keys() == {0, 1}  # the copy and the pages without gold do not count
    assert scores.page_f1[0][0] == pytest.approx(2 * 2 / 6)
    assert scores.page_f1[1][0] == pytest.approx(2 * 2 / 6)
    assert scores.body_f1 == pytest.approx(2 / 3)
    assert scores.groups["set"]["pages"] == 2
    assert scores.groups["set: article"]["word_f1"] == pytest.approx(2 / 3)
    assert scores.comments == {"set": {"pages": 1, "word_f1": 1}}
    assert scores.labels["body"] == pytest.approx({"precision": 1 / 2, "recall": 1, "f1": 2 / 3, "support": 1})
    assert scores.labels["title"]["support"] == 0  # only in the copy
    assert scores.to_dict()["body_f1"] == 0.6667


def test_doubtful_pages_take_more(dataset: Dataset) -> None:
    p = np.full((8, len(LABELS)), 0.0, np.float32)
    p[:, BODY], p[:, LABEL_INDEX["promo"]] = 0.3, 0.7
    assert score(dataset, p).page_f1[0][0] == pytest.approx(2 * 4 / 28)  # nothing better is on the page
    p[3, BODY], p[3, LABEL_INDEX["promo"]] = 0.95, 0.05
    assert score(dataset, p).page_f1[1][0] == 1  # beside a sure block the doubtful one is left out


def test_without_labels_only_the_body_is_scored(dataset: Dataset) -> None:
    scores = score(dataset, probabilities(*8 * ["body"]), labels=False)
    assert scores.comments == scores.labels == {}
    assert scores.body_f1 > 0

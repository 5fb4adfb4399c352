"""Labelled pages as arrays: rows, tokens, augmented copies and plain texts."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest

from classifier.features import N_FEATURES
from classifier.gold import GoldPage, read_gold
from classifier.gold.targets import BIT
from classifier.model.network import CHANNELS
from classifier.training.dataset import Dataset, as_text, build
from classifier.training.stages import block_weights, doubtful_gold, rows_of, site_folds

DEMO = Path(__file__).resolve().parents[1] / "crawler" / "demo" / "pages"
SENTENCES = [f"Sentence {word} of the story is long enough to be a paragraph in a paper." for word in "abcdefgh"]


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> list[GoldPage]:
    """Twelve pages of six sites with gold as text."""
    folder = tmp_path_factory.mktemp("sets") / "news"
    (folder / "html").mkdir(parents=True)
    lines = []
    for number in range(12):
        story = [f"{sentence} {number}" for sentence in SENTENCES]
        body = "".join(f"<p class=story-text>{sentence}</p>" for sentence in story)
        head = f"<title>T{number}</title><nav><a href=/>Home</a></nav><h1>T{number}</h1>"
        html = f"{head}<div>{body}</div><footer>© X</footer>"
        (folder / "html" / f"{number}.html").write_text(html, encoding="utf-8")
        record = {"id": number, "body": " ".join(story), "url": f"https://www.site{number // 2}.org/{number}"}
        lines.append(json.dumps(record))
    (folder / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return read_gold([folder])


@pytest.fixture(scope="module")
def dataset(gold: list[GoldPage]) -> Dataset:
    return build(gold, augmented=True, seed=1, min_sites=2)


def test_rows(dataset: Dataset) -> None:
    n = len(dataset.allowed)
    assert dataset.dense.shape == (n, N_FEATURES)
    assert sum(len(page.texts) for page in dataset.pages) == n
    assert [page.span.start for page in dataset.pages[1:]] == [page.span.stop for page in dataset.pages[:-1]]
    for channel in CHANNELS:
        vocabulary = dataset.vocabularies["text" if channel == "text" else "names"]
        assert dataset.tokens[channel].shape == (n, len(vocabulary))
    first = dataset.pages[0]
    assert first.site == "site0.org"
    assert not first.augmented
    in_body = [text.startswith("Sentence") for text in first.texts]
    assert (dataset.allowed[first.span] == BIT["body"]).tolist() == in_body


def test_tokens_of_few_sites_are_left_out(gold: list[GoldPage]) -> None:
    few, many = build(gold, min_sites=2), build(gold, min_sites=7)
    assert "story" in few.vocabularies["names"]
    assert many.vocabularies["names"] == []
    row = next(at for at, text in enumerate(few.pages[0].texts) if text.startswith("Sentence"))
    names = {few.vocabularies["names"][at] for at in few.tokens["near"][row].indices}
    assert names == {"^ <p", "<p", "<p story", "story", "story text", "text", "text $"}


def test_augmented_copies_hold_the_page_and_something_new(dataset: Dataset) -> None:
    copies = [page for page in dataset.pages if page.augmented]
    assert 2 <= len(copies) <= 11
    originals = {page.name: page for page in dataset.pages if not page.augmented}
    for copy in copies:
        original = originals[copy.name]
        assert copy.inserted is not None
        assert copy.site == original.site
        kept = [text for text, new in zip(copy.texts, copy.inserted, strict=True) if not new]
        assert sum(text.startswith("Sentence") for text in kept) == len(SENTENCES)
        targets = dataset.allowed[copy.span]
        assert (targets[copy.inserted] > 0).all()
    assert sum(copy.inserted.any() for copy in copies if copy.inserted is not None) > len(copies) / 2


def test_equal_seeds_give_equal_data(gold: list[GoldPage], dataset: Dataset) -> None:
    again = build(gold, augmented=True, seed=1, min_sites=2)
    np.testing.assert_array_equal(again.dense, dataset.dense)
    np.testing.assert_array_equal(again.allowed, dataset.allowed)
    assert again.vocabularies == dataset.vocabularies == {k: sorted(v) for k, v in dataset.vocabularies.items()}
    assert [page.texts for page in build(gold, augmented=True, seed=2).pages] != [page.texts for page in dataset.pages]


def test_no_site_is_in_two_folds(dataset: Dataset) -> None:
    folds = site_folds(dataset, 3)
    for site in set(dataset.sites):
        assert len(set(folds[dataset.sites == site])) == 1
    assert set(folds) == {0, 1, 2}


def test_rows_of_pages(dataset: Dataset) -> None:
    second = dataset.pages[1].span
    assert rows_of(dataset, np.array([1])).tolist() == list(range(second.start, second.stop))


def test_weights(dataset: Dataset) -> None:
    weights = block_weights(dataset)
    assert (weights[dataset.allowed == 0] == 0).all()
    for page in dataset.pages:
        if page.inserted is not None and page.inserted.any():
            body = page.span.start + np.flatnonzero(~page.inserted & (dataset.allowed[page.span] == BIT["body"]))
            new = page.span.start + np.flatnonzero(page.inserted)
            assert weights[new].min() > weights[body].max() / 2
    assert np.isfinite(weights).all()


def test_gold_that_contradicts_a_sure_prediction_is_found(dataset: Dataset) -> None:
    p = np.zeros((len(dataset.allowed), 9), np.float32)
    is_body = dataset.allowed == BIT["body"]
    long = np.concatenate([page.layout.words for page in dataset.pages]) >= 8
    p[:, 2] = np.where(is_body, 0.01, 0.5)
    inserted = np.concatenate(
        [page.inserted if page.inserted is not None else np.zeros(len(page.texts), bool) for page in dataset.pages]
    )
    np.testing.assert_array_equal(doubtful_gold(dataset, p), is_body & long & ~inserted)
    p[:, 2] = 0.5
    assert not doubtful_gold(dataset, p).any()


def test_pages_as_plain_text(dataset: Dataset) -> None:
    texts = as_text(dataset, seed=0, min_sites=2)
    assert 0 < len(texts.pages) <= len(dataset.pages)
    assert len(texts.dense) == len(texts.allowed) == sum(len(page.texts) for page in texts.pages)
    assert texts.vocabularies["names"] == []
    for page in texts.pages:
        targets = texts.allowed[page.span]
        body = [text for text, target in zip(page.texts, targets, strict=True) if target == BIT["body"]]
        assert sum(text.startswith("Sentence") for text in body) == len(SENTENCES)
        assert page.inserted is None or len(page.inserted) == len(page.texts)


def test_a_page_that_cannot_be_read_is_left_out_with_a_warning(
    tmp_path: Path, gold: list[GoldPage], caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken.html"
    broken.write_bytes(b"%PDF-1.4")
    with caplog.at_level(logging.WARNING, "classifier.training.dataset"):
        found = build([GoldPage(broken, "broken.html", "x"), gold[0]])
    assert len(found.pages) == 1
    assert "left out: broken.html: cannot read the page" in caplog.text


def test_pages_without_text_or_with_too_much_are_left_out_with_a_warning(
    gold: list[GoldPage], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classifier.training.dataset._MAX_BLOCKS", 50)
    empty = GoldPage(None, "empty:1", "x", html="<html><body></body></html>")
    dump = GoldPage(None, "dump:1", "x", html="<html><body>" + "<p>A row.</p>" * 51 + "</body></html>")
    with caplog.at_level(logging.WARNING, "classifier.training.dataset"):
        found = build([empty, dump, gold[0]])
    assert len(found.pages) == 1
    assert "left out: empty:1: 0 blocks" in caplog.text
    assert "left out: dump:1: 51 blocks, expected 1 to 50" in caplog.text


def test_the_demo_newspaper_as_labelled_html() -> None:
    found = build(read_gold([DEMO / "wp-classic"]), augmented=True)
    assert all(page.by_hand and not page.augmented for page in found.pages)
    assert (found.allowed == BIT["challenge"]).any() or (found.allowed == BIT["comment_form"]).any()

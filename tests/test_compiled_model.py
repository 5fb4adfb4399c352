"""The compiled forms of what the model does with a page give the labels and values of their references in Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.exceptions import SegmentationError
from classifier.features import features
from classifier.features.layout import Layout
from classifier.features.tokens import number, numbers_of_names, numbers_of_texts, text_words
from classifier.files import read_bytes
from classifier.labels import BODY, LABELS, body_threshold, choose_labels
from classifier.model import BlockModel
from classifier.model.context import context
from classifier.model.lookup import Lookup, distinct_names, find_rows, make_index, near_and_far, sum_rows
from classifier.model.network import CHANNELS, Network, Settings, _initial, probabilities
from classifier.model.page import page_scores, page_vector
from classifier.resources import model_path

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "data"
WRITTEN = sorted((HERE / "pages").rglob("*.html"))
COMPILED = (numbers_of_texts, find_rows, context, probabilities, page_vector, choose_labels)

pytestmark = pytest.mark.skipif(
    not all(hasattr(function, "__wrapped__") for function in COMPILED), reason="nothing was compiled here"
)


def reference(function: Any) -> Any:
    return function.__wrapped__


@pytest.fixture(scope="module")
def model() -> BlockModel:
    return BlockModel.load(model_path("blocks.npz"))


@lru_cache
def reference_index(model: BlockModel, vocabulary: str) -> Any:
    return reference(make_index)(_keys(model.vocabularies[vocabulary]))


def reference_bags(model: BlockModel, page: Page, layout: Layout) -> dict[str, np.ndarray]:
    """`BlockModel.bags` by the references alone."""
    find, total = reference(find_rows), reference(sum_rows)
    texts, names = (reference_index(model, vocabulary) for vocabulary in ("text", "names"))
    distinct, which = reference(distinct_names)(page.container_tags, page.classes, page.inline)
    rows = find(names, reference(numbers_of_names)(distinct))
    near, far = reference(near_and_far)(
        layout, *(total(model.tables[channel], rows, len(distinct)) for channel in ("near", "far")), which
    )
    text = total(model.tables["text"], find(texts, reference(numbers_of_texts)(page.texts)), layout.n)
    return {"text": text, "near": near, "far": far}


def _keys(vocabulary: list[str]) -> np.ndarray:
    index = np.asarray(Lookup(vocabulary)._index)
    keys = np.zeros(len(vocabulary), np.int64)
    taken = index[:, 1] >= 0
    assert taken.sum() == len(vocabulary)  # no two words or pairs have the same number
    keys[index[taken, 1]] = index[taken, 0]
    return keys


def same_prediction(model: BlockModel, page: Page) -> None:
    """Compare every step on what the step before gave, and then the labels."""
    if not len(page):
        return
    layout = Layout(page)
    dense = features(page, layout)
    bags, expected = model.bags(page, layout), reference_bags(model, page, layout)
    for name in CHANNELS:
        np.testing.assert_allclose(bags[name], expected[name], rtol=1e-5, atol=1e-5, err_msg=name)
    surroundings, slow_ones = [], []
    for member, sums, first in zip(model.members, model.parts(bags), model.first_stage(dense, bags), strict=True):
        np.testing.assert_allclose(first, reference(probabilities)(member.first.weights, dense, sums), atol=1e-5)
        around, slow = context(layout, first, dense), reference(context)(layout, first, dense)
        np.testing.assert_allclose(around, slow, rtol=1e-5, atol=1e-5)
        surroundings.append(around)
        slow_ones.append(reference(probabilities)(member.second.weights, around, []))
    second = model.second_stage(surroundings)
    np.testing.assert_allclose(second, np.mean(slow_ones, axis=0), atol=1e-5)
    vector = page_vector(layout, dense, second)
    np.testing.assert_allclose(vector, reference(page_vector)(layout, dense, second), rtol=1e-5, atol=1e-5)
    scores, slow_scores = (
        scored(vector, **model.page_model._arrays) for scored in (page_scores, reference(page_scores))
    )
    np.testing.assert_allclose(scores[0], slow_scores[0], rtol=1e-4, atol=1e-4)
    assert scores[1] == pytest.approx(slow_scores[1], rel=1e-4, abs=1e-4)
    same_labels(second, layout.words)


def same_labels(p: np.ndarray, words: np.ndarray) -> None:
    found, expected = body_threshold(p[:, BODY], words), reference(body_threshold)(p[:, BODY], words)
    assert found == pytest.approx(expected, abs=1e-6)
    for threshold in (0.2, found[0], 0.45):
        assert choose_labels(p, threshold).tolist() == reference(choose_labels)(p, threshold).tolist()


def page_of(path: Path) -> Page:
    try:
        return segment(parse(read_bytes(path))[0])
    except SegmentationError:
        return segment_text("")


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_written_pages(model: BlockModel, path: Path) -> None:
    same_prediction(model, page_of(path))


@pytest.mark.skipif(not DATA.is_dir(), reason=f"needs the labelled pages in {DATA}")
def test_real_pages(model: BlockModel) -> None:
    for path in sorted(DATA.glob("*/html/*"))[::17]:
        same_prediction(model, page_of(path))


_PURE = """
import hashlib, json, sys
from pathlib import Path
from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.files import read_bytes
from classifier.features.layout import Layout
from classifier.model import BlockModel
from classifier.resources import model_path
from classifier.training.counting import TokenCounter

model, counter, labels = BlockModel.load(model_path("blocks.npz")), TokenCounter(), []
for path in sys.argv[1:]:
    page = segment(parse(read_bytes(Path(path)))[0])
    counter.add(page, Layout(page), path)
    found = model.predict(page)
    labels.append([found.page_type, round(found.confidence, 3), *found.labels])
tokens, vocabularies = counter.build(2)
print(json.dumps([labels, vocabularies, {name: matrix.sum(0).tolist() for name, matrix in tokens.items()}]))
"""


def test_predictions_and_training_are_the_same_without_compiled_code() -> None:
    results = []
    for pure in ("", "1"):
        done = subprocess.run(
            [sys.executable, "-c", _PURE, *map(str, WRITTEN[::9])],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "WINNOW_PURE_PYTHON": pure},
        )
        results.append(json.loads(done.stdout))
    assert results[0] == results[1]


# --- Words ------------------------------------------------------------------------------------------------------------


def same_words(texts: list[str]) -> None:
    for function in (numbers_of_texts, numbers_of_names):
        assert function(texts).tolist() == reference(function)(texts).tolist()


def test_every_character_separates_or_does_not() -> None:
    everything = [chr(code) for code in range(0x11000)]
    same_words(everything)
    same_words([f"a{character}b {character}" for character in everything])
    same_words([f"Σ{character}Σ" for character in everything[:0x3000]])
    for mark in "،؛؟":  # separate where the page has Chinese or Japanese in it
        same_words([f"a{mark}b"])
        same_words([f"a{mark}b", "中"])


_ODD = st.text(st.sampled_from("aBΣςIİ09 .,-_«»”\u200b、，،中国ー\ud83d\ude00😀\0\1\n\x1c\x85\xa0é"), max_size=20)
_LONG = st.builds(lambda start, times, end: start * times + end, _ODD, st.integers(0, 40), _ODD)


@given(st.lists(st.one_of(_ODD, _LONG, st.text(st.characters(), max_size=20)), max_size=6))
def test_words_of_any_texts(texts: list[str]) -> None:
    same_words(texts)


@given(_ODD)
def test_words_of_a_text_have_the_numbers_of_words(text: str) -> None:
    if not set(text) & set("\0\1"):
        assert numbers_of_texts([text]).tolist()[1:-1] == number(text_words([text])).tolist()


@pytest.mark.parametrize("text", ["a", "ab ", "é ", "中", "\ud800", "\0", "\0 ", "\1 ", " "])
def test_five_megabytes_in_one_block(text: str) -> None:
    same_words(["before", text * (5_000_000 // len(text)), "after"])


def test_text_of_another_kind_is_refused() -> None:
    for function in (numbers_of_texts, numbers_of_names, number):
        with pytest.raises(TypeError):
            function([7])


# --- Rows -------------------------------------------------------------------------------------------------------------

_TOKENS = st.sampled_from(["a", "b", "^", "$", "^ a", "a b", "b a", "b $", "中国", "0", "0 a", ""])


@given(st.lists(_TOKENS, unique=True), st.lists(st.text("ab01中国^$ .", max_size=8), max_size=5))
def test_rows_of_any_vocabulary(vocabulary: list[str], texts: list[str]) -> None:
    numbers = numbers_of_texts(texts)
    found = Lookup(vocabulary).rows(numbers)
    expected = reference(find_rows)(reference(make_index)(_keys(vocabulary)), numbers)
    assert [part.tolist() for part in found] == [part.tolist() for part in expected]
    table = np.random.default_rng(0).normal(size=(len(vocabulary), 3)).astype(np.float32)
    n = max(len(texts), 1)
    np.testing.assert_allclose(sum_rows(table, found, n), reference(sum_rows)(table, expected, n), atol=1e-5)


@pytest.mark.parametrize(("row", "block"), [(2, 0), (-1, 0), (0, 3), (0, -1)])
def test_rows_and_blocks_that_are_not_there(row: int, block: int) -> None:
    with pytest.raises(IndexError):
        sum_rows(np.ones((2, 4), np.float32), (np.array([row], np.intp), np.array([block], np.intp)), 3)


def test_names_are_told_apart() -> None:
    tags, classes, inline = ["p", "p", "", "p", "b"], ["x", "y", "<p x", "x", "x"], ["", "<p x", "x", ""]
    names, which = distinct_names(tags, classes, inline)
    slow, expected = reference(distinct_names)(tags, classes, inline)
    assert [names[at] for at in which] == [slow[at] for at in expected]
    with pytest.raises(ValueError, match="for each tag"):
        distinct_names(tags, classes[1:], inline)


# --- Networks and labels ----------------------------------------------------------------------------------------------


@given(
    st.integers(0, 30),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(0, 3),
    st.sampled_from([(), (1,), (2, 5), (1, 2, 4, 40)]),
    st.integers(0, 9),
)
def test_any_network(n: int, dense: int, hidden: int, bags: int, dilations: tuple[int, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    settings = Settings((hidden, 5), channels=6, dilations=dilations, embedding=3)
    arrays = _initial(dense, dict.fromkeys(range(bags), 4), settings, rng)  # type: ignore[arg-type]
    mean, scale = rng.normal(size=dense).astype(np.float32), rng.random(dense).astype(np.float32) + 0.1
    weights = Network({**arrays, "mean": mean, "scale": scale}).weights
    columns = np.asfortranarray(rng.normal(0, 20, (n, dense)), np.float32)
    sums = [rng.normal(size=(n, 3)).astype(np.float32) for _ in range(bags)]
    found = probabilities(weights, columns, sums)
    assert found.shape == (n, len(LABELS))
    np.testing.assert_allclose(found, reference(probabilities)(weights, columns, sums), atol=1e-5)
    with pytest.raises(ValueError, match="expected"):
        probabilities(weights, columns[:, 1:], sums)
    with pytest.raises(ValueError, match=r"expected|together"):
        probabilities(weights, columns, [*sums, np.zeros((n + 1, 1), np.float32)])


@given(st.lists(st.sampled_from([0, 0.1, 0.2, 0.25, 0.3, 0.45, 0.6, 1]), min_size=1, max_size=30), st.integers(0, 99))
def test_labels_of_any_probabilities(body: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(len(LABELS), 0.3), len(body)).astype(np.float32)
    p[:, BODY] = body
    same_labels(p, rng.integers(1, 80, len(body)))


def test_counts_that_differ_are_refused(model: BlockModel) -> None:
    page = segment_text("one\ntwo\nthree")
    layout, p = Layout(page), np.full((3, len(LABELS)), 1 / len(LABELS), np.float32)
    dense = features(page, layout)
    for function in (lambda p, d: context(layout, p, d), lambda p, d: page_vector(layout, d, p)):
        function(p, dense)
        for wrong in ((p[1:], dense), (p, dense[1:]), (p[:, 1:], dense)):
            with pytest.raises(ValueError, match="of each block"):
                function(*wrong)
    with pytest.raises(ValueError, match="of each block"):
        body_threshold(p[:, BODY], np.ones(2))
    with pytest.raises(ValueError, match="columns"):
        choose_labels(p[:, 1:], 0.3)


def test_inputs_are_left_as_they_are(model: BlockModel) -> None:
    page = segment_text("One line of text.\nAnother\nAnd a third one")
    layout = Layout(page)
    dense = features(page, layout)
    bags = model.bags(page, layout)
    kept = dense.copy(), {name: bag.copy() for name, bag in bags.items()}
    surroundings = [context(layout, first, dense) for first in model.first_stage(dense, bags)]
    around = [seen.copy() for seen in surroundings]
    p = model.second_stage(surroundings)
    before = p.copy()
    page_vector(layout, dense, p)
    assert Counter(model.choose(p, layout.words)).total() == 3
    for found, expected in (
        (dense, kept[0]),
        (surroundings, around),
        (p, before),
        *zip(bags.values(), kept[1].values(), strict=True),
    ):
        np.testing.assert_array_equal(found, expected)

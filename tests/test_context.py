"""The second stage's view: hand-computed on a small page, and by plain loops on another."""

from __future__ import annotations

import numpy as np
import pytest

from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.features import FEATURE_NAMES, features
from classifier.features.layout import Layout
from classifier.labels import LABEL_INDEX, LABELS
from classifier.model.context import CONTEXT_NAMES, N_CONTEXT, context

HTML = """<body><h1>Big news</h1><main><p>one two three four</p><p>five six seven eight</p></main>
<div><p>nine</p><p>ten</p></div></body>"""
DENSE = features(segment(parse(HTML)[0]))
BODY, COMMENT, TITLE = (LABEL_INDEX[label] for label in ("body", "comment", "title"))


@pytest.fixture(scope="module")
def small() -> tuple[Layout, np.ndarray, dict[str, np.ndarray]]:
    layout = Layout(segment(parse(HTML)[0]))
    p = np.random.default_rng(0).dirichlet(np.ones(len(LABELS)), layout.n).astype(np.float32)
    matrix = context(layout, p, DENSE)
    return layout, p, dict(zip(CONTEXT_NAMES, matrix.T, strict=True))


def test_names_and_shape(small: tuple[Layout, np.ndarray, dict[str, np.ndarray]]) -> None:
    layout, p, columns = small
    assert len(set(CONTEXT_NAMES)) == N_CONTEXT == len(columns)
    matrix = context(layout, p, DENSE)
    assert matrix.shape == (layout.n, N_CONTEXT)
    assert matrix.dtype == np.float32
    np.testing.assert_array_equal(columns["feature_log_words"], DENSE[:, FEATURE_NAMES.index("log_words")])
    assert np.isfinite(matrix).all()


def test_neighbours(small: tuple[Layout, np.ndarray, dict[str, np.ndarray]]) -> None:
    layout, p, columns = small
    for offset in (-4, -1, 1, 4):
        for label in ("body", "challenge"):
            expected = [
                p[at + offset, LABEL_INDEX[label]] if 0 <= at + offset < layout.n else 0 for at in range(layout.n)
            ]
            np.testing.assert_allclose(columns[f"next{offset:+d}_{label}"], expected, rtol=1e-6)
    np.testing.assert_array_equal(columns["own_body"], p[:, BODY])


def test_means_weigh_blocks_by_the_root_of_their_words(
    small: tuple[Layout, np.ndarray, dict[str, np.ndarray]],
) -> None:
    layout, p, columns = small
    assert layout.words.tolist() == [2, 4, 4, 1, 1]
    weight = np.sqrt(layout.words)

    def mean(blocks: slice) -> float:
        return float((p[blocks, BODY] * weight[blocks]).sum() / weight[blocks].sum())

    np.testing.assert_allclose(columns["around4_body"], [mean(slice(0, 5))] * 5, rtol=1e-5)
    np.testing.assert_allclose(columns["page_body"], [mean(slice(0, 5))] * 5, rtol=1e-5)
    np.testing.assert_allclose(columns["level0_body"], p[:, BODY], rtol=1e-5)
    groups = [slice(0, 5), slice(1, 3), slice(1, 3), slice(3, 5), slice(3, 5)]  # what the parent of each holds
    np.testing.assert_allclose(columns["level1_body"], [mean(group) for group in groups], rtol=1e-5)
    total = (p[:, COMMENT] * weight).sum()
    np.testing.assert_allclose(
        columns["before_comment"],
        [(p[:at, COMMENT] * weight[:at]).sum() / max(total, 1) for at in range(5)],
        rtol=1e-4,
        atol=1e-6,
    )


def test_places_and_totals() -> None:
    layout = Layout(segment(parse(HTML)[0]))
    p = np.full((5, len(LABELS)), 0.0, np.float32)
    p[[0, 1, 2, 3, 4], [TITLE, BODY, BODY, COMMENT, COMMENT]] = 1
    columns = dict(zip(CONTEXT_NAMES, context(layout, p, DENSE).T, strict=True))
    assert columns["body75_inside"].tolist() == [0, 1, 1, 0, 0]
    assert columns["comment75_inside"].tolist() == [0, 0, 0, 1, 1]
    np.testing.assert_allclose(columns["body75_share"], 1)
    np.testing.assert_allclose(columns["body75_log_after"], [0, 0, 0, np.log1p(1), np.log1p(2)], rtol=1e-6)
    np.testing.assert_allclose(columns["log_body_words"], np.log1p(8), rtol=1e-6)
    np.testing.assert_allclose(columns["log_comment_words"], np.log1p(2), rtol=1e-6)
    np.testing.assert_allclose(columns["blocks_from_title"], np.log1p(np.arange(5)), rtol=1e-6)

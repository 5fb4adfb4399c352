"""Features: names, shapes and hand-computed values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.exceptions import FeatureError
from classifier.features import FEATURE_NAMES, N_FEATURES, features
from classifier.features.layout import Layout

TWELVE = "one two three four five six seven eight nine ten eleven twelve."
HTML = f"""<html><head><title>Big news today</title><meta name=description content="{TWELVE} And more."></head>
<body><header><h1>Big news today</h1></header>
<article class=post><p>{TWELVE}</p><p>{TWELVE.replace("one", "Uno")}</p>
<ul><li class=a><a href=/x>Link text</a></li><li class=a><a href=/y>Link text</a></li></ul></article>
<footer>© 2024 Site</footer></body></html>"""
# Blocks: 0 heading, 1 and 2 paragraphs, 3 and 4 items, 5 footer; words 3, 12, 12, 2, 2, 3.
TOTAL = 34
log = math.log1p


def html_page(html: str) -> Page:
    return segment(parse(html)[0])


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    return features(html_page(HTML))


def test_names() -> None:
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES) == N_FEATURES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("log_words", [log(n) for n in (3, 12, 12, 2, 2, 3)]),
        ("log_chars", [log(n) for n in (14, len(TWELVE), len(TWELVE), 9, 9, 11)]),
        ("word_length", [12 / 30, 51 / 120, 51 / 120, 8 / 20, 8 / 20, 4 / 30]),
        ("upper_share", [1 / 12, 0, 1 / 51, 1 / 8, 1 / 8, 1 / 4]),
        ("digit_share", [0, 0, 0, 0, 0, 4 / 11]),
        ("sign_share", [0, 0, 0, 0, 0, 1 / 11]),
        ("stop_rate", [0, 1 / 12, 1 / 12, 0, 0, 0]),
        ("ends_sentence", [0, 1, 1, 0, 0, 0]),
        ("starts_lower", [0, 1, 0, 0, 0, 0]),
        ("link_density", [0, 0, 0, 1, 1, 0]),
        ("log_links", [0, 0, 0, log(1), log(1), 0]),
        ("log_repeats", [0, 0, 0, log(1), log(1), 0]),
        ("is_repeat", [0, 0, 0, 0, 1, 0]),
        ("title_recall", [1, 0, 0, 0, 0, 0]),
        ("title_precision", [1, 0, 0, 0, 0, 0]),
        ("description_overlap", [0, 1, 11 / 12, 0, 0, 0]),
        ("place_after_title", [log(n) for n in range(6)]),
        ("tag_p", [0, 1, 1, 0, 0, 0]),
        ("tag_heading1", [1, 0, 0, 0, 0, 0]),
        ("tag_item", [0, 0, 0, 1, 1, 0]),
        ("tag_furniture", [0, 0, 0, 0, 0, 1]),
        ("in_header", [1, 0, 0, 0, 0, 0]),
        ("in_article", [0, 1, 1, 1, 1, 0]),
        ("in_ul", [0, 0, 0, 1, 1, 0]),
        ("in_footer", [0, 0, 0, 0, 0, 1]),
        ("in_form", [0, 0, 0, 0, 0, 0]),
        ("place_blocks", [n / 6 for n in range(6)]),
        ("place_words", [n / TOTAL for n in (0, 3, 15, 27, 29, 31)]),
        ("place_log_rest", [log(n) for n in (6, 5, 4, 3, 2, 1)]),
        ("place_after_h1", [log(n) for n in range(6)]),
        ("place_depth", [n / 20 for n in (4, 4, 4, 5, 5, 3)]),
        ("place_log_to_area", [log(50)] * 6),
        ("level0_log_words", [log(n) for n in (3, 12, 12, 2, 2, 3)]),
        ("level1_log_words", [log(n) for n in (3, 28, 28, 4, 4, TOTAL)]),
        ("level1_log_blocks", [log(n) for n in (1, 4, 4, 2, 2, 6)]),
        ("level1_link_density", [0, 4 / 28, 4 / 28, 1, 1, 4 / TOTAL]),
        ("level1_word_share", [n / TOTAL for n in (3, 28, 28, 4, 4, TOTAL)]),
        ("level1_good_share", [0, 1, 1, 0, 0, 1]),
        ("level1_p_share", [0, 24 / 28, 24 / 28, 0, 0, 24 / TOTAL]),
        ("level1_place", [0, 0, 1 / 4, 0, 1 / 2, 5 / 6]),
        ("level0_log_same_class", [0, log(1), log(1), log(1), log(1), 0]),
        ("level0_same_run", [0, log(1), log(1), log(1), log(1), 0]),
        ("next+1_p", [1, 1, 0, 0, 0, 0]),
        ("next-1_heading", [0, 1, 0, 0, 0, 0]),
        ("next+1_item", [0, 0, 1, 1, 0, 0]),
        ("next+1_same_parent", [0, 1, 0, 1, 0, 0]),
        ("before5_good", [0, 0, 1 / 5, 2 / 5, 2 / 5, 2 / 5]),
        ("after5_links", [2 / 5, 2 / 5, 2 / 5, 1 / 5, 0, 0]),
        ("after5_good", [2 / 5, 1 / 5, 0, 0, 0, 0]),
        ("mass35_inside", [0, 0, 1, 0, 0, 0]),
        ("mass35_share", [1 / 2] * 6),
        ("mass60_inside", [0, 1, 1, 1, 1, 0]),
        ("mass60_share", [1] * 6),
        ("mass60_steps", [2 / 5, 1 / 5, 1 / 5, 2 / 5, 2 / 5, 1 / 5]),
        ("mass60_log_before", [log(1), 0, 0, 0, 0, 0]),
        ("mass60_log_after", [0, 0, 0, 0, 0, log(1)]),
        ("mass60_place", [-1 / 4, 0, 1 / 4, 1 / 2, 3 / 4, 1]),
        ("page_log_blocks", [log(6)] * 6),
        ("page_log_words", [log(TOTAL)] * 6),
        ("page_good_share", [24 / TOTAL] * 6),
        ("page_link_density", [4 / TOTAL] * 6),
        ("page_p_share", [24 / TOTAL] * 6),
        ("page_hidden_share", [0] * 6),
    ],
)
def test_values_computed_by_hand(name: str, expected: list[float], matrix: np.ndarray) -> None:
    np.testing.assert_allclose(matrix[:, FEATURE_NAMES.index(name)], expected, rtol=1e-5, atol=1e-6)


def test_forms_and_hidden_text() -> None:
    page = html_page("<p>a b</p><form><label>8 + 1 =</label><input name=c><textarea></textarea></form><p hidden>no</p>")
    matrix = features(page)
    columns = {name: matrix[:, FEATURE_NAMES.index(name)].tolist() for name in FEATURE_NAMES}
    assert columns["hidden"] == [0, 0, 1]
    assert columns["in_form"] == [0, 1, 0]
    np.testing.assert_allclose(columns["page_log_areas"], [log(1)] * 3)
    np.testing.assert_allclose(columns["place_log_to_area"], [log(2), log(1), log(0)], atol=1e-6)
    np.testing.assert_allclose(columns["page_hidden_share"], [1 / 7] * 3, rtol=1e-6)


def test_ideographs_count_half_a_word() -> None:
    layout = Layout(segment_text("中国政府今天宣布\nمرحبا بالعالم\n한국 정부"))
    assert layout.words.tolist() == [1 + 8 / 2, 2, 2]
    matrix = features(segment_text("中国政府今天宣布\nمرحبا بالعالم\n한국 정부"))
    assert matrix[:, FEATURE_NAMES.index("ideograph_share")].tolist() == [1, 0, 0]
    np.testing.assert_allclose(matrix[:, FEATURE_NAMES.index("other_letter_share")], [0, 12 / 13, 4 / 5], rtol=1e-6)


def test_an_empty_page_has_no_rows() -> None:
    assert features(html_page("")).shape == (0, N_FEATURES)
    assert features(segment_text("")).shape == (0, N_FEATURES)


@pytest.mark.parametrize(
    "html",
    ["x", "<p>one block</p>", "<p>\U0001f600</p>", f"<p>{500_000 * 'ten bytes '}</p>", 3000 * "<p>1</p>"],
)
def test_odd_pages_give_finite_numbers(html: str) -> None:
    page = html_page(html)
    matrix = features(page)
    assert matrix.shape == (len(page), N_FEATURES)
    assert matrix.dtype == np.float32
    assert np.isfinite(matrix).all()


@pytest.mark.parametrize("title", ["…", "—", "»", "“ ”"])
@pytest.mark.parametrize("other", ["", "Big news"])
def test_a_title_without_words_is_no_title(title: str, other: str) -> None:
    def matrix_of(own: str, document: str) -> np.ndarray:
        head = f'<meta property="og:title" content="{own}"><title>{document}</title>'
        return features(html_page(f"<head>{head}</head><h1>Big news</h1><p>{TWELVE}</p>"))

    assert np.isfinite(matrix_of(title, other)).all()
    np.testing.assert_array_equal(matrix_of(title, other), matrix_of("", other))
    np.testing.assert_array_equal(matrix_of(other, title), matrix_of(other, ""))


@given(st.lists(st.text(max_size=30), max_size=12).map("\n".join))
@settings(max_examples=80, deadline=None)
def test_any_text_gives_finite_and_equal_numbers(text: str) -> None:
    page = segment_text(text)
    matrix = features(page)
    assert matrix.shape == (len(page), N_FEATURES)
    assert np.isfinite(matrix).all()
    assert np.abs(matrix).max(initial=0) < 100
    np.testing.assert_array_equal(matrix, features(segment_text(text)))


def test_spans_and_climb() -> None:
    layout = Layout(html_page(HTML))
    assert layout.spans(np.ones((layout.n, 1)))[0, 0] == 6
    depth = layout.climb(np.ones(len(layout.parent), np.int64), np.add)
    for container, parent in enumerate(layout.parent.tolist()):
        assert depth[container] == (depth[parent] + 1 if container else 1)


def test_a_missing_column_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.features._WIDTHS", (5,))
    with pytest.raises(FeatureError, match="expected 12 feature columns, made 6"):
        getattr(features, "__wrapped__", features)(html_page(HTML))

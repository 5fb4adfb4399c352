"""The compiled forms of functions do what their references in Python do, on every page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import encoded, holds_controls, parse, repaired
from classifier.blocks.walk import walk
from classifier.comments.markup import having, parts_of
from classifier.exceptions import SegmentationError
from classifier.features import FEATURE_NAMES, features
from classifier.features.layout import Layout, measure
from classifier.files import read_bytes

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "data"
WRITTEN = sorted((HERE / "pages").rglob("*.html"))
FIELDS = tuple(name for name in Page.__slots__ if not name.startswith("_"))

needs_compiled = pytest.mark.skipif(not hasattr(walk, "__wrapped__"), reason="nothing was compiled here")


def same_walk(root: object) -> None:
    reference, found = walk.__wrapped__(root, None), walk(root, None)  # type: ignore[attr-defined, arg-type]
    for name in FIELDS:
        expected, got = getattr(reference, name), getattr(found, name)
        assert got == expected, name
        if isinstance(expected, list):
            assert list(map(type, got)) == list(map(type, expected)), name


def same_features(page: Page) -> None:
    layout, reference = Layout(page), Layout(page)
    measure.__wrapped__(reference, page)  # type: ignore[attr-defined]
    for name in Layout.__annotations__:
        expected, got = getattr(reference, name), getattr(layout, name)
        np.testing.assert_allclose(got, expected, atol=1e-6, err_msg=name)
        assert name == "n" or got.dtype == expected.dtype, name
    found, wanted = features(page, layout), features.__wrapped__(page, reference)  # type: ignore[attr-defined]
    assert found.dtype == wanted.dtype == np.float32
    assert found.shape == wanted.shape == (len(page), len(FEATURE_NAMES))
    differing = sorted({FEATURE_NAMES[column] for column in np.nonzero(np.abs(found - wanted) > 1e-5)[1]})
    assert differing == []


def same_markup(page: Page) -> None:
    for block in range(len(page)):
        assert parts_of(page, block) == parts_of.__wrapped__(page, block)  # type: ignore[attr-defined]
    for attributes, tag in ((("class", "style", "href"), ""), (("id",), "b"), ((), "time")):
        found = having(page.root, attributes, tag)
        assert found == having.__wrapped__(page.root, attributes, tag)  # type: ignore[attr-defined]


def tree(path: Path) -> object:
    try:
        return parse(read_bytes(path))[0]
    except SegmentationError:
        pytest.skip("no page")


@pytest.mark.skipif(not os.environ.get("CI"), reason="a machine without a C compiler may do without them")
def test_they_are_there_in_continuous_integration() -> None:
    assert hasattr(walk, "__wrapped__")


@needs_compiled
@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_written_pages(path: Path) -> None:
    root = tree(path)
    same_walk(root)
    page = segment(root)  # type: ignore[arg-type]
    same_features(page)
    same_markup(page)


@needs_compiled
@pytest.mark.skipif(not DATA.is_dir(), reason=f"needs the labelled pages in {DATA}")
def test_real_pages() -> None:
    for path in sorted(DATA.glob("*/html/*"))[::7]:
        try:
            root = parse(read_bytes(path))[0]
        except SegmentationError:
            continue
        same_walk(root)
        page = segment(root)
        same_features(page)
        same_markup(page)


def _nest(name: str, attributes: dict[str, str], text: str, children: list[tuple[object, str]]) -> object:
    element = etree.Element(name, attributes)
    element.text = text
    for child, tail in children:
        element.append(child)
        child.tail = tail
    return element


_TEXT = st.text(st.sampled_from("aé漢 \n\t\xa0\u200b\u3000\ufeff\x85-:"), max_size=6)
_NAMES = st.sampled_from(
    "div p a b span br img input option textarea noscript dialog time table td x-box o template".split()
)
_ATTRIBUTES = st.dictionaries(
    st.sampled_from("class id role rel itemprop href style hidden open type shadowrootmode".split()),
    st.sampled_from(["", "a b", "x", "display:none", "color: RED; Visibility : Hidden", "ﬁ", "#"]),
    max_size=3,
)
_TREES = st.recursive(
    st.one_of(st.builds(etree.Comment), st.builds(etree.Element, _NAMES, _ATTRIBUTES)),
    lambda inner: st.builds(_nest, _NAMES, _ATTRIBUTES, _TEXT, st.lists(st.tuples(inner, _TEXT), max_size=4)),
    max_leaves=25,
)


@needs_compiled
@given(_TREES)
def test_any_tree(root: object) -> None:
    if isinstance(root.tag, str):  # type: ignore[attr-defined]
        same_walk(root)
        page = segment(root)  # type: ignore[arg-type]
        same_features(page)
        same_markup(page)


@needs_compiled
@given(st.text(max_size=200))
def test_features_of_any_text(text: str) -> None:
    same_features(segment_text(text))


_STRANGE = st.text(
    st.sampled_from("aZ é漢😀\t\n\x0b\x0c\r\x00\x1b\x7f\x80\x9f\ud800\udfff\ufffd\ufffe\uffff"), max_size=40
)
_REPAIRS = st.lists(
    st.sampled_from(
        ["</br", "</BR>", "<br>", "</b>", "&#27;", "&#x1B", "&#X00fffe;", "&#65535", "&#9;", "&#270;", "&#"]
    )
    | st.text("&#x;0123456789abcdefABCDEF</br> ", max_size=8),
    max_size=12,
).map("".join)


@needs_compiled
@given(_STRANGE | st.text(), st.integers(0, 9))
def test_encoding_of_any_text(text: str, length: int) -> None:
    text = "plain text, " * length + text
    assert encoded(text) == encoded.__wrapped__(text)  # type: ignore[attr-defined]
    assert holds_controls([text, "b"]) == holds_controls.__wrapped__([text, "b"])  # type: ignore[attr-defined]


@needs_compiled
@given(_REPAIRS)
def test_repairs_of_any_text(text: str) -> None:
    data = text.encode()
    assert repaired(data) == repaired.__wrapped__(data)  # type: ignore[attr-defined]


@needs_compiled
def test_the_environment_can_ask_for_the_references() -> None:
    code = "from classifier.blocks.walk import walk; print(hasattr(walk, '__wrapped__'))"
    environment = {**os.environ, "WINNOW_PURE_PYTHON": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "False"

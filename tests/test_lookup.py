"""Rows of words, and the counts that vocabularies are made of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from classifier.blocks import segment, segment_text
from classifier.blocks.parsing import parse
from classifier.features.layout import Layout
from classifier.features.tokens import BREAK, numbers_of_names, numbers_of_texts
from classifier.model.lookup import Lookup, sum_rows
from classifier.training.counting import TokenCounter, says_something

PAGES = sorted((Path(__file__).parents[1] / "crawler" / "demo" / "pages").rglob("*.html"))


def by_block(vocabulary: list[str], texts: list[str]) -> list[Counter[str]]:
    found: list[Counter[str]] = [Counter() for _ in texts]
    for row, block in zip(*Lookup(vocabulary).rows(numbers_of_texts(texts)), strict=True):
        found[block][vocabulary[row]] += 1
    return found


def test_words_and_pairs() -> None:
    vocabulary = ["^ read", "more", "read more", "more $", "0 +", "= $", "^ ok", "ok $", "unseen", "^", "$"]
    assert by_block(vocabulary, ["Read more", "more 8 + 1 =", "OK", "—"]) == [
        Counter({"^ read": 1, "more": 1, "read more": 1, "more $": 1}),
        Counter({"more": 1, "0 +": 1, "= $": 1}),
        Counter({"^ ok": 1, "ok $": 1}),
        Counter(),
    ]


def test_no_pair_crosses_a_break_or_a_gap() -> None:
    assert by_block(["one two", "a b"], ["one", "two", 60 * "a " + 60 * "b "])[:2] == [Counter(), Counter()]
    assert by_block(["a b"], [60 * "a " + 60 * "b "]) == [Counter()]


def test_a_zero_byte_in_plain_text_ends_no_block() -> None:
    page = segment_text("one \0 two\n\0\nthree\0")
    assert list(page.texts) == ["one two", "three"]
    assert np.count_nonzero(Layout(page).word_numbers == BREAK) == 3


def test_empty_vocabulary() -> None:
    assert by_block([], ["some words"]) == [Counter()]


def test_sums_are_those_of_the_rows() -> None:
    table = np.arange(6, dtype=np.float32).reshape(3, 2)
    rows = np.array([0, 2, 2, 1]), np.array([0, 0, 2, 2])
    assert sum_rows(table, rows, 4).tolist() == [[4, 6], [0, 0], [6, 8], [0, 0]]


@pytest.mark.parametrize("path", PAGES[::3], ids=lambda path: path.stem)
def test_counts_of_training_are_the_rows_of_a_model(path: Path) -> None:
    page = segment(parse(path.read_bytes())[0])
    layout = Layout(page)
    counter = TokenCounter()
    counter.add(segment(parse("<p class=other>Another page")[0]), Layout(segment(parse("<p>x")[0])), "other.example")
    counter.add(page, layout, "site.example")
    tokens, vocabularies = counter.build(1)
    rows, blocks = Lookup(vocabularies["text"]).rows(layout.word_numbers)
    found = np.zeros((layout.n, len(vocabularies["text"])))
    np.add.at(found, (blocks, rows), 1)
    assert (found == tokens["text"][-layout.n :].toarray()).all()

    names = [*layout.names, *page.inline]
    rows, elements = Lookup(vocabularies["names"]).rows(numbers_of_names(names))
    found = np.zeros((len(names), len(vocabularies["names"])))
    np.add.at(found, (elements, rows), 1)
    for block, owner in enumerate(page.owner):
        assert (found[owner] + found[len(layout.names) + block] == tokens["near"][-layout.n + block].toarray()).all()
        above, at = np.zeros(found.shape[1]), owner
        while at:
            at = page.parent[at]
            above += found[at]
        assert (above == tokens["far"][-layout.n + block].toarray()).all()


def test_tokens_of_few_sites_are_left_out() -> None:
    counter = TokenCounter()
    for site, text in (("a", "shared words"), ("b", "shared alone"), ("b", "alone again")):
        page = segment(parse(f"<p class=card>{text}</p>")[0])
        counter.add(page, Layout(page), site)
    tokens, vocabularies = counter.build(2)
    assert set(vocabularies["text"]) == {"shared", "^ shared"}
    assert tokens["text"].sum(0).tolist()[0] == [2, 2]
    assert "card" in vocabularies["names"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("entry", True),
        ("^ <p", True),
        ("<div", True),
        ("wp block", True),
        ("css", False),
        ("a", False),
        ("<div css", False),
        ("css x", False),
        ("^ u", False),
        ("box content", True),
        ("role=main", True),
    ],
)
def test_meaningless_names_are_not_learnt(name: str, expected: bool) -> None:
    assert says_something(name) is expected

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.plugin.clean import REMOVED, clean_text

PAGE = [
    ("boilerplate", "Home"),
    ("boilerplate", "Share"),
    ("title", "Bridge closed"),
    ("byline", "By Ann Writer"),
    ("body", "The bridge is shut, and shops share the cost."),
    ("promo", "READ MORE: The ferry that nobody wanted"),
    ("body", "“It is a shame”, she said. Leave a reply, they said."),
    ("source_link", "Source link"),
    ("comment", "Home is where the bridge is"),
    ("comment_form", "Leave a Reply"),
    ("challenge", "8 + 1 ="),
    ("boilerplate", "Share"),
]
ARTICLE = [text for label, text in PAGE if label not in REMOVED]


@pytest.mark.parametrize("separator", ["\n", " ", "\n\n", " \t\n  "])
def test_whatever_parts_the_blocks(separator: str) -> None:
    text = separator.join(text for _, text in PAGE)
    kept, removed = clean_text(text, PAGE)
    assert kept.split() == " ".join(ARTICLE).split()
    assert removed == [(label, text) for label, text in PAGE if label in REMOVED]


def test_line_breaks_in_the_middle_of_a_block() -> None:
    text = "The bridge is shut,\nand shops share the cost.\nREAD MORE: The ferry\nthat nobody wanted\n“It is a shame”"
    assert clean_text(text, PAGE)[0] == "The bridge is shut,\nand shops share the cost.\n“It is a shame”"


def test_straight_quotes_and_case_of_the_project_stay() -> None:
    text = '"It is a shame", she said. Leave a reply, they said.\nSOURCE LINK'
    assert clean_text(text, PAGE)[0] == '"It is a shame", she said. Leave a reply, they said.'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Not of this page at all.",
        "A sentence of their own, with Share and Home and Source link in it.",
        "The bridge is shut, and shops share the cost.",
        "Shareholders of the Homestead",
    ],
)
def test_words_of_the_project_stay(text: str) -> None:
    assert clean_text(text, PAGE) == (text, [])


def test_a_long_thread_of_equal_short_blocks() -> None:
    page = [("body", "The story.")] + [("comment", word) for i in range(500) for word in (f"Comment {i}", "Reply")]
    started = time.perf_counter()
    kept, removed = clean_text("\n".join(text for _, text in page), page)
    assert kept == "The story."
    assert len(removed) == 1000
    assert time.perf_counter() - started < 2


@given(st.lists(st.tuples(st.sampled_from(["body", "promo", "comment"]), st.text("ab \n", max_size=12)), max_size=12))
def test_never_makes_words(page: list[tuple[str, str]]) -> None:
    text = "\n".join(text for _, text in page)
    kept, removed = clean_text(text, page)
    gone = " ".join(part for _, part in removed).split()
    assert sorted(kept.split() + gone) == sorted(text.split())


def test_no_blocks() -> None:
    assert clean_text("Some text", []) == ("Some text", [])

"""A live blog: dated entries that nobody signed are the article, and no thread."""

from __future__ import annotations

import pytest

from classifier.blocks import Page, segment
from classifier.blocks.parsing import parse
from classifier.comments import find_comments, free_report

ENTRY = (
    "The coastguard has moved the crowd back from the sea wall, and the second crane is on its way from the harbour."
)


def page_of(lines: list[str], above: str = "Stranding: as it happened") -> tuple[Page, list[str]]:
    entries = "".join(f"<div><p>{line}</p><p>{ENTRY} It has now.</p><p>Tweet</p></div>" for line in lines)
    page = segment(parse(f"<html><body><h1>Stranding</h1><h2>{above}</h2>{entries}</body></html>")[0])
    return page, ["title", "promo"] + ["comment"] * (len(page) - 2)


def test_entries_are_the_article_and_their_times_are_not() -> None:
    page, labels = page_of(["18.42", "18.20", "17.55", "17.31"])
    assert free_report(page, labels, find_comments) == ["title", "promo", *4 * ["boilerplate", "body", "boilerplate"]]


@pytest.mark.parametrize(
    ("lines", "above"),
    [
        ([f"{name} says: 9 April 2011 at 18:20" for name in ("Ann", "Bert", "Cleo", "Dora")], "Stranding"),
        (["18.42", "18.20", "17.55", "17.31"], "4 comments"),
        (["18.42"], "Stranding"),
    ],
)
def test_comments_stay(lines: list[str], above: str) -> None:
    page, labels = page_of(lines, above)
    assert free_report(page, labels, find_comments) == labels


def test_below_an_article_they_stay() -> None:
    page, labels = page_of(["18.42", "18.20", "17.55", "17.31", "16.58"])
    labels[3] = labels[6] = "body"
    assert free_report(page, labels, find_comments) == labels

"""Bylines by their wording: what the headline's neighbours say, and what a byline never says."""

from __future__ import annotations

import numpy as np
import pytest

from classifier.blocks import segment, segment_text
from classifier.blocks.parsing import parse
from classifier.bylines import is_byline, refine
from classifier.labels import LABEL_INDEX, LABELS


def certain(*labels: str) -> np.ndarray:
    rows = np.eye(len(LABELS), dtype=np.float32)[[LABEL_INDEX[label] for label in labels]]
    rows[:, LABEL_INDEX["boilerplate"]] += 0.1
    return rows


@pytest.mark.parametrize(
    "line",
    [
        "By Ann Lee and Olu Ade",
        "By Ann Lee | Posted on November 6th, 2012",
        "Von Jörg Müller",
        "Par Léa Dupont",
        "3 May 2024",
        "Dienstag, 8. April 2015, 12:46 Uhr",
        "Publicado el 3 de mayo de 2024",
        "2012-10-09 by Herb Sutter",
        "Опубликовано 3 мая 2024",
        "2024年5月3日",
    ],
)
def test_lines_that_are_a_byline_without_doubt(line: str) -> None:
    assert is_byline(line)


@pytest.mark.parametrize(
    "line",
    [
        "By selecting fast instances within the same type, users can save",
        "From 28,33 €",
        "The bridge opened on 3 May 2024 after nine years of work",
        "October 1 12pm- 1pm SAAC 217 Carrie Menke, Ph.D",
        "Design Style",
    ],
)
def test_lines_that_may_be_anything(line: str) -> None:
    assert not is_byline(line)


def test_a_dateline_beside_the_headline_is_found_and_the_body_stays() -> None:
    page = segment_text(
        "8 April 2015\nA bridge opens\nBy Ann Lee\nIt opened.\nMore\nMore\nMore\nMore\nMore\n9 April 2015"
    )
    labels = ["boilerplate", "title", "promo", "body", *["boilerplate"] * 6]
    assert refine(page, labels, certain(*labels)) == ["byline", "title", "byline", "body", *["boilerplate"] * 6]
    assert refine(page, ["body"] * 10, certain(*["body"] * 10)) == ["body"] * 10


def test_between_headline_and_article_a_byline_is_no_body() -> None:
    page = segment_text("\n".join(["Old bridge closed", "By Ann Lee, 3 May 2024", "The town " * 20, "By Ann Lee"]))
    labels = ["title", "body", "body", "body"]
    assert refine(page, labels, certain(*labels)) == ["title", "byline", "body", "body"]


def test_a_link_to_another_dated_story_is_no_byline() -> None:
    page = segment(parse("<h1>Bridges</h1><p><a href=/x>Week in Review - May 5, 2012</a></p>")[0])
    assert refine(page, ["title", "promo"], certain("title", "promo")) == ["title", "promo"]


def test_what_nothing_marks_as_byline_gets_its_second_choice() -> None:
    lines = ["By", "|", "Ann Lee", "5 min read", "Share this with friends", "Staff writer"]
    page = segment_text("\n".join(lines))
    refined = refine(page, ["byline"] * 6, certain(*["byline"] * 6))
    assert [line for line, label in zip(lines, refined, strict=True) if label != "byline"] == [
        "Share this with friends"
    ]

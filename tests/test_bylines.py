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
        "Posted on August 14, 2012 by dmarsh",
        "14 Nov 2021 · Hugh Ainsley-Brandt · 4 min read",
        "Par Yannick le dimanche 16 septembre 2007, 22:31 - Voyages - Lien permanent",
        "Por Larissa Vasques, Jornal do Cerrado — Goiânia",
        "Oleh Ridwan Aman Sara, Takengon — Selasa, 12 Juni 2018",
        "Sigrid Nesheim21. april 2017, 20:15",
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
        "By the time it ended on 3 May 2024 the crowd had gone",
        "By Monday, 4 June 2024, all had left",
        "By Jove, that was something",
        "Signed by Barack Obama on 3 May 2011, the law holds.",
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
    by_headline = ["byline", "body", "byline", *["body"] * 7]
    assert refine(page, ["body"] * 10, certain(*["body"] * 10)) == by_headline


def test_a_page_of_dated_lines_keeps_them() -> None:
    page = segment_text("8 April 2015\n9 April 2015")
    assert refine(page, ["body"] * 2, certain("body", "body")) == ["body"] * 2


def test_a_line_that_signs_an_article_at_its_foot_is_no_body() -> None:
    page = segment_text(
        f"Kerning\n{'The boards are wrong. ' * 9}\nPosted by Ann at February 17, 2004 11:26 PM | TrackBack\nComments"
    )
    labels = ["title", "body", "body", "comment_form"]
    assert refine(page, labels, certain(*labels)) == ["title", "body", "byline", "comment_form"]


def test_a_name_alone_is_a_byline_beside_a_date() -> None:
    page = segment_text("Council votes\nPriyanka Dhillon\n3 May 2024\n" + "The town " * 20 + "\nNew York")
    labels = ["title", *["body"] * 4]
    assert refine(page, labels, certain(*labels)) == ["title", "byline", "byline", "body", "body"]


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


def test_short_lines_beside_the_byline_are_no_body() -> None:
    lines = ["Silent ferries", "Partager sur Facebook", "Imprimer", "The silence was pleasant, and cheap."]
    page = segment_text("\n".join([*lines, "The town " * 20]))
    probabilities = certain("title", *["byline"] * 3, "body")
    probabilities[1:4, LABEL_INDEX["body"]] = 0.3
    refined = refine(page, ["title", *["byline"] * 3, "body"], probabilities)
    assert "body" not in refined[1:3]
    assert refined[3] == "body"

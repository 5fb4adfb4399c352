"""A table of the article is read whole."""

from __future__ import annotations

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.rules.tables import keep_tables

PARAGRAPH = "<p>The council published the figures on Monday, and nobody was surprised by them.</p>"
ROWS = [("1", "Halden", "37 %"), ("2", "Moss", "31 %"), ("3", "Rygge", "12 %"), ("4", "Vestby", "9 %")]


def table(rows: list[tuple[str, ...]] = ROWS) -> str:
    return (
        "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows) + "</table>"
    )


def read(source: str) -> Page:
    return segment(parse(f"<body>{source}</body>")[0])


def test_the_article_surrounds_it() -> None:
    page = read(PARAGRAPH + table() + PARAGRAPH)
    labels = ["body", *["promo", "boilerplate", "byline"] * 4, "body"]
    assert keep_tables(page, labels) == ["body"] * 14


def test_most_of_its_words_are_body() -> None:
    page = read(PARAGRAPH + table())
    assert keep_tables(page, ["body", *["boilerplate", "body", "body"] * 4]) == ["body"] * 13
    few = ["body", *["boilerplate", "boilerplate", "body"] * 1, *["boilerplate"] * 9]
    assert keep_tables(page, few) == few


def test_comments_and_their_forms_stay() -> None:
    page = read(PARAGRAPH + table() + PARAGRAPH)
    labels = ["body", "comment", "comment_form", "challenge", *["promo"] * 9, "body"]
    assert keep_tables(page, labels) == ["body", "comment", "comment_form", "challenge", *["body"] * 10]


def test_layouts_and_menus_stay() -> None:
    for rows in (
        [("Home", "News"), ("Sports", "Weather")],  # two rows
        [(f"<a href='/{at}'>Section {at}</a>", f"<a href='/s{at}'>Pages {at}</a>") for at in range(6)],
        [("Menu", PARAGRAPH * 4) for _ in range(6)],  # paragraphs
        [("<p>Home</p>" * 9, "<p>Says he.</p>" * 9) for _ in range(3)],  # columns of a page
        [("Share",), ("Print",), ("Mail",), ("More",), ("Less",), ("Save",)],  # one column
    ):
        page = read(PARAGRAPH + table(rows) + PARAGRAPH)
        labels = ["body", *["boilerplate"] * (len(page) - 2), "body"]
        assert keep_tables(page, labels) == labels


def test_an_inner_table_is_one_of_its_own() -> None:
    layout = f"<table><tr><td>{PARAGRAPH}{table()}{PARAGRAPH}</td><td>Menu</td></tr><tr><td>Foot</td></tr></table>"
    page = read(layout)
    labels = ["body", *["promo"] * 12, "body", "boilerplate", "boilerplate"]
    assert keep_tables(page, labels) == ["body"] * 14 + ["boilerplate"] * 2


def test_plain_text_stays() -> None:
    page = segment_text("One line.\nAnother.")
    assert keep_tables(page, ["body", "promo"]) == ["body", "promo"]

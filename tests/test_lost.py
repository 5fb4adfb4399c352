"""An article of which the model left nothing."""

from __future__ import annotations

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.rules.lost import free_article

PARAGRAPH = (
    "The ferry company has bought two ships that run on batteries, and a third one that runs on nothing much so far. "
    "Passengers on the first crossing said that the silence was pleasant, and that they missed the smell all the same."
)
MENU = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(30))
FOOTER = (
    "<div><p>We use cookies to make this page better, and to tell our partners which of its ships you like best.</p>"
)


def page_of(article: str) -> tuple[Page, list[str]]:
    page = segment(parse(f"<html><body><ul>{MENU}</ul><div>{article}</div>{FOOTER}</div></body></html>")[0])
    return page, ["boilerplate"] * len(page)


def test_most_paragraphs_of_a_page_without_an_article_are_it() -> None:
    page, labels = page_of(
        "<h2>Silent ferries</h2>" + 3 * f"<p>{PARAGRAPH}</p>" + "<h3>The smell</h3>" + 3 * f"<p>{PARAGRAPH}</p>"
    )
    found = free_article(page, labels)
    assert [page.texts[b] for b, label in enumerate(found) if label == "body"] == [
        *3 * [PARAGRAPH],
        "The smell",
        *3 * [PARAGRAPH],
    ]


def test_a_page_with_an_article_or_without_paragraphs_stays() -> None:
    page, labels = page_of(6 * f"<p>{PARAGRAPH}</p>")
    labels[31] = "body"
    assert free_article(page, labels) == labels
    names = " ".join(f"Country {n}" for n in range(200))
    for content in (f"<select><option>{names}</select>", f"<p>{names}</p>", 6 * f"<p><a href='/x'>{PARAGRAPH}</a></p>"):
        page, labels = page_of(content)
        assert free_article(page, labels) == labels


def test_threads_and_forms_are_no_article() -> None:
    page, labels = page_of(6 * f"<p>{PARAGRAPH}</p>")
    assert free_article(page, ["comment"] * len(labels)) == ["comment"] * len(labels)


def test_plain_text_stays() -> None:
    page = segment_text("\n".join(6 * [PARAGRAPH]))
    assert free_article(page, ["boilerplate"] * 6) == ["boilerplate"] * 6

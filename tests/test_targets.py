"""What the gold of a page allows for each block, on small pages."""

from __future__ import annotations

from typing import Any

import pytest

from classifier.blocks import Page, segment
from classifier.blocks.parsing import parse, strip_labels
from classifier.exceptions import GoldStandardError
from classifier.gold import GoldPage
from classifier.gold.targets import BIT, allowed_labels, gold_body, labels_from_xpaths
from classifier.labels import LABELS

ONE = "The council met on Monday to discuss the bridge over the river and the road behind it."
TWO = "Nobody had expected that so many people would come to the old town hall that evening."
COMMENT = "I have lived beside that bridge for forty years and never saw it closed until now."
HTML = f"""<head><title>Bridge closed | The Daily</title></head><body><nav><a href=/>Home</a></nav>
<h1>Bridge closed</h1><p class=by>By Ann Example</p><div class=a><p>{ONE}</p><p>{TWO}</p></div>
<div id=comments><p>Bob, 3 May</p><p>{COMMENT}</p></div>
<form id=respond><h3>Leave a Reply</h3><p>8 + 1 = <input name=c></p></form><p>Read more: Other news</p></body>"""
NAV, HEAD, BY, P1, P2, BOB, SAID, LEAVE, SUM, MORE = range(10)


def gold(labels: dict[str, str] | None = None, **mark: Any) -> GoldPage:
    return GoldPage(None, "test:1", "test", [mark] if mark else [], labels, html=HTML)


def names(allowed: Any) -> list[set[str]]:
    return [{label for label in LABELS if value & BIT[label]} for value in allowed.tolist()]


def page_of(html: str = HTML) -> tuple[Page, dict[Any, str]]:
    root, _ = parse(html)
    labelled = strip_labels(root)
    return segment(root), labelled


def allowed(item: GoldPage, html: str = HTML) -> list[set[str]]:
    return names(allowed_labels(item, *page_of(html)))


def test_a_page_without_marks_says_nothing() -> None:
    assert allowed(gold()) == 10 * [set()]


def test_body_text() -> None:
    found = allowed(gold(body=f"{ONE}\n\n{TWO}"))
    assert found[P1] == found[P2] == {"body"}
    assert all("body" not in labels for block, labels in enumerate(found) if block not in (P1, P2))
    assert found[NAV] >= {"boilerplate", "promo"}
    assert "comment" not in found[NAV]  # nothing near it hints at comments
    assert "comment" in found[SAID]
    assert "title" in found[HEAD]  # a heading; the page's own title names the site too
    assert "title" not in found[NAV]


def test_body_as_html() -> None:
    item = gold(body_html=f"<p>{ONE}</p><p>{TWO}</p>")
    assert gold_body(item) == f"{ONE}\n\n{TWO}"
    assert allowed(item) == allowed(gold(body=f"{ONE}\n\n{TWO}"))


def test_title_and_author() -> None:
    found = allowed(gold(body=f"{ONE} {TWO}", title="Bridge closed", author="Ann Example"))
    assert found[HEAD] == {"title"}
    assert found[BY] == {"byline"}
    assert "title" not in found[NAV]


def test_comments() -> None:
    found = allowed(gold(body=f"{ONE} {TWO}", comments=COMMENT))
    assert found[SAID] == {"comment"}
    assert "comment" in found[BOB]  # between comments stand authors and dates
    assert "comment" not in found[NAV]
    assert found[P1] == {"body"}


def test_a_body_that_is_not_on_the_page_teaches_nothing() -> None:
    found = allowed(gold(body="Entirely other words that stand nowhere on the page, " * 5))
    assert all(labels != {"body"} for labels in found)
    assert found[P1] == set() or "body" in found[P1]


def test_hand_labels_by_xpath() -> None:
    labels = {
        "/html/body/h1": "title",
        "/html/body/div[1]": "body",
        "/html/body/div[1]/p[2]": "promo",
        "/html/body/form": "comment_form",
        "/html/body/form/p": "challenge",
        "/html/body/div[2]": "?",
    }
    found = allowed(gold(labels))
    assert found[HEAD] == {"title"}
    assert found[P1] == {"body"}
    assert found[P2] == {"promo"}
    assert found[BOB] == found[SAID] == set()
    assert found[LEAVE] == {"comment_form"}
    assert found[SUM] == {"challenge"}
    assert found[NAV] == found[BY] == found[MORE] == {"boilerplate"}


def test_an_xpath_labels_what_is_below_it_and_not_its_namesakes() -> None:
    page, _ = page_of("<div><p>a</p></div>" + "".join(f"<p>{n}</p>" for n in range(12)))
    labels = labels_from_xpaths(page, {"/html/body/p[1]": "body", "/html/body/div": "promo"})
    assert labels == ["promo", "body", *11 * ["boilerplate"]]


def test_hand_labels_beside_a_text() -> None:
    labels = {"/html/body/div[1]": "body", "/html/body/div[1]/p[2]": "promo", "/html/body/h1": "title"}
    found = allowed(gold(labels, body=f"{ONE} {TWO}"))
    assert found[P1] == {"body"}
    assert found[P2] == {"body", "promo"}  # the set keeps it, the reader does not: both stay possible
    assert found[HEAD] == {"title"}
    assert found[NAV] == {"boilerplate"}


def test_hand_labelled_body_outside_the_text_of_the_set() -> None:
    found = allowed(gold({"/html/body/div[2]/p[2]": "body"}, body=f"{ONE} {TWO}"))
    assert "body" in found[SAID]
    assert len(found[SAID]) > 1


def test_attributes() -> None:
    html = (
        '<div data-winnow-label="body"><p>a</p><p data-winnow-label="promo">b <b>c</b></p>'
        '<p data-winnow-label="?">d</p>tail'
        '<br>more</div><p>e</p><span data-winnow-label="comment">f</span>'
    )
    assert allowed(gold({}), html) == [{"body"}, {"promo"}, set(), {"body"}, {"body"}, {"boilerplate"}, {"comment"}]


def test_an_unknown_attribute_is_named_with_its_block() -> None:
    with pytest.raises(GoldStandardError, match="unknown label 'boddy'; expected one of title") as caught:
        allowed(gold({}), '<p data-winnow-label="body">a</p><p data-winnow-label="boddy">b</p>')
    assert caught.value.block == 1


def test_forms() -> None:
    found = allowed(gold(forms=[{"type": "contact/comment", "fields": {}}]))
    assert found[LEAVE] == found[SUM] == {"comment_form", "boilerplate", "challenge", "promo"}
    assert found[P1] == set()
    other = allowed(gold(forms=[{"type": "search", "fields": {}}]))
    assert "comment_form" not in other[LEAVE]
    mismatch = allowed(gold(forms=[{"type": "search", "fields": {}}, {"type": "login", "fields": {}}]))
    assert mismatch == 10 * [set()]


def test_widgets() -> None:
    found = allowed(
        gold(
            has=["challenge", "read_more"],
            challenge=["8 + 1 ="],
            read_more=["Read more: Other news"],
            comment_form_selector="form#respond",
            comments_selector="#comments",
            must_keep=[{"string": "discuss the bridge"}],
        )
    )
    assert found[SUM] == {"challenge"}
    assert found[MORE] == {"promo"}
    assert found[LEAVE] == {"comment_form"}
    assert "comment" in found[SAID]
    assert found[P1] == {"body"}
    assert found[NAV] == set()


def test_source_links_and_credits() -> None:
    html = "<p>x</p><p>Source link</p>"
    assert allowed(gold(has=["source_link"], source_link={"text": "Source link"}), html)[1] == {"source_link"}
    credit = gold(has=["source_link"], source_link="Source link", source_kind="agency_or_attribution_credit")
    assert allowed(credit, html)[1] == set()


def test_a_broken_selector_is_ignored() -> None:
    assert allowed(gold(has=["comments"], comments_selector="div[[")) == 10 * [set()]

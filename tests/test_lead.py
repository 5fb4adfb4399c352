"""A short article above a long thread."""

from __future__ import annotations

import pytest
from lxml import html

from classifier.blocks import segment, segment_text
from classifier.comments import free_lead

POST = "Esther writes that saying why you leave a job is pointless, and that nobody reads the answers anyway."
REMARK = "I said it all in mine, and they never called me again. Make of that what you will, but I would do it again."


def labels_after(source: str) -> list[str]:
    root = html.fromstring(f"<html><body>{source}</body></html>")
    page = segment(root)
    before = [
        next(e for e in (element, *element.iterancestors()) if e.get("data-l") is not None).get("data-l")
        for element, _ in page.start
    ]
    return free_lead(page, before)


def thread(count: int = 6, heading: str = "<h3 data-l=comment>53 comments</h3>") -> str:
    remark = "<div data-l=comment>Ana, 3 May 2012 at 10:15</div><p data-l=comment>{}</p>"
    return heading + count * remark.format(REMARK)


HEAD = "<h2 data-l=title>Exit interviews</h2><p data-l=byline>Posted by Kim on 3 May</p>"


@pytest.mark.parametrize("label", ["comment", "boilerplate", "promo"])
def test_paragraphs_between_headline_and_thread_are_the_article(label: str) -> None:
    found = labels_after(
        f"{HEAD}<p data-l={label}>{POST}</p><p data-l={label}>So?</p><p data-l={label}>{POST}</p>{thread()}"
    )
    assert found[:5] == ["title", "byline", "body", "body", "body"]
    assert set(found[5:]) == {"comment"}


def test_a_thread_without_a_heading_begins_with_its_first_comment() -> None:
    assert labels_after(f"{HEAD}<p data-l=promo>{POST}</p>{thread(heading='')}")[2] == "body"
    assert set(
        labels_after(
            f"{HEAD}<p data-l=comment>{REMARK}</p><p data-l=comment>{REMARK}</p>" * 1
            + "".join(f"<div data-l=comment>reader{n}</div><p data-l=comment>{REMARK}</p>" for n in range(4))
        )[2:]
    ) == {"comment"}


def test_links_and_short_lines_are_no_paragraphs() -> None:
    teaser = f"<p data-l=promo><a href=/x>{POST}</a></p><p data-l=boilerplate>Share this</p>"
    assert "body" not in labels_after(f"{HEAD}{teaser}{thread()}")


def test_below_another_heading_nothing_is_the_article() -> None:
    related = f"<h3 data-l=promo>You may like to read</h3><p data-l=promo>{POST}</p>"
    assert "body" not in labels_after(f"{HEAD}{related}{thread()}")


def test_a_page_with_an_article_or_without_a_thread_stays() -> None:
    article = f"<p data-l=body>{POST} {POST}</p>"
    for rest in (article + thread(), thread(count=1)):
        found = labels_after(f"{HEAD}<p data-l=promo>{POST}</p>{rest}")
        assert found[2] == "promo"


def test_plain_text() -> None:
    lines = ["Exit interviews", POST, "53 comments", *3 * ["Ana wrote at 10:15:", REMARK]]
    labels = ["title", "promo", *["comment"] * 7]
    assert free_lead(segment_text("\n".join(lines)), labels) == ["title", "body", *["comment"] * 7]


def test_a_first_comment_that_is_signed_below_stays_one() -> None:
    signed = f"<p data-l=comment>{REMARK}</p><div data-l=comment>Posted by: Ana at May 3, 2012 10:15 AM</div>"
    assert "body" not in labels_after(f"{HEAD}{6 * signed}")


def test_an_article_signed_right_above_the_heading_of_the_thread() -> None:
    signature = "<div data-l=comment>Posted by Kim at May 3, 2012 9:00 AM</div>"
    heading = "<div data-l=comment>Comments</div>"
    found = labels_after(f"{HEAD}<p data-l=comment>{POST}</p>{signature}{thread(heading=heading)}")
    assert found[2] == "body"
    assert set(found[3:]) == {"comment"}

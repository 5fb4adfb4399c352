"""Where nothing hints at comments there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.blocks import segment, segment_text
from classifier.blocks.parsing import parse
from classifier.comments.evidence import drop_unhinted, may_be_comment
from classifier.labels import LABEL_INDEX, LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

STORY = "<h1>The bridge</h1><p>The council opened the bridge on Monday.</p>"
REMARK = "I waited nine years for this bridge to open, and it was worth every single day of it, believe me."


def sure(labels: list[str], second: str) -> NDArray[np.float32]:
    """Probabilities of a model that is sure of the labels, and next would have said `second`."""
    rows = 0.9 * np.eye(len(LABELS), dtype=np.float32)[[LABEL_INDEX[label] for label in labels]]
    rows[:, LABEL_INDEX[second]] += 0.1
    return rows


@pytest.mark.parametrize(
    "thread",
    [
        f"<div class=q1><div class='entry commentlist'><p>{REMARK}</p></div></div>",
        f"<div id=user-reviews><p>{REMARK}</p></div>",
        f"<h3>2 Responses</h3><div><p>{REMARK}</p></div>",
        f"<h4>Das sagen unsere Leser</h4><div><p>{REMARK}</p></div>",
        f"<ul><li><b>Ana</b><i> 3 May 2012 10:15</i><p>{REMARK}</p></li>"
        f"<li><b>Bo</b><i> 4 May 2012 11:20</i><p>{REMARK}</p></li></ul>",
        f"<div><span>6 comments</span><span>Top</span><span>Newest</span></div><div>{REMARK}</div>",
        f"<p>Share</p><p>Ad</p><div>pell</div><div>{REMARK}</div><div>24Reply</div><div>tom</div><div>3Reply</div>",
    ],
    ids=["class", "id", "heading", "heading-of-readers", "dated-records", "sorted-heading", "replies"],
)
def test_names_headings_and_dated_records_hint_at_comments(thread: str) -> None:
    page = segment(parse(f"<body>{STORY}{thread}</body>")[0])
    hinted = may_be_comment(page)
    assert [bool(hinted[b]) for b, text in enumerate(page.texts) if text.endswith("believe me.")] in (
        [True],
        2 * [True],
    )
    assert not hinted[:2].any()


def test_a_class_of_the_whole_page_hints_at_nothing() -> None:
    page = segment(parse(f"<body class='single-post comments-open'>{STORY}<p>{REMARK}</p></body>")[0])
    assert not may_be_comment(page).any()


@pytest.mark.parametrize("second", ["body", "promo"])
def test_comments_without_a_hint_get_the_next_best_label(second: str) -> None:
    cards = "".join(f"<li><b>Stove {n}</b><p>Boils a litre in {n} minutes.</p></li>" for n in range(3, 7))
    page = segment(parse(f"<body class=single-post>{STORY}<ul>{cards}</ul></body>")[0])
    labels = ["title", "body", *["comment"] * 8]
    assert drop_unhinted(page, labels, sure(labels, second)) == ["title", "body", *[second] * 8]


def test_comments_of_a_model_without_doubt_become_boilerplate() -> None:
    page = segment(parse(f"<body class=single-post>{STORY}<p>{REMARK}</p></body>")[0])
    labels = ["title", "body", "comment"]
    assert drop_unhinted(page, labels, sure(labels, "comment"))[2] == "boilerplate"


def test_hinted_comments_and_all_other_labels_stay() -> None:
    page = segment(parse(f"<body class=single-post>{STORY}<div class=comment><p>{REMARK}</p></div></body>")[0])
    labels = ["title", "body", "comment"]
    assert drop_unhinted(page, labels, sure(labels, "body")) == labels
    assert drop_unhinted(page, ["title", "promo", "body"], sure(labels, "body")) == ["title", "promo", "body"]


def test_plain_text_is_left_alone() -> None:
    page = segment_text(f"The bridge\nThe council opened it.\n{REMARK}")
    labels = ["title", "body", "comment"]
    assert drop_unhinted(page, labels, sure(labels, "body")) == labels


def test_nesting_of_any_depth() -> None:
    page = segment(parse(f"<body class=single-post>{STORY}{1500 * '<div>'}<p>{REMARK}</p></body>")[0])
    assert not may_be_comment(page).any()
    assert may_be_comment(segment(parse(f"<div class=comments><p>{REMARK}</p></div>")[0].find(".//div"))).all()


def test_a_short_line_that_is_no_comment_and_stands_alone_is_no_article() -> None:
    ticker = "<div>11:40 Bridge open</div><div>11:22 A lynx in the park</div><div>10:58 Bread dearer</div>"
    page = segment(parse(f"<body class=single-post>{STORY}<h3>Ticker</h3>{ticker}<p>{REMARK}</p></body>")[0])
    labels = ["title", "body", "promo", "promo", "comment", "promo", "comment"]
    probabilities = sure(labels, "body")
    probabilities[4, LABEL_INDEX["promo"]] = 0.05
    assert drop_unhinted(page, labels, probabilities) == ["title", "body", *["promo"] * 4, "body"]


@pytest.mark.parametrize(("headline", "hint"), [("<a href=/{0}>{1} {0}</a>", False), ("{1} {0}", True)])
def test_dated_teasers_led_by_a_link_hint_at_nothing(headline: str, hint: bool) -> None:
    headline = f"<h3>{headline}</h3><i>{{0}} May 2012</i><p>{{2}}</p>"
    teasers = "".join(
        f"<li>{headline.format(n, 'The new bridge over the river is late, days:', REMARK)}</li>" for n in range(3, 9)
    )
    assert may_be_comment(segment(parse(f"<body>{STORY}<ul>{teasers}</ul></body>")[0])).any() == hint


@pytest.mark.parametrize(
    ("name", "sureness", "label"), [("k9x", 0.95, "comment"), ("k9x", 0.8, "body"), ("post-foot", 0.95, "body")]
)
def test_where_names_say_nothing_a_sure_model_needs_no_hint(name: str, sureness: float, label: str) -> None:
    page = segment(
        parse(
            f"<body>{STORY}<div class=q1><p>{REMARK}</p><p>{REMARK}</p></div><div class={name}>About us</div></body>"
        )[0]
    )
    labels = ["title", "body", "comment", "comment", "boilerplate"]
    probabilities = sure(labels, "body")
    probabilities[2:4] = 0
    probabilities[2:4, [LABEL_INDEX["comment"], LABEL_INDEX["body"]]] = sureness, 1 - sureness
    assert drop_unhinted(page, labels, probabilities)[2:4] == [label, label]

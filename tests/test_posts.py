"""Threads of forums, and threads of answers below a story."""

from __future__ import annotations

import pytest
from lxml import html

from classifier.blocks import segment
from classifier.comments import refine

POST = "The spring on the left gate keeps jumping off its hook, and I have bent it back twice this week already."
ANSWER = "Mine did the same until I turned the hook round, so that the open end points at the wall and not at you."
NAMES = ("Tilde", "Old Rudder", "spokeshave", "Nan B", "Quill")
STORY = (
    "<p data-l=body>The council let the old lock gates stand for another winter, and readers of this page object.</p>"
)


def labels_after(source: str) -> dict[str, str]:
    """Label of each line by its text; the last one counts where a text repeats."""
    page = segment(html.fromstring(f"<html><body>{source}</body></html>"))
    before = [
        next(e for e in (element, *element.iterancestors()) if e.get("data-l") is not None).get("data-l")
        for element, _ in page.start
    ]
    return dict(zip(page.texts, refine(page, before), strict=True))


def post(n: int, label: str, text: str, info: str = "Joined: {} 200{}|Posts: {}1") -> str:
    lines = [NAMES[n], "Member", *info.format(("May", "June", "July", "March", "April")[n], n, n).split("|")]
    rows = "".join(f"<p data-l={label}>{line}</p>" for line in lines if line)
    return (
        f"<tr><td>{rows}</td><td><div data-l={label}>Posted: {n + 3} June 2006 8:1{n} pm</div>"
        f"<p data-l={label}>{text} {n}</p><p data-l={label}>_______</p><p data-l={label}>Sails are for wimps, {n}</p>"
        "</td></tr>"
    )


def forum(info: str = "Joined: {} 200{}|Posts: {}1", above: str = "") -> dict[str, str]:
    posts = [post(0, "body", POST, info), *(post(n, "comment", ANSWER, info) for n in range(1, 5))]
    return labels_after(f"<h1 data-l=title>Gate springs</h1>{above}<table>{''.join(posts)}</table>")


def test_posts_of_a_forum_are_its_content() -> None:
    found = forum()
    assert {found[f"{POST} 0"], *(found[f"{ANSWER} {n}"] for n in range(1, 5))} == {"body"}
    printed = (
        "Old Rudder",
        "Posts: 11",
        "Posted: 4 June 2006 8:11 pm",
        "Sails are for wimps, 2",
        "Sails are for wimps, 4",
    )
    assert {found[line] for line in printed} == {"boilerplate"}


def test_comments_headed_like_posts_stay_comments_below_an_article() -> None:
    assert forum(above=STORY)[f"{ANSWER} 1"] == "comment"


def test_a_first_comment_is_no_first_post_without_what_forums_print() -> None:
    assert forum(info="|")[f"{ANSWER} 1"] == "comment"


def thread(head: str, foot: str = "", label: str = "body") -> str:
    return "".join(
        f"<li><h4 data-l=promo>{head.format(name)}</h4><div data-l=promo>by {name} (12{n})</div>"
        f"<p data-l={label if n < 4 else 'comment'}>{ANSWER} {n}</p><div data-l=promo>{foot}</div></li>"
        for n, name in enumerate(NAMES)
    )


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ("Re: (Score:2)", ""),
        ("Re: what {} said", ""),
        ("{}", "Reply to this Parent"),
        ("{} (Score: 3, Funny)", "Share"),
    ],
)
def test_lines_of_answers_make_a_thread_without_dates(head: str, foot: str) -> None:
    found = labels_after(f"<h1 data-l=title>Lock gates</h1>{STORY * 3}<ul>{thread(head, foot)}</ul>")
    assert {found[f"{ANSWER} {n}"] for n in range(5)} == {"comment"}
    assert found[html.fromstring(STORY).text_content()] == "body"


def test_answers_to_one_subject_or_without_a_story_may_be_a_forum() -> None:
    one = labels_after(f"<h1 data-l=title>Lock gates</h1>{STORY * 3}<div>{thread('Re: Lock gates')}</div>")
    bare = labels_after(f"<h1 data-l=title>Lock gates</h1><div>{thread('{} (Score:3)')}</div>")
    assert one[f"{ANSWER} 1"] == bare[f"{ANSWER} 1"] == "body"


def test_a_box_of_latest_comments_on_other_stories_stays_a_promo() -> None:
    found = labels_after(
        f"{STORY * 3}<p data-l=comment>Ana: {ANSWER}</p><ul>{thread('Re: what {} said', '', 'promo')}</ul>"
    )
    assert found["Re: what Tilde said"] == "promo"

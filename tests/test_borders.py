"""Where comments end and the article begins: labels corrected by structure."""

from __future__ import annotations

from lxml import html

from classifier.blocks import segment, segment_text
from classifier.comments import refine

LONG = "The council opened the new bridge over the river on Monday after nine years of work. " * 3
REMARK = "I waited nine years for this bridge to open, and it was worth every single day of it, believe me."
OTHER = "Nobody has said yet who is going to pay for the second one that was promised at the same time."


def labelled(source: str, wrong: dict[str, str] | None = None) -> tuple[list[str], list[str]]:
    """Labels from ``data-l`` attributes before and after; `wrong` replaces the label of blocks by their text."""
    root = html.fromstring(f"<html><body>{source}</body></html>")
    page = segment(root)
    before = []
    for (element, _), text in zip(page.start, page.texts, strict=True):
        marked = next(e for e in (element, *element.iterancestors()) if e.get("data-l") is not None)
        before.append((wrong or {}).get(text, marked.get("data-l")))
    return before, refine(page, before)


def article(paragraphs: int = 3) -> str:
    return "<h1 data-l=title>The bridge</h1>" + f"<p data-l=body>{LONG}</p>" * paragraphs


def test_what_stands_between_dates_of_one_container_is_comment() -> None:
    signed = "<p data-l=comment>Posted by: {} at May {}, 2012 10:1{} AM</p>"
    source = (
        f"<div>{article()}<p data-l=byline>Posted by Kim at May 1, 2012 9:00 AM</p><h2 data-l=body>Comments</h2>"
        + "".join(
            f"<p data-l=body>{text}</p>" + signed.format("Ana", n, n) for n, text in enumerate((REMARK, OTHER), 1)
        )
        + "</div>"
    )
    before, after = labelled(source)
    assert before.count("body") == 6
    assert after == ["title", *["body"] * 3, "byline", *["comment"] * 5]


def test_dates_of_a_chronicle_are_no_comments() -> None:
    days = "".join(f"<p data-l=body>{n} March 2012</p><p data-l=body>{LONG}</p>" for n in range(1, 6))
    wrong = {"2 March 2012": "comment", "4 March 2012": "comment"}
    _, after = labelled(f"<div><h1 data-l=title>March</h1>{days}</div>", wrong)
    assert after.count("body") == 8


def test_a_list_of_comments_needs_neither_dates_nor_class_names() -> None:
    members = "".join(f"<li><div data-l=comment>reader{n}</div><p data-l=comment>{REMARK}</p></li>" for n in range(4))
    wrong = f"<li><div data-l=body>reader9</div><p data-l=body>{OTHER}</p></li>"
    for items in (wrong + members, members + wrong, members + wrong + members):
        _, after = labelled(f"<div>{article()}<ul>{items}</ul></div>")
        assert after == ["title", *["body"] * 3, *["comment"] * (len(after) - 4)]


def test_a_heading_tells_the_only_comment() -> None:
    source = f"{article()}<div><h3 data-l=comment>Reader comments (1)</h3><div><p data-l=body>{OTHER}</p>"
    _, after = labelled(f"{source}<div data-l=comment>October 19, 2012 | Ana</div></div></div>")
    assert after == ["title", *["body"] * 3, *["comment"] * 3]


def test_notes_between_the_heading_and_the_form_belong_to_the_form() -> None:
    note = "With an account on the network you can respond to this post, wherever that account may be."
    source = f"<div>{article()}<section><h2 data-l=promo>Comments</h2><p data-l=body>{note}</p>"
    _, after = labelled(f"{source}<button data-l=comment_form>Load comments</button></section></div>")
    assert after == ["title", *["body"] * 3, "promo", "comment_form", "comment_form"]


def test_answers_between_threads_of_their_own_stay_body() -> None:
    said = "".join(f"<li><p data-l=comment>{REMARK}</p><p data-l=comment>Ana, May {n}, 10:11</p></li>" for n in (1, 2))
    answer = f"<div><div data-l=body><p>{LONG}</p><p>{LONG}</p></div><ul>{said}</ul></div>"
    before, after = labelled(f"<h1 data-l=title>How?</h1>{answer * 3}")
    assert after == before


def test_the_article_above_a_long_thread_stays_body() -> None:
    signed = f"<p data-l=comment>{REMARK}</p><p data-l=comment>Ana at May 1, 2012 10:11 AM</p>"
    before, after = labelled(f"<div><p data-l=body>{LONG}</p>{signed * 30}</div>")
    assert after == before


def test_paragraphs_of_an_article_are_freed_from_being_comments() -> None:
    source = f"<div>{article(2)}<p data-l=comment>I think so, she said.</p><p data-l=body>{LONG}</p></div>"
    before, after = labelled(source)
    assert before.count("comment") == 1
    assert after == ["title", *["body"] * 4]


def test_pages_without_a_thread_are_left_alone() -> None:
    before, after = labelled(article())
    assert after == before


def test_plain_text_is_corrected_by_its_lines() -> None:
    lines = ["The bridge", LONG, LONG, "2 comments", "Ana says:", REMARK, "Ben says:", OTHER, "Cleo says:", REMARK]
    labels = ["title", "body", "body", *["comment"] * 4, "body", "comment", "comment"]
    after = refine(segment_text("\n".join(lines)), labels)
    assert after == ["title", "body", "body", *["comment"] * 7]


def headed_thread(heading: str, header: str, tag: str = "div") -> str:
    said = "".join(
        f"<{tag}><div data-l=body>{header.format(n)}</div><div data-l=body>{text}</div></{tag}>"
        for n, text in enumerate((REMARK, OTHER, REMARK), 1)
    )
    return f"<div>{article()}</div><div><b data-l=body>{heading}</b>{said}</div>"


def test_lines_with_times_below_the_heading_of_a_thread_are_comments_whatever_the_model_says() -> None:
    for heading in ("Your comments", "Reader Comments (3)", "Leserkommentare", "Vos réactions (3)", "3 comments"):
        for header in ("ana{} wrote:", "ana{0} (3/{0}/2008 9:14 PM)", "{}. 4. 2008, 21:14 Uhr"):
            _, after = labelled(headed_thread(heading, header))
            assert after == ["title", *["body"] * 3, *["comment"] * 7], (heading, header)


def test_a_heading_alone_makes_no_thread() -> None:
    for heading, header in (
        ("Your comments", "Ana {}"),
        ("The day in the harbour", "{}/3/2008 9:14 PM"),
        ("76 Replies", "ana{0} (3/{0}/2008 9:14 PM)"),
        ("Have your say", "<a href=/{0}>{0}/3/2008 9:14 PM</a>"),
        ("<a href=/c>Reader comments (3)</a>", "{}/3/2008 9:14 PM"),
    ):
        before, after = labelled(headed_thread(heading, header))
        assert after == before, heading


def test_stories_with_the_number_of_their_comments_are_no_thread() -> None:
    story = (
        "<div><h2 data-l=body>Story {0}</h2><p data-l=body>{0}/3/2008 9:14 PM</p><p data-l=body>{1}</p>"
        "<p data-l=body>Comments ({0})</p></div>"
    )
    before, after = labelled(article() + "".join(story.format(n, LONG) for n in range(1, 6)))
    assert after == before


def test_a_table_that_lays_out_the_page_is_no_list_of_comments() -> None:
    rows = "".join(f"<p data-l=comment>{text}</p><p data-l=comment>Posted by Ana</p>" for text in (REMARK, OTHER) * 4)
    source = f"<table><tr><td data-l=boilerplate>Home</td><td>{article(1)}{rows}</td></tr></table>"
    before, after = labelled(source.replace("<h1 data-l=title>The bridge</h1>", "<h1 data-l=body>The bridge</h1>"))
    assert after == before


def test_letters_signed_with_name_and_place_below_the_words_of_a_newspaper() -> None:
    places = ("Maxine, Dudley, UK", "Gareth Pugh, Swansea, Wales", "C. Adeyemi, London", "Tim, UK")
    letters = "".join(f"<p data-l=body>{REMARK}</p><p data-l=body>{place}</p>" for place in places)
    for heading, label in (
        ("The following comments reflect the balance of opinion we have received so far:", "comment"),
        ("The following towns have opened a bridge since the year before last:", "body"),
    ):
        _, after = labelled(f"<div>{article()}<p data-l=body>{heading}</p>{letters}</div>")
        assert after[5:] == [label] * 8


def test_a_heading_without_a_number_heads_a_thread_where_a_form_stands_below_it() -> None:
    remark = "<p data-l=promo>{} hours ago</p><p data-l=promo>Reader {}</p><p data-l=promo>{}</p>"
    thread = "".join(remark.format(n, n, text) for n, text in ((3, REMARK), (7, OTHER)))
    invitation = "<div data-l={}>Log in to say something yourself</div>"
    for label, found in (("comment_form", "comment"), ("boilerplate", "promo")):
        source = f"{article()}<h3 data-l=promo>Comments</h3>{invitation.format(label)}<div>{thread}</div>"
        assert labelled(source)[1][-6:] == [found] * 6


def test_the_last_record_of_a_thread_is_read_to_its_end() -> None:
    record = "<div><p class=w data-l=comment>{} May 2012</p><p class=t data-l={}>{}</p></div>"
    records = "".join(record.format(n, "comment", REMARK) for n in range(3, 6)) + record.format(6, "promo", OTHER)
    assert labelled(f"{article()}<div>{records}</div>")[1][-1] == "comment"


def test_times_of_one_make_keep_a_thread_without_class_names_off_the_article() -> None:
    record = "<table><tr><td data-l=comment>{0} May 2012 10:1{0}</td></tr><tr><td data-l={1}>{2}</td></tr></table>"
    kinds = ("comment", "comment", "body", "comment", "comment")
    thread = "".join(record.format(n, kind, f"{REMARK} {n}") for n, kind in enumerate(kinds, 3))
    closing = f"<div data-l=body>{LONG}</div>" * 2
    found = labelled(f"{article()}{thread}{closing}")[1]
    assert found.count("comment") == 10
    assert found[-2:] == ["body"] * 2

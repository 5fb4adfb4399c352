"""What a page holds twice is read once."""

from __future__ import annotations

import pytest

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.rules.copies import drop_copies

ONE = "The council opened the new bridge over the river on Monday after nine years of work."
TWO = "Nobody has said yet who is going to pay for the second one that was promised."
CHORUS = "Row, row, row your boat, gently down the stream."


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def bodies(source: str) -> tuple[Page, list[str]]:
    page = segment(parse(f"<body><main>{source}</main></body>")[0])
    return page, drop_copies(page, ["body"] * len(page))


def test_the_later_of_two_copies_goes() -> None:
    _, labels = bodies(f"<div>{paragraphs(ONE, TWO)}</div><p>Read on.</p><div>{paragraphs(ONE, TWO)}</div>")
    assert labels == ["body", "body", "body", "boilerplate", "boilerplate"]


def test_of_a_hidden_and_a_shown_copy_the_hidden_one_goes() -> None:
    _, labels = bodies(f"<div hidden>{paragraphs(ONE, TWO)}</div><div>{paragraphs(ONE, TWO)}</div>")
    assert labels == ["boilerplate", "boilerplate", "body", "body"]


@pytest.mark.parametrize("first", ["section", "section hidden"])
def test_three_copies_leave_one(first: str) -> None:
    copy = f"{paragraphs(ONE, TWO)}</section>"
    page, labels = bodies(f"<{first}>{copy}<section>{copy}<section>{copy}")
    assert [text for text, label in zip(page.texts, labels, strict=True) if label == "body"] == [ONE, TWO]


def test_a_block_that_holds_the_whole_article_again_goes() -> None:
    story = [f"{ONE[:-1]}, says witness number {number}." for number in range(8)]
    page, labels = bodies(f"{paragraphs(*story)}<pre># Bridge\n\n{' '.join(story)}</pre><p>{TWO}</p>")
    assert labels == ["body"] * 8 + ["boilerplate", "body"]
    assert page.texts[8].startswith("# Bridge")
    few = " ".join(story[:3]) + f" {TWO}" * 3  # a summary
    assert set(bodies(f"<p>{few}</p>{paragraphs(*story)}")[1]) == {"body"}


def test_what_an_author_repeats_stays() -> None:
    verses = "".join(f"<div><p>Verse {number}</p><p>{CHORUS}</p></div>" for number in range(4))
    for source in (verses, paragraphs(ONE, TWO, ONE, TWO)):  # a chorus; paragraphs of one container
        assert set(bodies(source)[1]) == {"body"}


def test_other_labels_stay() -> None:
    page = segment(parse(f"<body><div>{paragraphs(ONE)}</div><div>{paragraphs(ONE)}</div></body>")[0])
    assert drop_copies(page, ["body", "comment"]) == ["body", "comment"]
    assert drop_copies(page, ["comment", "comment"]) == ["comment", "comment"]


def test_lines_of_plain_text_stay() -> None:
    page = segment_text("\n".join([ONE, TWO, ONE, TWO]))
    assert drop_copies(page, ["body"] * 4) == ["body"] * 4

"""Notices about comments and forms are no part of the article."""

from __future__ import annotations

import pytest

from classifier.blocks import Page, segment
from classifier.blocks.parsing import parse
from classifier.forms.notices import drop_notices

PARAGRAPH = (
    "The ferry company has bought two ships that run on batteries, and a third that runs on nothing much so far."
)
NOTICES = (
    "The Fine Print: The following comments are owned by whoever posted them.",
    "I commenti sono proprietà dei rispettivi autori. Non siamo in alcun modo responsabili del loro contenuto.",
    "Redakcja nie odpowiada za treść opinii zamieszczanych przez internautów.",
    "Comments are closed.",
    "This debate is now closed",
    "Kommentare können nur von angemeldeten Lesern geschrieben werden.",
    "Seuls les abonnés peuvent écrire des commentaires.",
    "You may not post new threads",
    "This form is protected by reCAPTCHA and the Google privacy notice applies.",
    "This entry was posted on Thursday, March 9th, 2006. You can follow any responses through the RSS 2.0 feed.",
    "Αυτή η εγγραφή καταχωρήθηκε στην κατηγορία Τοπικά. Μπορείτε να παρακολουθείτε τα σχόλια μέσω RSS.",
    "このエントリーのトラックバックURL:",
)


def page_of(*lines: str) -> Page:
    return segment(parse("<html><body>" + "".join(f"<p>{line}</p>" for line in lines))[0])


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_below_the_article_is_none_of_it(notice: str) -> None:
    page = page_of(PARAGRAPH, notice, "About us")
    assert drop_notices(page, ["body", "body", "boilerplate"]) == ["body", "boilerplate", "boilerplate"]
    assert drop_notices(page, ["body", "body", "comment"]) == ["body", "comment_form", "comment"]


@pytest.mark.parametrize("notice", NOTICES)
def test_an_article_may_quote_a_notice(notice: str) -> None:
    page = page_of(PARAGRAPH, notice, f"{PARAGRAPH} Again.")
    assert drop_notices(page, ["body"] * 3) == ["body"] * 3


@pytest.mark.parametrize(
    "line",
    [
        "Registered users can now join public chat rooms from day one.",
        "Comments from the mayor were not available.",
        "This post was written by the harbour master himself.",
        "You can post a letter there.",
    ],
)
def test_other_sentences_stay(line: str) -> None:
    page = page_of(PARAGRAPH, line)
    assert drop_notices(page, ["body"] * 2) == ["body"] * 2

"""Candidate threads: which lines are taken for dates, and how long it takes."""

import time

import pytest

from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.comments.threads import dated_lines, find_threads

CARD = "<div><b>Trainer {0}0 {1} men</b><p>Light running shoe with a mesh upper, for road and track alike.</p></div>"


def dated(lang, *lines):
    page = segment(parse(f"<html lang={lang}>" + "".join(f"<p>{line}</p>" for line in lines) + "</html>")[0])
    return [page.texts[b] for b in dated_lines(page)]


def test_english_words_are_no_dates():
    lines = ["2 for 1 on all shoes", "10 out of 12 liked it", "MacBook Pro 14", "Set of 3 knives", "A LED of 40 W"]
    assert dated("en", *lines) == []
    products = "".join(CARD.format(number, "for") for number in range(1, 8))
    assert find_threads(segment(parse(f"<main>{products}</main>")[0])) == []


@pytest.mark.parametrize("line", ["3 hours ago.", "vor 3 Tagen", "for 3 dager siden", "May 5", "12. set 2013", "3d"])
def test_dates_of_any_page(line):
    assert dated("en", line) == [line]


def test_short_months_count_in_their_own_language():
    assert dated("pt-BR", "Ana, 3 out", "Rui, 12 set") == ["Ana, 3 out", "Rui, 12 set"]
    assert dated("de", "Ana, 3 out", "Rui, 12 set") == []


def test_thousands_of_comments_take_no_seconds():
    one = "<div><b>Ana</b> <i>3 May 2012 10:15</i><p>I waited nine years for this bridge to open, believe me.</p></div>"
    page = segment(parse(f"<main>{one * 6_000}</main>")[0])
    start = time.process_time()
    (thread,) = find_threads(page)
    assert time.process_time() - start < 2, "a tenth; it was 14"
    assert len(thread.records) == 6_000

from datetime import datetime

import pytest

from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.comments import find_comments
from classifier.comments.dates import day_first_of, find_date, read_machine_date

NOW = datetime(2026, 11, 23, 12, 0)


@pytest.mark.parametrize(
    ("text", "said", "iso"),
    [
        ("by james on January 31, 2011 at 9:59 am", "January 31, 2011 at 9:59 am", "2011-01-31T09:59:00"),
        ("Montag, 5. März 2018 um 14:05 Uhr", "Montag, 5. März 2018 um 14:05", "2018-03-05T14:05:00"),
        ("12 de octubre de 2013", "12 de octubre de 2013", "2013-10-12"),
        ("3 марта 2019 г., 12:30", "3 марта 2019 г., 12:30", "2019-03-03T12:30:00"),
        ("2012年3月4日 下午 3:05", "2012年3月4日 下午 3:05", "2012-03-04T15:05:00"),
        ("2012. január 5., 10:12", "2012. január 5., 10:12", "2012-01-05T10:12:00"),
        ("le 5 février 2012 à 8h05", "5 février 2012 à 8h05", "2012-02-05T08:05:00"),
        ("6:15pm Mon 4 Mar 13", "6:15pm Mon 4 Mar 13", "2013-03-04T18:15:00"),
        ("2012-03-04T10:00:00+0200", "2012-03-04T10:00:00+0200", "2012-03-04T10:00:00+02:00"),
        ("vor 3 Tagen", "vor 3 Tagen", "2026-11-20"),
        ("il y a 2 heures", "il y a 2 heures", "2026-11-23T10:00:00"),
        ("user123 3 hours ago", "3 hours ago", "2026-11-23T09:00:00"),
        ("10 dni temu", "10 dni temu", "2026-11-13"),
        ("3d", "3d", "2026-11-20"),
        ("wczoraj", "wczoraj", "2026-11-22"),
        ("2年前", "2年前", "2024-11-23"),
        ("5 tháng 3, 2019", "5 tháng 3, 2019", "2019-03-05"),
        ("quinta-feira, 3 de maio de 2012", "quinta-feira, 3 de maio de 2012", "2012-05-03"),
        ("3 de maio de 2012, quinta-feira", "3 de maio de 2012, quinta-feira", "2012-05-03"),
        ("12 set 2013", "12 set 2013", "2013-09-12"),
        ("February 29 at 10:30", "February 29 at 10:30", "2024-02-29T10:30:00"),
        ("for 3 dager siden", "for 3 dager siden", "2026-11-20"),
        ("vor über 3 Stunden", "vor über 3 Stunden", "2026-11-23T09:00:00"),
        ("About 53 min. ago", "About 53 min. ago", "2026-11-23T11:07:00"),
        ("4 Μαΐου 2009 στις 10:52 μ.μ.", "4 Μαΐου 2009 στις 10:52 μ.μ.", "2009-05-04T22:52:00"),
        ("hier à 10h15", "hier à 10h15", "2026-11-22T10:15:00"),
    ],
)
def test_dates(text, said, iso):
    found = find_date(text, now=NOW)
    assert found is not None
    assert text[found.start : found.end] == said
    assert found.iso == iso


@pytest.mark.parametrize(
    "text",
    [
        "I have 3 days left",
        "May was great",
        "hello",
        "version 3.2.1 of 2019",
        "30 February 2020",
        "29 February 2019",
        "set 3 of 10",
        "5 out of 5",
        "3 ago",
        "MacBook Pro 14",
        "on sale for 3 days",
        "it took about 3 hours",
        "Klicken Sie hier",
    ],
)
def test_no_dates(text):
    assert find_date(text, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("12 set", "it", "2026-09-12"),
        ("3 out", "pt_BR", "2026-10-03"),
        ("3 ago", "es-MX", "2026-08-03"),
        ("3 ago", "en-US", None),
        ("Posté hier", "fr-FR", "2026-11-22"),
    ],
)
def test_words_that_are_dates_in_one_language_only(text, language, iso):
    found = find_date(text, now=NOW, language=language)
    assert (found and found.iso) == iso


def test_order_of_day_and_month():
    assert find_date("3/4/2012", day_first=True).iso == "2012-04-03"
    assert find_date("3/4/2012", day_first=False).iso == "2012-03-04"
    assert find_date("25/4/2012", day_first=False).iso == "2012-04-25"
    assert day_first_of(["1/25/2012"], "de") is False
    assert day_first_of(["25/1/2012"], "en-US") is True
    assert day_first_of([], "en-GB") is True
    assert day_first_of([], None) is False


def test_relative_time_needs_to_know_when():
    found = find_date("3 days ago")
    assert found is not None
    assert found.iso is None


def test_machine_dates():
    assert read_machine_date("1654070400") == "2022-06-01T08:00:00+00:00"
    assert read_machine_date("2013-08-02T19:05:00Z") == "2013-08-02T19:05:00+00:00"
    assert read_machine_date("Reply to this") is None


@pytest.mark.parametrize(("lang", "iso"), [("en-US", "2012-05-03T15:01:00"), ("de", "2012-03-05T15:01:00")])
def test_dates_in_attributes_are_read_as_the_page_writes_them(lang, iso):
    comment = "<li id=comment-{0}><b>Ann</b> <em title='5/3/2012 3:01 PM'>a while ago</em><p>I quite agree with it.</p>"
    page = segment(parse(f"<html lang={lang}><ol>{comment.format(1)}{comment.format(2)}</ol></html>")[0])
    assert [one.published for one in find_comments(page, ["comment"] * len(page))] == [iso, iso]


def test_relative_dates_in_attributes_count_from_the_fetch():
    assert read_machine_date("3 days ago", now=NOW) == "2026-11-20"

import gzip
import json
import time
from pathlib import Path

import numpy as np
import pytest
from lxml import html

from classifier.blocks import Page, segment, segment_text
from classifier.labels import LABEL_INDEX, LABELS
from classifier.sources import SourceLink, find_source, is_copy, refine, source_url
from classifier.urls import registered_domain

DATA = Path(__file__).parents[2] / "shared" / "data"
HERE = "https://copy.example.org/world/1"
ORIGIN = "https://www.origin-daily.com/world/4711"
PARAGRAPHS = (
    "The ferry company has bought two ships that run on batteries, and a third one that runs on nothing much so far.",
    "Passengers on the first crossing said that the silence was pleasant, and that they missed the smell all the same.",
    "The harbour master expects the old boats to be sold by the end of the summer, to anybody who asks for them.",
)


def article(last: str, *, after: str = "") -> tuple[Page, list[str]]:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    root = html.fromstring(
        f"<html><body><h1>Silent ferries</h1>{body}{last}{after}<p>All rights reserved</p></body></html>"
    )
    page = segment(root, HERE)
    labels = ["body"] * len(page)
    labels[0], labels[-1] = "title", "boilerplate"
    return page, labels


WORDINGS = {
    "en": "Source link",
    "en-2": "Originally published at Origin Daily.",
    "en-3": "This article was originally published on Origin Daily",
    "en-4": "Read the full article at Origin Daily",
    "en-5": "Source: Origin Daily",
    "en-6": "[ source ]",
    "en-7": "This story first appeared on Origin Daily.",
    "de": "Quelle: Origin Daily",
    "de-2": "Dieser Artikel erschien zuerst auf Origin Daily",
    "fr": "Cet article a été initialement publié sur Origin Daily",
    "fr-2": "Source : Origin Daily",
    "es": "Publicado originalmente en Origin Daily",
    "es-2": "Fuente: Origin Daily",
    "it": "Fonte: Origin Daily",
    "it-2": "Leggi l'articolo completo su Origin Daily",
    "pt": "Publicado originalmente em Origin Daily",
    "pt-2": "Link da fonte",
    "nl": "Bron: Origin Daily",
    "nl-2": "Lees het hele artikel op Origin Daily",
    "pl": "Źródło: Origin Daily",
    "cs": "Zdroj: Origin Daily",
    "sv": "Källa: Origin Daily",
    "da": "Kilde: Origin Daily",
    "fi": "Lähde: Origin Daily",
    "ru": "Источник: Origin Daily",
    "ru-2": "Ссылка на источник",
    "uk": "Джерело: Origin Daily",
    "hu": "Forrás: Origin Daily",
    "ro": "Sursa: Origin Daily",
    "hr": "Izvor: Origin Daily",
    "tr": "Kaynak: Origin Daily",
    "el": "Πηγή: Origin Daily",
    "id": "Sumber: Origin Daily",
    "vi": "Nguồn: Origin Daily",
    "zh": "原文链接",
    "zh-2": "来源：Origin Daily",
    "ja": "引用元：Origin Daily",
    "ko": "출처: Origin Daily",
    "ar": "المصدر: Origin Daily",
    "he": "מקור: Origin Daily",
}


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=WORDINGS)
def test_a_linked_source_line_at_the_end_is_the_origin(wording):
    page, labels = article(f'<p><a href="{ORIGIN}">{wording}</a></p>')
    refined = refine(page, labels)
    assert [page.texts[b] for b, label in enumerate(refined) if label == "source_link"] == [wording]
    source = find_source(page, refined)
    assert source == SourceLink(wording, ORIGIN, "copied_from")
    assert is_copy(source, HERE)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Quelle: dpa</p>",
        "<p>Zdroj: <a href='/autori/ctk'>ČTK</a></p>",
        "<p>Fuente: EFE</p>",
        "<p>Quelle: sid/dpa</p>",
        "<p>Source: <a href='https://www.reuters.com/'>Reuters</a></p>",
        "<p>Source: IMF, 2020</p>",
        "<p>Source: <a href='https://www.gettyimages.com/'>Getty</a></p>",
        "<figure><img src=x><figcaption>Source: <a href='https://data.imf.example/'>IMF</a></figcaption></figure>",
    ],
)
def test_a_credit_stays_in_the_body(line):
    page, labels = article(line)
    assert refine(page, labels) == labels
    given = [
        label if text in (*PARAGRAPHS, "Silent ferries") else "source_link"
        for label, text in zip(labels, page.texts, strict=True)
    ]
    given[-1] = "boilerplate"
    if "figcaption" not in line and "2020" not in line:
        assert refine(page, given) == labels, "a model's wrong source_link is taken back"


@pytest.mark.parametrize(
    "line",
    [
        f"<p>Source: <a href='{ORIGIN}'>Origin Daily</a></p>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS),
        "<p>Source code for the battery controller was published as well, and nobody has read it so far.</p>",
        "<p>The article was originally published in April 2020 and was updated in April 2024.</p>",
        "<p>Via the northern route the crossing takes nine minutes longer, and it is the nicer one.</p>",
        "<p>Sources in the harbour said that the sale is done.</p>",
        "".join(f"<h3>Ship {n}</h3><p>via <a href='https://ships-{n}.com/'>ships-{n}.com</a></p>" for n in range(5)),
    ],
    ids=["mid-article", "source code", "first published", "via", "sources said", "list of things"],
)
def test_no_false_alarm(line):
    page, labels = article(line)
    assert refine(page, labels) == labels


def test_only_labels_of_the_article_are_changed():
    page, labels = article(f'<p><a href="{ORIGIN}">Source link</a></p>')
    labels[4] = "comment"
    assert refine(page, labels) == labels


def test_credit_is_reported_without_leaving_the_body():
    page, labels = article("<p>Quelle: dpa</p>")
    assert find_source(page, labels) == SourceLink("Quelle: dpa", None, "credit")
    assert not is_copy(find_source(page, labels), HERE)


def test_address_is_absolute():
    page, labels = article("<p><a href='//origin-daily.com/x'>Source link</a></p>")
    source = find_source(page, refine(page, labels))
    assert source is not None
    assert source.url == "https://origin-daily.com/x"


def test_plain_text():
    page = segment_text("\n".join([*PARAGRAPHS, "Source link", "Leave a Reply"]))
    labels = ["body"] * 4 + ["comment_form"]
    refined = refine(page, labels)
    assert refined == ["body"] * 3 + ["source_link", "comment_form"]
    assert find_source(page, refined) == SourceLink("Source link", None, "copied_from")


def test_same_registered_domain_is_no_copy():
    own = SourceLink("Source link", "https://blog.echo.co.uk/1", "copied_from")
    assert not is_copy(own, "https://www.echo.co.uk/news/1")
    assert is_copy(own, "https://www.daily.co.uk/news/1")
    assert is_copy(SourceLink("Originally published at nytimes.com", None, "copied_from"), HERE)
    assert not is_copy(None, HERE)
    assert registered_domain("http://192.168.0.1/x") == ""


def test_hosts_without_a_registered_domain_are_told_apart_by_name():
    own = SourceLink("Source link", "http://intranet:8000/1", "copied_from")
    assert is_copy(own, "http://192.168.0.1/1")
    assert not is_copy(own, "http://intranet/2")
    assert not is_copy(SourceLink("Source link", "http://[broken", "copied_from"), "http://intranet/2")


def test_source_url_is_that_of_a_copy():
    assert source_url(SourceLink("Source link", "https://echo.co.uk/1", "copied_from")) == "https://echo.co.uk/1"
    assert source_url(SourceLink("Quelle: dpa", "https://www.dpa.com/", "credit")) is None
    assert source_url(None) is None


@pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data")
def test_annotated_pages():
    """Origins on other sites among the annotated pages; the article is taken to end three blocks after the line."""
    found = wanted = 0
    for line in (DATA / "widgets" / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        links = [link for link in row.get("source_link") or () if link["href"]]
        if not links or row["source_kind"] != "repost_or_origin":
            continue
        if registered_domain(links[0]["href"]) == registered_domain(row["url"]):
            continue
        page = segment(html.fromstring(gzip.decompress((DATA / row["page"]).read_bytes())), row["url"])
        at = [b for b, hrefs in enumerate(page.links) if links[0]["href"].strip() in {href.strip() for href in hrefs}]
        if not at:
            continue
        labels = ["body" if len(text) >= 60 else "boilerplate" for text in page.texts]
        labels[at[-1] + 4 :] = ["boilerplate"] * len(labels[at[-1] + 4 :])
        wanted += 1
        found += any(label == "source_link" for label in refine(page, labels))
    assert wanted >= 14
    assert found / wanted >= 0.8


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="https://other.example.net/">Contact a local agent</a></p>',
        '<p><a href="/guides/tents">Read the full article: How to pitch a tent</a></p>',
        "<p>This page was originally published on Wednesday, March 2, 2022.</p>",
        '<p>Photo: <a href="https://other.example.net/">Ann Lee</a> | Source: Unsplash</p>',
    ],
    ids=["no wording", "own site", "date", "photo"],
)
def test_the_model_alone_makes_no_source_line(line: str) -> None:
    page, labels = article(line)
    at = labels.index("boilerplate") - 1
    labels[at] = "source_link"
    assert refine(page, labels)[at] != "source_link"


def test_a_name_that_begins_like_a_source_word_is_none() -> None:
    page, labels = article(f'<p><a href="{ORIGIN}">Virtual tourism</a></p>')  # "vir" is a source in Slovenian
    assert "source_link" not in refine(page, labels)


def test_a_source_behind_the_author_gives_the_address_of_the_source() -> None:
    line = (
        f'<p>Posted by <a href="https://copy.example.org/ann">Ann</a> | <a href="{ORIGIN}">Read more at Origin</a></p>'
    )
    page, labels = article(line)
    labels[labels.index("boilerplate") - 1] = "source_link"
    source = find_source(page, refine(page, labels))
    assert source is not None
    assert source.url == ORIGIN


def test_a_source_between_headline_and_article() -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    line = f'<p>Source <a href="{ORIGIN}">Origin Daily</a></p>'
    page = segment(html.fromstring(f"<html><body><h1>Silent ferries</h1>{line}{body}</body></html>"), HERE)
    assert refine(page, ["title", "byline", "body", "body", "body"])[1] == "source_link"


def test_a_dated_issue_is_a_place_and_a_date_is_none() -> None:
    line = f'<p>This review originally appeared in the Dec. 9, 2013 issue of <a href="{ORIGIN}">Origin</a>.</p>'
    page, labels = article(line)
    assert "source_link" in refine(page, labels)


@pytest.mark.parametrize("position", ["above", "below"])
def test_a_long_notice_counts_above_the_article_too(position: str) -> None:
    notice = f'<p>This article is republished from <a href="{ORIGIN}">Origin Daily</a> under a free licence.</p>'
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    inside = notice + body if position == "above" else body + notice
    page = segment(html.fromstring(f"<html><body><h1>Silent ferries</h1>{inside}</body></html>"), HERE)
    labels = ["title", *["body"] * (len(page) - 1)]
    source = find_source(page, refine(page, labels))
    assert source is not None
    assert (source.kind, source.url) == ("copied_from", ORIGIN)


def test_a_long_address_is_no_long_name() -> None:
    url = f"{ORIGIN}/{'a-very-long-path-' * 6}"
    page, labels = article(f'<p>Quelle: <a href="{url}">{url}</a></p>')
    assert refine(page, labels)[-2] == "source_link"


def test_a_table_cell_that_holds_the_article_is_no_caption() -> None:
    body = "<br><br>".join(PARAGRAPHS)
    cell = f'<td>{body}<br><br>Source: <a href="{ORIGIN}">Origin Daily</a></td>'
    page = segment(html.fromstring(f"<html><body><table><tr>{cell}</tr></table></body></html>"), HERE)
    assert refine(page, ["body"] * len(page))[-1] == "source_link"


def test_a_source_within_the_byline() -> None:
    page, labels = article("")
    line = f'<div>2014-05-12 09:31 来源：<a href="{ORIGIN}">江南晚报</a></div>'
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    page = segment(html.fromstring(f"<html><body><h1>Silent ferries</h1>{line}{body}</body></html>"), HERE)
    labels = ["title", "byline", *["body"] * len(PARAGRAPHS)]
    assert find_source(page, labels) == SourceLink("来源：江南晚报", ORIGIN, "copied_from")


@pytest.mark.parametrize(
    "line",
    [
        "(AFP)",
        "(共同)",
        "© dpa-infocom, dpa:260412-930-944213/1",
        "(Reporting by Anders Vollan; Editing by Miriam Castell)",
        "The Associated Press contributed to this report.",
    ],
)
def test_agencies_sign_off_in_lines_of_their_own(line: str) -> None:
    page, labels = article(f"<p>{line}</p>")
    labels = refine(page, labels)
    assert labels[-2] == "body"
    source = find_source(page, labels)
    assert source is not None
    assert (source.kind, source.text) == ("credit", line)


def test_what_is_no_source_amid_the_article_is_body_only_where_the_model_gives_that_most() -> None:
    page, labels = article("<p>Like us on Facebook</p>", after=f"<p>{PARAGRAPHS[0]} Once more.</p>")
    labels[4] = "source_link"
    for body, promo, expected in ((0.1, 0.05, "body"), (0.05, 0.1, "promo")):
        probabilities = np.zeros((len(page), len(LABELS)), np.float32)
        probabilities[4, [LABEL_INDEX["source_link"], LABEL_INDEX["body"], LABEL_INDEX["promo"]]] = 0.8, body, promo
        assert refine(page, labels, probabilities)[4] == expected


def test_addresses_are_relative_to_the_base_that_the_page_declares():
    page, labels = article("<base href='https://origin-daily.com/a/'><p><a href='x.html'>Source link</a></p>")
    source = find_source(page, refine(page, labels))
    assert source is not None
    assert source.url == "https://origin-daily.com/a/x.html"


def test_thousands_of_source_lines_take_seconds():
    lines = "".join(f"<p>{PARAGRAPHS[0]}</p><p><a href='{ORIGIN}{n}'>Source link</a></p>" for n in range(8_000))
    page, labels = article(lines)
    start = time.process_time()
    refined = refine(page, labels)
    assert time.process_time() - start < 3
    assert refined == labels


@pytest.mark.parametrize(
    "line",
    [
        f"<h4>Bron</h4><div><a href='{ORIGIN}'>origin-daily.com</a></div>",
        f"<div>Citește articolul integral pe</div><p><a href='{ORIGIN}'>Origin Daily</a></p>",
        f"<div>מקור:</div><div><a href='{ORIGIN}'>Origin</a></div><div><a href='{ORIGIN}'>לחצו כאן</a></div>",
    ],
    ids=["noun", "phrase", "the same link twice"],
)
def test_a_wording_and_the_link_below_it_are_one_source(line: str) -> None:
    page, labels = article(line)
    labels[4:] = ["promo"] * len(labels[4:])
    refined = refine(page, labels)
    assert [b for b, label in enumerate(refined) if label == "source_link"] == [4, 5]
    assert find_source(page, refined) == SourceLink(f"{page.texts[4]} {page.texts[5]}", ORIGIN, "copied_from")


def test_a_heading_above_several_links_heads_references() -> None:
    links = "".join(f"<li><a href='https://www.site-{n}.com/'>Study {n}</a></li>" for n in range(3))
    page, labels = article(f"<h2>Sources</h2><ul>{links}</ul>")
    assert refine(page, labels) == labels


@pytest.mark.parametrize(
    "line",
    [
        "Fonte: origin-daily.com",
        "Bron origin-daily.com",
        "<a href='/go.php?url=aHR0cHM6Ly9vcmlnaW4='>Источник: origin-daily.com</a>",
    ],
    ids=["unlinked", "without a colon", "by way of a counter"],
)
def test_the_domain_of_another_site_is_an_origin(line: str) -> None:
    page, labels = article(f"<p>{line}</p>")
    refined = refine(page, labels)
    assert refined[4] == "source_link"
    assert is_copy(find_source(page, refined), HERE)
    page, labels = article(f"<p>{line}</p>", after="".join(f"<p>{text} Again.</p>" for text in PARAGRAPHS))
    assert refine(page, labels) == labels, "of a part of the article"


def test_a_notice_right_below_the_article_ends_in_its_source() -> None:
    line = f'<p>© 2021 Origin. All rights reserved. Read more at <a href="{ORIGIN}">origin-daily.com</a></p>'
    page, labels = article(line)
    labels[4] = "boilerplate"
    assert refine(page, labels, [0.99] * len(page))[4] == "source_link"


@pytest.mark.parametrize(
    "line",
    [
        f'<a href="{ORIGIN}">Click here for the original article</a>',
        f'Про це пише <a href="{ORIGIN}">«Птахи онлайн»</a>.',
    ],
)
def test_a_complete_wording_counts_in_the_middle_of_the_article_if_it_is_the_only_one(line: str) -> None:
    rest = "".join(f"<p>{text} Again.</p>" for text in PARAGRAPHS)
    page, labels = article(f"<p>{line}</p>", after=rest)
    assert refine(page, labels)[4] == "source_link"
    page, labels = article(f"<p>{line}</p><p>{PARAGRAPHS[0]} And again.</p><p>{line}</p>", after=rest)
    assert refine(page, labels) == labels


def test_a_report_of_an_agency_stays_in_the_body() -> None:
    page, labels = article('<p>Про це повідомляє <a href="https://www.ukrinform.ua/1">Укрінформ</a>.</p>')
    assert refine(page, labels) == labels


def test_the_last_of_several_links_is_the_original_where_the_line_says_so() -> None:
    other = "https://www.third-paper.fr/"
    line = f"<p>Sources : <a href='{other}1'>Third</a>, Rail – <a href='{ORIGIN}'>lire l'article original</a></p>"
    page, labels = article(line)
    source = find_source(page, refine(page, labels))
    assert source is not None
    assert source.url == ORIGIN


def test_a_line_of_links_to_other_sites_above_the_article() -> None:
    sites = " | ".join(f"<a href='https://www.paper-{n}.com/{n}'>Paper {n}</a>" for n in range(4))
    own = " | ".join(f"<a href='/{n}'>Page {n}</a>" for n in range(4))
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    for line, expected in ((sites, "source_link"), (own, "body")):
        page = segment(html.fromstring(f"<html><body><h1>Silent ferries</h1><p>{line}</p>{body}</body></html>"), HERE)
        refined = refine(page, ["title", *["body"] * (len(page) - 1)])
        assert refined == ["title", expected, "body", "body", "body"]


@pytest.mark.parametrize(
    "line",
    [
        "Staff writer Joel Amsden contributed to this report.",
        "Information from Reuters was used in this report.",
        "SOURCE Halvorsen Dynamics, Inc.",
        "Text a foto: Radim Šťastný",
        "По материалам ТАСС, пресс-службы аэроклуба.",
    ],
)
@pytest.mark.parametrize("label", ["promo", "boilerplate", "source_link"])
def test_sign_offs_below_the_article_belong_to_it(line: str, label: str) -> None:
    page, labels = article(f"<p>{line}</p>")
    labels[4] = label
    assert refine(page, labels)[4] == "body"


def test_a_heading_is_no_credit() -> None:
    page, labels = article(f"<h2>Source: a word with two edges</h2><p>{PARAGRAPHS[0]} Again.</p>")
    assert find_source(page, refine(page, labels)) is None


def test_a_name_without_an_address_is_an_origin_where_the_model_thinks_so() -> None:
    for line, label, kind in (
        ("Fuente: Actualidad", "source_link", "copied_from"),
        ("Fuente: Actualidad", "body", "credit"),
        ("Fuente: MTI / Actualidad", "source_link", "credit"),
    ):
        page, labels = article(f"<p>{line}</p>")
        labels[4] = label
        assert find_source(page, refine(page, labels)) == SourceLink(line, None, kind)


def test_chinese_paragraphs_have_fewer_characters() -> None:
    text = "清水桥建于明代万历年间,桥洞的东侧比西侧高出一截,里面嵌着一扇绿漆木门。"
    cell = f"<td><div>{text}</div><div>(文章来源:<a href='{ORIGIN}'>水乡晚报</a>)</div></td>"
    page = segment(html.fromstring(f"<html><body><table><tr>{cell}</tr></table></body></html>"), HERE)
    assert refine(page, ["body", "body"]) == ["body", "source_link"]


def test_what_is_no_source_below_the_article_is_no_list_of_links() -> None:
    page, labels = article("<p><a href='/a'>zeytin</a> <a href='/b'>ege</a></p>")
    labels[4] = "source_link"
    probabilities = np.zeros((len(page), len(LABELS)), np.float32)
    probabilities[4, [LABEL_INDEX["source_link"], LABEL_INDEX["body"], LABEL_INDEX["promo"]]] = 0.5, 0.3, 0.2
    assert refine(page, labels, probabilities)[4] == "promo"

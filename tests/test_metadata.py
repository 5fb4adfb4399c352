from __future__ import annotations

import importlib
import pickle
from typing import Any

import pytest
from lxml import etree

import classifier
from classifier import metadata as module
from classifier.blocks.parsing import parse
from classifier.bylines import names_in
from classifier.exceptions import ClassifierError
from classifier.metadata import MetadataError

for library in ("extruct", "htmldate", "py3langid"):
    pytest.importorskip(library, reason="the extra [metadata] is not installed")

URL = "https://courier.example/news/bridges.html"
ENGLISH = "The council closed both bridges on Monday, after the river had risen by two metres in a single night."
POLISH = "Rada miasta zamknęła w poniedziałek oba mosty, ponieważ rzeka podniosła się w nocy o dwa metry."


def read(head: str = "", byline: str = "", text: str = ENGLISH, attributes: str = "", url: str | None = URL) -> Any:
    paragraphs = f"<p>{text} {text} {text}</p>" * 4
    shown = f'<div class="byline">{byline}</div>' if byline else ""
    html = (
        f"<html {attributes}><head><title>Two bridges close after the flood</title>{head}</head><body><article>"
        f"<h1>Two bridges close after the flood</h1>{shown}<div class='entry-content'>{paragraphs}</div></article>"
    )
    return classifier.extract(html, url)


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def test_linked_data() -> None:
    found = read(
        json_ld(
            '{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": "NewsArticle", "author": [{"@id": "#a"}, '
            '{"@type": "Person", "name": "By Olu Ade"}], "datePublished": "2024-05-01T08:30:00+02:00", "dateModified": '
            '"2024-05-02", "image": {"url": "/i.jpg"}, "description": "A  river rose.", '
            '"publisher": {"name": "Courier"}}, '
            '{"@type": "Person", "@id": "#a", "name": "Ann Lee"}]}'
        )
    ).metadata()
    assert found.authors == ("Ann Lee", "Olu Ade")
    assert found.date_published == "2024-05-01T08:30:00+02:00"
    assert found.date_modified == "2024-05-02"
    assert found.main_image == "https://courier.example/i.jpg"
    assert found.description == "A river rose."
    assert found.site_name == "Courier"
    assert found.canonical_url == URL
    assert found.language == "en"


def test_meta_elements() -> None:
    found = read(
        '<meta name="author" content="Ann Lee and Olu Ade"><meta property="og:image" content="//cdn.example/a.png">'
        '<meta property="article:published_time" content="2024-05-01"><meta property="og:site_name" content="Courier">'
        '<meta name="description" content="A river rose."><link rel="canonical" href="/bridges">'
    ).metadata()
    assert found.authors == ("Ann Lee", "Olu Ade")
    assert found.date_published == "2024-05-01"
    assert (found.main_image, found.canonical_url) == ("https://cdn.example/a.png", "https://courier.example/bridges")
    assert (found.site_name, found.description, found.date_modified) == ("Courier", "A river rose.", None)


def test_broken_linked_data_spoil_nothing() -> None:
    scripts = (
        json_ld('{"@type": ') + json_ld("[1, null]") + json_ld('{"@type": "Article", "author": "Ann Lee", "image": 3}')
    )
    found = read(scripts).metadata()
    assert found.authors == ("Ann Lee",)
    assert found.main_image is None


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("By Ann Lee and Olu Ade | 3 May 2024", ["Ann Lee", "Olu Ade"]),
        ("ByAnn Lee Updated on May 3, 2024", ["Ann Lee"]),
        ("Von Änne Lüttich, 3. Mai 2024", ["Änne Lüttich"]),
        ("Autor: Jan Kowalski", ["Jan Kowalski"]),
        ("Автор: Анна Ли", ["Анна Ли"]),
        ("By | Ann Lee", ["Ann Lee"]),
        ("Published on May 3, 2024", []),
        ("By admin", []),
        ("", []),
    ],
)
def test_names_in_bylines(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


def test_a_date_that_readers_see_corrects_one_that_is_reset_by_every_change() -> None:
    head = (
        '<meta property="article:published_time" content="2024-09-30T10:00:00Z">'
        '<meta property="article:modified_time" content="2024-09-30T10:00:00Z">'
    )
    extraction = read(head, "By Ann Lee | 3 May 2024")
    for block in extraction.blocks:
        if block.text.startswith("By Ann"):
            block.label = "byline"
    assert extraction.metadata().date_published == "2024-05-03"
    assert read(head).metadata().date_published == "2024-09-30T10:00:00+00:00"


def test_a_date_that_nothing_declares_is_found() -> None:
    assert read(url="https://courier.example/2023/11/08/bridges.html").metadata().date_published == "2023-11-08"


@pytest.mark.parametrize(
    ("text", "attributes", "language"),
    [(ENGLISH, "", "en"), (POLISH, "", "pl"), (POLISH, 'lang="en-US"', "pl"), (ENGLISH, 'lang="en-GB"', "en")],
)
def test_the_words_tell_the_language(text: str, attributes: str, language: str) -> None:
    assert read(text=text, attributes=attributes).metadata().language == language


def test_an_empty_page() -> None:
    assert classifier.extract("<html lang=de><body></body></html>").metadata() == module.Metadata(language="de")


def test_the_tree_is_only_read() -> None:
    root, _ = parse("<html><head><title>T</title></head><body><p>One <b>two</b>.</p><!-- c --></body></html>")
    before = etree.tostring(root)
    classifier.extract(root, URL).metadata()
    assert etree.tostring(root) == before


def test_after_pickling_the_page_is_gone() -> None:
    copy = pickle.loads(pickle.dumps(read()))
    with pytest.raises(MetadataError, match="before pickling"):
        copy.metadata()


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    extraction = read(json_ld('{"@type": "Article"}'))
    monkeypatch.setattr(module, "import_module", missing)
    module._identifier.cache_clear()
    with pytest.raises(ClassifierError, match=r"pip install 'scrapy-winnow\[metadata\]'"):
        extraction.metadata()
    monkeypatch.setattr(module, "import_module", importlib.import_module)
    assert extraction.metadata().language == "en"

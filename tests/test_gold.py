"""Labelled pages from disk: every format, and every mistake with its file and line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from classifier.exceptions import GoldStandardError
from classifier.gold import read_gold
from classifier.urls import registered_domain

HTML = "<html><body><h1>Title</h1><p>Body text.</p></body></html>"
LABELLED = '<h1 data-winnow-label="title">Title</h1><p data-winnow-label="body">Body</p>'


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_a_folder_with_gold_and_pages(tmp_path: Path) -> None:
    write(tmp_path / "news/html/1.html.gz", HTML)
    write(tmp_path / "news/html/2.html", HTML)
    write(
        tmp_path / "news/gold.jsonl",
        lines({"id": 1, "body": "Body text.", "url": "https://a.example.co.uk/x"}, {"id": "2", "comments": "c"}) + "\n",
    )
    first, second = read_gold([tmp_path / "news"])
    assert (first.name, first.source, first.mark("body")) == ("news/1", "news", "Body text.")
    assert (second.name, second.mark("body"), second.mark("comments")) == ("news/2", None, "c")
    assert first.where.endswith("gold.jsonl:1")
    root, labelled = first.load()
    assert root.findtext(".//h1") == "Title"
    assert labelled == {}
    assert first.site(root) == "example.co.uk"
    assert second.site(root) == "news/2"


def test_marks_on_the_same_page_are_merged(tmp_path: Path) -> None:
    write(tmp_path / "news/html/1.html", HTML)
    write(tmp_path / "news/gold.jsonl", lines({"id": "1", "body": "Body text."}))
    write(tmp_path / "more/gold.jsonl", lines({"page": "news/html/1", "has": ["challenge"], "challenge": ["8 + 1 ="]}))
    hand = write(tmp_path / "hand.jsonl", lines({"page": "news/html/1", "labels": {"/html/body/h1": "title"}}))
    (page,) = read_gold([tmp_path / "news", tmp_path / "more", hand])
    assert page.mark("body") == "Body text."
    assert page.mark("challenge") == ["8 + 1 ="]
    assert page.labels == {"/html/body/h1": "title"}


def test_html_with_attributes(tmp_path: Path) -> None:
    write(tmp_path / "site/a.html", LABELLED)
    write(tmp_path / "site/deep/b.htm.gz", LABELLED)
    write(tmp_path / "site/unlabelled.html", HTML)
    pages = read_gold([tmp_path / "site"])
    assert [page.path.name for page in pages if page.path] == ["a.html", "b.htm.gz"]
    root, labelled = pages[0].load()
    assert [(element.tag, label) for element, label in labelled.items()] == [("h1", "title"), ("p", "body")]
    assert root.xpath("//@data-winnow-label") == []
    (single,) = read_gold([tmp_path / "site/a.html"])
    assert single.name == "site/a"


def test_json_lines_of_labels(tmp_path: Path) -> None:
    write(tmp_path / "p.html", HTML)
    listing = write(
        tmp_path / "labels.jsonl",
        lines(
            {"page": "p.html", "labels": {"/html/body/p": "body"}},
            {"html": LABELLED, "labels": {}, "url": "https://x.org/"},
        ),
    )
    first, second = read_gold([listing])
    assert first.labels == {"/html/body/p": "body"}
    assert second.path is None
    assert second.name == f"{listing}:2"
    root, labelled = second.load()
    assert len(labelled) == 2
    assert second.site(root) == "x.org"


def test_the_site_of_a_page_without_url_is_what_it_says_itself(tmp_path: Path) -> None:
    for head in (
        '<link rel="canonical" href="https://www.a.co.uk/x">',
        '<meta property="og:url" content="http://a.co.uk">',
    ):
        path = write(tmp_path / "x/p.html", f"<head>{head}</head>{LABELLED}")
        (page,) = read_gold([path])
        assert page.site(page.load()[0]) == "a.co.uk"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example.co.uk/a?b", "example.co.uk"),
        ("http://example.com", "example.com"),
        ("http://localhost:8000/", ""),
        ("http://192.168.0.1/", ""),
        ("", ""),
        ("not a url", ""),
    ],
)
def test_registered_domain(url: str, expected: str) -> None:
    assert registered_domain(url) == expected


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ('{"id": "1"}\n{broken\n', 2, "expected a JSON object per line"),
        ("[1, 2]\n", 1, "expected a JSON object per line, got list"),
        ('{"id": "1"}\n\n{"id": "none"}\n', 3, "expected the page 'news/html/none'"),
        ('{"page": "elsewhere/9", "labels": {}}\n', 1, "expected the page 'elsewhere/9'"),
        ('{"id": "1", "labels": {"/html": "boddy"}}\n', 1, "unknown label 'boddy' at /html; expected one of title, "),
        ('{"id": "1", "labels": ["body"]}\n', 1, "expected labels as an object of XPath to label, got list"),
    ],
)
def test_broken_lines_are_named(content: str, line: int, message: str, tmp_path: Path) -> None:
    write(tmp_path / "news/html/1.html", HTML)
    listing = write(tmp_path / "news/gold.jsonl", content)
    with pytest.raises(GoldStandardError) as caught:
        read_gold([tmp_path / "news"])
    assert str(caught.value).startswith(f"{listing}:{line}: {message}")
    assert caught.value.path == f"{listing}:{line}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "expected a file or folder of labelled pages, found nothing there"),
        ("empty", "expected gold.jsonl with html/, HTML files with data-winnow-label attributes, or JSON Lines"),
        ("plain.html", "expected an HTML page with data-winnow-label attributes, found none"),
        ("empty.jsonl", "expected gold.jsonl with html/"),
    ],
)
def test_paths_without_labelled_pages_are_named(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "plain.html", HTML)
    write(tmp_path / "empty.jsonl", "\n")
    with pytest.raises(GoldStandardError) as caught:
        read_gold([tmp_path / name])
    assert str(caught.value).startswith(f"{tmp_path / name}: {message}")


@pytest.mark.parametrize("content", [b"%PDF-1.4 no page", b"\x1f\x8b not gzip"])
def test_pages_that_cannot_be_read_are_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "news/html").mkdir(parents=True)
    (tmp_path / "news/html/1.html.gz").write_bytes(content if content[:2] == b"\x1f\x8b" else gzip.compress(content))
    listing = write(tmp_path / "news/gold.jsonl", lines({"id": "1", "body": "x"}))
    (page,) = read_gold([tmp_path / "news"])
    with pytest.raises(GoldStandardError, match="cannot read the page") as caught:
        page.load()
    assert caught.value.path == f"{listing}:1"


def test_a_truncated_archive_is_named(tmp_path: Path) -> None:
    data = gzip.compress(LABELLED.encode() * 100)
    (tmp_path / "a.html.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(GoldStandardError, match=r"a\.html\.gz"):
        read_gold([tmp_path / "a.html.gz"])


def test_text_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    listing = write(tmp_path / "l.jsonl", '{"html": "é"}\n'.encode("latin-1"))
    with pytest.raises(GoldStandardError, match=r"l\.jsonl"):
        read_gold([listing])

"""The Scrapy project: its parts, and whole crawls of a loopback site and of archives."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from loopback import COMMENT_FORM, SENTENCES, Site, article, html, xml
from parsel import Selector
from rich.console import Console
from scrapy.http import HtmlResponse, JsonResponse, Response, TextResponse, XmlResponse
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import ArchiveError, files, own_url, pages
from crawler.demo import articles
from crawler.discovery import feeds, links, read_feed, read_sitemap, robots_url, sitemaps
from crawler.frontier import Frontier
from crawler.items import Article
from crawler.run import _site, report
from crawler.spiders.news import NewsSpider
from crawler.urls import absolute, is_page, join, looks_like_article, page_key, same_page, site

ROOT = Path(__file__).resolve().parents[1]


# --- URLs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("https://a.b.example.com/", "example.com"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000"),
        ("http://localhost/a", "localhost"),
    ],
)
def test_site(url: str, expected: str) -> None:
    assert site(url) == expected


def test_absolute() -> None:
    assert absolute("example.com/news") == "https://example.com/news"
    assert absolute(" http://127.0.0.1:80 ") == "http://127.0.0.1:80"
    for wrong in ("", "news", "ftp://example.com", "https://", "two words.com"):
        with pytest.raises(ValueError, match="expected the address of a website"):
            absolute(wrong)


def test_what_may_be_a_page() -> None:
    assert same_page("https://a.org/x?b=1&a=2&utm_source=feed#top") == same_page("https://a.org/x?a=2&b=1")
    assert not is_page("https://a.org/x?replytocom=12")
    assert not is_page("mailto:a@a.org")
    assert not is_page("https://a.org/story/feed/")
    assert not is_page("https://a.org/picture.JPG?x=1")
    assert not is_page("https://a.org/comment/reply/14/9001")
    for comment in ("comment/14", "comments/14/", "comment/14#comment-14", "comment/14?page=1"):
        assert not is_page(f"https://a.org/{comment}")
    assert is_page("https://a.org/opinion/comment/2024/05/01/bridge")
    assert is_page("https://a.org/news/comment/1234567-bridge")
    assert is_page("https://a.org/feedback")
    assert is_page("https://a.org/printing-press")
    assert looks_like_article("https://a.org/2024/05/bridge/")
    assert looks_like_article("https://a.org/old-bridge-is-closed/")
    assert not looks_like_article("https://a.org/tag/old-bridge-is-closed/")
    assert not looks_like_article("https://a.org/about")
    assert join("https://a.org/x/", ["y", " /z ", "", "http://[bad", "javascript:void(0)", "#a"]) == [
        "https://a.org/x/y",
        "https://a.org/z",
        "https://a.org/x/#a",
    ]


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("/b", "https://a.org/b"),
        ("https://www.a.org/b", "https://www.a.org/b"),
        ("https://other.org/b", "https://a.org/x"),
        ("/", "https://a.org/x"),
        ("http://[bad", "https://a.org/x"),
    ],
)
def test_a_canonical_url_counts_if_it_can_be_true(canonical: str, expected: str) -> None:
    body = f'<link rel="canonical" href="{canonical}">'.encode()
    assert page_key(HtmlResponse("https://a.org/x", body=body)) == expected


# --- frontier and lists -----------------------------------------------------------------------------------------------


def test_frontier_gives_each_page_once_the_likely_ones_first_and_no_more_than_allowed() -> None:
    frontier = Frontier(max_pages=5, window=2)
    frontier.add_start("https://a.org/")
    for url in ("https://a.org/about", "https://b.org/x", "https://a.org/about#team", "https://a.org/2024/05/one"):
        frontier.add(url)
    frontier.add("https://a.org/2024/05/two", listed=True)
    assert frontier.take() == ["https://a.org/", "https://a.org/2024/05/two"]
    assert frontier.take() == []
    frontier.done()
    frontier.done()
    assert frontier.take() == ["https://a.org/2024/05/one", "https://a.org/about"]
    for number in range(5):
        frontier.add(f"https://a.org/more-{number}")
    frontier.done()
    assert len(frontier.take()) == 1
    frontier.done()
    assert frontier.take() == []


def test_a_page_listed_twice_is_one_page() -> None:
    frontier = Frontier(max_pages=2)
    frontier.add_start("https://a.org/")
    for url in ("https://a.org/one", "https://a.org/one#top", "https://a.org/one?utm_source=feed"):
        frontier.add(url, listed=True)
    assert not frontier.has_plenty
    frontier.add("https://a.org/two", listed=True)
    assert frontier.has_plenty


def test_lists() -> None:
    assert robots_url("https://a.org:81/x?y") == "https://a.org:81/robots.txt"
    assert robots_url("https://a.org?y") == "https://a.org/robots.txt"
    robots = TextResponse("https://a.org/robots.txt", body=b"Sitemap: /map.xml\nSitemap: https://a.org/news-map.xml\n")
    assert sitemaps(robots) == ["https://a.org/news-map.xml", "https://a.org/map.xml"]
    assert sitemaps(Response("https://a.org/robots.txt")) == ["https://a.org/sitemap.xml"]
    body = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.org/old</loc>'
        b"<lastmod>2020-01-01</lastmod></url><url><loc>https://a.org/new</loc><lastmod>2024-01-01</lastmod></url></urlset>"
    )
    expected = ([], ["https://a.org/new", "https://a.org/old"])
    assert read_sitemap(XmlResponse("https://a.org/map.xml", body=body)) == expected
    assert read_sitemap(Response("https://a.org/map.xml.gz", body=gzip.compress(body))) == expected
    index = body.replace(b"urlset", b"sitemapindex").replace(b"<url>", b"<sitemap>").replace(b"</url>", b"</sitemap>")
    assert read_sitemap(XmlResponse("https://a.org/map.xml", body=index))[0] == expected[1]
    damaged = gzip.compress(body)[:12] + b"\xff" * 20
    empty = (b"<", b"<!-- -->", gzip.compress(b"<"))
    for broken in (b"", b"no sitemap", b"<urlset><url><loc>", b"<html>not found</html>", b"\x1f\x8b", damaged, *empty):
        assert read_sitemap(Response("https://a.org/map.xml", body=broken)) == ([], [])


def test_feeds_and_links() -> None:
    page = HtmlResponse(
        "https://a.org/x/",
        body=b'<link rel="alternate" type="application/rss+xml" href="/feed"><link rel="alternate" hreflang="de" '
        b'href="/de"><a href="y">y</a><a rel="nofollow ugc" href="/no">n</a>',
    )
    assert feeds(page) == ["https://a.org/feed"]
    assert links(page) == ["https://a.org/x/y"]
    assert links(page.replace(body=b'<meta name="Robots" content="noindex, nofollow"><a href="y">y</a>')) == []
    assert links(page.replace(body=b'<base href="/z/"><a href="y">y</a>')) == ["https://a.org/z/y"]
    rss = b"<rss><channel><link>https://a.org</link><item><link> /one </link></item></channel></rss>"
    assert read_feed(XmlResponse("https://a.org/feed", body=rss)) == ["https://a.org/one"]
    entry = b'<entry><link href="/two"/><link rel="replies" href="/c"/></entry>'
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom">' + entry + b"</feed>"
    assert read_feed(XmlResponse("https://a.org/feed", body=atom)) == ["https://a.org/two"]
    assert read_feed(JsonResponse("https://a.org/feed", body=b'{"items": []}')) == []


@pytest.mark.parametrize(
    "arguments", [{}, {"url": "ftp://a.org"}, {"url": "a.org", "max_pages": "0"}, {"url": "a.org", "max_pages": "x"}]
)
def test_arguments_of_the_news_spider(arguments: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="expected"):
        NewsSpider(**arguments)


def test_addresses_of_the_news_spider(tmp_path: Path) -> None:
    listing = tmp_path / "sites.txt"
    listing.write_text("# sites\nhttps://c.org  # third\n\nd.org/news\n")
    spider = NewsSpider(url="a.org", urls="b.org, a.org/x", urls_file=str(listing))
    assert spider.starts == [
        "https://a.org",
        "https://b.org",
        "https://a.org/x",
        "https://c.org",
        "https://d.org/news",
    ]
    assert spider.frontier.sites == {"a.org", "b.org", "c.org", "d.org"}


# --- archives ---------------------------------------------------------------------------------------------------------


def test_own_url() -> None:
    assert own_url(b'<link href="https://a.org/x?a=1&amp;b=2" rel="canonical">') == "https://a.org/x?a=1&b=2"
    assert own_url(b'<meta property="og:url" content="https://a.org/x">') == "https://a.org/x"
    assert own_url(b"<!-- saved from url=(0015)https://a.org/y -->\n<html>") == "https://a.org/y"
    assert own_url(b'<link rel="canonical" href="/relative">') is None
    assert own_url(b'<link rel="canonical" href="http://[bad">') is None


def test_archive_errors(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no file or folder"):
        files(tmp_path / "none")
    with pytest.raises(ArchiveError, match="found none"):
        files(tmp_path)
    whole = gzip.compress(b"<p>text</p>" * 100)
    damaged = tmp_path / "damaged.html.gz"
    for content in (whole[:-20], whole[:12] + b"\xff" * 20):
        damaged.write_bytes(content)
        with pytest.raises(ArchiveError, match=r"damaged.html.gz"):
            list(pages(damaged, tmp_path))


def test_a_page_that_cannot_be_unpacked_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (tmp_path / "crawl.warc").open("wb") as stream:
        writer = Writer(stream, gzip=False)
        for name, body in (("broken", b"\x0b\x02"), ("plain", b"<p>text</p>")):
            headers = [("Content-Type", "text/html; charset=iso-8859-2"), ("Content-Encoding", "br")]
            http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            url = f"https://a.org/{name}"
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http))
    (page,) = pages(tmp_path / "crawl.warc", tmp_path)
    assert (page.url, page.body, page.status) == ("https://a.org/plain", b"<p>text</p>", 200)
    assert page.headers["content-type"] == "text/html; charset=iso-8859-2"
    assert "content-encoding" not in page.headers
    assert "Not replayed: https://a.org/broken" in caplog.text


# --- whole crawls -----------------------------------------------------------------------------------------------------


def scrapy(folder: Path, *arguments: str, code: int = 0) -> tuple[list[dict[str, Any]], str]:
    output = folder / "items.jsonl"
    command = [sys.executable, "-m", "scrapy", "crawl", *arguments, "-O", str(output), "-s", "DOWNLOAD_DELAY=0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT, check=False)
    assert done.returncode == code, done.stderr
    assert "DeprecationWarning" not in done.stderr
    items = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()] if output.exists() else []
    return items, done.stderr


def _newspaper() -> dict[str, Any]:
    stories = {f"/2024/05/story-{number}": article(f"Story {number}", extra=COMMENT_FORM) for number in range(6)}
    canonical = '<link rel="canonical" href="/2024/05/story-1">'
    urls = "".join(f"<url><loc>{{site}}/2024/05/story-{number}</loc></url>" for number in (0, 1))
    return {
        **stories,
        "/2024/05/story-1?print=yes": article("Story 1", head=canonical),
        "/2024/05/story-1/amp": article("Story 1", head=canonical),
        "/private/2024/05/secret": article("Secret"),
        "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /private/\nSitemap: {site}/index.xml\n"),
        "/index.xml": xml("<sitemapindex><sitemap><loc>{site}/map.xml</loc></sitemap></sitemapindex>"),
        "/map.xml": xml(f"<urlset>{urls}</urlset>"),
        "/feed": xml("<rss><channel><item><link>{site}/2024/05/story-2</link></item></channel></rss>"),
        "/": html(
            "<ul>"
            + "".join(
                f'<li><a href="{path}">{path}</a></li>'
                for path in (
                    "/2024/05/story-3",
                    "/2024/05/story-1/amp",
                    "/private/2024/05/secret",
                    "/gone",
                    "/moved",
                    "/away",
                    "/about",
                    "https://example.com/2024/05/other",
                    "http://[bad",
                )
            )
            + "</ul>",
            '<title>The Daily Bridge</title><link rel="alternate" type="application/rss+xml" href="/feed">',
        ),
        "/moved": (301, "text/html", b"->/2024/05/story-4"),
        "/away": (302, "text/html", b"->http://localhost:9/2024/05/elsewhere"),
        "/about": html("<h1>About us</h1><p>Write to us.</p><a href='/2024/05/story-5'>Story 5</a>"),
    }


def test_the_news_spider_finds_each_article_once_and_obeys_robots(tmp_path: Path) -> None:
    with Site(_newspaper()) as served:
        items, log = scrapy(tmp_path, "news", "-a", f"url={served.url}")
    assert sorted(item["headline"] for item in items) == [f"Story {number}" for number in range(6)]
    assert all(item["articleBody"] == "\n\n".join(SENTENCES) for item in items)
    assert not [path for path in served.requests if path.startswith("/private/")]
    pages_asked = [path for path in served.requests if path not in ("/robots.txt", "/gone")]
    assert len(pages_asked) == len(set(pages_asked))
    assert "spider_exceptions" not in log


def test_robots_of_the_host_that_a_redirect_leads_to(tmp_path: Path) -> None:
    other = {"/story": article("Elsewhere"), "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /\n")}
    with Site(other) as elsewhere:
        away = elsewhere.url.replace("127.0.0.1", "localhost").encode() + b"/story"
        own = {
            "/": html("".join(f'<a href="/away-{number}">away</a> ' for number in range(5)) + '<a href="/story">x</a>'),
            **{f"/away-{number}": (302, "text/html", b"->" + away) for number in range(5)},
            "/story": article("Story"),
            "/sitemap.xml": (200, "application/gzip", b"\x1f\x8b damaged"),  # and still the crawl goes on
        }
        with Site(own) as served:
            items, log = scrapy(tmp_path, "news", "-a", f"url={served.url}")
    assert set(elsewhere.requests) == {"/robots.txt"}
    assert [item["headline"] for item in items] == ["Story"]
    assert "Traceback" not in log


def test_robots_for_all_pages_that_wait_for_it(tmp_path: Path) -> None:
    private = {f"/private/{number}": article(f"Secret {number}") for number in range(6)}
    robots = (200, "text/plain", b"User-agent: *\nDisallow: /private/\n")
    with Site({"/robots.txt": robots, **private}) as served:
        items, _ = scrapy(tmp_path, "news", "-a", "urls=" + ",".join(served.url + path for path in private))
    assert items == []
    assert set(served.requests) == {"/robots.txt", "/sitemap.xml"}


def test_max_pages_is_exact(tmp_path: Path) -> None:
    with Site(_newspaper()) as served:
        items, _ = scrapy(tmp_path, "news", "-a", f"urls={served.url}", "-a", "max_pages=3")
    lists = {"/robots.txt", "/index.xml", "/map.xml", "/feed"}
    assert len([path for path in served.requests if path not in lists]) == 3
    # Those that the sitemap and the feed list, and not what the front page links to.
    assert {item["headline"] for item in items} < {"Story 0", "Story 1", "Story 2"}


def test_a_site_that_is_not_there(tmp_path: Path) -> None:
    with Site({}) as served:
        url = served.url
    items, log = scrapy(tmp_path, "news", "-a", f"url={url}", "-s", "RETRY_ENABLED=False")
    assert items == []
    assert "Not read" in log


WORDS = "Ein Brückenbau für fünf Städte: Über die Kosten wird noch verhandelt, sagte der Bürgermeister am Dienstag."


def _archive(folder: Path) -> None:
    (folder / "sub").mkdir()
    body = article("Plain", head='<link rel="canonical" href="https://a.org/plain">')[2]
    (folder / "a.html").write_bytes(body)
    (folder / "sub" / "b.html.gz").write_bytes(gzip.compress(article("Zipped")[2]))
    latin = f'<meta charset="iso-8859-1"><title>Brücken</title><article><h1>Brücken</h1><p>{WORDS}</p>'
    latin += "".join(f"<p>{WORDS} Teil {number}.</p>" for number in range(6)) + "</article>"
    (folder / "c.htm").write_bytes(latin.encode("latin-1"))
    (folder / "cut.html.gz").write_bytes(gzip.compress(body)[:-20])
    (folder / "damaged.html.gz").write_bytes(gzip.compress(body)[:12] + b"\xff" * 20)
    (folder / "note.txt").write_text("not a page")


def test_a_folder_is_replayed_without_the_network(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    _archive(folder)
    items, log = scrapy(tmp_path, "archive", "-a", f"path={folder}")
    by_title = {item["headline"]: item for item in items}
    assert set(by_title) == {"Plain", "Zipped", "Brücken"}
    assert by_title["Plain"]["url"] == "https://a.org/plain"
    assert by_title["Zipped"]["url"].startswith("file:///")
    assert WORDS in by_title["Brücken"]["articleBody"]
    assert "'archive/damaged': 2" in log
    items, _ = scrapy(tmp_path, "archive", "-a", f"path={folder}", "-a", "base_url=https://b.org/x")
    assert {item["url"] for item in items} == {f"https://b.org/x/{name}" for name in ("a.html", "sub/b.html", "c.htm")}


class Writer(WARCWriter):
    """Buffers in memory: warcio leaves its temporary files to the garbage collector, which warns."""

    @staticmethod
    def _create_temp_file() -> io.BytesIO:
        return io.BytesIO()


def _warc(path: Path) -> None:
    with path.open("wb") as stream:
        writer = Writer(stream, gzip=path.suffix == ".gz")

        def write(url: str, body: bytes, kind: str, status: str = "200 OK", **headers: str) -> None:
            http = StatusAndHeaders(status, [("Content-Type", kind), *headers.items()], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http))

        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "test"}))
        write("https://a.org/one", article("One")[2], "text/html; charset=utf-8")
        zipped = gzip.compress(article("Two")[2])
        write("https://a.org/two", zipped, "text/html", **{"Content-Encoding": "gzip"})
        body = "".join(f"<p>{WORDS} {number}.</p>" for number in range(6))
        page = f"<title>Brücken</title><article><h1>Brücken</h1>{body}</article>"
        write("https://a.org/three", page.encode("latin-1"), "text/html; charset=iso-8859-1")
        write("https://a.org/gone", article("Gone")[2], "text/html", "404 Not Found")
        write("https://a.org/picture", b"\x89PNG", "image/png")


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_a_warc_is_replayed_with_its_headers(tmp_path: Path, name: str) -> None:
    _warc(tmp_path / name)
    items, log = scrapy(tmp_path, "archive", "-a", f"path={tmp_path / name}")
    assert [(item["url"], item["headline"]) for item in sorted(items, key=lambda item: str(item["headline"]))] == [
        ("https://a.org/three", "Brücken"),
        ("https://a.org/one", "One"),
        ("https://a.org/two", "Two"),
    ]
    assert "'archive/damaged'" not in log


def test_a_large_archive_is_not_read_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(70):
        (folder / f"{number}.html").write_bytes(article(f"Story {number}")[2])
    items, log = scrapy(tmp_path, "archive", "-a", f"path={folder}", "-a", "max_pages=50")
    assert len(items) == 50
    assert "'scheduler/enqueued': 50" in log


# --- python -m crawler ------------------------------------------------------------------------------------------------


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crawler", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=cwd, check=False, env=environment)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--url", "ftp://x.org"), "expected the address of a website"),
        (("--output", "none/x.jsonl"), "there is no folder"),
        (("--output", "."), "cannot write to"),
        (("--max-pages", "0"), "expected a number of at least 1"),
        (("--speed", "9"), "unrecognized arguments"),
    ],
)
def test_wrong_arguments(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def _origins() -> dict[str, str]:
    """Path of each demo article that has a line labelled as its source -> the link in that line."""
    found = {}
    for entry in articles():
        page = Selector(entry.file.read_bytes().decode(entry.charset))
        for link in page.css('[data-winnow-label="source_link"] a::attr(href)').getall():
            found[entry.path] = link
    return found


def test_the_demo_newspaper(tmp_path: Path) -> None:
    done = run(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    items = [json.loads(line) for line in (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    found = {"/" + item["url"].partition("://")[2].partition("/")[2] for item in items}
    expected = {entry.path for entry in articles()}
    # The page that breaks off in the middle is an article too, but not one of the complete ones.
    assert found - {"/2020/03/bridge-inspection/"} == expected
    for heading in ("page", "title", "body words", "set aside"):
        assert heading in done.stdout
    origins = _origins()
    assert len(origins) == 5
    for item in items:
        path = "/" + item["url"].partition("://")[2].partition("/")[2]
        if path in origins:
            assert (item["source_url"], item["is_copy"]) == (origins[path], True), path
        else:
            assert not item["is_copy"], path
    assert str(tmp_path / "articles.jsonl") in done.stdout


def test_another_site_and_nobody_there(tmp_path: Path) -> None:
    with Site(_newspaper()) as served:
        done = run("--url", served.url, "--output", "own.jsonl", "--max-pages", "2", cwd=tmp_path)
        url = served.url
    assert done.returncode == 0, done.stderr
    assert "Story" in done.stdout
    assert "DeprecationWarning" not in done.stderr
    assert len((tmp_path / "own.jsonl").read_text().splitlines()) == 1
    done = run("--url", url, "--max-pages", "2", cwd=tmp_path)
    assert done.returncode == 1
    assert "No page could be fetched" in done.stdout


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    stories = {f"/2024/05/story-{number}": article(f"Story {number}") for number in range(200)}
    stories["/"] = html("".join(f'<a href="{path}">story</a> ' for path in stories))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    with Site(stories, delay=0.2) as served:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler", "--url", served.url],
            cwd=tmp_path,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with process:
            while len(served.requests) < 6 and process.poll() is None:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            output, messages = process.communicate(timeout=60)
    assert process.returncode == 0, messages
    assert "Interrupted: this is what was finished." in output
    lines = (tmp_path / "articles.jsonl").read_text().splitlines()
    assert f"Articles: {len(lines)}." in output
    assert "Traceback" not in messages


def test_ctrl_c_before_the_crawl_begins(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    for delay in (0.3, 0.8):
        command = [sys.executable, "-m", "crawler", "--url", "http://127.0.0.1:9/"]
        with subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, stderr=subprocess.PIPE) as process:
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            _, messages = process.communicate(timeout=60)
        assert process.returncode != 0
        assert "Traceback" not in messages


def test_settings_of_one_crawl_are_not_those_of_the_next() -> None:
    with _site("http://127.0.0.1:9/", Console(file=io.StringIO())) as (_, settings):
        settings["FEEDS"] = {}
    with _site("http://127.0.0.1:9/", Console(file=io.StringIO())) as (_, settings):
        assert "FEEDS" not in settings


def test_report() -> None:
    out = Console(file=io.StringIO(), width=100)
    assert report([Article(url="https://a.org/x")], {}, "x.jsonl", out) == 1
    assert "The classifier did not run" in out.file.getvalue()  # type: ignore[attr-defined]
    assert report([], {"downloader/response_status_count/200": 3, "winnow/items/dropped": 2}, "x.jsonl", out) == 0
    assert "Articles: 0. Other pages, dropped: 2." in out.file.getvalue()  # type: ignore[attr-defined]
    long_title = Article(
        url="https://a.org/x", headline="T" * 200, articleBody="one two", winnow={"blocks": {"promo": 2}}
    )
    assert report([long_title], {"winnow/pages": 1}, "x.jsonl", out) == 0
    assert "promo 2" in out.file.getvalue()  # type: ignore[attr-defined]

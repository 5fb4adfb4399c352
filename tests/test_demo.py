import gzip
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from functools import lru_cache
from pathlib import Path

import pytest
from lxml import html

from classifier.labels import LABELS
from crawler.demo import DemoArticle, DemoSite, articles
from crawler.demo.manifest import SITE, files, redirects
from crawler.demo.server import strip_labels

PAGES = Path(__file__).parent / "pages"
KABUL = sorted((PAGES / "kabul").glob("*.html"))
KEEP = sorted((PAGES / "keep").glob("*.html"))
ATTRIBUTE = "data-winnow-label"
INLINE = {"a", "abbr", "b", "button", "cite", "em", "font", "i", "input", "label", "small", "span", "strong", "time"}
ALL = [pytest.param(a.file, a.charset, id=a.file.parent.name + "/" + a.file.stem) for a in articles()]
ALL += [pytest.param(path, "utf-8", id=f"{path.parent.name}/{path.stem}") for path in (*KABUL, *KEEP)]


@lru_cache(maxsize=64)
def parse(path: Path, charset: str = "utf-8") -> html.HtmlElement:
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding=charset))


def label_of(element: html.HtmlElement | None) -> str:
    while element is not None:
        if ATTRIBUTE in element.attrib:
            return str(element.get(ATTRIBUTE))
        element = element.getparent()
    return "boilerplate"


def words(root: html.HtmlElement, label: str) -> list[str]:
    """Words of all text under one label, in page order."""
    found: list[str] = []
    for text in root.xpath("//body//text()[not(ancestor::script or ancestor::style)]"):
        parent = text.getparent().getparent() if text.is_tail else text.getparent()
        if label_of(parent) == label:
            found += text.split()
    return found


def get(url: str) -> tuple[int, bytes, dict[str, str]]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


@pytest.fixture(scope="module")
def site():
    with DemoSite() as running:
        yield running


def test_enough_pages_templates_and_languages():
    found = articles()
    assert len(found) >= 26
    assert len({article.template for article in found}) >= 10
    assert {"en", "de", "pl", "ru", "zh", "ja", "es", "fr"} <= {article.language for article in found}
    assert {"windows-1251", "gb2312", "shift_jis"} <= {article.charset for article in found}
    assert len({article.path for article in found}) == len(found)


def test_every_file_of_the_tree_is_in_the_manifest():
    listed = {article.file for article in articles()}
    assert listed == set((SITE.parent / "pages").rglob("*.html"))
    assert {route.file for route in files().values()} >= set(SITE.iterdir())


@pytest.mark.parametrize(("path", "charset"), ALL)
def test_labels_are_valid_and_stand_on_block_elements(path: Path, charset: str):
    path.read_bytes().decode(charset)
    for element in parse(path, charset).iter():
        if isinstance(element.tag, str) and ATTRIBUTE in element.attrib:
            assert element.get(ATTRIBUTE) in {*LABELS, "?"}, element.get(ATTRIBUTE)
            assert element.tag not in INLINE, f"<{element.tag}> cannot carry a label: blocks begin at block elements"


@pytest.mark.parametrize(("path", "charset"), ALL)
def test_every_page_has_a_title_and_a_body(path: Path, charset: str):
    root = parse(path, charset)
    assert words(root, "title")
    body = "".join(words(root, "body"))
    assert len(body) > (450 if charset in {"gb2312", "shift_jis"} or "portal-chinese" in str(path) else 900)


def test_no_paragraph_stands_on_two_pages():
    seen: dict[str, str] = {}
    for article in articles():
        for text in parse(article.file, article.charset).xpath("//body//text()"):
            line = " ".join(text.split())
            if len(line) > 120 and label_of(text.getparent()) == "body":
                assert line not in seen, f"{article.file} repeats {seen[line]}"
                seen[line] = str(article.file)


def test_demo_shows_every_label():
    shown = {label_of(e) for a in articles() for e in parse(a.file, a.charset).iter() if isinstance(e.tag, str)}
    assert shown == set(LABELS)


@pytest.mark.parametrize("label", ["title", "body", "promo", "source_link", "challenge"])
def test_kabul_pages_say_the_same_as_the_text(label: str):
    lines = [line for line in (PAGES / "kabul/kabul.txt").read_text("utf-8").splitlines() if line]
    labels = (PAGES / "kabul/kabul.labels.txt").read_text("utf-8").split()
    assert len(lines) == len(labels)
    text = " ".join(line for line, is_label in zip(lines, labels, strict=True) if is_label == label)
    # The plain text opens with <title>, the pages with the headline; "You may also like" belongs to one theme only.
    expected = text.removesuffix(" | World | News").split()
    assert len(KABUL) == 3
    for path in KABUL:
        root = parse(path)
        if label == "title":
            assert root.findtext(".//title") == lines[0]
        found = words(root, label)
        if label == "promo":
            start = found.index("READ")
            found = found[start : start + len(expected)]
        assert found == expected, path.name


@pytest.mark.parametrize("name", ["Leave a Reply", "Your email address will not be published."])
def test_kabul_pages_hold_the_form_words(name: str):
    for path in KABUL:
        assert name in " ".join(words(parse(path), "comment_form"))


def test_random_theme_has_no_telling_names():
    names = " ".join(parse(PAGES / "kabul/kabul-random.html").xpath("//@class | //@id | //body//@name"))
    assert not re.search(r"comment|reply|respond|entry|post|content|title|captcha|author|article", names, re.IGNORECASE)


@pytest.mark.parametrize("article", articles(), ids=lambda article: article.path)
def test_serves_each_article_as_written_but_for_the_labels(site: DemoSite, article: DemoArticle):
    status, data, headers = get(site.url + article.path)
    assert status == 200
    assert ATTRIBUTE.encode() not in data
    written = article.file.read_bytes().replace(b"http://demo.invalid", site.url.encode())
    assert data == strip_labels(written)
    assert ("charset" in headers["Content-Type"]) == (article.charset == "utf-8")
    plain = re.sub(r' data-winnow-label="\w+"', "", written.decode(article.charset))
    assert data.decode(article.charset) == plain


def test_strip_labels_leaves_the_rest_alone():
    page = (
        b"""<p class=a  data-winnow-label="body" id=b>x<td\n\tdata-winnow-label='?'>data-winnow-label z\x83\x5c</td>"""
    )
    assert strip_labels(page) == b"<p class=a id=b>x<td>data-winnow-label z\x83\x5c</td>"


def test_redirects_errors_and_query_strings(site: DemoSite):
    for old, new in redirects().items():
        with urllib.request.urlopen(site.url + old, timeout=10) as answer:
            assert answer.url == site.url + new
    assert get(site.url + "/gone/missing-story.html")[0] == 404
    assert get(site.url + "/news/story.aspx")[0] == 404
    assert get(site.url + "/section/local.html?page=2")[0] == 200
    assert "/gone/missing-story.html" in site.requests


def test_counts_posts_and_refuses_them(site: DemoSite):
    with pytest.raises(urllib.error.HTTPError, match="405") as refused:
        urllib.request.urlopen(site.url + "/wp-comments-post.php", data=b"a=1", timeout=10)
    refused.value.close()
    assert site.posts == ["/wp-comments-post.php"]


def discovered(site: DemoSite) -> dict[str, set[str]]:
    """Read robots.txt, the sitemaps, the feed and all links, as a crawler would."""
    base = site.url
    robots = get(base + "/robots.txt")[1].decode()
    assert "Disallow: /private/" in robots
    index = get(re.findall(r"Sitemap: (\S+)", robots)[0])[1]
    found: dict[str, set[str]] = {"sitemap": set(), "feed": set(), "index": set(), "section": set(), "related": set()}
    maps = re.findall(rb"<loc>(.*?)</loc>", index)
    assert len(maps) == 2
    for address in maps:
        data = get(address.decode())[1]
        data = gzip.decompress(data) if address.endswith(b".gz") else data
        found["sitemap"] |= {url.decode() for url in re.findall(rb"<loc>(.*?)</loc>", data)}
    found["feed"] = {url.decode() for url in re.findall(rb"<link>(.*?)</link>", get(base + "/feed.xml")[1])}
    pages = [("index", "/"), ("section", "/section/local.html"), ("section", "/section/world.html")]
    for kind, path in pages + [("related", article.path) for article in articles()]:
        for href in html.fromstring(get(base + path)[1]).xpath("//a/@href"):
            if href not in (path, "#"):
                found[kind].add(urllib.parse.urljoin(base + path, href))
    return found


def test_articles_are_found_where_the_manifest_says(site: DemoSite):
    found = discovered(site)
    for article in articles():
        where = {kind for kind, urls in found.items() if site.url + article.path in urls}
        assert set(article.found_by) == where, article.path
    ways = [set(article.found_by) for article in articles()]
    assert {"sitemap"} in ways
    assert {"feed"} in ways
    assert {"related"} in ways
    assert site.url + "/private/drafts.html" in found["index"]


def test_broken_page_ends_in_the_middle_of_a_word(site: DemoSite):
    data = get(site.url + "/2020/03/bridge-inspection/")[1]
    assert data.endswith(b"being disc")
    assert b"Content-Encoding" not in data


def test_binary_files_are_what_they_claim(site: DemoSite):
    assert get(site.url + "/img/ferry.jpg")[1].startswith(b"\xff\xd8\xff")
    assert get(site.url + "/files/soil-notebook.pdf")[1].startswith(b"%PDF-")


def test_sites_run_side_by_side_and_stop():
    with DemoSite() as one, DemoSite() as two:
        assert one.url != two.url
        assert get(two.url + "/")[0] == 200
        assert one.requests == []
        address = one.url
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=2)
    with pytest.raises(RuntimeError, match="not running"):
        _ = DemoSite().url


def test_command_serves_until_it_is_stopped():
    command = [sys.executable, "-W", "error", "-m", "crawler.demo.server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        assert process.stdout is not None
        url = re.search(r"http://\S+/", process.stdout.readline())
        assert url is not None
        assert get(url[0])[0] == 200
        process.terminate()

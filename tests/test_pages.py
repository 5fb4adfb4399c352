"""Page-object inputs and page objects, in whole crawls with scrapy-poet."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import COMMENT_FORM, SENTENCES, Site, article
from scrapy.settings import Settings

pytest.importorskip("scrapy_poet", reason="extra poet is not installed")
pytest.importorskip("zyte_common_items", reason="extra poet is not installed")

from web_poet.serialization import deserialize_leaf, serialize_leaf

import classifier
from classifier.addon import WinnowAddon
from classifier.metadata import Metadata
from classifier.pages import ArticleExtraction, ExtractionProvider

# url-matcher loads the public suffix list on first use; offline it falls back, after a while, to its own copy.
SPIDER = """
import scrapy, tldextract
from scrapy_poet import DummyResponse
from web_poet import field, handle_urls
from zyte_common_items import Article
from classifier.pages import ArticleExtraction, WinnowArticlePage

@handle_urls("")
class SitePage(WinnowArticlePage):
    @field
    def headline(self):
        return self.extraction.title.upper() if self.extraction.title else None

class Poet(scrapy.Spider):
    name = "poet"
    custom_settings = {"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_LEVEL": "INFO",
                       "ADDONS": {"scrapy_poet.Addon": 300, "classifier.addon.WinnowAddon": 450}}

    async def start(self):
        for path in self.paths.split(","):
            yield scrapy.Request(self.url + path, getattr(self, self.how))

    def extraction(self, response, found: ArticleExtraction):
        yield {"url": response.url, "title": found.title, "body": found.body, "html": found.body_html,
               "forms": len(found.comment_forms), "type": found.page_type, "headline": ""}

    def page(self, response: DummyResponse, page: WinnowArticlePage):
        yield {"title": page.headline, "probability": page.metadata.probability}

    def item(self, response: DummyResponse, article: Article):
        yield article
"""
HEAD = (
    '<meta name="author" content="Ann Writer"><meta property="article:published_time" content="2024-05-03T10:00:00Z">'
    '<link rel="canonical" href="/bridge"><meta property="og:image" content="/bridge.jpg">'
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    pages = {
        "/0": article("Old bridge closed", extra=COMMENT_FORM, head=HEAD),
        "/json": (200, "application/json", b"{}"),
        "/broken": (200, "text/html", b"%PDF-1.7 \x00\x01"),
        "/moved": (301, "text/html", b"->/0"),
    }
    with Site(pages) as served:
        yield served


def crawl(folder: Path, url: str, how: str, *options: str, paths: str = "/0") -> tuple[list[dict[str, Any]], str]:
    spider = folder / "poet_spider.py"
    spider.write_text(SPIDER)
    call = [sys.executable, "-m", "scrapy", "runspider", str(spider), "-O", "items.jsonl", "-a", f"url={url}"]
    call += ["-a", f"how={how}", "-a", f"paths={paths}", *options]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in (folder / "items.jsonl").read_text().splitlines()], done.stderr


def test_the_add_on_registers_the_provider_and_leaves_the_projects_own() -> None:
    settings = Settings()
    WinnowAddon().update_settings(settings)
    assert settings.getdict("SCRAPY_POET_PROVIDERS") == {ExtractionProvider: 450}
    own = {"classifier.plugin.poet.ExtractionProvider": 900}
    settings = Settings({"SCRAPY_POET_PROVIDERS": dict(own)})
    WinnowAddon().update_settings(settings)
    assert settings.getdict("SCRAPY_POET_PROVIDERS") == own


def test_an_extraction_in_a_callback_costs_no_second_reading(site: Site, tmp_path: Path) -> None:
    (item,), log = crawl(tmp_path, site.url, "extraction")
    assert item["title"] == item["headline"] == "Old bridge closed"
    assert item["body"] == item["articleBody"] == "\n\n".join(SENTENCES)
    assert item["html"].startswith("<p>")
    assert (item["forms"], item["type"]) == (1, "article")
    assert "'winnow/pages': 1" in log
    assert "/classifier/" not in log  # no traceback of ours


def test_pages_that_cannot_be_read_reach_the_callback_too(site: Site, tmp_path: Path) -> None:
    items, log = crawl(tmp_path, site.url, "extraction", paths="/json,/broken,/0")
    found = {item["url"].rpartition("/")[2]: (item["title"], item["body"] != "", item["type"]) for item in items}
    empty = (None, False, "unknown")
    assert found == {"json": empty, "broken": empty, "0": ("Old bridge closed", True, "article")}
    assert "'winnow/pages/skipped/non_html': 1" in log
    assert "'winnow/errors/SegmentationError'" in log


@pytest.mark.parametrize("options", [(), ("-s", "WINNOW_EXECUTOR=process", "-s", "WINNOW_WORKERS=1")])
def test_a_page_object_fills_the_common_article(site: Site, tmp_path: Path, options: tuple[str, ...]) -> None:
    (item,), log = crawl(tmp_path, site.url, "item", *options, paths="/moved")
    assert item["headline"] == "OLD BRIDGE CLOSED"
    assert item["articleBody"] == "\n\n".join(SENTENCES)
    assert item["url"] == f"{site.url}/0"
    assert item["canonicalUrl"] == f"{site.url}/bridge"
    assert item["datePublished"].startswith("2024-05-03")
    assert [author["name"] for author in item["authors"]] == ["Ann Writer"]
    assert item["mainImage"]["url"] == f"{site.url}/bridge.jpg"
    assert item["inLanguage"] == "en"
    assert 0.5 < item["metadata"]["probability"] <= 1
    assert "/classifier/" not in log  # no traceback of ours


def test_page_objects_without_the_spider_middleware(site: Site, tmp_path: Path) -> None:
    off = ("-s", 'SPIDER_MIDDLEWARES={"classifier.middleware.WinnowMiddleware": null}')
    (item,), log = crawl(tmp_path, site.url, "page", *off)
    assert item["title"] == "Old bridge closed"
    assert "'winnow/pages': 1" in log
    assert "winnow/items" not in log


def test_a_model_that_cannot_be_loaded_leaves_the_callback(site: Site, tmp_path: Path) -> None:
    (tmp_path / "bad.npz").write_bytes(b"not a model")
    (item,), log = crawl(tmp_path, site.url, "extraction", "-s", f"WINNOW_MODEL={tmp_path / 'bad.npz'}")
    assert (item["title"], item["type"]) == (None, "unknown")
    assert "Every ArticleExtraction stays empty: ModelError" in log


@pytest.mark.parametrize("how", ["extraction", "page"])
@pytest.mark.parametrize(
    ("setting", "stat", "reason"),
    [
        ("WINNOW_ENABLED=0", "pages/skipped/off", "WINNOW_ENABLED is off"),
        ("WINNOW_MODEL=/nope.npz", "errors/ModelNotFound", "ModelNotFound: expected a model file at"),
        ("WINNOW_MODE=bogus", "errors/OptionsError", "OptionsError: WINNOW_MODE: cannot use 'bogus'"),
    ],
)
def test_without_winnow_callbacks_run_all_the_same(
    site: Site, tmp_path: Path, setting: str, stat: str, reason: str, how: str
) -> None:
    items, log = crawl(tmp_path, site.url, how, "-s", setting, paths="/0,/moved")
    assert [item["title"] for item in items] == [None] * len(items) != []
    assert f"'winnow/{stat}': {len(items)}" in log
    assert log.count(f"Every ArticleExtraction stays empty: {reason}") == 1
    assert "Traceback" not in log or "publicsuffix.org" in log


def test_the_cache_of_scrapy_poet_gives_the_same_without_reading_again(site: Site, tmp_path: Path) -> None:
    cache = ("-s", f"SCRAPY_POET_CACHE={tmp_path / 'cache'}")
    off = ("-a", "winnow=off")  # or the item itself would have the page read
    first, log = crawl(tmp_path, site.url, "extraction", *cache, *off)
    assert "'winnow/pages': 1" in log
    again, log = crawl(tmp_path, site.url, "extraction", *cache, *off)
    assert again == first
    assert first[0]["forms"] == 1
    assert "'winnow/pages': 1" not in log


def test_a_stored_extraction_is_the_same() -> None:
    page = article("Old bridge closed", extra=COMMENT_FORM)[2]
    extraction = ArticleExtraction.of(classifier.extract(page, "https://example.com/bridge"))
    assert extraction.comment_forms[0].challenge
    read = deserialize_leaf(ArticleExtraction, serialize_leaf(extraction))
    assert read.to_dict() == extraction.to_dict()
    assert (read.comments, read.comment_forms) == (extraction.comments, extraction.comment_forms)
    metadata = Metadata(authors=("Ann Writer",), language="en")
    assert deserialize_leaf(Metadata, serialize_leaf(metadata)) == metadata

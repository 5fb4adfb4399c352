"""The Spidermon suite and the schema of the items, in whole crawls."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import COMMENT_FORM, Site, article

from classifier.extraction import Extractor
from classifier.labels import LABELS
from classifier.plugin.items import FIELDS, apply_page
from classifier.plugin.options import Options
from classifier.plugin.page import COSTLY, Job, read_page
from classifier.plugin.schema import ARTICLE, PROPERTIES, article_schema
from crawler.demo import articles
from crawler.demo.server import strip_labels

pytest.importorskip("spidermon", reason="extra monitor is not installed")
jsonschema = pytest.importorskip("jsonschema", reason="extra monitor is not installed")

DOCS = Path(__file__).resolve().parents[1] / "docs"
SPIDER = """
import scrapy
class Watched(scrapy.Spider):
    name = "watched"
    custom_settings = {
        "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
        "ADDONS": {"classifier.addon.WinnowAddon": 450},
        "WINNOW_COMMENT_ITEMS": True,
    }
    async def start(self):
        for path in ("/0", "/1", "/broken"):
            yield scrapy.Request(self.url + path)
    def parse(self, response):
        yield {"url": response.url}
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    comment = (
        '<li class="comment" id="comment-1"><div class="vcard"><b class="fn">Bob Reader</b> says:</div>'
        '<div class="comment-meta"><a href="#comment-1">May 1, 2024 at 3:15 pm</a></div><div class="comment-content">'
        "<p>I take that bridge to work every day, and now I will have to walk for an hour.</p></div></li>"
    )
    thread = f'<div id="comments" class="comments-area"><ol class="comment-list">{comment}</ol></div>'
    pages = {f"/{number}": article(f"Story {number}", extra=thread + COMMENT_FORM) for number in range(2)}
    with Site({**pages, "/broken": (200, "text/html", b"%PDF-1.7 \x00\x01")}) as served:
        yield served


def crawl(folder: Path, url: str, *options: str) -> str:
    (folder / "watched.py").write_text(SPIDER)
    # The settings that the documentation gives.
    section = (DOCS / "stats.md").read_text(encoding="utf-8").partition("\n## Watching a crawl\n")[2]
    (folder / "watched_settings.py").write_text("".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL)))
    command = [sys.executable, "-m", "scrapy", "runspider", "watched.py", "-a", f"url={url}", *options]
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "watched_settings"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_crawl_that_went_well(site: Site, tmp_path: Path) -> None:
    log = crawl(tmp_path, site.url, "-s", "WINNOW_MONITOR_MAX_FAILED=0.5")
    assert "5 monitors in" in log
    assert "Expected at" not in log
    # The broken page's item has no headline, and the pipeline says so; comments have a schema of their own.
    assert "'winnow/comments': 2" in log
    assert "'spidermon/validation/items': 5" in log
    assert "'spidermon/validation/validators/commentitem/jsonschema': True" in log
    assert "'spidermon/validation/items/errors': 1" in log


def test_limits_that_are_not_met(site: Site, tmp_path: Path) -> None:
    low = ("WINNOW_MIN_WORDS=1000", "WINNOW_MONITOR_MIN_PAGES=10", "WINNOW_MONITOR_MAX_MS=0.001")
    log = crawl(tmp_path, site.url, *(part for one in low for part in ("-s", one)))
    for message in (
        "Expected at least 10 pages read, got 2",
        "Expected at most 0.001 ms per page",
        "Expected at most 1.0% failed items, got 33.3%",
        "Expected at most 50.0% doubtful items, got 66.7%",
    ):
        assert message in log


def check(schema: dict[str, Any], item: Any) -> list[str]:
    return [error.json_path for error in jsonschema.Draft202012Validator(schema).iter_errors(item)]


def test_the_schema_knows_every_field() -> None:
    assert set(PROPERTIES) == {*FIELDS, "winnow"}
    assert set(PROPERTIES["winnow"]["anyOf"][1]["properties"]["blocks"]["properties"]) == set(LABELS)


def test_items_of_the_demo_newspaper_keep_to_the_schema() -> None:
    extractor = Extractor()
    for page in articles():
        body = strip_labels(page.file.read_bytes())
        record = read_page(extractor, Job(body, f"https://example.com{page.path}", needs=COSTLY | {"record"}))
        item: dict[str, Any] = {"url": page.path}
        apply_page(item, record, Options(trace=True))
        assert check(ARTICLE, item) == [], page.path
        annotated: dict[str, Any] = {}
        apply_page(annotated, record, Options(mode="annotate"))
        assert check(article_schema(), annotated) == [], page.path


def test_the_schema_refuses_what_is_wrong() -> None:
    schema = article_schema({"articleBody": "text", "confidence": "sure"}, required=["text"])
    assert set(schema["properties"]) == {"text", "sure"}
    assert check(schema, {"text": "words", "sure": 0.5, "own": 1}) == []
    assert check(schema, {"text": "", "sure": 2}) == ["$.sure", "$.text"]
    assert check(schema, {}) == ["$"]
    for fields in (["headline", "comments"], "headline, comments", '["headline", "comments"]'):
        assert set(article_schema(fields)["properties"]) == {"headline", "comments"}
    with pytest.raises(ValueError, match="did you mean 'headline'"):
        article_schema(["headlin"])
    comment = {"text": "Hi", "author": None, "published": "yesterday", "permalink": "/x", "parent": None, "spam": 0}
    assert check(article_schema(), {"comments": [comment]}) == ["$.comments[0].published", "$.comments[0].permalink"]

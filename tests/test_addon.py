"""The add-on, alone and in whole crawls of projects that are not ours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import COMMENT_FORM, SENTENCES, Site, article, html
from scrapy import version_info
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from classifier.addon import WinnowAddon
from classifier.exceptions import ModelNotFound
from classifier.middleware import WinnowMiddleware
from classifier.plugin.items import FIELDS
from classifier.resources import model_path

MIDDLEWARE = "classifier.middleware.WinnowMiddleware"


def test_registers_the_middleware() -> None:
    settings = Settings()
    WinnowAddon().update_settings(settings)
    assert settings.getdict("SPIDER_MIDDLEWARES")[WinnowMiddleware] == 450


@pytest.mark.parametrize("entry", [{MIDDLEWARE: 300}, {WinnowMiddleware: 300}, {MIDDLEWARE: None}])
def test_the_projects_own_entry_stays(entry: dict[Any, Any]) -> None:
    settings = Settings({"SPIDER_MIDDLEWARES": dict(entry)})
    WinnowAddon().update_settings(settings)
    assert settings.getdict("SPIDER_MIDDLEWARES") == entry


def test_refuses_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="WINNOW_ENABLED"):
        WinnowAddon().update_settings(Settings({"WINNOW_ENABLED": False}))
    with pytest.raises(NotConfigured, match="WINNOW_ENABLED: cannot use 'maybe'"):
        WinnowAddon().update_settings(Settings({"WINNOW_ENABLED": "maybe"}))
    with pytest.raises(NotConfigured, match="there is no file"):
        WinnowAddon().update_settings(Settings({"WINNOW_MODEL": str(tmp_path / "none")}))
    with pytest.raises(NotConfigured, match=r"there is a folder at .*: give the file blocks\.npz that"):
        WinnowAddon().update_settings(Settings({"WINNOW_MODEL": str(tmp_path)}))
    with pytest.raises(NotConfigured, match=r"there is a folder at .*: give '.*blocks\.npz'"):
        WinnowAddon().update_settings(Settings({"WINNOW_MODEL": str(model_path("blocks.npz").parent)}))
    with pytest.raises(ModelNotFound, match="there is no file"):
        WinnowAddon().update_settings(Settings({"WINNOW_MODEL": str(tmp_path / "none"), "WINNOW_STRICT": True}))


def test_a_crawler_builds_with_it() -> None:
    crawler = get_crawler(settings_dict={"ADDONS": {WinnowAddon: 450}})
    assert WinnowMiddleware in crawler.settings.getdict("SPIDER_MIDDLEWARES")


# --- whole crawls ---------------------------------------------------------------------------------------------------

SPIDER = """
import asyncio, dataclasses, sys
import attrs, pydantic, scrapy

@dataclasses.dataclass
class Data:
    url: str
    headline: str | None = None
    articleBody: str | None = None

@attrs.define
class Attrs:
    url: str
    headline: str | None = None
    articleBody: str | None = None

class Model(pydantic.BaseModel):
    url: str
    headline: str | None = None
    articleBody: str | None = None

class Item(scrapy.Item):
    url = scrapy.Field()
    headline = scrapy.Field()
    articleBody = scrapy.Field()

KINDS = [dict, Data, Attrs, Model, Item]

class Plain(scrapy.Spider):
    name = "plain"
    custom_settings = {"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_LEVEL": "INFO",
                       "CONCURRENT_REQUESTS_PER_DOMAIN": 8}

    async def start(self):
        for number in range(int(self.pages)):
            yield scrapy.Request(f"{self.url}/{number}", getattr(self, self.how))

    def sync(self, response):
        for kind in KINDS:
            yield kind(url=response.url)

    async def asynchronous(self, response):
        for kind in KINDS:
            await asyncio.sleep(0.001)
            yield kind(url=response.url)

    def own(self, response):
        yield {"title": "", "text": " ".join(response.css("article ::text, #respond ::text").getall())}
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    pages = {f"/{number}": article(f"Story {number}", extra=COMMENT_FORM) for number in range(40)}
    pages["/1"] = (200, "text/html", b"%PDF-1.7 \x00\x01")
    pages["/2"] = html("")
    pages["/3"] = (200, "application/json", b"{}")
    with Site(pages) as served:
        yield served


def _command(folder: Path, url: str, *options: str, pages: int = 6, how: str = "sync") -> list[str]:
    spider = folder / "plain.py"
    spider.write_text(SPIDER)
    call = [sys.executable, "-m", "scrapy", "runspider", str(spider), "-O", str(folder / "items.jsonl")]
    return [*call, "-a", f"url={url}", "-a", f"pages={pages}", "-a", f"how={how}", *options]


def _crawl(folder: Path, url: str, *options: str, **kwargs: Any) -> tuple[list[dict[str, Any]], str]:
    command = _command(folder, url, *options, **kwargs)
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    assert "DeprecationWarning" not in done.stderr
    lines = (folder / "items.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], done.stderr


ADDON = ("-s", 'ADDONS={"classifier.addon.WinnowAddon": 450}')
BY_HAND = ("-s", f'SPIDER_MIDDLEWARES={{"{MIDDLEWARE}": 450}}')


@pytest.mark.parametrize(
    ("options", "how"),
    [
        (ADDON, "sync"),
        (ADDON, "asynchronous"),
        (BY_HAND, "sync"),
        ((*ADDON, "-s", "TWISTED_REACTOR_ENABLED=False"), "sync"),
        ((*ADDON, "-s", "TWISTED_REACTOR=twisted.internet.selectreactor.SelectReactor"), "sync"),
        ((*ADDON, "-s", "WINNOW_EXECUTOR=process", "-s", "WINNOW_WORKERS=1"), "asynchronous"),
    ],
    ids=["add-on", "async-callback", "by-hand", "without-reactor", "select-reactor", "process-pool"],
)
def test_every_kind_of_item_in_a_plain_crawl(site: Site, tmp_path: Path, options: tuple[str, ...], how: str) -> None:
    items, log = _crawl(tmp_path, site.url, *options, how=how)
    assert len(items) == 6 * 5
    for item in items:
        number = item["url"].rpartition("/")[2]
        if number in ("1", "2", "3"):
            assert not item.get("headline")
        else:
            assert item["headline"] == f"Story {number}"
            assert item["articleBody"] == "\n\n".join(SENTENCES)
    assert {len(item) for item in items} == {1, 3, len(FIELDS) + 1}
    assert "Traceback" not in log
    assert "'winnow/errors/SegmentationError': 1" in log
    assert "pages read" in log
    assert ("There is no asyncio event loop" in log) == ("SelectReactor" in options[-1])


def test_switched_off_for_one_run(site: Site, tmp_path: Path) -> None:
    items, log = _crawl(tmp_path, site.url, *ADDON, "-a", "winnow=off", pages=1)
    assert [item.get("headline") for item in items] == [None] * 5
    assert "'winnow/items/skipped/off': 5" in log


WRONG = [
    (("-s", "WINNOW_MODE=cleen"), "WINNOW_MODE: cannot use 'cleen'"),
    (("-s", f"WINNOW_MODEL={model_path('text.npz')}"), "expected a model for pages, got one for plain text"),
    (("-s", "WINNOW_MODEL=none.npz"), "WINNOW_MODEL: expected a model file, there is no file"),
    (("-a", "winnow=bogus"), "spider attribute 'winnow': cannot use 'bogus' for mode"),
]


@pytest.mark.parametrize(("options", "reason"), WRONG, ids=lambda value: value[1] if isinstance(value, tuple) else "")
def test_what_cannot_be_used_is_told_once_and_costs_no_item(
    site: Site, tmp_path: Path, options: tuple[str, ...], reason: str
) -> None:
    items, log = _crawl(tmp_path, site.url, *ADDON, *options, pages=1)
    assert [item.get("headline") for item in items] == [None] * 5
    assert log.count(reason) == 1
    assert "winnow/errors" not in log


@pytest.mark.parametrize(
    ("options", "reason"),
    [*WRONG, (("-s", "WINNOW_MIN_WORD=5"), "There is no setting WINNOW_MIN_WORD; did you mean")],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_strict_ends_the_crawl_before_it_begins(tmp_path: Path, options: tuple[str, ...], reason: str) -> None:
    with Site({"/0": article("Story 0")}) as own:
        command = _command(tmp_path, own.url, *ADDON, "-s", "WINNOW_STRICT=1", *options, pages=1)
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=tmp_path, check=False)
    assert done.returncode == (version_info >= (2, 14))  # Scrapy 2.13 ends every crawl with 0
    assert reason in done.stderr
    assert own.requests == []


def test_own_field_names_in_clean_mode(site: Site, tmp_path: Path) -> None:
    own = ("-s", "WINNOW_MODE=clean", "-s", 'WINNOW_FIELDS={"articleBody": "text"}')
    (item,), _ = _crawl(tmp_path, site.url, *ADDON, *own, pages=1, how="own")
    assert set(item) == {"title", "text"}
    assert all(sentence in item["text"] for sentence in SENTENCES)
    assert "Leave a Reply" not in item["text"]


@pytest.mark.parametrize("content", [None, b"", b"not a model", b"\x80\x04cposix\nsystem\n(S'touch hacked'\ntR."])
def test_an_unusable_model_costs_no_item_and_runs_nothing(site: Site, tmp_path: Path, content: bytes | None) -> None:
    model = tmp_path / "model.npz"
    if content is not None:
        model.write_bytes(content)
    items, log = _crawl(tmp_path, site.url, *ADDON, "-s", f"WINNOW_MODEL={model}", pages=1)
    assert len(items) == 5
    assert "WINNOW_MODEL" in log or "Model" in log
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize("executor", ["thread", "process"])
def test_sigterm_writes_every_finished_item(tmp_path: Path, executor: str) -> None:
    pages = {f"/{number}": article(f"Story {number}") for number in range(300)}
    with Site(pages, delay=0.05) as slow:
        command = _command(tmp_path, slow.url, *ADDON, "-s", f"WINNOW_EXECUTOR={executor}", pages=300)
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
            while len(slow.requests) < 20 and process.poll() is None:
                time.sleep(0.05)
            os.kill(process.pid, signal.SIGTERM)
            _, log = process.communicate(timeout=60)
    items = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text().splitlines()]
    assert len(items) % 5 == 0
    assert f"'item_scraped_count': {len(items)}" in log
    assert f"'response_received_count': {len(items) // 5}" in log
    assert all(item["headline"] for item in items)

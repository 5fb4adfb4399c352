from __future__ import annotations

import asyncio
import dataclasses
import gc
import logging
import pickle
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from loopback import COMMENT_FORM, SENTENCES, article
from scrapy import Request, Spider, version_info
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response, TextResponse
from scrapy.utils.misc import build_from_crawler
from scrapy.utils.reactor import install_reactor
from scrapy.utils.test import get_crawler

from classifier.extraction import Extractor
from classifier.middleware import WinnowMiddleware
from classifier.plugin.comments import CommentItem, comment_items
from classifier.plugin.items import FIELDS
from classifier.plugin.page import COSTLY, Job, PageFailure, PageRecord, attempt, read_page
from classifier.plugin.runner import Runner

if version_info < (2, 15):
    # Later versions build a crawler without a reactor.
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")

URL = "https://www.example.com/bridge"
PAGE = article("Old bridge closed", extra=COMMENT_FORM)[2]


def middleware(spider_attribute: Any = None, **settings: Any) -> WinnowMiddleware:
    crawler = get_crawler(Spider, {"WINNOW_EXECUTOR": "thread", **settings})
    crawler.spider = Spider("test")
    if spider_attribute is not None:
        crawler.spider.winnow = spider_attribute  # type: ignore[attr-defined]
    return build_from_crawler(WinnowMiddleware, crawler)


def response(body: bytes = PAGE, kind: type[Response] = HtmlResponse, meta: Any = None) -> Any:
    request = Request(URL, meta={} if meta is None else {"winnow": meta})
    return kind(URL, body=body, request=request)


async def _collect(mw: WinnowMiddleware, answer: Response, things: list[Any]) -> list[Any]:
    async def result() -> AsyncIterator[Any]:
        for thing in things:
            yield thing

    return [thing async for thing in mw.process_spider_output(answer, result())]


def process(mw: WinnowMiddleware, answer: Response, *things: Any) -> list[Any]:
    return asyncio.run(_collect(mw, answer, list(things)))


def stats(mw: WinnowMiddleware) -> dict[str, Any]:
    assert mw.crawler.stats is not None
    return {name[7:]: value for name, value in mw.crawler.stats.get_stats().items() if name.startswith("winnow/")}


class Broken:
    """An extractor that fails, for what no page can provoke."""

    def __init__(self, error: BaseException | None = None, seconds: float = 0.0) -> None:
        self.error = error
        self.seconds = seconds
        self.calls = 0

    def extract(self, page: Any, url: str | None = None) -> Any:
        self.calls += 1
        time.sleep(self.seconds)
        if self.error:
            raise self.error
        return Extractor().extract(page, url)


@pytest.mark.parametrize("executor", ["thread", "inline"])
def test_fills_a_dict(executor: str) -> None:
    mw = middleware(WINNOW_EXECUTOR=executor)
    (item,) = process(mw, response(), {"url": URL})
    assert set(item) == {"url", *FIELDS}
    assert item["headline"] == "Old bridge closed"
    assert item["articleBody"] == "\n\n".join(SENTENCES)
    found = stats(mw)
    assert (found["pages"], found["items/filled"], found["fields/articleBody"]) == (1, 1, 1)
    assert sum(count for name, count in found.items() if name.startswith("blocks/")) > len(SENTENCES)
    assert found["model_version"]
    assert found["time_ms"] >= found["time_ms/max"] > 0


def test_requests_and_other_things_pass_in_order() -> None:
    mw = middleware()
    request = Request("https://example.com/next")
    thing = object()
    item = {"url": URL}
    assert process(mw, response(), request, item, thing, None) == [request, item, thing, None]


def test_several_items_cost_one_extraction_also_at_once() -> None:
    mw = middleware()
    mw.reader.runner.extractor = counting = Broken(seconds=0.1)  # type: ignore[assignment]
    answer = response()

    async def both() -> list[list[Any]]:
        return await asyncio.gather(_collect(mw, answer, [{}, {}]), _collect(mw, answer, [{}]))

    first, second = asyncio.run(both())
    assert [item["headline"] for item in first + second] == ["Old bridge closed"] * 3
    assert counting.calls == stats(mw)["pages"] == 1


@pytest.mark.parametrize(
    ("link", "url", "copied"),
    [
        ("https://www.daily.example.org/story", "https://www.daily.example.org/story", True),
        ("https://news.example.com/story", "https://news.example.com/story", False),
        ("/story", "https://www.example.com/story", False),
        (None, None, False),
    ],
)
def test_copies(link: str | None, url: str | None, copied: bool) -> None:
    footer = f'<p class="source"><a href="{link}">Source link</a></p>' if link else ""
    page = article("Old bridge closed")[2].replace(b"</div></article>", f"{footer}</div></article>".encode())
    (item,) = process(middleware(), response(page), {})
    assert (item["source_url"], item["is_copy"]) == (url, copied)
    assert (item["sourceLink"] or {}).get("url") == url


def test_the_html_is_made_when_an_item_has_a_place_for_it() -> None:
    answer = response()
    (item,) = process(middleware(WINNOW_FIELDS=["articleBody"]), answer, {})
    assert set(item) == {"articleBody"}
    (whole,) = process(middleware(), answer, {})
    assert whole["articleBodyHtml"].startswith("<p>")


def test_only_what_the_items_have_a_place_for_is_made() -> None:
    made: list[frozenset[str]] = []
    mw = middleware()
    attempt_all = mw.reader.runner.run

    async def noting(job: Job) -> Any:
        made.append(job.needs)
        return await attempt_all(job)

    mw.reader.runner.run = noting  # type: ignore[method-assign]
    answer = response()
    process(mw, response(meta="clean"), {"articleBody": "text"})
    process(mw, response(meta={"fields": ["headline", "comments"]}), {})
    process(mw, answer, {}, {})
    # More than the third item needs is there already.
    process(mw, answer, CommentItem("", 0, None, ""))
    assert made == [frozenset(), frozenset({"comments"}), COSTLY]


def test_the_cache_ends_with_the_response() -> None:
    mw = middleware()
    answer = response()
    process(mw, answer, {})
    assert len(mw.reader._pages) == 1
    del answer
    # A thread lets go of a page a moment after it has handed over what it found there.
    mw.reader.runner._threads.shutdown(wait=True)
    gc.collect()
    assert len(mw.reader._pages) == 0


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (response(b"{}", TextResponse), "non_html"),
        (response(b"%PDF", Response), "non_html"),
        (response(b""), "empty"),
        (response(b" \n"), "empty"),
        (response(meta=False), "off"),
        (response(meta="off"), "off"),
        (response(meta={"max_size": 100}), "too_large"),
    ],
)
def test_pages_that_are_not_read(answer: Response, reason: str) -> None:
    mw = middleware()
    assert process(mw, answer, {"a": 1}, {"a": 2}) == [{"a": 1}, {"a": 2}]
    assert stats(mw) == {f"pages/skipped/{reason}": 1, f"items/skipped/{reason}": 2}


def test_a_failed_page_leaves_its_items_and_one_log_line(caplog: pytest.LogCaptureFixture) -> None:
    mw = middleware()
    mw.reader.runner.extractor = Broken(RecursionError("too deep"))  # type: ignore[assignment]
    for _ in range(3):
        assert process(mw, response(), {"a": 1}, {"a": 2}) == [{"a": 1}, {"a": 2}]
    assert stats(mw) == {"errors/RecursionError": 3, "items/failed": 6}
    assert [record.levelno for record in caplog.records if "RecursionError" in record.message] == [logging.WARNING]


def test_a_page_that_is_no_page() -> None:
    mw = middleware()
    assert process(mw, response(b"%PDF-1.7 \x00\x01\x02"), {"a": 1}) == [{"a": 1}]
    assert stats(mw) == {"errors/SegmentationError": 1, "items/failed": 1}


def test_the_log_says_when_the_compiled_parts_are_missing(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    mw = middleware()
    with caplog.at_level(logging.INFO):
        monkeypatch.setattr("classifier.plugin.reader.MISSING", set())
        mw.reader.start()
        assert "C compiler" not in caplog.text
        monkeypatch.setattr("classifier.plugin.reader.MISSING", {"classifier.blocks._walk"})
        mw.reader.start()
    assert "installed without a C compiler" in caplog.text
    mw.reader.close()


def test_options_that_cannot_be_used_leave_the_item(caplog: pytest.LogCaptureFixture) -> None:
    mw = middleware()
    assert process(mw, response(meta={"mode": "cleen"}), {"a": 1}) == [{"a": 1}]
    assert stats(mw) == {"errors/OptionsError": 1, "items/failed": 1}
    assert "request.meta['winnow']" in caplog.text


def test_every_different_fault_of_the_options_is_told(caplog: pytest.LogCaptureFixture) -> None:
    mw = middleware()
    for fault in ({"mode": "cleen"}, {"modus": "clean"}, "bogus", {"mode": "cleen"}, {"drop": "//text()"}):
        process(mw, response(meta=fault), {"a": 1}, {"a": 2})
    assert stats(mw)["errors/OptionsError"] == 10
    assert len([record for record in caplog.records if "request.meta['winnow']" in record.message]) == 4
    for number in range(200):
        process(mw, response(meta=f"bogus {number}"), {"a": 1})
    assert len(mw.reader._told) == len(caplog.records) == 100


def test_every_type_of_items_that_fails_is_named(caplog: pytest.LogCaptureFixture) -> None:
    one, other = (dataclasses.make_dataclass(name, [("headline", Any, None)], frozen=True) for name in ("One", "Other"))
    mw = middleware()
    process(mw, response(), one(), one(), other())
    assert stats(mw)["errors/FrozenInstanceError"] == 3
    assert [record.message.partition(":")[0] for record in caplog.records if "cannot assign" in record.message] == [
        "Left the One of https",
        "Left the Other of https",
    ]


def test_clean_mode_says_which_field_is_no_text(caplog: pytest.LogCaptureFixture) -> None:
    mw = middleware(WINNOW_MODE="clean", WINNOW_FIELDS={"articleBody": "text"})
    process(mw, response(), {"text": ["A", "B"]}, {"text": ["A"]}, {"text": "<p>A</p>"}, {"text": "A"})
    assert stats(mw)["fields/not_text"] == 3
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "Mode clean needs plain text, but text holds a value of type list",
        "Mode clean needs plain text, but text holds HTML",
    ]


def test_an_item_that_refuses_its_values_does_not_cost_the_next() -> None:
    class Sulky(dict):  # type: ignore[type-arg]
        def __setitem__(self, key: str, value: Any) -> None:
            raise ValueError("no")

    mw = middleware()
    first, second = process(mw, response(), Sulky(a=1), {})
    assert first == {"a": 1}
    assert second["headline"] == "Old bridge closed"
    assert stats(mw)["errors/ValueError"] == stats(mw)["items/failed"] == stats(mw)["items/filled"] == 1


def test_cancelling_one_callback_leaves_the_other() -> None:
    mw = middleware()
    mw.reader.runner.extractor = Broken(seconds=0.2)  # type: ignore[assignment]
    answer = response()

    async def run() -> list[Any]:
        first = asyncio.create_task(_collect(mw, answer, [{}]))
        second = asyncio.create_task(_collect(mw, answer, [{}]))
        await asyncio.sleep(0.05)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    (item,) = asyncio.run(run())
    assert item["headline"] == "Old bridge closed"


def test_the_event_loop_stays_free() -> None:
    mw = middleware()
    mw.reader.runner.extractor = Broken(seconds=0.3)  # type: ignore[assignment]

    async def ticks() -> int:
        work = asyncio.create_task(_collect(mw, response(), [{}]))
        count = 0
        while not work.done():
            await asyncio.sleep(0.01)
            count += 1
        return count

    assert asyncio.run(ticks()) > 10


def test_a_page_over_its_time() -> None:
    mw = middleware(WINNOW_TIMEOUT=0.1)
    mw.reader.runner.extractor = Broken(seconds=0.5)  # type: ignore[assignment]
    assert process(mw, response(), {"a": 1}) == [{"a": 1}]
    assert stats(mw)["errors/TimeoutError"] == 1


def test_a_page_that_hangs_holds_up_no_other() -> None:
    """Not even one that waits for the same worker, and not when more pages hang than there are threads."""
    runner = Runner(workers=1, timeout=0.1)
    release = threading.Event()

    class Hanging:
        def extract(self, page: Any, url: str | None = None) -> Any:
            release.wait(30)

    async def run() -> tuple[list[Any], Any]:
        healthy, runner.extractor = runner.extractor, Hanging()  # type: ignore[assignment]
        hung = await asyncio.gather(*(runner.run(Job(PAGE.decode(), URL)) for _ in range(3)))
        runner.extractor, runner.timeout = healthy, 20
        return hung, await runner.run(Job(PAGE.decode(), URL))

    hung, following = asyncio.run(run())
    release.set()
    runner.close()
    assert [page.kind for page in hung] == ["TimeoutError"] * 3
    assert isinstance(following, PageRecord)


def test_a_project_that_keeps_the_threads_of_the_loop_busy() -> None:
    runner = Runner(timeout=20)
    release = threading.Event()

    async def run() -> Any:
        busy = [asyncio.ensure_future(asyncio.to_thread(release.wait, 30)) for _ in range(40)]
        page = await runner.run(Job(PAGE.decode(), URL))
        release.set()
        await asyncio.gather(*busy)
        return page

    page = asyncio.run(run())
    runner.close()
    assert isinstance(page, PageRecord), page


def test_never_more_pages_at_a_time_than_workers() -> None:
    runner = Runner(workers=2)
    running = most = 0

    class Counting:
        def extract(self, page: Any, url: str | None = None) -> Any:
            nonlocal running, most
            running += 1
            most = max(most, running)
            time.sleep(0.03)
            running -= 1
            return Extractor().extract(page, url)

    runner.extractor = Counting()  # type: ignore[assignment]

    async def run() -> list[Any]:
        return await asyncio.gather(*(runner.run(Job(PAGE.decode(), URL)) for _ in range(8)))

    assert all(isinstance(result, PageRecord) for result in asyncio.run(run()))
    assert most == 2


def test_worker_processes_give_the_same_and_end() -> None:
    mw = middleware(WINNOW_EXECUTOR="process", WINNOW_WORKERS=1)
    (item,) = process(mw, response(), {})
    assert mw.reader.runner._pool is not None
    (worker,) = mw.reader.runner._pool._running
    mw.spider_closed()
    (expected,) = process(middleware(), response(), {})
    assert item == expected
    assert worker._process.returncode is not None


def test_a_worker_process_over_its_time_is_replaced() -> None:
    runner = Runner(kind="process", workers=1, timeout=60)

    async def run() -> tuple[Any, Any]:
        await runner.run(Job(PAGE.decode(), URL))  # the process is up
        runner.timeout = 0.001
        late = await runner.run(Job(PAGE.decode() * 200, URL))
        runner.timeout = 60
        return late, await runner.run(Job(PAGE.decode(), URL))

    late, next_page = asyncio.run(run())
    runner.close()
    assert isinstance(late, PageFailure)
    assert late.kind == "TimeoutError"
    assert isinstance(next_page, PageRecord)


def test_levels_of_options() -> None:
    settings = {"WINNOW_MODE": "annotate", "WINNOW_DOMAINS": {"example.com": {"mode": "overwrite", "trace": True}}}
    assert middleware(**settings).reader.options_for(URL, {}).mode == "overwrite"
    assert middleware("fill", **settings).reader.options_for(URL, {}).mode == "fill"
    options = middleware("fill", **settings).reader.options_for(URL, {"winnow": {"mode": "clean"}})
    assert (options.mode, options.trace) == ("clean", True)
    assert not middleware("off", **settings).reader.options_for(URL, {}).enabled


def test_undeclared_fields_warn_once(caplog: pytest.LogCaptureFixture) -> None:
    import attrs

    @attrs.define
    class Small:
        headline: str | None = None

    mw = middleware()
    items = process(mw, response(), Small(), Small())
    assert [item.headline for item in items] == ["Old bridge closed"] * 2
    assert stats(mw)["fields/undeclared"] == 2 * (len(FIELDS) - 1)
    assert sum("does not declare" in record.message for record in caplog.records) == 1


def test_low_confidence_is_never_dropped_silently(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    mw = middleware(WINNOW_MIN_WORDS=10_000, WINNOW_LOW_CONFIDENCE="drop")
    assert process(mw, response(), {"a": 1}) == []
    assert (stats(mw)["items/dropped"], stats(mw)["low_confidence/min_words"]) == (1, 1)
    assert f"Dropped an item of {URL}: min_words" in caplog.text
    assert "expected at least 10000" in caplog.text


def test_clean_mode_takes_out_what_the_page_shows_to_be_no_article() -> None:
    answer = response()
    text = " ".join(answer.css("article ::text, #respond ::text").getall())
    (item,) = process(middleware(WINNOW_MODE="clean", WINNOW_FIELDS='{"articleBody": "text"}'), answer, {"text": text})
    assert "Your email address" not in item["text"]
    assert "Post Comment" not in item["text"]
    assert all(sentence in item["text"] for sentence in SENTENCES)


def test_selectors_to_drop_and_to_keep() -> None:
    extractor = Extractor()
    answer = response()
    before = answer.text, len(answer.css("p"))
    dropped = read_page(extractor, Job(answer, URL, drop=("//p[contains(., 'ferry')]", "#respond")))
    assert "ferry" not in dropped.values["articleBody"]
    assert SENTENCES[0] in dropped.values["articleBody"]
    kept = read_page(extractor, Job(answer, URL, keep=("footer",)))
    assert "The Daily Bridge" in kept.values["articleBody"]
    assert "The Daily Bridge" in kept.values["articleBodyHtml"]
    assert (answer.text, len(answer.css("p"))) == before


def test_the_whole_page_is_never_dropped(caplog: pytest.LogCaptureFixture) -> None:
    page = (
        PAGE.replace(b"<html", b"<html class=loaded")
        .replace(b"<body", b"<body class=ad-free")
        .replace(b"<p>", b"<p class=ad>", 1)
    )
    mw = middleware(WINNOW_DROP=["[class*=ad]"])
    for _ in range(2):
        (item,) = process(mw, response(page), {})
        assert SENTENCES[0] not in item["articleBody"]
        assert SENTENCES[1] in item["articleBody"]
    (warning,) = [record.message for record in caplog.records if "never dropped" in record.message]
    assert "<html> or <body> of https://www.example.com/bridge" in warning


def test_comments_as_items_of_their_own() -> None:
    values = {
        "canonicalUrl": None,
        "comments": [
            {"text": "First", "author": "Ann", "published": None, "permalink": None, "parent": None, "spam": 0.1},
            {"text": "Answer", "author": "Bob", "published": None, "permalink": None, "parent": 0, "spam": 0.0},
        ],
    }
    first, second = comment_items(values, URL)
    assert first == CommentItem(URL, 0, None, "First", "Ann", spam=0.1)
    assert (second.number, second.parent) == (1, 0)


def test_comments_are_yielded_once_after_the_first_item() -> None:
    thread = "".join(
        f'<li class="comment" id="comment-{number}"><div class="vcard"><b class="fn">{name}</b> says:</div>'
        f'<div class="comment-meta"><a href="#comment-{number}">May {number}, 2024 at 3:15 pm</a></div>'
        f'<div class="comment-content"><p>{text}</p></div><div class="reply"><a href="#respond">Reply</a></div></li>'
        for number, name, text in (
            (1, "Bob Reader", "I take that bridge to work every day, and now I will have to walk for an hour."),
            (2, "Eve Walker", "Walking is healthy, my friend. I hope that they finish the work in time though."),
        )
    )
    extra = f'<div id="comments" class="comments-area"><h2>2 comments</h2><ol class="comment-list">{thread}</ol></div>'
    answer = response(article("Old bridge closed", extra=extra + COMMENT_FORM)[2])
    mw = middleware(WINNOW_COMMENT_ITEMS=True)
    item, one, two, other = process(mw, answer, {"url": URL}, {"url": URL})
    assert [comment.author for comment in (one, two)] == ["Bob Reader", "Eve Walker"]
    assert one.text.startswith("I take that bridge")
    assert item["comments"] == other["comments"]
    assert stats(mw)["comments"] == 2
    assert len(process(middleware(), answer, {"url": URL})) == 1


def test_canonical_url() -> None:
    head = '<link rel="canonical" href="/2024/bridge"><meta property="og:url" content="https://other.example/">'
    record = read_page(Extractor(), Job(article("T", head=head)[2].decode(), URL))
    assert record.values["canonicalUrl"] == "https://www.example.com/2024/bridge"
    assert read_page(Extractor(), Job(PAGE.decode(), URL)).values["canonicalUrl"] is None
    broken = '<link rel="canonical" href="http://[bad"><meta property="og:url" content="https://www.example.com/b">'
    record = read_page(Extractor(), Job(article("Old bridge closed", head=broken)[2].decode(), URL))
    assert record.values["canonicalUrl"] == "https://www.example.com/b"


def test_page_records_pickle() -> None:
    record = attempt(Extractor(), Job(response(), URL, needs=COSTLY | {"record"}))
    assert pickle.loads(pickle.dumps(record)) == record


def test_summary(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    mw = middleware()
    mw.spider_closed()
    assert "Summary" not in caplog.text
    process(mw, response(), {})
    mw.spider_closed()
    assert "filled 1" in caplog.text


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"WINNOW_ENABLED": False}, "WINNOW_ENABLED is off"),
        ({"WINNOW_MODE": "cleen"}, "expected one of fill"),
        ({"WINNOW_FIELDS": {"body": "text"}}, "unknown field 'body'"),
        ({"WINNOW_MIN_CONFIDENCE": "high"}, "WINNOW_MIN_CONFIDENCE: cannot use 'high': expected a number"),
        ({"WINNOW_DOMAINS": {"a.org": 1}}, r"WINNOW_DOMAINS\['a.org'\]"),
        ({"WINNOW_EXECUTOR": "gpu"}, "expected one of thread"),
        ({"WINNOW_WORKERS": 0}, "WINNOW_WORKERS: cannot use 0"),
        ({"WINNOW_ENABLED": "maybe"}, "WINNOW_ENABLED: cannot use 'maybe'"),
        ({"WINNOW_SUMMARY": "maybe"}, "WINNOW_SUMMARY: cannot use 'maybe'"),
        ({"WINNOW_STRICT": "maybe"}, "WINNOW_STRICT: cannot use 'maybe'"),
        ({"spider_attribute": {"page_types": ["frum"]}}, "spider attribute 'winnow': unknown page type 'frum'"),
        ({"WINNOW_DROP": ["//text()"]}, "WINNOW_DROP: cannot use .*: expected a selector of elements"),
        ({"WINNOW_PAGE_TYPES": ["frum"]}, "WINNOW_PAGE_TYPES: unknown page type 'frum'; did you mean 'forum'"),
        ({"WINNOW_DOMAINS": {"a.org": {"page_types": ["frum"]}}}, r"WINNOW_DOMAINS\['a.org'\]: unknown page type"),
        ({"WINNOW_WORKERS": "two"}, "WINNOW_WORKERS: cannot use 'two'"),
    ],
)
def test_wrong_settings_disable_with_the_reason(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotConfigured, match=reason):
        middleware(**settings)


def test_worker_processes_need_a_posix_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(NotConfigured, match="WINNOW_EXECUTOR: there are no worker processes on Windows"):
        middleware(WINNOW_EXECUTOR="process")


def test_a_misspelt_setting_is_told(caplog: pytest.LogCaptureFixture) -> None:
    middleware(WINNOW_MIN_WORD=5)
    assert "There is no setting WINNOW_MIN_WORD; did you mean 'WINNOW_MIN_WORDS'?" in caplog.text


def test_wrong_models_disable_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="ModelNotFound"):
        middleware(WINNOW_MODEL=str(tmp_path / "none"))
    bad = tmp_path / "bad.joblib"
    bad.write_bytes(b"not a model")
    with pytest.raises(NotConfigured, match="Model"):
        middleware(WINNOW_MODEL=bad)

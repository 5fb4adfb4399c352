"""Whatever breaks, no item is lost and none comes twice."""

from __future__ import annotations

import asyncio
import collections
import gzip
import importlib
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loopback import COMMENT_FORM, SENTENCES, Site, article
from lxml import etree
from scrapy import Request, Spider, version_info
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse
from scrapy.utils.misc import build_from_crawler
from scrapy.utils.reactor import install_reactor
from scrapy.utils.test import get_crawler

from classifier.exceptions import ModelError
from classifier.extraction import Extractor
from classifier.middleware import WinnowMiddleware
from classifier.model import BlockModel
from classifier.resources import model_path

if version_info < (2, 15):
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")

PAGE = article("Old bridge closed", extra=COMMENT_FORM)[2]
# Every step that a page and its items go through, as the name that the calling module knows it by.
STAGES = (
    "classifier.plugin.page.parse",
    "classifier.plugin.page.without",
    "classifier.plugin.page.with_kept",
    "classifier.plugin.page.canonical_url",
    "classifier.plugin.page._plain",
    "classifier.extraction.parse",
    "classifier.extraction.segment",
    "classifier.extraction.choose_title",
    "classifier.extraction.find_comments",
    "classifier.extraction.find_forms",
    "classifier.rules.find_challenges",
    "classifier.extraction.find_source",
    "classifier.challenges.refine",
    "classifier.sources.refine",
    "classifier.rendering.body_html",
    "classifier.model.BlockModel.predict",
    "classifier.model.page.PageModel.predict",
    "classifier.model.network.Network.predict",
    "classifier.middleware.skip_reason",
    "classifier.middleware.apply_page",
    "classifier.plugin.page.clean_text",
    "classifier.plugin.items._write",
)
ERRORS: tuple[Callable[[], Exception], ...] = (
    MemoryError,
    RecursionError,
    lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ZeroDivisionError,
    lambda: OSError(28, "No space left on device"),
    lambda: etree.XPathEvalError("Invalid expression"),
    lambda: KeyError("body"),
    lambda: np.linalg.LinAlgError("singular"),
    AssertionError,
    StopIteration,
)
# Which stage fails, for the page at hand; threads get a copy of the context.
_failing: ContextVar[tuple[str, Exception] | None] = ContextVar("failing", default=None)


@pytest.fixture
def sabotaged(monkeypatch: pytest.MonkeyPatch) -> None:
    for stage in STAGES:
        owner_name, _, name = stage.rpartition(".")
        try:
            owner: Any = importlib.import_module(owner_name)
        except ModuleNotFoundError:
            module, _, cls = owner_name.rpartition(".")
            owner = getattr(importlib.import_module(module), cls)
        monkeypatch.setattr(owner, name, _breakable(stage, getattr(owner, name)))


def _breakable(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def breaks(*args: Any, **kwargs: Any) -> Any:
        failing = _failing.get()
        if failing is not None and failing[0] == stage:
            raise failing[1]
        return function(*args, **kwargs)

    return breaks


def middleware(**settings: Any) -> WinnowMiddleware:
    crawler = get_crawler(Spider, settings)
    crawler.spider = Spider("test")
    return build_from_crawler(WinnowMiddleware, crawler)


def stats(mw: WinnowMiddleware) -> dict[str, Any]:
    assert mw.crawler.stats is not None
    return {name[7:]: value for name, value in mw.crawler.stats.get_stats().items() if name.startswith("winnow/")}


async def _through(mw: WinnowMiddleware, answer: HtmlResponse, things: list[Any], fault: Any = None) -> list[Any]:
    _failing.set(fault)

    async def result() -> AsyncIterator[Any]:
        for thing in things:
            yield thing

    return [thing async for thing in mw.process_spider_output(answer, result())]


class Sulky(dict):  # type: ignore[type-arg]
    """An item that refuses every value."""

    def __setitem__(self, key: str, value: Any) -> None:
        raise TypeError("not today")


def _case(number: int) -> tuple[HtmlResponse, list[Any], Any, bool]:
    """Return page, items, fault, and whether the items must come out as they went in."""
    rng = random.Random(number)
    url = f"https://example.com/{number}"
    kind = number % 5
    text = " ".join((*SENTENCES, "Leave a Reply"))
    items: list[Any] = [{"number": number, "turn": turn, "articleBody": text} for turn in range(2)]
    meta: Any = {"mode": rng.choice(["fill", "overwrite", "clean", "annotate"]), "drop": ["nav"], "keep": ["h1"]}
    fault, body = None, PAGE
    if kind < 3:
        fault = (rng.choice(STAGES), rng.choice(ERRORS)())
        return HtmlResponse(url, body=body, request=Request(url, meta={"winnow": meta})), items, fault, False
    if kind == 3:
        items = [Sulky(item) for item in items]
        meta["mode"] = "overwrite"
    else:
        broken: list[tuple[Any, bytes]] = [
            ({"mode": "cleen"}, PAGE),
            ({"drop": ["["]}, PAGE),
            ({"keep": ["//p[contains("]}, PAGE),
            ({"min_confidence": 7}, PAGE),
            (meta, b"%PDF-1.7 \x00\x01"),
            (meta, b"\x89PNG\r\n\x1a\n\x00\x00"),
        ]
        meta, body = rng.choice(broken)
    return HtmlResponse(url, body=body, request=Request(url, meta={"winnow": meta})), items, fault, True


@pytest.mark.usefixtures("sabotaged")
@pytest.mark.parametrize("executor", ["thread", "inline"])
def test_a_thousand_failures_lose_and_double_nothing(executor: str) -> None:
    mw = middleware(WINNOW_EXECUTOR=executor)
    cases = [_case(number) for number in range(1000)]
    before = [[dict(item) for item in items] for _, items, _, _ in cases]

    async def run() -> list[list[Any]]:
        return await asyncio.gather(*(_through(mw, page, items, fault) for page, items, fault, _ in cases))

    results = asyncio.run(run())
    for (_, items, _, untouched), result, original in zip(cases, results, before, strict=True):
        assert [id(item) for item in result] == [id(item) for item in items]
        for item, was in zip(result, original, strict=True):
            assert {name: item[name] for name in ("number", "turn")} == {name: was[name] for name in ("number", "turn")}
            if untouched:
                assert item == was
    found = stats(mw)
    assert sum(count for name, count in found.items() if name.startswith("items/")) == 2 * len(cases)
    # Stages that a page's mode or content never reaches break nothing: most do.
    assert found["items/failed"] > len(cases)
    failed = {name for name in found if name.startswith("errors/")}
    assert {"errors/TypeError", "errors/OptionsError", "errors/SegmentationError", "errors/MemoryError"} <= failed


@pytest.mark.usefixtures("sabotaged")
@pytest.mark.parametrize("stage", STAGES)
def test_after_any_failure_the_next_page_is_read(stage: str) -> None:
    mw = middleware(WINNOW_DROP=["nav"], WINNOW_KEEP=["h1"])
    url = "https://example.com/1"
    for mode in ("fill", "clean"):
        meta = {"winnow": mode}
        page = HtmlResponse(url, body=PAGE, request=Request(url, meta=meta))
        (item,) = asyncio.run(_through(mw, page, [{"articleBody": "Post"}], (stage, ValueError("broken"))))
        assert item["articleBody"] == "Post"
    page = HtmlResponse(url, body=PAGE, request=Request(url))
    (item,) = asyncio.run(_through(mw, page, [{}]))
    assert item["headline"] == "Old bridge closed"
    assert stats(mw)["errors/ValueError"] >= 1


def test_cancelled_requests_take_nothing_from_the_others() -> None:
    mw = middleware(WINNOW_WORKERS=1)
    pages = [HtmlResponse(f"https://example.com/{number}", body=PAGE) for number in range(40)]

    async def run() -> list[Any]:
        # Two callbacks per page; every third is cancelled while it waits for its page.
        tasks = [asyncio.create_task(_through(mw, page, [{"page": page.url}])) for page in pages for _ in range(2)]
        await asyncio.sleep(0.02)
        for task in tasks[::3]:
            task.cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(run())
    for number, result in enumerate(results):
        if not isinstance(result, asyncio.CancelledError):
            (item,) = result
            assert item["page"] == pages[number // 2].url
            assert item["headline"] == "Old bridge closed"
        else:
            assert number % 3 == 0
    assert stats(mw)["pages"] == len(pages)
    assert not any(name.startswith("errors/") for name in stats(mw))


# --- model files ------------------------------------------------------------------------------------------------------


class Hostile:
    def __reduce__(self) -> Any:
        return Path.touch, (Path("hacked"),)


def _repacked(change: Callable[[dict[str, Any]], None]) -> bytes:
    with np.load(model_path("blocks.npz"), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    change(arrays)
    out = io.BytesIO()
    np.savez(out, allow_pickle=True, **arrays)
    return out.getvalue()


def _header(**changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(arrays: dict[str, Any]) -> None:
        header = {**json.loads(arrays["header"].tobytes()), **changes}
        arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)

    return change


def _without_weights(arrays: dict[str, Any]) -> None:
    for name in [name for name in arrays if name.startswith("second0/")][:1]:
        del arrays[name]


def _cut_weights(arrays: dict[str, Any]) -> None:
    for name in [name for name in arrays if name.startswith("first0/")]:
        arrays[name] = arrays[name][:3]


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("header.npy", "w") as entry:
        for _ in range(250):
            entry.write(bytes(1_000_000))
    return out.getvalue()


def _models() -> Iterator[tuple[str, bytes]]:
    whole = model_path("blocks.npz").read_bytes()
    rng = random.Random(1)
    for length in [0, 1, 4, 100, *rng.sample(range(len(whole)), 6), len(whole) - 1]:
        yield f"cut at {length}", whole[:length]
    for position in rng.sample(range(len(whole)), 12):
        yield f"byte {position}", whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :]
    yield "other version", _repacked(_header(format_version=999))
    yield "other kind", _repacked(_header(format="something"))
    yield "other labels", _repacked(_header(labels=["a", "b"]))
    yield "other features", _repacked(_header(features=["a"]))
    yield "no stages", _repacked(_header(stages=None))
    yield "missing weights", _repacked(_without_weights)
    yield "cut weights", _repacked(_cut_weights)
    yield "hostile array", _repacked(lambda arrays: arrays.update(header=np.array([Hostile()], dtype=object)))
    yield "hostile weights", _repacked(lambda arrays: arrays.update({"first0/w": np.array([Hostile()], dtype=object)}))
    yield "pickle", b"\x80\x04cpathlib\nPath\n(S'hacked'\ntR."
    yield "bomb", _bomb()


def test_no_model_file_costs_an_item_or_runs_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcomes: collections.Counter[str] = collections.Counter()
    for name, content in _models():
        (tmp_path / "model.npz").write_bytes(content)
        page = HtmlResponse("https://example.com/1", body=PAGE)
        try:
            mw = middleware(WINNOW_MODEL="model.npz")
        except NotConfigured as error:
            # Scrapy leaves the middleware out, and the items never meet it.
            outcomes["refused" if "Model" in str(error) else str(error)] += 1
            continue
        outcomes["loaded"] += 1
        (item,) = asyncio.run(_through(mw, page, [{"number": 1}]))
        assert item["number"] == 1, name
    assert not (tmp_path / "hacked").exists()
    assert set(outcomes) <= {"refused", "loaded"}
    assert outcomes["refused"] >= 25


def test_a_model_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    with pytest.raises(ModelError, match="found none"):
        BlockModel.load(path)
    path.write_bytes(_repacked(_header(format_version=999)))
    with pytest.raises(ModelError, match="version 999; train it again"):
        Extractor(path)


# --- a whole crawl ----------------------------------------------------------------------------------------------------

SPIDER = """
import scrapy
class Faults(scrapy.Spider):
    name = "faults"
    custom_settings = {
        "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_LEVEL": "INFO", "RETRY_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_TIMEOUT": 10, "HTTPERROR_ALLOW_ALL": True,
        "ADDONS": {"classifier.addon.WinnowAddon": 450}, "WINNOW_MAX_SIZE": 2_000_000, "WINNOW_TIMEOUT": 3,
    }
    async def start(self):
        for number in range(int(self.pages)):
            yield scrapy.Request(f"{self.url}/{number}")
    def parse(self, response):
        for turn in range(3):
            yield {"url": response.url, "turn": turn}
            if turn == 1 and self.broken == "yes":
                raise ValueError("a callback of the project's own that fails")
"""


def _nasty() -> list[bytes]:
    words = b"word " * 200
    return [
        PAGE,
        b"",
        b" \n",
        b"\x00" * 1000,
        b"<" * 20_000,
        b"<div>" * 20_000 + words,
        b"<p>" + b"x" * 1_900_000,
        b"<p>" + b"x" * 2_100_000,
        b"<p>short</p>" * 20_000,
        b"".join(b"<a href='/%d'>link %d</a> " % (one, one) for one in range(10_000)),
        b"<p " + b"a='b' " * 20_000 + b">" + words,
        b"<!--" + words,
        b"<script>" + words,
        b"<table>" + b"<tr><td>" * 3_000 + words,
        bytes(range(256)) * 100,
        PAGE[: len(PAGE) // 2],
        PAGE.replace(b"utf-8", b"no-such-charset"),
        gzip.compress(PAGE),
        b"%PDF-1.7 " + words,
        b"GIF89a" + words,
        "<p>\ud800\udfff</p>".encode("utf-8", "surrogatepass") + PAGE,
        b"<?xml version='1.0' encoding='utf-7'?>" + PAGE,
        b"<svg><foreignObject><p>" + words,
        b"<form>" * 500 + words + b"<input>" * 5_000,
        # A broken <base> would break Scrapy's own MetaRefreshMiddleware.
        b"<a href='http://[worse'>x</a><form action='http://[worst'><textarea></textarea></form>" + PAGE,
    ]


@pytest.mark.parametrize("broken", ["no", "yes"], ids=["callbacks-work", "callbacks-fail"])
def test_a_crawl_of_nasty_pages(tmp_path: Path, broken: str) -> None:
    bodies = _nasty()
    pages = {f"/{number}": (200, "text/html; charset=utf-8", body) for number, body in enumerate(bodies)}
    pages[f"/{len(bodies)}"] = (500, "text/html", PAGE)
    pages[f"/{len(bodies) + 1}"] = (200, "image/png", b"\x89PNG")
    (tmp_path / "faults.py").write_text(SPIDER)
    command = [sys.executable, "-m", "scrapy", "runspider", "faults.py", "-O", "items.jsonl", "-a", f"broken={broken}"]
    with Site(pages) as site:
        command += ["-a", f"url={site.url}", "-a", f"pages={len(pages)}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    items = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text(encoding="utf-8").splitlines()]
    found = collections.Counter((item["url"].removeprefix(site.url), item["turn"]) for item in items)
    turns = range(2 if broken == "yes" else 3)
    assert found == {(path, turn): 1 for path in pages for turn in turns}, done.stderr[-3000:]
    by_path = {item["url"].removeprefix(site.url): item for item in items}
    assert by_path["/0"]["headline"] == "Old bridge closed"
    assert "headline" not in by_path["/7"]
    assert "'winnow/pages/skipped/too_large': 1" in done.stderr
    assert done.stderr.count("Traceback") == (len(pages) if broken == "yes" else 0)

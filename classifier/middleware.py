"""The spider middleware: clean items out of any Scrapy project, without losing one.

It only connects: options come from `plugin.options`, pages are read by `plugin.runner`, items are changed by
`plugin.items`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from itemadapter import is_item
from scrapy import Request, Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response

from classifier.exceptions import ClassifierError
from classifier.plugin.comments import CommentItem, comment_items
from classifier.plugin.items import Outcome, apply_page, wants
from classifier.plugin.options import EXECUTORS, Options, OptionsError, domain_options, from_settings, parse_domains
from classifier.plugin.page import Job, PageFailure, PageRecord
from classifier.plugin.runner import Runner, has_event_loop
from classifier.plugin.summary import summary

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from typing_extensions import Self

logger = logging.getLogger(__name__)

META_KEY = "winnow"


class WinnowMiddleware:
    """Fill, overwrite, clean or annotate the items of HTML pages with what the classifier finds on the page.

    Settings, with their defaults: see `classifier.plugin.options.SETTINGS`. Stats: see
    `classifier.plugin.summary.STATS`. One page: ``request.meta["winnow"]``; one spider: its attribute ``winnow``.

    Parameters
    ----------
    crawler : scrapy.crawler.Crawler
        Gives settings, stats and the spider.

    Raises
    ------
    NotConfigured
        ``WINNOW_ENABLED`` is off, a setting cannot be used, or the model cannot be loaded.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not settings.getbool("WINNOW_ENABLED", True):
            raise NotConfigured("WINNOW_ENABLED is off")
        self.crawler = crawler
        try:
            self.options = from_settings(settings.get)
            self.domains = parse_domains(settings.get("WINNOW_DOMAINS"))
            self.runner = _runner(settings)
        except ClassifierError as error:
            raise NotConfigured(f"{type(error).__name__}: {error}") from error
        # One page is read once, however many items it gives; entries go when Scrapy lets go of the response.
        self._pages: WeakKeyDictionary[Response, dict[Any, asyncio.Future[PageRecord | None] | PageRecord | None]] = (
            WeakKeyDictionary()
        )
        self._told: set[object] = set()
        # Signals of this crawler only.
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware of a crawl."""
        return cls(crawler)

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any], spider: Spider | None = None
    ) -> AsyncIterator[Any]:
        """Pass everything on, items changed; `spider` is what Scrapy 2.13 still hands over."""
        async for thing in result:
            if isinstance(thing, Request) or not is_item(thing):
                yield thing
                continue
            outcome = await self._changed(response, thing)
            if outcome.name != "dropped":
                yield thing
            for comment in outcome.comments:
                yield comment

    async def _changed(self, response: Response, item: Any) -> Outcome:
        """Change one item and tell what happened. Whatever fails, the item is as it was."""
        try:
            outcome = await self._outcome(response, item)
        except Exception as error:
            self._failed(type(error).__name__, str(error), response.url)
            outcome = Outcome("failed")
        self._count(f"items/{outcome.name}")
        for name in outcome.written:
            self._count(f"fields/{name}")
        if outcome.doubt:
            self._count(f"low_confidence/{outcome.doubt}")
        if outcome.undeclared:
            self._undeclared(item, outcome.undeclared)
        if outcome.name == "dropped":
            logger.info("Dropped an item of %s: %s", response.url, outcome.doubt, extra=self._extra())
        if outcome.comments:
            self._count("comments", len(outcome.comments))
        return outcome

    async def _outcome(self, response: Response, item: Any) -> Outcome:
        options = self._options(response)
        reason = _skip_reason(response, options)
        if reason:
            self._skipped(response, reason)
            return Outcome(f"skipped/{reason}")
        page = await self._page(response, options, wants(item, "articleBodyHtml", options))
        if page is None:
            return Outcome("failed")
        outcome = apply_page(item, page, options)
        if options.comment_items and outcome.name not in ("dropped", "low_confidence"):
            outcome.comments = self._comments(response, page)
        return outcome

    def _comments(self, response: Response, page: PageRecord) -> list[CommentItem]:
        """Return the comments of a page the first time that they are asked for."""
        pages = self._pages.setdefault(response, {})
        if "comments" in pages:
            return []
        pages["comments"] = None
        return comment_items(page.values, response.url)

    def _options(self, response: Response) -> Options:
        """Merge the levels: settings, domain, spider, request."""
        options = self.options.merged(domain_options(self.domains, response.url), "WINNOW_DOMAINS")
        spider = self.crawler.spider
        if spider is not None:
            options = options.merged(getattr(spider, META_KEY, None), f"spider attribute {META_KEY!r}")
        meta = response.request.meta if response.request is not None else {}
        return options.merged(meta.get(META_KEY), f"request.meta[{META_KEY!r}]")

    async def _page(self, response: Response, options: Options, html: bool) -> PageRecord | None:
        """Return what the page holds, read once for all items that ask for the same; None when reading failed."""
        pages = self._pages.setdefault(response, {})
        key = (options.drop, options.keep, options.mode == "annotate", html)
        if not html and (*key[:3], True) in pages:
            key = (*key[:3], True)
        if key not in pages:
            reading = self._read(response, options, html)
            pages[key] = asyncio.ensure_future(reading) if has_event_loop() else await reading
        page = pages[key]
        # A cancelled callback must not cancel the reading that another item of the page waits for.
        return await asyncio.shield(page) if isinstance(page, asyncio.Future) else page

    async def _read(self, response: Response, options: Options, html: bool) -> PageRecord | None:
        page: Any = response
        if self.runner.needs_bytes and isinstance(response, HtmlResponse):
            # Decoded here, where the HTTP headers are known.
            page = response.text.encode("utf-8", "replace")
        job = Job(page, response.url, options.drop, options.keep, options.mode == "annotate", html)
        result = await self.runner.run(job)
        if isinstance(result, PageFailure):
            self._failed(result.kind, result.message, response.url)
            return None
        self._count("pages")
        for label, count in result.labels.items():
            self._count(f"blocks/{label}", count)
        assert self.crawler.stats is not None
        self._count("time_ms", round(result.milliseconds, 3))
        self.crawler.stats.set_value("winnow/model_version", self.runner.model_version)
        self.crawler.stats.max_value("winnow/time_ms/max", round(result.milliseconds, 3))
        return result

    def _skipped(self, response: Response, reason: str) -> None:
        """Count a page that is not read, once."""
        pages = self._pages.setdefault(response, {})
        if reason not in pages:
            pages[reason] = None
            self._count(f"pages/skipped/{reason}")

    def _failed(self, kind: str, message: str, url: str) -> None:
        self._count(f"errors/{kind}")
        if self._first(("error", kind)):
            logger.warning(
                "Left the item as it was, %s: %s: %s (more of this kind: stat winnow/errors/%s)",
                url,
                kind,
                message,
                kind,
                extra=self._extra(),
            )

    def _undeclared(self, item: Any, names: list[str]) -> None:
        self._count("fields/undeclared", len(names))
        if self._first(("undeclared", type(item))):
            logger.warning(
                "%s does not declare %s: not written. Declare them, or say in WINNOW_FIELDS which fields to write.",
                type(item).__qualname__,
                ", ".join(names),
                extra=self._extra(),
            )

    def _first(self, what: object) -> bool:
        new = what not in self._told
        self._told.add(what)
        return new

    def _count(self, name: str, count: float = 1) -> None:
        assert self.crawler.stats is not None  # set before any middleware is built
        self.crawler.stats.inc_value(f"winnow/{name}", count)  # type: ignore[arg-type]

    def _extra(self) -> dict[str, Any]:
        return {"spider": self.crawler.spider}

    def spider_closed(self) -> None:
        """End worker processes and log the summary."""
        self.runner.close()
        if self.crawler.settings.getbool("WINNOW_SUMMARY", True) and self.crawler.stats is not None:
            text = summary(self.crawler.stats.get_stats())
            if text:
                logger.info("Summary:\n%s", text, extra=self._extra())


def _skip_reason(response: Response, options: Options) -> str | None:
    if not options.enabled:
        return "off"
    if not isinstance(response, HtmlResponse):
        return "non_html"
    if not response.body.strip():
        return "empty"
    # Bytes are at least as many as characters: the cheap test first, it spares decoding.
    if options.max_size and len(response.body) > options.max_size and len(response.text) > options.max_size:
        return "too_large"
    return None


def _runner(settings: BaseSettings) -> Runner:
    model = settings.get("WINNOW_MODEL")
    kind = settings.get("WINNOW_EXECUTOR") or "thread"
    if kind not in EXECUTORS:
        raise OptionsError(f"WINNOW_EXECUTOR: expected one of {', '.join(EXECUTORS)}, got {kind!r}")
    try:
        workers, timeout = settings.getint("WINNOW_WORKERS", 2), settings.getfloat("WINNOW_TIMEOUT", 30.0)
    except (TypeError, ValueError) as error:
        raise OptionsError(f"WINNOW_WORKERS and WINNOW_TIMEOUT: expected numbers: {error}") from error
    if workers < 1 or timeout < 0:
        raise OptionsError(f"expected WINNOW_WORKERS >= 1 and WINNOW_TIMEOUT >= 0, got {workers} and {timeout}")
    return Runner(Path(model) if model else None, kind, workers, timeout)

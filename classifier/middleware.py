"""The spider middleware: clean items out of any Scrapy project, without losing one.

It only connects: pages are read by `reader`, items are changed by `plugin.items`.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from itemadapter import is_item
from scrapy import Request, Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from classifier.plugin.comments import CommentItem, comment_items
from classifier.plugin.items import Outcome, apply_page, wants
from classifier.plugin.options import OptionsError, crawl_setting
from classifier.plugin.page import COSTLY
from classifier.plugin.summary import summary
from classifier.reader import PageReader, skip_reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from typing_extensions import Self

    from classifier.plugin.options import Options
    from classifier.plugin.page import PageRecord

logger = logging.getLogger(__name__)


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
        try:
            enabled, self._summary = (crawl_setting(crawler.settings.get, name) for name in ("enabled", "summary"))
        except OptionsError as error:
            raise NotConfigured(str(error)) from error
        if not enabled:
            raise NotConfigured("WINNOW_ENABLED is off")
        self.crawler = crawler
        self.reader = PageReader(crawler)
        # Signals of this crawler only.
        crawler.signals.connect(self.reader.start, signal=signals.spider_opened)
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
        reader = self.reader
        try:
            outcome = await self._outcome(response, item)
        except Exception as error:
            reader.failed(type(error).__name__, str(error), response.url)
            outcome = Outcome("failed")
        reader.count(f"items/{outcome.name}")
        for name in outcome.written:
            reader.count(f"fields/{name}")
        if outcome.doubt:
            reader.count(f"low_confidence/{outcome.doubt}")
        if outcome.undeclared:
            self._undeclared(item, outcome.undeclared)
        if outcome.name == "dropped":
            logger.info("Dropped an item of %s: %s", response.url, outcome.doubt, extra=self._extra())
        if outcome.comments:
            reader.count("comments", len(outcome.comments))
        return outcome

    async def _outcome(self, response: Response, item: Any) -> Outcome:
        options = self.reader.options_for(response.url, response.request.meta if response.request else {})
        reason = skip_reason(response, options) if options.enabled else "off"
        if reason:
            self.reader.skipped(response, reason)
            return Outcome(f"skipped/{reason}")
        page = await self.reader.read(response, options, _needs(item, options))
        if page is None:
            return Outcome("failed")
        outcome = apply_page(item, page, options)
        if options.comment_items and outcome.name not in ("dropped", "low_confidence"):
            outcome.comments = self._comments(response, page)
        return outcome

    def _comments(self, response: Response, page: PageRecord) -> list[CommentItem]:
        """Return the comments of a page the first time that they are asked for."""
        return comment_items(page.values, response.url) if self.reader.once(response, "comments") else []

    def _undeclared(self, item: Any, names: list[str]) -> None:
        self.reader.count("fields/undeclared", len(names))
        self.reader.warn_once(
            ("undeclared", type(item)),
            f"{type(item).__qualname__} does not declare {', '.join(names)}: not written. "
            "Declare them, or say in WINNOW_FIELDS which fields to write.",
        )

    def _extra(self) -> dict[str, Any]:
        return {"spider": self.crawler.spider}

    def spider_closed(self) -> None:
        """End worker processes and log the summary."""
        self.reader.close()
        if self._summary and self.crawler.stats is not None:
            text = summary(self.crawler.stats.get_stats())
            if text:
                logger.info("Summary:\n%s", text, extra=self._extra())


def _needs(item: Any, options: Options) -> set[str]:
    """Return what the item needs of its page beyond the usual."""
    needs = {name for name in COSTLY if wants(item, name, options)}
    if options.comment_items:
        needs.add("comments")
    if options.mode == "annotate":
        needs.add("record")
    return needs

"""The spider middleware: clean items out of any Scrapy project, without losing one.

It only connects: pages are read by `reader`, items are changed by `plugin.items`.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

from itemadapter import is_item
from scrapy import Request, Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from classifier.exceptions import ClassifierError
from classifier.plugin.comments import CommentItem, comment_items
from classifier.plugin.items import Outcome, apply_page, text_to_clean, wants
from classifier.plugin.options import OptionsError, crawl_setting, misspelt
from classifier.plugin.page import COSTLY
from classifier.plugin.reader import PageReader, skip_reason
from classifier.plugin.summary import summary

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from typing_extensions import Self

    from classifier.plugin.options import Options
    from classifier.plugin.page import PageRecord

logger = logging.getLogger(__name__)

# Options can be made for each request; so many different faults of them are enough to see what is wrong.
_MOST_FAULTS: Final = 100


def refusal(settings: BaseSettings, error: ClassifierError) -> Exception:
    """Return what a component raises when its settings, or the model, cannot be used.

    Parameters
    ----------
    settings : BaseSettings
        The crawl's.
    error : ClassifierError
        What is wrong.

    Returns
    -------
    Exception
        `NotConfigured`, with which the crawl goes on without the component; under ``WINNOW_STRICT`` the error itself,
        which ends the crawl before its first request.
    """
    try:
        strict = crawl_setting(settings.get, "strict")
    except OptionsError:
        strict = False
    return error if strict else NotConfigured(f"{type(error).__name__}: {error}")


def build_reader(crawler: Crawler) -> PageReader:
    """Build the reader of a crawl, and look at everything that holds for all of its pages.

    Parameters
    ----------
    crawler : scrapy.crawler.Crawler
        Gives settings, stats and the spider.

    Raises
    ------
    ClassifierError
        A setting or the spider's attribute ``winnow`` cannot be used, or the model is none for pages.
    """
    try:
        reader = PageReader(crawler)
    except NotConfigured as error:
        if isinstance(error.__cause__, ClassifierError):
            raise error.__cause__ from None
        raise
    extractor = reader.runner.extractor
    extractor.model.check_reads_pages(extractor.path)
    # What the spider says cannot be used for any page if it cannot be used for one.
    reader.options_for("", {})
    return reader


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
        ``WINNOW_ENABLED`` is off; or a setting or the spider's attribute cannot be used, or the model cannot be loaded.
    ClassifierError
        Instead of the latter, under ``WINNOW_STRICT``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._faults: set[str] = set()
        try:
            get = crawler.settings.get
            enabled, self._summary, strict = (crawl_setting(get, name) for name in ("enabled", "summary", "strict"))
            if not enabled:
                raise NotConfigured("WINNOW_ENABLED is off")
            if strict and (unknown := misspelt(crawler.settings.attributes)):
                raise OptionsError(" ".join(unknown))
            self.reader = build_reader(crawler)
        except ClassifierError as error:
            raise refusal(crawler.settings, error) from None
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
            self._failed(error, response, item)
            outcome = Outcome("failed")
        reader.count(f"items/{outcome.name}")
        for name in outcome.written:
            reader.count(f"fields/{name}")
        if outcome.doubt:
            reader.count(f"low_confidence/{outcome.doubt}")
        if outcome.undeclared:
            self._undeclared(item, outcome.undeclared)
        if outcome.not_text:
            self._not_text(*outcome.not_text)
        if outcome.name == "dropped":
            logger.info("Dropped an item of %s: %s", response.url, outcome.detail, extra=self._extra())
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
        text, cleaned = text_to_clean(item, options), None
        if text is not None:
            cleaned = await self.reader.clean(response, page, text)
            if cleaned is None:
                return Outcome("failed")
        outcome = apply_page(item, page, options, cleaned)
        if options.comment_items and outcome.name not in ("dropped", "low_confidence"):
            outcome.comments = self._comments(response, page)
        return outcome

    def _comments(self, response: Response, page: PageRecord) -> list[CommentItem]:
        """Return the comments of a page the first time that they are asked for."""
        return comment_items(page.values, response.url) if self.reader.once(response, "comments") else []

    def _failed(self, error: Exception, response: Response, item: Any) -> None:
        """Count an error, and log the first of its kind: one for each type of items, or fault of the options."""
        kind, item_type = type(error).__name__, type(item)
        self.reader.count(f"errors/{kind}")
        key: tuple[object, ...] = (kind, item_type)
        if isinstance(error, OptionsError):
            if len(self._faults) < _MOST_FAULTS:
                self._faults.add(str(error))
            elif str(error) not in self._faults:
                return
            key = (kind, str(error))
        self.reader.warn_once(
            key,
            f"Left the {item_type.__qualname__} of {response.url} as it was: {kind}: {error} "
            f"(more of this kind: stat winnow/errors/{kind})",
        )

    def _not_text(self, name: str, what: str) -> None:
        self.reader.count("fields/not_text")
        self.reader.warn_once(
            ("not_text", name, what),
            f"Mode clean needs plain text, but {name} holds {what}: what is no article stays in it. "
            "Put a str of the page's words there, as response.css('main ::text') gives them.",
        )

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

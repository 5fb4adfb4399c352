"""The pages of one crawl: which are read and with what options, each once, counted in the crawl's stats.

The spider middleware and the page-object provider share one reader, so that a page costs one extraction however many
items and inputs come of it.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response

from classifier.compiled import MISSING
from classifier.exceptions import ClassifierError
from classifier.plugin.options import (
    Options,
    OptionsError,
    crawl_setting,
    domain_options,
    from_settings,
    misspelt,
    parse_domains,
)
from classifier.plugin.page import Cleaned, CleanJob, Job, PageFailure, PageRecord
from classifier.plugin.runner import Runner, has_event_loop
from classifier.plugin.values import hint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

META_KEY = "winnow"


class PageReader:
    """Read pages off the event loop, once each, under the options of every level.

    Parameters
    ----------
    crawler : scrapy.crawler.Crawler
        Gives settings, stats and the spider.

    Raises
    ------
    NotConfigured
        A setting cannot be used, or the model cannot be loaded.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        assert crawler.stats is not None  # set before any middleware is built
        self.stats = crawler.stats
        try:
            self.options = from_settings(crawler.settings.get)
            self.domains = parse_domains(crawler.settings.get("WINNOW_DOMAINS"))
            self.runner = _runner(crawler.settings)
            self._check_types(self.options, "WINNOW_PAGE_TYPES")
            for domain, value in self.domains.items():
                self._check_types(self.options.merged(value, ""), f"WINNOW_DOMAINS[{domain!r}]")
        except ClassifierError as error:
            raise NotConfigured(f"{type(error).__name__}: {error}") from error
        for message in misspelt(crawler.settings.attributes):
            logger.warning("%s", message, extra={"spider": crawler.spider})
        # Entries go when Scrapy lets go of the response.
        self._pages: WeakKeyDictionary[Response, dict[Any, asyncio.Future[PageRecord | None] | PageRecord | None]] = (
            WeakKeyDictionary()
        )
        self._told: set[object] = set()

    def options_for(self, url: str, meta: Mapping[str, Any]) -> Options:
        """Merge the levels: settings, domain, spider, request.

        Parameters
        ----------
        url : str
            Of the page.
        meta : mapping
            Of its request.

        Raises
        ------
        OptionsError
            A level cannot be used.
        """
        options = self.options.merged(domain_options(self.domains, url), "WINNOW_DOMAINS")
        spider = self.crawler.spider
        if spider is not None:
            options = options.merged(getattr(spider, META_KEY, None), f"spider attribute {META_KEY!r}")
        options = options.merged(meta.get(META_KEY), f"request.meta[{META_KEY!r}]")
        self._check_types(options, f"request.meta[{META_KEY!r}] or spider attribute {META_KEY!r}")
        return options

    def _check_types(self, options: Options, where: str) -> None:
        """Refuse page types that the model does not know: every page would be doubtful."""
        for kind in options.page_types:
            if kind not in self.runner.page_types:
                raise OptionsError(f"{where}: unknown page type {kind!r}{hint(kind, self.runner.page_types)}")

    async def read(self, response: Response, options: Options, needs: Iterable[str] = ()) -> PageRecord | None:
        """Return what the page holds.

        Parameters
        ----------
        response : Response
            The page.
        options : Options
            Its selectors to drop and to keep count here.
        needs : iterable of str
            What costs extra; see `Job`.

        Returns
        -------
        PageRecord or None
            None when reading failed, which has been counted and logged.
        """
        pages = self._pages.setdefault(response, {})
        wanted = frozenset(needs)
        key = (options.drop, options.keep, wanted)
        for known in pages:
            # What another item asked for may hold more than this one needs.
            if isinstance(known, tuple) and known[:2] == key[:2] and known[2] >= wanted:
                key = known
                break
        else:
            reading = self._read(response, options, wanted)
            pages[key] = asyncio.ensure_future(reading) if has_event_loop() else await reading
        page = pages[key]
        # A cancelled callback must not cancel the reading that another item of the page waits for.
        return await asyncio.shield(page) if isinstance(page, asyncio.Future) else page

    async def _read(self, response: Response, options: Options, needs: frozenset[str]) -> PageRecord | None:
        page: Any = response
        if self.runner.needs_bytes and isinstance(response, HtmlResponse):
            # Decoded here, where the HTTP headers are known.
            page = response.text.encode("utf-8", "replace")
        job = Job(page, response.url, options.drop, options.keep, needs)
        result = await self.runner.run(job)
        if isinstance(result, PageFailure):
            self.failed(result.kind, result.message, response.url)
            return None
        if result.spared:
            self.warn_once(
                ("spared", options.drop),
                f"WINNOW_DROP or an option drop matches <html> or <body> of {response.url}, which is never dropped: "
                f"expected selectors of what stands inside, got {', '.join(options.drop)}",
            )
        self.count("pages")
        for label, count in result.labels.items():
            self.count(f"blocks/{label}", count)
        self.count("time_ms", round(result.milliseconds, 3))
        self.stats.set_value("winnow/model_version", self.runner.model_version)
        self.stats.max_value("winnow/time_ms/max", round(result.milliseconds, 3))
        return result

    async def clean(self, response: Response, page: PageRecord, text: str) -> Cleaned | None:
        """Clean a text of what is not article, off the event loop; None when that failed, which has been counted."""
        result = await self.runner.clean(CleanJob(text, page.blocks))
        if isinstance(result, PageFailure):
            self.failed(result.kind, result.message, response.url)
            return None
        self.count("time_ms", round(result.milliseconds, 3))
        return result

    def once(self, response: Response, what: str) -> bool:
        """Tell whether this is the first time that `what` is asked about the page."""
        pages = self._pages.setdefault(response, {})
        first = what not in pages
        pages[what] = None
        return first

    def skipped(self, response: Response, reason: str) -> None:
        """Count a page that is not read, once."""
        if self.once(response, reason):
            self.count(f"pages/skipped/{reason}")

    def failed(self, kind: str, message: str, url: str) -> None:
        """Count an error, and log the first of its kind."""
        self.count(f"errors/{kind}")
        self.warn_once(
            ("error", kind),
            f"Left the item as it was, {url}: {kind}: {message} (more of this kind: stat winnow/errors/{kind})",
        )

    def warn_once(self, key: object, message: str) -> None:
        """Log a warning unless there was one under this key."""
        if key not in self._told:
            self._told.add(key)
            logger.warning("%s", message, extra={"spider": self.crawler.spider})

    def count(self, name: str, count: float = 1) -> None:
        """Add to the stat ``winnow/{name}``."""
        self.stats.inc_value(f"winnow/{name}", count)  # type: ignore[arg-type]

    def start(self) -> None:
        """Start worker processes, if there are to be any; say so when pages cannot be read off the event loop."""
        self.runner.start()
        if MISSING:
            logger.info(
                "Winnow was installed without a C compiler: pages take about twice the time. "
                "With one, install it again: pip install --force-reinstall --no-deps scrapy-winnow",
                extra={"spider": self.crawler.spider},
            )
        if self.runner.kind != "inline" and not has_event_loop():
            self.warn_once(
                "inline", "There is no asyncio event loop (TWISTED_REACTOR): each page is read where it comes up."
            )

    def close(self) -> None:
        """End worker processes."""
        self.runner.close()


def skip_reason(response: Response, options: Options) -> str | None:
    """Return why a page is not read: ``non_html``, ``empty`` or ``too_large``; None when it is."""
    if not isinstance(response, HtmlResponse):
        return "non_html"
    if not response.body.strip():
        return "empty"
    # Bytes are at least as many as characters: the cheap test first, it spares decoding.
    if options.max_size and len(response.body) > options.max_size and len(response.text) > options.max_size:
        return "too_large"
    return None


def _runner(settings: BaseSettings) -> Runner:
    model, kind, workers, timeout = (
        crawl_setting(settings.get, name) for name in ("model", "executor", "workers", "timeout")
    )
    if kind == "process" and sys.platform == "win32":
        raise OptionsError("WINNOW_EXECUTOR: there are no worker processes on Windows, use 'thread'")
    return Runner(model, kind, workers, timeout)

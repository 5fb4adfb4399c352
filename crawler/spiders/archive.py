"""Replay saved pages: `scrapy crawl archive -a path=pages/ -O articles.jsonl`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy import signals
from scrapy.http import HtmlResponse, Response

from crawler.archive import ArchiveError, files, pages
from crawler.items import Article
from crawler.replay import META_KEY, ReplayMiddleware

# Pages in memory at a time.
_BATCH = 16


class ArchiveSpider(scrapy.Spider):
    """Send saved pages through the same chain as fetched ones, without the network.

    Parameters
    ----------
    path : str
        Folder with .html and .html.gz files and WARC files at any depth, or one such file.
    base_url : str
        Address of the folder, for pages that do not name their own.
    max_pages : str or int
        Pages to replay at most; 0 = all.
    """

    name = "archive"
    custom_settings = {  # noqa: RUF012 - Scrapy declares it without ClassVar
        "DOWNLOADER_MIDDLEWARES": {ReplayMiddleware: 50},
        # There is no site to be polite to, and a saved page has been redirected and fetched already.
        "ROBOTSTXT_OBEY": False,
        "DOWNLOAD_DELAY": 0,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
    }

    def __init__(self, path: str = "", base_url: str = "", max_pages: str | int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not path:
            raise ValueError("expected -a path=FOLDER, with .html(.gz) or .warc(.gz) files, or one such file")
        if not str(max_pages).isdigit():
            raise ValueError(f"expected -a max_pages=NUMBER, got {max_pages!r}")
        self.root = Path(path)
        self.base_url = base_url
        self.max_pages = int(max_pages)
        self.files = files(self.root)

    async def start(self) -> AsyncIterator[Any]:
        """Replay in small batches: an archive may be larger than the memory."""
        for number, request in enumerate(self._requests(), 1):
            yield request
            if number == self.max_pages:
                return
            if number % _BATCH == 0:
                await self.crawler.signals.wait_for(signals.scheduler_empty)

    def _requests(self) -> Iterator[scrapy.Request]:
        for file in self.files:
            yield from self._requests_of(file)

    def _requests_of(self, file: Path) -> Iterator[scrapy.Request]:
        try:
            for page in pages(file, self.root, self.base_url):
                yield scrapy.Request(page.url, self.parse, dont_filter=True, meta={META_KEY: page})
        except ArchiveError as error:
            assert self.crawler.stats is not None
            self.crawler.stats.inc_value("archive/damaged")
            self.logger.warning("Not replayed: %s", error)

    def parse(self, response: Response) -> Iterator[Article]:
        """Yield the page as a candidate; the add-on keeps articles."""
        if isinstance(response, HtmlResponse):
            yield Article(url=response.url)

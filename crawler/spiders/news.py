"""Crawl news sites: `scrapy crawl news -a url=https://example.com -O articles.jsonl`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import HtmlResponse, Response

from crawler.discovery import feeds, links, read_feed, read_sitemap, robots_url, sitemaps
from crawler.frontier import Frontier
from crawler.items import Article
from crawler.urls import absolute, is_front_page, page_key, same_page, site

# A site may have thousands of sitemaps; the first ones, sorted by date, hold more than one crawl reads.
_MAX_SITEMAPS = 20
_MAX_FEEDS = 3


class NewsSpider(scrapy.Spider):
    """Find the articles of sites through their sitemaps, feeds and links.

    Every page is yielded as a candidate, and the add-on keeps those that are articles: only the page itself tells.

    Parameters
    ----------
    url : str
        Where to begin.
    urls : str
        Several, separated by commas or white space.
    urls_file : str
        File of such addresses, one a line; ``#`` begins a comment.
    max_pages : str or int
        Pages to fetch at most; robots.txt, sitemaps and feeds come on top.
    """

    name = "news"

    def __init__(
        self, url: str = "", urls: str = "", urls_file: str = "", max_pages: str | int = 100, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.starts = [absolute(start) for start in _addresses(url, urls, urls_file)]
        if not self.starts:
            raise ValueError("expected -a url=https://..., -a urls=... or -a urls_file=..., got none of them")
        if not str(max_pages).isdigit() or not int(max_pages):
            raise ValueError(f"expected -a max_pages=NUMBER of at least 1, got {max_pages!r}")
        self.frontier = Frontier(int(max_pages))
        for start in self.starts:
            self.frontier.add_start(start)
        # No `allowed_domains`: they would not stop redirects of these requests, which are not to be filtered, but would
        # stop the robots.txt of the host that a redirect leads to, and without one everything counts as allowed.
        self._start_keys = {same_page(start) for start in self.starts}
        self._articles: set[str] = set()
        self._lists: set[str] = set()
        self._lists_under_way = 0

    async def start(self) -> AsyncIterator[Any]:
        """Ask each site for its lists, and fetch the first pages."""
        for robots in dict.fromkeys(robots_url(start) for start in self.starts):
            # A list: ahead of all pages, so that the likely articles are known when pages are chosen.
            yield self._list_request(robots, self.parse_robots, meta={"dont_obey_robotstxt": True})
        for request in self._pages():
            yield request

    def parse_robots(self, response: Response) -> Iterator[scrapy.Request]:
        """Follow the sitemaps of a site."""
        self._lists_under_way -= 1
        yield from self._sitemap_requests(sitemaps(response))
        yield from self._pages()

    def parse_sitemap(self, response: Response) -> Iterator[scrapy.Request]:
        """Queue what a sitemap lists."""
        self._lists_under_way -= 1
        further, pages = read_sitemap(response)
        for page in pages:
            self.frontier.add(page, listed=True)
        yield from self._sitemap_requests(further)
        yield from self._pages()

    def parse_feed(self, response: Response) -> Iterator[scrapy.Request]:
        """Queue what a feed lists."""
        self._lists_under_way -= 1
        for page in read_feed(response):
            self.frontier.add(page, listed=True)
        yield from self._pages()

    def parse(self, response: Response) -> Iterator[Any]:
        """Queue the links of a page, and yield the page as a candidate."""
        self.frontier.done()
        if isinstance(response, HtmlResponse) and site(response.url) in self.frontier.sites:
            yield from self._follow(response)
            key = page_key(response)
            if key not in self._articles and not is_front_page(response.url):
                self._articles.add(key)
                yield Article(url=response.url)
        yield from self._pages()

    def failed(self, failure: Any) -> Iterator[scrapy.Request]:
        """Go on with the next page."""
        self.frontier.done()
        self.logger.info("Not read: %s: %s", failure.request.url, failure.getErrorMessage())
        yield from self._pages()

    def _follow(self, response: HtmlResponse) -> Iterator[scrapy.Request]:
        for url in links(response):
            self.frontier.add(url)
        # Article pages announce feeds of their comments: only where the crawl begins is a feed one of articles.
        if response.request is not None and same_page(response.request.url) in self._start_keys:
            for feed in feeds(response)[:_MAX_FEEDS]:
                if site(feed) in self.frontier.sites and feed not in self._lists:
                    self._lists.add(feed)
                    yield self._list_request(feed, self.parse_feed)

    def _pages(self) -> Iterator[scrapy.Request]:
        # The start pages go out at once. What comes next is chosen when the lists are in, or it would be the menu.
        if self.frontier.taken and self._lists_under_way and not self.frontier.has_plenty:
            return
        for url in self.frontier.take():
            # The frontier knows what it gave out; a request filtered by Scrapy would never come back to it.
            yield scrapy.Request(url, self.parse, errback=self.failed, dont_filter=True)

    def _sitemap_requests(self, urls: list[str]) -> Iterator[scrapy.Request]:
        for url in urls:
            if url not in self._lists and len(self._lists) < _MAX_SITEMAPS and site(url) in self.frontier.sites:
                self._lists.add(url)
                yield self._list_request(url, self.parse_sitemap)

    def _list_request(self, url: str, callback: Any, meta: dict[str, Any] | None = None) -> scrapy.Request:
        self._lists_under_way += 1
        return scrapy.Request(url, callback, errback=self.list_failed, priority=10, dont_filter=True, meta=meta)

    def list_failed(self, failure: Any) -> Iterator[scrapy.Request]:
        """Do without a robots.txt, sitemap or feed that cannot be had."""
        self._lists_under_way -= 1
        self.logger.info("No list: %s: %s", failure.request.url, failure.getErrorMessage())
        if failure.request.callback == self.parse_robots:
            yield from self._sitemap_requests([failure.request.url.replace("/robots.txt", "/sitemap.xml")])
        yield from self._pages()


def _addresses(url: str, urls: str, urls_file: str) -> Iterator[str]:
    if url:
        yield url
    yield from urls.replace(",", " ").split()
    if urls_file:
        for line in Path(urls_file).read_text(encoding="utf-8").splitlines():
            address = line.partition("#")[0].strip()
            if address:
                yield address

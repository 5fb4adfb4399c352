"""Where sites list their pages: robots.txt, sitemaps, feeds."""

from __future__ import annotations

import logging
import struct
import zlib
from typing import Any

from lxml.etree import LxmlError
from scrapy.http import HtmlResponse, JsonResponse, Response, TextResponse
from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from crawler.urls import join

logger = logging.getLogger(__name__)

_FEED_TYPES = ("application/rss+xml", "application/atom+xml")
# The standard's own limit for one sitemap, unpacked.
_MAX_SITEMAP = 52_428_800
# What Scrapy raises on a sitemap that is broken (by version: no element at all), or larger than allowed (ValueError).
_DAMAGED = (OSError, EOFError, zlib.error, struct.error, ValueError, LxmlError, StopIteration, AttributeError)


def robots_url(url: str) -> str:
    """Return where the site of `url` keeps its robots.txt."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}/robots.txt"


def sitemaps(robots: Response) -> list[str]:
    """Return the sitemaps that robots.txt names, or the usual place.

    Those of news come first: they list the last two days.
    """
    named: list[str] = []
    if isinstance(robots, TextResponse) and not isinstance(robots, HtmlResponse):
        pairs = (line.partition(":") for line in robots.text.splitlines())
        named = join(robots.url, (value for key, _, value in pairs if key.strip().lower() == "sitemap"))
    return sorted(named, key=lambda url: "news" not in url.lower()) or [robots.urljoin("/sitemap.xml")]


def read_sitemap(response: Response) -> tuple[list[str], list[str]]:
    """Return the sitemaps and the pages that a sitemap lists, the latest first; nothing from what is not one."""
    try:
        kind, entries = _entries(response)
    except _DAMAGED as error:
        logger.info("Not read: %s: %r", response.url, error)
        return [], []
    entries.sort(key=lambda entry: str(entry.get("lastmod") or ""), reverse=True)
    urls = join(response.url, (entry["loc"] for entry in entries))
    if kind == "sitemapindex":
        return sorted(urls, key=lambda url: "news" not in url.lower()), []
    return [], urls if kind == "urlset" else []


def _entries(response: Response) -> tuple[str, list[dict[str, Any]]]:
    body = response.body
    if body.startswith(b"\x1f\x8b"):
        body = gunzip(body, max_size=_MAX_SITEMAP)
    if body.lstrip()[:1] != b"<" or isinstance(response, HtmlResponse):
        return "", []
    sitemap = Sitemap(body)
    return sitemap.type, list(sitemap)


def links(response: HtmlResponse) -> list[str]:
    """Return the addresses that a page links to and lets crawlers follow."""
    # Whether [name=robots] minds the case depends on the version of cssselect.
    directives = response.xpath('//meta[translate(@name, "ROBTS", "robts")="robots"]/@content').getall()
    robots = " ".join(directives).lower()
    if "nofollow" in robots or "none" in robots:
        return []
    base = response.css("base[href]::attr(href)").get("")
    return join(response.urljoin(base), response.css("a[href]:not([rel~=nofollow])::attr(href)").getall())


def feeds(response: HtmlResponse) -> list[str]:
    """Return the feeds that a page announces."""
    links = response.css('link[rel~="alternate"]')
    found = [link.attrib.get("href", "") for link in links if link.attrib.get("type", "").lower() in _FEED_TYPES]
    return join(response.url, dict.fromkeys(found))


def read_feed(response: Response) -> list[str]:
    """Return the pages that an RSS, RDF or Atom feed lists."""
    if not isinstance(response, TextResponse) or isinstance(response, JsonResponse):
        return []
    items = response.xpath('//*[local-name()="item"]/*[local-name()="link"]/text()').getall()
    entries = response.xpath(
        '//*[local-name()="entry"]/*[local-name()="link"][not(@rel) or @rel="alternate"]/@href'
    ).getall()
    return join(response.url, items + entries)

"""What URLs tell: which site they belong to, whether two are one page, which to read first."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin, urlsplit

import tldextract
from scrapy.http import HtmlResponse
from scrapy.linkextractors import IGNORED_EXTENSIONS
from w3lib.url import canonicalize_url, url_query_cleaner

# The list of public suffixes that tldextract ships: a crawl must not begin with a download from a third party.
_suffixes: Final = tldextract.TLDExtract(suffix_list_urls=())
_TRACKING: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "fbclid", "gclid")
# Links that lead to another view of a page that is known already, or to a form.
_NOT_A_PAGE: Final = re.compile(
    r"[?&](replytocom|share|print|output=amp)\b|/(wp-login|wp-json|xmlrpc)\b|/print/|/feed/?$"
    r"|/comments?/(reply/\d|\d+/?($|[?#]))|/user/(login|register|password)\b|/filter/tips$",
    re.IGNORECASE,
)
_FILES: Final = tuple(f".{extension}" for extension in IGNORED_EXTENSIONS)
_LISTING: Final = re.compile(
    r"/(tag|tags|category|categories|author|authors|topic|topics|search|page)(/|$)", re.IGNORECASE
)
_DATE: Final = re.compile(r"/(19|20)\d\d/\d{1,2}(/|$)|/(19|20)\d\d-\d\d-\d\d")
_SLUG: Final = re.compile(r"([^/-]+-){3,}|\d{5}|.\.html?$", re.IGNORECASE)


def absolute(url: str) -> str:
    """Return a URL that a person typed as a full one.

    Raises
    ------
    ValueError
        It is not the address of a web page.
    """
    full = url.strip()
    if "://" not in full:
        full = f"https://{full}"
    parts = urlsplit(full)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[^\s.]+(\.[^\s.]+)+\.?|localhost|.*:.*", host):
        raise ValueError(f"expected the address of a website, as in https://example.com/news, got {url!r}")
    return full


def site(url: str) -> str:
    """Return the registered domain ("www.bbc.co.uk" -> "bbc.co.uk"); host and port where there is none."""
    found = _suffixes(url)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}".lower()
    return urlsplit(url).netloc.lower()


def same_page(url: str) -> str:
    """Return a form of `url` that is equal for all spellings of one address."""
    return canonicalize_url(url_query_cleaner(url, _TRACKING, remove=True))


def is_page(url: str) -> bool:
    """Tell whether a link may lead to a page of its own."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.path.lower().endswith(_FILES):
        return False
    return not _NOT_A_PAGE.search(url)


def looks_like_article(url: str) -> bool:
    """Guess from the path alone; only used to read the likely pages first."""
    path = urlsplit(url).path
    if _LISTING.search(path):
        return False
    return bool(_DATE.search(path) or _SLUG.search(path.rstrip("/").rpartition("/")[2]))


def join(base: str, hrefs: Iterable[str]) -> list[str]:
    """Return absolute URLs; what cannot be one is left out (a page may hold anything in an href)."""
    urls = []
    for href in hrefs:
        with contextlib.suppress(ValueError):
            url = urljoin(base, href.strip())
            if href.strip() and urlsplit(url).hostname:
                urls.append(url)
    return urls


def _has_path(url: str) -> bool:
    return bool(urlsplit(url).path.strip("/"))


def is_front_page(url: str) -> bool:
    """Tell whether `url` is the root of its host: it lists articles and is none, however it reads."""
    return not _has_path(url) and not urlsplit(url).query


def page_key(response: HtmlResponse) -> str:
    """Return what two copies of one page have in common: the canonical URL, if the page's claim can be true.

    Some sites name their front page as the canonical URL of every page: all but one article would be lost.
    """
    claim = response.css('link[rel="canonical"]::attr(href)').get()
    for url in join(response.url, [claim] if claim else []):
        if site(url) == site(response.url) and (_has_path(url) or not _has_path(response.url)):
            return same_page(url)
    return same_page(response.url)

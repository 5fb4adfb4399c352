"""The pages still to fetch: each once, the most promising first, never more than allowed."""

from __future__ import annotations

import heapq
import itertools

from crawler.urls import is_page, looks_like_article, same_page, site


class Frontier:
    """Queue of pages.

    Parameters
    ----------
    max_pages : int
        How many pages `take` may hand out in all.
    window : int
        How many may be under way at a time: the fewer, the more is known when the next is chosen.
    """

    def __init__(self, max_pages: int, window: int = 4) -> None:
        self.max_pages = max_pages
        self.window = window
        self.sites: set[str] = set()
        self.taken = 0
        self.under_way = 0
        self._heap: list[tuple[int, int, str]] = []
        self._listed: set[str] = set()
        self._seen: set[str] = set()
        self._order = itertools.count()

    def __len__(self) -> int:
        return len(self._heap)

    def add_start(self, url: str) -> None:
        """Queue a page that the user named, first of all, and admit its site."""
        self.sites.add(site(url))
        self._push(url, -1)

    def add(self, url: str, listed: bool = False) -> None:
        """Queue a page that was found, if it is on an admitted site.

        Parameters
        ----------
        url : str
            Absolute.
        listed : bool
            It stands in a sitemap or feed, which list articles, and not menus, imprints and log-in pages.
        """
        if is_page(url) and site(url) in self.sites:
            if listed:
                self._listed.add(same_page(url))
            self._push(url, (0 if looks_like_article(url) else 2) + (0 if listed else 1))

    def _push(self, url: str, rank: int) -> None:
        key = same_page(url)
        if key not in self._seen:
            self._seen.add(key)
            heapq.heappush(self._heap, (rank, next(self._order), url.partition("#")[0]))

    def take(self) -> list[str]:
        """Return the pages to fetch now."""
        urls: list[str] = []
        while self._heap and self.under_way < self.window and self.taken < self.max_pages:
            urls.append(heapq.heappop(self._heap)[2])
            self.taken += 1
            self.under_way += 1
        return urls

    @property
    def has_plenty(self) -> bool:
        """Whether sitemaps and feeds have listed as many pages as may be fetched."""
        return len(self._listed) >= self.max_pages

    def done(self) -> None:
        """Note that a page came back, or failed to."""
        self.under_way -= 1

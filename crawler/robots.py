"""robots.txt for every request to a host, and not only for the first two that wait for it."""

from __future__ import annotations

from typing import Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Request
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, with the rules for everyone who waits for them.

    Since Scrapy 2.14 the requests that wait for one robots.txt share a ``Deferred``. The first takes the rules from it,
    the next get None, which means that there are none: pages that robots.txt forbids were fetched.
    """

    def process_request_2(self, rp: RobotParser | None, request: Request, *arguments: Any) -> None:
        """Refuse a request that the rules forbid; `arguments` is what Scrapy 2.13 hands over."""
        known = self._parsers.get(urlparse_cached(request).netloc)
        super().process_request_2(rp if isinstance(known, Deferred) else known, request, *arguments)

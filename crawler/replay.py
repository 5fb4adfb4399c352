"""Downloader middleware that answers requests with saved pages, so that nothing goes to the network."""

from __future__ import annotations

from typing import Final

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse

from crawler.archive import SavedPage

META_KEY: Final = "saved_page"


class ReplayMiddleware:
    """Answer each request with the page in its meta, under the page's own URL.

    A request without one is refused: a replay never fetches.
    """

    def process_request(self, request: Request, spider: Spider | None = None) -> HtmlResponse:
        """Return the saved page as a response; `spider` is what Scrapy 2.13 still hands over.

        Raises
        ------
        IgnoreRequest
            The request carries no saved page.
        """
        page = request.meta.pop(META_KEY, None)
        if not isinstance(page, SavedPage):
            raise IgnoreRequest(f"not in the archive: {request.url}")
        # No encoding given: Scrapy takes it from the headers saved with the page, or else from the page.
        return HtmlResponse(page.url, page.status, headers=page.headers, body=page.body, request=request)

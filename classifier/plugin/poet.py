"""Page-object inputs for scrapy-poet: what the classifier finds on a page, injected into callbacks and page objects.

The add-on registers the provider when scrapy-poet is installed (extra ``poet``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_poet.page_input_providers import PageObjectInputProvider
from web_poet.serialization import SerializedLeafData, register_serialization

from classifier.challenges import Challenge
from classifier.comments import Comment
from classifier.exceptions import ClassifierError
from classifier.extraction import Block, Extraction
from classifier.forms import CommentForm, FormField
from classifier.metadata import Metadata
from classifier.middleware import WinnowMiddleware, build_reader
from classifier.plugin.options import crawl_setting
from classifier.plugin.page import COSTLY, PageRecord
from classifier.plugin.reader import PageReader, skip_reason
from classifier.sources import SourceLink

logger = logging.getLogger(__name__)


class ArticleExtraction(Extraction):
    """The `Extraction` of the page, as a dependency: title, body, comments, forms, challenges, source, blocks.

    Of a page that cannot be read (no HTML, empty, too large, an error, or Winnow is off or cannot be used) it is empty,
    with confidence 0 and page type ``unknown``: the callback runs all the same, and the stats tell why.
    """

    @classmethod
    def of(cls, extraction: Extraction) -> ArticleExtraction:
        """Return an extraction as a dependency."""
        made = cls.__new__(cls)
        made.__dict__.update(extraction.__dict__)  # with what was made where the page was read, off the event loop
        return made

    @classmethod
    def empty(cls, url: str) -> ArticleExtraction:
        """Return what stands for a page that cannot be read."""
        return cls(None, None, "", (), "unknown", 0.0, url)


class ExtractionProvider(PageObjectInputProvider):
    """Provide `ArticleExtraction` and `classifier.metadata.Metadata`.

    The page is read by the spider middleware's reader, under the same options, and only once for both.
    """

    provided_classes = {ArticleExtraction, Metadata}  # noqa: RUF012 - declared by the base class

    # scrapy-poet's cache keeps what it provided under this name.
    name: ClassVar[str] = "winnow"

    def __init__(self, injector: Any) -> None:
        super().__init__(injector)  # type: ignore[no-untyped-call]
        self._own: PageReader | None = None
        self._refused = ""

    async def __call__(
        self, to_provide: set[Callable[..., Any]], request: Request, response: Response, crawler: Crawler
    ) -> Sequence[Any]:
        """Return instances of the classes asked for."""
        extraction, metadata = ArticleExtraction.empty(response.url), Metadata()
        reader = self._reader(crawler)
        record = await _read(reader, request, response, to_provide) if reader is not None else None
        if record is not None and record.raw is not None:
            extraction, metadata = ArticleExtraction.of(record.raw), record.metadata or metadata
        return [thing for thing in (extraction, metadata) if type(thing) in to_provide]

    def _reader(self, crawler: Crawler) -> PageReader | None:
        """Return the middleware's reader; one of our own where the project does without the middleware."""
        middleware = crawler.get_spider_middleware(WinnowMiddleware)
        if middleware is not None:
            return middleware.reader
        if self._own is None and not self._refused:
            self._own = self._build(crawler)
        if self._refused:
            assert crawler.stats is not None  # set before any provider is called
            crawler.stats.inc_value(f"winnow/{self._refused}")
        return self._own

    def _build(self, crawler: Crawler) -> PageReader | None:
        """Build a reader; when there cannot be one say so, once: there will be none for the next page either."""
        try:
            if not crawl_setting(crawler.settings.get, "enabled"):
                self._refused, reason = "pages/skipped/off", "WINNOW_ENABLED is off"
            else:
                reader = build_reader(crawler)
                crawler.signals.connect(reader.close, signal=signals.spider_closed)
                return reader
        except ClassifierError as error:
            kind = type(error).__name__
            self._refused, reason = f"errors/{kind}", f"{kind}: {error}"
        logger.warning("Every ArticleExtraction stays empty: %s", reason, extra={"spider": crawler.spider})
        return None


async def _read(
    reader: PageReader, request: Request, response: Response, to_provide: set[Callable[..., Any]]
) -> PageRecord | None:
    """Read the page for the dependencies asked for; None when it cannot be read, which has been counted."""
    try:
        # "off" is about items; who asks for the dependency wants it.
        options = reader.options_for(response.url, request.meta)
        reason = skip_reason(response, options)
        if reason is None:
            needs = {"extraction", *(COSTLY if ArticleExtraction in to_provide else ())}
            return await reader.read(response, options, needs | {"metadata"} if Metadata in to_provide else needs)
        reader.skipped(response, reason)
    except ClassifierError as error:
        reader.failed(type(error).__name__, str(error), response.url)
    return None


def _dump(extraction: ArticleExtraction) -> SerializedLeafData:
    """Write an extraction for scrapy-poet's cache and for fixtures."""
    return {"extraction.json": json.dumps(extraction.to_dict(), ensure_ascii=False).encode()}


def _load(cls: type[ArticleExtraction], data: SerializedLeafData) -> ArticleExtraction:
    """Read what `_dump` wrote; like a pickled extraction, it has no page."""
    record = json.loads(data["extraction.json"])
    blocks = tuple(
        Block(one["text"], one["label"], one["probability"], one["tag"], index, None, one["xpath"])
        for index, one in enumerate(record["blocks"])
    )
    made = cls(
        title=record["title"],
        byline=record["byline"],
        body=record["body"],
        blocks=blocks,
        page_type=record["page_type"],
        confidence=record["confidence"],
        url=record["url"],
    )
    made.__dict__.update(
        comments=tuple(Comment(**one) for one in record["comments"]),
        comment_forms=tuple(_form(one) for one in record["comment_forms"]),
        challenges=tuple(Challenge(**one) for one in record["challenges"]),
        source=SourceLink(**record["source"]) if record["source"] else None,
        body_html=record["body_html"],
    )
    return made


def _form(record: dict[str, Any]) -> CommentForm:
    challenge = Challenge(**record["challenge"]) if record["challenge"] else None
    return CommentForm(
        **{**record, "fields": tuple(FormField(**one) for one in record["fields"]), "challenge": challenge}
    )


def _dump_metadata(metadata: Metadata) -> SerializedLeafData:
    return {"metadata.json": json.dumps(asdict(metadata), ensure_ascii=False).encode()}


def _load_metadata(cls: type[Metadata], data: SerializedLeafData) -> Metadata:
    record = json.loads(data["metadata.json"])
    return cls(**{**record, "authors": tuple(record["authors"])})


register_serialization(_dump, _load)
register_serialization(_dump_metadata, _load_metadata)

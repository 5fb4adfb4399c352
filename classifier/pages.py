"""Page objects: `WinnowArticlePage` fills zyte-common-items' `Article` with what the classifier finds (extra ``poet``).

For every `Article` that a callback asks for: ``handle_urls("")(WinnowArticlePage)``.
"""

# No postponed annotations here: web-poet reads the types of fields and dependencies when it builds a page.
from datetime import datetime, timezone

import attrs
from web_poet import ResponseUrl, field
from zyte_common_items import ArticleMetadata, Author, BaseArticlePage, Image

from classifier.metadata import Metadata
from classifier.plugin.poet import ArticleExtraction, ExtractionProvider

__all__ = ["ArticleExtraction", "ExtractionProvider", "WinnowArticlePage"]


@attrs.define
class WinnowArticlePage(BaseArticlePage):
    """An article page; subclasses override single fields.

    Parameters
    ----------
    request_url : web_poet.RequestUrl
        What was asked for.
    response_url : web_poet.ResponseUrl
        Where the page came from, after redirects.
    extraction : ArticleExtraction
        What the classifier found.
    page_metadata : classifier.metadata.Metadata
        Authors, dates and language; empty without the extra ``metadata``.
    """

    response_url: ResponseUrl
    extraction: ArticleExtraction
    page_metadata: Metadata

    @field
    def url(self) -> str:
        """Address after redirects."""
        return str(self.response_url)

    @field
    def headline(self) -> str | None:
        """Title without the site's name."""
        return self.extraction.title

    @field
    def articleBody(self) -> str | None:  # noqa: N802 - names of the common schema
        """Text of the article, blocks joined by blank lines."""
        return self.extraction.body or None

    @field
    def articleBodyHtml(self) -> str | None:  # noqa: N802
        """Clean HTML of the article."""
        return self.extraction.body_html or None

    @field
    def authors(self) -> list[Author] | None:
        """Names of the authors."""
        return [Author(name=name) for name in self.page_metadata.authors] or None

    @field
    def datePublished(self) -> str | None:  # noqa: N802
        """ISO 8601, as exact as the page says it."""
        return self.page_metadata.date_published

    @field
    def dateModified(self) -> str | None:  # noqa: N802
        """ISO 8601, as exact as the page says it."""
        return self.page_metadata.date_modified

    @field
    def inLanguage(self) -> str | None:  # noqa: N802
        """ISO 639-1 code."""
        return self.page_metadata.language

    @field
    def mainImage(self) -> Image | None:  # noqa: N802
        """Image that the page shows of itself."""
        return Image(url=self.page_metadata.main_image) if self.page_metadata.main_image else None

    @field
    def description(self) -> str | None:
        """Summary from the page's head."""
        return self.page_metadata.description

    @field
    def canonicalUrl(self) -> str | None:  # noqa: N802
        """Address that the page names as its own."""
        return self.page_metadata.canonical_url

    @field
    def metadata(self) -> ArticleMetadata:
        """When the page was read, and with what probability it is an article (0 when it is of another type)."""
        return ArticleMetadata(
            dateDownloaded=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            probability=round(self.extraction.confidence, 4) if self.extraction.page_type == "article" else 0.0,
        )

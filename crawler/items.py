"""What a crawl yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Article:
    """One article; the spider sets `url`, the add-on the rest.

    The names are those of zyte-common-items' Article where it has one; see ``docs/fields.md``.
    """

    url: str
    canonicalUrl: str | None = None  # noqa: N815 - names of the common schema
    headline: str | None = None
    byline: str | None = None
    articleBody: str | None = None  # noqa: N815
    articleBodyHtml: str | None = None  # noqa: N815
    comments: list[dict[str, Any]] = field(default_factory=list)
    commentForms: list[dict[str, Any]] = field(default_factory=list)  # noqa: N815
    challenges: list[dict[str, Any]] = field(default_factory=list)
    sourceLink: dict[str, Any] | None = None  # noqa: N815
    source_url: str | None = None
    is_copy: bool | None = None
    pageType: str | None = None  # noqa: N815
    confidence: float | None = None
    winnow: dict[str, Any] | None = None

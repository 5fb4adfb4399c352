"""Comments as items of their own, for feeds that need flat rows (CSV, SQL)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass
class CommentItem:
    """One reader's comment, yielded after the item of its page when ``WINNOW_COMMENT_ITEMS`` is on.

    A feed of its own: ``FEEDS = {"comments.csv": {"item_classes": ["classifier.plugin.comments.CommentItem"]}}``.

    Parameters
    ----------
    url : str
        The page: its canonical URL, or the one that it was fetched from.
    number : int
        Position on the page, from 0; with `url` it names the comment.
    parent : int or None
        `number` of the comment that this one answers.
    text : str
        What the reader wrote.
    author, published, permalink : str or None
        As far as the page tells.
    spam : float
        0 (surely not) to 1.
    """

    url: str
    number: int
    parent: int | None
    text: str
    author: str | None = None
    published: str | None = None
    permalink: str | None = None
    spam: float = 0.0


def comment_items(values: Mapping[str, Any], url: str) -> list[CommentItem]:
    """Return the comments of a page as items.

    Parameters
    ----------
    values : mapping
        Those of a `PageRecord`.
    url : str
        Where the page was fetched from.
    """
    page = values.get("canonicalUrl") or url
    comments: Sequence[Mapping[str, Any]] = values.get("comments") or ()
    return [
        CommentItem(
            url=page,
            number=number,
            parent=comment.get("parent"),
            text=comment["text"],
            author=comment.get("author"),
            published=comment.get("published"),
            permalink=comment.get("permalink"),
            spam=comment.get("spam", 0.0),
        )
        for number, comment in enumerate(comments)
    ]

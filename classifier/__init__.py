"""Winnow: separate the article of a page from its comments, forms, challenges, source links and promos."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from classifier.challenges import Challenge
from classifier.comments import Comment
from classifier.exceptions import ClassifierError, GoldStandardError, ModelError, SegmentationError
from classifier.extraction import Block, Extraction, Extractor
from classifier.forms import CommentForm, FormField
from classifier.labels import LABELS
from classifier.sources import SourceLink

__all__ = [
    "LABELS",
    "Block",
    "Challenge",
    "ClassifierError",
    "Comment",
    "CommentForm",
    "Extraction",
    "Extractor",
    "FormField",
    "GoldStandardError",
    "ModelError",
    "SegmentationError",
    "SourceLink",
    "extract",
    "extract_text",
]
__version__ = "0.1.0"


@lru_cache(maxsize=1)
def _shipped() -> Extractor:
    return Extractor()


def extract(page: Any, url: str | None = None, *, fetched: datetime | None = None) -> Extraction:
    """Label the blocks of a page with the shipped model; see `Extractor.extract`."""
    return _shipped().extract(page, url, fetched=fetched)


def extract_text(text: str, url: str | None = None) -> Extraction:
    """Label the lines of an already scraped text with the shipped model; see `Extractor.extract_text`."""
    return _shipped().extract_text(text, url)

"""Winnow: separate the article of a page from its comments, forms, challenges, source links and promos."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import datetime

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

# A name is imported when it is first asked for: NumPy takes a third of a second, and the command line must hear Ctrl-C
# from the first moment on.
_HOMES: Final = {
    "LABELS": "labels",
    "Block": "extraction",
    "Challenge": "challenges",
    "ClassifierError": "exceptions",
    "Comment": "comments",
    "CommentForm": "forms",
    "Extraction": "extraction",
    "Extractor": "extraction",
    "FormField": "forms",
    "GoldStandardError": "exceptions",
    "ModelError": "exceptions",
    "SegmentationError": "exceptions",
    "SourceLink": "sources",
}

if not TYPE_CHECKING:  # or every misspelt name would have a type

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


@lru_cache(maxsize=1)
def _shipped() -> Extractor:
    from classifier.extraction import Extractor

    return Extractor()


def extract(page: Any, url: str | None = None, *, fetched: datetime | None = None) -> Extraction:
    """Label the blocks of a page with the shipped model; see `Extractor.extract`."""
    return _shipped().extract(page, url, fetched=fetched)


def extract_text(text: str, url: str | None = None) -> Extraction:
    """Label the lines of an already scraped text with the shipped model; see `Extractor.extract_text`."""
    return _shipped().extract_text(text, url)

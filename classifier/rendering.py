"""The body as clean HTML and as Markdown."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifier.extraction import Extraction


def body_html(extraction: Extraction) -> str:
    """The body as HTML."""
    return "\n".join(f"<p>{escape(block.text)}</p>" for block in extraction.blocks if block.label == "body")

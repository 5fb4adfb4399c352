"""The table that ends a crawl: what the plugin did, from the crawl's stats."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from classifier.labels import LABELS

PREFIX: Final = "winnow/"
# Every stat with its unit; {…} stands for the values that the crawl meets.
STATS: Final[dict[str, str]] = {
    "winnow/pages": "pages read",
    "winnow/pages/skipped/{reason}": "pages not read: non_html, empty, too_large or off",
    "winnow/blocks/{label}": "blocks that got this label",
    "winnow/items/{outcome}": "items; the outcomes add up to all items that came from a response",
    "winnow/fields/{field}": "items whose field of this name was written",
    "winnow/fields/undeclared": "fields wanted that the item type does not declare",
    "winnow/fields/not_text": "items whose field mode clean could not read as plain text: a list, HTML, ...",
    "winnow/low_confidence/{reason}": "items of doubtful pages, by confidence, page_type or min_words",
    "winnow/comments": "comments yielded as items of their own",
    "winnow/errors/{type}": "errors by exception class: one per page not read, one per item not changed",
    "winnow/time_ms": "milliseconds spent on reading pages, all together",
    "winnow/time_ms/max": "milliseconds of the slowest page",
    "winnow/model_version": "first 12 digits of the digest of the data that the model was trained from",
}


def summary(stats: Mapping[str, Any]) -> str:
    """Return the table as text, or "" when no item came from any page.

    Parameters
    ----------
    stats : mapping
        Scrapy's stats; only ``winnow/...`` is read.
    """
    if not _group(stats, "items/"):
        return ""
    table = Table(title="Winnow", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column()
    table.add_row("pages read", _pages(stats))
    for title, group in (
        ("pages skipped", "pages/skipped/"),
        ("items", "items/"),
        ("doubtful, by reason", "low_confidence/"),
        ("fields written", "fields/"),
        ("errors", "errors/"),
    ):
        counts = _group(stats, group)
        if counts:
            table.add_row(title, _list(counts))
    blocks = _group(stats, "blocks/")
    table.add_row("blocks", _list({label: blocks[label] for label in LABELS if label in blocks}))
    text = io.StringIO()
    Console(file=text, width=100, no_color=True).print(table)
    return text.getvalue().rstrip()


def _pages(stats: Mapping[str, Any]) -> str:
    pages = int(stats.get("winnow/pages", 0))
    if not pages:
        return "0"
    total = float(stats.get("winnow/time_ms", 0))
    return f"{pages}, {total / pages:.1f} ms each, slowest {float(stats.get('winnow/time_ms/max', 0)):.1f} ms"


def _group(stats: Mapping[str, Any], group: str) -> dict[str, int]:
    start = PREFIX + group
    return {str(name)[len(start) :]: value for name, value in stats.items() if str(name).startswith(start)}


def _list(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())

import dataclasses
import gzip
import json
import random
import re
import time
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from classifier.blocks import Page, segment, segment_text
from classifier.comments import Comment, find_comments, find_threads, thread_scores
from classifier.parsing import parse, strip_labels

PAGES = Path(__file__).parent / "pages" / "comments"
CASES = sorted(path.stem for path in PAGES.glob("*.html"))
DATA = Path(__file__).parents[2] / "shared" / "data"
FIELDS = ("author", "published", "permalink", "parent", "text")


def labelled(html: str, url: str | None = None) -> tuple[Page, list[str]]:
    """Blocks of a page and their labels, from its `data-winnow-label` attributes."""
    root, url = parse(html, url)
    label_of = strip_labels(root)
    page = segment(root, url)
    labels = []
    for element, is_tail in page.start:
        around = element.getparent() if is_tail else element
        while around is not None and around not in label_of:
            around = around.getparent()
        labels.append(label_of.get(around, "boilerplate"))
    return page, labels


def read(case: str) -> tuple[str, dict]:
    expected = json.loads((PAGES / f"{case}.json").read_text(encoding="utf-8"))
    return (PAGES / f"{case}.html").read_text(encoding="utf-8"), expected


def shown(comments: tuple[Comment, ...]) -> list[dict]:
    return [{name: getattr(comment, name) for name in FIELDS} for comment in comments]


def threads_of(case: str, html: str | None = None) -> tuple[list[dict], list[dict]]:
    stored, expected = read(case)
    page, labels = labelled(html or stored, expected["url"])
    fetched = datetime.fromisoformat(expected["fetched"]) if "fetched" in expected else None
    return shown(find_comments(page, labels, fetched=fetched)), expected["comments"]


@pytest.mark.parametrize("case", CASES)
def test_platform(case):
    found, expected = threads_of(case)
    assert found == expected

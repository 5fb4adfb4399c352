"""One page read for the plugin: everything its items may need, in plain types.

A `PageRecord` holds no parsed tree and pickles, so the same code serves a thread, a worker process and the cache.
"""

from __future__ import annotations

import bisect
import copy
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, Protocol, overload

from parsel import Selector

from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.plugin.clean import clean_text
from classifier.sources import is_copy, source_url
from classifier.urls import safe_url

if TYPE_CHECKING:
    from lxml.etree import _Element

    from classifier.extraction import Block, Extraction
    from classifier.metadata import Metadata

# Fields that are not made unless an item has a place for them: together they cost about as much as the labels.
COSTLY: Final = frozenset(
    {"articleBodyHtml", "comments", "commentForms", "challenges", "sourceLink", "source_url", "is_copy"}
)
# Stands for the elements to drop while their text is looked for: like any custom element, a box of its own.
_DROPPED: Final = "winnow-dropped"
# Where a page names its own URL: tag, attribute, its value, and the attribute that holds the URL.
_CANONICAL: Final = (("link", "rel", "canonical", "href"), ("meta", "property", "og:url", "content"))
# The page itself, which no selector can mean: "[class*=ad]" matches <body class="loaded"> too.
_WHOLE: Final = frozenset({"html", "body"})


class Reads(Protocol):
    """What reads a page: `classifier.extraction.Extractor`."""

    def extract(self, page: Any, url: str | None = None) -> Extraction:
        """Return what `page` holds."""


@dataclass(frozen=True)
class Job:
    """A page to read.

    Parameters
    ----------
    page : scrapy.http.HtmlResponse, str or bytes
        The response, whose parsed tree is used, or its text in UTF-8 where it has to cross a process border.
    url : str
        Where it came from, after redirects.
    drop, keep : tuple of str
        See `classifier.plugin.options.Options`.
    needs : frozenset of str
        What costs extra and is wanted all the same: names of `COSTLY` fields; "record", the whole extraction as plain
        types, with the XPath of every block; "extraction", the `Extraction` itself; "metadata", authors, dates and
        language, if the extra of that name is installed.
    """

    page: Any
    url: str
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    needs: frozenset[str] = COSTLY


@dataclass(frozen=True)
class CleanJob:
    """Text that a project extracted itself, to be cleaned of what is not article.

    Parameters
    ----------
    text : str
        The text.
    blocks : tuple of tuple of str
        Those of the `PageRecord` of its page.
    """

    text: str
    blocks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cleaned:
    """What `clean_text` gives.

    Parameters
    ----------
    text : str
        What stays.
    removed : list of tuple of str
        (label, passage) of each passage that went.
    milliseconds : float
        Time that it took.
    """

    text: str
    removed: list[tuple[str, str]]
    milliseconds: float = 0.0


@dataclass(frozen=True)
class PageRecord:
    """What a page holds.

    Parameters
    ----------
    values : mapping
        Our field name -> value.
    blocks : tuple of tuple of str
        (label, text) in page order; what was dropped is in its place, as boilerplate.
    labels : mapping of str to int
        Number of blocks per label, without what was dropped.
    page_type : str
        Kind of page.
    confidence : float
        0 to 1.
    milliseconds : float
        Time that reading took.
    extraction : dict or None
        `Extraction.to_dict()`, when it was asked for.
    raw : Extraction or None
        The extraction itself, when it was asked for.
    metadata : Metadata or None
        When it was asked for and can be read.
    spared : bool
        Whether a selector to drop matches the whole page, which stays.
    """

    values: Mapping[str, Any]
    blocks: tuple[tuple[str, str], ...]
    labels: Mapping[str, int]
    page_type: str
    confidence: float
    milliseconds: float = 0.0
    extraction: dict[str, Any] | None = None
    raw: Extraction | None = None
    metadata: Metadata | None = None
    spared: bool = False


@dataclass(frozen=True)
class PageFailure:
    """Why a page could not be read: exception class and message, which pickle where an exception may not."""

    kind: str
    message: str


@overload
def attempt(reader: Reads, job: Job) -> PageRecord | PageFailure: ...
@overload
def attempt(reader: Reads, job: CleanJob) -> Cleaned | PageFailure: ...
def attempt(reader: Reads, job: Job | CleanJob) -> PageRecord | Cleaned | PageFailure:
    """Read a page, or clean a text; never raise."""
    try:
        return _clean(job) if isinstance(job, CleanJob) else read_page(reader, job)
    except Exception as error:
        return PageFailure(type(error).__name__, str(error))


def _clean(job: CleanJob) -> Cleaned:
    started = time.perf_counter()
    text, removed = clean_text(job.text, job.blocks)
    return Cleaned(text, removed, (time.perf_counter() - started) * 1000)


def canonical_url(root: _Element, url: str) -> str | None:
    """Return the absolute http(s) URL that the page names as its own, or None.

    ``link rel=canonical`` comes before ``og:url``, which share widgets fill carelessly.
    """
    for tag, attribute, wanted, value in _CANONICAL:
        element = next((one for one in root.iter(tag) if one.get(attribute) == wanted and one.get(value)), None)
        absolute = safe_url(element.get(value, ""), url) if element is not None else None
        if absolute:
            return absolute
    return None


def read_page(reader: Reads, job: Job) -> PageRecord:
    """Extract a page and keep what items may need, as plain types.

    Parameters
    ----------
    reader : Reads
        Does the extraction.
    job : Job
        The page and what to know about it.
    """
    started = time.perf_counter()
    root, _ = parse(job.page, job.url)
    selected = select(root, job.drop) if job.drop else []
    root, pieces = without(root, job.drop) if selected else (root, [])
    extraction = reader.extract(root, job.url)
    if job.keep:
        extraction = with_kept(extraction, root, job.keep)
    record = _record(extraction, canonical_url(root, job.url), job.needs)
    if pieces:
        record = replace(record, blocks=_with_dropped(record.blocks, pieces))
    spared = any(element.tag in _WHOLE for element in selected)
    return replace(record, spared=spared, milliseconds=(time.perf_counter() - started) * 1000)


def _record(extraction: Extraction, canonical: str | None, needs: frozenset[str]) -> PageRecord:
    # Not to_dict(): it makes the XPath of every block, which only mode "annotate" shows.
    source = extraction.source if needs & {"sourceLink", "source_url", "is_copy"} else None
    values = {
        "headline": extraction.title,
        "byline": extraction.byline,
        "articleBody": extraction.body,
        "articleBodyHtml": extraction.body_html if "articleBodyHtml" in needs else None,
        "canonicalUrl": canonical,
        "comments": _plain(extraction.comments) if "comments" in needs else None,
        "commentForms": _plain(extraction.comment_forms) if "commentForms" in needs else None,
        "challenges": _plain(extraction.challenges) if "challenges" in needs else None,
        "sourceLink": _plain(source),
        "source_url": source_url(source),
        "is_copy": is_copy(source, extraction.url) if "is_copy" in needs else None,
        "pageType": extraction.page_type,
        "confidence": round(extraction.confidence, 4),
    }
    return PageRecord(
        values=values,
        blocks=tuple((block.label, block.text) for block in extraction.blocks),
        labels=dict(Counter(block.label for block in extraction.blocks)),
        page_type=extraction.page_type,
        confidence=extraction.confidence,
        extraction=extraction.to_dict() if "record" in needs else None,
        raw=extraction if "extraction" in needs else None,
        metadata=_metadata(extraction) if "metadata" in needs else None,
    )


def _metadata(extraction: Extraction) -> Metadata | None:
    from classifier.metadata import MetadataError

    try:
        return extraction.metadata()
    except MetadataError:
        return None


def _plain(value: Any) -> Any:
    """Return records as dicts and tuples as lists, all the way down."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def select(root: _Element, selectors: tuple[str, ...]) -> list[_Element]:
    """Return the elements that CSS selectors (or XPaths, which begin with ``/`` or ``(``) match."""
    page = Selector(root=root, type="html")
    found = []
    for selector in selectors:
        matches = page.xpath(selector) if selector.startswith(("/", "(")) else page.css(selector)
        found += [match.root for match in matches if hasattr(match.root, "tag")]
    return found


def without(root: _Element, selectors: tuple[str, ...]) -> tuple[_Element, list[tuple[str, bool]]]:
    """Cut elements out of a page; ``<html>`` and ``<body>``, the whole of it, stay.

    Parameters
    ----------
    root : lxml element
        Not changed: the tree is the spider's too.
    selectors : tuple of str
        As in `select`.

    Returns
    -------
    root : lxml element
        Root of a copy that lacks the selected elements.
    pieces : list of tuple (str, bool)
        The texts of the whole page in order, each with whether it was cut out.
    """
    tree = copy.deepcopy(root)
    dropped = [one for one in select(tree, selectors) if isinstance(one.tag, str) and one.tag not in _WHOLE]
    for element in dropped:
        element.tag = _DROPPED
    page = segment(tree)
    cut: set[int] = set()
    for container, tag in enumerate(page.container_tags):
        if tag == _DROPPED:
            cut.update(range(page.first[container], page.last[container]))
    for element in dropped:
        _remove(element)
    return tree, [(text, index in cut) for index, text in enumerate(page.texts)]


def _remove(element: _Element) -> None:
    """Remove an element from its parent, but not the text after it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _with_dropped(blocks: Sequence[tuple[str, str]], pieces: list[tuple[str, bool]]) -> tuple[tuple[str, str], ...]:
    """Return the pieces of a page as blocks; a piece has the label of the block that holds it."""
    # Dropping an inline element joins what is before and after it to one block, but the letters remain the same.
    ends = list(accumulate(sum(map(str.isalnum, text)) for _, text in blocks))
    labels = [*(label for label, _ in blocks), "boilerplate"]
    result = []
    position = 0
    for text, dropped in pieces:
        if not dropped:
            position += sum(map(str.isalnum, text))
        result.append(("boilerplate" if dropped else labels[bisect.bisect_left(ends, position)], text))
    return tuple(result)


def with_kept(extraction: Extraction, root: _Element, selectors: tuple[str, ...]) -> Extraction:
    """Return the extraction with every block inside the selected elements as body."""
    paths = tuple(root.getroottree().getpath(element) for element in select(root, selectors))
    blocks = tuple(_as_body(block) if _inside(block.xpath, paths) else block for block in extraction.blocks)
    body = "\n\n".join(block.text for block in blocks if block.label == "body")
    return replace(extraction, blocks=blocks, body=body)


def _as_body(block: Block) -> Block:
    kept = copy.copy(block)
    kept.label = "body"
    return kept


def _inside(xpath: str, paths: tuple[str, ...]) -> bool:
    return any(xpath == path or xpath.startswith(f"{path}/") for path in paths)

"""Authors, dates, language, image and addresses of an article: what the page declares, checked against what it shows.

Off the hot path and behind the extra ``metadata``: dates that nothing declares are found by ``htmldate``, linked data
are read by ``extruct``, the language of the body is identified by ``py3langid``. A copy of the page is made for them;
the tree itself is only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from classifier.bylines import BETWEEN, BY_PREFIX, MAX_NAME, bare_names, is_full_name, is_name, names_in
from classifier.comments.dates import day_first_of, find_date, read_machine_date
from classifier.exceptions import ClassifierError
from classifier.urls import safe_url

if TYPE_CHECKING:
    from classifier.blocks import Page
    from classifier.extraction import Extraction

_ARTICLE: Final = re.compile(r"article|posting|report|review|newsitem|webpage|howto|recipe", re.IGNORECASE)
_AUTHOR_META: Final = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
    "citation_author",
)
_PUBLISHED_META: Final = (
    "article:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dc.date",
    "dcterms.created", "pubdate", "publish-date", "publish_date", "citation_publication_date", "date",
)  # fmt: skip
_MODIFIED_META: Final = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
)
_RUN_TOGETHER: Final = re.compile(r"(?<=\d)(?=[A-Z][a-z])")  # "April 26, 2024Updated on"
_UPDATED: Final = re.compile(r"updated|modified|reviewed|aktualisiert|mis à jour|actualizado|обновлен", re.IGNORECASE)
_MIN_TEXT: Final = 60  # characters that a language is recognised from
_SAMPLE: Final = 4_000
_SURE: Final = 0.9
_NO_LANGUAGE: Final = frozenset({"und", "zxx"})


class MetadataError(ClassifierError):
    """Metadata cannot be read: the extra is not installed, or the page is no longer there."""


@dataclass(frozen=True)
class Metadata:
    """What a page says about its article. Everything may be missing.

    Attributes
    ----------
    authors : tuple of str
        Names, as written.
    date_published, date_modified : str or None
        ISO 8601, as exact as the page says it.
    language : str or None
        ISO 639-1 code of the body's language.
    main_image, canonical_url : str or None
        Absolute addresses.
    site_name : str or None
        What the site calls itself.
    description : str or None
        Summary from the page's head.
    """

    authors: tuple[str, ...] = ()
    date_published: str | None = None
    date_modified: str | None = None
    language: str | None = None
    main_image: str | None = None
    canonical_url: str | None = None
    site_name: str | None = None
    description: str | None = None


def metadata(extraction: Extraction) -> Metadata:
    """Read the metadata of a page.

    Parameters
    ----------
    extraction : Extraction
        With its page, that is, not one that was pickled.

    Returns
    -------
    Metadata
        For plain text, the language, and authors and date as its byline has them.

    Raises
    ------
    MetadataError
        The extra ``metadata`` is not installed, or the extraction has lost its page.
    """
    page = extraction._page
    if page is None:
        msg = "expected an extraction with its page, got one that was pickled; call metadata() before pickling"
        raise MetadataError(msg)
    language = _language(extraction, page)
    items = list(_linked_data(page)) if page.root is not None else []
    base = page.base
    return Metadata(
        authors=_authors(extraction, page, items),
        date_published=_published(extraction, page, items, language),
        date_modified=_declared_date(page, items, _MODIFIED_META, "dateModified"),
        language=language,
        main_image=_main_image(extraction, page, items, base),
        canonical_url=_canonical(page, base),
        site_name=_meta(page, ("og:site_name", "application-name")) or _first(_names(_values(items, "publisher"))),
        description=_meta(page, ("og:description", "description", "twitter:description"))
        or _first(_strings(_values(items, "description"))),
    )


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        msg = f"metadata need {name.partition('.')[0]}, which is not installed: pip install 'scrapy-winnow[metadata]'"
        raise MetadataError(msg) from error


def _linked_data(page: Page) -> Iterator[dict[str, Any]]:
    """JSON-LD objects of a page, those about articles first."""
    extractor = _library("extruct.jsonld").JsonLdExtractor()
    found: list[dict[str, Any]] = []
    for element in page.json_ld:
        try:
            items = extractor.extract_items(element)
        except (ValueError, TypeError, AttributeError, RecursionError):  # broken JSON in one script spoils no other
            continue
        for item in items:
            if isinstance(item, dict):
                graph = item.get("@graph")
                found += [node for node in graph if isinstance(node, dict)] if isinstance(graph, list) else [item]
    yield from sorted(found, key=_rank)


def _rank(item: dict[str, Any]) -> int:
    kind = str(item.get("@type"))
    return 2 if not _ARTICLE.search(kind) else 1 if "WebPage" in kind else 0


def _values(items: list[dict[str, Any]], key: str) -> list[Any]:
    """Value of a property in every item that is an article, or has one."""
    return [
        item[key] for item in items if item.get(key) and (_rank(item) < 2 or key not in ("name", "image", "author"))
    ]


def _strings(values: Any) -> Iterator[str]:
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, str) and value.strip():
            yield " ".join(value.split())


def _names(values: list[Any]) -> Iterator[str]:
    """Names of persons or organisations, which linked data write as texts, objects and lists of both."""
    for value in values:
        if isinstance(value, list):
            yield from _names([part for part in value if not isinstance(part, list)])
        elif isinstance(value, dict):
            yield from _strings(value.get("name"))
        else:
            yield from _strings(value)


def _first(values: Iterator[str]) -> str | None:
    return next(values, None)


def _meta(page: Page, names: tuple[str, ...]) -> str | None:
    found = (" ".join(page.meta[name].split()) for name in names if name in page.meta)
    return next((value for value in found if value), None)


def _authors(extraction: Extraction, page: Page, items: list[dict[str, Any]]) -> tuple[str, ...]:
    """Choose declared authors that the byline shows, else those it names itself, else the declared or marked ones."""
    byline = extraction.byline or ""
    declared = [name for author in _values(items, "author")[:1] for name in _people(author, items)]
    if not declared:
        named = _meta(page, _AUTHOR_META)
        declared = [name for name in BETWEEN.split(named) if is_name(name)] if named else []
    shown = [name for name in declared if name.casefold() in byline.casefold()]
    found = shown or names_in(byline) or declared or _marked_authors(extraction, page) or bare_names(byline)
    return tuple(dict.fromkeys(found))


def _people(author: Any, items: list[dict[str, Any]]) -> list[str]:
    """Names of the authors of an item, which may be references to other items of the page."""
    named = {item["@id"]: item for item in items if isinstance(item.get("@id"), str) and "name" in item}
    people = author if isinstance(author, list) else [author]
    resolved = [
        named.get(str(one.get("@id")), one) if isinstance(one, dict) and "name" not in one else one for one in people
    ]
    names = (BY_PREFIX.sub("", name) for name in _names(resolved))
    return [name for name in names if is_name(name)]


def _marked_authors(extraction: Extraction, page: Page) -> list[str]:
    """Names that the page marks as the author's (``rel=author``, class ``author-name``), outside of comments."""
    for block, label in enumerate(block.label for block in extraction.blocks):
        text = BY_PREFIX.sub("", page.texts[block])
        if label in ("byline", "boilerplate") and len(text) <= MAX_NAME:
            classes = f"{page.inline[block]} {page.classes[page.owner[block]]}".lower()
            if "author" in classes and is_full_name(text):
                return [text]
    return []


def _published(extraction: Extraction, page: Page, items: list[dict[str, Any]], language: str | None) -> str | None:
    declared = _declared_date(page, items, _PUBLISHED_META, "datePublished")
    modified = _declared_date(page, items, _MODIFIED_META, "dateModified")
    if declared and (modified is None or declared[:10] != modified[:10]):
        return declared
    # Some systems declare every change as the publication; then the date that readers see is the better one.
    shown = _shown_date(extraction, _declared_language(page) or language)
    if declared or shown or page.root is None:
        return shown if shown and (not declared or shown[:10] < declared[:10]) else declared
    html = etree.tostring(page.root, encoding="unicode", method="html")
    return _library("htmldate").find_date(html, original_date=True, url=page.url) or None


def _shown_date(extraction: Extraction, language: str | None) -> str | None:
    lines = [block.text for block in extraction.blocks if block.label == "byline"]
    day_first = day_first_of(lines, language)
    for line in lines:
        line = _RUN_TOGETHER.sub(" ", line)
        found = find_date(line, day_first=day_first)
        if found is not None and found.iso and not _UPDATED.search(line[: found.start]):
            return found.iso
    return None


def _declared_date(page: Page, items: list[dict[str, Any]], names: tuple[str, ...], key: str) -> str | None:
    declared = [value for value in _values(items, key) if isinstance(value, str)]
    declared += [page.meta[name] for name in names if name in page.meta]
    dates = (read_machine_date(value[:100]) for value in declared)
    return next((date for date in dates if date), None)


def _language(extraction: Extraction, page: Page) -> str | None:
    """Language of the body's words; what the page declares (often its theme's default) where they do not tell."""
    declared = re.split("[-_]", _declared_language(page).lower())[0]
    declared = declared if re.fullmatch("[a-z]{2,3}", declared) else ""
    text = (extraction.body or "\n".join(page.texts))[:_SAMPLE]
    if len(text) < _MIN_TEXT:
        return declared or None
    code, probability = _identifier().classify(text)
    if code in _NO_LANGUAGE or (declared and probability < _SURE):
        return declared or None
    return str(code)


def _declared_language(page: Page) -> str:
    root = page.root
    found = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") if root is not None else None
    return (found or page.meta.get("og:locale") or "").strip()


@lru_cache(maxsize=1)
def _identifier() -> Any:
    module = _library("py3langid.langid")
    return module.LanguageIdentifier.from_model_file(module.MODEL_FILE, norm_probs=True)


def _main_image(extraction: Extraction, page: Page, items: list[dict[str, Any]], base: str) -> str | None:
    candidates = [page.meta[name] for name in ("og:image", "og:image:url", "twitter:image") if name in page.meta]
    for value in _values(items, "image"):
        for image in value if isinstance(value, list) else [value]:
            candidates += _strings(image.get("url") if isinstance(image, dict) else image)
    addresses = (safe_url(address, base) for address in candidates)
    found = next((address for address in addresses if address), None)
    if found or page.root is None:
        return found
    image_in_body = re.search(r'<img src="([^"]+)"', extraction.body_html)
    return image_in_body[1].replace("&amp;", "&") if image_in_body else None


def _canonical(page: Page, base: str) -> str | None:
    links = page.root.iter("link") if page.root is not None else ()
    for link in links:
        if "canonical" in (link.get("rel") or "").lower().split():
            found = safe_url(link.get("href") or "", base)
            if found:
                return found
    return safe_url(page.meta.get("og:url", ""), base) or safe_url(page.url or "", "")

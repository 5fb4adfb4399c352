"""What one page gives, applied to one item: pure functions, no Scrapy, no waiting.

The item is touched through `itemadapter` only, so dict, Item, dataclass, attrs, pydantic and zyte-common-items all
work, and it is either changed completely or, when anything fails, left exactly as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from itemadapter import ItemAdapter

from classifier.plugin.clean import clean_text
from classifier.plugin.comments import CommentItem

if TYPE_CHECKING:
    from classifier.plugin.options import Options
    from classifier.plugin.page import Cleaned, PageRecord

# Our field names with what each holds. The first five are those of zyte-common-items' Article where it has one.
FIELDS: Final[dict[str, str]] = {
    "headline": "title of the article without the site's suffix (str)",
    "byline": "author line, date and reading time as the page writes them (str)",
    "articleBody": "the article, blocks joined by blank lines (str)",
    "articleBodyHtml": "the article as HTML (str)",
    "canonicalUrl": "absolute URL that the page names as its own (str)",
    "comments": "readers' comments in page order (list of dict)",
    "commentForms": "comment forms: where they post to, fields, platform (list of dict)",
    "challenges": "questions that guard a form, never answered (list of dict)",
    "sourceLink": "where a copied article came from: text, url, kind (dict)",
    "source_url": "absolute URL of the article that this one was copied from (str)",
    "is_copy": "whether that URL leads to another registered domain than the page's (bool)",
    "pageType": "kind of page (str)",
    "confidence": "how sure the classifier is of the body, 0 to 1 (float)",
}
_HTML: Final = re.compile(r"</[a-zA-Z][\w-]*\s*>|<br\s*/?>")
_NO_SPACES: Final = re.compile("[\u0e00-\u0eff\u3041-\u30ff\u3400-\u9fff]")  # Thai, Lao, kana, Han
# Holds the record of what was done: mode annotate, WINNOW_TRACE and flagged items write it.
RECORD_FIELD: Final = "winnow"


@dataclass
class Outcome:
    """What happened to one item.

    Parameters
    ----------
    name : str
        ``filled``, ``overwritten``, ``cleaned``, ``annotated``, ``unchanged``, ``low_confidence``, ``flagged`` or
        ``dropped``; the plugin adds ``failed`` and ``skipped/...``.
    written : list of str
        Item fields that got a value.
    undeclared : list of str
        Item fields that were wanted and that the item type does not declare.
    doubt : str or None
        Why the page is doubtful: ``confidence``, ``page_type`` or ``min_words``.
    detail : str or None
        The doubt in words, with the limit that the page misses.
    removed : list of tuple of str
        (label, text) of each passage that mode ``clean`` took out.
    not_text : tuple of str or None
        Item field that mode ``clean`` was to read, and what it holds instead of plain text.
    comments : list of CommentItem
        To be yielded after the item.
    """

    name: str
    written: list[str] = field(default_factory=list)
    undeclared: list[str] = field(default_factory=list)
    doubt: str | None = None
    detail: str | None = None
    removed: list[tuple[str, str]] = field(default_factory=list)
    not_text: tuple[str, str] | None = None
    comments: list[CommentItem] = field(default_factory=list)


def is_empty(value: Any) -> bool:
    """Tell whether a field still waits for a value (0 and False are values)."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple | dict | set) and not value)


def count_words(text: str) -> int:
    """Count words; two characters of a script without spaces count as one, about their length in Chinese."""
    joined = _NO_SPACES.findall(text)
    return len(_NO_SPACES.sub(" ", text).split()) + (len(joined) + 1) // 2


def doubt(page: PageRecord, options: Options) -> str | None:
    """Return why the page should not be trusted under these options, or None."""
    if page.confidence < options.min_confidence:
        return "confidence"
    if options.page_types and page.page_type not in options.page_types:
        return "page_type"
    if options.min_words and count_words(page.values["articleBody"] or "") < options.min_words:
        return "min_words"
    return None


def _detail(reason: str, page: PageRecord, options: Options) -> str:
    """Return a doubt in words."""
    if reason == "confidence":
        return f"confidence {page.confidence:.4f}, expected at least {options.min_confidence:g}"
    if reason == "page_type":
        return f"page_type {page.page_type}, expected {' or '.join(options.page_types)}"
    return f"min_words {count_words(page.values['articleBody'] or '')}, expected at least {options.min_words}"


def wants(item: Any, name: str, options: Options) -> bool:
    """Tell whether `apply_page` could write our field `name` to this item."""
    target = options.fields.get(name)
    return options.mode in ("fill", "overwrite") and bool(target) and _declares(ItemAdapter(item), str(target))


def text_to_clean(item: Any, options: Options) -> str | None:
    """Return the text of an item that mode ``clean`` is about; None in other modes and where there is none."""
    if options.mode != "clean":
        return None
    adapter = ItemAdapter(item)
    name = options.fields.get("articleBody", "articleBody")
    text = adapter.get(name) if _declares(adapter, name) else None
    return text if isinstance(text, str) and not is_empty(text) else None


def apply_page(item: Any, page: PageRecord, options: Options, cleaned: Cleaned | None = None) -> Outcome:
    """Change `item` in place by what `page` holds.

    Parameters
    ----------
    item : item
        Of any type that `itemadapter` knows.
    page : PageRecord
        Its page.
    options : Options
        How it is treated.
    cleaned : Cleaned, optional
        What became of `text_to_clean`; by default it is cleaned here, which can take a second for megabytes of text.

    Returns
    -------
    Outcome
        With the name ``dropped`` the caller must not pass the item on.

    Raises
    ------
    Exception
        Whatever the item type raises when it refuses a value; the item is then as it was.
    """
    adapter = ItemAdapter(item)
    reason = doubt(page, options)
    if reason is not None and options.low_confidence != "flag":
        name = "dropped" if options.low_confidence == "drop" else "low_confidence"
        return Outcome(name, doubt=reason, detail=_detail(reason, page, options))
    changes, outcome = _plan(adapter, page, options, cleaned)
    outcome.doubt = reason
    if reason is not None:
        outcome.name = "flagged"
    if reason is not None or options.trace or options.mode == "annotate":
        name = options.fields.get(RECORD_FIELD, RECORD_FIELD)
        if _declares(adapter, name):
            changes[name] = _record(page, options, outcome)
        else:
            outcome.undeclared.append(name)
    if options.mode == "annotate" and not changes and outcome.name != "flagged":
        outcome.name = "unchanged"
    _write(adapter, changes)
    return outcome


def _plan(
    adapter: ItemAdapter, page: PageRecord, options: Options, cleaned: Cleaned | None
) -> tuple[dict[str, Any], Outcome]:
    """Return the fields to write, without touching the item yet."""
    if options.mode == "annotate":
        return {}, Outcome("annotated")
    if options.mode == "clean":
        return _plan_clean(adapter, page, options, cleaned)
    outcome = Outcome("unchanged")
    changes: dict[str, Any] = {}
    for ours, theirs in options.fields.items():
        if ours == RECORD_FIELD:
            continue
        if not _declares(adapter, theirs):
            outcome.undeclared.append(theirs)
            continue
        value = page.values[ours]
        if _wanted(adapter, theirs, value, options.mode):
            # A copy: the next item of the page gets its own, and pipelines may change lists.
            changes[theirs] = _copied(value)
    outcome.written = [name for name, value in changes.items() if not is_empty(value)]
    if outcome.written:
        outcome.name = "filled" if options.mode == "fill" else "overwritten"
    return changes, outcome


def _copied(value: Any) -> Any:
    """Copy plain values; `copy.deepcopy` would spend most of its time on finding out that they are plain."""
    if isinstance(value, dict):
        return {name: _copied(one) for name, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def _wanted(adapter: ItemAdapter, name: str, value: Any, mode: str) -> bool:
    if name not in adapter:
        # A dict gets every field, even an empty one: exporters take their columns from the first item. Other types
        # keep the default that they declare.
        return isinstance(adapter.item, dict) or not is_empty(value)
    if is_empty(value):
        return False
    return mode == "overwrite" or is_empty(adapter[name])


def _plan_clean(
    adapter: ItemAdapter, page: PageRecord, options: Options, cleaned: Cleaned | None
) -> tuple[dict[str, Any], Outcome]:
    name = options.fields.get("articleBody", "articleBody")
    if not _declares(adapter, name):
        return {}, Outcome("unchanged", undeclared=[name])
    text = adapter.get(name)
    if is_empty(text):
        return {}, Outcome("unchanged")
    if not isinstance(text, str):
        return {}, Outcome("unchanged", not_text=(name, f"a value of type {type(text).__name__}"))
    # Between tags, only long passages are found: what came out is not wrong, but not all that could.
    not_text = (name, "HTML") if _HTML.search(text) else None
    kept, removed = (cleaned.text, cleaned.removed) if cleaned else clean_text(text, page.blocks)
    if not removed:
        return {}, Outcome("unchanged", not_text=not_text)
    return {name: kept}, Outcome("cleaned", written=[name], removed=removed, not_text=not_text)


def _declares(adapter: ItemAdapter, name: str) -> bool:
    return isinstance(adapter.item, dict) or name in adapter.field_names()


def _record(page: PageRecord, options: Options, outcome: Outcome) -> dict[str, Any]:
    """Return what was done to the item and why, in plain JSON types."""
    record: dict[str, Any] = {
        "mode": options.mode,
        "outcome": outcome.name,
        "confidence": page.confidence,
        "pageType": page.page_type,
        "blocks": dict(page.labels),
        "written": list(outcome.written),
    }
    if outcome.doubt:
        record["doubt"] = outcome.doubt
    if outcome.removed:
        record["removed"] = [{"label": label, "text": text} for label, text in outcome.removed]
    if options.mode == "annotate":
        record["extraction"] = page.extraction
    return record


def _write(adapter: MutableMapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Set all fields or none: a type may refuse the third value after it took two."""
    before = {name: adapter[name] for name in changes if name in adapter}
    done: list[str] = []
    try:
        for name, value in changes.items():
            done.append(name)
            adapter[name] = value
    except Exception:
        for name in done:
            _restore(adapter, name, before)
        raise


def _restore(adapter: MutableMapping[str, Any], name: str, before: Mapping[str, Any]) -> None:
    if name in before:
        # A field that refused the new value still holds the old one, and a frozen item refuses both.
        if adapter[name] is not before[name]:
            adapter[name] = before[name]
    elif name in adapter:
        del adapter[name]

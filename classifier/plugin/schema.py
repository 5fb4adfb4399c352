"""JSON Schema of what the plugin writes to items, for validation downstream."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, Final

from classifier.labels import LABELS
from classifier.plugin.items import RECORD_FIELD
from classifier.plugin.values import field_names

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final = {"type": "string", "minLength": 1}
_TEXT_OR_NONE: Final = {"type": ["string", "null"]}
_URL_OR_NONE: Final = {"type": ["string", "null"], "pattern": "^https?://"}
_SHARE: Final = {"type": "number", "minimum": 0, "maximum": 1}


def _record(properties: Mapping[str, Any], *optional: str) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}


def _or_none(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "null"}, dict(schema)]}


_CHALLENGE: Final = _record({"text": _TEXT, "xpath": {"type": "string"}, "kind": {"type": "string"}})
_FORM_FIELD: Final = _record({name: {"type": "string"} for name in ("name", "type", "role", "label")})
_COMMENT: Final = _record(
    {
        "text": _TEXT,
        "author": _TEXT_OR_NONE,
        "published": {"type": ["string", "null"], "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}"},
        "permalink": _URL_OR_NONE,
        "parent": {"type": ["integer", "null"], "minimum": 0},
        "spam": _SHARE,
    }
)
_FORM: Final = _record(
    {
        "xpath": {"type": "string", "pattern": "^/"},
        "action": {"type": "string"},
        "method": {"enum": ["get", "post", ""]},
        "fields": {"type": "array", "items": _FORM_FIELD},
        "platform": _TEXT_OR_NONE,
        "challenge": _or_none(_CHALLENGE),
    }
)
_SOURCE: Final = _record({"text": _TEXT, "url": _URL_OR_NONE, "kind": {"enum": ["copied_from", "credit"]}})
_COUNTS: Final = {
    "type": "object",
    "properties": {label: {"type": "integer", "minimum": 1} for label in LABELS},
    "additionalProperties": False,
}
_TRACE: Final = _record(
    {
        "mode": {"enum": ["fill", "overwrite", "clean", "annotate"]},
        "outcome": {"type": "string"},
        "confidence": _SHARE,
        "pageType": _TEXT,
        "blocks": _COUNTS,
        "written": {"type": "array", "items": _TEXT},
        "doubt": {"enum": ["confidence", "page_type", "min_words"]},
        "removed": {"type": "array", "items": _record({"label": {"enum": list(LABELS)}, "text": _TEXT})},
        "extraction": {"type": "object"},
    },
    "doubt",
    "removed",
    "extraction",
)
PROPERTIES: Final[dict[str, Any]] = {
    "headline": _TEXT_OR_NONE,
    "byline": _TEXT_OR_NONE,
    "articleBody": _TEXT_OR_NONE,
    "articleBodyHtml": _TEXT_OR_NONE,
    "canonicalUrl": _URL_OR_NONE,
    "comments": {"type": ["array", "null"], "items": _COMMENT},
    "commentForms": {"type": ["array", "null"], "items": _FORM},
    "challenges": {"type": ["array", "null"], "items": _CHALLENGE},
    "sourceLink": _or_none(_SOURCE),
    "source_url": _URL_OR_NONE,
    "is_copy": {"type": ["boolean", "null"]},
    "pageType": _TEXT_OR_NONE,
    "confidence": _or_none(_SHARE),
    RECORD_FIELD: _or_none(_TRACE),
}


def article_schema(
    fields: Mapping[str, str | None] | Iterable[str] | None = None, required: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the JSON Schema of items that the plugin has filled.

    Parameters
    ----------
    fields : mapping of str to str, iterable of str or str, optional
        As in ``WINNOW_FIELDS``; by default all under our names.
    required : iterable of str
        Item fields that must be there and must not be empty.

    Returns
    -------
    dict
        A schema of draft 2020-12. Fields of the project's own are admitted.

    Raises
    ------
    TypeError, ValueError
        `fields` cannot be used.
    """
    names = {**field_names(None), RECORD_FIELD: RECORD_FIELD} if fields is None else field_names(fields)
    properties = {theirs: copy.deepcopy(PROPERTIES[ours]) for ours, theirs in names.items()}
    wanted = list(required)
    return {
        "$schema": _DRAFT,
        "type": "object",
        "properties": properties,
        "required": wanted,
        "allOf": [{"properties": {name: {"not": {"enum": [None, "", []]}}}} for name in wanted],
    }


# For SPIDERMON_VALIDATION_SCHEMAS = {dict: "classifier.plugin.schema.ARTICLE", CommentItem: "...COMMENT"}.
ARTICLE: Final = article_schema(required=("headline", "articleBody"))
COMMENT: Final[dict[str, Any]] = {
    "$schema": _DRAFT,
    **_record({"url": _TEXT, "number": {"type": "integer", "minimum": 0}, **_COMMENT["properties"]}),
}

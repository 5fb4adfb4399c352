from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import attrs
import pydantic
import pytest
import scrapy

from classifier.plugin.items import FIELDS, apply_page, count_words, is_empty
from classifier.plugin.options import Options
from classifier.plugin.page import PageRecord

VALUES: dict[str, Any] = {
    "headline": "A bridge",
    "byline": None,
    "articleBody": "One two three.\n\nFour five.",
    "articleBodyHtml": "<p>One two three.</p>",
    "canonicalUrl": "https://example.com/a",
    "comments": [{"text": "Nice"}],
    "commentForms": [],
    "challenges": [],
    "sourceLink": {"text": "Source link", "url": "https://example.org/a", "kind": "copied_from"},
    "source_url": "https://example.org/a",
    "is_copy": True,
    "pageType": "article",
    "confidence": 0.75,
}
PAGE = PageRecord(
    values=VALUES,
    blocks=(("title", "A bridge"), ("body", "One two three."), ("promo", "READ MORE: x"), ("body", "Four five.")),
    labels={"title": 1, "body": 2, "promo": 1},
    page_type="article",
    confidence=0.75,
    extraction={"title": "A bridge"},
)


@dataclass
class Data:
    url: str
    headline: str | None = None
    articleBody: str | None = None  # noqa: N815


@attrs.define
class Attrs:
    url: str
    headline: str | None = None
    articleBody: str | None = None  # noqa: N815


class Model(pydantic.BaseModel):
    url: str
    headline: str | None = None
    articleBody: str | None = None  # noqa: N815


class Item(scrapy.Item):
    url = scrapy.Field()
    headline = scrapy.Field()
    articleBody = scrapy.Field()  # noqa: N815


DECLARED = [Data(url="u"), Attrs(url="u"), Model(url="u"), Item(url="u")]


@pytest.mark.parametrize("item", DECLARED, ids=lambda item: type(item).__name__)
def test_fills_what_the_type_declares_and_nothing_else(item: Any) -> None:
    outcome = apply_page(item, PAGE, Options())
    get = item.get if isinstance(item, scrapy.Item) else lambda name: getattr(item, name)
    assert (get("url"), get("headline"), get("articleBody")) == ("u", "A bridge", VALUES["articleBody"])
    assert outcome.name == "filled"
    assert outcome.written == ["headline", "articleBody"]
    assert set(outcome.undeclared) == set(FIELDS) - {"headline", "articleBody"}


def test_zyte_article() -> None:
    zyte = pytest.importorskip("zyte_common_items", reason="zyte-common-items is not installed")
    item = zyte.Article(url="https://example.com/a")
    outcome = apply_page(item, PAGE, Options())
    assert item.headline == "A bridge"
    assert item.canonicalUrl == "https://example.com/a"
    assert "comments" in outcome.undeclared


def test_a_dict_gets_every_field_so_that_all_rows_have_the_same_columns() -> None:
    item: dict[str, Any] = {"url": "u", "headline": " "}
    apply_page(item, PAGE, Options())
    assert item == {"url": "u", **VALUES}


def test_fill_keeps_what_is_there() -> None:
    item = {"headline": "Mine", "confidence": 0}
    apply_page(item, PAGE, Options())
    assert item["headline"] == "Mine"
    assert item["confidence"] == 0


def test_overwrite_replaces_but_never_by_nothing() -> None:
    item = {"headline": "Mine", "byline": "By me"}
    outcome = apply_page(item, PAGE, Options(mode="overwrite"))
    assert item["headline"] == "A bridge"
    assert item["byline"] == "By me"
    assert outcome.name == "overwritten"


def test_own_field_names() -> None:
    item: dict[str, Any] = {"url": "u"}
    apply_page(item, PAGE, Options(fields={"articleBody": "text"}))
    assert item == {"url": "u", "text": VALUES["articleBody"]}


@dataclass
class Copy:
    url: str
    origin: str | None = None
    is_copy: bool | None = None


@pytest.mark.parametrize("mode", ["fill", "overwrite"])
def test_copies_are_marked_under_own_names(mode: str) -> None:
    item = Copy(url="u")
    outcome = apply_page(item, PAGE, Options(mode=mode, fields={"source_url": "origin", "is_copy": "is_copy"}))
    assert item == Copy("u", "https://example.org/a", True)
    assert outcome.written == ["origin", "is_copy"]


def test_what_the_spider_says_of_a_copy_stays() -> None:
    item = Copy(url="u", origin="https://example.net/", is_copy=False)
    apply_page(item, PAGE, Options(fields={"source_url": "origin", "is_copy": "is_copy"}))
    assert item == Copy("u", "https://example.net/", False)


def test_items_of_one_page_share_nothing() -> None:
    first: dict[str, Any] = {}
    second: dict[str, Any] = {}
    apply_page(first, PAGE, Options())
    first["comments"].append("changed by a pipeline")
    apply_page(second, PAGE, Options())
    assert second["comments"] == [{"text": "Nice"}]


def test_clean_removes_only_the_promo() -> None:
    item = {"text": "One two three.\nREAD MORE: x\nFour five."}
    outcome = apply_page(item, PAGE, Options(mode="clean", fields={"articleBody": "text"}))
    assert item == {"text": "One two three.\nFour five."}
    assert outcome.name == "cleaned"
    assert outcome.removed == [("promo", "READ MORE: x")]


@pytest.mark.parametrize(
    ("value", "not_text"),
    [
        (None, None),
        ("", None),
        ([], None),
        ("Four five. 1 < 2 > 0", None),
        (["One two three."], ("articleBody", "a value of type list")),
        ("<p>READ MORE: x</p>", ("articleBody", "HTML")),
    ],
)
def test_clean_leaves_what_needs_no_cleaning(value: Any, not_text: Any) -> None:
    item = {"articleBody": value}
    outcome = apply_page(item, PAGE, Options(mode="clean"))
    assert (outcome.name, outcome.not_text) == ("unchanged", not_text)
    assert item == {"articleBody": value}


def test_annotate_adds_beside() -> None:
    item: dict[str, Any] = {"headline": ""}
    assert apply_page(item, PAGE, Options(mode="annotate")).name == "annotated"
    assert item["headline"] == ""
    assert item["winnow"]["extraction"] == {"title": "A bridge"}


def test_annotate_of_an_item_without_the_field() -> None:
    item = Data(url="u")
    outcome = apply_page(item, PAGE, Options(mode="annotate"))
    assert outcome.name == "unchanged"
    assert outcome.undeclared == ["winnow"]
    assert item == Data(url="u")


def test_trace_tells_what_was_done() -> None:
    item: dict[str, Any] = {"headline": "Mine"}
    apply_page(item, PAGE, Options(trace=True))
    assert item["winnow"]["blocks"] == {"title": 1, "body": 2, "promo": 1}
    assert "headline" not in item["winnow"]["written"]
    assert "articleBody" in item["winnow"]["written"]


@pytest.mark.parametrize(
    ("options", "reason", "detail"),
    [
        (Options(min_confidence=0.8), "confidence", "confidence 0.7500, expected at least 0.8"),
        (Options(page_types=("forum", "listing")), "page_type", "page_type article, expected forum or listing"),
        (Options(min_words=6), "min_words", "min_words 5, expected at least 6"),
    ],
)
def test_doubtful_pages(options: Options, reason: str, detail: str) -> None:
    kept: dict[str, Any] = {}
    outcome = apply_page(kept, PAGE, dataclasses.replace(options, low_confidence="keep"))
    assert (outcome.name, outcome.doubt, kept) == ("low_confidence", reason, {})
    flagged: dict[str, Any] = {}
    outcome = apply_page(flagged, PAGE, dataclasses.replace(options, low_confidence="flag"))
    assert (outcome.name, flagged["winnow"]["doubt"]) == ("flagged", reason)
    assert flagged["headline"] == "A bridge"
    outcome = apply_page({}, PAGE, dataclasses.replace(options, low_confidence="drop"))
    assert (outcome.name, outcome.doubt, outcome.detail) == ("dropped", reason, detail)


def test_an_item_that_refuses_a_value_stays_as_it_was() -> None:
    class Strict(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(validate_assignment=True)
        headline: str | None = None
        confidence: str | None = None

    item = Strict(headline="")
    with pytest.raises(pydantic.ValidationError):
        apply_page(item, PAGE, Options())
    assert item == Strict(headline="")


def test_a_frozen_item_stays_as_it_was() -> None:
    @dataclass(frozen=True)
    class Frozen:
        headline: str | None = None

    item = Frozen()
    with pytest.raises(dataclasses.FrozenInstanceError):
        apply_page(item, PAGE, Options())
    assert item == Frozen()


def test_words_of_scripts_without_spaces() -> None:
    assert count_words("one two\n\nthree") == 3
    assert count_words("山村石桥只在秋天露出水面") == 6
    assert count_words("") == 0


def test_zero_and_false_are_values() -> None:
    assert [is_empty(value) for value in (None, "", " \n", [], {}, (), 0, 0.0, False, "x", [0])] == [True] * 6 + [
        False
    ] * 5

from __future__ import annotations

from typing import Any

import pytest

from classifier.plugin.options import (
    SETTINGS,
    Options,
    OptionsError,
    crawl_setting,
    domain_options,
    from_settings,
    misspelt,
    parse_domains,
)


def test_defaults_are_those_of_the_settings_table() -> None:
    assert from_settings(SETTINGS.get) == Options() == from_settings(lambda name: None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, Options()),
        (False, Options(enabled=False)),
        ("off", Options(enabled=False)),
        ("True", Options()),
        ("clean", Options(mode="clean")),
        ({"mode": "annotate", "min_confidence": "0.5"}, Options(mode="annotate", min_confidence=0.5)),
        ('{"drop": [".ad", "aside"]}', Options(drop=(".ad", "aside"))),
        ({"drop": ".ad, aside"}, Options(drop=(".ad, aside",))),
        ({"drop": "[data-ad]"}, Options(drop=("[data-ad]",))),
        (
            {"keep": ['//p[re:test(@class, "x")]', "(//div)[1]"]},
            Options(keep=('//p[re:test(@class, "x")]', "(//div)[1]")),
        ),
        (
            {"drop": ["//p[text()='a]|@b']", "p:contains('x::text')", "//a[@href | @id]", "body"]},
            Options(drop=("//p[text()='a]|@b']", "p:contains('x::text')", "//a[@href | @id]", "body")),
        ),
        ({"keep": '[".a", ".b"]', "page_types": '["article"]'}, Options(keep=(".a", ".b"), page_types=("article",))),
        ({"page_types": "article, forum", "min_words": "3"}, Options(page_types=("article", "forum"), min_words=3)),
        ({"fields": ["headline"]}, Options(fields={"headline": "headline"})),
        ({"fields": {"headline": "title", "byline": None}}, Options(fields={"headline": "title"})),
    ],
)
def test_one_level(value: Any, expected: Options) -> None:
    assert Options().merged(value, "here") == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("cleen", "cannot use 'cleen' for mode: expected one of fill, overwrite"),
        ({"min_confidense": 1}, "did you mean 'min_confidence'"),
        ({"min_confidence": 2}, "from 0 to 1"),
        ({"fields": {"headlin": "x"}}, "did you mean 'headline'"),
        ({"low_confidence": "lose"}, "expected one of keep, flag, drop"),
        ({"fields": {"headline": "text", "articleBody": "text"}}, "a field of its own for 'articleBody'"),
        ({"fields": {"headline": 5}}, "name of a field for 'headline', got 5"),
        ({"fields": 7}, "expected a mapping of field names"),
        ({"page_types": 3}, "expected a list of names"),
        ({"drop": "div["}, "expected CSS, or XPath"),
        ({"keep": ["//div["]}, "expected CSS, or XPath"),
        ({"drop": 5}, "got 5"),
        ({"keep": "//p[foo:bar()]"}, "expected CSS, or XPath"),
        *[
            ({"drop": selector}, "expected a selector of elements, not of texts")
            for selector in ("//text()", "p, a::text", "a::attr(href)", "(//a[.='x']/@href)[1]", "(count(//p))")
        ],
        *[({"keep": selector}, "inside the page, not one that matches <html>") for selector in ("html", "*", "/html")],
        ({"min_words": 2.5}, "whole number of at least 0"),
        ({"max_size": "1MB"}, "whole number of at least 0"),
        ({"min_confidence": float("nan")}, "from 0 to 1"),
        ({"trace": "maybe"}, "expected on or off"),
        (3, "expected on/off, a mode or a mapping"),
        ("{", "not valid JSON"),
    ],
)
def test_errors_name_place_and_remedy(value: Any, message: str) -> None:
    with pytest.raises(OptionsError, match=f"^here: .*{message}"):
        Options().merged(value, "here")


def test_most_specific_domain_wins() -> None:
    domains = parse_domains({"Example.com": "off", "blog.example.com": {"mode": "clean"}})
    assert domain_options(domains, "https://www.example.com/a") == "off"
    assert domain_options(domains, "https://blog.example.com/a") == {"mode": "clean"}
    assert domain_options(domains, "https://notexample.com/a") is None
    with pytest.raises(OptionsError, match=r"WINNOW_DOMAINS\['a.org'\]: unknown option"):
        parse_domains({"a.org": {"modus": 1}})
    with pytest.raises(OptionsError, match="expected a mapping of domains"):
        parse_domains(["a.org"])
    with pytest.raises(OptionsError, match=r"expected domains such as 'example\.com', got 'https:"):
        parse_domains({"https://a.org/": "off"})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("workers", 0, "WINNOW_WORKERS: cannot use 0: expected a whole number of at least 1"),
        ("timeout", "soon", "WINNOW_TIMEOUT: cannot use 'soon': expected seconds"),
        ("executor", "gpu", "WINNOW_EXECUTOR: cannot use 'gpu': expected one of thread"),
        ("model", 5, "WINNOW_MODEL: cannot use 5: expected a path"),
        ("enabled", "maybe", "WINNOW_ENABLED: cannot use 'maybe': expected on or off"),
    ],
)
def test_settings_of_the_whole_crawl(name: str, value: Any, message: str) -> None:
    assert crawl_setting(lambda setting: None, name) == SETTINGS[f"WINNOW_{name.upper()}"]
    with pytest.raises(OptionsError, match=f"^{message}"):
        crawl_setting({f"WINNOW_{name.upper()}": value}.get, name)


def test_misspelt_settings() -> None:
    assert misspelt([*SETTINGS, "WINNOW_MONITOR_MIN_PAGES", "BOT_NAME"]) == []
    assert misspelt(["WINNOW_MONITOR_FOO", "WINNOW_MONITOR_MIN_PAGE"])[1:] == [
        "There is no setting WINNOW_MONITOR_MIN_PAGE; did you mean 'WINNOW_MONITOR_MIN_PAGES'?"
    ]
    assert misspelt(["WINNOW_TIMEOUTS"]) == ["There is no setting WINNOW_TIMEOUTS; did you mean 'WINNOW_TIMEOUT'?"]

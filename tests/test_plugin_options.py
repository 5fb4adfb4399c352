from __future__ import annotations

from typing import Any

import pytest

from classifier.plugin.options import SETTINGS, Options, OptionsError, domain_options, from_settings, parse_domains


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

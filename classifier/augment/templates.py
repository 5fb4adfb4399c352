"""Markup of the snippets: HTML templates in `templates/*.html`, filled with wordings."""

import re
from functools import cache
from html import escape
from importlib import resources
from random import Random
from typing import Final, NamedTuple

import lxml.html
from lxml.html import HtmlElement

from classifier.augment.writer import Writer

_FOLDER = resources.files("classifier.augment") / "templates"
_TEMPLATE: Final = re.compile(r'<template id="([^"]+)"(?: weight="([\d.]+)")?>(.*?)</template>', re.DOTALL)
_SLOT: Final = re.compile(r"\{(!?)(\w+)\}")
_LINE: Final = re.compile(r"\s*\n\s*")


class Template(NamedTuple):
    """One piece of markup with slots; weight 0 keeps it out of the draw."""

    name: str
    weight: float
    html: str


@cache
def templates(kind: str) -> dict[str, Template]:
    """Templates of one file, e.g. ``"forms"``, by name."""
    text = (_FOLDER / f"{kind}.html").read_text(encoding="utf-8")
    return {
        name: Template(name, float(weight or 0), _LINE.sub("\n", html.strip()))
        for name, weight, html in _TEMPLATE.findall(text)
    }


@cache
def _drawable(kind: str) -> tuple[list[Template], list[float]]:
    choices = [template for template in templates(kind).values() if template.weight]
    return choices, [template.weight for template in choices]


def draw(kind: str, rng: Random) -> Template:
    """Draw a template of a kind by weight."""
    choices, weights = _drawable(kind)
    return rng.choices(choices, weights)[0]


def fill(html: str, writer: Writer, **markup: str) -> str:
    """Fill the slots of a template: ``{key}`` with escaped wording, ``{!key}`` with the markup given."""

    def replace(match: re.Match[str]) -> str:
        raw, key = match.groups()
        return markup[key] if raw else escape(markup[key] if key in markup else writer.slot(key))

    return _SLOT.sub(replace, html)


def parse(html: str, rng: Random) -> HtmlElement:
    """Parse filled markup with one root and settle its ``w-maybe`` elements."""
    root = lxml.html.fragment_fromstring(html)
    for element in list(root.iter()):
        probability = element.attrib.pop("w-maybe", None)
        if probability is not None and rng.random() >= float(probability) and element is not root:
            element.drop_tree()
    return root

"""Snippets as plain text, for the model that reads text without markup."""

from random import Random
from typing import Final

import numpy as np
from lxml.html import HtmlElement

from classifier.augment.snippets import KINDS, LABEL_ATTRIBUTE, make_snippet
from classifier.augment.wordings import known_language
from classifier.augment.writer import TextSource

INLINE: Final = frozenset(
    "a abbr b big cite code del em font i img input ins label mark q s select small span strike strong sub sup "
    "time tt u".split()
)
_KIND_WEIGHTS: Final = {"comment_form": 30, "comment_thread": 20, "source_link": 20, "promo": 20, "hard_negative": 20}


def plain_text_snippet(
    rng: Random | np.random.Generator,
    language: str | None = None,
    *,
    kind: str | None = None,
    texts: TextSource | None = None,
) -> list[tuple[str, str]]:
    """Make one snippet as text lines.

    Parameters
    ----------
    rng : random.Random or numpy.random.Generator
        Equal states give equal lines.
    language : str, optional
        Drawn when None or unknown.
    kind : str, optional
        One of `KINDS`; drawn when None.
    texts : callable, optional
        As for `augment`.

    Returns
    -------
    list of (str, str)
        Line and label, at least one.
    """
    draw = rng if isinstance(rng, Random) else Random(int(rng.integers(2**62)))
    while True:
        chosen = kind or draw.choices(KINDS, [_KIND_WEIGHTS[name] for name in KINDS])[0]
        found = lines(make_snippet(chosen, draw, language=known_language(language), texts=texts))
        # A form of placeholders alone has no text.
        if found:
            return found


def lines(snippet: HtmlElement) -> list[tuple[str, str]]:
    """Text lines of a labelled element, as a text browser would break them, each with its label."""
    result: list[tuple[str, str]] = []
    run: list[str] = []

    def flush(label: str) -> None:
        text = " ".join("".join(run).split())
        run.clear()
        if text:
            result.append((text, label))

    def walk(element: HtmlElement, label: str) -> None:
        own = element.get(LABEL_ATTRIBUTE, label)
        breaks = element.tag not in INLINE
        if breaks:
            flush(label)
        run.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                walk(child, own)
            run.append(child.tail or "")
        if breaks:
            flush(own)

    walk(snippet, snippet.get(LABEL_ATTRIBUTE, "boilerplate"))
    return result

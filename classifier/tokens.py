"""Words of blocks and of class names, as the models count them.

Class names are split into their parts and looked up in a dictionary: one regular expression per class string costs nine
times the parse of the page, a split with a cache a tenth of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from classifier.blocks import Page

_NAME_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]{2,}(?![a-z])|[^\W\d_a-zA-Z]+")
_DIGITS: Final = re.compile(r"\d+")
# Letters, digits and the few signs that tell menus, forms and challenges from prose.
_WORDS: Final = re.compile(r"[^\W\d_]+|\d+|[|©»›•·=+*#@×÷−:?!]")
_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
# Where a block starts and how it ends says what it is; the middle of a long paragraph does not.
_HEAD_CHARS: Final = 120
_TAIL_CHARS: Final = 48
_MAX_WORDS: Final = 24


@lru_cache(maxsize=20_000)
def class_tokens(classes: str) -> tuple[str, ...]:
    """Tokens of the class names, ids and roles of one element.

    Parameters
    ----------
    classes : str
        Blank-separated, as in `Page.classes`.

    Returns
    -------
    tuple of str
        Distinct, lower case: each name without its digits, and its parts.
    """
    found: dict[str, None] = {}
    for name in classes.split()[:12]:
        if len(name) > 60:
            continue
        if name[0] == "<" or "=" in name:
            found[name.lower()] = None
            continue
        parts = _NAME_PARTS.findall(name)
        for part in parts:
            if len(part) > 1:
                found[part.lower()] = None
        if len(parts) > 1:
            found[_DIGITS.sub("", name).lower().strip("-_")] = None
    return tuple(found)


def text_tokens(text: str) -> list[str]:
    """Words and word pairs at the beginning and the end of a block.

    Parameters
    ----------
    text : str
        Text of a block.

    Returns
    -------
    list of str
        Lower case; digits become zeros, so that "2012" and "2026" are one word; Chinese and Japanese, which do not
        separate words, give pairs of characters.
    """
    if len(text) > _HEAD_CHARS + _TAIL_CHARS:
        words = _split(text[:_HEAD_CHARS])[:_MAX_WORDS]
        tail = _split(text[-_TAIL_CHARS:])[1:]
    else:
        words = _split(text)[: 2 * _MAX_WORDS]
        tail = []
    tokens = words + [f"{first} {second}" for first, second in zip(["^", *words], [*words, "$"], strict=True)]
    if tail:
        tokens.extend(f"{first} {second}" for first, second in zip(tail, [*tail[1:], "$"], strict=True))
    return tokens


def _split(text: str) -> list[str]:
    words: list[str] = []
    for word in _WORDS.findall(text.lower()):
        if word[0] >= "\u3040" and _CJK.match(word):
            words.extend(word[i : i + 2] for i in range(len(word)))
        elif word.isdigit():
            words.append("0" * min(len(word), 5))
        else:
            words.append(word)
    return words


def block_tokens(page: Page) -> dict[str, list[tuple[str, ...]]]:
    """Tokens of every block of a page, in three channels.

    Parameters
    ----------
    page : Page
        From `segment` or `segment_text`.

    Returns
    -------
    dict of str to list of tuple of str
        ``text``: words of each block; ``near``: class names and tags of its inline elements and its own container;
        ``far``: those of all containers above.
    """
    own = [class_tokens(container_classes(page, container)) for container in range(len(page.parent))]
    above: list[tuple[str, ...]] = [()]
    for container in range(1, len(own)):
        parent = page.parent[container]
        above.append(above[parent] + own[parent])
    return {
        "text": [tuple(text_tokens(text)) for text in page.texts],
        "near": [class_tokens(inline) + own[owner] for inline, owner in zip(page.inline, page.owner, strict=True)],
        "far": [above[owner] for owner in page.owner],
    }


def container_classes(page: Page, container: int) -> str:
    """Tag and class names of a container, as `class_tokens` takes them."""
    return f"<{page.container_tags[container]} {page.classes[container]}"

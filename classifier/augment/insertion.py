"""Where on a page snippets belong, and the function that puts them there."""

from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Final

import numpy as np
from lxml.html import HtmlElement

from classifier.augment.layouts import LOOSE
from classifier.augment.snippets import LABEL_ATTRIBUTE, make_snippet
from classifier.augment.wordings import known_language, page_language, random_language
from classifier.augment.writer import TextSource

# How many snippets a page gets (index = number), and how often each kind is among them. Threads and forms are what
# real labelled pages lack most.
_COUNT_WEIGHTS: Final = (12, 24, 28, 22, 14)
_KIND_WEIGHTS: Final = {
    "comment_form": 30,
    "comment_thread": 22,
    "source_link": 20,
    "promo": 25,
    "advertisement": 8,
    "hard_negative": 15,
}
# Each is put straight behind the article, so that what comes first in the page is put last.
_LAST_FIRST: Final = ("comment_form", "comment_thread", "source_link", "promo", "advertisement", "hard_negative")
INLINE: Final = frozenset(
    "a abbr b big cite code del em font i img input ins label mark q s select small span strike strong sub sup "
    "time tt u".split()
)
# Nothing may be put directly inside these: a snippet goes beside them.
_CLOSED: Final = frozenset(
    "a abbr b big blockquote center cite code dd del dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 i ins li "
    "mark ol p picture pre q s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul".split()
)


def augment(
    tree: HtmlElement,
    rng: Random | np.random.Generator,
    *,
    language: str | None = None,
    body: Sequence[HtmlElement] = (),
    texts: TextSource | None = None,
    foreign: float = 0.2,
) -> None:
    """Insert zero to four labelled snippets in a parsed page, in place.

    Parameters
    ----------
    tree : lxml.html.HtmlElement
        Root of the page.
    rng : random.Random or numpy.random.Generator
        Equal states give equal pages.
    language : str, optional
        Language of the page (``"de"``, ``"pt-BR"``). By default what the page declares; if that is unknown too, a
        language is drawn.
    body : sequence of lxml.html.HtmlElement
        Elements that hold body text, in page order. Without any, the page stays as it is.
    texts : callable, optional
        ``texts(rng)`` returns a paragraph or comment of another page; gives comments real variety.
    foreign : float
        Share (0 to 1) of pages whose snippets come in another language than the page's: most labelled pages are
        English, and the other wordings must be learnt too.
    """
    anchors = [element for element in body if element.getparent() is not None]
    if not anchors:
        return
    draw = rng if isinstance(rng, Random) else Random(int(rng.integers(2**62)))
    count = draw.choices(range(5), _COUNT_WEIGHTS)[0]
    spoken = known_language(language) or page_language(tree)
    if spoken is None or draw.random() < foreign:
        spoken = random_language(draw)
    common = _common_ancestor(anchors)
    for kind in sorted(_kinds(count, draw), key=_LAST_FIRST.index):
        # Teasers of real prose, labelled promo, taught that the last section of an article may be one.
        snippet = make_snippet(kind, draw, language=spoken, texts=texts if kind != "promo" else None)
        if kind == "advertisement":
            _put_between(snippet, common, anchors, draw)
        elif snippet.attrib.pop(LOOSE, None) is not None:
            _put_loose(snippet, common, anchors[-1])
        elif kind in ("comment_form", "comment_thread"):
            _put_after_article(snippet, common, anchors[-1], draw)
        elif kind == "source_link":
            _put_at_end(snippet, common, anchors[-1])
        else:
            _put_in_body(snippet, common, anchors, draw)


def retag(body: Sequence[HtmlElement]) -> None:
    """Turn the paragraphs among the elements that hold body text into plain boxes, as many content systems write them.

    Parameters
    ----------
    body : sequence of lxml.html.HtmlElement
        Changed in place.
    """
    for element in body:
        if element.tag == "p":
            element.tag = "div"


def _kinds(count: int, rng: Random) -> list[str]:
    """Draw kinds; only promos and hard negatives may come twice."""
    chosen: list[str] = []
    weights = dict(_KIND_WEIGHTS)
    for _ in range(count):
        kind = rng.choices(list(weights), list(weights.values()))[0]
        chosen.append(kind)
        if kind not in ("promo", "hard_negative"):
            del weights[kind]
    return chosen


def _common_ancestor(elements: Sequence[HtmlElement]) -> HtmlElement:
    """Deepest element that holds all, never one of `_CLOSED`."""
    common = list(reversed([elements[0], *elements[0].iterancestors()]))
    for element in elements[1:]:
        path = list(reversed([element, *element.iterancestors()]))
        length = 0
        for ours, theirs in zip(common, path, strict=False):
            if ours is not theirs:
                break
            length += 1
        common = common[:length]
    while len(common) > 1 and common[-1].tag in _CLOSED:
        common.pop()
    if common[-1].tag == "html":
        return common[-1].find("body") if common[-1].find("body") is not None else common[-1]
    return common[-1]


def _anchor(element: HtmlElement, common: HtmlElement) -> HtmlElement:
    """Climb to the element beside which a block may stand, at most to the common ancestor.

    Never an inline element: a block beside it would cut a block of the page, and the page's labels, in two.
    """
    while element is not common and (element.tag in INLINE or element.getparent().tag in _CLOSED):
        element = element.getparent()
    return element


def _insert_after(element: HtmlElement, snippet: HtmlElement) -> None:
    """Insert directly behind a block element or break, before the text that follows it."""
    parent = element.getparent()
    snippet.tail, element.tail = element.tail, None
    parent.insert(parent.index(element) + 1, snippet)


def _put_after_article(snippet: HtmlElement, common: HtmlElement, last: HtmlElement, rng: Random) -> None:
    """Behind the article's container or one of the containers round it, or as its last child."""
    if common.tag == "body" or rng.random() < 0.25:
        place = _anchor(last, common)
        if place is common or (common.tag != "body" and rng.random() < 0.5):
            common.append(snippet)
        else:
            _insert_after(place, snippet)
        return
    place = common
    for _ in range(rng.choice((0, 0, 0, 1, 2, 3))):
        parent = place.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        place = parent
    place = _beside(place)
    if place.getparent() is None:
        common.append(snippet)
    else:
        _insert_after(place, snippet)


def _beside(element: HtmlElement) -> HtmlElement:
    """Climb out of tables and lists: a snippet beside a cell would break them."""
    parent = element.getparent()
    while parent is not None and parent.getparent() is not None and parent.tag in _CLOSED:
        element, parent = parent, parent.getparent()
    return element


def _put_at_end(snippet: HtmlElement, common: HtmlElement, last: HtmlElement) -> None:
    """Right behind the last body text."""
    place = _anchor(last, common)
    if place is common:
        common.append(snippet)
    else:
        _insert_after(place, snippet)


def _put_loose(snippet: HtmlElement, common: HtmlElement, last: HtmlElement) -> None:
    """Behind the last body text, in its own cell or box, without an element around it; each part takes the label."""
    while last.tag in INLINE and last is not common:
        last = last.getparent()
    if last.tag == "td" or last.find("br") is not None:
        last.append(snippet)
    elif last.tag == "p" and last.getparent().tag == "td":
        _insert_after(last, snippet)
    else:
        _put_at_end(snippet, common, last)
    for part in snippet:
        part.set(LABEL_ATTRIBUTE, snippet.get(LABEL_ATTRIBUTE))
    snippet.drop_tag()


def _put_between(snippet: HtmlElement, common: HtmlElement, anchors: Sequence[HtmlElement], rng: Random) -> None:
    """Behind every first, second ... or fifth body element: some pages interrupt an article all along."""
    step = rng.randint(1, 5)
    for anchor in anchors[rng.randrange(step) :: step]:
        place = _anchor(anchor, common)
        if place is not common:
            _insert_after(place, deepcopy(snippet))


def _put_in_body(snippet: HtmlElement, common: HtmlElement, anchors: Sequence[HtmlElement], rng: Random) -> None:
    """Behind a body element drawn at random; in text that only breaks divide, behind a break."""
    place = _anchor(rng.choice(anchors), common)
    if place is not common:
        _insert_after(place, snippet)
        return
    breaks = common.findall("br")
    if breaks:
        _insert_after(rng.choice(breaks), snippet)
    else:
        common.append(snippet)

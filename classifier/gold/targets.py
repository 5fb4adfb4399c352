"""What may be said about each block of a labelled page: the set of labels that its gold allows.

Sets of labelled pages follow different conventions and mark different things. A page whose gold names only the body
says of every other block "not body" and nothing more; training must not read "boilerplate" into it. So a block's target
is a *set* of labels, one bit each: a single bit where the gold decides, several where it leaves a choice, none where it
is silent. `allowed_labels` makes it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.align import matched_share, similarity, words
from classifier.comments.evidence import may_be_comment
from classifier.exceptions import GoldStandardError
from classifier.gold import UNKNOWN, VALID_LABELS, GoldPage
from classifier.labels import LABEL_INDEX, LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.blocks import Page

BIT: Final[dict[str, int]] = {label: 1 << index for label, index in LABEL_INDEX.items()}
ALL: Final = (1 << len(LABELS)) - 1
_NOT_BODY: Final = ALL & ~BIT["body"]
_IN_BODY: Final = 0.5  # of a block's words
_UNCLEAR: Final = 0.2
_MIN_RECALL: Final = 0.6  # below, the text is not on the page (scripts, JSON): nothing can be learned
_PROMO_LINE: Final = re.compile(
    r"\W*(?:also |further |recommended |must )?(?:read|see|watch|related|don.t miss|more)\b[^:.]{0,30}[:|]"
    r"|\W*(?:lire aussi|lesen sie auch|mehr zum thema|leia também|lea también|leggi anche|lees ook|czytaj też)\b",
    re.IGNORECASE,
)
_SOURCE_LINE: Final = re.compile(r"(source|via|quelle|fuente|fonte|bron|kilde)\b\s*[:\-]?", re.IGNORECASE)


def allowed_labels(gold: GoldPage, page: Page, labelled: dict[Any, str]) -> NDArray[np.uint16]:
    """Labels that the gold of a page allows for each block.

    Parameters
    ----------
    gold : GoldPage
        What people marked.
    page : Page
        Its blocks.
    labelled : dict of lxml element to str
        Labels from ``data-winnow-label`` attributes, as `GoldPage.load` returns them.

    Returns
    -------
    ndarray of uint16, shape (n_blocks,)
        Bit ``1 << LABEL_INDEX[label]`` for each allowed label; 0 where nothing is known.
    """
    allowed = np.zeros(len(page), np.uint16)
    if gold.mark("forms") is not None:
        allowed = _from_forms(gold.mark("forms"), page)
    text = gold_body(gold)
    if text is not None:
        allowed = _from_texts(gold, page, text)
    if gold.mark("has") is not None:
        _from_widgets(gold, page, allowed)
    if labelled:
        allowed = _bits(labels_from_attributes(page, labelled))
    elif gold.labels is not None and not (gold.path and not gold.labels):
        hand = _bits(labels_from_xpaths(page, gold.labels))
        allowed = _merge_hand(allowed, hand) if text is not None else hand
    return allowed


def gold_body(gold: GoldPage) -> str | None:
    """Text of the article as the gold has it, or None."""
    body = gold.mark("body")
    if body is not None:
        return str(body)
    html = gold.mark("body_html")
    if html is None:
        return None
    from classifier.blocks import segment
    from classifier.blocks.parsing import parse

    return "\n\n".join(segment(parse(f"<div>{html}</div>")[0]).texts)


def labels_from_attributes(page: Page, labelled: dict[Any, str]) -> list[str]:
    """Label of each block from the nearest labelled element around it; boilerplate where there is none."""
    labels: list[str] = []
    for element, is_tail in page.start:
        at = element.getparent() if is_tail else element
        while at is not None and at not in labelled:
            at = at.getparent()
        label = "boilerplate" if at is None else labelled[at]
        if label not in VALID_LABELS:
            msg = f"unknown label {label!r}; expected one of {', '.join(LABELS)} or {UNKNOWN}"
            raise GoldStandardError(msg, block=len(labels))
        labels.append(label)
    return labels


def labels_from_xpaths(page: Page, labels: dict[str, str]) -> list[str]:
    """Label of each block from the longest XPath at or above it; boilerplate where there is none."""
    result = []
    for block in range(len(page)):
        path = page.xpath(block)
        while path and path not in labels:
            path = path.rpartition("/")[0]
        result.append(labels.get(path, "boilerplate"))
    return result


def _bits(labels: Sequence[str]) -> NDArray[np.uint16]:
    return np.array([0 if label == UNKNOWN else BIT[label] for label in labels], np.uint16)


def _merge_hand(allowed: NDArray[np.uint16], hand: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Hand labels decide, except that a set's own body gold and a reader who disagree leave both possible."""
    clash = (hand & allowed) == 0
    merged = np.where(clash & (hand > 0) & (allowed > 0), hand | (allowed & (BIT["body"] | BIT["comment"])), hand)
    # Where the set says "not body" and the reader "body", both stay possible.
    merged = np.where(clash & (hand == BIT["body"]) & ((allowed & BIT["body"]) == 0), hand | allowed, merged)
    return np.where(hand == 0, allowed, merged).astype(np.uint16)


def _from_texts(gold: GoldPage, page: Page, body: str) -> NDArray[np.uint16]:
    """Body, comments, title and byline from texts, by alignment."""
    shares, recall = matched_share(page.texts, body)
    allowed = np.full(len(page), _NOT_BODY, np.uint16)
    if recall < _MIN_RECALL:
        return np.zeros(len(page), np.uint16)
    with np.errstate(invalid="ignore"):
        in_body = shares >= _IN_BODY
        allowed[(shares > _UNCLEAR) & ~in_body] = ALL
    allowed[np.isnan(shares)] = ALL
    allowed[in_body] = BIT["body"]
    comments = gold.mark("comments")
    if comments is not None and gold.mark("has") is None:
        _mark_comments(page, str(comments), allowed)
    elif comments is None:
        # "Not body" alone would let the model call lists of products and footnotes comments at no cost.
        allowed[~may_be_comment(page) & (allowed != ALL)] &= ~np.uint16(BIT["comment"])
    _mark_title(gold, page, allowed)
    _mark_byline(gold, page, allowed)
    # Some gold bodies keep in-body promos ("Also read: ...") that people would rather lose.
    for block in np.flatnonzero(in_body).tolist():
        text = page.texts[block]
        if len(text) < 200 and page.link_chars[block] > 0.4 * len(text) and _PROMO_LINE.match(text):
            allowed[block] |= BIT["promo"]
    if gold.source == "dragnet":  # its gold keeps trailing "Source: ..." lines as body
        for block in np.flatnonzero(in_body).tolist():
            if len(page.texts[block]) < 120 and _SOURCE_LINE.match(page.texts[block]):
                allowed[block] |= BIT["source_link"]
    return allowed


def _mark_comments(page: Page, comments: str, allowed: NDArray[np.uint16]) -> None:
    not_body = (allowed & BIT["body"]) == 0
    allowed[not_body] &= ~np.uint16(BIT["comment"])
    shares, recall = matched_share(page.texts, comments)
    if len(words(comments)) < 5 or recall < _MIN_RECALL:
        if len(words(comments)) >= 5:
            allowed[not_body] |= BIT["comment"]
        return
    with np.errstate(invalid="ignore"):
        inside = (shares >= _IN_BODY) & not_body
    allowed[inside] = BIT["comment"]
    found = np.flatnonzero(inside)
    if not len(found):
        return
    # Authors, dates and reply links stand between comments; the gold has only the comments' words.
    lengths = np.array([text.count(" ") + 1 for text in page.texts])
    between = np.zeros(len(page), bool)
    between[max(found[0] - 4, 0) : found[-1] + 4] = True
    allowed[between & ~inside & not_body & (lengths <= 14)] |= BIT["comment"]


def _mark_title(gold: GoldPage, page: Page, allowed: NDArray[np.uint16]) -> None:
    title = str(gold.mark("title") or page.meta.get("og:title") or page.doc_title)
    if not title:
        return
    certain = gold.mark("title") is not None
    scores = np.array([similarity(text, title) if len(text) < 300 else 0 for text in page.texts])
    headings = np.array([tag in ("h1", "h2") for tag in page.tags])
    found = np.flatnonzero(scores >= (0.8 if certain else 0.55))
    not_body = (allowed & BIT["body"]) == 0
    allowed[not_body] &= ~np.uint16(BIT["title"])
    if not len(found):
        allowed[headings & not_body] |= BIT["title"]
        return
    best = found[np.argmax(scores[found] + 0.3 * headings[found])]
    for block in found:
        if block == best:
            allowed[block] = BIT["title"] | (int(allowed[block]) & BIT["body"])
        else:
            allowed[block] |= BIT["title"]


def _mark_byline(gold: GoldPage, page: Page, allowed: NDArray[np.uint16]) -> None:
    author = str(gold.mark("author") or gold.mark("byline") or "")
    names = set(words(author))
    if not names or len(names) > 12:
        return
    titles = np.flatnonzero(allowed & BIT["title"])
    near = titles[0] if len(titles) else 0
    for block, text in enumerate(page.texts):
        short = len(text) < 90 and (allowed[block] & BIT["body"]) == 0
        if short and 0 <= block - near <= 12 and names <= set(words(text)):
            allowed[block] = BIT["byline"]


def _from_forms(forms: list[dict[str, Any]], page: Page) -> NDArray[np.uint16]:
    """Blocks inside forms of known type; everything else unknown."""
    allowed = np.zeros(len(page), np.uint16)
    elements = list(page.root.iter("form"))
    if len(elements) != len(forms):
        return allowed
    kinds = dict(zip(elements, (form["type"] for form in forms), strict=True))
    for container, element in enumerate(page.elements):
        kind = kinds.get(element)
        if kind is None:
            continue
        span = slice(page.first[container], page.last[container])
        if kind == "contact/comment":
            allowed[span] = BIT["comment_form"] | BIT["boilerplate"] | BIT["challenge"] | BIT["promo"]
        else:
            allowed[span] = BIT["boilerplate"] | BIT["challenge"] | BIT["promo"] | BIT["body"]
    return allowed


def _from_widgets(gold: GoldPage, page: Page, allowed: NDArray[np.uint16]) -> None:
    """Annotated widgets: forms and threads by selector, the rest by their strings."""
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    def mark_selector(selector: str | None, label: str, *, alone: bool) -> None:
        if not selector:
            return
        try:
            found: Any = CSSSelector(selector)(page.root)
        except SelectorError:
            return
        inside = {element for top in found for element in top.iter()}
        for block, (element, is_tail) in enumerate(page.start):
            if (element.getparent() if is_tail else element) in inside and not allowed[block] & BIT["body"]:
                allowed[block] = BIT[label] if alone else BIT[label] | BIT["comment_form"] | BIT["promo"]

    def mark_texts(texts: Sequence[str], label: str) -> None:
        wanted = [" ".join(text.split()) for text in texts if text]
        for block, text in enumerate(page.texts):
            if any(text == want or (len(want) > 5 and want in text and len(text) < 2 * len(want)) for want in wanted):
                allowed[block] = BIT[label]

    mark_selector(gold.mark("comments_selector"), "comment", alone=False)
    mark_selector(gold.mark("comment_form_selector"), "comment_form", alone=True)
    mark_texts([gold.mark("comment_form_heading") or "", gold.mark("comment_form_submit") or ""], "comment_form")
    mark_texts(gold.mark("comment_form_notes") or (), "comment_form")
    mark_texts(gold.mark("challenge") or (), "challenge")
    if not is_credit(gold):
        mark_texts(_strings(gold.mark("source_link")), "source_link")
    mark_texts(_strings(gold.mark("read_more")), "promo")
    keep = [item["string"] for item in gold.mark("must_keep") or ()]
    for block, text in enumerate(page.texts):
        if len(text) > 60 and any(string in text for string in keep):
            allowed[block] = BIT["body"]


def is_credit(gold: GoldPage) -> bool:
    """Whether the source that a gold marks is an agency's credit, which stays in the body, and no source link."""
    return str(gold.mark("source_kind")) == "agency_or_attribution_credit"


def _strings(value: Any) -> list[str]:
    """Texts of an annotation that is a string, an object with ``text``, or a list of either."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [str(value.get("text") or "")]
    return [text for item in value for text in _strings(item)]

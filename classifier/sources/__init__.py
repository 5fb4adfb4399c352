"""Where an article comes from: "Source link" footers of copies, and credits of agencies.

The grammar of wordings is exact, and its surroundings decide: "Source: IMF, 2020" under a chart credits the chart and
stays in the body, as does "Quelle: dpa".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Final
from urllib.parse import urlsplit

from classifier.blocks import Page
from classifier.labels import LABEL_INDEX, amid_body, labelled, second_choice
from classifier.sieve import Opening, Sieve, fold
from classifier.sources.words import (
    AGENCIES,
    AGENCY_LINE,
    ALONE,
    CONTRIBUTED,
    DOMAIN,
    SOURCE_BEGINS,
    SOURCE_NOUN,
    SOURCE_PHRASE,
    URL,
)
from classifier.urls import registered_domain, safe_url

COPIED_FROM: Final = "copied_from"
CREDIT: Final = "credit"
_MAX_LINE: Final = 160  # "This article was originally published on ... under a Creative Commons licence."
_MAX_NAME: Final = 60  # what may follow "Source:": names of sites, not a sentence
_MAX_AFTER: Final = 2  # paragraphs of the article that may follow a source line at its end
_PARAGRAPH: Final = 80  # characters of a block that count as a paragraph
_CAPTION_TAGS: Final = frozenset({"figcaption", "caption", "td", "th", "figure"})
_NEAR: Final = 8  # blocks from the beginning of each part of the article in which source lines stand
_PARTS: Final = frozenset({"body", "source_link"})  # of the article
_CHANGEABLE: Final = frozenset({"body", "promo", "boilerplate", "byline", "source_link"})
_SHARE: Final = re.compile(
    r"facebook\.com/sharer|twitter\.com/(?:share|intent|home)|/share\b|mailto:|javascript:|^#", re.IGNORECASE
)
# "Photo: Getty", "Charts: ...", years and table notes: credits of a thing in the article.
_PHOTO: Final = re.compile(
    r"\b(?:getty|shutterstock|istock\w*|flickr|wikimedia|unsplash|pixabay|photo|foto)\b", re.IGNORECASE
)
_WHEN: Final = re.compile(r"^\W*(?:\w+, )?(?:\w+\.? )?\d")  # "originally published in April 2020": a date, not a place
_SENTENCES: Final = re.compile(r"(?<=[.!?。])\s+|\s+[|•·]\s+|。")
_MANY: Final = 3  # so many source lines credit the items of a list
_THING: Final = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:getty|shutterstock|istock|flickr|wikimedia|photo|image|foto|chart|graph|table|data|"
    r"statista|survey|census|eurostat|imf|oecd|"
    r"world bank|estimates|calculations|berechnung\w*|annual report)\b",
    re.IGNORECASE,
)
_BYLINE_PARTS: Final = re.compile(r"\s*[|｜•·]\s*|\s{2,}|(?<=\d)\s+(?=\D)")
_MAX_CREDIT: Final = 120
_ANDS: Final = r"\b(?:und|and|et|y|e)\b"
_BETWEEN_NAMES: Final = re.compile(rf"[\s,/]+|{_ANDS}")
_SIGNS: Final = "./,:;()[]（）【】©–—-"
_BODY: Final = LABEL_INDEX["body"]
_LEADS_AWAY: Final = [LABEL_INDEX["promo"], LABEL_INDEX["boilerplate"]]
_may_begin: Final = Opening(SOURCE_PHRASE, SOURCE_NOUN)
_may_name_agency: Final = Opening(AGENCY_LINE, re.compile("|".join((_ANDS, *map(re.escape, sorted(AGENCIES))))))
_may_contribute: Final = Sieve(CONTRIBUTED)
_MAY_CREDIT: Final = (_may_begin, _may_name_agency, _may_contribute)


def _may_name_source(text: str) -> bool:
    """Whether a line may word a source; to tell that it does costs more."""
    return _may_begin(text) and SOURCE_BEGINS.match(fold(text)) is not None


@dataclass(frozen=True)
class SourceLink:
    """Where a page says that its article comes from.

    Attributes
    ----------
    text : str
        The line as shown.
    url : str or None
        Absolute address, where the line has one.
    kind : str
        ``"copied_from"``: the article stands elsewhere; ``"credit"``: an agency or medium is named, the line stays in
        the body.
    """

    text: str
    url: str | None
    kind: str


def find_source(page: Page, labels: Sequence[str]) -> SourceLink | None:
    """Find where the article of a labelled page comes from.

    Parameters
    ----------
    page : Page
        Blocks of a page or of plain text.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    SourceLink or None
        The first block labelled ``source_link`` that has an address, else the first such block, else the part of a
        byline that says so and links elsewhere ("2014-05-12 来源：江南晚报"), else the last line of the body that
        credits an agency; None where the page says nothing.
    """
    marked = labelled(labels, "source_link")
    if marked:
        linked = [(b, url) for b in marked if (url := _address(page, b))]
        block, url = linked[0] if linked else (marked[0], None)
        text = page.texts[block]
        if not _wording(text) and block - 1 in marked:  # "Source:" and the link are two blocks on some pages
            text = f"{page.texts[block - 1]} {text}"
        return SourceLink(text, url, COPIED_FROM)
    for b in labelled(labels, "byline"):
        if named := _named_in_byline(page, b):
            return named
    body = labelled(labels, "body")
    lines = [page.texts[b] for b in body]
    possible = {at for may in _MAY_CREDIT for at in may.among(lines, _MAX_CREDIT)}
    last = next((at for at in sorted(possible, reverse=True) if is_credit(lines[at])), None)
    return None if last is None else SourceLink(lines[last], _address(page, body[last]), CREDIT)


def _named_in_byline(page: Page, b: int) -> SourceLink | None:
    for part in _BYLINE_PARTS.split(page.texts[b]):
        noun = SOURCE_NOUN.match(part)
        if noun and noun["colon"] and noun["rest"]:
            urls = [_absolute(href, page) for href in page.links[b]]
            url = next((url for url in urls if url and _leads_elsewhere(page, url)), None)
            return SourceLink(part, url, COPIED_FROM) if url else None
    return None


def is_credit(text: str) -> bool:
    """Whether a line is a credit such as "Quelle: dpa".

    Parameters
    ----------
    text : str
        One block.

    Returns
    -------
    bool
        True for a source word, a colon and a short name, for a line of nothing but agencies ("(AFP)"), and for their
        sign-offs ("Reporting by ...").
    """
    if len(text) > _MAX_CREDIT:
        return False
    if _may_name_source(text):
        match = SOURCE_NOUN.match(text)
        if match and match["colon"] and match["rest"]:
            return len(match["rest"]) <= _MAX_NAME
    if _may_name_agency(text) and (AGENCY_LINE.match(text) or _names_agencies(text)):
        return True
    return _may_contribute(text) and CONTRIBUTED.match(fold(text)) is not None


def refine(page: Page, labels: Sequence[str], probabilities: Any = None) -> list[str]:
    """Correct the labels of lines whose wording leaves no doubt.

    Parameters
    ----------
    page : Page
        Blocks of a page or of plain text.
    labels : sequence of str
        Label that the model gave each block.
    probabilities : sequence of float or of rows of float, optional
        How sure the model was of each label; a row counts by its maximum.

    Returns
    -------
    list of str
        The labels, where source lines at the end of the article became ``source_link`` and credits ``body``.
    """
    refined = list(labels)
    marked = labelled(labels, "source_link")
    article = _Article(page, labels)
    verdicts = {b: _verdict(article, b) for b in sorted({*_candidates(page, labels), *marked})}
    copied = [b for b, verdict in verdicts.items() if verdict == COPIED_FROM]
    if sum(SOURCE_NOUN.match(page.texts[b]) is not None for b in copied) >= _MANY:
        verdicts.update(dict.fromkeys(copied, CREDIT))
    for b, verdict in verdicts.items():
        sure = probabilities is not None and _sureness(probabilities[b]) >= 0.9
        if verdict == COPIED_FROM and (labels[b] != "boilerplate" or not sure or ALONE.match(page.texts[b])):
            refined[b] = "source_link"
        elif labels[b] == "source_link" and verdict == CREDIT:
            refined[b] = "body"
        elif labels[b] == "source_link" and not _says_source(page, labels, b):
            refined[b] = _no_source(labels, probabilities, b)
    return refined


def _no_source(labels: Sequence[str], probabilities: Any, b: int) -> str:
    """Label of a block that the model takes for a source line and that names none.

    In the middle of the article it is body where the model gives that more than to all that leads away from it.
    """
    if amid_body(labels, b) and (
        probabilities is None or probabilities[b][_BODY] >= sum(probabilities[b][label] for label in _LEADS_AWAY)
    ):
        return "body"
    return second_choice(labels, probabilities, b, frozenset({"body"} if amid_body(labels, b) else ()))


def is_copy(source: SourceLink | None, page_url: str | None) -> bool:
    """Whether a page shows an article of another site.

    Parameters
    ----------
    source : SourceLink or None
        What `find_source` found.
    page_url : str or None
        Where the page was fetched.

    Returns
    -------
    bool
        True where the source is another registered domain (``bbc.co.uk`` for ``www.bbc.co.uk``), or another host where
        there is none.
    """
    if source is None or source.kind != COPIED_FROM or not page_url:
        return False
    named = None if source.url else DOMAIN.search(source.text)
    origin = _site(source.url or (f"//{named[1]}" if named else ""))
    return bool(origin) and origin != _site(page_url)


def source_url(source: SourceLink | None) -> str | None:
    """Return where the article of a page was copied from.

    Parameters
    ----------
    source : SourceLink or None
        What `find_source` found.

    Returns
    -------
    str or None
        Absolute address; None where the page names none, or credits an agency.
    """
    return source.url if source is not None and source.kind == COPIED_FROM else None


def _site(url: str) -> str:
    """Return the registered domain of a URL, or its host where it has none: an IP address, a local name."""
    try:
        return registered_domain(url) or urlsplit(url).hostname or ""
    except ValueError:  # "http://[broken"
        return ""


def _sureness(probability: Any) -> float:
    return float(max(probability)) if hasattr(probability, "__iter__") else float(probability)


def _candidates(page: Page, labels: Sequence[str]) -> Iterator[int]:
    """Short blocks that begin like a source line, in the article and in the few blocks round each of its parts."""
    first = labels.index("body") if "body" in labels else 0
    for b in _may_begin.among(page.texts, _MAX_LINE):
        label, text = labels[b], page.texts[b]
        if label not in _CHANGEABLE:
            continue
        near = (
            label == "byline"
            or first - _NEAR <= b < first
            or not _PARTS.isdisjoint(labels[max(b - _NEAR + 1, 0) : b + 1])
        )
        if near and SOURCE_BEGINS.match(fold(text)):
            yield b


def _wording(text: str) -> bool:
    return bool(SOURCE_PHRASE.match(text) or SOURCE_NOUN.match(text))


def _says_source(page: Page, labels: Sequence[str], b: int) -> bool:
    """Whether a sentence of a line, or the line that leads to it ("Source:"), words a source.

    The model has seen few source lines, and takes stray links after an article for them.
    """
    text = page.texts[b]
    if len(text) > 2 * _MAX_LINE or _PHOTO.search(text):
        return False
    urls = [_absolute(href, page) for href in page.links[b]]
    if urls and not any(_leads_elsewhere(page, url) for url in urls):
        return False
    first, *rest = _SENTENCES.split(text)
    phrase = SOURCE_PHRASE.match(first)
    if phrase and not _WHEN.match(phrase["rest"]) and not _more_of_the_same(phrase["phrase"], phrase["rest"], text):
        return True
    if any(_may_name_source(part) and _wording(part) for part in rest):
        return True
    led = b > 0 and labels[b - 1] == "source_link" and len(text) <= _MAX_NAME
    return led and page.texts[b - 1].rstrip()[-1:] in ":：" and _wording(page.texts[b - 1])


class _Article:
    """Labels of a page, with the paragraphs of the article counted once, when first asked for."""

    def __init__(self, page: Page, labels: Sequence[str]) -> None:
        self.page = page
        self.labels = labels

    @cached_property
    def _paragraphs(self) -> list[int]:
        """Paragraphs before each block."""
        pairs = zip(self.labels, self.page.texts, strict=True)
        return list(accumulate((label == "body" and len(text) >= _PARAGRAPH for label, text in pairs), initial=0))

    def after(self, b: int) -> int:
        """Count the paragraphs of the article after a block."""
        return self._paragraphs[-1] - self._paragraphs[b + 1]

    def begins_after(self, b: int) -> bool:
        """Whether a block stands between headline and article: before its first paragraph."""
        return not self._paragraphs[b]


def _verdict(article: _Article, b: int) -> str | None:
    """Tell what the wording and the surroundings of one short block say."""
    page = article.page
    text = page.texts[b]
    phrase = SOURCE_PHRASE.match(text)
    if phrase:
        url = _address(page, b)
        if _WHEN.match(phrase["rest"]) or _more_of_the_same(phrase["phrase"], phrase["rest"], text):
            return None
        if _is_caption(page, b) or (article.after(b) > _MAX_AFTER and not article.begins_after(b)):
            return None
        if ALONE.match(text) or _leads_elsewhere(page, url) or (DOMAIN.search(text) and len(text) <= _MAX_LINE):
            return COPIED_FROM
        # "This review originally appeared in the May issue of ..." says it without an address.
        said = phrase["phrase"].lower()
        return COPIED_FROM if "original" in said and phrase["rest"] and len(said.split()) > 2 else None
    noun = SOURCE_NOUN.match(text)
    if not noun or len(URL.sub("", noun["rest"])) > _MAX_NAME:
        return None
    if noun["rest"] and not noun["colon"] and page.link_chars[b] < 0.5 * len(text) and page.root is not None:
        return None  # a sentence that begins with "Source"
    return _noun_verdict(article, b, noun["rest"], _address(page, b))


def _noun_verdict(article: _Article, b: int, rest: str, url: str | None) -> str | None:
    """Decide on "Source: NAME"."""
    page = article.page
    if _names_agencies(rest):
        return CREDIT
    if not _leads_elsewhere(page, url):
        return CREDIT if rest else None
    if article.labels[b] == "byline" and article.begins_after(b):
        return COPIED_FROM
    if _is_caption(page, b) or article.after(b) > _MAX_AFTER:
        return CREDIT
    if _PHOTO.search(rest) or (_THING.search(rest) and page.link_chars[b] < 3):
        return CREDIT
    return COPIED_FROM


def _names_agencies(text: str) -> bool:
    """Whether a text consists of names of agencies: "dpa", "(AFP)", "Reuters and AP"."""
    words = (word.strip(_SIGNS).casefold() for word in _BETWEEN_NAMES.split(text))
    names = {word for word in words if word}
    return bool(names) and names <= AGENCIES


def _more_of_the_same(phrase: str, rest: str, text: str) -> bool:
    """Whether "Read more on ..." leads to a topic and not to the original."""
    more = phrase.lower().startswith("read more")
    topic = len(rest.split()) > 4 or rest.lower().endswith("here") or phrase.lower().endswith("from")
    return text[-1] in ":：" or (more and topic)


def _leads_elsewhere(page: Page, url: str | None) -> bool:
    if url is None:
        return False
    here = registered_domain(page.url) if page.url else ""
    return not here or registered_domain(url) != here


def _is_caption(page: Page, b: int) -> bool:
    if page.root is None:
        return False
    c = page.owner[b]
    for _ in range(3):
        tag = page.elements[c].tag
        if tag in _CAPTION_TAGS and not (tag == "td" and _holds_paragraph(page, c)):
            return True
        c = page.parent[c]
    return False


def _holds_paragraph(page: Page, container: int) -> bool:
    """Whether a table cell holds an article: pages were laid out by tables once."""
    return any(len(page.texts[b]) >= _PARAGRAPH for b in range(page.first[container], page.last[container]))


def _address(page: Page, b: int) -> str | None:
    """Absolute address that a block links to, or spells out; the next block's where this one ends in a colon."""
    found = [url for href in page.links[b] if not _SHARE.search(href) and (url := _absolute(href, page))]
    if not _wording(page.texts[b]):  # "Posted by Ann | Read more at ...": the last link, not the author's
        found.reverse()
    if found:  # "republished from <home page>. Read the <original article>": the article, not the home page
        return next((url for url in found if len(urlsplit(url).path) > 1), found[0])
    spelt = URL.search(page.texts[b])
    if spelt:
        return spelt[0].rstrip(".,;")
    following = b + 1
    if page.texts[b].rstrip()[-1:] in ":：" and following < len(page) and len(page.texts[following]) <= _MAX_NAME:
        return next((url for href in page.links[following] if (url := _absolute(href, page))), None)
    return None


def _absolute(href: str, page: Page) -> str | None:
    # Without the address of the page nobody could tell whether a relative one leads elsewhere.
    return safe_url(href, page.base if page.url else "")

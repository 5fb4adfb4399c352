"""Where an article comes from: "Source link" footers of copies, and credits of agencies.

The grammar of wordings is exact, and its surroundings decide: "Source: IMF, 2020" under a chart credits the chart and
stays in the body, as does "Quelle: dpa".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, Final
from urllib.parse import urlsplit

from classifier.blocks import Page
from classifier.labels import LABEL_INDEX, amid_body, labelled, second_choice
from classifier.sieve import WIDE, Opening, Sieve, fold
from classifier.sources.words import (
    AGENCIES,
    AGENCY_LINE,
    ALONE,
    AUTHORS,
    CONTRIBUTED,
    DOMAIN,
    ISSUED,
    REPORTED,
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
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CAPTION_TAGS: Final = frozenset({"figcaption", "caption", "td", "th", "figure"})
_NEAR: Final = 8  # blocks from the beginning of each part of the article in which source lines stand
_PARTS: Final = frozenset({"body", "source_link"})  # of the article
_CHANGEABLE: Final = frozenset({"body", "promo", "boilerplate", "byline", "source_link"})
_SHARE: Final = re.compile(
    r"facebook\.com/sharer|twitter\.com/(?:share|intent|home)|/share\b|mailto:|javascript:|^#", re.IGNORECASE
)
# "Photo: Getty", "Charts: ...", years and table notes: credits of a thing in the article.
_PHOTO: Final = re.compile(
    r"\b(?:getty|shutterstock|istock\w*|flickr|wikimedia|unsplash|pixabay|photos?|fotos?|images?|pictures?)\b",
    re.IGNORECASE,
)
_WHEN: Final = re.compile(r"^\W*(?:\w+, )?(?:\w+\.? )?\d")  # "originally published in April 2020": a date, not a place
_SENTENCES: Final = re.compile(r"(?<=[.!?。])\s+|\s+[|•·]\s+|。")
_CLAUSES: Final = re.compile(rf"{_SENTENCES.pattern}|\s+[–—/-]\s+|[,;，(（]\s*")
_MANY: Final = 3  # so many source lines credit the items of a list; so many links to other sites are a line of sources
_LINKED: Final = 0.75  # share of the letters of such a line
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
_SIGNED: Final = frozenset({"promo", "boilerplate", "byline", "source_link"})  # what the model takes sign-offs for
_ARTICLE: Final = frozenset({"body", "source_link", "byline"})
_WIDTH: Final = 2  # letters that a Chinese character says more than one
_LEADS_AWAY: Final = [LABEL_INDEX["promo"], LABEL_INDEX["boilerplate"]]
_may_begin: Final = Opening(SOURCE_PHRASE, SOURCE_NOUN)
_may_name_agency: Final = Opening(AGENCY_LINE, re.compile("|".join((_ANDS, *map(re.escape, sorted(AGENCIES))))))
_may_sign_off: Final = Opening(AGENCY_LINE, AUTHORS, ISSUED)
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
        first = block - (block - 1 in marked and not _wording(page.texts[block]))
        last = block + (block + 1 in marked and _led_to(page, block) == block + 1)
        # "Source:" and the link are two blocks on some pages.
        return SourceLink(" ".join(page.texts[first : last + 1]), url, COPIED_FROM)
    for b in labelled(labels, "byline"):
        if named := _named_in_byline(page, b):
            return named
    body = [b for b in labelled(labels, "body") if page.tags[b] not in _HEADINGS]
    lines = [page.texts[b] for b in body]
    possible = {at for may in _MAY_CREDIT for at in may.among(lines, _MAX_CREDIT)}
    credit = next((at for at in sorted(possible, reverse=True) if is_credit(lines[at])), None)
    return None if credit is None else SourceLink(lines[credit], _address(page, body[credit]), CREDIT)


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
    return ISSUED.fullmatch(text) is not None or _contributed(text)


def _contributed(text: str) -> bool:
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
    below = [b for b, (before, label) in enumerate(pairwise(labels), 1) if before in _ARTICLE and label in _SIGNED]
    closing = [b for b in below if _closing_phrase(page, labels, b)]
    candidates = {*_candidates(page, labels), *marked, *closing, *_site_lines(article)}
    verdicts = {b: _verdict(article, b) for b in sorted(candidates)}
    copied = [b for b, verdict in verdicts.items() if verdict == COPIED_FROM]
    if sum(SOURCE_NOUN.match(page.texts[b]) is not None for b in copied) >= _MANY:
        verdicts.update(dict.fromkeys(copied, CREDIT))
    amid = [b for b in copied if article.goes_on(b)]
    if len(amid) > 1:  # each of them is of one part of the article
        verdicts.update(dict.fromkeys(amid))
    led: set[int] = set()
    for b, verdict in verdicts.items():
        sure = probabilities is not None and _sureness(probabilities[b]) >= 0.9
        if b in led:
            continue
        if verdict == COPIED_FROM and (
            labels[b] != "boilerplate" or not sure or ALONE.match(page.texts[b]) or _closing_phrase(page, labels, b)
        ):
            led = {b, _led_to(page, b) or b}
            for line in led:
                refined[line] = "source_link"
        elif labels[b] == "source_link" and verdict == CREDIT:
            refined[b] = "body"
        elif labels[b] == "source_link" and not _says_source(page, b):
            refined[b] = _no_source(page, labels, probabilities, b)
    for start in below:
        b = start
        while b < len(labels) and labels[b] in _SIGNED and refined[b] != "source_link" and _signs_off(page, b):
            refined[b] = "body"
            b += 1
    return refined


def _signs_off(page: Page, b: int) -> bool:
    """Whether a line below the article says who wrote it, and is part of it as such."""
    text = page.texts[b]
    if len(text) > _MAX_CREDIT or 2 * page.link_chars[b] > len(text):
        return False
    if _may_sign_off(text) and (AGENCY_LINE.match(text) or AUTHORS.fullmatch(text) or ISSUED.fullmatch(text)):
        return True
    return _contributed(text)


def _no_source(page: Page, labels: Sequence[str], probabilities: Any, b: int) -> str:
    """Label of a block that the model takes for a source line and that names none.

    In the middle of the article it is body where the model gives that more than to all that leads away from it; below
    the article only where it goes on from it, and is no list of links.
    """
    amid = amid_body(labels, b)
    if amid and (
        probabilities is None or probabilities[b][_BODY] >= sum(probabilities[b][label] for label in _LEADS_AWAY)
    ):
        return "body"
    apart = 2 * page.link_chars[b] > len(page.texts[b]) or "body" not in labels[max(0, b - 1) : b + 2]
    return second_choice(labels, probabilities, b, frozenset({"body"} if amid or apart else ()))


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
    here, origin = _site(page_url), _site(source.url or "")
    if origin in {"", here} and (named := DOMAIN.search(source.text)):  # by name alone, or linked by way of a counter
        origin = _site(f"//{named[1]}")
    return bool(origin) and origin != here


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
        near = (
            labels[b] == "byline"
            or first - _NEAR <= b < first
            or not _PARTS.isdisjoint(labels[max(b - _NEAR + 1, 0) : b + 1])
        )
        if near and labels[b] in _CHANGEABLE and SOURCE_BEGINS.match(fold(page.texts[b])):
            yield b


def _site_lines(article: _Article) -> Iterator[int]:
    """Lines above the article that are nothing but links to other sites: "The Courier | Origin Daily | Slate"."""
    page, labels = article.page, article.labels
    for b in (b for b, label in enumerate(labels) if label in _ARTICLE):
        text = page.texts[b]
        linked = page.link_chars[b] >= _LINKED * len(text)
        if linked and len(page.links[b]) >= _MANY and len(text) <= _MAX_LINE and _are_sites(page, b):
            yield b
        elif _is_paragraph(text):
            return


def _are_sites(page: Page, b: int) -> bool:
    """Whether each link of a block leads to a site of its own, and none to this one or to a network to share on."""
    urls = [None if _SHARE.search(href) else _absolute(href, page) for href in page.links[b]]
    sites = {registered_domain(url) for url in urls if url and _leads_elsewhere(page, url)}
    return len(sites) == len(urls)


def _closing_phrase(page: Page, labels: Sequence[str], b: int) -> re.Match[str] | None:
    """Find the source that the last sentence of a line right below the article names by its domain.

    "© 2021 Origin Daily. All rights reserved. Read more at origin-daily.com"
    """
    if not b or labels[b - 1] != "body" or labels[b] == "body" or len(page.texts[b]) > _MAX_LINE:
        return None
    *others, last = _SENTENCES.split(page.texts[b])
    phrase = SOURCE_PHRASE.match(last) if others and _may_name_source(last) else None
    return phrase if phrase and _names_site(page, phrase["rest"]) else None


def _names_site(page: Page, text: str) -> bool:
    """Whether a text begins with the domain of another site: "noorddijkernieuws.nl"."""
    named = DOMAIN.match(text.lstrip())
    return named is not None and bool(registered_domain(named[1])) and _leads_elsewhere(page, named[1])


def _wording(text: str) -> bool:
    return bool(SOURCE_PHRASE.match(text) or SOURCE_NOUN.match(text))


def _says_source(page: Page, b: int) -> bool:
    """Whether a sentence of a line words a source.

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
    return any(_may_name_source(part) and _wording(part) for part in rest)


class _Article:
    """Labels of a page, with the paragraphs of the article counted once, when first asked for."""

    def __init__(self, page: Page, labels: Sequence[str]) -> None:
        self.page = page
        self.labels = labels

    @cached_property
    def _paragraphs(self) -> list[int]:
        """Paragraphs before each block."""
        pairs = zip(self.labels, self.page.texts, strict=True)
        return list(accumulate((label == "body" and _is_paragraph(text) for label, text in pairs), initial=0))

    def after(self, b: int) -> int:
        """Count the paragraphs of the article after a block."""
        return self._paragraphs[-1] - self._paragraphs[b + 1]

    def begins_after(self, b: int) -> bool:
        """Whether a block stands between headline and article: before its first paragraph."""
        return not self._paragraphs[b]

    def goes_on(self, b: int) -> bool:
        """Whether a block stands in the middle of the article."""
        return self.after(b) > _MAX_AFTER and not self.begins_after(b)


def _is_paragraph(text: str) -> bool:
    if len(text) >= _PARAGRAPH or text.isascii():
        return len(text) >= _PARAGRAPH
    return len(text) + _WIDTH * sum(char >= WIDE for char in text) >= _PARAGRAPH


def _verdict(article: _Article, b: int) -> str | None:
    """Tell what the wording and the surroundings of one short block say."""
    page = article.page
    text = page.texts[b]
    phrase = SOURCE_PHRASE.match(text) or _closing_phrase(page, article.labels, b)
    if phrase:
        return _phrase_verdict(article, b, phrase)
    noun = SOURCE_NOUN.match(text)
    if not noun:
        return COPIED_FROM if len(page.links[b]) >= _MANY and b in _site_lines(article) else None
    rest = noun["rest"]
    if len(URL.sub("", rest)) > _MAX_NAME:
        return None
    named = bool(noun["colon"] or URL.search(rest)) or _names_site(page, rest)
    if rest and not named and page.link_chars[b] < 0.5 * len(text) and page.root is not None:
        return None  # a sentence that begins with "Source"
    return _noun_verdict(article, b, rest, _address(page, b))


def _phrase_verdict(article: _Article, b: int, phrase: re.Match[str]) -> str | None:
    """Decide on "Originally published at NAME"."""
    page, text, rest = article.page, article.page.texts[b], phrase["rest"]
    url = _address(page, b)
    elsewhere = _leads_elsewhere(page, url)
    if _WHEN.match(rest) or _more_of_the_same(phrase["phrase"], rest, text):
        return None
    report = REPORTED.match(text)
    if report and (_names_agencies(report["rest"]) or page.link_chars[b] < _LINKED * len(report["rest"])):
        return None
    complete = report or ALONE.match(text)
    if _is_caption(page, b) or (article.goes_on(b) and not (complete and elsewhere)):
        return None
    if ALONE.match(text) or elsewhere or (DOMAIN.search(text) and len(text) <= _MAX_LINE):
        return COPIED_FROM
    # "This review originally appeared in the May issue of ..." says it without an address.
    said = phrase["phrase"].lower()
    return COPIED_FROM if "original" in said and rest and len(said.split()) > 2 else None


def _noun_verdict(article: _Article, b: int, rest: str, url: str | None) -> str | None:
    """Decide on "Source: NAME"."""
    page = article.page
    if _names_agencies(rest):
        return CREDIT
    if _PHOTO.search(page.texts[b]) or (_THING.search(rest) and page.link_chars[b] < 3):
        return CREDIT
    label = article.labels[b]
    linked = _leads_elsewhere(page, url)
    amid = _is_caption(page, b) or article.after(b) > (_MAX_AFTER if linked else 0)
    if linked:
        return CREDIT if amid and label != "byline" else COPIED_FROM
    # A site by name, maybe linked by way of a counter; "Fuente: Actualidad" is a paper where the model thinks so too,
    # else an office or a company.
    named = _names_site(page, rest) or (label == "source_link" and not url and AGENCIES.isdisjoint(_name_words(rest)))
    return COPIED_FROM if rest and named and not amid else CREDIT if rest else None


def _name_words(text: str) -> set[str]:
    words = (word.strip(_SIGNS).casefold() for word in _BETWEEN_NAMES.split(text))
    return {word for word in words if word}


def _names_agencies(text: str) -> bool:
    """Whether a text consists of names of agencies: "dpa", "(AFP)", "Reuters and AP"."""
    names = _name_words(text)
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
    return any(_is_paragraph(page.texts[b]) for b in range(page.first[container], page.last[container]))


def _address(page: Page, b: int) -> str | None:
    """Absolute address that a block links to, or spells out; that of the link below, to which a wording leads."""
    text = page.texts[b]
    found = _outgoing(page, b)
    # "Posted by Ann | Read more at ...", "Sources: A, B – read the original": the last link, not the first.
    if len(found) > 1 and _leads_on(text):
        found.reverse()
    if found:  # "republished from <home page>. Read the <original article>": the article, not the home page
        return next((url for url in found if len(urlsplit(url).path) > 1), found[0])
    spelt = URL.search(text)
    if spelt:
        return spelt[0].rstrip(".,;")
    link = _led_to(page, b)
    return None if link is None else _outgoing(page, link)[0]


def _led_to(page: Page, b: int) -> int | None:
    """Block of the one link to another site that stands below a wording without a name: "Source:", "Read more on"."""
    text = page.texts[b]
    if page.links[b] or b + 1 >= len(page) or len(page.texts[b + 1]) > _MAX_NAME or len(text) > _MAX_NAME:
        return None
    wording = SOURCE_PHRASE.match(text) or SOURCE_NOUN.match(text)
    if not wording or (wording["rest"] and text.rstrip()[-1] not in ":："):
        return None
    more = b + 2 < len(page) and _is_outgoing(page, b + 2) and page.links[b + 1] != page.links[b + 2]
    return b + 1 if _is_outgoing(page, b + 1) and not more else None  # several are the references of the article


def _is_outgoing(page: Page, b: int) -> bool:
    """Whether a block is a link to another site."""
    if 2 * page.link_chars[b] < len(page.texts[b]):
        return False
    return any(_leads_elsewhere(page, url) for url in _outgoing(page, b))


def _outgoing(page: Page, b: int) -> list[str]:
    return [url for href in page.links[b] if not _SHARE.search(href) and (url := _absolute(href, page))]


def _leads_on(text: str) -> bool:
    """Whether a later clause of a line leads to the source."""
    later = [clause for clause in _CLAUSES.split(text)[1:] if clause and _may_name_source(clause)]
    return any(map(SOURCE_PHRASE.match, later)) or (bool(later) and not _wording(text))


def _absolute(href: str, page: Page) -> str | None:
    # Without the address of the page nobody could tell whether a relative one leads elsewhere.
    return safe_url(href, page.base if page.url else "")

"""Promo lines by their wording: "READ MORE: ..." with a headline, "Advertisement", "Follow us on ..."."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.labels import LABEL_INDEX, LABELS, labelled
from classifier.promos.words import (
    ADVERTISEMENT,
    CALL,
    CHANNEL,
    CONTINUES,
    HEADING,
    LEAD,
    NETWORK,
    OURS,
    PAYWALL,
    WEAK_LEAD,
)
from classifier.sieve import Opening, Sieve, fold

if TYPE_CHECKING:
    from classifier.blocks import Page

_may_lead: Final = Opening(LEAD)  # and so begins what matches `HEADING`
_may_mark: Final = Opening(ADVERTISEMENT, CONTINUES, PAYWALL)
_may_name_channel: Final = Sieve(CHANNEL)
_may_call: Final = Sieve(CALL)
_MAX_CHARACTERS: Final = 220  # a headline, not a paragraph
_MAX_MARK: Final = 110  # "Article continues below this advertisement"
# A headline has no full stop. Of a sentence the model has to think so too: an article may discuss such a line.
_SENTENCE_END: Final = ".?!…。？！"
_MIN_PROBABILITY: Final = 0.15
_NO_DOUBT: Final = 0.02
_DOUBT: Final = 0.05  # that a line is no body, where it calls the reader in the middle of a sentence
_OPENING: Final = 8  # characters before a call that opens a line
_CLAUSE_START: Final = re.compile(r"(?:^|[.!?:,;…–—|»)>。！？：，、|])\W*$")
_QUOTED: Final = re.compile('[«»“”„"「」『』]')
_MAX_LEAD: Final = 40  # characters of "You may also like"
_MAX_HEADING: Final = 80  # characters
_MAX_WORDS: Final = 8
_LINKED: Final = 0.8  # share of the letters of a link in such a list
_PARAGRAPH: Final = 80  # characters
_DIGIT: Final = re.compile(r"\d")
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Probabilities under which only the wording counts.
_UNSURE: Final = np.array([[0.9 * (label == "body") for label in LABELS]], np.float32)
_LISTED: Final = frozenset({"body", "promo", "boilerplate"})
_MIN_CARDS: Final = 3
_CARD: Final = 110  # words below a headline
_TITLES: Final = frozenset({"h1", "h2", "h3"})  # of sections: an article may have one on advertising


def refine(page: Page, labels: Sequence[str], probabilities: Any) -> list[str]:
    """Set aside promo lines that the model left in the body, and the whole list below a heading that promotes it.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str
        Label of each block.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the model.

    Returns
    -------
    list of str
        New labels.
    """
    refined, texts = list(labels), page.texts
    body, promos = labelled(labels, "body"), labelled(labels, "promo")
    lines = [b for b in body if len(texts[b]) <= _MAX_CHARACTERS]
    promoting = _promoting(page, lines, probabilities[lines])
    # Below the article nothing changes but the lists of headings that the model takes for promos.
    end = body[-1] if body else 0
    leading = _may_lead.among(texts, _MAX_LEAD)
    leading = [b for b in leading if labels[b] == "promo" or (b < end and labels[b] in _LISTED)]
    headings = {b for b in leading if _is_heading(texts[b])}
    unlinked = (b for b in promos if not page.link_chars[b])
    for block in sorted({*promoting, *headings, *unlinked}):
        if block in promoting:
            refined[block] = "promo"
        elif block in headings:
            if page.root is not None:
                _fill_list(page, refined, block)
                _fill_cards(page, refined, block)
        elif _is_section_heading(page, labels, block):
            refined[block] = "body"
    for block in lines:
        if page.tags[block] in _HEADINGS and texts[block][-1] in ":：" and refined[block] == "body":
            _close_list(page, refined, block)
    return refined


def _is_heading(text: str) -> bool:
    """Whether a line is no more than the words that lead to other stories."""
    return _may_lead(text) and HEADING.fullmatch(fold(text)) is not None


def _promoting(page: Page, blocks: Sequence[int], probabilities: Any) -> set[int]:
    """Find the promos among lines, given with their probabilities."""
    texts = [page.texts[block] for block in blocks]
    telling = {*_may_lead.among(texts), *_may_mark.among(texts)}
    leads = {at: lead for at in telling if (lead := _leads(page, blocks[at], probabilities[at])) is not None}
    doubts = 1 - probabilities[:, LABEL_INDEX["body"]]
    doubtful = (doubts >= _NO_DOUBT).tolist()
    # Of English the model has seen enough.
    others = [at for at, text in enumerate(texts) if at not in leads and (doubtful[at] or not text.isascii())]
    calls = (others[at] for at in _may_name_channel.among([texts[at] for at in others]))
    calling = [at for at in calls if _may_call(texts[at]) and _calls(fold(texts[at]), doubts[at])]
    return {blocks[at] for at in (*calling, *(at for at, lead in leads.items() if lead))}


def _leads(page: Page, block: int, probability: Any) -> bool | None:
    """Whether a line leads to another story, or marks an advertisement or the end of what is free; None for others."""
    text = page.texts[block]
    if _may_lead(text) and LEAD.match(line := fold(text)):
        sentence = text[-1] in _SENTENCE_END
        weak = page.root is not None and 2 * page.link_chars[block] < len(text) and WEAK_LEAD.match(line)
        return not (sentence or weak) or bool(probability[LABEL_INDEX["promo"]] >= _MIN_PROBABILITY)
    if len(text) <= _MAX_MARK and _may_mark(text):
        line = fold(text)
        if PAYWALL.fullmatch(line):
            return True
        if page.tags[block] not in _TITLES and (ADVERTISEMENT.fullmatch(line) or CONTINUES.fullmatch(line)):
            return True
    return None


def _is_section_heading(page: Page, labels: Sequence[str], block: int) -> bool:
    """Whether a line that the model takes for a promo heads a part of the article.

    A few words, no link and no wording of a promo, between two paragraphs of the article, and a heading or an element
    like theirs: the model sees such lines above lists of other stories more often than in articles.
    """
    text = page.texts[block]
    if len(text) > _MAX_HEADING or not 0 < block < len(labels) - 1:
        return False
    before, after = block - 1, block + 1
    if labels[before] != "body" or labels[after] != "body":
        return False
    if len(page.texts[before]) < _PARAGRAPH or len(page.texts[after]) < _PARAGRAPH:
        return False
    words = text.split()
    capitals = sum(word[:1].isupper() for word in words)
    sentence_case = text[0].isupper() and not text.isupper() and 2 * capitals <= max(2, len(words))
    if not (2 <= len(words) <= _MAX_WORDS and sentence_case) or text[-1] in f"{_SENTENCE_END}:" or _DIGIT.search(text):
        return False
    tags, parents = page.tags, [page.parent[page.owner[at]] for at in (before, block)]
    alike = tags[before] == tags[block] == tags[after] and parents[0] == parents[1]
    if not alike and tags[block] not in _HEADINGS:
        return False
    return not (_promoting(page, [block], _UNSURE) or _is_heading(text))


def _calls(text: str, doubt: float) -> bool:
    """Whether a line calls on its readers to follow, subscribe, download.

    Parameters
    ----------
    text : str
        Folded.
    doubt : float
        Probability, by the model, that the line is no body.

    Returns
    -------
    bool
        A call at the beginning of a clause, a channel, and a word for "our"; or a call that opens the line and the name
        of a network. Of other calls, and of quotations, the model has to doubt that they belong to the article.
    """
    if not CHANNEL.search(text):
        return False
    if not OURS.search(text):  # "Follow the Courier on Facebook"
        first = CALL.search(text)
        return first is not None and first.start() <= _OPENING and doubt >= _DOUBT and NETWORK.search(text) is not None
    calls = [match.start() for match in CALL.finditer(text)]
    opens = any(_CLAUSE_START.search(text, 0, at) for at in calls)
    if _QUOTED.search(text):
        return opens and doubt >= _MIN_PROBABILITY
    return opens or (bool(calls) and doubt >= _DOUBT)


def _close_list(page: Page, labels: list[str], heading: int) -> None:
    """Make promos of a heading below the article ("Ann recommends these posts:") and of all links of the list below it.

    Of most of them the model thinks so.
    """
    items = []
    for b in range(heading + 1, len(page)):
        if page.tags[b] != "li" or page.link_chars[b] < _LINKED * len(page.texts[b]) or labels[b] not in _LISTED:
            break
        items.append(b)
    if 2 * sum(labels[b] == "promo" for b in items) > len(items) and "body" not in labels[heading + len(items) + 1 :]:
        for b in (heading, *items):
            labels[b] = "promo"


def _end_below(page: Page, heading: int) -> int:
    """End of what a heading heads: of its container, or of the one around an element of its own."""
    container = page.owner[heading]
    return page.last[page.parent[container] if page.last[container] == heading + 1 else container]


def _fill_list(page: Page, labels: list[str], heading: int) -> None:
    """Make promos of a heading such as "You may also like" and of the links below it, in its container.

    What the model takes for body becomes one too where the article goes on after the links: a list at its end may be
    its sources.
    """
    stop, end = heading + 1, _end_below(page, heading)
    while stop < end and 2 * page.link_chars[stop] >= len(page.texts[stop]) and labels[stop] in _LISTED:
        stop += 1
    listed = range(heading + 1, stop)
    if "body" in labels[stop:] and listed:
        labels[heading:stop] = ["promo"] * (stop - heading)
    elif labels[heading] == "promo":
        for block in listed:
            if labels[block] == "body":
                break
            labels[block] = "promo"


def _fill_cards(page: Page, labels: list[str], heading: int) -> None:
    """Make promos of the cards below a heading at the end of the article: linked headlines with a teaser each."""
    stop = _end_below(page, heading)
    if "body" not in labels[heading:stop] or "body" in labels[stop:]:
        return
    headlines = [
        b
        for b in range(heading + 1, stop)
        if (page.tags[b] in _HEADINGS or page.tags[b] == "li") and 2 * page.link_chars[b] > len(page.texts[b])
    ]
    if len(headlines) < _MIN_CARDS:
        return
    if page.tags[headlines[-1]] == "li":
        stop = headlines[-1] + 1
    cards = (page.texts[start + 1 : end] for start, end in pairwise([*headlines, stop]))
    if any(sum(text.count(" ") + 1 for text in card) > _CARD for card in cards):
        return
    for b in range(heading, stop):
        if labels[b] == "body":
            labels[b] = "promo"

"""Promo lines by their wording: "READ MORE: ..." with a headline, or when the model half thinks so too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from classifier.labels import LABEL_INDEX
from classifier.sieve import Opening

if TYPE_CHECKING:
    from classifier.blocks import Page

# How newspapers lead in to another story, at the beginning of a line of its own and with a sign behind.
_LEADS: Final = (
    "also read|don.?t miss|more on this(?: story)?|must read|read also|read more|read next|recommended|related|"
    "related (?:articles?|content|news|reading|stor(?:y|ies))|see also|watch|watch (?:also|more|now)|you may also like|"
    "à lire(?: aussi)?|lire aussi|voir aussi|auch interessant|lesen sie(?: auch| mehr)|mehr (?:dazu|lesen|zum thema)|"
    "lea también|lee también|le puede interesar|no te pierdas|te puede interesar|leggi anche|potrebbe interessarti|"
    "leia mais|leia também|veja também|lees ook|lees meer|czytaj (?:też|także|więcej)|zobacz (?:też|także)|"
    "čtěte (?:také|více)|přečtěte si(?: také)?|читайте также|читать далее|смотрите также|читайте також|"
    "läs (?:också|mer|även)|læs (?:også|mere)|les (?:også|mer)|lue (?:myös|lisää)|olvassa el|citește și|vezi și|"
    "διαβάστε επίσης|"
    "ayrıca okuyun|bunu da okuyun|اقرأ أيضا|إقرأ أيضا|קראו גם|यह भी पढ़ें|baca juga|xem thêm|đọc thêm|"
    "相关阅读|延伸阅读|相關閱讀|延伸閱讀|関連記事|あわせて読みたい|관련기사|관련 기사"
)
_PROMO: Final = re.compile(rf"\W{{0,3}}(?:{_LEADS})\s*(?:[:：|>»–—]|\]|】)", re.IGNORECASE)
_may_promote: Final = Opening(_PROMO)
_HEADING: Final = re.compile(rf"\W{{0,3}}(?:{_LEADS})\W*", re.IGNORECASE)
_MAX_CHARACTERS: Final = 220  # a headline, not a paragraph
# A headline has no full stop. Of a sentence the model has to think so too: an article may discuss such a line.
_SENTENCE_END: Final = ".?!…。？！"
_MIN_PROBABILITY: Final = 0.15
_FURNITURE: Final = frozenset({"promo", "boilerplate"})


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
    refined = list(labels)
    promo = LABEL_INDEX["promo"]
    for block, (text, label) in enumerate(zip(page.texts, labels, strict=True)):
        if (
            label == "body"
            and len(text) <= _MAX_CHARACTERS
            and _may_promote(text)
            and (text[-1] not in _SENTENCE_END or probabilities[block, promo] >= _MIN_PROBABILITY)
            and _PROMO.match(text)
        ):
            refined[block] = "promo"
        elif label == "promo" and _may_promote(text) and _HEADING.fullmatch(text):
            _fill_list(page, refined, block)
    return refined


def _fill_list(page: Page, labels: list[str], heading: int) -> None:
    """Give the links that stand below a heading such as "You may also like", in its container, the same label."""
    for block in range(heading + 1, page.last[page.parent[page.owner[heading]]]):
        if labels[block] not in _FURNITURE or 2 * page.link_chars[block] < len(page.texts[block]):
            break
        labels[block] = "promo"

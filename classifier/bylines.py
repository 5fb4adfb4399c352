"""Bylines, and the names of authors in them: "By Ann Lee and Olu Ade | 3 May 2024"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from classifier.comments.dates import find_date
from classifier.labels import labelled, second_choice
from classifier.sieve import Sieve

if TYPE_CHECKING:
    from classifier.blocks import Page

_BY: Final = re.compile(
    r"(?:^|\b)(?:by|von|par|por|di|door|av|af|przez|oleh|bởi|dodał[ao]?|vložil[a]?|gönderen|yazan|forfatter|auteur|"
    r"autor(?:in|a|zy|e)?|author|автор|от|от редакции|संवाददाता|كتب|بقلم|作者|記者|投稿者|文)"
    r"(?:\s*[:：]?\s+|(?-i:(?=[A-ZÀ-ÞА-Я]))|[:：]?$)(?P<name>.*)",
    re.IGNORECASE,
)
BY_PREFIX: Final = re.compile(r"^(?:by|von|par|por)\s+", re.IGNORECASE)
_NAME_WORD: Final = re.compile(r"[^\W\d_a-zß-ÿа-я][\w.'’-]*$|(?:de|da|di|von|van|der|den|la|le|bin|al)$")
_NAME_END: Final = re.compile(
    r"\s*(?:[|•·–—(\[/;]|\d|\b(?:on|am|le|el)\b|\b(?i:updated|published|last|posted|min)\b|, (?=[a-z])).*", re.DOTALL
)
BETWEEN: Final = re.compile(r"\s*(?:,| and | und | et | y | e | i |&| и )\s*(?=[^\W\d_a-z])")
_NO_NAME: Final = re.compile(
    r"https?:|\b(?:updated|posted|published|share|read)\b|www\.|@|^\W*$|\d{3}|"
    r"^(?:admin|administrator|staff|editor|none|null|user)$",
    re.IGNORECASE,
)
MAX_NAME: Final = 60  # characters
_MAX_LINE: Final = 160  # characters of a byline with author, date, section and reading time
_FURNITURE: Final = frozenset({"boilerplate", "promo"})
_SHORT: Final = 40  # characters of "Share on Facebook", "Print", which stand beside the byline; a deck is a sentence
_SENTENCE_END: Final = frozenset(".!?…。！？")
_PARAGRAPH: Final = 120  # characters of a block with which the article has begun
_NEVER: Final = frozenset({"challenge", "comment_form", "source_link", "title"})
_MAX_ROLE: Final = 6  # words: "By Ann Lee, chief political correspondent"
_BEFORE: Final = 2  # blocks before the headline in which a dateline stands
_AFTER: Final = 6
# What else may stand beside a date and a name.
_AROUND: Final = re.compile(
    r"\b(?:posted|published|updated|last|modified|written|first|created|on|in|at|by|am|pm|a\.m|p\.m|e[sd]?t|p[sd]?t|gmt|"
    r"utc|ist|cet|uhr|um|veröffentlicht|aktualisiert|stand|erstellt|von|publié|mis à jour|modifié|le|à|par|publicado|"
    r"actualizado|el|a las|por|pubblicato|aggiornato|il|alle|ore|di|da|atualizado|em|às|gepubliceerd|bijgewerkt|op|om|"
    r"door|opublikowano|aktualizacja|przez|публикация|обновлено|опубликовано|в|comments?|permalink|trackback|author|"
    r"autor[ea]?|auteur|lien permanent|hrs)\b",
    re.IGNORECASE,
)
# Elements side by side without a blank between them: "Ann Lee3 May 2024".
_GLUED: Final = re.compile(r"(?<=[a-zß-ÿа-я])(?=[\dA-ZÀ-ÞА-Я])")
_TIME: Final = re.compile(
    r"\d\s*[-–]?\s*min(?:s|ute[sn]?|uti|utos|\.)?\b(?: read| de lecture| de lectura)?|"
    r"\d\s*(?:分|мин|хв|دقيق|דק|phút)|reading time|lesezeit|leestijd|"
    r"(?:temps|tiempo|tempo) (?:de|di) le|\b\d{1,2}[:.]\d\d\b",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"publi(?:sh|c|é)|pubblic|veröffent|updated|aktualis|last |posted|writ(?:ten|er|ing)|author|aut(?:or|eur)|edit|"
    r"redak|redac|rédac|repor|correspond|staff|contribut|fact.check|review|thread starter|news|agency|\bteam\b|desk|"
    r"автор|редак|обнов|опубл|@",
    re.IGNORECASE,
)
_may_name_role: Final = Sieve(_ROLE)
_BY_ALONE: Final = re.compile(r"\W*(?:by|von|par|por|di|door|av|af|przez|text|words|автор)\W*", re.IGNORECASE)


def refine(page: Page, labels: Sequence[str], probabilities: Any) -> list[str]:
    """Correct bylines by their wording: dates, names after "by", reading times.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str
        Label of each block.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the model; gives the second choice of a line that nothing marks as byline.

    Returns
    -------
    list of str
        New labels.
    """
    refined = list(labels)
    for block in labelled(labels, "byline"):
        text = page.texts[block]
        if not _may_be_byline(text):
            share = len(text) < _SHORT and text[-1] not in _SENTENCE_END
            refined[block] = second_choice(labels, probabilities, block, _NEVER | {"body"} if share else _NEVER)
    title = _headline(page, labels)
    if title is not None:
        changeable = _FURNITURE | {"body"}  # above the headline, and between it and the article
        for block in range(max(0, title - _BEFORE), min(len(labels), title + _AFTER + 1)):
            text = page.texts[block]
            if block > title and labels[block] == "body" and len(text) > _PARAGRAPH:
                changeable = _FURNITURE
            if refined[block] not in changeable or page.link_chars[block] >= 0.9 * len(text):
                continue
            if is_byline(text) or (is_full_name(text) and _beside_byline(page, refined, block)):
                refined[block] = "byline"
    if "body" in refined:
        last = len(refined) - 1 - refined[::-1].index("body")
        if _signs(page.texts[last]):
            refined[last] = "byline"
    # A page of one dated line has no other body.
    return refined if "body" in refined or "body" not in labels else list(labels)


def _headline(page: Page, labels: Sequence[str]) -> int | None:
    """Block of the headline; where none is labelled so, a first line of the article that is short enough for one."""
    if "title" in labels:
        return labels.index("title")
    first = next((block for block in labelled(labels, "body") if not is_byline(page.texts[block])), None)
    return first if first is not None and len(page.texts[first]) <= _PARAGRAPH else None


def _beside_byline(page: Page, labels: Sequence[str], block: int) -> bool:
    """Whether a name alone has a byline beside it: "Ann Lee", and "3 May 2024" in the next block."""
    if block and labels[block - 1] == "byline":
        return True
    return block + 1 < len(labels) and (labels[block + 1] == "byline" or is_byline(page.texts[block + 1]))


def _signs(text: str) -> bool:
    """Whether a line below an article signs and dates it: "Posted by Ann at May 3, 2004 11:26 PM"."""
    return len(text) <= _MAX_LINE and _BY.search(text) is not None and find_date(text) is not None and is_byline(text)


def _may_be_byline(text: str) -> bool:
    """Whether anything in a line speaks for a byline: a name, a date, a word for authors, or no letters at all."""
    if len(text) > 2 * _MAX_LINE:
        return False
    if not any(map(str.isalpha, text)) or _BY_ALONE.fullmatch(text) or is_full_name(text.partition(",")[0]):
        return True
    role = _may_name_role(text) and _ROLE.search(text)
    return bool(role or _TIME.search(text) or _BY.search(text) or find_date(text))


def is_byline(text: str) -> bool:
    """Whether a line is a byline without doubt.

    Parameters
    ----------
    text : str
        One block.

    Returns
    -------
    bool
        True for "By" and a full name, with a role at most; for a date with a year, and no more than "by" with a name
        and a few names (of sections, places) beside it.
    """
    if len(text) > _MAX_LINE:
        return False
    text = _GLUED.sub(" ", text)
    found = find_date(text)
    if found is None or found.iso is None:
        head = _BY.match(text)
        names = _names(head["name"]) if head else []
        if names and all(map(is_full_name, names)):
            return True
        name, _, role = head["name"].partition(",") if head else ("", "", "")
        return is_full_name(name) and 0 < len(role.split()) <= _MAX_ROLE and text[-1] not in ".!?"
    rest = f"{text[: found.start]} | {text[found.end :]}"
    head = _BY.search(rest)
    if head:
        names = _names(head["name"])
        if all(len(name.split()) <= 4 and is_name(name) for name in names):
            rest = f"{rest[: head.start()]} {rest[head.start('name') + len(_before_end(head['name'])) :]}"
    rest = _AROUND.sub(" ", _TIME.sub(" ", rest))
    words = re.findall(r"[^\W\d_][\w.'’-]*", rest)
    return len(words) <= 4 and all(map(_NAME_WORD.match, words))


def _before_end(names: str) -> str:
    return _NAME_END.sub("", names)


def _names(text: str) -> list[str]:
    """Names that follow a word such as "by"."""
    return [name.strip(" .,:") for name in BETWEEN.split(_before_end(text))]


def is_name(name: str) -> bool:
    """Whether a text may be a name at all.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    bool
        False for addresses, long texts, and names that hide the author ("admin", "staff").
    """
    return 0 < len(name) <= MAX_NAME and not _NO_NAME.search(name)


def is_full_name(name: str) -> bool:
    """Whether a text looks like first and last name: two to four words, none in small letters."""
    words = name.split()
    return 2 <= len(words) <= 4 and is_name(name) and all(_NAME_WORD.match(word) for word in words)


def names_in(byline: str) -> list[str]:
    """Names after a word such as "by"; the byline's next line, where that word stands alone."""
    lines = byline.split(" | ")
    for number, line in enumerate(lines):
        match = _BY.search(line)
        if match:
            rest = match["name"].strip() or "".join(lines[number + 1 : number + 2])
            names = [name for name in _names(rest) if is_name(name) and len(name.split()) <= 5]
            if names:
                return names
    return []


def bare_names(byline: str) -> list[str]:
    """Lines of a byline that are a full name and nothing else, dates aside."""
    parts = (_NAME_END.sub("", line).strip() for line in byline.split(" | "))
    return [part for part in parts if is_full_name(part)][:3]

"""What the lines of one comment say: who wrote it, when, where it can be linked to, and the reader's own words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from classifier.blocks import Page
from classifier.comments.columns import Columns
from classifier.comments.dates import FoundDate, read_machine_date
from classifier.comments.lines import MAX_HEADER, Lines, named_in_bold, read_signature
from classifier.comments.marks import Unit, common_container
from classifier.comments.markup import having
from classifier.comments.names import MAX_NAME, TRIM, clean_name, marked_names, names_author, shape
from classifier.comments.words import (
    BY_HEAD,
    GLUE,
    REPLY_TO,
    SAYS_PREFIX,
    SAYS_TAIL,
    heads_thread,
    in_reply,
    is_action,
    is_review_line,
)
from classifier.urls import safe_url

_MAX_PROFILE: Final = 60  # characters of a line such as "Stonefield, VT" or "Joined: Mar 2007"
_MAX_REVIEW_LINE: Final = 140  # "12 of 13 people found this helpful. Was this review helpful? Yes No"
_LINK_NUMBER: Final = re.compile(r"(?:#|comment|reply|/c/|id=)[^#]*?(\d+)\Z", re.IGNORECASE)
_REPLY_LINK: Final = re.compile(
    r"replyto|respond|reply\?|/reply/|#reply|login|signin|report|flag|vote|javascript:", re.IGNORECASE
)
_TIME_ATTRIBUTES: Final = ("datetime", "title", "data-timestamp", "data-time", "data-date", "data-created", "content")
_MAX_TIME: Final = 60  # characters of an attribute that holds a date
_DATED_TAGS: Final = frozenset("time abbr span a meta div p small relative-time em td".split())
_OUTER: Final = frozenset({"div", "ul", "ol", "li", "p", "table"})  # what they hold is not said of what is around
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PLAIN: Final = re.compile(r"[\w.-]+")  # a fragment that may stand in any address as it is
_RULE: Final = re.compile(r"_{5,}$")  # below it forums repeat a motto
_SENTENCE_END: Final = re.compile(r"(?:[!?…]|(?<!\b\w)\.)$")  # "John D." is a name


@dataclass
class Fields:
    """What was read from the lines of one comment."""

    author: str | None = None
    published: str | None = None
    permalink: str | None = None
    answers: str | None = None  # name in "in reply to ..."
    answers_key: str | None = None  # number in a link to the comment that this one answers
    lines: list[str] = field(default_factory=list)


class Reader:
    """Reads the comments of one thread; what repeats in most of them is template and not text.

    Parameters
    ----------
    page : Page
        The page.
    units : sequence of Unit
        Its comments.
    lines : Lines
        Its comment blocks, with the gaps between their parts.
    dates : dict of int to FoundDate or None
        Date of each comment block, where it holds one.
    read_attribute : callable, optional
        Reads the date in an attribute, in the order of day and month that the page has.
    """

    def __init__(
        self,
        page: Page,
        units: Sequence[Unit],
        lines: Lines,
        dates: dict[int, FoundDate | None],
        read_attribute: Callable[[str], str | None] = read_machine_date,
    ) -> None:
        self._page = page
        self._read_attribute = read_attribute
        self._lines = lines
        self._dates = dates
        self._keys = {key: i for i, unit in enumerate(units) for key in unit.keys}
        # Longer lines are not template; None is the shape of all of them.
        self._shapes = {b: shape(text) if len(text) <= MAX_HEADER else None for b, text in lines.spaced.items()}
        shapes = Counter(shape for unit in units for shape in {self._shapes[b] for b in unit.blocks})
        short = {shape: count for shape, count in shapes.items() if shape is not None and len(shape) <= 60}
        self._template = {shape for shape, count in short.items() if count >= max(3, 0.5 * len(units))}
        # The author of the article may well have written every second comment.
        self._everywhere = {shape for shape, count in short.items() if count >= max(3, 0.8 * len(units))}
        owners = Counter(page.owner[b] for unit in units for b in unit.blocks)
        self._alone = {c for c, count in owners.items() if count == 1}
        # What an element says is the same for all comments in it; there may be thousands.
        self._columns = Columns(page, units, lines, dates)
        self._thread = common_container(page, sorted(b for unit in units for b in (unit.blocks[0], unit.blocks[-1])))
        self._machine_dates: dict[int, str | None] = {}
        self._places: dict[str, str | None] = {}
        self.marked_names: dict[int, list[str]] = {}

    def read(self, unit: Unit) -> Fields:
        """Read one comment."""
        fields = Fields()
        self._read_date(unit, fields)
        author_block = self._read_author_element(unit, fields)
        if author_block is None and (named := self._columns.name_in(unit)):
            author_block = named[0]
            fields.author = self._bold_name(author_block) or named[1]
        kept: list[int] = []
        rest: dict[int, str] = {}
        spare: list[int] = []
        asides: set[int] = set()
        last: int | None = None  # line of text
        for b in unit.blocks:
            if last is not None and (_RULE.match(self._lines.spaced[b]) or self._heads_another(b, last)):
                break
            role, text = self._role(b, unit, fields, author_block)
            if role in {"text", "aside"}:
                kept.append(b)
                rest[b] = text
                if role == "aside":
                    asides.add(b)
                else:
                    last = b
            elif role == "action":
                spare.append(b)
        while len(kept) > 1 and self._page.tags[kept[0]] in _HEADINGS and kept[1] < unit.mark:
            del kept[0]  # of the thread; a name stands nearer to the date
        if fields.author is None:
            self._guess_author(unit, fields, kept, rest)
        kept = [b for b in kept if b not in asides]
        if fields.author and unit.blocks[0] not in kept:
            kept = self._without_profile(unit, kept)
        if kept == unit.blocks[:1] and fields.author is None and spare and (name := clean_name(rest[kept[0]])):
            fields.author, kept = name, []
        if not kept:  # a reader's whole comment may be "+1" or "Like!"
            kept = [
                b for b in spare if not self._page.link_chars[b] and shape(self._page.texts[b]) not in self._template
            ]
            rest = {b: self._page.texts[b] for b in kept}
        fields.lines = [rest[b] for b in kept if rest[b]]
        fields.permalink = self._permalink(unit)
        return fields

    def _role(self, b: int, unit: Unit, fields: Fields, author_block: int | None) -> tuple[str, str]:
        """Tell what one line is: "text" with what remains of it, "aside" that may be a name, "action", or "meta"."""
        text = self._lines.spaced[b]
        if self._answers(b, fields):
            return "meta", ""
        beside_date = unit.dated is not None and abs(b - unit.dated) == 1
        repeated = self._everywhere if b == unit.blocks[0] or beside_date else self._template
        if self._shapes[b] in repeated and b != author_block and self._dates.get(b) is None:
            return "action", ""
        if len(text) <= 80 and (is_action(text) or (self._page.link_chars[b] and REPLY_TO.match(text))):
            return "action", ""
        if self._page.tags[b] == "button":
            return "meta", ""
        if self._page.tags[b] in _HEADINGS and b < unit.mark and b != author_block:
            return "aside", text
        if len(text) <= _MAX_REVIEW_LINE and is_review_line(text):
            return "meta", ""
        if heads_thread(text) and self._page.tags[b][:1] == "h":
            return "meta", ""
        found = self._dates.get(b)
        if found is not None and (b in (unit.dated, author_block) or not _left(text, found, fields.author)):
            return self._header(b, found, fields)
        if b == author_block:
            return self._after_author(text, fields)
        if b == unit.blocks[0] and fields.author is None and (named := named_in_bold(self._page, b)):
            fields.author = clean_name(named[0])
            return "text", named[1]
        said = SAYS_PREFIX.match(text) if b == unit.blocks[0] else None
        if said and fields.author in (None, said["author"].strip(TRIM)):
            fields.author = fields.author or clean_name(said["author"])
            return ("text", said["rest"]) if said["rest"] else ("meta", "")
        return "aside" if self._columns.is_aside(b, unit) else "text", self._page.texts[b]

    def _heads_another(self, b: int, last: int) -> bool:
        """Whether a line below the text is the heading of another part of the page; readers' own stand beside it."""
        page = self._page
        return page.tags[b] in _HEADINGS and page.parent[page.owner[b]] != page.parent[page.owner[last]]

    def _without_profile(self, unit: Unit, kept: list[int]) -> list[int]:
        """Drop the short lines between name and date that say who the author is; the text follows the date."""
        dated = unit.dated
        if dated is None or not any(b > dated for b in kept):
            return kept
        above = [b for b in kept if unit.blocks[0] < b < dated]
        return (
            kept if any(len(self._page.texts[b]) > _MAX_PROFILE for b in above) else [b for b in kept if b not in above]
        )

    def _answers(self, b: int, fields: Fields) -> bool:
        """Read "in reply to Ana"; true if the line says nothing else."""
        text, parts = self._lines.spaced[b], self._lines.parts[b]
        for part in (text, *parts) if len(parts) > 1 else (text,):
            reply = in_reply(part) if len(part) <= 100 else None
            linked = bool(self._page.link_chars[b])
            # "Reply to nobody in particular: the roof leaks" is what a reader wrote.
            if reply and (linked or (reply["name"] and len(reply["name"].split()) <= 3 and ":" not in part[:-1])):
                fields.answers = reply["name"] or None
                fields.answers_key = next((k for k in map(_number, self._page.links[b]) if k in self._keys), None)
                return part == text
        return False

    def _header(self, b: int, found: FoundDate, fields: Fields) -> tuple[str, str]:
        """Read a line with the date: the author is what is left of it; long rests are the comment itself."""
        text = self._lines.spaced[b]
        before, after = text[: found.start], text[found.end :]
        if fields.author is None:
            fields.author = self._bold_name(b)
        if signed := read_signature(text, found):
            fields.author = fields.author or clean_name(signed[1])
            return "text", signed[0]
        if fields.author is None:
            names = [before, after] if len(after) <= MAX_NAME else [before]
            if BY_HEAD.match(after):
                names.reverse()
            fields.author = self._name_beside(names)
        remains = after.lstrip(TRIM + ".")
        said = re.match(r"^[^:]{0,30}:\s*", remains)
        if len(remains) > MAX_NAME and fields.author:
            return "text", remains[said.end() :] if said and SAYS_TAIL.search(said[0]) else remains
        return "meta", ""

    def _name_beside(self, sides: Sequence[str]) -> str | None:
        """Name in what stands before or after a date; what all dates have beside them is none."""
        for text in map(self._columns.own_part, sides):
            if name := clean_name(text, guests=True):
                return name
        return None

    def _after_author(self, text: str, fields: Fields) -> tuple[str, str]:
        """Read what follows the name in a line that begins with it ("Ana says: I agree")."""
        name = fields.author or ""
        at = text.find(name)
        rest = text[at + len(name) :]
        cleaned = re.sub(r"^[\s,]*\S{0,14}\s*[:…]\s*", "", rest)
        if at <= 12 and len(rest) > MAX_NAME and cleaned != rest:
            return "text", cleaned
        return "meta", ""

    # Author

    def _read_author_element(self, unit: Unit, fields: Fields) -> int | None:
        """Take the name from an element that its markup calls author; return its block."""
        page = self._page
        for b in unit.blocks:
            element = page.elements[page.owner[b]]
            if element is None or (len(page.texts[b]) > 200 and not page.inline[b]):
                continue
            c = page.owner[b]
            for _ in range(3):
                if page.last[c] - page.first[c] > 3:
                    break
                if names_author(page.classes[c]) and len(page.texts[b]) <= 100 and b == page.first[c]:
                    name = self._name_in(b)
                    if name:
                        fields.author = name
                        return b
                c = page.parent[c]
            if page.inline[b] and (name := self._inline_name(b)):
                fields.author = name
                return b
        return None

    def _name_in(self, b: int) -> str | None:
        text, found = self._lines.spaced[b], self._dates.get(b)
        parts = self._lines.parts[b]
        for part in parts if len(parts) > 1 else ():
            if own := self._columns.own_part(part).strip(TRIM):
                if name := clean_name(own):
                    return name
                break
        if found is not None:
            return clean_name(text[: found.start]) or clean_name(text[found.end :])
        return clean_name(text)

    def _inline_name(self, b: int) -> str | None:
        """Text of an inline element such as ``<cite class="fn">`` or ``<a rel="external nofollow" class="url">``."""
        c = self._page.owner[b]
        if c not in self.marked_names:
            self.marked_names[c] = list(dict.fromkeys(marked_names(self._page.elements[c])))
        return next((name for name in self.marked_names[c] if name in self._page.texts[b]), None)

    def _bold_name(self, b: int) -> str | None:
        """Name in bold at the head of a header line: what follows it may be a town."""
        start, is_tail = self._page.start[b]
        parts, bold = self._lines.parts[b], self._page.bold_chars[b]
        if is_tail or start is None or not bold or len(parts) < 2:
            return None
        if start.tag in {"b", "strong"}:
            return clean_name(parts[0])
        return clean_name(parts[1]) if bold == len(parts[1].strip()) and BY_HEAD.fullmatch(f"{parts[0]} ") else None

    def _guess_author(self, unit: Unit, fields: Fields, kept: list[int], rest: dict[int, str]) -> None:
        """Take a short first line, or the short line beside the date, for the name; remove it from the text."""
        if len(kept) < 2 and not (kept and unit.mark not in kept and len(unit.blocks) > 2):
            return
        texts = self._page.texts
        candidates = [b for b in (kept[0], kept[-1]) if abs(b - unit.mark) <= 2 or b == unit.blocks[0]]
        for b in candidates:
            bold = self._bold_name(b)
            answering = any(in_reply(part) for part in self._lines.parts[b][1:])
            name = bold or (self._name_in(b) if answering else clean_name(self._columns.bare(self._lines.spaced[b])))
            long_enough = bold or any(len(rest[other]) > len(texts[b]) for other in kept if other != b)
            if name and long_enough and len(name.split()) <= 5 and not _SENTENCE_END.search(texts[b]):
                fields.author = name
                kept.remove(b)
                return

    # Date and address

    def _read_date(self, unit: Unit, fields: Fields) -> None:
        fields.published = next(filter(None, map(self._machine_date, self._own_containers(unit))), None)
        if fields.published:
            return
        found = self._dates.get(unit.mark if unit.dated is None else unit.dated)
        if found is None:
            found = next((d for b in unit.blocks[:4] + unit.blocks[-2:] if (d := self._dates.get(b))), None)
        fields.published = found.iso if found else None

    def _own_containers(self, unit: Unit) -> Iterator[int]:
        """Containers of a comment, without those of answers inside it and of its own running text."""
        page = self._page
        seen: set[int] = set()
        for b in unit.blocks:
            c = page.owner[b]
            if c in seen or page.elements[c] is None:
                continue
            seen.add(c)
            if c in self._alone or len(page.texts[b]) < 200:
                yield c

    def _machine_date(self, container: int) -> str | None:
        """Date that the attributes of an element, or of the inline elements in it, give."""
        if container not in self._machine_dates:
            values = self._datable.get(self._page.elements[container], ())
            self._machine_dates[container] = next(filter(None, map(self._read_attribute, values)), None)
        return self._machine_dates[container]

    @cached_property
    def _datable(self) -> dict[Any, list[str]]:
        """Attributes that may hold dates, by the elements that they speak for; found by one search of the thread.

        An inline element speaks for the one around it too, and so does what stands right inside an inline element.
        """
        found: dict[Any, list[str]] = defaultdict(list)
        for element in having(self._page.elements[self._thread], _TIME_ATTRIBUTES, ""):
            if values := _times(element):
                found[element] += values
                around = element.getparent()
                if around is not None and element.tag not in _OUTER:
                    found[around] += values
                if around is not None and around.tag not in _OUTER and around.getparent() is not None:
                    found[around.getparent()] += values
        return found

    def _permalink(self, unit: Unit) -> str | None:
        page = self._page
        for b in unit.blocks:
            for href in page.links[b]:
                number = _number(href)
                if number is None or _REPLY_LINK.search(href):
                    continue
                if number in unit.keys or (not unit.keys and b == unit.mark and "#" in href):
                    return self._address(href)
        if page.root is None:
            return None
        c = unit.container
        element = page.elements[c]
        marked = next(
            (e for e in (element, *self._ancestors(unit)) if _number("#" + (e.get("id") or "")) in unit.keys), None
        )
        return self._address("#" + marked.get("id")) if marked is not None else None

    def _address(self, href: str) -> str | None:
        page = self._page
        place, _, fragment = href.partition("#")
        # The comment stands on this page, whatever <base> says.
        base = (not place and page.url) or page.base
        if not _PLAIN.fullmatch(fragment):
            return safe_url(href, base)
        if place not in self._places:  # the links of a thread lead to places of the same page
            self._places[place] = safe_url(f"{place}#_", base)
        found = self._places[place]
        return found and f"{found[:-1]}{fragment}"

    def _ancestors(self, unit: Unit) -> Iterator[Any]:
        c = self._page.owner[unit.mark]
        while c:
            yield self._page.elements[c]
            c = self._page.parent[c]


def _number(href: str) -> str | None:
    match = _LINK_NUMBER.search(href) if href[-1:].isdecimal() else None
    return match[1] if match else None


def _times(element: Any) -> list[str]:
    """Attributes of an element that may hold a date."""
    if element.tag not in _DATED_TAGS:
        return []
    values = map(element.get, _TIME_ATTRIBUTES)
    return [value for value in values if value and len(value) < _MAX_TIME and any(map(str.isdigit, value))]


def _left(text: str, found: FoundDate, author: str | None) -> str:
    """Letters of a line beside its date, the author and the stock words of headers."""
    rest = f"{text[: found.start]} {text[found.end :]}"
    if author:
        rest = rest.replace(author, " ")
    return GLUE.sub("", rest).strip()

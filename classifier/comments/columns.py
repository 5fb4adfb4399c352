"""What the lines of a thread are, told from all of its comments at once.

By itself "Upper Town" may be all that a reader wrote. Below nearly every name of a thread, in an element of its own and
always short, such lines say who the readers are, or what they called their comments. What stands in one place of most
comments is a *column*: the widest holds the text, one holds the names, others hold dates, towns, ranks and subjects.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from classifier.blocks import Page
from classifier.comments.dates import FoundDate
from classifier.comments.lines import Lines
from classifier.comments.marks import Unit
from classifier.comments.names import MAX_NAME, clean_name, shape
from classifier.comments.words import is_action

_MAX_ASIDE: Final = 80  # characters of a line that says something about a comment or its author
_MIN_TEXT: Final = 30  # characters of one of the texts: a thread of "Lovely!" and "Thanks" tells nothing
_MIN_SHARE: Final = 0.3  # of the comments have a line that is a column
_MIN_NAMED: Final = 0.7  # of the comments have a name where names stand
_MIN_REPEATED: Final = 0.6  # of the comments have a part of a header that is not their own
_MIN_TOLD: Final = 3  # comments that must agree before a repeated part of their headers is not theirs
_MAX_WORDS: Final = 5  # of a name
_DIGITS: Final = re.compile(r"\d+")
_LABEL: Final = re.compile(r"[^\W\d][^:.!?]{0,24}:")
_BETWEEN: Final = re.compile(r"\s*[|·•]\s*|\s/\s")
_SENTENCE_END: Final = re.compile(r"(?:[!?…]|(?<!\b\w)\.)$")

Kind = tuple[str, ...]


class Columns:
    """Columns of one thread.

    Parameters
    ----------
    page : Page
        The page.
    units : sequence of Unit
        Its comments.
    lines : Lines
        Its comment blocks, with the gaps between their parts.
    dates : mapping of int to FoundDate or None
        Date of each comment block, where it holds one.
    """

    def __init__(self, page: Page, units: Sequence[Unit], lines: Lines, dates: Mapping[int, FoundDate | None]) -> None:
        self._page = page
        self._lines = lines
        self._dates = dates
        self._kinds: dict[int, Kind] = {}
        if len(units) > 1:
            self._kinds = {b: self._kind(b, unit.container) for unit in units for b in unit.blocks}
        of_units = [{self._kinds[b] for b in unit.blocks} if self._kinds else set() for unit in units]
        self._spread = Counter(kind for kinds in of_units for kind in kinds)
        self._head = units[0].mark if len(units) >= _MIN_TOLD else 0
        self._least = max(2.0, _MIN_SHARE * len(units))
        self._count_repeated(units)
        self._texts = self._text_kinds()
        self._asides = self._aside_kinds(units)
        self._places = set(map(_place, self._asides)) - set(map(_place, self._texts))
        self._names = self._name_kind(units)

    def is_aside(self, block: int, unit: Unit) -> bool:
        """Whether a line is no text of a comment, because its column is none, and the comment has text."""
        kind = self._kinds.get(block)
        aside = kind in self._asides or (kind is not None and _place(kind) in self._places)
        # Above the first comment stand links to others.
        above = block < self._head and kind is not None and self._spread[kind] == 1
        if not aside and not above:
            return self._is_labelled(block)
        return any(self._kinds[b] in self._texts and b != unit.dated for b in unit.blocks)

    def name_in(self, unit: Unit) -> tuple[int, str] | None:
        """Block and name of a comment whose names stand in a column of their own."""
        if self._names is None:
            return None
        b = next((b for b in unit.blocks if self._kinds[b] == self._names), None)
        name = None if b is None else self._name(b)
        return None if b is None or name is None else (b, name)

    def own_part(self, text: str) -> str:
        """Take from what a header says before or after its date the first part that most headers do not have."""
        if shape(text.strip()) in self._repeated:
            return ""
        label = _LABEL.match(text.lstrip())
        if label and label[0].casefold() in self._labels:
            text = text.lstrip()[label.end() :]
        parts = _split(text)
        if len(parts) > 1:
            text = next((part for part in parts if part and not self._is_stock(part)), "")
        return self.bare(text)

    def bare(self, text: str) -> str:
        """Take badges, ranks and stock words off the ends of a name."""
        for part in self._stock:
            lower = text.strip().lower()
            if lower.startswith(f"{part} "):
                text = text.strip()[len(part) :]
            elif lower.endswith(f" {part}"):
                text = text.strip()[: -len(part)]
        return text

    def _is_stock(self, part: str) -> bool:
        return shape(part) in self._repeated or is_action(part)

    def _kind(self, b: int, container: int) -> Kind:
        """Where a line stands in its comment, and what it looks like."""
        page = self._page
        owner = page.owner[b]
        place = "" if owner == container else f"{page.container_tags[page.parent[owner]]} {_names(page.classes[owner])}"
        size = len(page.texts[b])
        start, is_tail = page.start[b]
        bold = 2 * page.bold_chars[b] > size or (start is not None and not is_tail and start.tag in {"b", "strong"})
        looks = f"{bold} {2 * page.link_chars[b] > size}"
        return page.tags[b], looks, _names(page.inline[b]), place

    def _count_repeated(self, units: Sequence[Unit]) -> None:
        """Find parts of headers, and labels such as "Posts:", that most comments have."""
        parts: Counter[str] = Counter()
        labels: Counter[str] = Counter()
        inline: Counter[str] = Counter()
        for unit in units:
            own: set[str] = set()
            named: set[str] = set()
            inner: set[str] = set()
            for b in unit.blocks:
                text = self._lines.spaced[b]
                if len(text) <= 2 * _MAX_ASIDE and (label := _LABEL.match(text)):
                    named.add(label[0].casefold())
                if len(self._lines.parts[b]) > 1:
                    inner.update(part.lower() for part in self._lines.parts[b])
                if (found := self._dates.get(b)) is not None:
                    for side in (text[: found.start], text[found.end :]):
                        own.update(shape(part.strip()) for part in {side, *_split(side)})
            parts.update(own)
            inline.update(inner)
            labels.update(named)
        least = max(_MIN_TOLD, _MIN_REPEATED * len(units))
        self._repeated = {part for part, count in parts.items() if count >= least}
        self._stock = [part for part, count in inline.items() if count >= least and any(map(str.isalpha, part))]
        self._labels = {label for label, count in labels.items() if count >= min(least, max(len(units), 2))}

    def _is_labelled(self, block: int) -> bool:
        label = _LABEL.match(text) if len(text := self._lines.spaced[block]) <= _MAX_ASIDE else None
        return label is not None and label[0].casefold() in self._labels

    def _text_kinds(self) -> set[Kind]:
        """Kinds of lines that hold what readers wrote: those of long ones, and the one of most."""
        page = self._page
        written: Counter[Kind] = Counter()
        for b, kind in self._kinds.items():
            own = len(page.texts[b]) - page.link_chars[b]
            text = page.texts[b]
            if self._dates.get(b) is None and not (len(text) <= _MAX_ASIDE and is_action(text)):
                written[kind] += own
        kinds = {
            kind
            for kind, _ in written.most_common(1)
            if any(len(page.texts[b]) >= _MIN_TEXT for b, own in self._kinds.items() if own == kind)
        }
        for b, kind in self._kinds.items():
            size = len(page.texts[b])
            if size > _MAX_ASIDE and 2 * page.link_chars[b] < size and self._dates.get(b) is None:
                kinds.add(kind)
        return kinds

    def _aside_kinds(self, units: Sequence[Unit]) -> set[Kind]:
        """Kinds of short lines that many comments have above or below their text, and none within it."""
        page = self._page
        within: set[Kind] = set()
        for unit in units if self._kinds else ():
            texts = [b for b in unit.blocks if self._kinds[b] in self._texts]
            for b in unit.blocks:
                kind, owner = self._kinds[b], page.owner[b]
                around = owner != unit.container and bisect_left(texts, page.first[owner]) < bisect_left(
                    texts, page.last[owner]
                )
                # A line directly in the element of the text is part of it, unless it looks otherwise.
                if texts and (texts[0] < b < texts[-1] or (around and kind[1] == "False False" and not kind[2])):
                    within.add(kind)
        return {
            kind
            for kind, count in self._spread.items()
            if count >= self._least and kind not in self._texts and kind not in within
        }

    def _name_kind(self, units: Sequence[Unit]) -> Kind | None:
        """Kind of the lines that name the authors, if nearly all comments have such a line and no name at the date."""
        if not self._kinds or sum(map(self._named_at_date, units)) >= _MIN_NAMED * len(units):
            return None
        names: dict[Kind, dict[int, str]] = defaultdict(dict)
        unfit: Counter[Kind] = Counter()
        least = _MIN_NAMED * len(units)
        spread = {kind for kind, count in self._spread.items() if count >= least and kind not in self._texts}
        for i, unit in enumerate(units):
            for b in unit.blocks:
                kind = self._kinds[b]
                if kind not in spread or self._dates.get(b) is not None:
                    continue
                name = self._name(b)
                if name and i not in names[kind]:
                    names[kind][i] = name
                else:
                    unfit[kind] += 1
        fit = [kind for kind, own in names.items() if len(own) >= max(least, 3 * unfit[kind]) and _vary(own)]
        return max(fit, key=lambda kind: len(names[kind]), default=None)

    def _name(self, b: int) -> str | None:
        """Name that is all of a line, or comes first in one of several parts; no date, no button, no sentence."""
        text = self._lines.spaced[b]
        if self._dates.get(b) is not None or len(text) > 2 * MAX_NAME:
            return None
        first = _split(text)[0]
        text = first if len(first) > 1 else text
        name = clean_name(self.bare(text), guests=True)
        return name if name and len(name.split()) <= _MAX_WORDS and not _SENTENCE_END.search(text) else None

    def _named_at_date(self, unit: Unit) -> bool:
        """Whether the line with the date names the author too."""
        found = None if unit.dated is None else self._dates.get(unit.dated)
        if unit.dated is None or found is None:
            return False
        text = self._lines.spaced[unit.dated]
        return any(clean_name(self.own_part(side)) for side in (text[: found.start], text[found.end :]))


def _split(text: str) -> list[str]:
    """Split what stands beside a date at its separators, which most have not."""
    return _BETWEEN.split(text) if "|" in text or "·" in text or "•" in text or "/" in text else [text]


def _place(kind: Kind) -> Kind:
    """Kind of a line whatever inline elements it has."""
    return kind[0], kind[1], kind[3]


@lru_cache(maxsize=4096)  # the comments of a thread, and of a site, have the same class names
def _names(classes: str) -> str:
    """Class names and ids without the numbers that tell elements apart; smileys and links make no difference."""
    return " ".join(name for name in _DIGITS.sub("", classes).split() if "<" not in name and "=" not in name)


def _vary(names: Mapping[int, str]) -> bool:
    """Whether the lines of a column differ, as names do; two comments may be by one author."""
    return len(set(map(shape, names.values()))) > (len(names) > 2)

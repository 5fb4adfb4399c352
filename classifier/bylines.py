"""Names of authors in bylines: "By Ann Lee and Olu Ade | 3 May 2024"."""

from __future__ import annotations

import re
from typing import Final

_BY: Final = re.compile(
    r"(?:^|\b)(?:by|von|par|por|di|door|av|af|przez|autor(?:in|a|zy)?|author|автор|作者|記者)"
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
            names = [name.strip(" .,:") for name in BETWEEN.split(_NAME_END.sub("", rest))]
            names = [name for name in names if is_name(name) and len(name.split()) <= 5]
            if names:
                return names
    return []


def bare_names(byline: str) -> list[str]:
    """Lines of a byline that are a full name and nothing else, dates aside."""
    parts = (_NAME_END.sub("", line).strip() for line in byline.split(" | "))
    return [part for part in parts if is_full_name(part)][:3]

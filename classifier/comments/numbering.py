"""Numbers that a thread shows for its comments, and which one a comment names: "#14 Ana", "in reply to #11"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from classifier.comments.lines import Lines
from classifier.comments.marks import Unit

_SHOWN: Final = re.compile(r"^\W{0,2}(?:#|№|n[or]\.)?\s?(\d{1,5}(?:\.\d{1,3})*)(?:[.):#|]|\s|$)", re.IGNORECASE)
_NAMED: Final = re.compile(r"(?:#|№|[>＞]{1,2}|\bn[or]\.)\s?(\d{1,5})(?![\d.])", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\(?(\d{1,5})[.):]\s+(?=\S)")
_HEAD: Final = 3  # blocks in which the number stands
_MAX_HEADER: Final = 160  # characters
_MIN_NUMBERED: Final = 3  # comments; two may begin with a number by chance
_MAX_PREFIX: Final = 2  # characters before the number in a text


def without_numbers(texts: Sequence[list[str]]) -> list[list[str]]:
    """Take away the numbers of a thread before what its readers wrote, as in "1. Well said".

    Parameters
    ----------
    texts : sequence of list of str
        Lines of each comment.

    Returns
    -------
    list of list of str
        Unchanged unless most comments begin with the number of their place, counted up or down.
    """
    heads = {i: match for i, lines in enumerate(texts) if lines and (match := _NUMBERED.match(lines[0]))}
    if len(heads) < _MIN_NUMBERED or 2 * len(heads) <= len(texts):
        return list(texts)
    places = {(int(match[1]) - i, int(match[1]) + i) for i, match in heads.items()}
    if min(len({up for up, _ in places}), len({down for _, down in places})) > 1:
        return list(texts)
    return [[lines[0][heads[i].end() :], *lines[1:]] if i in heads else lines for i, lines in enumerate(texts)]


def answers_by_number(units: Sequence[Unit], lines: Lines, texts: Sequence[str]) -> list[int | None]:
    """Tell which comment each one answers, by the numbers of the thread.

    Parameters
    ----------
    units : sequence of Unit
        Comments of the thread.
    lines : Lines
        Their blocks.
    texts : sequence of str
        What their authors wrote.

    Returns
    -------
    list of int or None
        Index of the comment; None where no number tells.
    """
    none: list[int | None] = [None] * len(units)
    shown = [_shown(unit, lines) for unit in units]
    if len(units) < _MIN_NUMBERED or None in shown or len(set(shown)) < len(shown):
        return none
    numbers = [number for number in shown if number]
    place = {number: i for i, number in enumerate(numbers)}
    outer = [int(number) for number in numbers if "." not in number]
    if any(abs(after - before) != 1 for before, after in pairwise(outer)):
        return none  # ages or ratings
    if len(outer) < len(numbers):
        return [place.get(number.rpartition(".")[0]) for number in numbers]
    return [
        next((place[n] for n in _named(unit, lines, text) if n in place and place[n] != i), None)
        for i, (unit, text) in enumerate(zip(units, texts, strict=True))
    ]


def _shown(unit: Unit, lines: Lines) -> str | None:
    matches = (_SHOWN.match(lines.spaced[b]) for b in unit.blocks[:_HEAD])
    number = next((match[1] for match in matches if match), None)
    return number and ".".join(str(int(part)) for part in number.split("."))


def _named(unit: Unit, lines: Lines, text: str) -> list[str]:
    """Numbers that the lines around a text name, or the first words of it."""
    around = [lines.spaced[b] for b in unit.blocks if len(lines.spaced[b]) <= _MAX_HEADER]
    named = [match for line in around if line not in text for match in _NAMED.finditer(line)]
    named += [match for match in _NAMED.finditer(text) if match.start() <= _MAX_PREFIX]
    return [str(int(match[1])) for match in named]

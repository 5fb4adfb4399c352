"""What a comment quotes of others is not what its author wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_MIN_QUOTED: Final = 15  # letters; shorter sentences are repeated by chance
_MAX_LEAD: Final = 80  # characters of "Originally posted by Ana"
_MARKED: Final = re.compile(r"^[>＞]+\s*(?!\d)")  # as in mail; ">2" names a comment
_NUMBER: Final = re.compile(r"^(?:[>＞]{1,2}|#|№)\s?\d{1,5}\D{0,4}$")


def without_quotes(comments: Sequence[Sequence[str]], authors: Sequence[str | None]) -> list[list[str]]:
    """Take quotations of other comments, with the lines that lead them in, out of comments.

    Parameters
    ----------
    comments : sequence of sequence of str
        Lines of each comment of a thread.
    authors : sequence of str or None
        Who wrote them.

    Returns
    -------
    list of list of str
        At least one line of each comment.
    """
    wholes = ["".join(map(_bare, lines)) for lines in comments]
    names = {name.casefold() for name in authors if name}
    kept = []
    for i, (lines, own) in enumerate(zip(comments, authors, strict=True)):
        quoted = [_is_quoted(line, wholes[:i], wholes[i + 1 :]) for line in lines]
        for n in range(len(lines) - 1, 0, -1):
            quoted[n - 1] |= quoted[n] and _leads(lines[n - 1], names - {(own or "").casefold()})
        rest = [line for line, is_quoted in zip(lines, quoted, strict=True) if not is_quoted]
        kept.append(rest or list(lines))
    return kept


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _is_quoted(line: str, *others: Sequence[str]) -> bool:
    if _MARKED.match(line) or _NUMBER.match(line):
        return True
    bare = _bare(line)
    return len(bare) >= _MIN_QUOTED and any(bare in whole and bare != whole for some in others for whole in some)


def _leads(line: str, names: set[str]) -> bool:
    """Whether a line leads a quotation in: "Quote:", "Ana wrote:"."""
    short = len(line) <= _MAX_LEAD
    return short and (line.rstrip().endswith(":") or any(name in line.casefold() for name in names))

"""What a comment quotes of others is not what its author wrote."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

_MIN_QUOTED: Final = 15  # letters; shorter sentences are repeated by chance
_MAX_LEAD: Final = 80  # characters of "Originally posted by Ana"
_MARKED: Final = re.compile(r"^[>＞]+\s*(?!\d)")  # as in mail; ">2" names a comment
_NUMBER: Final = re.compile(r"^(?:[>＞]{1,2}|#|№)\s?\d{1,5}\D{0,4}$")
_MARKS: Final = frozenset(">＞#№")  # what both begin with
_SIGNS: Final = re.compile(r"[^\w\s]+")
_ASCII_SIGNS: Final = bytes(code for code in range(128) if code == ord("_") or _SIGNS.match(chr(code)))


def without_quotes(
    comments: Sequence[Sequence[str]], authors: Sequence[str | None], moments: Sequence[str | None]
) -> list[list[str]]:
    """Take quotations of other comments, with the lines that lead them in, out of comments.

    Parameters
    ----------
    comments : sequence of sequence of str
        Lines of each comment of a thread.
    authors : sequence of str or None
        Who wrote them.
    moments : sequence of str or None
        When, in ISO 8601: nobody quotes what is yet to be written.

    Returns
    -------
    list of list of str
        At least one line of each comment.
    """
    # The last line of a comment is none: below a quotation stands what it is quoted for.
    bare = [["".join(_without_signs(line).split()) for line in lines[:-1]] for lines in comments]
    wanted = {letters[:_MIN_QUOTED] for lines in bare for letters in lines if len(letters) >= _MIN_QUOTED}
    begins = _begins(comments, wanted) if wanted else {}
    names = {name.casefold() for name in authors if name}
    kept = []
    for i, (lines, own) in enumerate(zip(comments, authors, strict=True)):
        quoted = [_is_marked(line) or _is_quoted(letters, i, begins, moments) for line, letters in zip(lines, bare[i])]  # noqa: B905
        quoted.append(False)
        for n in range(len(lines) - 1, 0, -1):
            quoted[n - 1] |= quoted[n] and _leads(lines[n - 1], names - {(own or "").casefold()})
        kept.append([line for line, is_quoted in zip(lines, quoted, strict=True) if not is_quoted])
    return kept


def _without_signs(text: str) -> str:
    data = text.casefold().encode("utf-8", "surrogatepass")
    text = data.translate(None, _ASCII_SIGNS).decode("utf-8", "surrogatepass")
    return text if text.isascii() else _SIGNS.sub("", text)


def _begins(comments: Sequence[Sequence[str]], wanted: set[str]) -> dict[str, list[tuple[int, str]]]:
    """Find wanted letters at the beginnings of words: for each the number of the comment, and its rest from there."""
    begins: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for i, lines in enumerate(comments):
        words = _without_signs(" ".join(lines)).split()
        whole = "".join(words)
        starts = accumulate(map(len, words), initial=0)
        for at in [at for at in starts if whole[at : at + _MIN_QUOTED] in wanted]:
            begins[whole[at : at + _MIN_QUOTED]].append((i, whole[at:]))
    return begins


def _is_marked(line: str) -> bool:
    return line[0] in _MARKS and (_MARKED.match(line) is not None or _NUMBER.match(line) is not None)


def _is_quoted(
    letters: str, own: int, begins: Mapping[str, list[tuple[int, str]]], moments: Sequence[str | None]
) -> bool:
    """Whether an older comment holds the letters of a line, from the beginning of a word on."""
    others = begins.get(letters[:_MIN_QUOTED], ()) if len(letters) >= _MIN_QUOTED else ()
    return any(rest.startswith(letters) and _precedes(i, own, moments) for i, rest in others)


def _precedes(one: int, other: int, moments: Sequence[str | None]) -> bool:
    """Whether one comment is older than another: by their dates, else by their places."""
    first, second = moments[one], moments[other]
    return first < second if first and second and first != second else one < other


def _leads(line: str, names: set[str]) -> bool:
    """Whether a line leads a quotation in: "Quote:", "Ana wrote:"."""
    short = len(line) <= _MAX_LEAD
    return short and (line.rstrip().endswith(":") or any(name in line.casefold() for name in names))

"""Comments of a page as arrays: characters made alike, words, and hashes of both, without a loop over words."""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

MAX_CHARACTERS: Final = 1500  # spam says what it wants early
PRIME: Final = np.uint32(0x9E3779B1)
BLANK: Final = 32
UPPER, SPACE, STOP, SIGN, DIGIT, EXCLAMATION, MONEY, LOOKALIKE = range(1, 9)  # from DIGIT on they pass for letters
N_SORTS: Final = 9

_N_CODES: Final = 0x1D800  # up to the mathematical letters, which spam likes for its headlines
# Letters with capitals, accents or other shapes: European alphabets, circled, fullwidth, mathematical.
_SHAPED: Final = (
    (0x41, 0x590),
    (0x1E00, 0x2000),
    (0x2100, 0x2200),
    (0x2460, 0x2500),
    (0xFF10, 0xFF5F),
    (0x1D400, _N_CODES),
)
_CIRCLED: Final = range(0x24B6, 0x24EA)
_HIDDEN: Final = "\u00ad\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufe0e\ufe0f\ufeff"
# Signs, Cyrillic and Greek letters that stand for a Latin one where they stand between two.
_LOOKALIKES: Final = dict(zip("013457$!аеорсухіѕοα", "oieastsiaeopcyxisoa", strict=True))
_SIGNS: Final = {
    DIGIT: "0123456789",
    SPACE: " \t\n\r\x0b\x0c\u00a0",
    STOP: ".",
    EXCLAMATION: "!",
    MONEY: "$€£",
    SIGN: "%★►♥",
}
_SHORT_BITS: Final = 18
_MIX: Final = np.uint32(0x85EBCA6B)
_UNPRIME: Final = np.uint32(pow(int(PRIME), -1, 1 << 32))
_TAG: Final = re.compile(r"</?[a-z][^<>]{0,300}>", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"<a\s.*?\bhref\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE | re.DOTALL)
_NO_LABEL: Final = re.compile(r"\s*(?:\d+:\d\d\b|https?:|www\.)")


@dataclass(frozen=True)
class Reading:
    """Some texts, one after the other.

    Attributes
    ----------
    n_texts : int
        Number of texts.
    sorts, sort_owner : ndarray
        Sort of each character as written (``UPPER``, ``DIGIT``, ...), and the number of its text.
    letters, owner : ndarray
        Codes of the characters made alike, with one blank for each run of others, and the number of the text of each.
    n_letters : ndarray of int, shape (n_texts,)
        How many of those are letters and digits.
    words, word_owner, lengths : ndarray
        Hashes of the words, the number of the text of each, and their lengths.
    first, last : ndarray
        Where in `sorts` each word begins, and where its last character stands.
    """

    n_texts: int
    sorts: npt.NDArray[np.uint8]
    sort_owner: npt.NDArray[np.intp]
    letters: npt.NDArray[np.uint32]
    owner: npt.NDArray[np.intp]
    n_letters: npt.NDArray[np.intp]
    words: npt.NDArray[np.uint32]
    word_owner: npt.NDArray[np.intp]
    lengths: npt.NDArray[np.intp]
    first: npt.NDArray[np.intp]
    last: npt.NDArray[np.intp]


def read(texts: Sequence[str], limit: int = MAX_CHARACTERS) -> Reading:
    """Read texts.

    Parameters
    ----------
    texts : sequence of str
        With or without markup and entities that a site failed to interpret.
    limit : int
        Characters of each that count.

    Returns
    -------
    Reading
        The same for each text alone and among others.
    """
    padded = [f" {_shown(text, limit)} " for text in texts]
    written = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), "<u4")
    written = np.minimum(written, np.uint32(_N_CODES - 1))
    written_owner = np.repeat(np.arange(len(padded)), list(map(len, padded)))
    alike, sort_of, lookalikes = _tables()
    codes, sorts = alike[written], sort_of[written]
    doubtful = np.flatnonzero(sorts >= DIGIT)
    doubtful = doubtful[_is_latin(codes[doubtful - 1]) & _is_latin(codes[doubtful + 1])]
    codes[doubtful] = lookalikes[written[doubtful]]
    kept = np.flatnonzero(_kept(codes, written_owner))
    codes = codes[kept]
    letters = codes.astype(np.uint32)
    inside = codes != BLANK
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1  # texts begin and end with a blank
    starts, ends = edges[::2], edges[1::2]
    owner = written_owner[kept]
    word_owner, lengths = owner[starts], ends - starts
    return Reading(
        len(padded),
        sorts,
        written_owner,
        letters,
        owner,
        np.bincount(word_owner, lengths, len(padded)).astype(np.intp),
        _hashes(letters, starts, ends),
        word_owner,
        lengths,
        kept[starts],
        kept[ends - 1],
    )


def mixed(hashes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Spread what hashes differ in over all of their bits."""
    hashes = (hashes ^ (hashes >> np.uint32(15))) * _MIX
    return hashes ^ (hashes >> np.uint32(13))


def shortened(hashes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Shorten hashes to places in a table."""
    return hashes >> np.uint32(32 - _SHORT_BITS)


def membership(hashes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Make a table that tells by its shortened hash whether a word may be among some words."""
    table = np.zeros(1 << _SHORT_BITS, bool)
    table[shortened(hashes)] = True
    return table


def _shown(text: str, limit: int) -> str:
    """Beginning of a text as a reader sees it, with the addresses of links."""
    if "<" not in text and "&" not in text:
        return text[:limit]
    return html.unescape(_TAG.sub(_address_or_blank, text[: 3 * limit]))[:limit]


def _address_or_blank(tag: re.Match[str]) -> str:
    # A time leads into the video itself, and an address that follows need not be said twice.
    address = _ADDRESS.match(tag[0])
    return f" {address[1]} " if address and not _NO_LABEL.match(tag.string, tag.end()) else " "


def _is_latin(codes: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    return (codes >= ord("a")) & (codes <= ord("z"))


def _kept(codes: npt.NDArray[np.uint16], owner: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Tell which characters stay: no hidden ones, one of a run of blanks, two of a run of equal letters."""
    kept: npt.NDArray[np.bool_] = codes != 0
    again = codes[1:] == codes[:-1]
    kept[1:] &= ~again | (codes[1:] != BLANK) | (owner[1:] != owner[:-1])
    kept[2:] &= ~(again[1:] & again[:-1]) | (codes[2:] <= ord("9"))
    return kept


def _hashes(
    letters: npt.NDArray[np.uint32], starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]
) -> npt.NDArray[np.uint32]:
    """Hash runs of letters: sums of letters times powers of a prime, as differences of one running sum."""
    powers, inverses = _powers(max(16, len(letters).bit_length()))  # one size for all but the longest pages
    sums = np.zeros(len(letters) + 1, np.uint32)
    np.cumsum(letters * powers[: len(letters)], dtype=np.uint32, out=sums[1:])
    return mixed((sums[ends] - sums[starts]) * inverses[starts])


@functools.lru_cache(maxsize=2)
def _powers(bits: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Powers of the prime, and what they are undone with."""
    return (
        np.cumprod(np.full(1 << bits, PRIME), dtype=np.uint32),
        np.cumprod(np.full(1 << bits, _UNPRIME), dtype=np.uint32),
    )


@functools.cache
def _tables() -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
    """By code: the letter that counts (32 for none, 0 for hidden ones), the sort, and the letter between Latin ones."""
    alike = np.full(_N_CODES, BLANK, np.uint16)
    sorts = np.zeros(_N_CODES, np.uint8)
    every = np.arange(_N_CODES, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for run in re.finditer(r"[^\W_]+", every):
        alike[run.start() : run.end()] = np.arange(run.start(), run.end()) & 0xFFFF
    for code in (code for start, end in _SHAPED for code in range(start, end)):
        letter = chr(code)
        plain = unicodedata.normalize("NFKD", letter)[0].lower()[0]
        if plain.isalnum() and (letter.isalnum() or code in _CIRCLED):
            alike[code] = ord(plain)
        if letter.isupper():
            sorts[code] = UPPER
    for sort, signs in _SIGNS.items():
        sorts[[ord(sign) for sign in signs]] = sort
    alike[[ord(sign) for sign in _HIDDEN]] = 0
    alike[0x300:0x370] = 0  # accents on their own
    lookalikes = alike.copy()
    for sign, letter in _LOOKALIKES.items():
        lookalikes[ord(sign)] = ord(letter)
        sorts[ord(sign)] = max(sorts[ord(sign)], LOOKALIKE if sign.isalpha() else 0)
    return alike, sorts, lookalikes

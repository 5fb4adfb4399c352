"""Words of blocks and names of elements, whole pages at a time.

Words, pairs of words, class names and pairs of their parts are what the model's embeddings stand for. All work on the
characters is done by a handful of calls on the text of the whole page: a regular expression, or a function call, for
every class string costs nine times the parse of the page, this a tenth of it. Words become numbers at once (their
hashes), so that the rest is array arithmetic; the numbers mean nothing to another process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

START: Final = "^"  # of a block or an element, in a pair
END: Final = "$"

# Where a block starts and how it ends says what it is; the middle of a long paragraph does not.
_HEAD_CHARS: Final = 80
_TAIL_CHARS: Final = 32

# Tokens that no page holds, because the parser lets no control character through.
_BREAK_MARK: Final = "\0"
_GAP_MARK: Final = "\1"

_SPACED: Final = b".,;:!?\"'()[]{}<>`"
_DIGITS: Final = b"123456789"
# Punctuation separates, and every digit is a zero, so that "2012" and "2026" are one word.
_TEXT_BYTES: Final = bytes.maketrans(_SPACED + _DIGITS, b" " * len(_SPACED) + b"0" * len(_DIGITS))
_NAME_BYTES: Final = bytes.maketrans(b"-_0123456789", b" " * 12)
_CURLY: Final = re.compile(b"\xe2\x80[\x8b\x93-\xa6]|\xc2[\xab\xb4\xbb]")  # quotes, dashes, dots, zero-width space
_ASIAN_MARKS: Final = str.maketrans(dict.fromkeys("、。「」『』（）【】！？：；，،؛؟", " "))
_CJK: Final = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
_IDEOGRAPH: Final = re.compile(f"{_CJK}(?=({_CJK}?))")
_FIRST_ASIAN: Final = 0xE3  # first byte of what lies beyond European and Indian scripts


@compiled("classifier.features._tokens")
def number(words: Sequence[bytes]) -> NDArray[np.int64]:
    """Numbers of words, the same as long as the process lives."""
    return np.fromiter(map(hash, words), np.int64, len(words))


BREAK: Final = int(number([_BREAK_MARK.encode()])[0])  # before the first block, between two, after the last
_GAP: Final = int(number([_GAP_MARK.encode()])[0])  # the middle of a long block


def text_words(texts: Iterable[str]) -> list[bytes]:
    """Cut texts into words in their normal form: lower case, without punctuation.

    Parameters
    ----------
    texts : iterable of str
        Texts; what `str.split` leaves of them counts.

    Returns
    -------
    list of bytes
        UTF-8. Chinese and Japanese, which do not separate words, give overlapping pairs of characters.
    """
    joined = " ".join(texts).lower()
    encoded = joined.encode("utf-8", "replace")
    if not encoded.isascii():
        if np.frombuffer(encoded, np.uint8).max() >= _FIRST_ASIAN:
            joined = _IDEOGRAPH.sub(r" \g<0>\1 ", joined.translate(_ASIAN_MARKS))
            encoded = joined.encode("utf-8", "replace")
        encoded = _CURLY.sub(b" ", encoded)
    return encoded.translate(_TEXT_BYTES).split()


def name_words(names: Iterable[str]) -> list[bytes]:
    """Cut class names, ids, roles and tags into their parts, as `text_words` cuts texts.

    Parameters
    ----------
    names : iterable of str
        Names of an element each, blank-separated; ``entry-title`` has two parts, digits are left out.

    Returns
    -------
    list of bytes
        UTF-8.
    """
    return " ".join(names).lower().encode("utf-8", "replace").translate(_NAME_BYTES).split()


def pair_numbers(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of pairs of words, of a `BREAK` and a word, or of a word and a `BREAK`."""
    return first * 31 + second


def is_word(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which numbers are words and no marks."""
    result: NDArray[np.bool_] = (numbers != BREAK) & (numbers != _GAP)
    return result


@compiled("classifier.features._tokens")
def numbers_of_texts(texts: Sequence[str]) -> NDArray[np.int64]:
    """Find the numbers of the words at the beginnings and ends of blocks.

    Parameters
    ----------
    texts : sequence of str
        Texts of blocks, with normal whitespace.

    Returns
    -------
    ndarray of int64
        Words of all blocks in order, with a `BREAK` before the first block, between two and after the last.
    """
    whole = _HEAD_CHARS + _TAIL_CHARS
    runs = [text if len(text) <= whole else f"{text[:_HEAD_CHARS]} {_GAP_MARK} {text[-_TAIL_CHARS:]}" for text in texts]
    numbers = number(text_words(_with_breaks(runs)))
    gaps = np.flatnonzero(numbers == _GAP)
    for beside in (gaps - 1, gaps + 1):  # words there may be cut
        numbers[beside[numbers[beside] != BREAK]] = _GAP
    return numbers


@compiled("classifier.features._tokens")
def numbers_of_names(names: Sequence[str]) -> NDArray[np.int64]:
    """Find the numbers of the names of elements, each blank-separated, with a `BREAK` around each."""
    return number(name_words(_with_breaks(names)))


def _with_breaks(texts: Sequence[str]) -> list[str]:
    return [_BREAK_MARK, f" {_BREAK_MARK} ".join(texts), _BREAK_MARK]


def container_names(tags: Sequence[str], classes: Sequence[str]) -> list[str]:
    """Tag and class names of every container, blank-separated."""
    return [f"<{tag} {own}" if tag else own for tag, own in zip(tags, classes, strict=True)]

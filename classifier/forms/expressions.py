"""The grammar of arithmetic challenges: a sum with something left to fill in.

A text is cut into tokens; each token becomes one letter (number, operator, equals sign, blank, question mark, other
word), and the grammar is a handful of regular expressions over that string of letters. Nothing is ever computed: the
value of a number is not even known here.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from classifier.forms.number_words import (
    AND_WORDS,
    EQUALS_WORDS,
    HAN_EQUALS,
    HAN_LEADS,
    HAN_NUMERALS,
    HAN_OPERATORS,
    HAN_QUESTIONS,
    LEAD_WORDS,
    OPERATOR_WORDS,
    is_number_word,
    unaccented,
)

BLANK: Final = "[ ]"
# A line of plain text with a sum and more words than this is a sentence about a sum.
_MAX_OTHER_WORDS: Final = 9
_MAX_LINE: Final = 120

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0f]")
_EQUAL_SIGNS: Final = "=＝﹦⩵🟰"
# Kana and Chinese characters: scripts without spaces between words.
_UNSPACED: Final = "\u3040-\u30ff\u4e00-\u9fff"
_TOKEN: Final = re.compile(
    r"(?P<blank>\[\s*[?_.…]*\s*\]|\(\s*[?_.…]*\s*\)|_{2,}|(?<!\S)_(?!\S)|\.{3,}|…+|[□▢☐])"
    rf"|(?P<number>\d{{1,4}}(?:[.,]\d)?(?![^\W{_UNSPACED}]|['’@]))"
    rf"|(?P<han>[{HAN_NUMERALS}]+|{'|'.join((*HAN_OPERATORS, *HAN_EQUALS, *HAN_QUESTIONS))})"
    rf"|(?P<unspaced>[{_UNSPACED}])"
    r"|(?P<letter_times>(?<![^\s\d\])])[xX](?![^\s\d\[]))"
    r"|(?P<word>[^\W_](?:[^\s+×÷=＝?？()\[\]:;/＋－−–—*]*[^\W_])?[\u0900-\u0dff]*)"  # vowel signs are no letters
    r"|(?P<operator>[+＋➕﹢×✕✖⨯✗·∙⋅÷➗−–—‒－﹣➖*＊∗]|-)"
    rf"|(?P<equals>[{_EQUAL_SIGNS}])"
    r"|(?P<question>[?？؟;])"
    r"|(?P<ratio>[:：/∶])"
    r"|(?P<other>\S)"
)
_ROMAN: Final = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_SIGNS_WITHOUT_EQUALS: Final = frozenset("+＋➕﹢×✕✖⨯÷➗*＊∗")

# N number, B blank, O operator sign or word, E equals, Q question mark, R ratio sign, W word, P punctuation.
_EQUATION: Final = re.compile(r"[NB]?(?:[OR][NB]?){1,2}E[NB]?Q*")
_REVERSED: Final = re.compile(r"[NB]E[NB]?(?:O[NB]?){1,2}Q*")
_BARE_SUM: Final = re.compile(r"[NB](?:O[NB]){1,2}Q*")
# Digits shown as pictures leave "× =", "÷ ?" or "+:"; a lone dash between two inputs is a range.
_DIGITLESS: Final = re.compile(r"P*(?:O{1,2}[EQR]|RE)[QBP]*")


_CODES: Final = {
    "blank": "B",
    "number": "N",
    "operator": "O",
    "letter_times": "O",
    "equals": "E",
    "question": "Q",
    "ratio": "R",
    "unspaced": "W",
    "other": "P",
}

_OPERATING: Final = frozenset({"operator", "letter_times", "ratio", "han"})
_OPERATING_WORDS: Final = OPERATOR_WORDS | AND_WORDS
# The second word of "divided by", "est égal à", "multiplicado por".
_FILLERS: Final = frozenset(
    {"cu", "med", "by", "par", "durch", "por", "na", "to", "a", "til", "met", "mit", "door", "przez", "la", "pa", "на"}
)


@dataclass(frozen=True)
class Expression:
    """A sum found in a text.

    Attributes
    ----------
    start, end : int
        Where it stands in the normalised text.
    complete : bool
        Nothing is left to fill in ("2 + 2 = 4").
    equals : bool
        It has an equals sign.
    asks : bool
        It ends in a question mark.
    alone : bool
        Only punctuation stands around it.
    led : bool
        Besides it there are only a few words, one of which announces a question ("What is", "Captcha:").
    sign : bool
        At least one operator is a sign or word that is not also a dash.
    """

    start: int
    end: int
    complete: bool
    equals: bool
    asks: bool
    alone: bool
    led: bool
    sign: bool


class _Token(NamedTuple):
    code: str
    text: str
    start: int
    end: int


def normalise(text: str) -> str:
    """Resolve entities that were escaped twice, compatibility forms and invisible characters.

    Parameters
    ----------
    text : str
        As it stands on the page.

    Returns
    -------
    str
        Text for the grammar; ``８＋１＝`` becomes ``8+1=``.
    """
    if "&" in text:
        text = html.unescape(text)
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _code(kind: str, text: str) -> str:
    if kind == "han":
        if text in HAN_OPERATORS:
            return "O"
        if text in HAN_EQUALS:
            return "E"
        return "Q" if text in HAN_QUESTIONS else "N"
    return _word_code(text) if kind == "word" else _CODES[kind]


@lru_cache(maxsize=4096)
def _word_code(word: str) -> str:
    plain = unaccented(word)
    if is_number_word(word) or _ROMAN.fullmatch(word):
        return "N"
    if plain in OPERATOR_WORDS:
        return "O"
    return "E" if plain in EQUALS_WORDS else "W"


def _may_operate(match: re.Match[str]) -> bool:
    """Whether a token may be an operator or a ratio sign, without one of which there is no sum."""
    kind = match.lastgroup
    return kind in _OPERATING or (kind == "word" and unaccented(match.group()) in _OPERATING_WORDS)


def _tokens(matches: Sequence[re.Match[str]]) -> list[_Token]:
    return [_Token(_code(match.lastgroup or "other", match.group()), match.group(), *match.span()) for match in matches]


def _settled(tokens: list[_Token]) -> list[_Token]:
    """Decide on the tokens whose meaning hangs on their neighbours."""
    tokens = _merge_pairs(_with_ands(tokens))
    last = len(tokens) - 1
    has_words = any(token.code in "NW" for token in tokens)
    settled = []
    for index, token in enumerate(tokens):
        code = token.code
        nearby = tokens[index - 1].code if index else "", tokens[index + 1].code if index < last else ""
        if code == "O" and token.text in "*＊∗" and (index in (0, last) or tokens[index - 1].code in "WEPQ"):
            code = "P"  # the asterisk of a required field
        elif token.text in "xX" and (index in (0, last) or tokens[index - 1].code not in "NB"):
            code = "W"
        elif token.text in ":：" and index == last and index and tokens[index - 1].code == "N":
            code = "Q"  # "35 − 18:"
        elif token.text == ";":  # the Greek question mark only at the end
            code = "Q" if index == last else "P"
        elif code == "R" and has_words and nearby != ("N", "N"):
            code = "P"
        settled.append(_Token(code, token.text, token.start, token.end))
    return settled


def _with_ands(tokens: list[_Token]) -> list[_Token]:
    """Read "and" between two operands as an operator, also where the same word is a number elsewhere."""
    joined = list(tokens)
    for index in range(1, len(tokens) - 1):
        token, before, after = tokens[index], joined[index - 1], tokens[index + 1]
        if before.code in "NB" and after.code in "NBE" and unaccented(token.text) in AND_WORDS:
            joined[index] = _Token("O", token.text, token.start, token.end)
    return joined


def _merge_pairs(tokens: list[_Token]) -> list[_Token]:
    """Join "divided by", "est égal à", "twenty one": neighbours that are one operand or one sign."""
    merged: list[_Token] = []
    for token in tokens:
        previous = merged[-1] if merged else None
        if previous is not None:
            words = token.text[:1].isalpha() and previous.text[:1].isalpha()
            filler = token.code == "W" and unaccented(token.text) in _FILLERS
            if words and ((token.code == previous.code and token.code in "NOE") or (previous.code in "OE" and filler)):
                merged[-1] = _Token(previous.code, f"{previous.text} {token.text}", previous.start, token.end)
                continue
        merged.append(token)
    return merged


# Asked up to three times of a text beside several inputs, and pages of one site repeat their labels.
@lru_cache(maxsize=4096)
def find_expression(text: str) -> Expression | None:
    """Find the sum in a short text.

    Parameters
    ----------
    text : str
        One block; inputs inside it may be written as ``[ ]``.

    Returns
    -------
    Expression or None
        The longest one; None where there is no sum, as in a score, a date or a telephone number.
    """
    text = normalise(text)
    if len(text) > 4 * _MAX_LINE:
        return None
    matches = list(_TOKEN.finditer(text))
    if not any(map(_may_operate, matches)):
        return None
    tokens = _tokens(matches)
    codes = "".join(token.code for token in tokens)
    if "N" not in codes and any(token.code == "W" and unaccented(token.text) not in _FILLERS for token in tokens):
        return None  # most labels: words, and no number among them
    tokens = _settled(tokens)
    codes = "".join(token.code for token in tokens)
    if "O" not in codes and "R" not in codes:
        return None
    matches = [match for pattern in (_EQUATION, _REVERSED, _BARE_SUM) for match in pattern.finditer(codes)]
    numbered = [match for match in matches if "N" in match.group()]
    if not numbered:
        digitless = _DIGITLESS.fullmatch(codes)
        return _describe(tokens, codes, 0, len(codes)) if digitless else None
    best = max(numbered, key=lambda match: match.end() - match.start())
    return _describe(tokens, codes, *best.span())


def _describe(tokens: list[_Token], codes: str, first: int, last: int) -> Expression:
    body = codes[first:last]
    around = codes[:first] + codes[last:]
    others = [token.text for index, token in enumerate(tokens) if not first <= index < last and token.code != "P"]
    parts = [part for other in others for part in re.split(r"[\s-]", other)]
    unspaced = "".join(other for other in others if re.match(f"[{_UNSPACED}]", other))
    led = 0 < len(others) <= _MAX_OTHER_WORDS and (
        any(unaccented(part) in LEAD_WORDS for part in parts) or any(lead in unspaced for lead in HAN_LEADS)
    )
    left, _, right = body.rstrip("Q").partition("E")
    equals = "E" in body
    operands_given = re.search(r"^N(?:[OR]N)+$", left if "O" in left or "R" in left else right) is not None
    complete = equals and operands_given and "B" not in body and left.endswith("N") and right.endswith("N")
    return Expression(
        start=tokens[first].start,
        end=tokens[last - 1].end,
        complete=complete,
        equals=equals,
        asks="Q" in codes[last - 1 :],
        alone=not set(around) - {"P"},
        led=led,
        sign=any(token.code == "O" and _is_plain_sign(token.text) for token in tokens[first:last]),
    )


def _is_plain_sign(text: str) -> bool:
    """Tell signs that mean a sum even without an equals sign; "1 x 5", "3-1" and "one and two" are often none."""
    word = text[:1].isalpha() and text not in "xX" and unaccented(text) not in AND_WORDS
    return word or text in _SIGNS_WITHOUT_EQUALS


def is_expression(text: str) -> bool:
    """Tell whether a line is a sum with something left to fill in, and nothing else.

    Parameters
    ----------
    text : str
        A line or block. A few words that announce a question ("What is", "Captcha:") may stand around the sum.

    Returns
    -------
    bool
        True for ``8 + 1 =``, ``nine − [ ] = 0``, ``What is 9 + 6?``, ``× =``; false for ``2 + 2 = 4``, ``3-1``, a
        telephone number, a sentence. True alone never makes a line a challenge: its surroundings decide.
    """
    if len(text) > _MAX_LINE:
        return False
    found = find_expression(text)
    if found is None or found.complete or not (found.alone or found.led):
        return False
    return found.equals or found.led or found.asks or found.sign

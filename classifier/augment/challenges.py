"""A grammar of anti-spam questions: arithmetic in many spellings, text questions, traps and code labels.

A question is a tuple of pieces: strings, images of digits and the blank, in reading order.
"""

from dataclasses import dataclass
from html import escape
from random import Random
from typing import Final, Literal

from classifier.augment.wordings import Wordings

Style = Literal["digits", "words", "mixed", "roman", "obfuscated", "full-width", "images"]

_STYLES: Final[tuple[Style, ...]] = ("digits", "words", "mixed", "roman", "obfuscated", "full-width", "images")
_STYLE_WEIGHTS: Final = (45, 15, 20, 3, 5, 5, 7)
_SIGNS: Final = {
    "+": ("+", "+", "+", "＋"),
    "-": ("-", "−", "–", "－"),
    "*": ("×", "x", "*", "·", "X"),
    "/": ("÷", "/", ":"),
}
_SIGN_WORDS: Final = {"+": "plus", "-": "minus", "*": "times", "/": "over"}
_ROMAN: Final = "0 I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split()
_EQUALS: Final = ("=", "=", "=", "= ?", "=?", "＝", ":", "?")
_FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")
# Look-alikes that plugins mix into words against bots.
_LOOK_ALIKE: Final = str.maketrans("oae", "οаe")


@dataclass(frozen=True)
class Arithmetic:
    """An arithmetic question before it is spelt.

    Parameters
    ----------
    numbers : tuple of int
        The operands and, last, the result: 3 or 4 numbers.
    signs : tuple of str
        One of ``+ - * /`` between each two operands.
    blank : int
        Index in `numbers` of the one that is asked for.
    """

    numbers: tuple[int, ...]
    signs: tuple[str, ...]
    blank: int


def arithmetic(rng: Random) -> Arithmetic:
    """Draw an equation with small whole numbers and one of them blank."""
    if rng.random() < 0.15:
        numbers = [rng.randint(1, 20) for _ in range(3)]
        signs = ["+", "+"] if rng.random() < 0.7 else ["+", "-"]
        if signs[1] == "-":
            numbers[2] = rng.randint(0, numbers[0] + numbers[1])
        result = numbers[0] + numbers[1] + (numbers[2] if signs[1] == "+" else -numbers[2])
    else:
        sign = rng.choices("+-*/", (55, 20, 20, 5))[0]
        a, b = rng.randint(0, 20), rng.randint(1, 20)
        if rng.random() < 0.15:
            a += rng.randint(10, 80)
        if sign == "-" and a < b:
            a, b = b, a
        if sign == "/":
            a *= b
        numbers, signs = [a, b], [sign]
        result = {"+": a + b, "-": a - b, "*": a * b, "/": a // max(b, 1)}[sign]
    numbers.append(result)
    blank = len(numbers) - 1 if rng.random() < 0.6 else rng.randrange(len(numbers))
    return Arithmetic(tuple(numbers), tuple(signs), blank)


def spell_number(number: int, style: Style, words: Wordings, rng: Random) -> str:
    """HTML of one number in the given style; numbers that a style cannot spell come in digits."""
    if style == "mixed":
        style = rng.choice(("digits", "words"))
    if style == "images":
        return f'<img src="/c/{rng.randrange(10**6)}.gif" alt="">'
    if style == "full-width":
        return str(number).translate(_FULL_WIDTH)
    if style == "roman" and 0 < number < len(_ROMAN):
        return _ROMAN[number]
    names = words.all("numbers")
    if style in ("words", "obfuscated") and number < len(names):
        name = names[number]
        return escape(_obfuscate(name, rng) if style == "obfuscated" else name)
    return str(number)


def _obfuscate(name: str, rng: Random) -> str:
    """Make a number word hard for programs: ``Ach,t``, ``s e v e n``, look-alike letters, ``eIGhT``."""
    way = rng.randrange(4)
    if way == 0 and len(name) > 2:
        cut = rng.randrange(1, len(name))
        return f"{name[:cut]}{rng.choice(',.-_')}{name[cut:]}"
    if way == 1:
        return " ".join(name)
    if way == 2:
        return name.translate(_LOOK_ALIKE)
    return "".join(letter.upper() if rng.random() < 0.5 else letter for letter in name)


def arithmetic_html(question: Arithmetic, words: Wordings, rng: Random, blank: str) -> str:
    """HTML of an arithmetic question.

    Parameters
    ----------
    question : Arithmetic
        What is asked.
    words : Wordings
        Language of number and operator words.
    rng : Random
        Draws the spelling.
    blank : str
        HTML that stands for the number asked for, e.g. an input. A blank result may be left out.
    """
    style = rng.choices(_STYLES, _STYLE_WEIGHTS)[0]
    last = len(question.numbers) - 1
    if question.blank == last and len(question.signs) == 1 and rng.random() < 0.3:
        return _asked(question, style, words, rng) + (f" {blank}" if rng.random() < 0.5 else "")
    spelt = [
        blank if index == question.blank else spell_number(number, style, words, rng)
        for index, number in enumerate(question.numbers)
    ]
    pieces = [spelt[0]]
    for sign, operand in zip(question.signs, spelt[1:last], strict=True):
        pieces += [_operator(sign, style, words, rng), operand]
    if question.blank == last:
        pieces.append(rng.choice(_EQUALS))
        if rng.random() < 0.4:
            pieces.append(blank)
    else:
        pieces += ["=", spelt[last]]
    return ("" if rng.random() < 0.12 and style != "words" else " ").join(pieces)


def _operator(sign: str, style: Style, words: Wordings, rng: Random) -> str:
    """HTML of an operator: a sign, or a word (more often between number words)."""
    if rng.random() < (0.4 if style in ("words", "mixed") else 0.1):
        return escape(words.pick(_SIGN_WORDS[sign], rng))
    return escape(rng.choice(_SIGNS[sign]))


def _asked(question: Arithmetic, style: Style, words: Wordings, rng: Random) -> str:
    """HTML of the question as a sentence: "What is 9 + 6?", "Summe von 2 + 8 ?"."""
    a, b = (spell_number(number, style, words, rng) for number in question.numbers[:2])
    sign = question.signs[0]
    if sign == "+" and rng.random() < 0.4:
        return escape(words.pick("sum", rng)).replace("{a}", a).replace("{b}", b)
    expression = f"{a} {_operator(sign, style, words, rng)} {b}"
    return escape(words.pick("ask", rng)).replace("{expr}", expression)


def blank_html(rng: Random) -> str:
    """HTML of the place for the answer inside an equation: mostly an input, sometimes only a mark."""
    if rng.random() < 0.75:
        return f'<input type="text" name="{rng.choice(("captcha", "mathcaptcha", "answer", "q", "math"))}" size="2">'
    return rng.choice(("?", "__", "[ ]", "…", "□", "( )"))


def question_html(words: Wordings, rng: Random) -> tuple[str, bool]:
    """HTML of any challenge question, and whether an input stands inside it.

    Seven in ten are arithmetic; the others are text questions, image codes, honeypots, year fields and notices.
    """
    if rng.random() < 0.7:
        blank = blank_html(rng)
        html = arithmetic_html(arithmetic(rng), words, rng, blank)
        return html, "<input" in html
    key = rng.choices(("question", "image", "honeypot", "year", "recaptcha"), (30, 25, 20, 10, 15))[0]
    return escape(words.pick(key, rng)), key == "recaptcha"

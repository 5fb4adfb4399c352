"""Body text that looks like a challenge, a source link, a promo or a form, and must stay."""

import re
from html import escape
from random import Random
from typing import Final

from classifier.augment.tables import table
from classifier.augment.templates import fill
from classifier.augment.writer import Writer

_TAGS: Final = ("p", "p", "p", "p", "div", "blockquote", "li", "h3")
_HEADINGS: Final = (
    *("<h2>{subheading}</h2>", "<h2>{subheading}</h2>", "<h3>{subheading}</h3>", "<h4>{subheading}</h4>"),
    *("<p><strong>{subheading}</strong></p>", "<p><b>{subheading}</b></p>", "<p>{subheading}</p>"),
)
_EQUATION: Final = re.compile(r"2 \+ 2 = 4")
_SCORES: Final = (re.compile(r"2 ?([-:–]|比) ?0"), re.compile(r"3([-:–]|比)1"))
_AMOUNT: Final = re.compile(r"250")
_AGENCIES: Final = (
    "dpa AFP AP Reuters EFE ANSA PAP ČTK TASS APA SDA Belga ANP TT NTB STT Ritzau MTI Lusa Agerpres AA Antara ANI PTI "
    "Xinhua Kyodo Yonhap Bloomberg UPI Europa_Press Getty_Images".split()
)


def hard_negative_html(writer: Writer) -> str:
    """HTML of one hard negative, one root element."""
    rng = writer.rng
    kinds = ("negative", "read_sentence", "credit", "mention", "linked", "turns", "section", "table")
    kind = rng.choices(kinds, (35, 22, 18, 10, 15, 8, 20, 6))[0]
    if kind in {"linked", "turns"} and writer.texts is None:
        kind = "read_sentence"
    if kind == "table":
        return table(writer)
    if kind == "turns":
        return turns(writer)
    if kind == "section":
        return section(writer)
    if kind == "credit":
        return f"<p>{escape(credit(writer))}</p>"
    if kind == "linked":
        return f"<p>{_linked(writer)}</p>"
    text = escape(vary(writer.slot(kind), rng))
    if kind == "read_sentence":
        text = text.replace("[", f'<a href="{writer.url()}">').replace("]", "</a>")
    if writer.texts is not None and kind != "mention" and rng.random() < 0.5:
        real = escape(" ".join(writer.texts(rng).split())[:500])
        text = f"{text} {real}" if rng.random() < 0.6 else f"{real} {text}"
    tag = rng.choice(_TAGS) if kind == "negative" else rng.choice(("p", "p", "div"))
    inner = {"li": f"<ul><li>{text}</li></ul>", "blockquote": f"<blockquote><p>{text}</p></blockquote>"}
    return inner.get(tag, f"<{tag}>{text}</{tag}>")


def vary(text: str, rng: Random) -> str:
    """Put other numbers into the equation, the score and the amount of a sentence, so that none is learnt by heart."""
    text = _EQUATION.sub(lambda _: equation(rng), text)
    home, guests = rng.randint(0, 6), rng.randint(0, 6)
    text = _SCORES[0].sub(rf"{home}\g<1>{guests}", text)
    text = _SCORES[1].sub(rf"{home + rng.randint(0, 3)}\g<1>{guests + rng.randint(0, 3)}", text)
    return _AMOUNT.sub(str(rng.choice((75, 100, 125, 180, 250, 300, 500, 750))), text)


def equation(rng: Random) -> str:
    """Give a finished equation such as writers print: "7 × 8 = 56", "2 + 2 = 5"."""
    a, b = rng.randint(1, 12), rng.randint(1, 12)
    sign, result = rng.choice((("+", a + b), ("+", a + b), ("×", a * b), ("-", a - b), ("x", a * b)))
    return f"{a} {sign} {b} = {result + (rng.random() < 0.15)}"


def credit(writer: Writer) -> str:
    """Agency credit in the wording of the language: "Quelle: dpa", "(Reuters)", "AP/AFP"."""
    rng = writer.rng
    if rng.random() < 0.45:
        return writer.slot("credit")
    agency = rng.choice(_AGENCIES).replace("_", " ")
    source = writer.wordings.all("source_label")[0]
    return rng.choice((f"{source}: {agency}", f"({agency})", f"{agency}/{rng.choice(_AGENCIES[:12])}", f"© {agency}"))


def turns(writer: Writer) -> str:
    """HTML of an interview or a ticker: real paragraphs, each under a name, a time or a question, as comments are."""
    assert writer.texts is not None
    rng = writer.rng
    names = [escape(writer.author()), escape(writer.author())]
    kind = rng.choice(
        ("<b>{name}:</b>", "<b>{time}</b>", "<b>{stamp}</b><br>", "<b>{number}.</b>", "<i>{opener}</i><br>")
    )
    parts = []
    for index in range(rng.randint(2, 7)):
        lead = fill(kind, writer, name=names[index % 2], number=str(index + 1))
        parts.append(f"{lead} {escape(' '.join(writer.texts(rng).split())[:700])}")
    between = rng.choice(("", "", "<hr>"))
    return "<div>" + between.join(f"<p>{part}</p>" for part in parts) + "</div>"


def section(writer: Writer) -> str:
    """HTML of a sub-heading, often with a real paragraph below: a short line amid paragraphs is not always a promo."""
    below = ""
    if writer.texts is not None and writer.rng.random() < 0.6:
        below = f"<p>{escape(' '.join(writer.texts(writer.rng).split())[:700])}</p>"
    return f"<div>{fill(writer.rng.choice(_HEADINGS), writer)}{below}</div>"


def _linked(writer: Writer) -> str:
    """HTML of a real paragraph some words of which are a link."""
    assert writer.texts is not None
    words = [escape(word) for word in writer.texts(writer.rng).split()[:120]] or ["…"]
    start = writer.rng.randrange(len(words))
    end = min(len(words), start + writer.rng.randint(1, 6))
    words[start] = f'<a href="{writer.url()}">{words[start]}'
    words[end - 1] += "</a>"
    return " ".join(words)

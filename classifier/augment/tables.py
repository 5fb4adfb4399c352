"""Tables of figures that belong to an article: rankings, league tables, results, prices."""

from collections.abc import Callable
from html import escape
from typing import Final

from classifier.augment.writer import Writer

_MOST_ROWS: Final = 30
_RULES: Final = ('<table border="1" cellpadding="2">', '<table width="100%">', "<table>", '<table class="data">')


def table(writer: Writer) -> str:
    """HTML of a table: a column of names, further ones of figures written in one way each, often a row of headings."""
    rng = writer.rng
    columns = [_column(writer) for _ in range(rng.randint(1, 6))]
    columns.insert(rng.choice((0, 0, 0, 1)), lambda _: escape(_name(writer)))
    numbered = rng.random() < 0.35
    rows = []
    for row in range(rng.choice((rng.randint(2, 8), rng.randint(4, _MOST_ROWS)))):
        cells = [column(row) for column in columns]
        rows.append([str(row + 1), *cells] if numbered else cells)
    head = ""
    if rng.random() < 0.7:
        tag = rng.choice(("th", "th", "td"))
        head = _row([escape(_name(writer)) for _ in rows[0]], tag)
    inner = rng.choice(("td", "td", "td", "p"))
    body = "".join(_row([f"<p>{cell}</p>" for cell in row] if inner == "p" else row, "td") for row in rows)
    caption = f"<caption>{escape(writer.subheading())}</caption>" if rng.random() < 0.15 else ""
    html = f"{rng.choice(_RULES)}{caption}{head}{body}</table>"
    return f"<div>{html}</div>" if rng.random() < 0.4 else html


def _row(cells: list[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def _name(writer: Writer) -> str:
    """Name a row or a column: a person, a town, or a few words out of a real paragraph."""
    rng = writer.rng
    if writer.texts is not None and rng.random() < 0.6:
        words = writer.texts(rng).split()
        start = rng.randrange(len(words)) if words else 0
        found = " ".join(words[start : start + rng.randint(1, 3)])[:40].strip(".,;:!?\"'()")
        if found:
            return found[0].upper() + found[1:]
    return writer.slot(rng.choice(("author", "town", "subheading")))


def _column(writer: Writer) -> Callable[[int], str]:
    """Draw how the cells of a column are written."""
    rng = writer.rng
    size = 10 ** rng.randint(1, 7)
    separator, point = rng.choice(((",", "."), (".", ","), (" ", ","), ("", ".")))

    def number(_: int) -> str:
        return f"{rng.randrange(size):,}".replace(",", separator)

    def fraction(_: int) -> str:
        return f"{rng.uniform(-10, 90):.1f}".replace(".", point)

    def year(_: int) -> str:
        return str(rng.randint(1960, 2026))

    currency, unit = rng.choice("$€£¥"), rng.choice(("%", " %", " km", " kg", " m", "°"))
    kinds: tuple[Callable[[int], str], ...] = (
        number,
        number,
        fraction,
        year,
        lambda row: currency + number(row),
        lambda row: fraction(row) + unit,
        lambda _: f"{rng.randint(0, 6)}{rng.choice(':-–')}{rng.randint(0, 6)}",
        lambda _: escape(_name(writer)),
        lambda _: rng.choice(("–", "-", "N/A", "✓", "*")) if rng.random() < 0.3 else str(rng.randint(0, 99)),
    )
    return rng.choice(kinds)

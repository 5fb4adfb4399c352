"""Comment threads in the layouts of old news sites, boards and shops, composed at random.

The templates of `templates/threads.html` copy platforms. Most sites of 2000 to 2010 wrote their own: rows of tables,
definition lists, paragraphs between rules, lines between breaks in the cell that holds the article, the name before or
behind the text, newest first, numbered, with towns, ratings, votes and "Report abuse". A layout is drawn once per
thread and filled for each comment.
"""

import re
from dataclasses import dataclass
from html import escape
from random import Random
from typing import Final

from classifier.augment.templates import fill
from classifier.augment.writer import Writer

LOOSE: Final = "w-loose"
"""Attribute of a thread whose parts belong directly into the container of the article."""

_SLOT: Final = re.compile(r"\{(\w+)\}")
_SHAPES: Final = {"box": 27, "item": 14, "rows": 12, "cells": 10, "table": 7, "dl": 8, "lines": 12, "rules": 10}
_LOOSE_SHARE: Final = {"lines": 0.75, "rules": 0.75, "box": 0.3, "table": 0.5}
_MOST: Final = 12
_LONGEST: Final = 50
_SEPARATORS: Final = (" ", " ", ", ", " | ", " - ", " – ", " · ", " / ", "<br>", ": ")
_NAMES: Final = (
    "<b>{author}</b>",
    "<b>{author}</b>",
    "<strong>{says}</strong>",
    "{says}",
    "{author}",
    '<a href="/u/{id}">{author}</a>',
    '<a href="/u/{id}"><b>{author}</b></a>',
    '<span class="user">{author}</span>',
    '<font color="#336699"><b>{author}</b></font>',
    '<img src="/a/{id}.gif" alt=""> <a href="/u/{id}">{author}</a>',
    "<em>{author}</em>",
    '<a href="/u/{id}">{author}</a> ({id})',
)
_SIGNED: Final = ("{posted}", "<small>{posted}</small>", "<i>{posted}</i>", '<span class="by">{posted}</span>')
_DATES: Final = (
    "{stamp}",
    "{at}",
    "<small>{stamp}</small>",
    '<span class="date">{stamp}</span>',
    '<font size="1">{at}</font>',
    "({stamp})",
    "<i>{stamp}</i>",
    '<a href="#{id}">{stamp}</a>',
    "[{stamp}]",
)
_TITLES: Final = (
    "<b>{headline}</b>",
    "<strong>{headline}</strong>",
    '<a href="#{id}">{headline}</a>',
    "<i>{headline}</i>",
    '<a href="#{id}">Re: {headline}</a>',
    "<b>Re: {headline}</b> ({rating})",
    "Re:{headline} <small>({rated})</small>",
)
_RATINGS: Final = ("{rated}", '<img src="/s/{n}.gif" alt=""> {rated}', '<span class="stars">{stars}</span>', "{stars}")
_PLACES: Final = ("{town}", "<small>{town}</small>", "({town})")
_ACTIONS: Final = ("{reply}", "{like}", "{report}", "{recommend}", "{recommend}")
_ACTION_FORMS: Final = ('<a href="#">{}</a>', '<a href="#">{}</a>', "<button>{}</button>", "<span>{}</span>", "[{}]")
_LINE_TAGS: Final = ("div", "div", "div", "p", "span", "h5", "small")
_HEADING_TAGS: Final = ("h2", "h3", "h3", "h4", "b", "div", "p", "strong")
# What developers call a comment; `rename` takes these names away again from half of the threads.
_RECORD_NAMES: Final = (
    "comment cmt post msg message entry opinion review feedback talk reader userpost item row".split()
)


@dataclass(frozen=True)
class _Layout:
    """What the comments of a thread have in common: templates of lines above and below the text."""

    shape: str
    name: str
    line: str
    head: tuple[str, ...]
    foot: tuple[str, ...]
    text: str
    rule: str
    review: bool
    first: int
    step: int


def layout_html(writer: Writer) -> str:
    """HTML of a thread of 1 to 12 comments, rarely up to 50, one root element.

    Parameters
    ----------
    writer : Writer
        Language and source of the texts.

    Returns
    -------
    str
        With the attribute `LOOSE` on the root where its parts belong directly among the paragraphs of the article.
    """
    rng = writer.rng
    layout = _draw(writer)
    count = rng.choices(
        (rng.randint(1, 3), rng.randint(2, _MOST), rng.randint(3, _MOST), rng.randint(_MOST, _LONGEST)), (31, 31, 31, 7)
    )[0]
    records = "".join(_record(writer, layout, index) for index in range(count))
    loose = rng.random() < _LOOSE_SHARE.get(layout.shape, 0)
    before, after = _heading(writer, layout, loose), _pager(writer) if rng.random() < 0.25 else ""
    if layout.shape in {"rows", "cells"}:
        records = f'<table width="100%" class="{layout.name}s">{records}</table>'
    elif layout.shape == "dl":
        records = f"<dl>{records}</dl>"
    elif layout.shape == "item":
        tag = rng.choice(("ol", "ul"))
        records = f"<{tag}>{records}</{tag}>"
    if loose:
        return f'<div {LOOSE}=""><br>{before}{records}{after}<hr></div>'
    return f'<div id="{layout.name}s" class="{layout.name}list">{before}{records}{after}</div>'


def _draw(writer: Writer) -> _Layout:
    """Draw what the comments of a thread have in common."""
    rng = writer.rng
    review = rng.random() < 0.3
    shape = rng.choices(list(_SHAPES), list(_SHAPES.values()))[0]
    name = rng.choice(_RECORD_NAMES)
    pieces = [rng.choice(_NAMES)]
    if rng.random() < 0.25:
        pieces.append(rng.choice(_PLACES))
    if rng.random() < 0.75:
        pieces.append(rng.choice(_DATES))
    if rng.random() < 0.2:
        rng.shuffle(pieces)
    if rng.random() < 0.2:
        pieces.insert(0, rng.choice(("#{number}", "{number}.", "{number}", '<a href="#c{number}">#{number}</a>')))
    head = [rng.choice(_SIGNED)] if rng.random() < 0.3 else _lines(pieces, rng)
    foot: list[str] = []
    if rng.random() < 0.28:  # signed below the text; now and then only dated there
        cut = len(head) if rng.random() < 0.7 else rng.randrange(len(head) + 1)
        foot, head = head[len(head) - cut :], head[: len(head) - cut]
    if review:
        head.insert(0 if rng.random() < 0.7 else len(head), rng.choice(_RATINGS))
    if rng.random() < (0.5 if review else 0.2):
        head.insert(rng.randrange(len(head) + 1), rng.choice(_TITLES))
    if review and rng.random() < 0.5:
        foot.append("{helpful}")
    if rng.random() < 0.65:
        form = rng.choice(_ACTION_FORMS)
        actions = [form.format(action) for action in rng.sample(_ACTIONS, rng.randint(1, 3))]
        foot.append(rng.choice((" ", " | ", " - ")).join(actions))
    return _Layout(
        shape,
        name,
        rng.choice(_LINE_TAGS),
        tuple(_worded(line, writer) for line in head),
        tuple(_worded(line, writer) for line in foot),
        rng.choice(("p", "p", "div", "bare", "font")),
        rng.choice(("<hr>", '<hr size="1" noshade>', "<br>")),
        review,
        rng.choice((1, 1, 2, 14, 101)),
        rng.choice((1, 1, -1)),
    )


def _worded(line: str, writer: Writer) -> str:
    """Put one wording into the line for all comments; names, dates and numbers stay slots."""

    def reword(match: re.Match[str]) -> str:
        key = match[1]
        return escape(writer.wordings.pick(key, writer.rng)) if key in writer.wordings.names() else match[0]

    for _ in range(2):  # "{at}" may hold "{ago}"
        line = _SLOT.sub(reword, line)
    return line


def _lines(pieces: list[str], rng: Random) -> list[str]:
    """Put the pieces of a header into one line, or each into its own."""
    if rng.random() < 0.3:
        return pieces
    line = pieces[0]
    for piece in pieces[1:]:
        line += rng.choice(_SEPARATORS) + piece
    return [line]


def _record(writer: Writer, layout: _Layout, index: int) -> str:
    """HTML of one comment."""
    number = str(max(1, layout.first + layout.step * index + (_MOST if layout.step < 0 else 0)))
    head = [fill(line, writer, number=number) for line in layout.head]
    foot = [fill(line, writer, number=number) for line in layout.foot]
    parts = [escape(writer.comment()) for _ in range(writer.rng.choice((1, 1, 1, 2, 3)))]
    if layout.shape == "lines":
        text = "<br><br>".join(parts)
        return "".join(f"<span>{line}</span><br>" for line in (*head, text, *foot)) + "<br>"
    if layout.shape == "rules":
        lead = " ".join(head)
        joint = writer.rng.choice((" - ", ": ", " – ", " "))
        first = f"<p>{lead}{joint if lead else ''}{parts[0]}</p>"
        rest = "".join(f"<p>{part}</p>" for part in (*parts[1:], *foot))
        return first + rest + layout.rule
    text = _text(parts, layout.text)
    above = "".join(_line(line, layout.line) for line in head)
    below = "".join(_line(line, layout.line) for line in foot)
    if layout.shape == "dl":
        return f"<dt>{' '.join(head) or number}</dt><dd>{text}{below}</dd>"
    if layout.shape == "rows":
        cells = [f"<td>{part}</td>" for part in ("<br>".join(head), text, " ".join(foot)) if part]
        return "".join(f'<tr class="{layout.name}">{cell}</tr>' for cell in cells)
    if layout.shape == "cells":
        return f'<tr><td valign="top" width="120">{"<br>".join(head)}</td><td>{text}{below}</td></tr>'
    if layout.shape == "table":
        return f'<table class="{layout.name}"><tr><td>{above}{text}{below}</td></tr></table>'
    tag = "li" if layout.shape == "item" else "div"
    return f'<{tag} class="{layout.name}">{above}{text}{below}</{tag}>'


def _line(html: str, tag: str) -> str:
    """One line of a header or footer; inline elements end with a break."""
    return f"<{tag}>{html}</{tag}>" + ("<br>" if tag in {"span", "small"} else "")


def _text(parts: list[str], kind: str) -> str:
    """HTML of what a reader wrote."""
    if kind == "p":
        return "".join(f"<p>{part}</p>" for part in parts)
    lines = "<br><br>".join(parts)
    if kind == "font":
        return f'<font size="2">{lines}</font>'
    return lines if kind == "bare" else f'<div class="text">{lines}</div>'


def _heading(writer: Writer, layout: _Layout, loose: bool) -> str:
    """Heading of a thread; one that stands loose in an article needs one, or nobody could tell where it begins."""
    rng = writer.rng
    if not loose and rng.random() < 0.12:
        return ""
    slot = "{reviews}" if layout.review else rng.choice(("{count}", "{opinions}", "{opinions}"))
    tag = rng.choice(_HEADING_TAGS)
    html = f"<{tag}>{fill(slot, writer)}</{tag}>" + ("<br>" if tag in {"b", "strong"} else "")
    return html + (_pager(writer) if rng.random() < 0.15 else "")


def _pager(writer: Writer) -> str:
    """Links to the other pages of a thread."""
    pages = " ".join(f'<a href="?p={n}">{n}</a>' for n in range(2, writer.rng.randint(3, 7)))
    return f'<p>1 {pages} <a href="?p=2">{escape(writer.slot("more"))}</a></p>'

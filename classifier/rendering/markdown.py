"""Clean HTML, as `body_html` writes it, to Markdown (CommonMark, with pipe tables)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from classifier.rendering.inline import BREAK, CODE, STARS, WHOLE, Piece, write

if TYPE_CHECKING:
    from lxml.etree import _Element

# "&" only where it would begin a reference, such as "&lt;".
_ESCAPED: Final = re.compile(r"[\\`*_\[\]<>]|~(?=~)|&(?=#?\w+;)")
_LINE_START: Final = re.compile(r"^(\s*)([#+>=|-]|:(?=-)|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_BACKSLASHED: Final = r"\\\g<0>"
_BLOCKS: Final = frozenset(
    ("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table", "figure")
)
_ITEMS: Final = frozenset(("figcaption", "li", "dt", "dd", "caption", "tr", "td", "th"))
_NESTING: Final = ("ul", "ol", "blockquote")
_MAX_DEPTH: Final = 8  # lists in lists; each is two elements, and markdown-it leaves out what is more than 20 deep


def markdown(html: str) -> str:
    """Turn clean HTML into Markdown.

    Parameters
    ----------
    html : str
        As `classifier.rendering.body_html` writes it.

    Returns
    -------
    str
        Blocks separated by blank lines, without a line end after the last.
    """
    if not html:
        return ""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    root = etree.fromstring(f"<html><body>{html}</body></html>".encode("utf-8", "replace"), parser=parser)
    body = root.find("body")
    return "" if body is None else "\n\n".join(_children(body))


def _children(parent: _Element, block: Callable[[_Element], list[str]] | None = None) -> list[str]:
    """Markdown of the blocks in an element; inline content between them becomes a block of its own."""
    block = block or _block
    blocks: list[str] = []
    run = [Piece(_text(parent.text))]
    for child in parent:
        if child.tag in _BLOCKS or child.tag in _ITEMS:
            _flush(run, blocks)
            blocks += block(child)
        else:
            run += _inline(child, frozenset())
        run.append(Piece(_text(child.tail)))
    _flush(run, blocks)
    return blocks


def _flush(run: list[Piece], blocks: list[str]) -> None:
    written = _paragraph(run)
    if written:
        blocks.append(written)
    run.clear()


def _block(element: _Element) -> list[str]:
    tag = str(element.tag)
    if tag[0] == "h":
        # A "#" at the end would close the heading.
        return [f"{'#' * int(tag[1])} {re.sub('(?<= )#+$', _BACKSLASHED, _line(element))}"]
    if tag in _NESTING and sum(above.tag in _NESTING for above in element.iterancestors()) >= _MAX_DEPTH:
        return _children(element)
    if tag in ("ul", "ol"):
        return _list(element)
    if tag == "blockquote":
        return [_prefix("\n\n".join(_children(element)), "> ", "> ")]
    if tag == "pre":
        return [_code_block(element)]
    if tag == "table":
        return _table(element)
    if tag == "dt":  # CommonMark has no lists of definitions
        term = _paragraph(list(_contents(element, frozenset(("strong",)))))
        return [term] if term else []
    return _children(element)


def _list(element: _Element) -> list[str]:
    first = element.get("start") or "1"
    number = int(first) if first.isdecimal() else 1
    items: list[str] = []
    for item in element:
        mark = f"{number + len(items)}. " if element.tag == "ol" else "- "
        text = ("\n" if _is_tight(item) else "\n\n").join(_children(item))
        if text:  # an empty item cannot follow a line of text
            items.append(_prefix(text, mark, " " * len(mark)))
    return ["\n".join(items)] if items else []


def _is_tight(item: _Element) -> bool:
    """Whether an item is text and a list at most; in other lists than those of 1. text before them would go on."""
    blocks = [child for child in item if child.tag in _BLOCKS]
    return not blocks or (
        len(blocks) == 1
        and blocks[0].tag in ("ul", "ol")
        and blocks[0].get("start", "1") == "1"
        and not (blocks[0].tail or "").strip()
        and blocks[0].getnext() is None
    )


def _code_block(element: _Element) -> str:
    text = _all_text(element).strip("\n")
    fence = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    code = element.find(".//code[@class]")
    language = (code.get("class") or "").removeprefix("language-") if code is not None else ""
    return f"{fence}{language}\n{text}\n{fence}"


def _table(element: _Element) -> list[str]:
    caption = [_line(child) for child in element.iterchildren("caption")]
    rows = [[_cell(cell) for cell in row if cell.tag in ("td", "th")] for row in element.iterchildren("tr")]
    rows = [row for row in rows if row]
    if not rows:
        return caption
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    top = next(element.iterchildren("tr"))
    if not any(cell.tag == "th" for cell in top):  # a pipe table needs a head
        rows.insert(0, [""] * width)
    rows.insert(1, ["---"] * width)
    return [*caption, "\n".join(f"| {' | '.join(row)} |" for row in rows)]


def _cell(cell: _Element) -> str:
    return _joined(_flat(cell)).replace("|", "\\|")


def _flat(element: _Element) -> list[str]:
    """Markdown of the inline content of an element, without what only stands at the start of a line."""
    if element.tag == "pre":
        return [write([Piece(_SPACES.sub(" ", _all_text(element)).strip(), kind=CODE)])]
    return _children(element, _flat)


def _contents(element: _Element, marks: frozenset[str]) -> Iterator[Piece]:
    """Pieces of the inline content of an element that stands under marks."""
    yield Piece(_text(element.text), set(marks))
    for child in element:
        yield from _inline(child, marks)
        yield Piece(_text(child.tail), set(marks))


def _inline(element: _Element, marks: frozenset[str]) -> Iterator[Piece]:
    tag = str(element.tag)
    if tag in STARS:
        yield from _contents(element, marks | {tag})
    elif tag == "br":
        yield Piece("\n", set(marks), BREAK)
    elif tag == "img":
        alt = " ".join(_text(element.get("alt")).split())
        yield Piece(f"![{alt}]({_address(element.get('src'))})", set(marks), WHOLE)
    elif tag == "code":
        yield Piece(_SPACES.sub(" ", _all_text(element)), set(marks), CODE)
    elif tag == "a":
        inner = write(_contents(element, frozenset()))
        yield Piece(f"[{inner}]({_address(element.get('href'))})", set(marks), WHOLE) if inner.strip() else Piece(inner)
    elif tag in ("sub", "sup"):
        # Markdown has no mark for them; its HTML is allowed. Marks in it could end one that began before it.
        inner = write(
            Piece(piece.text, set() if marks else piece.marks, piece.kind) for piece in _contents(element, frozenset())
        )
        yield Piece(f"<{tag}>{inner}</{tag}>", set(marks), WHOLE) if inner.strip() else Piece(inner)
    else:
        yield from _contents(element, marks)


def _all_text(element: _Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _line(element: _Element) -> str:
    return _joined(_children(element))


def _joined(blocks: list[str]) -> str:
    return " ".join(" ".join(blocks).replace("\\\n", " ").split())


def _paragraph(pieces: list[Piece]) -> str:
    filled = [at for at, piece in enumerate(pieces) if piece.kind != BREAK and piece.text.strip()]
    text = write(pieces[filled[0] : filled[-1] + 1]) if filled else ""
    lines = (line.strip(" ") for line in text.split("\n"))
    return _LINE_START.sub(_escape_start, "\n".join(line for line in lines if line))


def _escape_start(match: re.Match[str]) -> str:
    mark = match[2]
    if mark.isdigit():
        return f"{match[1]}{mark}\\"
    return f"{match[1]}\\{mark}"


def _text(text: Any) -> str:
    return _ESCAPED.sub(_BACKSLASHED, _SPACES.sub(" ", text)) if text else ""


def _address(address: Any) -> str:
    address = str(address or "").replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    return re.sub(r"&(?=#?\w+;)", "&amp;", address)


def _prefix(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        ((first if number == 0 else rest) + line).rstrip() if line or number == 0 else rest.rstrip()
        for number, line in enumerate(lines)
    )

"""Clean HTML, as `body_html` writes it, to Markdown (CommonMark, with pipe tables)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

_ESCAPED: Final = re.compile(r"([\\`*_\[\]<>])|(?<=\w)(~~)")
_LINE_START: Final = re.compile(r"^(\s*)([#+>=-]|~~~|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)
_MARKS: Final = {"strong": "**", "em": "*"}
_BLOCKS: Final = frozenset(
    ("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table", "figure")
)


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


def _children(parent: _Element) -> list[str]:
    """Markdown of the blocks in an element; inline content between them becomes a block of its own."""
    blocks: list[str] = []
    run = [_text(parent.text)]
    for child in parent:
        if child.tag in _BLOCKS or child.tag == "figcaption":
            _flush(run, blocks)
            written = _block(child)
            if written:
                blocks.append(written)
        else:
            run.append(_inline(child))
        run.append(_text(child.tail))
    _flush(run, blocks)
    return blocks


def _flush(run: list[str], blocks: list[str]) -> None:
    written = _paragraph("".join(run))
    if written:
        blocks.append(written)
    run.clear()


def _block(element: _Element) -> str:
    tag = str(element.tag)
    if tag[0] == "h":
        return f"{'#' * int(tag[1])} {_line(element)}"
    if tag in ("ul", "ol"):
        return _list(element)
    if tag == "blockquote":
        return _prefix("\n\n".join(_children(element)), "> ", "> ")
    if tag == "pre":
        return _code_block(element)
    if tag == "table":
        return _table(element)
    if tag == "dl":
        return "\n\n".join(
            f"**{_line(item)}**" if item.tag == "dt" else _prefix("\n\n".join(_children(item)), ":   ", "    ")
            for item in element
        )
    return "\n\n".join(_children(element))


def _list(element: _Element) -> str:
    first = element.get("start") or "1"
    number = int(first) if first.isdecimal() else 1
    items = []
    for offset, item in enumerate(element):
        mark = f"{number + offset}. " if element.tag == "ol" else "- "
        blocks = _children(item)
        tight = all(child.tag in ("ul", "ol") or child.tag not in _BLOCKS for child in item)
        items.append(_prefix(("\n" if tight else "\n\n").join(blocks), mark, " " * len(mark)))
    return "\n".join(items)


def _code_block(element: _Element) -> str:
    text = "".join(str(part) for part in element.itertext()).strip("\n")
    fence = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    code = element.find(".//code[@class]")
    language = (code.get("class") or "").removeprefix("language-") if code is not None else ""
    return f"{fence}{language}\n{text}\n{fence}"


def _table(element: _Element) -> str:
    caption = [_line(child) for child in element.iter("caption")]
    rows = [[_cell(cell) for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
    rows = [row for row in rows if row]
    if not rows:
        return "\n\n".join(caption)
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    top = next(element.iter("tr"))
    if not any(cell.tag == "th" for cell in top):  # a pipe table needs a head
        rows.insert(0, [""] * width)
    rows.insert(1, ["---"] * width)
    return "\n\n".join([*caption, "\n".join(f"| {' | '.join(row)} |" for row in rows)])


def _cell(cell: _Element) -> str:
    return " ".join(" ".join(_children(cell)).replace("\\\n", " ").split()).replace("|", "\\|")


def _inline(element: _Element) -> str:
    tag = str(element.tag)
    if tag == "br":
        return "\\\n"
    if tag == "img":
        alt = " ".join(_text(element.get("alt")).split())
        return f"![{alt}]({_address(element.get('src'))})"
    if tag == "code":
        return _code_span("".join(str(part) for part in element.itertext()))
    inner = _text(element.text) + "".join(_inline(child) + _text(child.tail) for child in element)
    if not inner.strip():
        return inner
    if tag == "a":
        return f"[{inner}]({_address(element.get('href'))})"
    if tag in ("sub", "sup"):
        return f"<{tag}>{inner}</{tag}>"  # Markdown has no mark for them; its HTML is allowed
    mark = _MARKS.get(tag, "")
    return f"{mark}{inner}{mark}"


def _code_span(text: str) -> str:
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _line(element: _Element) -> str:
    return " ".join(" ".join(_children(element)).replace("\\\n", " ").split())


def _paragraph(text: str) -> str:
    lines = (" ".join(line.split(" ")).strip() for line in text.strip().split("\n"))
    return _LINE_START.sub(_escape_start, "\n".join(line for line in lines if line))


def _escape_start(match: re.Match[str]) -> str:
    mark = match[2]
    if mark.isdigit():
        return f"{match[1]}{mark}\\"
    return f"{match[1]}\\{mark}"


def _text(text: Any) -> str:
    return _ESCAPED.sub(r"\\\g<0>", re.sub(r"[ \t\r\n\f]+", " ", text)) if text else ""


def _address(address: Any) -> str:
    return str(address or "").replace("(", "%28").replace(")", "%29").replace(" ", "%20")


def _prefix(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        ((first if number == 0 else rest) + line).rstrip() if line or number == 0 else rest.rstrip()
        for number, line in enumerate(lines)
    )

"""The body as clean HTML: what the page's own elements say about the blocks labelled ``body``, and nothing else.

A second walk of the page, made only when the HTML is asked for, cuts the body blocks into pieces at inline elements.
Each piece has a path: the meaningful elements around it, block-level ones first. `HtmlWriter` opens and closes elements
so that each piece stands in its path; so no element appears without text or image, and no element or attribute that is
not listed here. The pieces are cut out of the blocks' own text: the text of the HTML is that of the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lxml import etree

from classifier.blocks.kinds import BLOCK, META, SCRIPT, SKIP, TITLE, kind_of
from classifier.blocks.walk import INVISIBLE
from classifier.rendering.images import Images
from classifier.rendering.markdown import markdown
from classifier.rendering.writer import HtmlWriter, Step
from classifier.urls import safe_url

if TYPE_CHECKING:
    from classifier.blocks import Page
    from classifier.extraction import Extraction

_UNREAD: Final = frozenset({SKIP, TITLE, META, SCRIPT})
_SECTIONS: Final = ("h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "figure", "figcaption")
_LISTS: Final = ("ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "caption")
_BLOCK_NAMES: Final = {
    **{tag: tag for tag in (*_SECTIONS, *_LISTS)},
    "h1": "h2",  # the page's own first heading is the title
    "menu": "ul",
    "dir": "ul",
    "listing": "pre",
    "xmp": "pre",
    "plaintext": "pre",
}
_INLINE_NAMES: Final = {
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "em"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    **{tag: tag for tag in ("sub", "sup", "a")},
}
# An element outside the parents that it needs is dropped and its text kept.
_PARENTS: Final = {
    **dict.fromkeys(("li",), ("ul", "ol")),
    **dict.fromkeys(("dt", "dd"), ("dl",)),
    **dict.fromkeys(("tr", "caption"), ("table",)),
    **dict.fromkeys(("td", "th"), ("tr",)),
    "figcaption": ("figure",),
}
# An element that admits only some children, and what is put between it and others.
_FILL: Final = {"ul": "li", "ol": "li", "dl": "dd", "table": "tr", "tr": "td"}
_PHRASING: Final = frozenset({"h2", "h3", "h4", "h5", "h6", "pre", "dt", "caption"})  # hold no block-level element
_FLOW: Final = frozenset({"li", "dd", "td", "th", "figcaption"})  # hold text as well as paragraphs
_MAX_DEPTH: Final = 30  # deeper block-level elements are left out; their text is kept
_NUMBERS: Final = {"td": ("colspan", "rowspan"), "th": ("colspan", "rowspan"), "ol": ("start",)}
_LANGUAGE: Final = re.compile(r"\b(?:language|lang|brush:?)[-: ]\s*([\w+#-]{1,20})")
_LEADING: Final = INVISIBLE + " \t\r\n\f\xa0"


def body_html(extraction: Extraction) -> str:
    """Write the body as clean HTML.

    Parameters
    ----------
    extraction : Extraction
        With its page: the tree is read once more, as it is now.

    Returns
    -------
    str
        Paragraphs, headings (h2 to h6), lists, quotes, tables, code, definitions, figures, emphasis and absolute links;
        nothing executable. One outermost element per line. For plain text, a paragraph per block.
    """
    page = extraction._page
    body = [block.label == "body" for block in extraction.blocks]
    if page is None or page.root is None:
        writer = HtmlWriter()
        for block in extraction.blocks:
            if block.label == "body":
                writer.text((Step(block.index, "p"),), block.text)
        return writer.close()
    return _Walk(page, body).render() if any(body) else ""


def to_markdown(extraction: Extraction) -> str:
    """Write the body as Markdown: `markdown` of its HTML.

    Parameters
    ----------
    extraction : Extraction
        What was read from a page.

    Returns
    -------
    str
    """
    return markdown(extraction.body_html)


# Block-level and inline elements around a place of the page, and whether it is in a <p> inside the innermost of them.
_Context: TypeAlias = tuple[tuple[Step, ...], tuple[Step, ...], bool]


class _Walk:
    """One walk over a page that writes its body blocks."""

    def __init__(self, page: Page, body: Sequence[bool]) -> None:
        self.page = page
        self.body = body
        self.base = page.base
        self.images = Images(page, body, self.base)
        self.writer = HtmlWriter()
        self.starts = {start: block for block, start in enumerate(page.start)}
        self.block = -1  # the block that runs or ran last
        self.done = 0  # characters of it that are written
        self.length = 0
        self.begun = False  # whether a piece of it is written
        self.boundaries = 0  # block-level elements that began or ended
        self.breaks = 0  # <br> since the last text

    def render(self) -> str:
        """Walk the page.

        Returns
        -------
        str
            The HTML.
        """
        root, context = self._root()
        stack: list[_Context] = []
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event in ("start", "end"):
                tag = element.tag
                kind = BLOCK if element is self.page.root else kind_of(element)
            if event == "start":
                if kind in _UNREAD:
                    walk.skip_subtree()
                    continue
                stack.append(context)
                context = self._enter(context, element, tag, kind)
                text = element.text
                if text and (self.done < self.length or not text.isspace()):
                    self._text(text, (element, False), context)
            else:
                if event == "end" and kind not in _UNREAD:
                    context = stack.pop()
                    if kind == BLOCK:
                        self._bound()
                if element is root:
                    break
                text = element.tail
                if text and (self.done < self.length or not text.isspace()):
                    self._text(text, (element, True), context)
        return self.writer.close()

    def _root(self) -> tuple[Any, _Context]:
        """Find a container that holds the whole body and images beside it, and the context that it stands in."""
        page = self.page
        found = [block for block, is_body in enumerate(self.body) if is_body]
        container = page.owner[found[0]]
        while page.last[container] <= found[-1]:
            container = page.parent[container]
        while container:
            parent = page.parent[container]
            if page.first[parent] < page.first[container] and page.last[parent] > page.last[container]:
                break
            container = parent
        self.block = page.first[container] - 1
        context: _Context = ((), (), False)
        outer = list(page.elements[container].iterancestors()) if container else []
        for element in reversed(outer):
            if element.tag not in ("br", "hr", "img"):
                context = self._enter(context, element, element.tag, kind_of(element))
        return page.elements[container], context

    def _bound(self) -> None:
        self.boundaries += 1
        self.breaks = 0

    def _enter(self, context: _Context, element: Any, tag: str, kind: int) -> _Context:
        blocks, inlines, paragraph = context
        if kind == BLOCK:
            self._bound()
            entered = self._enter_block(blocks, element, tag)
            paragraph = tag == "p" or (paragraph and entered is blocks)
            return entered, inlines, paragraph
        if tag == "br":
            self.breaks += 1
            self.boundaries += self.breaks == 2  # an empty line ends the paragraph
        elif tag == "hr":
            self._bound()
        elif tag == "img":
            self._image(element, context)
        elif tag in _INLINE_NAMES:
            name = _INLINE_NAMES[tag]
            attributes = self._inline_attributes(element, name)
            if attributes is not None and all(step.tag != name for step in inlines):
                inlines = (*inlines, Step(element, name, attributes))
        return blocks, inlines, paragraph

    def _enter_block(self, blocks: tuple[Step, ...], element: Any, tag: str) -> tuple[Step, ...]:
        name = _BLOCK_NAMES.get(tag)
        last = blocks[-1].tag if blocks else ""
        if name is None or len(blocks) >= _MAX_DEPTH or last in _PHRASING:
            return blocks
        if name in _PARENTS:
            if last not in _PARENTS[name]:
                return blocks
        elif last in _FILL:
            blocks = self._fill(blocks)
        if name == "table" and not self._is_data(element):
            return blocks
        return (*blocks, Step(element, name, _block_attributes(element, name)))

    def _fill(self, blocks: tuple[Step, ...]) -> tuple[Step, ...]:
        while blocks and blocks[-1].tag in _FILL:
            blocks = (*blocks, Step(("fill", self.boundaries), _FILL[blocks[-1].tag]))
        return blocks

    def _is_data(self, table: Any) -> bool:
        """Whether a table holds data; otherwise it is layout, and the body may be one of its cells."""
        if table.get("role") in ("presentation", "none"):
            return False
        if table.find(".//table") is not None or table.find(".//pre") is not None:  # code beside its line numbers
            return False
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        filled = [sum(self._has_body(cell) for cell in row) for row in rows]
        return max(filled, default=0) > 1 or (sum(filled) > 1 and table.find(".//th") is not None)

    def _has_body(self, cell: Any) -> bool:
        container = self.images.container.get(cell)
        return container is not None and any(self.body[self.page.first[container] : self.page.last[container]])

    def _inline_attributes(self, element: Any, name: str) -> tuple[tuple[str, str], ...] | None:
        if name != "a":
            return _block_attributes(element, name)
        if not any(self.body[max(self.block, 0) : self.block + 2]):  # neither the block that runs nor the next
            return None
        href = safe_url(element.get("href") or "", self.base, mail=True)
        return None if href is None else (("href", href),)

    def _holder(self, blocks: tuple[Step, ...], paragraph: bool) -> tuple[Step, ...]:
        """Complete the block-level part of a piece's path, with a paragraph where the text needs one."""
        blocks = self._fill(blocks)
        last = blocks[-1].tag if blocks else ""
        if last in _PHRASING or (last in _FLOW and not paragraph):
            return blocks
        return (*blocks, Step(("p", self.boundaries), "p"))

    def _image(self, image: Any, context: _Context) -> None:
        blocks, inlines, paragraph = context
        inside = self.block >= 0 and self.done < self.length
        attributes = self.images.attributes(image, self.block + 1, inside=inside)
        if attributes is None or (blocks and blocks[-1].tag == "pre"):
            return
        in_figure = bool(blocks) and blocks[-1].tag == "figure"
        holder = blocks if in_figure else self._holder(blocks, paragraph)
        links = tuple(step for step in inlines if step.tag == "a")
        space = inside and self.page.texts[self.block][self.done] == " "
        self.writer.element((*holder, *links), "img", attributes, " " if space else "")

    def _text(self, text: str, start: tuple[Any, bool], context: _Context) -> None:
        block = self.starts.get(start)
        if block is not None:
            self.block, self.done, self.length, self.begun = block, 0, len(self.page.texts[block]), False
        if self.done >= self.length:
            return
        blocks, inlines, paragraph = context
        raw = bool(blocks) and blocks[-1].tag == "pre" and self.body[self.block]
        if self.done == 0 and not raw:
            text = text.lstrip(_LEADING)  # zero-width characters at the edges are no part of the block's text
        piece = " ".join(text.split())
        if not piece and not (raw and self.done):
            return
        whole = self.page.texts[self.block]
        space = whole[self.done : self.done + 1] == " " and bool(piece)
        at = self.done + space
        self.done = at + len(piece)
        if self.body[self.block]:
            self._write(whole[at : self.done], text if raw else None, space, blocks, inlines, paragraph)
        self.breaks = 0

    def _write(self, piece: str, raw: str | None, space: bool, blocks: Any, inlines: Any, paragraph: bool) -> None:
        holder = self._holder(blocks, paragraph)
        joint = " " if space else ""
        if raw is not None:
            joint, piece = "", raw if self.begun else _without_invisible_head(raw).lstrip("\r\n")
            piece = piece.rstrip() if self.done >= self.length else piece
        if not self.begun and self.writer.ends_in(holder):
            joint = "\n" * max(self.breaks, 1) if raw is not None else "<br>" if self._divided(holder) else " "
        self.writer.text((*holder, *inlines), piece, joint)
        self.begun = True

    def _divided(self, holder: tuple[Step, ...]) -> bool:
        """Whether a line ends between two blocks of one element; hidden text in a sentence divides blocks, too."""
        return self.breaks > 0 or holder[-1].tag != "p"


def _without_invisible_head(text: str) -> str:
    """Drop the zero-width characters before the first letter; the white space between them indents it."""
    head = text[: len(text) - len(text.lstrip(_LEADING))]
    return "".join(filter(str.isspace, head)) + text[len(head) :]


def _block_attributes(element: Any, name: str) -> tuple[tuple[str, str], ...]:
    if name == "code":
        language = _LANGUAGE.search(element.get("class") or "")
        return (("class", f"language-{language[1]}"),) if language else ()
    pairs = ((key, (element.get(key) or "").strip()) for key in _NUMBERS.get(name, ()))
    return tuple((key, value) for key, value in pairs if value.isdecimal() and value.isascii() and len(value) < 5)

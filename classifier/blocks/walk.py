"""The walk itself: one loop over the elements of a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from classifier.blocks.kinds import BLOCK, BOLD, BREAK, CONTROL, KINDS, LINK, MEDIA, META, SKIP, TITLE, kind_of
from classifier.blocks.page import Page
from classifier.compiled import compiled

if TYPE_CHECKING:
    from lxml.etree import _Element

_HIDDEN_TAGS: Final = frozenset({"noscript", "noframes", "datalist", "dialog"})
_CONTROL_TAGS: Final = frozenset({"input", "select", "textarea", "button"})
# Inline elements whose mere presence says something about the block, kept as tokens.
_TELLING_INLINE: Final = frozenset("time code cite q small sup label abbr kbd img input".split())
_EMBEDDING: Final = frozenset({"script", "iframe"})
_READ_ATTRIBUTES: Final = frozenset({"id", "itemprop", "role", "rel", "style", "hidden"})  # besides the class
# Zero-width characters, which templates leave in empty paragraphs.
INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff "
_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@compiled("classifier.blocks._walk")
def walk(root: _Element, url: str | None) -> Page:
    """Cut a page into blocks, see `segment`.

    Notes
    -----
    One loop over local variables rather than small functions or objects, and over the starts of elements only: their
    ends follow from the number of their children. Calls per element or events for ends would cost more than the rest.
    """
    page = Page(root, url)
    texts, controls = page.texts, page.controls
    elements, container_tags, parents, classes = page.elements, page.container_tags, page.parent, page.classes
    first, last = page.first, page.last
    images: list[int] = []  # the innermost containers of images, and so on
    inputs: list[int] = []
    areas: list[int] = []

    stack: list[tuple[Any, int, int]] = []  # open elements, their kinds, and what `left` was before them
    left = 0  # children of the innermost open element that have not ended
    container = 0
    # The run of text that may become a block.
    parts: list[str] = []
    inline: list[str] = []
    links: list[str] = []
    start: tuple[Any, bool] = (None, False)
    link: Any = None
    hidden_by: Any = None
    value: Any
    in_link = in_bold = link_from = bold_from = link_chars = bold_chars = 0

    def end_link() -> None:
        nonlocal link_chars, link_from
        for part in parts[link_from:]:
            link_chars += len(part.strip())
        link_from = len(parts)
        href = link.get("href")
        if href and (not links or links[-1] != href):
            links.append(href)

    def end_bold() -> None:
        nonlocal bold_chars
        bold_chars += sum(len(part.strip()) for part in parts[bold_from:])

    def end_run() -> None:
        nonlocal parts, inline, links, link_from, bold_from, link_chars, bold_chars
        if in_link:
            if len(parts) > link_from:
                end_link()
            link_from = 0
        if in_bold:
            end_bold()
            bold_from = 0
        text = normalised(parts)
        if text:
            n = len(text)
            texts.append(text)
            page.tags.append(container_tags[container])
            page.owner.append(container)
            page.hidden.append(hidden_by is not None)
            page.link_chars.append(link_chars if link_chars < n else n)  # noqa: FURB136 - faster, as below
            page.bold_chars.append(bold_chars if bold_chars < n else n)  # noqa: FURB136
            page.links.append(tuple(links))
            page.inline.append(" ".join(inline))
            page.start.append(start)
        parts, inline, links = [], [], []
        link_chars = bold_chars = 0

    listed, read, hiding, telling, embedding = KINDS.get, _READ_ATTRIBUTES, _HIDDEN_TAGS, _TELLING_INLINE, _EMBEDDING
    walk = root.iter()
    for element in walk:
        tag = element.tag
        kind = listed(tag)
        if element is root:
            kind = BLOCK  # whatever the root of a fragment is
        elif kind is None:
            kind = kind_of(element)
        if kind >= SKIP:
            if kind > SKIP:
                _read_metadata(page, kind, element)
            if tag in embedding and element.attrib:
                page.embeds.append(_attributes(element))
            if len(element):
                for _ in zip(element.iterdescendants(), walk):  # noqa: B905 - the walk goes on
                    pass
        else:
            names = ""
            hides = tag in hiding and (tag != "dialog" or element.get("open") is None)
            for name in element.keys():  # noqa: SIM118 - an element iterates over its children
                if name == "class":
                    value = element.get(name)
                    names = f"{names} {value}" if names else value
                elif name in read:
                    value = element.get(name)
                    if name == "id":
                        names = f"{names} {value}" if names else value
                    elif name == "style" or name == "hidden":
                        hides = hides or _hides(name, value)
                    else:
                        names = f"{names} {name}={value}"
            if kind > BREAK:
                if kind == CONTROL:
                    controls.append((len(texts) + bool(parts), element))
                    inline.append("<input")
                    inputs.append(container)
                elif kind == MEDIA:
                    inline.append("<img")
                    images.append(container)
                elif parts:
                    parts[-1] += " "
            if hides and hidden_by is None:
                if parts:
                    end_run()
                hidden_by = element
            if kind == BLOCK:
                if parts:
                    end_run()
                elif inline:
                    inline = []
                parents.append(container)
                container = len(elements)
                elements.append(element)
                container_tags.append(tag)
                classes.append(names)
                first.append(len(texts))
                last.append(0)
                if tag in _CONTROL_TAGS:
                    controls.append((len(texts), element))
                    inputs.append(container)
                    if tag == "textarea":
                        areas.append(container)
            elif kind <= BOLD:
                if kind == LINK:
                    if in_link and len(parts) > link_from:
                        end_link()
                    in_link += 1
                    link = element
                    link_from = len(parts)
                elif kind == BOLD:
                    if not in_bold:
                        bold_from = len(parts)
                    in_bold += 1
                if names:
                    inline.append(names)
                if tag in telling:
                    inline.append("<" + tag)
            elif kind == BREAK and parts:
                end_run()
            text = element.text
            if text and (parts or not text.isspace()):
                if not parts:
                    start = (element, False)
                parts.append(text)
            children = len(element)
            if children:
                stack.append((element, kind, left))
                left = children
                continue
        while True:  # the element ends here, and so do those whose last child it is
            if kind == BLOCK:
                if parts:
                    end_run()
                elif inline:
                    inline = []
                last[container] = len(texts)
                container = parents[container]
            elif kind == LINK:
                if len(parts) > link_from:
                    end_link()
                in_link -= 1
            elif kind == BOLD:
                in_bold -= 1
                if not in_bold:
                    end_bold()
            if element is hidden_by:
                if parts:
                    end_run()
                hidden_by = None
            if not stack:
                break
            text = element.tail
            if text and (parts or not text.isspace()):
                if not parts:
                    start = (element, True)
                parts.append(text)
            left -= 1
            if left:
                break
            element, kind, left = stack.pop()
    page.images, page.inputs, page.areas = (totals(holders, parents) for holders in (images, inputs, areas))
    return page


def _read_metadata(page: Page, kind: int, element: Any) -> None:
    if kind == TITLE:
        if not page.doc_title:
            page.doc_title = " ".join((element.text or "").split())
    elif kind == META:
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            page.meta.setdefault(name.lower(), content)
    elif "ld+json" in (element.get("type") or ""):
        page.json_ld.append(element)


def _attributes(element: Any) -> str:
    return " ".join(f"{name}={value}" for name, value in element.items())


def _hides(name: str, value: str) -> bool:
    return name == "hidden" or (name == "style" and _HIDING_STYLE.search(value) is not None)


def normalised(parts: list[str]) -> str:
    """Text of a run without superfluous and invisible space."""
    text = "".join(parts)
    # Most texts are clean. To find that out costs half of splitting them: no white space but blanks is printable.
    text = text.strip() if text.isprintable() and "  " not in text else " ".join(text.split())
    return text.strip(INVISIBLE) if text[0] in INVISIBLE else text


def totals(holders: list[int], parents: list[int]) -> list[int]:
    """Count what each container holds, inner containers included; `holders` are the innermost ones."""
    totals = [0] * len(parents)
    if holders:
        for container in holders:
            totals[container] += 1
        for container in range(len(parents) - 1, 0, -1):
            if totals[container]:
                totals[parents[container]] += totals[container]
    return totals

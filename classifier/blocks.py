"""From a parsed page to its blocks, in one walk.

A *block* is a run of text that no block-level element and no ``<br>`` interrupts: inline elements merge into it.
`segment` keeps what later steps need as parallel lists (one entry per block) and a table of *containers* (one entry per
block-level element), so that features are computed on arrays and the tree is visited once.

What a reader does not see is treated on purpose, in one of two ways:

- never text (scripts, styles, SVG, templates, the fallback of ``<video>``, ...): skipped, see `_SKIPPED`;
- text that a script may show later (``hidden``, ``display:none``, ``<noscript>``): segmented, but marked
  in `Page.hidden`. Lazy pages keep comments, and some keep the whole article, in such elements, so that the classifier
  and not the walk must decide. A run of text never mixes hidden and shown parts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from lxml import etree

from classifier.exceptions import SegmentationError
from classifier.parsing import check_url, clean_text, without_controls
from classifier.urls import base_url
from classifier.xpaths import XPaths

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCK, _INLINE, _LINK, _BOLD, _BREAK, _CONTROL, _MEDIA, _OPTION, _SKIP, _TITLE, _META, _SCRIPT = range(12)

# Block-level by the HTML standard's rendering section, plus buttons, drop-downs and text areas: each is a box of its
# own, and their text never belongs to the sentence beside them.
_BLOCK_TAGS: Final = (
    "address article aside blockquote body button caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html legend li listing main menu nav "
    "noframes noscript ol optgroup p plaintext pre search section select summary table tbody td textarea tfoot th "
    "thead tr ul xmp"
).split()

# Their content is code or a fallback that no browser shows. Not <source>, <track>, <embed> and <map>: the parser
# does not know that the first three are empty, so that in its tree they hold the text and images that follow them.
_SKIPPED: Final = (
    "annotation annotation-xml applet area audio base canvas frame iframe link noembed object param script style svg "
    "title video"
).split()

# The common ones; so is every other tag without a hyphen, as in browsers.
_INLINE_TAGS: Final = "abbr big cite code del em font i ins label mark picture q s small span sub sup time u".split()

_KIND: Final[dict[Any, int]] = {
    **dict.fromkeys(_INLINE_TAGS, _INLINE),
    **dict.fromkeys(_BLOCK_TAGS, _BLOCK),
    **dict.fromkeys(_SKIPPED, _SKIP),
    **dict.fromkeys((etree.Comment, etree.ProcessingInstruction, etree.Entity), _SKIP),  # the "tags" of such nodes
    "br": _BREAK,
    "hr": _BREAK,
    "input": _CONTROL,
    "a": _LINK,
    "b": _BOLD,
    "strong": _BOLD,
    "img": _MEDIA,
    "title": _TITLE,
    "meta": _META,
    "script": _SCRIPT,
    "option": _OPTION,
}
_HIDDEN_TAGS: Final = frozenset({"noscript", "noframes", "datalist", "dialog"})
_CONTROL_TAGS: Final = frozenset({"input", "select", "textarea", "button"})
# Inline elements whose mere presence says something about the block, kept as tokens.
_TELLING_INLINE: Final = frozenset("time code cite q small sup label abbr kbd img input".split())
_READ_ATTRIBUTES: Final = frozenset({"id", "itemprop", "role", "rel", "style", "hidden"})  # besides the class
# Zero-width characters, which templates leave in empty paragraphs.
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff "
_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Page:
    """Blocks and containers of one page, as parallel lists.

    Attributes
    ----------
    texts : list of str
        Text of each block, whitespace normalised, in page order.
    tags : list of str
        Innermost block-level element of each block.
    owner : list of int
        Container of each block, an index into `elements`.
    hidden : list of bool
        Whether a browser with scripts would not show the block at first.
    link_chars, bold_chars : list of int
        Characters of each block inside links and inside bold elements.
    links : list of tuple of str
        Link targets inside each block, as written.
    inline : list of str
        Class names, ids and telling tags of the inline elements of each block, blank-separated.
    start : list of tuple (lxml element, bool)
        Where the text of each block begins: at the element's text, or (true) at its tail.
    elements : list of lxml elements
        The block-level elements, in document order; the root is first.
    container_tags : list of str
        Their tags.
    parent : list of int
        Container that encloses each container; the root's is 0.
    classes : list of str
        Class names, id, role and itemprop of each container, blank-separated.
    first, last : list of int
        Container ``c`` covers the blocks ``first[c] <= b < last[c]``.
    images, inputs, areas : list of int
        Images, form controls and text areas inside each container.
    controls : list of tuple (int, lxml element)
        Form controls in page order, each with the number of blocks that ended before it.
    doc_title : str
        Text of ``<title>``.
    meta : dict of str to str
        ``<meta>`` name or property (lower case) to content; the first one wins.
    json_ld : list of lxml elements
        ``<script type="application/ld+json">``, unparsed.
    """

    __slots__ = (
        "_base",
        "_xpaths",
        "areas",
        "bold_chars",
        "classes",
        "container_tags",
        "controls",
        "doc_title",
        "elements",
        "first",
        "hidden",
        "images",
        "inline",
        "inputs",
        "json_ld",
        "last",
        "link_chars",
        "links",
        "meta",
        "owner",
        "parent",
        "root",
        "start",
        "tags",
        "texts",
        "url",
    )

    def __init__(self, root: Any, url: str | None = None) -> None:
        self.root = root
        self.url = url
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.owner: list[int] = []
        self.hidden: list[bool] = []
        self.link_chars: list[int] = []
        self.bold_chars: list[int] = []
        self.links: list[tuple[str, ...]] = []
        self.inline: list[str] = []
        self.start: list[tuple[Any, bool]] = []
        self.elements: list[Any] = []
        self.container_tags: list[str] = []
        self.parent: list[int] = []
        self.classes: list[str] = []
        self.first: list[int] = []
        self.last: list[int] = []
        self.images: list[int] = []
        self.inputs: list[int] = []
        self.areas: list[int] = []
        self.controls: list[tuple[int, Any]] = []
        self.doc_title = ""
        self.meta: dict[str, str] = {}
        self.json_ld: list[Any] = []
        self._base: str | None = None
        self._xpaths: XPaths | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def xpath(self, block: int) -> str:
        """XPath of a block: of its element, or of its first text or inline element where the element holds several.

        Parameters
        ----------
        block : int
            Index of the block, from 0.

        Returns
        -------
        str
            Absolute, unique among the blocks of the page, as `lxml.etree.ElementTree.getpath` writes them; elements
            whose names XPath cannot say are counted instead (``*[3]``).
        """
        if self.start[block][0] is None:
            return ""
        if self._xpaths is None:  # only when asked for, because paths cost more than everything else about blocks
            self._xpaths = XPaths(self)
        return self._xpaths.block(block)

    @property
    def base(self) -> str:
        """What relative addresses are relative to, see `classifier.urls.base_url`."""
        if self._base is None:
            self._base = base_url(self.root, self.url)
        return self._base


def kind_of(element: Any) -> int:
    """Say what the walk takes an element for.

    Parameters
    ----------
    element : lxml element
        Any node but text.

    Returns
    -------
    int
        One of the kinds above.
    """
    tag = element.tag
    kind = _KIND.get(tag)
    if kind is not None:
        return kind
    if tag == "template":  # browsers show those that are the shadow of an element
        return _SKIP if element.get("shadowrootmode") is None else _BLOCK
    return _BLOCK if "-" in tag else _INLINE  # custom elements are boxes as a rule; unknown tags are inline


def _hides(name: str, value: str) -> bool:
    return name == "hidden" or (name == "style" and _HIDING_STYLE.search(value) is not None)


def _normalised(parts: list[str]) -> str:
    """Text of a run without superfluous and invisible space."""
    text = "".join(parts)
    # Most texts are clean. To find that out costs half of splitting them: no white space but blanks is printable.
    text = text.strip() if text.isprintable() and "  " not in text else " ".join(text.split())
    return text.strip(_INVISIBLE) if text[0] in _INVISIBLE else text


def _totals(holders: list[int], parents: list[int]) -> list[int]:
    """Count what each container holds, inner containers included; `holders` are the innermost ones."""
    totals = [0] * len(parents)
    if holders:
        for container in holders:
            totals[container] += 1
        for container in range(len(parents) - 1, 0, -1):
            if totals[container]:
                totals[parents[container]] += totals[container]
    return totals


def segment(root: _Element, url: str | None = None) -> Page:
    """Cut a parsed page into blocks.

    Parameters
    ----------
    root : lxml element
        Root of the page. Only read; where control characters are among its text, the page is a copy without them.
    url : str, optional
        Where the page comes from.

    Returns
    -------
    Page
        Possibly without blocks.
    """
    page = _walk(root, url)
    return _walk(without_controls(root), url) if _holds_controls(page) else page


def _holds_controls(page: Page) -> bool:
    """Whether characters that XML cannot hold are among the text: references (``&#27;``) are a way to write them."""
    attributes = " ".join(" ".join(page.meta.values()).split())
    text = "".join((*page.texts, page.doc_title, attributes))
    if "\ufffe" in text or "\uffff" in text:
        return True
    return bool(np.frombuffer(text.encode(), np.uint8).min(initial=32) < 32)


def _walk(root: _Element, url: str | None) -> Page:
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
        text = _normalised(parts)
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

    listed, read, hiding, telling = _KIND.get, _READ_ATTRIBUTES, _HIDDEN_TAGS, _TELLING_INLINE
    walk = root.iter()
    for element in walk:
        tag = element.tag
        kind = listed(tag)
        if element is root:
            kind = _BLOCK  # whatever the root of a fragment is
        elif kind is None:
            kind = kind_of(element)
        if kind >= _SKIP:
            if kind > _SKIP:
                _read_metadata(page, kind, element)
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
            if kind > _BREAK:
                if kind == _CONTROL:
                    controls.append((len(texts) + bool(parts), element))
                    inline.append("<input")
                    inputs.append(container)
                elif kind == _MEDIA:
                    inline.append("<img")
                    images.append(container)
                elif parts:
                    parts[-1] += " "
            if hides and hidden_by is None:
                if parts:
                    end_run()
                hidden_by = element
            if kind == _BLOCK:
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
            elif kind <= _BOLD:
                if kind == _LINK:
                    if in_link and len(parts) > link_from:
                        end_link()
                    in_link += 1
                    link = element
                    link_from = len(parts)
                elif kind == _BOLD:
                    if not in_bold:
                        bold_from = len(parts)
                    in_bold += 1
                if names:
                    inline.append(names)
                if tag in telling:
                    inline.append("<" + tag)
            elif kind == _BREAK and parts:
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
            if kind == _BLOCK:
                if parts:
                    end_run()
                elif inline:
                    inline = []
                last[container] = len(texts)
                container = parents[container]
            elif kind == _LINK:
                if len(parts) > link_from:
                    end_link()
                in_link -= 1
            elif kind == _BOLD:
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
    page.images, page.inputs, page.areas = (_totals(holders, parents) for holders in (images, inputs, areas))
    return page


def _read_metadata(page: Page, kind: int, element: Any) -> None:
    if kind == _TITLE:
        if not page.doc_title:
            page.doc_title = " ".join((element.text or "").split())
    elif kind == _META:
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            page.meta.setdefault(name.lower(), content)
    elif "ld+json" in (element.get("type") or ""):
        page.json_ld.append(element)


def segment_text(text: str, url: str | None = None) -> Page:
    """Cut plain text into blocks: one per non-empty line.

    Parameters
    ----------
    text : str
        Text that someone already scraped.
    url : str, optional
        Where it comes from.

    Returns
    -------
    Page
        A page whose root container holds every block and whose XPaths are empty.

    Raises
    ------
    SegmentationError
        The input is not a string, or the address is not.
    """
    if not isinstance(text, str):
        msg = f"expected plain text as str, got {type(text).__name__}"
        raise SegmentationError(msg)
    check_url(url)
    page = Page(None, url)
    # NUL is no text, and marks the ends of blocks in `classifier.tokens`.
    lines = clean_text("\n".join(text.replace("\0", " ").splitlines())).split("\n")
    page.texts = [text for line in lines if line.strip() and (text := _normalised([line]))]
    n = len(page)
    page.owner, page.link_chars, page.bold_chars = [0] * n, [0] * n, [0] * n
    page.tags, page.inline, page.hidden = [""] * n, [""] * n, [False] * n
    page.links, page.start = [()] * n, [(None, False)] * n
    page.elements, page.container_tags, page.classes, page.last = [None], [""], [""], [n]
    page.parent, page.first, page.images, page.inputs, page.areas = [0], [0], [0], [0], [0]
    return page

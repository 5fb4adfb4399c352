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
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lxml import etree

from classifier.exceptions import SegmentationError

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCK, _INLINE, _LINK, _BOLD, _SKIP, _BREAK, _CONTROL, _MEDIA, _OPTION, _TITLE, _META, _SCRIPT = range(12)

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
    "applet area audio base canvas frame iframe link noembed object param script style svg template title video"
).split()

_KIND: Final[dict[str, int]] = {
    **dict.fromkeys(_BLOCK_TAGS, _BLOCK),
    **dict.fromkeys(_SKIPPED, _SKIP),
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
_TELLING_ATTRIBUTES: Final = frozenset({"itemprop", "role", "rel"})
# Zero-width characters, which templates leave in empty paragraphs.
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff "
_PLAIN_PATH: Final = re.compile(r"(?:/[^\W\d][\w.-]*(?:\[\d+\])?)+")
_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


# Columns of `Page`: texts, tags, owner, hidden, link_chars, bold_chars, links, inline, start.
_BlockRow: TypeAlias = tuple[str, str, int, bool, int, int, tuple[str, ...], str, tuple[Any, bool]]
_Ints: TypeAlias = Sequence[int]
# Columns of `Page`: elements, container_tags, parent, classes, first, last, images, inputs, areas.
_Containers: TypeAlias = tuple[Sequence[Any], Sequence[str], _Ints, Sequence[str], _Ints, _Ints, _Ints, _Ints, _Ints]


class Page:
    """Blocks and containers of one page, as parallel sequences.

    Attributes
    ----------
    texts : sequence of str
        Text of each block, whitespace normalised, in page order.
    tags : sequence of str
        Innermost block-level element of each block.
    owner : sequence of int
        Container of each block, an index into `elements`.
    hidden : sequence of bool
        Whether a browser with scripts would not show the block at first.
    link_chars, bold_chars : sequence of int
        Characters of each block inside links and inside bold elements.
    links : sequence of tuple of str
        Link targets inside each block, as written.
    inline : sequence of str
        Class names, ids and telling tags of the inline elements of each block, blank-separated.
    start : sequence of tuple (lxml element, bool)
        Where the text of each block begins: at the element's text, or (true) at its tail.
    elements : sequence of lxml elements
        The block-level elements, in document order; the root is first.
    container_tags : sequence of str
        Their tags.
    parent : sequence of int
        Container that encloses each container; the root's is 0.
    classes : sequence of str
        Class names, id, role and itemprop of each container, blank-separated.
    first, last : sequence of int
        Container ``c`` covers the blocks ``first[c] <= b < last[c]``.
    images, inputs, areas : sequence of int
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
        self.controls: list[tuple[int, Any]] = []
        self.doc_title = ""
        self.meta: dict[str, str] = {}
        self.json_ld: list[Any] = []

    def fill(self, blocks: Sequence[_BlockRow], containers: _Containers) -> None:
        """Take what a walk collected: blocks as rows, containers as columns."""
        columns: Sequence[Any] = tuple(zip(*blocks, strict=True)) or ((),) * 9
        self.texts: Sequence[str] = columns[0]
        self.tags: Sequence[str] = columns[1]
        self.owner: Sequence[int] = columns[2]
        self.hidden: Sequence[bool] = columns[3]
        self.link_chars: Sequence[int] = columns[4]
        self.bold_chars: Sequence[int] = columns[5]
        self.links: Sequence[tuple[str, ...]] = columns[6]
        self.inline: Sequence[str] = columns[7]
        self.start: Sequence[tuple[Any, bool]] = columns[8]
        self.elements, self.container_tags, self.parent, self.classes, *counts = containers
        self.first, self.last, self.images, self.inputs, self.areas = counts

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
        return block_xpath(self, block)


def block_xpath(page: Page, block: int) -> str:
    """See `Page.xpath`; made only when asked for, because it costs more than everything else about a block."""
    element, is_tail = page.start[block]
    if element is None:
        return ""
    tree = element.getroottree()
    owner = page.owner[block]
    if page.owner.count(owner) == 1:
        return _element_xpath(tree, page.elements[owner])
    if not is_tail:
        return _element_xpath(tree, element)
    parent = element.getparent()
    number = bool(parent.text) + sum(1 for child in element.itersiblings(preceding=True) if child.tail) + 1
    return f"{_element_xpath(tree, parent)}/text()[{number}]"


def _element_xpath(tree: Any, element: Any) -> str:
    path = str(tree.getpath(element))
    if _PLAIN_PATH.fullmatch(path):
        return path
    # ``<o:p>`` and its like: XPath would take "o" for the prefix of a namespace that nothing declares.
    parent = element.getparent()
    if parent is None:
        return "/*"
    number = sum(1 for _ in element.itersiblings("*", preceding=True)) + 1
    step = path.rpartition("/")[2]
    return f"{_element_xpath(tree, parent)}/{step if _PLAIN_PATH.fullmatch(f'/{step}') else f'*[{number}]'}"


def _hides(name: str, value: str) -> bool:
    return name == "hidden" or (name == "style" and _HIDING_STYLE.search(value) is not None)


def _row(
    parts: list[str],
    links: list[str],
    inline: list[str],
    start: tuple[Any, bool],
    own: tuple[str, int, bool, int, int],
) -> Sequence[_BlockRow]:
    """Row of a block, unless its text is invisible; `own` holds tag, owner, hidden, link and bold characters."""
    text = " ".join("".join(parts).split())
    if text[0] in _INVISIBLE:
        text = text.strip(_INVISIBLE)
        if not text:
            return ()
    tag, owner, hidden, link_chars, bold_chars = own
    n = len(text)
    counts = (min(link_chars, n), min(bold_chars, n))
    return ((text, tag, owner, hidden, *counts, tuple(links), " ".join(inline), start),)


def segment(root: _Element, url: str | None = None) -> Page:
    """Cut a parsed page into blocks.

    Parameters
    ----------
    root : lxml element
        Root of the page. Only read.
    url : str, optional
        Where the page comes from.

    Returns
    -------
    Page
        Possibly without blocks.

    Notes
    -----
    One loop over local variables rather than small functions or objects: calls per element would cost more than the
    rest of the walk (0.8 against 1.9 times the parse of the page).
    """
    page = Page(root, url)
    blocks: list[_BlockRow] = []
    elements: list[Any] = []
    container_tags: list[str] = []
    parents: list[int] = []
    names: list[str] = []
    # Counts at an element's start, replaced by what is inside it at its end.
    first: list[int] = []
    last: list[int] = []
    images: list[int] = []
    inputs: list[int] = []
    areas: list[int] = []
    stack: list[int] = []
    container = 0
    container_tag = ""
    parts: list[str] = []
    inline: list[str] = []
    links: list[str] = []
    start: tuple[Any, bool] | None = None
    in_link = in_bold = link_chars = bold_chars = n_images = n_inputs = n_areas = 0
    href = ""
    hidden_by: Any = None
    kinds, controls = _KIND, page.controls

    hiding, telling, inlines = _HIDDEN_TAGS, _TELLING_ATTRIBUTES, _TELLING_INLINE
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        text: str | None
        if event == "end":
            kind = kinds.get(element.tag)
            if kind is None or element is root:
                kind = _BLOCK if element is root or "-" in element.tag else _INLINE
            if kind == _BLOCK:
                if start is not None:
                    own = (container_tag, container, hidden_by is not None, link_chars, bold_chars)
                    blocks += _row(parts, links, inline, start, own)
                    links = []
                    start = None
                    link_chars = bold_chars = 0
                if parts:
                    parts = []
                inline = []
                done = stack.pop()
                last[done] = len(blocks)
                images[done] = n_images - images[done]
                inputs[done] = n_inputs - inputs[done]
                areas[done] = n_areas - areas[done]
                if element is hidden_by:
                    hidden_by = None
                if not stack:
                    break
                container = stack[-1]
                container_tag = container_tags[container]
            else:
                if kind == _LINK:
                    in_link -= 1
                elif kind == _BOLD:
                    in_bold -= 1
                if element is hidden_by:
                    if start is not None:
                        own = (container_tag, container, True, link_chars, bold_chars)
                        blocks += _row(parts, links, inline, start, own)
                        links = []
                        start = None
                        link_chars = bold_chars = 0
                    if parts:
                        parts = []
                        inline = []
                    hidden_by = None
            text = element.tail
        elif event == "start":
            tag = element.tag
            kind = kinds.get(tag)
            if not stack:
                kind = _BLOCK  # whatever the root of a fragment is
            elif kind is None:  # custom elements are boxes as a rule; unknown tags are inline, as in browsers
                kind = _BLOCK if "-" in tag else _INLINE
            if kind == _SKIP:
                walk.skip_subtree()
                continue
            classes = ""
            hides = tag in hiding and (tag != "dialog" or element.get("open") is None)
            for name, value in element.items():
                if name == "class" or name == "id":
                    classes = f"{classes} {value}" if classes else value
                elif name in telling:
                    classes = f"{classes} {name}={value}"
                elif (name == "style" or name == "hidden") and _hides(name, value):
                    hides = True
            if kind > _BREAK:
                if kind == _CONTROL:
                    controls.append((len(blocks) + (start is not None), element))
                    inline.append("<input")
                    n_inputs += 1
                elif kind == _MEDIA:
                    inline.append("<img")
                    n_images += 1
                elif kind == _OPTION:
                    parts.append(" ")
                else:
                    _read_metadata(page, kind, element)
                    walk.skip_subtree()
                    continue
            if kind == _BLOCK or kind == _BREAK or (hides and hidden_by is None):  # noqa: SIM109 - faster
                if start is not None:
                    own = (container_tag, container, hidden_by is not None, link_chars, bold_chars)
                    blocks += _row(parts, links, inline, start, own)
                    links = []
                    start = None
                    link_chars = bold_chars = 0
                if parts:
                    parts = []
                    inline = []
                if hides and hidden_by is None:
                    hidden_by = element
            if kind == _BLOCK:
                parents.append(container)
                container = len(elements)
                container_tag = tag
                stack.append(container)
                elements.append(element)
                container_tags.append(tag)
                names.append(classes)
                first.append(len(blocks))
                last.append(0)
                images.append(n_images)
                inputs.append(n_inputs)
                areas.append(n_areas)
                inline = []
                if tag in _CONTROL_TAGS:
                    n_inputs += 1
                    n_areas += tag == "textarea"
                    controls.append((len(blocks), element))
            elif kind <= _BOLD:
                if kind == _LINK:
                    in_link += 1
                    href = element.get("href") or ""
                elif kind == _BOLD:
                    in_bold += 1
                if classes:
                    inline.append(classes)
                if tag in inlines:
                    inline.append("<" + tag)
            text = element.text
        else:
            text = element.tail

        if text:
            if start is None:
                if text.isspace():
                    continue
                start = (element, event != "start")
            parts.append(text)
            if in_link:
                link_chars += len(text.strip())
                if href and (not links or links[-1] != href):
                    links.append(href)
            if in_bold:
                bold_chars += len(text.strip())
    page.fill(blocks, (elements, container_tags, parents, names, first, last, images, inputs, areas))
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
        The input is not a string.
    """
    if not isinstance(text, str):
        msg = f"expected plain text as str, got {type(text).__name__}"
        raise SegmentationError(msg)
    lines = (" ".join(line.split()) for line in text.splitlines())
    rows: list[_BlockRow] = [(line, "", 0, False, 0, 0, (), "", (None, False)) for line in lines if line]
    page = Page(None, url)
    page.fill(rows, ([None], [""], [0], [""], [0], [len(rows)], [0], [0], [0]))
    return page

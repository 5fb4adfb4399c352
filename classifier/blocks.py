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

_UNKNOWN: Final = -1
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
_SPLITTING: Final = frozenset({_BLOCK, _BREAK})
_HIDDEN_TAGS: Final = frozenset({"noscript", "noframes", "datalist", "dialog"})
_CONTROL_TAGS: Final = frozenset({"input", "select", "textarea", "button"})
# Inline elements whose mere presence says something about the block, kept as tokens.
_TELLING_INLINE: Final = frozenset("time code cite q small sup label abbr kbd img input".split())
_TELLING_ATTRIBUTES: Final = frozenset({"itemprop", "role", "rel"})
_HIDING_ATTRIBUTES: Final = frozenset({"hidden", "style"})
# Zero-width characters, which templates leave in empty paragraphs.
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff "
_PLAIN_PATH: Final = re.compile(r"(?:/[^\W\d][\w.-]*(?:\[\d+\])?)+")
_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


# Counts of blocks, images, form controls and text areas so far.
_Counts: TypeAlias = tuple[int, int, int, int]
_NO_COUNTS: Final[_Counts] = (0, 0, 0, 0)
# Columns of `Page`: texts, tags, owner, hidden, link_chars, bold_chars, links, inline, start.
_BlockRow: TypeAlias = tuple[str, str, int, bool, int, int, tuple[str, ...], str, tuple[Any, bool]]
# Columns of `Page`: elements, container_tags, parent, classes, and the counts at the element's start.
_ContainerRow: TypeAlias = tuple[Any, str, int, str, _Counts]


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

    def fill(self, blocks: Sequence[_BlockRow], containers: Sequence[_ContainerRow], ends: Sequence[_Counts]) -> None:
        """Turn the rows that a walk collected into columns."""
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
        self.elements, self.container_tags, self.parent, self.classes, begins = zip(*containers, strict=True)
        self.first: Sequence[int] = [begin[0] for begin in begins]
        self.last: Sequence[int] = [end[0] for end in ends]
        counted = [[end[k] - begin[k] for begin, end in zip(begins, ends, strict=True)] for k in (1, 2, 3)]
        self.images, self.inputs, self.areas = counted

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
    containers: list[_ContainerRow] = []
    ends: list[_Counts] = []
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

    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        flush = False
        text: str | None
        if event == "start":
            tag = element.tag
            kind = kinds.get(tag, _UNKNOWN)
            if not stack:
                kind = _BLOCK  # whatever the root of a fragment is
            elif kind == _UNKNOWN:  # custom elements are boxes as a rule; unknown tags are inline, as in browsers
                kind = _BLOCK if "-" in tag else _INLINE
            if kind == _SKIP:
                walk.skip_subtree()
                continue
            classes = ""
            hides = tag in _HIDDEN_TAGS and (tag != "dialog" or element.get("open") is None)
            for name, value in element.items():
                if name == "class" or name == "id":
                    classes = f"{classes} {value}" if classes else value
                elif name in _TELLING_ATTRIBUTES:
                    classes = f"{classes} {name}={value}"
                elif name in _HIDING_ATTRIBUTES and _hides(name, value):
                    hides = True
            flush = kind in _SPLITTING or (hides and hidden_by is None)
            if kind > _BREAK:
                if kind == _CONTROL:
                    controls.append((len(blocks) + bool(start), element))
                    inline.append("<input")
                    n_inputs += 1
                elif kind == _MEDIA:
                    inline.append("<img")
                    n_images += 1
                elif kind == _OPTION:
                    parts.append(" ")
                elif kind > _OPTION:
                    _read_metadata(page, kind, element)
                    walk.skip_subtree()
                    continue
            text = element.text
        else:
            text = element.tail
            if event == "end":
                kind = _BLOCK if element is root else kinds.get(element.tag, _UNKNOWN)
                if kind == _UNKNOWN:
                    kind = _BLOCK if "-" in element.tag else _INLINE
                flush = kind == _BLOCK or element is hidden_by

        if flush and start is not None:
            joined = " ".join("".join(parts).split())
            if joined[0] in _INVISIBLE:
                joined = joined.strip(_INVISIBLE)
        if flush and start is not None and joined:
            row = (
                joined,
                container_tag,
                container,
                hidden_by is not None,
                min(link_chars, len(joined)),
                min(bold_chars, len(joined)),
                tuple(links),
                " ".join(inline),
                start,
            )
            blocks.append(row)
        if flush and parts:
            parts = []
            inline = []
            links = []
            start = None
            link_chars = bold_chars = 0

        if event == "start":
            if hides and hidden_by is None:
                hidden_by = element
            if kind == _BLOCK:
                containers.append((element, tag, container, classes, (len(blocks), n_images, n_inputs, n_areas)))
                ends.append(_NO_COUNTS)
                container = len(containers) - 1
                container_tag = tag
                stack.append(container)
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
                if tag in _TELLING_INLINE:
                    inline.append("<" + tag)
        elif event == "end":
            if kind == _BLOCK:
                ends[stack.pop()] = (len(blocks), n_images, n_inputs, n_areas)
                inline = []
                if stack:
                    container = stack[-1]
                    container_tag = containers[container][1]
            elif kind == _LINK:
                in_link -= 1
            elif kind == _BOLD:
                in_bold -= 1
            if element is hidden_by:
                hidden_by = None
            if element is root:
                break

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
    page.fill(blocks, containers, ends)
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
    page.fill(rows, [(None, "", 0, "", _NO_COUNTS)], [(len(rows), 0, 0, 0)])
    return page

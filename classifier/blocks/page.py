"""A segmented page: parallel lists of blocks, and a table of containers."""

from __future__ import annotations

from typing import Any

from classifier.blocks.xpaths import XPaths
from classifier.urls import base_url


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
    embeds : list of str
        Attributes of each script and frame, ``name=value``, blank-separated: they name services that fill the page.
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
        "embeds",
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
        self.embeds: list[str] = []
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
            self._xpaths = XPaths(self.owner)
        return self._xpaths.block(self, block)

    @property
    def base(self) -> str:
        """What relative addresses are relative to, see `classifier.urls.base_url`."""
        if self._base is None:
            self._base = base_url(self.root, self.url)
        return self._base

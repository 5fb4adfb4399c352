"""From a parsed page to its blocks, in one walk.

A *block* is a run of text that no block-level element and no ``<br>`` interrupts: inline elements merge into it.
`segment` keeps what later steps need as parallel lists (one entry per block) and a table of *containers* (one entry per
block-level element), so that features are computed on arrays and the tree is visited once.

What a reader does not see is treated on purpose, in one of two ways:

- never text (scripts, styles, SVG, templates, the fallback of ``<video>``, ...): skipped, see `kinds.py`;
- text that a script may show later (``hidden``, ``display:none``, ``<noscript>``): segmented, but marked
  in `Page.hidden`. Lazy pages keep comments, and some keep the whole article, in such elements, so that the classifier
  and not the walk must decide. A run of text never mixes hidden and shown parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.blocks.page import Page
from classifier.blocks.parsing import check_url, clean_text, holds_controls, without_controls
from classifier.blocks.walk import normalised, walk
from classifier.exceptions import SegmentationError

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Page", "segment", "segment_text"]


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
    page = walk(root, url)
    return walk(without_controls(root), url) if _holds_controls(page) else page


def _holds_controls(page: Page) -> bool:
    """Whether characters that XML cannot hold are among the text: references (``&#27;``) are a way to write them."""
    attributes = " ".join(" ".join(page.meta.values()).split())
    return holds_controls((*page.texts, page.doc_title, attributes))


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
    # NUL is no text, and marks the ends of blocks in `classifier.features.tokens`.
    lines = clean_text("\n".join(text.replace("\0", " ").splitlines())).split("\n")
    page.texts = [text for line in lines if line.strip() and (text := normalised([line]))]
    n = len(page)
    page.owner, page.link_chars, page.bold_chars = [0] * n, [0] * n, [0] * n
    page.tags, page.inline, page.hidden = [""] * n, [""] * n, [False] * n
    page.links, page.start = [()] * n, [(None, False)] * n
    page.elements, page.container_tags, page.classes, page.last = [None], [""], [""], [n]
    page.parent, page.first, page.images, page.inputs, page.areas = [0], [0], [0], [0], [0]
    return page

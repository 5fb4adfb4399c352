"""From whatever the caller has (bytes, text, tree, selector, response) to an lxml tree."""

from __future__ import annotations

import contextlib
import copy
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from lxml import etree

from classifier.blocks.decoding import decode, refuse_binary
from classifier.blocks.flattening import ends_deep, parse_flat
from classifier.compiled import compiled
from classifier.exceptions import SegmentationError

if TYPE_CHECKING:
    from lxml.etree import _Element

_LABEL_ATTRIBUTE: Final = "data-winnow-label"
_CONTROL_BYTES: Final = bytes([*range(9), 11, *range(14, 32)])
# The parser takes the content of <noframes> for text and not for markup; that of <noscript> it parses.
_NOFRAMES: Final = re.compile(rb"<(/?)noframes\b", re.IGNORECASE)
_FRAMESET: Final = re.compile(rb"<frameset|<FRAMESET")
# References to characters that XML cannot hold, which the parser resolves all the same.
_CONTROL_REFERENCE: Final = re.compile(
    rb"&#(?:0*(?:[0-8]|1[14-9]|2\d|3[01]|6553[45])(?!\d)|[xX]0*(?:[0-8bBeEfF]|1[\da-fA-F]|[fF]{3}[eEfF])(?![\da-fA-F]));?"
)
# Browsers take an end tag without a start for a break; the parser drops it.
_END_BREAK: Final = re.compile(rb"</br\b[^>]*>", re.IGNORECASE)
_NO_TEXT: Final = {**dict.fromkeys([*range(9), 11, *range(14, 32), 0xFFFE, 0xFFFF], ""), 12: " "}
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"


def parse(page: Any, url: str | None = None) -> tuple[_Element, str | None]:
    """Turn any supported form of a page into its parsed tree.

    Parameters
    ----------
    page : str, bytes, lxml element or tree, parsel.Selector, or Scrapy TextResponse
        Bytes may be in any encoding that browsers know.
    url : str, optional
        Where the page comes from; by default that of the response.

    Returns
    -------
    root : lxml element
        The tree that a selector or response already holds is used as it is, not copied. XHTML that was parsed as XML is
        parsed again, and so is a response whose tree lacks text.
    url : str or None
        Where the page comes from, if known.

    Raises
    ------
    SegmentationError
        The input is of another type, or is a PDF, an image, an archive, or otherwise not a page.
    """
    check_url(url)
    if isinstance(page, bytes):
        return _parse_text(decode(page)), url
    if isinstance(page, str):
        return _parse_text(page), url
    if isinstance(page, etree._ElementTree):
        page = page.getroot()
    if isinstance(page, etree._Element) and isinstance(page.tag, str):
        return _as_html(page), url or page.base
    if _is_response(page):
        refuse_binary(page.body, getattr(page, "encoding", None))
        tree, url = parse(page.selector, url or str(page.url))
        return (_parse_text(page.text) if _lacks_text(tree, page) else tree), url
    root = getattr(page, "root", None)
    if isinstance(root, etree._Element) and isinstance(root.tag, str):  # parsel.Selector
        return _as_html(root), url
    msg = (
        f"expected HTML as str or bytes, an lxml element, a parsel.Selector of one, or a Scrapy TextResponse, "
        f"got {type(page).__name__}"
    )
    raise SegmentationError(msg)


def check_url(url: Any) -> None:
    """Refuse what is no address before anything is read.

    Parameters
    ----------
    url : str or None
        Where a page comes from.

    Raises
    ------
    SegmentationError
        It is of another type.
    """
    if url is not None and not isinstance(url, str):
        msg = f"expected the address of the page as str or None, got {type(url).__name__}: {url!r}"
        raise SegmentationError(msg)


def _is_response(page: Any) -> bool:
    """Whether this is a Scrapy TextResponse; Scrapy itself is never imported."""
    return isinstance(getattr(page, "body", None), bytes) and hasattr(page, "selector") and hasattr(page, "url")


def _lacks_text(tree: _Element, response: Any) -> bool:
    """Whether the parser that made the tree of a response lost text, glued lines, or let control characters in."""
    if ends_deep(tree) or _has_rest(tree):
        return True
    is_xml = getattr(response.selector, "type", "html") == "xml"  # where ``<br></br>`` is one element
    return not is_xml and any(pattern.search(response.body) for pattern in (_END_BREAK, _CONTROL_REFERENCE))


def _as_html(root: _Element) -> _Element:
    """Parse XHTML that was parsed as XML again as HTML: its tags carry a namespace, and its entities are not text."""
    if not root.tag.startswith(_XHTML):
        return root
    plain = copy.deepcopy(root)
    for element in plain.iter("*"):
        element.tag = etree.QName(element).localname
    return _parse_text(etree.tostring(plain, encoding="unicode", method="html", with_tail=False))


def clean_text(text: str) -> str:
    """Remove what XML cannot hold, as from every page.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Without control characters and noncharacters; lone surrogates became question marks.
    """
    return encoded(text).decode()


def encode(text: str) -> bytes:
    """UTF-8 of a text without what XML cannot hold."""
    # To look for noncharacters in the text costs a hundredth of the parse, to replace them a tenth, in bytes an eighth.
    # Control characters cost a twentieth on bytes, as a regular expression a third.
    if "\ufffe" in text or "\uffff" in text:
        text = text.replace("\ufffe", "").replace("\uffff", "")
    return text.encode("utf-8", "replace").translate(None, _CONTROL_BYTES)


@compiled("classifier.blocks._parsing")
def encoded(text: str) -> bytes:
    """Text after `encode`; most texts hold only what XML can."""
    return encode(text)


def repair(data: bytes) -> bytes:
    """Take out references to characters that XML cannot hold, and make breaks of end tags of breaks."""
    return _END_BREAK.sub(b"<br>", _CONTROL_REFERENCE.sub(b"", data))


@compiled("classifier.blocks._parsing")
def repaired(data: bytes) -> bytes:
    """Page after `repair`; most pages need none."""
    return repair(data)


@compiled("classifier.blocks._parsing")
def holds_controls(texts: Iterable[str]) -> bool:
    """Whether texts with normal whitespace hold what XML cannot."""
    text = "".join(texts)
    if "\ufffe" in text or "\uffff" in text:
        return True
    return bool(np.frombuffer(text.encode("utf-8", "replace"), np.uint8).min(initial=32) < 32)


def _parse_text(text: str) -> _Element:
    text = text.lstrip("\ufeff").replace("\f", " ")
    if text.startswith("%PDF-"):
        msg = "expected an HTML page, got a PDF document"
        raise SegmentationError(msg)
    data = encoded(text)
    if not data.strip():
        return etree.Element("html")
    data = repaired(data)
    root = _parse_bytes(data)
    if root is not None and next(root.iter("noframes"), None) is not None and _FRAMESET.search(data):
        data = _NOFRAMES.sub(rb"<\1noscript", data)
        root = _parse_bytes(data)
    if root is not None and ends_deep(root):
        root = parse_flat(data)
    if root is None:
        return etree.Element("html")
    if _has_rest(root):
        _adopt_rest(root)
    return root


def _parse_bytes(data: bytes) -> _Element | None:
    # A table of ids, which nobody asks for, would cost a sixteenth of the parse.
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, collect_ids=False)
    root: _Element | None = etree.fromstring(data, parser=parser)
    return root


def _has_rest(root: _Element) -> bool:
    """Whether text follows ``</html>``: the parser (libxml2 2.14) gives it a root of its own, which nobody looks at."""
    return any(
        (element.text or "").strip() and element.tag not in ("script", "style")
        for sibling in root.itersiblings("*")
        for element in sibling.iter("*")
    )


def _adopt_rest(root: _Element) -> None:
    """Move what follows ``</html>`` to the end of the body, where browsers have it."""
    body = root.find("body")
    for sibling in list(root.itersiblings("*")):
        for element in (sibling, *sibling.iterchildren("head", "body")):
            element.tag = "div"
        (root if body is None else body).append(sibling)


def without_controls(root: _Element) -> _Element:
    """Copy a tree, and clean its texts and attributes of what XML cannot hold.

    Parameters
    ----------
    root : lxml element
        Only read. The tree around it is copied as well, so that XPaths stay the same.

    Returns
    -------
    lxml element
        What the element is in the copy.
    """
    top = root.getroottree().getroot()
    copied = copy.deepcopy(top)
    found = copied
    new: Any
    for old, new in zip(top.iter(), copied.iter(), strict=True):
        if old is root:
            found = new
        if new.tail:
            new.tail = new.tail.translate(_NO_TEXT)
        if not isinstance(new.tag, str):
            continue
        if new.text:
            new.text = new.text.translate(_NO_TEXT)
        for name, value in new.items():
            cleaned = value.translate(_NO_TEXT)
            if cleaned != value:
                with contextlib.suppress(ValueError):  # a name that only the parser may write
                    new.set(name, cleaned)
    return found


def strip_labels(root: _Element) -> dict[Any, str]:
    """Remove ``data-winnow-label`` attributes from a tree, so that a labelled page looks as it was served.

    Parameters
    ----------
    root : lxml element
        Changed in place.

    Returns
    -------
    dict of lxml element to str
        The label that each element carried.
    """
    labelled: Any = root.xpath(f"//*[@{_LABEL_ATTRIBUTE}]")
    return {element: element.attrib.pop(_LABEL_ATTRIBUTE) for element in labelled}

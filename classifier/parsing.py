"""From whatever the caller has (bytes, text, tree, selector, response) to an lxml tree."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

from classifier.exceptions import SegmentationError

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAGIC: Final = {
    b"%PDF-": "a PDF document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"PK\x03\x04": "a ZIP archive (or an office document)",
    b"\x1f\x8b": "gzip data: decompress it first",
    b"RIFF": "a RIFF media file",
}
# A page in the wrong encoding decodes to many replacement characters; a good page with one broken quote has a few.
_MAX_BROKEN: Final = 0.01
_LABEL_ATTRIBUTE: Final = "data-winnow-label"
_XML_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


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
        The tree that a selector or response already holds is used as it is, not copied.
    url : str or None
        Where the page comes from, if known.

    Raises
    ------
    SegmentationError
        The input is of another type, or is a PDF, an image, an archive, or otherwise not a page.
    """
    if isinstance(page, bytes):
        return _parse_text(decode(page)), url
    if isinstance(page, str):
        return _parse_text(page), url
    if isinstance(page, etree._ElementTree):
        page = page.getroot()
    if isinstance(page, etree._Element):
        return page, url or page.base
    if hasattr(page, "selector") and hasattr(page, "url"):  # a Scrapy TextResponse; Scrapy itself is never imported
        _refuse_binary(page.body)
        return parse(page.selector, url or page.url)
    root = getattr(page, "root", None)
    if isinstance(root, etree._Element):  # parsel.Selector
        return root, url
    msg = (
        f"expected HTML as str or bytes, an lxml element, a parsel.Selector of one, or a Scrapy TextResponse, "
        f"got {type(page).__name__}"
    )
    raise SegmentationError(msg)


def decode(body: bytes) -> str:
    """Decode the bytes of a page as a browser would, but distrust a declaration that does not fit.

    Parameters
    ----------
    body : bytes
        A whole page.

    Returns
    -------
    str
        Undecodable bytes become U+FFFD.

    Raises
    ------
    SegmentationError
        The bytes are not text (a PDF, an image, an archive).
    """
    _refuse_binary(body)
    bom_encoding, bom = read_bom(body)
    if bom_encoding is not None and bom is not None:
        return body[len(bom) :].decode(bom_encoding, "replace")
    try:  # bytes above 127 that form valid UTF-8 are UTF-8, whatever a stale declaration says
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = html_body_declared_encoding(body)
    candidates = [resolve_encoding(declared)] if declared else []
    if "utf-8" not in candidates:
        candidates.append("utf-8")
    for encoding in candidates:
        text = _try_decode(body, encoding)
        if text is not None:
            return text
    return body.decode(_guess_encoding(body), "replace")


def _try_decode(body: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        codecs.lookup(encoding)
    except LookupError:
        return None
    text = body.decode(encoding, "replace")
    high_bytes = len(body.translate(None, bytes(range(128))))
    return text if text.count("\ufffd") <= _MAX_BROKEN * high_bytes + 3 else None


def _guess_encoding(body: bytes) -> str:
    import charset_normalizer  # only for the rare page whose declaration is missing or wrong

    best = charset_normalizer.from_bytes(body[:50_000]).best()
    return best.encoding if best else "cp1252"


def _refuse_binary(body: bytes) -> None:
    head = body[:1024].lstrip()
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            msg = f"expected an HTML page, got {what}"
            raise SegmentationError(msg)
    if head.count(b"\0") > len(head) // 4 and not body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        msg = "expected an HTML page, got binary data (a quarter of its first bytes are NUL)"
        raise SegmentationError(msg)


def _parse_text(text: str) -> _Element:
    text = _XML_ILLEGAL.sub("", text.lstrip("\ufeff"))
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser=parser) if text.strip() else None
    return etree.Element("html") if root is None else root


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

"""From whatever the caller has (bytes, text, tree, selector, response) to an lxml tree."""

from __future__ import annotations

import codecs
import contextlib
import copy
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
# Depth at which the parser stops reading the page, and depth that browsers keep (Chromium: 512).
_PARSER_DEPTH: Final = 2_000
_MAX_DEPTH: Final = 512
# Control characters that text does not hold: all but tab, line ends, form feed and escape (of ISO-2022-JP).
_CONTROLS: Final = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_HIGH: Final = bytes(range(128, 256))
_HIGH_RUNS: Final = re.compile(rb"[\x80-\xff]{4,}")
_TAG: Final = re.compile(rb"<[^<>]*>")
_WESTERN: Final = frozenset({"cp1252", "iso8859-1", "iso8859-15", "ascii"})
_WITH_CONTROLS: Final = ("utf-16", "utf-32", "iso2022")  # encodings whose bytes look like control characters


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
        _refuse_binary(page.body, getattr(page, "encoding", None))
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
    if _ends_deep(tree) or _has_rest(tree):
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
    wide = _wide_encoding(body)
    if wide is not None:
        return body.decode(wide, "replace")
    if b"\x1b$" in body:  # ISO-2022-JP is the one encoding on the web whose bytes are valid UTF-8, and mean other text
        with contextlib.suppress(UnicodeDecodeError):
            return body.decode("iso2022_jp_ext")
    with contextlib.suppress(UnicodeDecodeError):  # what is valid UTF-8 is UTF-8, whatever a stale declaration says
        return body.decode("utf-8")
    high_bytes = len(body) - len(body.translate(None, _HIGH))
    declared = html_body_declared_encoding(body)
    candidates = [resolve_encoding(declared)] if declared else []
    for encoding in (*candidates, "utf-8"):
        text = _try_decode(body, encoding, high_bytes)
        if text is not None:
            return text
    return body.decode(_guess_encoding(body), "replace")


def _try_decode(body: bytes, encoding: str | None, high_bytes: int) -> str | None:
    try:
        name = codecs.lookup(encoding or "").name
    except LookupError:
        return None
    # A declaration that could be read byte by byte cannot be of two bytes per character.
    if name.startswith(("utf-16", "utf-32")):
        return None
    # Every sequence of bytes is text in a Western encoding; but in Western texts no four letters in a row have accents.
    if name in _WESTERN and 2 * sum(map(len, _HIGH_RUNS.findall(body))) > high_bytes > 20:
        return None
    text = body.decode(name, "replace")
    return text if text.count("\ufffd") <= _MAX_BROKEN * high_bytes + 3 else None


def _guess_encoding(body: bytes) -> str:
    import charset_normalizer  # only for the rare page whose declaration is missing or wrong

    # Markup is the same in every encoding: without it, and with enough of the rest, the guess is about the text.
    best = charset_normalizer.from_bytes(_TAG.sub(b" ", body[:200_000])[:50_000]).best()
    return best.encoding if best else "cp1252"


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of the markup is NUL."""
    head = body[:1024]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) or min(even, odd) * 20 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _refuse_binary(body: bytes, declared: str | None = None) -> None:
    head = body[:1024].lstrip()
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            msg = f"expected an HTML page, got {what}"
            raise SegmentationError(msg)
    if read_bom(body)[0] is not None or _wide_encoding(body) is not None or _encodes_with_controls(declared):
        return
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > 16 and controls > len(head) // 20:  # random bytes have a tenth; a page now and then has a stray one
        msg = f"expected an HTML page, got binary data ({controls} control characters in its first {len(head)} bytes)"
        raise SegmentationError(msg)


def _encodes_with_controls(encoding: str | None) -> bool:
    with contextlib.suppress(LookupError):
        return codecs.lookup(encoding or "").name.startswith(_WITH_CONTROLS)
    return False


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
    return _encoded(text).decode()


def _encoded(text: str) -> bytes:
    # Noncharacters are looked for in the text, which costs next to nothing; in bytes an eighth of the parse. Control
    # characters cost a twentieth on bytes, as a regular expression a third.
    text = text.replace("\ufffe", "").replace("\uffff", "")
    return text.encode("utf-8", "replace").translate(None, _CONTROL_BYTES)


def _parse_text(text: str) -> _Element:
    text = text.lstrip("\ufeff").replace("\f", " ")
    if text.startswith("%PDF-"):
        msg = f"expected an HTML page, got {_MAGIC[b'%PDF-']}"
        raise SegmentationError(msg)
    data = _encoded(text)
    if not data.strip():
        return etree.Element("html")
    data = _END_BREAK.sub(b"<br>", _CONTROL_REFERENCE.sub(b"", data))
    root = _parse_bytes(data)
    if root is not None and next(root.iter("noframes"), None) is not None and _FRAMESET.search(data):
        data = _NOFRAMES.sub(rb"<\1noscript", data)
        root = _parse_bytes(data)
    if root is not None and _ends_deep(root):
        root = _parse_flat(data)
    if root is None:
        return etree.Element("html")
    if _has_rest(root):
        _adopt_rest(root)
    return root


def _parse_bytes(data: bytes) -> _Element | None:
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True)
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


def _ends_deep(root: _Element) -> bool:
    """Whether the last element of a tree is so deep that the parser gave up there, and what follows is missing."""
    depth = 0
    while len(root):
        root = root[-1]
        depth += 1
    return depth > _PARSER_DEPTH


def _parse_flat(data: bytes) -> _Element | None:
    """Parse a page whose elements are nested deeper than the parser allows; deeper ones become siblings, in order."""
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, target=_FlatBuilder())
    root: _Element | None = etree.fromstring(data, parser=parser)
    return root


class _FlatBuilder:
    """Builds a tree of limited depth from the parser's events, which come at any depth."""

    def __init__(self) -> None:
        self._builder = etree.TreeBuilder()
        self._open: list[str] = []
        self._deepest = ""  # the element at the greatest depth, which stands for all that would be below
        self._ended = False  # whether an element at or below it has ended since

    def start(self, tag: Any, attributes: dict[Any, Any]) -> None:
        self._open.append(tag)
        if len(self._open) >= _MAX_DEPTH:
            self._replace_deepest(tag, attributes)
        else:
            self._builder.start(tag, attributes)

    def end(self, tag: Any) -> None:
        depth = len(self._open)
        self._open.pop()
        if depth > _MAX_DEPTH:
            self._ended = True
        elif depth == _MAX_DEPTH:
            self._close_deepest()
        else:
            self._builder.end(tag)

    def data(self, data: Any) -> None:
        if self._ended and len(self._open) >= _MAX_DEPTH and data.strip():
            self._replace_deepest(self._open[-1], {})  # what follows an element's end is not part of it
        self._builder.data(data)

    def comment(self, text: Any) -> None:
        """Drop comments."""

    def close(self) -> _Element:
        return self._builder.close()

    def _replace_deepest(self, tag: str, attributes: dict[Any, Any]) -> None:
        self._close_deepest()
        self._builder.start(tag, attributes)
        self._deepest = tag
        self._ended = False

    def _close_deepest(self) -> None:
        if self._deepest:
            self._builder.end(self._deepest)
            self._deepest = ""


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

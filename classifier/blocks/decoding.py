"""From the bytes of a page to its text, as browsers decode it."""

from __future__ import annotations

import codecs
import contextlib
import re
from typing import TYPE_CHECKING, Final

from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

from classifier.exceptions import SegmentationError

if TYPE_CHECKING:
    pass

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
# Control characters that text does not hold: all but tab, line ends, form feed and escape (of ISO-2022-JP).
_CONTROLS: Final = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_HIGH: Final = bytes(range(128, 256))
_HIGH_RUNS: Final = re.compile(rb"[\x80-\xff]{4,}")
_TAG: Final = re.compile(rb"<[^<>]*>")
_WESTERN: Final = frozenset({"cp1252", "iso8859-1", "iso8859-15", "ascii"})
_WITH_CONTROLS: Final = ("utf-16", "utf-32", "iso2022")  # encodings whose bytes look like control characters


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
    refuse_binary(body)
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
    declared = html_body_declared_encoding(body)
    candidates = [resolve_encoding(declared)] if declared else []
    for encoding in (*candidates, "utf-8"):
        text = decode_as(body, encoding)
        if text is not None:
            return text
    return body.decode(_guess_encoding(body), "replace")


def decode_as(body: bytes, encoding: str | None) -> str | None:
    """Decode a page in an encoding that somebody declares; None where it does not fit, or is unknown."""
    try:
        name = codecs.lookup(encoding or "").name
    except LookupError:
        return None
    # A declaration that could be read byte by byte cannot be of two bytes per character.
    if name.startswith(("utf-16", "utf-32")):
        return None
    high_bytes = len(body) - len(body.translate(None, _HIGH))
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


def refuse_binary(body: bytes, declared: str | None = None) -> None:
    """Raise `SegmentationError` where bytes are no text, whatever a server calls them; ``declared`` is its encoding."""
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

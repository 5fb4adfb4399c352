"""HTML answers in WARC files: a record that cannot be read costs itself, and the next one follows."""

from __future__ import annotations

import contextlib
import importlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from classifier.exceptions import ClassifierError

_HTTP: Final = ArcWarcRecordLoader(verify_http=False).http_parser
_BROTLI: Final = ("brotli", "brotlicffi")  # either of them; Scrapy does the same


class WarcError(ClassifierError):
    """A WARC file, or the content of one of its records, cannot be read."""


@dataclass(frozen=True)
class Answer:
    """What a server once answered to a request for a page.

    Attributes
    ----------
    url : str
        An http(s) address.
    body : bytes
        The page, unpacked.
    headers : dict of str to str
        Names in lower case; without those of the encodings that have been undone.
    status : int
        Of HTTP.
    error : str or None
        Why there is no body.
    """

    url: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    error: str | None = None


def answers(file: Path) -> Iterator[Answer]:
    """Read the HTML answers of a WARC file.

    Parameters
    ----------
    file : Path
        ``.warc`` or ``.warc.gz``.

    Yields
    ------
    Answer
        One per record.

    Raises
    ------
    WarcError
        The file is damaged; the answers before the damage have been yielded.
    """
    try:
        with file.open("rb") as stream:
            # HTTP headers are read here and not by warcio: where they are broken, it could not go on.
            for record in ArchiveIterator(stream, no_record_parse=True):
                answer = _answer(record)
                if answer is not None:
                    yield answer
    except (OSError, EOFError, ArchiveLoadFailed, zlib.error) as error:
        raise WarcError(f"expected a WARC file, got a damaged one ({error})") from error


def _answer(record: Any) -> Answer | None:
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    if record.rec_type != "response" or not url.startswith(("http://", "https://")):
        return None
    try:
        http = _HTTP.parse(record.raw_stream)
    except EOFError:  # an empty record
        return None
    headers = {name.lower(): value for name, value in http.headers}
    if "html" not in headers.get("content-type", "html").lower():
        return None
    encoding, transfer = headers.pop("content-encoding", ""), headers.pop("transfer-encoding", "")
    headers.pop("content-length", None)
    body = (ChunkedDataReader(record.raw_stream) if transfer.lower() == "chunked" else record.raw_stream).read()
    if getattr(record.raw_stream, "limit", 0):  # bytes that the record announces and the file does not hold
        return Answer(url, error="expected a whole page, the WARC file ends in the middle of it")
    try:
        body = _unpacked(body, encoding)
    except WarcError as error:
        return Answer(url, error=str(error))
    status = http.get_statuscode()
    return Answer(url, body, headers, int(status) if status.isdecimal() else 200)


def _unpacked(body: bytes, encodings: str) -> bytes:
    """Undo content encodings; many crawlers keep their header and store the page itself, which stays as it is."""
    for name in reversed(encodings.lower().split(",")):
        if body.lstrip()[:1] == b"<":
            break
        unpack = _UNPACKERS.get(name.strip())
        if unpack is not None:  # other names are "identity", "utf-8" and the like
            body = unpack(body)
    return body


def _gunzip(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return _inflated(body, 16 + zlib.MAX_WBITS)
    except zlib.error as error:
        raise WarcError(f"expected gzip data, got a damaged page ({error})") from error


def _inflate(body: bytes) -> bytes:
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # as the standard says, and as some servers do it
        with contextlib.suppress(zlib.error):
            return _inflated(body, bits)
    return body


def _inflated(body: bytes, bits: int) -> bytes:
    unpacker = zlib.decompressobj(bits)
    page = unpacker.decompress(body)
    if not unpacker.eof:
        raise zlib.error("it ends in the middle")
    return page


def _unbrotli(body: bytes) -> bytes:
    for name in _BROTLI:
        with contextlib.suppress(ImportError):
            library: Any = importlib.import_module(name)
            try:
                return bytes(library.decompress(body))
            except library.error as error:
                raise WarcError(f"expected brotli data, got a damaged page ({error})") from error
    raise WarcError("expected a page that is plain or in gzip or deflate, got brotli data: pip install brotli")


def _refuse_zstd(body: bytes) -> bytes:
    raise WarcError("expected a page that is plain or in gzip, deflate or brotli, got zstd data, which is not read")


_UNPACKERS: Final = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _refuse_zstd,
}

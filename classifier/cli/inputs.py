"""Pages from wherever the user has them: files, folders, WARC files, addresses, standard input."""

from __future__ import annotations

import contextlib
import gzip
import sys
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

from classifier.cli.console import exists
from classifier.exceptions import ClassifierError
from classifier.files import PAGE_SUFFIXES, WARC_SUFFIXES

TEXT_SUFFIXES: Final = (".txt", ".text", ".txt.gz")
_TIMEOUT: Final = 20.0  # seconds of silence
_MAX_BYTES: Final = 32_000_000  # far above any article page, far below what hurts
_USER_AGENT: Final = "winnow/0.1 (+https://pypi.org/project/scrapy-winnow/; reads single pages on request)"


class InputError(ClassifierError):
    """A page that was asked for cannot be read."""


@dataclass(frozen=True)
class Input:
    """One page, or the reason why it cannot be read.

    Attributes
    ----------
    name : str
        What messages call it: a path, an address, a record of a WARC file.
    body : bytes
        Its content, decompressed.
    url : str or None
        Where it comes from, if known.
    error : str or None
        Why there is no content.
    """

    name: str
    body: bytes = b""
    url: str | None = None
    error: str | None = None


def is_url(name: str) -> bool:
    """Tell an address from a path."""
    return name.lower().startswith(("http://", "https://"))


def missing(names: Iterable[str]) -> list[str]:
    """Names that are neither addresses, nor ``-``, nor existing paths."""
    return [name for name in names if name != "-" and not is_url(name) and not exists(Path(name))]


def read_inputs(names: Iterable[str], *, text: bool = False) -> Iterator[Input]:
    """Read every page that the names stand for.

    Parameters
    ----------
    names : iterable of str
        Files, folders (searched for pages), WARC files, http(s) addresses, ``-`` for standard input.
    text : bool
        Whether folders are searched for plain text instead of HTML.

    Yields
    ------
    Input
        In order; what cannot be read comes with its reason, and the next follows.
    """
    for name in names:
        if name == "-":
            yield _stdin()
        elif is_url(name):
            yield fetch(name)
        elif Path(name).is_dir():
            yield from _folder(Path(name), TEXT_SUFFIXES if text else PAGE_SUFFIXES + WARC_SUFFIXES)
        else:
            yield from _file(Path(name))


def _stdin() -> Input:
    if sys.stdin is None:  # `winnow extract - <&-`
        return Input("<stdin>", error="expected a page on standard input, which is closed")
    try:
        return _unpacked(Input("<stdin>", sys.stdin.buffer.read()))
    except OSError as error:
        return Input("<stdin>", error=f"cannot be read: {error.strerror or error}")


def _folder(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Input]:
    found = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name.lower().endswith(suffixes)]
    if not found:
        yield Input(str(folder), error=f"expected files that end in {', '.join(suffixes)}, found none in this folder")
    for file in found:
        yield from _file(file)


def _file(file: Path) -> Iterator[Input]:
    if file.name.lower().endswith(WARC_SUFFIXES):
        yield from _warc(file)
        return
    try:
        body = file.read_bytes()
    except OSError as error:
        yield Input(str(file), error=f"cannot be read: {error.strerror or error}")
        return
    yield _unpacked(Input(str(file), body))


def _unpacked(page: Input) -> Input:
    if not page.body.startswith(b"\x1f\x8b"):
        return page
    try:
        return Input(page.name, gzip.decompress(page.body), page.url)
    except (OSError, EOFError, zlib.error) as error:
        return Input(page.name, url=page.url, error=f"expected gzip data, got a damaged file ({error}); copy it again")


def _warc(file: Path) -> Iterator[Input]:
    """HTML pages of a WARC file; a damaged file gives the pages before the damage."""
    from classifier.cli.warc import WarcError, answers

    found = False
    try:
        for answer in answers(file):
            if 200 <= answer.status < 300:
                found = True
                charset = http_content_type_encoding(answer.headers.get("content-type"))
                yield Input(f"{file} {answer.url}", _with_charset(answer.body, charset), answer.url, answer.error)
    except WarcError as error:
        found = True
        yield Input(str(file), error=str(error))
    if not found:
        yield Input(str(file), error="expected HTML responses in this WARC file, found none")


def fetch(url: str) -> Input:
    """Get one page over http or https.

    Parameters
    ----------
    url : str
        Its address.

    Returns
    -------
    Input
        The page at the end of the redirects, or the reason why there is none.
    """
    try:
        host = urlsplit(url).hostname
    except ValueError as error:  # "http://[broken"
        return Input(url, error=f"expected an address such as https://example.org/page, got a broken one ({error})")
    if not host:
        return Input(url, error="expected an address such as https://example.org/page, got one without a host")
    request = urllib.request.Request(
        url, headers={"User-Agent": _USER_AGENT, "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"}
    )
    try:
        with _opener().open(request, timeout=_TIMEOUT) as answer:
            kind = answer.headers.get_content_type()
            if kind not in ("text/html", "application/xhtml+xml", "text/plain"):
                return Input(url, error=f"expected an HTML page, the server sent {kind}")
            body = answer.read(_MAX_BYTES + 1)
            charset, final = answer.headers.get_content_charset(), answer.geturl()
    except urllib.error.HTTPError as error:
        with error:
            return Input(url, error=f"the server answered {error.code} {error.reason}")
    except (OSError, HTTPException, ValueError) as error:  # URLError, timeouts and broken answers
        return Input(url, error=f"cannot be fetched: {getattr(error, 'reason', None) or error or type(error).__name__}")
    if len(body) > _MAX_BYTES:
        return Input(url, error=f"expected a page of at most {_MAX_BYTES:,} bytes, this one is longer")
    return Input(url, _with_charset(body, charset), final)


def _opener() -> urllib.request.OpenerDirector:
    """Only http and https: a redirect must not lead to a local file."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


def _with_charset(body: bytes, charset: str | None) -> bytes:
    """Apply the charset of the HTTP header where the bytes are not plainly UTF-8: the page itself may not name one.

    A charset that does not fit the bytes, a server's default, is left to what the page says.
    """
    from classifier.blocks.decoding import decode_as

    with contextlib.suppress(UnicodeDecodeError):
        body.decode("utf-8")
        return body
    if read_bom(body)[0] is not None:
        return body
    text = decode_as(body, resolve_encoding(charset) if charset else None)
    return body if text is None else text.encode()

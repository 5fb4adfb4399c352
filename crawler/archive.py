"""Saved pages: folders of HTML files and WARC files, read one page at a time."""

from __future__ import annotations

import gzip
import logging
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from classifier.cli.warc import WarcError, answers
from classifier.files import PAGE_SUFFIXES, WARC_SUFFIXES
from classifier.urls import safe_url

logger = logging.getLogger(__name__)

_HEAD = 100_000  # bytes in which a page names its own address
_CANONICAL = re.compile(
    rb"""<link\b(?=[^>]*\brel\s*=\s*["']?canonical\b)[^>]*?\bhref\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE
)
_OG_URL = re.compile(
    rb"""<meta\b(?=[^>]*\bproperty\s*=\s*["']?og:url\b)[^>]*?\bcontent\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE
)
# What browsers write on top of a page that they save.
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)", re.IGNORECASE)


class ArchiveError(ValueError):
    """There is no archive at the path given, or it cannot be read."""


@dataclass(frozen=True)
class SavedPage:
    """One page as it was saved.

    Parameters
    ----------
    url : str
        Where it came from.
    body : bytes
        Uncompressed.
    headers : dict of str to str
        Those of the answer that was saved; empty for a file.
    status : int
        HTTP status.
    source : str
        File that holds it.
    """

    url: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    source: str = ""


def files(path: Path) -> list[Path]:
    """Return the files with saved pages at `path`, sorted.

    Raises
    ------
    ArchiveError
        There is nothing there, or nothing that can be replayed.
    """
    if not path.exists():
        raise ArchiveError(f"there is no file or folder {str(path)!r}")
    found = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    found = [file for file in found if file.name.lower().endswith(PAGE_SUFFIXES + WARC_SUFFIXES)]
    if not found:
        raise ArchiveError(f"expected {', '.join(PAGE_SUFFIXES + WARC_SUFFIXES)} at {str(path)!r}, found none")
    return found


def pages(file: Path, root: Path, base_url: str = "") -> Iterator[SavedPage]:
    """Yield the pages of one file.

    Parameters
    ----------
    file : Path
        An HTML file, or a WARC file.
    root : Path
        Folder that the paths of HTML files are relative to.
    base_url : str
        Address of that folder. Without it a page's address is the one that it names itself, or else its file's.

    Raises
    ------
    ArchiveError
        The file is damaged; the pages before the damage have been yielded. (A single page that cannot be unpacked is
        logged.)
    """
    try:
        if file.name.lower().endswith(WARC_SUFFIXES):
            yield from _warc_pages(file)
        else:
            yield _file_page(file, root, base_url)
    except (OSError, EOFError, zlib.error, WarcError) as error:
        raise ArchiveError(f"{file}: {error}") from error


def _file_page(file: Path, root: Path, base_url: str) -> SavedPage:
    body = file.read_bytes()
    if body.startswith(b"\x1f\x8b"):
        body = gzip.decompress(body)
    if base_url:
        relative = file.relative_to(root).as_posix() if file != root else file.name
        return SavedPage(urljoin(base_url.rstrip("/") + "/", relative.removesuffix(".gz")), body, source=str(file))
    return SavedPage(own_url(body) or file.resolve().as_uri(), body, source=str(file))


def own_url(body: bytes) -> str | None:
    """Return the http(s) address that a saved page gives as its own, or None."""
    for pattern in (_SAVED_FROM, _CANONICAL, _OG_URL):
        found = pattern.search(body, 0, _HEAD)
        if found:
            url = safe_url(found[1].decode("utf-8", "replace").replace("&amp;", "&"), "")
            if url:
                return url
    return None


def _warc_pages(file: Path) -> Iterator[SavedPage]:
    for answer in answers(file):
        if answer.error is None:
            yield SavedPage(answer.url, answer.body, answer.headers, answer.status, str(file))
        else:
            logger.warning("Not replayed: %s in %s: %s", answer.url, file, answer.error)

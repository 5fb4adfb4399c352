"""How files are read, one way for each kind: saved pages and lines of JSON."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from classifier.exceptions import GoldStandardError

PAGE_SUFFIXES: Final = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz", ".xhtml.gz")
WARC_SUFFIXES: Final = (".warc", ".warc.gz")


def is_page(path: Path) -> bool:
    """Tell by its name whether a file is an HTML page."""
    return path.name.lower().endswith(PAGE_SUFFIXES)


def read_bytes(path: Path) -> bytes:
    """Content of a file, decompressed when its name ends in ``.gz``.

    Parameters
    ----------
    path : Path
        File to read.

    Returns
    -------
    bytes

    Raises
    ------
    GoldStandardError
        The file is damaged.
    """
    data = path.read_bytes()
    try:
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (EOFError, OSError, zlib.error) as error:
        msg = f"expected a gzip file, got a damaged one: {error}"
        raise GoldStandardError(msg, str(path)) from error


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file that are not blank, with their numbers from 1.

    They end at line feeds only: a string in JSON may hold U+2028, which is a line end to `str.splitlines`.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line


def parse_record(line: bytes, where: str) -> dict[str, Any]:
    """Read one line of JSON Lines.

    Parameters
    ----------
    line : bytes
        In UTF-8.
    where : str
        File and line, for the message.

    Returns
    -------
    dict

    Raises
    ------
    GoldStandardError
        It is no JSON object.
    """
    try:
        record = json.loads(line.decode("utf-8"))
    except RecursionError as error:
        msg = "expected a JSON object per line, got one that is nested too deeply"
        raise GoldStandardError(msg, where) from error
    except ValueError as error:  # broken UTF-8 is one too
        msg = f"expected a JSON object per line: {error}"
        raise GoldStandardError(msg, where) from error
    if not isinstance(record, dict):
        msg = f"expected a JSON object per line, got {type(record).__name__}"
        raise GoldStandardError(msg, where)
    return record


def read_records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read JSON Lines.

    Parameters
    ----------
    path : Path
        File of one object per line.

    Yields
    ------
    where : str
        File and line, for messages.
    record : dict
        The object.

    Raises
    ------
    GoldStandardError
        A line is broken; the lines before it have been yielded.
    """
    for number, line in numbered_lines(path):
        where = f"{path}:{number}"
        yield where, parse_record(line, where)

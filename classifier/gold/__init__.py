"""Labelled pages from disk: the formats that people have, read into one `GoldPage` each.

Formats
-------
(a) A folder with ``gold.jsonl`` and ``html/<id>.html[.gz]``. The keys of each line say what it marks: ``body`` and
    ``comments`` (texts), ``body_html``, ``title``, ``author``/``byline``, ``page_type``, ``forms``, or the strings and
    XPaths of annotated widgets, with ``page`` naming a page of a sibling folder.
(b) HTML files with ``data-winnow-label="body"`` on elements: every block inside has that label, unless a nearer
    ancestor says otherwise; blocks without a labelled ancestor are boilerplate; ``?`` means unknown.
(c) JSON Lines with ``{"page": path, "labels": {xpath: label}}`` (or ``"html"`` with the page itself instead of
    ``page``): an XPath labels every block at or below it, the longest wins, the rest is boilerplate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from classifier.blocks.parsing import parse, strip_labels
from classifier.exceptions import ClassifierError, GoldStandardError
from classifier.files import is_page, read_bytes, read_records
from classifier.labels import LABELS
from classifier.urls import site_of

UNKNOWN: Final = "?"
VALID_LABELS: Final = frozenset({*LABELS, UNKNOWN})


@dataclass
class GoldPage:
    """One page and everything that people marked on it.

    Attributes
    ----------
    path : Path or None
        File of the page; None when the page came inside a JSON line.
    where : str
        File and line of the first mark, for messages.
    source : str
        Name of the set, for weights and reports.
    marks : list of dict
        What was marked: one dict per gold line, as read.
    labels : dict of str to str, or None
        XPath to label, when every block is labelled.
    html : str or None
        The page itself, when it came inside a JSON line.
    """

    path: Path | None
    where: str
    source: str
    marks: list[dict[str, Any]] = field(default_factory=list)
    labels: dict[str, str] | None = None
    html: str | None = None
    url: str | None = None

    @property
    def name(self) -> str:
        """Short name of the page: its set and id."""
        return f"{self.source}/{self.path.name.partition('.')[0]}" if self.path else self.where

    def mark(self, key: str) -> Any:
        """First value that any gold line gives for a key, or None."""
        return next((mark[key] for mark in self.marks if mark.get(key) is not None), None)

    def load(self) -> tuple[Any, dict[Any, str]]:
        """Parse the page.

        Returns
        -------
        root : lxml element
            Without ``data-winnow-label`` attributes.
        labelled : dict of lxml element to str
            What those attributes said.

        Raises
        ------
        GoldStandardError
            The file cannot be read or is not a page.
        """
        try:
            if self.html is not None:
                root, _ = parse(self.html, self.url)
            else:
                root, _ = parse(read_bytes(self.path or Path()), self.url)
        except (OSError, EOFError, ClassifierError) as error:
            msg = f"cannot read the page: {error}"
            raise GoldStandardError(msg, self.where) from error
        return root, strip_labels(root)

    def site(self, root: Any) -> str:
        """Name the site of the page, for folds: its registered domain, or the page itself where that is unknown."""
        return site_of(root, self.url) or self.name


def read_gold(paths: Iterable[Path | str]) -> list[GoldPage]:
    """Read labelled pages in any of the formats above.

    Parameters
    ----------
    paths : iterable of path
        Folders (searched for ``gold.jsonl`` and labelled HTML files), HTML files and JSON Lines files.

    Returns
    -------
    list of GoldPage
        One per page, in the order of the paths; marks on the same file are merged.

    Raises
    ------
    GoldStandardError
        A path does not exist or holds no labelled page, or a line is broken; with file and line.
    """
    files = [Path(path) for path in paths]
    roots = _roots(files)
    pages: dict[Any, GoldPage] = {}
    for path in files:
        before = len(pages)
        marked = 0
        for page in _read_one(path, roots):
            marked += 1
            key = page.path.resolve() if page.path else page.where
            known = pages.setdefault(key, page)
            if known is not page:
                known.marks += page.marks
                known.labels = page.labels or known.labels
                known.url = known.url or page.url
        if not marked:
            raise GoldStandardError(f"{nothing_found(path)} (pages so far: {before})", str(path))
    return list(pages.values())


def listings(folder: Path) -> list[Path]:
    """Return the files of gold lines in a folder; labels under another name count where their file itself is given."""
    return sorted(folder.rglob("gold.jsonl"))


def nothing_found(path: Path) -> str:
    """Say what was looked for at a path without labelled pages, and where it may be."""
    others = sorted(path.glob("*.jsonl")) if path.is_dir() else []
    hint = f"; to read {others[0].name}, give that file and not its folder" if others else ""
    return (
        "expected gold.jsonl with html/, HTML files with data-winnow-label attributes, or JSON Lines of page and "
        f"labels; found none of them{hint}"
    )


def _roots(paths: list[Path]) -> list[Path]:
    """Folders against which the page names of JSON lines are resolved."""
    roots = []
    for path in paths:
        folder = path if path.is_dir() else path.parent
        roots += [folder, folder.parent]
    return list(dict.fromkeys(roots))


def _read_one(path: Path, roots: list[Path]) -> Iterator[GoldPage]:
    if path.is_dir():
        found = listings(path)
        for listing in found:
            yield from _marked(listing, roots)
        listed = {listing.parent / "html" for listing in found}
        for file in sorted(path.rglob("*")):
            if is_page(file) and file.parent not in listed and b"data-winnow-label" in read_bytes(file):
                yield GoldPage(file, str(file), path.name, labels={})
    elif path.name.endswith(".jsonl"):
        yield from _marked(path, roots)
    elif path.is_file():
        if b"data-winnow-label" not in read_bytes(path):
            msg = "expected an HTML page with data-winnow-label attributes, found none"
            raise GoldStandardError(msg, str(path))
        yield GoldPage(path, str(path), path.parent.name, labels={})
    else:
        msg = "expected a file or folder of labelled pages, found nothing there"
        raise GoldStandardError(msg, str(path))


def _marked(listing: Path, roots: list[Path]) -> Iterator[GoldPage]:
    for where, record in read_records(listing):
        yield _gold_page(record, listing, where, roots)


def _gold_page(record: dict[str, Any], listing: Path, where: str, roots: list[Path]) -> GoldPage:
    labels = record.get("labels")
    if labels is not None:
        _check_labels(labels, where)
    if "html" in record:
        return GoldPage(None, where, listing.stem, labels=labels, html=record["html"], url=record.get("url"))
    name = record.get("page") or f"{listing.parent.name}/html/{record.get('id')}"
    file = _find_page(str(name), listing.parent, roots)
    if file is None:
        msg = f"expected the page {name!r} beside this file or below a folder that was given, found none"
        raise GoldStandardError(msg, where)
    source = file.parent.parent.name if file.parent.name == "html" else file.parent.name
    marks = [] if labels is not None else [record]
    return GoldPage(file, where, source, marks, labels, url=record.get("url"))


def _find_page(name: str, folder: Path, roots: list[Path]) -> Path | None:
    for base in (folder, folder.parent, *roots):
        for suffix in ("", ".html.gz", ".html"):
            file = base / f"{name}{suffix}"
            if file.is_file():
                return file
    return None


def _check_labels(labels: Any, where: str) -> None:
    if not isinstance(labels, dict):
        msg = f"expected labels as an object of XPath to label, got {type(labels).__name__}"
        raise GoldStandardError(msg, where)
    for xpath, label in labels.items():
        if label not in VALID_LABELS:
            msg = f"unknown label {label!r} at {xpath}; expected one of {', '.join((*LABELS, UNKNOWN))}"
            raise GoldStandardError(msg, where)

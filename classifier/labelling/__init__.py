"""Label pages by hand: the pages of one session, their prefilled labels, and the file that they are saved to.

A finished page becomes one line of JSON Lines in format (c) of `classifier.gold`. Pages that are not finished are kept
as drafts in a file beside it, so that nothing is lost and nothing half-read is ever trained on. Both files are replaced
as a whole: a crash leaves the old one or the new one.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.blocks import Page, segment
from classifier.blocks.parsing import parse, strip_labels
from classifier.exceptions import ClassifierError, GoldStandardError
from classifier.files import PAGE_SUFFIXES, is_page, read_bytes, read_records
from classifier.gold import UNKNOWN, VALID_LABELS
from classifier.gold.targets import labels_from_attributes, labels_from_xpaths

if TYPE_CHECKING:
    from classifier.extraction import Extractor


def find_pages(paths: Sequence[Path]) -> list[Path]:
    """Find the pages to label.

    Parameters
    ----------
    paths : sequence of Path
        HTML files, and folders that are searched for them.

    Returns
    -------
    list of Path
        Distinct, in order.

    Raises
    ------
    GoldStandardError
        There are none.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [file for file in sorted(path.rglob("*")) if is_page(file)]
        else:
            found.append(path)
    if not found:
        msg = f"expected HTML files or folders of them ({', '.join(PAGE_SUFFIXES)}), found none"
        raise GoldStandardError(msg, ", ".join(map(str, paths)))
    return list({file.resolve(): file for file in found}.values())


def to_xpaths(page: Page, labels: Sequence[str]) -> dict[str, str]:
    """Write labels of blocks as XPaths, by the rule that `classifier.gold.targets.labels_from_xpaths` reads them.

    Parameters
    ----------
    page : Page
        The blocks.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    dict of str to str
        XPath to label; boilerplate is only written where something around it has another label.
    """
    paths = [page.xpath(block) for block in range(len(page))]
    written = {path: label for path, label in zip(paths, labels, strict=True) if label != "boilerplate"}
    for path, label in zip(paths, labels, strict=True):
        if label == "boilerplate":
            above = path
            while above and above not in written:
                above = above.rpartition("/")[0]
            if above and written[above] != "boilerplate":
                written[path] = label
    return written


class Session:
    """Pages to label and the labels so far.

    Parameters
    ----------
    pages : sequence of Path
        From `find_pages`.
    out : Path
        JSON Lines file; what it holds already is kept and shown.
    extractor : Extractor
        Prefills the labels.

    Raises
    ------
    GoldStandardError
        The file exists and is not in the format, or cannot be read.
    """

    def __init__(self, pages: Sequence[Path], out: Path, extractor: Extractor) -> None:
        self.pages = list(pages)
        self.out = out
        self.draft_path = out.with_name(f".{out.name}.drafts")
        self.extractor = extractor
        self.names = [self._name(page) for page in self.pages]
        self._lock = threading.Lock()
        self._lines = _read_lines(out)
        self._drafts: dict[str, list[str]] = _read_drafts(self.draft_path)

    def _name(self, page: Path) -> str:
        """Path of a page relative to the labels, as `read_gold` resolves it."""
        return Path(os.path.relpath(page.resolve(), self.out.resolve().parent)).as_posix()

    def is_done(self, number: int) -> bool:
        """Tell whether a page has been saved."""
        return self.names[number] in self._lines

    def overview(self) -> dict[str, Any]:
        """Describe all pages, and say where to go on."""
        pages = [
            {"name": page.name, "folder": page.parent.name, "done": self.is_done(i), "draft": name in self._drafts}
            for i, (page, name) in enumerate(zip(self.pages, self.names, strict=True))
        ]
        start = next((i for i, page in enumerate(pages) if page["draft"]), None)
        if start is None:
            start = next((i for i, page in enumerate(pages) if not page["done"]), 0)
        return {"pages": pages, "start": start, "out": str(self.out)}

    def _load(self, number: int) -> tuple[Page, list[str] | None]:
        """Segment a page; labels in its own attributes are a better start than the model's."""
        path = self.pages[number]
        try:
            root, _ = parse(read_bytes(path))
        except (OSError, EOFError) as error:
            msg = f"cannot read the page: {error}"
            raise GoldStandardError(msg, str(path)) from error
        labelled = strip_labels(root)
        page = segment(root)
        return page, labels_from_attributes(page, labelled) if labelled else None

    def page(self, number: int) -> dict[str, Any]:
        """Blocks of a page with their labels: a draft, or those saved, or those of the page, or the model's.

        Parameters
        ----------
        number : int
            Index of the page.

        Returns
        -------
        dict
            Plain JSON types.

        Raises
        ------
        ClassifierError
            The page cannot be read.
        """
        page, own = self._load(number)
        predicted = self.extractor.extract(page.root).blocks
        labels, origin = [block.label for block in predicted], "model"
        name = self.names[number]
        if own is not None:
            labels, origin = own, "page"
        if name in self._lines:
            labels, origin = labels_from_xpaths(page, self._lines[name]["labels"]), "saved"
        if len(self._drafts.get(name, ())) == len(labels):
            labels, origin = self._drafts[name], "draft"
        blocks = [
            {
                "text": block.text,
                "tag": block.tag,
                "label": label,
                "guess": block.label,
                "sure": round(block.probability, 3),
                "hidden": bool(hidden),
            }
            for block, label, hidden in zip(predicted, labels, page.hidden, strict=True)
        ]
        title = page.doc_title or self.pages[number].name
        return {"number": number, "title": title, "origin": origin, "blocks": blocks}

    def draft(self, number: int, labels: list[str]) -> None:
        """Keep labels of a page that is not finished.

        Parameters
        ----------
        number : int
            Index of the page.
        labels : list of str
            Label of each block.
        """
        _check_labels(labels)
        with self._lock:
            self._drafts[self.names[number]] = labels
            self._write_drafts()

    def save(self, number: int, labels: list[str]) -> None:
        """Finish a page: write its line.

        Parameters
        ----------
        number : int
            Index of the page.
        labels : list of str
            Label of each block.

        Raises
        ------
        GoldStandardError
            The labels do not fit the page.
        """
        _check_labels(labels)
        page, _ = self._load(number)
        where = str(self.pages[number])
        if len(labels) != len(page):
            msg = f"expected {len(page)} labels, got {len(labels)}: the page has changed, load it again"
            raise GoldStandardError(msg, where)
        xpaths = to_xpaths(page, labels)
        if labels_from_xpaths(page, xpaths) != labels:
            msg = "two blocks of this page have the same XPath, so that their labels cannot be told apart"
            raise GoldStandardError(msg, where)
        name = self.names[number]
        with self._lock:
            self._lines[name] = {**self._lines.get(name, {}), "page": name, "labels": xpaths}
            lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in self._lines.values())
            replace_file(self.out, "".join(lines))
            if self._drafts.pop(name, None) is not None:
                self._write_drafts()

    def _write_drafts(self) -> None:
        if self._drafts:
            replace_file(self.draft_path, json.dumps(self._drafts))
        else:
            self.draft_path.unlink(missing_ok=True)


def replace_file(path: Path, text: str) -> None:
    """Write a file as a whole or not at all.

    Parameters
    ----------
    path : Path
        File to replace.
    text : str
        Its new content.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _check_labels(labels: list[str]) -> None:
    unknown = sorted({str(label) for label in labels} - VALID_LABELS)
    if unknown:
        msg = f"unknown label {unknown[0]!r}; expected one of the nine or {UNKNOWN}"
        raise GoldStandardError(msg)


def _read_lines(out: Path) -> dict[str, dict[str, Any]]:
    """Lines of an existing file by page; a foreign file is refused rather than overwritten."""
    lines: dict[str, dict[str, Any]] = {}
    if not out.exists():
        return lines
    try:
        for where, record in read_records(out):
            if not isinstance(record.get("page"), str) or not isinstance(record.get("labels"), dict):
                msg = 'expected lines of {"page": ..., "labels": {...}}'
                raise GoldStandardError(msg, where)
            lines[record["page"]] = record
    except (OSError, GoldStandardError) as error:
        msg = f"{error}; give another --out, or repair this file"
        raise GoldStandardError(msg) from error
    return lines


def _read_drafts(path: Path) -> dict[str, list[str]]:
    """Drafts of the last session; a file that is damaged is worth no more than none."""
    try:
        drafts = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): list(map(str, labels)) for name, labels in drafts.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def answer(session: Session, method: str, path: str, body: Callable[[], Any]) -> tuple[int, Any]:
    """Answer one request of the browser.

    Parameters
    ----------
    session : Session
        The pages.
    method : str
        "GET" or "POST".
    path : str
        ``/api/pages``, ``/api/page/N`` (read, or save with POST) or ``/api/draft/N``.
    body : callable
        Reads the JSON that came with the request.

    Returns
    -------
    status : int
        Of HTTP.
    answer : object
        Plain JSON types.
    """
    parts = path.strip("/").split("/")
    if method == "GET" and parts == ["api", "pages"]:
        return 200, session.overview()
    numbers = {str(number): number for number in range(len(session.pages))}
    if len(parts) != 3 or parts[0] != "api" or parts[2] not in numbers:
        return 404, {"error": "there is no such page"}
    number = numbers[parts[2]]
    try:
        if method == "GET" and parts[1] == "page":
            return 200, session.page(number)
        if method == "POST" and parts[1] in ("page", "draft"):
            labels = [str(label) for label in body()["labels"]]
            (session.save if parts[1] == "page" else session.draft)(number, labels)
            return 200, {"saved": True}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return 400, {"error": f"expected an object with a list of labels ({error})"}
    except (ClassifierError, OSError) as error:
        return 409, {"error": str(error)}
    return 405, {"error": "not allowed"}

"""Broken gold: what is wrong with labelled pages, with file and line, before anyone trains on them.

`read_gold` stops at the first broken line, as training must; `check` reads on and reports everything that it finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from classifier.align import matched_share, words
from classifier.blocks import Page, segment
from classifier.blocks.decoding import decode
from classifier.exceptions import ClassifierError, GoldStandardError
from classifier.files import is_page, numbered_lines, parse_record, read_bytes
from classifier.gold import VALID_LABELS, GoldPage, _find_page, _roots, listings, nothing_found, read_gold
from classifier.gold.targets import gold_body, labels_from_attributes
from classifier.labels import LABELS

if TYPE_CHECKING:
    from lxml.etree import _Element

# Less of the gold text than this on the page: it is in a script, or the page is another one. Training skips such pages.
MIN_RECALL: Final = 0.6
_MIN_WORDS: Final = 5  # shorter gold texts match by chance or not at all
_LABEL_ATTRIBUTE: Final = "data-winnow-label"
_LABELLED_TAG: Final = re.compile(rf"""{_LABEL_ATTRIBUTE}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
# Keys that a line may have, and what they hold.
_TYPES: Final[dict[str, type]] = {
    "labels": dict,
    "url": str,
    "comments_selector": str,
    "comment_form_selector": str,
    "must_keep": list,
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a labelled page.

    Attributes
    ----------
    path : str
        File of the label.
    line : int or None
        Line in that file, from 1.
    kind : str
        ``syntax``, ``unknown-label``, ``missing-page``, ``unreadable-page``, ``xpath``, ``no-body``, ``not-on-page``,
        ``duplicate`` or ``no-pages``.
    message : str
        What was expected, what came.
    """

    path: str
    line: int | None
    kind: str
    message: str

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.kind}: {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


@dataclass
class Check:
    """Everything that a check found.

    Attributes
    ----------
    pages : int
        Labelled pages that were read.
    problems : list of Problem
        In the order of files and lines.
    """

    pages: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Entry:
    """One labelled page of a listing, or one labelled HTML file."""

    path: Path
    line: int | None
    text: bytes = b""


def check(paths: Iterable[Path | str], progress: Callable[[Sequence[Any]], Iterable[Any]] = iter) -> Check:
    """Look for broken gold.

    Parameters
    ----------
    paths : iterable of path
        As for `classifier.gold.read_gold`.
    progress : callable, optional
        Wraps the iteration over the labelled pages, for a progress bar.

    Returns
    -------
    Check
    """
    folders = [Path(path) for path in paths]
    found = Check()
    entries: list[_Entry] = []
    for path in folders:
        own = list(_entries(path))
        if not own:
            found.problems.append(Problem(str(path), None, "no-pages", nothing_found(path)))
        entries += own
    # A file that was given twice, or with its folder, is read once, as training does.
    entries = list({(entry.path.resolve(), entry.line): entry for entry in reversed(entries)}.values())[::-1]
    seen: dict[tuple[str, str], _Entry] = {}
    for entry in progress(entries):
        found.pages += 1
        try:
            found.problems += _check_entry(entry, folders, seen)
        except (ClassifierError, OSError) as error:
            found.problems.append(Problem(str(entry.path), entry.line, "unreadable-page", _without_place(error)))
    return found


def _without_place(error: ClassifierError | OSError) -> str:
    path = error.path if isinstance(error, GoldStandardError) else None
    return str(error).removeprefix(f"{path}: ") if path else str(error)


def _entries(path: Path) -> Iterator[_Entry]:
    if path.is_dir():
        found = listings(path)
        for listing in found:
            yield from _lines(listing)
        listed = {listing.parent / "html" for listing in found}
        for file in sorted(path.rglob("*")):
            if is_page(file) and file.parent not in listed:
                yield from _labelled_file(file, required=False)
    elif path.name.endswith(".jsonl"):
        yield from _lines(path)
    else:
        yield from _labelled_file(path, required=True)


def _lines(listing: Path) -> Iterator[_Entry]:
    return (_Entry(listing, number, line) for number, line in numbered_lines(listing))


def _labelled_file(file: Path, *, required: bool) -> Iterator[_Entry]:
    try:
        labelled = _LABEL_ATTRIBUTE.encode() in read_bytes(file)
    except (OSError, GoldStandardError):
        labelled = True  # what cannot be read is reported when it is checked
    if labelled or required:
        yield _Entry(file, None)


def _check_entry(entry: _Entry, roots: list[Path], seen: dict[tuple[str, str], _Entry]) -> Iterator[Problem]:
    if entry.line is None:
        yield from _check_html(entry)
        return

    def problem(kind: str, message: str) -> Problem:
        return Problem(str(entry.path), entry.line, kind, message)

    try:
        record = parse_record(entry.text, str(entry.path))
    except GoldStandardError as error:
        yield problem("syntax", _without_place(error))
        return
    wrong = [key for key, kind in _TYPES.items() if not isinstance(record.get(key), kind | None)]
    if wrong:
        key = wrong[0]
        yield problem("syntax", f"expected {key} to be a {_TYPES[key].__name__}, got {record[key]!r}")
        return
    labels = record.get("labels")
    for xpath, label in (labels or {}).items():
        if not isinstance(label, str) or label not in VALID_LABELS:
            yield problem("unknown-label", f"{label!r} at {xpath}; expected one of {', '.join(LABELS)} or ?")
    gold = _gold_page(record, entry, roots)
    earlier = seen.setdefault(_identity(record, entry, gold), entry)
    if earlier is not entry:
        yield problem("duplicate", f"the same page is labelled at {earlier.path}:{earlier.line}; remove one of them")
    if gold is None:
        name = record.get("page") or record.get("id")
        yield problem("missing-page", f"expected the page {name!r} beside this file or below a folder that was given")
        return
    yield from (problem(kind, message) for kind, message in _check_page(gold))


def _identity(record: dict[str, Any], entry: _Entry, gold: GoldPage | None) -> tuple[str, str]:
    """Name what must not come twice: labels of one page by XPath anywhere, other marks within one file."""
    if record.get("labels") is not None and gold is not None and gold.path is not None:
        return "labels", str(gold.path.resolve())
    name = record.get("id") or record.get("page") or record.get("html")
    return str(entry.path), str(name or entry.line)


def _gold_page(record: dict[str, Any], entry: _Entry, roots: list[Path]) -> GoldPage | None:
    """Resolve the page of a line as training does, without its complaints about labels, which are made here."""
    labels = record.get("labels")
    where = f"{entry.path}:{entry.line}"
    if record.get("html") is not None:
        return GoldPage(None, where, entry.path.stem, labels=labels, html=str(record["html"]), url=record.get("url"))
    name = str(record.get("page") or f"{entry.path.parent.name}/html/{record.get('id')}")
    try:
        file = _find_page(name, entry.path.parent, _roots([*roots, entry.path]))
    except OSError:  # a name that is too long for one
        return None
    if file is None:
        return None
    return GoldPage(
        file, where, file.parent.name, [] if labels is not None else [record], labels, url=record.get("url")
    )


def _check_page(gold: GoldPage) -> Iterator[tuple[str, str]]:
    root, _ = gold.load()
    page = segment(root, gold.url)
    if not len(page):
        yield "unreadable-page", "the page has no text"
        return
    if gold.labels is not None:
        yield from _check_xpaths(page, root, gold.labels)
        if not any(label in ("body", "?") for label in gold.labels.values()):
            yield "no-body", "no block is labelled body; label the article, or ? what you are not sure of"
        return
    body = gold_body(gold)
    if body is not None and not words(body):
        yield "no-body", "the text of the body is empty"
    for key, text in (("body", body), ("comments", gold.mark("comments"))):
        if gold.mark("has") is None and isinstance(text, str):
            yield from _check_text(page, key, text)
    yield from _check_widgets(gold, page, root)


def _check_text(page: Page, key: str, text: str) -> Iterator[tuple[str, str]]:
    if len(words(text)) < _MIN_WORDS:
        return
    _, recall = matched_share(page.texts, text)
    if recall < MIN_RECALL:
        start = " ".join(text.split())[:60]
        yield "not-on-page", f"only {recall:.0%} of the {key} text is on the page ({start!r}...); training skips it"


def _check_xpaths(page: Page, root: _Element, labels: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Follow XPaths by the rule of the format: each is the path of a block, or of what is around one."""
    reached = set()
    for block in range(len(page)):
        path = page.xpath(block)
        while path and path not in reached:
            reached.add(path)
            path = path.rpartition("/")[0]
    for xpath in labels:
        if xpath in reached:
            continue
        try:
            found = root.getroottree().xpath(xpath)
        except (etree.XPathError, ValueError) as error:  # ValueError: characters that XML cannot hold
            yield "xpath", f"{xpath!r} is no XPath: {error}"
            continue
        if not isinstance(found, list) or not found:
            yield "xpath", f"{xpath} matches nothing on the page; was the page saved again since it was labelled?"
        elif isinstance(found[0], etree._Element) and (exact := root.getroottree().getpath(found[0])) != xpath:
            yield "xpath", f"{xpath} is not written as Winnow compares it; write {exact}"
        else:
            yield "xpath", f"{xpath} holds no text; remove it"


def _check_widgets(gold: GoldPage, page: Page, root: _Element) -> Iterator[tuple[str, str]]:
    """Annotated strings must be on the page, selectors must be selectors."""
    if gold.mark("has") is None:
        return
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    for key in ("comments_selector", "comment_form_selector"):
        selector = gold.mark(key)
        if not selector:
            continue
        try:
            if not CSSSelector(selector)(root):
                yield "xpath", f"the {key} {selector!r} matches nothing on the page"
        except (SelectorError, ValueError) as error:
            yield "xpath", f"the {key} {selector!r} is no selector: {error}"
    everything = " ".join(page.texts)
    for item in gold.mark("must_keep") or ():
        text = " ".join(str(item.get("string", "") if isinstance(item, dict) else item).split())
        if text and text not in everything:
            yield "not-on-page", f"the text to keep {text[:60]!r} is not on the page"


def _check_html(entry: _Entry) -> Iterator[Problem]:
    """Check a page with labels in its own attributes; the line is that of the attribute."""
    path = str(entry.path)
    source = decode(read_bytes(entry.path))
    unknown = False
    for found in _LABELLED_TAG.finditer(source):
        label = found[1] or found[2] or found[3] or ""
        if label not in VALID_LABELS:
            unknown = True
            line = source.count("\n", 0, found.start()) + 1
            yield Problem(path, line, "unknown-label", f"{label!r}; expected one of {', '.join(LABELS)} or ?")
    if _LABEL_ATTRIBUTE not in source:
        yield Problem(path, None, "no-pages", f"expected a page with {_LABEL_ATTRIBUTE} attributes, found none")
    if unknown or _LABEL_ATTRIBUTE not in source:
        return
    (gold,) = read_gold([entry.path])
    root, labelled = gold.load()
    page = segment(root, gold.url)
    used = labels_from_attributes(page, labelled)
    if not {"body", "?"} & set(used):
        yield Problem(path, None, "no-body", "no block is labelled body; label the article, or ? what is not sure")

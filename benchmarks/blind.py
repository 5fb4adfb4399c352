"""What Winnow makes of pages that were written by people who had not seen it (`tests/pages/blind`).

`python -m benchmarks.blind [--list] [FOLDER ...]`

Counts of expectations and of those that fail, by folder. No gold text: each page names the beginnings of lines that
are, or are not, body, and its headline, comments, forms, challenges and origin.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.common import OUT, ROOT, machine, markdown, say, write
from classifier.sources import COPIED_FROM, CREDIT

if TYPE_CHECKING:
    from classifier.extraction import Extraction, Extractor

PAGES: Final = ROOT / "tests" / "pages" / "blind"
FOLDERS: Final = ("news", "sources", "challenges", "forms", "comments", "oldnews", "origins", "threads")
_START: Final = 60  # letters of a comment that must be its own
# The pages call any question a security question and any picture a captcha; to Winnow a sum is a captcha too.
_ALIKE: Final = frozenset({"captcha", "security question"})
_UNTOLD: Final = frozenset({"hidden", "other"})  # roles that the pages were not told to agree on


@dataclass(frozen=True)
class Finding:
    """One expectation.

    Attributes
    ----------
    what : str
        Its kind: "lines kept", "comments", ...
    met : bool
        Whether the extraction meets it.
    note : str
        What was expected, and what came instead.
    """

    what: str
    met: bool
    note: str


def findings(case: dict[str, Any], found: Extraction) -> Iterator[Finding]:
    """Compare an extraction with what its page expects.

    Parameters
    ----------
    case : dict
        Of the page's JSON file.
    found : Extraction
        Of the page.

    Yields
    ------
    Finding
    """
    body = _spaced(found.body)
    for line in case.get("keep", ()):
        yield Finding("lines of the body kept", _spaced(line) in body, line)
    for line in case.get("drop", ()):
        yield Finding("other lines left out", _spaced(line) not in body, line)
    for line in case.get("credits", ()):
        yield Finding("credits that stay in the body", _spaced(line) in body, line)
    for line in case.get("promos", ()):
        labels = [block.label for block in found.blocks if _spaced(line) in _spaced(block.text)]
        yield Finding("promos labelled so", labels[:1] == ["promo"], f"{line} {labels}")
    if case.get("title"):
        yield Finding("titles", _bare(found.title) == _bare(case["title"]), f"{case['title']!r}, got {found.title!r}")
    if case.get("byline"):
        yield Finding("bylines", _bare(case["byline"]) in _bare(found.byline), f"{case['byline']!r}: {found.byline!r}")
    if "comments" in case:
        yield from _of_comments(case["comments"] or [], found)
    if "forms" in case:
        yield from _of_forms(case["forms"] or [], found)
    if "challenges" in case:
        yield from _of_challenges(case["challenges"] or [], found)
    if "source" in case:
        yield from _of_source(case["source"], found, credited=bool(case.get("credits")))


def _of_comments(wanted: Sequence[dict[str, Any]], found: Extraction) -> Iterator[Finding]:
    place: dict[int, int] = {}  # of a wanted comment among the found ones
    for i, one in enumerate(wanted):
        start = _bare(one["text"])[:_START]
        fits = (j for j, got in enumerate(found.comments) if _bare(got.text).startswith(start))
        j = next((j for j in fits if j not in place.values()), None)
        yield Finding("comments found", j is not None, f"{one['author']}: {one['text']}")
        if j is not None:
            place[i] = j
    for j, got in enumerate(found.comments):
        if j not in place.values():
            yield Finding("comments that are none", False, f"{got.author}: {got.text[:80]!r}")
    for i, j in place.items():
        one, got = wanted[i], found.comments[j]
        if one.get("author"):
            yield Finding("their authors", _bare(got.author) == _bare(one["author"]), f"{one['author']}: {got.author}")
        if one.get("published"):
            day = one["published"]
            exact = (got.published or "").startswith(day if len(day) == 10 else day[:16])
            yield Finding("their dates", exact, f"{day}: {got.published}")
        if "parent" in one:
            parent = None if one["parent"] is None else place.get(one["parent"], -1)
            yield Finding("their parents", got.parent == parent, f"{one['text']}: {got.parent}, not {parent}")


def _of_forms(wanted: Sequence[dict[str, Any]], found: Extraction) -> Iterator[Finding]:
    for number, form in enumerate(wanted):
        yield Finding("comment forms found", number < len(found.comment_forms), str(form.get("action")))
    for form in found.comment_forms[len(wanted) :]:
        yield Finding("comment forms that are none", False, form.xpath)
    if not (wanted and found.comment_forms):
        return
    roles = {field.name: field.role for form in found.comment_forms for field in form.fields}
    for form in wanted:
        for name, role in (form.get("roles") or {}).items():
            role = role.replace("_", " ")
            if role not in _UNTOLD:
                own = roles.get(name, "missing")
                yield Finding("their fields", own == role or {own, role} <= _ALIKE, f"{name}: {role}, got {own}")


def _of_challenges(wanted: Sequence[str], found: Extraction) -> Iterator[Finding]:
    asked = [one for one in found.challenges if one.kind != "honeypot"]  # a trap asks nothing
    for number, text in enumerate(wanted):
        yield Finding("challenges found", number < len(found.challenges), text)
    for one in asked[len(wanted) :]:
        yield Finding("challenges that are none", False, one.text)


def _of_source(wanted: dict[str, Any] | None, found: Extraction, *, credited: bool) -> Iterator[Finding]:
    source = found.source
    if wanted is None:
        met = source is None or (credited and source.kind == CREDIT)
        yield Finding("pages without a source", met, str(source))
        return
    met = source is not None and source.kind == wanted["kind"]
    if met and wanted["kind"] == COPIED_FROM and wanted.get("url"):
        met = source is not None and (source.url or "").rstrip("/") == wanted["url"].rstrip("/")
    name = "origins of copies, with address" if wanted["kind"] == COPIED_FROM else "credits"
    yield Finding(name, met, f"{wanted['text']}: {source}")


def _spaced(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def _bare(text: str | None) -> str:
    return "".join(filter(str.isalnum, _spaced(text).casefold()))


def measure(
    extractor: Extractor | None = None, folders: Sequence[str] = FOLDERS, pages: Path = PAGES
) -> dict[str, list[tuple[str, Finding]]]:
    """Extract all pages.

    Parameters
    ----------
    extractor : Extractor, optional
        By default the one that ships.
    folders : sequence of str
        Of `FOLDERS`.
    pages : path
        Where the folders are.

    Returns
    -------
    dict
        Folder to findings, each with the name of its page.
    """
    from classifier.extraction import Extractor as Shipped

    extractor = extractor or Shipped()
    found: dict[str, list[tuple[str, Finding]]] = defaultdict(list)
    for folder in folders:
        for path in sorted((pages / folder).glob("*.json")):
            case = json.loads(path.read_text(encoding="utf-8"))
            fetched = datetime.fromisoformat(case["fetched"]) if case.get("fetched") else None
            source = path.with_suffix(".html").read_bytes()
            extraction = extractor.extract(source, case.get("url"), fetched=fetched)
            found[folder] += [(f"{folder}/{path.stem}", finding) for finding in findings(case, extraction)]
    return found


def counts(found: dict[str, list[tuple[str, Finding]]]) -> dict[str, dict[str, tuple[int, int]]]:
    """Met and all expectations, by folder and kind."""
    table: dict[str, dict[str, tuple[int, int]]] = {}
    for folder, ones in found.items():
        own = table.setdefault(folder, {})
        for _, finding in ones:
            met, total = own.get(finding.what, (0, 0))
            own[finding.what] = met + finding.met, total + 1
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.blind", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help=f"of {', '.join(FOLDERS)}")
    parser.add_argument("--list", action="store_true", help="show every expectation that is not met")
    parser.add_argument("--model", type=Path, help="another model than the one that ships")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    folders = options.folders or FOLDERS
    if unknown := sorted(set(folders) - set(FOLDERS)):
        parser.error(f"expected folders of {', '.join(FOLDERS)}, got {', '.join(unknown)}")
    from classifier.extraction import Extractor

    found = measure(Extractor(options.model), folders)
    table = counts(found)
    if options.list:
        for ones in found.values():
            for page, finding in ones:
                if not finding.met:
                    say(f"{page}\t{finding.what}\t{finding.note[:160]}")
    rows = [[folder, what, str(met), str(total)] for folder, own in table.items() for what, (met, total) in own.items()]
    command = "python -m benchmarks.blind"
    text = "\n\n".join(
        [
            "# Pages written blind",
            f"What {(__doc__ or '').split('.')[0][5:]}. They were blind once: rules were written after reading what "
            "went wrong on them.",
            markdown(["pages", "expected", "met", "of"], rows),
            f"Made by `{command}`; {', '.join(f'{name} {version}' for name, version in machine().items())}.",
        ]
    )
    sys.stdout.write(text + "\n")
    if not options.folders and options.model is None:
        write(options.out / "blind.md", text + "\n")
        write(options.out / "blind.json", json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How much of readers' comments is found, and what is left of it when class names mean nothing.

`python -m benchmarks.comments [--sets hand dragnet] [--sample N]`

Word F1 of the comments' text, share of pages whose body holds a line of a comment, and word F1 of the body, on pages
with at least 20 words of comments. The out-of-fold row is the figure to quote. The other rows are the shipped model,
which was trained on these pages: only the differences between them count. They show the same pages as they are, with
every class name, id, field name and form address replaced by a random string, and without any of them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any, Final

from benchmarks.common import (
    DATA,
    OUT,
    OUT_OF_FOLD,
    OutOfFold,
    choose,
    joined,
    load,
    machine,
    markdown,
    progress,
    say,
    write,
)
from benchmarks.leaks import WINNOW, Marked, gold_pages, leaks, mark
from classifier.align import words
from classifier.augment.classnames import Naming, rename
from classifier.blocks.parsing import parse, strip_labels
from classifier.evaluation import word_f1

ROWS: Final[dict[str, Naming]] = {
    "shipped model, pages as they are": "keep",
    "shipped model, random class names": "scramble",
    "shipped model, no class names": "strip",
}
TRAFILATURA: Final = "trafilatura (asked for comments)"
_MIN_WORDS: Final = 20  # of comments; fewer are a stray line


def renamed(page: Marked, naming: Naming, seed: int) -> Any:
    """Parse a page and change its class names, in the same way for the same seed."""
    root, _ = parse(page.sample.html, page.sample.gold.url)
    strip_labels(root)
    rename(root, Random(f"{seed}/{page.sample.name}"), naming)
    return root


def score(page: Marked, comments: str, body: str) -> dict[str, float | None]:
    """Figures of one page: word F1 of the comments and of the body, and whether a comment's line is in the body."""
    lines = page.lines["comments"]
    return {
        "comments_f1": word_f1(comments, page.comments),
        "leak": float(bool(leaks(body, lines))) if lines else None,
        "body_f1": word_f1(body, page.sample.body) if page.sample.body is not None else None,
    }


def measure(
    pages: Sequence[Marked], known: OutOfFold, extract: Any, seed: int, peer: Callable[[str], tuple[str, str]] | None
) -> list[dict[str, Any]]:
    """List the figures of every page and row."""
    rows: list[dict[str, Any]] = []
    for page in progress(pages, "extracting"):
        found = known.read_page(page.sample)
        texts = {} if found is None else {WINNOW: (joined(*found, "comment"), joined(*found, "body"))}
        for name, naming in ROWS.items():
            extraction = extract(renamed(page, naming, seed), page.sample.gold.url)
            comments = "\n\n".join(block.text for block in extraction.blocks if block.label == "comment")
            texts[name] = comments, extraction.body
        if peer is not None:
            texts[TRAFILATURA] = peer(page.sample.html)
        rows += [{"set": page.set, "row": name, **score(page, *pair)} for name, pair in texts.items()]
    return rows


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Mean figures per set and row."""
    table: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        table.setdefault(row["set"], {}).setdefault(row["row"], {"rows": []})["rows"].append(row)
    for names in table.values():
        for entry in names.values():
            members = entry.pop("rows")
            entry["pages"] = len(members)
            for key in ("comments_f1", "leak", "body_f1"):
                values = [row[key] for row in members if row[key] is not None]
                entry[key] = fmean(values) if values else None
    return table


def report(table: dict[str, dict[str, dict[str, Any]]], command: str) -> str:
    """Write the tables as Markdown."""
    header = ["", "pages", "comments word F1", "comments leak", "body word F1"]
    parts = []
    for name, entries in table.items():
        rows = [
            [row, entry["pages"], entry["comments_f1"], f"{100 * (entry['leak'] or 0):.1f} %", entry["body_f1"]]
            for row, entry in entries.items()
        ]
        parts.append(f"## {name}\n\n{markdown(header, rows)}")
    used = ", ".join(f"{key} {value}" for key, value in machine().items())
    return (
        f"# Comments, with and without class names\n\nPages with at least {_MIN_WORDS} words of comments. “{WINNOW}” "
        "is labelled by models that saw no page of the site, then put through the rules that ship. The shipped model "
        "was trained on these pages: its rows only show what changes when every class name, id, field name and form "
        "address becomes a random string, or is taken away.\n\n"
        + "\n".join(parts)
        + f"\nMade by `{command}`; {used}.\n"
    )


def trafilatura() -> Callable[[str], tuple[str, str]] | None:
    """Comments and body by trafilatura, where it is installed."""
    try:
        from trafilatura import bare_extraction
    except ImportError as error:
        say(f"skipped trafilatura: {error}")
        return None

    def run(html: str) -> tuple[str, str]:
        found = bare_extraction(html, include_comments=True)
        if found is None or isinstance(found, dict):
            return "", ""
        return found.comments or "", found.text or ""

    return run


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", nargs="+", default=["hand", "dragnet"], help="of hand, dragnet, widgets")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--oof", type=Path, default=OUT_OF_FOLD)
    parser.add_argument("--model", type=Path, help="another model than the one that ships")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and write the table."""
    from classifier.extraction import Extractor

    options = arguments(argv)
    known = OutOfFold.read(options.oof)
    gold = choose(gold_pages(options.sets, options.data), options.sample, options.seed)
    marked = map(mark, load(progress(gold, "reading")))
    pages = [page for page in marked if len(words(page.comments)) >= _MIN_WORDS]
    rows = measure(pages, known, Extractor(options.model).extract, options.seed, trafilatura())
    table = summary(rows)
    command = f"python -m benchmarks.comments --sets {' '.join(options.sets)}"
    command += f" --sample {options.sample}" if options.sample else ""
    text = report(table, command)
    print(text)
    write(options.out / "comments.md", text)
    write(options.out / "comments.json", json.dumps({"command": command, "sets": table}, indent=1) + "\n")


if __name__ == "__main__":
    main()

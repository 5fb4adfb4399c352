"""How often comments and comment forms end up in the article.

`python -m benchmarks.leaks [--sets hand widgets dragnet] [--tools ...]`

A page leaks when its body holds a line of three or more words of a comment, or of a comment form or a challenge. Lines
that stand elsewhere on the page as well, such as the headline or a quoted sentence, do not count. Which lines these are
is known from pages whose comments and forms were marked: `hand` (every block, by hand), `widgets` (selectors) and
`dragnet` (comment texts). Winnow is trained on these pages: its row counts as evidence only where it is out-of-fold,
and where a set has such pages, every tool is measured on just those.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.common import (
    DATA,
    OUT,
    OUT_OF_FOLD,
    ROOT,
    OutOfFold,
    Sample,
    choose,
    load,
    machine,
    markdown,
    progress,
    require,
    say,
    write,
)
from benchmarks.peers import PEERS, Tool, tools
from classifier.align import words
from classifier.blocks import segment
from classifier.blocks.parsing import parse, strip_labels
from classifier.gold import GoldPage, read_gold
from classifier.gold.targets import BIT, allowed_labels

WINNOW: Final = "winnow (out-of-fold)"
SEEN: Final = "winnow (trained on these pages)"
DEFAULT_TOOLS: Final = ("trafilatura", "readability-lxml", "newspaper4k")
HAND: Final = ROOT / "gold" / "hand-labels.jsonl"
_MIN_WORDS: Final = 3
_KINDS: Final = {"comments": BIT["comment"], "forms": BIT["comment_form"] | BIT["challenge"]}


@dataclass
class Marked:
    """Lines that must not be in the body of a page, by kind, the text of its comments, and the page."""

    sample: Sample
    lines: dict[str, list[str]]
    comments: str

    @property
    def set(self) -> str:
        """The set of the page; ``hand`` where every block was labelled."""
        return self.sample.gold.source if self.sample.gold.labels is None else "hand"


def mark(sample: Sample) -> Marked:
    """Find the lines of comments and forms by the page's gold."""
    root, _ = parse(sample.html, sample.gold.url)
    labelled = strip_labels(root)
    page = segment(root, sample.gold.url)
    targets = allowed_labels(sample.gold, page, labelled)
    keys = [f" {' '.join(words(text))} " for text in page.texts]
    decided = {
        kind: [(int(target) & bits) and not (int(target) & ~bits) for target in targets]
        for kind, bits in _KINDS.items()
    }
    guilty = [any(flags) for flags in zip(*decided.values(), strict=True)] if keys else []
    # Joined as a body is: a comment may quote two paragraphs of the article in one line.
    elsewhere = "".join(key[:-1] for key, bad in zip(keys, guilty, strict=True) if not bad and key.strip()) + " "
    lines = {
        kind: [
            key
            for key, flag in zip(keys, flags, strict=True)
            if flag and key.count(" ") > _MIN_WORDS and key not in elsewhere
        ]
        for kind, flags in decided.items()
    }
    blocks = (text for text, flag in zip(page.texts, decided["comments"], strict=True) if flag)
    return Marked(sample, lines, sample.gold.mark("comments") or "\n\n".join(blocks))


def leaks(body: str, lines: Iterable[str]) -> list[str]:
    """Lines that a body holds, word for word."""
    text = f" {' '.join(words(body))} "
    return [line.strip() for line in lines if line in text]


def comparable(pages: Sequence[Marked], known: OutOfFold) -> list[Marked]:
    """Pages with out-of-fold labels, in the sets that have any; every page of the other sets."""
    having = {page.set for page in pages if page.sample.name in known.labels}
    return [page for page in pages if page.set not in having or page.sample.name in known.labels]


def measure(pages: Sequence[Marked], peers: Sequence[Tool], known: OutOfFold, extract: Any) -> list[dict[str, Any]]:
    """List for every page and tool which lines leaked; a tool that finds no body leaks nothing, and is counted."""
    rows = []
    for page in progress(pages, "extracting"):
        bodies: dict[str, str | None] = {tool.name: tool.extract(page.sample.html) for tool in peers}
        bodies[WINNOW] = known.body(page.sample)
        if bodies[WINNOW] is None:
            del bodies[WINNOW]
        if extract is not None:
            bodies[SEEN] = extract(page.sample.html).body
        about = {"page": page.sample.name, "set": page.set}
        for tool, body in bodies.items():
            found = {kind: leaks(body or "", lines) for kind, lines in page.lines.items() if lines}
            rows.append({"tool": tool, **about, "empty": not (body or "").strip(), "leaks": found})
    return rows


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Share of leaking pages per set and tool, of those with comments, with forms, and with either."""
    sets = list(dict.fromkeys(row["set"] for row in rows))
    return {name: _by_tool([row for row in rows if row["set"] == name]) for name in sets}


def _by_tool(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = {}
    for tool in dict.fromkeys(row["tool"] for row in rows):
        mine = [row for row in rows if row["tool"] == tool]
        record: dict[str, Any] = {"pages": len(mine), "no_text": sum(row["empty"] for row in mine)}
        for kind in _KINDS:
            having = [row["leaks"][kind] for row in mine if kind in row["leaks"]]
            record[f"pages_with_{kind}"] = len(having)
            record[kind] = sum(map(bool, having)) / len(having) if having else None
        record["either"] = sum(any(row["leaks"].values()) for row in mine) / len(mine)
        table[tool] = record
    return table


def report(table: dict[str, dict[str, dict[str, Any]]], command: str) -> str:
    """Write the tables as Markdown."""
    header = ["tool", "pages", "no text", "with comments", "comments leak", "with forms", "forms leak", "either leaks"]
    parts = []
    for name, tools_of_set in table.items():
        rows = [
            [
                tool,
                row["pages"],
                row["no_text"],
                row["pages_with_comments"],
                _percent(row["comments"]),
                row["pages_with_forms"],
                _percent(row["forms"]),
                _percent(row["either"]),
            ]
            for tool, row in tools_of_set.items()
        ]
        parts.append(f"## {name}\n\n{markdown(header, rows)}")
    used = ", ".join(f"{key} {value}" for key, value in machine().items())
    return (
        "# Leaks\n\nShare of pages with comments or comment forms whose body holds a line of three or more words of "
        "them. Lines that stand elsewhere on the page as well do not count. `hand`: every block labelled by hand; "
        "`dragnet`: comment texts of the set; `widgets`: comments and forms given as selectors.\n\n"
        + "\n".join(parts)
        + f"\nWinnow learnt from these pages. “{WINNOW}” is labelled by models that saw no page of the site, then put "
        f"through the rules that ship, and is the row to compare; “{SEEN}” only shows what the shipped model does with "
        f"them.\n\nMade by `{command}`; {used}.\n"
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def gold_pages(sets: Sequence[str], data: Path) -> list[GoldPage]:
    """Pages of the sets; ``hand`` stands for the labels beside the code, which name pages of the other sets."""
    require(data, [name for name in sets if name != "hand"])
    paths = [HAND if name == "hand" else data / name for name in sets]
    if "hand" in sets:
        require(data, ["widgets"])  # its parent is where the named pages are looked for
        paths = [data / "widgets", *(path for path in paths if path != data / "widgets")]
    return read_gold(paths)


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", nargs="+", default=["hand", "widgets", "dragnet"], help="of hand, widgets, dragnet")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tools", nargs="*", default=list(DEFAULT_TOOLS), help=", ".join(peer.name for peer in PEERS))
    parser.add_argument("--oof", type=Path, default=OUT_OF_FOLD)
    parser.add_argument("--model", type=Path, help="another model than the one that ships")
    parser.add_argument("--no-seen", action="store_true", help="leave out the shipped model, which knows the pages")
    parser.add_argument("--list", action="store_true", help="print every line that leaked")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and write the table."""
    options = arguments(argv)
    known = OutOfFold.read(options.oof)
    if not known.labels:
        say(f"no out-of-fold labels at {options.oof}")
    extract = None
    if not options.no_seen:
        from classifier.extraction import Extractor

        extract = Extractor(options.model).extract
    samples = load(progress(choose(gold_pages(options.sets, options.data), options.sample, options.seed), "reading"))
    marked = [page for page in map(mark, samples) if any(page.lines.values())]
    pages = comparable(marked, known)
    say(f"{len(marked) - len(pages)} pages of sets with out-of-fold labels have none and are left out")
    rows = measure(pages, tools(options.tools), known, extract)
    table = summary(rows)
    command = f"python -m benchmarks.leaks --sets {' '.join(options.sets)}"
    command += f" --sample {options.sample}" if options.sample else ""
    text = report(table, command)
    print(text)
    if options.list:
        for row in rows:
            for kind, lines in row["leaks"].items():
                for line in lines:
                    print(f"{row['tool']}\t{row['page']}\t{kind}\t{line[:150]}")
    write(options.out / "leaks.md", text)
    write(options.out / "leaks.json", json.dumps({"command": command, "tools": table}, indent=1) + "\n")


if __name__ == "__main__":
    main()

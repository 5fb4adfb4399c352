"""How well Winnow and other extractors find the article, on the same labelled pages.

`python -m benchmarks.accuracy [--sample N] [--sets wcxb-dev dragnet readability] [--tools ...]`

Mean word F1 and 4-gram F1 over pages, per set and per page type. Winnow is trained on these sets: only predictions of
models that saw no page of the same site count, which ``winnow train`` leaves in ``models/oof.jsonl``. They go through
the rules that ship, as a user's pages do; the model card has the figures of the model alone. In sets with such
predictions every tool is measured on just the pages that have one. The other tools' texts are kept in a cache, by page
and version.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Final

from benchmarks.common import (
    BODY_SETS,
    DATA,
    OUT,
    OUT_OF_FOLD,
    OutOfFold,
    Sample,
    body_pages,
    load,
    machine,
    markdown,
    progress,
    say,
    write,
)
from benchmarks.peers import PEERS, Tool, tools
from classifier.evaluation import shingle_f1, word_f1

WINNOW: Final = "winnow (out-of-fold)"
_CACHE: Final = Path(__file__).parent / ".cache" / "accuracy.jsonl"
_RESAMPLES: Final = 1000


@dataclass(frozen=True)
class Score:
    """One tool on one page; `state` is "ok", "empty" (no text) or "failed" (it raised)."""

    tool: str
    page: str
    source: str
    page_type: str
    word_f1: float
    shingle_f1: float
    state: str = "ok"


class Cache:
    """Scores by tool, version and content of page and gold, in a file of JSON lines."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.known: dict[str, list[Any]] = {}
        if path is not None and path.is_file():
            with path.open(encoding="utf-8") as lines:
                self.known = dict(map(json.loads, lines))

    def score(self, tool: Tool, sample: Sample, gold: str) -> Score:
        """Run a tool on a page, unless its score is known."""
        content = hashlib.sha256(f"{sample.html}\0{gold}".encode("utf-8", "replace")).hexdigest()[:20]
        key = f"{tool.name} {tool.peer.version} {content}"
        if key not in self.known:
            text = tool.extract(sample.html)
            state = "failed" if text is None else "ok" if text.strip() else "empty"
            self.known[key] = [word_f1(text or "", gold), shingle_f1(text or "", gold), state]
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps([key, self.known[key]]) + "\n")
        words, shingles, state = self.known[key]
        return Score(tool.name, sample.name, sample.gold.source, sample.page_type, words, shingles, state)


def measure(samples: Iterable[Sample], peers: Sequence[Tool], known: OutOfFold, cache: Cache) -> list[Score]:
    """Score every tool, and Winnow where out-of-fold scores are known, on every page with gold."""
    scores = []
    for sample in samples:
        gold = sample.body
        if gold is None or not gold.strip():
            continue
        scores += [cache.score(tool, sample, gold) for tool in peers]
        text = known.body(sample)
        if text is not None:
            where = (sample.name, sample.gold.source, sample.page_type)
            state = "ok" if text.strip() else "empty"
            scores.append(Score(WINNOW, *where, word_f1(text, gold), shingle_f1(text, gold), state))
    return scores


def comparable(scores: Sequence[Score]) -> list[Score]:
    """Leave out pages without an out-of-fold prediction, for every tool, in the sets that have any."""
    having = {score.source for score in scores if score.tool == WINNOW}
    known = {score.page for score in scores if score.tool == WINNOW}
    return [score for score in scores if score.source not in having or score.page in known]


def left_out(before: Sequence[Score], after: Sequence[Score]) -> dict[str, int]:
    """Count the pages of each set that are in the first scores only."""
    gone = {(score.source, score.page) for score in before} - {(score.source, score.page) for score in after}
    return dict(Counter(source for source, _ in gone))


def interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean."""
    rng = random.Random(seed)
    means = sorted(mean(rng.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1]


def summary(scores: Sequence[Score]) -> dict[str, dict[str, dict[str, Any]]]:
    """Mean scores per tool and group: each set, and each page type of the sets that name them."""
    groups: dict[str, dict[str, list[Score]]] = defaultdict(lambda: defaultdict(list))
    for score in scores:
        groups[score.tool][score.source].append(score)
        if score.page_type:
            groups[score.tool][f"{score.source}: {score.page_type}"].append(score)
    return {tool: {name: _means(members) for name, members in sorted(found.items())} for tool, found in groups.items()}


def _means(members: Sequence[Score]) -> dict[str, Any]:
    words = [score.word_f1 for score in members]
    return {
        "pages": len(members),
        "word_f1": round(mean(words), 4),
        "word_f1_interval": [round(bound, 4) for bound in interval(words)],
        "shingle_f1": round(mean(score.shingle_f1 for score in members), 4),
        "empty": sum(score.state == "empty" for score in members),
        "failed": sum(score.state == "failed" for score in members),
    }


def report(
    table: dict[str, dict[str, dict[str, Any]]],
    command: str,
    versions: dict[str, str],
    missing: Mapping[str, int] | None = None,
) -> str:
    """Write the tables as Markdown; `missing` counts the pages of each set that are left out."""
    groups = sorted({group for found in table.values() for group in found}, key=lambda name: (":" in name, name))
    sets, types = [g for g in groups if ":" not in g], [g for g in groups if ":" in g]
    order = sorted(table, key=lambda tool: (tool != WINNOW, -_first(table[tool], sets)))
    parts = ["# Accuracy\n"]
    parts.append(
        "Mean over pages of the F1 of words (as bags) and of runs of four words, against the gold text of the article. "
        "Every tool gets the same decoded HTML. A page without text counts as text of no words.\n"
    )
    if WINNOW in table:
        parts.append(
            "Winnow's figures are **out-of-fold**: each page was predicted by models that saw no page of its site "
            "(five folds by registered domain), and the rules that follow the model were applied. The rules were "
            "written with these pages in view; the model card has the figures without them.\n"
        )
    else:
        parts.append("Winnow is missing: there are no out-of-fold predictions yet (`winnow train` makes them).\n")
    for name in sets:
        parts += [f"## {name}\n", markdown(*_set_table(table, order, name))]
        if missing and name in missing:
            parts.append(f"Left out for every tool: {missing[name]} pages without an out-of-fold prediction.\n")
    for metric, title in (("word_f1", "word F1"), ("shingle_f1", "4-gram F1")):
        if types:
            header = ["tool", *(f"{g.partition(': ')[2]} ({_pages(table, g)})" for g in types)]
            rows = [[tool, *(table[tool].get(g, {}).get(metric) for g in types)] for tool in order]
            parts += [f"## By page type, {title}\n", markdown(header, rows)]
    used = ", ".join(f"{name} {number}" for name, number in {**versions, **machine()}.items())
    parts.append(f"Made by `{command}`. {used}.\n")
    return "\n".join(parts)


def _first(found: dict[str, dict[str, Any]], sets: Sequence[str]) -> float:
    return mean([found[name]["word_f1"] for name in sets if name in found] or [0.0])


def _pages(table: dict[str, dict[str, dict[str, Any]]], group: str) -> int:
    return max(found[group]["pages"] for found in table.values() if group in found)


def _set_table(
    table: dict[str, dict[str, dict[str, Any]]], order: Sequence[str], name: str
) -> tuple[list[str], list[list[Any]]]:
    header = ["tool", "pages", "word F1", "95 % interval", "4-gram F1", "no text", "failed"]
    rows = []
    for tool in order:
        row = table[tool].get(name)
        if row:
            low, high = row["word_f1_interval"]
            figures = [row["word_f1"], f"{low:.3f}–{high:.3f}", row["shingle_f1"], row["empty"], row["failed"]]
            rows.append([tool, row["pages"], *figures])
    return header, rows


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the sets of labelled pages")
    parser.add_argument("--sets", nargs="+", default=list(BODY_SETS))
    parser.add_argument("--sample", type=int, help="so many pages, drawn from every set in proportion")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tools", nargs="*", help=f"some of: {', '.join(peer.name for peer in PEERS)}")
    parser.add_argument("--oof", type=Path, default=OUT_OF_FOLD, help="Winnow's out-of-fold predictions")
    parser.add_argument("--cache", type=Path, default=_CACHE)
    parser.add_argument("--no-cache", action="store_true")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for accuracy.md and accuracy.json")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and write the tables."""
    options = arguments(argv)
    known = OutOfFold.read(options.oof)
    if not known.labels:
        say(f"Winnow is left out: no out-of-fold predictions at {options.oof}")
    peers = tools(options.tools)
    pages = body_pages(options.sets, options.sample, options.seed, options.data)
    everything = measure(
        load(progress(pages, "extracting")), peers, known, Cache(None if options.no_cache else options.cache)
    )
    scores = comparable(everything)
    missing = left_out(everything, scores)
    table = summary(scores)
    command = "python -m benchmarks.accuracy" + (f" --sample {options.sample}" if options.sample else "")
    if options.tools:
        command += f" --tools {shlex.join(options.tools)}"
    text = report(table, command, {tool.peer.package: tool.peer.version for tool in peers}, missing)
    print(text)
    write(options.out / "accuracy.md", text)
    record = {"command": command, "seed": options.seed, "left_out": missing, "groups": table}
    write(options.out / "accuracy.json", json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""How well each label is found, by the model alone and with the rules that follow it, and what is made of the labels.

`python -m benchmarks.labels [--sets hand widgets] [--no-forms] [--list]`

Blocks: precision, recall and F1 of each label, over the blocks whose gold is one label. `hand` is every block of the
pages labelled by hand, `widgets` the annotated strings and selectors. Challenges and source links are counted on the
same pages; comment forms one by one, on all pages whose forms were typed (`gold/forms.jsonl` and the set `forms`).

The model's labels and the types of forms are out-of-fold where there are such labels; pages without have tables of
their own. The rules are not out of fold: people wrote them with these pages in view.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

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
from benchmarks.leaks import gold_pages
from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.challenges import find_challenges
from classifier.files import read_records
from classifier.forms import find_forms
from classifier.forms.examples import annotated_forms, load_examples
from classifier.forms.training import FormFolds
from classifier.gold import read_gold
from classifier.gold.targets import BIT, allowed_labels, is_credit
from classifier.labels import LABELS
from classifier.sources import COPIED_FROM, find_source

if TYPE_CHECKING:
    from classifier.blocks import Page
    from classifier.extraction import Extractor

FORMS: Final = ROOT / "gold" / "forms.jsonl"
FORM_SETS: Final = ("wcxb-dev", "dragnet", "readability", "widgets", "forms")
SEEN: Final = "trained on these pages"
KINDS: Final = ("challenges", "source links: pages", "source links: addresses")
_UNTYPED: Final = {"SKIP THIS FORM": "?", "NOT ANNOTATED": "?"}
_GAP: Final = 3  # blocks between two parts of one challenge: its label, its help text


@dataclass
class Reading:
    """A page with the model's labels and the labels as shipped."""

    sample: Sample
    group: str
    page: Page
    alone: list[str]
    shipped: list[str]

    @classmethod
    def of(cls, sample: Sample, known: OutOfFold, extractor: Extractor | None) -> Reading | None:
        """Label a page out of fold, else by the shipped model; None where neither can."""
        group = "widgets" if sample.gold.labels is None else "hand"
        found = known.read_page(sample)
        if found is not None:
            return cls(sample, group, found[0], [LABELS[index] for index in known.labels[sample.name]], found[1])
        if extractor is None:
            return None
        from classifier.extraction import refine

        page = segment(parse(sample.html)[0], sample.gold.url)
        prediction = extractor.model.predict(page)
        shipped = refine(page, prediction.labels, prediction.probabilities)[0]
        return cls(sample, f"{group}, {SEEN}", page, prediction.labels, shipped)

    @cached_property
    def targets(self) -> list[int]:
        """Labels that the gold allows, as in `classifier.gold.targets`.

        Annotated pages leave open which blocks of a comment form are challenges.
        """
        targets = [int(target) for target in allowed_labels(self.sample.gold, self.page, {})]
        if self.sample.gold.labels is None:
            for block, target in enumerate(targets):
                if target == BIT["comment_form"] and self.shipped[block] == "challenge":
                    targets[block] = 0
        return targets

    def where(self, block: int) -> str:
        """Name a block in a list of errors."""
        return f"{self.sample.name}\t{block}\t{self.page.texts[block][:150]}"


@dataclass
class Count:
    """Hits among what was found and what the gold has; where they differ."""

    hits: int = 0
    found: int = 0
    gold: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, where: str, *, gold: bool, found: bool) -> None:
        """Count one case."""
        self.gold += gold
        self.found += found
        self.hits += gold and found
        if gold != found:
            self.errors.append(f"{'missed' if gold else 'wrong'}\t{where}")

    def to_dict(self) -> dict[str, Any]:
        """Precision, recall and F1; None where there is nothing to divide by."""
        both = self.gold + self.found
        return {
            "gold": self.gold,
            "found": self.found,
            "precision": self.hits / self.found if self.found else None,
            "recall": self.hits / self.gold if self.gold else None,
            "f1": 2 * self.hits / both if both else None,
        }


def count_blocks(readings: Sequence[Reading], label: str, *, shipped: bool) -> Count:
    """Count one label over the blocks whose gold is a single label."""
    count = Count()
    for reading in readings:
        labels = reading.shipped if shipped else reading.alone
        for block, (target, found) in enumerate(zip(reading.targets, labels, strict=True)):
            if target and not target & (target - 1):
                told = LABELS[target.bit_length() - 1]
                if label in (told, found):
                    where = f"{reading.where(block)}\t{told} as {found}"
                    count.add(where, gold=told == label, found=found == label)
    return count


def body_lost(readings: Sequence[Reading], label: str) -> int:
    """Count the blocks of the article that the model kept and the rules gave another label."""
    return sum(
        target == BIT["body"] and alone == "body" and shipped == label != "body"
        for reading in readings
        for target, alone, shipped in zip(reading.targets, reading.alone, reading.shipped, strict=True)
    )


def count_things(readings: Sequence[Reading]) -> dict[str, Count]:
    """Count challenges, pages with a source link, and addresses of source links."""
    counts = {kind: Count() for kind in KINDS}
    for reading in readings:
        _count_challenges(reading, counts[KINDS[0]])
        _count_source(reading, counts[KINDS[1]], counts[KINDS[2]])
    return counts


def _count_challenges(reading: Reading, count: Count) -> None:
    """Count neighbouring blocks of a challenge as one, found where one of them is."""
    found = {block for block, label in enumerate(reading.shipped) if label == "challenge"}
    gold = [block for block, target in enumerate(reading.targets) if target == BIT["challenge"]]
    for run in _runs(gold):
        count.add(reading.where(run[0]), gold=True, found=not found.isdisjoint(run))
    for run in _runs(sorted(found)):
        targets = [reading.targets[block] for block in run]
        if any(targets) and not any(target & BIT["challenge"] for target in targets):
            count.add(reading.where(run[0]), gold=False, found=True)


def _runs(blocks: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for block in blocks:
        if runs and block - runs[-1][-1] <= _GAP:
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _count_source(reading: Reading, pages: Count, addresses: Count) -> None:
    link = (reading.sample.gold.mark("source_link") or [None])[0]
    source = find_source(reading.page, reading.shipped)
    copied = source is not None and source.kind == COPIED_FROM
    by_hand = reading.sample.gold.labels is not None
    told = BIT["source_link"] in reading.targets if by_hand else not is_credit(reading.sample.gold)
    where = f"{reading.sample.name}\t{source}\tgold {link}"
    if link or by_hand:  # nobody looked for source links on the other annotated pages
        pages.add(where, gold=told, found=copied)
    if told and link and link.get("href"):
        right = source is not None and copied and _same(source.url, link["href"])
        addresses.add(where, gold=True, found=right)


def _same(url: str | None, href: str) -> bool:
    return url is not None and url.rstrip("/").endswith(href.lstrip("./").rstrip("/"))


def form_types(data: Path, path: Path) -> dict[str, dict[str, str]]:
    """Types of the forms of each page, by XPath: "comment", "other" or "?"."""
    types: dict[str, dict[str, str]] = {row["page"]: row["forms"] for _, row in read_records(path)}
    for gold, controls, forms in annotated_forms(data):
        own = types.get(f"forms/{gold['id']}", {})
        path_of = controls.page.root.getroottree().getpath
        types[f"forms/{gold['id']}"] = {
            path_of(controls.page.elements[container]): own.get(form["type"], _UNTYPED.get(form["type"], "other"))
            for form, container in forms
        }
    return types


def count_forms(readings: Iterator[Reading], types: dict[str, dict[str, str]], folds: FormFolds) -> dict[str, Count]:
    """Count the forms that take comments, by set; the places of embedded services have no gold."""
    counts: dict[str, Count] = {}
    for reading in readings:
        name, page = reading.sample.name, reading.page
        told = types[name]
        forms = find_forms(page, reading.shipped, find_challenges(page), model=folds.model_of(name))
        found = {form.xpath for form in forms if form.fields}
        count = counts.setdefault(reading.sample.gold.source, Count())
        comment = {path for path, kind in told.items() if kind == "comment"}
        shown = {path for path in comment if "/noscript" not in path}
        undecided = {path for path, kind in told.items() if kind == "?"} | ((comment - shown) if shown else set())
        for path in sorted((found | comment) - undecided):
            if path in told or reading.sample.gold.source != "forms":  # whose gold is silent on some forms
                count.add(f"{name}\t{path}", gold=told.get(path) == "comment", found=path in found)
    return counts


def summary(readings: Sequence[Reading]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Figures per group of pages, and the errors as shipped by label or thing."""
    table: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for group in dict.fromkeys(reading.group for reading in readings):
        mine = [reading for reading in readings if reading.group == group]
        rows = {}
        for label in LABELS:
            shipped = count_blocks(mine, label, shipped=True)
            alone = count_blocks(mine, label, shipped=False)
            rows[label] = {"alone": alone.to_dict(), "shipped": shipped.to_dict(), "body_lost": body_lost(mine, label)}
            errors.setdefault(label, []).extend(shipped.errors)
        things = count_things(mine)
        for kind, count in things.items():
            errors.setdefault(kind, []).extend(count.errors)
        table[group] = {"pages": len(mine), "labels": rows, "things": {k: c.to_dict() for k, c in things.items()}}
    return table, errors


_SCORES: Final = ("precision", "recall", "f1")


def report(table: dict[str, Any], forms: dict[str, dict[str, Any]], command: str) -> str:
    """Write the tables as Markdown."""
    parts = []
    for group, entry in table.items():
        header = ["label", "blocks", *(f"{who}: {score}" for who in ("model", "shipped") for score in _SCORES)]
        rows = [
            [
                label,
                row["shipped"]["gold"],
                *(row[who][score] for who in ("alone", "shipped") for score in _SCORES),
                row["body_lost"],
            ]
            for label, row in entry["labels"].items()
        ]
        things = [[kind, *_figures(row)] for kind, row in entry["things"].items()]
        parts.append(
            f"## {group}\n\n{entry['pages']} pages.\n\n{markdown([*header, 'body lost to rules'], rows)}\n"
            f"{markdown(['', 'gold', 'found', *_SCORES], things)}"
        )
    if forms:
        rows = [[name, *_figures(row)] for name, row in forms.items()]
        parts.append(f"## Comment forms\n\n{markdown(['set', 'gold', 'found', *_SCORES], rows)}")
    used = ", ".join(f"{key} {value}" for key, value in machine().items())
    return (
        "# Labels\n\nPrecision, recall and F1 over the blocks whose gold is one label: of the model alone, and as "
        "shipped, after the rules that follow the model. `hand`: every block labelled by hand; `widgets`: annotated "
        "strings and selectors. Challenges are counted one by one (blocks of one question together), source links by "
        "page, their addresses where the gold has them. Labels are by models that saw no page of the site, except "
        f"under “{SEEN}”, which has no out-of-fold labels and only shows what the shipped model does with pages that "
        "it knows. Comment forms are typed by models that saw no form of the site. **The rules are not out of fold: "
        "people wrote them with these pages in view**, so what they add to the model's figures is rather too high.\n\n"
        + "\n".join(parts)
        + f"\nMade by `{command}`; {used}.\n"
    )


def _figures(row: dict[str, Any]) -> list[Any]:
    return [row[key] for key in ("gold", "found", *_SCORES)]


def measure_forms(data: Path, gold: Path, known: OutOfFold, extractor: Extractor | None) -> dict[str, Count]:
    """Count the comment forms of all pages whose forms were typed, and of all sets together."""
    types = form_types(data, gold)
    pages = [page for page in read_gold([data / name for name in FORM_SETS]) if page.name in types]
    samples = load(progress(pages, "forms"))
    readings = (reading for sample in samples if (reading := Reading.of(sample, known, extractor)) is not None)
    counts = count_forms(readings, types, FormFolds.train(load_examples(data, gold)))
    together = Count(*(sum(getattr(c, key) for c in counts.values()) for key in ("hits", "found", "gold")))
    together.errors = [error for count in counts.values() for error in count.errors]
    return {**counts, "all": together}


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", nargs="+", default=["hand", "widgets"], help="of hand, widgets")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--oof", type=Path, default=OUT_OF_FOLD)
    parser.add_argument("--model", type=Path, help="another model than the one that ships")
    parser.add_argument("--no-forms", action="store_true", help="leave out the comment forms, which take longest")
    parser.add_argument("--no-seen", action="store_true", help="leave out pages without out-of-fold labels")
    parser.add_argument("--list", action="store_true", help="print every error")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and write the tables."""
    options = arguments(argv)
    known = OutOfFold.read(options.oof)
    if not known.labels:
        say(f"no out-of-fold labels at {options.oof}")
    extractor = None
    if not options.no_seen:
        from classifier.extraction import Extractor

        extractor = Extractor(options.model)
    samples = load(progress(choose(gold_pages(options.sets, options.data), options.sample, options.seed), "reading"))
    readings = [reading for sample in samples if (reading := Reading.of(sample, known, extractor)) is not None]
    table, errors = summary(readings)
    forms = {}
    if not options.no_forms:
        require(options.data, FORM_SETS)
        counts = measure_forms(options.data, FORMS, known, extractor)
        forms = {name: count.to_dict() for name, count in counts.items()}
        errors["comment forms"] = counts["all"].errors
    command = "python -m benchmarks.labels"
    command += f" --sample {options.sample}" if options.sample else ""
    text = report(table, forms, command)
    print(text)
    if options.list:
        for kind, lines in errors.items():
            for line in lines:
                print(f"{kind}\t{line}")
    write(options.out / "labels.md", text)
    write(
        options.out / "labels.json", json.dumps({"command": command, "groups": table, "forms": forms}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()

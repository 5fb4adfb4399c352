"""What the benchmarks share: gold pages, out-of-fold predictions, progress bars, tables."""

from __future__ import annotations

import platform
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rich.console import Console
from rich.progress import track

from classifier.blocks.decoding import decode
from classifier.exceptions import ClassifierError
from classifier.files import read_bytes, read_records
from classifier.gold import GoldPage, read_gold
from classifier.labels import LABEL_INDEX, LABELS

if TYPE_CHECKING:
    from classifier.blocks import Page

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = ROOT.parent / "shared" / "data"
OUT: Final = ROOT / "docs" / "benchmarks"
OUT_OF_FOLD: Final = ROOT / "models" / "oof.jsonl"
BODY_SETS: Final = ("wcxb-dev", "dragnet", "readability")
PROVISIONAL: Final = "Provisional: measured on a machine that other jobs were using."
_STDERR: Final = Console(stderr=True)


@dataclass
class Sample:
    """One gold page with its decoded text, as every tool gets it."""

    gold: GoldPage
    html: str

    @property
    def name(self) -> str:
        """Set and id."""
        return self.gold.name

    @cached_property
    def body(self) -> str | None:
        """Gold text of the article."""
        from classifier.gold.targets import gold_body

        return gold_body(self.gold)

    @property
    def page_type(self) -> str:
        """Type of page where the set says so."""
        return str(self.gold.mark("page_type") or "")


def choose(pages: Sequence[GoldPage], sample: int | None, seed: int) -> list[GoldPage]:
    """Pages of a sample, drawn per set in proportion, always the same for the same seed."""
    if sample is None or sample >= len(pages):
        return list(pages)
    by_set: dict[str, list[GoldPage]] = {}
    for page in pages:
        by_set.setdefault(page.source, []).append(page)
    chosen: list[GoldPage] = []
    for name, members in sorted(by_set.items()):
        count = max(1, round(sample * len(members) / len(pages)))
        order = sorted(members, key=lambda page: page.name)
        chosen += random.Random(f"{seed}/{name}").sample(order, min(count, len(order)))
    return chosen


def load(pages: Iterable[GoldPage]) -> Iterator[Sample]:
    """Pages with their decoded text; those that are no HTML are left out with a message."""
    for page in pages:
        try:
            html = page.html or decode(read_bytes(page.path or Path()))
        except (OSError, ClassifierError) as error:  # noqa: PERF203
            say(f"left out {page.name}: {error}")
        else:
            yield Sample(page, html)


def body_pages(sets: Sequence[str], sample: int | None, seed: int, data: Path = DATA) -> list[GoldPage]:
    """Gold pages of the sets that say what the article is."""
    require(data, sets)
    pages = [page for page in read_gold([data / name for name in sets]) if page.mark("body") or page.mark("body_html")]
    return choose(pages, sample, seed)


def require(data: Path, sets: Sequence[str]) -> None:
    """Stop with a message where the labelled pages are not at hand."""
    missing = [name for name in sets if not (data / name).is_dir()]
    if missing:
        raise SystemExit(f"expected the sets {', '.join(missing)} below {data}; give another folder with --data")


def _two_best(labels: list[int], sure: str, others: str) -> Any:
    """Probabilities of the labels and of the next best, which get what is left; where neither will do, boilerplate."""
    from classifier.training import SURE_STEPS

    n = len(labels)
    chances = np.array([ord(character) - ord("0") for character in sure], np.float32) / SURE_STEPS
    probabilities = np.zeros((n, len(LABELS)), np.float32)
    probabilities[:, LABEL_INDEX["boilerplate"]] = 1e-6
    probabilities[np.arange(n), [int(digit) for digit in others]] = 1 - chances
    probabilities[np.arange(n), labels] = chances
    return probabilities


@dataclass
class OutOfFold:
    """What models that saw no page of a page's site say of it.

    Attributes
    ----------
    scores : dict of str to dict
        Per page ``word_f1`` and ``shingle_f1``.
    labels : dict of str to list of int
        Per page the label of every block, where the file has them.
    probabilities : dict of str to ndarray of float32, shape (n_blocks, 9)
        Per page those of each block's label and of the next best, where the file has them.
    """

    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    labels: dict[str, list[int]] = field(default_factory=dict)
    probabilities: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> OutOfFold:
        """Read a file of JSON lines: ``page``, ``word_f1``, ``shingle_f1``, ``labels``, ``sure`` and ``next``."""
        found = cls()
        if path.is_file():
            for _, record in read_records(path):
                if record.get("word_f1") is not None:
                    found.scores[record["page"]] = {k: float(record[k]) for k in ("word_f1", "shingle_f1")}
                if record.get("labels") is not None:
                    found.labels[record["page"]] = labels = [int(digit) for digit in record["labels"]]
                    found.probabilities[record["page"]] = _two_best(labels, record["sure"], record["next"])
        return found

    def read_page(self, sample: Sample) -> tuple[Page, list[str]] | None:
        """Blocks and labels of a page as shipped: the model's labels, then the rules that follow the model.

        Returns
        -------
        (Page, list of str) or None
            None where the labels are missing or were made for other blocks.
        """
        from classifier.blocks import segment
        from classifier.blocks.parsing import parse
        from classifier.rules import refine

        chosen = self.labels.get(sample.name)
        if chosen is None:
            return None
        page = segment(parse(sample.html)[0], sample.gold.url)
        if len(page) != len(chosen):
            return None
        return page, refine(page, [LABELS[index] for index in chosen], self.probabilities[sample.name])[0]

    def body(self, sample: Sample) -> str | None:
        """Body of a page as shipped; None where its out-of-fold labels are missing."""
        found = self.read_page(sample)
        return None if found is None else joined(*found, "body")


def joined(page: Page, labels: Sequence[str], wanted: str) -> str:
    """Text of the blocks of one label."""
    return "\n\n".join(text for text, label in zip(page.texts, labels, strict=True) if label == wanted)


def progress(items: Sequence[Any], title: str) -> Iterable[Any]:
    """Show a bar on standard error."""
    return track(items, title, console=_STDERR, disable=not _STDERR.is_terminal)


def say(message: str) -> None:
    """Print to standard error, where tables do not go."""
    _STDERR.print(message, highlight=False, markup=False)


def markdown(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write a table; figures to the right."""
    lines = [f"| {' | '.join(header)} |", f"|{'|'.join([' --- ', *[' ---: '] * (len(header) - 1)])}|"]
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def machine() -> dict[str, str]:
    """Name what the figures were measured with."""
    import lxml.etree

    return {
        "python": platform.python_version(),
        "lxml": ".".join(map(str, lxml.etree.LXML_VERSION[:3])),
        "libxml2": ".".join(map(str, lxml.etree.LIBXML_VERSION)),
        "system": f"{platform.system()} {platform.machine()}",
    }


def write(path: Path, text: str) -> None:
    """Write a file and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    say(f"wrote {path}")

"""The quality gate: floors under the out-of-fold figures of the shipped model, on a fixed sample.

- `python -m benchmarks.quality` compares the figures with the floors, and exits with 1 where one is below.
- `python -m benchmarks.quality --pin` raises the floors to the present figures, less a tolerance; it never lowers one.
- `python -m benchmarks.quality --pin --lower` lowers floors too: a decision that the commit has to explain.

The predictions are those of `models/oof.jsonl`, made at training time by models that saw no page of the page's site.
The floors (`benchmarks/floors.json`) name a digest of the sample's gold: other pages or labels need new floors.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.common import DATA, ROOT, OutOfFold, body_pages, joined, markdown, progress, require, say
from classifier.blocks import segment
from classifier.evaluation import label_report, shingle_f1, word_f1
from classifier.gold import GoldPage, read_gold
from classifier.gold.targets import allowed_labels, gold_body
from classifier.labels import LABELS

FLOORS: Final = Path(__file__).with_name("floors.json")
HAND: Final = ROOT / "gold" / "hand-labels.jsonl"
_BODY_SETS: Final = ("wcxb-dev", "dragnet", "readability")
_SETS: Final = (*_BODY_SETS, "forms", "widgets")  # pages labelled by hand are in all of them
_BODY_PAGES: Final = 300
_TOLERANCE: Final = 0.005  # two trainings that differ in the seed differ by this on such a sample
_RARE: Final = 100  # blocks; labels with fewer vary more
_RARE_TOLERANCE: Final = 0.05


def measure(data: Path = DATA, predictions: Path = ROOT / "models" / "oof.jsonl") -> dict[str, Any]:
    """Figures of the sample.

    Returns
    -------
    dict
        ``digest`` of the sample's gold; ``figures``: name to value (F1, 0 to 1); ``support``: name to pages or blocks.

    Raises
    ------
    SystemExit
        Labelled pages are missing, or the predictions were made for other blocks.
    """
    require(data, _SETS)
    known = OutOfFold.read(predictions)
    digest = hashlib.sha256()
    figures: dict[str, float] = {}
    support: dict[str, int] = {}
    bodies: dict[str, list[tuple[float, float]]] = {}
    for gold in progress(body_pages(_BODY_SETS, _BODY_PAGES, 0, data), "bodies"):
        body, labels = gold_body(gold), known.labels.get(gold.name)
        if body is None or labels is None:
            continue
        found = joined(_page(gold, labels), [LABELS[label] for label in labels], "body")
        bodies.setdefault(gold.source, []).append((word_f1(found, body), shingle_f1(found, body)))
        digest.update(f"{gold.name}\n{body}".encode())
    for name, rows in sorted(bodies.items()):
        words, shingles = np.mean(rows, axis=0).tolist()
        figures |= {f"body words, {name}": words, f"body 4-grams, {name}": shingles}
        support |= {f"body words, {name}": len(rows), f"body 4-grams, {name}": len(rows)}
    allowed, predicted = [], []
    for gold in progress(
        [page for page in read_gold([*(data / name for name in _SETS), HAND]) if page.labels], "labels"
    ):
        labels = known.labels.get(gold.name)
        if labels is None:
            continue
        page = _page(gold, labels)
        allowed.append(allowed_labels(gold, page, {}))
        predicted.append(labels)
        digest.update(f"{gold.name}\n{json.dumps(gold.labels, sort_keys=True)}".encode())
    report = label_report(np.concatenate(allowed), np.concatenate(predicted), range(sum(map(len, predicted))))
    for label, row in report.items():
        figures[f"label {label}"], support[f"label {label}"] = row["f1"], int(row["support"])
    return {"digest": digest.hexdigest(), "figures": figures, "support": support}


def _page(gold: GoldPage, labels: Sequence[int]) -> Any:
    page = segment(gold.load()[0], gold.url)
    if len(page) != len(labels):
        raise SystemExit(
            f"expected {len(labels)} blocks in {gold.name}, as when the model was trained, got {len(page)}: train again"
        )
    return page


def below(found: dict[str, Any], floors: dict[str, Any]) -> list[str]:
    """Say which figures are below their floors, and whether the floors are for this sample at all."""
    if found["digest"] != floors["digest"]:
        return ["the sample or its gold is another than the floors were pinned on: `--pin --lower` pins them anew"]
    return [
        f"{name}: expected at least {floor:.4f}, got {found['figures'].get(name, 0):.4f}"
        for name, floor in floors["floors"].items()
        if found["figures"].get(name, 0) < floor
    ]


def pinned(found: dict[str, Any], floors: dict[str, Any] | None, *, lower: bool) -> dict[str, Any]:
    """New floors: the figures less a tolerance, and never less than the old ones unless `lower`."""
    new = {
        name: round(value - (_RARE_TOLERANCE if found["support"][name] < _RARE else _TOLERANCE), 4)
        for name, value in found["figures"].items()
    }
    if floors is not None and not lower:
        if found["digest"] != floors["digest"]:
            raise SystemExit("expected the sample that the floors were pinned on, got another: add --lower to pin anew")
        new = {name: max(value, floors["floors"].get(name, 0)) for name, value in new.items()}
    return {"digest": found["digest"], "floors": new}


def main(argv: Sequence[str] | None = None) -> None:
    """Compare, or pin."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the sets of labelled pages")
    parser.add_argument("--pin", action="store_true", help="raise the floors to what is reached now")
    parser.add_argument("--lower", action="store_true", help="with --pin: lower floors too")
    options = parser.parse_args(argv)
    found = measure(options.data)
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.is_file() else None
    if options.pin:
        floors = pinned(found, floors, lower=options.lower)
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", encoding="utf-8")
        say(f"wrote {FLOORS}")
    if floors is None:
        raise SystemExit(f"expected floors in {FLOORS}, found none: make them with --pin")
    rows = [
        [name, f"{found['support'][name]:,}", f"{value:.4f}", f"{floors['floors'].get(name, 0):.4f}"]
        for name, value in found["figures"].items()
    ]
    print(markdown(["figure", "pages or blocks", "now", "floor"], rows))
    problems = below(found, floors)
    for problem in problems:
        say(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

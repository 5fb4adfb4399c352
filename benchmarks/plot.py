"""Accuracy against time, as an SVG for the README.

`python -m benchmarks.plot [--set wcxb-dev] [--group article]`

Reads accuracy.json and speed.json, which the other benchmarks leave in docs/benchmarks, and writes plot.svg. Drawn by
hand: a picture of a dozen points needs no library, and text stays text.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from benchmarks.accuracy import WINNOW as WINNOW_ACCURACY
from benchmarks.common import OUT, write
from benchmarks.speed import WINNOW as WINNOW_SPEED

_WIDTH, _HEIGHT = 860, 500
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 24, 64, 64
_LINE: Final = 20  # pixels between the lines of labels
_TICKS: Final = (1, 2, 5, 10, 20, 50, 100, 200)
_STYLE: Final = """
  text { font: 15px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f;
    paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round }
  .title { font-size: 18px; font-weight: 600 }
  .quiet { fill: #57606a }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .lead { stroke: #8c959f; stroke-width: 1 }
  .peer { fill: #6e7781 }
  .ours { fill: #cf222e }
  .name { font-weight: 600; fill: #cf222e }
  .ground { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; stroke: #0d1117 } .quiet { fill: #9198a1 } .grid { stroke: #30363d } .lead { stroke: #6e7681 }
    .peer { fill: #9198a1 } .ours, .name { fill: #ff7b72 } .ground { fill: #0d1117 }
  }
"""


@dataclass
class Point:
    """One tool: time as a multiple of the parse, accuracy, and where its label stands."""

    name: str
    time: float
    accuracy: float
    x: float = 0.0
    y: float = 0.0
    label_x: float = 0.0
    label_y: float = 0.0


def points(accuracy: dict[str, Any], speed: dict[str, Any], group: str, metric: str) -> list[Point]:
    """Tools that both benchmarks measured."""
    found = []
    for name, row in speed["ratios"].items():
        groups = accuracy["groups"].get(WINNOW_ACCURACY if name == WINNOW_SPEED else name, {})
        if group in groups:
            found.append(Point(name, row["median"], groups[group][metric]))
    return found


def place(found: Sequence[Point], floor: float) -> None:
    """Turn figures into pixels, and move labels apart that would cover others."""
    width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    span = math.log(_TICKS[-1])
    taken: list[tuple[float, float, float]] = []
    for point in found:
        point.x = _LEFT + width * math.log(max(point.time, 1)) / span
        point.y = _TOP + height * (1 - (point.accuracy - floor) / (1 - floor))
    for point in sorted(found, key=lambda p: (p.name != WINNOW_SPEED, p.y)):
        size = 8.2 * len(point.name) + 10
        point.label_x = point.x + 11 if point.x + size + 11 < _WIDTH - 4 else point.x - 11 - size
        for step in range(40):
            point.label_y = point.y + 5 + (_LINE * ((step + 1) // 2)) * (1 if step % 2 else -1)
            inside = _TOP < point.label_y < _HEIGHT - _BOTTOM
            box = (point.label_x, point.label_x + size, point.label_y)
            dots = any(
                box[0] - 8 < o.x < box[1] + 8 and box[2] - 18 < o.y < box[2] + 8 for o in found if o is not point
            )
            if inside and not dots and not any(_overlap(box, other) for other in taken):
                break
        taken.append(box)


def _overlap(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and abs(one[2] - other[2]) < _LINE - 2


def draw(found: Sequence[Point], title: str, note: str) -> str:
    """Draw the picture."""
    floor = math.floor(10 * min(point.accuracy for point in found) - 0.2) / 10
    place(found, floor)
    width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><style>{_STYLE}</style>',
        f'<rect class="ground" width="{_WIDTH}" height="{_HEIGHT}"/>',
        f'<text class="title" x="{_LEFT - 52}" y="30">{escape(title)}</text>',
        f'<text class="quiet" x="{_LEFT - 52}" y="51">{escape(note)}</text>',
    ]
    for tick in _TICKS:
        x = _LEFT + width * math.log(tick) / math.log(_TICKS[-1])
        parts.append(f'<line class="grid" x1="{x:.0f}" y1="{_TOP}" x2="{x:.0f}" y2="{_TOP + height}"/>')
        parts.append(f'<text class="quiet" x="{x:.0f}" y="{_TOP + height + 20}" text-anchor="middle">{tick}×</text>')
    for tenth in range(round(10 * floor), 11):
        y = _TOP + height * (1 - (tenth / 10 - floor) / (1 - floor))
        parts.append(f'<line class="grid" x1="{_LEFT}" y1="{y:.0f}" x2="{_LEFT + width}" y2="{y:.0f}"/>')
        parts.append(f'<text class="quiet" x="{_LEFT - 10}" y="{y + 5:.0f}" text-anchor="end">{tenth / 10:.1f}</text>')
    parts.append(
        f'<text class="quiet" x="{_LEFT + width / 2:.0f}" y="{_HEIGHT - 14}" text-anchor="middle">'
        "CPU time per page, as a multiple of the lxml parse (median, parse included)</text>"
    )
    for point in found:
        own = point.name == WINNOW_SPEED
        if abs(point.label_y - 5 - point.y) > 1:
            near = point.label_x - 3 if point.label_x > point.x else point.label_x + 8.2 * len(point.name) + 6
            ends = f'x1="{point.x:.0f}" y1="{point.y:.0f}" x2="{near:.0f}" y2="{point.label_y - 5:.0f}"'
            parts.append(f'<line class="lead" {ends}/>')
        parts.append(
            f'<circle class="{"ours" if own else "peer"}" cx="{point.x:.1f}" cy="{point.y:.1f}" r="{8 if own else 6}"/>'
        )
        style = ' class="name"' if own else ""
        parts.append(f'<text{style} x="{point.label_x:.0f}" y="{point.label_y:.0f}">{escape(point.name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--group", default="wcxb-dev: article", help="set, or set and page type, as in accuracy.json")
    parser.add_argument("--metric", default="word_f1", choices=("word_f1", "shingle_f1"))
    parser.add_argument("--data", type=Path, default=OUT, help="folder with accuracy.json and speed.json")
    parser.add_argument("--out", type=Path, default=OUT / "plot.svg")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Read the figures and write the picture."""
    options = arguments(argv)
    accuracy, speed = (
        json.loads((options.data / f"{name}.json").read_text(encoding="utf-8")) for name in ("accuracy", "speed")
    )
    found = points(accuracy, speed, options.group, options.metric)
    if not found:
        raise SystemExit(f"expected tools with figures for {options.group!r} in {options.data}, found none")
    pages = max(g[options.group]["pages"] for g in accuracy["groups"].values() if options.group in g)
    metric = {"word_f1": "Word F1", "shingle_f1": "4-gram F1"}[options.metric]
    note = f"{metric} of the body, mean of {pages} pages ({options.group})"
    if any(point.name == WINNOW_SPEED for point in found):
        note += "; Winnow out-of-fold"
    write(options.out, draw(found, "Accuracy against time", note))


if __name__ == "__main__":
    main()

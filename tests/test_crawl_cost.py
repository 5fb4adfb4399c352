"""The benchmark of a crawl runs, and its table says what it measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.crawl import COLUMNS, PLAIN, VARIANTS

ROOT = Path(__file__).resolve().parents[1]


def test_a_small_run() -> None:
    command = [sys.executable, "-m", "benchmarks.crawl", "--pages", "4", "--runs", "1", "--latency", "0", "50"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    rows = [
        line.strip("| ").split(" | ")
        for line in done.stdout.splitlines()
        if line.startswith("| ") and "---" not in line
    ]
    assert [row[0] for row in rows if row[0] == PLAIN] == [PLAIN] * 2
    assert {row[0] for row in rows} - {"variant"} <= set(VARIANTS)
    header = rows[0]
    assert header == ["variant", *COLUMNS.values()]
    for row in rows:
        figures = dict(zip(header, row, strict=True))
        if row[0].startswith("add-on"):
            assert float(figures["reading ms/page"]) > 0
        elif row[0] == PLAIN:
            assert (figures["of plain"], figures["reading ms/page"]) == ("100%", "0.0")
    assert "4 requests a crawl" in done.stdout
    assert "python -m benchmarks.crawl --pages 4" in done.stdout

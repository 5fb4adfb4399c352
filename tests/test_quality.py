"""The shipped model stays above its floors, and the floors cannot sink unnoticed."""

from __future__ import annotations

import json

import pytest

from benchmarks import quality
from benchmarks.common import DATA

FOUND = {
    "digest": "a",
    "figures": {"label body": 0.9, "label challenge": 0.6},
    "support": {"label body": 5000, "label challenge": 50},
}


@pytest.mark.skipif(not DATA.is_dir(), reason=f"needs the labelled pages in {DATA}")
def test_the_shipped_model_is_above_its_floors() -> None:
    found = quality.measure()
    assert len(found["figures"]) >= 15
    assert quality.below(found, json.loads(quality.FLOORS.read_text(encoding="utf-8"))) == []


def test_a_figure_below_its_floor_is_named() -> None:
    floors = {"digest": "a", "floors": {"label body": 0.91, "label challenge": 0.5, "label title": 0.8}}
    assert quality.below(FOUND, floors) == [
        "label body: expected at least 0.9100, got 0.9000",
        "label title: expected at least 0.8000, got 0.0000",
    ]
    assert "another" in quality.below(FOUND, {**floors, "digest": "b"})[0]


def test_floors_rise_and_sink_only_when_told() -> None:
    first = quality.pinned(FOUND, None, lower=False)
    assert first == {"digest": "a", "floors": {"label body": 0.895, "label challenge": 0.55}}
    worse = {**FOUND, "figures": {"label body": 0.8, "label challenge": 0.7}}
    assert quality.pinned(worse, first, lower=False)["floors"] == {"label body": 0.895, "label challenge": 0.65}
    assert quality.pinned(worse, first, lower=True)["floors"] == {"label body": 0.795, "label challenge": 0.65}
    with pytest.raises(SystemExit, match="--lower"):
        quality.pinned({**FOUND, "digest": "b"}, first, lower=False)

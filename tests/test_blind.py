"""Pages written blind: nothing that is right on them may become wrong unnoticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.blind import FOLDERS, PAGES, counts, findings, main, measure
from classifier import extract

RECORD = Path(__file__).parents[1] / "docs" / "benchmarks" / "blind.json"


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_count_falls_behind_the_record(folder: str) -> None:
    """`python -m benchmarks.blind` writes a new record: a decision that its commit has to explain."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))[folder]
    now = counts(measure(folders=[folder]))[folder]
    worse = {
        what: (now.get(what, (0, 0)), (met, total))
        for what, (met, total) in record.items()
        if now.get(what, (0, total))[0] < met
    }
    more_wrong = {
        what: total
        for what, (met, total) in now.items()
        if what.endswith("none") and total > record.get(what, (0, 0))[1]
    }
    assert not worse, f"met now, met in the record: {worse}"
    assert not more_wrong


def test_every_phrase_stands_on_its_page() -> None:
    for path in sorted(PAGES.glob("*/*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        blocks = extract(path.with_suffix(".html").read_bytes()).blocks
        text = " ".join(" ".join(block.text.split()) for block in blocks)  # a row of a table is several blocks
        for line in (*case.get("keep", ()), *case.get("promos", ())):
            assert " ".join(line.split()) in text, f"{path}: {line}"


def test_a_wrong_expectation_is_reported() -> None:
    found = extract("<h1>Mill sold</h1>" + "<p>The mill by the river was sold on Monday to a baker.</p>" * 3)
    case = {
        "title": "Mill burnt",
        "keep": ["The mill by the river"],
        "drop": ["sold on Monday"],
        "challenges": ["1 + 1"],
    }
    assert {finding.what: finding.met for finding in findings(case, found)} == {
        "titles": False,
        "lines of the body kept": True,
        "other lines left out": False,
        "challenges found": False,
    }


def test_an_unknown_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["weather"])
    assert "expected folders of news" in capsys.readouterr().err

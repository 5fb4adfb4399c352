"""Every example runs against the demo newspaper and does what it says."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from classifier.resources import model_path
from crawler.demo.server import DemoSite

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
FERRY = "/2023/11/04/ferry-timetable-cut/"


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite() as served:
        yield served


def run(name: str, site: DemoSite, folder: Path, *options: str) -> tuple[dict[str, dict[str, Any]], str]:
    """Run an example; return the items by path, and the log."""
    log = crawl(name, site, folder, "-O", "items.jsonl", *options)
    items = [json.loads(line) for line in (folder / "items.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(items) >= 4
    return {(item.get("url") or item["link"]).removeprefix(site.url): item for item in items}, log


def crawl(name: str, site: DemoSite, folder: Path, *options: str) -> str:
    """Run an example; return the log."""
    command = [sys.executable, "-m", "scrapy", "runspider", str(EXAMPLES / f"{name}.py")]
    command += ["-a", f"url={site.url}/", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    # Offline, the tldextract of scrapy-poet's url-matcher logs that it cannot fetch its list, and uses the bundled one.
    if "publicsuffix.org" not in done.stderr:
        assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


def test_the_list_is_complete() -> None:
    listed = re.findall(r"\]\((\w+\.py)\)", (EXAMPLES / "README.md").read_text())
    assert sorted(listed) == sorted(path.name for path in EXAMPLES.glob("*.py"))
    assert len(listed) == 7


def test_addon_only(site: DemoSite, tmp_path: Path) -> None:
    items, _ = run("addon_only", site, tmp_path)
    ferry = items[FERRY]
    assert ferry["headline"] == "Island ferry timetable cut to three sailings a day"
    assert "Passengers between Hamnavoe" in ferry["articleBody"]
    assert ferry["commentForms"][0]["platform"] == "WordPress"
    assert all(item["articleBody"] for item in items.values())


def test_own_fields(site: DemoSite, tmp_path: Path) -> None:
    items, log = run("own_fields", site, tmp_path)
    assert set(items[FERRY]) == {"link", "title", "text", "replies"}
    assert items[FERRY]["title"] == "Island ferry timetable cut to three sailings a day"
    assert items[FERRY]["replies"][0]["author"]
    assert "does not declare" not in log


def test_csv_feeds(site: DemoSite, tmp_path: Path) -> None:
    """The first item is left as it was, and the columns are there all the same."""
    crawl("csv_feeds", site, tmp_path)
    with (tmp_path / "articles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["url", "headline", "byline", "articleBody", "confidence"]
    assert rows[0] == {**dict.fromkeys(rows[0], ""), "url": f"{site.url}/"}
    stories = {row["url"].removeprefix(site.url): row["headline"] for row in rows[1:]}
    assert stories[FERRY] == "Island ferry timetable cut to three sailings a day"
    assert all(stories.values())
    with (tmp_path / "comments.csv").open(encoding="utf-8", newline="") as file:
        comments = list(csv.DictReader(file))
    assert "Sandy B" in {row["author"] for row in comments}
    assert {"url", "number", "parent", "text"} <= set(comments[0])


def test_clean_mode(site: DemoSite, tmp_path: Path) -> None:
    items, log = run("clean_mode", site, tmp_path)
    before, _ = run("clean_mode", site, tmp_path, "-a", "winnow=off")
    for words in ("Leave a Reply", "Fourteen posts advertised", "5 × three ="):
        assert words in before[FERRY]["text"]
        assert words not in items[FERRY]["text"]
    for path, item in items.items():
        assert len(item["text"]) < 0.9 * len(before[path]["text"]), path
    assert "Passengers between Hamnavoe" in items[FERRY]["text"]
    assert f"'winnow/items/cleaned': {len(items)}" in log


def test_page_objects(site: DemoSite, tmp_path: Path) -> None:
    pytest.importorskip("scrapy_poet", reason="extra poet is not installed")
    items, _ = run("page_objects", site, tmp_path)
    ferry = items[FERRY]
    assert ferry["headline"] == "Island ferry timetable cut to three sailings a day"
    assert ferry["description"]
    assert ferry["inLanguage"] == "en"
    assert ferry["metadata"]["probability"] > 0.5
    assert "winnow" not in ferry


def test_per_domain(site: DemoSite, tmp_path: Path) -> None:
    items, _ = run("per_domain", site, tmp_path)
    plain, _ = run("addon_only", site, tmp_path)
    quote = "We have spent ten years persuading young families"
    assert quote in plain[FERRY]["articleBody"]
    assert quote not in json.dumps(items[FERRY])
    assert items[FERRY]["winnow"]["outcome"] == "filled"


def test_own_model(site: DemoSite, tmp_path: Path) -> None:
    shutil.copy(model_path("blocks.npz"), tmp_path / "mine.npz")
    items, log = run("own_model", site, tmp_path, "-s", "WINNOW_MODEL=mine.npz")
    version = re.search(r"Read with model (\w{12})", log)
    assert version
    assert f"'winnow/model_version': '{version[1]}'" in log
    assert all(item["headline"] for item in items.values())

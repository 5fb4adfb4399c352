"""What can be set, counted, written or called is documented, and nothing is that does not exist."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import typer.main

from classifier.cli import app
from classifier.comments import Comment
from classifier.forms import CommentForm
from classifier.labels import LABELS
from classifier.plugin.comments import CommentItem
from classifier.plugin.items import FIELDS, RECORD_FIELD
from classifier.plugin.options import _CHECKS, ACTIONS, EXECUTORS, MODES, MONITOR_SETTINGS, SETTINGS
from classifier.plugin.schema import PROPERTIES
from classifier.plugin.summary import STATS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def rows(page: str, heading: str = "") -> dict[str, list[str]]:
    """First cell -> other cells of all table rows of a page, of one of its sections, or ("^") of what precedes them."""
    text = (DOCS / page).read_text(encoding="utf-8")
    if heading == "^":
        text = text.partition("\n## ")[0]
    elif heading:
        text = re.split(r"^## ", text.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]
    found = {}
    for line in text.splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells and cells[0].startswith("`"):
            for name in re.findall(r"`([^`]+)`", cells[0]):
                found[name] = cells[1:]
    return found


def test_every_setting_with_its_default() -> None:
    table = {name: cells for name, cells in rows("settings.md").items() if name.startswith("WINNOW_")}
    assert list(table) != []
    assert set(table) == set(SETTINGS)
    for name, (default, meaning) in table.items():
        expected = f'"{SETTINGS[name]}"' if isinstance(SETTINGS[name], str) else str(SETTINGS[name])
        assert default == f"`{expected}`", name
        assert meaning


def test_every_option_mode_and_choice() -> None:
    assert {name: cells[0] for name, cells in rows("settings.md", "Levels").items()} == {
        name: f"`WINNOW_{name.upper()}`" for name in _CHECKS
    }
    assert tuple(rows("settings.md", "Modes")) == MODES
    settings = rows("settings.md")
    assert all(f'"{action}"' in settings["WINNOW_LOW_CONFIDENCE"][1] for action in ACTIONS)
    assert all(f'"{kind}"' in settings["WINNOW_EXECUTOR"][1] for kind in EXECUTORS)


def test_every_setting_of_the_monitors() -> None:
    table = rows("stats.md", "Watching a crawl")
    assert {name: float(cells[0].strip("`")) for name, cells in table.items()} == MONITOR_SETTINGS


def test_every_stat_with_its_unit() -> None:
    table = {name: cells for name, cells in rows("stats.md").items() if name.startswith("winnow/")}
    assert set(table) == set(STATS)
    assert all(unit and meaning for unit, meaning in table.values())
    assert all(f"`{label}`" in table["winnow/blocks/{label}"][1] for label in LABELS)


def test_every_outcome() -> None:
    """The outcomes that the code can name, read from the code."""
    code = "".join(
        (ROOT / "classifier" / name).read_text() for name in ("middleware.py", "plugin/items.py", "plugin/options.py")
    )
    named = set(re.findall(r'Outcome\(f?"([a-z_/{}]+)"', code)) | set(re.findall(r'outcome\.name = "([a-z_]+)"', code))
    named |= set(re.findall(r'"(dropped|low_confidence|filled|overwritten)"', code))
    assert {name.replace("{reason}", "{reason}") for name in named} == set(rows("stats.md", "Outcomes"))


def test_every_field_with_type_example_and_absence() -> None:
    table = rows("fields.md", "^")
    assert set(table) == {*FIELDS, RECORD_FIELD}
    for name, cells in table.items():
        assert len(cells) == 3, name
        assert all(cells), name


def test_every_key_of_comments_forms_and_the_record() -> None:
    assert set(rows("fields.md", "Comments")) == {one.name for one in fields(Comment)}
    section = (DOCS / "fields.md").read_text(encoding="utf-8").partition("\n## Comments\n")[2]
    assert all(f"`{one.name}`" in section for one in fields(CommentItem))
    assert set(rows("fields.md", "Comment forms")) == {one.name for one in fields(CommentForm)}
    assert set(rows("fields.md", "The record")) == set(PROPERTIES[RECORD_FIELD]["anyOf"][1]["properties"])


def test_every_item_field_of_the_project_is_a_field() -> None:
    from crawler.items import Article

    assert {one.name for one in fields(Article)} <= {*FIELDS, RECORD_FIELD, "url"}


def test_every_command_and_option() -> None:
    commands: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## `winnow (\w+)`$", text, re.MULTILINE)) == set(commands)
    for name, one in commands.items():
        options = {
            flag
            for parameter in one.params
            if parameter.param_type_name == "option" and parameter.name != "help"
            for flag in (*parameter.opts, *parameter.secondary_opts)
        }
        assert set(rows("commands.md", f"`winnow {name}`")) == options, name


def test_links_between_pages_lead_somewhere() -> None:
    for page in DOCS.glob("*.md"):
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            if target.startswith(("http", "#")):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve()
            assert file.exists(), f"{page.name}: {target}"
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
            assert not anchor or anchor in anchors, f"{page.name}: {target}"

"""The wheel: what is in it, and what it does in a fresh environment beside projects that are not ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import textwrap
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import COMMENT_FORM, SENTENCES, Site, article

ROOT = Path(__file__).resolve().parents[1]
ADDON = 'ADDONS = {"classifier.addon.WinnowAddon": 450}'
COMPILED = {".so", ".pyd"}
BY_HAND = 'SPIDER_MIDDLEWARES = {"classifier.middleware.WinnowMiddleware": 450}'


def call(*command: object, cwd: Path) -> str:
    # Without PYTHONPATH: what runs must come out of the wheel.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    call(*pip, "--no-build-isolation", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; what the wheel depends on is lent by the environment of the tests."""
    folder = tmp_path_factory.mktemp("environment")
    call(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    call(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel, cwd=folder)
    own = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    # A .pth file adds the folder but does not read the .pth files in it, so that this checkout stays out.
    (own / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site({"/0": article("Old bridge closed", extra=COMMENT_FORM)}) as served:
        yield served


def test_holds_the_library_and_its_models_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "classifier").rglob("*")
        if path.is_file() and path.suffix not in {".pyc", *COMPILED}
    }
    shipped = [*(ROOT / "models").glob("*.npz"), *(ROOT / "models").glob("MODEL_CARD.md")]
    models = {f"classifier/models/{path.name}" for path in shipped}
    compiled = {name for name in names if name.endswith(tuple(COMPILED))}
    assert names - models - compiled == package
    # All of them or none; what Cython's modules share has no source of its own.
    modules = {name.partition(".")[0] for name in compiled} - {"classifier/_shared"}
    assert modules in (set(), {name.removesuffix(".pyx") for name in package if name.endswith(".pyx")})
    assert modules or not os.environ.get("WINNOW_REQUIRE_COMPILED")
    assert models <= names
    assert {"classifier/models/blocks.npz", "classifier/models/forms.npz", "classifier/models/spam.npz"} <= names
    assert "classifier/py.typed" in names
    assert any(name.endswith(".html") for name in names)
    assert any(name.endswith(".ini") for name in names)


def test_the_source_holds_what_its_makefile_trains_from(tmp_path: Path) -> None:
    call(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    (source,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "gold").iterdir()} <= names
    assert {"Makefile", "pyproject.toml", "classifier/training/__init__.py"} <= names


def test_says_what_it_needs(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    lines = archive.read(name).decode().splitlines()
    assert {line.split()[1] for line in lines if line.startswith("Provides-Extra")} == {
        "bench",
        "dev",
        "metadata",
        "monitor",
        "poet",
        "train",
    }
    needed = {line.split()[1] for line in lines if line.startswith("Requires-Dist") and "extra ==" not in line}
    assert not [one for one in needed if one.startswith(("zyte", "spidermon", "scikit", "trafilatura"))]


def test_works_where_it_is_installed(installed: Path, tmp_path: Path) -> None:
    code = (
        "import classifier, classifier.augment.wordings as w; print(classifier.__file__, classifier.extract(P).title)"
    )
    page = article("Old bridge closed")[2].decode()
    output = call(installed, "-c", code.replace("P)", f"{page!r})"), cwd=tmp_path)
    assert str(installed.parents[1]) in output
    assert "Old bridge closed" in output
    (tmp_path / "page.html").write_text(page)
    winnow = installed.with_name("winnow")
    assert call(winnow, "--version", cwd=tmp_path).startswith("winnow ")
    assert json.loads(call(winnow, "extract", "page.html", "--json", cwd=tmp_path))["title"] == "Old bridge closed"
    assert "ok" in call(installed, "-c", "try:\n import crawler\nexcept ImportError:\n print('ok')", cwd=tmp_path)


SPIDER = """
    import dataclasses
    import scrapy
    try:
        from {project}.items import Story
    except ImportError:
        Story = dict

    class Mine(scrapy.Spider):
        name = "mine"
        async def start(self):
            yield scrapy.Request(self.url)
        def parse(self, response):
            yield Story(url=response.url)
"""
OWN_ITEM = """
    import dataclasses

    @dataclasses.dataclass
    class Story:
        url: str
        heading: str = ""
        text: str = ""
"""


def start_project(python: Path, folder: Path, name: str, settings: str) -> Path:
    call(python, "-m", "scrapy", "startproject", name, cwd=folder)
    package = folder / name / name
    path = package / "settings.py"
    # The template has an empty ADDONS line where the add-on's belongs.
    text = path.read_text()
    assert "ADDONS = {}" in text or "ADDONS" not in text
    path.write_text(
        text.replace("ADDONS = {}", "")
        + f"\n{settings}\nTELNETCONSOLE_ENABLED = False\nREMOTE_CONTROL_ENABLED = False\nDOWNLOAD_DELAY = 0\n"
    )
    (package / "spiders" / "mine.py").write_text(textwrap.dedent(SPIDER).format(project=name))
    return folder / name


def crawl(python: Path, project: Path, url: str) -> dict[str, Any]:
    call(python, "-m", "scrapy", "crawl", "mine", "-a", f"url={url}/0", "-O", "items.jsonl", cwd=project)
    (line,) = (project / "items.jsonl").read_text().splitlines()
    item: dict[str, Any] = json.loads(line)
    return item


@pytest.mark.parametrize(
    ("name", "settings"),
    [("desk", ADDON), ("byhand", BY_HAND), ("crawler", ADDON)],
    ids=["add-on", "by-hand", "crawler"],
)
def test_a_project_made_by_startproject(installed: Path, site: Site, tmp_path: Path, name: str, settings: str) -> None:
    item = crawl(installed, start_project(installed, tmp_path, name, settings), site.url)
    assert item["headline"] == "Old bridge closed"
    assert item["articleBody"] == "\n\n".join(SENTENCES)


def test_a_project_with_its_own_item_and_field_names(installed: Path, site: Site, tmp_path: Path) -> None:
    fields = 'WINNOW_FIELDS = {"headline": "heading", "articleBody": "text"}'
    project = start_project(installed, tmp_path, "desk", f"{ADDON}\n{fields}")
    (project / "desk" / "items.py").write_text(textwrap.dedent(OWN_ITEM))
    item = crawl(installed, project, site.url)
    assert item == {"url": f"{site.url}/0", "heading": "Old bridge closed", "text": "\n\n".join(SENTENCES)}

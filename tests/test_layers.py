"""The layers of the package: what may import what, what an import costs, and that Scrapy stays outside."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import classifier

PACKAGE = Path(__file__).resolve().parents[1] / "classifier"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
# Modules that may import Scrapy: the plugin, and the page objects of scrapy-poet.
PLUGIN = ("addon", "middleware", "pages", "monitors", "plugin")
# From the bottom up; a module may import what stands in its own layer or below, never above.
LAYERS = (
    ("labels", "compiled", "exceptions", "files", "resources", "sieve", "urls"),
    ("blocks",),
    ("features",),
    ("model",),
    (
        "forms",
        "challenges",
        "comments",
        "sources",
        "spam",
        "titles",
        "bylines",
        "promos",
        "metadata",
        "rendering",
    ),
    ("rules",),
    ("extraction", ""),
    ("align", "gold", "augment"),
    ("evaluation", "training", "explaining"),
    ("labelling", "cli", "__main__"),
    PLUGIN,
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def top(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(path: Path, *, late: bool) -> set[str]:
    """Names of the modules that a file imports; inside functions too when ``late``. Not for type checking only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    if not late:
        skipped |= {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
        }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "classifier" else set()
            found.add(node.module)
    return found


def test_every_module_has_a_layer() -> None:
    assert {top(module) for module in MODULES} - set(LEVEL) == set()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_nothing_imports_what_stands_above_it(module: str) -> None:
    level = LEVEL[top(module)]
    above = {
        name
        for name in imports(MODULES[module], late=False)
        if name.startswith("classifier.") and top(name) in LEVEL and LEVEL[top(name)] > level and name in MODULES
    }
    assert above == set()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_the_plugin_imports_scrapy(module: str) -> None:
    foreign = {name.partition(".")[0] for name in imports(MODULES[module], late=True)}
    if top(module) not in PLUGIN:
        assert foreign.isdisjoint({"scrapy", "twisted", "itemadapter", "scrapy_poet", "web_poet", "spidermon"})


def test_the_library_does_not_know_the_project_that_uses_it() -> None:
    for module, path in MODULES.items():
        assert not any(name.partition(".")[0] == "crawler" for name in imports(path, late=True)), module


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    ).stdout


def test_extraction_loads_neither_scrapy_nor_what_only_training_needs() -> None:
    code = """
import sys, classifier.extraction
from pathlib import Path
found = classifier.extraction.Extractor().extract(Path("tests/pages/comments/wpdiscuz.html").read_bytes(), "https://a.example/")
assert found.to_dict()["comments"]
heavy = "scrapy twisted sklearn scipy rapidfuzz typer rich tldextract joblib pandas htmldate extruct".split()
print(*[name for name in heavy if name in sys.modules])
"""
    assert run(code).split() == []


def test_a_name_of_the_package_is_imported_when_it_is_asked_for() -> None:
    code = """
import sys, classifier
assert "numpy" not in sys.modules
assert set(classifier.__all__) <= set(dir(classifier))
from classifier import *
print(*(name for name in classifier.__all__ if globals()[name] is not getattr(classifier, name)))
"""
    assert run(code).split() == []
    with pytest.raises(AttributeError, match="has no attribute 'Extracter'"):
        classifier.Extracter  # type: ignore[attr-defined]  # noqa: B018


def test_import_time(record_property: Callable[[str, object], None]) -> None:
    code = "import time; t = time.perf_counter(); import classifier.extraction; print(time.perf_counter() - t)"
    seconds = min(float(run(code)) for _ in range(3))
    record_property("import_seconds", seconds)
    assert seconds < 1.5  # 0.3 on a quiet machine; a shared one takes its time

"""What the demo newspaper consists of: `manifest.json` read into typed records."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent
PAGES: Final = ROOT / "pages"
SITE: Final = ROOT / "site"


@dataclass(frozen=True)
class DemoArticle:
    """One article page of the demo newspaper.

    Parameters
    ----------
    path : str
        URL path with query, as a browser would ask for it.
    file : Path
        The labelled HTML file, in the charset that it declares.
    template : str
        Name of the template (the folder that the file is in).
    language : str
        ISO 639-1 code.
    charset : str
        Python name of the encoding of the file.
    found_by : tuple of str
        Where the site links to it: any of ``index``, ``section``, ``related``, ``sitemap``, ``feed``.
    """

    path: str
    file: Path
    template: str
    language: str
    charset: str
    found_by: tuple[str, ...]


@dataclass(frozen=True)
class DemoFile:
    """One answer of the demo site: a file, how it is announced, and whether it is served compressed."""

    file: Path
    content_type: str
    gzip: bool = False


@lru_cache(maxsize=1)
def _manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    return loaded


def articles() -> list[DemoArticle]:
    """Return every complete article page, in the order of the manifest (the truncated page is not one of them)."""
    return [
        DemoArticle(
            path=entry["path"],
            file=PAGES / entry["file"],
            template=entry["file"].split("/")[0],
            language=entry["language"],
            charset=entry.get("charset", "utf-8"),
            found_by=tuple(entry["found_by"]),
        )
        for entry in _manifest()["articles"]
    ]


def redirects() -> dict[str, str]:
    """Return old path -> new path."""
    return dict(_manifest()["redirects"])


def files() -> dict[str, DemoFile]:
    """Return every URL path that answers 200, with the file behind it."""
    routes = {article.path: DemoFile(article.file, _html_type(article)) for article in articles()}
    for path, entry in _manifest()["files"].items():
        routes[path] = DemoFile(SITE / entry["file"], entry["type"], bool(entry.get("gzip")))
    return routes


def _html_type(article: DemoArticle) -> str:
    # Pages in an older charset come without one in the header, so that the <meta> has to be read, as on the real web.
    return "text/html; charset=utf-8" if article.charset == "utf-8" else "text/html"

"""The bundled demo newspaper: labelled pages in many templates, served on loopback."""

from typing import TYPE_CHECKING, Any

from crawler.demo.manifest import DemoArticle, articles

if TYPE_CHECKING:
    from crawler.demo.server import DemoSite

__all__ = ["DemoArticle", "DemoSite", "articles"]


def __getattr__(name: str) -> Any:
    # Imported late: `python -m crawler.demo.server` warns when the package has imported the module already.
    if name == "DemoSite":
        from crawler.demo.server import DemoSite

        return DemoSite
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""The bundled demo newspaper: labelled pages in many templates, served on loopback."""

from crawler.demo.manifest import DemoArticle, articles
from crawler.demo.server import DemoSite

__all__ = ["DemoArticle", "DemoSite", "articles"]

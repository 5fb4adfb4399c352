"""Other extractors behind one interface: decoded HTML in, text of the article out.

Each is optional. What a tool returns besides text is turned into text outside the measured time. None of them is tuned:
they run as their documentation shows, without downloads.
"""

from __future__ import annotations

import importlib
import logging
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from benchmarks.common import say

_LANGUAGE: Final = re.compile(r"<html[^>]{0,500}\blang=[\"']?([a-z]{2})", re.IGNORECASE)
_URL: Final = "http://page.invalid/"  # newspaper4k wants an address; nothing is fetched from it

Run = Callable[[str], Any]


@dataclass(frozen=True)
class Peer:
    """One extractor.

    Attributes
    ----------
    name : str
        As in the tables.
    package : str
        Distribution that provides it.
    make : callable
        Imports it and gives the function to measure.
    text : callable
        What makes text of the function's result; not measured.
    """

    name: str
    package: str
    make: Callable[[], Run]
    text: Callable[[Any], str] = lambda result: result or ""

    @property
    def version(self) -> str:
        """Installed version; empty where there is none."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return ""


def _trafilatura(**options: bool) -> Callable[[], Run]:
    def make() -> Run:
        extract = importlib.import_module("trafilatura").extract
        return lambda html: extract(html, include_comments=False, **options)

    return make


def _readability() -> Run:
    document = importlib.import_module("readability").Document
    return lambda html: document(html).summary(html_partial=True)


def _text_of_html(html: str) -> str:
    from classifier.blocks import segment
    from classifier.blocks.parsing import parse

    return "\n".join(segment(parse(html)[0]).texts) if html else ""


def _newspaper() -> Run:
    newspaper = importlib.import_module("newspaper")

    def run(html: str) -> str:
        article = newspaper.Article(_URL, fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return str(article.text)

    return run


def _goose() -> Run:
    goose = importlib.import_module("goose3").Goose({"enable_image_fetching": False, "strict": False})
    return lambda html: goose.extract(raw_html=html).cleaned_text


def _justext() -> Run:
    justext = importlib.import_module("justext")
    known = {
        pair.partition("=")[0]: pair.partition("=")[2]
        for pair in (
            "cs=Czech da=Danish de=German el=Greek es=Spanish fi=Finnish fr=French hu=Hungarian it=Italian ko=Korean "
            "nl=Dutch pl=Polish pt=Portuguese ro=Romanian ru=Russian sv=Swedish tr=Turkish uk=Ukrainian vi=Vietnamese"
        ).split()
    }

    @cache
    def stop_list(language: str) -> Any:
        return justext.get_stoplist(known.get(language, "English"))

    def run(html: str) -> str:
        declared = _LANGUAGE.search(html)
        paragraphs = justext.justext(html, stop_list(declared[1].lower() if declared else "en"))
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    return run


def _boilerpy() -> Run:
    extractors = importlib.import_module("boilerpy3.extractors")
    extractor = extractors.ArticleExtractor()
    return lambda html: extractor.get_content(html)


def _resiliparse() -> Run:
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return lambda html: extract(html, main_content=True, alt_texts=False, list_bullets=False)


def _news_please() -> Run:
    news_please = importlib.import_module("newsplease").NewsPlease
    return lambda html: news_please.from_html(html, url=None, fetch_images=False).maintext


def _rs_trafilatura() -> Run:
    return importlib.import_module("rs_trafilatura").extract


def _main_content(result: Any) -> str:
    return str(getattr(result, "content_text", result) or "")


PEERS: Final = (
    Peer("trafilatura", "trafilatura", _trafilatura()),
    Peer("trafilatura fast", "trafilatura", _trafilatura(fast=True)),
    Peer("trafilatura precision", "trafilatura", _trafilatura(favor_precision=True)),
    Peer("trafilatura recall", "trafilatura", _trafilatura(favor_recall=True)),
    Peer("readability-lxml", "readability-lxml", _readability, _text_of_html),
    Peer("newspaper4k", "newspaper4k", _newspaper),
    Peer("goose3", "goose3", _goose),
    Peer("jusText", "jusText", _justext),
    Peer("boilerpy3", "boilerpy3", _boilerpy),
    Peer("resiliparse", "resiliparse", _resiliparse),
    Peer("news-please", "news-please", _news_please),
    Peer("rs-trafilatura", "rs-trafilatura", _rs_trafilatura, _main_content),
)


@dataclass
class Tool:
    """A peer that is installed.

    Attributes
    ----------
    peer : Peer
        Which.
    run : callable
        From decoded HTML to its raw result; raises what it raises.
    failures : int
        Pages on which `extract` caught an error.
    """

    peer: Peer
    run: Run
    failures: int = 0

    @property
    def name(self) -> str:
        """As in the tables."""
        return self.peer.name

    def extract(self, html: str) -> str | None:
        """Text of the article; None, and counted, where the tool fails."""
        try:
            return self.peer.text(self.run(html))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # Rust panics are no Exceptions; a tool may fail in any way, and that is a result
            self.failures += 1
            return None


def tools(names: Iterable[str] | None = None) -> list[Tool]:
    """Import the peers that are installed.

    Parameters
    ----------
    names : iterable of str, optional
        Only these.

    Returns
    -------
    list of Tool
        In the order of `PEERS`; a missing one is skipped with a message.
    """
    wanted = None if names is None else set(names)
    if wanted and (unknown := wanted - {peer.name for peer in PEERS}):
        raise SystemExit(f"unknown tools {', '.join(sorted(unknown))}; known: {', '.join(p.name for p in PEERS)}")
    logging.getLogger().setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    found = []
    for peer in PEERS:
        if wanted is None or peer.name in wanted:
            try:
                found.append(Tool(peer, peer.make()))
            except ImportError as error:
                say(f"skipped {peer.name}: {error} (pip install {peer.package})")
    return found

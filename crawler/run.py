"""Run a crawl and show what came of it: `python -m crawler [--url URL] [--output articles.jsonl]`."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings

import crawler.settings
from classifier.plugin.items import count_words
from crawler.demo.server import DemoSite
from crawler.items import Article
from crawler.spiders.news import NewsSpider
from crawler.urls import absolute

MAX_PAGES = 100
# For servers on this machine, which need no patience.
_HURRY: dict[str, Any] = {"DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 4}
# What the table leaves out: it is the article.
_KEPT = ("title", "byline", "body")


def main(argv: list[str] | None = None) -> int:
    """Crawl the demo newspaper, or the site of ``--url``; return the exit code."""
    options = _arguments(argv)
    messages = Console(stderr=True)
    with _site(options.url, messages) as (url, settings):
        settings["FEEDS"] = {options.output: {"format": "jsonlines", "overwrite": True, "store_empty": True}}
        crawl = Crawl(url, options.max_pages, settings, messages)
        crawl.run()
    width = None if sys.stdout.isatty() else 120
    return report(crawl.articles, crawl.stats, options.output, Console(width=width))


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crawler", description=__doc__)
    parser.add_argument("--url", type=_url, help="site to crawl (default: the bundled demo newspaper)")
    parser.add_argument(
        "--output", type=_output, default="articles.jsonl", help="JSON Lines file to write, overwritten"
    )
    parser.add_argument("--max-pages", type=_number, default=MAX_PAGES, help="pages to fetch at most (default: 100)")
    return parser.parse_args(argv)


def _url(value: str) -> str:
    try:
        return absolute(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _output(value: str) -> str:
    path = Path(value)
    folder = path.resolve().parent
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(folder)!r}")
    if path.is_dir() or not os.access(path if path.exists() else folder, os.W_OK):
        raise argparse.ArgumentTypeError(f"cannot write to {value!r}")
    return value


def _number(value: str) -> int:
    if not value.isdigit() or not int(value):
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, got {value!r}")
    return int(value)


@contextlib.contextmanager
def _site(url: str | None, messages: Console) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the address to crawl and the settings that differ for it."""
    if url:
        own = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
        messages.print(
            f"Crawling {url}{'' if own else ', one page a second'}. Ctrl-C ends it, keeping what is finished."
        )
        yield url, dict(_HURRY) if own else {}
        return
    with DemoSite() as demo:
        messages.print(f"Crawling the demo newspaper at {demo.url}")
        yield demo.url, dict(_HURRY)


class Crawl:
    """One run of `scrapy crawl news` with a progress bar.

    Parameters
    ----------
    url : str
        Where to begin.
    max_pages : int
        Pages to fetch at most.
    settings : mapping
        What differs from `crawler.settings`.
    messages : rich.console.Console
        For the bar and for warnings.
    """

    def __init__(self, url: str, max_pages: int, settings: Mapping[str, Any], messages: Console) -> None:
        self.url = url
        self.max_pages = max_pages
        self.settings = Settings()
        self.settings.setmodule(crawler.settings, priority="project")
        self.settings.setdict({"LOG_ENABLED": False, "WINNOW_SUMMARY": False, **settings}, priority="cmdline")
        self.articles: list[Article] = []
        self.stats: dict[str, Any] = {}
        # Through the console and not by Scrapy's own handler, or bar and messages would overwrite each other.
        handler = RichHandler(console=messages, show_path=False, level=logging.WARNING)
        logging.basicConfig(level=logging.WARNING, handlers=[handler], format="%(message)s", force=True)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=messages,
        )

    def run(self) -> None:
        """Crawl to the end, or until Ctrl-C."""
        process = CrawlerProcess(self.settings)
        made = process.create_crawler(NewsSpider)
        made.signals.connect(self._item, signal=signals.item_scraped)
        made.signals.connect(self._page, signal=signals.response_received)
        made.signals.connect(self._page, signal=signals.spider_closed)
        self._task = self._bar.add_task("pages", total=None)
        self._crawler: Crawler = made
        with self._bar:
            process.crawl(made, url=self.url, max_pages=self.max_pages)
            # Until here Ctrl-C may simply end us (see __main__); Scrapy puts its own handler in the place of Python's.
            if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
                signal.signal(signal.SIGINT, signal.default_int_handler)
            process.start()
        if made.stats is not None:
            self.stats = dict(made.stats.get_stats())

    def _item(self, item: Any) -> None:
        self.articles.append(item)
        self._page()

    def _page(self) -> None:
        spider = self._crawler.spider
        if isinstance(spider, NewsSpider):
            frontier = spider.frontier
            self._bar.update(
                self._task,
                description=f"pages, {len(self.articles)} articles",
                completed=frontier.taken - frontier.under_way,
                total=min(frontier.taken + len(frontier), frontier.max_pages),
            )


def report(articles: list[Article], stats: Mapping[str, Any], output: str, out: Console) -> int:
    """Print the table of articles and what became of the rest; return the exit code."""
    if articles:
        out.print(_table(articles))
    dropped = stats.get("winnow/items/dropped", 0)
    failed = stats.get("winnow/items/failed", 0)
    out.print(f"Articles: {len(articles)}. Other pages, dropped: {dropped}. Pages that could not be read: {failed}.")
    if stats.get("finish_reason") == "shutdown":
        out.print("Interrupted: this is what was finished.")
    out.print(f"Written to {Path(output).resolve()}", soft_wrap=True)
    if articles and not stats.get("winnow/pages"):
        out.print("The classifier did not run (the reason is among the messages above): these pages are as they came.")
        return 1
    if not articles and not stats.get("downloader/response_status_count/200"):
        out.print("No page could be fetched. Is the address right, and does robots.txt allow the crawl?")
        return 1
    return 0


def _table(articles: list[Article]) -> Table:
    table = Table(title="Articles", title_justify="left")
    table.add_column("page", overflow="fold", max_width=36)
    table.add_column("title", max_width=44)
    table.add_column("body words", justify="right")
    table.add_column("set aside (blocks)")
    for article in articles:
        table.add_row(
            _path(article.url),
            article.headline or "",
            str(count_words(article.articleBody or "")),
            _set_aside(article),
        )
    return table


def _path(url: str) -> str:
    return "/" + url.partition("://")[2].partition("/")[2]


def _set_aside(article: Article) -> str:
    blocks: dict[str, int] = (article.winnow or {}).get("blocks", {})
    return ", ".join(f"{label} {count}" for label, count in sorted(blocks.items()) if label not in _KEPT)

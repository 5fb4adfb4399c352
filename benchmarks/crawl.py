"""What the add-on costs a crawl: pages per second and event-loop delay, with and without it.

`python benchmarks/crawl.py [--pages 400] [--runs 3] [--latency 0] [--json]`. A server in a process of its own serves
the demo newspaper's articles; runs of the variants alternate, so that a busy machine slows all of them alike. With
``--latency`` it answers after so many milliseconds, as sites that are not on loopback do. The variant ``trafilatura``
calls ``trafilatura.extract`` in the callback (extra ``bench``).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

SPIDER = """
import asyncio, json, time
import scrapy

class Bench(scrapy.Spider):
    name = "bench"
    custom_settings = {"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_LEVEL": "ERROR",
                       "CONCURRENT_REQUESTS": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "WINNOW_SUMMARY": False}
    async def start(self):
        self.delays, self.first = [], None
        self.watch = asyncio.ensure_future(self.measure())
        for number in range(int(self.pages)):
            yield scrapy.Request(f"{self.url}/{number}", dont_filter=True)
    async def measure(self):
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.002)
            self.delays.append(time.perf_counter() - before - 0.002)
    def parse(self, response):
        # The time to start Python, Scrapy and the model is not part of the crawl.
        self.first = self.first or time.perf_counter()
        self.count = getattr(self, "count", -1) + 1
        item = {"url": response.url, "title": response.css("title::text").get()}
        if self.variant == "trafilatura":
            import trafilatura
            item["articleBody"] = trafilatura.extract(response.text, include_comments=True)
        yield item
    def closed(self, reason):
        self.watch.cancel()
        delays = sorted(self.delays)
        stats = self.crawler.stats.get_stats()
        print(json.dumps({"pages_per_second": self.count / (time.perf_counter() - self.first),
            "delay_p95_ms": delays[int(len(delays) * 0.95)] * 1000, "delay_max_ms": delays[-1] * 1000,
            "items": stats.get("item_scraped_count"),
            "ms_per_page": stats.get("winnow/time_ms", 0) / (self.count + 1)}))
"""


def serve(channel: Connection, latency: float) -> None:
    """Serve the demo newspaper's articles under /0, /1, ... until the parent ends."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    from crawler.demo import articles
    from crawler.demo.server import strip_labels

    bodies = [strip_labels(article.file.read_bytes()) for article in articles() if article.charset == "utf-8"]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            time.sleep(latency)
            body = bodies[int(self.path[1:]) % len(bodies)]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    channel.send(f"http://127.0.0.1:{server.server_address[1]}")
    server.serve_forever()


def crawl(spider: Path, variant: str, url: str, pages: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "scrapy", "runspider", str(spider), "-a", f"url={url}", "-a", f"pages={pages}"]
    command += ["-a", f"variant={variant}"]
    if variant.startswith("winnow"):
        command += ["-s", 'ADDONS={"classifier.addon.WinnowAddon": 450}']
    if variant == "winnow, process":
        command += ["-s", "WINNOW_EXECUTOR=process", "-s", "WINNOW_WORKERS=1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=spider.parent)
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    if result["items"] != pages:
        raise SystemExit(f"{variant}: {pages} pages gave {result['items']} items")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds before each answer")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    variants = ["plain", "winnow", "winnow, process"]
    variants += ["trafilatura"] if importlib.util.find_spec("trafilatura") else []
    ours, theirs = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=serve, args=(theirs, options.latency / 1000), daemon=True)
    server.start()
    results: dict[str, list[dict[str, Any]]] = {variant: [] for variant in variants}
    with tempfile.TemporaryDirectory() as folder:
        spider = Path(folder) / "bench.py"
        spider.write_text(SPIDER)
        url = ours.recv()
        for _ in range(options.runs):
            for variant in variants:
                results[variant].append(crawl(spider, variant, url, options.pages))
    server.kill()
    report(
        {
            variant: {name: statistics.median(float(run[name] or 0) for run in runs) for name in runs[0]}
            for variant, runs in results.items()
        },
        options.json,
    )


def report(medians: dict[str, dict[str, float]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(medians))
        return
    table = Table(title="Crawl of a loopback site, medians", title_justify="left")
    for column in ("variant", "pages/s", "of plain", "delay p95 ms", "delay max ms", "reading ms/page"):
        table.add_column(column, justify="left" if column == "variant" else "right")
    for variant, values in medians.items():
        share = values["pages_per_second"] / medians["plain"]["pages_per_second"]
        table.add_row(
            variant,
            f"{values['pages_per_second']:.1f}",
            f"{share:.0%}",
            f"{values['delay_p95_ms']:.1f}",
            f"{values['delay_max_ms']:.1f}",
            f"{values['ms_per_page']:.1f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()

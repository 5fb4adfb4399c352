"""What the add-on costs a crawl: pages per second and event-loop delay, with and without it.

`python -m benchmarks.crawl [--pages 400] [--runs 5] [--latency 0 200] [--saved 200] [--write]`. A server in a process
of its own answers with the demo newspaper's articles, or with saved pages of real sites (``--saved``), after so many
milliseconds: 0 is bare loopback, where the crawler is the bottleneck; 200 is what a site takes that is not on this
machine, with 8 requests under way. Variants: no add-on; the add-on in threads; in one worker process; and
``trafilatura.extract`` in the callback (extra ``bench``). Their runs alternate, so that a busy machine slows all alike;
figures are medians over runs, "of plain" the median of each run's quotient. Times begin with the first page that
arrives and end with the last item. CPU time is that of the crawl's own process: on a machine with a core to spare, it
bounds the pages per second.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from benchmarks.common import OUT, ROOT, machine, markdown, progress, write

SPIDER: Final = """
import asyncio, json, time
import scrapy

class Bench(scrapy.Spider):
    name = "bench"
    custom_settings = {"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_LEVEL": "ERROR",
                       "CONCURRENT_REQUESTS": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "WINNOW_SUMMARY": False}

    @classmethod
    def from_crawler(cls, crawler, **arguments):
        spider = super().from_crawler(crawler, **arguments)
        crawler.signals.connect(spider.scraped, scrapy.signals.item_scraped)
        return spider

    async def start(self):
        self.delays, self.first, self.items = [], None, 0
        self.watch = asyncio.ensure_future(self.measure())
        for number in range(int(self.pages)):
            yield scrapy.Request(f"{self.url}/{number}", dont_filter=True)

    async def measure(self):
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            self.delays.append((time.perf_counter() - before - 0.005) * 1000)

    def parse(self, response):
        if self.first is None:
            # The time to start Python, Scrapy and the model is not part of the crawl.
            self.first, self.delays = (time.perf_counter(), time.process_time()), []
        item = {"url": response.url, "title": response.css("title::text").get()}
        if self.variant == "trafilatura in the callback":
            import trafilatura
            item["articleBody"] = trafilatura.extract(response.text, include_comments=True)
        yield item

    def scraped(self):
        self.items += 1
        self.last = time.perf_counter(), time.process_time()

    def closed(self, reason):
        self.watch.cancel()
        # A crawl of a few pages may end before the first delay is measured.
        delays, stats = sorted(self.delays or [float("nan")]), self.crawler.stats.get_stats()
        elapsed, cpu = (end - begin for begin, end in zip(self.first, self.last))
        print(json.dumps({"items": self.items, "pages_per_second": (self.items - 1) / elapsed,
            "cpu_ms": cpu * 1000 / (self.items - 1), "reading_ms": stats.get("winnow/time_ms", 0) / self.items,
            "delay_median_ms": delays[len(delays) // 2], "delay_p99_ms": delays[int(len(delays) * 0.99)],
            "delay_max_ms": delays[-1]}))
"""
PLAIN: Final = "no add-on"
ADDON: Final = ("-s", 'ADDONS={"classifier.addon.WinnowAddon": 450}')
VARIANTS: Final = {
    PLAIN: (),
    "add-on, threads": ADDON,
    "add-on, one process": (*ADDON, "-s", "WINNOW_EXECUTOR=process", "-s", "WINNOW_WORKERS=1"),
    "trafilatura in the callback": (),
}
# What is printed of a run, in the order of the table.
COLUMNS: Final = {
    "pages_per_second": "pages/s",
    "of_plain": "of plain",
    "cpu_ms": "CPU ms/page",
    "reading_ms": "reading ms/page",
    "delay_median_ms": "delay ms, median",
    "delay_p99_ms": "99 %",
    "delay_max_ms": "max",
}


def serve(channel: Connection, bodies: Sequence[bytes], latency: float) -> None:
    """Serve pages under /0, /1, ... until the parent ends."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Or a body waits 40 ms for the acknowledgement of its headers.
        disable_nagle_algorithm = True

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


def demo_bodies() -> list[bytes]:
    """Article pages of the demo newspaper."""
    from crawler.demo import articles
    from crawler.demo.server import strip_labels

    return [strip_labels(article.file.read_bytes()) for article in articles() if article.charset == "utf-8"]


def saved_bodies(sample: int) -> list[bytes]:
    """Saved pages of real sites, drawn from all sets."""
    from benchmarks.common import BODY_SETS, body_pages, load

    return [one.html.encode("utf-8", "replace") for one in load(body_pages(BODY_SETS, sample, 0))]


def crawl(spider: Path, variant: str, url: str, pages: int) -> dict[str, float]:
    """Crawl once."""
    command = [sys.executable, "-m", "scrapy", "runspider", str(spider), *VARIANTS[variant]]
    for name, value in (("url", url), ("pages", pages), ("variant", variant)):
        command += ["-a", f"{name}={value}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=spider.parent, env=environment)
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    if result["items"] != pages:
        raise SystemExit(f"{variant}: {pages} pages gave {result['items']} items")
    return result


def measure(bodies: Sequence[bytes], latency: float, pages: int, runs: int) -> dict[str, dict[str, float]]:
    """Crawl with every variant in turn; return the medians of each."""
    variants = [name for name in VARIANTS if "trafilatura" not in name or importlib.util.find_spec("trafilatura")]
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, bodies, latency / 1000), daemon=True)
    server.start()
    results: dict[str, list[dict[str, float]]] = {name: [] for name in variants}
    with tempfile.TemporaryDirectory() as folder:
        spider = Path(folder) / "bench.py"
        spider.write_text(SPIDER)
        url = ours.recv()
        for _ in progress(range(runs), f"{latency:g} ms"):
            for name in variants:
                results[name].append(crawl(spider, name, url, pages))
                plain = results[PLAIN][-1]["pages_per_second"]
                results[name][-1]["of_plain"] = results[name][-1]["pages_per_second"] / plain
    server.kill()
    return {
        name: {column: statistics.median(run[column] for run in found) for column in COLUMNS}
        for name, found in results.items()
    }


def report(measured: dict[float, dict[str, dict[str, float]]]) -> str:
    """Write one table per latency."""
    parts = []
    for latency, variants in measured.items():
        rows = [
            [name, *(f"{values[one]:.0%}" if one == "of_plain" else f"{values[one]:.1f}" for one in COLUMNS)]
            for name, values in variants.items()
        ]
        parts.append(f"Answers after {latency:g} ms:\n\n" + markdown(["variant", *COLUMNS.values()], rows))
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=400, help="requests of one crawl")
    parser.add_argument("--runs", type=int, default=5, help="crawls with each variant")
    parser.add_argument(
        "--latency", type=float, nargs="+", default=[0.0, 200.0], help="milliseconds before each answer"
    )
    parser.add_argument("--saved", type=int, metavar="N", help="serve N saved pages of real sites, not the demo")
    parser.add_argument(
        "--write", action="store_true", help=f"write {OUT.relative_to(ROOT) / 'crawl.md'} and .json too"
    )
    options = parser.parse_args()
    bodies = saved_bodies(options.saved) if options.saved else demo_bodies()
    kind = "saved pages of real sites" if options.saved else "articles of the demo newspaper"
    measured = {one: measure(bodies, one, options.pages, options.runs) for one in options.latency}
    size = statistics.mean(map(len, bodies)) / 1000
    load = os.getloadavg()[1] if hasattr(os, "getloadavg") else float("nan")
    text = (
        f"# What the add-on costs a crawl\n\n{len(bodies)} {kind}, {size:.0f} kB in the mean; {options.pages} requests "
        f"a crawl, medians of {options.runs} crawls; {os.cpu_count()} cores, mean load {load:.1f}.\n\n"
        f"{report(measured)}\nMade by `python -m benchmarks.crawl {' '.join(sys.argv[1:])}`; "
        f"{', '.join(f'{name} {value}' for name, value in machine().items())}.\n"
    )
    print(text)
    if options.write:
        name = "crawl-saved" if options.saved else "crawl"
        write(OUT / f"{name}.md", text)
        write(OUT / f"{name}.json", json.dumps(measured, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Worker processes: what goes wrong in them costs at most the page that they read."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from loopback import Site, article

from classifier.plugin.page import Job, PageFailure, PageRecord
from classifier.plugin.pool import _TRIES, ProcessPool, _Worker

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="worker processes need a POSIX system")
URL = "https://www.example.com/bridge"
PAGE = article("Old bridge closed")[2]
JOB = Job(PAGE, URL)


def title(result: Any) -> Any:
    assert isinstance(result, PageRecord), result
    return result.values["headline"]


def test_answers_belong_to_their_pages() -> None:
    pool = ProcessPool(None, 2)
    jobs = [Job(article(f"Story {number}")[2], URL) for number in range(30)]

    async def run() -> list[Any]:
        return await asyncio.gather(*(pool.run(job, 0) for job in jobs))

    results = asyncio.run(run())
    pool.close()
    assert [title(result) for result in results] == [f"Story {number}" for number in range(30)]


def test_a_dead_worker_costs_no_page() -> None:
    pool = ProcessPool(None, 1)

    async def run() -> list[Any]:
        await pool.run(JOB, 0)
        (worker,) = pool._running
        # Stopped, it reads none of these; they wait for it when it dies.
        os.kill(worker._process.pid, signal.SIGSTOP)
        pages = [asyncio.ensure_future(pool.run(JOB, 0)) for _ in range(3)]
        await asyncio.sleep(0.05)
        os.kill(worker._process.pid, signal.SIGKILL)
        return await asyncio.gather(*pages)

    assert [title(result) for result in asyncio.run(run())] == ["Old bridge closed"] * 3
    pool.close()


def test_a_page_over_its_time_does_not_take_the_next_with_it() -> None:
    pool = ProcessPool(None, 1)

    async def run() -> list[Any]:
        await pool.run(JOB, 0)
        os.kill(pool._running[0]._process.pid, signal.SIGSTOP)
        return await asyncio.gather(pool.run(JOB, 0.1), pool.run(JOB, 0))

    late, following = asyncio.run(run())
    pool.close()
    assert isinstance(late, PageFailure)
    assert late.kind == "TimeoutError"
    assert title(following) == "Old bridge closed"


def test_a_cancelled_page_does_not_answer_for_the_next() -> None:
    pool = ProcessPool(None, 1)

    async def run() -> Any:
        await pool.run(JOB, 0)
        # Too large to be sent at once, so that it waits for sure when it is cancelled.
        large = article("Cancelled")[2] + b"<!-- " + b"x" * 5_000_000 + b" -->"
        cancelled = asyncio.ensure_future(pool.run(Job(large, URL), 0))
        await asyncio.sleep(0)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        return await pool.run(JOB, 0)

    assert title(asyncio.run(run())) == "Old bridge closed"
    pool.close()


def test_a_worker_that_cannot_start(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = asyncio.run(ProcessPool(tmp_path / "none.npz", 1).run(JOB, 0))
    assert isinstance(result, PageFailure)
    assert result.kind == "BrokenWorker"
    assert capfd.readouterr().err.count("ModelNotFound") >= _TRIES


def test_pages_larger_than_what_a_socket_holds() -> None:
    pool = ProcessPool(None, 1)
    large = Job(PAGE.replace(b"</body>", b"<!-- " + b"x" * 5_000_000 + b" --></body>"), URL)

    async def run() -> list[Any]:
        return await asyncio.gather(*(pool.run(large, 0) for _ in range(4)))

    assert [title(result) for result in asyncio.run(run())] == ["Old bridge closed"] * 4
    pool.close()


def test_a_worker_ends_with_the_crawl() -> None:
    worker = _Worker(None)

    async def run() -> Any:
        await worker.read(JOB, 0)
        worker._process.send_signal(signal.SIGTERM)  # a service manager sends it to the whole group
        return await worker.read(JOB, 0)

    assert title(asyncio.run(run())) == "Old bridge closed"
    # As when the crawl's process is killed: nobody tells the worker.
    worker._socket.close()
    assert worker._process.wait(timeout=30) == 0


SCRIPT = """
import scrapy
from scrapy.crawler import CrawlerProcess

class Stories(scrapy.Spider):
    name = "stories"
    custom_settings = {"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "WINNOW_EXECUTOR": "process",
                       "ADDONS": {"classifier.addon.WinnowAddon": 450}}

    async def start(self):
        for number in range(3):
            yield scrapy.Request(f"{ADDRESS}/{number}")

    def parse(self, response):
        yield {"url": response.url}

process = CrawlerProcess({"FEEDS": {"items.csv": {"format": "csv", "fields": ["headline"]}}})
process.crawl(Stories)
process.start()
"""


def test_a_script_that_is_not_guarded_runs_once(tmp_path: Path) -> None:
    with Site({f"/{number}": article(f"Story {number}") for number in range(3)}) as site:
        (tmp_path / "run.py").write_text(f"ADDRESS = {site.url!r}\n{SCRIPT}")
        command = [sys.executable, "run.py"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr
        assert sorted(site.requests) == ["/0", "/1", "/2"]
    items = (tmp_path / "items.csv").read_text().split("\n")
    assert sorted(line.strip() for line in items if line) == ["Story 0", "Story 1", "Story 2", "headline"]

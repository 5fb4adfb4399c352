"""Where pages are read: a thread, a worker process, or at once; never more at a time than asked for."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import cast

from classifier.extraction import Extractor
from classifier.plugin.page import Cleaned, CleanJob, Job, PageFailure, PageRecord, attempt
from classifier.plugin.pool import DEPTH, ProcessPool


def has_event_loop() -> bool:
    """Tell whether asyncio runs here: with the asyncio reactor and without a reactor, but not under another one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class Runner:
    """Read pages off the event loop.

    Parameters
    ----------
    model : Path or None
        Model file; None is the shipped one.
    kind : {"thread", "process", "inline"}
        Where pages are read. Without an asyncio loop, always inline.
    workers : int
        Pages read at the same time. More wait here, and Scrapy stops to send requests when too many wait. A second
        thread only takes the interpreter from the first and from the crawl; a second process uses another core.
    timeout : float
        Seconds for one page; 0 = no limit. A thread cannot be stopped: its page is given up, and the thread ends by
        itself. A worker process is killed.

    Raises
    ------
    ModelError
        The model cannot be used. It is loaded here so that a wrong path stops the plugin before the crawl begins.
    """

    def __init__(
        self, model: Path | None = None, kind: str = "thread", workers: int = 1, timeout: float = 30.0
    ) -> None:
        self.kind = kind
        self.workers = workers
        self.timeout = timeout
        self.extractor = Extractor(model)
        # What the model was trained from names it better than a number that someone has to remember to raise.
        self.model_version = str(self.extractor.model.metadata.get("data_digest", "unknown"))[:12]
        self.page_types = tuple(self.extractor.model.page_model.types)
        self._pool = ProcessPool(model, workers) if kind == "process" else None
        # Not the threads of the event loop, which the project's own blocking calls may keep busy.
        self._threads = ThreadPoolExecutor(workers, "winnow")
        self._places = asyncio.Semaphore(workers * DEPTH if self._pool else workers)

    @property
    def needs_bytes(self) -> bool:
        """Whether a job must carry bytes because it goes to another process."""
        return self._pool is not None and has_event_loop()

    def start(self) -> None:
        """Start worker processes, if any will be used, while the first pages are downloaded."""
        if self._pool is not None and has_event_loop():
            self._pool.start()

    async def run(self, job: Job) -> PageRecord | PageFailure:
        """Read one page."""
        return cast("PageRecord | PageFailure", await self._run(job))

    async def clean(self, job: CleanJob) -> Cleaned | PageFailure:
        """Clean one text where pages are read, with the same limit of time."""
        return cast("Cleaned | PageFailure", await self._run(job))

    async def _run(self, job: Job | CleanJob) -> PageRecord | Cleaned | PageFailure:
        if self.kind == "inline" or not has_event_loop():
            return self._attempt(job)
        # The clock starts when the page has a place: waiting for others is not the page's fault.
        async with self._places:
            if self._pool is not None:
                # To the pool a job is what its workers hand to `attempt`.
                return await self._pool.run(cast("Job", job), self.timeout)
            return await self._run_in_thread(job)

    async def _run_in_thread(self, job: Job | CleanJob) -> PageRecord | Cleaned | PageFailure:
        loop = asyncio.get_running_loop()
        reading = loop.run_in_executor(self._threads, copy_context().run, self._attempt, job)
        # asyncio.wait, not wait_for: it leaves a running thread alone instead of waiting for it to notice.
        done, _ = await asyncio.wait({reading}, timeout=self.timeout or None)
        if not done:
            reading.cancel()
            self._leave_threads()
            return PageFailure("TimeoutError", f"not read within {self.timeout:g} s (WINNOW_TIMEOUT)")
        return reading.result()

    def _attempt(self, job: Job | CleanJob) -> PageRecord | Cleaned | PageFailure:
        return attempt(self.extractor, job)

    def _leave_threads(self) -> None:
        """Let the threads end when their pages are done; pages to come get new ones, and wait for none of those."""
        self._threads.shutdown(wait=False)
        self._threads = ThreadPoolExecutor(self.workers, "winnow")

    def close(self) -> None:
        """End the threads, or the worker processes."""
        self._leave_threads()
        if self._pool is not None:
            self._pool.close()

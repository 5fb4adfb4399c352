"""Where pages are read: a thread, a worker process, or at once; never more at a time than asked for."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from classifier.extraction import Extractor
from classifier.plugin.page import Job, PageFailure, PageRecord, attempt

if TYPE_CHECKING:
    from collections.abc import Awaitable

logger = logging.getLogger(__name__)

# A page whose worker was killed on account of another page gets a second and a third try.
_TRIES: Final = 3
# Seconds that a worker process may take to start and load the model, on a machine that is busy with other things too.
_START: Final = 120.0
# Set in worker processes only: a model is loaded once per process.
_worker: Extractor | None = None


def _start_worker(model: Path | None) -> None:
    global _worker  # a pool's initializer has no other place to leave its result
    _worker = Extractor(model)


def _work(job: Job) -> PageRecord | PageFailure:
    assert _worker is not None
    return attempt(_worker, job)


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
        Pages read at the same time. More wait here, and Scrapy stops to send requests when too many wait.
    timeout : float
        Seconds for one page; 0 = no limit. A thread cannot be stopped: its page is given up, and the thread ends by
        itself. A worker process is killed.

    Raises
    ------
    ModelError
        The model cannot be used. It is loaded here so that a wrong path stops the plugin before the crawl begins.
    """

    def __init__(
        self, model: Path | None = None, kind: str = "thread", workers: int = 2, timeout: float = 30.0
    ) -> None:
        self.model = model
        self.kind = kind
        self.workers = workers
        self.timeout = timeout
        self.extractor = Extractor(model)
        # What the model was trained from names it better than a number that someone has to remember to raise.
        self.model_version = str(self.extractor.model.metadata.get("data_digest", "unknown"))[:12]
        self._slots: asyncio.Semaphore | None = None
        self._pool: ProcessPoolExecutor | None = None
        self._starting = 0  # pages that may still meet a worker on its way up

    @property
    def needs_bytes(self) -> bool:
        """Whether a job must carry bytes because it goes to another process."""
        return self.kind == "process" and has_event_loop()

    async def run(self, job: Job) -> PageRecord | PageFailure:
        """Read one page."""
        if self.kind == "inline" or not has_event_loop():
            return attempt(self.extractor, job)
        if self._slots is None:
            self._slots = asyncio.Semaphore(self.workers)
        # The clock starts when the page has a slot: waiting for others is not the page's fault.
        async with self._slots:
            if self.kind == "process":
                return await self._run_in_process(job)
            return await self._limited(asyncio.to_thread(attempt, self.extractor, job))

    async def _limited(
        self, reading: Awaitable[PageRecord | PageFailure], extra: float = 0.0
    ) -> PageRecord | PageFailure:
        task = asyncio.ensure_future(reading)
        # asyncio.wait, not wait_for: it leaves a running thread alone instead of waiting for it to notice.
        done, _ = await asyncio.wait({task}, timeout=self.timeout + extra if self.timeout else None)
        if not done:
            task.cancel()
            return PageFailure("TimeoutError", f"not read within {self.timeout:g} s (WINNOW_TIMEOUT)")
        return task.result()

    async def _run_in_process(self, job: Job) -> PageRecord | PageFailure:
        for _ in range(_TRIES):
            pool = self._pool = self._pool or self._new_pool()
            # Each worker starts with the first page that it gets, which is not the page's fault either.
            extra = _START if self._starting > 0 else 0.0
            self._starting -= 1
            try:
                result = await self._limited(asyncio.wrap_future(pool.submit(_work, job)), extra)
            except BrokenExecutor:
                # A worker died, of this page or because another one's time was up.
                self._discard(pool)
                continue
            if isinstance(result, PageFailure) and result.kind == "TimeoutError":
                self._discard(pool)
            return result
        return PageFailure("BrokenProcessPool", f"the worker process died {_TRIES} times on this page")

    def _new_pool(self) -> ProcessPoolExecutor:
        # "spawn": a fork of a process with threads and a running loop may deadlock.
        context = multiprocessing.get_context("spawn")
        self._starting = self.workers
        return ProcessPoolExecutor(self.workers, context, initializer=_start_worker, initargs=(self.model,))

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        if pool is self._pool:
            self._pool = None
        # The executor has no public way to end a worker that does not come back.
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.kill()
        pool.shutdown(wait=False)

    def close(self) -> None:
        """End the worker processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

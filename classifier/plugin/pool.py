"""Worker processes that read pages.

Each worker has one socket, served by the crawl's own event loop: no threads that would compete with it for the
interpreter, and a page is on its way to a worker while that reads the one before. Unlike `multiprocessing`, a worker
does not run the main script of the crawl again, which on this side of ``if __name__ == "__main__"`` is a crawl.
"""

from __future__ import annotations

import asyncio
import pickle
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from classifier.extraction import Extractor
from classifier.plugin.page import Job, PageFailure, PageRecord, attempt

# Pages at one worker: the one that it reads and the next.
DEPTH: Final = 2
# A page whose worker was ended on account of another page gets a second and a third try.
_TRIES: Final = 3
# Seconds that a worker may take to start and load the model, on a machine that is busy with other things too.
_START: Final = 120.0
_COMMAND: Final = "import sys; sys.path[:] = sys.argv[2:]; from classifier.plugin.pool import work; work(sys.argv[1])"
_LENGTH: Final = 8  # bytes that say how long a reply is


class ProcessPool:
    """Workers for the pages of one crawl.

    Parameters
    ----------
    model : Path or None
        Model file; None is the shipped one.
    workers : int
        Processes.
    """

    def __init__(self, model: Path | None, workers: int) -> None:
        self.model = model
        self.workers = workers
        self._running: list[_Worker] = []

    def start(self) -> None:
        """Start the processes that are not running yet; does not wait for them."""
        while len(self._running) < self.workers:
            self._running.append(_Worker(self.model))

    async def run(self, job: Job, timeout: float) -> PageRecord | PageFailure:
        """Read one page.

        Parameters
        ----------
        job : Job
            With the page as text or bytes.
        timeout : float
            Seconds from when the worker turns to the page; 0 = no limit. A worker that takes longer is replaced.
        """
        for _ in range(_TRIES):
            self.start()
            worker = min(self._running, key=lambda one: one.pages)
            try:
                return await worker.read(job, timeout)
            except asyncio.TimeoutError:
                self._end(worker)
                return PageFailure("TimeoutError", f"not read within {timeout:g} s (WINNOW_TIMEOUT)")
            except (EOFError, OSError):
                # It died, of this page or because another one's time was up.
                self._end(worker)
            except BaseException:
                # Cancelled: its reply would be taken for that of the next page.
                self._end(worker)
                raise
        return PageFailure("BrokenWorker", f"the worker process died {_TRIES} times on this page")

    def _end(self, worker: _Worker) -> None:
        if worker in self._running:
            self._running.remove(worker)
            worker.end()

    def close(self) -> None:
        """End the processes."""
        for worker in list(self._running):
            self._end(worker)


class _Worker:
    """One process, and what the crawl's side knows of it."""

    def __init__(self, model: Path | None) -> None:
        self.pages = 0  # sent or about to be, and not answered
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        command = [sys.executable, "-c", _COMMAND, str(model or ""), *map(str, sys.path)]
        with theirs:
            self._process = subprocess.Popen(command, stdin=theirs.fileno())
        self._sending = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._ready = False
        self._expired = False

    async def read(self, job: Job, timeout: float) -> PageRecord | PageFailure:
        """Send a page and wait for what it holds. Both locks are fair: replies come in the order of the pages."""
        loop = asyncio.get_running_loop()
        self.pages += 1
        try:
            async with self._sending:
                await loop.sock_sendall(self._socket, pickle.dumps(job))
            async with self._turn:
                if not self._ready:
                    await self._receive(loop, _START)
                    self._ready = True
                # The clock starts here: waiting for the page before is not this page's fault.
                result: PageRecord | PageFailure = await self._receive(loop, timeout)
                return result
        finally:
            self.pages -= 1
            if not self.pages and self._process.returncode is not None:
                self._socket.close()

    async def _receive(self, loop: asyncio.AbstractEventLoop, timeout: float) -> Any:
        """Return a reply. A timer that kills the process costs less than the task that `asyncio.wait_for` makes."""
        timer = loop.call_later(timeout, self._expire) if timeout else None
        try:
            length = int.from_bytes(await self._exactly(loop, _LENGTH), "big")
            return pickle.loads(await self._exactly(loop, length))
        except (EOFError, OSError):
            if self._expired:
                self._expired = False  # who waits for its turn has its time before it
                raise asyncio.TimeoutError from None
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def _expire(self) -> None:
        self._expired = True
        self._process.kill()

    async def _exactly(self, loop: asyncio.AbstractEventLoop, length: int) -> bytes:
        data = b""
        while len(data) < length:
            part = await loop.sock_recv(self._socket, length - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def end(self) -> None:
        """Kill the process. Who waits for it gets an `EOFError` or `OSError`; the last one closes the socket."""
        self._process.kill()
        self._process.wait()
        if not self.pages:
            self._socket.close()


def work(model: str) -> None:
    """Read the pages that come over the standard input, which is a socket, until the crawl's process closes it.

    Parameters
    ----------
    model : str
        Path of the model file; "" is the shipped one.
    """
    # Ctrl-C and a service manager's SIGTERM reach the whole group: the crawl decides when its workers end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    extractor = Extractor(Path(model) if model else None)
    with suppress(EOFError, OSError, pickle.UnpicklingError), socket.socket(fileno=0) as connection:
        _reply(connection, None)
        with connection.makefile("rb") as pages:
            while True:
                _reply(connection, attempt(extractor, pickle.load(pages)))


def _reply(connection: socket.socket, result: PageRecord | PageFailure | None) -> None:
    try:
        data = pickle.dumps(result)
    except Exception as error:
        data = pickle.dumps(PageFailure(type(error).__name__, str(error)))
    connection.sendall(len(data).to_bytes(_LENGTH, "big") + data)

"""Serve the demo newspaper on loopback, for `make crawl` and for tests."""

import argparse
import gzip
import re
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final

from crawler.demo.manifest import DemoFile, files, redirects

# The pages name their own site by this address; the server writes the real host and port in its place.
PLACEHOLDER: Final = b"http://demo.invalid"

# Bytes, not text: the markup must reach the reader exactly as written, in whatever charset. White space, "=" and
# quotes are never trail bytes in GBK or Shift_JIS, so the pattern cannot begin inside a character.
_LABEL: Final = re.compile(rb"""\s+data-winnow-label\s*=\s*(?:"[^"]*"|'[^']*')""")


def strip_labels(page: bytes) -> bytes:
    """Return a page without its `data-winnow-label` attributes and otherwise byte for byte as written."""
    return _LABEL.sub(b"", page)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Tests start and stop many sites; a crawl that is cut off must not keep a thread waiting.
    block_on_close = False

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.files = files()
        self.redirects = redirects()
        self.requests: list[str] = []
        self.posts: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def content(self, found: DemoFile) -> bytes:
        data = found.file.read_bytes()
        if found.content_type.startswith(("text/", "application/")) and found.file.suffix != ".pdf":
            data = strip_labels(data).replace(PLACEHOLDER, self.url.encode())
        return gzip.compress(data, mtime=0) if found.gzip else data


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "DemoNewspaper"

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        path = self.path
        if path in self.server.redirects:
            self._answer(HTTPStatus.MOVED_PERMANENTLY, b"", location=self.server.redirects[path])
            return
        # "?replytocom=4" and "?q=tram" answer like the page without them, as on most sites.
        found = self.server.files.get(path) or self.server.files.get(path.partition("?")[0])
        if found is None:
            self._answer(HTTPStatus.NOT_FOUND, self.server.content(self.server.files["/404.html"]))
        else:
            self._answer(HTTPStatus.OK, self.server.content(found), found.content_type)

    do_HEAD = do_GET  # noqa: N815 - name given by the base class

    def do_POST(self) -> None:
        # Nothing that Winnow runs may come here; tests read this list to hold it to that.
        self.server.posts.append(self.path)
        self._answer(HTTPStatus.METHOD_NOT_ALLOWED, b"")

    def _answer(
        self, status: HTTPStatus, data: bytes, content_type: str = "text/html; charset=utf-8", location: str = ""
    ) -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the crawl that runs beside it has the terminal."""


class DemoSite:
    """The demo newspaper on 127.0.0.1, for as long as the `with` block runs.

    Parameters
    ----------
    port : int, optional
        TCP port; 0 takes a free one.

    Examples
    --------
    >>> with DemoSite() as site:
    ...     site.url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "DemoSite":
        self._server = _Server(self._port)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server = self._running()
        server.shutdown()
        server.server_close()
        if self._thread is not None:
            self._thread.join(timeout=5)

    @property
    def url(self) -> str:
        """Address without a trailing slash."""
        return self._running().url

    @property
    def requests(self) -> list[str]:
        """Paths asked for so far by GET or HEAD, in order."""
        return list(self._running().requests)

    @property
    def posts(self) -> list[str]:
        """Paths that someone posted to."""
        return list(self._running().posts)

    def _running(self) -> _Server:
        if self._server is None:
            raise RuntimeError("The demo site is not running: use it as `with DemoSite() as site:`.")
        return self._server


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve the demo newspaper on loopback until Ctrl-C.")
    parser.add_argument("--port", type=int, default=8080, help="TCP port on 127.0.0.1 (default: %(default)s, 0: any)")
    with DemoSite(parser.parse_args().port) as site:
        print(f"Demo newspaper at {site.url}/ (Ctrl-C stops it)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()

"""The web server of `winnow label`: one page and a few JSON answers, on this machine only."""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from classifier.labelling import Session, answer

logger = logging.getLogger(__name__)

_TEMPLATE: Final = Path(__file__).parent / "page.html"
_MAX_BODY: Final = 8_000_000  # labels of 300,000 blocks
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; frame-ancestors 'none'"
)


class LabelServer(ThreadingHTTPServer):
    """Serves one labelling session on 127.0.0.1.

    Every request must carry the token of this run and name this host: other users of the machine, and other pages in
    the same browser, get nothing.

    Parameters
    ----------
    session : Session
        The pages.
    port : int
        0 takes any free one.
    """

    daemon_threads = True

    def __init__(self, session: Session, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.session = session
        self.token = secrets.token_urlsafe(24)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log a request that failed; a browser that hung up is no event."""
        logger.log(
            logging.DEBUG if isinstance(sys.exc_info()[1], ConnectionError) else logging.ERROR,
            "A request was not answered: %r",
            sys.exc_info()[1],
        )

    @property
    def url(self) -> str:
        """Address to open, with the token."""
        return f"http://127.0.0.1:{self.server_address[1]}/?token={self.token}"


class _Handler(BaseHTTPRequestHandler):
    server: LabelServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)

    def _handle(self, method: str) -> None:
        length = self.headers.get("Content-Length") or "0"
        try:
            parts = urlsplit(self.path)
        except ValueError as error:  # "http://["
            self._refuse(400, f"expected a path, got {self.path!r} ({error})")
            return
        if not (length.isascii() and length.isdecimal()):
            self._refuse(400, f"expected Content-Length to be a number, got {length!r}")
            return
        if len(length) > len(str(_MAX_BODY)) or int(length) > _MAX_BODY:
            self._refuse(413, f"expected at most {_MAX_BODY:,} bytes, got {length}")
            return
        body = self.rfile.read(int(length))
        if not self._is_ours(parts.query):
            self._send(403, {"error": "expected the address that `winnow label` printed, with its token"})
        elif method == "GET" and parts.path == "/":
            self._write(200, "text/html; charset=utf-8", _TEMPLATE.read_bytes())
        else:
            self._send(*answer(self.server.session, method, parts.path, lambda: json.loads(body)))

    def _is_ours(self, query: str) -> bool:
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        token = self.headers.get("X-Winnow-Token") or parse_qs(query).get("token", [""])[0]
        return host in ("127.0.0.1", "localhost") and hmac.compare_digest(token.encode(), self.server.token.encode())

    def _refuse(self, status: int, error: str) -> None:
        """Answer and hang up: where the body of the request ends is not known."""
        self.close_connection = True
        self._send(status, {"error": error})

    def _send(self, status: int, record: Any) -> None:
        self._write(status, "application/json", json.dumps(record).encode())

    def _write(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", _POLICY)
        self.end_headers()
        self.wfile.write(body)

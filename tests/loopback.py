"""A small web server for whole crawls: a dict of pages, and a list of what was asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

Answer = tuple[int, str, bytes]


class Site:
    """Serve `pages` (path -> status, content type, body) on loopback while the context is open.

    ``{site}`` in a body becomes the address of the server. A body that begins with ``->`` is a redirect.
    """

    def __init__(self, pages: Mapping[str, Answer], delay: float = 0.0) -> None:
        self.pages = dict(pages)
        self.delay = delay
        self.requests: list[str] = []

    def __enter__(self) -> Site:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.requests.append(self.path)
                time.sleep(site.delay)
                status, kind, body = site.pages.get(self.path, (404, "text/plain", b"not found"))
                self.send_response(status)
                if body.startswith(b"->"):
                    self.send_header("Location", body[2:].decode())
                    body = b""
                body = body.replace(b"{site}", site.url.encode())
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def html(body: str, head: str = "") -> Answer:
    return 200, "text/html; charset=utf-8", f"<html><head>{head}</head><body>{body}</body></html>".encode()


def xml(body: str) -> Answer:
    return 200, "application/xml", f'<?xml version="1.0"?>{body}'.encode()


SENTENCES = (
    "The town council voted on Tuesday to close the old bridge over the river for eighteen months of repairs.",
    "Engineers found cracks in two of its five pillars last spring, and lorries have been banned from it since.",
    "Shop owners on the east bank fear that customers will stay away while the bridge is shut, said their chairwoman.",
    "A ferry is to carry pedestrians and cyclists over every ten minutes between six in the morning and ten at night.",
    "The work will cost eleven million, of which the state pays a little less than half, according to the treasurer.",
    "Her opponents say that a new bridge would cost only twice as much, and would last three times as long.",
    "Builders are expected to move in after the summer fair, when the last of the stalls have left the embankment.",
)


def article(title: str, *sentences: str, extra: str = "", head: str = "") -> Answer:
    """A plain article page with a menu, a footer and, after the text, `extra`."""
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in (*sentences, *SENTENCES))
    return html(
        '<nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/imprint">Imprint</a></li></ul></nav>'
        f'<article class="post"><h1 class="entry-title">{title}</h1>'
        '<p class="byline">By Ann Writer, 3 May 2024</p>'
        f'<div class="entry-content">{paragraphs}</div></article>{extra}'
        '<footer><p>© 2024 The Daily Bridge. <a href="/privacy">Privacy policy</a></p></footer>',
        f'<title>{title} | The Daily Bridge</title><meta property="og:type" content="article">{head}',
    )


COMMENT_FORM = (
    '<div id="respond" class="comment-respond"><h3 id="reply-title">Leave a Reply</h3>'
    '<form action="/wp-comments-post.php" method="post" id="commentform" class="comment-form">'
    '<p class="comment-notes">Your email address will not be published. Required fields are marked *</p>'
    '<p><label for="comment">Comment *</label><textarea id="comment" name="comment"></textarea></p>'
    '<p><label for="author">Name *</label><input id="author" name="author"></p>'
    '<p><label for="email">Email *</label><input id="email" name="email"></p>'
    '<p class="captcha"><label>8 + 1 = <input name="mc-value" size="2"></label></p>'
    '<p><input type="submit" value="Post Comment"></p></form></div>'
)

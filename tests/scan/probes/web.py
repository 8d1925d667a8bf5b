"""A small web server for probes: fixed answers by path, and a list of what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from sentinel.scan.probes.exchange import Target

Pages = Mapping[str, tuple[int, str, bytes]]
"""Status, content type and body by path, the query being part of the path."""


@contextmanager
def web_server(pages: Pages, base: str = "") -> Iterator[tuple[Target, list[str]]]:
    """Serve `pages` on loopback; others are not found."""
    asked: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.requestline)
            status, kind, body = pages.get(self.path, (404, "text/plain", b"MARKER"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Target("127.0.0.1", server.server_address[1], path=base), asked
        finally:
            server.shutdown()
            thread.join()


def answer(status: int, kind: str, body: bytes, *headers: str) -> bytes:
    """Return a whole answer."""
    more = "".join(f"{header}\r\n" for header in headers)
    return f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body

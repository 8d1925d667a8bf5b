"""A server between client and cluster on loopback that does what networks and busy clusters do."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import urllib3

Plan = Callable[[str, bytes], str]
"""What happens to a request, by its path and body: "" nothing, a fault by name, `=` and the answer in its place."""
DELAY = 0.1
HOP = {"connection", "transfer-encoding", "content-encoding", "content-length", "keep-alive"}
PRODUCT = ("X-Elastic-Product", "Elasticsearch")


@dataclass
class Between:
    """A proxy under way: its address, what it does and how often it did it, and bytes that it answered with."""

    url: str
    plan: Plan
    target: str
    done: dict[str, int] = field(default_factory=dict)
    answered: int = 0


class Line(ThreadingHTTPServer):
    """A server that says nothing of clients that are gone: they were killed."""

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- as the base class has it
        """Show what is no broken connection."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@contextmanager
def between(target: str, plan: Plan) -> Iterator[Between]:
    """Give a proxy to `target` that does what `plan` says of each request."""
    pool = urllib3.PoolManager(num_pools=4, maxsize=8)
    server = Line(("127.0.0.1", 0), BaseHTTPRequestHandler)
    proxy = Between(f"http://127.0.0.1:{server.server_address[1]}", plan, target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = proxy.plan(self.path, body)
            proxy.done[fault] = proxy.done.get(fault, 0) + 1
            if fault in {"403", "404", "413", "429", "503"}:
                self._answer(int(fault), [PRODUCT], b'{"error":{"type":"said_so","reason":"a test"}}')
                return
            if fault == "drop":
                self.close_connection = True
                return
            kept = {key: value for key, value in self.headers.items() if key.lower() not in {*HOP, "host"}}
            kept["Accept-Encoding"] = "identity"
            answer = _asked(pool, self.command, proxy.target + self.path, body, kept)
            if answer is None:
                proxy.done["away"] = proxy.done.get("away", 0) + 1
                self.close_connection = True
                return
            time.sleep(DELAY if fault == "delay" else 0)
            data = changed(fault, answer.data)
            if fault == "lose":  # it was done, and nobody hears of it
                self.close_connection = True
                return
            proxy.answered += len(data)
            headers = [(key, value) for key, value in answer.headers.items() if key.lower() not in HOP]
            self._answer(answer.status, headers, data, cut=fault == "truncate")

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _any  # noqa: N815 -- http.server's names

        def _answer(self, status: int, headers: list[tuple[str, str]], data: bytes, *, cut: bool = False) -> None:
            self.send_response(status)
            for key, value in headers:
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data[: len(data) // 2] if cut else data)
            self.close_connection = cut

        def log_message(self, *words: object) -> None:
            pass

    server.RequestHandlerClass = Handler
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


def _asked(
    pool: urllib3.PoolManager, method: str, url: str, body: bytes, headers: dict[str, str]
) -> urllib3.BaseHTTPResponse | None:
    """Return what the server answers; None: it is away."""
    try:
        return pool.request(method, url, body=body or None, headers=headers, timeout=60, retries=False)
    except urllib3.exceptions.HTTPError:
        return None


def telling(answers: Mapping[str, bytes]) -> Plan:
    """Return a plan that gives other answers than the cluster's to paths that begin so."""
    return lambda path, _body: next(
        (f"={one.decode()}" for start, one in answers.items() if path.startswith(start)), ""
    )


def changed(fault: str, data: bytes) -> bytes:
    """Return an answer as a shard that failed, a search that was ended, or a full queue makes it."""
    if fault.startswith("="):
        return fault[1:].encode()
    if fault not in {"partial", "ended", "full", "short"}:
        return data
    answer: dict[str, Any] = json.loads(data)
    if "error" in answer:
        return data
    if fault == "partial":
        answer["_shards"]["failed"] = 1
    elif fault == "ended":
        answer["timed_out"] = True
    elif fault == "short":
        answer["hits"]["hits"] = answer["hits"]["hits"][:1]
    else:
        for item in answer.get("items", [])[::2]:
            item["create"] = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "full"}}
    return json.dumps(answer).encode()

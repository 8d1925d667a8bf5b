"""HTTP: one GET without query, cookie or credentials; the answer's product names and title (RFC 9110, 9112).

No redirect is followed, not even on the same host: where it leads is a fact, and one request is what was announced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from sentinel.scan.passive.protocols.http import dissect
from sentinel.scan.passive.reading import Excerpt
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r\n]")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,6})[^\r\n]{0,100}\r?\n")
_MAX_CHUNKS = 256
_MAX_INTERIM = 4
_MAX_HEADERS = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """The start of one answer: status, headers in small letters, the body as far as it was read, and if that is all."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


def begin(target: Target, caller: Caller) -> Exchange:
    """Ask for the page that everyone is shown, and learn what serves it."""
    said = yield from ask(get(target, caller, "/", "text/html"), told)
    return server_facts(said)


def get(target: Target, caller: Caller, path: str, accept: str) -> bytes:
    """Return a GET request that says who asks; the only method that this product can send."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {_host(target)}",
        f"User-Agent: Sentinel (inventory; {caller.contact})",
        f"Accept: {accept}",
        "Accept-Encoding: identity",
        "Connection: close",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


def told(said: bytes) -> bool:
    """Say whether the server's names and title are among what it said so far."""
    reading = dissect(Excerpt(_final(said), ended=False, asked="http", opened=True))
    return reading is not None and bool(reading.statements)


def whole(said: bytes) -> bool:
    """Say whether the whole answer has come, by its own length."""
    answer = read(said)
    return answer is not None and answer.whole


def server_facts(said: bytes) -> tuple[Fact, ...]:
    """Return what the head and the title of an answer teach, as passive reading does."""
    final = _final(said)
    reading = dissect(Excerpt(final, ended=True, asked="http", opened=True)) if final else None
    statements = reading.statements if reading else ()
    if not statements or statements[0].kind != "http.server":
        return unlearnt(said, begun=said.startswith(b"HTTP/1."[: len(said)]))
    begun_only = _HEAD_END.search(final) is None
    return (Fact("http.server", statements[0].facts, "cut" if begun_only else "answered"),)


def read(said: bytes) -> Answer | None:
    """Return the last answer (interim ones are passed over); None before its head is whole."""
    said = _final(said)
    status = _STATUS.match(said)
    head = _HEAD_END.search(said) if status else None
    if head is None or status is None:
        return None
    headers: dict[str, str] = {}
    for line in said[: head.start()].split(b"\n")[1:_MAX_HEADERS]:
        name, _, value = line.decode("latin-1").partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    body, complete = _body(said[head.end() :], headers)
    bodiless = status[1] in (b"204", b"304")
    return Answer(int(status[1]), headers, b"" if bodiless else body, bodiless or complete)


def asking(
    path: Callable[[Target], str], accept: str, judge: Callable[[Answer], tuple[Fact, ...]]
) -> Callable[[Target, Caller], Exchange]:
    """Return an exchange of one GET that keeps the server's names, and what `judge` says of the whole answer."""

    def exchange(target: Target, caller: Caller) -> Exchange:
        said = yield from ask(get(target, caller, path(target), accept), whole)
        answer, (served, *_) = read(said), server_facts(said)
        if answer is None or served.kind != "http.server":
            return (served,)
        named = {key: value for key, value in served.facts.items() if key != "title"}
        return (Fact(served.kind, named), *judge(answer))

    return exchange


def _host(target: Target) -> str:
    """Return the Host field; a literal IPv6 address stands in brackets, without its zone (RFC 3986, 3.2.2)."""
    address = target.address.partition("%")[0]
    literal = f"[{address}]" if ip_address(address).version == 6 else address
    return f"{target.name or literal}:{target.port}"


def _final(said: bytes) -> bytes:
    """Return what follows interim answers such as 100 Continue (RFC 9110, 15.2)."""
    for _ in range(_MAX_INTERIM):
        status = _STATUS.match(said)
        if status is None or not status[1].startswith(b"1") or status[1] == b"101":
            break
        head = _HEAD_END.search(said)
        if head is None:
            break
        said = said[head.end() :]
    return said


def _body(raw: bytes, headers: Mapping[str, str]) -> tuple[bytes, bool]:
    """Return the body as far as it came, and whether that is all of it; without a length the close ends it."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _chunks(raw)
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(length) <= 9:
        return raw[: int(length)], len(raw) >= int(length)
    return raw, False


def _chunks(raw: bytes) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    at = 0
    for _ in range(_MAX_CHUNKS):
        line = _CHUNK.match(raw, at)
        if line is None:
            break
        size = int(line[1], 16)
        if size == 0:
            return b"".join(parts), True
        parts.append(raw[line.end() : line.end() + size])
        at = line.end() + size + (2 if raw[line.end() + size : line.end() + size + 2] == b"\r\n" else 1)
    return b"".join(parts), False

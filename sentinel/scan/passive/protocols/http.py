"""HTTP/1: the product names in the requests and answers at the start of a connection (RFC 9110, 9112).

Query strings, cookies, credentials and what was sent are never kept, and a page's title only where no request of the
connection had any of them, and its own request was read: what is shown to anyone, without logging in, cannot be
about a patient.
"""

from __future__ import annotations

import html
import re
from base64 import b64decode
from collections.abc import Mapping

from sentinel.scan.clean import place
from sentinel.scan.passive.protocols import ebxml, ntlm
from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement, decoded, present, text

_METHODS = (
    b"GET ",
    b"POST ",
    b"PUT ",
    b"HEAD ",
    b"DELETE ",
    b"OPTIONS ",
    b"PATCH ",
    b"PROPFIND ",
    b"CONNECT ",
    b"TRACE ",
)
_LONGEST = max(map(len, _METHODS))
_READING = (b"GET ", b"HEAD ")
_REQUEST = re.compile(rb"[A-Z]+ ([^ \r\n]+) HTTP/1\.[01]\r?\n")
_ANSWER = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r\n]")
_MAGIC = b"HTTP/1."
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_REALM = re.compile(rb'realm="([^"]{1,400})"', re.IGNORECASE)
_NTLM = re.compile(rb"(?:NTLM|Negotiate) ((?:[A-Za-z0-9+/]{4}){12,500})", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^<>]*>([^<]{1,1000})</title", re.IGNORECASE)
_AFTER_TITLE = re.compile(rb"</head|<body", re.IGNORECASE)
_INTERIM = (b"100", b"102", b"103")
_BODILESS = (b"204", b"304")
_MAX_HEADERS = 100
_MAX_BODY = 16_384
_PRIVATE = {b"cookie", b"authorization", b"proxy-authorization", b"x-api-key"}


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read one request or answer."""
    data, ended = excerpt.data, excerpt.ended
    if data.startswith(_METHODS):
        return _request(excerpt)
    if data.startswith(_MAGIC):
        return _answer(excerpt)
    possible = len(data) < _LONGEST and any(magic.startswith(data) for magic in (*_METHODS, _MAGIC))
    return None if possible and not ended else NOTHING


def _request(excerpt: Excerpt) -> Reading | None:
    data, ended = excerpt.data, excerpt.ended
    whole = _HEAD_END.search(data)
    if whole is None and not ended:
        return None
    line = _REQUEST.match(data)
    if line is None:
        return NOTHING
    headers = _headers(data, whole.start() if whole else None)
    message = b""
    if whole and line[0].startswith(b"POST") and ebxml.may_be(headers.get(b"content-type", b"")):
        message = data[whole.end() :]
        if not ended and not ebxml.whole(message):
            return None
    facts = present(user_agent=text(headers.get(b"user-agent", b"")), host=text(headers.get(b"host", b"")))
    said = (*((Statement("http.client", facts, role="client"),) if facts else ()), *ebxml.statements(message))
    follows = _next(whole, headers) if not line[0].startswith(b"CONNECT") else 0
    bodiless = whole is not None and follows == whole.end() and data.startswith(_READING)
    harmless = excerpt.opened and bodiless and b"?" not in line[1] and not _PRIVATE & headers.keys()
    return Reading(said, "http" if harmless else "", follows)


def _answer(excerpt: Excerpt) -> Reading | None:
    data, ended = excerpt.data, excerpt.ended
    whole = _HEAD_END.search(data)
    if whole is None and not ended:
        return None
    line = _ANSWER.match(data)
    if line is None:
        return NOTHING
    if whole and line[1] in _INTERIM:
        return Reading(used=whole.end())
    headers = _headers(data, whole.start() if whole else None)
    title = b""
    if whole and excerpt.opened and excerpt.asked == "http" and _is_page(headers):
        page = data[whole.end() :]
        found = _TITLE.search(page)
        if found is None and not ended and _may_follow(page, headers):
            return None
        title = found[1] if found else b""
    statement = Statement("http.server", _server_facts(line[1], headers, title), role="server")
    bodied = line[1] not in _BODILESS and b"content-length" not in headers  # a body that ends with the connection
    said = (statement, *ntlm.statement(_challenge(headers)))
    return Reading(said, used=0 if bodied else _next(whole, headers))


def _challenge(headers: Mapping[bytes, bytes]) -> bytes:
    """Return the NTLM message of an answer that asks for a login (MS-NTHT 2.1)."""
    found = _NTLM.match(headers.get(b"www-authenticate", b""))
    return b64decode(found[1] + b"==") if found else b""


def _next(head: re.Match[bytes] | None, headers: Mapping[bytes, bytes]) -> int:
    """Return where the next message begins; 0 where that is unknown, or so far that the body is a download."""
    if head is None or b"transfer-encoding" in headers or b"upgrade" in headers:
        return 0
    length = _length(headers)
    return head.end() + length if length <= _MAX_BODY else 0


def _length(headers: Mapping[bytes, bytes]) -> int:
    said = headers.get(b"content-length", b"0")[:10]
    return int(said) if said.isdigit() else _MAX_BODY + 1


def _headers(data: bytes, end: int | None) -> dict[bytes, bytes]:
    """Return the first value of each header; where the head does not end, its last line is cut and left out."""
    lines = data[:end].split(b"\n")
    headers: dict[bytes, bytes] = {}
    for line in lines[1 : _MAX_HEADERS if end is not None else min(_MAX_HEADERS, len(lines) - 1)]:
        name, _, value = line.partition(b":")
        headers.setdefault(name.strip().lower(), value.strip())
    return headers


def _is_page(headers: Mapping[bytes, bytes]) -> bool:
    return b"content-encoding" not in headers and b"html" in headers.get(b"content-type", b"").lower()


def _may_follow(page: bytes, headers: Mapping[bytes, bytes]) -> bool:
    """Say whether a title may still come in bytes not yet seen."""
    if b"content-length" in headers and len(page) >= _length(headers):
        return False
    return not _AFTER_TITLE.search(page) and not page.endswith(b"0\r\n\r\n")


def _server_facts(status: bytes, headers: Mapping[bytes, bytes], title: bytes) -> dict[str, str]:
    realm = _REALM.search(headers.get(b"www-authenticate", b""))
    return present(
        server=text(headers.get(b"server", b"")),
        status=status.decode("ascii"),
        title=text(html.unescape(text(title)).encode("utf-8", "replace")),
        realm=text(realm[1]) if realm else "",
        location=place(decoded(headers.get(b"location", b""))),
        powered_by=text(headers.get(b"x-powered-by", b"")),
    )

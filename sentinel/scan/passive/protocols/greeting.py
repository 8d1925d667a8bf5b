"""The first line of FTP and mail servers (RFC 959, 5321, 1939, 9051): products, before anybody logs in."""

from __future__ import annotations

import re

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement, text

_LINE = re.compile(rb"(220[ -]|\+OK ?|\* OK ?)([^\r\n]{0,400})\r?\n")
_STARTS = (b"220 ", b"220-", b"+OK", b"* OK")
_MAIL = re.compile(rb"\bE?SMTP\b", re.IGNORECASE)
_FILES = re.compile(rb"ftp", re.IGNORECASE)
_SESSION = re.compile(rb"<[^<>\s]{1,200}@[^<>\s]{1,200}>")  # APOP's challenge
_KINDS = {b"+": "pop3.banner", b"*": "imap.banner"}


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the line; 220 is said by FTP and mail alike, and by which is decided by the word, else not at all."""
    data = excerpt.data
    if not data.startswith(_STARTS):
        short = len(data) < 4 and any(start.startswith(data) for start in _STARTS)
        return None if short and not excerpt.ended else NOTHING
    line = _LINE.match(data)
    if line is None:
        return NOTHING if excerpt.ended or b"\n" in data else None
    said = _SESSION.sub(b"", line[2])
    kind = _KINDS.get(data[:1]) or ("smtp.banner" if _MAIL.search(said) else "ftp.banner")
    if kind == "ftp.banner" and not _FILES.search(said):
        return NOTHING
    banner = text(said)
    return Reading((Statement(kind, {"banner": banner}, role="server"),)) if banner else NOTHING

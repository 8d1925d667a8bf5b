"""FTP and Telnet: connect, and read what a server says by itself (RFC 959, 5.4; RFC 854). Nothing is sent."""

from __future__ import annotations

import re
from collections.abc import Callable

from sentinel.scan.passive.protocols import greeting, telnet
from sentinel.scan.passive.reading import NOTHING, Dissector, Excerpt, Reading, Statement, present, text
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt

_COMMAND = b"\xff"
_PROMPT = re.compile(rb"(?:login|user ?name|user|password|passord|brukernavn)\s{0,3}:", re.IGNORECASE)


def listening(dissect: Dissector, start: bytes) -> Callable[[Target, Caller], Exchange]:
    """Return an exchange that only listens, until the dissector has what it needs; `start` begins such a greeting."""

    def exchange(_target: Target, _caller: Caller) -> Exchange:
        said = yield from ask(b"", lambda data: dissect(Excerpt(data, ended=False, opened=True)) is not None)
        reading = dissect(Excerpt(said, ended=True, opened=True)) if said else None
        if not reading or not reading.statements:
            return unlearnt(said, begun=said[: len(start)] == start[: len(said)] and b"\n" not in said)
        return tuple(Fact(one.kind, one.facts | {"role": "server"}) for one in reading.statements)

    return exchange


def _terminal(excerpt: Excerpt) -> Reading | None:
    """Read Telnet also where it begins without options, as small devices do: then a prompt for a login must follow."""
    if excerpt.data.startswith(_COMMAND):
        return telnet.dissect(excerpt)
    prompt = _PROMPT.search(excerpt.data)
    if prompt is None:
        return NOTHING if excerpt.ended else None
    banner = text(excerpt.data[: prompt.start()][-400:])
    return Reading((Statement("telnet.banner", {"options": "no"} | present(banner=banner)),))


begin_ftp = listening(greeting.dissect, b"220")
begin_telnet = listening(_terminal, _COMMAND)

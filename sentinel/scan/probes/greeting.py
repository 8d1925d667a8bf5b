"""FTP and Telnet: connect, and read what a server says by itself (RFC 959, 5.4; RFC 854). Nothing is sent."""

from __future__ import annotations

from collections.abc import Callable

from sentinel.scan.passive.protocols import greeting, telnet
from sentinel.scan.passive.reading import Dissector, Excerpt
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt


def listening(dissect: Dissector) -> Callable[[Target, Caller], Exchange]:
    """Return an exchange that only listens, until the dissector has what it needs."""

    def exchange(_target: Target, _caller: Caller) -> Exchange:
        said = yield from ask(b"", lambda data: dissect(Excerpt(data, ended=False, opened=True)) is not None)
        reading = dissect(Excerpt(said, ended=True, opened=True)) if said else None
        if not reading or not reading.statements:
            return unlearnt(said, begun=False)
        return tuple(Fact(one.kind, one.facts | {"role": "server"}) for one in reading.statements)

    return exchange


begin_ftp = listening(greeting.dissect)
begin_telnet = listening(telnet.dissect)

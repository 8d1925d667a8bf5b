"""Multicast DNS: one question for the kinds of service that there are (RFC 6762, 5.1 and 6.7; RFC 6763, 9).

Asked from a port of its own, so that each machine answers us alone. Names of services, which are often people's, are
not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype

from sentinel.scan.passive.reading import text
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask_datagram, unlearnt

GROUP, GROUP6, PORT = "224.0.0.251", "ff02::fb", 5353
QUESTION = "_services._dns-sd._udp.local"
_SERVICE = re.compile(r"_[a-z0-9-]{1,30}\._(?:tcp|udp)\.local")
_MOST = 64
_UNREADABLE = (dns.exception.DNSException, ValueError, IndexError, KeyError, TypeError)


def begin(_target: Target, _caller: Caller) -> Exchange:
    """Ask once; learn the kinds of service of whoever answers."""
    answer = yield from ask_datagram(question(), lambda datagram: read(datagram) is not None)
    services = read(answer)
    if not services:
        return unlearnt(answer, begun=services is not None)
    return tuple(Fact("mdns.service", {"service": service}) for service in services)


def question() -> bytes:
    """Return the question; its number is 0, and no recursion is wanted (RFC 6762, 18.1 and 18.6)."""
    return dns.message.make_query(QUESTION, "PTR", flags=0, id=0).to_wire()


def read(datagram: bytes) -> tuple[str, ...] | None:
    """Return the kinds of service that an answer names; None for what is no answer to the question."""
    try:
        message = dns.message.from_wire(datagram, ignore_trailing=True)
        if message.id or not message.flags & dns.flags.QR:
            return None
        return tuple(sorted(set(_services(message))))[:_MOST]
    except _UNREADABLE:
        return None


def _services(message: dns.message.Message) -> Iterator[str]:
    asked = dns.name.from_text(QUESTION)
    for found in message.answer[:_MOST]:
        if found.name == asked and found.rdtype == dns.rdatatype.PTR:
            for data in list(found)[:_MOST]:
                name = data.target.to_text(omit_final_dot=True).lower()
                if _SERVICE.fullmatch(name):
                    yield text(name.removesuffix(".local").encode())

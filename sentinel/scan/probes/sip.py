"""SIP: OPTIONS, which asks what a server can do and calls nobody (RFC 3261, 11). Never by default."""

from __future__ import annotations

import hashlib
import re
from ipaddress import ip_address

from sentinel.scan.passive.protocols.sip import dissect
from sentinel.scan.passive.reading import Message
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask_datagram, unlearnt

_PORT = 5060
_FINAL = re.compile(rb"SIP/2\.0 [2-6]\d\d ")  # 1xx are provisional
_HEAD_END = b"\r\n\r\n"


def begin(target: Target, caller: Caller) -> Exchange:
    """Ask once; learn product and status."""
    mark = _mark(target, caller).encode()

    def ours(datagram: bytes) -> bool:
        return _FINAL.match(datagram) is not None and _HEAD_END in datagram and mark in datagram

    answer = yield from ask_datagram(options(target, caller), ours)
    if not ours(answer):
        return unlearnt(answer, begun=False)
    said = dissect(Message(answer, b"", _PORT, 0))
    facts = said[0].facts if said else {}
    return (Fact("sip.server", facts | {"status": answer[8:11].decode("ascii")}),)


def options(target: Target, caller: Caller) -> bytes:
    """Return the request; its marks are made of target, caller and run, so that a plan can show them.

    Our own address is not known here: `rport` has the answer sent to where the request came from (RFC 3581).
    """
    address = target.address.partition("%")[0]
    host = f"[{address}]" if ip_address(address).version == 6 else address
    mark = _mark(target, caller)
    lines = (
        f"OPTIONS sip:{host}:{target.port} SIP/2.0",
        f"Via: SIP/2.0/UDP sentinel.invalid;rport;branch=z9hG4bK{mark}",
        "Max-Forwards: 0",
        f"From: <sip:inventory@sentinel.invalid>;tag={mark[:8]}",
        f"To: <sip:{host}:{target.port}>",
        f"Call-ID: {mark}@sentinel.invalid",
        "CSeq: 1 OPTIONS",
        "Accept: application/sdp",
        f"User-Agent: Sentinel (inventory; {caller.contact})",
        "Content-Length: 0",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


def _mark(target: Target, caller: Caller) -> str:
    """Return what an answer must say again, as Via and Call-ID are copied into it (RFC 3261, 8.2.6.2)."""
    return hashlib.sha256(f"{target.address} {target.port} {caller.contact} {caller.run}".encode()).hexdigest()[:20]

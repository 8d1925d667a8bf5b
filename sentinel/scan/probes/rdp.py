"""RDP: offer TLS without network level authentication, and see what the server makes of it (MS-RDPBCGR 2.2.1.1).

That one offer tells the most: a server that demands authentication first refuses it by name (2.2.1.2.2).
"""

from __future__ import annotations

from sentinel.scan.passive.protocols.rdp import dissect
from sentinel.scan.passive.reading import Excerpt
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt

REQUEST = b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00" + b"\x01\x00\x08\x00\x01\x00\x00\x00"
"""TPKT (RFC 1006), X.224 connection request without a cookie, and RDP_NEG_REQ for PROTOCOL_SSL."""
_NLA = {"rdp": "no", "tls": "no", "tls-not-allowed": "no", "no-certificate": "no", "nla-required": "required"}


def begin(_target: Target, _caller: Caller) -> Exchange:
    """Learn which protection the server accepts, and whether it demands authentication first."""
    answer = yield from ask(REQUEST, lambda data: len(data) >= max(4, int.from_bytes(data[2:4], "big")))
    reading = dissect(Excerpt(answer)) if answer else None
    if not reading or not reading.statements:
        return unlearnt(answer, begun=b"\x03\x00\x00".startswith(answer[:3]))
    facts = dict(reading.statements[0].facts)
    if facts["security"] in _NLA:
        facts["nla"] = _NLA[facts["security"]]
    return (Fact("rdp.server", facts),)

"""TLS: what the wire learns of a session it set up itself. The exchange inside sends nothing at all.

The hello is made by the TLS library (it holds random bytes, RFC 8446, 4.1.2): the one message a plan cannot print.
"""

from __future__ import annotations

from sentinel.scan.passive.protocols.certificate import certificate_facts
from sentinel.scan.passive.reading import present, text
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target


def begin(_target: Target, _caller: Caller) -> Exchange:
    """Send nothing and ask for nothing: the handshake was all that was wanted."""
    yield from ()
    return ()


def session_facts(certificate: bytes, version: str, cipher: str) -> tuple[Fact, ...]:
    """Return the facts of a session: the server's certificate (DER), and what was agreed on."""
    agreed = Fact(
        "tls.session",
        present(version=text(version.encode("utf-8", "replace")), cipher=text(cipher.encode("utf-8", "replace"))),
    )
    shown = certificate_facts(certificate) if certificate else {}
    return (Fact("tls.certificate", shown), agreed) if shown else (agreed,)

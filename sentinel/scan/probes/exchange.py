"""What an active probe is: bytes to send, bytes that came back, facts at the end. It knows no socket and no clock."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Ended = Literal["answered", "silent", "cut", "other"]
"""How an exchange ended.

`answered`: the service spoke the protocol. `silent`: nothing came back. `cut`: what came began rightly and ended, or
went over our limit, before it was whole. `other`: something answered, but not in this protocol.
"""
NOTHING_LEARNT = "probe.end"
LIMIT = 16_384


@dataclass(frozen=True, slots=True)
class Target:
    """One address and port, as the scope allows it.

    `name` is what the scope file calls it (HTTP Host, SNI), pinned to this address; `path` the base of a web interface.
    """

    address: str
    port: int
    name: str = ""
    path: str = "/"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who we say we are, as the scope file has it. `secrets` are resolved by the caller of the room, never stored."""

    ae_title: str
    contact: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """What was learnt, in the words of an observation, and how the exchange ended.

    Every exchange returns at least one. Only those that were `answered` become observations; one of kind
    NOTHING_LEARNT says why nothing is known (not seen is not the same as not there).
    """

    kind: str
    facts: dict[str, str]
    ended: Ended = "answered"


Exchange: TypeAlias = Generator[bytes, bytes, tuple[Fact, ...]]
"""Yields bytes to send, and is sent what came back: b"" when nothing more came, be it closed or timed out.

A yield of b"" sends nothing and waits for more. Over UDP every yield is one datagram, and so is what is sent in.
An exchange may return before its first yield: then the connection (and its TLS handshake) was all it wanted.
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """One protocol-correct exchange.

    `ports` is where it is offered when the scope file lists none: a hint, never an identification. `tls`: the wire
    wraps the connection before the exchange begins, and reports the session's facts (see probes/tls.py). `messages` is
    the most it ever sends. It is not used against classes whose `fragile` is above `fragile_max`. `opt_in`: never by
    default, only where the scope names it for a host.
    """

    name: str
    transport: Literal["tcp", "udp"]
    ports: tuple[int, ...]
    tls: bool
    messages: int
    begin: Callable[[Target, Caller], Exchange]
    fragile_max: int
    opt_in: bool = False


def ask(message: bytes, whole: Callable[[bytes], bool], already: bytes = b"") -> Generator[bytes, bytes, bytes]:
    """Send a message over a stream and return the answer: until it is whole, nothing more comes, or LIMIT is reached.

    Bytes after a whole answer may be among what is returned; `already` came with an earlier one.
    """
    answer = already[:LIMIT]
    more = yield message
    while more:
        answer += more[: LIMIT - len(answer)]
        if len(answer) >= LIMIT or whole(answer):
            break
        more = yield b""
    return answer


def unlearnt(answer: bytes, *, begun: bool) -> tuple[Fact, ...]:
    """Return the one fact of an exchange that taught nothing; `begun`: the answer began as the protocol says."""
    ended: Ended = "silent" if not answer else "cut" if begun else "other"
    return (Fact(NOTHING_LEARNT, {}, ended),)

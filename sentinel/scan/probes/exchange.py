"""What an active probe is: bytes to send, bytes that came back, facts at the end. It knows no socket and no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal, TypeAlias

Ended = Literal["answered", "silent", "cut", "other", "unasked"]
"""How an exchange ended.

`answered`: the service spoke the protocol. `silent`: nothing came back. `cut`: what came began rightly and ended, or
went over our limit, before it was whole. `other`: something answered, but not in this protocol.
"""
NOTHING_LEARNT = "probe.end"
LIMIT = 16_384
_MAX_PIECES = 2_048  # an answer in more pieces than this is meant to keep us busy
_MAX_STRAY = 3
PRINTERS = range(9100, 9108)
"""Ports where whatever arrives is printed: never spoken to, in any profile."""
_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){0,30}")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]{1,64}){0,8}")
_ZONE = re.compile(r"[A-Za-z0-9._-]{0,16}")
_PATIENTS = re.compile(
    r"/(?:Patient|Person|RelatedPerson|Observation|Encounter|Condition|Procedure|DiagnosticReport|DocumentReference"
    r"|MedicationRequest|Bundle|Binary|ImagingStudy|patients|studies|series|instances|changes|tools)(?=/|$)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"[!-\[\]-~]([ -\[\]-~]{0,14}[!-\[\]-~])?")
_CONTACT = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")


@dataclass(frozen=True, slots=True)
class Target:
    """One address and port, as the scope allows it.

    `name` is what the scope file calls it (HTTP Host, SNI), pinned to this address. `path` is the base of a web
    interface (`/fhir`), `ae_title` what a DICOM node calls itself; both only where the scope file says so. Raise
    ValueError for what could not be written into a message without changing its meaning, and for ports of printers.
    """

    address: str
    port: int
    name: str = ""
    path: str = ""
    ae_title: str = ""

    def __post_init__(self) -> None:
        ip_address(self.address)
        if not _ZONE.fullmatch(self.address.partition("%")[2]):
            raise ValueError(f"{self.address!r} cannot be part of a message")
        if _PATIENTS.search(self.path):
            raise ValueError(f"below {self.path!r} are patients: it is no base of a web interface")
        if not 0 < self.port < 1 << 16 or self.port in PRINTERS:
            raise ValueError(f"port {self.port} is never spoken to")
        for value, pattern in ((self.name, _NAME), (self.path, _PATH), (self.ae_title, _TITLE)):
            if value and not pattern.fullmatch(value):
                raise ValueError(f"{value!r} cannot be part of a message")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who we say we are, as the scope file has it: a title of DICOM (PS3.5, 6.2: AE) and an e-mail address.

    `secrets` (`snmp_community`) are resolved by the caller of the room, and never stored. `run` tells this run from
    others, for message ids that must not be used twice. Raise ValueError as Target.
    """

    ae_title: str
    contact: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    run: str = ""

    def __post_init__(self) -> None:
        for value, pattern in ((self.ae_title, _TITLE), (self.contact, _CONTACT)):
            if not pattern.fullmatch(value):
                raise ValueError(f"{value!r} cannot be part of a message")


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

A connection that is reset is told as b"" too: what was learnt before it still counts, and the exchange must be let come
to its end. A yield of b"" sends nothing and waits for more. Over UDP every yield is one datagram, and so is what is
sent in. An exchange may return before its first yield: then the connection (and its TLS handshake) was all it wanted.
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
    """Send a message over a stream and return the answer: until it is whole, nothing more comes, or a limit is reached.

    The limits are LIMIT bytes and some thousand pieces. Bytes after a whole answer may be among what is returned;
    `already` came with an earlier one.
    """
    answer = already[:LIMIT]
    more = yield message
    for _ in range(_MAX_PIECES):
        answer += more[: LIMIT - len(answer)]
        if not more or len(answer) >= LIMIT or whole(answer):
            break
        more = yield b""
    return answer


def ask_datagram(message: bytes, ours: Callable[[bytes], bool]) -> Generator[bytes, bytes, bytes]:
    """Send a datagram and return the answer to it; the last of a few that came where none was ours, b"" for silence."""
    answer = yield message
    for _ in range(_MAX_STRAY):
        if not answer or ours(answer):
            break
        answer = yield b""  # another's, or a late one: ours may still come
    return answer


def unlearnt(answer: bytes, *, begun: bool) -> tuple[Fact, ...]:
    """Return the one fact of an exchange that taught nothing; `begun`: the answer began as the protocol says."""
    ended: Ended = "silent" if not answer else "cut" if begun else "other"
    return (Fact(NOTHING_LEARNT, {}, ended),)


UNASKED = (Fact(NOTHING_LEARNT, {}, "unasked"),)

"""Turns a capture into observations: every packet is looked at once and either handled or counted as skipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from sentinel.model.assets import Observation, Transport
from sentinel.model.kept import Kept
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.passive.capture import Record, Source, opened
from sentinel.scan.passive.datagrams import BELOW_IP, read
from sentinel.scan.passive.gather import Bare, Gathered, Moment, Seen
from sentinel.scan.passive.packets import (
    ACK,
    ARP,
    CUT,
    FIN,
    IPV4,
    IPV6,
    LINKS,
    RST,
    SYN,
    TCP,
    UDP,
    Datagram,
    Segment,
    address,
    ipv4,
    ipv6,
    repeatable,
    reverse,
    source,
    tcp,
    udp,
)
from sentinel.scan.passive.protocols import arp
from sentinel.scan.passive.protocols.dhcp import UNKNOWN
from sentinel.scan.passive.quick import SHIFTS, Packet, quickly
from sentinel.scan.passive.reading import Message, Reading, Role, Statement
from sentinel.scan.passive.streams import Streams

MAX_LISTENERS = 65_536
SKIM_FROM = 16 << 20  # linking the machine code costs as much as reading some megabytes without it
_ASSOCIATING = {"dicom.request": "asked", "dicom.accept": "accepted"}
# Kinds that either side may say, and the facts of them that mean something only where the handshake shows a server:
# a client's bytes in the same place are its choice, or what somebody typed.
_BOTH_SIDES: dict[str, frozenset[str]] = {
    "ssh.banner": frozenset(),
    "hl7.header": frozenset(),
    "hl7.device": frozenset(),
    "vnc.banner": frozenset({"security"}),
    "telnet.banner": frozenset({"banner"}),
    "astm.header": frozenset(),
    "poct1a.hello": frozenset(),
    "amqp.header": frozenset(),
}


def observe(
    path: Path, name: str, tally: Tally, kept: Kept | None = None, skim_from: int = SKIM_FROM
) -> Iterator[Observation]:
    """Yield what hosts let be known in a capture; `name` stands for the file in observations and faults.

    Where machine code can be kept in `kept`, packets of files of `skim_from` bytes and more that say nothing new are
    passed over by it; what comes out is the same. Raise InputError, when iteration begins, for a file that is none.
    """
    watcher = Watcher(name)
    with opened(path, name) as capture:
        kept = kept if path.is_file() and path.stat().st_size >= skim_from else None
        yield from watch(watcher, _packets(capture, name, tally, watcher.streams, kept), tally, name)
    reason = watcher.finish()
    if reason:
        tally.skip(Skipped(name, "end of capture", reason))
    yield from watcher.gathered.drain()


def watch(watcher: Watcher, packets: Iterable[Packet], tally: Tally, name: str) -> Iterator[Observation]:
    """Look at packets and count each; yield what was gathered whenever that becomes too much to hold."""
    take, segment, gathered = watcher.take, watcher.segment, watcher.gathered
    for number, moment, found in packets:
        reason = segment(found, moment) if isinstance(found, Segment) else take(found)
        if reason:
            tally.skip(Skipped(name, f"packet {number}", reason))
            continue
        if gathered.full:
            yield from gathered.drain()
        tally.handled += 1


def _packets(capture: Source, name: str, tally: Tally, streams: Streams, kept: Kept | None) -> Iterator[Packet]:
    """Return the packets to look at."""
    if kept is not None:
        from sentinel.scan.passive.skimming import left_over, skimmer_for  # noqa: PLC0415 -- LLVM takes 40 MB

        skimmer = skimmer_for(streams, kept)
        found = None if skimmer is None else left_over(capture, name, tally, skimmer)
        if found is not None:
            return found
        streams.journal = None
    return quickly(capture, name, tally, streams.states)


class Watcher:
    """Looks at packets one after another."""

    def __init__(self, name: str) -> None:
        self.gathered = Gathered(name)
        self.streams = Streams(self._told)
        self._listeners: dict[bytes, None] = {}
        self._over = False

    def take(self, record: Record) -> str:
        """Look at one packet; return why it could not be, or nothing."""
        interface, ticks, data, start, end, wire = record
        locate = LINKS.get(interface.link)
        if locate is None:
            return "unknown-link-type"
        kind, at = locate(data, start, end)
        said = repeatable(kind, data, at, end)
        if said and self.gathered.again(said, (interface, ticks)):
            return ""
        if kind == IPV4:
            return self._datagram(record, ipv4(data, at, end, max(start + wire, end)), said)
        if kind == IPV6:
            return self._datagram(record, ipv6(data, at, end, max(start + wire, end)), said)
        if kind == ARP:
            return self._counted(_arp(data, at, end), (interface, ticks), said)
        if kind in BELOW_IP:
            sender = data[start + 6 : start + 12] if interface.link in SHIFTS else b""
            found = BELOW_IP[kind](Message(data[at:end], sender, 0, 0))
            return self._counted(_announced(found), (interface, ticks))
        return "cut-short" if kind == CUT else "not-ip"

    def finish(self) -> str:
        """Read what was still open when the capture ended; return why a fact of it was not kept, or nothing."""
        self._over = False
        self.streams.finish()
        return "over-budget" if self._over else ""

    def _datagram(self, record: Record, carried: Datagram | str, said: bytes) -> str:
        if isinstance(carried, str):
            return carried
        if carried.protocol == TCP:
            segment = tcp(record[2], carried)
            return segment if isinstance(segment, str) else self.segment(segment, (record[0], record[1]))
        if carried.protocol == UDP:
            message = udp(record[2], carried)
            if isinstance(message, str):
                return message
            return self._counted(_letter(message), (record[0], record[1]), said)
        return ""

    def segment(self, segment: Segment, moment: Moment) -> str:
        """Look at one TCP segment; return why a fact of it was not kept, or nothing."""
        self._over = False
        if segment.flags & (SYN | ACK | RST | FIN) == SYN | ACK:
            self._listening(segment.key, moment)
        self.streams.take(segment, moment)
        return "over-budget" if self._over else ""

    def _listening(self, key: bytes, moment: Moment) -> None:
        server = _host(key)
        if len(self._listeners) < MAX_LISTENERS:
            self._listeners[server] = None
        self._keep(("open", server), moment)
        self._keep(("tcp", key[:-2]), moment)

    def _counted(self, facts: Iterable[Seen | Bare], moment: Moment, said: bytes = b"") -> str:
        """Count the facts of one packet, and remember that they are what some bytes say."""
        counted = [self.gathered.add(fact, moment) for fact in facts]
        known = [one for one in counted if one is not None]
        if len(known) < len(counted):
            return "over-budget"
        if said:
            self.gathered.remember(said, known)
        return ""

    def _told(self, key: bytes, reading: Reading, moment: Moment) -> None:
        for statement in reading.statements:
            about = key if statement.about == "sender" else reverse(key)
            role = self._role(about, statement) if statement.kind in _BOTH_SIDES else statement.role
            facts = _pairs(statement, role)
            where, port = source(about)
            if facts:
                self._keep(Seen(statement.kind, where, facts, "tcp", port if role == "server" else None), moment)
            if role:
                self._older(about if role == "server" else reverse(about), moment)
            if statement.kind in _ASSOCIATING:
                self._association(statement, (where, port), source(reverse(about)), moment)

    def _older(self, key: bytes, moment: Moment) -> None:
        """Count a server's connection whose handshake was not seen, once its content says who serves."""
        flow: Bare = ("tcp", key[:-2])
        if not self.gathered.knows(flow):
            self._keep(flow, moment)

    def _association(self, statement: Statement, own: tuple[str, int], other: tuple[str, int], moment: Moment) -> None:
        """Keep which application entity associates with which, and where both are."""
        client, (server, port) = (own[0], other) if statement.role == "client" else (other[0], own)
        named = [(name, statement.facts.get(name, "")) for name in ("calling_ae", "called_ae")]
        facts = (*named, ("server", server), ("port", str(port)), ("said", _ASSOCIATING[statement.kind]))
        self._keep(Seen("dicom.association", client, facts, "tcp"), moment)

    def _role(self, key: bytes, statement: Statement) -> Role:
        """Return whether a host is server or client of what either could have said: the handshake tells, or nothing."""
        if _host(key) in self._listeners:
            return "server"
        return "client" if _host(reverse(key)) in self._listeners else statement.role

    def _keep(self, fact: Seen | Bare, moment: Moment) -> None:
        if not self.gathered.add(fact, moment):
            self._over = True


@lru_cache(maxsize=1_024)
def _pairs(statement: Statement, role: Role = "") -> tuple[tuple[str, str], ...]:
    """Return the facts to keep, and which side said them where either could have."""
    only_servers = _BOTH_SIDES.get(statement.kind)
    if only_servers is None:
        return tuple(statement.facts.items())
    kept = {name: value for name, value in statement.facts.items() if role == "server" or name not in only_servers}
    return tuple((kept | ({"role": role} if role else {})).items())


def _is_for_many(receiver: bytes) -> bool:
    """Say whether an address is a group's or everybody's; of a subnet's own broadcast only the usual .255 is known."""
    if len(receiver) == 4:
        return receiver[0] >= 224 or receiver[3] == 255
    return receiver[:1] == b"\xff"


def _arp(data: bytes, at: int, end: int) -> Iterator[Seen]:
    sender = arp.dissect(data, at, end)
    if sender is not None:
        yield Seen("arp", sender[0], (), mac=sender[1])


def _announced(statements: Iterable[Statement]) -> Iterator[Seen]:
    """Yield what a neighbour says below IP; a fact that names no address is kept under none."""
    for said in statements:
        yield Seen(said.kind, said.address or UNKNOWN, _pairs(said), mac=said.mac)


def _letter(message: Message) -> Iterator[Seen | Bare]:
    """Yield what one datagram says, and who sent it to whom."""
    for said in read(message):
        where = said.address or address(message.sender)
        transport: Transport | None = None if said.address else "udp"
        port = message.source if transport and said.role == "server" else None
        yield Seen(said.kind, where, _pairs(said), transport, port, said.mac)
    if not _is_for_many(message.receiver):
        yield "udp", _talk(message)


def _talk(message: Message) -> bytes:
    """Return addresses of server and client of a datagram, and the server's port: the lower one, by habit."""
    ends = (message.source, address(message.sender)), (message.target, address(message.receiver))
    if ends[0] <= ends[1]:
        return message.sender + message.receiver + message.source.to_bytes(2, "big")
    return message.receiver + message.sender + message.target.to_bytes(2, "big")


def _host(key: bytes) -> bytes:
    """Return address and port of the sending side, as bytes."""
    return key[: (len(key) - 4) // 2] + key[-4:-2]

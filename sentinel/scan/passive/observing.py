"""Turns a capture into observations: every packet is looked at once and either handled or counted as skipped."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sentinel.model.assets import Observation, Transport
from sentinel.model.kept import Kept
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.passive.capture import Record, Source, opened, records
from sentinel.scan.passive.datagrams import BELOW_IP, read
from sentinel.scan.passive.gather import Gathered, Moment, Seen
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
    reverse,
    source,
    tcp,
    udp,
)
from sentinel.scan.passive.protocols import arp
from sentinel.scan.passive.protocols.dhcp import UNKNOWN
from sentinel.scan.passive.reading import Message, Reading, Role, Statement
from sentinel.scan.passive.streams import DONE, FRESH, Streams

MAX_LISTENERS = 65_536
SKIM_FROM = 16 << 20  # linking the machine code costs as much as reading some megabytes without it
_QUICK = struct.Struct(">12x3sxH2xHxB2x12s8xBB").unpack_from  # Ethernet, IPv4 and TCP in one go
_WHOLE = struct.Struct(">12x3sxH2xHxB2x12sI4xBB").unpack_from  # and the sequence number
_ETHERNET, _SHORTEST_FRAME = 1, 54
_SHIFTS = {1: 0, 113: 2}  # Ethernet, and the Linux cooked header, which is two bytes longer
_PLAIN = b"\x08\x00\x45"  # IPv4 without options
_TAGGED = b"\x81\x00"
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


def watch(watcher: Watcher, packets: Iterable[tuple[int, Record]], tally: Tally, name: str) -> Iterator[Observation]:
    """Look at numbered packets and count each; yield what was gathered whenever that becomes too much to hold."""
    settled = watcher.settled
    for number, record in packets:
        if not settled(record):
            reason = watcher.take(record)
            if reason:
                tally.skip(Skipped(name, f"packet {number}", reason))
                continue
            if watcher.gathered.full:
                yield from watcher.gathered.drain()
        tally.handled += 1


def _packets(
    capture: Source, name: str, tally: Tally, streams: Streams, kept: Kept | None
) -> Iterator[tuple[int, Record]]:
    """Return the packets to look at, each with its number."""
    if kept is not None:
        from sentinel.scan.passive.skimming import left_over, skimmer_for  # noqa: PLC0415 -- LLVM takes 40 MB

        skimmer = skimmer_for(streams, kept)
        found = None if skimmer is None else left_over(capture, name, tally, skimmer)
        if found is not None:
            return found
        streams.journal = None
    return enumerate(records(capture, name, tally), 1)


class Watcher:
    """Looks at packets one after another."""

    def __init__(self, name: str) -> None:
        self.gathered = Gathered(name)
        self.streams = Streams(self._told)
        self.settled = _settler(self.streams.states)
        self._listeners: dict[bytes, None] = {}
        self._over = False

    def take(self, record: Record) -> str:
        """Look at one packet; return why it could not be, or nothing."""
        segment = plain_segment(record)
        if segment is not None:
            return self._segment(segment, (record[0], record[1]))
        interface, _, data, start, end, wire = record
        locate = LINKS.get(interface.link)
        if locate is None:
            return "unknown-link-type"
        kind, at = locate(data, start, end)
        wire_end = max(start + wire, end)
        if kind == IPV4:
            return self._datagram(record, ipv4(data, at, end, wire_end))
        if kind == IPV6:
            return self._datagram(record, ipv6(data, at, end, wire_end))
        if kind == ARP:
            return self._arp(record, at)
        if kind in BELOW_IP:
            return self._announced(record, kind, at)
        return "cut-short" if kind == CUT else "not-ip"

    def finish(self) -> str:
        """Read what was still open when the capture ended; return why a fact of it was not kept, or nothing."""
        self._over = False
        self.streams.finish()
        return "over-budget" if self._over else ""

    def _datagram(self, record: Record, carried: Datagram | str) -> str:
        if isinstance(carried, str):
            return carried
        if carried.protocol == TCP:
            return self._segment(tcp(record[2], carried), (record[0], record[1]))
        if carried.protocol == UDP:
            return self._message(udp(record[2], carried), (record[0], record[1]))
        return ""

    def _announced(self, record: Record, kind: int, at: int) -> str:
        """Look at what a neighbour says below IP; its sender is a MAC."""
        interface, ticks, data, start, end, _ = record
        sender = data[start + 6 : start + 12] if interface.link in _SHIFTS else b""
        self._over = False
        self._state(BELOW_IP[kind](Message(data[at:end], sender, 0, 0)), (interface, ticks))
        return "over-budget" if self._over else ""

    def _segment(self, segment: Segment | str, moment: Moment) -> str:
        if isinstance(segment, str):
            return segment
        self._over = False
        if segment.flags & (SYN | ACK | RST | FIN) == SYN | ACK:
            self._listening(segment.key, moment)
        self.streams.take(segment, moment)
        return "over-budget" if self._over else ""

    def _listening(self, key: bytes, moment: Moment) -> None:
        if len(self._listeners) < MAX_LISTENERS:
            self._listeners[_host(key)] = None
        where, port = source(key)
        self._keep(Seen("tcp.open", where, (), "tcp", port), moment)
        self._flow("tcp", source(reverse(key))[0], where, port, moment)

    def _message(self, message: Message | str, moment: Moment) -> str:
        if isinstance(message, str):
            return message
        self._over = False
        self._state(read(message), moment, message)
        if not _is_for_many(message.receiver):
            ends = (message.source, address(message.sender)), (message.target, address(message.receiver))
            (port, server), (_, client) = sorted(ends)  # servers have the lower numbers, by habit
            self._flow("udp", client, server, port, moment)
        return "over-budget" if self._over else ""

    def _state(self, statements: tuple[Statement, ...], moment: Moment, message: Message | None = None) -> None:
        """Keep what one datagram says; a fact below IP that names no address is kept under none."""
        for said in statements:
            where = said.address or (UNKNOWN if message is None else address(message.sender))
            transport: Transport | None = "udp" if message is not None and not said.address else None
            port = message.source if message is not None and transport and said.role == "server" else None
            self._keep(Seen(said.kind, where, tuple(said.facts.items()), transport, port, said.mac), moment)

    def _arp(self, record: Record, at: int) -> str:
        interface, ticks, data, _, end, _ = record
        sender = arp.dissect(data, at, end)
        self._over = False
        if sender is not None:
            self._keep(Seen("arp", sender[0], (), mac=sender[1]), (interface, ticks))
        return "over-budget" if self._over else ""

    def _told(self, key: bytes, reading: Reading, moment: Moment) -> None:
        for statement in reading.statements:
            about = key if statement.about == "sender" else reverse(key)
            role = self._role(about, statement)
            facts = _facts(statement, role)
            where, port = source(about)
            other = source(reverse(about))
            seen = Seen(statement.kind, where, tuple(facts.items()), "tcp", port if role == "server" else None)
            if facts:
                self._keep(seen, moment)
            self._older(role, (where, port), other, moment)
            if statement.kind in _ASSOCIATING:
                self._association(statement, (where, port), other, moment)

    def _flow(self, transport: Transport, client: str, server: str, port: int, moment: Moment) -> None:
        """Count one connection, or one datagram, of a client to a server."""
        self._keep(Seen("flow", client, (("server", server), ("port", str(port))), transport), moment)

    def _older(self, role: Role, own: tuple[str, int], other: tuple[str, int], moment: Moment) -> None:
        """Count a connection whose handshake was not seen, once its content says who serves."""
        client, (server, port) = (other[0], own) if role == "server" else (own[0], other)
        seen = Seen("flow", client, (("server", server), ("port", str(port))), "tcp")
        if role and not self.gathered.knows(seen):
            self._keep(seen, moment)

    def _association(self, statement: Statement, own: tuple[str, int], other: tuple[str, int], moment: Moment) -> None:
        """Keep which application entity associates with which, and where both are."""
        client, (server, port) = (own[0], other) if statement.role == "client" else (other[0], own)
        named = [(name, statement.facts.get(name, "")) for name in ("calling_ae", "called_ae")]
        facts = (*named, ("server", server), ("port", str(port)), ("said", _ASSOCIATING[statement.kind]))
        self._keep(Seen("dicom.association", client, facts, "tcp"), moment)

    def _role(self, key: bytes, statement: Statement) -> Role:
        """Return whether the host is server or client: from content where that is certain, else from the handshake."""
        if statement.kind not in _BOTH_SIDES:
            return statement.role
        if _host(key) in self._listeners:
            return "server"
        return "client" if _host(reverse(key)) in self._listeners else statement.role

    def _keep(self, seen: Seen, moment: Moment) -> None:
        if not self.gathered.add(seen, moment):
            self._over = True


def _facts(statement: Statement, role: Role) -> dict[str, str]:
    """Return the facts to keep, and which side said them where either could have."""
    only_servers = _BOTH_SIDES.get(statement.kind)
    if only_servers is None:
        return statement.facts
    kept = {name: value for name, value in statement.facts.items() if role == "server" or name not in only_servers}
    return kept | ({"role": role} if role else {})


def _settler(states: dict[bytes, int]) -> Callable[[Record], bool]:
    """Return the quick look: whether a record is sound TCP over plain IPv4 in a settled direction: nothing to do.

    Nine of ten packets of a busy network end here; the others are looked at properly.
    """
    state_of = states.get

    def settled(record: Record, tag: int = 0) -> bool:
        interface, _, data, start, end, wire = record
        shift = _SHIFTS.get(interface.link, -1) + tag
        if shift < tag or end - start < 54 + shift:
            return False
        kind, total, fragment, protocol, key, offset, flags = _QUICK(data, start + shift)
        if kind != _PLAIN or protocol != TCP or fragment & 0x3FFF:
            return not tag and kind[:2] == _TAGGED and settled(record, 4)
        header = offset >> 2 & 0x3C
        if header < 20 or not 20 + header <= total <= wire - 14 - shift or start + shift + 34 + header > end:
            return False
        if state_of(key, FRESH) <= DONE:
            return not flags & SYN
        return bool(total == 20 + header and not flags & (SYN | FIN | RST))  # nothing but an acknowledgement

    return settled


def plain_segment(record: Record) -> Segment | None:
    """Return the segment of a whole and sound packet of the commonest form: Ethernet, IPv4 and TCP in one go."""
    interface, _, data, start, end, wire = record
    if interface.link != _ETHERNET or end - start < _SHORTEST_FRAME:
        return None
    kind, total, fragment, protocol, key, sequence, offset, flags = _WHOLE(data, start)
    if kind != _PLAIN or protocol != TCP or fragment & 0x3FFF:
        return None
    header, stop = offset >> 2 & 0x3C, start + 14 + total
    if not 20 <= header <= total - 20 or stop > end or total > wire - 14:
        return None
    return Segment(key, sequence, flags, data[start + 34 + header : stop])


def _is_for_many(receiver: bytes) -> bool:
    """Say whether an address is a group's or everybody's; of a subnet's own broadcast only the usual .255 is known."""
    if len(receiver) == 4:
        return receiver[0] >= 224 or receiver[3] == 255
    return receiver[:1] == b"\xff"


def _host(key: bytes) -> bytes:
    """Return address and port of the sending side, as bytes."""
    return key[: (len(key) - 4) // 2] + key[-4:-2]

"""Turns a capture into observations: every packet is looked at once and either handled or counted as skipped."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sentinel.model.assets import Observation
from sentinel.model.kept import Kept
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.passive.capture import Record, Source, opened
from sentinel.scan.passive.datagrams import BELOW_IP, read
from sentinel.scan.passive.gather import Bare, Fact, Gathered, Moment
from sentinel.scan.passive.packets import (
    ACK,
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
    letter,
    repeatable,
    reverse,
    tcp,
    udp,
)
from sentinel.scan.passive.protocols import arp
from sentinel.scan.passive.protocols.dhcp import UNKNOWN
from sentinel.scan.passive.quick import SHIFTS, Packet, quickly
from sentinel.scan.passive.reading import Message, Reading, Role, Statement
from sentinel.scan.passive.skim import ANYTHING, BEGINS, LETTER, LISTENS
from sentinel.scan.passive.skimming import Walked, skimmer_for, walks
from sentinel.scan.passive.streams import DONE, Streams

MAX_LISTENERS = 65_536
_COLLECTED_AFTER = 100_000  # objects that may be part of a cycle: about as many as facts are made of at most
_TICKS = (1 << 64) - 1  # of a clock, in pcapng; machine code has them with a sign
_KINDS = {0: b"\0", 4: b"\4", 6: b"\6"}  # what `repeatable` begins with
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
    with _seldom_collected(), opened(path, name) as capture:
        kept = kept if path.is_file() and path.stat().st_size >= skim_from else None
        yield from _watched(watcher, capture, tally, name, kept)
        reason = watcher.finish()
        if reason:
            tally.skip(Skipped(name, "end of capture", reason))
        yield from watcher.gathered.drain()


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Have Python look for cycles less often meanwhile: facts have none, and it takes a tenth of the whole time."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def watch(watcher: Watcher, packets: Iterable[Packet], tally: Tally, name: str) -> Iterator[Observation]:
    """Look at packets and count each; yield what was gathered whenever that becomes too much to hold."""
    take, segment, said, gathered = watcher.take, watcher.segment, watcher.said, watcher.gathered
    for number, moment, found in packets:
        if isinstance(found, Segment):
            reason = segment(found, moment)
        else:
            reason = said(found, moment) if isinstance(found, bytes) else take(found)
        if reason:
            tally.skip(Skipped(name, f"packet {number}", reason))
            continue
        if gathered.full:
            yield from gathered.drain()
        tally.handled += 1


def _watched(watcher: Watcher, capture: Source, tally: Tally, name: str, kept: Kept | None) -> Iterator[Observation]:
    """Look at all packets of a capture."""
    if kept is not None:
        skimmer = skimmer_for(watcher.streams, kept)
        if skimmer is not None:
            for walked in walks(capture, name, tally, skimmer):
                yield from look_over(watcher, walked, tally, name)
            return
    yield from watch(watcher, quickly(capture, name, tally, watcher.streams.states), tally, name)


def look_over(watcher: Watcher, walked: Walked, tally: Tally, name: str) -> Iterator[Observation]:
    """Look at the packets that a walk left, and count all of it; yield as `watch` does."""
    take, segment, listens, begins = watcher.take, watcher.segment, watcher.listens, watcher.begins
    gathered, said, states = watcher.gathered, watcher.said, watcher.streams.states
    keys, data, interfaces = walked.keys, walked.data, walked.interfaces
    tally.handled += walked.passed
    for begin, before, code, which, ticks, key_at, key_end, state, sequence, flags, start, stop, missing in walked.left:
        if code == ANYTHING:
            reason = take(walked.read(begin))
        elif code == LETTER:
            reason = said(_KINDS[state] + data[start:stop], (interfaces[which], ticks & _TICKS))
        else:
            moment, key = (interfaces[which], ticks & _TICKS), keys[key_at:key_end]
            if code == LISTENS:
                reason = listens(key, moment)
            elif code == BEGINS:
                states[key] = state
                reason = begins(key, state, bytes(data[start:stop]), moment, missing > 0)
            elif states.setdefault(key, state) <= DONE and not flags & SYN:
                continue  # settled since the walk
            else:
                reason = segment(Segment(key, sequence, flags, bytes(data[start:stop]), missing), moment)
        if reason:
            tally.handled -= 1
            tally.skip(Skipped(name, f"packet {walked.before + before + 1}", reason))
        elif gathered.full:
            yield from gathered.drain()


class Watcher:
    """Looks at packets one after another."""

    def __init__(self, name: str) -> None:
        self.gathered = Gathered(name)
        self._add, self._knows = self.gathered.add, self.gathered.knows
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
        if said:
            return self.said(said, (interface, ticks))
        if kind == IPV4:
            return self._datagram(record, ipv4(data, at, end, max(start + wire, end)))
        if kind == IPV6:
            return self._datagram(record, ipv6(data, at, end, max(start + wire, end)))
        if kind in BELOW_IP:
            sender = data[start + 6 : start + 12] if interface.link in SHIFTS else b""
            found = BELOW_IP[kind](Message(data[at:end], sender, 0, 0))
            return self._counted(_announced(found), (interface, ticks))
        return "cut-short" if kind == CUT else "not-ip"

    def said(self, said: bytes, moment: Moment) -> str:
        """Count what an ARP message or a datagram says, given all that it depends on; return as `take` does."""
        if self.gathered.again(said, moment):
            return ""
        facts = _letter(letter(said)) if said[0] else _arp(said[1:])
        return self._counted(facts, moment, said)

    def finish(self) -> str:
        """Read what was still open when the capture ended; return why a fact of it was not kept, or nothing."""
        self._over = False
        self.streams.finish()
        return "over-budget" if self._over else ""

    def _datagram(self, record: Record, carried: Datagram | str) -> str:
        if isinstance(carried, str):
            return carried
        if carried.protocol == TCP:
            segment = tcp(record[2], carried)
            return segment if isinstance(segment, str) else self.segment(segment, (record[0], record[1]))
        if carried.protocol == UDP:
            message = udp(record[2], carried)
            if isinstance(message, str):
                return message
            return self._counted(_letter(message), (record[0], record[1]))
        return ""

    def segment(self, segment: Segment, moment: Moment) -> str:
        """Look at one TCP segment; return why a fact of it was not kept, or nothing."""
        answers = segment.flags & (SYN | ACK | RST | FIN) == SYN | ACK
        self._over = bool(answers and self.listens(segment.key, moment))
        self.streams.take(segment, moment)
        return "over-budget" if self._over else ""

    def begins(self, key: bytes, base: int, payload: bytes, moment: Moment, cut: bool) -> str:  # noqa: FBT001 -- called for every connection
        """Look at the first data of a direction; return as `segment` does."""
        self._over = False
        self.streams.start(key, base, payload, moment, cut=cut)
        return "over-budget" if self._over else ""

    def listens(self, key: bytes, moment: Moment) -> str:
        """Count the answer to a handshake; return why it was not kept, or nothing."""
        server = _host(key)
        if len(self._listeners) < MAX_LISTENERS:
            self._listeners[server] = None
        opened, flowed = self._add(("open", server), moment), self._add(("tcp", key[:-2]), moment)
        return "" if opened and flowed else "over-budget"

    def _counted(self, facts: Sequence[Fact | Bare], moment: Moment, said: bytes = b"") -> str:
        """Count the facts of one packet, and remember that they are what some bytes say."""
        known = [one for fact in facts if (one := self._add(fact, moment)) is not None]
        if len(known) < len(facts):
            return "over-budget"
        if said:
            self.gathered.remember(said, known)
        return ""

    def _told(self, key: bytes, reading: Reading, moment: Moment) -> None:
        half = (len(key) - 4) // 2
        for statement in reading.statements:
            kind, role = statement.kind, statement.role
            about = key if statement.about == "sender" else reverse(key)
            where, port = address(about[:half]), about[-4] << 8 | about[-3]
            if kind in _BOTH_SIDES:
                role = self._role(about, statement)
                facts = _pairs(statement, role)
            else:
                facts = tuple(statement.facts.items())
            if facts and not self._add((kind, where, facts, "tcp", port if role == "server" else None, None), moment):
                self._over = True
            if role:
                self._older(about if role == "server" else reverse(about), moment)
            if kind in _ASSOCIATING:
                other = address(about[half:-4]), about[-2] << 8 | about[-1]
                self._association(statement, (where, port), other, moment)

    def _older(self, key: bytes, moment: Moment) -> None:
        """Count a server's connection whose handshake was not seen, once its content says who serves."""
        flow: Bare = ("tcp", key[:-2])
        if not self._knows(flow) and not self._add(flow, moment):
            self._over = True

    def _association(self, statement: Statement, own: tuple[str, int], other: tuple[str, int], moment: Moment) -> None:
        """Keep which application entity associates with which, and where both are."""
        client, (server, port) = (own[0], other) if statement.role == "client" else (other[0], own)
        said = statement.facts
        names = ("calling_ae", said.get("calling_ae", "")), ("called_ae", said.get("called_ae", ""))
        facts = (*names, ("server", server), ("port", str(port)), ("said", _ASSOCIATING[statement.kind]))
        if not self._add(("dicom.association", client, facts, "tcp", None, None), moment):
            self._over = True

    def _role(self, key: bytes, statement: Statement) -> Role:
        """Return whether a host is server or client of what either could have said: the handshake tells, or nothing."""
        if _host(key) in self._listeners:
            return "server"
        return "client" if _host(reverse(key)) in self._listeners else statement.role


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


def _arp(data: bytes) -> list[Fact | Bare]:
    sender = arp.dissect(data, 0, len(data))
    return [] if sender is None else [("arp", sender[0], (), None, None, sender[1])]


def _announced(statements: Iterable[Statement]) -> list[Fact | Bare]:
    """Return what a neighbour says below IP; a fact that names no address is kept under none."""
    return [(said.kind, said.address or UNKNOWN, _pairs(said), None, None, said.mac) for said in statements]


def _letter(message: Message) -> list[Fact | Bare]:
    """Return what one datagram says, and who sent it to whom."""
    facts: list[Fact | Bare] = []
    for said in read(message):
        if said.address:
            facts.append((said.kind, said.address, _pairs(said), None, None, said.mac))
        else:
            port = message.source if said.role == "server" else None
            facts.append((said.kind, address(message.sender), _pairs(said), "udp", port, said.mac))
    if not _is_for_many(message.receiver):
        facts.append(("udp", _talk(message)))
    return facts


def _talk(message: Message) -> bytes:
    """Return addresses of server and client of a datagram, and the server's port: the lower one, by habit."""
    _, sender, source, target, _, receiver = message
    if source < target or (source == target and address(sender) <= address(receiver)):
        return sender + receiver + source.to_bytes(2, "big")
    return receiver + sender + target.to_bytes(2, "big")


def _host(key: bytes) -> bytes:
    """Return address and port of the sending side, as bytes."""
    return key[: (len(key) - 4) // 2] + key[-4:-2]

"""Hands out the packets that a walk in machine code leaves, and counts those it passes over."""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

from sentinel.model.kept import Kept
from sentinel.model.skipped import Skipped, Tally
from sentinel.native import can_compile
from sentinel.scan.passive.capture import (
    MAX_PACKET,
    Block,
    Interface,
    Record,
    Section,
    Source,
    Window,
    block_at,
    pcap_header,
)
from sentinel.scan.passive.gather import Moment
from sentinel.scan.passive.packets import SYN, Segment
from sentinel.scan.passive.quick import Packet
from sentinel.scan.passive.skimmer import LINKS, RECORD, Left, Skimmer
from sentinel.scan.passive.streams import DONE, FRESH, Streams

_CHUNK = 1 << 19  # a walk costs as much as twenty packets
_PLACE = struct.Struct("=IIII")
_SEGMENT = struct.Struct(">H8x12sI4xBB").unpack_from  # of IPv4 from its total length on, and TCP


class _Form(NamedTuple):
    """How to read what a walk left, each by where its record begins: its time, all of it, and where the next begins."""

    data: bytes | bytearray
    moment: Callable[[int], Moment]
    read: Callable[[int], Record]
    after: Callable[[int], int]


class _Done(NamedTuple):
    """How far the packets of one walk were handed out."""

    at: int
    passed: int
    looked: int


def skimmer_for(streams: Streams, kept: Kept | None) -> Skimmer | None:
    """Return what walks over packets in machine code; None where that cannot be made here."""
    if kept is None or not can_compile():
        return None
    try:
        return Skimmer(streams, kept)
    except (ImportError, OSError, RuntimeError):  # everything is read in Python then, with the same outcome
        return None


def walks_over(interface: Interface) -> bool:
    """Say whether packets of an interface's link are walked over."""
    return interface.link in LINKS


def left_over(source: Source, name: str, tally: Tally, skimmer: Skimmer) -> Iterator[Packet] | None:
    """Return the packets that may say something; the others are counted as handled.

    None for a form that is not walked over.
    """
    found = pcap_header(source)
    if found is None:
        return None if source.is_pcap else _left_of_blocks(source, name, tally, skimmer)
    order, header, interface = found
    if header != RECORD or not walks_over(interface):
        return None
    return _left_of_records(source, name, tally, skimmer, (order, interface))


def left_in_batch(skimmer: Skimmer, interface: Interface, batch: tuple[bytes, bytes], tally: Tally) -> Iterator[Packet]:
    """Yield the packets of a batch of a live interface that may say something; the others are counted as handled."""
    data, places = batch
    at, number = 0, tally.total

    def read(begin: int) -> Record:
        seconds, fraction, start, size = _PLACE.unpack_from(places, begin)
        return interface, seconds * interface.per_second + fraction, data, start, start + size, size

    form = _Form(data, lambda begin: read(begin)[:2], read, lambda begin: begin + RECORD)
    while at < len(places):
        done = yield from _handed_out(skimmer, skimmer.batch(data, places, at, LINKS[interface.link]), number, form)
        tally.handled += done.passed - done.looked
        at, number = done.at, number + done.passed


def _left_of_records(
    source: Source, name: str, tally: Tally, skimmer: Skimmer, header: tuple[str, Interface]
) -> Iterator[Packet]:
    order, interface = header
    unpack = struct.Struct(order + "IIII").unpack_from
    window, data, at, number = Window(source, _CHUNK), bytearray(source.head), 24, 0

    def moment(begin: int) -> Moment:
        seconds, fraction, _, _ = unpack(data, begin)
        return interface, seconds * interface.per_second + fraction

    def read(begin: int) -> Record:
        _, _, captured, wire = unpack(data, begin)
        start = begin + RECORD
        return *moment(begin), bytes(data[start : start + captured]), 0, captured, wire

    form = _Form(data, moment, read, lambda begin: begin + RECORD + unpack(data, begin)[2])
    while True:
        left = skimmer.records(data, at, LINKS[interface.link], big=order == ">")
        done = yield from _handed_out(skimmer, left, number, form)
        tally.handled += done.passed - done.looked
        at, number = done.at, number + done.passed
        if done.passed:
            continue
        need = RECORD + (unpack(data, at)[2] if at + RECORD <= len(data) else 0)
        if need > RECORD + MAX_PACKET:
            tally.skip(Skipped(name, f"after packet {number}", "bad-record"))
            return
        data, at = window.more(data, at, need), 0
        if len(data) < need:
            break
    if data or window.broken:
        tally.skip(Skipped(name, f"after packet {number}", "truncated-file"))


def _left_of_blocks(source: Source, name: str, tally: Tally, skimmer: Skimmer) -> Iterator[Packet]:
    """Walk over blocks of packets; every other block, and what is cut by the end of a chunk, is read in Python."""
    window, data, number = Window(source, _CHUNK), bytearray(source.head), 0
    block = Block(Section("<"), 0, data, 0, -4)
    links: list[int] = []

    form = _form_of_blocks(data, lambda: block.section)
    while True:
        at = block.end + 4
        left = skimmer.blocks(data, at, links, big=block.section.order == ">")
        done = yield from _handed_out(skimmer, left, number, form)
        tally.handled += done.passed - done.looked
        number += done.passed
        if done.at > at:
            block = block._replace(end=done.at - 4)
            continue
        found = block_at(window, block.section, data, at)
        if isinstance(found, str):
            if found:
                tally.skip(Skipped(name, f"after packet {tally.total}", found))
            return
        block = found
        if block.adds_interface():
            links = [LINKS.get(one.link, -1) for one in block.section.interfaces]
        elif block.is_packet:
            record = block.copied()
            if record is None:
                tally.skip(Skipped(name, f"packet {tally.total + 1}", "bad-record"))
            else:
                number += 1
                yield number, (record[0], record[1]), record


def _form_of_blocks(data: bytearray, section: Callable[[], Section]) -> _Form:
    """Return how to read packets of blocks, of whatever section was begun last."""

    def after(begin: int) -> int:
        length: int = section().head(data, begin)[1]
        return begin + length

    def read(begin: int) -> Record:
        record = Block(section(), 6, data, begin, after(begin) - 4).copied()
        if record is None:
            raise RuntimeError("a walk leaves sound records only")
        return record

    return _Form(data, lambda begin: section().moment(data, begin), read, after)


def _handed_out(skimmer: Skimmer, left: Left, number: int, form: _Form) -> Generator[Packet, None, _Done]:
    """Yield what a walk left, until one of them changes what the walk went by."""
    data, state_of, journal, looked = form.data, skimmer.states.get, skimmer.journal, 0
    for begin, before, ip in left.packets:
        if ip:
            total, key, sequence, offset, flags = _SEGMENT(data, ip + 2)
            if not flags & SYN and state_of(key, FRESH) <= DONE:
                continue  # settled since the walk
            payload = bytes(data[ip + 20 + (offset >> 2 & 0x3C) : ip + total])
            yield number + before + 1, form.moment(begin), Segment(key, sequence, flags, payload)
        else:
            record = form.read(begin)
            yield number + before + 1, (record[0], record[1]), record
        looked += 1
        if journal.opened or journal.forgotten:
            return _Done(form.after(begin), before + 1, looked)
    return _Done(left.end, left.passed, looked)

"""Hands out the packets that walks in machine code leave, walk by walk."""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Callable, Iterator, Sequence
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
from sentinel.scan.passive.frames import FAMILIES
from sentinel.scan.passive.skim import NUMBERS
from sentinel.scan.passive.skimmer import Left, Skimmer
from sentinel.scan.passive.streams import Streams

_CHUNK = 1 << 19  # a walk costs as much as twenty packets
_PLACE = struct.Struct("=IIII")
_FOUND = struct.Struct(f"={NUMBERS}q")
_HALF = 1 << 32


class Walked(NamedTuple):
    """One walk: how many packets were before it and are in it, and those that are left for a closer look.

    Each is a row of numbers as skim.py has them; `keys` holds the keys of TCP, `data` the bytes, `read` returns a
    packet by where its record begins. All is good only until the next walk.
    """

    before: int
    passed: int
    left: Iterator[tuple[int, ...]]
    keys: mmap.mmap
    data: bytes | bytearray
    interfaces: Sequence[Interface]
    read: Callable[[int], Record]


def skimmer_for(streams: Streams, kept: Kept | None) -> Skimmer | None:
    """Return what walks over packets in machine code; None where that cannot be made here."""
    if kept is None or not can_compile():
        return None
    try:
        return Skimmer(streams, kept, int.from_bytes(os.urandom(4)))
    except (ImportError, OSError, RuntimeError):  # everything is read in Python then, with the same outcome
        return None


def walks(source: Source, name: str, tally: Tally, skimmer: Skimmer) -> Iterator[Walked]:
    """Yield walk after walk over a capture. What cannot be read as a packet is counted as skipped."""
    walk = _over_records if source.is_pcap else _over_blocks
    return walk(source, name, tally, skimmer)


def walks_over_batch(
    skimmer: Skimmer, interface: Interface, batch: tuple[bytes, bytes], tally: Tally
) -> Iterator[Walked]:
    """Yield walk after walk over the packets of a batch of a live interface."""
    data, places = batch
    at, number, link = 0, tally.total, FAMILIES.get(interface.link, 0)

    def read(begin: int) -> Record:
        seconds, fraction, start, size = _PLACE.unpack_from(places, begin)
        return interface, seconds * interface.per_second + fraction, data, start, start + size, size

    while at < len(places):
        left = skimmer.batch(data, places, at, link)
        yield _walked(skimmer, left, number, data, (interface,), read)
        at, number = left.end, number + left.passed


def _walked(
    skimmer: Skimmer,
    left: Left,
    number: int,
    data: bytes | bytearray,
    interfaces: Sequence[Interface],
    read: Callable[[int], Record],
) -> Walked:
    found = _FOUND.iter_unpack(left.packets)
    return Walked(number, left.passed, found, skimmer.rows, data, interfaces, read)


def _over_records(source: Source, name: str, tally: Tally, skimmer: Skimmer) -> Iterator[Walked]:
    found = pcap_header(source)
    if found is None:
        tally.skip(Skipped(name, "file header", "truncated-file"))
        return
    order, header, interface = found
    unpack, link = struct.Struct(order + "IIII").unpack_from, FAMILIES.get(interface.link, 0)
    window, data, at, number = Window(source, _CHUNK), bytearray(source.head), 24, 0

    def read(begin: int) -> Record:
        seconds, fraction, captured, wire = unpack(data, begin)
        start = begin + header
        ticks = seconds * interface.per_second + fraction
        return interface, ticks, bytes(data[start : start + captured]), 0, captured, wire

    while True:
        left = skimmer.records(data, at, link, (order == ">", header, interface.per_second))
        yield _walked(skimmer, left, number, data, (interface,), read)
        at, number = left.end, number + left.passed
        need = header + (unpack(data, at)[2] if at + header <= len(data) else 0)
        if need > header + MAX_PACKET:
            tally.skip(Skipped(name, f"after packet {number}", "bad-record"))
            return
        if at + need <= len(data):
            continue
        data, at = window.more(data, at, need), 0
        if len(data) < need:
            break
    if data or window.broken:
        tally.skip(Skipped(name, f"after packet {number}", "truncated-file"))


def _over_blocks(source: Source, name: str, tally: Tally, skimmer: Skimmer) -> Iterator[Walked]:
    """Walk over blocks of packets; every other block, and the older forms of packets, are read in Python."""
    window, data, number = Window(source, _CHUNK), bytearray(source.head), 0
    block = Block(Section("<"), 0, data, 0, -4)
    links: list[int] = []
    read = _reading(data, lambda: block.section)
    while True:
        at = block.end + 4
        left = skimmer.blocks(data, at, links, big=block.section.order == ">")
        yield _walked(skimmer, left, number, data, block.section.interfaces, read)
        number += left.passed
        if left.end > at:
            block = block._replace(end=left.end - 4)
            continue
        found = block_at(window, block.section, data, at)
        if isinstance(found, str):
            if found:
                tally.skip(Skipped(name, f"after packet {tally.total}", found))
            return
        if found.is_packet and found.at < at:  # it was cut by the end of what was read
            block = found._replace(end=found.at - 4)
            continue
        block = found
        if block.adds_interface():
            links = [FAMILIES.get(one.link, 0) for one in block.section.interfaces]
        elif block.is_packet:
            record = block.copied()
            if record is None:
                tally.skip(Skipped(name, f"packet {tally.total + 1}", "bad-record"))
            else:
                yield from _over_one(skimmer, record, number)
                number += 1


def _reading(data: bytearray, section: Callable[[], Section]) -> Callable[[int], Record]:
    """Return how to read a packet of a block, of whatever section was begun last."""

    def read(begin: int) -> Record:
        length = section().head(data, begin)[1]
        record = Block(section(), 6, data, begin, begin + length - 4).copied()
        if record is None:
            raise RuntimeError("a walk leaves sound records only")
        return record

    return read


def _over_one(skimmer: Skimmer, record: Record, number: int) -> Iterator[Walked]:
    """Walk over one packet."""
    interface, ticks, data, start, end, wire = record
    whole = bytearray(struct.pack(">IIII", ticks // _HALF, ticks % _HALF, end - start, wire) + data[start:end])
    passed = 0
    while not passed:
        left = skimmer.records(whole, 0, FAMILIES.get(interface.link, 0), (True, 16, _HALF))
        yield _walked(skimmer, left, number, whole, (interface,), lambda _: record)
        passed = left.passed

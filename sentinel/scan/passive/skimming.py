"""Hands out the packets that a walk in machine code leaves, and counts those it passes over."""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple, TypeAlias

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
from sentinel.scan.passive.skimmer import LINKS, RECORD, Left, Skimmer
from sentinel.scan.passive.streams import Streams

_CHUNK = 1 << 19  # a walk costs as much as twenty packets
_PLACE = struct.Struct("=IIII")

Numbered: TypeAlias = tuple[int, Record]
Reader: TypeAlias = Callable[[int], tuple[Record, int]]
"""Reads the record that begins at a place, and says where the next one does."""


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


def left_over(source: Source, name: str, tally: Tally, skimmer: Skimmer) -> Iterator[Numbered] | None:
    """Return the packets that may say something, each with its number; the others are counted as handled.

    None for a form that is not walked over.
    """
    found = pcap_header(source)
    if found is None:
        return None if source.is_pcap else _left_of_blocks(source, name, tally, skimmer)
    order, header, interface = found
    if header != RECORD or not walks_over(interface):
        return None
    return _left_of_records(source, name, tally, skimmer, (order, interface))


def left_in_batch(
    skimmer: Skimmer, interface: Interface, batch: tuple[bytes, bytes], tally: Tally
) -> Iterator[Numbered]:
    """Yield the packets of a batch of a live interface that may say something; the others are counted as handled."""
    data, places = batch
    at, number = 0, tally.total

    def read(begin: int) -> tuple[Record, int]:
        seconds, fraction, start, size = _PLACE.unpack_from(places, begin)
        ticks = seconds * interface.per_second + fraction
        return (interface, ticks, data, start, start + size, size), begin + RECORD

    while at < len(places):
        done = yield from _handed_out(skimmer, skimmer.batch(data, places, at, LINKS[interface.link]), number, read)
        tally.handled += done.passed - done.looked
        at, number = done.at, number + done.passed


def _left_of_records(
    source: Source, name: str, tally: Tally, skimmer: Skimmer, form: tuple[str, Interface]
) -> Iterator[Numbered]:
    order, interface = form
    unpack = struct.Struct(order + "IIII").unpack_from
    window, data, at, number = Window(source, _CHUNK), bytearray(source.head), 24, 0

    def read(begin: int) -> tuple[Record, int]:
        seconds, fraction, captured, wire = unpack(data, begin)
        start, end = begin + RECORD, begin + RECORD + captured
        ticks = seconds * interface.per_second + fraction
        return (interface, ticks, bytes(data[start:end]), 0, captured, wire), end

    while True:
        left = skimmer.records(data, at, LINKS[interface.link], big=order == ">")
        done = yield from _handed_out(skimmer, left, number, read)
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


def _left_of_blocks(source: Source, name: str, tally: Tally, skimmer: Skimmer) -> Iterator[Numbered]:
    """Walk over blocks of packets; every other block, and what is cut by the end of a chunk, is read in Python."""
    window, data, number = Window(source, _CHUNK), bytearray(source.head), 0
    block = Block(Section("<"), 0, data, 0, -4)
    links: list[int] = []

    def read(begin: int) -> tuple[Record, int]:
        length = block.section.head(data, begin)[1]
        record = Block(block.section, 6, data, begin, begin + length - 4).copied()
        if record is None:
            raise RuntimeError("a walk leaves sound records only")
        return record, begin + length

    while True:
        at = block.end + 4
        left = skimmer.blocks(data, at, links, big=block.section.order == ">")
        done = yield from _handed_out(skimmer, left, number, read)
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
                yield number, record


def _handed_out(skimmer: Skimmer, left: Left, number: int, read: Reader) -> Generator[Numbered, None, _Done]:
    """Yield what a walk left, until one of them changes what the walk went by."""
    for looked, (begin, before) in enumerate(left.packets, 1):
        record, after = read(begin)
        yield number + before + 1, record
        if skimmer.outdated:
            return _Done(after, before + 1, looked)
    return _Done(left.end, left.passed, len(left.packets))

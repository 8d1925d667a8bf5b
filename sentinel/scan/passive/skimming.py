"""Hands out the packets of a pcap that a walk in machine code leaves, and counts those it passes over."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from sentinel.model.kept import Kept
from sentinel.model.skipped import Skipped, Tally
from sentinel.native import can_compile, machine_code
from sentinel.scan.passive.capture import MAX_PACKET, Record, Source, pcap_header
from sentinel.scan.passive.skim import Skimmer
from sentinel.scan.passive.streams import Streams

LINKS = {1: 12, 113: 14}
"""Link types that are walked over, and where their EtherType stands: Ethernet, and Linux cooked."""
_HEADER = 16
_CHUNK = 1 << 19  # a walk costs as much as twenty packets


def can_skim(source: Source, kept: Kept | None) -> bool:
    """Say whether a capture is of a form that is walked over, and machine code can be made here."""
    found = pcap_header(source)
    if not can_compile() or found is None or found[1] != _HEADER or found[2].link not in LINKS:
        return False
    try:
        machine_code("scan", kept)
    except (ImportError, OSError, RuntimeError):  # everything is read in Python then, with the same outcome
        return False
    return True


def left_over(
    source: Source, name: str, tally: Tally, streams: Streams, kept: Kept | None
) -> Iterator[tuple[int, Record]]:
    """Yield the packets that may say something, each with its number; the others are counted as handled."""
    found = pcap_header(source)
    if found is None:
        return
    order, _, interface = found
    source.chunk = _CHUNK
    skimmer = Skimmer(streams, order, MAX_PACKET, kept)
    unpack = struct.Struct(order + "IIII").unpack_from
    data, at, number = source.head, 24, 0
    while True:
        left = skimmer.walk(data, at, len(data), LINKS[interface.link])
        at, passed, looked = left.end, left.passed, 0
        for begin, before in left.packets:
            seconds, fraction, captured, wire = unpack(data, begin)
            end = begin + _HEADER + captured
            yield (
                number + before + 1,
                (interface, seconds * interface.per_second + fraction, data, begin + _HEADER, end, wire),
            )
            looked += 1
            if skimmer.outdated:
                at, passed = end, before + 1
                break
        tally.handled += passed - looked
        number += passed
        if passed:
            continue
        need = _needed(data, at, unpack)
        if need > _HEADER + MAX_PACKET:
            tally.skip(Skipped(name, f"after packet {number}", "bad-record"))
            return
        data, at = source.more(data, at, need), 0
        if len(data) < need:
            break
    if data or source.broken:
        tally.skip(Skipped(name, f"after packet {number}", "truncated-file"))


def _needed(data: bytes, at: int, unpack: Callable[[bytes, int], tuple[int, ...]]) -> int:
    """Return how many bytes the next record has, as far as that is known."""
    return _HEADER + (unpack(data, at)[2] if at + _HEADER <= len(data) else 0)

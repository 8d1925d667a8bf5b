"""Listens on a network interface through libpcap. Nothing is sent; what libpcap had to drop is counted and told."""

from __future__ import annotations

import select
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from sentinel.errors import InputError, Location
from sentinel.model.assets import Observation
from sentinel.model.kept import Kept
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.passive.capture import MAX_PACKET, Interface, Record
from sentinel.scan.passive.observing import Watcher, look_over, watch
from sentinel.scan.passive.quick import looked_at
from sentinel.scan.passive.skimmer import Skimmer
from sentinel.scan.passive.skimming import skimmer_for, walks_over_batch

if find_spec("pcapy") is not None:
    import pcapy

BUFFER = 64 << 20  # half a second of a full gigabit line
DROPPED = "dropped-by-system"
_BATCH = 4_096
_SMALL = 2_048 * 16  # of the places that a batch lists
_REST = 0.02
_WAIT = 200  # milliseconds until what came so far is handed over
_META = struct.Struct("=IIII")  # seconds, microseconds, offset, captured
_TICKS = 1_000_000
_MAY_NOT = "may not be listened on: run as root, or give the Python of this installation CAP_NET_RAW"
_TROUBLES = {
    -5: "is no interface of this machine; `ip link` lists them",
    -8: _MAY_NOT,
    -9: "is down; `ip link set … up` brings it up",
    -11: _MAY_NOT,
}


@dataclass(frozen=True, slots=True)
class Wire:
    """An open interface: a batch of packets at a time, and what was dropped so far."""

    name: str
    handle: Any
    buffer: int = BUFFER

    def batch(self) -> tuple[bytes, bytes]:
        """Return packets and where they lie; empty where nothing came for a while: libpcap itself would wait on."""
        select.select([self.handle.getfd()], [], [], _WAIT / 1_000)
        try:
            found: tuple[bytes, bytes] = self.handle.next_batch(_BATCH)
        except pcapy.PcapError as error:
            raise InputError(Location(self.name), f"can no longer be listened on: {error}") from error
        return found

    def dropped(self) -> int:
        """Return how many packets libpcap and the interface's driver had to drop."""
        try:
            _, by_kernel, by_driver = self.handle.stats()
        except pcapy.PcapError:  # the interface is gone, and with it what was counted
            return 0
        return int(by_kernel) + int(by_driver)


def open_wire(name: str, buffer: int = BUFFER) -> Wire:
    """Open an interface for listening, with so many bytes for packets that wait.

    Raise InputError with what can be done where that is not possible.
    """
    if find_spec("pcapy") is None:
        raise InputError(Location(name), "cannot be listened on: pcapy-ng is not there; read a capture file instead")
    handle = pcapy.create(name)
    handle.set_snaplen(MAX_PACKET)
    handle.set_promisc(1)
    handle.set_timeout(_WAIT)
    handle.set_buffer_size(buffer)
    status = handle.activate()
    if status < 0:  # above, it is a warning: not every interface can be promiscuous
        raise InputError(Location(name), _TROUBLES.get(status, f"cannot be listened on (libpcap says {status})"))
    handle.setnonblock(1)
    return Wire(name, handle, buffer)


def listen(
    wire: Wire, source: str, tally: Tally, over: Callable[[], bool], kept: Kept | None = None
) -> Iterator[Observation]:
    """Yield what hosts let be known until it is `over`: facts as their number asks for it, all others at the end.

    Where machine code can be kept in `kept`, packets that say nothing new are passed over by it, as in a file.
    """
    watcher = Watcher(source)
    heard = hearing(watcher, Interface(int(wire.handle.datalink()), _TICKS), tally, kept)
    try:
        for batch in _batches(wire, over):
            yield from heard(batch)
    except InputError as error:  # what was heard until then is not lost
        tally.skip(Skipped(source, "while listening", "interface-gone", error.fault.what))
    reason = watcher.finish()
    if reason:
        tally.skip(Skipped(source, "end of listening", reason))
    dropped = wire.dropped()
    if dropped:
        tally.skip(Skipped(source, "while listening", DROPPED))
        tally.skipped[DROPPED] += dropped - 1
    yield from watcher.gathered.drain()


def _batches(wire: Wire, over: Callable[[], bool]) -> Iterator[tuple[bytes, bytes]]:
    """Yield batches until it is over, and after that what was waiting already, at most what there is room for.

    After a small one it rests: many packets at once cost less than few and few.
    """
    while not over():
        batch = wire.batch()
        yield batch
        if len(batch[1]) < _SMALL:
            time.sleep(_REST)
    waiting = wire.buffer
    while waiting > 0 and (batch := wire.batch())[1]:
        yield batch
        waiting -= len(batch[0])


def hearing(
    watcher: Watcher, interface: Interface, tally: Tally, kept: Kept | None
) -> Callable[[tuple[bytes, bytes]], Iterator[Observation]]:
    """Return what looks at the packets of a batch, and yields what is told before the end."""
    states, name, skimmer = watcher.streams.states, tally.source, skimmer_for(watcher.streams, kept)

    def quickly(batch: tuple[bytes, bytes]) -> Iterator[Observation]:
        return watch(
            watcher, looked_at(enumerate(_records(batch, interface), tally.total + 1), tally, states), tally, name
        )

    def by_walks(batch: tuple[bytes, bytes], walker: Skimmer) -> Iterator[Observation]:
        for walked in walks_over_batch(walker, interface, batch, tally):
            yield from look_over(watcher, walked, tally, name)

    return quickly if skimmer is None else lambda batch: by_walks(batch, skimmer)


def _records(batch: tuple[bytes, bytes], interface: Interface) -> Iterator[Record]:
    data, places = batch
    for seconds, fraction, start, size in _META.iter_unpack(places):
        yield interface, seconds * _TICKS + fraction, data, start, start + size, size

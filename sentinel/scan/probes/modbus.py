"""Modbus: read device identification, function 43/14, and no register (Modbus Application Protocol 1.1b3, 6.21).

Never by default: simple controllers have stopped for less.
"""

from __future__ import annotations

from sentinel.scan.passive.protocols.modbus import dissect
from sentinel.scan.passive.reading import Excerpt
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt

REQUEST = b"\x00\x01\x00\x00\x00\x05\xff" + b"\x2b\x0e\x01\x00"
"""Transaction 1, protocol 0, five bytes, the device itself; basic identification from the first object on."""


def begin(_target: Target, _caller: Caller) -> Exchange:
    """Ask once; learn maker, product code and revision."""
    answer = yield from ask(REQUEST, lambda data: len(data) >= 6 and len(data) >= 6 + int.from_bytes(data[4:6], "big"))
    reading = dissect(Excerpt(answer)) if answer else None
    if reading and reading.statements:
        return tuple(Fact(one.kind, one.facts) for one in reading.statements)
    if len(answer) >= 9 and answer[:4] == REQUEST[:4] and answer[7] == REQUEST[7] | 0x80:
        return (Fact("modbus.device", {"exception": str(answer[8])}),)
    return unlearnt(answer, begun=REQUEST[:4].startswith(answer[:4]))

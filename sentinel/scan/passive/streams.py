"""Puts the first kilobytes of each direction of a TCP connection together, and shows them to a dissector.

Most packets belong to a direction that is already settled, and cost one dictionary look-up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from sentinel.scan.passive.gather import Moment
from sentinel.scan.passive.packets import FIN, RST, SYN, Segment, reverse
from sentinel.scan.passive.protocols import (
    amqp,
    astm,
    dicom,
    greeting,
    hl7,
    http,
    kerberos,
    modbus,
    poct1a,
    proxied,
    rdp,
    sip,
    smb,
    smtp,
    ssh,
    telnet,
    tls,
    vnc,
)
from sentinel.scan.passive.reading import NOTHING, Asked, Dissector, Excerpt, Reading

MAX_DIRECTIONS = 65_536
MAX_LIVE = 1_024
MAX_HELD = 8 << 20
MAX_WAITING = 64
MAX_MESSAGES = 16
TRIES = 8

# What is known of a direction: from 0 on, the sequence number at which its first data is expected …
FRESH = -1  # … or that its start was not seen; each packet that starts nothing known counts down from here
RESTING = -20  # start not seen or far behind: only the start of an HL7 frame is looked for
LIVE = -30  # bytes are being put together
DONE = -100  # settled: nothing more is looked at; all below are settled too
# Below the state of HTTP the number of requests is counted down.
ASKED: dict[Asked, int] = {"": DONE, "dicom": -101, "http": -102}

_ASKED_BY_STATE: dict[int, tuple[Asked, int]] = {state: (asked, 0) for asked, state in ASKED.items()} | {
    ASKED["http"] - requests: ("http", requests) for requests in range(1, MAX_MESSAGES + 1)
}
_WRAP = 0xFFFFFFFF
_BEHIND = 1 << 31
HL7_START = 0x0B
_DISSECTORS: dict[str, Dissector] = {
    "ssh": ssh.dissect,
    "http": http.dissect,
    "tls": tls.dissect,
    "dicom": dicom.dissect,
    "hl7": hl7.dissect,
    "smb": smb.dissect,
    "kerberos": kerberos.dissect_stream,
    "amqp": amqp.dissect,
    "astm": astm.dissect,
    "rdp": rdp.dissect,
    "telnet": telnet.dissect,
    "sip": sip.dissect_stream,
    "greeting": greeting.dissect,
    "smtp": smtp.dissect,
    "vnc": vnc.dissect,
    "poct1a": poct1a.dissect,
    "modbus": modbus.dissect,
    "proxied": proxied.dissect,
}
# Whom to ask about a direction, by its first byte, in this order: the first that knows it, or wants more, has it.
_BY_FIRST_BYTE: dict[int, tuple[str, ...]] = {
    0x00: ("smb", "kerberos"),
    0x01: ("dicom", "amqp"),
    0x02: ("dicom", "astm"),
    0x03: ("dicom", "rdp"),
    0x05: ("astm",),
    0x07: ("dicom",),
    HL7_START: ("hl7",),
    0x0D: ("proxied",),
    0x16: ("tls",),
    0xFF: ("telnet",),
    **dict.fromkeys(b"GDCT", ("http",)),
    ord("O"): ("sip", "http"),
    ord("P"): ("proxied", "sip", "http"),
    **dict.fromkeys(b"INRM", ("sip",)),
    **dict.fromkeys(b"2+*", ("greeting",)),
    ord("A"): ("amqp", "sip"),
    ord("B"): ("sip",),
    ord("E"): ("smtp",),
    ord("H"): ("http", "smtp", "astm"),
    ord("R"): ("vnc", "sip"),
    ord("S"): ("ssh", "sip"),
    ord("<"): ("poct1a",),
}
_LAST = ("modbus",)  # whose first bytes count transactions and may be any
_LIMITS = {"dicom": 32_768, "tls": 16_384}  # a request with 128 contexts, and a certificate, are larger than …
_LIMIT = 4_096  # … what suffices elsewhere
# First bytes of what is read by what was asked: rejections and aborts of DICOM, answers of HTTP.
_ANSWERS = frozenset(b"\3\7H")
_WINDOW = 65_536
_SHORT = 600

Tell: TypeAlias = Callable[[bytes, Reading, Moment], None]


def _dissect(data: bytes, ended: bool, asked: Asked, opened: bool) -> tuple[str, Reading | None, int]:  # noqa: FBT001 -- the parts of an excerpt
    """Return who knows the next bytes of a direction, its reading, and the state if that is all; nobody: NOTHING."""
    for protocol in (*_BY_FIRST_BYTE.get(data[0], ()), *_LAST):
        limit = _LIMITS.get(protocol, _LIMIT)
        whole = len(data) < limit
        reading = _DISSECTORS[protocol](Excerpt(data if whole else data[:limit], ended or not whole, asked, opened))
        if reading is not NOTHING:
            return protocol, reading, DONE if reading is None else _settled(protocol, reading.asked, 1)
    return "", NOTHING, DONE


_remembered = lru_cache(maxsize=4_096)(_dissect)  # machines begin their connections with the same few words


def _settled(protocol: str, asked: Asked, messages: int) -> int:
    """Return the state of a direction that was read: what it asked, and how often where that matters."""
    if protocol == "hl7":
        return RESTING
    return ASKED[asked] - (messages if asked == "http" else 0)


@dataclass(slots=True)
class Stream:
    """The start of one direction while it is being put together."""

    base: int
    moment: Moment
    opened: bool = False
    data: bytearray = field(default_factory=bytearray)
    waiting: dict[int, bytes] = field(default_factory=dict)
    asked: Asked = ""
    messages: int = 0
    answers: int = 0
    protocol: str = ""

    def held(self) -> int:
        """Return the bytes that are kept."""
        return len(self.data) + (sum(map(len, self.waiting.values())) if self.waiting else 0)

    def waits(self) -> bool:
        """Say whether it is known already that its dissector asks for all there is."""
        return self.protocol == "hl7" and len(self.data) >= hl7.SURE

    def add(self, offset: int, payload: bytes) -> None:
        """Put a piece in its place; where pieces overlap, what came first stays."""
        if offset > len(self.data):
            if len(self.waiting) < MAX_WAITING and offset < _WINDOW:
                self.waiting[offset] = max(payload, self.waiting.get(offset, b""), key=len)
            return
        self.data += payload[len(self.data) - offset :]
        for start in sorted(self.waiting) if self.waiting else ():
            if start > len(self.data):
                break
            self.data += self.waiting.pop(start)[len(self.data) - start :]

    def advance(self, used: int) -> None:
        """Move on to the next message, whose first byte may be yet to come."""
        self.base = self.base + used & _WRAP
        del self.data[:used]
        if not self.waiting:
            return
        ahead = ((at - used, piece) for at, piece in self.waiting.items() if at + len(piece) > used)
        self.waiting = {max(offset, 0): piece[max(-offset, 0) :] for offset, piece in ahead}
        self.add(0, b"")

    def note(self, reading: Reading) -> None:
        """Remember what was asked; what one message of a connection takes back stays taken back."""
        if reading is not NOTHING and not reading.aside:
            self.asked = reading.asked if not self.messages or self.asked == reading.asked else ""
            self.messages += 1
            self.answers += bool(reading.statements)  # an interim answer has none


class Streams:
    """All directions that are known, bounded in number and in bytes; the oldest are forgotten first."""

    def __init__(self, tell: Tell) -> None:
        self.states: dict[bytes, int] = {}
        self.elsewhere: Callable[[bytes], int] = lambda _: DONE
        self._live: dict[bytes, Stream] = {}
        self._held = 0
        self._tell = tell

    def take(self, segment: Segment, moment: Moment) -> None:
        """Look at one segment."""
        key, sequence, flags, payload, missing = segment
        if flags & SYN:
            self._open(segment)
        elif payload:
            if self.states.get(key) == sequence:  # what most directions begin with
                self.start(key, sequence, payload, moment, cut=missing > 0)
            else:
                self._data(segment, moment)
        if flags & (FIN | RST):
            stream = self._live.get(key)
            if stream is not None and (flags & RST or not stream.waiting):
                self._end(key, stream)

    def finish(self) -> None:
        """Read what is still open; at the end of the capture nothing more will come."""
        for key, stream in list(self._live.items()):
            self._end(key, stream)

    def live(self) -> list[bytes]:
        """Return the directions that are being put together, the oldest first."""
        return list(self._live)

    def _open(self, segment: Segment) -> None:
        start = segment.sequence + 1 & _WRAP
        stream = self._live.get(segment.key)
        if stream is not None:
            if (stream.base - start & _WRAP) < _WINDOW:
                return  # the handshake of this very connection, repeated or late
            self._end(segment.key, stream)
        if segment.key not in self.states:
            self._enter(segment.key)
        self.states[segment.key] = start

    def _data(self, segment: Segment, moment: Moment) -> None:
        key = segment.key
        state = self.states.get(key)
        if state is None:
            state = self._enter(key)
        elif state <= DONE:
            return
        stream = self._live.get(key)
        if stream is not None:
            self._grow(key, stream, segment, moment)
        elif state >= 0:
            self._expected(segment, state, moment)
        elif state > RESTING or segment.payload[0] == HL7_START:
            self.start(segment.key, segment.sequence, segment.payload, moment, cut=segment.missing > 0)

    def _expected(self, segment: Segment, base: int, moment: Moment) -> None:
        """Take the first data after a handshake, which may come late, early or twice."""
        offset = segment.sequence - base & _WRAP
        if offset == 0:
            self.start(segment.key, base, segment.payload, moment, cut=segment.missing > 0)
        elif offset > _BEHIND:
            rest = segment.payload[_WRAP + 1 - offset :]
            if rest:
                self.start(segment.key, base, rest, moment, cut=segment.missing > 0)
        elif offset < _WINDOW:
            self._keep(segment.key, Stream(base, moment, opened=True, waiting={offset: segment.payload}))
        else:
            self.states[segment.key] = RESTING

    def start(self, key: bytes, base: int, payload: bytes, moment: Moment, *, cut: bool) -> None:
        """Read what may be the start of a direction; keep it only where its dissector asks for more."""
        known = self.states[key]
        asked = self._asked(key, 0) if payload[0] in _ANSWERS else ""
        read = _remembered if len(payload) <= _SHORT else _dissect
        protocol, reading, settled = read(payload, cut, asked, known >= 0)
        if reading is NOTHING:
            tried = known - 1 if known > FRESH - TRIES else RESTING
            self.states[key] = DONE if known >= 0 else tried
        elif reading is not None and not reading.used:  # one packet says all that is wanted: most do
            self.states[key] = settled
            if reading.statements:
                self._tell(key, reading, moment)
        else:
            stream = Stream(base, moment, opened=known >= 0, data=bytearray(payload), protocol=protocol)
            if self._follow(key, stream, reading, ended=cut):
                self._keep(key, stream)

    def _keep(self, key: bytes, stream: Stream) -> None:
        self.states[key] = LIVE
        self._live[key] = stream
        self._held += stream.held()
        while len(self._live) > MAX_LIVE or self._held > MAX_HELD:
            oldest = next(iter(self._live))
            self._end(oldest, self._live[oldest])

    def _grow(self, key: bytes, stream: Stream, segment: Segment, moment: Moment) -> None:
        before, waits = stream.held(), stream.waits()
        if not stream.data:
            stream.moment = moment
        offset = segment.sequence - stream.base & _WRAP
        if offset > _BEHIND:
            stream.add(0, segment.payload[_WRAP + 1 - offset :])
        else:
            stream.add(offset, segment.payload)
        ended = segment.missing > 0 or len(stream.waiting) >= MAX_WAITING
        new = stream.data and stream.held() > before and not (waits and len(stream.data) < _LIMIT)
        reading = self._read(key, stream, ended=ended) if ended or new else None
        goes_on = self._follow(key, stream, reading, ended=ended)
        self._held += stream.held() - before
        if goes_on:
            self.states[key] = LIVE
        else:
            self._drop(key, stream)

    def _follow(self, key: bytes, stream: Stream, reading: Reading | None, *, ended: bool) -> bool:
        """Pass on a reading and those of the messages behind it; say whether more are wanted."""
        while reading is not None:
            self._say(key, stream, reading)
            if not reading.used or stream.messages >= MAX_MESSAGES:
                return False
            stream.advance(reading.used)
            if not stream.data:
                return True
            reading = self._read(key, stream, ended=ended)
        return True

    def _end(self, key: bytes, stream: Stream) -> None:
        self._drop(key, stream)
        reading = self._read(key, stream, ended=True)
        self._follow(key, stream, reading or NOTHING, ended=True)

    def _drop(self, key: bytes, stream: Stream) -> None:
        del self._live[key]
        self._held -= stream.held()

    def _read(self, key: bytes, stream: Stream, *, ended: bool) -> Reading | None:
        if not stream.data:
            return NOTHING
        asked = self._asked(key, stream.answers) if stream.data[0] in _ANSWERS else ""
        read = _remembered if len(stream.data) <= _SHORT else _dissect
        protocol, reading, _ = read(bytes(stream.data), ended, asked, stream.opened)
        stream.protocol = protocol or stream.protocol
        return reading

    def _asked(self, key: bytes, answers: int) -> Asked:
        """Return what a direction was asked for; of HTTP, only where the next answer's request was read."""
        other = reverse(key)
        stream = self._live.get(other)
        if stream is not None:
            asked, requests = stream.asked, stream.messages
        else:
            state = self.states.get(other)
            asked, requests = _ASKED_BY_STATE.get(self.elsewhere(other) if state is None else state, ("", 0))
        return asked if asked != "http" or requests > answers else ""

    def _say(self, key: bytes, stream: Stream, reading: Reading) -> None:
        stream.note(reading)
        self.states[key] = _settled(stream.protocol, stream.asked, stream.messages)
        if reading.statements:
            self._tell(key, reading, stream.moment)

    def _enter(self, key: bytes) -> int:
        """Note a direction that was not known, of which nothing was seen; forget the older half where there are many.

        A forgotten direction is looked at once more, and settles again.
        """
        if len(self.states) >= MAX_DIRECTIONS:
            kept = dict(list(self.states.items())[MAX_DIRECTIONS // 2 :])
            self.states.clear()
            self.states.update(dict.fromkeys(self._live, LIVE))
            self.states.update(kept)
        self.states[key] = FRESH
        return FRESH

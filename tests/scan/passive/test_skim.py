"""The functions that machine code is made of, as they are in Python; what they come to is in test_skimming.py."""

from __future__ import annotations

import pytest

from sentinel.scan.passive import directions, skim
from sentinel.scan.passive.capture import Interface
from sentinel.scan.passive.directions import COUNT, DATA, MORE, MOST, WALK
from sentinel.scan.passive.frames import ETHERNET
from sentinel.scan.passive.packets import ACK, FIN, RST, SYN, Segment
from sentinel.scan.passive.skim import BEGINS, FLAGS, KEY, KEY_END, LISTENS, NOTHING_NEW, SEGMENT, START, STOP
from sentinel.scan.passive.streams import DONE, FRESH, LIVE, RESTING, Streams
from tests.scan.passive.craft import Connection, arp, frame, ip, tcp, udp
from tests.scan.passive.pointed import Memory

STATES = [None, FRESH, FRESH - 3, RESTING, LIVE, DONE, DONE - 1, DONE - 5, 0, 1_001, 1_500, 0xFFFFFFFF]
FLAGS_OF = [0, ACK, SYN, SYN | ACK, FIN | ACK, RST, RST | ACK, SYN | FIN, SYN | RST | ACK, FIN | SYN | ACK, 0x18]
ENDS = [("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8::2")]


def looked(memory: Memory, one: bytes) -> int:
    return skim.look(one, 0, len(one), len(one), ETHERNET, memory.frame, memory.found, 0)


def state_of(memory: Memory, key: bytes) -> int:
    memory.frame[DATA], memory.frame[MORE] = memory.put(key), len(key)
    return directions.find_at(memory.frame)


def known(memory: Memory, key: bytes, state: int) -> None:
    half = (len(key) - 4) // 2
    ends, ports = (0, half, half), directions.ports_at(key, 2 * half)
    slot = directions.slot_of(key, ends, ports, memory.frame)
    directions.put(directions.added(slot, key, ends, ports, memory.frame), state, memory.frame)


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("flags", FLAGS_OF)
def test_what_it_does_itself_is_what_the_streams_would_do(
    ends: tuple[str, str], state: int | None, flags: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was known, and whatever comes: nothing is told, nothing put together, and the state is the same."""
    done = 0
    for payload in (b"", b"x", b"\x0bMSH|", b"SSH-2.0-x\r\n"):
        for sequence in (1_000, 1_001, 999, 70_000):
            packet = ip(*ends, 6, tcp((50_000, 22), sequence, flags, payload))
            half = 4 if packet[0] >> 4 == 4 else 16
            key = packet[20 - 2 * half : 20] + packet[20:24] if half == 4 else packet[8:44]
            memory = Memory(monkeypatch, 4)
            if state is not None:
                known(memory, key, state)
            code = looked(memory, frame(packet))
            if code in (NOTHING_NEW, LISTENS):
                told: list[object] = []
                streams = Streams(lambda *one: told.append(one))  # noqa: B023 -- read in this turn of the loop
                streams.states = {} if state is None else {key: state}
                streams.take(Segment(key, sequence, flags, payload), (Interface(1), 7))
                assert (told, streams.live()) == ([], [])
                assert state_of(memory, key) == streams.states.get(key, FRESH)
                done += 1
            assert (code == LISTENS) == (code != SEGMENT and flags == SYN | ACK)

    assert done or state == LIVE or flags & SYN == 0


def test_of_what_is_handed_on_it_is_said_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    memory, link = Memory(monkeypatch), Connection()
    one = frame(link.segment("client", 1, 0x18, b"SSH-2.0-x\r\n"), "vlan")

    assert looked(memory, one) == SEGMENT
    assert one[memory.found[START] : memory.found[STOP]] == b"SSH-2.0-x\r\n"
    assert memory.found[FLAGS] == 0x18
    assert (memory.found[KEY], memory.found[KEY_END]) == (0, 12)
    assert memory.rows() == [one[30:38] + one[38:42]]


def test_a_connection_that_is_never_read_costs_python_three_packets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to the handshake, which is counted, and the first data of each side; no more once it is settled."""
    memory, link = Memory(monkeypatch), Connection()
    packets = link.talk([("client", bytes(9_000)), ("server", b"\1" * 900)], size=500)
    codes = [looked(memory, frame(packet)) for packet in packets]

    assert [code for code in codes if code != NOTHING_NEW][:2] == [LISTENS, BEGINS]
    assert codes.count(BEGINS) == 2
    for key in memory.rows():
        row = directions.row_at(directions._slot_at(key, 0, len(key), memory.frame), memory.frame)
        directions.put(row, DONE, memory.frame)
    memory.frame[WALK] += 1
    assert {looked(memory, frame(packet)) for packet in packets[3:]} == {NOTHING_NEW}


def test_python_keeps_the_say_for_the_rest_of_a_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it was handed it may have changed: a new handshake of that connection is its own to read."""
    memory, link = Memory(monkeypatch), Connection()
    handshake = [frame(packet) for packet in link.handshake()]
    first = frame(link.segment("client", 1, 0x18, b"x"))

    assert [looked(memory, one) for one in (*handshake, first)] == [NOTHING_NEW, LISTENS, NOTHING_NEW, BEGINS]
    assert [looked(memory, one) for one in (*handshake, first)] == [SEGMENT, SEGMENT, NOTHING_NEW, SEGMENT]
    memory.frame[WALK] += 1
    assert [looked(memory, one) for one in (*handshake, first)] == [NOTHING_NEW, LISTENS, NOTHING_NEW, BEGINS]


def test_when_all_rows_are_taken_the_walk_must_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(monkeypatch)
    memory.frame[MOST] = 1
    here, there = (frame(Connection(client_port=port).segment("client", 0, SYN)) for port in (1, 2))

    assert [looked(memory, one) for one in (here, there, here)] == [NOTHING_NEW, skim.NO_ROOM, NOTHING_NEW]
    assert memory.frame[COUNT] == 1
    memory.frame[MOST] = 2
    assert looked(memory, there) == NOTHING_NEW


def test_datagrams_and_arp_are_told_by_what_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(monkeypatch)
    message = frame(ip("10.0.0.1", "10.0.0.2", 17, udp((53, 7), b"said")))
    for one, kind, said in ((frame(arp(), kind=0x0806), 0, arp()), (message, 4, message[26:])):
        assert looked(memory, one) == skim.LETTER
        assert (memory.found[skim.STATE], one[memory.found[START] : memory.found[STOP]]) == (kind, said)
    assert looked(memory, frame(b"\0" * 60, kind=0x88CC)) == skim.ANYTHING

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.assets import Observation
from sentinel.scan.passive import streams
from sentinel.scan.passive.capture import Interface
from sentinel.scan.passive.packets import Segment
from sentinel.scan.passive.reading import Asked, Reading
from sentinel.scan.passive.streams import MAX_DIRECTIONS, MAX_HELD, MAX_LIVE, Stream, Streams
from tests.scan.passive.craft import (
    Connection,
    Side,
    Turn,
    association,
    client_hello,
    heard,
    rejection,
    said,
    server_flight,
)
from tests.scan.passive.protocols.test_certificate import sample
from tests.scan.passive.protocols.test_hl7 import ACK, ORDER, framed
from tests.scan.passive.protocols.test_http import ASK, PAGE
from tests.scan.passive.spoken import SPOKEN

TALKS: dict[str, list[Turn]] = {
    "dicom": [("client", association(1)), ("server", association(2))],
    "reject": [("client", association(1)), ("server", rejection())],
    "ssh": [("server", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), ("client", b"SSH-2.0-PuTTY\r\n")],
    "http": [("client", ASK), ("server", PAGE + b"<html><head><title>Time &amp; sted</title></head>")],
    "http again": [
        ("client", ASK),
        ("server", b"HTTP/1.1 301 Moved\r\nLocation: app/explorer.html\r\nContent-Length: 0\r\n\r\n"),
        ("client", ASK.replace(b"GET /", b"GET /app")),
        ("server", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (
            "server",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 31\r\n\r\n<title>Orthanc Explorer</title>",
        ),
        ("client", ASK),
        ("server", PAGE + b"<title>Siste</title>"),
    ],
    "tls": [("client", client_hello()), ("server", server_flight(sample(), size=400))],
    "hl7": [("client", framed(ORDER.format(charset=""), ORDER.format(charset="8859/1")) + ACK), ("server", ACK * 2)],
    "unknown": [("client", b"\xffSMB" + bytes(90)), ("server", b"\xffSMB" + bytes(200))],
    **SPOKEN,
}
Piece = tuple[Side, int, bytes]


def facts(observations: list[Observation]) -> list[tuple[object, ...]]:
    return sorted((o.kind, o.address, o.port, tuple(o.facts.items()), o.count) for o in observations)


def pieces(turns: list[Turn], cut: Callable[[int], list[int]]) -> list[list[Piece]]:
    """Cut what each turn says at offsets of one's choice; each list is one turn."""
    at: dict[Side, int] = {"client": 1, "server": 1}
    cut_turns = []
    for side, content in turns:
        edges = [0, *cut(len(content)), len(content)]
        cut_turns.append([(side, at[side] + a, content[a:b]) for a, b in pairwise(edges) if a < b])
        at[side] += len(content)
    return cut_turns


def hear(turns: list[Turn], sent: list[list[Piece]]) -> list[tuple[object, ...]]:
    link = Connection()
    packets = [link.segment(side, at, 0x18, content) for turn in sent for side, at, content in turn]
    return facts(heard([*link.handshake(), *packets, *link.end(turns)]))


EXPECTED = {name: hear(turns, pieces(turns, lambda _: [])) for name, turns in TALKS.items()}


def test_the_undivided_talks_say_something() -> None:
    assert {name: len(found) for name, found in EXPECTED.items()} == {
        "dicom": 3, "reject": 3, "ssh": 3, "http": 3, "http again": 5, "tls": 3, "hl7": 5, "unknown": 1,
        "smb": 3, "smb1": 2, "rdp": 2, "vnc": 3, "vnc33": 3, "telnet": 3, "ftp": 2, "mail": 3, "imap": 2, "pop3": 2,
        "kerberos": 3, "astm": 2, "poct1a": 2, "ebxml": 4, "modbus": 2, "amqp": 3, "amqp1": 3, "sip": 3,
        "hl7 devices": 4,
    }  # fmt: skip


@pytest.mark.parametrize("name", TALKS)
def test_a_cut_at_any_byte_changes_nothing(name: str) -> None:
    turns = TALKS[name]
    for at in range(1, max(len(content) for _, content in turns)):
        assert hear(turns, pieces(turns, lambda size, at=at: [at] if at < size else [])) == EXPECTED[name]  # type: ignore[misc]  # a lambda with a default has no type


@pytest.mark.parametrize("name", TALKS)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 12))
def test_cuts_anywhere_in_any_order_with_repeats_change_nothing(name: str, seed: int, count: int) -> None:
    rng, turns = random.Random(seed), TALKS[name]
    sent = pieces(turns, lambda size: sorted(rng.randrange(1, size) for _ in range(count) if size > 1))
    for turn in sent:
        turn.extend(rng.sample(turn, rng.randrange(len(turn))))
        rng.shuffle(turn)

    assert hear(turns, sent) == EXPECTED[name]


@pytest.mark.parametrize("name", TALKS)
def test_single_bytes_change_nothing(name: str) -> None:
    turns = TALKS[name]

    assert hear(turns, pieces(turns, lambda size: list(range(1, size)))) == EXPECTED[name]


@pytest.mark.parametrize("name", ["dicom", "http", "tls", "ssh"])
def test_repeated_packets_of_a_mirror_port_count_once(name: str) -> None:
    packets = Connection().talk(TALKS[name])
    once = {f[:4] for f in EXPECTED[name]}

    found = heard([packet for packet in packets for _ in range(2)])
    assert {f[:4] for f in facts(found)} == once
    assert all(o.count == 1 for o in found if o.kind != "tcp.open")


def test_a_handshake_that_comes_after_the_first_data() -> None:
    link = Connection(server_port=22)
    first = link.segment("server", 1, 0x18, b"SSH-2.0-Open")
    rest = link.segment("server", 13, 0x18, b"SSH_9.2p1\r\n")

    assert said(heard([first, *link.handshake(), rest]), "ssh.banner")[0]["software"] == "OpenSSH_9.2p1"


def test_a_reused_port_is_a_new_connection() -> None:
    packets = []
    for number in range(3):
        link = Connection(server_port=22, client_start=number * 7_000_000, server_start=number * 9_000_000)
        packets += link.talk([("server", f"SSH-2.0-version{number}\r\n".encode())])

    assert [f["software"] for f in said(heard(packets), "ssh.banner")] == ["version0", "version1", "version2"]


def test_a_reset_ends_a_direction() -> None:
    link = Connection(server_port=80)
    answer = link.segment("server", 1, 0x18, b"HTTP/1.1 200 OK\r\nServer: x\r\n")
    reset = link.segment("server", 28, 0x04)

    assert said(heard([*link.handshake(), answer, reset]), "http.server") == [{"server": "x", "status": "200"}]


def test_a_hole_that_is_never_filled_says_nothing_beyond_it() -> None:
    link = Connection(server_port=80)
    head = link.segment("server", 1, 0x18, b"HTTP/1.1 200 OK\r\nServer: x\r\n")
    later = link.segment("server", 5_000, 0x18, b"X-Powered-By: y\r\n\r\n")

    assert said(heard([*link.handshake(), head, later]), "http.server") == [{"server": "x", "status": "200"}]


def test_data_far_from_the_handshake_is_taken_as_a_connection_whose_start_was_lost() -> None:
    link = Connection(server_port=2575)
    order = link.segment("client", 900_000, 0x18, framed(ORDER.format(charset="")))

    assert len(said(heard([*link.handshake(), link.segment("client", 800_000, 0x18, b"x"), order]), "hl7.header")) == 1


def test_pieces_that_overlap_keep_what_came_first() -> None:
    stream = Stream(0, (Interface(1), 0))
    for offset, content in ((5, b"fgh"), (0, b"abc"), (2, b"CDEFG"), (0, b"zzz"), (8, b"i")):
        stream.add(offset, content)

    assert bytes(stream.data) == b"abcDEFGhi"
    assert stream.held() == 9


def key(number: int) -> bytes:
    return number.to_bytes(4, "big") + b"\x0a\0\0\1" + b"\x9c\x40\0\x50"


def test_open_directions_are_bounded_and_the_oldest_is_read_as_far_as_it_came() -> None:
    told: list[Reading] = []
    table = Streams(lambda _key, reading, _moment: told.append(reading))
    for number in range(MAX_LIVE + 100):
        table.take(Segment(key(number), 1, 0x18, b"HTTP/1.1 200 OK\r\nServer: x\r\n"), (Interface(1), 0))

    assert len(table._live) == MAX_LIVE
    assert len(told) == 100
    table.finish()
    assert (len(told), len(table._live), table._held) == (MAX_LIVE + 100, 0, 0)


def test_held_bytes_are_bounded() -> None:
    table = Streams(lambda _key, _reading, _moment: None)
    payload = b"\x01\0\0\0\xff\xff\0\1" + bytes(66) + b"\x10\0\0\x011" + bytes(30_000)
    for number in range(1000):
        table.take(Segment(key(number), 1, 0x18, payload), (Interface(1), 0))
        table.take(Segment(key(number), 60_000, 0x18, bytes(60_000)), (Interface(1), 0))
        assert table._held <= MAX_HELD
        assert table._held == sum(stream.held() for stream in table._live.values())


def test_known_directions_are_bounded_and_forgotten_ones_settle_again() -> None:
    table = Streams(lambda _key, _reading, _moment: None)
    table.take(Segment(b"live" * 3, 1, 0x18, b"HTTP/1.1 200"), (Interface(1), 0))
    for number in range(MAX_DIRECTIONS * 2):
        table.take(Segment(key(number), 1, 0x02, b""), (Interface(1), 0))
        assert len(table.states) <= MAX_DIRECTIONS

    assert table.states[b"live" * 3] == streams.LIVE
    assert len(table._live) == 1


def test_what_was_asked_matters_only_to_what_is_read_by_it() -> None:
    """For all other first bytes it is not looked up."""
    rng, told = random.Random(5), [content for turns in TALKS.values() for _, content in turns]
    told.append(bytes((7, 0, 0, 0, 0, 4, 0, 0, 2, 0)))  # an abort
    matters = set()
    for number in range(4_000):
        content = rng.choice(told)[: rng.choice((None, None, 8, 40))]
        content = bytes((rng.randrange(256),)) + content[1:] if number % 3 == 0 else content
        asked: tuple[Asked, ...] = ("", "dicom", "http")
        ways = {repr(streams._dissect(content, bool(number % 2), one, opened=True)[:2]) for one in asked}
        if len(ways) > 1:
            matters.add(content[0])

    assert matters == set(streams._ANSWERS)

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.mssql import begin, prelogin
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, play, split
from tests.scan.probes.peers import answering


def reply(version: bytes = bytes.fromhex("0f001039 0000"), encryption: int = 0, more: bytes = b"") -> bytes:
    """MS-TDS 2.2.6.5: a table of token, offset and length, an end, and the values."""
    table = struct.pack(">BHHBHHBHHB", 0, 16, 6, 1, 22, 1, 3, 23, len(more), 0xFF)
    data = table + version + bytes((encryption,)) + more
    return struct.pack(">BBHHBB", 4, 1, 8 + len(data), 0, 1, 0) + data


def ask(*answers: bytes) -> Talk:
    return play(begin(HERE, CALLER), answers)


def test_the_message_byte_for_byte() -> None:
    """MS-TDS 2.2.3.1 (header), 2.2.6.5, laid out as in the example of 4.1."""
    header = "12 01 002f 0000 01 00"
    table = "00 001a 0006  01 0020 0001  02 0021 0001  03 0022 0004  04 0026 0001  ff"
    values = "00000000 0000  00  00  00000000  00"

    assert ask().sent == [bytes.fromhex(header + table + values)] == [prelogin()]


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        (reply(), {"version": "15.0.4153", "encryption": "login-only"}),
        (reply(bytes.fromhex("0a320640 0000"), 2), {"version": "10.50.1600", "encryption": "none"}),
        (reply(encryption=3, more=b"MARKER"), {"version": "15.0.4153", "encryption": "required"}),
        (reply(encryption=99), {"version": "15.0.4153"}),
    ],
)
def test_build_and_encryption_are_learnt(answer: bytes, facts: dict[str, str]) -> None:
    assert ask(answer).kinds == [("mssql.prelogin", facts)]


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (b"", "silent"),
        (reply()[:20], "cut"),
        (b"\x00" * 40, "other"),
        (b"HTTP/1.1 400 Bad Request\r\n" + bytes(20_000), "other"),
        (reply(version=bytes(6)), "cut"),
    ],
)
def test_what_is_no_answer_is_told_apart(answer: bytes, ended: str) -> None:
    assert ask(answer).ended == [ended]


@given(st.binary(max_size=80), st.lists(st.integers(0, 99), max_size=6))
def test_any_answer_is_survived_in_any_parts(noise: bytes, places: list[int]) -> None:
    for said in (noise, reply()[:8] + noise, b"\x04\x01\x00\x20\x00\x00\x01\x00" + noise):
        assert len(ask(*split(said, places)).sent) == 1
    assert ask(*split(reply(), places)).kinds[0][1]["version"] == "15.0.4153"


def test_over_a_real_connection() -> None:
    with answering(lambda link: link.sendall(reply() if link.recv(99) == prelogin() else b"")) as target:
        assert over_tcp(begin(target, CALLER), target).facts[0].facts["version"] == "15.0.4153"

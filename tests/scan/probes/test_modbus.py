from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.modbus import REQUEST, begin
from tests.scan.probes.drive import CALLER, HERE, Talk, play, split

OBJECTS = b"\x00\x09Duerr AG\x20" + b"\x01\x02T2" + b"\x02\x05V2.11" + b"\x80\x06MARKER"
BODY = b"\xff\x2b\x0e\x01\x01\x00\x00\x04" + OBJECTS
ANSWER = b"\x00\x01\x00\x00" + len(BODY).to_bytes(2, "big") + BODY


def ask(*answers: bytes) -> Talk:
    return play(begin(HERE, CALLER), answers)


def test_the_request_byte_for_byte() -> None:
    """Modbus Messaging on TCP/IP 1.0b, 3.1.3; Application Protocol 1.1b3, 6.21: basic identification, object 0."""
    assert ask().sent == [bytes.fromhex("0001 0000 0005 ff  2b 0e 01 00")] == [REQUEST]


def test_maker_code_and_revision_are_learnt() -> None:
    talk = ask(ANSWER)

    assert talk.kinds == [("modbus.device", {"vendor": "Duerr AG", "code": "T2", "revision": "V2.11"})]


def test_a_device_that_does_not_know_the_function_is_one() -> None:
    assert ask(bytes.fromhex("0001 0000 0003 ff ab 01")).kinds == [("modbus.device", {"exception": "1"})]


@pytest.mark.parametrize(
    ("answer", "ended"), [(b"", "silent"), (ANSWER[:20], "cut"), (b"HTTP/1.1 400\r\n\r\n", "other")]
)
def test_what_is_no_answer_is_told_apart(answer: bytes, ended: str) -> None:
    assert ask(answer).ended == [ended]


@given(st.binary(max_size=80), st.lists(st.integers(0, 99), max_size=6))
def test_any_answer_is_survived_in_any_parts(noise: bytes, places: list[int]) -> None:
    for said in (noise, ANSWER[:9] + noise):
        assert len(ask(*split(said, places)).sent) == 1
    assert ask(*split(ANSWER, places)).kinds[0][1]["code"] == "T2"

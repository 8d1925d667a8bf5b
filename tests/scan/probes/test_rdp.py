from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.rdp import REQUEST, begin
from tests.scan.probes.drive import CALLER, HERE, Talk, play, split

CONFIRM = bytes.fromhex("03000013 0ed000001234 00")
SELECTED = CONFIRM + bytes.fromhex("021f0800 01000000")
DEMANDS = CONFIRM + bytes.fromhex("03000800 05000000")


def ask(*answers: bytes) -> Talk:
    return play(begin(HERE, CALLER), answers)


def test_the_request_byte_for_byte() -> None:
    """MS-RDPBCGR 2.2.1.1 and 2.2.1.1.1: no cookie, no routing token, PROTOCOL_SSL alone."""
    tpkt, x224, negotiation = "03 00 0013", "0e e0 0000 0000 00", "01 00 0800 01000000"

    assert ask().sent == [bytes.fromhex(tpkt + x224 + negotiation)] == [REQUEST]


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        (SELECTED, {"security": "tls", "nla": "no"}),
        (DEMANDS, {"security": "nla-required", "nla": "required"}),
        (CONFIRM + bytes.fromhex("03000800 02000000"), {"security": "tls-not-allowed", "nla": "no"}),
        (CONFIRM + bytes.fromhex("03000800 03000000"), {"security": "no-certificate", "nla": "no"}),
        (CONFIRM + bytes.fromhex("02000800 00000000"), {"security": "rdp", "nla": "no"}),
        (bytes.fromhex("0300000b 06d000001234 00"), {"security": "rdp", "nla": "no"}),
        (CONFIRM + bytes.fromhex("02000800 08000000"), {"security": "nla"}),
    ],
)
def test_what_the_server_makes_of_the_offer(answer: bytes, facts: dict[str, str]) -> None:
    talk = ask(answer)

    assert (talk.kinds, len(talk.sent)) == ([("rdp.server", facts)], 1)


@pytest.mark.parametrize(
    ("answer", "ended"),
    [(b"", "silent"), (SELECTED[:12], "cut"), (b"SSH-2.0-x\r\n", "other"), (b"\x03\x00\x00\x07x", "cut")],
)
def test_what_is_no_answer_is_told_apart(answer: bytes, ended: str) -> None:
    assert ask(answer).ended == [ended]


@given(st.binary(max_size=60), st.lists(st.integers(0, 99), max_size=6))
def test_any_answer_is_survived_in_any_parts(noise: bytes, places: list[int]) -> None:
    for said in (noise, CONFIRM + noise, b"\x03\x00\x00\x13" + noise):
        assert len(ask(*split(said, places)).facts) == 1
    assert ask(*split(SELECTED, places)).facts[0].facts["nla"] == "no"

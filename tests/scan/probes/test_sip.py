from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.exchange import Caller, Target
from sentinel.scan.probes.sip import begin, options
from tests.scan.probes.drive import CALLER, HERE, Talk, play

PHONE = Target("192.0.2.7", 5060)
ANSWER = (
    b"SIP/2.0 200 OK\r\nVia: x;branch=z9hG4bK73b0537da99dbd1421d6\r\n"
    b"From: <sip:MARKER@x>\r\nTo: MARKER\r\nContact: <sip:MARKER@x>\r\n"
    b"User-Agent: Ascom Myco 3\r\nAllow: MARKER\r\nContent-Length: 6\r\n\r\nMARKER"
)


def answer_to(target: Target, caller: Caller) -> bytes:
    mark = options(target, caller).partition(b"z9hG4bK")[2][:20]
    return ANSWER.replace(b"73b0537da99dbd1421d6", mark)


def ask(*answers: bytes, target: Target = PHONE) -> Talk:
    return play(begin(target, CALLER), answers)


def test_the_request_byte_for_byte() -> None:
    """RFC 3261, 8.1.1, 11.1 and 20.22; RFC 3581, 3 (rport)."""
    mark = "73b0537da99dbd1421d6"

    assert ask().sent == [options(PHONE, CALLER)]
    assert options(PHONE, CALLER).decode().split("\r\n") == [
        "OPTIONS sip:192.0.2.7:5060 SIP/2.0",
        f"Via: SIP/2.0/UDP sentinel.invalid;rport;branch=z9hG4bK{mark}",
        "Max-Forwards: 0",
        f"From: <sip:inventory@sentinel.invalid>;tag={mark[:8]}",
        "To: <sip:192.0.2.7:5060>",
        f"Call-ID: {mark}@sentinel.invalid",
        "CSeq: 1 OPTIONS",
        "Accept: application/sdp",
        "User-Agent: Sentinel (inventory; sikkerhet@lyngvik.example)",
        "Content-Length: 0",
        "",
        "",
    ]
    assert options(Target("2001:db8::7", 5060), CALLER).startswith(b"OPTIONS sip:[2001:db8::7]:5060 SIP/2.0\r\n")


def test_product_and_status_are_learnt_and_nobody_is_named() -> None:
    talk = ask(ANSWER)

    assert talk.kinds == [("sip.server", {"server": "Ascom Myco 3", "status": "200"})]
    assert ask(
        ANSWER[:3] + b"/2.0 483 Too Many Hops\r\nCall-ID: 73b0537da99dbd1421d6@sentinel.invalid\r\n\r\n"
    ).kinds == [("sip.server", {"status": "483"})]


@pytest.mark.parametrize(("answer", "ended"), [(b"", "silent"), (b"INVITE sip:a SIP/2.0\r\n\r\n", "silent")])
def test_what_is_no_answer_is_told_apart(answer: bytes, ended: str) -> None:
    assert ask(answer).ended == [ended]


def test_provisional_answers_and_those_to_others_are_passed_over() -> None:
    trying, other = ANSWER.replace(b" 200 OK", b" 100 Trying"), ANSWER.replace(b"73b0", b"0000")

    assert ask(trying, other, ANSWER).ended == ["answered"]
    assert ask(*[other] * 9).ended == ["other"]


@given(st.binary(max_size=200))
def test_any_answer_is_survived(noise: bytes) -> None:
    for said in (noise, b"SIP/2.0 200" + noise):
        assert len(ask(said, target=HERE).sent) == 1

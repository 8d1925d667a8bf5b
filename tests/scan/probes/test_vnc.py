from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.vnc import begin
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, play, split
from tests.scan.probes.peers import answering


def ask(*answers: bytes) -> Talk:
    return play(begin(HERE, CALLER), answers)


@pytest.mark.parametrize(
    ("version", "offer", "reply", "facts"),
    [
        (b"RFB 003.008\n", b"\x01\x01", b"RFB 003.008\n", {"version": "3.8", "security": "none"}),
        (b"RFB 003.008\n", b"\x02\x02\x13", b"RFB 003.008\n", {"version": "3.8", "security": "vencrypt vnc"}),
        (b"RFB 003.007\n", b"\x01\x02", b"RFB 003.007\n", {"version": "3.7", "security": "vnc"}),
        (b"RFB 003.003\n", b"\0\0\0\x01", b"RFB 003.003\n", {"version": "3.3", "security": "none"}),
        (b"RFB 003.889\n", b"\x01\x1e", b"RFB 003.008\n", {"version": "3.889", "security": "apple"}),
        (b"RFB 004.001\n", b"\x01\x02", b"RFB 003.008\n", {"version": "4.1", "security": "vnc"}),
        (b"RFB 003.005\n", b"\0\0\0\x02", b"RFB 003.003\n", {"version": "3.5", "security": "vnc"}),
    ],
)
def test_one_version_is_answered_and_the_offer_read(
    version: bytes, offer: bytes, reply: bytes, facts: dict[str, str]
) -> None:
    """RFC 6143, 7.1.1: 3.5 is to be treated as 3.3; 7.1.2: the list of security types."""
    talk = ask(version, *([offer] if offer else []), b"MARKER")

    assert (talk.sent, talk.kinds) == ([reply], [("vnc.banner", facts | {"role": "server"})])


def test_no_security_type_is_chosen() -> None:
    assert len(ask(b"RFB 003.008\n", b"\x01\x01", b"\0\0\0\0", b"x" * 99).sent) == 1


def test_a_refusal_with_its_reason_is_not_kept() -> None:
    assert "MARKER" not in str(ask(b"RFB 003.008\n", b"\0\0\0\0\x06MARKER").facts)


@pytest.mark.parametrize(
    ("answer", "ended"),
    [(b"", "silent"), (b"RFB 003", "cut"), (b"SSH-2.0-OpenSSH_9\r\n", "other"), (b"RFB xxx.yyy\n", "other")],
)
def test_what_is_no_version_is_told_apart(answer: bytes, ended: str) -> None:
    talk = ask(answer)

    assert (talk.sent, talk.ended) == ([], [ended])


@given(st.binary(max_size=60), st.lists(st.integers(0, 99), max_size=6))
def test_any_answer_is_survived_in_any_parts(noise: bytes, places: list[int]) -> None:
    for said in (noise, b"RFB 003.008\n" + noise, b"RFB 003.003\n" + noise):
        assert len(ask(*split(said, places)).sent) <= 1
    assert ask(*split(b"RFB 003.008\n", places), b"\x01\x01").facts[0].facts["security"] == "none"


def test_over_a_real_connection() -> None:
    def serve(link: socket.socket) -> None:
        link.sendall(b"RFB 003.008\n")
        link.sendall(b"\x01\x01" if link.recv(99) == b"RFB 003.008\n" else b"\0")

    with answering(serve) as target:
        assert over_tcp(begin(target, CALLER), target).facts[0].facts["security"] == "none"

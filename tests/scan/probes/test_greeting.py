from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.greeting import begin_ftp, begin_telnet
from tests.scan.probes.drive import CALLER, HERE, over_tcp, play, split
from tests.scan.probes.peers import answering

PUMP = b"\xff\xfb\x01\xff\xfb\x03\r\nWelcome to the SIGMA Spectrum Diagnostic Terminal\r\nlogin: "
FTP = b"220 (vsFTPd 3.0.3)\r\n"


def test_ftp_names_itself_and_nothing_is_sent() -> None:
    talk = play(begin_ftp(HERE, CALLER), [FTP])

    assert (talk.sent, talk.kinds) == ([], [("ftp.banner", {"banner": "(vsFTPd 3.0.3)", "role": "server"})])


def test_telnet_shows_its_text_up_to_the_prompt_and_nothing_is_sent() -> None:
    talk = play(begin_telnet(HERE, CALLER), [PUMP, b"MARKER"])

    assert talk.sent == []
    assert talk.kinds == [
        (
            "telnet.banner",
            {"options": "yes", "banner": "Welcome to the SIGMA Spectrum Diagnostic Terminal", "role": "server"},
        )
    ]


def test_a_greeting_that_was_cut_is_told() -> None:
    assert play(begin_ftp(HERE, CALLER), [FTP[:9]]).ended == ["cut"]
    assert play(begin_ftp(HERE, CALLER), [b"220 lv-server ready\r\n"]).ended == ["other"]  # mail says the same
    assert play(begin_telnet(HERE, CALLER), [b"\xff"]).ended == ["cut"]


def test_telnet_without_options_is_known_by_its_prompt() -> None:
    talk = play(begin_telnet(HERE, CALLER), [b"HP JetDirect\r\n", b"Password: ", b"MARKER"])

    assert talk.kinds == [("telnet.banner", {"options": "no", "banner": "HP JetDirect", "role": "server"})]


@pytest.mark.parametrize("begin", [begin_ftp, begin_telnet])
@pytest.mark.parametrize(("said", "ended"), [(b"", "silent"), (b"SSH-2.0-x\r\n", "other"), (b"\x00", "other")])
def test_what_is_another_protocol_is_told_apart(begin: object, said: bytes, ended: str) -> None:
    exchange = begin_ftp if begin is begin_ftp else begin_telnet

    assert play(exchange(HERE, CALLER), [said]).ended == [ended]


@given(st.binary(max_size=200), st.lists(st.integers(0, 199), max_size=6))
def test_any_words_are_survived_in_any_parts(noise: bytes, places: list[int]) -> None:
    for begin in (begin_ftp, begin_telnet):
        for said in (noise, b"220 " + noise, b"\xff\xfd\x18" + noise):
            talk = play(begin(HERE, CALLER), split(said, places))
            assert (talk.sent, len(talk.facts)) == ([], 1)
    assert play(begin_telnet(HERE, CALLER), split(PUMP, places)).ended == ["answered"]


def test_over_a_real_connection() -> None:
    def serve(link: socket.socket) -> None:
        link.sendall(FTP)
        sent.append(link.recv(99))

    sent: list[bytes] = []
    with answering(serve) as target:
        talk = over_tcp(begin_ftp(target, CALLER), target)

    assert (talk.ended, sent) == (["answered"], [b""])

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.smb import begin, negotiate, session_setup
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, play, split
from tests.scan.probes.peers import free_port, installed, served

AUTHENTICATE = b"NTLMSSP\0\x03\0\0\0"


def message(command: int, body: bytes, status: int = 0) -> bytes:
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ16s", 64, 0, status, command, 1, 1, 0, command, 0, 0, 0, b"")
    return struct.pack(">I", 64 + len(body)) + header + body


def challenge(name: str = "LV-EPJ", more: bytes = b"") -> bytes:
    """MS-NLMP 2.2.1.2, with a version of 6.3.9600 (2.2.2.10)."""
    wide = name.encode("utf-16-le")
    info = struct.pack("<HH", 1, len(wide)) + wide + more + bytes(4)
    fixed = b"NTLMSSP\0" + struct.pack("<IHHIIQQ", 2, 0, 0, 56, 0xE2898215, 0x1122334455667788, 0)
    return fixed + struct.pack("<HHI", len(info), len(info), 56) + bytes((6, 3)) + b"\x80\x25\0\0\0\x0f" + info


NEGOTIATED = message(0, struct.pack("<HHHH", 65, 3, 0x0302, 0) + bytes(56) + b"\0")
CHALLENGED = message(1, struct.pack("<HHHH", 9, 0, 72, 200) + b"MARKER" + challenge(), 0xC0000016)
FACTS = [
    ("smb.server", {"dialect": "3.0.2", "signing_required": "yes"}),
    ("ntlm.challenge", {"build": "6.3.9600", "name": "LV-EPJ"}),
]


def ask(*answers: bytes) -> Talk:
    return play(begin(HERE, CALLER), answers)


def test_the_negotiation_byte_for_byte() -> None:
    """MS-SMB2 2.1 (transport), 2.2.1.2 (header), 2.2.3 (request), 2.2.3.1.1 (integrity of what came before)."""
    header = "fe534d42 4000 0000 00000000 0000 1f00 00000000 00000000 0000000000000000 00000000 00000000"
    body = "2400 0500 0100 0000 00000000 b09a4f5a2d6c4b7f9f0e53454e54494e 70000000 0100 0000"
    dialects = "0202 1002 0003 0203 1103 0000"
    context = "0100 2600 00000000 0100 2000 0100" + b"Sentinel inventory, no secret...".hex()
    expected = bytes.fromhex(header + "00" * 24 + body + dialects + context)

    assert negotiate() == struct.pack(">I", len(expected)) + expected
    assert expected.index(b"Sentinel") == 0x70 + 14


def test_the_request_for_a_challenge_byte_for_byte() -> None:
    """MS-SMB2 2.2.5; RFC 4178, 4.2.1 (NegTokenInit); MS-NLMP 2.2.1.1 (NEGOTIATE_MESSAGE)."""
    header = "fe534d42 4000 0000 00000000 0100 1f00 00000000 00000000 0100000000000000 00000000 00000000"
    body = "1900 00 01 00000000 00000000 5800 4a00 0000000000000000"
    spnego = "6048 06062b0601050502 a03e 303c a00e 300c 060a2b06010401823702020a a22a 0428"
    ntlm = "4e544c4d53535000 01000000 058208a2 0000000000000000 0000000000000000 000000000000000f"
    expected = bytes.fromhex(header + "00" * 24 + body + spnego + ntlm)

    assert session_setup()[4:] == expected


def test_dialect_signing_and_build_are_learnt() -> None:
    talk = ask(NEGOTIATED, CHALLENGED)

    assert (talk.sent, talk.kinds) == ([negotiate(), session_setup()], FACTS)
    assert "MARKER" not in str(talk.facts)


def test_the_challenge_is_never_answered() -> None:
    assert AUTHENTICATE not in b"".join(ask(NEGOTIATED, CHALLENGED, CHALLENGED, CHALLENGED).sent)
    assert len(ask(NEGOTIATED, CHALLENGED, CHALLENGED).sent) == 2


@pytest.mark.parametrize(
    ("answers", "kinds", "ended"),
    [
        ([], ["probe.end"], ["silent"]),
        ([NEGOTIATED], ["smb.server"], ["answered"]),
        ([NEGOTIATED[:60]], ["probe.end"], ["cut"]),
        ([b"HTTP/1.1 400 Bad\r\n\r\n"], ["probe.end"], ["other"]),
        ([b"\0\0\0\x20MARKER" + bytes(40)], ["probe.end"], ["other"]),
        ([message(0, bytes(9), 0xC00000BB)], ["smb.server"], ["answered"]),
        ([NEGOTIATED, message(1, bytes(9), 0xC0000022)], ["smb.server"], ["answered"]),
    ],
)
def test_other_answers(answers: list[bytes], kinds: list[str], ended: list[str]) -> None:
    talk = ask(*answers)

    assert ([fact.kind for fact in talk.facts], talk.ended) == (kinds, ended)
    assert "MARKER" not in str(talk.facts)


def test_a_server_that_refuses_every_dialect_says_so() -> None:
    assert ask(message(0, bytes(9), 0xC00000BB)).kinds == [("smb.server", {"refused": "c00000bb"})]


@given(st.lists(st.integers(0, 999), max_size=6))
def test_answers_may_come_in_any_parts(places: list[int]) -> None:
    assert ask(*split(NEGOTIATED, places), *split(CHALLENGED, places)).kinds == FACTS
    assert ask(*split(NEGOTIATED + CHALLENGED, places), b"").kinds[:1] == FACTS[:1]


@given(st.binary(max_size=200), st.lists(st.integers(0, 999), max_size=6))
def test_any_answer_is_survived(noise: bytes, places: list[int]) -> None:
    for said in (noise, NEGOTIATED[:70] + noise, b"\0\0\0\xc8\xfeSMB" + noise):
        assert len(ask(*split(said, places), noise).sent) <= 2
    ask(NEGOTIATED, CHALLENGED[:76] + noise, noise)


def test_samba_itself(tmp_path: Path) -> None:
    port = free_port()
    folders = "".join(
        f"{what} directory = {tmp_path}\n" for what in ("lock", "state", "cache", "pid", "private", "ncalrpc")
    )
    (tmp_path / "smb.conf").write_text(
        "[global]\nnetbios name = LV-NAS\nworkgroup = LYNGVIK\ninterfaces = lo\nbind interfaces only = yes\n"
        "server signing = mandatory\ndisable netbios = yes\n"
        f"smb ports = {port}\nlog file = {tmp_path}/smb.log\n{folders}"
    )
    command: list[str | Path] = [
        installed("smbd"), "--foreground", "--no-process-group", "-s", tmp_path / "smb.conf",
    ]  # fmt: skip
    with served(command, port, folder=tmp_path) as target:
        talk = over_tcp(begin(target, CALLER), target)

    server, said = talk.facts
    assert server.facts == {"dialect": "3.1.1", "signing_required": "yes"}
    assert said.kind == "ntlm.challenge"
    assert (said.facts["name"], said.facts["build"]) == ("LV-NAS", "6.1.0")  # Samba emulates

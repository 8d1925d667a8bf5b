from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.exchange import LIMIT
from sentinel.scan.probes.ssh import begin, farewell
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, play, split
from tests.scan.probes.peers import free_port, installed, served, written

LINE = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"
FACTS = {"software": "OpenSSH_9.2p1", "comment": "Debian-2+deb12u10", "role": "server", "protocol": "2.0"}
WHY = b"inventory, no login wanted; sikkerhet@lyngvik.example"


def ask(*answers: bytes) -> Talk:
    return play(begin(HERE, CALLER), answers)


def test_we_identify_ourselves_and_take_leave_byte_for_byte() -> None:
    """RFC 4253: 4.2 identification, 6 packet (length, padding of at least four to a multiple of eight), 11.1."""
    payload = b"\x01" + b"\x00\x00\x00\x0b" + b"\x00\x00\x00\x35" + WHY + b"\x00\x00\x00\x00"
    packet = b"\x00\x00\x00\x4c" + b"\x09" + payload + bytes(9)

    assert len(WHY) == 0x35
    assert len(packet) % 8 == 0
    assert len(packet) == 4 + 0x4C
    assert ask(LINE).sent == [b"SSH-2.0-SentinelInventory\r\n" + packet]


@given(st.integers(1, 60))
def test_padding_is_right_for_any_contact(length: int) -> None:
    caller = type(CALLER)("A", "k" * length + "@b.no")
    packet = farewell(caller).partition(b"\r\n")[2]

    assert len(packet) % 8 == 0
    assert int.from_bytes(packet[:4], "big") == len(packet) - 4
    assert 4 <= packet[4] <= 11


def test_the_server_speaks_first() -> None:
    assert next(begin(HERE, CALLER)) == b""
    assert (ask().sent, ask().ended) == ([], ["silent"])


@pytest.mark.parametrize("before", [b"", b"Velkommen MARKER\r\n", b"\r\n" * 9])
def test_the_line_is_read_after_others_which_are_not_kept(before: bytes) -> None:
    talk = ask(before + LINE + b"MARKER")

    assert talk.kinds == [("ssh.banner", FACTS)]


def test_a_server_of_version_one_is_left_alone() -> None:
    talk = ask(b"SSH-1.5-Cisco-1.25\n")

    assert (talk.sent, talk.facts[0].facts["protocol"]) == ([], "1.5")


@pytest.mark.parametrize(
    ("said", "ended"),
    [(b"SSH-2.0-Open", "cut"), (b"220 ftp\r\n", "other"), (b"SSH-\r\n", "other"), (b"x" * LIMIT * 2, "other")],
)
def test_what_is_no_identification_is_told_apart(said: bytes, ended: str) -> None:
    talk = ask(said)

    assert (talk.sent, talk.ended) == ([], [ended])


@given(st.binary(max_size=300), st.lists(st.integers(0, 999), max_size=6))
def test_any_answer_is_survived_in_any_parts(noise: bytes, places: list[int]) -> None:
    assert len(ask(*split(noise, places)).facts) == 1
    assert len(ask(*split(b"SSH-2.0-" + noise, places)).facts) == 1
    assert ask(*split(LINE, places)).kinds == [("ssh.banner", FACTS)]


def test_openssh_is_read_and_knows_who_was_there(tmp_path: Path) -> None:
    port, sshd = free_port(), installed("sshd")
    Path("/run/sshd").mkdir(exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)  # noqa: S607 -- of the machine
    options = [f"-oPort={port}", "-oListenAddress=127.0.0.1", f"-oHostKey={tmp_path / 'key'}", "-oPidFile=none"]
    with served([sshd, "-D", "-e", "-f", "/dev/null", *options], port, folder=tmp_path) as target:
        talk = over_tcp(begin(target, CALLER), target)
        log = written(tmp_path / "peer.log", "Received disconnect")

    assert talk.facts[0].facts["software"].startswith("OpenSSH_")
    assert "Received disconnect from 127.0.0.1 port" in log
    assert "11: " + WHY.decode() in log

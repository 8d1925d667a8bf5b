"""Listening for real: a namespace of its own, with a cable of which both ends are in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.errors import InputError
from sentinel.scan.passive.live import open_wire
from tests.scan.passive.craft import Connection, arp, frame, ip, udp
from tests.scan.passive.letters import LETTERS
from tests.scan.passive.test_streams import TALKS

ROOTLESS = os.geteuid() != 0 or shutil.which("ip") is None
SEND = """
import socket, sys, time
line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
line.bind(("there", 0))
frames = [bytes.fromhex(text) for text in sys.stdin.read().split()]
for number, frame in enumerate(frames * int(sys.argv[1])):
    line.send(frame)
    if number % 64 == 63:
        time.sleep(0.001)
"""
MLLP = """
import socket, threading
END = b"\\x1c\\r"
listener = socket.create_server(("10.77.9.1", 2575))

def frame(text):
    return b"\\x0b" + text + b"\\r" + END

def take(line):
    got = b""
    while not got.endswith(END):
        got += line.recv(4096)

def serve():
    line, _ = listener.accept()
    with line:
        for _ in range(3):
            take(line)
            line.sendall(frame(b"MSH|^~\\\\&|LAB|LYNGVIK|EPJ|LYNGVIK|20261001||ACK^O01|1|P|2.5\\rMSA|AA|1"))

server = threading.Thread(target=serve)
server.start()
with socket.create_connection(("10.77.9.1", 2575), source_address=("10.77.9.2", 0)) as line:
    for _ in range(3):
        head = b"MSH|^~\\\\&|EPJ|LYNGVIK|LAB|LYNGVIK|20261001||ORM^O01|1|P|2.5"
        line.sendall(frame(head + b"\\rPID|1||OPPDIKTET^PASIENT\\r" + b"OBX|1|TX|||SVAR\\r" * 90))
        take(line)
server.join()
"""


def test_an_interface_that_is_not_there_is_one_line() -> None:
    with pytest.raises(InputError, match="is no interface of this machine"):
        open_wire("nowhere0")


@pytest.fixture
def cable() -> Iterator[str]:
    """Return the name of a namespace in which `here` hears what `there` sends."""
    if ROOTLESS:
        if os.environ.get("CI"):
            pytest.fail("CI runs as root and has ip")
        pytest.skip("only root may make a network namespace")
    name = f"seeing-{os.getpid()}"
    run("ip", "netns", "add", name)
    try:
        run("ip", "-n", name, "link", "add", "here", "type", "veth", "peer", "name", "there")
        for end in ("here", "there"):
            run("ip", "netns", "exec", name, "sysctl", "-qw", f"net.ipv6.conf.{end}.disable_ipv6=1")
            run("ip", "-n", name, "link", "set", end, "up")
        yield name
    finally:
        run("ip", "netns", "del", name)


def run(*words: str, said: str = "") -> None:
    subprocess.run(words, input=said, text=True, check=True, capture_output=True)


def listening(name: str, folder: Path, *words: str, at: str = "here") -> subprocess.Popen[str]:
    """Start listening, and wait until there is room for packets: what came before libpcap made it is lost."""
    command = ["ip", "netns", "exec", name, sys.executable, "-m", "sentinel", "scan", "passive", "--interface", at]
    started = subprocess.Popen(
        [*command, *words, "-q", "--format", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    for _ in range(400):
        listeners = subprocess.run(
            ["ip", "netns", "exec", name, "ss", "--packet", "--extended"],  # noqa: S607 -- of the machine
            capture_output=True,
            text=True,
            check=True,
        )
        if "ring_rx" in listeners.stdout:
            return started
        time.sleep(0.05)
    started.kill()
    pytest.fail("nobody listens")


def send(name: str, frames: list[bytes], times: int = 1) -> None:
    run("ip", "netns", "exec", name, sys.executable, "-c", SEND, str(times), said=" ".join(one.hex() for one in frames))


def everything() -> list[bytes]:
    talks = [
        frame(packet, "vlan" if number % 2 else "ethernet")
        for number, turns in enumerate(TALKS.values())
        for packet in Connection(client_port=40_000 + number, server_port=1_000 + number).talk(turns, size=700)
    ]
    letters = [frame(ip("10.20.30.21", "10.20.30.51", 17, udp(ports, said))) for said, ports in LETTERS.values()]
    return [*talks, *letters, frame(arp(), kind=0x0806)]


def test_what_is_sent_over_a_cable_is_heard_and_told(cable: str, tmp_path: Path) -> None:
    frames = everything()
    started = listening(cable, tmp_path, "--for", "8s", "--show", "flows")
    send(cable, frames)
    out, talk = started.communicate(timeout=60)

    assert started.returncode == 0, talk
    assert f"interface here: {len(frames)} records read\n" in talk
    heard = {flow["protocol"] for flow in map(json.loads, out.splitlines())}
    assert {"dicom", "ssh", "http", "tls", "hl7", "smb", "rdp", "snmp", "dns"} <= heard


def test_a_real_listener_of_hl7_is_heard_and_no_patient(cable: str, tmp_path: Path) -> None:
    """Both ends are sockets, so that the kernel makes the packets: large ones, of which no checksum is filled in."""
    run("ip", "-n", cable, "link", "set", "lo", "up")
    for address in ("10.77.9.1", "10.77.9.2"):
        run("ip", "-n", cable, "address", "add", f"{address}/32", "dev", "lo")
    started = listening(cable, tmp_path, "--show", "flows", at="lo")
    run("ip", "netns", "exec", cable, sys.executable, "-c", MLLP)
    time.sleep(0.5)
    started.send_signal(signal.SIGINT)
    out, talk = started.communicate(timeout=60)

    assert started.returncode == 0, talk
    told = [(one["client"], one["server"], one["port"], one["protocol"]) for one in map(json.loads, out.splitlines())]
    assert told == [("10.77.9.2", "10.77.9.1", 2575, "hl7")]
    assert "PASIENT" not in out + talk


def test_stopped_by_hand_it_tells_what_it_heard(cable: str, tmp_path: Path) -> None:
    started = listening(cable, tmp_path)
    send(cable, everything())
    time.sleep(0.5)
    started.send_signal(signal.SIGINT)
    out, talk = started.communicate(timeout=60)

    assert started.returncode == 0, talk
    assert {"10.20.30.21", "10.20.30.51"} <= {asset["addresses"][0] for asset in map(json.loads, out.splitlines())}


def test_stopped_before_its_time_it_says_so(cable: str, tmp_path: Path) -> None:
    started = listening(cable, tmp_path, "--for", "10m")
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=60)

    assert started.returncode == 130


def test_an_interface_that_goes_away_ends_the_listening_with_what_was_heard(cable: str, tmp_path: Path) -> None:
    started = listening(cable, tmp_path)
    send(cable, everything())
    time.sleep(0.5)
    run("ip", "-n", cable, "link", "del", "here")
    out, talk = started.communicate(timeout=60)

    assert (started.returncode, len(out.splitlines()) >= 2) == (3, True)
    assert "1 interface-gone" in talk
    assert "Traceback" not in talk


def test_what_the_kernel_had_no_room_for_is_told_and_makes_the_result_partial(cable: str, tmp_path: Path) -> None:
    started = listening(cable, tmp_path, "--buffer", "1")
    os.kill(started.pid, signal.SIGSTOP)
    send(cable, [frame(ip("10.20.30.21", "10.20.30.51", 17, udp((5, 6), bytes(1_200))))], 6_000)
    os.kill(started.pid, signal.SIGCONT)
    time.sleep(1)
    started.send_signal(signal.SIGINT)
    _, talk = started.communicate(timeout=60)

    assert started.returncode == 3, talk
    read, dropped = re.findall(r"interface here: ([\d,]+) records read, skipped: ([\d,]+) dropped-by-system", talk)[0]
    assert int(read.replace(",", "")) + int(dropped.replace(",", "")) == 6_000

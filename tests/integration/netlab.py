"""Two network namespaces of a test's own, a wire between them, and everything that crosses it on record."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import pytest

from tests.shared import ROOT

SCANNER, DEVICES = "10.77.0.1", "10.77.0.2"
SCANNER6, DEVICES6 = "fd77::1", "fd77::2"
BEHIND = "10.77.1.0/24"
"""Addresses that tests/integration/device.py answers for, with a TCP of its own."""
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


@dataclass(frozen=True)
class Packet:
    """One IP packet that crossed the wire. `odd`: IP options, or a fragment."""

    at: float
    source: str
    target: str
    protocol: int
    port: int
    flags: int
    payload: bytes
    odd: bool
    hops: int = 64


@dataclass
class Lab:
    """The scanner's namespace, the devices', and what was started in them."""

    folder: Path
    name: str
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def scanner(self) -> list[str]:
        return ["ip", "netns", "exec", f"{self.name}s"]

    @property
    def devices(self) -> list[str]:
        return ["ip", "netns", "exec", f"{self.name}d"]

    def start(self, *command: str | Path, ready: str) -> subprocess.Popen[bytes]:
        """Start a peer among the devices, and wait until it is ready.

        That is when TCP `address port` of `ready` takes connections, or when it has written the one word of `ready`.
        """
        path = self.folder / f"peer{len(self.started)}.log"
        with path.open("wb") as log:
            process = subprocess.Popen([*self.devices, *command], stdout=log, stderr=log, cwd=self.folder)
        self.started.append(process)
        where = ready.split()
        probe = f"import socket; socket.create_connection(({where[0]!r}, {where[-1]}), 1)"
        for _ in range(100):
            if len(where) == 1 and where[0] in path.read_text():
                return process
            if (
                len(where) == 2
                and not subprocess.run(
                    [*self.devices, sys.executable, "-c", probe], capture_output=True, check=False
                ).returncode
            ):
                return process
            assert process.poll() is None, path.read_text()
            time.sleep(0.1)
        raise AssertionError(f"{command[0]} does not answer: {path.read_text()}")

    def sentinel(
        self, *words: str | Path, before: Sequence[str] = (), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `sentinel` where the scanner is; `before` is a command that starts it."""
        return subprocess.run(
            [*self.scanner, *before, sys.executable, "-m", "sentinel", *map(str, words)],
            capture_output=True, text=True, cwd=self.folder, timeout=300, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT), "SENTINEL_STORE": str(self.folder / "s.db"),
                 "SENTINEL_POLICY": str(self.folder / "policy"), **environment},
        )  # fmt: skip

    def popen(self, *words: str | Path, **environment: str) -> subprocess.Popen[str]:
        """Start `sentinel` where the scanner is."""
        return subprocess.Popen(
            [*self.scanner, sys.executable, "-m", "sentinel", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "SENTINEL_STORE": str(self.folder / "s.db"),
                 "SENTINEL_POLICY": str(self.folder / "policy"), **environment},
        )  # fmt: skip

    @contextmanager
    def capture(self) -> Iterator[list[Packet]]:
        """Record what crosses the wire; the list is filled when the block ends. ARP and its like are not IP."""
        path, seen = self.folder / f"{time.monotonic_ns()}.pcap", list[Packet]()
        command = [
            *self.scanner,
            "tcpdump",
            "-i",
            "va",
            "-w",
            str(path),
            "-U",
            "--immediate-mode",
            "-s",
            "0",
            "tcp or udp or (ip6 proto 17)",
        ]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert process.stderr
        while "listening on" not in process.stderr.readline():
            assert process.poll() is None
        yield seen
        time.sleep(0.3)
        process.terminate()
        process.wait(10)
        process.stderr.close()
        seen += packets(path)


@contextmanager
def laboratory(folder: Path) -> Iterator[Lab]:
    """Make the namespaces, and take them away with all that runs in them. Without root it skips; CI fails."""
    missing = [
        name for name in ("ip", "tcpdump") if not shutil.which(name, path=f"{os.environ.get('PATH')}:/usr/sbin:/sbin")
    ]
    if os.geteuid() != 0 or missing:
        if os.environ.get("CI"):
            pytest.fail(f"CI runs as root and has ip and tcpdump; missing: {missing}")
        pytest.skip("needs root, for network namespaces of its own, and ip and tcpdump")
    lab = Lab(folder, f"sen{os.getpid()}{time.monotonic_ns() % 100_000}")
    a, b = f"{lab.name}s", f"{lab.name}d"
    try:
        for command in _wiring(a, b):
            subprocess.run(["ip", *command.split()], check=True, capture_output=True)  # noqa: S607 -- ip of the machine
        forward = "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.accept_dad=0"
        subprocess.run([*lab.devices, *forward.split()], check=True, capture_output=True)
        yield lab
    finally:
        for process in lab.started:
            process.kill()
            process.wait(10)
        for name in (a, b):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)  # noqa: S607 -- the same


def _wiring(a: str, b: str) -> list[str]:
    return [
        f"netns add {a}", f"netns add {b}", f"link add va netns {a} type veth peer name vb netns {b}",
        f"-n {a} addr add {SCANNER}/24 dev va", f"-n {b} addr add {DEVICES}/24 dev vb",
        *(f"-n {b} addr add 10.77.0.{n}/24 dev vb" for n in range(3, 20)),
        f"-n {a} addr add {SCANNER6}/64 dev va nodad", f"-n {b} addr add {DEVICES6}/64 dev vb nodad",
        f"-n {a} link set va up", f"-n {b} link set vb up", f"-n {a} link set lo up", f"-n {b} link set lo up",
        f"-n {a} route add {BEHIND} via {DEVICES}",
    ]  # fmt: skip


def packets(path: Path) -> Iterator[Packet]:
    """Read a pcap of Ethernet with nothing of ours: this must not share a fault with what it judges."""
    raw = path.read_bytes()
    place = 24
    while place + 16 <= len(raw):
        seconds, micro, size = struct.unpack_from("<III", raw, place)
        frame = raw[place + 16 : place + 16 + size]
        place += 16 + size
        kind = frame[12:14]
        if kind == b"\x08\x00":
            yield _ipv4(seconds + micro / 1e6, frame[14:])
        elif kind == b"\x86\xdd":
            yield _ipv6(seconds + micro / 1e6, frame[14:])


def _ipv4(at: float, data: bytes) -> Packet:
    head = (data[0] & 15) * 4
    total = int.from_bytes(data[2:4])
    odd = head != 20 or bool(int.from_bytes(data[6:8]) & 0x3FFF)
    source, target = str(IPv4Address(data[12:16])), str(IPv4Address(data[16:20]))
    return replace(_transport(at, (source, target), data[9], data[head:total], odd=odd), hops=data[8])


def _ipv6(at: float, data: bytes) -> Packet:
    size = int.from_bytes(data[4:6])
    source, target = str(IPv6Address(data[8:24])), str(IPv6Address(data[24:40]))
    found = _transport(at, (source, target), data[6], data[40 : 40 + size], odd=data[6] not in {6, 17, 58})
    return replace(found, hops=data[7])


def _transport(at: float, ends: tuple[str, str], protocol: int, data: bytes, *, odd: bool) -> Packet:
    port = int.from_bytes(data[2:4])
    if protocol == 6:
        return Packet(at, *ends, protocol, port, data[13], data[(data[12] >> 4) * 4 :], odd)
    return Packet(at, *ends, protocol, port, 0, data[8:], odd)


def signed(lab: Lab, text: str, name: str = "scope.toml") -> Path:
    """Write a scope file whose window is open now, and sign it with a key that the lab's policy trusts."""
    path, key = lab.folder / name, lab.folder / "kari.key"
    path.write_text(text, encoding="utf-8")
    if not key.exists():
        (lab.folder / "policy" / "keys").mkdir(parents=True)
        _done(lab.sentinel("scan", "scope", "keygen", key))
        shutil.copy(lab.folder / "kari.key.pub", lab.folder / "policy" / "keys" / "kari.pub")
    _done(lab.sentinel("scan", "scope", "sign", path, "--key", key))
    return path


def plan_of(lab: Lab, scope: Path, seed: int = 1) -> list[dict[str, Any]]:
    """Return the plan, as the command prints it."""
    printed = lab.sentinel("scan", "plan", scope, "--seed", str(seed), "--format", "jsonl")
    return [json.loads(line) for line in _done(printed).stdout.splitlines()]


def _done(process: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    assert process.returncode == 0, process.stderr
    return process


def from_scanner(seen: Sequence[Packet]) -> list[Packet]:
    """Return what the scanner sent."""
    return [packet for packet in seen if packet.source in {SCANNER, SCANNER6}]

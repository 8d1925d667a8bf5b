"""Devices with a small TCP of their own, behind a TUN interface: well, or in trouble as the last number says.

1–9 well · 10–19 answer ever more slowly · 20–29 die at the first message · 30–39 reset every message ·
40–49 close their port after the first connection. Run as a program in a namespace: `python device.py`.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import select
import struct
import subprocess
import time

TUN, NO_INFO, SET = 0x0001, 0x1000, 0x400454CA
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SLOW = 0.3
REJECT = struct.pack(">BxI", 3, 4) + b"\0\1\1\7"
"""A-ASSOCIATE-RJ: the called AE title is not known (DICOM PS3.8, 9.3.4)."""


def checksum(data: bytes) -> int:
    data += b"\0" * (len(data) % 2)
    total = int(sum(struct.unpack(f">{len(data) // 2}H", data)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(ends: bytes, ports: bytes, numbers: tuple[int, int], flags: int, payload: bytes = b"") -> bytes:
    """Return an IPv4 packet with a TCP segment; `ends` is source and target, `numbers` sequence and acknowledgement."""
    sequence, acknowledged = (number & 0xFFFFFFFF for number in numbers)
    segment = ports + struct.pack(">IIBBHHH", sequence, acknowledged, 5 << 4, flags, 64_000, 0, 0) + payload
    pseudo = ends + struct.pack(">BBH", 0, 6, len(segment))
    segment = segment[:16] + struct.pack(">H", checksum(pseudo + segment)) + segment[18:]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0x4000, 64, 6, 0) + ends
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + segment


class Devices:
    """All devices: what each has been through decides how it answers. Sends go through a queue of moments."""

    def __init__(self) -> None:
        self.connections: dict[int, int] = {}
        self.dead: set[int] = set()
        self.waiting: list[tuple[float, bytes]] = []

    def take(self, data: bytes) -> None:
        number = data[19]
        head = (data[0] & 15) * 4
        if data[9] != 6 or number in self.dead:
            return
        ends, segment = data[16:20] + data[12:16], data[head : int.from_bytes(data[2:4])]
        ports = segment[2:4] + segment[0:2]
        sequence, acknowledged = struct.unpack(">II", segment[4:12])
        flags, payload = segment[13], segment[(segment[12] >> 4) * 4 :]
        for delay, numbers, said, answer in self.answers(number, flags, payload, (sequence, acknowledged)):
            heapq.heappush(self.waiting, (time.monotonic() + delay, packet(ends, ports, numbers, said, answer)))

    def answers(
        self, number: int, flags: int, payload: bytes, at: tuple[int, int]
    ) -> list[tuple[float, tuple[int, int], int, bytes]]:
        sequence, acknowledged = at
        if flags & SYN:
            before = self.connections[number] = self.connections.get(number, 0) + 1
            if 40 <= number < 50 and before > 1:
                return [(0, (0, sequence + 1), RST | ACK, b"")]
            delay = SLOW if 10 <= number < 20 and before > 1 else 0
            return [(delay, (1000, sequence + 1), SYN | ACK, b"")]
        if payload and 20 <= number < 30:
            self.dead.add(number)
            return []
        if payload and 30 <= number < 40:
            return [(0, (acknowledged, sequence + len(payload)), RST | ACK, b"")]
        if payload:
            return [(0, (acknowledged, sequence + len(payload)), PSH | ACK, REJECT)]
        if flags & FIN:
            return [(0, (acknowledged, sequence + 1), FIN | ACK, b"")]
        return []


def main() -> None:
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, SET, struct.pack("16sH", b"sick0", TUN | NO_INFO))
    for command in ("link set sick0 up", "addr add 10.77.1.254/24 dev sick0"):
        subprocess.run(["ip", *command.split()], check=True)  # noqa: S607 -- ip of the machine
    devices = Devices()
    while True:
        pause = max(0.0, devices.waiting[0][0] - time.monotonic()) if devices.waiting else None
        if select.select([tun], [], [], pause)[0]:
            devices.take(os.read(tun, 65_536))
        while devices.waiting and devices.waiting[0][0] <= time.monotonic():
            os.write(tun, heapq.heappop(devices.waiting)[1])


if __name__ == "__main__":
    main()

"""Measures the passive reader on a made capture, beside scapy's PcapReader in the same run.

    .venv/bin/python bench/bench_passive.py [--packets 100000] [--hosts 500] [--scapy 5000]

Compare the ratio, not the absolute figures: they are processor time of one machine.
scapy is timed on the first packets only.
"""

from __future__ import annotations

import argparse
import random
import resource
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from sentinel.model.skipped import Tally
from sentinel.scan.passive import observe

START = 1_790_000_000
SYN, ACK, PSH, FIN = 2, 16, 8, 1


def packet(ends: tuple[bytes, bytes], ports: tuple[int, int], sequence: int, flags: int, payload: bytes = b"") -> bytes:
    """Return an Ethernet frame with IPv4 and TCP."""
    head = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(payload), 7, 0x4000, 64, 6, 0)
    segment = struct.pack(">HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, 1, 0x50, flags, 8192, 0, 0)
    return b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + head + ends[0] + ends[1] + segment + payload


def item(kind: int, body: bytes) -> bytes:
    """Return a DICOM item."""
    return struct.pack(">BBH", kind, 0, len(body)) + body


def association(kind: int, number: int) -> bytes:
    """Return an association request (1) or acceptance (2)."""
    user = item(0x51, struct.pack(">I", 16384)) + item(0x52, b"1.2.276.0.7230010.3.0.3.6.7")
    body = struct.pack(">HH", 1, 0) + b"PACS".ljust(16) + f"MOD{number}".ljust(16).encode() + bytes(32)
    body += item(0x10, b"1.2.840.10008.3.1.1.1") + item(0x50, user + item(0x55, b"OFFIS_DCMTK_367"))
    return struct.pack(">BBI", kind, 0, len(body)) + body


def connection(
    number: int, ports: tuple[int, int], said: tuple[bytes, bytes], bulk: int, noise: bytes
) -> Iterator[bytes]:
    """Yield a connection: handshake, request, answer, `bulk` full packets from the client with acknowledgements."""
    client, server = struct.pack(">I", 0x0A140000 + number), struct.pack(">I", 0x0A150000 + number % 50)
    there, back, answer = (client, server), (server, client), (ports[1], ports[0])
    yield packet(there, ports, 99, SYN)
    yield packet(back, answer, 199, SYN | ACK)
    yield packet(there, ports, 100, ACK)
    yield packet(there, ports, 100, ACK | PSH, said[0])
    yield packet(back, answer, 200, ACK | PSH, said[1])
    at = 100 + len(said[0])
    for number_in_bulk in range(bulk):
        yield packet(there, ports, at, ACK, noise[number_in_bulk % 7 : number_in_bulk % 7 + 1440])
        at += 1440
        if number_in_bulk % 2:
            yield packet(back, answer, 200 + len(said[1]), ACK)
    yield packet(there, ports, at, ACK | FIN)


def conversations(hosts: int) -> Iterator[Iterable[bytes]]:
    """Yield connections without end: a quarter image transfers with most of the bytes, the rest small talk."""
    rng = random.Random(7)
    noise = rng.randbytes(4096)
    request = b"GET /app?patient=1 HTTP/1.1\r\nHost: web.example\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0)\r\n\r\n"
    page = b"HTTP/1.1 200 OK\r\nServer: Jetty(6.1.26)\r\nContent-Type: text/html\r\n\r\n<title>Timebestilling</title>"
    order = b"\x0bMSH|^~\\&|EPJ|LV|PACS|LV|20261001||ORM^O01|1|P|2.5\rPID|1||1\r\x1c\r"
    answer = b"\x0bMSH|^~\\&|PACS|LV|EPJ|LV|20261001||ACK|1|P|2.5\rMSA|AA|1\r\x1c\r"
    ssh = (b"SSH-2.0-OpenSSH_9.2p1\r\n", b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n")
    kinds = [(4242, (b"", b""), 150), (80, (request, page), 4), (2575, (order, answer), 2), (22, ssh, 30)]
    count = 0
    while True:
        number, (port, said, bulk) = rng.randrange(hosts), kinds[count % len(kinds)]
        if port == 4242:
            said = (association(1, number), association(2, number))
        yield connection(number, (20_000 + count % 40_000, port), said, rng.randrange(bulk // 2, bulk + 1), noise)
        count += 1


def write(path: Path, packets: int, hosts: int) -> None:
    """Write a capture in which 64 connections are always under way at once."""
    talks = conversations(hosts)
    running = [iter(next(talks)) for _ in range(64)]
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))
        for number in range(packets):
            which = number % len(running)
            frame = next(running[which], None)
            if frame is None:
                running[which] = iter(next(talks))
                frame = next(running[which])
            out.write(struct.pack("<IIII", START + number // 1000, number % 1000, len(frame), len(frame)) + frame)


def ours(path: Path) -> dict[str, float]:
    """Read the capture and return the figures; run in a process of its own, so that peak memory is the reader's."""
    tally = Tally(path.name)
    begun = time.process_time()
    kinds = Counter(observation.kind for observation in observe(path, path.name, tally))
    seconds = time.process_time() - begun
    print(f"  {dict(kinds)}, {tally.handled} handled, {dict(tally.skipped)} skipped")
    return figures(seconds, tally.total, path.stat().st_size) | {
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    }


def scapy(path: Path, packets: int) -> dict[str, float]:
    """Dissect the first packets with scapy."""
    from scapy.all import PcapReader

    size = 0
    begun = time.process_time()
    with PcapReader(str(path)) as reader:
        for count, frame in enumerate(reader, 1):
            size += 16 + len(frame)
            if count == packets:
                break
    return figures(time.process_time() - begun, count, size)


def figures(seconds: float, packets: int, size: int) -> dict[str, float]:
    """Return what is compared."""
    return {"seconds": seconds, "packets/s": packets / seconds, "MB/s": size / seconds / 1e6}


def show(name: str, values: dict[str, float]) -> None:
    """Print one row."""
    print(f"  {name:<9}" + "".join(f"{value:>12,.1f} {unit}" for unit, value in values.items()), flush=True)


def main() -> None:
    """Make the capture, measure both, print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=100_000)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--scapy", type=int, default=5_000)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        show("sentinel", ours(options.only))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.pcap")
        write(path, options.packets, options.hosts)
        size = path.stat().st_size
        print(
            f"capture: {options.packets:,} packets, {size / 1e6:.1f} MB, mean {size / options.packets - 16:.0f} bytes"
        )
        for _ in range(3):
            subprocess.run([sys.executable, __file__, "--only", str(path)], check=True)
        best = ours(path)
        theirs = scapy(path, options.scapy)
    show("sentinel", best)
    show("scapy", theirs)
    print(f"  ratio {best['packets/s'] / theirs['packets/s']:.0f} times the packets a second")


if __name__ == "__main__":
    main()

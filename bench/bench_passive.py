"""Measures the passive reader on a made capture of a hospital, with and without machine code, beside others.

    .venv/bin/python bench/bench_passive.py [--packets 400000] [--hosts 2000] [--scapy 5000]

Beside it in the same run: libpcap handing out every packet and doing nothing with it, libpcap with a content filter
that drops what begins nothing known, tshark where it is installed, and scapy's PcapReader on the first packets.
The content filter is shown for what it loses: of messages in two segments the second begins nothing.

`walk alone` is what our two ways do where every direction is settled from the start, and next to nothing is handed on:
what no reader of this form can be quicker than, however little it does with what it finds.

Compare the ratios, not the absolute figures: they are processor time of one machine.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from sentinel.model.kept import Kept
from sentinel.model.skipped import Tally
from sentinel.scan.passive import observe
from sentinel.scan.passive.capture import opened, records

ROOT = Path(__file__).parent.parent

START = 1_790_000_000
SEARCH = b"NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\nSERVER: Linux/4.9 UPnP/1.0 X/1\r\n\r\n"
_FIRST = "tcp[((tcp[12] & 0xf0) >> 2)"
CONTENT = (
    "arp or udp or (tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0)"
    f" or {_FIRST}:4] = 0x5353482d or {_FIRST}:4] = 0x48545450 or {_FIRST}:4] = 0x47455420"  # SSH-, HTTP, GET
    f" or {_FIRST}:4] = 0x0b4d5348 or {_FIRST}:2] = 0x1603 or {_FIRST}:2] = 0x0100 or {_FIRST}:2] = 0x0200"
)
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
    half = len(said[1]) // 2 if number % 4 == 0 else 0  # every fourth answer comes in two segments
    yield packet(there, ports, 100, ACK | PSH, said[0])
    if half:
        yield packet(back, answer, 200, ACK, said[1][:half])
    yield packet(back, answer, 200 + half, ACK | PSH, said[1][half:])
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
    hello = b"\x16\3\1\0\x2d\1\0\0\x29\3\3" + bytes(32) + b"\0\0\2\xc0\x2f\1\0\0\0"
    ssh = (b"SSH-2.0-OpenSSH_9.2p1\r\n", b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n")
    kinds = [
        (4242, (b"", b""), 150),
        (80, (request, page), 4),
        (2575, (order, answer), 2),
        (22, ssh, 30),
        (443, (hello, b""), 40),
    ]
    count = 0
    while True:
        number, (port, said, bulk) = rng.randrange(hosts), kinds[count % len(kinds)]
        if port == 4242:
            said = (association(1, number), association(2, number))
        yield connection(number, (20_000 + count % 40_000, port), said, rng.randrange(bulk // 2, bulk + 1), noise)
        count += 1


def around(number: int, hosts: int) -> bytes:
    """Return a frame of what goes on beside: ARP, name service, SNMP and discovery."""
    host = struct.pack(">I", 0x0A140000 + number * 7 % hosts)
    name = f"\x04h{number * 7 % 1000:03}\7lyngvik\7example\0".encode()
    answer = struct.pack(">HHHHHH", 7, 0x8400, 1, 1, 0, 0) + name + b"\0\1\0\1\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + host
    agent = bytes.fromhex("302902010104067075626c6963a21c0201010201000201003011300f06082b06010201010500040348454a")
    hardware = b"\x00\x09\xfb" + host[1:]
    if number % 4 == 0:
        who = struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + hardware + host + bytes(6) + b"\x0a\x15\0\1"
        return b"\xff" * 6 + hardware + b"\x08\x06" + who + bytes(18)
    ports, payload = {1: ((53, 40_000), answer), 2: ((161, 40_001), agent), 3: ((50_000, 1900), SEARCH)}[number % 4]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 28 + len(payload), 7, 0, 64, 17, 0)
    message = struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload
    return b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + head + host + b"\x0a\x15\0\2" + message


def write(path: Path, packets: int, hosts: int) -> None:
    """Write a capture in which 64 connections are always under way at once, and one packet in 50 of something else."""
    talks = conversations(hosts)
    running = [iter(next(talks)) for _ in range(64)]
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))
        for number in range(packets):
            which = number % len(running)
            frame = around(number // 50, hosts) if number % 50 == 0 else next(running[which], None)
            if frame is None:
                running[which] = iter(next(talks))
                frame = next(running[which])
            out.write(struct.pack("<IIII", START + number // 1000, number % 1000, len(frame), len(frame)) + frame)


def as_pcapng(path: Path) -> Path:
    """Write the same packets as pcapng, the form of today, and return where."""
    out_path = path.with_suffix(".pcapng")
    with out_path.open("wb") as out, opened(path, path.name) as source:
        out.write(struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28))
        out.write(struct.pack("<IIHHII", 1, 20, 1, 0, 262_144, 20))
        for _, ticks, data, start, end, wire in records(source, path.name, Tally(path.name)):
            size = 32 + (end - start) + (start - end) % 4
            out.write(struct.pack("<IIIIIII", 6, size, 0, ticks >> 32, ticks & 0xFFFFFFFF, end - start, wire))
            out.write(data[start:end] + bytes((start - end) % 4) + struct.pack("<I", size))
    return out_path


def ours(path: Path, *, plain: bool) -> dict[str, float]:
    """Read the capture and return the figures; run in a process of its own, so that peak memory is the reader's."""
    kept = None if plain else _kept()
    tally = Tally(path.name)
    begun = time.process_time()
    kinds = Counter(observation.kind for observation in observe(path, path.name, tally, kept, skim_from=0))
    seconds = time.process_time() - begun
    facts = f"{sum(kinds.values()):,} facts of {len(kinds)} kinds"
    print(f"  {facts}, {tally.handled:,} handled, {dict(tally.skipped)} skipped")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures(seconds, tally.total, path.stat().st_size) | {"peak MB": peak}


def _kept() -> Kept:
    """Return where machine code is kept, once it is made."""
    from sentinel.detect.rule_cache import RuleCache
    from sentinel.native import machine_code
    from sentinel.scan.passive import skimmer

    kept = RuleCache(ROOT / ".cache" / "bench" / "code")
    machine_code(skimmer.__name__.split(".")[1], kept)
    return kept


def walk_alone(path: Path, *, plain: bool) -> dict[str, float]:
    """Walk over the capture with every direction settled, and look at nothing that is left."""
    from sentinel.scan.passive.quick import quickly
    from sentinel.scan.passive.skimming import skimmer_for, walks
    from sentinel.scan.passive.streams import DONE, Streams

    streams, tally, count = Streams(lambda *_: None), Tally(path.name), 0
    with opened(path, path.name) as source:
        for _, _, data, start, _, _ in records(source, path.name, tally):
            streams.states[data[start + 26 : start + 38]] = DONE
            count += 1
    skimmer = None if plain else skimmer_for(streams, _kept())
    if skimmer is not None:  # one walk enters all directions, after which they are settled
        with opened(path, path.name) as source:
            settled = dict(streams.states)
            deque(walks(source, path.name, tally, skimmer), maxlen=0)
            streams.states.update(settled)
    with opened(path, path.name) as source:
        begun = time.process_time()
        left = (
            quickly(source, path.name, tally, streams.states) if skimmer is None else walks(source, "", tally, skimmer)
        )
        deque(left, maxlen=0)
        return figures(time.process_time() - begun, count, path.stat().st_size)


def libpcap(path: Path, program: str = "") -> dict[str, float]:
    """Have libpcap hand out every packet that a filter lets through."""
    import pcapy

    reader = pcapy.open_offline(str(path))
    if program:
        reader.setfilter(program)
    count = 0
    begun = time.process_time()
    while reader.next()[0] is not None:
        count += 1
    return figures(time.process_time() - begun, count, path.stat().st_size)


def lost(path: Path) -> str:
    """Say which facts are lost where only what a content filter lets through is looked at."""
    import pcapy

    reader = pcapy.open_offline(str(path))
    reader.setfilter(CONTENT)
    with tempfile.TemporaryDirectory() as folder:
        filtered = Path(folder, "filtered.pcap")
        out = reader.dump_open(str(filtered))
        while (found := reader.next())[0] is not None:
            out.dump(*found)
        del out
        before, after = (_facts(one) for one in (path, filtered))
    gone = Counter({kind: 0 for kind, _ in before})
    for (kind, facts), count in before.items():
        gone[kind] += max(count - after[kind, facts], 0)
    total = Counter(kind for kind, _ in before.elements())
    return (
        ", ".join(f"{lack:,} of {total[kind]:,} {kind}" for kind, lack in sorted(gone.items()) if lack) or "none here"
    )


def _facts(path: Path) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for one in observe(path, "x", Tally("x")):
        found[one.kind, f"{one.address} {one.port} {one.facts}"] += one.count
    return found


def tshark(path: Path) -> dict[str, float] | None:
    """Have tshark print a few fields of what it recognises; nothing where it is not installed."""
    program = shutil.which("tshark")
    if program is None:
        return None
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    fields = ["-T", "fields", "-e", "dicom.assoc.ae.calling", "-e", "ssh.protocol", "-e", "http.server"]
    subprocess.run([program, "-r", path, "-Y", "dicom or ssh or http or hl7", *fields], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return figures(spent, sum(1 for _ in _all_records(path)), path.stat().st_size)


def _all_records(path: Path) -> Iterator[object]:
    with opened(path, path.name) as source:
        yield from records(source, path.name, Tally(path.name))


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


def show(name: str, values: dict[str, float], unit: float) -> None:
    """Print one row; `unit` is what libpcap does with the bare packets."""
    row = "".join(f"{value:>12,.1f} {what}" for what, value in values.items())
    print(f"  {name:<22}{row}  {values['MB/s'] / unit:>7.3f} of libpcap bare", flush=True)


def compare(path: Path, first: int) -> None:
    """Print a row for each: the best of three runs, ours each in a process of its own."""
    bare = max((libpcap(path) for _ in range(3)), key=lambda found: found["MB/s"])
    unit = bare["MB/s"]
    modern = as_pcapng(path)
    for way, of in (("--plain", path), ("--code", path), ("--code", modern)):
        print(f"  {of.suffix}")
        for _ in range(3):
            subprocess.run([sys.executable, __file__, "--only", str(of), way, "--unit", str(unit)], check=True)
    for name, plain in (("walk alone, plain", True), ("walk alone, code", False)):
        best = max((walk_alone(path, plain=plain) for _ in range(3)), key=lambda found: found["MB/s"])
        show(name, best, unit)
    show("libpcap bare", bare, unit)
    show("libpcap content filter", libpcap(path, CONTENT), unit)
    print(f"    facts lost behind that filter: {lost(path)}")
    wireshark = tshark(path)
    if wireshark:
        show("tshark", wireshark, unit)
    show("scapy", scapy(path, first), unit)


def main() -> None:
    """Make the capture, or read it in one way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=400_000)
    parser.add_argument("--hosts", type=int, default=2_000)
    parser.add_argument("--scapy", type=int, default=5_000)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--code", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--unit", type=float, default=1.0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        show("plain" if options.plain else "machine code", ours(options.only, plain=options.plain), options.unit)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.pcap")
        write(path, options.packets, options.hosts)
        size = path.stat().st_size
        print(f"capture: {options.packets:,} packets, {options.hosts:,} hosts, {size / 1e6:.1f} MB")
        compare(path, options.scapy)


if __name__ == "__main__":
    main()

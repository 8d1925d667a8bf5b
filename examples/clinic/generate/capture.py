"""Writes half an hour of the clinic's network on 18 November 2026.

`python -m examples.clinic.generate.capture [--out FILE]`
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from scapy.utils import PcapWriter

from examples.clinic.generate import frames_health as health
from examples.clinic.generate import frames_tls as tls
from examples.clinic.generate.frames import Conversation, End, Frame
from examples.clinic.generate.frames_lan import lan
from examples.clinic.generate.story import (
    DC,
    EPJ,
    FIREWALL,
    PACS,
    RECEPTION,
    ROOM1,
    ROOM2,
    SUPPLIER_ADDRESS,
    WEB,
    XRAY,
    Host,
    dice,
)

RESULT = Path(__file__).resolve().parent.parent / "capture" / "lyngvik.pcap"
MIDNIGHT = datetime(2026, 11, 18, tzinfo=UTC).timestamp()
START = 8 * 3600.0
"""Nine o'clock in the clinic."""

_IMAGING_VLAN = 30
_BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Edg/142.0.0.0"
)
_SUPPLIER = Host("leverandør", SUPPLIER_ADDRESS, FIREWALL.mac)
_PATIENT = Host("pasient", "192.0.2.144", FIREWALL.mac)


def frames() -> list[Frame]:
    """Return the capture in the order of time."""
    every = list(lan(START, dice("lan")))
    for number, part in enumerate((_web, _sealed, _administration, _imaging, _order, _closed)):
        for conversation in part(START + 60 + 13 * number, dice(part.__name__)):
            every += conversation.frames
    return sorted(every, key=lambda frame: frame.time)


def _talk(client: Host, server: Host, port: int, time: float, rolls: random.Random) -> Conversation:
    return Conversation(End(client, rolls.randrange(49152, 65535)), End(server, port), time, rolls)


def _web(time: float, rolls: random.Random) -> Iterator[Conversation]:
    """Yield plain pages: the booking page, two Windows default pages, the image archive without login."""
    iis = "Content-Type: text/html\r\nServer: Microsoft-IIS/{}\r\nX-Powered-By: ASP.NET"
    default = "<!DOCTYPE html><html><head><title>IIS Windows Server</title></head><body>&nbsp;</body></html>"
    booking = "<!doctype html><html lang='nb'><head><title>Timebestilling - Lyngvik tannklinikk</title></head></html>"
    jetty = "Content-Type: text/html; charset=utf-8\r\nServer: Jetty(6.1.26)"
    moved = f"Location: https://{EPJ.fqdn.lower()}/\r\nServer: Microsoft-IIS/10.0"
    for number, (client, server, port, path, reply) in enumerate(
        (
            (ROOM1, DC, 80, "/", _page("200 OK", iis.format("8.5"), default)),
            (ROOM2, EPJ, 80, "/", _page("301 Moved Permanently", moved, "")),
            (_PATIENT, WEB, 8080, "/time.jsp?steg=1", _page("200 OK", jetty, booking)),
            (RECEPTION, WEB, 8080, "/bilder/gammel-logo.gif", _page("404 Not Found", jetty, "<h1>Finnes ikke</h1>")),
        )
    ):
        talk = _talk(client, server, port, time + 41 * number, rolls)
        yield talk.open().ask(_get(server, path)).answer(reply).close()
    yield _archive_pages(_talk(ROOM1, PACS, 8042, time + 300, rolls))


def _archive_pages(talk: Conversation) -> Conversation:
    """Browse Orthanc: it asks for no password."""
    kind = "Connection: keep-alive\r\nContent-Type: text/html"
    explorer = "<!DOCTYPE html><html><head><title>Orthanc Explorer</title></head><body></body></html>"
    system = (
        '{"ApiVersion":16,"DicomAet":"LV_PACS","DicomPort":4242,"HttpPort":8042,"Name":"LV-PACS","Version":"1.10.1"}'
    )
    talk.open().ask(_get(PACS, "/")).answer(_page("301 Moved Permanently", "Location: app/explorer.html", ""))
    talk.ask(_get(PACS, "/app/explorer.html")).answer(_page("200 OK", kind, explorer))
    json = "Connection: keep-alive\r\nContent-Type: application/json"
    return talk.wait(0.4).ask(_get(PACS, "/system")).answer(_page("200 OK", json, system)).close()


def _get(server: Host, path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: {server.name.lower()}\r\nUser-Agent: {_BROWSER}\r\nAccept: */*\r\n\r\n".encode()
    )


def _page(status: str, headers: str, body: str) -> bytes:
    raw = body.encode()
    return f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw


def _sealed(time: float, rolls: random.Random) -> Iterator[Conversation]:
    """Yield TLS: the EPJ with its old certificate, and browsing outside."""
    for number, client in enumerate((RECEPTION, ROOM1, ROOM2) * 3):
        talk = _talk(client, EPJ, 443, time + 97 * number, rolls).open()
        talk.ask(tls.client_hello(EPJ.fqdn.lower(), rolls, modern=False))
        talk.answer(tls.server_hello_with_certificate(rolls)).ask(tls.client_finish(rolls))
        for _ in range(rolls.randrange(3, 7)):
            talk.wait(rolls.uniform(0.3, 4)).ask(tls.sealed(rolls, rolls.randrange(200, 1400)))
            talk.answer(tls.sealed(rolls, rolls.randrange(2_000, 14_000)))
        yield talk.close()
    for number, (name, address) in enumerate(
        (("www.helsenett.example", "192.0.2.71"), ("vær.example", "203.0.113.20"))
    ):
        outside = Host(name, address, FIREWALL.mac)
        talk = _talk((RECEPTION, ROOM2)[number], outside, 443, time + 500 + 30 * number, rolls).open()
        talk.ask(tls.client_hello(name, rolls, modern=True)).answer(tls.server_hello_modern(rolls))
        yield talk.ask(tls.sealed(rolls, 600)).answer(tls.sealed(rolls, 90_000)).close()


def _administration(time: float, rolls: random.Random) -> Iterator[Conversation]:
    """Yield SSH to the web server, remote desktop and file sharing; of the last two only the first exchange."""
    talk = _talk(EPJ, WEB, 22, time, rolls).open()
    talk.answer(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n").ask(b"SSH-2.0-PuTTY_Release_0.83\r\n")
    yield talk.ask(_key_exchange(rolls)).answer(_key_exchange(rolls)).close()
    hello = bytes.fromhex("030000130ee000000000000100080003000000")
    agreed = bytes.fromhex("030000130ed000001234000200080002000000")
    yield _talk(_SUPPLIER, EPJ, 3389, time + 20, rolls).open().ask(hello).answer(agreed).close()
    for number, client in enumerate((RECEPTION, ROOM1, ROOM2, EPJ)):
        for port in (445, 88, 389):
            yield _talk(client, DC, port, time + 40 + 9 * number + port / 1000, rolls).open().close()
    yield _talk(ROOM1, DC, 3389, time + 200, rolls).open().close()


def _key_exchange(rolls: random.Random) -> bytes:
    """Return an SSH key exchange offer: message 20, a cookie, ten lists of names, two closing fields."""
    exchange, ciphers = b"curve25519-sha256,ecdh-sha2-nistp256", b"chacha20-poly1305@openssh.com,aes256-ctr"
    lists = [exchange, b"ssh-ed25519", ciphers, ciphers, b"hmac-sha2-256", b"hmac-sha2-256", b"none", b"none", b"", b""]
    body = b"\x14" + rolls.randbytes(16) + b"".join(len(names).to_bytes(4, "big") + names for names in lists) + bytes(5)
    padding = 8 - (len(body) + 5) % 8 + 8
    return (len(body) + padding + 1).to_bytes(4, "big") + bytes([padding]) + body + bytes(padding)


def _imaging(time: float, rolls: random.Random) -> Iterator[Conversation]:
    """Yield the X-ray PC sending a picture over the tagged imaging network, and a viewer with any called title."""
    talk = _talk(XRAY, PACS, 4242, time, rolls)
    talk.vlan = _IMAGING_VLAN
    talk.open().ask(health.associate_request("LV_RONTGEN", "LV_PACS", picture=True))
    talk.answer(health.associate_accept("LV_RONTGEN", "LV_PACS"))
    talk.ask(health.store(rolls, 180_000)).answer(health.stored())
    yield talk.ask(health.RELEASE_REQUEST).answer(health.RELEASE_REPLY).close()
    viewer = _talk(ROOM1, PACS, 4242, time + 400, rolls).open()
    viewer.ask(health.associate_request("LV_BEH1", "HVASOMHELST", picture=False))
    viewer.answer(health.associate_accept("LV_BEH1", "HVASOMHELST"))
    viewer.ask(health.echo(reply=False)).answer(health.echo(reply=True))
    yield viewer.ask(health.RELEASE_REQUEST).answer(health.RELEASE_REPLY).close()


def _order(time: float, rolls: random.Random) -> Iterator[Conversation]:
    """Yield the EPJ ordering a picture."""
    talk = _talk(EPJ, PACS, 2575, time + 820, rolls).open()
    yield talk.ask(health.mllp(health.ORDER)).answer(health.mllp(health.ACKNOWLEDGEMENT)).close()


def _closed(time: float, rolls: random.Random) -> Iterator[Conversation]:
    """Yield knocks at ports nobody opened."""
    for number, (server, port) in enumerate(((WEB, 443), (PACS, 445), (EPJ, 8443))):
        yield _talk(ROOM2, server, port, time + 60 * number, rolls).refuse()


def write_capture(path: Path) -> int:
    """Write the capture; return how many frames."""
    path.parent.mkdir(parents=True, exist_ok=True)
    every = frames()
    with PcapWriter(str(path), linktype=1, sync=False) as writer:
        writer.write_header(None)
        for frame in every:
            raw = bytes(frame.packet)
            moment = MIDNIGHT + frame.time
            seconds = int(moment)
            writer.write_packet(raw, sec=seconds, usec=round((moment - seconds) * 1_000_000) % 1_000_000)
    return len(every)


def main() -> None:
    """Write the capture and say how large it is."""
    parser = argparse.ArgumentParser(description="Write the clinic's network capture.")
    parser.add_argument("--out", type=Path, default=RESULT, help="file to write")
    path = parser.parse_args().out
    count = write_capture(path)
    print(f"{path.name}: {count} frames, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

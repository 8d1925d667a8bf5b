"""What a local network says by itself: ARP, DHCP, IPv6 neighbours, names, time, and a switch's spanning tree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import (
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6ND_RA,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptPrefixInfo,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
)
from scapy.layers.l2 import ARP, LLC, STP, Dot3, Ether
from scapy.layers.ntp import NTPHeader
from scapy.packet import Raw

from examples.clinic.generate.frames import End, Frame, datagram
from examples.clinic.generate.story import (
    DC,
    EPJ,
    FIREWALL,
    PACS,
    PRINTER,
    RECEPTION,
    ROOM1,
    ROOM2,
    SILENT,
    WEB,
    XRAY,
    Host,
)

_EVERYBODY = "ff:ff:ff:ff:ff:ff"
_WINDOWS_CLIENT, _PRINTER_CLASS, _LINUX_CLASS = b"MSFT 5.0", b"Hewlett-Packard JetDirect", b"dhcpcd-9.4.1:Linux-6.1"
_SPEAKERS = (FIREWALL, DC, EPJ, XRAY, PACS, WEB, RECEPTION, ROOM1, ROOM2, PRINTER)


def link_local(host: Host) -> str:
    """Return the IPv6 address a machine makes from its MAC."""
    part = [int(byte, 16) for byte in host.mac.split(":")]
    part[0] ^= 2
    return f"fe80::{part[0]:02x}{part[1]:02x}:{part[2]:02x}ff:fe{part[3]:02x}:{part[4]:02x}{part[5]:02x}"


def lan(start: float, dice: random.Random) -> Iterator[Frame]:
    """Yield half an hour of it, not in order."""
    yield from _arp(start, dice)
    for number, (host, vendor) in enumerate(
        (
            (RECEPTION, _WINDOWS_CLIENT),
            (ROOM1, _WINDOWS_CLIENT),
            (ROOM2, _WINDOWS_CLIENT),
            (XRAY, _WINDOWS_CLIENT),
            (PRINTER, _PRINTER_CLASS),
            (WEB, _LINUX_CLASS),
        )
    ):
        yield from _dhcp(start + 31 * number + 4, host, vendor, dice)
    yield from _ipv6(start, dice)
    yield from _names(start, dice)
    yield from _noise(start, dice)


def _arp(start: float, dice: random.Random) -> Iterator[Frame]:
    """Yield who asks for whom; three addresses are asked for and nobody answers."""
    for round_ in range(4):
        for number, host in enumerate(_SPEAKERS):
            other = DC if host is FIREWALL else FIREWALL
            time = start + 400 * round_ + 11 * number + dice.uniform(0, 5)
            yield Frame(time, _ask(host, other.address))
            reply = ARP(op=2, hwsrc=other.mac, psrc=other.address, hwdst=host.mac, pdst=host.address)
            yield Frame(time + 0.0004, Ether(src=other.mac, dst=host.mac) / reply)
    for number, address in enumerate(SILENT):
        for attempt in range(3):
            yield Frame(start + 700 + 20 * number + attempt, _ask(DC, address))


def _ask(host: Host, address: str) -> Any:  # noqa: ANN401  # scapy is untyped
    question = ARP(op=1, hwsrc=host.mac, psrc=host.address, hwdst="00:00:00:00:00:00", pdst=address)
    return Ether(src=host.mac, dst=_EVERYBODY) / question


def _dhcp(start: float, host: Host, vendor: bytes, dice: random.Random) -> Iterator[Frame]:
    """Yield the four messages of a lease."""
    number = dice.randrange(2**32)
    who = bytes.fromhex(host.mac.replace(":", ""))
    about: list[object] = [
        ("hostname", host.name.encode()),
        ("vendor_class_id", vendor),
        ("param_req_list", [1, 3, 6, 15, 31, 33]),
    ]
    lease: list[object] = [("server_id", FIREWALL.address), ("lease_time", 86400), ("subnet_mask", "255.255.255.0")]
    lease += [("router", FIREWALL.address), ("name_server", DC.address), ("domain", b"lyngvik.example"), "end"]
    wanted: list[object] = [("requested_addr", host.address), ("server_id", FIREWALL.address)]
    ask = Ether(src=host.mac, dst=_EVERYBODY) / IP(src="0.0.0.0", dst="255.255.255.255", id=1)  # noqa: S104  # a client without address yet
    tell = Ether(src=FIREWALL.mac, dst=host.mac) / IP(src=FIREWALL.address, dst=host.address, id=1)
    for step, (head, options) in enumerate(
        (
            (ask, [("message-type", "discover"), *about, "end"]),
            (tell, [("message-type", "offer"), *lease]),
            (ask, [("message-type", "request"), *wanted, *about, "end"]),
            (tell, [("message-type", "ack"), *lease]),
        )
    ):
        reply = step % 2
        ports = UDP(sport=67, dport=68) if reply else UDP(sport=68, dport=67)
        given = {"yiaddr": host.address, "siaddr": FIREWALL.address} if reply else {}
        body = BOOTP(op=2 if reply else 1, xid=number, chaddr=who, **given) / DHCP(options=options)
        yield Frame(start + 0.021 * step, head / ports / body)


def _ipv6(start: float, dice: random.Random) -> Iterator[Frame]:
    """Yield router advertisements, and neighbours asking for each other by link-local address."""
    router = link_local(FIREWALL)
    for number in range(6):
        head = Ether(src=FIREWALL.mac, dst="33:33:00:00:00:01") / IPv6(src=router, dst="ff02::1", hlim=255)
        prefix = ICMPv6NDOptPrefixInfo(prefix="2001:db8:20:30::", prefixlen=64)
        advert = ICMPv6ND_RA() / prefix / ICMPv6NDOptSrcLLAddr(lladdr=FIREWALL.mac)
        yield Frame(start + 250 * number + 3, head / advert)
    for number, host in enumerate(_SPEAKERS[1:]):
        time = start + 60 + 37 * number + dice.uniform(0, 9)
        ask = Ether(src=host.mac, dst="33:33:ff" + FIREWALL.mac[8:]) / IPv6(
            src=link_local(host), dst="ff02::1:ff" + router[-7:].replace("fe", "", 1), hlim=255
        )
        yield Frame(time, ask / ICMPv6ND_NS(tgt=router) / ICMPv6NDOptSrcLLAddr(lladdr=host.mac))
        tell = Ether(src=FIREWALL.mac, dst=host.mac) / IPv6(src=router, dst=link_local(host), hlim=255)
        yield Frame(time + 0.001, tell / ICMPv6ND_NA(tgt=router, R=1, S=1) / ICMPv6NDOptDstLLAddr(lladdr=FIREWALL.mac))


def _names(start: float, dice: random.Random) -> Iterator[Frame]:
    """Yield questions to the domain controller's name service, with answers."""
    for number in range(60):
        host = dice.choice((RECEPTION, ROOM1, ROOM2, XRAY, EPJ))
        name, address = dice.choice((("lv-epj", EPJ.address), ("lv-pacs", PACS.address), ("lv-dc01", DC.address)))
        port, query = dice.randrange(49152, 65535), dice.randrange(65536)
        question = DNSQR(qname=f"{name}.lyngvik.example")
        answer = DNSRR(rrname=f"{name}.lyngvik.example", ttl=1200, rdata=address)
        time = start + 28 * number + dice.uniform(0, 20)
        here, there = End(host, port), End(DC, 53)
        yield Frame(time, datagram(here, there, DNS(id=query, qd=[question]), number))
        full = DNS(id=query, qr=1, aa=1, ra=1, qd=[question], an=[answer])
        yield Frame(time + 0.0007, datagram(there, here, full, number))


def _noise(start: float, dice: random.Random) -> Iterator[Frame]:
    """Yield time, discovery, and the switch's spanning tree."""
    printers = Host("alle", "239.255.255.250", "01:00:5e:7f:ff:fa")
    search = (
        b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 2\r\nST: ssdp:all\r\n\r\n'
    )
    for number, host in enumerate((RECEPTION, ROOM1, ROOM2) * 4):
        time = start + 130 * number + dice.uniform(0, 60)
        yield Frame(time, datagram(End(host, 52011 + number), End(printers, 1900), Raw(search), number))
    for number, host in enumerate((EPJ, XRAY, RECEPTION, ROOM1, ROOM2)):
        time = start + 210 + 90 * number
        clock = NTPHeader(version=3, mode=3, ref=0, orig=0, recv=0, sent=3_988_000_000 + number)
        yield Frame(time, datagram(End(host, 123), End(DC, 123), clock, number))
    bridge = "02:4c:56:00:00:fe"
    for number in range(300):
        tree = LLC(dsap=0x42, ssap=0x42, ctrl=3) / STP(rootmac=bridge, bridgemac=bridge, portid=0x8003)
        yield Frame(start + 6 * number + 0.5, Dot3(src=bridge, dst="01:80:c2:00:00:00", len=38) / tree)

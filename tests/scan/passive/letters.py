"""One datagram of each protocol over UDP, and one announcement of each below IP, built from their standards.

Every field that is not to be kept holds SECRET.
"""

from __future__ import annotations

import struct
from ipaddress import ip_address

from sentinel.model.assets import Observation
from tests.scan.passive.craft import CLIENT, MAC, SERVER, frame, ip, look, pcap, udp

SECRET = "Hemmelig"  # noqa: S105 -- the mark of what must not be kept
S = SECRET.encode()


def letter(payload: bytes, ports: tuple[int, int], source: str = SERVER, target: str = CLIENT) -> list[Observation]:
    """Observe one datagram."""
    return look(pcap([frame(ip(source, target, 17, udp(ports, payload)))]))[0]


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes((tag, len(body))) + body
    return bytes((tag, 0x82)) + struct.pack(">H", len(body)) + body


def oid(dotted: str) -> bytes:
    arcs = [int(part) for part in dotted.split(".")]
    out = b""
    for arc in (arcs[0] * 40 + arcs[1], *arcs[2:]):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return tlv(0x06, out)


def bound(name: str, value: bytes) -> bytes:
    return tlv(0x30, oid(name), value)


def snmp(community: bytes = b"public", kind: int = 0xA2) -> bytes:
    pairs = [
        bound("1.3.6.1.2.1.1.1.0", tlv(0x04, b"Linux monitor 4.19")),
        bound("1.3.6.1.2.1.1.2.0", oid("1.3.6.1.4.1.19816.1.2")),
        bound("1.3.6.1.2.1.1.4.0", tlv(0x04, S)),  # sysContact
        bound("1.3.6.1.2.1.1.5.0", tlv(0x04, b"MON-3")),
        bound("1.3.6.1.2.1.1.6.0", tlv(0x04, S)),  # sysLocation
    ]
    head = [tlv(0x02, b"\x01"), tlv(0x02, b"\0"), tlv(0x02, b"\0")]
    return tlv(0x30, tlv(0x02, b"\1"), tlv(0x04, community), tlv(kind, *head, tlv(0x30, *pairs)))


def snmp_trap() -> bytes:
    pdu = tlv(
        0xA4, oid("1.3.6.1.4.1.3592.1"), tlv(0x40, bytes(4)), tlv(0x02, b"\6"), tlv(0x02, b"\1"), tlv(0x43, b"\1")
    )
    return tlv(0x30, tlv(0x02, b"\0"), tlv(0x04, S), pdu)


def snmp3() -> bytes:
    engine = struct.pack(">I", 0x80000000 | 3592) + b"\x03" + MAC
    security = tlv(0x30, tlv(0x04, engine), tlv(0x02, b"\0"), tlv(0x02, b"\0"), tlv(0x04, S), tlv(0x04), tlv(0x04))
    globals_ = tlv(0x30, tlv(0x02, b"\1"), tlv(0x02, b"\4"), tlv(0x04, b"\4"), tlv(0x02, b"\3"))
    return tlv(0x30, tlv(0x02, b"\3"), globals_, tlv(0x04, security), tlv(0x04, S))


def kerberos_request(realm: bytes = b"LYNGVIK.EXAMPLE") -> bytes:
    name = tlv(0xA1, tlv(0x30, tlv(0xA0, tlv(0x02, b"\1")), tlv(0xA1, tlv(0x30, tlv(0x1B, S)))))
    body = tlv(
        0xA4, tlv(0x30, tlv(0xA0, tlv(0x03, bytes(5))), name, tlv(0xA2, tlv(0x1B, realm)), tlv(0xA5, tlv(0x18, b"2")))
    )
    return tlv(0x6A, tlv(0x30, tlv(0xA1, tlv(0x02, b"\5")), tlv(0xA2, tlv(0x02, b"\x0a")), body))


def kerberos_reply() -> bytes:
    name = tlv(0xA4, tlv(0x30, tlv(0xA1, tlv(0x30, tlv(0x1B, S)))))
    return tlv(0x6B, tlv(0x30, tlv(0xA0, tlv(0x02, b"\5")), tlv(0xA3, tlv(0x1B, b"LYNGVIK.EXAMPLE")), name))


def framed4(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def dns_name(name: str) -> bytes:
    return b"".join(bytes((len(part),)) + part.encode() for part in name.split(".")) + b"\0"


def record_of(name: bytes, kind: int, data: bytes) -> bytes:
    return name + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def dns(*records: bytes, question: bytes = b"", flags: int = 0x8400) -> bytes:
    head = struct.pack(">HHHHHH", 7, flags, bool(question), len(records), 0, 0)
    return head + (question + b"\0\x01\0\x01" if question else b"") + b"".join(records)


def dns_answer() -> bytes:
    own = dns_name("lv-pacs.lyngvik.example")
    public = record_of(dns_name(f"{SECRET}.example"), 1, ip_address("9.9.9.9").packed)
    return dns(record_of(b"\xc0\x0c", 1, ip_address(SERVER).packed), public, question=own)


def dns_reverse() -> bytes:
    asked = dns_name("21.30.20.10.in-addr.arpa")
    return dns(record_of(b"\xc0\x0c", 12, dns_name("lv-pacs.lyngvik.example")), question=asked)


def mdns() -> bytes:
    instance = bytes((len(S),)) + S + dns_name("_ipp._tcp.local")
    txt = (
        b"\x09txtvers=1"
        + bytes((3 + len("HP LaserJet 4"),))
        + b"ty=HP LaserJet 4"
        + bytes((5 + len(S),))
        + b"note="
        + S
    )
    return dns(
        record_of(dns_name("_ipp._tcp.local"), 12, instance),
        record_of(instance, 16, txt),
        record_of(dns_name("skriver-2.local"), 1, ip_address(SERVER).packed),
    )


def nbns_name(name: bytes, suffix: int) -> bytes:
    raw = name.ljust(15) + bytes((suffix,))
    return b"\x20" + b"".join(bytes((0x41 + (byte >> 4), 0x41 + (byte & 15))) for byte in raw) + b"\0"


def nbns_registration(name: bytes = b"LV-BEH1", suffix: int = 0) -> bytes:
    head = struct.pack(">HHHHHH", 1, 0x2910, 1, 0, 0, 1) + nbns_name(name, suffix) + b"\0\x20\0\x01"
    return head + b"\xc0\x0c" + struct.pack(">HHIHH", 0x20, 1, 300, 6, 0) + ip_address(SERVER).packed


def nbns_status() -> bytes:
    names = b"".join(
        name.ljust(15) + bytes((suffix,)) + struct.pack(">H", flags)
        for name, suffix, flags in (
            (b"LV-BEH1", 0, 0x400),
            (b"LYNGVIK", 0, 0x8400),
            (S, 3, 0x400),
            (b"LV-BEH1", 0x20, 0x400),
        )
    )
    data = b"\x04" + names + MAC + bytes(40)
    head = struct.pack(">HHHHHH", 1, 0x8400, 0, 1, 0, 0) + nbns_name(b"*" + bytes(14), 0) + b"\0\x21\0\x01"
    return head + struct.pack(">IH", 0, len(data)) + data


NOTIFY = (
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: urn:schemas-upnp-org:device:Basic:1\r\n"
    b"LOCATION: http://10.20.30.21:80/desc.xml?user=Hemmelig\r\nSERVER: Linux/4.9 UPnP/1.0 DuoTandem/2.1\r\n"
    b"USN: uuid:Hemmelig\r\nX-Who: Hemmelig\r\n\r\n"
)
SDC = (
    b'<?xml version="1.0"?><s12:Envelope xmlns:s12="http://www.w3.org/2003/05/soap-envelope" '
    b'xmlns:wsd="http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01" '
    b'xmlns:dpws="http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01" '
    b'xmlns:mdpws="http://standards.ieee.org/downloads/11073/11073-20702-2016" xmlns:wsa="http://www.w3.org/2005/08/addressing">'
    b"<s12:Header><wsa:MessageID>urn:uuid:Hemmelig</wsa:MessageID></s12:Header><s12:Body><wsd:Hello><wsa:EndpointReference>"
    b"<wsa:Address>urn:uuid:11111111-2222-3333-4444-555555555555</wsa:Address></wsa:EndpointReference>"
    b"<wsd:Types>dpws:Device mdpws:MedicalDevice</wsd:Types><wsd:Scopes>"
    b"sdc.ctxt.loc:/sdc.ctxt.loc.detail/HOSP%2F%2F%2FINT3%2F%2FBed1?fac=HOSP&amp;poc=INT3&amp;bed=Bed%201 "
    b"sdc.cdc.type:/urn:oid:1.2.840.10004.1.1.1.0.0.1//130535 "
    b"sdc.mds.pkp:1.2.840.10004.20701.1.1 urn:x:Hemmelig</wsd:Scopes>"
    b"<wsd:XAddrs>http://10.20.30.21:6464/abc</wsd:XAddrs><wsd:MetadataVersion>1</wsd:MetadataVersion>"
    b"<x:Hemmelig>Hemmelig</x:Hemmelig></wsd:Hello></s12:Body></s12:Envelope>"
)


def dhcpv6(kind: int = 3) -> bytes:
    def opt(code: int, body: bytes) -> bytes:
        return struct.pack(">HH", code, len(body)) + body

    association = struct.pack(">III", 1, 0, 0) + opt(5, ip_address("fd00::51").packed + bytes(8))
    name = b"\0" + dns_name("lv-beh1.lyngvik.example")
    vendor = struct.pack(">IH", 311, 8) + b"MSFT 5.0"
    return (
        bytes((kind, 1, 2, 3))
        + opt(1, b"\0\1\0\1" + bytes(4) + MAC)
        + opt(3, association)
        + opt(16, vendor)
        + opt(39, name)
        + opt(15, S)
    )


def bacnet_i_am() -> bytes:
    body = (
        b"\x01\x20\xff\xff\x00\xff"
        b"\x10\x00"
        b"\xc4" + struct.pack(">I", 8 << 22 | 1234) + b"\x22\x05\xc4\x91\x03\x22\x01\x04"
    )
    return b"\x81\x0b" + struct.pack(">H", 4 + len(body)) + body


def bacnet_property(number: int = 70, value: bytes = b"Duett VAV") -> bytes:
    inner = b"\0" + value
    tag = bytes((0x70 | min(len(inner), 5),)) + (bytes((len(inner),)) if len(inner) >= 5 else b"")
    body = (
        b"\x01\x00\x30\x01\x0c"
        b"\x0c" + struct.pack(">I", 8 << 22 | 1234) + b"\x19" + bytes((number,)) + b"\x3e" + tag + inner + b"\x3f"
    )
    return b"\x81\x0a" + struct.pack(">H", 4 + len(body)) + body


def intellivue() -> bytes:
    attribute = b"\xf1\x00\x00\x0e" + MAC + ip_address("10.20.30.77").packed + b"\xff\xff\xff\0"
    body = struct.pack(">HHH", 0, 0, 0) + b"\0\x21\0\0\0\0" + bytes(4) + b"\x0d\x17" + struct.pack(">HHH", 30, 2, 26)
    body += attribute + struct.pack(">HH", 0xF101, len(S)) + S
    return b"\0\0\1\0\0\1" + struct.pack(">H", len(body)) + body


def carescape() -> bytes:
    return (S[:7] + ip_address(SERVER).packed + bytes(14) + b"ICU|BED12".ljust(13, b"\0") + S).ljust(64, b"\0")[:64]


SIP = (
    f"REGISTER sip:10.0.0.5 SIP/2.0\r\nFrom: <sip:{SECRET}@x>\r\nTo: <sip:{SECRET}@x>\r\nUser-Agent: NurseBox/3.1\r\n"
    f"Content-Type: application/scaip+xml\r\n\r\n<mrq>{SECRET}</mrq>"
).encode()
SIP_ANSWER = f"SIP/2.0 200 OK\r\nServer: Asterisk 18.2\r\nFrom: {SECRET}\r\n\r\n{SECRET}".encode()

LETTERS: dict[str, tuple[bytes, tuple[int, int]]] = {
    "snmp": (snmp(), (161, 50_000)), "snmp trap": (snmp_trap(), (50_000, 162)), "snmp3": (snmp3(), (161, 50_000)),
    "snmp secret": (snmp(S), (161, 50_000)),
    "kerberos": (kerberos_request(), (50_000, 88)), "kerberos reply": (kerberos_reply(), (88, 50_000)),
    "dns": (dns_answer(), (53, 50_000)), "reverse": (dns_reverse(), (53, 50_000)), "mdns": (mdns(), (5353, 5353)),
    "llmnr": (dns_answer(), (5355, 50_000)),
    "nbns": (nbns_registration(), (137, 137)), "nbns user": (nbns_registration(S, 3), (137, 137)),
    "nbns status": (nbns_status(), (137, 137)),
    "ssdp": (NOTIFY, (50_000, 1900)), "wsd": (SDC, (3702, 3702)), "dhcpv6": (dhcpv6(), (546, 547)),
    "bacnet": (bacnet_i_am(), (47808, 47808)), "bacnet model": (bacnet_property(), (47808, 47808)),
    "bacnet value": (bacnet_property(85, S), (47808, 47808)),
    "intellivue": (intellivue(), (24005, 24005)), "carescape": (carescape(), (2000, 2000)),
    "capsule": (b"\x01APDUclnt.0-<" + S, (5090, 5090)), "sip": (SIP, (5060, 5060)),
    "sip answer": (SIP_ANSWER, (5060, 5060)),
}  # fmt: skip


def lldp() -> bytes:
    def part(kind: int, body: bytes) -> bytes:
        return struct.pack(">H", kind << 9 | len(body)) + body

    med = b"\x00\x12\xbb"
    return b"".join((
        part(1, b"\x04" + MAC), part(2, b"\x05" + S), part(3, b"\0\x78"), part(4, S), part(5, b"lv-sw1"),
        part(6, b"JetSwitch 5.2"),
        part(7, b"\0\x14\0\x04"), part(8, b"\x05\x01" + ip_address(SERVER).packed + b"\x02\0\0\0\1\0"),
        part(127, med + b"\x07SW 5.2.1"), part(127, med + b"\x09Acme"), part(127, med + b"\x0aJS-24"),
        part(127, med + b"\x08" + S), part(0, b""),
    ))  # fmt: skip


def cdp() -> bytes:
    def part(kind: int, body: bytes) -> bytes:
        return struct.pack(">HH", kind, 4 + len(body)) + body

    where = struct.pack(">I", 1) + b"\x01\x01\xcc\0\x04" + ip_address(SERVER).packed
    return (
        b"\x02\xb4\0\0"
        + part(1, b"lv-sw2")
        + part(2, where)
        + part(3, S)
        + part(5, b"Cisco IOS 15.2")
        + part(6, b"cisco WS-C2960")
        + part(10, S)
    )


def cdp_frame() -> bytes:
    body = b"\xaa\xaa\x03\0\0\x0c\x20\0" + cdp()
    return bytes.fromhex("01000ccccccc") + MAC + struct.pack(">H", len(body)) + body


def lldp_frame() -> bytes:
    return bytes.fromhex("0180c200000e") + MAC + b"\x88\xcc" + lldp()

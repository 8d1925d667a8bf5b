from __future__ import annotations

from ipaddress import ip_address

from tests.scan.passive.craft import SERVER
from tests.scan.passive.letters import SECRET, dns, dns_answer, dns_name, dns_reverse, letter, mdns, record_of

LOOP = b"\xc0\x0c"


def test_an_answer_about_a_private_address_names_it_and_others_do_not() -> None:
    found = letter(dns_answer(), (53, 50_000), source="10.20.30.1")

    assert [(o.kind, o.address, o.port, o.facts) for o in found] == [
        ("dns.server", "10.20.30.1", 53, {}),
        ("dns.name", SERVER, None, {"name": "lv-pacs.lyngvik.example"}),
    ]
    assert SECRET not in repr(found)


def test_a_reverse_answer() -> None:
    assert letter(dns_reverse(), (53, 50_000))[1].facts == {"name": "lv-pacs.lyngvik.example"}
    public = dns(record_of(LOOP, 12, dns_name("x.example")), question=dns_name("9.9.9.9.in-addr.arpa"))
    assert [o.kind for o in letter(public, (53, 50_000))] == ["dns.server"]


def test_questions_are_never_read() -> None:
    asked = dns(question=dns_name(f"{SECRET}.example"), flags=0x0100)

    assert letter(asked, (50_000, 53)) == []
    assert letter(asked, (53, 53)) == []


def test_multicast_names_and_services_but_not_the_names_of_services() -> None:
    found = letter(mdns(), (5353, 5353))

    assert [(o.kind, o.facts) for o in found] == [
        ("mdns.service", {"service": "_ipp._tcp"}),
        ("mdns.service", {"service": "_ipp._tcp", "model": "HP LaserJet 4"}),
        ("mdns.name", {"name": "skriver-2.local"}),
    ]
    assert SECRET not in repr(found)


def test_names_that_point_in_circles_or_past_the_end() -> None:
    address = ip_address(SERVER).packed
    for name in (LOOP, b"\xc0\xff", b"\x3fabc", b"\x80x\0", b"\xc0"):
        assert [o.kind for o in letter(dns(record_of(name, 1, address)), (53, 50_000))] == ["dns.server"]


def test_a_record_that_is_cut_is_left_out() -> None:
    whole = dns(record_of(dns_name("a.example"), 1, ip_address(SERVER).packed))

    assert [o.kind for o in letter(whole[:-1], (53, 50_000))] == ["dns.server"]
    assert len(letter(whole, (53, 50_000))) == 2


def test_what_scapy_builds_is_read() -> None:
    from scapy.layers.dns import DNS, DNSQR, DNSRR

    answer = DNSRR(rrname="epj.lyngvik.example", type="A", rdata="10.1.2.3")
    wide = DNSRR(rrname="epj.lyngvik.example", type="AAAA", rdata="fd00::3")
    payload = bytes(DNS(qr=1, qd=DNSQR(qname="epj.lyngvik.example"), an=[answer, wide]))

    assert [o.address for o in letter(payload, (53, 50_000)) if o.kind == "dns.name"] == ["10.1.2.3", "fd00::3"]

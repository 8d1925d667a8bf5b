from __future__ import annotations

from tests.scan.passive.craft import NOWHERE, SERVER6
from tests.scan.passive.letters import SECRET, dhcpv6, letter


def test_a_client_with_its_address_name_and_mac() -> None:
    (found,) = letter(dhcpv6(), (546, 547), source="fe80::51", target="ff02::1:2")

    assert (found.kind, found.address, found.mac) == ("dhcpv6", "fd00::51", "00:10:19:aa:bb:cc")
    assert found.facts == {
        "hostname": "lv-beh1.lyngvik.example", "vendor_class": "MSFT 5.0", "enterprise": "311", "message": "request",
    }  # fmt: skip
    assert SECRET not in repr(found)


def test_what_is_merely_wished_for_is_not_its_own() -> None:
    assert letter(dhcpv6(1), (546, 547), source="fe80::51", target="ff02::1:2")[0].address == "fe80::51"


def test_what_scapy_builds_is_read() -> None:
    from scapy.layers.dhcp6 import DUID_LL, DHCP6_Solicit, DHCP6OptClientFQDN, DHCP6OptClientId

    message = (
        DHCP6_Solicit() / DHCP6OptClientId(duid=DUID_LL(lladdr="00:09:fb:01:02:03")) / DHCP6OptClientFQDN(fqdn="mon7")
    )
    (found,) = letter(bytes(message), (546, 547), source="fe80::7", target="ff02::1:2")

    assert (found.mac, found.facts) == ("00:09:fb:01:02:03", {"hostname": "mon7", "message": "solicit"})


def test_servers_relays_and_pieces_say_nothing() -> None:
    assert letter(dhcpv6(7), (547, 546), source=SERVER6, target="fe80::51") == []
    assert letter(dhcpv6(), (50_000, 547), source="fe80::51", target="ff02::1:2") == []
    assert letter(dhcpv6()[:8], (546, 547), source="fe80::51", target="ff02::1:2") == []
    assert NOWHERE not in repr(letter(dhcpv6(), (546, 547), source="fe80::51", target="ff02::1:2"))

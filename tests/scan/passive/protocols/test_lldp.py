from __future__ import annotations

from tests.scan.passive.craft import MAC, NOWHERE, SERVER, look, pcap
from tests.scan.passive.letters import SECRET, lldp, lldp_frame


def test_a_switch_says_what_it_is() -> None:
    (found,) = look(pcap([lldp_frame()]))[0]

    assert (found.kind, found.address, found.mac) == ("lldp", SERVER, "00:10:19:aa:bb:cc")
    assert found.facts == {
        "name": "lv-sw1", "description": "JetSwitch 5.2", "capabilities": "bridge", "software": "SW 5.2.1",
        "manufacturer": "Acme", "model": "JS-24",
    }  # fmt: skip
    assert SECRET not in repr(found)


def test_without_a_management_address_it_stands_under_none() -> None:
    frame = lldp_frame().replace(b"\x10\x0c\x05\x01", b"\x10\x0c\x05\x63")

    assert [(o.address, o.mac) for o in look(pcap([frame]))[0]] == [(NOWHERE, "00:10:19:aa:bb:cc")]


def test_every_cut_is_survived() -> None:
    whole = lldp()
    for size in range(len(whole)):
        for found in look(pcap([lldp_frame()[: 14 + size]]))[0]:
            assert SECRET not in repr(found)


def test_what_scapy_builds_is_read() -> None:
    from scapy.contrib.lldp import LLDPDUChassisID, LLDPDUEndOfLLDPDU, LLDPDUPortID, LLDPDUSystemName, LLDPDUTimeToLive
    from scapy.layers.l2 import Ether

    parts = LLDPDUChassisID(subtype=4, id=MAC.hex(":")) / LLDPDUPortID(subtype=5, id="1") / LLDPDUTimeToLive(ttl=120)
    packet = (
        Ether(src=MAC.hex(":"), dst="01:80:c2:00:00:0e")
        / parts
        / LLDPDUSystemName(system_name="sw-9")
        / LLDPDUEndOfLLDPDU()
    )
    (found,) = look(pcap([bytes(packet)]))[0]

    assert (found.mac, found.facts) == ("00:10:19:aa:bb:cc", {"name": "sw-9"})

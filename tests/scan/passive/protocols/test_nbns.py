from __future__ import annotations

from tests.scan.passive.craft import SERVER
from tests.scan.passive.letters import SECRET, letter, nbns_registration, nbns_status


def test_a_machine_registers_its_name() -> None:
    (found,) = letter(nbns_registration(), (137, 137), source="10.20.30.9")

    assert (found.kind, found.address, found.facts) == ("nbns.name", SERVER, {"name": "LV-BEH1"})


def test_the_name_of_who_is_logged_in_is_not_read() -> None:
    assert letter(nbns_registration(SECRET.encode(), 3), (137, 137)) == []


def test_a_nodes_status_gives_name_workgroup_and_mac_and_no_user() -> None:
    (found,) = letter(nbns_status(), (137, 137))

    assert (found.facts, found.mac) == ({"name": "LV-BEH1", "workgroup": "LYNGVIK"}, "00:10:19:aa:bb:cc")
    assert SECRET not in repr(found)


def test_what_scapy_builds_is_read() -> None:
    from scapy.layers.netbios import NBNSHeader, NBNSRegistrationRequest

    payload = bytes(NBNSHeader(OPCODE=5, QDCOUNT=1, ARCOUNT=1) / NBNSRegistrationRequest(
        QUESTION_NAME=b"LAB-PC7", SUFFIX=0x4141, RR_NAME=0xC00C, NB_ADDRESS="10.0.0.7"
    ))  # fmt: skip
    found = letter(payload, (137, 137))

    assert [(o.address, o.facts) for o in found] == [("10.0.0.7", {"name": "LAB-PC7"})]


def test_what_is_cut_or_no_name() -> None:
    whole = nbns_registration()
    for payload in (b"", whole[:60], whole[:14] + b"zz" + whole[16:], whole[:-4] + bytes(4)):
        assert letter(payload, (137, 137)) == []

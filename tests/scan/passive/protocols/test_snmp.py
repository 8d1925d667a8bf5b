from __future__ import annotations

from tests.scan.passive.craft import SERVER
from tests.scan.passive.letters import SECRET, letter, snmp, snmp3, snmp_trap, tlv


def test_an_agent_tells_its_description_object_and_name() -> None:
    (agent,) = letter(snmp(), (161, 50_000))

    assert (agent.kind, agent.address, agent.transport, agent.port) == ("snmp.agent", SERVER, "udp", 161)
    assert agent.facts == {
        "version": "2c", "community": "public", "description": "Linux monitor 4.19",
        "object_id": "1.3.6.1.4.1.19816.1.2", "name": "MON-3", "enterprise": "19816",
    }  # fmt: skip


def test_a_community_of_ones_own_is_a_password_and_is_not_kept() -> None:
    (agent,) = letter(snmp(SECRET.encode()), (161, 50_000))

    assert agent.facts["community"] == "other"
    assert SECRET not in repr(agent)


def test_a_question_and_an_answer_from_another_port_say_nothing() -> None:
    assert letter(snmp(kind=0xA0), (50_000, 161)) == []
    assert letter(snmp(), (50_000, 50_001)) == []


def test_a_trap_and_an_engine_id_name_the_enterprise() -> None:
    assert [o.facts for o in letter(snmp_trap(), (50_000, 162))] == [{"enterprise": "3592", "version": "1"}]
    assert [o.facts for o in letter(snmp3(), (161, 50_000))] == [{"version": "3", "enterprise": "3592"}]


def test_what_scapy_builds_is_read() -> None:
    from scapy.asn1.asn1 import ASN1_OID, ASN1_STRING
    from scapy.layers.snmp import SNMP, SNMPresponse, SNMPvarbind

    pairs = [SNMPvarbind(oid=ASN1_OID("1.3.6.1.2.1.1.5.0"), value=ASN1_STRING("pumpe-7"))]
    payload = bytes(SNMP(version=1, community="private", PDU=SNMPresponse(varbindlist=pairs)))

    assert letter(payload, (161, 50_000))[0].facts == {"version": "2c", "community": "private", "name": "pumpe-7"}


def test_what_only_looks_like_snmp() -> None:
    for payload in (
        b"",
        b"\x30",
        tlv(0x30),
        tlv(0x30, tlv(0x02, b"\1")),
        tlv(0x30, tlv(0x02, b"\7"), tlv(4), tlv(0xA2)),
    ):
        assert letter(payload, (161, 50_000)) == []

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes import ber
from sentinel.scan.probes.exchange import Caller, Target
from sentinel.scan.probes.snmp import begin, get
from tests.scan.probes.drive import CALLER, HERE, Talk, over_udp, play
from tests.scan.probes.peers import free_port, installed

KNOWN = Caller(CALLER.ae_title, CALLER.contact, {"snmp_community": "public"})
REQUEST = bytes.fromhex(
    "3045 020101 0406 7075626c6963 a038 020453454e54 020100 020100"
    "302a 300c 06082b06010201010100 0500 300c 06082b06010201010200 0500 300c 06082b06010201010500 0500"
)


def ask(*answers: bytes, caller: Caller = KNOWN) -> Talk:
    return play(begin(HERE, caller), answers)


def reply(community: bytes = b"public", number: int = 0x53454E54) -> bytes:
    def bound(oid: str, value: bytes) -> bytes:
        return ber.value(ber.SEQUENCE, ber.identifier(oid) + value)

    bindings = (
        bound("1.3.6.1.2.1.1.1.0", ber.value(ber.OCTETS, b"Philips X2 rev B"))
        + bound("1.3.6.1.2.1.1.2.0", ber.identifier("1.3.6.1.4.1.19816.1"))
        + bound("1.3.6.1.2.1.1.4.0", ber.value(ber.OCTETS, b"MARKER"))
        + bound("1.3.6.1.2.1.1.5.0", ber.value(ber.OCTETS, b"LV-MON3"))
        + bound("1.3.6.1.2.1.1.6.0", ber.value(ber.OCTETS, b"MARKER"))
    )
    pdu = ber.integer(number) + ber.integer(0) + ber.integer(0) + ber.value(ber.SEQUENCE, bindings)
    return ber.value(ber.SEQUENCE, ber.integer(1) + ber.value(ber.OCTETS, community) + ber.value(0xA2, pdu))


def test_the_request_byte_for_byte() -> None:
    """RFC 3416, 3 and 4.2.1; RFC 3418, 2; RFC 1901, 3 (version 1 is 2c)."""
    assert (get("public"), ask().sent) == (REQUEST, [REQUEST])


def test_without_a_community_nothing_is_sent() -> None:
    for caller in (CALLER, Caller(CALLER.ae_title, CALLER.contact, {"snmp_community": ""})):
        talk = ask(caller=caller)
        assert (talk.sent, talk.ended) == ([], ["unasked"])


def test_three_values_are_kept_and_neither_person_nor_room_nor_password() -> None:
    ((kind, facts),) = ask(reply()).kinds

    assert (kind, facts) == (
        "snmp.agent",
        {
            "version": "2c",
            "community": "public",
            "description": "Philips X2 rev B",
            "object_id": "1.3.6.1.4.1.19816.1",
            "enterprise": "19816",
            "name": "LV-MON3",
        },
    )
    assert "hemmelig" not in str(ask(reply(b"hemmelig")).facts)


def test_an_answer_to_another_question_is_passed_over() -> None:
    assert ask(reply(number=7), reply()).kinds[0][1]["name"] == "LV-MON3"
    assert ask(reply(number=7), b"").ended == ["silent"]
    assert ask(*[reply(number=7)] * 9).ended == ["other"]
    assert (ask().ended, ask(b"x").ended) == (["silent"], ["silent"])


@given(st.binary(max_size=200), st.integers(0, 150))
def test_any_answer_is_survived(noise: bytes, keep: int) -> None:
    assert len(ask(noise, reply()[:keep] + noise, noise).sent) == 1


@pytest.fixture
def snmpd(tmp_path: Path) -> Iterator[Target]:
    port = free_port(socket.SOCK_DGRAM)
    (tmp_path / "snmpd.conf").write_text(
        "rocommunity hemmelig 127.0.0.1\nsysdescr Lyngvik test\nsysname lv-test\n"
        "syscontact MARKER\nsyslocation MARKER\n"
    )
    command = [installed("snmpd"), "-f", "-Lo", "-C", "-c", "snmpd.conf", "-p", "pid", f"udp:127.0.0.1:{port}"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=log, stderr=log, env={"SNMP_PERSISTENT_DIR": str(tmp_path)}
        )
    try:
        for _ in range(100):
            if b"NET-SNMP version" in (tmp_path / "log").read_bytes():
                break
            time.sleep(0.05)
        yield Target("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait(10)


def test_net_snmp_itself(snmpd: Target) -> None:
    caller = Caller(CALLER.ae_title, CALLER.contact, {"snmp_community": "hemmelig"})
    (fact,) = over_udp(begin(snmpd, caller), snmpd).facts

    assert fact.facts == {
        "version": "2c",
        "community": "other",
        "description": "Lyngvik test",
        "object_id": "1.3.6.1.4.1.8072.3.2.10",
        "enterprise": "8072",
        "name": "lv-test",
    }
    assert over_udp(begin(snmpd, KNOWN), snmpd, 0.5).ended == ["silent"]  # the wrong community is not answered

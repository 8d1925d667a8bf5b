from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes import PROBES
from sentinel.scan.probes.exchange import PRINTERS, Caller, Probe, Target
from tests.scan.passive.craft import association
from tests.scan.probes.allowed import ALLOWED, allowed
from tests.scan.probes.drive import play
from tests.scan.probes.test_smb import CHALLENGED, NEGOTIATED
from tests.shared import ROOT

MODULES = sorted((ROOT / "sentinel/scan/probes").glob("*.py"))
KNOWN = Caller("HELSE-INVENTAR", "sikkerhet@lyngvik.example", {"snmp_community": "hemmelig"}, "run-1")
TARGETS = (
    Target("192.0.2.7", 4242),
    Target("2001:db8::7", 443, "pacs.lyngvik.example", "/dcm4chee-arc/aets/A/rs", "LV_PACS"),
)
GOOD = (
    association(2),
    NEGOTIATED,
    CHALLENGED,
    b"SSH-2.0-OpenSSH_9.2p1\r\n",
    b"RFB 003.008\n",
    b"HTTP/1.1 302 Found\r\nLocation: /Patient\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
    bytes.fromhex("810a000d 0100 5001 0c 9102 9120"),
)
LIBRARIES = {"socket", "ssl", "select", "asyncio", "http", "urllib", "random", "secrets", "time", "datetime", "os"}
WORDS = re.compile(
    r"POST|PUT|DELETE|PATCH|PROPFIND|Authorization|Cookie|MSH|LOGIN|USER |PASS |C-(?:FIND|MOVE|STORE|GET)|"
    r"1\.2\.840\.10008\.5\.1\.4|/Patient|/instances|/patients"
)


def sent(probe: Probe, answers: tuple[bytes, ...]) -> Iterator[bytes]:
    for target in TARGETS:
        yield from play(probe.begin(target, KNOWN), answers).sent


def test_every_message_of_every_probe_is_one_that_is_allowed() -> None:
    """Forbidden at any profile: logins, finding, moving or storing, HL7, patients, writing."""
    answers = [(), *((one, two) for one in GOOD for two in GOOD), *combinations(GOOD, 4)]
    wrong = {
        (probe.name, message)
        for probe in PROBES.values()
        for said in answers
        for message in sent(probe, said)
        if not allowed(probe.name, message)
    }

    assert wrong == set()


@pytest.mark.parametrize("name", PROBES)
@given(st.lists(st.one_of(st.sampled_from(GOOD), st.binary(min_size=1, max_size=60)), max_size=6))
def test_no_answer_makes_a_probe_say_anything_else(name: str, answers: list[bytes]) -> None:
    probe = PROBES[name]
    for target in TARGETS:
        talk = play(probe.begin(target, KNOWN), answers)
        assert [message for message in talk.sent if not allowed(name, message)] == []
        assert len(talk.sent) <= probe.messages
        assert talk.facts or not probe.messages


def test_each_probe_says_as_much_as_a_plan_counts() -> None:
    answers = [(), *((one, two, one) for one in GOOD for two in GOOD)]
    most = {name: max(len(list(sent(probe, said))) // 2 for said in answers) for name, probe in PROBES.items()}

    assert most == {name: probe.messages for name, probe in PROBES.items()}


def test_what_is_forbidden_would_be_noticed() -> None:
    """The judge itself: each of these must be refused, or the test above proves nothing."""
    request = association(1)
    assert not allowed("dicom", b"\x04" + request[1:])
    assert not allowed("dicom", request.replace(b"1.2.840.10008.1.1\x40", b"1.2.840.10008.1.9\x40"))
    assert not allowed("http", b"POST / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert not allowed("fhir", b"GET /fhir/Patient HTTP/1.1\r\nHost: a\r\n\r\n")
    assert not allowed("http", b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert not allowed("http", b"GET / HTTP/1.1\r\nCookie: a\r\n\r\n")
    assert not allowed("modbus", bytes.fromhex("000100000006ff0500010000"))
    assert not allowed("bacnet", bytes.fromhex("810a0011010400030 10f0c023fffff1979".replace(" ", "")))
    assert not allowed("mssql", b"\x10\x01\0\x08\0\0\1\0")
    assert not allowed("smb", NEGOTIATED[:16] + b"\x03\0" + NEGOTIATED[18:])
    assert not allowed("ftp", b"QUIT\r\n")
    assert not allowed("snmp", bytes.fromhex("300f0201010406 7075626c6963 a302 0500".replace(" ", "")))
    assert set(ALLOWED) == {name.removesuffix("-tls") for name in PROBES}


def test_messages_depend_on_target_and_caller_alone() -> None:
    twice = [[list(sent(probe, GOOD[:3])) for probe in PROBES.values()] for _ in range(2)]

    assert twice[0] == twice[1]


def test_a_community_is_sent_by_snmp_alone() -> None:
    spoken = {name for name, probe in PROBES.items() for message in sent(probe, GOOD[:2]) if b"hemmelig" in message}

    assert spoken == {"snmp"}


def test_no_module_knows_sockets_clocks_or_chance() -> None:
    wrong = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{path.name}: {name}" for name in names if name.partition(".")[0] in LIBRARIES]

    assert wrong == []


def test_no_module_holds_the_words_of_what_is_forbidden() -> None:
    wrong = [f"{path.name}: {text}" for path in MODULES for text in _texts(path) if WORDS.search(text)]

    assert wrong == []


def test_what_stands_in_the_catalogue_is_sane() -> None:
    probes = PROBES.values()

    assert {probe.name for probe in probes if probe.opt_in} == {"bacnet", "modbus", "sip"}
    assert [probe.name for probe in probes if set(probe.ports) & set(PRINTERS)] == []
    assert [probe.name for probe in probes if probe.tls and probe.transport == "udp"] == []
    assert [probe.name for probe in probes if probe.fragile_max > 2] == []  # 3: not to be touched at all
    assert {probe.name for probe in probes if probe.fragile_max == 2} == {"dicom", "dicom-tls"}
    shared = [pair for pair in combinations(probes, 2) if set(pair[0].ports) & set(pair[1].ports)]
    assert {(one.name, other.name) for one, other in shared} == {("http", "orthanc")}


def _texts(path: Path) -> Iterator[str]:
    """Yield the texts and bytes of a module that are not its docstrings."""
    tree = ast.parse(path.read_text())
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in said:
            if isinstance(node.value, str):
                yield node.value
            elif isinstance(node.value, bytes):
                yield node.value.decode("latin-1")

from __future__ import annotations

import ast
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.errors import ScopeError
from sentinel.scan import never
from sentinel.scan.offered import OFFERED
from sentinel.scan.plan import SEGMENT
from sentinel.scan.probes.exchange import Caller, Probe, Target
from sentinel.scan.profiles import load_profiles
from sentinel.scan.scope import Grant
from tests.shared import ROOT

CALLER = Caller("HELSE-INVENTAR", "medtek@lyngvik.example", {"snmp_community": "lyngvik"})


def pdu(kind: int, body: bytes) -> bytes:
    return struct.pack(">BxI", kind, len(body)) + body


def request(*syntaxes: bytes) -> bytes:
    contexts = b""
    for syntax in syntaxes:
        inner = struct.pack(">BxH", 0x30, len(syntax)) + syntax
        contexts += struct.pack(">BxH", 0x20, len(inner) + 4) + b"\1\0\0\0" + inner
    return pdu(1, bytes(68) + contexts)


def snmp(tag: int) -> bytes:
    inside = b"\2\1\1" + b"\4\6public" + bytes((tag, 2, 5, 0))
    return bytes((0x30, len(inside))) + inside


def smb2(command: int) -> bytes:
    return struct.pack(">I", 64) + b"\xfeSMB" + struct.pack("<HHIHH", 64, 0, 0, command, 1) + bytes(48)


FORBIDDEN = [
    (pdu(4, b"\0\0\0\6\1\3" + bytes(20)), "tcp", 104, "C-FIND, C-MOVE, C-STORE"),
    (request(b"1.2.840.10008.5.1.4.1.2.2.1"), "tcp", 104, "Verification alone"),
    (request(never.VERIFICATION, b"1.2.840.10008.5.1.4.1.2.1.2\0"), "tcp", 104, "Verification alone"),
    (b"\x0bMSH|^~\\&|A|B\x1c\r", "tcp", 2575, "HL7"),
    (b"POST /fhir/Patient HTTP/1.1\r\nHost: a\r\n\r\n", "tcp", 80, "HTTP POST"),
    (b"delete / HTTP/1.1\r\n\r\n", "tcp", 80, "HTTP delete"),
    (b"GET /fhir/Patient HTTP/1.1\r\nHost: a\r\n\r\n", "tcp", 80, "return patients"),
    (b"GET /fhir/Patient/1/$everything HTTP/1.1\r\n\r\n", "tcp", 80, "return patients"),
    (b"GET /dicom-web/studies HTTP/1.1\r\n\r\n", "tcp", 80, "return patients"),
    (b"GET /dicom-web/studies?StudyInstanceUID=2.25.01 HTTP/1.1\r\n\r\n", "tcp", 80, "return patients"),
    (b"GET /dicom-web/studies?PatientName=* HTTP/1.1\r\n\r\n", "tcp", 80, "return patients"),
    (b"GET /dicom-web/studies?StudyInstanceUID=2.25.0&PatientID=1 HTTP/1.1\r\n\r\n", "tcp", 80, "return patients"),
    (b"GET / HTTP/1.1\r\nAuthorization: Basic eA==\r\n\r\n", "tcp", 80, "no login"),
    (b"GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", "tcp", 80, "never carries content"),
    (b"USER anonymous\r\n", "tcp", 21, "no login"),
    (b"PASS x\r\n", "tcp", 21, "no login"),
    (b"AUTH LOGIN\r\n", "tcp", 25, "no login"),
    (smb2(1) + b"NTLMSSP\0\3\0\0\0", "tcp", 445, "no login"),
    (smb2(3), "tcp", 445, "nothing is sent after the negotiation"),
    (snmp(0xA3), "udp", 161, "only GET"),
    (snmp(0xA5), "udp", 161, "only GET"),
    (snmp(0xA1), "udp", 161, "only GET"),
    (b"\x30", "udp", 161, "only GET"),
    (b"\0\1\0\0\0\6\1\6\0\1\0\3", "tcp", 502, "Modbus"),
    (b"\0\1\0\0\0\6\1\3\0\1\0\3", "tcp", 502, "Modbus"),
    (b"\x81\x0a\0\x11\1\4\0\5\1\x0f\x0c", "udp", 47808, "BACnet"),
    (b"INVITE sip:alarm@10.0.0.7 SIP/2.0\r\n\r\n", "udp", 5060, "only OPTIONS"),
    (b"\x10\1\0\x08\0\0\1\0", "tcp", 1433, "only the pre-login"),
    (b"\1\1\0\x08\0\0\1\0", "tcp", 1433, "only the pre-login"),
    (b"hello", "tcp", 9100, "printers"),
    (b"", "tcp", 9107, "printers"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "transport", "port", "told"), FORBIDDEN)
def test_the_forbidden_verbs_are_refused(message: bytes, transport: str, port: int, told: str) -> None:
    assert told in never.refused(message, transport, port)


ALLOWED = [
    (request(never.VERIFICATION), "tcp", 104),
    (pdu(5, bytes(4)), "tcp", 104),
    (b"GET /fhir/metadata HTTP/1.1\r\nHost: a\r\n\r\n", "tcp", 80),
    (b"GET /dicom-web/studies?StudyInstanceUID=2.25.0 HTTP/1.1\r\nHost: a\r\n\r\n", "tcp", 80),
    (snmp(0xA0), "udp", 161),
    (smb2(0), "tcp", 445),
    (b"\0\1\0\0\0\5\1\x2b\x0e\1\0", "tcp", 502),
    (b"", "tcp", 22),
]  # fmt: skip


@pytest.mark.parametrize(("message", "transport", "port"), ALLOWED)
def test_what_the_probes_ask_is_let_through(message: bytes, transport: str, port: int) -> None:
    assert never.refused(message, transport, port) == ""


@given(st.binary(max_size=200), st.sampled_from(["tcp", "udp"]), st.sampled_from([80, 104, 161, 502, 47808]))
def test_any_bytes_are_judged_without_a_fault(message: bytes, transport: str, port: int) -> None:
    assert isinstance(never.refused(message, transport, port), str)


def dialogue(probe: Probe, answers: list[bytes], port: int) -> list[bytes]:
    """Return all that a probe says to a peer that answers so."""
    exchange = probe.begin(Target("10.0.0.7", port, "pacs.lyngvik.example"), CALLER)
    said, waiting = [], list(answers)
    try:
        message = next(exchange)
        for _ in range(50):
            said += [message] if message else []
            message = exchange.send(waiting.pop(0) if waiting else b"")
    except StopIteration:
        return said
    raise AssertionError(f"{probe.name} does not come to an end")


KINDLY = [
    b"SSH-2.0-OpenSSH_9.2\r\n", pdu(2, bytes(68) + b"\x21\0\0\4\1\0\0\0"), pdu(6, bytes(4)), pdu(3, b"\0\1\1\7"),
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", b"HTTP/1.1 401 No\r\n\r\n", b"220 ready\r\n", b"RFB 003.008\n",
    smb2(0) + b"NTLMSSP\0\2\0\0\0", b"\x03\0\0\x0b\x06\xd0\0\0\x124\0",
]  # fmt: skip


@pytest.mark.parametrize("name", sorted(OFFERED))
@given(st.lists(st.one_of(st.sampled_from(KINDLY), st.binary(max_size=120)), max_size=6))
def test_no_probe_ever_says_what_is_never_sent(name: str, answers: list[bytes]) -> None:
    """Whatever a peer answers: every message of every probe passes, is one packet, and is among those declared."""
    probe = OFFERED[name]
    for port in probe.ports or (443,):
        said = dialogue(probe, answers, port)
        assert [never.refused(message, probe.transport, port) for message in said] == [""] * len(said)
        assert all(len(message) <= SEGMENT for message in said)
        assert len(said) <= probe.messages


def test_no_probe_suggests_a_port_that_is_never_opened_and_none_can_be_granted() -> None:
    assert [probe.name for probe in OFFERED.values() if set(probe.ports) & never.PORTS] == []
    for port in never.PORTS:
        with pytest.raises(ScopeError, match="printers print"):
            Grant("10.0.0.7", port, "tcp", "connect", "n")


def test_no_profile_has_a_verb_beyond_probes_and_the_named_worker() -> None:
    """A profile is numbers and yes or no: there is no field in which content could name bytes, scripts or flags."""
    texts = {"id", "title", "about", "source", "approvals", "limits"}
    for profile in load_profiles(root()).values():
        others = {name: getattr(profile, name) for name in type(profile).model_fields if name not in texts}
        assert all(isinstance(value, (bool, int)) for value in others.values())


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {
                node.module.partition(".")[0],
                *(alias.name for alias in node.names if node.module == "importlib"),
            }
    return names


def test_only_the_wire_can_send() -> None:
    """No other file of ours imports what opens a connection, or what could get hold of it by name."""
    ways = {
        "socket",
        "_socket",
        "asyncio",
        "http",
        "urllib",
        "ftplib",
        "smtplib",
        "telnetlib",
        "scapy",
        "ctypes",
        "socketserver",
    }
    senders = {
        path.relative_to(ROOT).as_posix()
        for folder in ("scan", "cli", "report", "share", "comply", "model")
        for path in (ROOT / "sentinel" / folder).rglob("*.py")
        if imports(path) & ways and imports(path) != {"urllib"}
    }

    assert {path for path in senders if "urllib" not in imports(ROOT / path)} == {"sentinel/scan/wire.py"}


def test_nothing_below_a_socket_is_within_reach_of_the_wire() -> None:
    """Raw sockets, options of IP and fragments cannot be asked for: the names are not in the file."""
    text = (ROOT / "sentinel" / "scan" / "wire.py").read_text()

    assert [
        word
        for word in ("SOCK_RAW", "AF_PACKET", "IP_OPTIONS", "IP_HDRINCL", "MSG_OOB", "SO_BROADCAST")
        if word in text
    ] == []

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


HIDDEN = [
    request(never.VERIFICATION) + pdu(4, b"\0\0\0\6\1\3" + bytes(20)),  # a command right behind an association
    pdu(4, bytes(400))[:40],  # a command that goes on in the next message
    b"\4\0\0\0\1\0",
    b"MSH|^~\\&|A|B",
    b"\xef\xbb\xbfMSH|^~\\&|A|B",
    b"x\r\nFHS|^~\\&|A\r",
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /fhir/Patient HTTP/1.1\r\nHost: a\r\n\r\n",
    b"\r\nGET /fhir/Patient HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /fhir/Patient\r\n\r\n",
    b"GET /fhir/%50atient HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://10.0.0.7/fhir/RelatedPerson?x=1 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\nHost: a\n\nbody",
    b"\x1b%-12345X@PJL INFO ID\r\n",
    b"%!PS-Adobe-3.0\n",
    b"\0\0\0\x20\xffSMB" + bytes(40),
    smb2(0)[:24] + b"\x40\0\0\0" + smb2(0)[28:],  # another command chained behind
    b"\x30\x0c\2\1\1\x60\7\2\1\3\4\0\x80\0",  # a bind of LDAP
]


@pytest.mark.parametrize("message", HIDDEN)
@given(st.integers(1, 65_535), st.sampled_from(["tcp", "udp"]))
def test_what_hides_behind_something_else_is_refused_on_every_port(message: bytes, port: int, transport: str) -> None:
    assert never.refused(message, transport, port)


def modbus(function: int, number: int, data: bytes) -> bytes:
    body = bytes((1, function)) + (data[:4].ljust(4, b"\0") if function <= 6 else data)
    return number.to_bytes(2) + b"\0\0" + len(body).to_bytes(2) + body


def bacnet(kind: int, service: int, data: bytes) -> bytes:
    apdu = bytes((kind << 4, 5, 1, service)) + data
    return b"\x81\x0a" + (len(apdu) + 6).to_bytes(2) + b"\1\4" + apdu


def dimse(command: int, service: bytes) -> bytes:
    """Return a C-… request as PS3.7 has it: group 0000 in implicit little endian, inside one PDV."""
    fields = struct.pack("<HHI", 0, 2, len(service)) + service + struct.pack("<HHIH", 0, 0x100, 2, command)
    value = b"\1\3" + struct.pack("<HHII", 0, 0, 4, len(fields)) + fields
    return pdu(4, struct.pack(">I", len(value)) + value)


PATIENT_PATHS = ["Patient", "observation/1", "patients/", "instances/7/file", "DiagnosticReport?subject=1", "studies"]
FORBIDDEN_ANYWHERE = st.one_of(
    st.builds(
        dimse,
        st.sampled_from([0x01, 0x20, 0x21, 0x10, 0x30]),
        st.sampled_from([b"1.2.840.10008.5.1.4.1.2.2.1", b"1.2"]),
    ),
    st.builds(lambda text: b"\x0bMSH|^~\\&|" + text + b"\x1c\r", st.binary(max_size=60)),
    st.builds(lambda mark, text: b"MSH" + mark + text, st.sampled_from([b"|", b"#", b"^"]), st.binary(max_size=60)),
    st.builds(
        modbus,
        st.integers(1, 0x7F).filter(lambda function: function != 0x2B),
        st.integers(0, 65_535),
        st.binary(min_size=1, max_size=60),
    ),
    st.builds(bacnet, st.just(0), st.integers(0, 40).filter(lambda service: service != 12), st.binary(max_size=60)),
    st.builds(
        lambda method, base, path: f"{method} {base}/{path} HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
        st.sampled_from(["GET", "HEAD", "get"]),
        st.sampled_from(["", "/fhir", "/dicom-web", "/a/b", "//"]),
        st.sampled_from(PATIENT_PATHS),
    ),
    st.builds(
        lambda method, path: f"{method} /{path} HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
        st.sampled_from(["POST", "PUT", "DELETE", "PATCH", "PROPFIND"]),
        st.sampled_from(["", "fhir/metadata"]),
    ),
    st.sampled_from([snmp(tag) for tag in (0xA1, 0xA2, 0xA3, 0xA5, 0xA6, 0xA7)]),
)


@given(FORBIDDEN_ANYWHERE, st.integers(1, 65_535), st.sampled_from(["tcp", "udp"]))
def test_what_is_forbidden_is_so_by_its_bytes_and_not_by_its_port(message: bytes, port: int, transport: str) -> None:
    assert never.refused(message, transport, port), message


@given(st.binary(max_size=300), st.sampled_from(sorted(never.PORTS)), st.sampled_from(["tcp", "udp"]))
def test_nothing_at_all_goes_to_a_printers_port(message: bytes, port: int, transport: str) -> None:
    assert "printers" in never.refused(message, transport, port)


@pytest.mark.parametrize("name", sorted(OFFERED))
@given(st.integers(1, 65_535).filter(lambda port: port not in never.PORTS | {161, 502, 1433, 47808}))
def test_a_probe_may_be_sent_to_whatever_port_the_scope_names(name: str, port: int) -> None:
    """Shapes that are looked for on every port are never mistaken in what our own probes say."""
    probe = OFFERED[name]
    for answers in (KINDLY, KINDLY[1:2], KINDLY[8:9]):
        said = dialogue(probe, list(answers), port)
        assert [never.refused(message, probe.transport, port) for message in said] == [""] * len(said)


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

"""What is never sent, whatever a scope, a profile or a probe says: ports, and the verbs of each protocol.

This is a second lock. Probes are written to send none of this; `scan/wire.py` asks here before every message all the
same, so that a fault in one of them stays a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

PORTS = frozenset(range(9100, 9108))
"""Printers print what comes in here."""
VERIFICATION = b"1.2.840.10008.1.1"
_DICOM_REQUEST, _DICOM_DATA = 0x01, 0x04
_CONTEXT, _ABSTRACT_SYNTAX = 0x20, 0x30  # PS3.8, 9.3.2.2
_MLLP = b"\x0b"
_HTTP = re.compile(rb"^([A-Za-z]{3,20}) (\S+) HTTP/\d")
_ASKING = frozenset({b"GET", b"HEAD"})
_PATIENTS = re.compile(
    rb"/(?:Patient|Observation|Encounter|DocumentReference|Condition|Bundle|Binary|DiagnosticReport|ImagingStudy)"
    rb"|/(?:patients|instances|series|changes)\b|/\$everything|/studies(?!\?StudyInstanceUID=2\.25\.0(?:&|$))"
    rb"|[?&](?:PatientID|PatientName|identifier|birthdate)=",
    re.IGNORECASE,
)
_HEADER_OF_LOGIN = re.compile(rb"\r\n(?:Authorization|Cookie|Proxy-Authorization)\s*:", re.IGNORECASE)
_LOGIN = re.compile(rb"(?:^|\n)(?:USER|PASS|AUTH|LOGIN|APOP)[ \r\n]|NTLMSSP\x00\x03", re.IGNORECASE)
_SIP = re.compile(rb"^([A-Za-z]{3,20}) sips?:")
_SNMP_GET = 0xA0
_SMB2 = b"\xfeSMB"
_SMB2_NEGOTIATE, _SMB2_SESSION = 0, 1
_MODBUS, _BACNET = 502, 47808
_MODBUS_IDENTIFICATION = 0x2B
_PRE_LOGIN = 0x12
_BACNET_ASKING = frozenset({(0x10, 0x08), (0x00, 0x0C)})
_PROBE_TO_ALL = re.compile(
    rb"""<\?xml version="1\.0" encoding="UTF-8"\?>"""
    rb"""<s:Envelope xmlns:s="http://www\.w3\.org/2003/05/soap-envelope" """
    rb"""xmlns:a="http://www\.w3\.org/2005/08/addressing" """
    rb"""xmlns:d="http://docs\.oasis-open\.org/ws-dd/ns/discovery/2009/01"><s:Header>"""
    rb"""<a:Action>http://docs\.oasis-open\.org/ws-dd/ns/discovery/2009/01/Probe</a:Action>"""
    rb"""<a:MessageID>urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}</a:MessageID>"""
    rb"""<a:To>urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01</a:To></s:Header>"""
    rb"""<s:Body><d:Probe/></s:Body></s:Envelope>"""
)
_SERVICES_TO_ALL = re.compile(rb"\0{5}\x01\0{6}\x09_services\x07_dns-sd\x04_udp\x05local\0\0\x0c\0\x01")
_SEARCH_TO_ALL = re.compile(
    rb"M-SEARCH \* HTTP/1\.1\r\nHOST: (?:239\.255\.255\.250|\[ff02::c\]):1900\r\nMAN: \"ssdp:discover\"\r\nMX: 3\r\n"
    rb"ST: upnp:rootdevice\r\nUSER-AGENT: Sentinel \(inventory; [^\s()]{3,400}\)\r\n\r\n"
)
TO_ALL: Mapping[tuple[str, int], re.Pattern[bytes]] = {
    ("239.255.255.250", 3702): _PROBE_TO_ALL,
    ("ff02::c", 3702): _PROBE_TO_ALL,
    ("224.0.0.251", 5353): _SERVICES_TO_ALL,
    ("ff02::fb", 5353): _SERVICES_TO_ALL,
    ("239.255.255.250", 1900): _SEARCH_TO_ALL,
    ("ff02::c", 1900): _SEARCH_TO_ALL,
}
"""The groups that are ever spoken to, and the one message that goes to each, whole."""


def refused(message: bytes, transport: str, port: int) -> str:
    """Return why a message may never be sent, or nothing where it may."""
    if port in PORTS:
        return f"port {port} is never opened: printers print what comes in"
    return next((why for look in (_dicom, _http, _sip, _login, _by_first_byte) if (why := look(message))), "") or (
        _BY_PORT[transport, port](message) if message and (transport, port) in _BY_PORT else ""
    )


def refused_to_all(message: bytes, group: str, port: int) -> str:
    """Return why a message may never be sent to a group of machines, or nothing; an empty one asks for the group."""
    known = TO_ALL.get((group, port))
    if known is None:
        return f"{group} port {port} is no group that is ever spoken to"
    return "" if not message or known.fullmatch(message) else "only one message ever goes to a group, and it is another"


def _dicom(message: bytes) -> str:
    """Only an association for Verification may be asked for, released or aborted; no command is sent in one."""
    if len(message) < 6 or int.from_bytes(message[2:6]) != len(message) - 6:  # noqa: PLR2004 -- the head of a PDU
        return ""
    if message[0] == _DICOM_DATA:
        return "a DICOM command (C-FIND, C-MOVE, C-STORE and their like) is never sent"
    if message[0] == _DICOM_REQUEST and message[1] == 0:
        asked = set(_abstract_syntaxes(message))
        if asked - {VERIFICATION}:
            return "a DICOM association is asked for Verification alone"
    return ""


def _abstract_syntaxes(request: bytes) -> list[bytes]:
    """Return the abstract syntaxes (item 0x30) of each presentation context (item 0x20) of an A-ASSOCIATE-RQ."""
    found = []
    for kind, body in _items(request[74:]):
        if kind == _CONTEXT:
            found += [value.rstrip(b"\0 ") for inner, value in _items(body[4:]) if inner == _ABSTRACT_SYNTAX]
    return found


def _items(data: bytes) -> list[tuple[int, bytes]]:
    items, place = [], 0
    while place + 4 <= len(data):
        size = int.from_bytes(data[place + 2 : place + 4])
        items.append((data[place], data[place + 4 : place + 4 + size]))
        place += 4 + size
    return items


def _http(message: bytes) -> str:
    found = _HTTP.match(message)
    if not found:
        return ""
    if found[1] not in _ASKING:
        return f"HTTP {found[1].decode(errors='replace')} is never sent, only GET and HEAD"
    if _PATIENTS.search(found[2]):
        return "an address that could return patients is never asked for"
    if _HEADER_OF_LOGIN.search(message):
        return "no login is ever tried"
    return "" if message.endswith(b"\r\n\r\n") else "an HTTP request never carries content"


def _sip(message: bytes) -> str:
    found = _SIP.match(message)
    return "of SIP only OPTIONS is ever sent" if found and found[1] != b"OPTIONS" else ""


def _login(message: bytes) -> str:
    return "no login is ever tried" if _LOGIN.search(message) else ""


def _by_first_byte(message: bytes) -> str:
    if message.startswith(_MLLP):
        return "an HL7 message is never sent: it may be queued, or raise an alarm"
    at = message.find(_SMB2, 0, 8)
    if at >= 0:
        command = int.from_bytes(message[at + 12 : at + 14], "little")
        if command not in {_SMB2_NEGOTIATE, _SMB2_SESSION}:
            return "over SMB nothing is sent after the negotiation"
    return ""


def _snmp(message: bytes) -> str:
    """Of SNMP v1 and v2c only GET is sent: SEQUENCE, version, community, then the PDU whose tag tells."""
    place = _after_head(message, 0)
    for _ in range(2):  # version and community
        place = _after_value(message, place)
    return "" if place < len(message) and message[place] == _SNMP_GET else "of SNMP only GET is ever sent"


def _after_head(message: bytes, place: int) -> int:
    """Return where the content of a BER value begins; past the end where it is none."""
    if place + 1 >= len(message):
        return len(message)
    size = message[place + 1]
    return place + 2 + (size & 0x7F if size & 0x80 else 0)


def _after_value(message: bytes, place: int) -> int:
    content = _after_head(message, place)
    if content >= len(message):
        return len(message)
    size = message[place + 1]
    if size & 0x80:
        size = int.from_bytes(message[place + 2 : content])
    return content + size


def _modbus(message: bytes) -> str:
    function = message[7] if len(message) > 7 else 0  # noqa: PLR2004 -- after the MBAP header
    return "" if function == _MODBUS_IDENTIFICATION else "of Modbus only the identification is ever asked for"


def _mssql(message: bytes) -> str:
    return "" if message[0] == _PRE_LOGIN else "of SQL Server only the pre-login is ever sent"


def _bacnet(message: bytes) -> str:
    """Only Who-Is (unconfirmed 8) and ReadProperty (confirmed 12); the APDU follows a NPDU without addresses."""
    apdu = message[6:]
    if len(apdu) < 2 or message[4:6] not in {b"\x01\x00", b"\x01\x04"}:  # noqa: PLR2004 -- version 1, plain control
        return "of BACnet only Who-Is and ReadProperty are ever sent"
    kind = apdu[0] & 0xF0
    service = apdu[1] if kind else apdu[3] if len(apdu) > 3 else None  # noqa: PLR2004 -- confirmed: flags, size, id
    return "" if (kind, service) in _BACNET_ASKING else "of BACnet only Who-Is and ReadProperty are ever sent"


_BY_PORT: Mapping[tuple[str, int], Callable[[bytes], str]] = {
    ("udp", 161): _snmp,
    ("tcp", _MODBUS): _modbus,
    ("tcp", 1433): _mssql,
    ("udp", _BACNET): _bacnet,
}

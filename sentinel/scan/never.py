"""What is never sent, whatever a scope, a profile or a probe says: ports, and the verbs of each protocol.

This is a second lock. Probes are written to send none of this; `scan/wire.py` asks here before every message all the
same, so that a fault in one of them stays a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

PORTS = frozenset(range(9100, 9108))
"""Printers print what comes in here."""
VERIFICATION = b"1.2.840.10008.1.1"
_DICOM_REQUEST, _DICOM_DATA, _DICOM_ABORT = 0x01, 0x04, 0x07
_DICOM_SERVICES = b"1.2.840.10008.5.1.4"
"""Every service class that finds, moves, stores or prints is named below this (PS3.4, B.5, C.6, H.2)."""
_LONGEST_PDU = 1 << 24
_CONTEXT, _ABSTRACT_SYNTAX = 0x20, 0x30  # PS3.8, 9.3.2.2
_MLLP = b"\x0b"
_HL7 = re.compile(rb"(?:^|[\x0b\r\n])(?:\xef\xbb\xbf)?(?:MSH|BHS|FHS)[^A-Za-z0-9\s]")
_PRINTED = re.compile(rb"^\s*(?:\x1b%-12345X|\x1bE|\x1b@|%!PS|@PJL)")
_HTTP = re.compile(rb"^\s*([A-Za-z]{3,20})[ \t]+(/\S*|https?://\S*)")
_ASKING = frozenset({b"GET", b"HEAD"})
_PATIENTS = re.compile(
    rb"/(?:Patient|Person|RelatedPerson|Observation|Encounter|EpisodeOfCare|DocumentReference|Composition|Condition"
    rb"|Procedure|AllergyIntolerance|Immunization|Appointment|CarePlan|MedicationRequest|MedicationStatement|Bundle"
    rb"|Binary|Media|Consent|Coverage|Account|Communication|ServiceRequest|Specimen|QuestionnaireResponse"
    rb"|DiagnosticReport|ImagingStudy)(?![A-Za-z])"
    rb"|/(?:patients|instances|series|changes|tools|modalities)\b|/\$everything"
    rb"|/studies(?!\?StudyInstanceUID=2\.25\.0(?:&|$))"
    rb"|[?&](?:PatientID|PatientName|identifier|birthdate)=",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_HEADER_OF_LOGIN = re.compile(rb"\r\n(?:Authorization|Cookie|Proxy-Authorization)\s*:", re.IGNORECASE)
_LOGIN = re.compile(rb"(?:^|\n)(?:USER|PASS|AUTH|LOGIN|APOP)[ \r\n]|NTLMSSP\x00\x03", re.IGNORECASE)
_SIP = re.compile(rb"^([A-Za-z]{3,20}) sips?:")
_SNMP_GET = 0xA0
_SMB1, _SMB2 = b"\xffSMB", b"\xfeSMB"
_SMB2_NEGOTIATE, _SMB2_SESSION = 0, 1
_MODBUS, _BACNET = 502, 47808
_MODBUS_IDENTIFICATION = b"\x2b\x0e"
_PRE_LOGIN = 0x12
_TDS_TYPES, _TDS_STATUS = frozenset({0x01, 0x02, 0x03, 0x06, 0x07, 0x08, 0x0E, 0x10, 0x11}), 0x1F
_LONGEST_MODBUS, _BVLC = 260, 0x81
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
    if why := next((why for look in _BY_CONTENT if (why := look(message))), ""):
        return why
    return _BY_PORT[transport, port](message) if message and (transport, port) in _BY_PORT else ""


def refused_to_all(message: bytes, group: str, port: int) -> str:
    """Return why a message may never be sent to a group of machines, or nothing; an empty one asks for the group."""
    known = TO_ALL.get((group, port))
    if known is None:
        return f"{group} port {port} is no group that is ever spoken to"
    return "" if not message or known.fullmatch(message) else "only one message ever goes to a group, and it is another"


def _dicom(message: bytes) -> str:
    """Only an association for Verification may be asked for, released or aborted; no command is sent in one."""
    if _DICOM_SERVICES in message:
        return "a DICOM association is asked for Verification alone"
    for kind, pdu in _pdus(message):
        if kind == _DICOM_DATA:
            return "a DICOM command (C-FIND, C-MOVE, C-STORE and their like) is never sent"
        if kind == _DICOM_REQUEST and set(_abstract_syntaxes(pdu)) - {VERIFICATION}:
            return "a DICOM association is asked for Verification alone"
    return ""


def _pdus(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the PDUs that a message begins with (PS3.8, 9.3.1), one after the other; the last may go on in the next."""
    place = 0
    while place + 6 <= len(message) and _DICOM_REQUEST <= message[place] <= _DICOM_ABORT and not message[place + 1]:
        size = int.from_bytes(message[place + 2 : place + 6])
        begun = message[place] == _DICOM_DATA and size < _LONGEST_PDU
        if place + 6 + size > len(message) and not begun:
            return
        yield message[place], message[place : place + 6 + size]
        place += 6 + size


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
    if b"%" in found[2]:
        return "an address is never written in code: that could hide what it asks for"
    if _HEADER_OF_LOGIN.search(message):
        return "no login is ever tried"
    end = _BLANK_LINE.search(message.lstrip())
    return "" if end and end.end() == len(message.lstrip()) else "an HTTP request never carries content"


def _sip(message: bytes) -> str:
    found = _SIP.match(message)
    return "of SIP only OPTIONS is ever sent" if found and found[1] != b"OPTIONS" else ""


def _login(message: bytes) -> str:
    return "no login is ever tried" if _LOGIN.search(message) else ""


def _hl7(message: bytes) -> str:
    if message.startswith(_MLLP) or _HL7.search(message):
        return "an HL7 message is never sent: it may be queued, or raise an alarm"
    return ""


def _printed(message: bytes) -> str:
    return "nothing that a printer would print is ever sent" if _PRINTED.match(message) else ""


def _smb(message: bytes) -> str:
    """Only NEGOTIATE and SESSION_SETUP of SMB 2, each by itself (MS-SMB2, 2.2.1: NextCommand)."""
    if message.find(_SMB1, 0, 8) >= 0:
        return "SMB 1 is not spoken"
    at = message.find(_SMB2, 0, 8)
    if at < 0:
        return ""
    command, following = int.from_bytes(message[at + 12 : at + 14], "little"), message[at + 20 : at + 24]
    if command not in {_SMB2_NEGOTIATE, _SMB2_SESSION} or any(following):
        return "over SMB nothing is sent after the negotiation"
    return ""


def _by_shape(message: bytes) -> str:
    """Judge by its own rules what has the shape of a protocol, on whatever port it goes."""
    return next((why for fits, look in _SHAPES if fits(message) and (why := look(message))), "")


def _is_modbus(message: bytes) -> bool:
    """Say whether it is of protocol 0, with a length that fits and a function (MODBUS Messaging on TCP/IP, 3.1.3).

    The first six functions have twelve bytes; a longer message is a DICOM request, whose head looks the same.
    """
    if not 8 <= len(message) <= _LONGEST_MODBUS or message[2:4] != b"\0\0":  # noqa: PLR2004 -- the MBAP header
        return False
    fits = int.from_bytes(message[4:6]) == len(message) - 6
    return fits and 0 < message[7] < 0x80 and (message[7] > 6 or len(message) == 12)  # noqa: PLR2004 -- as said above


def _is_bacnet(message: bytes) -> bool:
    """Say whether it has the mark of BACnet/IP, and a length that fits (ASHRAE 135, annex J)."""
    return len(message) >= 4 and message[0] == _BVLC and int.from_bytes(message[2:4]) == len(message)  # noqa: PLR2004 -- the BVLC header


def _is_snmp(message: bytes) -> bool:
    """Say whether it is a SEQUENCE that begins with version 1 or 2c and a text, the community."""
    inside = message[_after_head(message, 0) :] if message[:1] == b"\x30" else b""
    return inside[:2] == b"\x02\x01" and inside[2:4] in {b"\0\x04", b"\1\x04"}


def _is_ldap(message: bytes) -> bool:
    """Say whether it is a SEQUENCE of a number and a bind request (RFC 4511, 4.2)."""
    inside = message[_after_head(message, 0) :] if message[:1] == b"\x30" else b""
    return inside[:1] == b"\x02" and inside[2 + inside[1] :][:1] == b"\x60" if len(inside) > 1 else False


def _is_tds(message: bytes) -> bool:
    """Say whether it is of SQL Server, by its length (MS-TDS, 2.2.3.1), and not of remote control (TPKT, X.224)."""
    fits = len(message) >= 8 and int.from_bytes(message[2:4]) == len(message)  # noqa: PLR2004 -- its header
    remote = fits and message[:2] == b"\x03\0" and message[4] == len(message) - 5
    return fits and message[0] in _TDS_TYPES and message[1] <= _TDS_STATUS and not remote


def _bind(_message: bytes) -> str:
    return "no login is ever tried"


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
    function = message[7:9]  # behind the MBAP header
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


_SHAPES: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], str]], ...] = (
    (_is_modbus, _modbus),
    (_is_bacnet, _bacnet),
    (_is_snmp, _snmp),
    (_is_ldap, _bind),
    (_is_tds, _mssql),
)
_BY_CONTENT = (_dicom, _http, _sip, _login, _hl7, _printed, _smb, _by_shape)
_BY_PORT: Mapping[tuple[str, int], Callable[[bytes], str]] = {
    ("udp", 161): _snmp,
    ("tcp", _MODBUS): _modbus,
    ("tcp", 1433): _mssql,
    ("udp", _BACNET): _bacnet,
}

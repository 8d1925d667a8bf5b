"""What each probe may put on the wire, judged by the bytes alone: written from the standards, not from the probes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

NEVER = (
    b"\x0bMSH",  # HL7 v2 in its frame
    b"1.2.840.10008.5.1.4",  # every DICOM service that finds, moves or stores
    b"NTLMSSP\0\x03",  # the message that logs in
    b"Authorization:",
    b"Cookie:",
    b"mstshash=",  # RDP's cookie with a user's name
)
_GET = re.compile(
    rb"GET (/|(/[\w.~-]+)*/metadata|(/[\w.~-]+)*/system|(/[\w.~-]+)*/studies\?StudyInstanceUID=2\.25\.0&limit=1)"
    rb" HTTP/1\.1\r\n(?:[A-Z][A-Za-z-]+: [ -~]+\r\n)+\r\n"
)
_PATIENTS = re.compile(rb"/(?:Patient|Observation|Encounter|patients|instances|series|studies/)\b", re.IGNORECASE)


def _dicom(message: bytes) -> bool:
    """A-ASSOCIATE-RQ for Verification alone, or A-RELEASE-RQ; never P-DATA, in which every DIMSE command travels."""
    if message[0] == 5:
        return message == b"\x05\0\0\0\0\x04\0\0\0\0"
    syntaxes, at = [], 74
    while at < len(message):
        kind, size = message[at], int.from_bytes(message[at + 2 : at + 4], "big")
        if kind == 0x20:
            syntaxes.append(message[at + 12 : at + 12 + int.from_bytes(message[at + 10 : at + 12], "big")])
        at += 4 + size
    return message[0] == 1 and at == len(message) and syntaxes == [b"1.2.840.10008.1.1"]


def _web(message: bytes) -> bool:
    """One GET, without body, credentials or patients."""
    return _GET.fullmatch(message) is not None and not _PATIENTS.search(message.partition(b"\r\n")[0])


def _ssh(message: bytes) -> bool:
    """Our identification and SSH_MSG_DISCONNECT: no key exchange, so no login can follow."""
    line, _, packet = message.partition(b"\r\n")
    return re.fullmatch(rb"SSH-2\.0-\w+", line) is not None and packet[5] == 1 and len(packet) == 4 + packet[3]


def _smb(message: bytes) -> bool:
    """NEGOTIATE, or SESSION_SETUP that carries NTLM's first message: no tree, no file, no name."""
    command = int.from_bytes(message[16:18], "little")
    first = message.count(b"NTLMSSP\0") == 1 and b"NTLMSSP\0\x01\0\0\0" in message
    return message[4:8] == b"\xfeSMB" and (command == 0 or (command == 1 and first))


def _snmp(message: bytes) -> bool:
    """GetRequest by version 2c; never SetRequest (A3), nor a walk (A1, A5)."""
    size = message[6]
    return message[2:5] == b"\x02\x01\x01" and message[7 + size] == 0xA0


def _bacnet(message: bytes) -> bool:
    """ReadProperty (12) alone; never WriteProperty (15), ReinitializeDevice (20) or a broadcast."""
    return message[:2] == b"\x81\x0a" and message[6] == 0 and message[9] == 12


def _modbus(message: bytes) -> bool:
    """Function 43/14 alone: no coil and no register is read or written."""
    return message[7:9] == b"\x2b\x0e" and len(message) == 11


def _probe(message: bytes) -> bool:
    return message.count(b"/discovery/2009/01/Probe</") == 1 and b"<s:Body><d:Probe/></s:Body>" in message


ALLOWED: Mapping[str, Callable[[bytes], bool]] = {
    "dicom": _dicom,
    "http": _web,
    "https": _web,
    "tls": lambda _: False,
    "fhir": _web,
    "dicomweb": _web,
    "orthanc": _web,
    "ssh": _ssh,
    "ftp": lambda _: False,
    "telnet": lambda _: False,
    "vnc": lambda message: re.fullmatch(rb"RFB 003\.00[378]\n", message) is not None,
    "smb": _smb,
    "rdp": lambda message: message[5] == 0xE0 and len(message) == 19,  # X.224 connection request, no cookie
    "mssql": lambda message: message[0] == 0x12,  # PRELOGIN; never LOGIN7 (0x10) or a batch (0x01)
    "snmp": _snmp,
    "wsdiscovery": _probe,
    "bacnet": _bacnet,
    "modbus": _modbus,
    "sip": lambda message: message.startswith(b"OPTIONS sip:") and b"\r\nMax-Forwards: 0\r\n" in message,
}


def allowed(name: str, message: bytes) -> bool:
    """Say whether a probe may send this."""
    return ALLOWED[name.removesuffix("-tls")](message) and not any(never in message for never in NEVER)

"""Health protocols as bytes: a DICOM association with one picture sent, and an HL7 order. The patient is invented.

The name and the numbers of that patient stand here so that tests can look for them where they must not be.
"""

from __future__ import annotations

import random
import struct

PATIENT_NAME, PATIENT_ID = "KVARTSSTEIN^TROLLHILD", "SYNT-000017"
"""Nobody's name, and not the shape of any identity number."""

_JOURNAL_END, _ARCHIVE_END = "TANNJOURNAL|LYNGVIK TANNKLINIKK", "RØNTGENARKIV|LV-PACS"


def _header(sender: str, receiver: str, kind: str, number: str) -> str:
    return rf"MSH|^~\&|{sender}|{receiver}|20261118091455||{kind}|{number}|P|2.3.1||||||8859/1"


ORDER = "\r".join(
    (
        _header(_JOURNAL_END, _ARCHIVE_END, "ORM^O01", "LV0000421"),
        f"PID|1||{PATIENT_ID}^^^LYNGVIK||{PATIENT_NAME.title()}^Æ||20000101|F|||Oppdiktet vei 1^^LYNGVIK^^0000",
        "PV1|1|O|BEH1",
        "ORC|NW|B-0421",
        "OBR|1|B-0421||PANORAMA^Panoramabilde, øvre og nedre kjeve",
        "",
    )
)
ACKNOWLEDGEMENT = "\r".join((_header(_ARCHIVE_END, _JOURNAL_END, "ACK^O01", "P0000099"), "MSA|AA|LV0000421", ""))

_VERIFICATION, _PANORAMIC = "1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.1.1.3"
_IMPLICIT, _CONTEXT = "1.2.840.10008.1.2", "1.2.840.10008.3.1.1.1"
SENDER = ("1.3.6.1.4.1.30071.8", "fo-dicom 5.0.4")
ARCHIVE = ("1.2.276.0.7230010.3.0.3.6.7", "OFFIS_DCMTK_367")
_ARCHIVE_PDU, _SENDER_PDU = 16384, 262144
RELEASE_REQUEST, RELEASE_REPLY = (bytes([kind, 0, 0, 0, 0, 4, 0, 0, 0, 0]) for kind in (5, 6))


def mllp(message: str) -> bytes:
    """Return an HL7 message in its frame, in the character set it names."""
    return b"\x0b" + message.encode("latin-1") + b"\x1c\r"


def associate_request(calling: str, called: str, *, picture: bool) -> bytes:
    """Return an A-ASSOCIATE-RQ that offers verification, or storage of a dental panorama."""
    abstract = _PANORAMIC if picture else _VERIFICATION
    context = b"\x01\x00\x00\x00" + _item(0x30, abstract.encode()) + _item(0x40, _IMPLICIT.encode())
    return _associate(1, (calling, called), _item(0x20, context), _user(SENDER, _SENDER_PDU))


def associate_accept(calling: str, called: str) -> bytes:
    """Return an A-ASSOCIATE-AC as Orthanc 1.10 sends it."""
    context = b"\x01\x00\x00\x00" + _item(0x40, _IMPLICIT.encode())
    return _associate(2, (calling, called), _item(0x21, context), _user(ARCHIVE, _ARCHIVE_PDU))


def echo(*, reply: bool) -> bytes:
    """Return a C-ECHO request or its reply."""
    fields = [(0x0002, _text(_VERIFICATION)), (0x0100, _short(0x8030 if reply else 0x0030))]
    fields += [(0x0120 if reply else 0x0110, _short(1)), (0x0800, _short(0x0101))]
    return _data(_command(fields + ([(0x0900, _short(0))] if reply else [])), command=True)


def store(dice: random.Random, size: int) -> bytes:
    """Return a C-STORE request with a picture of random points that carries the invented patient's name."""
    instance = "2.25.314159265358979"
    fields = [(0x0002, _text(_PANORAMIC)), (0x0100, _short(1)), (0x0110, _short(2))]
    fields += [(0x0700, _short(0)), (0x0800, _short(0)), (0x1000, _text(instance))]
    body = _element(0x0008, 0x0016, _text(_PANORAMIC)) + _element(0x0008, 0x0018, _text(instance))
    body += _element(0x0010, 0x0010, _text(PATIENT_NAME, " ")) + _element(0x0010, 0x0020, _text(PATIENT_ID, " "))
    body += _element(0x7FE0, 0x0010, dice.randbytes(size))
    room = _ARCHIVE_PDU - 12
    parts = [body[start : start + room] for start in range(0, len(body), room)]
    whole = _data(_command(fields), command=True)
    return whole + b"".join(_data(part, command=False, last=part is parts[-1]) for part in parts)


def stored() -> bytes:
    """Return the reply to a C-STORE."""
    fields = [(0x0002, _text(_PANORAMIC)), (0x0100, _short(0x8001)), (0x0120, _short(2))]
    fields += [(0x0800, _short(0x0101)), (0x0900, _short(0)), (0x1000, _text("2.25.314159265358979"))]
    return _data(_command(fields), command=True)


def _associate(kind: int, titles: tuple[str, str], context: bytes, user: bytes) -> bytes:
    calling, called = (title.ljust(16).encode() for title in titles)
    body = b"\x00\x01\x00\x00" + called + calling + bytes(32) + _item(0x10, _CONTEXT.encode()) + context + user
    return struct.pack("!BBI", kind, 0, len(body)) + body


def _user(implementation: tuple[str, str], largest: int) -> bytes:
    uid, version = implementation
    inner = _item(0x51, struct.pack("!I", largest)) + _item(0x52, uid.encode()) + _item(0x55, version.encode())
    return _item(0x50, inner)


def _item(kind: int, body: bytes) -> bytes:
    return struct.pack("!BBH", kind, 0, len(body)) + body


def _data(value: bytes, *, command: bool, last: bool = True) -> bytes:
    head = bytes([1, int(command) | (2 if last else 0)])
    return struct.pack("!BBII", 4, 0, len(value) + 6, len(value) + 2) + head + value


def _command(fields: list[tuple[int, bytes]]) -> bytes:
    body = b"".join(_element(0x0000, element, value) for element, value in fields)
    return _element(0x0000, 0x0000, struct.pack("<I", len(body))) + body


def _element(group: int, element: int, value: bytes) -> bytes:
    return struct.pack("<HHI", group, element, len(value)) + value


def _short(number: int) -> bytes:
    return struct.pack("<H", number)


def _text(value: str, filler: str = "\0") -> bytes:
    return (value + filler * (len(value) % 2)).encode()

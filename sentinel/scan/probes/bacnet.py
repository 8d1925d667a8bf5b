"""BACnet/IP: ReadProperty of maker, model and firmware of the device object (ASHRAE 135, 15.5 and annex J).

No Who-Is comes first: devices of older editions answer it to everybody, and the wildcard instance (15.5.2) will do.
Never by default. Nothing can be written, and no measured value is asked for.
"""

from __future__ import annotations

from sentinel.scan.passive.protocols.bacnet import dissect
from sentinel.scan.passive.reading import Message
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, unlearnt

_VENDOR_NAME, _MODEL_NAME, _FIRMWARE = 121, 70, 44
PROPERTIES = (_VENDOR_NAME, _MODEL_NAME, _FIRMWARE)
_DEVICE, _WILDCARD = 8, 4_194_303
_REFUSALS = (b"\x50", b"\x60", b"\x70", b"\x71")  # error, reject, abort, and abort by a server (20.1.7 to 20.1.9)
_PORT = 47808
_UNKNOWN_OBJECT = b"\x91\x01\x91\x1f"
"""Error class `object`, code 31: a device that does not know the wildcard, and will not with the next question."""


def begin(_target: Target, _caller: Caller) -> Exchange:
    """Ask for each property in turn; stop at the first that is not answered."""
    facts: dict[str, str] = {}
    answer = b""
    for number, wanted in enumerate(PROPERTIES, 1):
        answer = yield read_property(number, wanted)
        said = dissect(Message(answer, b"", _PORT, 0)) if answer else ()
        if not said and (not _refused(answer) or answer.endswith(_UNKNOWN_OBJECT)):
            break
        facts |= {key: value for one in said for key, value in one.facts.items()}
    if facts:
        return (Fact("bacnet.device", facts),)
    return (Fact("bacnet.device", {"refused": "yes"}),) if _refused(answer) else unlearnt(answer, begun=False)


def read_property(invoke: int, wanted: int) -> bytes:
    """Return one confirmed request, unicast, no segmentation, answers of up to 480 bytes."""
    instance = (_DEVICE << 22 | _WILDCARD).to_bytes(4, "big")
    service = bytes((0x00, 0x03, invoke, 0x0C, 0x0C)) + instance + bytes((0x19, wanted))
    message = b"\x01\x04" + service
    return b"\x81\x0a" + (4 + len(message)).to_bytes(2, "big") + message


def _refused(answer: bytes) -> bool:
    """Say whether this is a BACnet device that will not tell."""
    return answer[:2] == b"\x81\x0a" and answer[4:6] == b"\x01\x00" and answer[6:7] in _REFUSALS

"""DICOM: ask for an association for Verification only, read the one answer, release (PS3.8, 9.3; PS3.7, annex D).

No C-ECHO: the answer to the association already says all that is to be known.
"""

from __future__ import annotations

import struct

from sentinel.scan.passive.protocols.dicom import ABORT, ACCEPT, REJECT, dissect
from sentinel.scan.passive.reading import Excerpt, Statement
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt

NO_NODE = "SENTINEL-NO-NODE"
"""The title we call where the scope file has none: one that no node can know as its own."""
CLASS_UID = b"2.25.220953933538770675908461379296229430135"
"""Our implementation class UID: a UUID of its own, as PS3.5, B.2 lets anyone make one."""
VERSION_NAME = b"SENTINEL"
MAX_PDU = 16_384
RELEASE = bytes((5, 0, 0, 0, 0, 4, 0, 0, 0, 0))
_VERIFICATION, _IMPLICIT_LE = b"1.2.840.10008.1.1", b"1.2.840.10008.1.2"
_APPLICATION_CONTEXT = b"1.2.840.10008.3.1.1.1"
_RESULT_AT, _CONTEXT_RESULT = 2, 0x21
_ANSWERS = (ACCEPT, REJECT, ABORT)


def begin(target: Target, caller: Caller) -> Exchange:
    """Ask for an association and release it; learn who answers, or why not."""
    answer = yield from ask(request(target, caller), _is_whole)
    said = _statement(answer)
    if said is None:
        return unlearnt(answer, begun=answer[:1] in (b"\2", b"\3", b"\7") and answer[1:2] in (b"", b"\0"))
    facts = dict(said.facts)
    if said.kind == "dicom.accept":
        yield from ask(RELEASE, lambda data: len(data) >= len(RELEASE))
        facts = {key: facts[key] for key in facts if not key.endswith("_ae")}  # ours, said back to us
        facts |= {"verification": "yes" if _verifies(answer) else "no"}
        facts |= {} if target.ae_title else {"any_called_ae": "yes"}
    return (Fact(said.kind, facts),)


def request(target: Target, caller: Caller) -> bytes:
    """Return the A-ASSOCIATE-RQ: one presentation context, Verification in Implicit VR Little Endian."""
    proposed = bytes((1, 0, 0, 0)) + _item(0x30, _VERIFICATION) + _item(0x40, _IMPLICIT_LE)
    user = _item(0x51, struct.pack(">I", MAX_PDU)) + _item(0x52, CLASS_UID) + _item(0x55, VERSION_NAME)
    called = target.ae_title or NO_NODE
    titles = called.encode("ascii").ljust(16) + caller.ae_title.encode("ascii").ljust(16)
    body = b"\0\1\0\0" + titles + bytes(32)
    body += _item(0x10, _APPLICATION_CONTEXT) + _item(0x20, proposed) + _item(0x50, user)
    return struct.pack(">BxI", 1, len(body)) + body


def _item(kind: int, body: bytes) -> bytes:
    return struct.pack(">BxH", kind, len(body)) + body


def _is_whole(answer: bytes) -> bool:
    return dissect(Excerpt(answer, ended=False, asked="dicom")) is not None


def _statement(answer: bytes) -> Statement | None:
    """Return what a server says; a request that is only sent back to us is no server's."""
    if not answer or answer[0] not in _ANSWERS:
        return None
    length = 6 + int.from_bytes(answer[2:6], "big")
    if len(answer) < length:
        return None
    reading = dissect(Excerpt(answer[:length], ended=True, asked="dicom"))
    return reading.statements[0] if reading is not None and reading.statements else None


def _verifies(accepted: bytes) -> bool:
    """Say whether the context itself was accepted: the first item 0x21 has the result 0 (PS3.8, 9.3.3.2)."""
    at = 74
    while at + 8 <= len(accepted):
        if accepted[at] == _CONTEXT_RESULT:
            return accepted[at + 4 + _RESULT_AT] == 0
        at += 4 + (accepted[at + 2] << 8 | accepted[at + 3])
    return False

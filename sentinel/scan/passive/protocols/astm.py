"""ASTM E1381 and E1394, analysers: the header record's sender, receiver and version.

No patient, order or result record is read.
"""

from __future__ import annotations

import re

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement, present, text

_ENQUIRY = b"\x05"
_HEADER = re.compile(
    rb"(?:\x02[0-7])?H([!-/:-@\[-`{-~])([!-/:-@\[-`{-~]{3})\1?([^\r\n\x02\x03\x17]{0,1000})([\r\n\x03\x17])"
)
_SENDER, _RECEIVER, _VERSION = 5, 10, 13
_LONGEST = 1_100


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the header record, behind enquiries and the start of a frame."""
    data = excerpt.data.lstrip(_ENQUIRY)
    if excerpt.data[:1] == _ENQUIRY and not data:
        return NOTHING if excerpt.ended else None
    if not _may_be(data):
        return NOTHING
    header = _HEADER.match(data)
    if header is None:
        return NOTHING if excerpt.ended or len(data) > _LONGEST else None
    separator, _, rest, _ = header.groups()
    fields = dict(enumerate(rest.split(separator), 3))
    component = header[2][1:2]

    def said(number: int) -> str:
        return text(b"^".join(fields.get(number, b"").split(component)[:4]))

    facts = present(sender=said(_SENDER), receiver=said(_RECEIVER), version=said(_VERSION))
    return Reading((Statement("astm.header", facts),)) if facts else NOTHING


def _may_be(data: bytes) -> bool:
    """Say whether this may be a header: STX, a frame number and `H`, or `H` alone, then delimiters that are marks."""
    rest = data[2:] if data[:1] == b"\x02" else data
    if data[:1] == b"\x02" and len(data) > 1 and not 0x30 <= data[1] <= 0x37:
        return False
    if rest[:1] not in (b"", b"H"):
        return False
    marks = rest[1:5]
    return all(0x21 <= mark < 0x7F and not chr(mark).isalnum() for mark in marks) and len(set(marks)) == len(marks)

"""GE CARESCAPE (Unity): the time message that monitors and central stations send each other.

As a maker of paging adapters describes it: 64 bytes, the sender's own address at 7 to 10, unit and room at 25 to 37.
The unit is kept, the room, which is mostly a bed, is not.
"""

from __future__ import annotations

import re

from sentinel.scan.passive.reading import Message, Statement, present, text

PORTS = (2000,)
_SIZE = 64
_PLACE = re.compile(rb"([\w .-]{1,12})\|[\w .-]{0,12}\0*")


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read the message; that it holds its sender's address is what it is recognised by."""
    payload = message.payload
    if len(payload) != _SIZE or message.target not in PORTS or payload[7:11] != message.sender:
        return ()
    found = _PLACE.fullmatch(payload[25:38].rstrip(b"\0 "))
    if found is None:
        return ()
    return (Statement("carescape.time", present(unit=text(found[1].strip()))),)

"""Mail as the transport of ebXML: the systems that send messages (RFC 5321).

No sender, recipient, subject or content is read.
"""

from __future__ import annotations

import re

from sentinel.scan.passive.protocols import ebxml
from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading

_STARTS = (b"EHLO ", b"HELO ")
_HIDDEN = re.compile(rb"^STARTTLS\r?$", re.MULTILINE | re.IGNORECASE)


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the start of what a mail client sends, up to the end of the envelope of the message."""
    data = excerpt.data
    if not data.startswith(_STARTS):
        short = len(data) < 5 and any(start.startswith(data) for start in _STARTS)
        return None if short and not excerpt.ended else NOTHING
    if _HIDDEN.search(data):
        return NOTHING
    if not excerpt.ended and not ebxml.whole(data):
        return None
    said = ebxml.statements(data)
    return Reading(said) if said else NOTHING

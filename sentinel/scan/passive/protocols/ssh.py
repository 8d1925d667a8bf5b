"""SSH: the identification line that both sides send in clear (RFC 4253, 4.2)."""

from __future__ import annotations

import re

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement, present, text

_MAGIC = b"SSH-"
_LINE = re.compile(rb"SSH-\d{1,2}\.\d{1,3}-([^\s]+) ?([^\r\n]*)\r?\Z")


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the line. One that the capture cut is not used: half a version is a wrong version."""
    data = excerpt.data
    if not data.startswith(_MAGIC[: len(data)]):
        return NOTHING
    end = data.find(b"\n")
    if end < 0:
        return NOTHING if excerpt.ended else None
    line = _LINE.match(data[:end])
    if line is None:
        return NOTHING
    facts = present(software=text(line[1]), comment=text(line[2]))
    return Reading((Statement("ssh.banner", facts),))

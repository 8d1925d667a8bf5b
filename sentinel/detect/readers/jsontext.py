"""Reads JSON as programs write it, also where one byte or number of it would be refused: it would hide a whole event.

What somebody sends to a server, or names a file, stands in its log. A writer that copies it as it is, or escapes it
in a way of its own, makes a line that is no JSON; whoever sends such a byte would be seen by no rule. The same goes
for a number that is more than a double holds: JSON allows it, and readers of it do not.
"""

from __future__ import annotations

import math
import re
from typing import Any

import orjson

# A string, a number that only Python and JavaScript write, or one of JSON that may be more than a double holds: with an
# exponent, or with over 308 digits. Nothing here goes back.
_TOKEN = re.compile(
    r"""(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")
    | -?\b(?:NaN|Infinity)\b
    | (?P<number>(?<![\w.+-])-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?+[0-9]++|(?<=[0-9.]{309})))""",
    re.DOTALL | re.VERBOSE,
)
_UNFIT = re.compile(
    r"""[\x00-\x09\x0b-\x1f]                                      # a control character as it is
    | \\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}   # a surrogate pair: as it should be
    | \\u(?P<half>[dD][89a-fA-F][0-9a-fA-F]{2})                    # half of one
    | (?P<bytes>(?:\\x[0-9a-fA-F]{2})++)                           # bytes as Apache and nginx escape them
    | \\.                                                          # any other escape""",
    re.DOTALL | re.VERBOSE,
)
_BYTES = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
"""What stands for a byte that is no UTF-8, by the half of a surrogate pair that Python makes of it."""


def loads(text: bytes | str) -> Any:  # noqa: ANN401 -- any JSON
    """Return what a text of JSON says; orjson.JSONDecodeError where it is none, also once it is mended.

    Bytes that are no UTF-8 are read as Windows-1252, half a surrogate pair as U+FFFD; control characters as they are,
    and bytes that are written as two digits after a backslash and an x, as what they are; `NaN`, `Infinity` and numbers
    that are more than a double holds (`1e999`) as the text that they are written as.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        mended = _TOKEN.sub(_token, text if isinstance(text, str) else as_text(text))
        try:
            return orjson.loads(mended)
        except orjson.JSONDecodeError:
            raise error from None


def as_text(data: bytes) -> str:
    """Return UTF-8 as text, each byte that is none of it as Windows-1252 has it."""
    return data.decode("utf-8", "surrogateescape").translate(_BYTES)


def _token(found: re.Match[str]) -> str:
    token = found[0]
    if found["string"]:
        return _UNFIT.sub(_escaped, token)
    return token if found["number"] and math.isfinite(float(token)) else f'"{token}"'


def _escaped(found: re.Match[str]) -> str:
    written = found[0]
    if written[0] != "\\":
        return f"\\u{ord(written):04x}"
    if found["half"]:
        return r"\ufffd"
    if found["bytes"]:
        return orjson.dumps(as_text(bytes.fromhex(written.replace(r"\x", "")))).decode()[1:-1]
    return written

"""Which lines of raw JSON cannot be searched as they are, since the same record may be written in other ways.

A line that none of these patterns meets is an object of plain values without spaces between them, whose texts stand
as they are but for the escapes that JSON demands, in UTF-8, and without letters that fold into A–Z or into several.
Its numbers are what every reader of JSON makes of them, and its names those of the record.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from sentinel.detect.fast.scanner import Scanner
from sentinel.detect.shipped import SHAPES

FOLDING = tuple(
    letter
    for letter in map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x20000)))
    if len(letter.casefold()) > 1
    or any(other.isascii() for other in letter.casefold() + letter.lower() + letter.upper())
)
"""Letters that mean one of A–Z, or several letters, to somebody who disregards case: `ſ` is an s, `ß` is ss."""

SPACED = (rb'":[ \t\r]', rb'"[ \t\r]+:', rb'[{,][ \t\r]+"')
NESTED = (rb'":[{\[]',)
SPACED_NAME = (rb' [^"\n]*":',)
ESCAPED_NAME = (rb'\\"(?:[^"\\\n]|\\[^"\n])*":',)
"""A name with a quote in it: behind the last one there is none up to its end."""
ESCAPED = (rb"\\u(?:00[2-9a-fA-F]|0[1-9a-fA-F]|[1-9a-fA-F])", rb"\\/")
SHIPPED = tuple(re.escape(f'"{shape.marks[-1]}":').encode() for shape in SHAPES)
"""Names of which one is in every event whose fields are not called as they are written."""
_LEAST = b"9223372036854775808"
EXPONENT = (rb'":-?[0-9.]+[eE]',)
HUGE = (
    rb'":-?[0-9]{20}',
    *(
        b'":-%s[%c-9]' % (_LEAST[:at], digit + 1) + b"[0-9]" * (len(_LEAST) - at - 1)
        for at, digit in enumerate(_LEAST)
        if digit < ord("9")
    ),
)
"""Numbers that may be beyond 64 bits: one reader makes another number of them than another, or takes none."""
LONG_NAME = (rb'"[^"\n]{1000}[^"\n]*":',)
DIGITS = (rb"[0-9]{19}[ \t\r,}]",)
LONG = (rb'[^"\n]{1000}',)
"""What may be too large a number or too long a name; HUGE and LONG_NAME tell, and are slow to look for in all lines."""
_HUGE = re.compile(b"|".join(HUGE))
_LONG_NAME = re.compile(*LONG_NAME)
NO_TEXT = (
    rb"[\xc0\xc1\xf5-\xff]",
    rb"[\x00-\x7f][\x80-\xbf]",
    rb"[\xc2-\xdf](?:[^\x80-\xbf]|[\x80-\xbf]{2})",
    rb"[\xe0-\xef](?:[^\x80-\xbf]|[\x80-\xbf][^\x80-\xbf]|[\x80-\xbf]{3})",
    rb"[\xf0-\xf4](?:[^\x80-\xbf]|[\x80-\xbf][^\x80-\xbf]|[\x80-\xbf]{2}[^\x80-\xbf]|[\x80-\xbf]{4})",
    rb"\xe0[\x80-\x9f]",
    rb"\xed[\xa0-\xbf]",
    rb"\xf0[\x80-\x8f]",
    rb"\xf4[\x90-\xbf]",
)
"""What is no UTF-8: a lone byte of the second kind, too few or too many of them, and forms that RFC 3629 forbids."""


class Doubt:
    """Finds the lines that must be read whole."""

    __slots__ = ("_digits", "_long", "_scanner")

    def __init__(self) -> None:
        folding = tuple(b"".join(b"\\x%02x" % byte for byte in letter.encode()) for letter in FOLDING)
        names = (*NESTED, *SPACED_NAME, *ESCAPED_NAME, *SHIPPED)
        self._scanner = Scanner.expressions((*SPACED, *names, *ESCAPED, *EXPONENT, *NO_TEXT, *folding))
        self._digits = Scanner.expressions(DIGITS)  # together with the others it would be slower
        self._long = Scanner.expressions(LONG, once=True)

    def lines(self, chunk: bytes, ends: Sequence[int]) -> set[int]:
        """Return the numbers of doubtful lines; `ends` are the places behind the line feeds of `chunk`."""
        found = {bisect_left(ends, end) for _, end in self._scanner.scan(chunk)}
        for index in {bisect_left(ends, end) for _, end in self._digits.scan(chunk)} - found:
            if _HUGE.search(chunk, ends[index - 1] if index else 0, ends[index]):
                found.add(index)
        if self._long.scan(chunk):
            found |= {bisect_left(ends, match.end()) for match in _LONG_NAME.finditer(chunk)}
        return found

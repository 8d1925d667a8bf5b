"""Hyperscan's databases, kept from one log to the next: compiling one takes a hundred times as long as taking it up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib.metadata import version

import msgspec

from sentinel.detect.fast.scanner import Expression, Scanner, available, flags_of
from sentinel.model.kept import Kept

MOST = 24
"""Databases that are kept, by when they were last used; one of 4,000 needles has half a megabyte."""
WORTH = 500
"""Needles from which a database is worth keeping; one of expressions always is."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(dict[str, bytes])


class Databases:
    """Has `scanners` compile what is looked for, or takes it up from where it was `kept`; both find the same."""

    def __init__(self, kept: Kept | None = None, scanners: type[Scanner] = Scanner) -> None:
        self._kept = kept
        self._scanners = scanners
        self._known: dict[str, bytes] | None = None
        self._is_new = False

    def literals(self, needles: Sequence[bytes]) -> Scanner:
        """Do as `Scanner.literals` does."""
        if len(needles) < WORTH:
            return self._scanners.literals(needles)
        return self._scanner(("literals without case", *needles), lambda: self._scanners.literals(needles))

    def expressions(self, expressions: Sequence[Expression]) -> Scanner:
        """Do as `Scanner.expressions` does."""
        asked = [(one.pattern, flags_of(one)) for one in expressions]
        return self._scanner(("expressions", *asked), lambda: self._scanners.expressions(expressions))

    def save(self) -> None:
        """Keep what was compiled since this was last asked."""
        if self._kept is not None and self._known is not None and self._is_new:
            self._is_new = False
            last = list(self._known.items())[-MOST:]
            self._kept.save(_key(), _ENCODER.encode(dict(last)))

    def _scanner(self, asked: tuple[object, ...], compiled: Callable[[], Scanner]) -> Scanner:
        if self._kept is None:
            return compiled()
        if self._known is None:
            self._known = _decoded(self._kept.load(_key()))
        key = hashlib.sha256(repr(asked).encode()).hexdigest()
        data = self._known.pop(key, b"")
        scanner = _loaded(data)
        if scanner is None:
            scanner = compiled()
            data = scanner.dump()
            self._is_new = True
        self._known[key] = data  # behind all that was used before
        return scanner


def _loaded(data: bytes) -> Scanner | None:
    try:
        return Scanner.loaded(data) if data else None
    except ValueError:  # of another kind of processor
        return None


def _decoded(data: bytes | None) -> dict[str, bytes]:
    try:
        return {} if data is None else _DECODER.decode(data)
    except ValueError:
        return {}


def _key() -> str:
    """Return what says what the bytes of a database mean; Hyperscan itself knows those of other processors."""
    return hashlib.sha256(f"databases of Hyperscan {version('hyperscan') if available() else ''}".encode()).hexdigest()

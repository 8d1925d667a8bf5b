"""Hyperscan's databases, kept from one log to the next: compiling one takes a hundred times as long as taking it up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib.metadata import version

from sentinel.detect.fast.scanner import Expression, Scanner, available, flags_of
from sentinel.model.kept import Kept

_VERSION = version("hyperscan") if available() else ""
"""It says what the bytes of a database mean; Hyperscan itself knows those of other processors."""
WORTH = 30
"""Needles from which a database is worth keeping; one of expressions always is."""


class Databases:
    """Has `scanners` compile what is looked for, or takes it up from where it was `kept`; both find the same."""

    def __init__(self, kept: Kept | None = None, scanners: type[Scanner] = Scanner) -> None:
        self._kept = kept
        self._scanners = scanners
        self._new: dict[str, bytes] = {}

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
        while self._kept is not None and self._new:
            self._kept.save(*self._new.popitem())

    def _scanner(self, asked: tuple[object, ...], compiled: Callable[[], Scanner]) -> Scanner:
        if self._kept is None:
            return compiled()
        key = hashlib.sha256(repr((_VERSION, asked)).encode()).hexdigest()
        scanner = _loaded(self._new.get(key) or self._kept.load(key))
        if scanner is None:
            scanner = compiled()
            self._new[key] = scanner.dump()
        return scanner


def _loaded(data: bytes | None) -> Scanner | None:
    try:
        return Scanner.loaded(data) if data else None
    except ValueError:  # of another kind of processor
        return None

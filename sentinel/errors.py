"""Every error that Sentinel raises on purpose.

SentinelError
├── ContentError      rules, checklists, scanners, reports or answers have faults; carries all of them
├── InputError        a log, capture or scan result cannot be read at all
├── SettingsError     the site file or a setting is wrong
├── ScopeError        a scan is not allowed: not in the scope, not signed, not now, or stopped
├── SignatureError    a key cannot be used, or a signature is missing, is none, or is not by whom is trusted
├── StoreError        the database cannot be opened, is newer or is locked; or Elasticsearch cannot answer
└── RenderError       a report cannot be made from its context
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place a person can open: a path relative to its root, with `/`, and a line from 1 (0: the whole file)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong at one place."""

    location: Location
    what: str

    def __str__(self) -> str:
        return f"{self.location}: {self.what}"


class SentinelError(Exception):
    """Base of all; the command line turns it into one line (or one a fault) and exit code 2."""


class ContentError(SentinelError):
    """All faults of all files that were read together, sorted by place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


class InputError(SentinelError):
    """Foreign input that cannot be read at all; single bad records are counted as skipped instead."""

    def __init__(self, location: Location, what: str) -> None:
        self.fault = Fault(location, what)
        super().__init__(str(self.fault))


class SettingsError(SentinelError):
    """A setting that is missing, misspelt or contradicts another."""


class ScopeError(SentinelError):
    """Something that a scan may not do: it is not in the scope, not signed, not now, or was stopped."""


class SignatureError(SentinelError):
    """A key that cannot be used, or a signature that is missing, is none, or is by nobody who is trusted."""


class StoreError(SentinelError):
    """The database cannot be opened, is of a newer version, or is held by another; or Elasticsearch cannot answer."""


class RenderError(SentinelError):
    """A report that cannot be made; nothing half-made is left behind."""

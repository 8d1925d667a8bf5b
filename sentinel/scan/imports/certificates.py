"""Brings together who showed a certificate and what it says, which Zeek writes into two logs, in either order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sentinel.model.assets import Observation
from sentinel.scan.imports import values

MAX_KNOWN = 50_000
"""Certificates, and servers that wait for theirs, that are remembered; of more, what came first stays."""
_SHA256 = 64
_MAX_NAMES = 16


@dataclass(frozen=True, slots=True)
class Place:
    """A service that showed a certificate."""

    address: str
    port: int
    when: datetime | None
    mac: str | None


@dataclass(slots=True)
class Certificates:
    """What is known so far, over all files of one import."""

    _said: dict[str, dict[str, str]] = field(default_factory=dict)
    _waiting: dict[str, dict[tuple[str, int], Place]] = field(default_factory=dict)
    _held: int = 0

    def shown(self, key: str, place: Place, name: str) -> Iterator[Observation]:
        """Yield what the certificate that a service showed says, or remember the service."""
        if key in self._said:
            yield _observation(place, self._said[key], name)
        elif self._held < MAX_KNOWN:
            places = self._waiting.setdefault(key, {})
            self._held += (place.address, place.port) not in places
            places.setdefault((place.address, place.port), place)

    def told(self, key: str, facts: dict[str, str], name: str) -> Iterator[Observation]:
        """Remember what a certificate says, and yield that of all services that waited for it."""
        if len(self._said) < MAX_KNOWN:
            self._said.setdefault(key, facts)
        waited = self._waiting.pop(key, {})
        self._held -= len(waited)
        for place in waited.values():
            yield _observation(place, facts, name)


def zeek_facts(row: Mapping[str, str]) -> dict[str, str]:
    """Return what a line of Zeek's x509.log says of a certificate; e-mail addresses in it are not read."""
    subject, issuer = row.get("certificate.subject", ""), row.get("certificate.issuer", "")
    print_of_it = row.get("fingerprint", "").lower()
    return values.present(
        subject=subject,
        issuer=issuer,
        names=", ".join(_names(row)),
        not_before=_day(row.get("certificate.not_valid_before", "")),
        not_after=_day(row.get("certificate.not_valid_after", "")),
        self_signed=("yes" if subject == issuer else "no") if subject and issuer else "",
        sha256=print_of_it if len(print_of_it) == _SHA256 and print_of_it.isalnum() else "",
    )


def _names(row: Mapping[str, str]) -> list[str]:
    """Return DNS names and addresses; e-mail addresses and other names of people are not asked for."""
    return [name for key in ("san.dns", "san.ip") for name in row.get(key, "").split(",") if name][:_MAX_NAMES]


def _day(text: str) -> str:
    """Return a day; ends of certificates may lie beyond what is sound for a log."""
    try:
        seconds = float(text)
    except ValueError:
        found = values.moment(text)
        return found.date().isoformat() if found else ""
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return ""


def _observation(place: Place, facts: dict[str, str], name: str) -> Observation:
    return Observation(
        "tls.certificate", place.address, facts, place.when, name, "import", "tcp", place.port, place.mac
    )

"""What is known of products in the world: what a weakness concerns, how grave it is, until when a maker mends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Status = Literal["affected", "not_affected", "fixed", "under_investigation"]
Remedy = Literal["vendor_fix", "mitigation", "workaround", "none_available", "no_fix_planned"]


@dataclass(frozen=True, slots=True)
class Span:
    """Versions from `first` to `last`; an empty bound is open. `before` is the first version that is outside.

    `after` is the last version below that is outside: instead of `first`, where a source says «later than 2.1».
    `scheme` says how versions are ordered (`deb`, `rpm`, `semver`, `maven`, `openssl`, `generic` …).
    """

    first: str = ""
    last: str = ""
    before: str = ""
    scheme: str = "generic"
    after: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one source about one product: these versions are affected, or are not.

    `source` is the feed (`csaf`, `nvd`, `cve`, `osv`, `vex`), `advisory` its document (ICSMA-19-022-01; the CVE number
    where there is no other). `every`: all versions. `unread` are versions told in words that could not be read: what
    they say is not known, and must be told so. `distribution` names whose packages they are (`Debian:12`), else empty.
    `until` ends a statement of a site's own or a maker's (VEX), `by` is who made it.
    """

    source: str
    advisory: str
    vendor: str
    product: str
    status: Status
    cves: tuple[str, ...]
    spans: tuple[Span, ...] = ()
    every: bool = False
    unread: tuple[str, ...] = ()
    title: str = ""
    url: str = ""
    updated: date | None = None
    distribution: str = ""
    remedies: tuple[tuple[Remedy, str], ...] = ()
    by: str = ""
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Weakness:
    """What is known of one CVE, whoever it concerns. None where no source of the bundle says it, which is not zero.

    `score` is CVSS' base score of the newest version told, `vector` its vector. `exploited` is the day on which it came
    to CISA's list of known exploited vulnerabilities; `epss` is the probability (0–1) of exploitation within 30 days.
    `exploitation` is CISA's word for it in SSVC (`none`, `poc`, `active`).
    """

    cve: str
    score: float | None = None
    vector: str = ""
    exploited: date | None = None
    ransomware: bool = False
    epss: float | None = None
    summary: str = ""
    exploitation: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One source within a bundle: `dated` is the day it was current by its own word; in = kept + skipped."""

    name: str
    dated: date
    kept: int
    skipped: Mapping[str, int]
    licence: str
    origin: str


@dataclass(frozen=True, slots=True)
class Line:
    """One release line of one product, as a source of ends of support names it. `ends` None: no day is known.

    `over`: it has ended, on `ends` or on a day that is not known.
    """

    product: str
    cycle: str
    ends: date | None
    over: bool
    extended_ends: date | None = None
    label: str = ""
    source: str = ""


class Knowledge(Protocol):
    """A dated bundle of knowledge. Keys are those of `product_key`: `f5:nginx`."""

    feeds: tuple[Feed, ...]

    def products(self, vendor: str) -> tuple[str, ...]:
        """Return the keys of all products of a maker that statements are about."""
        ...

    def about(self, key: str) -> Iterator[Statement]:
        """Yield what is stated about a product."""
        ...

    def weaknesses(self, cves: Iterable[str]) -> dict[str, Weakness]:
        """Return what is known of CVEs; one that no source tells is missing."""
        ...

    def lines(self, product: str) -> tuple[Line, ...]:
        """Return the release lines of a product, by its name at endoflife.date; empty where it is not there."""
        ...


def product_key(vendor: str, product: str) -> str:
    """Return the key of a product: small letters, and one `-` for whatever is no letter or digit."""
    return f"{_plain(vendor)}:{_plain(product)}"


def _plain(name: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in name.casefold()).split())

"""Adds observations up to assets: one for each address, every claim kept, contradictions told."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sentinel.model.assets import Asset, Claim, Observation, Service, Transport
from sentinel.scan.addresses import by_number, known_as, without_zone
from sentinel.scan.clean import clean
from sentinel.scan.fingerprint import Fingerprints, fact_claims, mac_claims
from sentinel.scan.implied import is_open
from sentinel.scan.votes import best, contradictions, ranking

MANY_ADDRESSES = 4
MANY_PORTS = 100
MANY_ROLES = 8
MANY_VALUES = 64
EVERYTHING = "answers_everything"
_SELDOM_TOGETHER = {21, 23, 104, 502, 1433, 1521, 2575, 3050, 3306, 3389, 4242, 5432, 5900, 8042, 9100, 11112, 47808}
_EVIDENCE_KEPT = 3
_SAID_THEMSELVES = frozenset(
    {"arp", "dhcp", "dhcpv6", "nbns.name", "intellivue.indication", "lldp", "cdp", "arp.table", "dhcp.lease"}
)
_SINGLE = ("vendor", "product", "version", "os", "os_version", "device_class")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Key = tuple[str, str]


@dataclass(slots=True)
class _Sum:
    """A claim made by one rule, over everything seen so far; evidence is kept by its order, not by who came first."""

    claim: Claim
    evidence: list[str]


@dataclass(slots=True)
class _Collected:
    """What has been seen of one address; grows with different facts, not with traffic."""

    claims: dict[Key, dict[str, _Sum]] = field(default_factory=dict)
    ports: set[tuple[Transport, int]] = field(default_factory=set)
    macs: dict[str, Observation] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None
    alive: bool = False


def build(
    observations: Iterable[Observation],
    fingerprints: Fingerprints,
    networks: Iterable[str] = (),
    exclude: Iterable[str] = (),
    site: str = "",
    names: Mapping[str, str] | None = None,
) -> tuple[Asset, ...]:
    """Return the assets behind observations, in the order of their addresses.

    Keyed on site and address, with the MAC as an attribute: on a routed network many machines share the router's.
    `networks` keeps only addresses inside them (all where none is given), `exclude` leaves out single addresses such
    as the scanner's own; `names` are what the site itself calls its addresses. An address that was asked and never
    answered is no asset.
    """
    wanted = _Chooser(networks, exclude)
    collected: dict[Address, _Collected] = {}
    for observation in observations:
        address = wanted(observation.address)
        if address is not None:
            _collect(collected.setdefault(address, _Collected()), observation, fingerprints)
    for text, name in (names or {}).items():
        address = wanted(text)
        if address in collected and clean(name):
            known = collected[address]
            _add(known.claims, Claim("name", clean(name), "site", 5, "site", known.first, known.last))
    shared = _shared_macs(collected)
    ordered = sorted(collected.items(), key=lambda item: by_number(str(item[0])))
    return tuple(_asset(a, one, shared, fingerprints, site) for a, one in ordered if one.alive)


def asset_id(site: str, address: str) -> str:
    """Return the id of the asset at an address of a site; it outlives renaming and new hardware."""
    return hashlib.sha256(f"{site}\0{address}".encode(errors="replace")).hexdigest()[:16]


def by_attribute(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Group claims by what they are about."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.attribute, []).append(claim)
    return groups


class _Chooser:
    """Turns an address text into the address, or None for one that is not wanted or is no single machine's."""

    def __init__(self, networks: Iterable[str], exclude: Iterable[str]) -> None:
        self.networks = tuple(ipaddress.ip_network(text, strict=False) for text in networks)
        self.exclude = frozenset(ipaddress.ip_address(text) for text in exclude)
        self.known: dict[str, Address | None] = {}

    def __call__(self, text: str) -> Address | None:
        if text not in self.known:
            self.known[text] = self._decide(text)
        return self.known[text]

    def _decide(self, text: str) -> Address | None:
        address = known_as(text)
        if address is None or not self.exclude.isdisjoint({address, without_zone(address)}):
            return None
        if address.is_multicast or address.is_unspecified or address.is_loopback:
            return None
        if isinstance(address, ipaddress.IPv4Address) and int(address) == 0xFFFFFFFF:  # noqa: PLR2004 (broadcast)
            return None
        return address if not self.networks or any(address in network for network in self.networks) else None


def _collect(one: _Collected, seen: Observation, fingerprints: Fingerprints) -> None:
    down = seen.kind == "nmap.host" and seen.facts.get("state") == "down"
    one.alive = one.alive or not down
    if seen.time is not None and not down:
        one.first = min(one.first or seen.time, seen.time)
        last = seen.last or seen.time
        one.last = max(one.last or last, last)
    if refused := _refused(seen):
        one.closed.add(refused)
        if len(one.closed) > MANY_VALUES:
            one.closed.remove(max(one.closed))
    if seen.port is not None and seen.transport is not None and is_open(seen):
        one.ports.add((seen.transport, seen.port))
    if seen.mac:
        _remember_mac(one, seen, seen.mac.lower())
    for claim in fact_claims(seen, fingerprints):
        _add(one.claims, claim)


def _refused(seen: Observation) -> str:
    """Return the ports that an observation says were asked and refused, or nothing."""
    if seen.kind == "tcp.refused":
        return f"{seen.transport}/{seen.port}"
    return seen.facts.get("closed", "") if seen.kind == "nmap.host" else ""


def _remember_mac(one: _Collected, seen: Observation, mac: str) -> None:
    """Keep one witness a MAC: nmap's host (it names the maker) before others, then the earliest by name and time."""
    known = one.macs.get(mac)
    if known is None or _witness(seen) < _witness(known):
        one.macs[mac] = seen
        if len(one.macs) > MANY_VALUES:
            del one.macs[max(one.macs)]


def _witness(seen: Observation) -> tuple[bool, bool, str, str, str]:
    named = "vendor" in seen.facts
    where = f"{seen.transport}/{seen.port}"
    return (seen.kind not in _SAID_THEMSELVES, not named, seen.kind, seen.source, f"{seen.time} {where} {seen.facts}")


def _add(claims: dict[Key, dict[str, _Sum]], claim: Claim) -> None:
    """Add a claim up; of endlessly many values the first by the alphabet are kept, whatever order they came in."""
    values = claims.setdefault((claim.attribute, claim.rule), {})
    known = values.get(claim.value)
    if known is None:
        values[claim.value] = _Sum(claim, [claim.evidence])
        if len(values) > MANY_VALUES:
            del values[max(values)]
        return
    if claim.evidence not in known.evidence:
        known.evidence = sorted([*known.evidence, claim.evidence])[:_EVIDENCE_KEPT]
    known.claim = replace(
        known.claim,
        strength=max(known.claim.strength, claim.strength),
        first_seen=_earliest(known.claim.first_seen, claim.first_seen),
        last_seen=_latest(known.claim.last_seen, claim.last_seen),
    )


def _earliest(left: datetime | None, right: datetime | None) -> datetime | None:
    return min(left, right) if left and right else left or right


def _latest(left: datetime | None, right: datetime | None) -> datetime | None:
    return max(left, right) if left and right else left or right


@dataclass(frozen=True, slots=True)
class _Shared:
    """MACs that carry many addresses: a router seen from the far side. `owners` said so themselves, few for each."""

    macs: frozenset[str]
    owners: frozenset[tuple[str, Address]]


def _shared_macs(collected: Mapping[Address, _Collected]) -> _Shared:
    carried: dict[tuple[str, int], list[tuple[Address, bool]]] = {}
    for address, one in collected.items():
        for mac, seen in one.macs.items():
            carried.setdefault((mac, address.version), []).append((address, seen.kind in _SAID_THEMSELVES))
    many = {key: found for key, found in carried.items() if len(found) >= MANY_ADDRESSES}
    said = {mac: [address for address, own in found if own] for (mac, _), found in many.items()}
    owners = {(mac, address) for mac, own in said.items() if len(own) < MANY_ADDRESSES for address in own}
    return _Shared(frozenset(mac for mac, _ in many), frozenset(owners))


def _asset(address: Address, one: _Collected, shared: _Shared, fingerprints: Fingerprints, site: str) -> Asset:
    own = {mac: seen for mac, seen in one.macs.items() if mac not in shared.macs or (mac, address) in shared.owners}
    for claim in _late_claims(address, one, own, shared, fingerprints):
        _add(one.claims, claim)
    sums = (one_sum for values in one.claims.values() for one_sum in values.values())
    return assemble(
        Asset(
            id=asset_id(site, str(address)),
            addresses=(str(address),),
            macs=tuple(sorted(own)),
            names=(),
            device_class="",
            vendor="",
            product="",
            version="",
            services=(),
            claims=tuple(replace(s.claim, evidence="; ".join(s.evidence)) for s in sums),
            first_seen=one.first,
            last_seen=one.last,
            closed=tuple(sorted(one.closed)),
        ),
        one.ports,
    )


def assemble(asset: Asset, ports: set[tuple[Transport, int]]) -> Asset:
    """Return an asset whose single values, names and services are those that its claims vote for."""
    claims = sorted(asset.claims, key=_claim_order)
    groups = by_attribute(claims)
    everything = EVERYTHING in groups
    chosen = {attribute: best(groups.get(attribute, ())) for attribute in _SINGLE}
    system = " ".join(filter(None, (chosen["os"], chosen["os_version"])))
    return replace(
        asset,
        names=tuple(name for name, _ in ranking(groups.get("name", ()))),
        device_class="unknown" if everything else chosen["device_class"] or "unknown",
        vendor=chosen["vendor"],
        product="" if everything else chosen["product"] or system,
        version="" if everything or not chosen["product"] else chosen["version"],
        services=tuple(_services(ports, groups)),
        claims=tuple(claims),
        contradictions=contradictions(groups, (*_SINGLE, *_service_attributes(groups))),
    )


def _late_claims(
    address: Address,
    one: _Collected,
    own: Mapping[str, Observation],
    shared: _Shared,
    fingerprints: Fingerprints,
) -> Iterator[Claim]:
    """Yield the claims that need the whole picture: MACs once routers are known, and a host that answers all."""
    for mac, seen in own.items():
        yield from mac_claims(seen, mac, fingerprints)
        if (mac, address) in shared.owners:
            yield _own_claim("device_class", "network", one)
    if _answers_everything(one.ports):
        yield _own_claim(EVERYTHING, f"{len(one.ports)} ports", one)


def _own_claim(attribute: str, value: str, one: _Collected) -> Claim:
    return Claim(attribute, value, "inventory", 3, "inventory", one.first, one.last)


def _answers_everything(ports: set[tuple[Transport, int]]) -> bool:
    """Say whether so much answers that no single answer can be believed (a firewall, a trap, a load balancer)."""
    tcp = {port for transport, port in ports if transport == "tcp"}
    return len(tcp) >= MANY_PORTS or len(tcp & _SELDOM_TOGETHER) >= MANY_ROLES


def _service_attributes(groups: Mapping[str, object]) -> list[str]:
    return sorted(name for name in groups if name.endswith((".product", ".version")))


def _services(ports: set[tuple[Transport, int]], groups: Mapping[str, list[Claim]]) -> Iterator[Service]:
    for transport, port in sorted(ports, key=lambda one: (one[1], one[0])):
        key = f"{transport}/{port}"
        protocol = best(groups.get(f"{key}.protocol", ()))
        if groups.get(f"{key}.tls") and protocol == "http":
            protocol = "https"
        product, version = best(groups.get(f"{key}.product", ())), best(groups.get(f"{key}.version", ()))
        yield Service(transport, port, protocol, product, version)


def _claim_order(claim: Claim) -> tuple[str, int, str, str]:
    return (claim.attribute, -claim.strength, claim.value, claim.rule)

"""A compiled scope: which probe may go to which address and port. What is not in it is denied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import ip_address
from typing import Literal

from sentinel.errors import ScopeError
from sentinel.model.assets import Transport
from sentinel.scan import never
from sentinel.scan.addresses import Address, Span, single
from sentinel.scan.probes.exchange import Caller, Target
from sentinel.scan.profiles import Limits, Profile
from sentinel.scan.window import Window

UNKNOWN_KIND = "unknown"
HEALTH = "health"
"""Connecting and closing, to see how a device is: granted beside every TCP port that is listed."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One probe to one port of one address. A port that is never opened cannot be granted: ScopeError."""

    address: str
    port: int
    transport: Transport
    probe: str
    network: str
    name: str = ""
    path: str = ""
    ae_title: str = ""

    def __post_init__(self) -> None:
        """Refuse what no scope can allow."""
        why = never.refused(b"", self.transport, self.port)
        if not why and self.to_all:
            why = never.refused_to_all(b"", self.address, self.port)
        if why:
            raise ScopeError(f"{self.address}: {why}")
        try:
            self.target  # noqa: B018 -- what cannot be written into a message is refused here
        except ValueError as error:
            raise ScopeError(f"{self.address}: {error}") from error

    @property
    def to_all(self) -> bool:
        """Say whether it goes to a group (multicast), and so to everybody on a segment."""
        return ip_address(self.address).is_multicast

    @property
    def account(self) -> str:
        """Whose budget pays: the host's, or that of this one question to this one segment."""
        return f"{self.probe} to all of {self.network}" if self.to_all else self.address

    @property
    def target(self) -> Target:
        """What the probe is told."""
        return Target(self.address, self.port, self.name, self.path, self.ae_title)


@dataclass(frozen=True, slots=True)
class Host:
    """One address with all that may be asked of it. `kind` is its make, UNKNOWN_KIND, or empty for one of its own."""

    address: str
    network: str
    grants: tuple[Grant, ...]
    kind: str = ""
    health_port: int | None = None
    name: str = ""

    @property
    def alike(self) -> str:
        """What this device shares with others that may not be touched beside it."""
        return self.kind or self.address


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """One question to everybody on a segment, sent from our own address there."""

    grant: Grant
    source: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of ours that a resolver is asked about; `grant` is the leave to ask it."""

    name: str
    grant: Grant
    selectors: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class HeldBack:
    """An address that was listed and is left alone, and why. `probe`: only that one is left out.

    `known`: it is left alone because of what the inventory knows, and not because the scope's owner says so. `account`
    is that of a question to a whole segment, where `address` is the group.
    """

    address: str
    reason: str
    probe: str = ""
    known: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """A fence, the profile inside it, and the limits: never laxer than the profile's."""

    name: str
    spans: tuple[Span, ...]
    profile: Profile
    limits: Limits

    def __contains__(self, address: Address) -> bool:
        return any(address in span for span in self.spans)


@dataclass(frozen=True, slots=True)
class Bar:
    """Addresses that nothing is sent to."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved, in which role, when."""

    role: str
    name: str
    day: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a scope file allows, with names resolved and pinned. `hash` is the SHA-256 of the file's bytes.

    `signed_by` is the key that signed these bytes, empty where none did. `source` is the address that is sent from.
    """

    id: str
    revision: int
    hash: str
    type: Literal["inventory", "lab"]
    owner: str
    reason: str
    over: datetime
    windows: tuple[Window, ...]
    caller: Caller
    source: str
    approvals: tuple[Approval, ...]
    networks: Mapping[str, Network]
    hosts: tuple[Host, ...]
    held_back: tuple[HeldBack, ...]
    barred: tuple[Span, ...]
    pinned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signed_by: str = ""
    calls: tuple[Call, ...] = ()
    domains: tuple[Domain, ...] = ()
    fence_required: bool = False
    granted: frozenset[Grant] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Gather the grants of all hosts, and of all questions to everybody."""
        granted = {grant for host in self.hosts for grant in host.grants} | {call.grant for call in self.calls}
        object.__setattr__(self, "granted", frozenset(granted))

    @property
    def label(self) -> str:
        """What log and results call this scope."""
        return f"{self.id}/{self.revision}"

    @property
    def sends(self) -> bool:
        """Say whether anything in it may send; a segment that is only listened to sends where it is asked something."""
        one_by_one = any(network.profile.sends and not network.profile.multicast for network in self.networks.values())
        return one_by_one or bool(self.calls)

    def barrier(self, now: datetime) -> str:
        """Return why nothing at all may be sent now, or nothing."""
        if now >= self.over:
            return f"scope {self.label} has expired"
        if not any(now in window for window in self.windows):
            return f"no window of scope {self.label} is open now"
        if self.sends and not self.signed_by:
            return f"scope {self.label} is not signed by a trusted key"
        return ""

    def refusal(self, grant: Grant, now: datetime) -> str:
        """Return why this may not be sent now, or nothing: asked by the wire immediately before every connection.

        Each reason is looked at anew and does not lean on the compiler having been right.
        """
        network = self.networks.get(grant.network)
        if grant not in self.granted:
            why = "the scope does not list it"
        else:
            why = self._bars_all(network) if grant.to_all else self._bars(single(grant.address), network)
        return f"{grant.address} port {grant.port}: {why}" if why else self.barrier(now)

    def _bars(self, address: Address, network: Network | None) -> str:
        if any(address in bar for bar in self.barred):
            return "it is excluded or on the list of what is never probed"
        if network is None or not network.profile.sends or network.profile.multicast:
            return "its network sends nothing to single hosts"
        return "" if address in network else "it lies outside its network"

    def _bars_all(self, network: Network | None) -> str:
        if network is None or not (network.profile.sends and network.profile.multicast):
            return "its network is not asked as a whole"
        met = any(bar.meets(span) for bar in self.barred for span in network.spans)
        return "it would reach what is excluded or never probed" if met else ""

    def of_domains(self, names: Iterable[str]) -> Scope:
        """Return the scope with nothing in it but these domains, all where none is named; ScopeError for another's."""
        wanted = set(names) or {domain.name for domain in self.domains}
        if strange := sorted(wanted - {domain.name for domain in self.domains}):
            raise ScopeError(f"scope {self.label} does not list the domain {', '.join(strange)}")
        domains = tuple(domain for domain in self.domains if domain.name in wanted)
        asked = {domain.grant for domain in domains}
        look = {(grant.address, HEALTH, grant.port) for grant in asked}
        hosts = []
        for host in self.hosts:
            kept = tuple(one for one in host.grants if one in asked or (one.address, one.probe, one.port) in look)
            if kept:
                hosts.append(replace(host, grants=kept))
        return replace(self, hosts=tuple(hosts), calls=(), domains=domains)

    def without(self, held: Iterable[HeldBack]) -> Scope:
        """Return the scope with less in it: whole hosts, or single probes of them."""
        held = tuple(held)
        gone = {one.address for one in held if not one.probe}
        less = {(one.address, one.probe) for one in held if one.probe}
        hosts = []
        for host in self.hosts:
            left = tuple(grant for grant in host.grants if (grant.address, grant.probe) not in less)
            if host.address not in gone and left:
                hosts.append(replace(host, grants=left))
        calls = tuple(call for call in self.calls if call.grant.account not in {one.account for one in held})
        return replace(self, hosts=tuple(hosts), calls=calls, held_back=tuple(sorted({*self.held_back, *held})))

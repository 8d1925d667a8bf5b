"""A compiled scope: which probe may go to which address and port. What is not in it is denied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sentinel.errors import ScopeError
from sentinel.model.assets import Transport
from sentinel.scan import never
from sentinel.scan.addresses import Span, single
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
        if why := never.refused(b"", self.transport, self.port):
            raise ScopeError(f"{self.address}: {why}")
        try:
            self.target  # noqa: B018 -- what cannot be written into a message is refused here
        except ValueError as error:
            raise ScopeError(f"{self.address}: {error}") from error

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
class HeldBack:
    """An address that was listed and is left alone, and why. `probe`: only that one is left out.

    `known`: it is left alone because of what the inventory knows, and not because the scope's owner says so.
    """

    address: str
    reason: str
    probe: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """A fence, the profile inside it, and the limits: never laxer than the profile's."""

    name: str
    spans: tuple[Span, ...]
    profile: Profile
    limits: Limits


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
    granted: frozenset[Grant] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Gather the grants of all hosts."""
        granted = frozenset(grant for host in self.hosts for grant in host.grants)
        object.__setattr__(self, "granted", granted)

    @property
    def label(self) -> str:
        """What log and results call this scope."""
        return f"{self.id}/{self.revision}"

    @property
    def sends(self) -> bool:
        """Say whether anything in it may send."""
        return any(network.profile.sends for network in self.networks.values())

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
        address = single(grant.address)
        for wrong, why in (
            (grant not in self.granted, "the scope does not list it"),
            (any(address in bar for bar in self.barred), "it is excluded or on the list of what is never probed"),
            (network is None or not network.profile.sends, "its network sends nothing"),
            (network is None or not any(address in span for span in network.spans), "it lies outside its network"),
        ):
            if wrong:
                return f"{grant.address} port {grant.port}: {why}"
        return self.barrier(now)

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
        return replace(self, hosts=tuple(hosts), held_back=tuple(sorted({*self.held_back, *held})))

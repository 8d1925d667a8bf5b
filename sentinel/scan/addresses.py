"""Addresses as a scope file writes them: one, a network, or a first and a last. Nothing else is understood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """All addresses of one version from `first` to `last`, both counted; `text` is how it was written."""

    version: int
    first: int
    last: int
    text: str

    def __contains__(self, address: Address) -> bool:
        return address.version == self.version and self.first <= int(address) <= self.last

    @property
    def size(self) -> int:
        """How many addresses there are."""
        return self.last - self.first + 1

    def meets(self, other: Span) -> bool:
        """Say whether both hold some address."""
        return self.version == other.version and self.first <= other.last and other.first <= self.last

    def inside(self, other: Span) -> bool:
        """Say whether the other holds every address of this one."""
        return self.version == other.version and other.first <= self.first and self.last <= other.last

    def addresses(self) -> Iterator[Address]:
        """Yield each address in turn, without the two of an IPv4 network that are no machine's."""
        make = IPv4Address if self.version == 4 else IPv6Address  # noqa: PLR2004 -- IPv4
        return (make(number) for number in range(self.first, self.last + 1) if number not in self.not_a_machine)

    @property
    def not_a_machine(self) -> frozenset[int]:
        """The name of an IPv4 network and its broadcast address; none of a single address or of a range."""
        return frozenset({self.first, self.last} if "/" in self.text and self.version == 4 and self.size > 2 else ())  # noqa: PLR2004 -- RFC 3021


def span(text: str) -> Span:
    """Read `10.0.0.7`, `10.0.0.0/24` or `10.0.0.7-10.0.0.9`; ValueError with a sentence for all else."""
    first, dash, last = (part.strip() for part in text.partition("-"))
    if dash:
        low, high = single(first), single(last)
        if low.version != high.version or int(high) < int(low):
            raise ValueError(f"'{text}' does not go from a lower to a higher address")
        return Span(low.version, int(low), int(high), text)
    if "/" not in text:
        one = single(text)
        return Span(one.version, int(one), int(one), str(one))
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is no network: {error}") from error
    single(str(network.network_address))
    return Span(network.version, int(network.network_address), int(network.broadcast_address), text)


def single(text: str) -> Address:
    """Read one address; one that stands for another (IPv4 inside IPv6) or for an interface is refused."""
    try:
        address = ip_address(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is no address") from error
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            raise ValueError(f"'{text}' names an interface: write addresses that mean the same everywhere")
        if any(address in block for block in _IPV4_INSIDE):
            raise ValueError(f"'{text}' stands for an IPv4 address: write that")
    return address


def known_as(text: str) -> Address | None:
    """Return an address as an inventory keeps it, None for a text that is none.

    A link-local one of IPv6 keeps its zone, the interface that it is behind: the same address on two of them is two
    machines. For all others a zone means nothing, and is left out.
    """
    plain, _, zone = text.strip().partition("%")
    try:
        found = ip_address(plain)
    except ValueError:
        return None
    if not zone or found.version == 4 or not found.is_link_local:  # noqa: PLR2004 -- IPv4
        return found
    return ip_address(f"{found}%{zone}") if _ZONE.fullmatch(zone) else None


def without_zone(address: Address) -> Address:
    """Return an address without its zone."""
    return IPv6Address(int(address)) if isinstance(address, IPv6Address) else address


def by_number(text: str) -> tuple[int, int, str]:
    """Return what addresses are sorted by: version, number, and last the zone; what is no address comes first."""
    try:
        found = ip_address(text)
    except ValueError:
        return (0, 0, text)
    return (found.version, int(found), text)


def link_local(part: Span) -> str:
    """Return why a span of IPv6 cannot be asked: what is behind its addresses depends on the interface; or nothing."""
    if not part.meets(_LINK):
        return ""
    return (
        f"{part.text} is link-local, another machine on every interface: list addresses that mean the same everywhere"
    )


def spans(texts: Iterable[str]) -> tuple[Span, ...]:
    """Read several."""
    return tuple(map(span, texts))


def is_private(part: Span) -> bool:
    """Say whether no address of a span can be reached from the internet."""
    return any(part.inside(own) for own in _PRIVATE)


def reserved(part: Span) -> str:
    """Return why a span holds addresses that are no machine's, or nothing."""
    return next((why for block, why in _NOBODY if part.meets(block)), "")


_ZONE = re.compile(r"[A-Za-z0-9_.:@-]{1,32}")
"""What systems call interfaces; Windows numbers them."""
_IPV4_INSIDE = tuple(ip_network(text) for text in ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "2002::/16", "2001::/32"))
_LINK = span("fe80::/10")
_PRIVATE = tuple(
    Span(network.version, int(network.network_address), int(network.broadcast_address), str(network))
    for network in map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10"),
    )
)
_NOBODY = tuple(
    (Span(network.version, int(network.network_address), int(network.broadcast_address), str(network)), why)
    for network, why in (
        (ip_network("0.0.0.0/8"), "0.0.0.0/8 is nobody's address"),
        (ip_network("224.0.0.0/4"), "224.0.0.0/4 is multicast, not one machine"),
        (ip_network("240.0.0.0/4"), "240.0.0.0/4 is reserved or broadcast"),
        (ip_network("::/128"), ":: is nobody's address"),
        (ip_network("ff00::/8"), "ff00::/8 is multicast, not one machine"),
    )
)

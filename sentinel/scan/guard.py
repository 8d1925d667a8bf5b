"""Firewall rules (nftables) that are the scope once more: loaded where the scan runs, a fault of ours cannot leak."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.scan.scope import Scope

TABLE = "sentinel_guard"


def guard(scope: Scope) -> Iterator[str]:
    """Yield rules, line by line, that let out nothing but what the scope grants, and answers to what came in.

    Loopback and what a network needs to find a neighbour (ARP is below it, ICMPv6 neighbour discovery) are let through;
    names are pinned already, so no DNS is. To be loaded in a network namespace of the scan's own: `nft -f guard.nft`.
    """
    yield f"# Scope {scope.label}, SHA-256 {scope.hash}: nothing leaves but what it grants."
    yield f"table inet {TABLE}"
    yield f"delete table inet {TABLE}"
    yield f"table inet {TABLE} {{"
    for version, kind in ((4, "ipv4_addr"), (6, "ipv6_addr")):
        elements = ", ".join(_elements(scope, version))
        yield f"  set granted{version} {{"
        yield f"    type {kind} . inet_proto . inet_service"
        if elements:
            yield f"    elements = {{ {elements} }}"
        yield "  }"
    yield "  chain out {"
    yield "    type filter hook output priority 0; policy drop;"
    yield '    oifname "lo" accept'
    yield "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept"
    yield "    ip daddr . meta l4proto . th dport @granted4 accept"
    yield "    ip6 daddr . meta l4proto . th dport @granted6 accept"
    yield "    counter drop"
    yield "  }"
    yield "}"


def _elements(scope: Scope, version: int) -> list[str]:
    granted = {(grant.address, grant.transport, grant.port) for grant in scope.granted}
    return sorted(
        f"{address} . {transport} . {port}"
        for address, transport, port in granted
        if (":" in address) == (version == 6)  # noqa: PLR2004 -- IPv6
    )

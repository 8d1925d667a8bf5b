"""Questions to everybody on a segment (multicast): which a scope file may ask, of whom, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sentinel.model.scans import LogEntry
from sentinel.scan.addresses import single, spans
from sentinel.scan.probes.everybody import TO_ALL
from sentinel.scan.profiles import GENTLEST
from sentinel.scan.scope import Bar, Call, Grant, Network
from sentinel.scan.scope_file import NetworkSection

BETWEEN = timedelta(hours=12)
"""No less than that lies between two like questions, whatever the date: one at midnight is not two."""


def sends_singly(network: Network) -> bool:
    """Say whether a network's profile sends to single hosts."""
    return network.profile.sends and not network.profile.multicast


def not_askable(section: NetworkSection, network: Network, caller: str | None) -> str:
    """Return why a network cannot be asked as a whole, or nothing."""
    if not network.profile.multicast:
        return f"{network.profile.id} does not ask everybody: only a network of profile listen does"
    source = section.source or caller
    if source is None or single(source) not in network:
        return "write in 'source' our own address in this segment: the question leaves by it"
    if len(set(section.ask_all)) > network.limits.run_packets:
        return f"at most {network.limits.run_packets} questions"
    return ""


def calls_of(section: NetworkSection, caller: str | None) -> Iterator[Call]:
    """Yield the questions of a network that can be asked."""
    source = str(section.source or caller)
    for name in sorted(set(section.ask_all)):
        what = TO_ALL[name]
        yield Call(Grant(what.groups[single(source).version], what.port, "udp", name, section.name), source)


def reaches(network: Network, others: Iterable[Network], bars: Iterable[Bar]) -> str:
    """Return whom a question to all of a network would reach that gets no packet, or nothing."""
    for bar in bars:
        if any(bar.span.meets(span) for span in network.spans):
            return f"a question to all of '{network.name}' would reach {bar.span.text}, which is {bar.reason}"
    rank = GENTLEST.index(network.profile.id)
    for other in others:
        gentler = GENTLEST.index(other.profile.id) < rank
        if gentler and any(mine.meets(span) for mine in network.spans for span in other.spans):
            return f"a question to all of '{network.name}' would reach network '{other.name}' ({other.profile.id})"
    return ""


def asked_before(entries: Iterable[LogEntry]) -> Iterator[LogEntry]:
    """Yield the lines of a log that say that a segment was asked; those that were given up before anything was sent."""
    unsent = set[tuple[str, int]]()
    begun = []
    for entry in entries:
        if entry.kind == "begun" and "segment" in entry.facts:
            begun.append(entry)
        elif entry.kind == "probe" and "segment" in entry.facts and not entry.facts["sent"]:
            unsent.add((entry.run, entry.facts["probe_n"]))
    return (entry for entry in begun if (entry.run, entry.facts["probe_n"]) not in unsent)


def asked_lately(call: Call, network: Network, before: Iterable[LogEntry], now: datetime) -> str:
    """Return when these machines were last asked this, where that was too lately; a day is one of UTC."""
    for entry in before:
        same = (entry.facts["address"], entry.facts["port"]) == (call.grant.address, call.grant.port)
        if not same or not _same_segment(entry, network):
            continue
        at = datetime.fromisoformat(entry.time)
        if at.date() == now.date() or abs(now - at) < BETWEEN:
            return f"was asked on {at:%Y-%m-%d} at {at:%H:%M} UTC: a segment is asked once a day"
    return ""


def _same_segment(entry: LogEntry, network: Network) -> bool:
    return any(one.meets(span) for one in spans(entry.facts["segment"]) for span in network.spans)

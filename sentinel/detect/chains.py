"""Correlations of correlations: the order they build on each other, those that go in a circle, and their hashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from sentinel.content import Document
from sentinel.detect.correlation import Correlation
from sentinel.detect.meaning import hash_correlation
from sentinel.detect.references import Entry
from sentinel.detect.refusals import refuse
from sentinel.detect.rule import Refused


@dataclass(frozen=True, slots=True)
class Draft:
    """A correlation that is right in itself, and not yet hashed; what it refers to may still be refused."""

    entry: Entry
    document: Document
    correlation: Correlation

    def refuse(self, what: str, *path: str | int) -> Refused:
        """Refuse it for what it refers to."""
        self.entry.loaded = False
        return refuse(self.document, "correlation", [self.document.fault(("correlation", "rules", *path), what)])


def chain(drafts: Sequence[Draft], rules: Mapping[str, str]) -> Iterator[Correlation | Refused]:
    """Yield every correlation after those that it builds on, hashed, or its refusal; `rules` are hashes by rule id."""
    known = {draft.entry.id: draft for draft in drafts}
    builds_on = {id_: [rule for rule in draft.correlation.rules if rule in known] for id_, draft in known.items()}
    order, cycles = in_order(builds_on)
    for cycle in cycles:
        shown = " → ".join(_called(known[id_].entry) for id_ in cycle)
        yield from (known[id_].refuse(f"goes in a circle: {shown}") for id_ in dict.fromkeys(cycle))
    hashes = dict(rules)
    for draft in (known[id_] for id_ in order):
        missing = next(
            (rule for rule in draft.correlation.rules if rule in known and not known[rule].entry.loaded), None
        )
        if missing is not None:
            other = known[missing].entry
            what = f"'{_called(other)}' was refused ({other.location})"
            yield draft.refuse(what, draft.correlation.rules.index(missing))
            continue
        digest = hash_correlation(draft.correlation, hashes)
        hashes[draft.entry.id] = digest
        yield replace(draft.correlation, ref=replace(draft.correlation.ref, hash=digest))


def in_order(builds_on: Mapping[str, Sequence[str]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the nodes after those that they build on, and every circle as it goes round, its first node at both ends.

    Nodes of a circle are left out of the order, those that build on them are not.
    """
    left = dict(builds_on)
    cycles: list[tuple[str, ...]] = []
    while True:
        graph = {node: [other for other in others if other in left] for node, others in left.items()}
        try:
            return list(TopologicalSorter(graph).static_order()), cycles
        except CycleError as error:
            found: list[str] = error.args[1]
            cycles.append(tuple(reversed(found)))
            for node in found:
                left.pop(node, None)


def silent(correlations: Iterable[Correlation]) -> frozenset[str]:
    """Return the ids whose hits only feed correlations; one correlation that says `generate: true` lets them speak."""
    fed: set[str] = set()
    heard: set[str] = set()
    for one in correlations:
        (heard if one.generate else fed).update(one.rules)
    return frozenset(fed - heard)


def _called(entry: Entry) -> str:
    return entry.name or entry.title

"""What gates cost on samples of logs, kept for the next: a sample is small, and other gates need other databases."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from sentinel.detect.condition import Node
from sentinel.detect.fast.gates import Cost, Gate, Way, gate
from sentinel.detect.fast.learnt import Learnt
from sentinel.model.kept import Kept

MOST = 20_000
"""Rules and views of which costs are kept, by when they were measured."""
MORE = 2.0
"""Times what was kept, from which on the gates of a rule are chosen anew."""
FEW = 0.5
"""What a gate may cost beyond that: one value in two that was not met before, or one event in forty let pass."""
ALIKE = 2
"""A sample tells something against one with at most so many times as many events."""

KEY = hashlib.sha256(b"what gates cost").hexdigest()


class Measured(msgspec.Struct, frozen=True, array_like=True):
    """What gates of a rule cost on so many events, in the order in which it was asked."""

    events: int
    costs: Sequence[float]


_DECODER = msgspec.msgpack.Decoder(Measured)


class GateCosts:
    """Chooses the gates of rules: as an earlier log had them, unless these are dear in this one.

    Whatever the costs, each choice is sound; they only say which is cheap.
    """

    def __init__(self, kept: Kept | None = None) -> None:
        self._learnt = Learnt(kept, KEY, _DECODER, MOST)

    def choose(self, key: str, node: Node, cost: Cost, events: int) -> tuple[Way, ...] | None:
        """Return the gates of a condition, as `gate` does; `key` names it, `cost` measures on so many events."""
        before = self._learnt.get(key)
        if before is not None:
            told = _Told(before.costs)
            found = gate(node, told.cost)
            if found is None or events * ALIKE < before.events or all(told.holds(one, cost) for one, _ in found):
                return found
        noted: list[float] = []
        found = gate(node, lambda one: _noted(cost(one), noted))
        if noted:
            self._learnt.put(key, Measured(events, noted))
        return found

    def save(self) -> None:
        """Keep what was measured since this was last asked."""
        self._learnt.save()


class _Told:
    """Tells costs in the order in which they were noted; one that was never noted is that of any gate."""

    def __init__(self, costs: Sequence[float]) -> None:
        self._rest = iter(costs)
        self._by_node: dict[int, float] = {}

    def cost(self, one: Gate) -> float:
        """Return the next."""
        self._by_node[id(one[1])] = told = next(self._rest, 1.0)
        return told

    def holds(self, one: Gate, cost: Cost) -> bool:
        """Say whether a gate costs about what was told of it; of the only way there is nothing was told."""
        told = self._by_node.get(id(one[1]))
        return told is None or cost(one) <= told * MORE + FEW


def _noted(cost: float, noted: list[float]) -> float:
    noted.append(round(cost, 3))
    return noted[-1]

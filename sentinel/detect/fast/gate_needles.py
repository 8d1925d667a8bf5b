"""Needles of gates, chosen by the values in hand and kept for the next log: counting takes longer than all else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from sentinel.detect.fast.alarm import Literals, make_alarm, measure
from sentinel.detect.fast.databases import Databases
from sentinel.detect.fast.learnt import Learnt
from sentinel.detect.fast.needles import Needles
from sentinel.detect.fast.witness import Pick, Union, Ways, guessed, is_witness, total, witness
from sentinel.model.kept import Kept

TOO_OFTEN = 0.5
"""Share of the values above which a gate is tried without looking for its needles."""
MORE = 2.0
"""Times as often as in the logs that chose them, from which on needles are chosen anew."""
FEW = 0.1
"""Gates tried for a value, up to which they never are."""
ALIKE = 2
"""Values tell something against those of a log with at most so many times as many."""
MOST = 20_000
"""Gates of which needles are kept, by when they were chosen."""

KEY = hashlib.sha256(b"needles of gates, their parts in order").hexdigest()


class Chosen(msgspec.Struct, frozen=True, array_like=True):
    """The needles of a gate, and the share of so many values that they were in."""

    values: int
    share: float
    needles: Needles


Choice = Mapping[int, Chosen]
_DECODER = msgspec.msgpack.Decoder(Chosen)


class GateNeedles:
    """Chooses the needles of gates: as earlier logs did where a gate needs them, unless this log is full of them.

    `databases` are what they are looked for with.
    """

    def __init__(self, databases: Databases | None = None, kept: Kept | None = None) -> None:
        self.databases = databases or Databases()
        self._learnt = Learnt(kept, KEY, _DECODER, MOST)
        self._left_out: set[str] = set()

    def choose(self, gates: Mapping[int, Ways], sample: bytes) -> dict[int, Needles]:
        """Return needles of those gates that have some which are rare in a sample of values, a line each."""
        if not sample:
            return _needles(_measured(gates, b"", self.databases.literals))
        names = {index: _name(ways) for index, ways in gates.items()}
        before = {index: one for index, name in names.items() if (one := self._before(name)) is not None}
        if not (_are_sound(before, gates) and self._are_rare(before, sample)):
            before = {}
        fresh = _measured(
            {index: gates[index] for index in gates.keys() - before.keys()}, sample, self.databases.literals
        )
        for index, one in fresh.items():
            self._learnt.put(names[index], one)
        self._left_out |= {names[index] for index in gates.keys() - before.keys() - fresh.keys()}
        self._left_out -= {names[index] for index in fresh}
        return dict(sorted(_needles(before | fresh).items()))

    def save(self) -> None:
        """Keep what was chosen since this was last asked."""
        self._learnt.save()

    def _before(self, name: str) -> Chosen | None:
        """Return what is kept of a gate; nothing of one that was counted since and left out."""
        return None if name in self._left_out else self._learnt.get(name)

    def _are_rare(self, before: Choice, sample: bytes) -> bool:
        values = max(1, sample.count(b"\n"))
        if values * ALIKE < max((one.values for one in before.values()), default=0):
            return True
        alarm = make_alarm(_needles(before), 0, self.databases.literals)
        tried = sum(len(alarm.wakes[number]) for number, _ in alarm.scan(sample))
        return tried <= (sum(one.share for one in before.values()) * MORE + FEW) * values


def _measured(gates: Mapping[int, Ways], sample: bytes, literals: Literals) -> dict[int, Chosen]:
    """Choose the needles of gates; without rare ones a gate is left out, and the next log asks again."""
    cost = measure(list(gates.values()), sample, literals) if sample else guessed
    found = {index: needles for index, ways in gates.items() if (needles := witness(ways, cost)) is not None}
    chosen = {index: Chosen(sample.count(b"\n"), total(needles, cost), needles) for index, needles in found.items()}
    return {index: one for index, one in chosen.items() if one.share <= TOO_OFTEN}


def _needles(chosen: Choice) -> dict[int, Needles]:
    return {index: one.needles for index, one in chosen.items()}


def _are_sound(before: Choice, gates: Mapping[int, Ways]) -> bool:
    """Say whether each gate needs what is kept under its name: a needle that is not needed would miss what it hides."""
    return all(is_witness(found, gates[index]) for index, found in _needles(before).items())


def _name(ways: Ways) -> str:
    return hashlib.blake2b(_written(ways), digest_size=16).hexdigest()


def _written(ways: Ways) -> bytes:
    """Return the same for the same gate in every process: parts that were a set come in another order in each."""
    match ways:
        case Pick(items=items):
            return b"[" + b"\n".join(sorted(map(_written, items))) + b"]"
        case Union(items=items):
            return b"{" + b"\n".join(sorted(map(_written, items))) + b"}"
        case None:
            return b"-"
    return b"(" + b"\n".join(sorted(ways)) + b")"

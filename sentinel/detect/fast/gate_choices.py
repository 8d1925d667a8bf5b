"""Needles of gates, chosen by the values in hand and kept for the next log: counting takes longer than all else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from sentinel.detect.fast.alarm import make_alarm, measure
from sentinel.detect.fast.databases import Databases
from sentinel.detect.fast.needles import Needles
from sentinel.detect.fast.witness import Ways, all_needles, guessed, is_witness, total, witness

TOO_OFTEN = 0.5
"""Share of the values above which a gate is tried without looking for its needles."""
MORE = 2.0
"""Times as often as in the log that chose them, from which on needles are chosen anew."""
FEW = 0.1
"""Gates tried for a value, up to which they never are."""


class _Chosen(msgspec.Struct, frozen=True):
    """Needles by gate, and how many they were thought to wake for a value."""

    share: float
    needles: dict[int, Needles]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Chosen)


def choose_gates(known: Mapping[int, Ways], sample: bytes, databases: Databases) -> dict[int, Needles]:
    """Return needles of those gates that have some which are rare in a sample of values, a line each.

    Those that an earlier log chose are taken where each gate needs them, and they wake about as few as they did there.
    """
    if not sample:
        return _chosen(known, b"", databases).needles
    key = _key(known)
    before = _before(None if databases.kept is None else databases.kept.load(key))
    if before is not None and _is_sound(before, known) and _is_rare(before, sample, databases):
        return before.needles
    chosen = _chosen(known, sample, databases)
    if databases.kept is not None:
        databases.kept.save(key, _ENCODER.encode(chosen))
    return chosen.needles


def _chosen(known: Mapping[int, Ways], sample: bytes, databases: Databases) -> _Chosen:
    cost = measure(list(known.values()), sample, databases.literals) if sample else guessed
    costs: dict[int, float] = {}
    found: dict[int, Needles] = {}
    for index, one in known.items():
        needles = witness(one, cost)
        if needles is not None and total(needles, cost) <= TOO_OFTEN:
            found[index], costs[index] = needles, total(needles, cost)
    return _Chosen(sum(costs.values()), found)


def _key(known: Mapping[int, Ways]) -> str:
    """Return what says which gates could have which needles; `_is_sound` looks whether it said enough."""
    every = [(index, sorted(set(all_needles(one)))) for index, one in known.items()]
    return hashlib.sha256(repr(("needles of gates", every)).encode()).hexdigest()


def _before(data: bytes | None) -> _Chosen | None:
    try:
        return None if data is None else _DECODER.decode(data)
    except ValueError:  # of a version that kept something else
        return None


def _is_sound(before: _Chosen, known: Mapping[int, Ways]) -> bool:
    return all(index in known and is_witness(found, known[index]) for index, found in before.needles.items())


def _is_rare(before: _Chosen, sample: bytes, databases: Databases) -> bool:
    alarm = make_alarm(before.needles, 0, databases.literals)
    tried = sum(len(alarm.wakes[number]) for number, _ in alarm.scan(sample))
    return tried <= (before.share * MORE + FEW) * max(1, sample.count(b"\n"))

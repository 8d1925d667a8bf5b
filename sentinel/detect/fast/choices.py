"""Needles that a log had chosen anew, kept for the next one: choosing takes as long as some ten thousand events."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from sentinel.detect.fast.alarm import Alarms
from sentinel.detect.fast.learnt import Learnt
from sentinel.detect.fast.needles import Needles
from sentinel.model.kept import Kept

MOST = 24
"""Rule sets of which choices are kept, by when they last chose."""

KEY = hashlib.sha256(b"needles that were chosen anew").hexdigest()
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(dict[int, Needles])


class Choices:
    """Of rules by number: their needles, none where no needle of theirs is rare.

    They are of rules that began with the same needles, which may have been changed otherwise: who takes them up looks
    whether they are sound. A log of another kind may find them too frequent and choose again.
    """

    def __init__(self, kept: Kept | None, alarms: Alarms) -> None:
        self._learnt = Learnt(kept, KEY, _DECODER, MOST)
        self._name = "" if kept is None else _name(alarms)
        self.known: Mapping[int, Needles] = self._learnt.get(self._name) or {}

    def take(self, chosen: Mapping[int, Needles]) -> None:
        """Note what was chosen."""
        self.known = {**self.known, **chosen}
        self._learnt.put(self._name, {**self.known})

    def save(self) -> None:
        """Keep what was chosen since this was last asked."""
        self._learnt.save()


def _name(alarms: Alarms) -> str:
    """Return what says which rules have which needles to begin with."""
    lines = [(number, sorted(found)) for number, found in sorted(alarms.lines.items())]
    values = alarms.values
    meant = _ENCODER.encode((values.needles, values.wakes, sorted(values.wakeless), lines))
    return hashlib.sha256(meant).hexdigest()

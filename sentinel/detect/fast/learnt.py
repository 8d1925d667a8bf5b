"""What logs taught, by name: kept for the next ones, as far as it was learnt last."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from sentinel.model.kept import Kept

T = TypeVar("T")
_ENCODER = msgspec.msgpack.Encoder()
_RAW = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])
"""Of thousands of names a log asks for a few hundred: what was learnt of the others stays as it is written."""


class Learnt(Generic[T]):
    """Of at most `most` names one thing each, under one key of a cache. It may be lost, or be of another version."""

    def __init__(self, kept: Kept | None, key: str, decoder: msgspec.msgpack.Decoder[T], most: int) -> None:
        self._kept = kept
        self._key = key
        self._decoder = decoder
        self._most = most
        self._known: dict[str, msgspec.Raw] | None = None
        self._new: dict[str, T] = {}

    def get(self, name: str) -> T | None:
        """Return what was learnt of a name last."""
        if self._known is None:
            self._known = self._read()
        if name in self._new or name not in self._known:
            return self._new.get(name)
        try:
            return self._decoder.decode(self._known[name])
        except ValueError:  # of a version that kept something else
            return None

    def put(self, name: str, one: T) -> None:
        """Note what was learnt of a name now."""
        self._new.pop(name, None)  # what is learnt again is the newest
        self._new[name] = one

    def save(self) -> None:
        """Keep what was learnt since this was last asked, beside what others kept meanwhile."""
        if self._kept is None or not self._new:
            return
        others = {name: one for name, one in self._read().items() if name not in self._new}
        new = {name: msgspec.Raw(_ENCODER.encode(one)) for name, one in self._new.items()}
        self._known, self._new = dict(list({**others, **new}.items())[-self._most :]), {}
        self._kept.save(self._key, _ENCODER.encode(self._known))

    def _read(self) -> dict[str, msgspec.Raw]:
        data = None if self._kept is None else self._kept.load(self._key)
        try:
            return {} if data is None else _RAW.decode(data)
        except ValueError:  # it is broken
            return {}

"""What logs taught, by name: kept for the next ones, as far as it was learnt last."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from sentinel.model.kept import Kept

T = TypeVar("T")
_ENCODER = msgspec.msgpack.Encoder()


class Learnt(Generic[T]):
    """Of at most `most` names one thing each, under one key of a cache. It may be lost, or be of another version."""

    def __init__(self, kept: Kept | None, key: str, decoder: msgspec.msgpack.Decoder[dict[str, T]], most: int) -> None:
        self._kept = kept
        self._key = key
        self._decoder = decoder
        self._most = most
        self._known: dict[str, T] | None = None
        self._is_new = False

    def get(self, name: str) -> T | None:
        """Return what was learnt of a name last."""
        return self._loaded().get(name)

    def put(self, name: str, one: T) -> None:
        """Note what was learnt of a name now."""
        known = self._loaded()
        known.pop(name, None)  # what is learnt again is the newest
        known[name] = one
        self._is_new = True

    def save(self) -> None:
        """Keep what was learnt since this was last asked."""
        if self._kept is not None and self._is_new:
            self._is_new = False
            self._kept.save(self._key, _ENCODER.encode(dict(list(self._loaded().items())[-self._most :])))

    def _loaded(self) -> dict[str, T]:
        if self._known is None:
            data = None if self._kept is None else self._kept.load(self._key)
            try:
                self._known = {} if data is None else self._decoder.decode(data)
            except ValueError:  # of a version that kept something else
                self._known = {}
        return self._known
